"""The heading of a form: the operator's path, what it does, and a warning that it deserves."""

import re

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from explorer.catalog.operator import Operator
from explorer.catalog.way import look
from explorer.text import tr
from explorer.window.code import code_font
from explorer.window.theme import icon, mute, scheme


class Heading(QWidget):
    """See the module."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._path = QLabel(self)
        self._path.setFont(code_font())
        self._path.setWordWrap(True)
        self._badge_icon = QLabel(self)
        self.badge = QLabel(self)
        self._help = QLabel(self)
        self._help.setWordWrap(True)
        mute(self._help)
        title = QHBoxLayout()
        title.setSpacing(8)
        title.addWidget(self._path, 1)
        title.addWidget(self._badge_icon)
        title.addWidget(self.badge)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addLayout(title)
        layout.addWidget(self._help)

    def show_operator(self, operator: Operator) -> None:
        """Say what `operator` is."""
        path = look(operator.path)
        self._path.setText(re.sub(r"([._])", "\\1\u200b", path))  # a long one may be broken there
        self._path.setAccessibleName(path)
        self._help.setText(tr(operator.help))
        self.badge.setText(tr(operator.badge))
        self._tint()
        self.badge.setVisible(bool(operator.badge))
        self._badge_icon.setVisible(bool(operator.badge))

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._tint()

    def _tint(self) -> None:
        self._badge_icon.setPixmap(icon("warning", scheme(self.palette()).warning).pixmap(16))
