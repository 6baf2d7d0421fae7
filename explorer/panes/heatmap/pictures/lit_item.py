"""What lies over the picture of a tile: lit cells, a cursor that is linked, cells that are repeats."""

from collections.abc import Sequence

import pyqtgraph as pg
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPalette, QPen, QTransform
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

LEAST_PX = 3
"""So large a mark is at least, however small its cells."""
UNDER, OVER = QColor("black"), QColor("white")
PATTERN_ALPHA, PALE_ALPHA, HATCH_ALPHA = 60, 64, 50
"""Of 255: digits stay readable under them."""


class LitItem(pg.GraphicsObject):  # type: ignore[misc]  # pyqtgraph is untyped
    """Draws in cell coordinates, above a `TileItem` of as many rows and columns."""

    def __init__(self) -> None:
        super().__init__()
        self.lit: tuple[QRectF, ...] = ()
        """Cells that are lit, as rectangles."""
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

    def set_lit(self, lit: Sequence[QRectF]) -> None:
        """Light other cells."""
        if self.lit != tuple(lit):
            self.lit = tuple(lit)
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
        for cells in self.lit:
            self._paint_lit(painter, _at_least(transform.mapRect(cells)))
        if self.cursor_cell:
            row, column = self.cursor_cell
            frame = _at_least(transform.mapRect(QRectF(column - 0.5, row - 0.5, 1, 1)))
            _frame(painter, frame, Qt.PenStyle.DotLine)

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
