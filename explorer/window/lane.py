"""The main lane: what a person wants, in its order, and the one thing that the engine does of it."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from PySide6.QtCore import QObject, Signal

from explorer.window.intent import Intent, OpenIntent, RunIntent, RunToIntent

OUTPUT_CHARACTERS = 20_000


class EngineState(Enum):
    """What the engine is doing, as the status bar says it."""

    STARTING = "starting"
    IDLE = "idle"
    RUNNING = "running"
    REPLAYING = "replaying"
    STOPPED = "stopped"


@dataclass(slots=True)
class Task:
    """What the engine is doing for a person. Its answers, events and output carry its `ticket`."""

    intent: Intent
    ticket: str
    statement: int = 0
    output: str = ""
    ended: bool = False
    """The engine said how the line ended; only the end of its messages is missing."""
    then: RunToIntent | None = None
    """What goes on once this has succeeded."""


class Lane(QObject):
    """See the module. `task` is what is under way, None if nothing is."""

    state_changed = Signal()
    output_changed = Signal()
    """The running statement printed."""

    def __init__(self) -> None:
        super().__init__()
        self.state = EngineState.STARTING
        self.task: Task | None = None
        self._queue: deque[Intent] = deque()

    @property
    def is_settled(self) -> bool:
        """Whether nothing runs or waits to run."""
        if self.state is EngineState.STOPPED:
            return True
        return self.state is EngineState.IDLE and self.task is None and not self._queue

    @property
    def running(self) -> RunIntent | None:
        """The line that runs now."""
        intent = self.task.intent if self.task else None
        return intent if isinstance(intent, RunIntent) else None

    def put(self, intent: Intent) -> None:
        """Let `intent` wait behind all others."""
        self._queue.append(intent)

    def put_first(self, intent: Intent) -> None:
        """Let `intent` wait before all others: it belongs to what was carried out last."""
        self._queue.appendleft(intent)

    def take(self) -> Intent | None:
        """Take out what is next, None while the engine is busy or nothing waits."""
        is_free = self.state is EngineState.IDLE and self.task is None
        return self._queue.popleft() if is_free and self._queue else None

    def drain(self) -> Iterator[Intent]:
        """Take out, one by one, what waits for the document in hand."""
        while self._queue and not isinstance(self._queue[0], OpenIntent):
            yield self._queue.popleft()

    def clear(self) -> None:
        """Forget all that waits."""
        self._queue.clear()

    def begin(self, task: Task, state: EngineState) -> None:
        """Take note that `task` was sent to the engine, which `state` describes."""
        self.task = task
        self.set_state(state)

    def end(self) -> None:
        """Take note that the task is over; what was to follow it is next."""
        task = self.abandon()
        if task and task.then:
            self.put_first(task.then)
        self.set_state(EngineState.IDLE)

    def abandon(self) -> Task | None:
        """Return the task under way, of which nothing more will come."""
        task, self.task = self.task, None
        return task

    def set_state(self, state: EngineState) -> None:
        """Take note of what the engine is doing."""
        if state is not self.state:
            self.state = state
            self.state_changed.emit()

    def print(self, text: str) -> None:
        """Add `text` to the output of the task, of which beginning and end are kept."""
        if self.task is None:
            return
        output = self.task.output + text
        if len(output) > 2 * OUTPUT_CHARACTERS:
            output = output[:OUTPUT_CHARACTERS] + "\n...\n" + output[-OUTPUT_CHARACTERS // 2 :]
        self.task.output = output
        self.output_changed.emit()
