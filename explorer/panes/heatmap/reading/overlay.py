"""What reading a heat map draws over its cells: the lines of a crosshair, a chosen rectangle."""

import pyqtgraph as pg
from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPen
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from explorer.panes.heatmap import Window

UNDER, OVER = QColor("black"), QColor("white")
SHADE = QColor(0, 0, 0, 70)
OUTLINED_PX = 6
"""Rows and columns at least as wide are outlined, others drawn as one line."""


class ReadingItem(pg.GraphicsObject):  # type: ignore[misc]  # pyqtgraph is untyped
    """Draws in cell coordinates, over a grid of `set_size` rows and columns."""

    def __init__(self) -> None:
        super().__init__()
        self.cross: tuple[int, int] | None = None
        self.rectangle: Window | None = None
        self._size = (1, 1)
        self.setZValue(2)

    def set_size(self, rows: int, columns: int) -> None:
        """Lie over so many cells."""
        if (rows, columns) != self._size:
            self.prepareGeometryChange()
            self._size = rows, columns

    def set_cross(self, cell: tuple[int, int] | None) -> None:
        """Draw lines along the row and the column of a cell."""
        if cell != self.cross:
            self.cross = cell
            self.update()

    def set_rectangle(self, window: Window | None) -> None:
        """Frame the cells of a window, and shade all others."""
        if window != self.rectangle:
            self.rectangle = window
            self.update()

    def boundingRect(self) -> QRectF:
        """Return all cells."""
        return QRectF(-0.5, -0.5, self._size[1], self._size[0])

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """Draw both, lines of two tones: these stand out from every colour of every map."""
        del option, widget
        if self.cross is None and self.rectangle is None:
            return
        transform = painter.transform()
        painter.resetTransform()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
        whole = transform.mapRect(self.boundingRect())
        if self.rectangle:
            w = self.rectangle
            cells = QRectF(w.left - 0.5, w.top - 0.5, w.right - w.left, w.bottom - w.top)
            self._paint_rectangle(painter, whole, transform.mapRect(cells))
        if self.cross:
            row, column = self.cross
            self._paint_cross(
                painter, whole, transform.mapRect(QRectF(column - 0.5, row - 0.5, 1, 1))
            )

    def _paint_cross(self, painter: QPainter, whole: QRectF, cell: QRectF) -> None:
        lines = []
        if cell.height() >= OUTLINED_PX:
            lines += [
                QLineF(whole.left(), y, whole.right(), y) for y in (cell.top(), cell.bottom())
            ]
        else:
            y = cell.center().y()
            lines.append(QLineF(whole.left(), y, whole.right(), y))
        if cell.width() >= OUTLINED_PX:
            lines += [
                QLineF(x, whole.top(), x, whole.bottom()) for x in (cell.left(), cell.right())
            ]
        else:
            x = cell.center().x()
            lines.append(QLineF(x, whole.top(), x, whole.bottom()))
        painter.setPen(QPen(UNDER, 1))
        painter.drawLines(lines)
        painter.setPen(QPen(OVER, 1, Qt.PenStyle.DashLine))
        painter.drawLines(lines)

    def _paint_rectangle(self, painter: QPainter, whole: QRectF, frame: QRectF) -> None:
        painter.save()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QBrush(SHADE))
        for around in (
            QRectF(whole.left(), whole.top(), whole.width(), frame.top() - whole.top()),
            QRectF(whole.left(), frame.bottom(), whole.width(), whole.bottom() - frame.bottom()),
            QRectF(whole.left(), frame.top(), frame.left() - whole.left(), frame.height()),
            QRectF(frame.right(), frame.top(), whole.right() - frame.right(), frame.height()),
        ):
            if not around.isEmpty():
                painter.drawRect(around)
        painter.restore()
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for colour, width in ((UNDER, 4), (OVER, 2)):
            painter.setPen(QPen(colour, width))
            painter.drawRect(frame.adjusted(0, 0, -1, -1))
