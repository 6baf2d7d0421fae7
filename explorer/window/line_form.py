"""The foot of a form: the name of the result, what to know of it, the line, and what runs it."""

from PySide6.QtCore import QEvent, QSignalBlocker, Qt, Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from explorer.text import tr
from explorer.window.code import code_font
from explorer.window.dropping import DropField
from explorer.window.hint import Hint
from explorer.window.line import LineBox
from explorer.window.theme import icon

APPLY_KEYS = ("Ctrl+Return", "Ctrl+Enter")


class LineForm(QWidget):
    """The button, named `text`, is enabled while there is a line.

    The pane it stands in says what belongs in the parts, and what is done with the line.
    """

    applied = Signal()
    """The person pressed Ctrl+Enter somewhere in the pane."""
    name_edited = Signal()

    def __init__(self, icon_name: str, text: str, pane: QWidget) -> None:
        super().__init__(pane)
        self._icon_name = icon_name
        self.name_row = QWidget(self)
        self.name_field = DropField(self.name_row)
        self.name_field.setFont(code_font())
        self.name_field.setToolTip(tr("What the new tensor is called"))
        label = QLabel(tr("Name of the result"), self.name_row)
        label.setBuddy(self.name_field)
        self.name_field.setAccessibleName(label.text())
        row = QHBoxLayout(self.name_row)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(label)
        row.addWidget(self.name_field, 1)
        self.hint = Hint(self)
        self.line = LineBox(self)
        self.button = QPushButton(icon(icon_name), text, self)
        self.button.setToolTip(tr("Run this line (Ctrl+Enter)"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        for widget in (self.name_row, self.hint, self.line, self.button):
            layout.addWidget(widget)
        self.name_field.textChanged.connect(self.name_edited)
        self.line.edited.connect(self._on_line_edited)
        for keys in APPLY_KEYS:
            shortcut = QShortcut(QKeySequence(keys), pane)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(self.applied)

    @property
    def source(self) -> str:
        """The line as it stands in the box, "" if there is none."""
        return self.line.toPlainText().strip()

    @property
    def target(self) -> str:
        """What stands in the field for the name."""
        return self.name_field.text()

    def put_target(self, name: str) -> None:
        """Put a name into the field without saying that it was edited."""
        with QSignalBlocker(self.name_field):
            self.name_field.setText(name)

    def show_line(self, line: str) -> None:
        """Show the line that the fields mean, "" if they mean none."""
        self.line.show_line(line)
        self.button.setEnabled(bool(line))

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "button"):
            self.button.setIcon(icon(self._icon_name))

    @Slot()
    def _on_line_edited(self) -> None:
        self.button.setEnabled(bool(self.source))
