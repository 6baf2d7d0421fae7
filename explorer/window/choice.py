"""Lists to choose from: fixed words that may be typed too, and the tensors of the workspace."""

from collections.abc import Iterable
from itertools import compress, count
from operator import is_not

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent, QWheelEvent
from PySide6.QtWidgets import QComboBox, QToolTip, QWidget

from explorer.protocol import TensorInfo
from explorer.text import tr
from explorer.window.dropping import DropField, carried, take_expressions


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


class ChoiceBox(_QuietComboBox):
    """A list to choose from that takes typed text too: dtypes and devices. "" is torch's default."""

    edited = Signal()
    """The text changed, by whomever."""

    def __init__(self, choices: Iterable[str], empty: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setEditable(True)
        self.setLineEdit(DropField(self))
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        # It would make "cuda:0" of "cuda".
        self.setCompleter(None)  # type: ignore[arg-type]  # the stub is wrong: None takes it away
        self.addItems(list(choices))
        line = self.lineEdit()
        if line is not None:
            line.setPlaceholderText(empty)
        self.currentTextChanged.connect(self.edited)

    def text(self) -> str:
        """Return what is typed or chosen, "" for nothing."""
        return self.currentText()

    def set_text(self, text: str) -> None:
        """Choose or type `text`; source such as `torch.int64` and `"cpu"` is taken too."""
        self.setCurrentText(text.removeprefix("torch.").strip('"'))

    def offer(self, choices: Iterable[str]) -> None:
        """Offer `choices` in place of those before; what is typed stays."""
        new = list(choices)
        if new != [self.itemText(i) for i in range(self.count())]:
            text = self.currentText()
            with QSignalBlocker(self):
                self.clear()
                self.addItems(new)
                self.setCurrentText(text)


class TensorBox(_QuietComboBox):
    """The tensors of the workspace, with shape and dtype."""

    edited = Signal()
    """Another tensor was chosen, or others are offered."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setPlaceholderText(tr("No tensor yet"))
        self.setAcceptDrops(True)
        self._tensors: list[TensorInfo] = []
        self._tip = ""
        self.currentIndexChanged.connect(self._show_tip)
        self.currentIndexChanged.connect(self.edited)

    def setToolTip(self, tip: str) -> None:  # noqa: N802 - overrides Qt's
        """Show `tip` under the chosen tensor, for which the box may be too narrow."""
        self._tip = tip
        self._show_tip()

    def text(self) -> str:
        """Return the expression of the tensor, "" if none is chosen."""
        return self.currentData() or ""

    def set_text(self, text: str) -> None:
        """Choose the tensor `text`, if it is there."""
        index = self.findData(text)
        if index >= 0:
            self.setCurrentIndex(index)
            self._show_tip()  # whoever blocks the signals of the box wants it too

    def set_tensors(self, tensors: list[TensorInfo]) -> None:
        """Offer `tensors`, keeping the choice if it is among them."""
        old, self._tensors = self._tensors, tensors
        head = _count_same(old, tensors)
        if head == len(old) == len(tensors):
            return
        before = self.text()
        tail = _count_same(old[head:][::-1], tensors[head:][::-1])
        with QSignalBlocker(self):
            # Of 10,000 tensors only those are touched that came or went.
            self.model().removeRows(head, len(old) - head - tail)
            for place in range(head, len(tensors) - tail):
                expression, shape, dtype = _item(tensors[place])
                self.insertItem(place, f"{expression}  {list(shape)} {dtype}", expression)
            if self.text() != before or self.currentIndex() < 0:
                self.setCurrentIndex(max(self.findData(before), 0 if tensors else -1))
        self._show_tip()
        self.edited.emit()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take what comes from the Tensors pane."""
        take_expressions(event)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        """Take it anywhere in the field."""
        take_expressions(event)

    def dropEvent(self, event: QDropEvent) -> None:
        """Choose the tensor, or say why it can't be chosen."""
        expression = carried(event.mimeData())[0]
        event.acceptProposedAction()
        self.set_text(expression)
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        if self.text() != expression:
            reason = tr("{name} is not among the tensors to choose from", name=expression)
            QToolTip.showText(self.mapToGlobal(self.rect().bottomLeft()), reason, self)

    def _show_tip(self) -> None:
        super().setToolTip("\n".join(filter(None, (self.currentText(), self._tip))))


def _item(tensor: TensorInfo) -> tuple[str, tuple[int, ...], str]:
    return tensor.expression, tensor.shape, tensor.dtype


def _count_same(old: list[TensorInfo], new: list[TensorInfo]) -> int:
    """Return how many items at the beginning are the same."""
    # In C, since it is done for every line: the few that are other objects are looked at.
    others = compress(count(), map(is_not, old, new))
    return next((i for i in others if _item(old[i]) != _item(new[i])), min(len(old), len(new)))
