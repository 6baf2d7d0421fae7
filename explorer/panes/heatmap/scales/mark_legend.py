"""What the marks in the picture mean, for as long as there are any."""

from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QBrush, QPainter, QPaintEvent, QPalette, Qt
from PySide6.QtWidgets import QSizePolicy, QWidget

from explorer.panes.heatmap import Tile
from explorer.panes.heatmap.pictures.mark import outlier_blocks, ring, stripes, triangle
from explorer.text import tr

ROW_PX, SWATCH_PX, TRIANGLE_PX = 20, 18, 9


class MarkLegend(QWidget):
    """A row for each of NaN, +Inf, -Inf and outliers that are in view."""

    def __init__(self, x_px: int, parent: QWidget | None) -> None:
        super().__init__(parent)
        self._x_px = x_px
        self._counts: tuple[tuple[str, int], ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(tr("Legend of the marks"))
        self.hide()

    def set_tile(self, tile: Tile) -> None:
        """Show the marks of a tile."""
        counts = (
            ("NaN", tile.nan),
            ("+Inf", tile.positive_infinity),
            ("-Inf", tile.negative_infinity),
            (tr("Outlier"), outlier_blocks(tile)),
        )
        shown = tuple((kind, n) for kind, n in counts if n)
        if shown != self._counts:
            self._counts = shown
            self.setAccessibleDescription(", ".join(f"{n:,} {kind}" for kind, n in shown))
            self.updateGeometry()
            self.update()
        self.setVisible(bool(shown))

    def sizeHint(self) -> QSize:
        """Return the size of its rows."""
        return QSize(100, ROW_PX * len(self._counts))

    def minimumSizeHint(self) -> QSize:
        """Return the same."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw mark and word, row by row."""
        del event
        painter = QPainter(self)
        for i, (kind, _) in enumerate(self._counts):
            swatch = QRectF(self._x_px, i * ROW_PX + 3, SWATCH_PX, ROW_PX - 6)
            if kind == "NaN":
                painter.fillRect(swatch, QBrush(stripes()))
            else:
                up = {"+Inf": True, "-Inf": False}.get(kind)
                image = ring() if up is None else triangle(TRIANGLE_PX, up=up)
                half = QPointF(image.width() / 2, image.height() / 2)
                painter.drawPixmap(swatch.center() - half, image)
            painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
            text = QRectF(swatch.right() + 8, i * ROW_PX, self.width(), ROW_PX)
            painter.drawText(text, Qt.AlignmentFlag.AlignVCenter, kind)
