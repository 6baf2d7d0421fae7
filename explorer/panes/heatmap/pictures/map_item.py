"""The number above each map of a grid, where there is room, and a line about it."""

import pyqtgraph as pg
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPalette, QPen, QTransform
from PySide6.QtWidgets import QApplication, QStyleOptionGraphicsItem, QWidget

from explorer.panes.heatmap import Window
from explorer.panes.heatmap.slices.lattice import Lattice
from explorer.window.scale import px
from explorer.window.theme import scheme

LARGEST_FONT_PX, SMALLEST_FONT_PX = 11, 8
LINED_GAP_PX = 4
"""Where gaps are smaller, maps have no line about them: it would fill the gaps."""


class MapItem(pg.GraphicsObject):  # type: ignore[misc]  # pyqtgraph is untyped
    """Draws in cell coordinates, under the picture of a `TileItem`."""

    def __init__(self) -> None:
        super().__init__()
        self.lattice: Lattice | None = None
        self._palette = QPalette()
        self.setZValue(-1)

    def set_lattice(self, lattice: Lattice | None) -> None:
        """Draw about the maps of another grid, or nothing."""
        if lattice != self.lattice:
            self.prepareGeometryChange()
            self.lattice = lattice
            self.update()

    def set_palette(self, palette: QPalette) -> None:
        """Take the theme's colours."""
        self._palette = palette
        self.update()

    def boundingRect(self) -> QRectF:
        """Return all maps and gaps."""
        if self.lattice is None:
            return QRectF()
        rows, columns = self.lattice.mosaic.size
        return QRectF(-0.5, -0.5, columns, rows)

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """Draw what is in view."""
        del option, widget
        if self.lattice is None:
            return
        seen, transform = self.boundingRect() & self.viewRect(), painter.transform()
        painter.resetTransform()
        paint_maps(painter, self.lattice, transform, seen, self._palette)


def paint_maps(
    painter: QPainter, lattice: Lattice, transform: QTransform, seen: QRectF, palette: QPalette
) -> None:
    """Draw what is about the maps in `seen`, in cell coordinates; `transform` makes them pixels."""
    mosaic = lattice.mosaic
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
    window = Window(
        int(seen.top() + 0.5),
        int(seen.left() + 0.5),
        int(seen.bottom() + 1),
        int(seen.right() + 1),
    )
    one = transform.mapRect(QRectF(0, 0, mosaic.columns, mosaic.rows))
    gap_px = one.height() / mosaic.rows * mosaic.row_gap
    font = QApplication.font()
    size = min(px(LARGEST_FONT_PX), int(gap_px) - 4)
    font.setPixelSize(max(1, size))
    painter.setFont(font)
    metrics = QFontMetricsF(font)
    is_lined = one.width() / mosaic.columns * mosaic.column_gap >= LINED_GAP_PX
    if not is_lined and size < SMALLEST_FONT_PX:
        return
    line = QPen(palette.color(QPalette.ColorRole.Mid), 1)
    text = QPen(scheme(palette).muted)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for number in mosaic.seen(window).tolist():
        top, left = mosaic.place(number)
        frame = transform.mapRect(QRectF(left - 0.5, top - 0.5, mosaic.columns, mosaic.rows))
        if is_lined:
            painter.setPen(line)
            painter.drawRect(frame.toAlignedRect().adjusted(-1, -1, 0, 0))
        label = lattice.label(number) if size >= SMALLEST_FONT_PX else ""
        if label and metrics.horizontalAdvance(label) <= frame.width() + 4:
            painter.setPen(text)
            above = QRectF(frame.left(), frame.top() - gap_px, frame.width() + 8, gap_px - 2)
            painter.drawText(
                above, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom, label
            )
