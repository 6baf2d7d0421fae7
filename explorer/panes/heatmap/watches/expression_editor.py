"""The line in which a person types what a heat map is to show."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from explorer.text import tr
from explorer.watch import why_not
from explorer.window.code import code_font
from explorer.window.controller import Controller
from explorer.window.field import Field


class ExpressionEditor(QFrame):
    """Hidden until it is opened, and again after an expression or Escape. Advice stands under it."""

    chosen = Signal(str)
    """An expression that can be watched, or a name."""
    left = Signal()
    """It is closed."""

    def __init__(self, controller: Controller, parent: QWidget) -> None:
        super().__init__(parent)
        self._controller = controller
        self.label, self.field = QLabel(tr("Expression"), self), Field(self)
        self.field.setFont(code_font())
        self.field.setPlaceholderText("attn[0].mean(0)")
        self.field.setAccessibleName(tr("Expression to show"))
        self.label.setBuddy(self.field)
        self.show_button = QPushButton(tr("Show"), self)
        self.cancel_button = QPushButton(tr("Cancel"), self)
        self.advice = QLabel(self)
        self.advice.setWordWrap(True)
        self.advice.setTextFormat(Qt.TextFormat.PlainText)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.label)
        row.addWidget(self.field, 1)
        row.addWidget(self.show_button)
        row.addWidget(self.cancel_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 4)
        column.setSpacing(4)
        column.addLayout(row)
        column.addWidget(self.advice)
        self.field.returnPressed.connect(self._on_entered)
        self.field.textEdited.connect(self._on_edited)
        self.show_button.clicked.connect(self._on_entered)
        self.cancel_button.clicked.connect(self.close_line)
        self.hide()

    def open(self, text: str) -> None:
        """Let the person type, beginning with `text`."""
        self.field.setText(text)
        self._advise("")
        self.show()
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.field.selectAll()

    def close_line(self) -> None:
        """Put the line away."""
        self.hide()
        self.left.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Put the line away on Escape; no other key is for the heat map below."""
        if event.key() == Qt.Key.Key_Escape:
            self.close_line()
        event.accept()

    def _on_edited(self) -> None:
        self._advise("")

    def _on_entered(self) -> None:
        text = self.field.text().strip()
        reason = why_not(text, self._controller.workspace)
        self._advise(reason)
        if not reason:
            self.close_line()
            self.chosen.emit(text)

    def _advise(self, text: str) -> None:
        self.advice.setText(text)
        self.advice.setVisible(bool(text))
