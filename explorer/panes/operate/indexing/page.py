"""The page of indexing: a tensor, an index as text and as a row for each dim, and its line."""

import math
from collections.abc import Mapping

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QRadioButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from explorer.catalog.index_reader import read, tensors_in
from explorer.catalog.indexing import Index
from explorer.catalog.number import Refusal
from explorer.panes.operate.indexing.index_line import INPUT, KEY, VALUE, IndexLine
from explorer.panes.operate.indexing.knowledge import Knowledge
from explorer.panes.operate.indexing.lamp import Lamp
from explorer.panes.operate.indexing.part_grid import PartGrid
from explorer.text import tr
from explorer.window.area import ColumnArea
from explorer.window.choice import TensorField
from explorer.window.code import code_font
from explorer.window.controller import Controller
from explorer.window.dropping import DropField
from explorer.window.flow import FlowRow
from explorer.window.hint import Hint
from explorer.window.linking import Lit, Swept
from explorer.window.theme import mute

FUNCTIONS = (
    *("torch.index_select", "torch.masked_select", "torch.nonzero", "torch.where"),
    *("torch.gather", "torch.scatter", "torch.take", "torch.take_along_dim"),
)
"""Operators that pick cells too."""
MOST_REGIONS = 2000
"""Cells in more pieces than these are not lit."""


class IndexingPage(QWidget):
    """`line` is what it is about; the pane that it stands in shows and runs it.

    While it is seen, the cells that it picks are lit in every heat map of the tensor, and a
    rectangle chosen in one becomes its index.
    """

    changed = Signal()
    """`line` may be another, or refused for another reason."""
    function_wanted = Signal(str)
    """The path of an operator that picks cells in another way."""

    def __init__(self, controller: Controller, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._controller = controller
        self._index: Index | None = None
        """The last one that could be read."""
        self._swept: Swept | None = controller.linking.swept
        self._knowledge = Knowledge(controller, self)
        self._lamp = Lamp(controller, self)
        self.build()
        self._knowledge.grown.connect(self._read)
        controller.linking_changed.connect(self._on_linking_changed)
        self.offer()

    # --- widgets ------------------------------------------------------------------------------

    def build(self) -> None:
        """Make the widgets, top to bottom as on screen."""
        self.reading, self.assigning = (
            QRadioButton(tr("Read"), self),
            QRadioButton(tr("Assign"), self),
        )
        self.tensor = TensorField(self)
        self.reading.setToolTip(tr("Make a tensor of the cells that the index picks"))
        self.assigning.setToolTip(tr("Write a value into the cells that the index picks"))
        self._deeds = QButtonGroup(self)
        self.key = DropField(self)
        self.key.setFont(code_font())
        self.key.setPlaceholderText(":, 1:3, None")
        self.hint = Hint(self)
        self.parts = PartGrid(self.key, self)
        self.parts.key_made.connect(self.key.setText)
        self.outcome = QLabel(self)
        self.outcome.setWordWrap(True)
        mute(self.outcome)
        self.value = TensorField(self)
        self.value_hint = Hint(self)
        self.functions = FlowRow(self, 4, 4)
        for path in FUNCTIONS:
            button = QToolButton(self.functions)
            button.setText(path.removeprefix("torch."))
            button.setFont(code_font())
            button.setToolTip(tr("Open the form of {name}", name=path))
            button.clicked.connect(self._on_function_clicked)
            self.functions.add(button)
        self._lay_out()
        self.reading.setChecked(True)
        self._show_value()
        self.tensor.edited.connect(self._on_tensor_edited)
        self.key.textChanged.connect(self._read)
        self.value.edited.connect(self.changed)
        self._deeds.buttonToggled.connect(self._on_deed_toggled)

    def _lay_out(self) -> None:
        deed = QHBoxLayout()
        deed.setSpacing(16)
        for button in (self.reading, self.assigning):
            self._deeds.addButton(button)
            deed.addWidget(button)
        deed.addStretch()
        fields = QFormLayout()
        fields.setSpacing(8)
        fields.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self.value_label = QLabel(tr("Value"), self)
        self.value_label.setBuddy(self.value)
        for words, widget in ((tr("Tensor"), self.tensor), (tr("Index"), self.key)):
            widget.setAccessibleName(words)
            fields.addRow(words, widget)
        self.value.setAccessibleName(self.value_label.text())
        self.value.setToolTip(tr("A number, or a tensor that broadcasts to the cells"))
        values = QFormLayout()
        values.setSpacing(8)
        values.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        values.addRow(self.value_label, self.value)
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 4, 0)
        column.setSpacing(8)
        column.addLayout(deed)
        column.addLayout(fields)
        column.addWidget(self.hint)
        column.addWidget(self.parts)
        column.addWidget(self.outcome)
        column.addLayout(values)
        column.addWidget(self.value_hint)
        column.addStretch(1)
        others = QLabel(tr("Pick with a function instead"), self)
        mute(others)
        column.addWidget(others)
        column.addWidget(self.functions)
        area = ColumnArea(self)
        area.setWidget(content)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(area)

    # --- what the pane asks -------------------------------------------------------------------

    @property
    def is_assigning(self) -> bool:
        """Whether the line writes into the tensor: then its result has no name."""
        return self.assigning.isChecked()

    @property
    def index(self) -> Index | None:
        """The index as far as it could be read."""
        return self._index

    def line(self, target: str | None) -> str:
        """Return the line, its result called `target`; None leaves it without a name.

        Raises Refusal with the field that it is about.
        """
        self._check()
        value = self.value.text() if self.is_assigning else None
        return IndexLine(self.tensor.text(), self.key.text(), value, target).source

    def refuse(self, field: str, message: str) -> None:
        """Say `message` under a field, and nothing under the others."""
        self.hint.say(message if field in (INPUT, KEY) else "", error=True)
        self.value_hint.say(message if field == VALUE else "", error=True)

    def follow(self, operands: tuple[str, ...]) -> None:
        """Take the first tensor selected, and to assign the second as the value."""
        if operands and self.tensor.offers(operands[0]):
            self.tensor.set_text(operands[0])
        if self.is_assigning and len(operands) > 1 and self.value.offers(operands[1]):
            self.value.set_text(operands[1])

    def offer(self) -> None:
        """Offer the tensors there are now."""
        tensors = list(self._controller.workspace.tensors())
        for field in (self.tensor, self.value):
            with QSignalBlocker(field):
                before = field.text()
                field.set_tensors(tensors)
                if field is self.value and not before:
                    field.set_text("")
        self._read()

    def open_line(self, code: str) -> str | None:
        """Show a line that indexes, and return the name of its result; None if it is another."""
        line = IndexLine.of(code)
        if line is None:
            return None
        (self.reading if line.value is None else self.assigning).setChecked(True)
        self.tensor.set_text(line.tensor)
        self.key.setText(line.key)
        if line.value is not None:
            self.value.set_text(line.value)
        return line.target or ""

    def state(self) -> dict[str, object]:
        """Return what stands in the fields."""
        return {KEY: self.key.text(), VALUE: self.value.text(), "assigns": self.is_assigning}

    def restore(self, state: Mapping[str, object]) -> None:
        """Put what `state` returned; other values are left alone."""
        (self.assigning if state.get("assigns") is True else self.reading).setChecked(True)
        for name, put in ((KEY, self.key.setText), (VALUE, self.value.set_text)):
            if isinstance(text := state.get(name), str):
                put(text)

    # --- reading ------------------------------------------------------------------------------

    def _shape(self) -> tuple[int, ...]:
        """Return the tensor's shape. Raises Refusal if there is no such tensor, or not yet."""
        text = self.tensor.text().strip()
        if not text:
            raise Refusal(tr("Choose a tensor. If there is none yet, create one first"), INPUT)
        found = self._knowledge.numbers(text)
        if found is None:
            raise Refusal(tr("{name} is not among the tensors to choose from", name=text), INPUT)
        return found.shape

    def _check(self) -> Index:
        """Return the index. Raises Refusal with the field that it is about."""
        shape = self._shape()
        try:
            return read(self.key.text(), shape, self._knowledge.numbers)
        except Refusal as refusal:
            raise Refusal(refusal.message, KEY) from None

    def _read(self) -> None:
        """Read the index anew, from whichever side it was changed."""
        tensor = self.tensor.text().strip()
        try:
            among = tensors_in(self.key.text())
        except Refusal:
            among = ()
        self._knowledge.look_at((*((tensor,) if tensor else ()), *among))
        index = None
        try:
            self._index = index = self._check()
        except Refusal as refusal:
            self.refuse(refusal.field, refusal.message)
        else:
            self.refuse("", "")
            self.parts.show_index(index, tensor, self._controller.workspace)
        self._show_outcome(index)
        self._light(index)
        self.changed.emit()

    def _show_outcome(self, index: Index | None) -> None:
        if index is None:
            self.outcome.setText("")
            return
        shape = list(index.shape_of)
        result = index.result
        if result is None:
            words = tr("{shape} → how many come out depends on the values", shape=shape)
        elif self.is_assigning:
            words = tr("writes into {n} cells", n=math.prod(result))
        elif index.is_view:
            words = tr(
                "{shape} → {result}, a view of the same memory", shape=shape, result=list(result)
            )
        else:
            words = tr("{shape} → {result}, a copy", shape=shape, result=list(result))
        self.outcome.setText(words)

    # --- heat maps ----------------------------------------------------------------------------

    def _light(self, index: Index | None) -> None:
        """Light the cells that an index picks, in the heat maps of the tensor; none for None."""
        name = self.tensor.text().strip()
        regions = index.regions(MOST_REGIONS) if index else None
        self._lamp.shine({name: Lit(f"{name}[{index.text}]", regions)} if index and regions else {})

    def _on_linking_changed(self) -> None:
        swept = self._controller.linking.swept
        if swept is None or swept == self._swept:
            return
        self._swept = swept
        if self.isVisible() and self.tensor.offers(swept.expression):
            with QSignalBlocker(self.tensor):
                self.tensor.set_text(swept.expression)
            if self.key.text() == swept.index:
                self._read()
            self.key.setText(swept.index)

    # --- what a person does -------------------------------------------------------------------

    def _on_tensor_edited(self) -> None:
        """Begin with an index that fits, if the one that stands there does not."""
        self._read()
        try:
            shape = self._shape()
        except Refusal:
            return
        try:
            self._check()
        except Refusal:
            self.key.setText("0" if shape and shape[0] else "...")

    def _on_deed_toggled(self) -> None:
        self._show_value()
        self._read()

    def _show_value(self) -> None:
        for widget in (self.value_label, self.value):
            widget.setVisible(self.is_assigning)

    def _on_function_clicked(self) -> None:
        button = self.sender()
        if isinstance(button, QToolButton):
            self.function_wanted.emit(f"torch.{button.text()}")
