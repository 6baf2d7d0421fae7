"""A widget for each kind of parameter. All have `text`, `set_text` and the signal `edited`."""

from typing import Protocol

from PySide6.QtCore import Qt, Signal, SignalInstance, Slot
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QHBoxLayout,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from explorer.catalog.literal import DEVICES, DTYPES
from explorer.catalog.signature import Kind, Parameter
from explorer.text import tr
from explorer.window.choice import ChoiceBox
from explorer.window.code import code_font
from explorer.window.dropping import DropField
from explorer.window.form.dim import DimEditor
from explorer.window.form.grid import GridDialog
from explorer.window.form.operand import TensorEditor, TensorsEditor

PLACEHOLDERS: dict[Kind, str] = {
    "size": "5, 3",
    "integer": "0",
    "count": "3",
    "number": "0.5",
    "numbers": "1, 2.5",
    "index": "0, 1:3",
}
CHOICES: dict[Kind, tuple[str, ...]] = {
    "dtype": DTYPES,
    "device": DEVICES,
    "layout": ("strided", "sparse_coo", "sparse_csr", "sparse_csc", "sparse_bsr", "sparse_bsc"),
    "memory_format": (
        "contiguous_format",
        "preserve_format",
        "channels_last",
        "channels_last_3d",
    ),
    "boolean": ("True", "False"),
}


class Editor(Protocol):
    """What a form knows of its editors, which are widgets too."""

    @property
    def edited(self) -> SignalInstance:
        """The text changed, by whomever."""

    def text(self) -> str:
        """Return what is typed or chosen, "" for nothing."""

    def set_text(self, text: str) -> None:
        """Put what `text` returned earlier."""


class TextEditor(DropField):
    """One line of text: sizes and numbers."""

    edited = Signal()

    def __init__(self, parameter: Parameter, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFont(code_font())
        usual = parameter.default or PLACEHOLDERS.get(parameter.kinds[0], "")
        self.setPlaceholderText("" if usual == "None" else usual)
        self.textChanged.connect(self.edited)

    def set_text(self, text: str) -> None:
        """See `Editor`."""
        self.setText(text)


class ChoiceEditor(ChoiceBox):
    """A list to choose from that takes typed text too: dtypes, devices, one of several words."""

    def __init__(self, parameter: Parameter, parent: QWidget) -> None:
        choices = parameter.choices or CHOICES.get(parameter.kinds[0], ())
        usual = parameter.default.strip("\"'").removeprefix("torch.")
        empty = tr("Default") if usual in ("", "None") else usual
        super().__init__(choices if parameter.required else ("", *choices), empty, parent)


class BooleanEditor(QCheckBox):
    """A box to tick. Left as torch has it by default, it gives nothing.

    With an expression in it, such as the name of a number, the box stands half ticked beside that.
    """

    edited = Signal()

    def __init__(self, parameter: Parameter, parent: QWidget) -> None:
        super().__init__(parent)
        self._usual = parameter.default
        self.setChecked(self._usual == "True")
        self.checkStateChanged.connect(self._on_state_changed)

    def text(self) -> str:
        """See `Editor`."""
        if self.checkState() is Qt.CheckState.PartiallyChecked:
            return super().text()
        state = str(self.isChecked())
        return "" if state == self._usual else state

    def set_text(self, text: str) -> None:
        """See `Editor`."""
        typed = text or self._usual
        if typed in ("True", "False", ""):
            self.setChecked(typed == "True")
            return
        self.setText(text)
        self.setTristate(True)
        self.setCheckState(Qt.CheckState.PartiallyChecked)

    @Slot(Qt.CheckState)
    def _on_state_changed(self, state: Qt.CheckState) -> None:
        if state is not Qt.CheckState.PartiallyChecked:
            self.setTristate(False)
            self.setText("")
        self.edited.emit()


class DataEditor(QWidget):
    """Several lines of values, with a grid to type or paste into."""

    edited = Signal()

    def __init__(self, _parameter: Parameter, parent: QWidget) -> None:
        super().__init__(parent)
        self.box = QPlainTextEdit(self)
        self.box.setFont(code_font())
        self.box.setTabChangesFocus(True)
        self.box.setPlaceholderText("[[1, 2], [3, 4]]")
        self.box.setFixedHeight(4 * QFontMetrics(self.box.font()).lineSpacing() + 12)
        self.grid_button = QPushButton(tr("Grid..."), self)
        self.grid_button.setToolTip(tr("Type or paste the values into a table"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self.box)
        row = QHBoxLayout()
        row.addWidget(self.grid_button)
        row.addStretch()
        layout.addLayout(row)
        self.setFocusProxy(self.box)
        self.box.textChanged.connect(self.edited)
        self.grid_button.clicked.connect(self._on_grid_clicked)

    def setAccessibleName(self, name: str) -> None:  # noqa: N802 - overrides Qt's
        """Name the box, which is what gets the focus."""
        super().setAccessibleName(name)
        self.box.setAccessibleName(name)

    def text(self) -> str:
        """See `Editor`."""
        return self.box.toPlainText()

    def set_text(self, text: str) -> None:
        """See `Editor`."""
        if text != self.text():
            self.box.setPlainText(text)

    @Slot()
    def _on_grid_clicked(self) -> None:
        dialog = GridDialog(self.text(), self)
        dialog.accepted.connect(self._on_grid_accepted)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    @Slot()
    def _on_grid_accepted(self) -> None:
        dialog = self.sender()
        if isinstance(dialog, GridDialog) and dialog.result() == QDialog.DialogCode.Accepted:
            self.set_text(dialog.text())


EDITORS: dict[Kind, type[QWidget]] = {
    "tensor": TensorEditor,
    "tensors": TensorsEditor,
    "dim": DimEditor,
    "dtype": ChoiceEditor,
    "device": ChoiceEditor,
    "layout": ChoiceEditor,
    "memory_format": ChoiceEditor,
    "choice": ChoiceEditor,
    "boolean": BooleanEditor,
    "data": DataEditor,
}
"""What stands for each kind; for the others it is a line of text."""


def make_editor(parameter: Parameter, parent: QWidget) -> QWidget:
    """Return the editor for the most telling of a parameter's kinds: a tensor's if it takes one."""
    kinds = parameter.kinds
    if "tensor" in kinds or "tensors" in kinds:
        several = "tensors" in kinds or parameter.passing == "rest"
        return EDITORS["tensors" if several else "tensor"](parameter, parent)  # type: ignore[arg-type]  # each of the table takes these
    kind = kinds[0]
    if kind == "boolean" and (parameter.default == "None" or parameter.nullable):
        return ChoiceEditor(parameter, parent)  # it has three states
    return EDITORS.get(kind, TextEditor)(parameter, parent)  # type: ignore[arg-type]  # as above
