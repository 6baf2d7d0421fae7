"""What the console shows of a text: its end, and what overwrites itself only as it ends up."""

import re

from PySide6.QtGui import QTextCharFormat, QTextCursor

from explorer.text import tr

BUFFER_LINES = 500
"""The console keeps at least so many lines, and about twice as many while one may type."""
MOST_LINES = 400
"""Of one text; less than is kept, so that one sees how much is missing."""
MOST_CHARACTERS = 50_000
ESCAPES = re.compile(r"\x1b(\[[0-9;?]*[ -/]*[@-~]|\][^\x07\x1b]*(\x07|\x1b\\)|.)")
"""Colours and movements of a terminal."""
CONTROLS = re.compile(r"[\x07\b\f\r\x1b]")


def shorten(text: str) -> str:
    """Return the end of `text`, with a line that says how much stands before it."""
    lines = text.count("\n")
    if lines > MOST_LINES:
        start = len(text)
        for _ in range(MOST_LINES + 1 if text.endswith("\n") else MOST_LINES):
            start = text.rindex("\n", 0, start)
        hidden = text.count("\n", 0, start + 1)
        text = tr("[{n} lines not shown]", n=f"{hidden:,}") + text[start:]
    if len(text) > MOST_CHARACTERS:
        hidden = len(text) - MOST_CHARACTERS
        text = tr("[{n} characters not shown]", n=f"{hidden:,}") + "\n" + text[hidden:]
    return text


def shorten_source(source: str) -> list[str]:
    """Return the first lines of `source`, and one that says how many follow."""
    lines = source.strip("\n").split("\n")
    if len(lines) > MOST_LINES:
        hidden = len(lines) - MOST_LINES
        lines = [*lines[:MOST_LINES], tr("[{n} lines not shown]", n=f"{hidden:,}")]
    return lines


def settle(line: str) -> str:
    """Return what a terminal shows of `line`, in which carriage returns go back to its start."""
    shown = ""
    for piece in line.split("\r"):
        shown = piece + shown[len(piece) :]
    return shown


def write(cursor: QTextCursor, text: str) -> None:
    """Write `text` as a terminal would, without its colours."""
    plain = QTextCharFormat()
    if CONTROLS.search(text):
        text = ESCAPES.sub("", text)
        for i, line in enumerate(text.split("\n")):
            if i:
                cursor.insertText("\n", plain)
            if "\r" in line:
                start = QTextCursor.MoveOperation.StartOfBlock
                cursor.movePosition(start, QTextCursor.MoveMode.KeepAnchor)
                line = settle(cursor.selectedText() + line)  # noqa: PLW2901 - what stands there is overwritten
            cursor.insertText(line.translate({7: "", 8: "", 12: ""}), plain)
    else:
        cursor.insertText(text, plain)
