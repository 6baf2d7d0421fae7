"""The console's colours: those of all code in the window, on the palette's ground."""

from functools import cache

from pygments.style import Style
from pygments.token import Token, string_to_tokentype
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QTextBlock, QTextCharFormat, QTextCursor, QTextDocument

from explorer.window.code import INKS, KINDS
from explorer.window.theme import Scheme


@cache
def syntax_style(*, dark: bool) -> type[Style]:
    """Return the colours of code as a style of Pygments."""
    styles = {Token: ""}
    for name, kind in KINDS.items():
        ink = INKS[kind]
        styles[string_to_tokentype(name)] = (
            f"{'bold ' if ink.bold else ''}{(ink.light, ink.dark)[dark]}"
        )
    return type("SyntaxStyle", (Style,), {"styles": styles, "__doc__": "See `syntax_style`."})


def prompt_colours(colours: Scheme) -> tuple[str, str]:
    """Return the colours of "In [1]:" and "Out[1]:"."""
    return colours.accent, colours.ok


def prompt_sheet(colours: Scheme) -> str:
    """Return the style of the prompts, which are written as HTML; all else follows the palette."""
    prompt_in, prompt_out = prompt_colours(colours)
    return f".in-prompt {{ color: {prompt_in}; }} .out-prompt {{ color: {prompt_out}; }}"


def repaint_prompts(document: QTextDocument, before: Scheme, after: Scheme) -> None:
    """Give the prompts that are written already the colours of another theme."""
    colours = dict(zip(prompt_colours(before), prompt_colours(after), strict=True))
    block = document.begin()
    while block.isValid():
        for start, end, colour in _coloured(block):
            if colour in colours:
                cursor = QTextCursor(document)
                cursor.setPosition(start)
                cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
                text_format = QTextCharFormat()
                text_format.setForeground(QColor(colours[colour]))
                cursor.mergeCharFormat(text_format)
        block = block.next()


def _coloured(block: QTextBlock) -> list[tuple[int, int, str]]:
    """Return start, end and colour of the parts of a block that have a colour of their own."""
    parts = []
    iterator = block.begin()
    while not iterator.atEnd():
        fragment = iterator.fragment()
        if fragment.charFormat().foreground().style() != Qt.BrushStyle.NoBrush:
            colour = fragment.charFormat().foreground().color().name()
            parts.append((fragment.position(), fragment.position() + fragment.length(), colour))
        iterator += 1
    return parts
