"""The warmer: has each engine get ready to preview lines when nothing else is to do."""

from PySide6.QtCore import QObject, QTimer, Signal

from explorer.protocol import Answer, Prepared, PreviewAsk, Problem
from explorer.window.asks import Asks
from explorer.window.lane import Lane
from explorer.window.supervisor import Supervisor

QUIET_MILLISECONDS = 1200
"""How long nothing must have run: what torch loads then takes the engine a second or two."""


class Warmer(QObject):
    """Before it is done, no line is previewed: the first tensor must not wait for it."""

    warmed = Signal()
    problem_raised = Signal(object)

    def __init__(self, lane: Lane, asks: Asks, supervisor: Supervisor) -> None:
        super().__init__()
        self._lane = lane
        self._asks = asks
        self._supervisor = supervisor
        self._warmed: Prepared | None = None
        """The engine that was asked, by what it said of itself."""
        self._quiet = QTimer(self, interval=QUIET_MILLISECONDS, singleShot=True)
        self._quiet.timeout.connect(self._warm)
        lane.state_changed.connect(self._on_state_changed)

    def _on_state_changed(self) -> None:
        engine = self._supervisor.versions
        if self._lane.is_settled and engine is not None and engine is not self._warmed:
            self._quiet.start()
        else:
            self._quiet.stop()

    def _warm(self) -> None:
        self._warmed = self._supervisor.versions
        self._asks.ask(PreviewAsk(), self._on_answered)

    def _on_answered(self, answer: Answer) -> None:
        if isinstance(answer, Problem):
            self.problem_raised.emit(answer)
        else:
            self.warmed.emit()
