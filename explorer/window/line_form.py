"""The foot of a form: the name of the result, what comes of the line, the line, and what runs it."""

from PySide6.QtCore import QEvent, QSignalBlocker, Qt, Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from explorer.text import tr
from explorer.window.code import code_font
from explorer.window.controller import Controller
from explorer.window.dropping import DropField
from explorer.window.form.preview_strip import PreviewStrip
from explorer.window.hint import Hint
from explorer.window.line import LineBox
from explorer.window.theme import icon

APPLY_KEYS = ("Ctrl+Return", "Ctrl+Enter")


class LineForm(QWidget):
    """The button, named `text`, is enabled while there is a line.

    The pane it stands in says what belongs in the parts, and what is done with the line. With a
    controller, a strip tells what the line will do; one that needs more memory than is free runs by
    the button alone, which says so.
    """

    applied = Signal()
    """The person pressed Ctrl+Enter somewhere in the pane."""
    name_edited = Signal()

    def __init__(
        self, icon_name: str, text: str, pane: QWidget, controller: Controller | None = None
    ) -> None:
        super().__init__(pane)
        self._icon_name = icon_name
        self._text = text
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
        self.strip = PreviewStrip(controller, self) if controller else None
        self.line = LineBox(self)
        self.button = QPushButton(icon(icon_name), text, self)
        self.button.setToolTip(tr("Run this line (Ctrl+Enter)"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        for widget in (self.name_row, self.hint, self.strip, self.line, self.button):
            if widget is not None:
                layout.addWidget(widget)
        if self.strip:
            self.strip.told.connect(self._on_told)
            self.strip.fix_chosen.connect(self._on_fix_chosen)
        self.name_field.textChanged.connect(self.name_edited)
        self.line.edited.connect(self._on_line_edited)
        for keys in APPLY_KEYS:
            shortcut = QShortcut(QKeySequence(keys), pane)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(self.apply)

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

    @property
    def fits(self) -> bool:
        """Whether there is memory for the line, as far as is known."""
        preview = self.strip.preview if self.strip else None
        return preview is None or preview.fits

    def show_line(self, line: str) -> None:
        """Show the line that the fields mean, "" if they mean none."""
        self.line.show_line(line)
        self._follow_line()

    def name_button(self, text: str) -> None:
        """Let the button say `text` from now on."""
        self._text = text
        self._on_told()

    @Slot()
    def apply(self) -> None:
        """Do what Ctrl+Enter does."""
        if self.fits:
            self.applied.emit()
        else:  # the button says what it is going to do
            self.button.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "button"):
            self.button.setIcon(icon(self._icon_name))

    def _follow_line(self) -> None:
        self.button.setEnabled(bool(self.source))
        if self.strip:
            self.strip.show_line(self.source)

    @Slot()
    def _on_line_edited(self) -> None:
        self._follow_line()

    @Slot()
    def _on_told(self) -> None:
        self.button.setText(self._text if self.fits else tr("Run anyway"))

    @Slot(str)
    def _on_fix_chosen(self, line: str) -> None:
        self.line.setPlainText(line)  # as if it was typed
        self.line.setFocus(Qt.FocusReason.OtherFocusReason)
