"""The entry with its button: adds a line to the script."""

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from explorer.panes.script.entry import Entry
from explorer.panes.script.history import History
from explorer.panes.script.paste import clean_paste, clean_punctuation
from explorer.text import tr
from explorer.window.controller import Controller


class EntryPanel(QWidget):
    """Speaks to the controller itself: it must know whether a line was taken."""

    def __init__(
        self, controller: Controller, history: History, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._controller = controller
        self.entry = Entry(history, self)
        self.run_button = QPushButton(tr("Run"), self)
        self.run_button.setToolTip(tr("Run what was typed (Ctrl+Enter)"))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.setSpacing(8)
        layout.addWidget(self.entry, 1)
        layout.addWidget(self.run_button, 0, Qt.AlignmentFlag.AlignBottom)
        self.setFocusProxy(self.entry)
        self.entry.entered.connect(self.run)
        self.run_button.clicked.connect(self.run)

    def put(self, source: str) -> None:
        """Put `source` in the entry, cleaned as a paste is, for the person to look at and run."""
        self.entry.set_source(clean_paste(source))
        self.entry.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def run(self) -> None:
        """Run what is in the entry; a refused text stays."""
        source = clean_punctuation(self.entry.source())
        if source.strip() and self._controller.submit(source):
            self.entry.accept()
