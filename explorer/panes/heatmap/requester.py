"""Asks for tiles: only when something changed, and again until what came is exact."""

from msgspec import structs
from PySide6.QtCore import QObject, QTimer, Signal

from explorer.panes.heatmap import Tile, TileAsk, Working
from explorer.protocol import Answer, TensorInfo
from explorer.window.controller import Controller
from explorer.window.pane import Pane

LATE_MS = 200
AGAIN_MS = 200
"""The engine is left alone for so long where the last question did not bring it any further."""


class Requester(QObject):
    """One heat map's questions. An answer that is no longer wanted never arrives."""

    arrived = Signal(object)
    """The `Answer` to the last question, more exact each time."""
    progressed = Signal(float)
    """The share of the work that is done, without another picture."""
    late = Signal()
    """What is drawn is out of date, and has been for a while."""
    paused = Signal()
    """The pane is out of sight before its picture is exact: `request` goes on."""

    def __init__(self, controller: Controller, pane: Pane) -> None:
        super().__init__(pane)
        self._controller, self._pane = controller, pane
        self._asked: tuple[TileAsk, TensorInfo, int] | None = None
        self._known = self._progress = 0.0
        self._timer = QTimer(self, singleShot=True, interval=LATE_MS)
        self._timer.timeout.connect(self.late)
        self._again = QTimer(self, singleShot=True, interval=AGAIN_MS)
        self._again.timeout.connect(self._send)

    @property
    def is_new(self) -> bool:
        """Whether nothing was asked about the tensor in hand."""
        return self._asked is None

    @property
    def is_done(self) -> bool:
        """Whether what was asked has arrived, and is exact."""
        return self._asked is None or self._progress == 1.0

    def request(self, ask: TileAsk, info: TensorInfo) -> None:
        """Ask about a tensor as `info` describes it, unless that was the last question."""
        asked, before = (ask, info, self._controller.data_revision), self._asked
        if asked == before:
            if not (self.is_done or self._again.isActive() or self._controller.is_asking(self)):
                self._send()
            return
        if before is None or asked[1:] != before[1:] or ask.plane != before[0].plane:
            self._timer.start()
        self._asked, self._known, self._progress = asked, 0.0, 0.0
        self._send()

    def forget(self) -> None:
        """Want no answer any more."""
        self._asked, self._known, self._progress = None, 0.0, 0.0
        self._timer.stop()
        self._again.stop()

    def _send(self) -> None:
        self._again.stop()
        if self._asked is not None:
            self._controller.ask(
                structs.replace(self._asked[0], known=self._known), self._on_answered
            )

    def _on_answered(self, answer: Answer) -> None:
        if self._asked is None:
            return
        self._timer.stop()
        before = self._progress
        self._progress = answer.progress if isinstance(answer, Tile | Working) else 1.0
        if isinstance(answer, Tile):
            self._known = answer.progress
        self._go_on(before)  # the engine works on while this is drawn
        if isinstance(answer, Working):
            self.progressed.emit(self._progress)
        else:
            self.arrived.emit(answer)

    def _go_on(self, before: float) -> None:
        if self.is_done:
            return
        if not self._pane.is_in_sight():
            self.paused.emit()
        elif self._progress > before:
            self._send()
        else:
            self._again.start()  # the tensor is being written, and each write begins anew
