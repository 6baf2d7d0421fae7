"""The picture of a tile: an image, marks, digits and a frame about the cell in hand."""

from dataclasses import dataclass

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPalette, QPen
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from explorer.panes.heatmap import CHANGED, NAN, Tile
from explorer.panes.heatmap.colour import (
    NO_VALUE,
    Indices,
    LineRanges,
    Values,
    colours,
    placed,
    table_of,
    takes_dark_text,
)
from explorer.panes.heatmap.digits import (
    LEAST_HEIGHT_PX,
    LEAST_WIDTH_PX,
    Text,
    font_px,
    paint_texts,
    room,
    shortened,
)
from explorer.panes.heatmap.mark import Marks, paint_marks
from explorer.panes.heatmap.outline import paint_outline
from explorer.panes.heatmap.scale import Scale

DARK_TEXT, LIGHT_TEXT = QColor("black"), QColor("white")
"""Pure: anything less does not reach a contrast of 4.5 on the middle of a map."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A tile made ready to be drawn with a scale."""

    tile: Tile
    values: Values
    marks: Marks
    places: Indices
    image: QImage
    map_name: str
    steps: int


def picture(tile: Tile, scale: Scale, *, whole: bool, ranges: LineRanges | None = None) -> Picture:
    """Return `tile` in the colours of `scale`; `whole` says that all its values are integers.

    `ranges` are those of the tile's lines, for a scale along them.
    """
    shape = tile.values.shape
    values = np.frombuffer(tile.values.data, np.float32).reshape(shape)
    marks = np.frombuffer(tile.marks.data, np.uint8).reshape(shape)
    places = placed(values, (tile.base, tile.scale), scale, whole=whole, ranges=ranges)
    map_name, steps = table_of(scale, whole=whole)
    image = QImage(places.data, shape[1], shape[0], shape[1], QImage.Format.Format_Indexed8)
    image.setColorTable(colours(map_name, steps).tolist())
    drawn = image.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)
    return Picture(tile, values, marks, places, drawn, map_name, steps)


class TileItem(pg.GraphicsObject):  # type: ignore[misc]  # pyqtgraph is untyped
    """Draws a `Picture` in cell coordinates, at any zoom without smoothing."""

    def __init__(self) -> None:
        super().__init__()
        self.picture: Picture | None = None
        self._focus: tuple[int, int] | None = None
        self._palette = QPalette()
        self._frame = QRectF()

    def set_picture(self, new: Picture | None) -> None:
        """Draw another picture, or nothing."""
        self.picture = new
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
        tile, (height, width) = new.tile, new.values.shape
        top = int((seen.top() - self._frame.top()) // tile.block_rows)
        left = int((seen.left() - self._frame.left()) // tile.block_columns)
        bottom = min(height, int((seen.bottom() - self._frame.top()) // tile.block_rows) + 1)
        right = min(width, int((seen.right() - self._frame.left()) // tile.block_columns) + 1)
        blocks = QRectF(
            self._frame.left() + left * tile.block_columns,
            self._frame.top() + top * tile.block_rows,
            (right - left) * tile.block_columns,
            (bottom - top) * tile.block_rows,
        )
        transform = painter.transform()
        painter.resetTransform()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, on=False)
        # The last block may be cut short by the edge of the tensor.
        painter.setClipRect(transform.mapRect(self._frame), Qt.ClipOperation.IntersectClip)
        target = transform.mapRect(blocks)
        painter.drawImage(target, new.image, QRectF(left, top, right - left, bottom - top))
        part = slice(top, bottom), slice(left, right)
        paint_marks(painter, target, new.marks[part])
        if tile.texts:
            self._paint_digits(painter, target, part, new)
        paint_outline(painter, target, (new.marks[part] & CHANGED) != 0)
        if self._focus:
            row, column = self._focus
            frame = transform.mapRect(QRectF(column - 0.5, row - 0.5, 1, 1))
            self._paint_focus(painter, frame)

    def _paint_digits(
        self, painter: QPainter, target: QRectF, part: tuple[slice, slice], new: Picture
    ) -> None:
        rows, columns = part
        cell_width = target.width() / (columns.stop - columns.start)
        cell_height = target.height() / (rows.stop - rows.start)
        if cell_width < LEAST_WIDTH_PX or cell_height < LEAST_HEIGHT_PX:
            return
        self._paint_grid(painter, target, cell_width, cell_height)
        across = new.values.shape[1]
        texts = [
            new.tile.texts[row * across + column]
            for row in range(rows.start, rows.stop)
            for column in range(columns.start, columns.stop)
        ]
        size = font_px(max(map(len, new.tile.texts)), cell_width, cell_height)
        fitting = room(size, cell_width)
        dark_text = takes_dark_text(new.map_name, new.steps)[new.places[part]].ravel().tolist()
        plated = (((new.marks[part] & NAN) != 0) | (new.places[part] == NO_VALUE)).ravel().tolist()
        on_dark: list[Text] = []
        on_light: list[Text] = []
        on_plate: list[Text] = []
        wide = columns.stop - columns.start
        for i, text in enumerate(texts):
            x = target.x() + (i % wide + 0.5) * cell_width
            y = target.y() + (i // wide + 0.5) * cell_height
            group = on_plate if plated[i] else on_light if dark_text[i] else on_dark
            group.append((shortened(text, fitting), x, y))
        for text, x, y in on_plate:
            half = len(text) * size * 0.32 + 2
            painter.fillRect(
                QRectF(x - half, y - size * 0.65, 2 * half, size * 1.3),
                self._palette.color(QPalette.ColorRole.Base),
            )
        paint_texts(painter, on_light, DARK_TEXT, size)
        paint_texts(painter, on_dark, LIGHT_TEXT, size)
        paint_texts(painter, on_plate, self._palette.color(QPalette.ColorRole.Text), size)

    def _paint_grid(
        self, painter: QPainter, target: QRectF, cell_width: float, cell_height: float
    ) -> None:
        """Draw lines between cells, so that equal neighbours are told apart."""
        painter.setPen(QPen(self._palette.color(QPalette.ColorRole.Base), 1))
        for i in range(1, round(target.width() / cell_width)):
            x = round(target.x() + i * cell_width)
            painter.drawLine(x, round(target.top()), x, round(target.bottom()))
        for i in range(1, round(target.height() / cell_height)):
            y = round(target.y() + i * cell_height)
            painter.drawLine(round(target.left()), y, round(target.right()), y)

    def _paint_focus(self, painter: QPainter, frame: QRectF) -> None:
        grown = frame.adjusted(0, 0, -1, -1)
        if min(frame.width(), frame.height()) < 8:
            grown = frame.adjusted(-3, -3, 2, 2)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for colour, width in ((LIGHT_TEXT, 4), (DARK_TEXT, 2)):
            painter.setPen(QPen(colour, width))
            painter.drawRect(grown)
