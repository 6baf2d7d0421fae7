"""A bar across the top of the centre that says something and never blocks."""

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from explorer.text import tr
from explorer.window.announcer import announce
from explorer.window.theme import STRIPE_PX, icon, paint_ground, pixmap, scheme


class Bar(QFrame):
    """An icon, a heading, whatever a subclass puts in `body` and `corner`, and a button to close."""

    icon_name = "info"
    colour_name = "accent"

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon = QLabel(self)
        self.heading = selectable_label(self)
        font = self.heading.font()
        font.setBold(True)
        self.heading.setFont(font)
        self.corner = QHBoxLayout()
        self.corner.setSpacing(4)
        self.close_button = QToolButton(self, autoRaise=True)
        self.close_button.setAccessibleName(tr("Close this message"))
        self.close_button.setToolTip(tr("Close this message"))
        self.close_button.clicked.connect(self.dismiss)
        self.body = QVBoxLayout()
        self.body.setSpacing(6)

        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        top.addWidget(self.heading, 1)
        top.addLayout(self.corner)
        top.addWidget(self.close_button, 0, Qt.AlignmentFlag.AlignTop)
        below = QHBoxLayout()
        below.addSpacing(24)
        below.addLayout(self.body)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12 + STRIPE_PX, 8, 8, 8)
        layout.setSpacing(4)
        layout.addLayout(top)
        layout.addLayout(below)
        self.build()
        self._tint()
        self.hide()

    def build(self) -> None:
        """Fill `body` and `corner`."""

    def dismiss(self) -> None:
        """Close, by the person's wish."""
        self.hide()

    def announce(self, text: str) -> None:
        """Show the bar; a screen reader says `text`."""
        self.setAccessibleName(text)
        self.show()
        announce(self, text, urgent=True)

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._tint()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint a raised ground with a stripe in the colour of the message's kind."""
        super().paintEvent(event)
        paint_ground(self, stripe=self._colour())

    def _colour(self) -> str:
        return str(getattr(scheme(self.palette()), self.colour_name))

    def _tint(self) -> None:
        self._icon.setPixmap(pixmap(self.icon_name, self._colour()))
        self.close_button.setIcon(icon("close"))


def selectable_label(parent: QWidget) -> QLabel:
    """Return a label that wraps, and whose text can be selected by mouse and keyboard."""
    label = QLabel(parent)
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setTextInteractionFlags(
        Qt.TextInteractionFlag.TextSelectableByMouse
        | Qt.TextInteractionFlag.TextSelectableByKeyboard
    )
    return label
