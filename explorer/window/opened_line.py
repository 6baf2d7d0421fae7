"""The line of the script that a form was opened on: to be replaced, or left as it is."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from explorer.session import Statement
from explorer.text import tr
from explorer.window.controller import Controller


class OpenedLine(QWidget):
    """Two buttons, hidden while no line is open. One that is gone or changed is open no more."""

    changed = Signal()
    """A line was opened, or none is open any more."""
    left = Signal()
    """The open line was replaced or is left as it is: the form is free for another."""
    replaced = Signal()
    """The person wants the form's line in place of the open one."""

    def __init__(self, controller: Controller, parent: QWidget) -> None:
        super().__init__(parent)
        self._controller = controller
        self.statement: Statement | None = None
        self.replace_button = QPushButton(self)
        self.replace_button.setToolTip(tr("Put this in place of the line and replay (Ctrl+Enter)"))
        self.leave_button = QPushButton(tr("Cancel"), self)
        self.leave_button.setToolTip(tr("Leave the line as it is"))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.replace_button, 1)
        row.addWidget(self.leave_button)
        self.hide()
        self.replace_button.clicked.connect(self.replaced)
        self.leave_button.clicked.connect(self.leave)
        controller.session_changed.connect(self._on_session_changed)

    def open(self, statement: Statement) -> None:
        """Offer to replace `statement`."""
        self.statement = statement
        self.changed.emit()
        self._on_session_changed()

    def replace(self, line: str) -> None:
        """Put `line` in place of the open one, whose comments stay."""
        opened = self.statement
        if opened is not None:
            above = opened.source[: opened.source.rfind(opened.code)]
            if self._controller.edit(opened, above + line):
                self.leave()

    @Slot()
    def leave(self) -> None:
        """Leave the open line, and the form too."""
        if self.statement is not None:
            self.forget()
            self.left.emit()

    def forget(self) -> None:
        """Leave the open line: what is in the form becomes a line of its own."""
        self.statement = None
        self.hide()
        self.changed.emit()

    @Slot()
    def _on_session_changed(self) -> None:
        if self.statement is None:
            return
        statements = self._controller.session.statements
        if self.statement in statements:
            number = statements.index(self.statement) + 1
            self.replace_button.setText(tr("Replace line {n}", n=number))
            self.show()
        else:
            self.leave()
