"""The controller: owns session and workspace, and keeps them in step through one engine.

Every intent of a person (run, undo, edit ...) is queued and carried out one at a time. After each
the workspace is in step with the script up to the cursor, or `out_of_step` says why it is not.
"""

import ast
import time
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from enum import Enum

from PySide6.QtCore import QObject, Signal, Slot

from explorer.catalog.advice import advise
from explorer.ledger import Ledger, last_result
from explorer.plain import is_python
from explorer.protocol import (
    Answer,
    Ask,
    Configure,
    EngineOptions,
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
from explorer.session import FIRST_LINES, Document, Place, Record, Session, Statement
from explorer.text import tr
from explorer.window.asks import Asks
from explorer.window.intent import (
    Intent,
    OpenIntent,
    RedoIntent,
    ReplayIntent,
    RewriteIntent,
    RunIntent,
    RunToIntent,
    UndoIntent,
)
from explorer.window.link import Link
from explorer.window.process import MISSING_PACKAGES, NoPythonError
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
    then: RunToIntent | None = None
    """What goes on once this has succeeded."""


class Controller(QObject):
    """See the module. Signals say what changed; the attributes hold it."""

    session_changed = Signal()
    """The script, its cursor, its records, its file, or whether it is in step."""
    workspace_changed = Signal()
    engine_changed = Signal()
    selection_changed = Signal()
    as_of_changed = Signal()
    output_changed = Signal()
    """The running statement printed."""
    statement_ended = Signal(str, object)
    """Source and `Failure`, None if it succeeded."""
    looked = Signal(str, str)
    """Source and output of a mere look, which does not join the script."""
    replay_progressed = Signal(int, int)
    problem_raised = Signal(object)
    message_arrived = Signal(object)
    """See `Link`: what the console shows."""
    console_line_given_up = Signal(str, str)
    """Ticket of a line of the console that did not run to its end, and why."""

    def __init__(
        self,
        engine: Link,
        clock: Callable[[], float] = time.monotonic,
        *,
        options: EngineOptions | None = None,
        first_lines: tuple[str, ...] = FIRST_LINES,
    ) -> None:
        super().__init__()
        self.ledger = Ledger(
            Document.new(first_lines), out_of_step=tr("The script has not run yet.")
        )
        self.options = options or EngineOptions()
        self.selection = Selection()
        self.as_of = 0
        """The id of the statement as of which values are shown, 0 for now."""
        self.state = EngineState.STARTING
        self.versions: Prepared | None = None
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
        engine.message_arrived.connect(self.message_arrived)

    # --- what a person wants ------------------------------------------------------------------

    @property
    def document(self) -> Document:
        """The session and the file it is saved in."""
        return self.ledger.document

    @property
    def session(self) -> Session:
        """The script in hand."""
        return self.ledger.document.session

    @property
    def records(self) -> dict[int, Record]:
        """What is known of each statement's last run, by its id."""
        return self.ledger.records

    @property
    def workspace(self) -> Workspace:
        """What the engine last said that there is."""
        return self.ledger.workspace

    @property
    def out_of_step(self) -> str:
        """Why the workspace is not what the script makes; "" while it is."""
        return self.ledger.out_of_step

    @property
    def data_revision(self) -> int:
        """Grows when values may have changed that the workspace does not show."""
        return self.ledger.data_revision

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
        except NoPythonError:
            self._stop(
                Problem(
                    what=tr("No Python with PyTorch is chosen, and this program brings none."),
                    fix=tr(
                        "Choose one in the settings, or start with --python and its path. "
                        "It needs torch, ipykernel 7 and msgspec."
                    ),
                )
            )
        except OSError as error:
            self._stop(
                Problem(
                    what=tr("The engine's Python can't be started: {error}", error=error),
                    fix=tr("Check its path in the settings, or the one given with --python."),
                )
            )

    def submit(self, source: str) -> bool:
        """Run `source` after what is already waiting; False if it is not Python."""
        source = source.rstrip()
        if not source.strip() or not self._check(source):
            return False
        self._do(RunIntent(source))
        return True

    def submit_console(self, source: str, ticket: str) -> None:
        """Run a line of the console after what is already waiting; magics are welcome there.

        Either messages that carry `ticket` arrive, or the line is given up.
        """
        self._do(RunIntent(source, ticket=ticket))

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

    def insert(self, source: str, place: Place) -> bool:
        """Insert a line, which runs if those around it have. False if `source` is not Python."""
        source = source.rstrip()
        if not source.strip() or not self._check(source):
            return False
        self._do(RewriteIntent(source=source, place=place))
        return True

    def move(self, statement: Statement, place: Place) -> None:
        """Move a statement to another place in the script; replay if that is among what has run."""
        self._do(RewriteIntent(statement, place=place))

    def run_from(self, statement: Statement) -> None:
        """Take back what ran from `statement` on, then run the rest as far as it goes."""
        self._do(RunToIntent(statement, None))

    def run_to(self, statement: Statement) -> None:
        """Run, or take back, as much as makes `statement` the last that has run."""
        statements = self.session.statements
        after = statements[statements.index(statement) + 1 :][:1] if statement in statements else ()
        self._do(RunToIntent(after[0] if after else None, statement))

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
        document = replace(self.document, path=path, saved=self.session.to_source())
        self.ledger = replace(self.ledger, document=document)
        self.session_changed.emit()

    def interrupt(self) -> None:
        """Stop the running line or replay; lines that waited behind it stay as attempts."""
        self._drop_queue()
        if self._task:
            self._task.then = None
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

    def look_back(self, statement_id: int) -> None:
        """Show values as of a statement that has run, until the next line runs; 0 is now.

        As of the last one is now. While lines run, or script and values differ, it stays at now.
        """
        done = self.session.done
        known = self.is_settled and not self.out_of_step and self.state is EngineState.IDLE
        if not known or statement_id not in [statement.id for statement in done[:-1]]:
            statement_id = 0
        if statement_id != self.as_of:
            self.as_of = statement_id
            self.as_of_changed.emit()

    def ask(self, ask: Ask, receive: Callable[[Answer], None]) -> None:
        """Ask the engine; see `Pane.ask`."""
        self._asks.ask(ask, receive)

    def request(self, kind: str, content: dict[str, object]) -> str:
        """Send a request of Jupyter's own; see `Link`."""
        return self._engine.request(kind, content)

    def is_asking(self, owner: object) -> bool:
        """Return whether an ask of `owner`'s is not answered yet."""
        return self._asks.is_asking(owner)

    def configure(self, options: EngineOptions) -> None:
        """Let the engine, and those after it, take up `options`."""
        if options != self.options:
            self.options = options
            self.ask(Configure(options=options), self._on_configured)

    def use_python(self, python: str) -> None:
        """Start the next engine in the interpreter `python`, "" for this program's own."""
        self._engine.python = python

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
            reason = tr("It waited and was not run.")
            match self._queue.popleft():
                case RunIntent(source=source, redo=0, ticket=ticket):
                    if is_python(source):
                        self._set_session(self.session.attempt(source, "unrun", reason))
                    if ticket:
                        self.console_line_given_up.emit(ticket, reason)
                case RewriteIntent(source=str(source)):
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
                case RunToIntent() as intent:
                    self._start_run_to(intent)
                case ReplayIntent() as intent:
                    self._start_replay(intent)
                case OpenIntent() as intent:
                    self._take(intent)

    def _start_run(self, intent: RunIntent, then: RunToIntent | None = None) -> None:
        statement = intent.redo
        if not statement:
            statement, session = self.session.reserve()
            self.ledger = self.ledger.with_session(session)
        ticket = self._engine.execute(intent.source, statement, intent.ticket)
        self._begin(_Task(intent, ticket, statement, then=then), EngineState.RUNNING)

    def _start_undo(self, intent: UndoIntent) -> None:
        session = self.session
        if session.cursor == 0:
            return
        if self.out_of_step:
            self._set_session(session.move(session.cursor - 1))
            self._bring_in_step(tr("A line was undone while script and values differed."))
            return
        self._take_back(intent)

    def _take_back(self, intent: UndoIntent, then: RunToIntent | None = None) -> None:
        session = self.session
        statement = session.statements[session.cursor - 1]
        if statement.code:
            ticket = self._engine.ask(Undo(statement=statement.id))
            self._begin(_Task(intent, ticket, statement.id, then=then), EngineState.RUNNING)
            return
        if then:
            self._queue.appendleft(then)
        self._set_session(session.move(session.cursor - 1))  # nothing ran of a note

    def _start_run_to(self, intent: RunToIntent) -> None:
        session = self.session
        ids = [s.id for s in session.statements]
        if any(s.id not in ids for s in (intent.start, intent.end) if s):
            return  # changed while this intent waited
        start = ids.index(intent.start.id) if intent.start else len(ids)
        end = ids.index(intent.end.id) + 1 if intent.end else len(ids)
        if self.out_of_step or not session.cursor:
            self._start_replay(ReplayIntent(end, keep_partial=True))
        elif session.cursor > start:
            self._take_back(UndoIntent(), intent)
        elif session.cursor < end:
            statement = session.statements[session.cursor]
            self._start_run(RunIntent(statement.source, statement.id), replace(intent, start=None))

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
        document = replace(intent.document, session=session.move(0))
        self.ledger = replace(self.ledger, document=document, records={})
        self.select()
        self._queue.appendleft(ReplayIntent(end, keep_partial=True))
        self.session_changed.emit()

    def _begin(self, task: _Task, state: EngineState) -> None:
        self.look_back(0)
        self._task = task
        self._set_state(state)

    def _end_task(self) -> None:
        task, self._task = self._task, None
        if task and task.then:
            self._queue.appendleft(task.then)
        self._set_state(EngineState.IDLE)
        self._advance()

    def _rewrite(self, intent: RewriteIntent) -> None:
        session, statement, source, place = (
            self.session,
            intent.statement,
            intent.source,
            intent.place,
        )
        ids = {s.id for s in session.statements}
        is_gone = statement is not None and statement not in session.statements
        if is_gone or (place and place.statement.id not in ids):  # changed while this intent waited
            if source is not None:
                reason = tr(
                    "The line that it was to replace or to stand beside is no longer there."
                )
                self._set_session(session.attempt(source, "unrun", reason))
        elif statement is None and place and source is not None:
            self._insert(source, place)
        elif statement and place:
            self._change(session.move_to(place, statement))
        elif statement and source is None:
            self._change(session.delete(statement.id))
        elif statement and source is not None:
            self._change(session.edit(statement.id, source))

    def _insert(self, source: str, place: Place) -> None:
        session = self.session
        statement_id, reserved = session.reserve()
        statement = Statement(statement_id, source)
        if (
            statement.code
            and not place.is_above
            and session.index(place.statement.id) == session.cursor - 1
        ):
            self._queue.appendleft(RunIntent(source))  # there it is simply the next line
        else:
            self._change(reserved.insert_at(place, statement))

    def _change(self, session: Session) -> None:
        """Take another script, and bring the values in step if what has run is different code."""
        before = self.session
        self._set_session(session)
        if not session.is_same_code(before):
            self._bring_in_step(tr("A line that had run was changed."))

    def _bring_in_step(self, reason: str, *, keep_partial: bool = False) -> None:
        """Replay at once if that is quick and harmless, else say `reason` and leave it to them."""
        seconds = self.ledger.expected_seconds()
        if any(writes_file(s.source) for s in self.session.done):
            reason = tr("{reason} Replaying writes a file again.", reason=reason)
        elif seconds > REPLAY_UNASKED_SECONDS:
            reason = tr(
                "{reason} Replaying takes about {seconds} s.", reason=reason, seconds=round(seconds)
            )
        else:
            self._queue.appendleft(ReplayIntent(keep_partial=keep_partial))
        self._set_ledger(replace(self.ledger, out_of_step=reason))
        self._advance()

    # --- what the engine says -----------------------------------------------------------------

    @Slot()
    def _on_started(self) -> None:
        self._prepare_ticket = self._engine.ask(Prepare(options=self.options))

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
            self._stop(_as_problem(answer))
            return
        self.versions = answer
        workspace = Workspace().apply(answer.delta)
        self._set_ledger(replace(self.ledger, workspace=workspace, out_of_step=""))
        if self.session.cursor:  # queued before the state says idle: nobody must think it settled
            self._bring_in_step(tr("The engine is new."), keep_partial=True)
        self._set_state(EngineState.IDLE)
        self._asks.open()
        self._advance()

    def _on_configured(self, answer: Answer) -> None:
        if isinstance(answer, Problem):
            self.problem_raised.emit(answer)

    @Slot(str, object)
    def _on_event_arrived(self, ticket: str, event: Event) -> None:
        if isinstance(event, ReplayProgress):
            self.replay_progressed.emit(event.done, event.total)
        elif isinstance(event, StatementRan):
            task = self._task
            if task and task.ticket == ticket and isinstance(task.intent, RunIntent):
                task.ended = True
                self._on_ran(event, task, task.intent)
            else:  # nobody here sent it: another front end of Jupyter's
                self.look_back(0)
                self._set_ledger(self.ledger.observed(event).outside(event))

    def _on_ran(self, event: StatementRan, task: _Task, intent: RunIntent) -> None:
        failure, before = event.failure, self.session
        ledger = self.ledger.ran(event, intent.source, task.output, redo=bool(intent.redo))
        results = () if failure else [entry.name for entry in event.delta.changed]
        self._set_ledger(ledger, results)
        if failure is None:
            if ledger.session is before and not intent.ticket:  # the console shows its own
                self.looked.emit(intent.source, task.output)
        elif not event.clean:
            self._bring_in_step(tr("A line failed after it had changed something."))
        if failure:
            task.then = None
        self.statement_ended.emit(intent.source, failure)
        if failure and not failure.interrupted:
            self.problem_raised.emit(failure.problem)

    def _on_replayed(self, answer: Replayed, intent: ReplayIntent) -> None:
        ledger = self.ledger.replayed(answer)
        known = any(ledger.workspace.find(e) for e in self.selection.expressions)
        is_first = answer.swapped and intent.keep_partial and not known
        self._set_ledger(ledger, ledger.workspace.entries if is_first else ())
        failure = answer.failure
        if failure and not failure.interrupted:
            self.problem_raised.emit(failure.problem)
        self._end_task()

    def _on_undone(self, answer: Undone) -> None:
        self._set_ledger(self.ledger.undone(answer))
        if not answer.restored:
            reason = tr("A line was undone that must be undone by replaying.")
            if self._task and self._task.then:  # which replays, out of step
                self._set_ledger(replace(self.ledger, out_of_step=reason))
            else:
                self._bring_in_step(reason)
        self._end_task()

    def _on_refused(self, answer: Answer) -> None:
        """Show a refusal of what only the engine can do: a defect, not a person's mistake."""
        problem = _as_problem(answer)
        if self._task:
            self._task.then = None
        self._set_ledger(replace(self.ledger, out_of_step=self.out_of_step or problem.what))
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
        self.look_back(0)
        task, self._task = self._task, None
        killed, self._killing = self._killing, False
        was_ready = self.state not in (EngineState.STARTING, EngineState.STOPPED)
        self._asks.engine_died(idle=task is None and was_ready and not killed)
        reason = tr("Stopped by you.") if killed else death_reason(code)
        session = self.session
        if task and isinstance(task.intent, RunIntent) and not task.intent.redo:
            session = session.attempt(task.intent.source, "killed", reason)
            if task.intent.ticket:
                self.console_line_given_up.emit(task.intent.ticket, reason)
        elif task and isinstance(task.intent, RunIntent | ReplayIntent):
            culprit = task.statement or marked
            if any(s.id == culprit for s in session.statements):
                if isinstance(task.intent, ReplayIntent) and task.intent.end is not None:
                    session = session.move(task.intent.end)
                session = session.kill(culprit, reason)
        self._set_ledger(self.ledger.died().with_session(session))
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
        self._drop_queue()
        self._set_ledger(replace(self.ledger, out_of_step=problem.what))
        self._set_state(EngineState.STOPPED)
        self.problem_raised.emit(problem)

    # --- state --------------------------------------------------------------------------------

    def _set_state(self, state: EngineState) -> None:
        if state is not self.state:
            self.state = state
            self.engine_changed.emit()

    def _set_session(self, session: Session) -> None:
        self._set_ledger(self.ledger.with_session(session))

    def _set_ledger(self, ledger: Ledger, results: Iterable[str] = ()) -> None:
        """Take `ledger`, say what of it changed, and select the last tensor among `results`."""
        before, self.ledger = self.ledger, ledger
        self.look_back(self.as_of)  # the line may be gone
        result = last_result(ledger.workspace, results)
        if result:  # told first: the engine makes its picture while others hear of the line
            self.select(result)
        if (
            ledger.document is not before.document
            or ledger.records is not before.records
            or ledger.out_of_step != before.out_of_step
        ):
            self.session_changed.emit()
        if ledger.workspace is not before.workspace or ledger.data_revision != before.data_revision:
            self.workspace_changed.emit()


def _as_problem(answer: Answer) -> Problem:
    return answer if isinstance(answer, Problem) else Problem(what=repr(answer))
