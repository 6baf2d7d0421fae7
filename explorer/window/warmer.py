"""The warmer: has each engine get ready to preview lines when nothing else is to do."""

from PySide6.QtCore import QObject, Signal

from explorer.protocol import Answer, PreviewAsk, Problem
from explorer.window.asks import Asks
from explorer.window.lane import Lane
from explorer.window.leisure import Leisure
from explorer.window.supervisor import Supervisor

QUIET_MILLISECONDS = 1200
"""How long nothing must have run: what torch loads then takes the engine a second or two."""


class Warmer(QObject):
    """Before it is done, no line is previewed: the first tensor must not wait for it."""

    warmed = Signal()
    problem_raised = Signal(object)

    def __init__(self, lane: Lane, asks: Asks, supervisor: Supervisor) -> None:
        super().__init__()
        self._asks = asks
        self._leisure = Leisure(lane, supervisor, QUIET_MILLISECONDS, self)
        self._leisure.rested.connect(self._on_rested)

    def _on_rested(self) -> None:
        self._asks.ask(PreviewAsk(), self._on_answered)

    def _on_answered(self, answer: Answer) -> None:
        if isinstance(answer, Problem):
            self.problem_raised.emit(answer)
        else:
            self.warmed.emit()
