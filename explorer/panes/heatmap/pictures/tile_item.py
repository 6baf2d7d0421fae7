"""The picture of a tile in a view of cells, and a frame about the cell in hand."""

import pyqtgraph as pg
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPalette, QPen
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from explorer.panes.heatmap.pictures.digit_layer import DARK_TEXT, LIGHT_TEXT, DigitLayer
from explorer.panes.heatmap.pictures.picture import Picture, paint_picture


class TileItem(pg.GraphicsObject):  # type: ignore[misc]  # pyqtgraph is untyped
    """Draws a `Picture` in cell coordinates, at any zoom without smoothing."""

    def __init__(self) -> None:
        super().__init__()
        self.picture: Picture | None = None
        self._focus: tuple[int, int] | None = None
        self._palette = QPalette()
        self._frame = QRectF()
        self._digits: DigitLayer | None = None
        """Those of the picture, at the zoom of its last paint."""

    def set_picture(self, new: Picture | None) -> None:
        """Draw another picture, or nothing."""
        self.picture, self._digits = new, None
        frame = QRectF()
        if new:
            window = new.tile.window
            frame = QRectF(
                window.left - 0.5,
                window.top - 0.5,
                window.right - window.left,
                window.bottom - window.top,
            )
        if frame != self._frame:
            self.prepareGeometryChange()
            self._frame = frame
        self.update()

    def set_focus(self, cell: tuple[int, int] | None) -> None:
        """Draw a frame about the cell (row, column)."""
        self._focus = cell
        self.update()

    def set_palette(self, palette: QPalette) -> None:
        """Take the theme's colours."""
        self._palette = palette
        self.update()

    def boundingRect(self) -> QRectF:
        """Return the window in cell coordinates."""
        return QRectF(self._frame)

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """Draw what is in view."""
        del option, widget
        new = self.picture
        seen = self._frame & self.viewRect()
        if new is None or seen.isEmpty():
            return
        transform = painter.transform()
        painter.resetTransform()
        frame = transform.mapRect(self._frame)
        digits = self._digits_for(new, frame)
        paint_picture(painter, new, frame, transform.mapRect(seen), self._palette, digits=digits)
        if self._focus:
            row, column = self._focus
            self._paint_focus(painter, transform.mapRect(QRectF(column - 0.5, row - 0.5, 1, 1)))

    def _digits_for(self, new: Picture, frame: QRectF) -> DigitLayer | None:
        if not new.tile.texts:
            return None
        # Rounded: what a pan makes of it differs in the last bits.
        cell_px = (
            round(frame.width() / self._frame.width(), 6),
            round(frame.height() / self._frame.height(), 6),
        )
        if self._digits is None or self._digits.cell_px != cell_px:
            self._digits = new.digits(cell_px)
        return self._digits

    def _paint_focus(self, painter: QPainter, frame: QRectF) -> None:
        grown = frame.adjusted(0, 0, -1, -1)
        if min(frame.width(), frame.height()) < 8:
            grown = frame.adjusted(-3, -3, 2, 2)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for colour, width in ((LIGHT_TEXT, 4), (DARK_TEXT, 2)):
            painter.setPen(QPen(colour, width))
            painter.drawRect(grown)
