"""A heat map as a figure: title, axes, cells and scale, drawn for a file or the clipboard."""

import math
from dataclasses import dataclass, field

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QPoint, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFontMetricsF,
    QImage,
    QImageWriter,
    QPainter,
    QPalette,
    QRegion,
    QTransform,
)
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QApplication, QWidget

from explorer.panes.heatmap.counts.summary import Summary
from explorer.panes.heatmap.pictures.map_item import paint_maps
from explorer.panes.heatmap.pictures.picture import Picture, paint_grid, paint_picture
from explorer.panes.heatmap.scales.mark_legend import MarkLegend
from explorer.panes.heatmap.scales.scale import Level, Scale, level_text
from explorer.panes.heatmap.scales.scale_bar import COUNTS_PX, GAP_PX, ScaleBar
from explorer.panes.heatmap.slices.lattice import Lattice
from explorer.panes.heatmap.slices.mosaic import Ticks
from explorer.window.code import code_font
from explorer.window.plot import tick_step
from explorer.window.theme import scheme

MARGIN_PX, GAP_BETWEEN_PX, LEGEND_PX, LEAST_LEGEND_PX = 16, 12, 136, 160
ROW_ROOM_PX, COLUMN_ROOM_PX = 30.0, 14.0
"""Between two numbers of rows; the same for columns, besides their digits."""
DRAWING_PIXELS = 2
"""A drawing holds its cells as an image of so many pixels to a unit."""
MOST_PIXELS = 100_000_000
"""A larger picture would take more memory than there may be."""


class TooLargeError(ValueError):
    """A picture would have more than MOST_PIXELS."""


@dataclass(frozen=True, slots=True)
class Figure:
    """What is to be drawn. `cell_px` is the size of a cell at scale 1.

    `seen` is the part of the grid that is shown, in cell coordinates: cell (row, column) covers
    `row ± 0.5` and `column ± 0.5`. `labels` name rows and columns; with a `lattice` it is the grid
    of many maps. Without a scale the cells have
    colours of their own.
    """

    picture: Picture
    title: str
    notes: tuple[str, ...]
    labels: tuple[str, str]
    seen: QRectF
    cell_px: tuple[float, float]
    scale: Scale | None
    whole: bool
    reach: tuple[Level, Level]
    summary: Summary | None
    lattice: Lattice | None = None
    palette: QPalette = field(default_factory=QApplication.palette)

    def size(self) -> QSize:
        """Return the size at scale 1."""
        place = self._grid()
        right = place.right() + (GAP_BETWEEN_PX + LEGEND_PX if self._has_legend else 0)
        text = max(self._text_px(), right)
        bottom = max(place.bottom(), place.top() + (LEAST_LEGEND_PX if self._has_legend else 0))
        return QSize(math.ceil(text) + MARGIN_PX, math.ceil(bottom) + MARGIN_PX)

    def image(self, pixels: float = 1.0) -> QImage:
        """Return it with `pixels` pixels to a unit. Raises TooLargeError."""
        size = self.size()
        width, height = round(size.width() * pixels), round(size.height() * pixels)
        if width * height > MOST_PIXELS:
            raise TooLargeError(width * height)
        image = QImage(width, height, QImage.Format.Format_ARGB32_Premultiplied)
        image.setDevicePixelRatio(pixels)
        painter = QPainter(image)
        self._paint(painter, is_drawing=False)
        painter.end()
        return image

    def png(self, pixels: float = 1.0) -> bytes:
        """Return it as a PNG file."""
        buffer = QBuffer()
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        QImageWriter(buffer, b"png").write(self.image(pixels))
        return bytes(buffer.data().data())

    def svg(self) -> bytes:
        """Return it as an SVG file: the cells are an image in it, all text is text."""
        data = QByteArray()
        buffer = QBuffer(data)
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        generator = QSvgGenerator()
        generator.setOutputDevice(buffer)
        generator.setResolution(96)
        generator.setSize(self.size())
        generator.setViewBox(QRect(QPoint(0, 0), self.size()))
        generator.setTitle(self.title)
        painter = QPainter(generator)
        self._paint(painter, is_drawing=True)
        painter.end()
        buffer.close()
        return bytes(data.data())

    # --- where things stand -------------------------------------------------------------------

    @property
    def _has_legend(self) -> bool:
        tile = self.picture.tile
        odd = tile.nan + tile.positive_infinity + tile.negative_infinity
        return self.scale is not None or bool(odd)

    @property
    def _metrics(self) -> QFontMetricsF:
        return QFontMetricsF(QApplication.font())

    def _text_px(self) -> float:
        font = code_font()
        font.setBold(True)
        widths = [QFontMetricsF(font).horizontalAdvance(self.title)]
        widths += [self._metrics.horizontalAdvance(note) for note in self.notes]
        return MARGIN_PX + max(widths)

    def _grid(self) -> QRectF:
        """Return where the cells stand."""
        line = self._metrics.height()
        numbers = self._metrics.horizontalAdvance("0" * self._digits()[0])
        left = MARGIN_PX + numbers + 6 + (line + 4 if self.labels[0] else 0)
        top = MARGIN_PX + (1.3 + len(self.notes)) * line + 10 + 4
        top += (2 if self.labels[1] else 1) * line
        width, height = (round(n * px) for n, px in zip(self._span(), self.cell_px, strict=True))
        return QRectF(round(left), round(top), width, height)

    def _span(self) -> tuple[float, float]:
        return self.seen.width(), self.seen.height()

    def _ticks(self) -> tuple[Ticks, Ticks]:
        """Return places and texts along rows and columns."""
        seen, (width, height) = self.seen, self.cell_px
        digits = self._digits()
        rooms = ROW_ROOM_PX, COLUMN_ROOM_PX + 9.0 * digits[1]
        if self.lattice:
            return (
                self.lattice.row_ticks(seen.top(), seen.bottom(), rooms[0] / height, height),
                self.lattice.column_ticks(seen.left(), seen.right(), rooms[1] / width, width),
            )
        return (
            _ticks(seen.top(), seen.bottom(), height, rooms[0]),
            _ticks(seen.left(), seen.right(), width, rooms[1]),
        )

    def _digits(self) -> tuple[int, int]:
        """Return how many characters rows and columns are counted with."""
        if self.lattice:
            return self.lattice.digits
        return len(str(math.floor(self.seen.bottom()))), len(str(math.floor(self.seen.right())))

    # --- painting -----------------------------------------------------------------------------

    def _paint(self, painter: QPainter, *, is_drawing: bool) -> None:
        role = QPalette.ColorRole
        painter.fillRect(QRect(QPoint(0, 0), self.size()), self.palette.color(role.Base))
        self._paint_texts(painter)
        grid = self._grid()
        self._paint_axis(painter, grid)
        self._paint_cells(painter, grid, is_drawing=is_drawing)
        self._paint_legend(painter, grid)

    def _paint_texts(self, painter: QPainter) -> None:
        line = self._metrics.height()
        font = code_font()
        font.setBold(True)
        painter.setFont(font)
        painter.setPen(self.palette.color(QPalette.ColorRole.Text))
        y = MARGIN_PX + self._metrics.ascent()
        painter.drawText(QPointF(MARGIN_PX, y), self.title)
        painter.setFont(QApplication.font())
        painter.setPen(QColor(scheme(self.palette).muted))
        for i, note in enumerate(self.notes):
            painter.drawText(QPointF(MARGIN_PX, y + (i + 1.3) * line), note)

    def _paint_axis(self, painter: QPainter, grid: QRectF) -> None:
        line = self._metrics.height()
        painter.setFont(QApplication.font())
        painter.setPen(QColor(scheme(self.palette).muted))
        centre, right = Qt.AlignmentFlag.AlignCenter, Qt.AlignmentFlag.AlignRight
        rows, columns = self._ticks()
        for at, text in columns:
            x = grid.left() + (at - self.seen.left()) * self.cell_px[0]
            where = QRectF(x - 50, grid.top() - line - 4, 100, line)
            painter.drawText(where, centre, text)
        for at, text in rows:
            y = grid.top() + (at - self.seen.top()) * self.cell_px[1]
            where = QRectF(0, y - line / 2, grid.left() - 6, line)
            painter.drawText(where, right | Qt.AlignmentFlag.AlignVCenter, text)
        wide = self._metrics.horizontalAdvance(self.labels[1]) + 8
        x = grid.left() + max(0.0, (grid.width() - wide) / 2)
        painter.drawText(QRectF(x, grid.top() - 2 * line - 4, wide, line), centre, self.labels[1])
        painter.save()
        wide = self._metrics.horizontalAdvance(self.labels[0]) + 8
        painter.translate(MARGIN_PX, grid.top() + max(wide, (grid.height() + wide) / 2))
        painter.rotate(-90)
        painter.drawText(QRectF(0, 0, wide, line), centre, self.labels[0])
        painter.restore()

    def _paint_cells(self, painter: QPainter, grid: QRectF, *, is_drawing: bool) -> None:
        window, (width, height) = self.picture.tile.window, self.cell_px
        frame = QRectF(
            grid.left() + (window.left - 0.5 - self.seen.left()) * width,
            grid.top() + (window.top - 0.5 - self.seen.top()) * height,
            (window.right - window.left) * width,
            (window.bottom - window.top) * height,
        )
        digits = self.picture.digits(self.cell_px) if self.picture.tile.texts else None
        if self.lattice:
            left, top = self.seen.left() * width, self.seen.top() * height
            place = QTransform(width, 0, 0, height, grid.left() - left, grid.top() - top)
            painter.save()
            painter.setClipRect(grid.adjusted(-1, -1, 1, 1))
            paint_maps(painter, self.lattice, place, self.seen, self.palette)
            painter.restore()
        if not is_drawing:
            painter.save()
            paint_picture(painter, self.picture, frame, grid, self.palette, digits=digits)
            painter.restore()
            return
        # A drawing knows no part of an image, and others would smooth its few pixels.
        size = QSize(round(grid.width()), round(grid.height())) * DRAWING_PIXELS
        image = QImage(size, QImage.Format.Format_ARGB32_Premultiplied)
        image.setDevicePixelRatio(DRAWING_PIXELS)
        image.fill(Qt.GlobalColor.transparent)
        inner = QPainter(image)
        inner.translate(-grid.topLeft())
        paint_picture(inner, self.picture, frame, grid, self.palette)
        if digits and digits.is_readable:
            paint_grid(inner, frame, self.cell_px, self.palette)
        inner.end()
        image.setDevicePixelRatio(1)
        painter.drawImage(grid, image)
        if digits and digits.is_readable:
            digits.paint_text(painter, frame.topLeft(), grid, self.palette)

    def _paint_legend(self, painter: QPainter, grid: QRectF) -> None:
        if not self._has_legend:
            return
        line, left = round(self._metrics.height()), round(grid.right() + GAP_BETWEEN_PX)
        height = max(round(grid.height()), LEAST_LEGEND_PX)
        marks = MarkLegend(COUNTS_PX + GAP_PX, None)
        marks.set_tile(self.picture.tile)
        marks_px = marks.sizeHint().height()
        top, room = round(grid.top()), height - marks_px
        if self.scale:
            bar = ScaleBar()
            bar.set_scale(self.scale, whole=self.whole, reach=self.reach, summary=self.summary)
            if not bar.is_fixed:
                painter.setFont(QApplication.font())
                painter.setPen(self.palette.color(QPalette.ColorRole.Text))
                x = left + COUNTS_PX + GAP_PX
                for level, y in ((self.scale.high, top), (self.scale.low, top + room - line)):
                    where = QRectF(x, y, LEGEND_PX, line)
                    painter.drawText(where, Qt.AlignmentFlag.AlignLeft, level_text(level))
                top, room = top + line, room - 2 * line
            self._render(painter, bar, QRect(left, top, LEGEND_PX, room))
        if marks_px:
            place = QRect(left, round(grid.top()) + height - marks_px, LEGEND_PX, marks_px)
            self._render(painter, marks, place)

    def _render(self, painter: QPainter, widget: QWidget, place: QRect) -> None:
        """Draw a widget without its children: what a person can take hold of stays away."""
        widget.setPalette(self.palette)
        widget.setFont(QApplication.font())
        widget.resize(place.size())
        painter.save()
        widget.render(painter, place.topLeft(), QRegion(), QWidget.RenderFlag(0))
        painter.restore()
        widget.deleteLater()


def _ticks(low: float, high: float, cell_px: float, room_px: float) -> Ticks:
    step = tick_step(cell_px, room_px)
    first, last = math.ceil(max(low, 0) / step) * step, math.floor(high)
    return [(float(i), str(i)) for i in range(first, last + 1, step)]
