"""The form of any operator: its overload, its fields, and how its operands go together."""

from collections.abc import Mapping

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtWidgets import QComboBox, QLabel, QVBoxLayout, QWidget

from explorer.catalog.number import Refusal
from explorer.catalog.operand import operands_of, promotion_of, stretching_of
from explorer.catalog.operator import Operator, emit
from explorer.catalog.overload import brief
from explorer.text import tr
from explorer.window.code import code_font
from explorer.window.focus import lead_tab, stops_in
from explorer.window.form.broadcast_table import BroadcastTable
from explorer.window.form.editor import Editor
from explorer.window.form.fields import Fields, OperandEditor
from explorer.window.form.operand import TensorEditor
from explorer.window.form.promotion_chip import PromotionChip
from explorer.window.hint import Hint
from explorer.workspace import Workspace


class OperatorForm(QWidget):
    """Shows one operator after the other; `changed` says that its line may be another.

    With `offers_new`, tensor fields have a button for one that is not there yet: the pane it stands
    in leads to where one is made, and calls `fill_new` with what it is called.
    """

    changed = Signal()
    """The text of a field changed, by whomever, or the overload."""
    unfolded = Signal()
    """The person opened the options."""
    new_wanted = Signal()
    """The person wants to make a tensor that is to fill a field here."""

    def __init__(self, parent: QWidget, operator: Operator, *, offers_new: bool = False) -> None:
        super().__init__(parent)
        self._offers_new = offers_new
        self.workspace = Workspace()
        """What the names in the fields are looked up in."""
        self._operands: tuple[str, ...] = ()
        self._kept: dict[str, str] = {}
        self._waiting = ""
        self._overload = QComboBox(self)
        self._build()
        self._put(operator)

    # --- what a form shows --------------------------------------------------------------------

    @property
    def operator(self) -> Operator:
        """The operator in hand, with the overload that is chosen."""
        return self.fields.operator

    @property
    def editors(self) -> dict[str, Editor]:
        """The field of each parameter."""
        return self.fields.editors

    @property
    def hints(self) -> dict[str, Hint]:
        """What stands under each field."""
        return self.fields.hints

    def show_operator(self, operator: Operator, texts: Mapping[str, str] | None = None) -> None:
        """Show the form of `operator` with `texts`, by default with what it starts with."""
        with QSignalBlocker(self):
            self._kept = {}
            self._put(operator)
            if texts is None:
                self._begin()
                self.follow(self._operands)
            else:
                self.set_texts(texts)
        self._on_edited()

    def texts(self) -> dict[str, str]:
        """Return what stands in each field, by the parameter's name."""
        return self.fields.texts()

    def set_texts(self, texts: Mapping[str, str]) -> None:
        """Fill in `texts`; other fields stay."""
        self.fields.set_texts(texts)

    def offer(self, workspace: Workspace) -> None:
        """Take note of what there is: tensors to choose from, names to type."""
        self.workspace = workspace
        self.fields.offer(workspace)
        self._tell()

    def follow(self, operands: tuple[str, ...]) -> None:
        """Put the selected tensors into the tensor fields, in order; a typed expression stays."""
        self._operands = operands
        self.fields.follow(operands)

    def fill_new(self, expression: str) -> None:
        """Put the tensor that was made into the field that waits for it."""
        if self._waiting in self.editors:
            self.editors[self._waiting].set_text(expression)
            self.focus(self._waiting)
        self._waiting = ""

    def line(self, target: str | None = None, *, checked: bool = True) -> str:
        """Return the line that the fields mean; see `catalog.operator.emit`. Raises Refusal.

        Without `checked`, names that are not in the workspace are taken too.
        """
        if not checked:
            return emit(self.operator, self.texts(), target)
        self._check_arrays()
        names = {entry.name: entry.type_name for entry in self.workspace.entries.values()}
        return emit(self.operator, self.texts(), target, names)

    def mark_field(self, name: str, reason: str) -> None:
        """Say `reason` under the field `name`, and nothing under the others; "" for none of them."""
        self.fields.refuse(name, reason)

    def focus(self, name: str = "") -> None:
        """Give the focus to the field `name`, the first one by default."""
        self.fields.focus(name)

    def focus_refused(self) -> bool:
        """Give the focus to the field that is refused; False if none is."""
        for name, hint in self.hints.items():
            if hint.words:
                self.focus(name)
                return True
        return False

    def tensor_editors(self) -> list[OperandEditor]:
        """Return the fields that take tensors, in order."""
        return self.fields.tensor_editors()

    def place_after(self, widget: QWidget) -> None:
        """Let Tab come here from `widget`, and go on from here to where it went from there."""
        lead_tab([widget, *stops_in(self)])

    # --- inside -------------------------------------------------------------------------------

    def _build(self) -> None:
        self._overload_label = QLabel(tr("Another way to call it"), self)
        self._overload_label.setBuddy(self._overload)
        self._overload.setAccessibleName(self._overload_label.text())
        self._overload.setFont(code_font())
        self._overload.setMinimumContentsLength(8)
        self._overload.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self._overload.currentTextChanged.connect(self._overload.setToolTip)
        self._overload.activated.connect(self._on_overload_activated)
        self._place = QVBoxLayout()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self._overload_label)
        layout.addWidget(self._overload)
        layout.addLayout(self._place)
        self.broadcast_table = BroadcastTable(self)
        self.promotion_chip = PromotionChip(self)
        layout.addWidget(self.broadcast_table)
        layout.addWidget(self.promotion_chip)

    def _put(self, operator: Operator) -> None:
        """Make the fields of `operator` in place of those before."""
        if old := self.findChild(Fields):
            self._place.removeWidget(old)
            old.hide()
            old.setParent(None)
            old.deleteLater()
        self.fields = Fields(operator, self, offers_new=self._offers_new)
        self.fields.offer(self.workspace)
        self.fields.edited.connect(self._on_edited)
        self.fields.unfolded.connect(self.unfolded)
        self.fields.new_wanted.connect(self._on_new_wanted)
        self._place.addWidget(self.fields)
        self.fields.show()  # the focus may come before the layout
        overloads = operator.overloads
        self._overload.clear()
        self._overload.addItems([brief(signature, overloads) for signature in overloads])
        chosen = [s.parameters == operator.parameters for s in overloads]
        self._overload.setCurrentIndex(chosen.index(True) if any(chosen) else -1)
        for widget in (self._overload_label, self._overload):
            widget.setVisible(len(overloads) > 1)

    def _begin(self) -> None:
        """Put what the operator starts with, but for the tensors that there are not."""
        texts = dict(self.operator.start())
        for name, editor in self.editors.items():
            if isinstance(editor, TensorEditor) and self._why_no_tensor(texts.get(name, "")):
                del texts[name]
        self.set_texts(texts)

    def _check_arrays(self) -> None:
        """Raise Refusal if a tensor field has the name of something else."""
        for name, editor in self.editors.items():
            if isinstance(editor, TensorEditor):
                reason = self._why_no_tensor(editor.text())
                if reason:
                    raise Refusal(reason, name)

    def _why_no_tensor(self, text: str) -> str:
        """Return why a name in a tensor field is refused; "" for one of a tensor, and for any else."""
        name = text.strip()
        if not name.isidentifier():
            return ""
        if name not in self.workspace.entries:
            return tr("{name} is not in the workspace", name=name)
        is_array = not self.workspace.without_arrays([name])
        if self.workspace.find(name) is None or (is_array and not self.operator.takes_arrays):
            return tr("{name} is not among the tensors to choose from", name=name)
        return ""

    def _tell(self) -> None:
        """Show what the tensors in the fields have to do with the other fields."""
        operands = operands_of(self.operator, self.texts(), self.workspace) or []
        default = self.workspace.modes.default_dtype
        self.broadcast_table.show_stretching(stretching_of(self.operator, operands))
        self.promotion_chip.show_promotion(promotion_of(self.operator, operands, default))
        first = next(iter(self.tensor_editors()), None)
        name = first.text().split(",")[0].strip() if first else ""
        tensor = self.workspace.find(name) if name else None
        self.fields.show_shape(tensor.shape if tensor else None)

    @Slot()
    def _on_edited(self) -> None:
        self._tell()
        self.changed.emit()

    @Slot(int)
    def _on_overload_activated(self, place: int) -> None:
        signature = self.operator.overloads[place]
        self._kept |= {name: text for name, text in self.texts().items() if text}
        kept = {p.name: self._kept.get(p.name, "") for p in signature.parameters}
        with QSignalBlocker(self):
            self._put(self.operator.overloaded(signature))
            self.set_texts({name: text for name, text in kept.items() if text})
        self.place_after(self._overload)
        self._overload.setFocus(Qt.FocusReason.OtherFocusReason)
        self._on_edited()

    @Slot(str)
    def _on_new_wanted(self, name: str) -> None:
        self._waiting = name
        self.new_wanted.emit()
