"""The controller: what a person wants, and what there is to show, for panes and window.

Every intent of a person (run, undo, edit ...) is queued and carried out one at a time. After each
the workspace is in step with the script up to the cursor, or `out_of_step` says why it is not.

| part | |
|---|---|
| `Lane` | what waits, what runs, what the engine is doing |
| `Book` | script, workspace and selection as they stand |
| `Executor` | what each intent does |
| `Listener` | what the engine says of it |
| `Supervisor` | how engines start and end |
| `Asks` | the panes' questions |
| `Hindsight` | what was, where only running lines again tells |
"""

import time
from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from explorer.change import Change
from explorer.ledger import Ledger
from explorer.protocol import Answer, Ask, EngineOptions, Prepared, Problem
from explorer.session import FIRST_LINES, Document, Place, Record, Session, Statement
from explorer.text import said
from explorer.window.asks import Asks
from explorer.window.book import Book, Selection
from explorer.window.executor import Executor
from explorer.window.hindsight import Hindsight
from explorer.window.intent import (
    OpenIntent,
    PutBackIntent,
    RedoIntent,
    ReplayIntent,
    RewriteIntent,
    RunIntent,
    RunToIntent,
    UndoIntent,
)
from explorer.window.lane import EngineState, Lane
from explorer.window.link import Link
from explorer.window.listener import Listener
from explorer.window.supervisor import Supervisor
from explorer.workspace import Workspace

__all__ = ["Controller", "EngineState", "Selection"]


class Controller(QObject):
    """See the module. Signals say what changed; the properties hold it."""

    session_changed = Signal()
    """The script, its cursor, its records, its file, or whether it is in step."""
    workspace_changed = Signal()
    engine_changed = Signal()
    selection_changed = Signal()
    as_of_changed = Signal()
    levels_shared = Signal(object)
    """Colour levels that one heat map gives to all others."""
    revisited = Signal()
    """What `revisit` was asked for is there, or can't be."""
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
        ledger = Ledger(Document.new(first_lines), out_of_step=said("The script has not run yet."))
        self._engine = engine
        self._asks = asks = Asks(engine.ask)
        self._lane = lane = Lane()
        self._book = book = Book(ledger, lane)
        self._executor = executor = Executor(engine, lane, book)
        self._listener = listener = Listener(engine, lane, book, executor)
        self._supervisor = supervisor = Supervisor(
            engine, lane, book, executor, asks, options=options or EngineOptions(), clock=clock
        )
        self._hindsight = hindsight = Hindsight(engine, lane, book, asks)
        # Each takes the answers to what it sent, by their tickets.
        engine.answered.connect(asks.answered)
        engine.message_arrived.connect(self.message_arrived)
        lane.state_changed.connect(self.engine_changed)
        lane.output_changed.connect(self.output_changed)
        book.session_changed.connect(self.session_changed)
        book.workspace_changed.connect(self.workspace_changed)
        book.selection_changed.connect(self.selection_changed)
        book.as_of_changed.connect(self.as_of_changed)
        executor.problem_raised.connect(self.problem_raised)
        executor.console_line_given_up.connect(self.console_line_given_up)
        listener.statement_ended.connect(self.statement_ended)
        listener.looked.connect(self.looked)
        listener.replay_progressed.connect(self.replay_progressed)
        listener.problem_raised.connect(self.problem_raised)
        supervisor.problem_raised.connect(self.problem_raised)
        hindsight.revisited.connect(self.revisited)
        hindsight.reading_changed.connect(self.engine_changed)

    # --- what there is ------------------------------------------------------------------------

    @property
    def document(self) -> Document:
        """The session and the file it is saved in."""
        return self._book.ledger.document

    @property
    def session(self) -> Session:
        """The script in hand."""
        return self._book.session

    @property
    def records(self) -> dict[int, Record]:
        """What is known of each statement's last run, by its id."""
        return self._book.ledger.records

    @property
    def changes(self) -> tuple[Change, ...]:
        """What `put_back` can take back, the last change at the end."""
        return self._book.ledger.changes

    @property
    def workspace(self) -> Workspace:
        """What the engine last said that there is."""
        return self._book.ledger.workspace

    @property
    def out_of_step(self) -> str:
        """Why the workspace is not what the script makes; "" while it is."""
        return self._book.ledger.out_of_step

    @property
    def data_revision(self) -> int:
        """Grows when values may have changed that the workspace does not show."""
        return self._book.ledger.data_revision

    @property
    def selection(self) -> Selection:
        """What the person points at."""
        return self._book.selection

    @property
    def as_of(self) -> int:
        """The id of the statement as of which values are shown, 0 for now."""
        return self._book.as_of

    @property
    def state(self) -> EngineState:
        """What the engine is doing."""
        return self._lane.state

    @property
    def is_settled(self) -> bool:
        """Whether nothing runs or waits to run."""
        return self._lane.is_settled

    @property
    def is_revisiting(self) -> bool:
        """Whether lines run again only to be looked at."""
        return self._hindsight.is_reading

    @property
    def running(self) -> str:
        """The source that runs now, "" if none does."""
        return self._lane.running.source if self._lane.running else ""

    @property
    def running_statement(self) -> int:
        """The id of the script's statement that runs again, 0 for a new line or none."""
        return self._lane.running.redo if self._lane.running else 0

    @property
    def running_output(self) -> str:
        """What the running source has printed so far."""
        return self._lane.task.output if self._lane.task else ""

    @property
    def versions(self) -> Prepared | None:
        """What the engine said of itself when it was ready, None before."""
        return self._supervisor.versions

    # --- what a person wants of the script ----------------------------------------------------

    def submit(self, source: str) -> bool:
        """Run `source` after what is already waiting; False if it is not Python."""
        source = source.rstrip()
        if not source.strip() or not self._executor.check(source):
            return False
        self._executor.do(RunIntent(source))
        return True

    def submit_console(self, source: str, ticket: str) -> None:
        """Run a line of the console after what is already waiting; magics are welcome there.

        Either messages that carry `ticket` arrive, or the line is given up.
        """
        self._executor.do(RunIntent(source, ticket=ticket))

    def undo(self) -> None:
        """Take back the statement before the cursor."""
        self._executor.do(UndoIntent())

    def redo(self) -> None:
        """Run the statement after the cursor again."""
        self._executor.do(RedoIntent())

    def edit(self, statement: Statement, source: str) -> bool:
        """Replace a statement; replay if it had run. False if `source` is not Python."""
        source = source.rstrip()
        if not self._executor.check(source):
            return False
        self._executor.do(RewriteIntent(statement, source))
        return True

    def delete(self, statement: Statement) -> None:
        """Take a statement out of the script; replay if it had run."""
        self._executor.do(RewriteIntent(statement, None))

    def insert(self, source: str, place: Place) -> bool:
        """Insert a line, which runs if those around it have. False if `source` is not Python."""
        source = source.rstrip()
        if not source.strip() or not self._executor.check(source):
            return False
        self._executor.do(RewriteIntent(source=source, place=place))
        return True

    def move(self, statement: Statement, place: Place) -> None:
        """Move a statement to another place in the script; replay if that is among what has run."""
        self._executor.do(RewriteIntent(statement, place=place))

    def put_back(self) -> None:
        """Take back the last line that was deleted, moved or edited; replay if it had run."""
        self._executor.do(PutBackIntent())

    def run_from(self, statement: Statement) -> None:
        """Take back what ran from `statement` on, then run the rest as far as it goes."""
        self._executor.do(RunToIntent(statement, None))

    def run_to(self, statement: Statement) -> None:
        """Run, or take back, as much as makes `statement` the last that has run."""
        statements = self.session.statements
        after = statements[statements.index(statement) + 1 :][:1] if statement in statements else ()
        self._executor.do(RunToIntent(after[0] if after else None, statement))

    def dismiss(self, attempt_id: int) -> None:
        """Forget a failed attempt."""
        self._book.set_session(self.session.dismiss(attempt_id))

    def replay(self) -> None:
        """Run the script up to the cursor anew; the person's way back in step."""
        self._executor.do(ReplayIntent())

    def run_all(self) -> None:
        """Run the whole script anew, as far as it goes."""
        self._executor.do(ReplayIntent(len(self.session.statements), keep_partial=True))

    def open(self, document: Document, *, run: bool = False) -> None:
        """Take another document in hand. What has run of it runs again; all of it if `run`."""
        self._executor.do(OpenIntent(document, run))

    def mark_saved(self, path: str) -> None:
        """Take note that the script now stands in the file `path`."""
        self._book.mark_saved(path)

    # --- what a person looks at ---------------------------------------------------------------

    def select(self, *expressions: str, cell: tuple[int, ...] | None = None) -> None:
        """Point at tensors, in operand order."""
        self._book.select(*expressions, cell=cell)

    def look_back(self, statement_id: int) -> None:
        """Show values as of a statement that has run, until the next line runs; 0 is now."""
        self._book.look_back(statement_id)

    def revisit(self, moment: int, refusal: Problem) -> Problem | None:
        """Have a moment told that the engine refuses to tell; None until `revisited`, else why not."""
        return self._hindsight.revisit(moment, refusal)

    def ask(self, ask: Ask, receive: Callable[[Answer], None]) -> None:
        """Ask the engine; see `Pane.ask`."""
        self._asks.ask(ask, receive)

    def is_asking(self, owner: object) -> bool:
        """Return whether an ask of `owner`'s is not answered yet."""
        return self._asks.is_asking(owner)

    def request(self, kind: str, content: dict[str, object]) -> str:
        """Send a request of Jupyter's own; see `Link`."""
        return self._engine.request(kind, content)

    def say_anew(self) -> None:
        """Give the reasons that this program gave itself in the language of now."""
        self._book.set_ledger(self._book.ledger.said_anew())

    def report(self, problem: Problem) -> None:
        """Show `problem` to the person."""
        self.problem_raised.emit(problem)

    # --- what a person wants of the engine ----------------------------------------------------

    def start(self) -> None:
        """Start the engine; it replays the script up to the cursor."""
        self._supervisor.start()

    def interrupt(self) -> None:
        """Stop the running line or replay; lines that waited behind it stay as attempts."""
        self._hindsight.interrupt()
        self._executor.interrupt()

    def restart(self) -> None:
        """End the engine and start another, which replays the script."""
        self._supervisor.restart()

    def configure(self, options: EngineOptions) -> None:
        """Let the engine, and those after it, take up `options`."""
        self._supervisor.configure(options)

    def use_python(self, python: str) -> None:
        """Start the next engine in the interpreter `python`, "" for this program's own."""
        self._engine.python = python

    def close(self) -> None:
        """End the engine for good."""
        self._lane.clear()
        self._engine.close()
