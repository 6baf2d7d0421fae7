"""A widget for each kind of parameter. All have `text`, `set_text` and the signal `edited`."""

from itertools import takewhile
from typing import Protocol

from PySide6.QtCore import QSignalBlocker, Qt, Signal, SignalInstance, Slot
from PySide6.QtGui import QFontMetrics, QWheelEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from explorer.catalog.literal import DEVICES, DTYPES, Kind
from explorer.catalog.operator import Parameter
from explorer.panes.create.grid import GridDialog
from explorer.protocol import TensorInfo
from explorer.text import tr
from explorer.window.code import code_font

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


class TextEditor(QLineEdit):
    """One line of text: sizes and numbers."""

    edited = Signal()

    def __init__(self, parameter: Parameter, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFont(code_font())
        self.setPlaceholderText(parameter.default or PLACEHOLDERS.get(parameter.kind, ""))
        if not parameter.required and not parameter.default:
            self.setPlaceholderText("")
        self.textChanged.connect(self.edited)

    def set_text(self, text: str) -> None:
        """See `Editor`."""
        self.setText(text)


class _QuietComboBox(QComboBox):
    """A list that the wheel changes only where the person is in it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(8)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll the form past a list that the person is not in."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class ChoiceEditor(_QuietComboBox):
    """A list to choose from that takes typed text too: dtypes and devices."""

    edited = Signal()

    def __init__(self, parameter: Parameter, parent: QWidget) -> None:
        super().__init__(parent)
        self.setEditable(True)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.addItems(["", *CHOICES[parameter.kind]])
        line = self.lineEdit()
        if line is not None:
            line.setPlaceholderText(tr("Default"))
        self.currentTextChanged.connect(self.edited)

    def text(self) -> str:
        """See `Editor`."""
        return self.currentText()

    def set_text(self, text: str) -> None:
        """See `Editor`."""
        self.setCurrentText(text.removeprefix("torch.").strip('"'))


class TensorEditor(_QuietComboBox):
    """The tensors of the workspace, with shape and dtype."""

    edited = Signal()

    def __init__(self, _parameter: Parameter, parent: QWidget) -> None:
        super().__init__(parent)
        self.setPlaceholderText(tr("No tensor yet"))
        self._items: list[tuple[str, tuple[int, ...], str]] = []
        self.currentIndexChanged.connect(self.edited)

    def text(self) -> str:
        """See `Editor`."""
        return self.currentData() or ""

    def set_text(self, text: str) -> None:
        """See `Editor`; a tensor that is not there is not chosen."""
        index = self.findData(text)
        if index >= 0:
            self.setCurrentIndex(index)

    def set_tensors(self, tensors: list[TensorInfo]) -> None:
        """Offer `tensors`, keeping the choice if it is among them."""
        items = [(t.expression, t.shape, t.dtype) for t in tensors]
        if items == self._items:
            return
        before = self.text()
        same = sum(1 for _ in takewhile(_is_equal, zip(items, self._items, strict=False)))
        with QSignalBlocker(self):
            # With 10,000 tensors and one more, only that one is added.
            self.model().removeRows(same, self.count() - same)
            for expression, shape, dtype in items[same:]:
                self.addItem(f"{expression}  {list(shape)} {dtype}", expression)
            if self.text() != before or self.currentIndex() < 0:
                self.setCurrentIndex(max(self.findData(before), 0 if items else -1))
        self._items = items
        self.edited.emit()


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


def _is_equal(pair: tuple[object, object]) -> bool:
    return pair[0] == pair[1]
