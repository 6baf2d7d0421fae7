"""The Create pane: choose an operator, fill in its form, read the line, run it."""

from collections.abc import Mapping

from PySide6.QtCore import QSignalBlocker, Qt, Slot
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from explorer.catalog.creation import CREATION, operator_of
from explorer.catalog.number import Refusal
from explorer.catalog.operator import Operator
from explorer.catalog.recognition import recognise
from explorer.panes.create.chooser import OperatorChooser
from explorer.session import Statement
from explorer.text import tr
from explorer.window.area import ColumnArea
from explorer.window.controller import Controller
from explorer.window.form.heading import Heading
from explorer.window.form.kept import texts_in
from explorer.window.form.operator_form import OperatorForm
from explorer.window.line_pane import LinePane
from explorer.window.pane import State

FIRST = "torch.rand"


class CreatePane(LinePane):
    """See the module. What stands in the fields of each operator is kept when another is chosen."""

    name = "create"

    def __init__(self, controller: Controller, parent: QWidget | None = None) -> None:
        self._texts: dict[str, dict[str, str]] = {}
        self._revealing = False
        super().__init__(controller, parent)
        controller.selection_changed.connect(self._on_selection_changed)
        self.choose(FIRST)
        self._show_operator()

    def _operands(self) -> tuple[str, ...]:
        controller = self.controller
        return controller.workspace.without_arrays(controller.selection.expressions)

    def title(self) -> str:
        """See the base class."""
        return tr("Create")

    @property
    def operator(self) -> Operator:
        """The operator in hand."""
        return self.form.operator

    # --- widgets ------------------------------------------------------------------------------

    def build(self) -> None:
        """See the base class."""
        self.chooser = OperatorChooser(CREATION, self)
        self.chooser.chosen.connect(self._on_chosen)
        self.chooser.entered.connect(self._on_entered)
        self.setFocusProxy(self.chooser.search)
        splitter = QSplitter(Qt.Orientation.Vertical, self)
        splitter.setChildrenCollapsible(False)
        splitter.addWidget(self.chooser)
        splitter.addWidget(self._build_scroll_area())
        splitter.setSizes([240, 320])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.setSpacing(8)
        layout.addWidget(splitter, 1)
        self.build_foot(layout, "create", tr("Create"))

    def _build_scroll_area(self) -> ColumnArea:
        self._content = content = QWidget()
        self.heading = Heading(content)
        self.form = OperatorForm(content, operator_of(FIRST))
        self.form.offer(self.controller.workspace)
        self.form.follow(self._operands())
        self.form.set_texts(self.form.operator.start())
        self.form.changed.connect(self._on_edited)
        self.form.unfolded.connect(self._on_unfolded)
        layout = QVBoxLayout(content)
        layout.setContentsMargins(0, 4, 4, 4)
        layout.setSpacing(8)
        layout.addWidget(self.heading)
        layout.addWidget(self.form)
        layout.addStretch()
        self.scroll_area = ColumnArea(self)
        self.scroll_area.setWidget(content)
        self.scroll_area.verticalScrollBar().rangeChanged.connect(self._on_scroll_range_changed)
        return self.scroll_area

    # --- what a person does -------------------------------------------------------------------

    def choose(self, path: str) -> None:
        """Show the form of the operator with this path. Raises KeyError."""
        self.chooser.choose(path)

    def fill(self, texts: Mapping[str, str]) -> None:
        """Type `texts` into the fields of the form, by the parameter's name."""
        self.form.set_texts(texts)

    def open_line(self, statement: Statement) -> None:
        """Open the form that makes `statement`, to replace it or to add a line like it."""
        form = recognise(statement.code)
        if form is None:
            return
        self._texts[form.operator.path] = form.fields
        if form.operator is self.operator:
            self.form.set_texts(form.fields)
        else:
            self.choose(form.operator.path)
        self.foot.name_field.setText(form.target)
        self.opened.open(statement)
        self._on_edited()
        self.form.focus()

    @Slot(str)
    def _on_chosen(self, path: str) -> None:
        if path == self.operator.path:
            return
        self._texts[self.operator.path] = self.form.texts()
        self.form.show_operator(operator_of(path), self._texts.get(path))
        self.form.place_after(self.chooser.list)
        self._show_operator()
        self.scroll_area.verticalScrollBar().setValue(0)

    def _show_operator(self) -> None:
        self.heading.show_operator(self.operator)
        self._on_edited()

    @Slot()
    def _on_entered(self) -> None:
        self.form.focus()

    @Slot()
    def _on_edited(self) -> None:
        """Make the line anew from the fields, or say which field is refused and why."""
        target = self.foot.target
        self.form.workspace = self.controller.workspace
        try:
            # What an earlier line used may be gone by now.
            line = self.form.line(target, checked=self.opened.statement is None)
            field, message = "", ""
        except Refusal as refusal:
            line, field, message = "", refusal.field, refusal.message
        self.form.mark_field(field, message)
        self.tell_name(target, field, message)
        self.foot.show_line(line)

    @Slot()
    def _on_unfolded(self) -> None:
        self._revealing = self.form.fields.options.isVisible()

    @Slot()
    def _on_scroll_range_changed(self) -> None:
        """Scroll to the options once the form has grown by them."""
        if self._revealing:
            self._revealing = False
            self.scroll_area.ensureWidgetVisible(self.form.fields.options)

    def focus_refused_field(self) -> bool:
        """See the base class."""
        return self.form.focus_refused()

    # --- what the workspace does --------------------------------------------------------------

    def refresh(self) -> None:
        """Offer the tensors there are now, and a name that is free."""
        with QSignalBlocker(self.form):  # a line edited by hand stays as it is
            self.form.offer(self.controller.workspace)
        self.result_name.suit()
        if not self.foot.line.by_hand:
            self._on_edited()

    @Slot()
    def _on_selection_changed(self) -> None:
        if not self.foot.line.by_hand and not self.opened.statement:
            self.form.follow(self._operands())

    @Slot()
    def _on_left(self) -> None:
        super()._on_left()
        self.result_name.suit()

    # --- state --------------------------------------------------------------------------------

    def state(self) -> State:
        """Return the operator in hand and what was typed for each operator."""
        texts = self._texts | {self.operator.path: self.form.texts()}
        return {"operator": self.operator.path, "fields": texts}

    def restore(self, state: State) -> None:
        """See the base class."""
        self._texts |= texts_in(state.get("fields"))
        path = str(state.get("operator", ""))
        if any(path == operator.path for operator in CREATION):
            if path == self.operator.path:
                self.form.set_texts(self._texts.get(path, {}))
            else:
                self.choose(path)
