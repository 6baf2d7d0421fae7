"""What the heat map asks the engine: a tile of a plane, one value, a table of values."""

import math
from typing import ClassVar, Literal

import msgspec

from explorer.protocol import Answer, Array, Ask, Lane, TensorInfo

Reduce = Literal["mean", "min", "max", "absmax"]
Part = Literal["magnitude", "phase", "real", "imaginary"]

NAN, POSITIVE_INFINITY, NEGATIVE_INFINITY, CHANGED, NO_CELL, OUTLIER = 1, 2, 4, 8, 16, 32
"""Bits of a tile's marks."""
DENSIFIED_ELEMENTS = 4_000_000
"""A sparse tensor with at most as many elements is made dense to be drawn."""
TEXT_CELLS = 6000
"""A tile of more cells than this carries no texts."""
COPY_CELLS = 10_000
"""A table has at most this many values."""


def block_side(cells: float) -> int:
    """Return the side of a block of at least so many cells: a power of two, so that blocks nest."""
    return 1 << (math.ceil(cells) - 1).bit_length()


class Plane(msgspec.Struct, frozen=True):
    """Which matrix of a tensor is meant: two dims run, every other one stands at its index.

    `rows` is None for a tensor of one dim, which is one row; `columns` too for a 0-d tensor, which
    is one cell. `index` has one number per dim; those at the dims that run do not matter.

    The dims in `grid` run too, then many matrices are meant; the first of them from its index on,
    for `shown` of its indices (0: to the end).
    """

    rows: int | None
    columns: int | None
    index: tuple[int, ...]
    grid: tuple[int, ...] = ()
    shown: int = 0


class Window(msgspec.Struct, frozen=True):
    """Cells `top` to `bottom` and `left` to `right` of a plane, ends excluded."""

    top: int
    left: int
    bottom: int
    right: int


class CellsAsk(Ask, frozen=True, kw_only=True):
    """A question about a tensor as of a statement.

    `as_of` is 0 for now, the statement's id for what came of it, its negative for what it found.
    """

    lane: ClassVar[Lane] = "tile"
    expression: str
    as_of: int = 0


class InfoAsk(CellsAsk, frozen=True, kw_only=True):
    """Describe the tensor as it was."""


class Info(Answer, frozen=True, kw_only=True):
    """All but the values of the tensor as of `as_of`."""

    info: TensorInfo
    as_of: int


class TileAsk(CellsAsk, frozen=True, kw_only=True):
    """Reduce `window` of a plane (None: all of it) to at most `height_px` by `width_px` blocks.

    The sides of blocks are powers of two. Work that takes long is answered in part, and goes on
    when the same is asked again; `known` is the progress of the picture that the asker has.
    `channels` is the dim whose 3 or 4 indices are red, green, blue and opacity.
    """

    plane: Plane
    window: Window | None
    height_px: int
    width_px: int
    reduce: Reduce = "mean"
    part: Part = "magnitude"
    channels: int | None = None
    known: float = 0.0


class Working(Answer, frozen=True, kw_only=True):
    """There is nothing new to see yet; `progress` is the share of the work that is done."""

    progress: float


class Tile(Answer, frozen=True, kw_only=True):
    """Part of a plane, each value standing for a block of `block_rows` by `block_columns` cells.

    A cell's value is `base + scale * values[...]`: int64 and float64 lose neither order nor range
    on their way through float32. A block's value is reduced from its finite cells; one without any
    is NaN or an infinity. `marks` says what else is in a block, and where few cells are so far from
    the others that their mean hides them. `minimum` and `maximum` are those
    of the window's finite cells, exact, None if there are none; the counts are the window's too.
    `texts`, row by row, is empty unless blocks are single cells and few. `changed_by` is the
    statement that last wrote the tensor in place, 0 if its old values are not at hand, and
    `changed` how many of the window's cells then got another value; `marks` says where.

    `colours` are bytes (height, width, 4), where channels were asked for: then values are means of
    red, green and blue, and range and counts are those of all channels.

    With a `progress` below 1 only this share of the work is done: the other blocks are guessed from
    some of their cells, and range and counts are the least that they can be.
    """

    rows: int
    columns: int
    window: Window
    block_rows: int
    block_columns: int
    values: Array
    base: int | float
    scale: float
    marks: Array
    minimum: int | float | None
    maximum: int | float | None
    nan: int
    positive_infinity: int
    negative_infinity: int
    texts: tuple[str, ...]
    as_of: int = 0
    changed_by: int = 0
    changed: int = 0
    progress: float = 1.0
    colours: Array | None = None

    @property
    def is_whole(self) -> bool:
        """Whether the window is all of the plane."""
        return self.window == Window(0, 0, self.rows, self.columns)

    @property
    def is_exact(self) -> bool:
        """Whether every block is reduced from all its cells."""
        return self.progress == 1.0

    @property
    def has_cells(self) -> bool:
        """Whether every block is one cell."""
        return self.block_rows == self.block_columns == 1


class ValueAsk(CellsAsk, frozen=True, kw_only=True):
    """Tell the element at `index`, or all of the dim `channels` there."""

    index: tuple[int, ...]
    channels: int | None = None


class Value(Answer, frozen=True, kw_only=True):
    """One element: the shortest text that its dtype reads back as the same value."""

    expression: str
    index: tuple[int, ...]
    text: str
    dtype: str


class TableAsk(CellsAsk, frozen=True, kw_only=True):
    """Tell the values in `window`, at most COPY_CELLS of them."""

    plane: Plane
    window: Window


class Table(Answer, frozen=True, kw_only=True):
    """Exact values, tabs between columns and newlines between rows."""

    text: str
