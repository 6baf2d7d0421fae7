"""What one types in, which says while it is empty what it is for."""

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit

PAD_PX = 8
"""What Qt leaves free on both sides of the text, and for the cursor."""
MOST_PX = 1 << 16


class Field(QLineEdit):
    """Never too narrow for its placeholder: half an invitation can't be read."""

    def minimumSizeHint(self) -> QSize:
        """Return the size that the placeholder needs."""
        size, metrics = super().minimumSizeHint(), self.fontMetrics()
        words_px = metrics.horizontalAdvance(self.placeholderText()) + PAD_PX
        return QSize(size.width() + max(0, words_px - metrics.maxWidth()), size.height())


def placeholder_lines(box: QPlainTextEdit) -> int:
    """Return how many lines the placeholder of `box` takes at its width, 1 before it has one."""
    if not box.testAttribute(Qt.WidgetAttribute.WA_Resized):
        return 1
    metrics = box.fontMetrics()
    room_px = box.viewport().width() - 2 * round(box.document().documentMargin())
    area = QRect(0, 0, max(1, room_px), MOST_PX)
    wrapped = metrics.boundingRect(area, int(Qt.TextFlag.TextWordWrap), box.placeholderText())
    return max(1, round(wrapped.height() / metrics.lineSpacing()))
