"""A line to type in that says at its end, where there is room, what is meant by the text."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from explorer.window.dropping import DropField

GAP_PX = 16
MARGIN_PX = 6
END = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class NoteField(DropField):
    """The note is muted, never over the text, and not part of it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.note = ""

    def show_note(self, note: str) -> None:
        """Say `note` behind the text, "" for nothing."""
        if note != self.note:
            self.note = note
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the note where the text leaves room for it."""
        super().paintEvent(event)
        metrics = self.fontMetrics()
        area = self.rect().adjusted(MARGIN_PX, 0, -MARGIN_PX, 0)
        text_px = metrics.horizontalAdvance(self.text())
        if self.note and text_px + GAP_PX + metrics.horizontalAdvance(self.note) <= area.width():
            painter = QPainter(self)
            painter.setPen(self.palette().placeholderText().color())
            painter.drawText(area, int(END), self.note)
            painter.end()
