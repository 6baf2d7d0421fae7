"""A form made from the parameters of an operator."""

from collections.abc import Mapping
from typing import cast

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QFormLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from explorer.catalog.grade import is_computed
from explorer.catalog.number import Refusal
from explorer.catalog.operator import Operator, bind
from explorer.catalog.signature import Parameter
from explorer.panes.create.editor import EDITORS, Editor, TensorEditor, TextEditor
from explorer.text import tr
from explorer.window.code import code_font
from explorer.window.focus import lead_tab, stops_in
from explorer.window.hint import Hint
from explorer.workspace import Workspace


class OperatorForm(QWidget):
    """Fields for the parameters of one operator; the optional ones are folded away."""

    edited = Signal()
    """The text of a field changed, by whomever."""
    unfolded = Signal()
    """The person opened the options."""

    def __init__(self, operator: Operator, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.operator = operator
        self.editors: dict[str, Editor] = {}
        self.hints: dict[str, Hint] = {}
        self._optional = [p.name for p in operator.fields if p.default]
        self._build()

    def texts(self) -> dict[str, str]:
        """Return what stands in each field, by the parameter's name."""
        return {name: editor.text() for name, editor in self.editors.items()}

    def set_texts(self, texts: Mapping[str, str]) -> None:
        """Fill in `texts`; other fields stay."""
        for name, text in texts.items():
            if name in self.editors:
                self.editors[name].set_text(text)
        self.options_button.setChecked(any(texts.get(name) for name in self._optional))

    def refuse(self, name: str, message: str) -> None:
        """Say `message` under the field `name`, and nothing under the others."""
        for field, hint in self.hints.items():
            hint.say(message if field == name else "", error=True)
        if name in self._optional:
            self.options_button.setChecked(True)

    def offer(self, workspace: Workspace) -> None:
        """Offer the tensors of `workspace` in the tensor fields."""
        editors = self.tensor_editors()
        tensors = list(workspace.tensors()) if editors else []
        for editor in editors:
            editor.set_tensors(tensors)

    def begin(self, workspace: Workspace) -> None:
        """Put the texts of the example, but for the tensors that there are not."""
        texts = bind(self.operator, self.operator.example)[0]
        for name, editor in self.editors.items():
            if isinstance(editor, TensorEditor) and _why_no_tensor(texts[name], workspace):
                del texts[name]
        self.set_texts(texts)

    def check(self, workspace: Workspace) -> None:
        """Raise Refusal if a tensor field has the name of something else."""
        for name, editor in self.editors.items():
            if isinstance(editor, TensorEditor):
                reason = _why_no_tensor(editor.text(), workspace)
                if reason:
                    raise Refusal(reason, name)

    def follow(self, expressions: tuple[str, ...]) -> None:
        """Put the selected tensors into the tensor fields, in order; a typed expression stays."""
        for editor, expression in zip(self.tensor_editors(), expressions, strict=False):
            if editor.offers(expression) and not is_computed(editor.text()):
                editor.set_text(expression)

    def tensor_editors(self) -> list[TensorEditor]:
        """Return the fields that take a tensor, in order."""
        return [editor for editor in self.editors.values() if isinstance(editor, TensorEditor)]

    def focus(self, name: str = "") -> None:
        """Give the focus to the field `name`, the first one by default."""
        name = name or next(iter(self.editors))
        cast("QWidget", self.editors[name]).setFocus(Qt.FocusReason.ShortcutFocusReason)

    def place_after(self, widget: QWidget) -> None:
        """Let Tab come here from `widget`, and go on from here to where it went from there."""
        lead_tab([widget, *stops_in(self)])

    def _build(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        required = [p for p in self.operator.fields if p.name not in self._optional]
        optional = [p for p in self.operator.fields if p.name in self._optional]
        metrics = QFontMetrics(code_font())
        width_px = max(metrics.horizontalAdvance(p.name) for p in self.operator.fields) + 2
        layout.addLayout(self._rows(required, width_px, self))
        self.options_button = QToolButton(self)  # only now: Tab goes in the order of making
        self.options = QWidget(self)
        self.options_button.setText(tr("Options"))
        self.options_button.setCheckable(True)
        self.options_button.setAutoRaise(True)
        self.options_button.setArrowType(Qt.ArrowType.RightArrow)
        self.options_button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.options_button.setToolTip(", ".join(self._optional))
        self.options_button.toggled.connect(self._on_options_toggled)
        self.options_button.clicked.connect(self.unfolded)
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
            editor = EDITORS[parameter.kinds[0]](parameter, parent)  # type: ignore[arg-type]  # each of the table takes these
            editor.setAccessibleName(parameter.name)
            editor.setAccessibleDescription(tr(parameter.help))
            editor.setToolTip(tr(parameter.help))
            if isinstance(editor, TextEditor) and parameter.name in self.operator.longer:
                editor.setPlaceholderText("")  # empty, it is left out
            typed = cast("Editor", editor)
            typed.edited.connect(self.edited)
            hint = Hint(parent)
            field = QWidget(parent)
            column = QVBoxLayout(field)
            column.setContentsMargins(0, 0, 0, 0)
            column.setSpacing(4)
            column.addWidget(editor)
            column.addWidget(hint)
            label = self._label(parameter)
            label.setBuddy(editor)
            if "data" in parameter.kinds:
                column.insertWidget(0, label)
                rows.addRow(field)
            else:
                label.setFixedWidth(width_px)
                rows.addRow(label, field)
            self.editors[parameter.name] = typed
            self.hints[parameter.name] = hint
        return rows

    def _label(self, parameter: Parameter) -> QLabel:
        label = QLabel(parameter.name, self)
        label.setFont(code_font())
        label.setToolTip(tr(parameter.help))
        return label

    @Slot(bool)
    def _on_options_toggled(self, shown: bool) -> None:  # noqa: FBT001 - Qt passes it by place
        self.options.setVisible(shown)
        arrow = Qt.ArrowType.DownArrow if shown else Qt.ArrowType.RightArrow
        self.options_button.setArrowType(arrow)


def _why_no_tensor(text: str, workspace: Workspace) -> str:
    """Return why a name in a tensor field is refused; "" for one of a tensor, and for any else."""
    name = text.strip()
    if not name.isidentifier():
        return ""
    if name not in workspace.entries:
        return tr("{name} is not in the workspace", name=name)
    if not workspace.without_arrays([name]) or workspace.find(name) is None:
        return tr("{name} is not among the tensors to choose from", name=name)
    return ""
