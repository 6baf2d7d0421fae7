"""The editor that stands in a row's place while its code or its note is changed."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from explorer.panes.script.entry import Entry
from explorer.text import tr
from explorer.window.theme import mute

GAP_PX = 4


class InlineEditor(QFrame):
    """Emits what the person wants; as high as its text, up to the entry's limit."""

    applied = Signal()
    cancelled = Signal()
    resized = Signal()
    """It needs another height."""

    def __init__(self, text: str, *, is_note: bool, parent: QWidget) -> None:
        super().__init__(parent)
        self.is_note = is_note
        self.original = text
        self.entry = Entry(None, self, is_code=not is_note)
        name = tr("Note in Markdown") if is_note else tr("Line in place")
        self.entry.setAccessibleName(name)
        self.entry.setPlaceholderText(
            tr("A note in Markdown") if is_note else tr("A line of Python")
        )
        self.entry.setPlainText(text)
        keys = (
            tr("Ctrl+Enter applies, Esc cancels")
            if is_note
            else tr("Enter applies, Shift+Enter adds a line, Esc cancels")
        )
        self.hint = QLabel(keys, self)
        # In a narrow pane the buttons come first.
        self.hint.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        mute(self.hint)
        self.apply_button = QPushButton(tr("Apply"), self)
        self.apply_button.setToolTip(tr("Put this in the script (Ctrl+Enter)"))
        self.cancel_button = QPushButton(tr("Cancel"), self)
        self.cancel_button.setToolTip(tr("Leave the script as it is (Esc)"))
        below = QHBoxLayout()
        below.setSpacing(8)
        below.addWidget(self.hint, 1)
        below.addWidget(self.cancel_button)
        below.addWidget(self.apply_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, GAP_PX)
        layout.setSpacing(GAP_PX)
        layout.addWidget(self.entry)
        layout.addLayout(below)
        self.setFocusProxy(self.entry)
        self.entry.entered.connect(self.applied)
        self.entry.cancelled.connect(self.cancelled)
        self.entry.resized.connect(self.resized)
        self.apply_button.clicked.connect(self.applied)
        self.cancel_button.clicked.connect(self.cancelled)

    def text(self) -> str:
        """Return what stands in it."""
        return self.entry.source()

    def is_changed(self) -> bool:
        """Return whether anything was typed."""
        return self.text() != self.original.rstrip()

    def begin(self) -> None:
        """Take the focus, with the text cursor at the end."""
        cursor = self.entry.textCursor()
        cursor.movePosition(cursor.MoveOperation.End)
        self.entry.setTextCursor(cursor)
        self.entry.setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def height_px(self) -> int:
        """How high it must be."""
        return self.entry.height() + 2 * GAP_PX + self.apply_button.sizeHint().height()
