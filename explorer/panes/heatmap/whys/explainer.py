"""Why a cell of a heat map has its value: when that is asked, and where the answer stands."""

from PySide6.QtCore import QObject, QTimer, Signal

from explorer.panes.heatmap.equations.equation_view import EquationView
from explorer.panes.heatmap.moment import line_number
from explorer.panes.heatmap.reading.pointer import Pointer
from explorer.panes.heatmap.whys.asker import Asker
from explorer.panes.heatmap.whys.panel import WhyPanel
from explorer.panes.heatmap.whys.sentence import sentence
from explorer.panes.heatmap.whys.why import Index, Why
from explorer.window.controller import Controller

LATE_MS = 200


class Explainer(QObject):
    """Lights a clicked cell's origin where that takes no time; with the panel open, says all of it.

    `pointer` and `equation` have the cell in hand, of the tensor alone or beside its operands.
    """

    told = Signal(str)
    """The answer in one line."""

    def __init__(
        self,
        controller: Controller,
        pointer: Pointer,
        equation: EquationView,
        panel: WhyPanel,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._controller, self._panel = controller, panel
        self._asker = Asker(controller, self)
        self._asker.answered.connect(self._on_answered)
        self._late = QTimer(self, singleShot=True, interval=LATE_MS)
        self._late.timeout.connect(panel.show_waiting)
        pointer.taken.connect(self._on_taken)
        equation.taken.connect(self._on_taken)
        panel.closed.connect(self.leave)

    @property
    def is_done(self) -> bool:
        """Whether all that was asked is answered."""
        return not self._asker.is_waiting

    def look_at(self, expression: str, as_of: int) -> None:
        """Be about a tensor as of a moment."""
        if self._asker.look_at(expression, as_of):
            self._panel.show_answer(None, self._line_number)

    def forget(self) -> None:
        """Be about nothing."""
        self._late.stop()
        self._asker.forget()
        self._panel.hide()

    def open(self, index: Index | None) -> None:
        """Say why the cell at `index`, the one in hand, has its value."""
        self._panel.show()
        if index is None:
            self._panel.show_answer(None, self._line_number)
        else:
            self._ask(index)

    def leave(self) -> bool:
        """Put away the answer, whichever heat map asked; False if there is none."""
        linking = self._controller.linking
        if self._panel.isHidden() and not linking.held:
            return False
        self.forget()
        self._controller.link(linking.holding({}))
        return True

    def _on_taken(self, index: Index) -> None:
        self._ask(index)

    def _ask(self, index: Index) -> None:
        self._asker.ask(index, quietly=self._panel.isHidden())
        if self._asker.is_waiting:
            self._late.start()

    def _on_answered(self) -> None:
        self._late.stop()
        found = self._asker.found
        if not self._panel.isHidden():
            self._panel.show_answer(found, self._line_number)
        if isinstance(found, Why):
            self.told.emit(sentence(found, self._line_number))

    def _line_number(self, statement: int) -> int:
        return line_number(self._controller.session, statement)
