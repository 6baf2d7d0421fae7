"""A field for the number of a dim, which shows how long each is."""

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtGui import QStandardItemModel
from PySide6.QtWidgets import QWidget

from explorer.catalog.signature import Parameter
from explorer.text import tr
from explorer.window.choice import ChoiceBox, CodeItem
from explorer.window.note_field import NoteField


class DimEditor(ChoiceBox):
    """A list of the dims of a tensor, from the front and from the end; it takes typed text too."""

    def __init__(self, parameter: Parameter, parent: QWidget) -> None:
        usual = parameter.default
        super().__init__((), tr("All dims") if usual == "None" else usual, parent)
        self._shape: tuple[int, ...] | None = None
        self.currentTextChanged.connect(self._show_note)

    def show_shape(self, shape: tuple[int, ...] | None) -> None:
        """Offer the dims of a tensor of `shape`, none where that is not known."""
        if shape == self._shape:
            return
        self._shape = shape
        text, model = self.text(), self.model()
        assert isinstance(model, QStandardItemModel)  # noqa: S101 - for mypy
        with QSignalBlocker(self):
            self.clear()
            n = len(shape or ())
            for dim in (*range(n), *range(-1, -n - 1, -1)):
                item = CodeItem(f"{dim}  {self._words(dim)}")
                item.setData(str(dim), Qt.ItemDataRole.UserRole)
                model.appendRow(item)
            self.setCurrentIndex(-1)
            self.setEditText(text)
        self._show_note()

    def _words(self, dim: int) -> str:
        shape = self._shape or ()
        if dim >= 0:
            return tr("dim {dim} · size {n}", dim=dim, n=shape[dim])
        return tr("dim {dim} from the end · size {n}", dim=-dim, n=shape[dim])

    def _show_note(self) -> None:
        line, text = self.lineEdit(), self.text().strip()
        shape = self._shape or ()
        if isinstance(line, NoteField):
            is_there = text.lstrip("-").isdigit() and -len(shape) <= int(text) < len(shape)
            line.show_note(tr("size {n}", n=shape[int(text)]) if is_there else "")
