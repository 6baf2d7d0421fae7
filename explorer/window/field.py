"""A line to type in, which says while it is empty what it is for."""

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QLineEdit

PAD_PX = 8
"""What Qt leaves free on both sides of the text, and for the cursor."""


class Field(QLineEdit):
    """Never too narrow for its placeholder: half an invitation can't be read."""

    def minimumSizeHint(self) -> QSize:
        """Return the size that the placeholder needs."""
        size, metrics = super().minimumSizeHint(), self.fontMetrics()
        words_px = metrics.horizontalAdvance(self.placeholderText()) + PAD_PX
        return QSize(size.width() + max(0, words_px - metrics.maxWidth()), size.height())
