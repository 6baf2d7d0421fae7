"""Notes as they are read: Markdown laid out by Qt."""

import math
from functools import lru_cache
from typing import Any

from PySide6.QtCore import QRect, QRectF, QUrl
from PySide6.QtGui import (
    QAbstractTextDocumentLayout,
    QColor,
    QFont,
    QPainter,
    QPalette,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
)

from explorer.window.theme import Scheme

GAP_PX = 4
LARGER = {1: 2, 2: 1}
"""How many of Qt's steps the headings of each level are larger than the text; others are bold alone."""


class _Note(QTextDocument):
    """Loads nothing: a note in somebody's script must not read files or the network."""

    def loadResource(self, _kind: int, _name: QUrl | str) -> Any:  # noqa: ANN401, N802 - Qt's variant and name
        """Return no picture."""
        return None


@lru_cache(maxsize=128)
def _laid_out(text: str, width: int, font_key: str) -> QTextDocument:
    font = QFont()
    font.fromString(font_key)
    note = _Note()
    note.setDocumentMargin(0)
    note.setDefaultFont(font)
    note.setMarkdown(text, QTextDocument.MarkdownFeature.MarkdownNoHTML)
    _size_headings(note)
    note.setTextWidth(width)
    return note


def _size_headings(note: QTextDocument) -> None:
    """Give each heading one size: Qt leaves bold words and code in it as small as the text."""
    cursor, block = QTextCursor(note), note.begin()
    while block.isValid():
        level = block.blockFormat().headingLevel()
        for part in block.textFormats() if level else ():
            look = QTextCharFormat(part.format)
            look.clearProperty(QTextFormat.Property.FontPointSize)
            look.setFontWeight(QFont.Weight.Bold)
            look.setProperty(QTextFormat.Property.FontSizeAdjustment, LARGER.get(level, 0))
            cursor.setPosition(block.position() + part.start)
            cursor.setPosition(
                block.position() + part.start + part.length, QTextCursor.MoveMode.KeepAnchor
            )
            cursor.setCharFormat(look)
        block = block.next()


def note_height(text: str, width: int, font: QFont) -> int:
    """Return how high `text` is in `width` pixels, with the gap below it."""
    return math.ceil(_laid_out(text, width, font.toString()).size().height()) + GAP_PX


def paint_note(painter: QPainter, text: str, rect: QRect, font: QFont, colours: Scheme) -> None:
    """Draw `text` in `rect`."""
    note = _laid_out(text, rect.width(), font.toString())
    context = QAbstractTextDocumentLayout.PaintContext()
    context.palette.setColor(QPalette.ColorRole.Text, QColor(colours.text))
    context.palette.setColor(QPalette.ColorRole.Link, QColor(colours.accent))
    context.clip = QRectF(0, 0, rect.width(), rect.height())
    painter.save()
    painter.translate(rect.topLeft())
    note.documentLayout().draw(painter, context)
    painter.restore()
