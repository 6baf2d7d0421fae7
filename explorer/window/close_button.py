"""The button that closes a tab, in the colours of the theme."""

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtWidgets import QToolButton, QWidget

from explorer.text import tr
from explorer.window.scale import px
from explorer.window.theme import icon, scheme

SIZE_PX = 16


class CloseButton(QToolButton):
    """Qt's own is red in every theme. `page` is what its tab holds."""

    def __init__(self, page: QWidget, title: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.page = page
        self.setAutoRaise(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # a command closes by key
        self.setIconSize(QSize(px(SIZE_PX), px(SIZE_PX)))
        self.setAccessibleName(tr("Close {title}", title=title))
        self.setToolTip(self.accessibleName())
        self._tint()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._tint()

    def _tint(self) -> None:
        self.setIcon(icon("close", scheme(self.palette()).muted))
