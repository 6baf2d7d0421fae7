"""Which plane of a tensor is looked at, as a value with the steps a person takes."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import product
from math import prod

from explorer.catalog.grade import in_brackets
from explorer.panes.heatmap import Part, Plane, Window
from explorer.panes.heatmap.slices.channels import COUNTS, channel_dim
from explorer.panes.heatmap.slices.mosaic import MOST_MAPS, Mosaic, laid_out

PART_CODE: dict[Part, str] = {
    "magnitude": ".abs()",
    "phase": ".angle()",
    "real": ".real",
    "imaginary": ".imag",
}


@dataclass(frozen=True, slots=True)
class Slicing:
    """The dims shown as rows and columns (None where the tensor has too few) and the index.

    `channels` is the dim that is shown as colours, None where numbers are. All slices of the dims
    in `grid`, one or two, are shown side by side, laid out for a room of (width, height) pixels.
    """

    shape: tuple[int, ...]
    rows: int | None
    columns: int | None
    index: tuple[int, ...]
    channels: int | None = None
    grid: tuple[int, ...] = ()
    room_px: tuple[float, float] = (800.0, 560.0)

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
        if self.grid:
            first = dict.fromkeys(self.grid, 0) | {self.grid[0]: self.page[0]}
            index = tuple(first.get(d, i) for d, i in enumerate(index))
            return Plane(self.rows, self.columns, index, self.grid, self.page[1])
        return Plane(self.rows, self.columns, index)

    @property
    def page(self) -> tuple[int, int]:
        """The first slice of the grid's first dim that is shown, and how many are."""
        dim = self.grid[0]
        most = max(1, MOST_MAPS // self.maps_each)
        first = self.index[dim] // most * most
        return first, min(most, self.shape[dim] - first)

    @property
    def is_paged(self) -> bool:
        """Whether there are more slices than are shown at once."""
        return bool(self.grid) and self.page[1] < self.shape[self.grid[0]]

    @property
    def mosaic(self) -> Mosaic | None:
        """Where the slices of the grid stand, None where there is no grid."""
        if not self.grid:
            return None
        across = self.maps_each if len(self.grid) > 1 else 0
        return laid_out(self.page[1] * self.maps_each, *self.map_size, self.room_px, across)

    @property
    def maps_each(self) -> int:
        """How many maps there are for each index of the grid's first dim."""
        return prod(self.shape[dim] for dim in self.grid[1:])

    @property
    def size(self) -> tuple[int, int]:
        """Rows and columns of the plane, or of all of them with their gaps."""
        return self.mosaic.size if self.mosaic else self.map_size

    @property
    def map_size(self) -> tuple[int, int]:
        """Rows and columns of one plane."""
        rows = 1 if self.rows is None else self.shape[self.rows]
        return rows, 1 if self.columns is None else self.shape[self.columns]

    @property
    def fixed(self) -> tuple[int, ...]:
        """The dims that stand at an index."""
        running = self.rows, self.columns, self.channels, *self.grid
        return tuple(d for d in range(len(self.shape)) if d not in running)

    def fit(self, shape: tuple[int, ...]) -> "Slicing":
        """Return the same slicing of another shape, the default one if its dims are others."""
        if len(shape) != len(self.shape):
            return Slicing.of(shape)
        index = tuple(max(0, min(i, n - 1)) for i, n in zip(self.index, shape, strict=True))
        fitting = replace(self, shape=shape, index=index)
        if self.grid and (0 in shape or fitting.maps_each > MOST_MAPS):
            fitting = replace(fitting, grid=())
        has_channels = self.channels is None or shape[self.channels] in COUNTS
        return fitting if has_channels else replace(fitting, channels=None)

    def coloured(self, *, on: bool) -> "Slicing":
        """Show the dim of 3 or 4 as colours, or as an index again."""
        dim = channel_dim(self.shape) if on else None
        if dim is None or dim not in (self.rows, self.columns):
            return replace(self, channels=dim, grid=())
        rest = [d for d in range(len(self.shape)) if d != dim]
        return replace(self, rows=rest[-2], columns=rest[-1], channels=dim, grid=())

    def gridded(self, dim: int) -> "Slicing":
        """Show all slices of a dim side by side, beside those of another, or one of it again."""
        if dim in self.grid:
            return replace(self, grid=tuple(d for d in self.grid if d != dim))
        both = tuple(sorted((*self.grid[-1:], dim)))
        grid = both if prod(self.shape[d] for d in both[1:]) <= MOST_MAPS else (dim,)
        return replace(self, grid=grid, channels=None)

    def laid_in(self, width_px: float, height_px: float) -> "Slicing":
        """Lay the grid out for another room, unless that differs little from the one it is for."""
        room = float(round(width_px)), float(round(height_px))
        differs = any(abs(a - b) > b / 25 for a, b in zip(room, self.room_px, strict=True))
        fitting = replace(self, room_px=room) if self.grid and differs else self
        turned = replace(fitting, grid=fitting.grid[::-1])
        # Of two dims that one is across with which cells are larger.
        can_turn = len(self.grid) > 1 and prod(self.shape[d] for d in self.grid) <= MOST_MAPS
        return max(fitting, turned, key=Slicing._cell_px) if can_turn else fitting

    def _cell_px(self) -> float:
        rows, columns = self.size
        return min(self.room_px[0] / columns, self.room_px[1] / rows)

    def stepped(self, nth: int, by: int) -> "Slicing":
        """Look at another index of the first, second ... dim that can be stepped through.

        The grid's first dim is the last of them where its slices are shown page by page.
        """
        dims = [dim for dim in self.fixed if self.shape[dim] > 1]
        dims += self.grid[:1] if self.is_paged else ()
        if nth >= len(dims):
            return self
        dim = dims[nth]
        if dim in self.grid:
            first, most = self.page[0], MOST_MAPS // self.maps_each
            return self.at(dim, first + by * most) if first + by * most < self.shape[dim] else self
        return self.at(dim, self.index[dim] + by)

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
        new = new_rows, new_columns
        channels = None if self.channels in new else self.channels
        left = next((d for d in (self.rows, self.columns) if d not in new), None)
        grid = tuple(sorted(left if d in new and left is not None else d for d in self.grid))
        if prod(self.shape[d] for d in grid[1:]) > MOST_MAPS:
            grid = grid[1:]
        return replace(self, rows=new_rows, columns=new_columns, channels=channels, grid=grid)

    def swapped(self, a: int, b: int) -> "Slicing":
        """Let two dims change places."""
        other = {a: b, b: a}
        grid = tuple(sorted(other.get(d, d) for d in self.grid))
        if prod(self.shape[d] for d in grid[1:]) > MOST_MAPS:
            grid = grid[1:]
        return replace(
            self,
            rows=None if self.rows is None else other.get(self.rows, self.rows),
            columns=None if self.columns is None else other.get(self.columns, self.columns),
            channels=None if self.channels in other else self.channels,
            grid=grid,
        )

    def at_map(self, number: int) -> "Slicing":
        """Look at one map of the grid alone."""
        a, b = divmod(number, self.maps_each)
        index = dict(zip(self.grid, (self.page[0] + a, b), strict=False))
        return replace(
            self, index=tuple(index.get(d, i) for d, i in enumerate(self.index)), grid=()
        )

    def within(self, window: Window) -> tuple["Slicing", Window]:
        """Return one plane, and the part of it that is in a window: of many, the first in it."""
        mosaic = self.mosaic
        if mosaic is None:
            return self, window
        number, row, column = mosaic.nearest(window.top, window.left)
        part = mosaic.within(number, window)
        if part.top >= part.bottom or part.left >= part.right:
            part = Window(row, column, row + 1, column + 1)
        return self.at_map(number), part

    def moved(
        self, cell: tuple[int, int], down: int, right: int, *, stays: bool = False
    ) -> tuple[int, int]:
        """Return the place so many cells away: from map to map, unless it `stays` in this one."""
        row, column = cell
        if self.mosaic and not stays:
            return self.mosaic.moved(row, column, down, right)
        return self.beside(cell, (row + down, column + right))

    def beside(self, cell: tuple[int, int], place: tuple[int, int]) -> tuple[int, int]:
        """Return the place nearest to `place` that is in the same map as `cell`."""
        (top, left), (rows, columns) = (0, 0), self.map_size
        if self.mosaic:
            top, left = self.mosaic.place(self.mosaic.nearest(*cell)[0])
        return (
            max(top, min(place[0], top + rows - 1)),
            max(left, min(place[1], left + columns - 1)),
        )

    def cell(self, row: int, column: int) -> tuple[int, ...]:
        """Return the tensor's index of a cell of the plane; in a grid, of the one nearest to it."""
        if self.mosaic:
            number, row, column = self.mosaic.nearest(row, column)
            return self.at_map(number).cell(row, column)
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
        column = 0 if self.columns is None else index[self.columns]
        if self.mosaic:
            a, b = index[self.grid[0]] - self.page[0], sum(index[d] for d in self.grid[1:])
            if not 0 <= a < self.page[1]:
                return None
            return self.mosaic.place(a * self.maps_each + b, row, column)
        return row, column

    def corners(self, region: Sequence[range]) -> list[tuple[int, int]]:
        """Return where the maps begin that have elements of a region: an index range of each dim."""
        mosaic = self.mosaic
        if mosaic is None:
            return [(0, 0)]
        shown = range(self.page[0], sum(self.page))
        indices = product(*(region[dim] for dim in self.grid))
        numbers = ((i - self.page[0]) * self.maps_each + sum(j) for i, *j in indices if i in shown)
        return [mosaic.place(number) for number in numbers]

    def carried(self, before: "Slicing", cell: tuple[int, int]) -> tuple[int, int] | None:
        """Return where the element is now that was at `cell`, None if it is not shown."""
        return self.place(before.cell(*cell)) if before.shape == self.shape else None

    def code(self, expression: str, part: Part | None = None) -> str:
        """Return Python that makes the plane: `x[3]`, `x[:, 2].T`, `z[0].abs()`."""
        fixed = self.fixed
        key = [str(i) if d in fixed else ":" for d, i in enumerate(self.index)]
        if self.is_paged:
            first, count = self.page
            key[self.grid[0]] = f"{first}:{first + count}"
        while key and key[-1] == ":":
            key.pop()
        turned = self.rows is not None and self.columns is not None and self.rows > self.columns
        rest = f"[{', '.join(key)}]" if key else ""
        if self.grid:
            rest += self._permuted()
        elif turned:
            rest += ".T" if self.channels is None else self._transposed()
        rest += PART_CODE[part] if part else ""
        return in_brackets(expression) + rest if rest else expression

    def _permuted(self) -> str:
        """Return what puts the dims of the grid first, then rows and columns."""
        wanted = [d for d in (*self.grid, self.rows, self.columns) if d is not None]
        order = [sorted(wanted).index(d) for d in wanted]
        return f".permute({', '.join(map(str, order))})" if order != sorted(order) else ""

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
