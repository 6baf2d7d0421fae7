"""Which plane of a tensor is looked at, as a value with the steps a person takes."""

from dataclasses import dataclass, replace

from explorer.catalog.grade import in_brackets
from explorer.panes.heatmap import Part, Plane
from explorer.panes.heatmap.channels import COUNTS, channel_dim

PART_CODE: dict[Part, str] = {
    "magnitude": ".abs()",
    "phase": ".angle()",
    "real": ".real",
    "imaginary": ".imag",
}


@dataclass(frozen=True, slots=True)
class Slicing:
    """The dims shown as rows and columns (None where the tensor has too few) and the index.

    `channels` is the dim that is shown as colours, None where numbers are.
    """

    shape: tuple[int, ...]
    rows: int | None
    columns: int | None
    index: tuple[int, ...]
    channels: int | None = None

    @staticmethod
    def of(shape: tuple[int, ...]) -> "Slicing":
        """Return how a tensor is first looked at: its last two dims, all others at 0."""
        n = len(shape)
        return Slicing(shape, n - 2 if n > 1 else None, n - 1 if n else None, (0,) * n)

    @property
    def plane(self) -> Plane:
        """The same for the engine; indices that do not matter are 0."""
        index = tuple(0 if d in (self.rows, self.columns) else i for d, i in enumerate(self.index))
        if self.channels is not None:
            index = (*index[: self.channels], 0, *index[self.channels + 1 :])
        return Plane(self.rows, self.columns, index)

    @property
    def size(self) -> tuple[int, int]:
        """Rows and columns of the plane."""
        rows = 1 if self.rows is None else self.shape[self.rows]
        return rows, 1 if self.columns is None else self.shape[self.columns]

    @property
    def fixed(self) -> tuple[int, ...]:
        """The dims that stand at an index."""
        running = self.rows, self.columns, self.channels
        return tuple(d for d in range(len(self.shape)) if d not in running)

    def fit(self, shape: tuple[int, ...]) -> "Slicing":
        """Return the same slicing of another shape, the default one if its dims are others."""
        if len(shape) != len(self.shape):
            return Slicing.of(shape)
        index = tuple(max(0, min(i, n - 1)) for i, n in zip(self.index, shape, strict=True))
        fitting = replace(self, shape=shape, index=index)
        has_channels = self.channels is None or shape[self.channels] in COUNTS
        return fitting if has_channels else replace(fitting, channels=None)

    def coloured(self, *, on: bool) -> "Slicing":
        """Show the dim of 3 or 4 as colours, or as an index again."""
        dim = channel_dim(self.shape) if on else None
        if dim is None or dim not in (self.rows, self.columns):
            return replace(self, channels=dim)
        rest = [d for d in range(len(self.shape)) if d != dim]
        return replace(self, rows=rest[-2], columns=rest[-1], channels=dim)

    def at(self, dim: int, index: int) -> "Slicing":
        """Look at another index of a dim, within its size."""
        index = max(0, min(index, self.shape[dim] - 1))
        return replace(self, index=(*self.index[:dim], index, *self.index[dim + 1 :]))

    def show(self, *, rows: int | None = None, columns: int | None = None) -> "Slicing":
        """Show another dim as rows or as columns; the one that was there takes its place."""
        new_rows = self.rows if rows is None else rows
        new_columns = self.columns if columns is None else columns
        if new_rows == new_columns:
            new_rows, new_columns = (
                (rows, self.rows) if rows is not None else (self.columns, columns)
            )
        channels = None if self.channels in (new_rows, new_columns) else self.channels
        return replace(self, rows=new_rows, columns=new_columns, channels=channels)

    def cell(self, row: int, column: int) -> tuple[int, ...]:
        """Return the tensor's index of a cell of the plane."""
        index = list(self.index)
        if self.rows is not None:
            index[self.rows] = row
        if self.columns is not None:
            index[self.columns] = column
        return tuple(index)

    def place(self, index: tuple[int, ...]) -> tuple[int, int] | None:
        """Return the cell of the plane that shows `index`, None if it is in another plane."""
        if len(index) != len(self.shape) or any(index[d] != self.index[d] for d in self.fixed):
            return None
        row = 0 if self.rows is None else index[self.rows]
        return row, 0 if self.columns is None else index[self.columns]

    def code(self, expression: str, part: Part | None = None) -> str:
        """Return Python that makes the plane: `x[3]`, `x[:, 2].T`, `z[0].abs()`."""
        fixed = self.fixed
        key = [str(i) if d in fixed else ":" for d, i in enumerate(self.index)]
        while key and key[-1] == ":":
            key.pop()
        turned = self.rows is not None and self.columns is not None and self.rows > self.columns
        rest = f"[{', '.join(key)}]" if key else ""
        if turned:
            rest += ".T" if self.channels is None else self._transposed()
        rest += PART_CODE[part] if part else ""
        return in_brackets(expression) + rest if rest else expression

    def _transposed(self) -> str:
        fixed = self.fixed
        kept = [d for d in range(len(self.shape)) if d not in fixed]
        places = (i for i, d in enumerate(kept) if d != self.channels)
        return f".transpose({', '.join(map(str, places))})"


def parse_index(text: str, shape: tuple[int, ...]) -> tuple[int, ...] | None:
    """Return what a person typed, `3, 4` or `[3, -1]`, as an index; None if it is none of `shape`.

    Fewer numbers than dims leave the last dims at 0.
    """
    inside = text.strip().removeprefix("[").removesuffix("]").replace(",", " ").split()
    try:
        numbers = [int(part) for part in inside]
    except ValueError:
        return None
    if not numbers or len(numbers) > len(shape):
        return None
    numbers += [0] * (len(shape) - len(numbers))
    if not all(-n <= i < n for i, n in zip(numbers, shape, strict=True)):
        return None
    return tuple(i % n for i, n in zip(numbers, shape, strict=True))
