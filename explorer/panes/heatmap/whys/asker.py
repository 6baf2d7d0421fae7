"""Asks why a cell has its value, and lights the cells that it came from."""

from PySide6.QtCore import QObject, Signal

from explorer.panes.heatmap.equations.term import Term
from explorer.panes.heatmap.whys.maker import maker_of, terms_of
from explorer.panes.heatmap.whys.sentence import label, note
from explorer.panes.heatmap.whys.why import Index, Source, Why, WhyAsk
from explorer.protocol import Answer, Problem
from explorer.session import Record
from explorer.window.controller import Controller
from explorer.window.linking import Lit
from explorer.workspace import Workspace

QUICK_SECONDS = 0.1
"""A line that took no longer is run again at each click, any other when the person wants it."""


class Asker(QObject):
    """Of one heat map. `found` is the answer about the last cell, None while there is none."""

    answered = Signal()

    def __init__(self, controller: Controller, parent: QObject) -> None:
        super().__init__(parent)
        self._controller = controller
        self._expression, self._as_of = "", 0
        self._workspace: Workspace | None = None
        self._asked: WhyAsk | None = None
        self._held: dict[str, Lit] = {}
        self._quietly = False
        self.found: Why | Problem | None = None

    @property
    def is_waiting(self) -> bool:
        """Whether an answer is on its way."""
        return self._asked is not None

    def look_at(self, expression: str, as_of: int) -> bool:
        """Be about a tensor as of a moment; False if that is nothing new, and answers still hold."""
        workspace = self._controller.workspace
        is_same = (expression, as_of) == (self._expression, self._as_of)
        if is_same and workspace is self._workspace:
            return False
        self.forget()
        self._expression, self._as_of, self._workspace = expression, as_of, workspace
        return True

    def forget(self) -> None:
        """Light nothing, and take no answer that is on its way."""
        self._asked = self.found = None
        linking = self._controller.linking
        if self._held and linking.held == self._held:
            self._controller.link(linking.holding({}))
        self._held = {}

    def ask(self, index: Index, *, quietly: bool) -> None:
        """Ask about a cell; `quietly`, only if that is done at once, and no refusal is told."""
        self._quietly, self._asked = quietly, None
        maker = maker_of(self._controller, self._expression, self._as_of)
        if isinstance(maker, Problem):
            self._take(maker)
            return
        record = self._controller.records.get(maker.statement, Record())
        if quietly and record.seconds > QUICK_SECONDS:
            self._take(None)
            return
        self._asked = WhyAsk(
            result=Term(self._expression, self._as_of),
            index=index,
            code=maker.line.code,
            terms=terms_of(self._controller, maker, self._as_of),
            seconds=record.seconds,
        )
        self._controller.ask(self._asked, self._on_answer)

    def _on_answer(self, answer: Answer) -> None:
        if self._asked and isinstance(answer, Why | Problem):
            self._asked = None
            self._take(answer)

    def _take(self, answer: Why | Problem | None) -> None:
        self.found = None if self._quietly and isinstance(answer, Problem) else answer
        self._held = lit(answer) if isinstance(answer, Why) else {}
        self._controller.link(self._controller.linking.holding(self._held))
        self.answered.emit()


def lit(why: Why) -> dict[str, Lit]:
    """Return the cells that light up, by the expression that they belong to."""
    return {source.term.expression: _lit(why, source) for source in why.sources}


def _lit(why: Why, source: Source) -> Lit:
    cells = source.cells
    regions = [tuple(range(i, i + 1) for i in cell.index) for cell in cells]
    slopes = [cell.slope for cell in cells]
    if source.region is not None and (source.same or source.count > len(cells)):
        block = tuple(range(*run) for run in source.region)
        if source.same:
            regions, slopes = [block], slopes[:1]
        else:
            regions, slopes = [block, *regions], [0.0, *slopes]
    notes = {cell.index: note(why, cell, source.term) for cell in cells}
    return Lit(label(why, source), tuple(regions), tuple(slopes), notes, source.term.as_of)
