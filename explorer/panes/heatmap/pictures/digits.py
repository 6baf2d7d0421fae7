"""Write numbers into cells: thousands of texts as a few runs of glyphs, which is what is fast."""

import re
from collections.abc import Sequence
from functools import lru_cache

from PySide6.QtCore import QPointF
from PySide6.QtGui import (
    QFont,
    QFontDatabase,
    QFontMetricsF,
    QGlyphRun,
    QPainter,
    QRawFont,
)

from explorer.window.scale import px

LEAST_WIDTH_PX, LEAST_HEIGHT_PX = 28, 14
"""A smaller cell has no room for digits."""
SMALLEST_FONT_PX, LARGEST_FONT_PX = 9, 13

_HALVES = re.compile(r"(.+?)((?<!e)[+-][^+-]+(?:e[+-]\d+)?j)")

Text = tuple[str, float, float]
"""What to write and the middle of it, in pixels."""


def font_px(longest: int, width_px: float, height_px: float) -> int:
    """Return the size in which `longest` characters fit, the smallest readable one if none does."""
    for size in range(px(LARGEST_FONT_PX), SMALLEST_FONT_PX, -1):
        if longest * _face(size)[2] <= width_px - 4 and size + 3 <= height_px:
            return size
    return SMALLEST_FONT_PX


def room(size_px: int, width_px: float) -> int:
    """Return how many characters fit."""
    return max(1, int((width_px - 3) / _face(size_px)[2]))


@lru_cache(20_000)
def shortened(text: str, room_chars: int) -> str:
    """Return a number in at most `room_chars` characters, rounded; cut with an ellipsis at worst."""
    if len(text) <= room_chars:
        return text
    if text in ("True", "False"):
        return text[0]
    try:
        number = float(text)
    except ValueError:
        return _shortened_complex(text, room_chars)
    if "." in text or "e" in text:
        for digits in range(5, 0, -1):
            short = (
                f"{number:.{digits}g}".replace("e-0", "e-").replace("e+0", "e").replace("e+", "e")
            )
            if len(short) <= room_chars:
                return short
        short = short.replace("0.", ".", 1)
        if len(short) <= room_chars:
            return short
    return _cut(text, room_chars)


def halves(text: str) -> tuple[str, str]:
    """Return real and imaginary part of a complex number: "1.5-2.0j" is "1.5" and "-2.0j"."""
    found = _HALVES.fullmatch(text)
    return (found[1], found[2]) if found else (text, "")


def shortened_half(half: str, room_chars: int) -> str:
    """Return what `halves` returned in at most `room_chars` characters, as `shortened` does."""
    if len(half) <= room_chars or not half.endswith("j"):
        return shortened(half, room_chars)
    return f"{half[0]}{shortened(half[1:-1], max(1, room_chars - 2))}j"


def _shortened_complex(text: str, room_chars: int) -> str:
    try:
        number = complex(text)
    except ValueError:
        return _cut(text, room_chars)
    for style in (".4g", ".3g", ".2g", ".1g", ".1f"):
        short = f"{number.real:{style}}{number.imag:+{style}}j"
        if len(short) <= room_chars:
            return short
    return _cut(text, room_chars)


def _cut(text: str, room_chars: int) -> str:
    return f"{text[: room_chars - 1]}…"


def glyph_run(texts: Sequence[Text], size_px: int) -> QGlyphRun:
    """Return `texts` as one run of glyphs, ready to be drawn anywhere."""
    raw, glyphs, advance, baseline = _face(size_px)
    indexes: list[int] = []
    positions: list[QPointF] = []
    unknown = glyphs["?"]
    for text, x, y in texts:
        left, bottom = x - len(text) * advance / 2, y + baseline
        indexes += [glyphs.get(character, unknown) for character in text]
        positions += [QPointF(left + i * advance, bottom) for i in range(len(text))]
    run = QGlyphRun()
    run.setRawFont(raw)
    run.setGlyphIndexes(indexes)
    run.setPositions(positions)
    return run


def paint_plain(painter: QPainter, texts: Sequence[Text], size_px: int) -> None:
    """Write `texts` as text."""
    _, _, advance, baseline = _face(size_px)
    painter.setFont(_font(size_px))
    for text, x, y in texts:
        painter.drawText(QPointF(x - len(text) * advance / 2, y + baseline), text)


@lru_cache(8)
def _face(size_px: int) -> tuple[QRawFont, dict[str, int], float, float]:
    """Return font, glyph of each character, advance, and baseline below the middle."""
    font = _font(size_px)
    metrics = QFontMetricsF(font)
    raw = QRawFont.fromFont(font)
    characters = "0123456789+-.einfajTrueFls…?"
    glyphs = dict(zip(characters, raw.glyphIndexesForString(characters), strict=True))
    return raw, glyphs, metrics.horizontalAdvance("0"), metrics.capHeight() / 2


def _font(size_px: int) -> QFont:
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
    font.setPixelSize(size_px)
    font.setHintingPreference(QFont.HintingPreference.PreferVerticalHinting)
    return font
