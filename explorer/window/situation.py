"""The situation: all that panes and window may know, and the signals that say what changed.

| part | |
|---|---|
| `Lane` | what waits, what runs, what the engine is doing |
| `Book` | script, workspace and selection as they stand |
| `Executor` | what each intent does |
| `Listener` | what the engine says of it |
| `Supervisor` | how engines start and end |
| `Asks` | the panes' questions |
| `Cataloguer` | what operators there are |
| `Warmer` | what the engine loads for previews |
| `Hindsight` | what was, where only running lines again tells |
"""

import time
from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from explorer.catalog.signature import Catalogue
from explorer.change import Change
from explorer.ledger import Ledger
from explorer.protocol import EngineOptions, Prepared
from explorer.session import FIRST_LINES, Document, Record, Session
from explorer.text import said
from explorer.window.asks import Asks
from explorer.window.book import Book, Selection
from explorer.window.cataloguer import Cataloguer
from explorer.window.executor import Executor
from explorer.window.hindsight import Hindsight
from explorer.window.lane import EngineState, Lane
from explorer.window.link import Link
from explorer.window.linking import Linking
from explorer.window.listener import Listener
from explorer.window.supervisor import Supervisor
from explorer.window.warmer import Warmer
from explorer.workspace import Workspace


class Situation(QObject):
    """See the module. The parts are for `Controller` alone."""

    session_changed = Signal()
    """The script, its cursor, its records, its file, or whether it is in step."""
    workspace_changed = Signal()
    engine_changed = Signal()
    selection_changed = Signal()
    as_of_changed = Signal()
    linking_changed = Signal()
    """What heat maps share, `links_changed` which of them."""
    links_changed = Signal()
    levels_shared = Signal(object)
    """Colour levels that one heat map gives to all others."""
    catalogue_changed = Signal()
    warmed = Signal()
    """The engine previews lines from now on."""
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
        self._cataloguer = cataloguer = Cataloguer(lane, asks, supervisor)
        self._warmer = warmer = Warmer(lane, asks, supervisor)
        # Each takes the answers to what it sent, by their tickets.
        engine.answered.connect(asks.answered)
        engine.message_arrived.connect(self.message_arrived)
        lane.state_changed.connect(self.engine_changed)
        lane.output_changed.connect(self.output_changed)
        book.session_changed.connect(self.session_changed)
        book.workspace_changed.connect(self.workspace_changed)
        book.selection_changed.connect(self.selection_changed)
        book.as_of_changed.connect(self.as_of_changed)
        book.linking_changed.connect(self.linking_changed)
        book.links_changed.connect(self.links_changed)
        executor.problem_raised.connect(self.problem_raised)
        executor.console_line_given_up.connect(self.console_line_given_up)
        listener.statement_ended.connect(self.statement_ended)
        listener.looked.connect(self.looked)
        listener.replay_progressed.connect(self.replay_progressed)
        listener.problem_raised.connect(self.problem_raised)
        supervisor.problem_raised.connect(self.problem_raised)
        hindsight.revisited.connect(self.revisited)
        cataloguer.catalogue_changed.connect(self.catalogue_changed)
        warmer.warmed.connect(self.warmed)
        warmer.problem_raised.connect(self.problem_raised)
        cataloguer.problem_raised.connect(self.problem_raised)
        hindsight.reading_changed.connect(self.engine_changed)

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
    def linking(self) -> Linking:
        """What heat maps share."""
        return self._book.linking

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

    @property
    def catalogue(self) -> Catalogue | None:
        """Every operator of the engine's torch, None until the engine told them."""
        return self._cataloguer.catalogue
