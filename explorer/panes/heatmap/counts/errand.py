"""A question that the engine answers in steps, asked again until the answer is final."""

import itertools
import time

from msgspec import structs
from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget

from explorer.panes.heatmap.counts.summary import Stepped, SteppedAsk
from explorer.protocol import Answer
from explorer.window.controller import Controller

SOON_MS = 60
"""So long what the person does must rest before all values are counted."""
LONG_SECONDS = 1.0
"""From then on the person is told how far it is."""

_numbers = itertools.count(1)


class Errand(QObject):
    """Asks while `owner` is visible. An answer that is no longer wanted never arrives."""

    arrived = Signal()
    """There is another `answer`, on the way or final."""

    def __init__(self, controller: Controller, owner: QWidget, delay_ms: int = SOON_MS) -> None:
        super().__init__(owner)
        self._controller, self._owner = controller, owner
        self._about: object = None
        self._ask: SteppedAsk | None = None
        self._is_answered = False
        self._began = 0.0
        self.answer: Answer | None = None
        """The last answer to the question in hand."""
        self._timer = QTimer(self, singleShot=True, interval=delay_ms)
        self._timer.timeout.connect(self._send)

    @property
    def is_done(self) -> bool:
        """Whether the answer is final, or nothing was asked."""
        return self._ask is None or self._is_answered

    @property
    def is_long(self) -> bool:
        """Whether it takes so long that the person is to be told how far it is."""
        return not self.is_done and time.monotonic() - self._began > LONG_SECONDS

    def request(self, ask: SteppedAsk, about: object) -> None:
        """Ask about something that is as `about` says, unless that is the question in hand."""
        if (ask, about) == self._about:
            self.rest()
            return
        self._about = ask, about
        self._ask = structs.replace(ask, number=next(_numbers))
        self._is_answered, self.answer = False, None
        self._began = time.monotonic()
        self._timer.start()

    def rest(self) -> None:
        """Let what the person does go first, then go on."""
        if not self.is_done:
            self._timer.start()

    def forget(self) -> None:
        """Want no answer any more."""
        self._about = self._ask = self.answer = None
        self._timer.stop()

    def _send(self) -> None:
        # Hidden it waits: the owner calls `rest` when it is seen again.
        if self._ask is not None and self._owner.isVisible():
            self._controller.ask(self._ask, self._on_answered)

    def _on_answered(self, answer: Answer) -> None:
        if self._ask is None or self._timer.isActive():
            return
        self.answer = answer
        self._is_answered = not isinstance(answer, Stepped) or answer.progress >= 1
        if not self._is_answered:
            self._send()
        self.arrived.emit()
