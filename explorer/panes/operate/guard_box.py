"""What a line may stand in: torch.no_grad() and its like."""

import textwrap

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from explorer.catalog.parser import GUARDS
from explorer.text import Text, tr
from explorer.window.choice import QuietComboBox
from explorer.window.code import code_font

HELP: dict[str, Text] = {
    "": "Whether the line is recorded for backward is as it was set.",
    "torch.no_grad": "The line is not recorded for backward.",
    "torch.enable_grad": "The line is recorded for backward, even within no_grad.",
    "torch.inference_mode": "The line is not recorded, and its results never can be.",
}


class GuardBox(QWidget):
    """Nothing, or one of `GUARDS`, by its path."""

    edited = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        label = QLabel(tr("Run within"), self)
        self.box = QuietComboBox(self)
        self.box.setFont(code_font())
        self.box.setAccessibleName(label.text())
        label.setBuddy(self.box)
        self.box.addItem(tr("Nothing"), "")
        for path in GUARDS:
            self.box.addItem(f"{path}()", path)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(label)
        row.addWidget(self.box, 1)
        self.box.currentIndexChanged.connect(self._on_current_index_changed)
        self._on_current_index_changed()

    def text(self) -> str:
        """Return the path of what the line stands in, "" for nothing."""
        return str(self.box.currentData())

    def set_text(self, path: str) -> None:
        """Choose what `text` returned."""
        self.box.setCurrentIndex(max(0, self.box.findData(path)))

    def around(self, line: str) -> str:
        """Return the whole statement."""
        path = self.text()
        return f"with {path}():\n{textwrap.indent(line, '    ')}" if path else line

    def _on_current_index_changed(self) -> None:
        self.box.setToolTip(tr(HELP[self.text()]))
        self.edited.emit()
