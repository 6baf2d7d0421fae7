"""A small plot of the row or the column through a cell, in line with the cells beside it."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyqtgraph as pg
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPalette, QPen
from PySide6.QtWidgets import QSizePolicy, QStyleOptionGraphicsItem, QWidget

from explorer.panes.heatmap import NAN, NEGATIVE_INFINITY, POSITIVE_INFINITY
from explorer.panes.heatmap.counts.summary import Axis
from explorer.panes.heatmap.pictures.mark import STRIPE, triangle
from explorer.panes.heatmap.reading.profile import Line
from explorer.panes.heatmap.scales.scale import LINEAR, level_text
from explorer.protocol import Array
from explorer.window.code import code_font
from explorer.window.plot import CellView
from explorer.window.scale import px
from explorer.window.theme import scheme

THICK_PX, THIN_PX = 72, 44
ROOMY_PX = 300
"""Where the cells have less room than this, the strip is thin."""
PAD_PX = 8
"""Between the levels and the edges of the strip: room for the triangles of infinities."""
STAIRS_PX = 1.5
"""Cells of at least so many pixels are drawn as stairs, others and blocks as their range."""
MARK_PX = 9

Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Levels:
    """The ends of the value axis, and how values lie along it."""

    low: float
    high: float
    axis: Axis = LINEAR

    def shares(self, values: Numbers) -> Numbers:
        """Return where values lie, 0 at the low end and 1 at the high one, none beyond them."""
        low, high = self.axis.place(self.low), self.axis.place(self.high)
        places = np.array([self.axis.place(v) for v in values]) if self.axis != LINEAR else values
        with np.errstate(over="ignore", invalid="ignore"):
            shares = (places / 2 - low / 2) / (high / 2 - low / 2)  # the width may be infinite
        return np.clip(shares, 0, 1)


def levels_of(lines: tuple[Line, ...]) -> Levels:
    """Return the range of what lines have, for a scale that has no levels of its own."""
    lows = np.concatenate([numbers(line.low) for line in lines])
    highs = np.concatenate([numbers(line.high) for line in lines])
    if np.isnan(lows).all():
        return Levels(0.0, 1.0)
    low, high = float(np.nanmin(lows)), float(np.nanmax(highs))
    return Levels(low, high) if low < high else Levels(low - 0.5, high + 0.5)


def numbers(array: Array) -> Numbers:
    """Return the numbers of an array of float64."""
    return np.frombuffer(array.data, np.float64)


class ProfileStrip(pg.GraphicsWidget):  # type: ignore[misc]  # pyqtgraph is untyped
    """Above the columns, or left of the rows with `is_upright`; no thicker than nothing while off."""

    def __init__(self, cells: CellView, *, is_upright: bool) -> None:
        super().__init__()
        self._cells, self._is_upright = cells, is_upright
        self.line: Line | None = None
        self.levels = Levels(0.0, 1.0)
        self._at = 0
        self._palette = QPalette()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.set_on(on=False)
        cells.view_changed.connect(self.update)

    def set_on(self, *, on: bool) -> None:
        """Take room, as much as the size of the cells' view allows, or none."""
        cells = self._cells
        across = cells.width() if self._is_upright else cells.height()
        thick = px(THICK_PX if across >= px(ROOMY_PX) else THIN_PX) if on else 0
        if self._is_upright:
            self.setMinimumWidth(thick)
            self.setMaximumWidth(thick)
        else:
            self.setMinimumHeight(thick)
            self.setMaximumHeight(thick)
        self.setVisible(on)

    def show_line(self, line: Line | None, at: int = 0) -> None:
        """Plot a line, marked at cell number `at`; None plots nothing."""
        self.line, self._at = line, at
        self.update()

    def set_levels(self, levels: Levels) -> None:
        """Take the ends of the value axis."""
        self.levels = levels
        self.update()

    def set_palette(self, palette: QPalette) -> None:
        """Take the theme's colours."""
        self._palette = palette
        self.update()

    def boundingRect(self) -> QRectF:
        """Return the strip and the room beside it where its levels are written."""
        frame = QRectF(self.rect())
        room = px(THICK_PX) * 2
        if self._is_upright:
            return frame.adjusted(-2, -px(24), room, 0)
        return frame.adjusted(-room, 0, 0, 0)

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """Draw levels, line and marks."""
        del option, widget
        frame = self.rect()
        if frame.isEmpty():
            return
        colours = scheme(self._palette)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
        reach = self._reach()
        painter.setPen(QPen(QColor(colours.line), 1))
        for share in self._rules():
            painter.drawLine(self._across(share, 0, reach))
        self._paint_levels(painter, QColor(colours.muted))
        if self.line is None:
            return
        painter.setClipRect(frame.adjusted(-1, -1, 1, 1))
        start, end = self._edges(np.array([self._at, self._at + 1]))
        tint = QColor(colours.accent)
        tint.setAlpha(60)
        side = max(1.0, end - start)
        painter.fillRect(self._box(start, side), tint)
        painter.setPen(QPen(QColor(colours.accent), 1.5 if self.line.block == 1 else 2))
        painter.drawLines(self._strokes(self.line))
        self._paint_marks(painter, self.line)

    # --- where things are ---------------------------------------------------------------------

    @property
    def _thick(self) -> float:
        frame = self.rect()
        return float(frame.width() if self._is_upright else frame.height())

    def _reach(self) -> float:
        """Return how far the cells reach along the strip, in pixels."""
        cells = self._cells.rows if self._is_upright else self._cells.columns
        length = self.rect().height() if self._is_upright else self.rect().width()
        return min(float(length), float(self._edges(np.array([cells]))[0]))

    def _edges(self, cells: npt.NDArray[np.int64]) -> Numbers:
        """Return where cells begin along the strip, in pixels."""
        view, edges = self._cells.view, cells.astype(np.float64) - 0.5
        if self._is_upright:
            return (edges - view.top) * view.cell_height_px
        return (edges - view.left) * view.cell_width_px

    def _depth(self, shares: Numbers) -> Numbers:
        """Return how far from the strip's left or upper edge values are drawn, in pixels."""
        inner = self._thick - 2 * px(PAD_PX)
        return px(PAD_PX) + (shares if self._is_upright else 1 - shares) * inner

    def _across(self, share: float, start: float, end: float) -> QLineF:
        depth = float(self._depth(np.array([share]))[0])
        if self._is_upright:
            return QLineF(depth, start, depth, end)
        return QLineF(start, depth, end, depth)

    def _box(self, start: float, length: float) -> QRectF:
        if self._is_upright:
            return QRectF(0, start, self._thick, length)
        return QRectF(start, 0, length, self._thick)

    def _rules(self) -> list[float]:
        rules = [0.0, 1.0]
        if self.levels.low < 0 < self.levels.high:
            rules.append(float(self.levels.shares(np.array([0.0]))[0]))
        return rules

    def _strokes(self, line: Line) -> list[QLineF]:
        """Return the line: stairs where cells are wide, else the range of each; gaps at NaN."""
        edges = self._edges(_bounds(line))
        low = self._depth(self.levels.shares(numbers(line.low)))
        high = self._depth(self.levels.shares(numbers(line.high)))
        known = ~np.isnan(low)
        joined = known[1:] & known[:-1]
        if line.block == 1 and edges[-1] - edges[0] >= STAIRS_PX * len(low):
            flat = [(edges[:-1], low, edges[1:], low, known)]
            flat.append((edges[1:-1], low[:-1], edges[1:-1], low[1:], joined))
        else:
            middle = (edges[1:] + edges[:-1]) / 2
            near, far = np.fmin(low, high), np.fmax(low, high)
            # Ranges of neighbours that do not touch are joined, as a line would be.
            near[1:] = np.where(joined, np.fmin(near[1:], far[:-1]), near[1:])
            far[:-1] = np.where(joined, np.fmax(far[:-1], near[1:]), far[:-1])
            flat = [(middle, near, middle, np.maximum(far, near + 1), known)]
        strokes = []
        for along, depth, along_end, depth_end, shown in flat:
            places = np.stack((along, depth, along_end, depth_end), 1)[shown].tolist()
            for a, b, c, d in places:
                strokes.append(QLineF(b, a, d, c) if self._is_upright else QLineF(a, b, c, d))
        return strokes

    def _paint_marks(self, painter: QPainter, line: Line) -> None:
        """Draw a stripe where there are NaNs and triangles at the edges for infinities."""
        marks = np.frombuffer(line.marks.data, np.uint8)
        if not marks.any():
            return
        edges = self._edges(_bounds(line))
        for i in np.flatnonzero(marks & NAN).tolist():
            stripe = self._box(edges[i], max(2.0, edges[i + 1] - edges[i]))
            thin = px(4)
            if self._is_upright:
                stripe.setLeft(stripe.right() - thin)
            else:
                stripe.setTop(stripe.bottom() - thin)
            painter.fillRect(stripe, QColor.fromRgb(STRIPE))
        for bit, is_up in ((POSITIVE_INFINITY, True), (NEGATIVE_INFINITY, False)):
            image = triangle(MARK_PX, up=is_up)
            last = -np.inf
            for i in np.flatnonzero(marks & bit).tolist():
                middle = (edges[i] + edges[i + 1]) / 2
                if middle - last < MARK_PX:
                    continue
                last = middle
                depth = image.width() / 2
                if is_up == self._is_upright:
                    depth = self._thick - depth
                spot = QPointF(depth, middle) if self._is_upright else QPointF(middle, depth)
                painter.drawPixmap(spot - QPointF(image.width() / 2, image.height() / 2), image)

    def _paint_levels(self, painter: QPainter, colour: QColor) -> None:
        font = code_font()
        font.setPointSizeF(font.pointSizeF() * 0.85)
        painter.setFont(font)
        painter.setPen(colour)
        height = QFontMetricsF(font).height()
        texts = level_text(self.levels.low), level_text(self.levels.high)
        low, high = self._depth(np.array([0.0, 1.0])).tolist()
        if self._is_upright:
            room = QRectF(0, -height - 2, self._thick, height)
            for digits in (2, 1):
                width = QFontMetricsF(font).horizontalAdvance("".join(texts))
                if width + px(PAD_PX) > self._thick:
                    texts = f"{self.levels.low:.{digits}g}", f"{self.levels.high:.{digits}g}"
            painter.drawText(room, Qt.AlignmentFlag.AlignLeft, texts[0])
            painter.drawText(room, Qt.AlignmentFlag.AlignRight, texts[1])
            return
        for text, depth in zip(texts, (low, high), strict=True):
            room = QRectF(-px(THICK_PX) * 2, depth - height / 2, px(THICK_PX) * 2 - 6, height)
            where = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(room, where, text)


def _bounds(line: Line) -> npt.NDArray[np.int64]:
    """Return the first cell of each block, and the end of the last."""
    first = line.start // line.block * line.block
    bounds = np.arange(first, line.stop, line.block, dtype=np.int64)
    bounds[0] = line.start
    return np.append(bounds, line.stop)
