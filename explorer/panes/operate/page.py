"""The page of operators: the list, and the form of the one in hand, in any of its ways."""

from collections.abc import Mapping

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from explorer.catalog import way
from explorer.catalog.number import Refusal
from explorer.catalog.operator import Operator
from explorer.catalog.overload import operator_of
from explorer.catalog.recognition import FilledCall
from explorer.catalog.signature import Signature
from explorer.catalog.value import INDEX, SET_INDEX
from explorer.panes.operate.chooser import OperatorChooser
from explorer.panes.operate.guard_box import GuardBox
from explorer.panes.operate.operators import Operators
from explorer.panes.operate.way_row import WayRow
from explorer.text import tr
from explorer.window.area import ColumnArea
from explorer.window.controller import Controller
from explorer.window.form.heading import Heading
from explorer.window.form.kept import texts_in
from explorer.window.form.operator_form import OperatorForm

FIRST = "+"
OUT = "out"
Texts = dict[str, str]


class OperatorsPage(QWidget):
    """What stands in the fields of each operator is kept when another is chosen."""

    changed = Signal()
    """`line` may be another, or refused for another reason."""
    entered = Signal()
    """The person pressed Enter on an operator."""
    indexing_chosen = Signal()
    """The person pressed Enter on an index, for which there is another page."""
    new_wanted = Signal()
    """The person wants to make a tensor that is to fill a field: see `OperatorForm`."""

    def __init__(self, controller: Controller, parent: QWidget) -> None:
        super().__init__(parent)
        self._controller = controller
        self._operands: tuple[str, ...] = ()
        self._texts: dict[str, Texts] = {}
        self._writes_out = False
        self._path = FIRST
        """Of the operator that is chosen, which the catalogue may not have told of yet."""
        self.build()

    # --- widgets ------------------------------------------------------------------------------

    def build(self) -> None:
        """Make the widgets, top to bottom as on screen."""
        self.chooser = OperatorChooser(self)
        self.chooser.choose(FIRST)
        self.chooser.chosen.connect(self._on_chosen)
        self.chooser.entered.connect(self._on_entered)
        self.setFocusProxy(self.chooser.search)
        splitter = QSplitter(Qt.Orientation.Vertical, self)
        splitter.setChildrenCollapsible(False)
        splitter.addWidget(self.chooser)
        splitter.addWidget(self._build_scroll_area())
        splitter.setSizes([170, 400])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(splitter)

    def _build_scroll_area(self) -> ColumnArea:
        content = QWidget()
        entry = Operators(None).entry(FIRST)
        assert entry is not None  # noqa: S101 - Python has a plus
        self.heading = Heading(content)
        self.heading.show_operator(operator_of(entry))
        self.way_row = WayRow(content)
        self.form = OperatorForm(content, operator_of(entry), offers_new=True)
        self.guard = GuardBox(content)
        layout = QVBoxLayout(content)
        layout.setContentsMargins(0, 4, 4, 4)
        layout.setSpacing(8)
        for widget in (self.heading, self.way_row, self.form, self.guard):
            layout.addWidget(widget)
        layout.addStretch()
        self.way_row.chosen.connect(self._on_way_chosen)
        self.form.changed.connect(self._on_edited)
        self.form.unfolded.connect(self._on_unfolded)
        self.form.new_wanted.connect(self.new_wanted)
        self.guard.edited.connect(self.changed)
        self.scroll_area = ColumnArea(self)
        self.scroll_area.setWidget(content)
        return self.scroll_area

    # --- what the pane asks -------------------------------------------------------------------

    @property
    def operator(self) -> Operator:
        """The operator in hand."""
        return self.form.operator

    @property
    def results(self) -> tuple[str, ...]:
        """What the line makes that gets a name, by torch's names: ("values", "indices").

        () if it writes into what is there, or gives nothing.
        """
        writes = self._writes_out or "in_place" in self.operator.tags
        return () if writes else self.operator.returns

    def line(self, target: str | None, *, checked: bool = True) -> str:
        """Return the line. Raises Refusal with the field that it is about."""
        self.form.workspace = self._controller.workspace
        if self._path != self.operator.path:
            raise Refusal(tr("Torch's operators are still being read"))
        if self._writes_out and not self.form.texts().get(OUT, "").strip():
            raise Refusal(tr("Choose the tensor that the result is written into"), OUT)
        return self.guard.around(self.form.line(target, checked=checked))

    def refuse(self, field: str, message: str) -> None:
        """Say `message` under a field, and nothing under the others."""
        self.form.mark_field(field, message)

    def focus_refused(self) -> bool:
        """Give the focus to the field that is refused; False if none is."""
        return self.form.focus_refused()

    def follow(self, operands: tuple[str, ...]) -> None:
        """Put the selected tensors into the tensor fields, in order."""
        self._operands = operands
        self.chooser.suit(len(operands))
        self.form.follow(operands)

    def offer(self) -> None:
        """Offer the tensors and the operators that there are now."""
        catalogue = self._controller.catalogue
        if catalogue and not self.chooser.operators.is_complete:
            self.offer_operators()
        with QSignalBlocker(self.form):
            self.form.offer(self._controller.workspace)

    def offer_operators(self) -> None:
        """Offer the operators of the catalogue."""
        catalogue = self._controller.catalogue
        self.chooser.offer(Operators(catalogue.entries if catalogue else None))
        if self._path != self.operator.path:
            self._show(self._path)
        else:
            self._show_ways()

    def choose(self, path: str) -> None:
        """Take the operator with this path in hand."""
        self.chooser.choose(path)
        self._show(path)

    def fill(self, texts: Mapping[str, str]) -> None:
        """Type `texts` into the form, of an overload that has fields for all of them."""
        self._texts[self._path] = self.form.texts() | dict(texts)
        entry = self.chooser.operators.entry(self._path)
        if entry is not None:
            self._put(operator_of(entry, texts), self._texts[self._path])
            self.changed.emit()

    def open_call(self, call: FilledCall) -> None:
        """Show the form that makes `call` as it stands, whatever is selected."""
        self._keep()
        self._path = call.operator.path
        self.chooser.choose(self._path)
        self._put(call.operator, dict(call.operator.texts))
        self.guard.set_text(call.guard)
        self.changed.emit()

    # --- the form -----------------------------------------------------------------------------

    def _show(self, path: str) -> None:
        """Show the form of the operator at `path`, if that is known already."""
        self._keep()
        self._path = path
        entry = self.chooser.operators.entry(path)
        if entry is not None:
            texts = self._texts.get(path)
            self._put(operator_of(entry, texts), texts)
            if texts is not None:
                self.form.follow(self._operands)
        self.form.setEnabled(entry is not None)
        self.changed.emit()

    def _put(self, operator: Operator, texts: Texts | None) -> None:
        self._writes_out = bool(texts and texts.get(OUT, "").strip())
        with QSignalBlocker(self.form):
            self.form.show_operator(operator, texts)
        self.form.place_after(self.way_row.last)
        self.heading.show_operator(operator)
        self._show_ways()
        self.scroll_area.verticalScrollBar().setValue(0)

    def _keep(self) -> None:
        self._texts[self.operator.path] = self.form.texts()

    def _show_ways(self) -> None:
        catalogue = self._controller.catalogue
        found = way.ways(self.operator.path, catalogue.entries) if catalogue else ()
        self.way_row.show_ways(found, way.in_hand(found, self.operator.path, out=self._writes_out))

    @Slot(object)
    def _on_way_chosen(self, chosen: way.Way) -> None:
        """Write the same with the same operands in another way."""
        entry = self.chooser.operators.entry(chosen.path)
        if entry is None:
            return
        self._keep()
        before = Signature(parameters=self.operator.parameters)
        after = Signature(parameters=operator_of(entry, {}).parameters)
        kept, lost = way.carried(self.form.texts(), before, after)
        kept[OUT] = self._out_in_place_of(kept) if chosen.name == "out" else ""
        self._path = chosen.path
        self.chooser.choose(chosen.path)
        self._put(operator_of(entry, kept), kept)
        self._writes_out = chosen.name == "out"
        self._show_ways()
        self.way_row.tell_lost(lost)
        self.changed.emit()
        if self._writes_out:
            self.form.focus(OUT)

    def _out_in_place_of(self, texts: Texts) -> str:
        """Return the newest tensor that may take the result: none of the operands."""
        named = {text.strip() for text in texts.values()}
        entries = self._controller.workspace.entries.values()
        tensors = [e.name for e in entries if e.type_name == "Tensor" and e.name not in named]
        return next(reversed(tensors), "")

    @Slot(str)
    def _on_chosen(self, path: str) -> None:
        if path != self._path:
            self._show(path)

    @Slot()
    def _on_entered(self) -> None:
        if self._path in (INDEX, SET_INDEX):
            self.indexing_chosen.emit()
        else:
            self.entered.emit()

    @Slot()
    def _on_edited(self) -> None:
        out = self.form.texts().get(OUT, "").strip()
        if bool(out) != self._writes_out and OUT in self.form.texts():
            self._writes_out = bool(out)
            self._show_ways()
        self.changed.emit()

    @Slot()
    def _on_unfolded(self) -> None:
        self.scroll_area.ensureWidgetVisible(self.form.fields.options)

    # --- state --------------------------------------------------------------------------------

    def state(self) -> dict[str, object]:
        """Return the operator in hand and what was typed for each."""
        return {
            "operator": self._path,
            "fields": self._texts | {self.operator.path: self.form.texts()},
        }

    def restore(self, state: Mapping[str, object]) -> None:
        """Put what `state` returned; other values are left alone."""
        self._texts |= texts_in(state.get("fields"))
        path = state.get("operator")
        if isinstance(path, str) and path:
            self._show(path)
