"""The digits of a tile, laid out once for a size of cells and then only moved: panning is that."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QGlyphRun, QPainter, QPalette

from explorer.panes.heatmap.pictures.digits import (
    LEAST_HEIGHT_PX,
    LEAST_WIDTH_PX,
    SMALLEST_FONT_PX,
    Text,
    font_px,
    glyph_run,
    halves,
    paint_plain,
    room,
    shortened,
    shortened_half,
)

DARK_TEXT, LIGHT_TEXT = QColor("black"), QColor("white")
"""Pure: anything less does not reach a contrast of 4.5 on the middle of a map."""
BAND_ROWS = 8
"""So many rows are laid out together, when the first of them comes into view."""

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class _Band:
    """Texts of some rows by what they stand on, with the glyphs of each."""

    on_dark: list[Text]
    on_light: list[Text]
    on_plate: list[Text]
    plates: list[QRectF]
    runs: tuple[QGlyphRun, ...]


@dataclass(frozen=True)
class DigitLayer:
    """`texts`, row by row, in cells of (width, height) pixels.

    `dark` says where black reads better than white, `plated` where neither does, as on a hatch.
    """

    texts: tuple[str, ...]
    dark: Flags
    plated: Flags
    cell_px: tuple[float, float]
    _bands: dict[int, _Band] = field(default_factory=dict)

    @property
    def is_readable(self) -> bool:
        """Whether cells have room for digits."""
        return self.cell_px[0] >= LEAST_WIDTH_PX and self.cell_px[1] >= LEAST_HEIGHT_PX

    def paint(
        self, painter: QPainter, corner: QPointF, rows: tuple[int, int], palette: QPalette
    ) -> None:
        """Draw the rows from `rows[0]` to before `rows[1]`; the first cell of all is at `corner`."""
        for band in self._bands_of(rows):
            for plate in band.plates:
                painter.fillRect(plate.translated(corner), palette.color(QPalette.ColorRole.Base))
            for run, ink in zip(band.runs, _inks(palette), strict=True):
                painter.setPen(ink)
                painter.drawGlyphRun(corner, run)

    def paint_text(
        self, painter: QPainter, corner: QPointF, seen: QRectF, palette: QPalette
    ) -> None:
        """Draw what `paint` does as text, of the cells whose middle is `seen`.

        That is slow, and what a file wants: glyphs would lose their characters.
        """
        for band in self._bands_of((0, self.dark.shape[0])):
            groups = band.on_dark, band.on_light, band.on_plate
            for plate in band.plates:
                if seen.contains(plate.translated(corner).center()):
                    painter.fillRect(
                        plate.translated(corner), palette.color(QPalette.ColorRole.Base)
                    )
            for texts, ink in zip(groups, _inks(palette), strict=True):
                painter.setPen(ink)
                moved = [(text, x + corner.x(), y + corner.y()) for text, x, y in texts]
                shown = [text for text in moved if seen.contains(QPointF(text[1], text[2]))]
                paint_plain(painter, shown, self._size_px)

    def _bands_of(self, rows: tuple[int, int]) -> Iterator[_Band]:
        for i in range(rows[0] // BAND_ROWS, -(-rows[1] // BAND_ROWS)):
            band = self._bands.get(i)
            if band is None:
                band = self._bands[i] = self._lay_out(i)
            yield band

    @cached_property
    def _size_px(self) -> int:
        width, height = self.cell_px
        if self._is_stacked:
            lines = (line for text in self.texts for line in halves(text))
            return font_px(max(map(len, lines)), width, height / 2)
        return font_px(max(map(len, self.texts)), width, height)

    @cached_property
    def _is_stacked(self) -> bool:
        """Whether complex numbers, too long for their cells, stand in two lines."""
        width, height = self.cell_px
        if not self.texts[0].endswith("j") or height < 2 * LEAST_HEIGHT_PX:
            return False
        return max(map(len, self.texts)) > room(SMALLEST_FONT_PX, width)

    def _lay_out(self, band: int) -> _Band:
        width, height = self.cell_px
        size, across, is_stacked = self._size_px, self.dark.shape[1], self._is_stacked
        fitting = room(size, width)
        on_dark: list[Text] = []
        on_light: list[Text] = []
        on_plate: list[Text] = []
        for row in range(band * BAND_ROWS, min((band + 1) * BAND_ROWS, self.dark.shape[0])):
            y = (row + 0.5) * height
            texts = self.texts[row * across : (row + 1) * across]
            flags = zip(texts, self.dark[row].tolist(), self.plated[row].tolist(), strict=True)
            for column, (text, dark, plated) in enumerate(flags):
                if not text:
                    continue
                group = on_plate if plated else on_light if dark else on_dark
                x = (column + 0.5) * width
                if is_stacked:
                    real, imaginary = halves(text)
                    group.append((shortened_half(real, fitting), x, y - size * 0.6))
                    group.append((shortened_half(imaginary, fitting), x, y + size * 0.6))
                else:
                    group.append((shortened(text, fitting), x, y))
        plates = [
            QRectF(x - half, y - size * 0.65, 2 * half, size * 1.3)
            for x, y, half in ((x, y, len(text) * size * 0.32 + 2) for text, x, y in on_plate)
        ]
        runs = tuple(glyph_run(texts, size) for texts in (on_dark, on_light, on_plate))
        return _Band(on_dark, on_light, on_plate, plates, runs)


def _inks(palette: QPalette) -> tuple[QColor, QColor, QColor]:
    return LIGHT_TEXT, DARK_TEXT, palette.color(QPalette.ColorRole.Text)
