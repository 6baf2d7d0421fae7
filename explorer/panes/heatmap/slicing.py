"""Which plane of a tensor is looked at, as a value with the steps a person takes."""

from dataclasses import dataclass, replace

from explorer.panes.heatmap import Part, Plane

PART_CODE: dict[Part, str] = {
    "magnitude": ".abs()",
    "phase": ".angle()",
    "real": ".real",
    "imaginary": ".imag",
}


@dataclass(frozen=True, slots=True)
class Slicing:
    """The dims shown as rows and columns (None where the tensor has too few) and the index."""

    shape: tuple[int, ...]
    rows: int | None
    columns: int | None
    index: tuple[int, ...]

    @staticmethod
    def of(shape: tuple[int, ...]) -> "Slicing":
        """Return how a tensor is first looked at: its last two dims, all others at 0."""
        n = len(shape)
        return Slicing(shape, n - 2 if n > 1 else None, n - 1 if n else None, (0,) * n)

    @property
    def plane(self) -> Plane:
        """The same for the engine; indices that do not matter are 0."""
        index = tuple(0 if d in (self.rows, self.columns) else i for d, i in enumerate(self.index))
        return Plane(self.rows, self.columns, index)

    @property
    def size(self) -> tuple[int, int]:
        """Rows and columns of the plane."""
        rows = 1 if self.rows is None else self.shape[self.rows]
        return rows, 1 if self.columns is None else self.shape[self.columns]

    @property
    def fixed(self) -> tuple[int, ...]:
        """The dims that stand at an index."""
        return tuple(d for d in range(len(self.shape)) if d not in (self.rows, self.columns))

    def fit(self, shape: tuple[int, ...]) -> "Slicing":
        """Return the same slicing of another shape, the default one if its dims are others."""
        if len(shape) != len(self.shape):
            return Slicing.of(shape)
        index = tuple(max(0, min(i, n - 1)) for i, n in zip(self.index, shape, strict=True))
        return replace(self, shape=shape, index=index)

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
        return replace(self, rows=new_rows, columns=new_columns)

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
        key = [":" if d in (self.rows, self.columns) else str(i) for d, i in enumerate(self.index)]
        while key and key[-1] == ":":
            key.pop()
        code = f"{expression}[{', '.join(key)}]" if key else expression
        if self.rows is not None and self.columns is not None and self.rows > self.columns:
            code += ".T"
        return code + (PART_CODE[part] if part else "")


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
