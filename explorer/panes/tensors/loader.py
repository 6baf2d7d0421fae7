"""Asks for the members of containers whose rows are open, and again when they may have changed."""

from PySide6.QtCore import QModelIndex, QObject, Signal, Slot

from explorer.panes.tensors import Children, ChildrenAsk
from explorer.panes.tensors.branch import Branch, Loaded
from explorer.panes.tensors.model import TensorsModel
from explorer.panes.tensors.view import TensorsView
from explorer.panes.tensors.words import PAGE
from explorer.protocol import Answer, Entry, Problem
from explorer.window.controller import Controller
from explorer.workspace import Workspace

State = tuple[Entry | None, int, Workspace | None]
"""What the members were asked for: while that is the same, so are they."""


class Loader(QObject):
    """See the module. One question is with the engine at a time; the others wait."""

    arrived = Signal()
    """Other rows have come."""

    def __init__(
        self, controller: Controller, model: TensorsModel, view: TensorsView, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._controller = controller
        self._model = model
        self._view = view
        self._open: dict[str, None] = {}
        """The containers whose rows are open, as far as the view has told."""
        self._known: dict[str, State] = {}
        self._waiting: dict[str, tuple[int, int]] = {}
        """What is still to be asked: from which member on, and how many."""
        self._asked: tuple[str, int, State] | None = None
        view.expanded.connect(self._on_expanded)
        view.collapsed.connect(self._on_collapsed)

    @property
    def is_settled(self) -> bool:
        """Whether all open rows are as the engine has them."""
        return not self._waiting and self._asked is None

    def refresh(self) -> None:
        """Ask for what is open and may have changed."""
        for expression in list(self._open):
            index = self._model.index_of(expression)
            if index.isValid() and self._view.isExpanded(index):
                self._want(expression)
            else:
                del self._open[expression]
        self._advance()

    def look(self) -> None:
        """Take note of all rows that are open by now: `expandAll` does not tell."""
        for expression in self._model.containers():
            if self._view.isExpanded(self._model.index_of(expression)):
                self._open[expression] = None
        self.refresh()

    @Slot(QModelIndex)
    def show_more(self, index: QModelIndex) -> bool:
        """Ask for more members if the row at `index` offers them; return whether it does."""
        above = self._model.branch_at(index.parent())
        if above is None or not self._model.offers_more(index):
            return False
        self._waiting[above.expression] = (self._model.loaded(above.expression).end, PAGE)
        self._advance()
        return True

    @Slot(QModelIndex)
    def _on_expanded(self, index: QModelIndex) -> None:
        found = self._model.branch_at(index)
        if found and found.is_container:
            self._open[found.expression] = None
            self._want(found.expression)
            self._advance()

    @Slot(QModelIndex)
    def _on_collapsed(self, index: QModelIndex) -> None:
        found = self._model.branch_at(index)
        if found:
            self._open.pop(found.expression, None)
            self._waiting.pop(found.expression, None)

    def _want(self, expression: str) -> None:
        found = self._model.branch_at(self._model.index_of(expression))
        if not found or not found.is_container:
            return
        is_asked = self._asked is not None and self._asked[0] == expression
        known = self._asked[2] if is_asked and self._asked else self._known.get(expression)
        if known != self._state(found):
            self._waiting[expression] = (0, max(PAGE, self._model.loaded(expression).end))

    def _state(self, found: Branch) -> State:
        workspace = self._model.workspace
        entry = workspace.entries.get(found.entry.name)
        unseen = workspace if entry and not entry.is_followed else None
        return entry, self._controller.data_revision, unseen

    def _advance(self) -> None:
        while self._asked is None and self._waiting:
            expression, (start, count) = next(iter(self._waiting.items()))
            del self._waiting[expression]
            found = self._model.branch_at(self._model.index_of(expression))
            if found is None:
                continue
            self._asked = (expression, start, self._state(found))
            self._controller.ask(
                ChildrenAsk(expression=expression, start=start, count=count), self._on_children
            )

    def _on_children(self, answer: Answer) -> None:
        if self._asked is None:
            return
        (expression, start, state), self._asked = self._asked, None
        before = self._model.loaded(expression)
        if isinstance(answer, Problem):
            self._known[expression] = state
            self._model.load(expression, Loaded(problem=answer.what))
        elif isinstance(answer, Children) and start == 0:
            self._known[expression] = state
            self._model.load(expression, Loaded(answer.entries, answer.end, answer.total))
        elif isinstance(answer, Children) and start == before.end:
            entries = (*before.entries, *answer.entries)
            self._model.load(expression, Loaded(entries, answer.end, answer.total))
        self._open_what_matches(expression)
        self._advance()
        self.arrived.emit()

    def _open_what_matches(self, expression: str) -> None:
        """While a filter is set, open on to the tensors that it finds."""
        found = self._model.branch_at(self._model.index_of(expression))
        if not self._model.is_filtered or found is None:
            return
        for child in found.children.values():
            if child.is_container and child.leads_to_tensors:
                self._view.expand(self._model.index_of(child.expression))
