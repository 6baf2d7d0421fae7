"""What stands in a heat map's place when there is nothing to draw: why, and what to do."""

from msgspec import structs
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from explorer.protocol import Problem
from explorer.text import tr


class Message(QWidget):
    """A `Problem` in words, with its line of code as a button."""

    fix_chosen = Signal(str)
    """The line of code that the person clicked."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.problem = Problem(what="")
        self.what, self.fix = QLabel(self), QLabel(self)
        self.button = QPushButton(self)
        self.edit_button = QPushButton(tr("Edit expression…"), self)
        self.edit_button.hide()
        column = QVBoxLayout(self)
        column.setSpacing(8)
        column.addStretch(2)
        for label in (self.what, self.fix):
            label.setWordWrap(True)
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            column.addWidget(label)
        font = self.what.font()
        font.setPointSizeF(font.pointSizeF() * 1.15)
        self.what.setFont(font)
        for button in (self.button, self.edit_button):
            column.addWidget(button, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(3)
        self.button.clicked.connect(self._on_clicked)

    def show_problem(self, problem: Problem, result: str) -> None:
        """Show another; its line of code makes a tensor, to be named `result`."""
        if problem.fix_code:
            problem = structs.replace(problem, fix_code=f"{result} = {problem.fix_code}")
        self.problem = problem
        self.what.setText(problem.what)
        self.fix.setText(problem.fix)
        self.fix.setVisible(bool(problem.fix))
        self.button.setText(tr("Run {code}", code=problem.fix_code))
        self.button.setVisible(bool(problem.fix_code))

    def _on_clicked(self) -> None:
        self.fix_chosen.emit(self.problem.fix_code)
