"""Paint marks: a magenta hatch for NaN, triangles for infinities, rings for hidden outliers."""

from functools import lru_cache

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QImage, QPainter, QPen, QPixmap, QPolygonF, QTransform

from explorer.panes.heatmap import NAN, NEGATIVE_INFINITY, OUTLIER, POSITIVE_INFINITY, Tile

Marks = npt.NDArray[np.uint8]

STRIPE, GAP = 0xFFD400D4, 0xFFFFC4FF
RING_PX = 11
MOST_TRIANGLES, MOST_RINGS = 2000, 60


def outlier_blocks(tile: Tile) -> int:
    """Return how many blocks have few cells that their mean hides."""
    marks = np.frombuffer(tile.marks.data, np.uint8)
    return int(np.count_nonzero(marks & OUTLIER))


def paint_marks(painter: QPainter, target: QRectF, marks: Marks) -> None:
    """Paint `marks`, one per block, the blocks filling `target` (in pixels of the painter)."""
    if not marks.any():
        return
    _paint_hatch(painter, target, (marks & NAN) != 0)
    _paint_rings(painter, target, (marks & OUTLIER) != 0)
    for bit, up in ((POSITIVE_INFINITY, True), (NEGATIVE_INFINITY, False)):
        _paint_triangles(painter, target, (marks & bit) != 0, up=up)


def _paint_hatch(painter: QPainter, target: QRectF, mask: npt.NDArray[np.bool_]) -> None:
    if not mask.any():
        return
    rows, columns = mask.shape
    if target.width() / columns < 3 or target.height() / rows < 3:
        mask = _grown(_grown(mask))
    alpha = np.ascontiguousarray(mask).astype(np.uint8) * np.uint8(255)
    shape = QImage(alpha.data, columns, rows, columns, QImage.Format.Format_Alpha8)
    whole = target.toAlignedRect()
    layer = QImage(whole.size(), QImage.Format.Format_ARGB32_Premultiplied)
    layer.fill(Qt.GlobalColor.transparent)
    inner = QPainter(layer)
    inner.drawImage(target.translated(-QPointF(whole.topLeft())), shape)
    inner.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceIn)
    # The stripes belong to the cells: they move along when the view is panned.
    inner.setBrushOrigin(target.topLeft() - QPointF(whole.topLeft()))
    inner.fillRect(layer.rect(), QBrush(stripes()))
    inner.end()
    painter.drawImage(whole.topLeft(), layer)


def _grown(mask: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Return the mask with every neighbour of what it holds: one pixel is easily overlooked."""
    grown = mask.copy()
    grown[1:] |= mask[:-1]
    grown[:-1] |= mask[1:]
    wide = grown.copy()
    wide[:, 1:] |= grown[:, :-1]
    wide[:, :-1] |= grown[:, 1:]
    return wide


@lru_cache(1)
def stripes() -> QPixmap:
    """Return the pattern that stands for NaN."""
    y, x = np.mgrid[:8, :8]
    pattern = np.where((x + y) % 8 < 5, STRIPE, GAP).astype(np.uint32)
    return QPixmap.fromImage(QImage(pattern.data, 8, 8, 32, QImage.Format.Format_RGB32))


def _paint_triangles(
    painter: QPainter, target: QRectF, mask: npt.NDArray[np.bool_], *, up: bool
) -> None:
    if not mask.any():
        return
    cell = np.array([target.height() / mask.shape[0], target.width() / mask.shape[1]])
    size = int(min(12, max(7, cell.min() * 0.5)))
    places = _thinned(mask, size / cell, MOST_TRIANGLES)
    if cell.min() >= 28:
        # Digits have the middle; the triangle takes a corner.
        inset = size * 0.5 + 3
        points = (places + np.array([0, 1])) * cell + np.array([inset, -inset])
    else:
        points = (places + 0.5) * cell
        if cell.min() < 2 * size:
            points += np.array([-size * 0.4 if up else size * 0.4, 0])
    _paint_symbols(painter, target, points, triangle(size, up=up))


def _paint_rings(painter: QPainter, target: QRectF, mask: npt.NDArray[np.bool_]) -> None:
    if not mask.any():
        return
    cell = np.array([target.height() / mask.shape[0], target.width() / mask.shape[1]])
    places = _thinned(mask, RING_PX / cell, MOST_RINGS)
    _paint_symbols(painter, target, (places + 0.5) * cell, ring())


def _paint_symbols(
    painter: QPainter, target: QRectF, points: npt.NDArray[np.float64], image: QPixmap
) -> None:
    """Paint `image` about each of `points`, (n, 2) of y and x within `target`, never cut."""
    half = image.width() / 2
    limit = [max(half, target.height() - half), max(half, target.width() - half)]
    points = np.clip(points, half, limit) - half + [target.y(), target.x()]
    for y, x in points.tolist():
        painter.drawPixmap(QPointF(x, y), image)


def _thinned(
    mask: npt.NDArray[np.bool_], size_cells: npt.NDArray[np.float64], most: int
) -> npt.NDArray[np.int64]:
    """Return rows and columns of what `mask` holds; of many, one where they would overlap."""
    step = np.ones(2, np.int64)
    while np.count_nonzero(mask) > most:
        factor = np.maximum(2, np.ceil(size_cells / step)).astype(np.int64)
        for axis in (0, 1):
            starts = np.arange(0, mask.shape[axis], factor[axis])
            mask = np.logical_or.reduceat(mask, starts, axis=axis)
        step *= factor
    return np.argwhere(mask) * step + (step - 1) // 2


@lru_cache(16)
def triangle(size: int, *, up: bool) -> QPixmap:
    """Return the mark of an infinity, `size` pixels high and 2 more on each side."""
    pixmap = QPixmap(size + 4, size + 4)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    # White within black stands out from every colour of every map.
    painter.setPen(QPen(QColor("black"), 1.6))
    painter.setBrush(QColor("white"))
    shape = QPolygonF(
        [QPointF(2, size + 1.5), QPointF(size + 2, size + 1.5), QPointF(size / 2 + 2, 2.5)]
    )
    if not up:
        shape = QTransform().translate(0, size + 4).scale(1, -1).map(shape)
    painter.drawPolygon(shape)
    painter.end()
    return pixmap


@lru_cache(1)
def ring() -> QPixmap:
    """Return the mark of a block that hides a cell far from its mean: the block shows within."""
    pixmap = QPixmap(RING_PX + 4, RING_PX + 4)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for colour, width in (("black", 4), ("white", 1.6)):
        painter.setPen(QPen(QColor(colour), width))
        painter.drawEllipse(QRectF(2, 2, RING_PX, RING_PX))
    painter.end()
    return pixmap
