"""Lists to choose from: fixed words and tensors of the workspace; some take typed text too."""

from collections.abc import Iterable
from itertools import compress, count
from operator import is_not

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragMoveEvent,
    QDropEvent,
    QStandardItem,
    QStandardItemModel,
    QWheelEvent,
)
from PySide6.QtWidgets import QComboBox, QToolTip, QWidget

from explorer.protocol import TensorInfo
from explorer.text import tr
from explorer.window.dropping import carried, take_expressions
from explorer.window.note_field import NoteField


class QuietComboBox(QComboBox):
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


class ChoiceBox(QuietComboBox):
    """A list to choose from that takes typed text too: dtypes and devices. "" is torch's default."""

    edited = Signal()
    """The text changed, by whomever."""

    def __init__(self, choices: Iterable[str], empty: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setEditable(True)
        self.setLineEdit(NoteField(self))
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


class TensorBox(QuietComboBox):
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
        row = self._row(text)
        if row >= 0:
            self.setCurrentIndex(row)
            self._show_tip()  # whoever blocks the signals of the box wants it too

    def offers(self, text: str) -> bool:
        """Return whether the tensor `text` is in the list."""
        return self._row(text) >= 0

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
                self._insert(place, f"{expression}  {list(shape)} {dtype}", expression)
            self._keep(before, {tensor.expression for tensor in old})
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

    def _insert(self, place: int, words: str, expression: str) -> None:
        self.insertItem(place, words, expression)

    def _keep(self, text: str, _before: set[str]) -> None:
        """Choose what was chosen before others were offered."""
        if self.text() != text or self.currentIndex() < 0:
            self.setCurrentIndex(max(self._row(text), 0 if self._tensors else -1))

    def _row(self, text: str) -> int:
        """Return the row of the tensor `text`, -1 if it is not offered."""
        rows = (i for i, tensor in enumerate(self._tensors) if tensor.expression == text)
        return next(rows, -1)

    def _show_tip(self) -> None:
        row = self._row(self.text())
        words = self.itemData(row, Qt.ItemDataRole.DisplayRole) if row >= 0 else ""
        super().setToolTip("\n".join(filter(None, (words, self._tip))))


class TensorField(TensorBox):
    """A list of tensors that takes another expression too, and values; it shows what is typed."""

    def __init__(self, parent: QWidget, *, is_optional: bool = False) -> None:
        super().__init__(parent)
        self._is_optional = is_optional
        self.setEditable(True)
        self._line = line = NoteField(self)
        self.setLineEdit(line)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.setCompleter(None)  # type: ignore[arg-type]  # the stub is wrong: None takes it away
        line.setPlaceholderText(tr("Such as x * 2"))
        self.editTextChanged.connect(self._show_tip)
        self.editTextChanged.connect(self.edited)

    def put_placeholder(self, words: str) -> None:
        """Say `words` while the field is empty."""
        self._line.setPlaceholderText(words)

    def text(self) -> str:
        """Return what is typed or chosen, "" for nothing."""
        return self.currentText()

    def set_text(self, text: str) -> None:
        """Choose the tensor `text` or type it."""
        row = self._row(text)
        if row >= 0:
            self.setCurrentIndex(row)
        else:
            self.setEditText(text)

    def dropEvent(self, event: QDropEvent) -> None:
        """Type what was dropped beside the line, as the line does with what is dropped on it."""
        event.acceptProposedAction()
        self.set_text(carried(event.mimeData())[0])
        self.setFocus(Qt.FocusReason.MouseFocusReason)

    def _insert(self, place: int, words: str, expression: str) -> None:
        model = self.model()
        assert isinstance(model, QStandardItemModel)  # noqa: S101 - for mypy
        item = CodeItem(words)
        item.setData(expression, Qt.ItemDataRole.UserRole)
        model.insertRow(place, item)

    def _show_tip(self) -> None:
        super()._show_tip()
        row = self._row(self.text())
        _, shape, dtype = _item(self._tensors[row]) if row >= 0 else ("", (), "")
        self._line.show_note(f"{list(shape)} {dtype}" if dtype else "")

    def _keep(self, text: str, before: set[str]) -> None:
        """Keep what is typed; a tensor that was offered and is gone gives way to the first.

        It gives way to none where none is needed.
        """
        cursor = self._line.cursorPosition()
        row = self._row(text)
        if row < 0 and (not text or text in before):
            row = 0 if self._tensors and not self._is_optional else -1
            text = ""
        self.setCurrentIndex(row)
        if row < 0:
            self.setEditText(text)
        self._line.setCursorPosition(cursor)  # the person may be typing


class CodeItem(QStandardItem):
    """Says in the list what its code, the user data, means, and the code alone in the line."""

    def data(self, role: int = Qt.ItemDataRole.UserRole + 1) -> object:
        """Return the code for the line, else what is kept."""
        editing = role == Qt.ItemDataRole.EditRole
        return super().data(Qt.ItemDataRole.UserRole if editing else role)


def _item(tensor: TensorInfo) -> tuple[str, tuple[int, ...], str]:
    return tensor.expression, tensor.shape, tensor.dtype


def _count_same(old: list[TensorInfo], new: list[TensorInfo]) -> int:
    """Return how many items at the beginning are the same."""
    # In C, since it is done for every line: the few that are other objects are looked at.
    others = compress(count(), map(is_not, old, new))
    return next((i for i in others if _item(old[i]) != _item(new[i])), min(len(old), len(new)))
