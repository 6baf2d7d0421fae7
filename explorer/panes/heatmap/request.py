"""Which tile a view needs."""

import math

from explorer.panes.heatmap import TEXT_CELLS, TileAsk, Window
from explorer.panes.heatmap.digits import LEAST_HEIGHT_PX, LEAST_WIDTH_PX
from explorer.panes.heatmap.look import Look
from explorer.window.plot import CellView

WHOLE_CELLS = 250_000
"""A plane of at most as many cells is asked for whole: then panning needs no engine."""


def visible_window(cells: CellView) -> Window:
    """Return the cells in view."""
    seen = cells.visible()
    return Window(
        max(0, math.floor(seen.top() + 0.5)),
        max(0, math.floor(seen.left() + 0.5)),
        min(cells.rows, math.ceil(seen.bottom() + 0.5)),
        min(cells.columns, math.ceil(seen.right() + 0.5)),
    )


def cell_count(window: Window) -> int:
    """Return how many cells a window has."""
    return (window.bottom - window.top) * (window.right - window.left)


def tile_ask(expression: str, look: Look, cells: CellView, as_of: int = 0) -> TileAsk:
    """Return the question for what is in view, and a little around it for panning."""
    (rows, columns), view, ratio = look.slicing.size, cells.view, cells.devicePixelRatioF()
    # Device pixels per cell, at most one value each.
    across, down = min(1.0, view.cell_width_px * ratio), min(1.0, view.cell_height_px * ratio)
    digits = view.cell_width_px >= LEAST_WIDTH_PX and view.cell_height_px >= LEAST_HEIGHT_PX
    window: Window | None = None
    if rows * columns > (TEXT_CELLS if digits else WHOLE_CELLS) or min(across, down) < 1:
        seen = visible_window(cells)
        more_rows, more_columns = (seen.bottom - seen.top) // 4, (seen.right - seen.left) // 4
        window = Window(
            max(0, seen.top - more_rows),
            max(0, seen.left - more_columns),
            min(rows, seen.bottom + more_rows),
            min(columns, seen.right + more_columns),
        )
        if digits and cell_count(window) > TEXT_CELLS:
            window = seen
        rows, columns = window.bottom - window.top, window.right - window.left
    return TileAsk(
        expression=expression,
        as_of=as_of,
        plane=look.slicing.plane,
        window=window,
        height_px=max(1, math.ceil(rows * down)),
        width_px=max(1, math.ceil(columns * across)),
        reduce=look.reduce,
        part=look.part,
    )
