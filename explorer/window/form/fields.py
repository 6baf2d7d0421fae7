"""The fields for the parameters of one operator; the optional ones are folded away."""

from collections.abc import Iterator, Mapping
from typing import cast

from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import (
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from explorer.catalog.grade import is_computed
from explorer.catalog.operator import Operator
from explorer.catalog.signature import Parameter
from explorer.text import tr
from explorer.window.code import code_font
from explorer.window.form.chips import Chips, DimChips, DtypeChips
from explorer.window.form.dim import DimEditor
from explorer.window.form.editor import Editor, TextEditor, make_editor
from explorer.window.form.operand import TensorEditor, TensorsEditor
from explorer.window.hint import Hint
from explorer.window.theme import icon
from explorer.workspace import Workspace

OperandEditor = TensorEditor | TensorsEditor


class Fields(QWidget):
    """An editor for each parameter, with a hint under it for why it is refused."""

    edited = Signal()
    """The text of a field changed, by whomever."""
    unfolded = Signal()
    """The person opened the options."""
    new_wanted = Signal(str)
    """The person wants a new tensor in this field."""

    def __init__(self, operator: Operator, parent: QWidget, *, offers_new: bool) -> None:
        super().__init__(parent)
        self.operator = operator
        self.editors: dict[str, Editor] = {}
        self.hints: dict[str, Hint] = {}
        self._chips: dict[str, Chips] = {}
        self._new_buttons: dict[QToolButton, str] = {}
        self._offers_new = offers_new
        self.edited.connect(self._on_edited)
        self.optional = [p.name for p in operator.fields if p.default]
        self._build()

    def texts(self) -> dict[str, str]:
        """Return what stands in each field, by the parameter's name."""
        return {name: editor.text() for name, editor in self.editors.items()}

    def set_texts(self, texts: Mapping[str, str]) -> None:
        """Fill in `texts`; other fields stay."""
        for name, text in texts.items():
            if name in self.editors:
                self.editors[name].set_text(text)
        self.options_button.setChecked(any(texts.get(name) for name in self.optional))

    def refuse(self, name: str, message: str) -> None:
        """Say `message` under the field `name`, and nothing under the others."""
        for field, hint in self.hints.items():
            hint.say(message if field == name else "", error=True)
        if name in self.optional:
            self.options_button.setChecked(True)

    def offer(self, workspace: Workspace) -> None:
        """Offer the tensors of `workspace`, or its arrays, in the fields that take them."""
        editors = self.tensor_editors()
        arrays = self.operator.takes_arrays
        offered = workspace.arrays() if arrays else workspace.tensors()
        tensors = list(offered) if editors else []
        for editor in editors:
            editor.set_tensors(tensors)

    def follow(self, expressions: tuple[str, ...]) -> None:
        """Put the selected tensors into the tensor fields, in order; a typed expression stays."""
        left = list(expressions)
        for name in self._followers:
            editor = self.editors[name]
            if isinstance(editor, TensorsEditor):
                taken, left = [e for e in left if editor.offers(e)], []
                if taken and not any(is_computed(part) for part in editor.text().split(",")):
                    editor.set_text(", ".join(taken))
            elif isinstance(editor, TensorEditor) and left:
                expression, stays = left.pop(0), is_computed(editor.text())
                if editor.offers(expression) and (not stays or _is_number(editor.text())):
                    editor.set_text(expression)

    def show_shape(self, shape: tuple[int, ...] | None) -> None:
        """Show how long the dims are in the fields that take one."""
        for editor in self.editors.values():
            if isinstance(editor, DimEditor):
                editor.show_shape(shape)
        for chips in self._chips.values():
            if isinstance(chips, DimChips):
                chips.show_shape(shape)

    def tensor_editors(self) -> list[OperandEditor]:
        """Return the fields that take tensors, in order."""
        return [editor for editor in self.editors.values() if isinstance(editor, OperandEditor)]

    def focus(self, name: str = "") -> None:
        """Give the focus to the field `name`, the first one by default; there may be none."""
        name = name or next(iter(self.editors), "")
        if name in self.editors:
            cast("QWidget", self.editors[name]).setFocus(Qt.FocusReason.ShortcutFocusReason)

    # --- widgets ------------------------------------------------------------------------------

    def _build(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        fields = self.operator.fields
        metrics = QFontMetrics(code_font())
        width_px = max((metrics.horizontalAdvance(p.name) for p in fields), default=0) + 2
        required = [p for p in fields if p.name not in self.optional]
        layout.addLayout(self._rows(required, width_px, self))
        self.options_button = QToolButton(self)  # only now: Tab goes in the order of making
        self.options = QWidget(self)
        self.options_button.setText(tr("{n} more", n=len(self.optional)))
        self.options_button.setCheckable(True)
        self.options_button.setAutoRaise(True)
        self.options_button.setArrowType(Qt.ArrowType.RightArrow)
        self.options_button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.options_button.setToolTip(", ".join(self.optional))
        self.options_button.toggled.connect(self._on_options_toggled)
        self.options_button.clicked.connect(self.unfolded)
        optional = [p for p in fields if p.name in self.optional]
        self.options.setLayout(self._rows(optional, width_px, self.options))
        self.options.hide()
        self.options_button.setVisible(bool(optional))
        layout.addWidget(self.options_button)
        layout.addWidget(self.options)

    def _rows(self, parameters: list[Parameter], width_px: int, parent: QWidget) -> QFormLayout:
        rows = QFormLayout()
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(8)
        rows.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        for parameter in parameters:
            editor = self._make_editor(parameter, parent)
            hint = Hint(parent)
            field = QWidget(parent)
            column = QVBoxLayout(field)
            column.setContentsMargins(0, 0, 0, 0)
            column.setSpacing(4)
            if self._offers_new and isinstance(editor, TensorEditor) and parameter.required:
                row = QHBoxLayout()
                row.setSpacing(4)
                row.addWidget(editor, 1)
                row.addWidget(self._make_new_button(parameter, parent))
                column.addLayout(row)
            else:
                column.addWidget(editor)
            if chips := self._make_chips(parameter, parent):
                column.addWidget(chips)
            column.addWidget(hint)
            label = self._label(parameter)
            label.setBuddy(editor)
            if "data" in parameter.kinds:
                column.insertWidget(0, label)
                rows.addRow(field)
            else:
                label.setFixedWidth(width_px)
                rows.addRow(label, field)
            self.editors[parameter.name] = cast("Editor", editor)
            self.hints[parameter.name] = hint
        return rows

    def _make_editor(self, parameter: Parameter, parent: QWidget) -> QWidget:
        editor = make_editor(parameter, parent)
        editor.setAccessibleName(parameter.name)
        editor.setAccessibleDescription(tr(parameter.help))
        editor.setToolTip(tr(parameter.help))
        if isinstance(editor, TextEditor) and parameter.name in self.operator.longer:
            editor.setPlaceholderText("")  # empty, it is left out
        cast("Editor", editor).edited.connect(self.edited)
        return editor

    def _make_new_button(self, parameter: Parameter, parent: QWidget) -> QToolButton:
        button = QToolButton(parent)
        button.setIcon(icon("create"))
        button.setToolTip(tr("Create a new tensor for {name}", name=parameter.name))
        button.setAccessibleName(button.toolTip())
        button.clicked.connect(self._on_new_clicked)
        self._new_buttons[button] = parameter.name
        return button

    def _make_chips(self, parameter: Parameter, parent: QWidget) -> Chips | None:
        """Return the chips that go with the most usual kind, None for most of them."""
        kind = {"dtype": DtypeChips, "dims": DimChips}.get(parameter.kinds[0])
        if kind is None:
            return None
        chips = self._chips[parameter.name] = kind(parent)
        chips.setAccessibleName(parameter.name)
        chips.picked.connect(self._on_chip_picked)
        return chips

    def _label(self, parameter: Parameter) -> QLabel:
        label = QLabel(parameter.name, self)
        label.setFont(code_font())
        label.setToolTip(tr(parameter.help))
        return label

    @property
    def _followers(self) -> Iterator[str]:
        """The fields that take what is selected."""
        for parameter in self.operator.fields:
            usual = parameter.kinds[0] in ("tensor", "tensors")
            if parameter.required or (usual and not parameter.writes):
                yield parameter.name

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "_new_buttons"):
            for button in self._new_buttons:
                button.setIcon(icon("create"))

    # --- what a person does -------------------------------------------------------------------

    @Slot()
    def _on_edited(self) -> None:
        for name, chips in self._chips.items():
            chips.follow(self.editors[name].text())

    @Slot(str)
    def _on_chip_picked(self, text: str) -> None:
        for name, chips in self._chips.items():
            if chips is self.sender():
                self.editors[name].set_text(text)

    @Slot()
    def _on_new_clicked(self) -> None:
        button = self.sender()
        if isinstance(button, QToolButton):
            self.new_wanted.emit(self._new_buttons[button])

    @Slot(bool)
    def _on_options_toggled(self, shown: bool) -> None:  # noqa: FBT001 - Qt passes it by place
        self.options.setVisible(shown)
        arrow = Qt.ArrowType.DownArrow if shown else Qt.ArrowType.RightArrow
        self.options_button.setArrowType(arrow)


def _is_number(text: str) -> bool:
    return text.replace(".", "", 1).lstrip("-").isdigit()
