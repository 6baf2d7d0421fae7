"""Syntax colours for Python: formats for text layouts and documents, in light and dark.

Pygments is loaded when the first line is coloured, so that the window opens without it.
"""

from bisect import bisect_right
from functools import cache, lru_cache
from typing import Any, NamedTuple

from PySide6.QtCore import QEvent, QObject, Slot
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontDatabase,
    QSyntaxHighlighter,
    QTextCharFormat,
    QTextDocument,
    QTextLayout,
)
from PySide6.QtWidgets import QWidget

from explorer.window.scale import scaled_font
from explorer.window.theme import DARK, scheme


class Ink(NamedTuple):
    """A colour on a light and on a dark base, each with a contrast of 4.5:1 or more."""

    light: str
    dark: str
    bold: bool = False


INKS = {
    "keyword": Ink("#7a32b5", "#c99bf2", bold=True),
    "string": Ink("#1a7330", "#9ccc80"),
    "number": Ink("#0b57b0", "#82b9ff"),
    "comment": Ink("#5b6370", "#9aa3ae"),
    "builtin": Ink("#8a4b00", "#e6bf73"),
    "error": Ink("#b3261e", "#ff938a"),
}
# Pygments' token types by their dotted ends; the longest that fits decides, others keep the text's colour.
KINDS = {
    "Keyword": "keyword",
    "Operator.Word": "keyword",
    "Literal.String": "string",
    "Literal.Number": "number",
    "Comment": "comment",
    "Name.Builtin": "builtin",
    "Name.Exception": "builtin",
    "Name.Decorator": "builtin",
    "Error": "error",
}


class Span(NamedTuple):
    """`length` characters from `start` are of one kind, a key of `INKS`."""

    start: int
    length: int
    kind: str


def code_font() -> QFont:
    """Return the system's font of fixed width, in which all code and numbers are set."""
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
    font.setStyleHint(QFont.StyleHint.Monospace)
    return scaled_font(font)


@lru_cache(maxsize=4096)
def code_spans(source: str) -> tuple[Span, ...]:
    """Return the coloured parts of `source`, in order; text that is not Python has some too."""
    spans: list[Span] = []
    for start, token, text in _lexer().get_tokens_unprocessed(source):
        kind = _kind(token)
        if not kind:
            continue
        last = spans[-1] if spans else None
        if last and last.kind == kind and last.start + last.length == start:
            spans[-1] = Span(last.start, last.length + len(text), kind)
        else:
            spans.append(Span(start, len(text), kind))
    return tuple(spans)


@cache
def code_format(kind: str, *, dark: bool) -> QTextCharFormat:
    """Return how text of `kind` looks."""
    ink = INKS[kind]
    text_format = QTextCharFormat()
    text_format.setForeground(QColor(ink.dark if dark else ink.light))
    if ink.bold:
        text_format.setFontWeight(QFont.Weight.DemiBold)
    return text_format


def code_ranges(source: str, *, dark: bool) -> list[QTextLayout.FormatRange]:
    """Return the colours of `source` for a QTextLayout that holds it as one paragraph."""
    ranges = []
    for span in code_spans(source):
        piece = QTextLayout.FormatRange()
        end = _utf16(source, span.start + span.length)
        piece.start = _utf16(source, span.start)
        piece.length = end - piece.start
        piece.format = code_format(span.kind, dark=dark)
        ranges.append(piece)
    return ranges


class CodeHighlighter(QSyntaxHighlighter):
    """Colours a document of Python; follows the palette of `widget` when that changes."""

    def __init__(self, document: QTextDocument, widget: QWidget) -> None:
        super().__init__(widget)
        self._widget = widget
        self._dark = scheme(widget.palette()) is DARK
        self._whole = ""
        # Before setDocument connects the base class, so that it finds the text forgotten.
        document.contentsChange.connect(self._on_contents_change)
        self.setDocument(document)
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Colour anew when the theme changes."""
        if event.type() == QEvent.Type.PaletteChange:
            dark = scheme(self._widget.palette()) is DARK
            if dark != self._dark:
                self._dark = dark
                self.rehighlight()
        return super().eventFilter(watched, event)

    def highlightBlock(self, text: str) -> None:
        """Colour one line as a part of the whole text: strings may span lines."""
        self._whole = self._whole or self.document().toPlainText()
        whole, position = self._whole, self.currentBlock().position()
        # Qt counts UTF-16 units, Python and Pygments characters.
        begin = _characters(whole, position)
        end = begin + len(text)
        spans = code_spans(whole)
        crosses = False
        for i in range(max(0, bisect_right(spans, begin, key=_start) - 1), len(spans)):
            span = spans[i]
            if span.start > end:
                break
            first, last = max(span.start, begin), min(span.start + span.length, end)
            if first < last:
                start = _utf16(whole, first)
                text_format = code_format(span.kind, dark=self._dark)
                self.setFormat(start - position, _utf16(whole, last) - start, text_format)
            crosses |= end < span.start + span.length - 1
        # A changed state makes Qt colour the next line too: a string that opens here runs on there.
        self.setCurrentBlockState(int(crosses))

    @Slot(int, int, int)
    def _on_contents_change(self, _position: int, _removed: int, _added: int) -> None:
        self._whole = ""


@cache
def _lexer() -> Any:  # noqa: ANN401 - pygments is untyped
    from pygments.lexers.python import PythonLexer

    return PythonLexer(stripnl=False, ensurenl=False)


@cache
def _kind(token: tuple[str, ...]) -> str:
    for end in range(len(token), 0, -1):
        kind = KINDS.get(".".join(token[:end]))
        if kind:
            return kind
    return ""


def _start(span: Span) -> int:
    return span.start


def _utf16(text: str, position: int) -> int:
    return position if text.isascii() else len(text[:position].encode("utf-16-le")) // 2


def _characters(text: str, position: int) -> int:
    if text.isascii():
        return position
    return len(text.encode("utf-16-le")[: 2 * position].decode("utf-16-le", "ignore"))
