"""A tile made ready to be drawn with a scale, and how it is drawn, on the screen and in files."""

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QImage, QPainter, QPalette, QPen

from explorer.panes.heatmap import CHANGED, NAN, Tile
from explorer.panes.heatmap.pictures.colour import (
    NO_VALUE,
    Indices,
    LineRanges,
    Values,
    colours,
    placed,
    table_of,
    takes_dark_text,
)
from explorer.panes.heatmap.pictures.digit_layer import DigitLayer
from explorer.panes.heatmap.pictures.mark import Marks, paint_marks
from explorer.panes.heatmap.pictures.outline import paint_outline
from explorer.panes.heatmap.scales.scale import Scale


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

    def digits(self, cell_px: tuple[float, float]) -> DigitLayer:
        """Return the texts of the cells laid out for cells of (width, height) pixels."""
        dark = takes_dark_text(self.map_name, self.steps)[self.places]
        plated = ((self.marks & NAN) != 0) | (self.places == NO_VALUE)
        return DigitLayer(self.tile.texts, dark, plated, cell_px)


def picture(tile: Tile, scale: Scale, *, whole: bool, ranges: LineRanges | None = None) -> Picture:
    """Return `tile` in the colours of `scale`; `whole` says that all its values are integers.

    `ranges` are those of the tile's lines, for a scale along them. A tile with colours of its own
    keeps them.
    """
    shape = tile.values.shape
    values = np.frombuffer(tile.values.data, np.float32).reshape(shape)
    marks = np.frombuffer(tile.marks.data, np.uint8).reshape(shape)
    places = placed(values, (tile.base, tile.scale), scale, whole=whole, ranges=ranges)
    map_name, steps = table_of(scale, whole=whole)
    if tile.colours:
        pixels = np.frombuffer(tile.colours.data, np.uint8)
        image = QImage(pixels.data, shape[1], shape[0], 4 * shape[1], QImage.Format.Format_RGBA8888)
    else:
        image = QImage(places.data, shape[1], shape[0], shape[1], QImage.Format.Format_Indexed8)
        image.setColorTable(colours(map_name, steps).tolist())
    drawn = image.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)
    return Picture(tile, values, marks, places, drawn, map_name, steps)


def paint_picture(
    painter: QPainter,
    new: Picture,
    frame: QRectF,
    seen: QRectF,
    palette: QPalette,
    *,
    digits: DigitLayer | None = None,
) -> None:
    """Draw the part within `seen` of a picture that fills `frame`, both in pixels of the painter.

    `digits` are those of its cells.
    """
    tile, (height, width) = new.tile, new.values.shape
    window = tile.window
    block_px = (
        frame.width() / (window.right - window.left) * tile.block_columns,
        frame.height() / (window.bottom - window.top) * tile.block_rows,
    )
    left = max(0, int((seen.left() - frame.left()) // block_px[0]))
    top = max(0, int((seen.top() - frame.top()) // block_px[1]))
    right = min(width, int((seen.right() - frame.left()) // block_px[0]) + 1)
    bottom = min(height, int((seen.bottom() - frame.top()) // block_px[1]) + 1)
    if right <= left or bottom <= top:
        return
    target = QRectF(
        frame.left() + left * block_px[0],
        frame.top() + top * block_px[1],
        (right - left) * block_px[0],
        (bottom - top) * block_px[1],
    )
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, on=False)
    # The last block may be cut short by the edge of the tensor.
    painter.setClipRect(frame & seen, Qt.ClipOperation.IntersectClip)
    painter.drawImage(target, new.image, QRectF(left, top, right - left, bottom - top))
    part = slice(top, bottom), slice(left, right)
    paint_marks(painter, target, new.marks[part])
    if digits and digits.is_readable:
        paint_grid(painter, target, block_px, palette)
        digits.paint(painter, frame.topLeft(), (top, bottom), palette)
    paint_outline(painter, target, (new.marks[part] & CHANGED) != 0)


def paint_grid(
    painter: QPainter, target: QRectF, cell_px: tuple[float, float], palette: QPalette
) -> None:
    """Draw lines between cells, so that equal neighbours are told apart."""
    painter.setPen(QPen(palette.color(QPalette.ColorRole.Base), 1))
    for i in range(1, round(target.width() / cell_px[0])):
        x = round(target.x() + i * cell_px[0])
        painter.drawLine(x, round(target.top()), x, round(target.bottom()))
    for i in range(1, round(target.height() / cell_px[1])):
        y = round(target.y() + i * cell_px[1])
        painter.drawLine(round(target.left()), y, round(target.right()), y)
