"""The controller: owns session and workspace, and keeps them in step through one engine.

Every intent of a person (run, undo, edit ...) is queued and carried out one at a time. After each
the workspace is in step with the script up to the cursor, or `out_of_step` says why it is not.
"""

import ast
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum

from PySide6.QtCore import QObject, Signal, Slot

from explorer.catalog.advice import advise
from explorer.protocol import (
    Answer,
    Ask,
    Event,
    Line,
    Prepare,
    Prepared,
    Problem,
    Replay,
    Replayed,
    ReplayProgress,
    StatementRan,
    Undo,
    Undone,
)
from explorer.session import Document, Outcome, Record, Session, Statement
from explorer.text import tr
from explorer.window.asks import Asks
from explorer.window.intent import (
    Intent,
    OpenIntent,
    RedoIntent,
    ReplayIntent,
    RewriteIntent,
    RunIntent,
    UndoIntent,
)
from explorer.window.link import Link
from explorer.window.process import MISSING_PACKAGES
from explorer.window.restart import RESTARTS_PER_MINUTE, RestartLimit, death_reason
from explorer.workspace import Workspace
from explorer.writing import writes_file

REPLAY_UNASKED_SECONDS = 5.0
OUTPUT_CHARACTERS = 20_000


class EngineState(Enum):
    """What the engine is doing, as the status bar says it."""

    STARTING = "starting"
    IDLE = "idle"
    RUNNING = "running"
    REPLAYING = "replaying"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Selection:
    """What the person points at: expressions in operand order, and a cell of the first."""

    expressions: tuple[str, ...] = ()
    cell: tuple[int, ...] | None = None


@dataclass(slots=True)
class _Task:
    """What the main lane is doing."""

    intent: Intent
    ticket: str
    statement: int = 0
    output: str = ""
    ended: bool = False


class Controller(QObject):
    """See the module. Signals say what changed; the attributes hold it."""

    session_changed = Signal()
    """The script, its cursor, its records, its file, or whether it is in step."""
    workspace_changed = Signal()
    engine_changed = Signal()
    selection_changed = Signal()
    output_changed = Signal()
    """The running statement printed."""
    statement_ended = Signal(str, object)
    """Source and `Failure`, None if it succeeded."""
    looked = Signal(str, str)
    """Source and output of a mere look, which does not join the script."""
    replay_progressed = Signal(int, int)
    problem_raised = Signal(object)

    def __init__(self, engine: Link, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self.document = Document()
        self.records: dict[int, Record] = {}
        self.workspace = Workspace()
        self.selection = Selection()
        self.out_of_step = tr("The script has not run yet.")
        """Why the workspace is not what the script makes; "" while they are in step."""
        self.state = EngineState.STARTING
        self.versions: Prepared | None = None
        self.data_revision = 0
        """Grows when values may have changed that the workspace does not show."""
        self._engine = engine
        self._asks = Asks(engine.ask)
        self._queue: deque[Intent] = deque()
        self._task: _Task | None = None
        self._prepare_ticket = ""
        self._killing = False
        self._restarts = RestartLimit(clock)
        engine.started.connect(self._on_started)
        engine.died.connect(self._on_died)
        engine.answered.connect(self._on_answered)
        engine.event_arrived.connect(self._on_event_arrived)
        engine.printed.connect(self._on_printed)
        engine.finished.connect(self._on_finished)

    # --- what a person wants ------------------------------------------------------------------

    @property
    def session(self) -> Session:
        """The script in hand."""
        return self.document.session

    @property
    def running(self) -> str:
        """The source that runs now, "" if none does."""
        task = self._task
        return task.intent.source if task and isinstance(task.intent, RunIntent) else ""

    @property
    def running_statement(self) -> int:
        """The id of the script's statement that runs again, 0 for a new line or none."""
        task = self._task
        return task.intent.redo if task and isinstance(task.intent, RunIntent) else 0

    @property
    def running_output(self) -> str:
        """What the running source has printed so far."""
        return self._task.output if self._task else ""

    @property
    def is_settled(self) -> bool:
        """Whether nothing runs or waits to run."""
        if self.state is EngineState.STOPPED:
            return True
        return self.state is EngineState.IDLE and self._task is None and not self._queue

    def start(self) -> None:
        """Start the engine; it replays the script up to the cursor."""
        self._set_state(EngineState.STARTING)
        try:
            self._engine.start()
        except OSError as error:
            self._stop(
                Problem(
                    what=tr("The engine's Python can't be started: {error}", error=error),
                    fix=tr("Check the path given with --python."),
                )
            )

    def submit(self, source: str) -> bool:
        """Run `source` after what is already waiting; False if it is not Python."""
        source = source.rstrip()
        if not source.strip() or not self._check(source):
            return False
        self._do(RunIntent(source))
        return True

    def undo(self) -> None:
        """Take back the statement before the cursor."""
        self._do(UndoIntent())

    def redo(self) -> None:
        """Run the statement after the cursor again."""
        self._do(RedoIntent())

    def edit(self, statement: Statement, source: str) -> bool:
        """Replace a statement; replay if it had run. False if `source` is not Python."""
        source = source.rstrip()
        if not self._check(source):
            return False
        self._do(RewriteIntent(statement, source))
        return True

    def delete(self, statement: Statement) -> None:
        """Take a statement out of the script; replay if it had run."""
        self._do(RewriteIntent(statement, None))

    def dismiss(self, attempt_id: int) -> None:
        """Forget a failed attempt."""
        self._set_session(self.session.dismiss(attempt_id))

    def replay(self) -> None:
        """Run the script up to the cursor anew; the person's way back in step."""
        self._do(ReplayIntent())

    def run_all(self) -> None:
        """Run the whole script anew, as far as it goes."""
        self._do(ReplayIntent(len(self.session.statements), keep_partial=True))

    def open(self, document: Document, *, run: bool = False) -> None:
        """Take another document in hand. What has run of it runs again; all of it if `run`."""
        self._do(OpenIntent(document, run))

    def mark_saved(self, path: str) -> None:
        """Take note that the script now stands in the file `path`."""
        self.document = replace(self.document, path=path, saved=self.session.to_source())
        self.session_changed.emit()

    def interrupt(self) -> None:
        """Stop the running line or replay; lines that waited behind it stay as attempts."""
        self._drop_queue()
        if self._task:
            self._engine.interrupt()

    def restart(self) -> None:
        """End the engine and start another, which replays the script."""
        self._drop_queue()
        self._restarts.reset()
        if self.state is EngineState.STOPPED:
            self.start()
        else:
            self._killing = True
            self._engine.kill()

    def select(self, *expressions: str, cell: tuple[int, ...] | None = None) -> None:
        """Point at tensors, in operand order."""
        selection = Selection(expressions, cell)
        if selection != self.selection:
            self.selection = selection
            self.selection_changed.emit()

    def ask(self, ask: Ask, receive: Callable[[Answer], None]) -> None:
        """Ask the engine; see `Pane.ask`."""
        self._asks.ask(ask, receive)

    def is_asking(self, owner: object) -> bool:
        """Return whether an ask of `owner`'s is not answered yet."""
        return self._asks.is_asking(owner)

    def report(self, problem: Problem) -> None:
        """Show `problem` to the person."""
        self.problem_raised.emit(problem)

    def close(self) -> None:
        """End the engine for good."""
        self._queue.clear()
        self._engine.close()

    # --- intents ------------------------------------------------------------------------------

    def _check(self, source: str) -> bool:
        try:
            ast.parse(source)
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            problem = advise(type(error).__name__, str(error), source, {})
            self._set_session(self.session.attempt(source, "failed", problem.what))
            self.problem_raised.emit(problem)
            return False
        return True

    def _do(self, intent: Intent) -> None:
        self._queue.append(intent)
        self._advance()

    def _drop_queue(self) -> None:
        """Forget what waits for this document; what was typed stays as an attempt."""
        while self._queue and not isinstance(self._queue[0], OpenIntent):
            match self._queue.popleft():
                case RunIntent(source=source, redo=0) | RewriteIntent(source=str(source)):
                    reason = tr("It waited and was not run.")
                    self._set_session(self.session.attempt(source, "unrun", reason))

    def _advance(self) -> None:
        while self.state is EngineState.IDLE and self._task is None and self._queue:
            match self._queue.popleft():
                case RunIntent() as intent:
                    self._start_run(intent)
                case UndoIntent() as intent:
                    self._start_undo(intent)
                case RedoIntent():
                    session = self.session
                    if session.cursor < len(session.statements):
                        statement = session.statements[session.cursor]
                        self._start_run(RunIntent(statement.source, statement.id))
                case RewriteIntent() as intent:
                    self._rewrite(intent)
                case ReplayIntent() as intent:
                    self._start_replay(intent)
                case OpenIntent() as intent:
                    self._take(intent)

    def _start_run(self, intent: RunIntent) -> None:
        statement = intent.redo
        if not statement:
            statement, session = self.session.reserve()
            self.document = replace(self.document, session=session)
        ticket = self._engine.execute(intent.source, statement)
        self._begin(_Task(intent, ticket, statement), EngineState.RUNNING)

    def _start_undo(self, intent: UndoIntent) -> None:
        session = self.session
        if session.cursor == 0:
            return
        if self.out_of_step:
            self._set_session(session.move(session.cursor - 1))
            self._bring_in_step(tr("A line was undone while script and values differed."))
            return
        statement = session.statements[session.cursor - 1].id
        ticket = self._engine.ask(Undo(statement=statement))
        self._begin(_Task(intent, ticket, statement), EngineState.RUNNING)

    def _start_replay(self, intent: ReplayIntent) -> None:
        end = self.session.cursor if intent.end is None else intent.end
        ask = Replay(
            lines=tuple(
                Line(statement=s.id, source=s.source) for s in self.session.statements[:end]
            ),
            keep_partial=intent.keep_partial,
            script=self.document.path,
            arguments=self.document.arguments,
        )
        self._begin(_Task(intent, self._engine.ask(ask)), EngineState.REPLAYING)

    def _take(self, intent: OpenIntent) -> None:
        session = intent.document.session
        end = len(session.statements) if intent.run else session.cursor
        if not intent.run and any(writes_file(s.source) for s in session.done):
            end = 0
        self.document = replace(intent.document, session=session.move(0))
        self.records = {}
        self.select()
        self._queue.appendleft(ReplayIntent(end, keep_partial=True))
        self.session_changed.emit()

    def _begin(self, task: _Task, state: EngineState) -> None:
        self._task = task
        self._set_state(state)

    def _end_task(self) -> None:
        self._task = None
        self._set_state(EngineState.IDLE)
        self._advance()

    def _rewrite(self, intent: RewriteIntent) -> None:
        session, statement = self.session, intent.statement
        if statement not in session.statements:  # changed while this intent waited
            if intent.source is not None:
                reason = tr("The line that it was to replace is no longer there.")
                self._set_session(session.attempt(intent.source, "unrun", reason))
            return
        had_run = session.statements.index(statement) < session.cursor
        if intent.source is None:
            self._set_session(session.delete(statement.id))
        else:
            self._set_session(session.edit(statement.id, intent.source))
        if had_run:
            self._bring_in_step(tr("A line that had run was changed."))

    def _bring_in_step(self, reason: str, *, keep_partial: bool = False) -> None:
        """Replay at once if that is quick and harmless, else say `reason` and leave it to them."""
        self.out_of_step = reason
        done = self.session.done
        seconds = sum(self.records.get(s.id, Record()).seconds for s in done)
        if any(writes_file(s.source) for s in done):
            self.out_of_step = tr("{reason} Replaying writes a file again.", reason=reason)
        elif seconds > REPLAY_UNASKED_SECONDS:
            self.out_of_step = tr(
                "{reason} Replaying takes about {seconds} s.", reason=reason, seconds=round(seconds)
            )
        else:
            self._queue.appendleft(ReplayIntent(keep_partial=keep_partial))
        self.session_changed.emit()
        self._advance()

    # --- what the engine says -----------------------------------------------------------------

    @Slot()
    def _on_started(self) -> None:
        self._prepare_ticket = self._engine.ask(Prepare())

    @Slot(str, object)
    def _on_answered(self, ticket: str, answer: Answer) -> None:
        if ticket == self._prepare_ticket:
            self._on_prepared(answer)
        elif self._task is None or ticket != self._task.ticket:
            self._asks.answered(ticket, answer)
        elif isinstance(answer, Replayed) and isinstance(self._task.intent, ReplayIntent):
            self._on_replayed(answer, self._task.intent)
        elif isinstance(answer, Undone):
            self._on_undone(answer)
        else:
            self._on_refused(answer)

    def _on_prepared(self, answer: Answer) -> None:
        self._prepare_ticket = ""
        if not isinstance(answer, Prepared):
            self._on_refused(answer)
            return
        self.versions = answer
        self.workspace = Workspace().apply(answer.delta)
        self._set_state(EngineState.IDLE)
        self._asks.open()
        if self.session.cursor:
            self._bring_in_step(tr("The engine is new."), keep_partial=True)
        else:
            self._set_in_step()
        self._advance()

    @Slot(str, object)
    def _on_event_arrived(self, ticket: str, event: Event) -> None:
        if isinstance(event, ReplayProgress):
            self.replay_progressed.emit(event.done, event.total)
        elif isinstance(event, StatementRan):
            task = self._task
            if task and task.ticket == ticket and isinstance(task.intent, RunIntent):
                task.ended = True
                self._on_ran(event, task, task.intent)
            else:
                self._apply(event)

    def _on_ran(self, event: StatementRan, task: _Task, intent: RunIntent) -> None:
        failure, session = event.failure, self.session
        if failure is None:
            record = Record(event.seconds, task.output, event.fingerprint)
            if intent.redo:
                before = self.records.get(intent.redo, record)
                differs = before.fingerprint not in (0, event.fingerprint)
                record = replace(record, differs=differs)
                session = session.move(session.cursor + 1)
            elif event.effect or not _is_look(intent.source):
                session = session.insert(intent.source, task.statement)
            else:
                self.looked.emit(intent.source, task.output)
            if session is not self.session:
                self.records[task.statement] = record
        elif intent.redo:
            record = Record(event.seconds, task.output, failed=failure.problem.what)
            self.records[intent.redo] = record
        else:
            outcome: Outcome = "unrun" if failure.interrupted else "failed"
            session = session.attempt(intent.source, outcome, failure.problem.what)
        self._set_session(session)
        self._apply(event)
        if failure is None:
            self._select_result(event)
        elif not event.clean:
            self._bring_in_step(tr("A line failed after it had changed something."))
        self.statement_ended.emit(intent.source, failure)
        if failure and not failure.interrupted:
            self.problem_raised.emit(failure.problem)

    def _apply(self, event: StatementRan) -> None:
        self.data_revision += event.opaque
        statement = 0 if event.failure else event.statement
        self.workspace = self.workspace.apply(event.delta, statement, event.wrote)
        self.workspace_changed.emit()

    def _select_result(self, event: StatementRan) -> None:
        names = [entry.name for entry in event.delta.changed if entry.tensors]
        if names:
            tensor = self.workspace.entries[names[-1]].tensors[0]
            self.select(tensor.expression)

    def _on_replayed(self, answer: Replayed, intent: ReplayIntent) -> None:
        session = self.session
        for result in answer.results:
            before = self.records.get(result.statement, Record())
            differs = before.fingerprint not in (0, result.fingerprint)
            self.records[result.statement] = Record(
                result.seconds, result.output, result.fingerprint, differs
            )
        if answer.swapped:
            session = session.move(len(answer.results))
            workspace = self.workspace.apply(answer.delta)
            changed_by = {n: r.statement for r in answer.results for n in r.wrote}
            self.workspace = replace(
                workspace,
                changed_by={n: s for n, s in changed_by.items() if n in workspace.entries},
            )
            self.data_revision += 1
        failure = answer.failure
        self.out_of_step = ""
        if failure:
            at = len(answer.results)
            if at < len(session.statements):
                statement = session.statements[at].id
                self.records[statement] = replace(
                    self.records.get(statement, Record()), failed=failure.problem.what
                )
            if not (answer.swapped and answer.clean):
                self.out_of_step = (
                    tr("The replay was cancelled.")
                    if failure.interrupted
                    else tr("Line {n} failed in the replay.", n=at + 1)
                )
        self._set_session(session)
        self.workspace_changed.emit()
        if answer.swapped and intent.keep_partial:
            self._select_last_tensor()
        if failure and not failure.interrupted:
            self.problem_raised.emit(failure.problem)
        self._end_task()

    def _select_last_tensor(self) -> None:
        known = {e for e in self.selection.expressions if self.workspace.find(e)}
        entries = [e for e in self.workspace.entries.values() if e.tensors]
        if not known and entries:
            self.select(entries[-1].tensors[0].expression)

    def _on_undone(self, answer: Undone) -> None:
        session = self.session
        self._set_session(session.move(session.cursor - 1))
        if answer.restored:
            self.workspace = self.workspace.apply(answer.delta)
            self.data_revision += 1
            self.workspace_changed.emit()
        else:
            self._bring_in_step(tr("A line was undone that must be undone by replaying."))
        self._end_task()

    def _on_refused(self, answer: Answer) -> None:
        """Show a refusal of what only the engine can do: a defect, not a person's mistake."""
        problem = answer if isinstance(answer, Problem) else Problem(what=repr(answer))
        self.out_of_step = self.out_of_step or problem.what
        self.session_changed.emit()
        self.problem_raised.emit(problem)
        self._end_task()

    @Slot(str, str)
    def _on_printed(self, ticket: str, text: str) -> None:
        if self._task and self._task.ticket == ticket:
            output = self._task.output + text
            if len(output) > 2 * OUTPUT_CHARACTERS:
                output = output[:OUTPUT_CHARACTERS] + "\n...\n" + output[-OUTPUT_CHARACTERS // 2 :]
            self._task.output = output
            self.output_changed.emit()

    @Slot(str)
    def _on_finished(self, ticket: str) -> None:
        task = self._task
        if task and task.ticket == ticket:
            if task.ended:
                self._end_task()
            else:
                self._on_refused(Problem(what=tr("The engine did not say how the line ended.")))

    @Slot(int, str, int)
    def _on_died(self, code: int, words: str, marked: int) -> None:
        task, self._task = self._task, None
        killed, self._killing = self._killing, False
        was_ready = self.state not in (EngineState.STARTING, EngineState.STOPPED)
        self._asks.engine_died(idle=task is None and was_ready and not killed)
        self.workspace = Workspace()
        self.data_revision += 1
        self.out_of_step = tr("The engine ended.")
        reason = tr("Stopped by you.") if killed else death_reason(code)
        if task and isinstance(task.intent, RunIntent) and not task.intent.redo:
            self._set_session(self.session.attempt(task.intent.source, "killed", reason))
        elif task and isinstance(task.intent, RunIntent | ReplayIntent):
            culprit = task.statement or marked
            if any(s.id == culprit for s in self.session.statements):
                session = self.session
                if isinstance(task.intent, ReplayIntent) and task.intent.end is not None:
                    session = session.move(task.intent.end)
                self._set_session(session.kill(culprit, reason))
        self.session_changed.emit()
        self.workspace_changed.emit()
        deaths = 0 if killed else self._restarts.count()
        if code == MISSING_PACKAGES:
            self._stop(Problem(what=tr("The engine's Python lacks packages."), fix=words))
        elif deaths > RESTARTS_PER_MINUTE:
            self._stop(
                Problem(
                    what=tr("The engine ended {n} times within a minute.", n=deaths),
                    fix=tr("Look at the marked line, then choose Engine > Restart."),
                    detail=words,
                )
            )
        else:
            if not killed:
                self.problem_raised.emit(
                    Problem(
                        what=tr("The engine ended: {reason}", reason=reason),
                        fix=tr("It was started again and the script replayed without that line.")
                        if task
                        else tr("It was started again and the script replayed."),
                        detail=words,
                    )
                )
            self.start()

    def _stop(self, problem: Problem) -> None:
        self.out_of_step = problem.what
        self._drop_queue()
        self._set_state(EngineState.STOPPED)
        self.session_changed.emit()
        self.problem_raised.emit(problem)

    # --- state --------------------------------------------------------------------------------

    def _set_state(self, state: EngineState) -> None:
        if state is not self.state:
            self.state = state
            self.engine_changed.emit()

    def _set_session(self, session: Session) -> None:
        if session is not self.session:
            self.document = replace(self.document, session=session)
            self.session_changed.emit()

    def _set_in_step(self) -> None:
        self.out_of_step = ""
        self.session_changed.emit()
        self.workspace_changed.emit()


def _is_look(source: str) -> bool:
    """Whether the last statement is a bare expression, whose value is only shown."""
    body = ast.parse(source).body
    return not body or isinstance(body[-1], ast.Expr)
