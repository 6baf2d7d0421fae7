"""Where the next line is typed."""

from PySide6.QtCore import QMimeData, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QFontMetrics, QKeyEvent, QResizeEvent, QTextCursor
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from explorer.completeness import is_complete, next_indent
from explorer.panes.script.history import History
from explorer.panes.script.paste import clean_paste
from explorer.text import tr
from explorer.window.code import CodeHighlighter, code_font
from explorer.window.field import placeholder_lines

MOST_LINES = 8
INDENT = "    "
ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class Entry(QPlainTextEdit):
    """Enter runs what is complete, Up and Down at its edges recall what was typed before.

    Without a history nothing is recalled; what is not code runs with Ctrl+Enter only.
    """

    entered = Signal()
    """The person wants it to run."""
    cancelled = Signal()
    """Escape was pressed."""
    resized = Signal()
    """It has another height."""

    def __init__(
        self, history: History | None, parent: QWidget | None = None, *, is_code: bool = True
    ) -> None:
        super().__init__(parent)
        self._history = history
        self._is_code = is_code
        self.setFont(code_font())
        self.setAccessibleName(tr("Next line"))
        self.setPlaceholderText(tr("Type or paste Python: Enter runs, Shift+Enter adds a line"))
        self.setTabStopDistance(4 * QFontMetrics(self.font()).horizontalAdvance(" "))
        if is_code:
            self._highlighter = CodeHighlighter(self.document(), self)
        self.document().blockCountChanged.connect(self._on_block_count_changed)
        self._fit_soon = QTimer(self, interval=0, singleShot=True)
        self._fit_soon.timeout.connect(self._fit)
        self._fit()

    def source(self) -> str:
        """Return what was typed, with plain spaces and newlines."""
        return self.toPlainText().replace("\u00a0", " ").rstrip()

    def set_source(self, source: str) -> None:
        """Put `source` in place of what was typed, as one step that can be undone."""
        cursor = self.textCursor()
        cursor.select(QTextCursor.SelectionType.Document)
        cursor.insertText(source)
        cursor.movePosition(QTextCursor.MoveOperation.End)
        self.setTextCursor(cursor)

    def accept(self) -> None:
        """Remember what was typed and make room for the next line."""
        self.remember(self.source())
        self.clear()

    def remember(self, source: str) -> None:
        """Let Up recall `source` first."""
        if self._history:
            self._history.add(source)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Run, begin a line, recall, indent, or type."""
        key, modifiers = event.key(), event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        plain = modifiers == Qt.KeyboardModifier.NoModifier
        if key in ENTER:
            self._on_enter(modifiers)
        elif key == Qt.Key.Key_Escape and plain:
            self.cancelled.emit()
        elif not (
            (key == Qt.Key.Key_Up and plain and self._recall(up=True))
            or (key == Qt.Key.Key_Down and plain and self._recall(up=False))
            or (key == Qt.Key.Key_Tab and plain and self._indent())
            or (key == Qt.Key.Key_Backspace and plain and self._dedent())
        ):
            # Outside an indent Tab leads on: the keyboard must not be caught here.
            if key in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab):
                # Not QPlainTextEdit's own, which refuses while Tab may indent.
                QWidget.focusNextPrevChild(self, key == Qt.Key.Key_Tab)
            else:
                super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the placeholder the lines that it needs."""
        super().resizeEvent(event)
        self._fit_soon.start()  # in the midst of it Qt would leave the text the height of before

    def insertFromMimeData(self, source: QMimeData) -> None:
        """Paste or drop text without prompts and full-width punctuation."""
        if source.hasText():
            text = source.text()
            self.insertPlainText(clean_paste(text) if self._is_code else text)

    def canInsertFromMimeData(self, source: QMimeData) -> bool:  # noqa: N802 - Qt's name
        """Return whether there is text to paste."""
        return source.hasText()

    def _on_enter(self, modifiers: Qt.KeyboardModifier) -> None:
        if modifiers == Qt.KeyboardModifier.ControlModifier or (
            modifiers == Qt.KeyboardModifier.NoModifier and self._runs()
        ):
            self.entered.emit()
        else:
            above = self.toPlainText()[: self.textCursor().position()]
            self.insertPlainText("\n" + (next_indent(above) if self._is_code else ""))
            self.ensureCursorVisible()

    def _runs(self) -> bool:
        on_last_line = not self.textCursor().block().next().isValid()
        return self._is_code and on_last_line and is_complete(self.toPlainText())

    def _recall(self, *, up: bool) -> bool:
        block = self.textCursor().block()
        edge = block.previous() if up else block.next()
        if self._history is None or edge.isValid() or self.textCursor().hasSelection():
            return False
        source = self._history.older(self.toPlainText()) if up else self._history.newer()
        if source is None:
            return False
        self.set_source(source)
        return True

    def _indent(self) -> bool:
        cursor = self.textCursor()
        before = cursor.block().text()[: cursor.positionInBlock()]
        if before.strip() or self.document().isEmpty():
            return False
        self.insertPlainText(INDENT[len(before) % 4 :])
        return True

    def _dedent(self) -> bool:
        cursor = self.textCursor()
        before = cursor.block().text()[: cursor.positionInBlock()]
        if cursor.hasSelection() or not before or before.strip():
            return False
        steps = (len(before) - 1) % 4 + 1
        move, keep = QTextCursor.MoveOperation.Left, QTextCursor.MoveMode.KeepAnchor
        cursor.movePosition(move, keep, steps)
        cursor.removeSelectedText()
        return True

    def _on_block_count_changed(self, _count: int) -> None:
        self._fit()

    @Slot()
    def _fit(self) -> None:
        lines = min(MOST_LINES, max(placeholder_lines(self), self.blockCount()))
        margins = 2 * int(self.document().documentMargin()) + 2 * self.frameWidth()
        height = lines * QFontMetrics(self.font()).lineSpacing() + margins + 4
        if height != self.minimumHeight():
            self.setFixedHeight(height)
            self.resized.emit()
