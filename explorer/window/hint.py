"""A line of words with an icon under a field: why it is refused, or what to know about it."""

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget

from explorer.window.theme import pixmap, scheme


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
        self._error = False
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

    def say(self, words: str, *, error: bool = False) -> None:
        """Show `words`, as an error or as something to know; "" hides the hint."""
        if (words, error) == (self.words, self._error):
            return
        self._error = error
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
        name, colour = ("error", colours.error) if self._error else ("info", colours.accent)
        self._picture.setPixmap(pixmap(name, colour))
