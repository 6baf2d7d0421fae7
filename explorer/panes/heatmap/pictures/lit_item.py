"""What lies over the picture of a tile: lit cells, a cursor that is linked, cells that are repeats."""

from collections.abc import Sequence
from functools import reduce

import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFontMetricsF, QPainter, QPalette, QPen, QTransform
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

LEAST_PX = 3
"""So large a mark is at least, however small its cells."""
UNDER, OVER = QColor("black"), QColor("white")
PATTERN_ALPHA, PALE_ALPHA, HATCH_ALPHA = 60, 64, 50
"""Of 255: digits stay readable under them."""
RISING, FALLING = QColor("#e8870e"), QColor("#2f7de1")
"""A result grows with a cell, or shrinks as it grows."""
LEAST_ALPHA, MOST_ALPHA = 60, 220
SIGNED_PX = 28
"""Cells at least so large have a sign and a bar, which leave their digits free; others a tint."""
BAR_SHARE = 0.12
"""Of a cell's height."""
LABEL_MARGIN_PX = 3


class LitItem(pg.GraphicsObject):  # type: ignore[misc]  # pyqtgraph is untyped
    """Draws in cell coordinates, above a `TileItem` of as many rows and columns."""

    def __init__(self) -> None:
        super().__init__()
        self.lit: tuple[QRectF, ...] = ()
        """Cells that are lit, as rectangles."""
        self.held: tuple[tuple[QRectF, float], ...] = ()
        """Cells that stay lit, and how a result follows them, -1 to 1."""
        self.labels = ("", "")
        """What the one and the other are."""
        self.cursor_cell: tuple[int, int] | None = None
        self._size = (1, 1)
        self._repeated = (False, False)
        self._palette = QPalette()
        self.setZValue(1)

    def set_size(
        self, rows: int, columns: int, repeated: tuple[bool, bool] = (False, False)
    ) -> None:
        """Lie over so many cells; `repeated` says whether rows, and columns, repeat the first."""
        if (rows, columns) != self._size:
            self.prepareGeometryChange()
            self._size = rows, columns
        self._repeated = repeated
        self.update()

    def set_lit(self, lit: Sequence[QRectF], label: str = "") -> None:
        """Light other cells; `label` says what they are."""
        if (self.lit, self.labels[0]) != (tuple(lit), label):
            self.lit, self.labels = tuple(lit), (label, self.labels[1])
            self.update()

    def set_held(self, held: Sequence[tuple[QRectF, float]], label: str) -> None:
        """Light other cells that stay lit."""
        if (self.held, self.labels[1]) != (tuple(held), label):
            self.held, self.labels = tuple(held), (self.labels[0], label)
            self.update()

    def set_cursor(self, cell: tuple[int, int] | None) -> None:
        """Show where the cursor of a linked heat map is (row, column)."""
        if cell != self.cursor_cell:
            self.cursor_cell = cell
            self.update()

    def set_palette(self, palette: QPalette) -> None:
        """Take the theme's colours."""
        self._palette = palette
        self.update()

    def boundingRect(self) -> QRectF:
        """Return all cells."""
        return QRectF(-0.5, -0.5, self._size[1], self._size[0])

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """Draw what is in view."""
        del option, widget
        transform = painter.transform()
        painter.resetTransform()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
        self._paint_repeats(painter, transform)
        # The frame of a cell at the edge lies partly outside.
        for cells, slope in self.held:
            self._paint_held(painter, _at_least(transform.mapRect(cells)), slope)
        for cells in self.lit:
            self._paint_lit(painter, _at_least(transform.mapRect(cells)))
        if self.cursor_cell:
            row, column = self.cursor_cell
            frame = _at_least(transform.mapRect(QRectF(column - 0.5, row - 0.5, 1, 1)))
            _frame(painter, frame, Qt.PenStyle.DotLine)
        whole = transform.mapRect(self.boundingRect()) & QRectF(painter.viewport())
        held = [cells for cells, _ in self.held]
        # What is pointed at now says more than what stays.
        label, lit = (self.labels[0], self.lit) if self.lit else (self.labels[1], held)
        if label and lit:
            together = reduce(QRectF.united, lit)
            self._paint_label(painter, label, transform.mapRect(together), whole)

    def _paint_repeats(self, painter: QPainter, transform: QTransform) -> None:
        rows, columns = self._size
        down, across = self._repeated
        parts = []
        if down:
            parts.append(QRectF(-0.5, 0.5, columns, rows - 1))
        if across:
            parts.append(QRectF(0.5, -0.5, columns - 1, 1 if down else rows))
        for part in parts:
            pale, line = (
                QColor(self._palette.color(role))
                for role in (QPalette.ColorRole.Base, QPalette.ColorRole.Text)
            )
            pale.setAlpha(PALE_ALPHA)
            line.setAlpha(HATCH_ALPHA)
            area = transform.mapRect(part)
            painter.fillRect(area, pale)
            painter.fillRect(area, QBrush(line, Qt.BrushStyle.BDiagPattern))

    def _paint_held(self, painter: QPainter, area: QRectF, slope: float) -> None:
        tint = QColor(RISING if slope > 0 else FALLING)
        is_large = min(area.width(), area.height()) >= SIGNED_PX
        if slope and not is_large:
            tint.setAlpha(round(LEAST_ALPHA + (MOST_ALPHA - LEAST_ALPHA) * abs(slope)))
            painter.fillRect(area, tint)
        _frame(painter, area, Qt.PenStyle.SolidLine)
        if slope and is_large:
            self._paint_text(painter, "+" if slope > 0 else "−", area.topLeft())
            inner = area.adjusted(2, 2, -3, -3)
            high = max(LEAST_PX, BAR_SHARE * inner.height())
            bar = QRectF(inner.left(), inner.bottom() - high, inner.width(), high)
            painter.fillRect(bar, UNDER)
            bar.setWidth(max(LEAST_PX, abs(slope) * inner.width()))
            painter.fillRect(bar, tint)

    def _paint_label(self, painter: QPainter, text: str, area: QRectF, whole: QRectF) -> None:
        """Write what lit cells are above, below or beside them, where that is in view."""
        metrics = QFontMetricsF(painter.font())
        wide = metrics.horizontalAdvance(text) + 2 * LABEL_MARGIN_PX
        high = metrics.height() + 2 * LABEL_MARGIN_PX
        left = max(whole.left(), min(area.left(), whole.right() - wide))
        top = max(whole.top(), min(area.top(), whole.bottom() - high))
        for corner in (
            QPointF(left, area.top() - high),
            QPointF(left, area.bottom()),
            QPointF(area.right(), top),
            QPointF(area.left() - wide, top),
        ):
            if whole.contains(QRectF(corner.x(), corner.y(), wide, high)):
                self._paint_text(painter, text, corner)
                return

    def _paint_text(self, painter: QPainter, text: str, corner: QPointF) -> None:
        """Write in the theme's colours on a ground of its own, which every map lets be read."""
        metrics = QFontMetricsF(painter.font())
        margin = LABEL_MARGIN_PX
        ground = QRectF(
            corner.x(),
            corner.y(),
            metrics.horizontalAdvance(text) + 2 * margin,
            metrics.height() + (2 * margin if len(text) > 1 else 0),
        )
        painter.fillRect(ground, self._palette.color(QPalette.ColorRole.ToolTipBase))
        painter.setPen(self._palette.color(QPalette.ColorRole.ToolTipText))
        painter.drawText(ground, Qt.AlignmentFlag.AlignCenter, text)

    def _paint_lit(self, painter: QPainter, area: QRectF) -> None:
        for colour, style in (
            (UNDER, Qt.BrushStyle.FDiagPattern),
            (OVER, Qt.BrushStyle.BDiagPattern),
        ):
            tint = QColor(colour)
            tint.setAlpha(PATTERN_ALPHA)
            painter.fillRect(area, QBrush(tint, style))
        _frame(painter, area, Qt.PenStyle.SolidLine)


def rectangles(rows: range, columns: range) -> list[QRectF]:
    """Return the cells of a product of rows and columns, neighbours together."""
    return [
        QRectF(left - 0.5, top - 0.5, width, height)
        for top, height in _runs(rows)
        for left, width in _runs(columns)
    ]


def _runs(cells: range) -> list[tuple[int, int]]:
    if len(cells) and (cells.step == 1 or len(cells) == 1):
        return [(cells[0], len(cells))]
    return [(i, 1) for i in cells]


def _at_least(area: QRectF) -> QRectF:
    wide, high = max(LEAST_PX, area.width()), max(LEAST_PX, area.height())
    middle = area.center()
    return QRectF(middle.x() - wide / 2, middle.y() - high / 2, wide, high)


def _frame(painter: QPainter, area: QRectF, style: Qt.PenStyle) -> None:
    painter.setBrush(Qt.BrushStyle.NoBrush)
    inner = area.adjusted(0, 0, -1, -1)
    painter.setPen(QPen(UNDER, 3, Qt.PenStyle.SolidLine, Qt.PenCapStyle.SquareCap))
    painter.drawRect(inner)
    painter.setPen(QPen(OVER, 1, style))
    painter.drawRect(inner)
