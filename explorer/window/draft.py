"""What a person has typed and where they are, in a part of the window that is made anew."""

from collections import Counter
from collections.abc import Iterator

from PySide6.QtCore import QCoreApplication, QEvent, QSignalBlocker, Qt
from PySide6.QtWidgets import (
    QAbstractScrollArea,
    QLineEdit,
    QPlainTextEdit,
    QSplitter,
    QTextEdit,
    QWidget,
)

Path = tuple[tuple[str, int], ...]
"""From the whole to a part: a class and a number among the siblings of that class."""


class Draft:
    """Texts, cursors, splitters, scroll bars and the focus of a widget, for its successor.

    A part that the successor does not have, or that has other parts, is passed over.
    """

    def __init__(self, widget: QWidget) -> None:
        focus = widget.window().focusWidget()
        self._focus: Path | None = None
        self._texts: dict[Path, tuple[str, int]] = {}
        self._splitters: dict[Path, list[int]] = {}
        self._scrolled: dict[Path, tuple[int, int]] = {}
        for path, part in _parts(widget):
            if part is focus:
                self._focus = path
            if isinstance(part, QLineEdit) and not part.isReadOnly():
                self._texts[path] = (part.text(), part.cursorPosition())
            elif isinstance(part, QPlainTextEdit | QTextEdit) and not part.isReadOnly():
                self._texts[path] = (part.toPlainText(), part.textCursor().position())
            elif isinstance(part, QSplitter):
                self._splitters[path] = part.sizes()
            if isinstance(part, QAbstractScrollArea):
                bars = (part.horizontalScrollBar(), part.verticalScrollBar())
                self._scrolled[path] = (bars[0].value(), bars[1].value())

    def put(self, widget: QWidget) -> None:
        """Put everything into `widget`, which shows the same."""
        # Parts that it has replaced already while it was made are not counted.
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        for path, part in list(_parts(widget)):
            if isinstance(part, QSplitter) and any(self._splitters.get(path, ())):
                part.setSizes(self._splitters[path])
            if path in self._texts:
                _type_into(part, *self._texts[path])
            if path in self._scrolled and isinstance(part, QAbstractScrollArea):
                part.horizontalScrollBar().setValue(self._scrolled[path][0])
                part.verticalScrollBar().setValue(self._scrolled[path][1])
            if path == self._focus:
                part.setFocus(Qt.FocusReason.OtherFocusReason)


def _type_into(part: QWidget, text: str, position: int) -> None:
    if isinstance(part, QLineEdit):
        if part.text() != text:
            part.setText(text)
        part.setCursorPosition(position)
    elif isinstance(part, QPlainTextEdit | QTextEdit):
        if part.toPlainText() != text:
            part.setPlainText(text)
        cursor = part.textCursor()
        cursor.setPosition(min(position, len(text)))
        with QSignalBlocker(part):
            part.setTextCursor(cursor)


def _parts(widget: QWidget, path: Path = ()) -> Iterator[tuple[Path, QWidget]]:
    yield path, widget
    numbers: Counter[str] = Counter()
    for child in widget.children():
        if isinstance(child, QWidget) and not child.isWindow():
            name = type(child).__name__
            yield from _parts(child, (*path, (name, numbers[name])))
            numbers[name] += 1
