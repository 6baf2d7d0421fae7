"""What a heat map asks about the row and the column through a cell: lines for two small plots."""

import math
from typing import ClassVar

import msgspec

from explorer.panes.heatmap import CellsAsk, Part, Plane, Window
from explorer.protocol import Answer, Array, Lane


class ProfileAsk(CellsAsk, frozen=True, kw_only=True):
    """Tell the cells of `window` in `row`, in blocks of `across` cells, and in `column`, of `down`.

    Blocks are counted from the plane's corner.
    """

    lane: ClassVar[Lane] = "side"
    plane: Plane
    window: Window
    row: int
    column: int
    across: int = 1
    down: int = 1
    part: Part = "magnitude"


class Line(msgspec.Struct, frozen=True):
    """Cells from `start` on in blocks of `block`, the first and last of which may be cut short.

    `low` and `high` are the extremes of the finite cells of each block, float64, NaN where it has
    none. `marks` has the bits of a tile's.
    """

    start: int
    stop: int
    block: int
    low: Array
    high: Array
    marks: Array


class Profile(Answer, frozen=True, kw_only=True):
    """The row and the column through a cell."""

    row: int
    column: int
    across: Line
    down: Line


def block_for(cell_px: float) -> int:
    """Return the least power of two of cells that is at least a pixel wide."""
    return 1 if cell_px >= 1 else 1 << math.ceil(math.log2(1 / cell_px))
