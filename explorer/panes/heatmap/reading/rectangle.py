"""A rectangle of cells that a person chose: its index expression, and what is asked about it."""

from typing import ClassVar

from explorer.catalog.grade import in_brackets
from explorer.panes.heatmap import Plane, Window
from explorer.panes.heatmap.counts.summary import Stepped, SteppedAsk
from explorer.panes.heatmap.slices.slicing import Slicing
from explorer.protocol import Lane

Cell = tuple[int, int]


class RectangleAsk(SteppedAsk, frozen=True, kw_only=True):
    """Add up the cells of `window`."""

    plane: Plane
    window: Window


class BlockAsk(RectangleAsk, frozen=True, kw_only=True):
    """The same about the block under the cursor, which goes before what takes long."""

    lane: ClassVar[Lane] = "tile"


class Rectangle(Stepped, frozen=True, kw_only=True):
    """What `count` cells are together; all but the counts are of the finite ones alone.

    `total` is written out: that of whole numbers is exact and may need more than 64 bits. It and
    the others are None while no finite cell is known.
    """

    window: Window
    count: int
    nan: int
    infinite: int
    total: str | None = None
    mean: float | None = None
    minimum: int | float | None = None
    maximum: int | float | None = None


def between(a: Cell, b: Cell) -> Window:
    """Return the window with the cells `a` and `b` in opposite corners."""
    (top, bottom), (left, right) = (sorted(pair) for pair in zip(a, b, strict=True))
    return Window(top, left, bottom + 1, right + 1)


def index_code(slicing: Slicing, window: Window) -> str:
    """Return the key of a window, in the order of the tensor's dims: `[3, 2:5, 1:4]`, "" for a 0-d one."""
    key = [str(i) for i in slicing.index]
    for dim, start, stop in (
        (slicing.rows, window.top, window.bottom),
        (slicing.columns, window.left, window.right),
    ):
        if dim is not None:
            key[dim] = _span(start, stop, slicing.shape[dim])
    return f"[{', '.join(key)}]" if key else ""


def rectangle_code(expression: str, slicing: Slicing, window: Window) -> str:
    """Return Python that makes the cells of a window as they are shown: `x[2:5, 1:4]`."""
    is_turned = slicing.rows is not None and slicing.columns is not None
    is_turned = is_turned and (slicing.rows or 0) > (slicing.columns or 0)
    rest = index_code(slicing, window) + (".T" if is_turned else "")
    return in_brackets(expression) + rest if rest else expression


def _span(start: int, stop: int, size: int) -> str:
    return ":" if (start, stop) == (0, size) else f"{start}:{stop}"
