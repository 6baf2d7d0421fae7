"""Which tile a view needs."""

import math

from msgspec import structs

from explorer.panes.heatmap import TEXT_CELLS, TileAsk, Window, block_side
from explorer.panes.heatmap.look import Look
from explorer.panes.heatmap.pictures.digits import LEAST_HEIGHT_PX, LEAST_WIDTH_PX
from explorer.panes.heatmap.slices.mosaic import MosaicAsk
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


def tile_ask(
    expression: str, look: Look, cells: CellView, as_of: int = 0, *, pixels: float = 0.0
) -> TileAsk:
    """Return the question for what is in view, and a little around it for panning.

    `pixels` is how many there are to a pixel of the view, where not those of its screen.
    """
    (rows, columns), view = look.slicing.size, cells.view
    ratio = pixels or cells.devicePixelRatioF()
    # At most one value to a device pixel.
    down = block_side(1 / (view.cell_height_px * ratio))
    across = block_side(1 / (view.cell_width_px * ratio))
    mosaic = look.slicing.mosaic
    if mosaic:
        down, across = min(down, mosaic.block), min(across, mosaic.block)
    digits = view.cell_width_px >= LEAST_WIDTH_PX and view.cell_height_px >= LEAST_HEIGHT_PX
    window: Window | None = None
    if rows * columns > (TEXT_CELLS if digits else WHOLE_CELLS) or max(down, across) > 1:
        seen = visible_window(cells)
        top, bottom = _around(seen.top, seen.bottom, rows, down)
        left, right = _around(seen.left, seen.right, columns, across)
        window = Window(top, left, bottom, right)
        if digits and cell_count(window) > TEXT_CELLS:
            window = seen
        rows, columns = window.bottom - window.top, window.right - window.left
    ask = TileAsk(
        expression=expression,
        as_of=as_of,
        plane=look.slicing.plane,
        window=window,
        height_px=-(-rows // down),
        width_px=-(-columns // across),
        reduce=look.reduce,
        part=look.part,
        channels=look.slicing.channels,
    )
    return MosaicAsk(**structs.asdict(ask), mosaic=mosaic) if mosaic else ask


def _around(start: int, end: int, size: int, block: int) -> tuple[int, int]:
    """Return a span about what is seen, on a grid so coarse that most panning stays within it."""
    grid = block * max(1, block_side((end - start) / block) // 8)
    margin = (end - start) // 8
    return (
        max(0, (start - margin) // grid * grid),
        min(size, -(-(end + margin) // grid) * grid),
    )
