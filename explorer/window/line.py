"""The line of code that a form makes, in a box that can be edited."""

from PySide6.QtCore import QSignalBlocker, Signal, Slot
from PySide6.QtGui import QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from explorer.text import tr
from explorer.window.code import CodeHighlighter, code_font
from explorer.window.field import placeholder_lines

MAX_LINES = 5


class LineBox(QPlainTextEdit):
    """As high as its lines, up to MAX_LINES."""

    edited = Signal()
    """The person changed the line by hand."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.by_hand = False
        self.setFont(code_font())
        self.setTabChangesFocus(True)
        self.setAccessibleName(tr("Line of code to run"))
        self.setPlaceholderText(tr("The line appears when every field is filled in"))
        self._highlighter = CodeHighlighter(self.document(), self)
        self.textChanged.connect(self._on_text_changed)
        self.document().documentLayout().documentSizeChanged.connect(self._fit)
        self._fit()

    def show_line(self, source: str) -> None:
        """Show the line that the form makes; what was edited by hand gives way."""
        self.by_hand = False
        if source != self.toPlainText():
            with QSignalBlocker(self):
                self.setPlainText(source)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Count the lines anew."""
        super().resizeEvent(event)
        self._fit()

    @Slot()
    def _fit(self) -> None:
        line_px = QFontMetrics(self.font()).lineSpacing()
        # For plain text Qt counts the document's height in lines.
        lines = max(1, min(MAX_LINES, round(self.document().size().height())))
        if not self.toPlainText():
            lines = placeholder_lines(self)
        margins = 2 * round(self.document().documentMargin()) + 2 * self.frameWidth()
        self.setFixedHeight(lines * line_px + margins + 2)

    @Slot()
    def _on_text_changed(self) -> None:
        self.by_hand = True
        self.edited.emit()
