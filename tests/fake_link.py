"""An engine that runs small Python in this process, one message at a time, without torch."""

import contextlib
import io
from collections import deque
from dataclasses import dataclass, field

import msgspec

from explorer.catalog.signature import Catalogue
from explorer.protocol import (
    Answer,
    Ask,
    CatalogueAnswer,
    CatalogueAsk,
    Configure,
    Configured,
    Delta,
    Entry,
    Failure,
    LineResult,
    Message,
    Prepare,
    Prepared,
    PreviewAsk,
    Previews,
    Problem,
    Replay,
    Replayed,
    Revisit,
    Revisited,
    StatementRan,
    TensorInfo,
    Undo,
    Undone,
)
from explorer.window.link import Link

HALF_WAY = "half_way"
"""A line that raises after this name appears leaves its changes behind."""
OPAQUE = "opaque"
"""A line with this name can't be undone from copies."""
MAGIC = "%magic "
"""What follows this word runs, but is not Python."""
DIE = "die()"
"""A line with this call ends the engine."""


def fingerprint(namespace: dict[str, object]) -> int:
    """A hash of all values."""
    return hash(repr(sorted(namespace.items(), key=str)))


def _not_ready(_ask: PreviewAsk) -> Previews:
    return Previews(previews=())


class _Torch:
    """Enough of torch for the first lines of a session."""

    float64 = "float64"

    @staticmethod
    def manual_seed(seed: int) -> None:
        pass

    @staticmethod
    def set_default_dtype(dtype: str) -> None:
        pass


@dataclass
class Job:
    ticket: str
    work: object
    statement: int = 0


@dataclass
class Record:
    statement: int
    before: dict = field(default_factory=dict)
    restorable: bool = True


def tensor_info(expression: str, shape: tuple[int, ...] = (3, 4), **fields) -> TensorInfo:
    """A contiguous float32 tensor on the CPU, with any field replaced."""
    stride = [1]
    for size in reversed(shape[1:]):
        stride.insert(0, stride[0] * size)
    count = 1
    for size in shape:
        count *= size
    values = {
        "dtype": "float32",
        "shape": shape,
        "stride": tuple(stride[: len(shape)]),
        "storage_offset": 0,
        "device": "cpu",
        "layout": "strided",
        "contiguous": True,
        "requires_grad": False,
        "is_leaf": True,
        "grad_fn": "",
        "nbytes": 4 * count,
        "serial": abs(hash(expression)) % 10**9 + 1,
        "storage": abs(hash(expression)) % 10**9 + 1,
        "version": 0,
        "content": 0,
    }
    return TensorInfo(expression=expression, **(values | fields))


class FakeLink(Link):
    """Queues what it is sent; `deliver` carries out the oldest message.

    With `automatic` it delivers at once. `answers` maps an Ask class to a function of the ask;
    `catalogue` is what its torch, which is none, can do.
    """

    def __init__(self, *, automatic: bool = False) -> None:
        super().__init__()
        self.automatic = automatic
        self.catalogue = Catalogue(torch_version="2.0", entries={})
        self.namespace: dict[str, object] = {}
        self.answers: dict[type[Ask], object] = {PreviewAsk: _not_ready}
        self.asked: list[Ask] = []
        self.requests: list[tuple[str, dict]] = []
        self.revisited: dict[str, object] = {}
        """The names that the lines of the last revisit made."""
        self.jobs: deque[Job] = deque()
        self.records: list[Record] = []
        self.alive = False
        self.starts = 0
        self.closed = False
        self._tickets = 0
        self._interrupted = False
        self._marked = 0
        self._delivering = False

    # --- Link ---------------------------------------------------------------------------------

    def start(self) -> None:
        self.starts += 1
        self.alive = True
        self.namespace, self.records = {}, []
        self._interrupted = False
        self.jobs.clear()
        self._queue("started", 0)

    def execute(self, source: str, statement: int, ticket: str = "") -> str:
        assert self.alive
        return self._queue(source, statement, ticket)

    def request(self, kind: str, content: dict) -> str:
        if not self.alive:
            return ""
        self.requests.append((kind, content))
        return f"request {len(self.requests)}"

    def ask(self, ask: Ask) -> str:
        assert self.alive
        self.asked.append(ask)
        return self._queue(ask, 0)

    def interrupt(self) -> None:
        self._interrupted = True

    def kill(self) -> None:
        self.die(-9)

    def close(self) -> None:
        self.closed = True
        self.alive = False
        self.jobs.clear()

    # --- for tests ----------------------------------------------------------------------------

    def die(self, code: int = -11) -> None:
        """End the engine as the system would."""
        if self.alive:
            self.alive = False
            self.jobs.clear()
            self.namespace = {}
            self.died.emit(code, "last words", self._marked)

    def deliver_all(self) -> None:
        """Carry out everything that waits, and what comes of it."""
        while self.deliver():
            pass

    def deliver(self) -> bool:
        """Carry out the oldest message; False if none waits."""
        if not self.jobs:
            return False
        job = self.jobs.popleft()
        match job.work:
            case "started":
                self.started.emit()
            case str(source):
                self._run(job.ticket, source, job.statement)
            case Prepare():
                prepared = Prepared(
                    torch_version="2.0", python_version="3.11", delta=self._delta(complete=True)
                )
                self.answered.emit(job.ticket, prepared)
            case CatalogueAsk():
                packed = msgspec.msgpack.encode(self.catalogue)
                self.answered.emit(job.ticket, CatalogueAnswer(data=packed))
            case Configure():
                self.answered.emit(job.ticket, Configured())
            case Replay() as ask:
                self._replay(job.ticket, ask)
            case Revisit() as ask:
                self._revisit(job.ticket, ask)
            case Undo(statement=statement):
                self.answered.emit(job.ticket, self._undo(statement))
            case Ask() as ask:
                self.answered.emit(job.ticket, self._answer(ask))
        return True

    # --- the engine ---------------------------------------------------------------------------

    def _queue(self, work: object, statement: int, ticket: str = "") -> str:
        self._tickets += 1
        ticket = ticket or str(self._tickets)
        self.jobs.append(Job(ticket, work, statement))
        if self.automatic:
            from PySide6.QtCore import QTimer

            QTimer.singleShot(0, self.deliver)
        return ticket

    def _answer(self, ask: Ask) -> Answer:
        answer = self.answers.get(type(ask))
        return answer(ask) if callable(answer) else Problem(what=f"no answer to {type(ask)}")

    def _run(self, ticket: str, source: str, statement: int) -> None:
        self._marked = statement
        if DIE in source:
            self.die()
            return
        before = dict(self.namespace)
        failure, output = self._execute(source)
        if output:
            self.printed.emit(ticket, output)
        clean = not failure or HALF_WAY not in source
        if failure and clean:
            self.namespace = dict(before)
        elif not failure:
            self.records.append(Record(statement, before, OPAQUE not in source))
        effect = self.namespace != before or bool(output)
        event = StatementRan(
            statement=statement,
            seconds=0.001,
            effect=effect,
            opaque=OPAQUE in source,
            wrote=(),
            delta=self._delta(before),
            failure=failure,
            clean=clean,
            changed=self.namespace != before,
            fingerprint=fingerprint(self.namespace),
        )
        self.event_arrived.emit(ticket, event)
        self.finished.emit(ticket)

    def _execute(self, source: str) -> tuple[Failure | None, str]:
        if self._interrupted:
            self._interrupted = False
            return Failure(problem=Problem(what="KeyboardInterrupt"), interrupted=True), ""
        printed = io.StringIO()
        scope = {"tensor": self._tensor, "torch": _Torch(), **self.namespace}
        failure = None
        try:
            with contextlib.redirect_stdout(printed):
                exec(source.removeprefix(MAGIC).replace("import torch", "pass"), scope)
        except Exception as error:  # noqa: BLE001 - whatever the line raises
            problem = Problem(what=f"{type(error).__name__}: {error}", cause=type(error).__name__)
            failure = Failure(problem=problem, line=1)
        hidden = ("__builtins__", "tensor", "torch")
        self.namespace = {k: v for k, v in scope.items() if k not in hidden}
        return failure, printed.getvalue()

    @staticmethod
    def _tensor(*shape: int) -> tuple[str, tuple[int, ...]]:
        return ("tensor", shape)

    def _replay(self, ticket: str, ask: Replay) -> None:
        old, old_records = self.namespace, self.records
        self.namespace, self.records = {}, []
        results, failure, clean = [], None, True
        for line in ask.lines:
            self._marked = line.statement
            if DIE in line.source:
                self.die()
                return
            before = dict(self.namespace)
            failure, output = self._execute(line.source)
            if failure:
                clean = HALF_WAY not in line.source
                if clean:
                    self.namespace = before
                break
            self.records.append(Record(line.statement, before, OPAQUE not in line.source))
            changed = [n for n, v in self.namespace.items() if before.get(n) != v]
            results.append(
                LineResult(
                    statement=line.statement,
                    seconds=0.001,
                    output=output,
                    fingerprint=fingerprint(self.namespace),
                    wrote=tuple(changed),
                )
            )
        swapped = failure is None or ask.keep_partial
        if not swapped:
            self.namespace, self.records = old, old_records
        answer = Replayed(
            results=tuple(results),
            swapped=swapped,
            delta=self._delta(complete=True),
            failure=failure,
            clean=clean,
        )
        self.answered.emit(ticket, answer)

    def _revisit(self, ticket: str, ask: Revisit) -> None:
        namespace, self.namespace = self.namespace, {}
        answer: Answer = Revisited()
        for line in ask.lines:
            if DIE in line.source:
                self.die()
                return
            failure, _ = self._execute(line.source)
            if failure:
                answer = failure.problem
                break
        self.revisited = dict(self.namespace)
        self.namespace = namespace
        self.answered.emit(ticket, answer)

    def _undo(self, statement: int) -> Message:
        if self.records and self.records[-1].statement == statement:
            record = self.records.pop()
            if record.restorable:
                before, self.namespace = self.namespace, dict(record.before)
                return Undone(restored=True, delta=self._delta(before))
        return Undone(restored=False, delta=Delta())

    def _delta(self, before: dict | None = None, *, complete: bool = False) -> Delta:
        before = before or {}
        changed = [n for n, v in self.namespace.items() if complete or before.get(n) != v]
        return Delta(
            changed=tuple(self._entry(name, self.namespace[name]) for name in changed),
            gone=tuple(n for n in before if n not in self.namespace),
            complete=complete,
        )

    @staticmethod
    def _entry(name: str, value: object) -> Entry:
        match value:
            case ("tensor", shape):
                info = tensor_info(name, shape)
                return Entry(name=name, type_name="Tensor", summary="", tensors=(info,))
        return Entry(name=name, type_name=type(value).__name__, summary=repr(value))
