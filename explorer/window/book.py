"""The book: the ledger as it stands, what a person points at in it, and word of what changed."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, Signal

from explorer.change import Change
from explorer.ledger import Ledger, last_result
from explorer.session import Document, Session
from explorer.window.lane import EngineState, Lane
from explorer.window.linking import Linking


@dataclass(frozen=True, slots=True)
class Selection:
    """What the person points at: expressions in operand order, and a cell of the first."""

    expressions: tuple[str, ...] = ()
    cell: tuple[int, ...] | None = None


class Book(QObject):
    """See the module. `as_of` is the id of the statement as of which values are shown, 0 for now."""

    session_changed = Signal()
    """The script, its cursor, its records, its file, or whether it is in step."""
    workspace_changed = Signal()
    selection_changed = Signal()
    as_of_changed = Signal()
    linking_changed = Signal()
    links_changed = Signal()
    """Which heat maps are linked."""

    def __init__(self, ledger: Ledger, lane: Lane) -> None:
        super().__init__()
        self.ledger = ledger
        self.selection = Selection()
        self.linking = Linking()
        self.as_of = 0
        self._lane = lane

    @property
    def session(self) -> Session:
        """The script in hand."""
        return self.ledger.session

    def set_ledger(self, ledger: Ledger, results: Iterable[str] = ()) -> None:
        """Take `ledger`, say what of it changed, and select the last tensor among `results`."""
        before, self.ledger = self.ledger, ledger
        self.look_back(self.as_of)  # the line may be gone
        result = last_result(ledger.workspace, results, self.selection.expressions)
        if result:  # told first: the engine makes its picture while others hear of the line
            self.select(result)
        if (
            ledger.document is not before.document
            or ledger.records is not before.records
            or ledger.out_of_step != before.out_of_step
            or ledger.changes is not before.changes
        ):
            self.session_changed.emit()
        if ledger.workspace is not before.workspace or ledger.data_revision != before.data_revision:
            self.workspace_changed.emit()

    def set_session(self, session: Session) -> None:
        """Take another state of the script."""
        self.set_ledger(self.ledger.with_session(session))

    def set_out_of_step(self, reason: str) -> None:
        """Say why the workspace is not what the script makes, "" if it is."""
        self.set_ledger(replace(self.ledger, out_of_step=reason))

    def remember(self, change: Change) -> None:
        """Keep what is about to change in the script, to be put back."""
        self.ledger = self.ledger.changed(change)

    def recall(self) -> Change | None:
        """Take out the last change, None if nothing is left to put back."""
        *rest, last = self.ledger.changes or (None,)
        self.set_ledger(replace(self.ledger, changes=tuple(rest)))
        return last

    def reserve(self) -> int:
        """Return an id for a statement about to run. Nothing that is shown changes."""
        statement, session = self.session.reserve()
        self.ledger = self.ledger.with_session(session)
        return statement

    def open(self, document: Document) -> None:
        """Take another document in hand, of which nothing is selected or known."""
        self.ledger = replace(self.ledger, document=document, records={}, changes=())
        self.select()
        self.session_changed.emit()

    def mark_saved(self, path: str) -> None:
        """Take note that the script now stands in the file `path`."""
        saved = self.session.to_source()
        document = replace(self.ledger.document, path=path, saved=saved)
        self.ledger = replace(self.ledger, document=document)
        self.session_changed.emit()

    def select(self, *expressions: str, cell: tuple[int, ...] | None = None) -> None:
        """Point at tensors, in operand order."""
        selection = Selection(expressions, cell)
        if selection != self.selection:
            self.selection = selection
            self.selection_changed.emit()

    def link(self, linking: Linking) -> None:
        """Take what heat maps share."""
        before, self.linking = self.linking, linking
        if linking != before:
            self.linking_changed.emit()
        if linking.links != before.links:
            self.links_changed.emit()

    def look_back(self, statement_id: int) -> None:
        """Show values as of a statement that has run, until the next line runs; 0 is now.

        As of the last one is now. While lines run, or script and values differ, it stays at now.
        """
        lane, done = self._lane, self.session.done
        known = lane.is_settled and not self.ledger.out_of_step and lane.state is EngineState.IDLE
        if not known or statement_id not in [statement.id for statement in done[:-1]]:
            statement_id = 0
        if statement_id != self.as_of:
            self.as_of = statement_id
            self.as_of_changed.emit()
