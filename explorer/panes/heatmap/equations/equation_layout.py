"""How the tensors of an equation stand: rows and columns of each, beside or below each other."""

from collections.abc import Sequence
from dataclasses import dataclass

from explorer.panes.heatmap.equations.provenance import Index, Shape
from explorer.panes.heatmap.equations.term_view import Layout
from explorer.panes.heatmap.equations.tracer import Traced, spread_out
from explorer.panes.heatmap.slices.slicing import Slicing

LEAST_CELL_PX = 1.0


@dataclass(frozen=True, slots=True)
class Fit:
    """The size of all cells, and whether heat maps stand below each other."""

    cell_px: float
    is_below: bool


def fit(
    sizes: Sequence[tuple[int, int]],
    chrome_px: Sequence[tuple[int, int, int, int]],
    signs_px: Sequence[tuple[int, int]],
    room_px: tuple[int, int],
    *,
    gap_px: int,
    most_px: float,
) -> Fit:
    """Return how heat maps of `sizes` (rows, columns) have the largest cells in a room.

    `chrome_px` is what each needs beside its cells: width and height of its axes, height and width
    of its caption. `signs_px` are widths and heights.
    """
    gaps = gap_px * (len(sizes) + len(signs_px) + 1)
    rows, columns = [size[0] for size in sizes], [size[1] for size in sizes]
    axes_wide, axes_high = [c[0] for c in chrome_px], [c[1] + c[2] for c in chrome_px]
    beside = min(
        (room_px[0] - gaps - sum(axes_wide) - sum(w for w, _ in signs_px)) / sum(columns),
        (room_px[1] - max(axes_high)) / max(rows),
    )
    below = min(
        (room_px[0] - max(axes_wide)) / max(columns),
        (room_px[1] - gaps - sum(axes_high) - sum(h for _, h in signs_px)) / sum(rows),
    )
    # Side by side is how it is written: only much larger cells are worth another way.
    is_below = min(below, most_px) > 1.5 * min(beside, most_px)
    return Fit(max(LEAST_CELL_PX, min(below if is_below else beside, most_px)), is_below)


def layouts(traced: Traced, leading: Index) -> list[Layout]:
    """Return how each operand, and at the end the result, is laid out.

    `leading` is where the dims of all stand that are neither rows nor columns, if they are aligned.
    """
    kind, shapes = traced.origin.kind, [info.shape for info in traced.infos]
    if not traced.is_aligned and any(len(shape) > 2 for shape in shapes):
        return [Layout(s, s.size) for s in map(spread_out, shapes)]
    slicings = [_slicing(shape, leading) for shape in shapes]
    own = [Layout(s, s.size) for s in slicings]
    if kind == "elementwise":
        return [Layout(s, slicings[-1].size) for s in slicings[:-1]] + own[-1:]
    upright = _columns(traced)
    return [
        Layout(s, s.size[::-1], is_column=True) if is_upright else layout
        for s, layout, is_upright in zip(slicings, own, upright, strict=True)
    ]


def _slicing(shape: Shape, leading: Index) -> Slicing:
    slicing = Slicing.of(shape)
    n = max(0, len(shape) - 2)
    last = leading[len(leading) - n :]
    for dim, i in enumerate(last):
        slicing = slicing.at(dim, i if shape[dim] > 1 else 0)
    return slicing


def _columns(traced: Traced) -> list[bool]:
    """Return which vectors stand upright, so that they lie along what they belong to."""
    shapes = [info.shape for info in traced.infos]
    upright = [False] * len(shapes)
    operation = traced.equation.operation
    if traced.origin.kind == "product" and len(shapes) == 3 and operation not in ("linear",):
        left, right, made = map(len, shapes)
        upright[1] = right == 1 and operation not in ("outer", "ger")
        upright[0] = operation in ("outer", "ger")
        upright[2] = left == 2 and made == 1
    elif traced.origin.kind == "reduction" and len(shapes[0]) == 2 and len(shapes[1]) == 1:
        first = traced.regions((0,))
        upright[1] = bool(first and first[0] and len(first[0][0]) == 1 and shapes[0][0] > 1)
    return upright
