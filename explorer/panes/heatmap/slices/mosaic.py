"""Many maps of one size side by side: where each of their cells lies, and what is asked of them.

Above each map is a gap, with room for its number, and one is between it and the map on its right.
A gap belongs to no cell. Gaps and maps are so large that blocks, counted from the picture's corner,
lie within one map or one gap: see `Mosaic.block`.
"""

from collections.abc import Callable
from functools import lru_cache
from math import ceil

import msgspec
import numpy as np
import numpy.typing as npt

from explorer.panes.heatmap import TableAsk, TileAsk, Window, block_side

MOST_MAPS = 4096
"""More are shown page by page."""
LABEL_PX = 15
"""The height of a gap with room for a number."""
LABELLED_PX = 32
"""A map of less than this in either direction gets no such gap."""
LEAST_GAP_PX, MOST_GAP_PX = 2.0, 8.0
COUNTED_PX = 160
"""From this size of a map on the axes count its own rows and columns."""

Numbers = npt.NDArray[np.int64]
Ticks = list[tuple[float, str]]
Text = Callable[[int], str]


class Mosaic(msgspec.Struct, frozen=True):
    """`count` maps of `rows` by `columns` cells, `across` of them in a row."""

    count: int
    across: int
    rows: int
    columns: int
    row_gap: int = 1
    column_gap: int = 1
    block: int = 1
    """The side of the largest block, a power of two."""

    @property
    def down(self) -> int:
        """How many rows of maps there are."""
        return -(-self.count // self.across)

    @property
    def row_pitch(self) -> int:
        """Cells from the top of one map to that of the map under it."""
        return self.row_gap + _up(self.rows, self.block)

    @property
    def column_pitch(self) -> int:
        """Cells from the left of one map to that of its neighbour."""
        return self.column_gap + _up(self.columns, self.block)

    @property
    def size(self) -> tuple[int, int]:
        """Rows and columns of the picture, in cells."""
        rows = (self.down - 1) * self.row_pitch + self.row_gap + self.rows
        return rows, (self.across - 1) * self.column_pitch + self.columns

    def place(self, number: int, row: int = 0, column: int = 0) -> tuple[int, int]:
        """Return where a cell of map `number` lies."""
        i, j = divmod(number, self.across)
        return i * self.row_pitch + self.row_gap + row, j * self.column_pitch + column

    def find(self, row: int, column: int) -> tuple[int, int, int] | None:
        """Return map, row and column of a place, None where there is no cell."""
        i, in_row = divmod(row, self.row_pitch)
        j, in_column = divmod(column, self.column_pitch)
        in_row, number = in_row - self.row_gap, i * self.across + j
        inside = 0 <= in_row < self.rows and in_column < self.columns
        inside = inside and row >= 0 and 0 <= j < self.across and number < self.count
        return (number, in_row, in_column) if inside else None

    def nearest(self, row: int, column: int) -> tuple[int, int, int]:
        """Return map, row and column of a place, of a gap the cell that begins or ends beside it."""
        i = max(0, min(row // self.row_pitch, self.down - 1))
        last = min(self.across, self.count - i * self.across) - 1
        j = max(0, min(column // self.column_pitch, last))
        in_row = row - i * self.row_pitch - self.row_gap
        in_column = column - j * self.column_pitch
        return (
            i * self.across + j,
            max(0, min(in_row, self.rows - 1)),
            max(0, min(in_column, self.columns - 1)),
        )

    def has(self, row: int, column: int) -> bool:
        """Return whether a place is a cell."""
        return self.find(row, column) is not None

    def moved(self, row: int, column: int, down: int, right: int) -> tuple[int, int]:
        """Return the cell so many cells away: at a map's edge it goes on in the next map.

        A step of more than a map ends at the edge of this one.
        """
        number, in_row, in_column = self.nearest(row, column)
        i, j = divmod(number, self.across)
        in_row, i = _stepped(in_row, down, self.rows, i, -(-(self.count - j) // self.across))
        in_a_row = min(self.across, self.count - i * self.across)
        in_column, j = _stepped(in_column, right, self.columns, j, in_a_row)
        return self.place(i * self.across + j, in_row, in_column)

    def seen(self, window: Window) -> Numbers:
        """Return the numbers of the maps that `window` has a part of."""
        top, bottom = window.top // self.row_pitch, -(-window.bottom // self.row_pitch)
        left, right = window.left // self.column_pitch, -(-window.right // self.column_pitch)
        rows = np.arange(max(0, top), min(self.down, bottom))
        columns = np.arange(max(0, left), min(self.across, right))
        numbers = (rows[:, None] * self.across + columns).ravel()
        return numbers[numbers < self.count]

    def within(self, number: int, window: Window) -> Window:
        """Return the part of `window` that is in a map, counted from the map's corner; maybe empty."""
        top, left = self.place(number)
        bottom, right = min(window.bottom - top, self.rows), min(window.right - left, self.columns)
        return Window(
            max(0, window.top - top),
            max(0, window.left - left),
            max(0, bottom),
            max(0, right),
        )

    def spread(self, window: Window, block: tuple[int, int]) -> tuple[Numbers, Numbers]:
        """Return which row of blocks of its map each row of blocks in a window is; columns likewise.

        `window` lies on the grid of blocks. In a gap the number is not one of a map's.
        """
        rows = np.arange(window.top // block[0], -(-window.bottom // block[0])) * block[0]
        columns = np.arange(window.left // block[1], -(-window.right // block[1])) * block[1]
        in_row = rows % self.row_pitch - self.row_gap
        return in_row // block[0], columns % self.column_pitch // block[1]

    def numbers(self, window: Window, block: tuple[int, int]) -> Numbers:
        """Return which map each block of a window belongs to, in a gap any."""
        rows = np.arange(window.top // block[0], -(-window.bottom // block[0])) * block[0]
        columns = np.arange(window.left // block[1], -(-window.right // block[1])) * block[1]
        numbers = (rows // self.row_pitch)[:, None] * self.across + columns // self.column_pitch
        return np.asarray(np.minimum(numbers, self.count - 1), np.int64)

    def row_ticks(self, low: float, high: float, room: float, cell_px: float, text: Text) -> Ticks:
        """Return places and texts for the axis of rows; `room` cells are to be between two.

        `text` says what stands at a row of maps, where these are too small to count their own rows.
        """
        if self.rows * cell_px >= COUNTED_PX:
            return _counts(low, high, room, (self.row_pitch, self.row_gap, self.rows, self.down))
        middle = self.row_gap + (self.rows - 1) / 2
        return _numbers(low, high, room, (self.row_pitch, middle, self.down), text)

    def column_ticks(
        self, low: float, high: float, room: float, cell_px: float, text: Text
    ) -> Ticks:
        """Return the same for the axis of columns."""
        if self.columns * cell_px >= COUNTED_PX:
            return _counts(low, high, room, (self.column_pitch, 0, self.columns, self.across))
        middle = (self.columns - 1) / 2
        return _numbers(low, high, room, (self.column_pitch, middle, self.across), text)


class MosaicAsk(TileAsk, frozen=True, kw_only=True):
    """Reduce a part of a mosaic: `plane` has a grid, and `window` is one of the mosaic's.

    Blocks are no larger than `mosaic.block`. Those in gaps, and in maps that are not done yet, have
    the mark NO_CELL and the value NaN; neither they nor their texts are anything.
    """

    mosaic: Mosaic


class MosaicTableAsk(TableAsk, frozen=True, kw_only=True):
    """Tell the values in a window of a mosaic, nothing in gaps."""

    mosaic: Mosaic


def round_step(wanted: float) -> int:
    """Return the least of 1, 2, 5, 10, 20 ... that is not below `wanted`."""
    power = 1
    while True:
        for factor in (1, 2, 5):
            if power * factor >= wanted * (1 - 1e-9):
                return power * factor
        power *= 10


@lru_cache(64)
def laid_out(
    count: int, rows: int, columns: int, room_px: tuple[float, float], across: int = 0
) -> Mosaic:
    """Return the mosaic that fills a room of (width, height) pixels best, with square cells.

    `across` is how many maps are to be in a row, 0 for as many as fit best.
    """
    gaps = (1, 1)
    best, cell_px = _best(count, (rows + gaps[0], columns + gaps[1]), room_px, across)
    least = min(rows, columns) * cell_px
    gap_px = max(LEAST_GAP_PX, min(MOST_GAP_PX, least / 16))
    high_px = LABEL_PX if min(rows, columns) * cell_px >= LABELLED_PX else gap_px
    gaps = ceil(high_px / cell_px), ceil(gap_px / cell_px)
    best, cell_px = _best(count, (rows + gaps[0], columns + gaps[1]), room_px, across)
    block = block_side(max(1.0, 1 / cell_px))
    row_gap, column_gap = (_up(gap, block) for gap in gaps)
    return Mosaic(count, best, rows, columns, row_gap, column_gap, block)


def _best(
    count: int, pitch: tuple[int, int], room_px: tuple[float, float], across: int
) -> tuple[int, float]:
    """Return how many maps in a row make the largest cells, and the size of these."""
    numbers = np.array([across]) if across else np.arange(1, count + 1)
    wide = room_px[0] / (numbers * pitch[1])
    high = room_px[1] / (-(-count // numbers) * pitch[0])
    cell_px = np.minimum(wide, high)
    best = int(cell_px.argmax())
    return int(numbers[best]), float(cell_px[best])


def _up(size: int, block: int) -> int:
    return -(-size // block) * block


def _stepped(at: int, by: int, size: int, number: int, numbers: int) -> tuple[int, int]:
    if abs(by) > size:
        return (0 if by < 0 else size - 1), number
    at += by
    if at < 0:
        return (size + at, number - 1) if number else (0, 0)
    if at >= size:
        return (at - size, number + 1) if number + 1 < numbers else (size - 1, number)
    return at, number


def _numbers(
    low: float,
    high: float,
    room: float,
    maps: tuple[int, float, int],
    text: Text,
) -> Ticks:
    """Return a tick at the middle of every map, or every so many."""
    pitch, middle, count = maps
    step = round_step(max(1.0, room / pitch))
    first = max(0, ceil((low - middle) / pitch / step)) * step
    places = ((i, i * pitch + middle) for i in range(first, count, step))
    return [(at, text(i)) for i, at in places if at <= high]


def _counts(low: float, high: float, room: float, maps: tuple[int, int, int, int]) -> Ticks:
    """Return ticks at rows or columns of the maps, counted anew in each."""
    pitch, gap, size, count = maps
    step = round_step(max(1.0, room))
    first, last = max(0, int(low // pitch)), min(count - 1, int(high // pitch))
    return [
        (float(i * pitch + gap + at), str(at))
        for i in range(first, last + 1)
        for at in range(0, size, step)
        # The next map begins where this one ends: its 0 needs room.
        if low <= i * pitch + gap + at <= high and (at == 0 or size - at >= step / 2)
    ]
