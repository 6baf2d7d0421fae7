"""Outline the blocks that a line changed: dashes of white on black, which every colour lets show."""

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

Mask = npt.NDArray[np.bool_]
Lines = npt.NDArray[np.int64]
"""A row a line: x1, y1, x2, y2, in blocks."""

LEAST_BLOCK_PX = 6
MOST_LINES = 800
UNDER, OVER = QColor("black"), QColor("white")


def paint_outline(painter: QPainter, target: QRectF, mask: Mask) -> None:
    """Outline what `mask` holds, one per block, the blocks filling `target` (in pixels).

    Where blocks are tiny, or the outlines too many, neighbours are outlined together.
    """
    if not mask.any():
        return
    rows, columns = mask.shape
    size = np.array([target.height() / rows, target.width() / columns])
    step = np.maximum(1, np.ceil(LEAST_BLOCK_PX / size)).astype(np.int64)
    groups = _grouped(mask, step)
    lines = outline(groups)
    while len(lines) > MOST_LINES:
        step, groups = step * 2, _grouped(groups, np.array([2, 2]))
        lines = outline(groups)
    x, y = target.x(), target.y()
    across, down = (step * size)[[1, 0]]
    right, bottom = target.right(), target.bottom()
    drawn = [
        QLineF(
            min(right, x + x1 * across),
            min(bottom, y + y1 * down),
            min(right, x + x2 * across),
            min(bottom, y + y2 * down),
        )
        for x1, y1, x2, y2 in lines.tolist()
    ]
    painter.setPen(QPen(UNDER, 3, Qt.PenStyle.SolidLine, Qt.PenCapStyle.SquareCap))
    painter.drawLines(drawn)
    painter.setPen(QPen(OVER, 1, Qt.PenStyle.DashLine))
    painter.drawLines(drawn)


def outline(mask: Mask) -> Lines:
    """Return the lines between what `mask` holds and what it does not, its edges included."""
    padded = np.pad(mask, 1)
    across = _runs(padded[1:, 1:-1] != padded[:-1, 1:-1])
    down = _runs((padded[1:-1, 1:] != padded[1:-1, :-1]).T)
    at, start, end = across.T
    horizontal = np.stack([start, at, end, at], axis=1)
    at, start, end = down.T
    vertical = np.stack([at, start, at, end], axis=1)
    return np.concatenate([horizontal, vertical])


def _runs(mask: Mask) -> Lines:
    """Return (row, start, end) of every run of True in the rows of `mask`."""
    steps = np.diff(np.pad(mask, ((0, 0), (1, 1))).astype(np.int8), axis=1)
    starts, ends = np.argwhere(steps == 1), np.argwhere(steps == -1)
    return np.column_stack([starts, ends[:, 1]])


def _grouped(mask: Mask, step: npt.NDArray[np.int64]) -> Mask:
    """Return a mask of groups of `step` blocks that holds those with a block in them."""
    for axis in (0, 1):
        if step[axis] > 1:
            starts = np.arange(0, mask.shape[axis], step[axis])
            mask = np.logical_or.reduceat(mask, starts, axis=axis)
    return mask
