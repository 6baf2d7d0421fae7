"""The centre: heat maps, or where to start while there are no tensors; messages above them."""

from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from explorer.window.empty import EmptyState
from explorer.window.problem import ProblemBar
from explorer.window.recovery import RecoveryBar
from explorer.window.views import Views


class Centre(QWidget):
    """See the module. It borrows `views`, which outlive it."""

    def __init__(self, views: Views, language: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._views = views
        self.recovery = RecoveryBar(self)
        self.problems = ProblemBar(self)
        self.empty = EmptyState(language, self)
        self.stack = QStackedWidget(self)
        self.stack.addWidget(self.empty)
        self.stack.addWidget(views)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.recovery)
        layout.addWidget(self.problems)
        layout.addWidget(self.stack, 1)

    def show_views(self, *, has_tensors: bool) -> None:
        """Bring the heat maps to the front if there is something to see in them."""
        page = self._views if has_tensors and self._views.panes else self.empty
        if self.stack.currentWidget() is not page:
            if page is self._views and self.empty.isAncestorOf(self.window().focusWidget()):
                self._views.panes[0].setFocus()  # else Qt takes what stands first in it
            self.stack.setCurrentWidget(page)

    def give_back(self) -> None:
        """Let go of the heat maps, before another centre takes them."""
        self.stack.removeWidget(self._views)
