"""Says that a line was deleted, moved or edited, and puts it back."""

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QToolButton, QWidget

from explorer.change import Change
from explorer.text import tr
from explorer.window.announcer import announce
from explorer.window.controller import Controller
from explorer.window.theme import icon


class PutBackStrip(QFrame):
    """Stands there from a change of the script until it is put back or closed, or a line runs."""

    def __init__(self, controller: Controller, parent: QWidget) -> None:
        super().__init__(parent)
        self._controller = controller
        self._settled = len(controller.changes)
        """How many changes nothing needs to be said of any more."""
        self._shown: Change | None = None
        self.setAutoFillBackground(True)
        self.setBackgroundRole(QPalette.ColorRole.AlternateBase)
        self.label = QLabel(self, textFormat=Qt.TextFormat.PlainText)
        self.label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.button = QPushButton(tr("Put back"), self)
        self.button.setIcon(icon("recover"))
        self.button.clicked.connect(controller.put_back)
        self.close_button = QToolButton(self, autoRaise=True)
        self.close_button.setIcon(icon("close"))
        self.close_button.setToolTip(tr("Close this message"))
        self.close_button.setAccessibleName(tr("Close this message"))
        self.close_button.clicked.connect(self.settle)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(8, 4, 4, 4)
        layout.setSpacing(8)
        layout.addWidget(self.label, 1)
        layout.addWidget(self.button)
        layout.addWidget(self.close_button)
        controller.session_changed.connect(self._on_session_changed)
        controller.statement_ended.connect(self.settle)
        self.hide()

    @Slot()
    def settle(self) -> None:
        """Say no more of what has changed so far; it can still be put back by its command."""
        self._settled = len(self._controller.changes)
        self._on_session_changed()

    @Slot()
    def _on_session_changed(self) -> None:
        changes = self._controller.changes
        self._settled = min(self._settled, len(changes))
        last = changes[-1] if len(changes) > self._settled else None
        if last is self._shown:
            return
        self._shown = last
        if last:
            text = change_text(last)
            self.label.setText(text)
            self.label.setToolTip(last.statement.source)
            announce(self, text)
        self.setVisible(last is not None)


def change_text(change: Change) -> str:
    """Return what happened to which line."""
    n = change.index + 1
    match change.kind:
        case "deleted":
            return tr("Line {n} was deleted", n=n)
        case "moved":
            return tr("Line {n} was moved", n=n)
    return tr("Line {n} was changed", n=n)
