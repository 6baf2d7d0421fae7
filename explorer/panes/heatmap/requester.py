"""Asks for tiles: only when something changed, and knows whether the last answer is the last ask's."""

from PySide6.QtCore import QObject, QTimer, Signal

from explorer.panes.heatmap import TileAsk
from explorer.protocol import Answer, TensorInfo
from explorer.window.controller import Controller

LATE_MS = 200


class Requester(QObject):
    """One heat map's questions. An answer that is no longer wanted never arrives."""

    arrived = Signal(object)
    """The `Answer` to the last question."""
    late = Signal()
    """What is drawn is out of date, and has been for a while."""

    def __init__(self, controller: Controller, parent: QObject) -> None:
        super().__init__(parent)
        self._controller = controller
        self._asked: tuple[TileAsk, TensorInfo, int] | None = None
        self._answered = False
        self._timer = QTimer(self, singleShot=True, interval=LATE_MS)
        self._timer.timeout.connect(self.late)

    @property
    def is_new(self) -> bool:
        """Whether nothing was asked about the tensor in hand."""
        return self._asked is None

    @property
    def is_done(self) -> bool:
        """Whether what was asked has arrived."""
        return self._asked is None or self._answered

    def request(self, ask: TileAsk, info: TensorInfo) -> None:
        """Ask about a tensor as `info` describes it, unless that was the last question."""
        asked, before = (ask, info, self._controller.data_revision), self._asked
        if asked == before:
            return
        if before is None or asked[1:] != before[1:] or ask.plane != before[0].plane:
            self._timer.start()
        self._asked, self._answered = asked, False
        self._controller.ask(ask, self._on_answered)

    def forget(self) -> None:
        """Want no answer any more."""
        self._asked, self._answered = None, False
        self._timer.stop()

    def _on_answered(self, answer: Answer) -> None:
        if self._asked is not None:
            self._timer.stop()
            self._answered = True
            self.arrived.emit(answer)
