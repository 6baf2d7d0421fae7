"""What is to be seen of a heat map: a message, the tensor alone, or the equation that made it."""

from PySide6.QtWidgets import QStackedWidget, QWidget

from explorer.panes.heatmap.equations.equation_view import EquationView
from explorer.panes.heatmap.equations.operands import Operands
from explorer.panes.heatmap.message import Message
from explorer.panes.heatmap.page import Page
from explorer.panes.heatmap.pictures.picture import Picture
from explorer.protocol import Problem


class Front(QStackedWidget):
    """Of `message`, `page` and the equation of `operands`, the one that is in front."""

    def __init__(self, message: Message, page: Page, parent: QWidget) -> None:
        super().__init__(parent)
        self._message, self._page = message, page
        self._operands: Operands | None = None
        self._is_refused = False
        """Whether a message stands where the picture was to be."""
        self.addWidget(message)
        self.addWidget(page)

    def add_operands(self, operands: Operands) -> None:
        """Show these too, which are made of what stands on the page."""
        self._operands = operands
        self.addWidget(operands.view)

    @property
    def equation(self) -> EquationView | None:
        """The equation, None while something else is in front."""
        view = self._operands.view if self._operands else None
        return view if self.currentWidget() is view else None

    @property
    def title(self) -> str:
        """The equation in words, "" while something else is in front."""
        traced = self.equation.traced if self.equation else None
        return traced.equation.text if traced else ""

    @property
    def picture(self) -> Picture | None:
        """The picture of the tensor, which may be the result among others."""
        view = self.equation
        return (view.result if view and view.is_shown else self._page).item.picture

    def show_problem(self, problem: Problem, name: str, *, can_edit: bool) -> None:
        """Show a message, until `accept`; its line of code calls the result `name`."""
        self._is_refused = True
        self._message.show_problem(problem, name)
        self._message.edit_button.setVisible(can_edit)
        self.setCurrentWidget(self._message)

    def accept(self) -> None:
        """Let a picture be seen again: there is one, or it may come."""
        self._is_refused = False

    def show_tensor(self) -> None:
        """Show the tensor, alone or with what it comes from, once that is known."""
        front = self._operands.front if self._operands else None
        if front and not self._is_refused:
            self.setCurrentWidget(front)
