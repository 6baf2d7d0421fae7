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

from explorer.catalog.literal import DEVICES, DTYPES, Kind
from explorer.catalog.signature import Parameter
from explorer.panes.create.grid import GridDialog
from explorer.text import tr
from explorer.window.choice import ChoiceBox, TensorField
from explorer.window.code import code_font
from explorer.window.dropping import DropField

PLACEHOLDERS: dict[Kind, str] = {
    "size": "5, 3",
    "integer": "0",
    "count": "3",
    "number": "0.5",
}
CHOICES: dict[Kind, tuple[str, ...]] = {"dtype": DTYPES, "device": DEVICES}


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
    """A list to choose from that takes typed text too: dtypes and devices."""

    def __init__(self, parameter: Parameter, parent: QWidget) -> None:
        super().__init__(("", *CHOICES[parameter.kinds[0]]), tr("Default"), parent)


class TensorEditor(TensorField):
    """The tensors of the workspace, with shape and dtype, or an expression."""

    def __init__(self, _parameter: Parameter, parent: QWidget) -> None:
        super().__init__(parent)


class BooleanEditor(QCheckBox):
    """A box to tick; unticked is torch's default."""

    edited = Signal()

    def __init__(self, _parameter: Parameter, parent: QWidget) -> None:
        super().__init__(parent)
        self.toggled.connect(self.edited)

    def text(self) -> str:
        """See `Editor`."""
        return "True" if self.isChecked() else ""

    def set_text(self, text: str) -> None:
        """See `Editor`."""
        self.setChecked(text == "True")


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
    "size": TextEditor,
    "integer": TextEditor,
    "count": TextEditor,
    "number": TextEditor,
    "dtype": ChoiceEditor,
    "device": ChoiceEditor,
    "boolean": BooleanEditor,
    "data": DataEditor,
}
