"""The Operate pane: what is selected, the operator or the index, the line, and what runs it."""

from collections.abc import Mapping

from PySide6.QtCore import QSignalBlocker, Qt, Slot
from PySide6.QtWidgets import QSizePolicy, QStackedWidget, QTabBar, QVBoxLayout, QWidget

from explorer.catalog.number import Refusal
from explorer.catalog.recognition import recognise_call
from explorer.catalog.scope import names_of
from explorer.catalog.value import INDEX, SET_INDEX
from explorer.panes.operate.errand import Errand
from explorer.panes.operate.indexing.lighting import Lighting
from explorer.panes.operate.indexing.page import IndexingPage
from explorer.panes.operate.operand_row import OperandRow
from explorer.panes.operate.page import OperatorsPage
from explorer.session import Statement
from explorer.text import tr
from explorer.window.controller import Controller
from explorer.window.line_pane import LinePane
from explorer.window.pane import State
from explorer.window.result_name import ONE

OPERATORS, INDEXING = range(2)
"""The pages."""


class OperatePane(LinePane):
    """See the module. Both pages make lines for one foot."""

    name = "operate"

    def __init__(self, controller: Controller, parent: QWidget | None = None) -> None:
        super().__init__(controller, parent)
        controller.selection_changed.connect(self._on_selection_changed)
        controller.catalogue_changed.connect(self._on_catalogue_changed)
        self._errand = Errand(controller, self.name, self)
        self._errand.pane_wanted.connect(self.pane_wanted)
        self._errand.done.connect(self._on_errand_done)
        self.operators.new_wanted.connect(self._errand.begin)

    def title(self) -> str:
        """See the base class."""
        return tr("Operate")

    @property
    def page(self) -> OperatorsPage | IndexingPage:
        """The page in front."""
        return self.indexing if self.tabs.currentIndex() == INDEXING else self.operators

    # --- widgets ------------------------------------------------------------------------------

    def build(self) -> None:
        """See the base class."""
        self._minded: tuple[str, ...] = ()
        self.operand_row = OperandRow(self)
        self.operand_row.chosen.connect(self._on_operands_chosen)
        self.tabs = QTabBar(self)
        self.tabs.setAccessibleName(tr("What to do"))
        self.tabs.setDrawBase(False)
        self.tabs.addTab(tr("Operators"))
        self.tabs.addTab(tr("Indexing"))
        self.operators = OperatorsPage(self.controller, self)
        self.indexing = IndexingPage(self.controller, self)
        self.pages = QStackedWidget(self)
        self.pages.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        for page in (self.operators, self.indexing):
            self.pages.addWidget(page)
        self.operators.changed.connect(self._on_form_changed)
        self.indexing.changed.connect(self._on_edited)
        self.operators.entered.connect(self._on_entered)
        self.operators.indexing_chosen.connect(self._on_indexing_chosen)
        self.indexing.function_wanted.connect(self.choose)
        self.lighting = Lighting(self.controller, self)
        self.setFocusProxy(self.operators.chooser.search)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.setSpacing(8)
        for widget in (self.operand_row, self.tabs):
            layout.addWidget(widget)
        layout.addWidget(self.pages, 1)
        self.build_foot(layout, "run", tr("Apply"))
        self.tabs.currentChanged.connect(self._on_page_changed)

    # --- what a person does -------------------------------------------------------------------

    def choose(self, path: str) -> None:
        """Take the operator with this path in hand, or what makes an index."""
        if path in (INDEX, SET_INDEX):
            self.tabs.setCurrentIndex(INDEXING)
        else:
            self.tabs.setCurrentIndex(OPERATORS)
            self.operators.choose(path)

    def fill(self, texts: Mapping[str, str]) -> None:
        """Type `texts` into the fields of the form, by the parameter's name."""
        if self.page is self.operators:
            self.operators.fill(texts)

    def open_line(self, statement: Statement) -> bool:
        """Open the form that makes `statement`, to replace it or add one like it; False if none does."""
        target = self._take_up(statement.code)
        if target is None:
            return False
        self.foot.put_target(target)
        self.opened.open(statement)
        self._on_edited()
        return True

    def _take_up(self, code: str) -> str | None:
        """Put what `code` is into the page that makes it; return the names of its results."""
        target = self.indexing.open_line(code)
        if target is not None:
            self.tabs.setCurrentIndex(INDEXING)
            return target
        catalogue = self.controller.catalogue
        script = "\n".join(s.source for s in self.controller.session.statements)
        names = names_of(self.controller.workspace.entries.values(), script)
        call = recognise_call(code, names, catalogue.entries if catalogue else None)
        if call is None:
            return None
        self.tabs.setCurrentIndex(OPERATORS)
        self.operators.open_call(call)
        return call.target

    @Slot()
    def _on_entered(self) -> None:
        """Run the line of an operator that was searched for, else go on to its form."""
        if self.operators.chooser.search.text().strip() and self.foot.source:
            self.foot.apply()
            self.operators.chooser.search.selectAll()
        elif not self.focus_refused():
            self.operators.form.focus()

    @Slot()
    def _on_indexing_chosen(self) -> None:
        self.tabs.setCurrentIndex(INDEXING)
        self.indexing.key.setFocus(Qt.FocusReason.ShortcutFocusReason)

    @Slot(tuple)
    def _on_operands_chosen(self, expressions: tuple[str, ...]) -> None:
        self.controller.select(*expressions)

    @Slot(str)
    def _on_errand_done(self, name: str) -> None:
        self.catch_up()
        self.operators.form.fill_new(name)

    @Slot(int)
    def _on_page_changed(self, place: int) -> None:
        self.pages.setCurrentIndex(place)
        self._on_edited()

    # --- the line -----------------------------------------------------------------------------

    @property
    def _results(self) -> tuple[str, ...]:
        """What the line makes that gets a name, by torch's names; () if it writes."""
        if self.page is self.indexing:
            return () if self.indexing.is_assigning else ONE
        return self.operators.results

    def _make(self, target: str | None) -> str:
        """Return the line, its results called `target`. Raises Refusal."""
        if self.page is self.indexing:
            return self.indexing.line(target)
        # What an earlier line used may be gone by now.
        return self.operators.line(target, checked=self.opened.statement is None)

    @Slot()
    def _on_form_changed(self) -> None:
        """Mind the selection that the person made the line for."""
        self._minded = self.controller.selection.expressions
        self._on_edited()

    @Slot()
    def _on_edited(self) -> None:
        """Make the line anew from the page in front, or say what is refused and why."""
        results, opened = self._results, self.opened.statement
        if results and not opened:
            self.result_name.suit(results)
        target = self.foot.target
        # A line may do without a name, or have one that it could do without, if it was written so.
        named = bool(target.strip()) if opened else bool(results)
        self.foot.name_row.setVisible(named or bool(results))
        try:
            line, field, message = self._make(target if named else None), "", ""
        except Refusal as refusal:
            line, field, message = "", refusal.field, refusal.message
        self.page.refuse(field, message)
        self.tell_name(target if named else "", field, message)
        self.foot.show_line(line)
        if self.page is self.operators:
            # A result that was just made is no source until the person says so.
            is_minded = self._minded == self.controller.selection.expressions
            self.lighting.mean(line if is_minded else "")

    def focus_refused_field(self) -> bool:
        """See the base class."""
        if self.page is not self.indexing:
            return self.operators.focus_refused()
        self.indexing.key.setFocus(Qt.FocusReason.ShortcutFocusReason)
        return True

    @Slot()
    def _on_opened_changed(self) -> None:
        super()._on_opened_changed()
        if self.opened.statement is None:
            self.operators.guard.set_text("")  # it is meant for one line

    @Slot()
    def _on_left(self) -> None:
        super()._on_left()
        self._follow()
        self._on_edited()

    # --- what there is ------------------------------------------------------------------------

    def refresh(self) -> None:
        """Offer the tensors there are now, and a name that is free."""
        with QSignalBlocker(self.operators), QSignalBlocker(self.indexing):
            self.operators.offer()
            self.indexing.offer()
        self._follow()
        if self._results and not self.opened.statement:
            self.result_name.suit(self._results)
        if not self.foot.line.by_hand:
            self._on_edited()

    def _follow(self) -> None:
        operands = self.controller.selection.expressions
        self.operand_row.show_operands(operands, self.controller.workspace)
        if not self.foot.line.by_hand and not self.opened.statement:
            with QSignalBlocker(self.operators), QSignalBlocker(self.indexing):
                for page in (self.operators, self.indexing):
                    page.follow(operands)

    @Slot()
    def _on_selection_changed(self) -> None:
        if not self.is_in_sight():
            self.mark_stale()
            return
        self._follow()
        if not self.foot.line.by_hand and not self.opened.statement:
            self._on_edited()

    @Slot()
    def _on_catalogue_changed(self) -> None:
        self.operators.offer_operators()

    # --- state --------------------------------------------------------------------------------

    def state(self) -> State:
        """Return what both pages were left with."""
        return {
            "page": self.tabs.currentIndex(),
            "operators": self.operators.state(),
            "indexing": self.indexing.state(),
        }

    def restore(self, state: State) -> None:
        """See the base class."""
        for name, page in (("operators", self.operators), ("indexing", self.indexing)):
            kept = state.get(name)
            if isinstance(kept, dict):
                page.restore(kept)
        if state.get("page") in (OPERATORS, INDEXING):
            self.tabs.setCurrentIndex(int(str(state["page"])))
