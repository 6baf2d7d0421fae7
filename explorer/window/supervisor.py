"""The supervisor: starts the engine, prepares it, and starts another after a death."""

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject, Signal, Slot

from explorer.protocol import Answer, Configure, EngineOptions, Prepare, Prepared, Problem
from explorer.session import Session
from explorer.text import Text, said
from explorer.window.asks import Asks
from explorer.window.book import Book
from explorer.window.executor import Executor
from explorer.window.intent import ReplayIntent, RunIntent
from explorer.window.lane import EngineState, Lane, Task
from explorer.window.link import Link
from explorer.window.listener import as_problem
from explorer.window.process import MISSING_PACKAGES, NoPythonError
from explorer.window.restart import RESTARTS_PER_MINUTE, RestartLimit, death_reason
from explorer.workspace import Workspace

CHECK_PATH: Text = "Check its path in the settings, or the one given with --python."
LOOK_AT_LINE: Text = "Look at the marked line, then choose Engine > Restart."


class Supervisor(QObject):
    """See the module. `versions` is what the engine said of itself, None before the first one."""

    problem_raised = Signal(object)

    def __init__(
        self,
        engine: Link,
        lane: Lane,
        book: Book,
        executor: Executor,
        asks: Asks,
        *,
        options: EngineOptions,
        clock: Callable[[], float],
    ) -> None:
        super().__init__()
        self.options = options
        self.versions: Prepared | None = None
        self._engine = engine
        self._lane = lane
        self._book = book
        self._executor = executor
        self._asks = asks
        self._restarts = RestartLimit(clock)
        self._prepare_ticket = ""
        self._killing = False
        engine.started.connect(self._on_started)
        engine.answered.connect(self._on_answered)
        engine.died.connect(self._on_died)

    def start(self) -> None:
        """Start the engine; it replays the script up to the cursor."""
        self._lane.set_state(EngineState.STARTING)
        try:
            self._engine.start()
        except NoPythonError:
            self._stop(
                Problem(
                    what=said("No Python with PyTorch is chosen, and this program brings none."),
                    fix=said(
                        "Choose one in the settings, or start with --python and its path. "
                        "It needs torch, ipykernel 7 and msgspec."
                    ),
                )
            )
        except OSError as error:
            self._stop(
                Problem(what=_why_not_started(error), fix=said(CHECK_PATH), detail=str(error))
            )

    def restart(self) -> None:
        """End the engine and start another, which replays the script."""
        self._executor.drop_queue()
        self._restarts.reset()
        if self._lane.state is EngineState.STOPPED:
            self.start()
        else:
            self._killing = True
            self._engine.kill()

    def configure(self, options: EngineOptions) -> None:
        """Let the engine, and those after it, take up `options`."""
        if options != self.options:
            self.options = options
            self._asks.ask(Configure(options=options), self._on_configured)

    def _on_configured(self, answer: Answer) -> None:
        if isinstance(answer, Problem):
            self.problem_raised.emit(answer)

    @Slot()
    def _on_started(self) -> None:
        self._prepare_ticket = self._engine.ask(Prepare(options=self.options))

    @Slot(str, object)
    def _on_answered(self, ticket: str, answer: Answer) -> None:
        if ticket != self._prepare_ticket:
            return
        self._prepare_ticket = ""
        if isinstance(answer, Prepared):
            self._prepared(answer)
        else:
            self._stop(as_problem(answer))

    def _prepared(self, answer: Prepared) -> None:
        self.versions = answer
        book = self._book
        workspace = Workspace().apply(answer.delta)
        book.set_ledger(replace(book.ledger, workspace=workspace, out_of_step=""))
        if book.session.cursor:  # queued before the state says idle: nobody must think it settled
            self._executor.bring_in_step(said("The engine is new."), keep_partial=True)
        self._lane.set_state(EngineState.IDLE)
        self._asks.open()
        self._executor.advance()

    @Slot(int, str, int)
    def _on_died(self, code: int, words: str, marked: int) -> None:
        self._book.look_back(0)
        task = self._lane.abandon()
        killed, self._killing = self._killing, False
        was_ready = self._lane.state not in (EngineState.STARTING, EngineState.STOPPED)
        self._asks.engine_died(idle=task is None and was_ready and not killed)
        reason = said("Stopped by you.") if killed else death_reason(code)
        if task and isinstance(task.intent, RunIntent):
            self._executor.give_up(task.intent.ticket, reason)
        session = _after_death(self._book.session, task, marked, reason)
        self._book.set_ledger(self._book.ledger.died().with_session(session))
        deaths = 0 if killed else self._restarts.count()
        if code == MISSING_PACKAGES:
            self._stop(Problem(what=said("The engine's Python lacks packages."), fix=words))
        elif deaths > RESTARTS_PER_MINUTE:
            self._stop(
                Problem(
                    what=said("The engine ended {n} times within a minute.", n=deaths),
                    fix=said(LOOK_AT_LINE if self.versions else CHECK_PATH),
                    detail=words,
                )
            )
        else:
            if not killed:
                self.problem_raised.emit(
                    Problem(
                        what=said("The engine ended: {reason}", reason=reason),
                        fix=said("It was started again and the script replayed without that line.")
                        if task
                        else said("It was started again and the script replayed."),
                        detail=words,
                    )
                )
            self.start()

    def _stop(self, problem: Problem) -> None:
        """Leave it at that: only the person can help."""
        self._executor.drop_queue()
        self._book.set_out_of_step(problem.what)
        self._lane.set_state(EngineState.STOPPED)
        self.problem_raised.emit(problem)


def _why_not_started(error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return said("There is no program {path}.", path=error.filename)
    return said("The engine's Python can't be started: {error}", error=error.strerror or error)


def _after_death(session: Session, task: Task | None, marked: int, reason: str) -> Session:
    """Return `session` with the line that killed the engine as an attempt.

    `marked` is the id of the statement that the engine began last.
    """
    match task:
        case Task(intent=RunIntent(source=source, redo=0)):
            return session.attempt(source, "killed", reason)
        case Task(intent=RunIntent() | ReplayIntent() as intent, statement=statement):
            culprit = statement or marked
            if any(s.id == culprit for s in session.statements):
                if isinstance(intent, ReplayIntent) and intent.end is not None:
                    session = session.move(intent.end)
                session = session.kill(culprit, reason)
    return session
