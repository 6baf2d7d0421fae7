"""The entry with its buttons: adds a line to the script, or replaces one."""

from dataclasses import dataclass

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from explorer.panes.script.entry import Entry
from explorer.panes.script.history import History
from explorer.panes.script.paste import clean_paste, clean_punctuation
from explorer.session import Session, Statement
from explorer.text import tr
from explorer.window.controller import Controller
from explorer.window.theme import mute


@dataclass(frozen=True, slots=True)
class Editing:
    """A statement whose text is in the entry, to be replaced by it."""

    statement: Statement
    number: int


class EntryPanel(QWidget):
    """Speaks to the controller itself: it must know whether a line was taken."""

    def __init__(
        self, controller: Controller, history: History, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._controller = controller
        self._editing: Editing | None = None
        self.entry = Entry(history, self)
        self.hint = QLabel(self)
        mute(self.hint)
        self.run_button = QPushButton(self)
        self.cancel_button = QPushButton(tr("Cancel"), self)
        self.cancel_button.setToolTip(tr("Leave the line as it is (Esc)"))
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(self.entry, 1)
        top.addWidget(self.run_button, 0, Qt.AlignmentFlag.AlignBottom)
        below = QHBoxLayout()
        below.setSpacing(8)
        below.addWidget(self.hint, 1)
        below.addWidget(self.cancel_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.setSpacing(8)
        layout.addLayout(top)
        layout.addLayout(below)
        self.setFocusProxy(self.entry)
        self._set_editing(None)
        self.entry.entered.connect(self.run)
        self.entry.cancelled.connect(self.cancel)
        self.run_button.clicked.connect(self.run)
        self.cancel_button.clicked.connect(self.cancel)

    def put(self, source: str) -> None:
        """Put `source` in the entry, cleaned as a paste is, for the person to look at and run."""
        self._set_editing(None)
        self.entry.set_source(clean_paste(source))
        self.entry.setFocus(Qt.FocusReason.OtherFocusReason)

    def edit(self, statement: Statement, number: int) -> None:
        """Put line `number` in the entry, to be replaced."""
        self._set_editing(Editing(statement, number))
        self.entry.set_source(statement.source.strip("\n"))
        self.entry.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def run(self) -> None:
        """Run what is in the entry, or replace the line being edited; a refused text stays."""
        source = clean_punctuation(self.entry.source())
        if not source.strip():
            return
        editing = self._editing
        if editing is None:
            accepted = self._controller.submit(source)
        else:
            accepted = self._controller.edit(editing.statement, source)
        if accepted:
            self._set_editing(None)
            self.entry.accept()

    @Slot()
    def cancel(self) -> None:
        """Leave the line being edited as it is."""
        if self._editing:
            self._set_editing(None)
            self.entry.set_source("")

    def check(self, session: Session) -> None:
        """Stop replacing a line that is gone or different by now; the text stays."""
        if self._editing and self._editing.statement not in session.statements:
            self._set_editing(None)

    def _set_editing(self, editing: Editing | None) -> None:
        self._editing = editing
        self.cancel_button.setVisible(editing is not None)
        self.hint.setVisible(editing is not None)
        if editing is None:
            self.run_button.setText(tr("Run"))
            self.run_button.setToolTip(tr("Run what was typed (Ctrl+Enter)"))
        else:
            self.run_button.setText(tr("Replace line {n}", n=editing.number))
            self.run_button.setToolTip(tr("Put this in place of the line and replay (Ctrl+Enter)"))
            self.hint.setText(tr("Editing line {n}", n=editing.number))
