"""The line that narrows the tree down."""

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from explorer.text import tr
from explorer.window.field import Field

DELAY_MS = 60


class FilterLine(Field):
    """Down and Enter lead on to the tree, Escape clears it."""

    settled = Signal()
    """The text has changed and typing paused."""
    left = Signal()
    """The person goes on to the tree."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, clearButtonEnabled=True)
        self.setPlaceholderText(tr("Name, dtype or shape"))
        self.setAccessibleName(tr("Filter tensors"))
        self._timer = QTimer(self, singleShot=True, interval=DELAY_MS)
        self._timer.timeout.connect(self.settled)
        self.textChanged.connect(self._on_text_changed)

    @property
    def is_settled(self) -> bool:
        """Whether the tree shows what the text asks for."""
        return not self._timer.isActive()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Type, clear or lead on."""
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        elif event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._timer.stop()
            self.settled.emit()
            self.left.emit()
        else:
            super().keyPressEvent(event)

    @Slot()
    def _on_text_changed(self) -> None:
        self._timer.start()
