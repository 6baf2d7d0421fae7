"""The field in which a person types the index to go to."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from explorer.panes.heatmap.slices.slicing import parse_index
from explorer.text import tr
from explorer.window.field import Field


class GotoField(Field):
    """Hidden until it is opened, and again after an index or Escape."""

    index_chosen = Signal(object)
    """A tuple, one number per dim."""
    told = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._shape: tuple[int, ...] = ()
        self.setAccessibleName(tr("Index to go to"))
        self.setPlaceholderText(tr("Index, such as 3, 4"))
        self.hide()
        self.returnPressed.connect(self._on_entered)

    def open(self, shape: tuple[int, ...]) -> None:
        """Let the person type an index of a tensor of `shape`."""
        self._shape = shape
        self.show()
        self.setFocus()
        self.selectAll()

    def _on_entered(self) -> None:
        index = parse_index(self.text(), self._shape)
        if index is None:
            shape = list(self._shape)
            self.told.emit(tr("{text} is no index of shape {shape}", text=self.text(), shape=shape))
        else:
            self.hide()
            self.index_chosen.emit(index)
