"""What is known of the tensors that stand in an index: their shapes, and the values of small ones."""

import math

from PySide6.QtCore import QObject, Signal

from explorer.catalog.index_reader import INTEGERS
from explorer.catalog.picking import Numbers
from explorer.panes.heatmap.equations.term import (
    MOST_VALUES,
    Elements,
    ElementsAsk,
    Term,
    Terms,
    TermsAsk,
    number,
    whole,
)
from explorer.protocol import Answer, TensorInfo
from explorer.window.controller import Controller


class Knowledge(QObject):
    """Asks for what it is asked about and does not know yet."""

    grown = Signal()
    """More is known than before."""

    def __init__(self, controller: Controller, parent: QObject) -> None:
        super().__init__(parent)
        self._controller = controller
        self._revision: object = None
        self._known: dict[str, Numbers | None] = {}
        """None for what is no tensor."""
        self._wanted: tuple[str, ...] = ()
        self._asked: TermsAsk | ElementsAsk | None = None

    def look_at(self, expressions: tuple[str, ...]) -> None:
        """Find out about all of these, unless it is known."""
        workspace = self._controller.workspace
        revision = workspace.entries, self._controller.data_revision
        if revision != self._revision:  # any line may have changed what an expression is
            self._revision, self._known, self._asked = revision, {}, None
        self._wanted = expressions
        missing = tuple(e for e in expressions if e not in self._known)
        if missing:
            self._ask(TermsAsk(terms=tuple(map(Term, missing))))

    def numbers(self, expression: str) -> Numbers | None:
        """Return what is known of a tensor, None if nothing is."""
        found = self._known.get(expression)
        info = None if found else self._controller.workspace.find(expression)
        return _unread(info) if info else found

    def _ask(self, ask: TermsAsk | ElementsAsk) -> None:
        if ask == self._asked:
            return
        self._asked = ask
        receive = self._on_terms if isinstance(ask, TermsAsk) else self._on_elements
        self._controller.ask(ask, receive)

    def _on_terms(self, answer: Answer) -> None:
        ask = self._asked
        if not isinstance(ask, TermsAsk) or not isinstance(answer, Terms):
            return
        for term, info in zip(ask.terms, answer.infos, strict=True):
            self._known[term.expression] = _unread(info) if info else None
        places = [whole(Term(e), n.shape) for e in self._wanted if (n := self._readable(e))]
        if places:
            self._ask(ElementsAsk(places=tuple(places), most=MOST_VALUES))
        self.grown.emit()

    def _readable(self, expression: str) -> Numbers | None:
        """Return a small tensor of an index's dtype whose values are not known yet."""
        found = self._known.get(expression)
        if found is None or found.values is not None or found.dtype not in INTEGERS:
            return None
        return found if math.prod(found.shape) <= MOST_VALUES else None

    def _on_elements(self, answer: Answer) -> None:
        ask = self._asked
        if not (isinstance(answer, Elements) and isinstance(ask, ElementsAsk)):
            return
        for place, texts in zip(ask.places, answer.texts, strict=True):
            expression = place.term.expression
            numbers = self._known.get(expression)
            if numbers and len(texts) == math.prod(numbers.shape):
                values = tuple(int(number(text).real) for text in texts)
                known = Numbers(numbers.shape, numbers.dtype, values)
                self._known[expression] = known
        self.grown.emit()


def _unread(info: TensorInfo) -> Numbers:
    return Numbers(info.shape, info.dtype)
