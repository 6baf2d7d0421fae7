"""A line of words with an icon under a field: why it is refused, or what to know about it."""

from typing import Literal

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget

from explorer.window.theme import pixmap, scheme

Tone = Literal["info", "warning", "error"]
"""The name of the icon too."""


class Hint(QWidget):
    """Hidden while it has nothing to say. Icon and words say it, the colour only helps."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._picture = QLabel(self)
        self._picture.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._words = QLabel(self)
        self._words.setWordWrap(True)
        self._words.setTextFormat(Qt.TextFormat.PlainText)
        self._words.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._tone: Tone = "info"
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self._picture)
        layout.addWidget(self._words, 1)
        self.hide()

    @property
    def words(self) -> str:
        """What it says now, "" if nothing."""
        return self._words.text()

    def say(self, words: str, *, error: bool = False, tone: Tone = "info") -> None:
        """Show `words`, as an error or as something to know; "" hides the hint."""
        tone = "error" if error else tone
        if (words, tone) == (self.words, self._tone):
            return
        self._tone = tone
        self._words.setText(words)
        self._words.setAccessibleName(words)
        self._draw()
        self.setVisible(bool(words))

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._draw()

    def _draw(self) -> None:
        colours = scheme(self.palette())
        colour = {"info": colours.accent, "warning": colours.warning, "error": colours.error}
        self._picture.setPixmap(pixmap(self._tone, colour[self._tone]))
