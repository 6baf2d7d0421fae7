"""A flat button that is an icon, in the colours of the theme; its tip says its name."""

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QToolButton, QWidget

from explorer.text import tr
from explorer.window.theme import icon, scheme


class IconButton(QToolButton):
    """`icon_name` is one of resources/icons. Its text is its name, which no one sees."""

    def __init__(self, icon_name: str, name: str, tip: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._icon_name = icon_name
        self.setAutoRaise(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
        self.set_name(name)
        self.set_tip(tip)
        self._tint()

    def set_name(self, name: str) -> None:
        """Say another name, to those who hear it too."""
        self.setText(name)
        self.setAccessibleName(name)

    def set_tip(self, tip: str) -> None:
        """Say what it does, below its name."""
        self.setToolTip(f"{self.text()}\n{tip}")
        self.setAccessibleDescription(tip)

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._tint()

    def _tint(self) -> None:
        self.setIcon(icon(self._icon_name, scheme(self.palette()).muted))


def toggle_button(icon_name: str, name: str, tip: str, parent: QWidget) -> IconButton:
    """Return a button that stays down until it is clicked again."""
    button = IconButton(icon_name, name, tip, parent)
    button.setCheckable(True)
    return button


def operands_button(parent: QWidget) -> IconButton:
    """Return the button that shows an equation, or its result alone."""
    return toggle_button(
        "operands", tr("Operands"), tr("Show operands beside the result (O)"), parent
    )
