"""The outlet: all that can go out of a heat map, to files and to the clipboard."""

from PySide6.QtCore import QObject, Signal

from explorer.panes.heatmap.exports.copier import Copier
from explorer.panes.heatmap.exports.exporter import Exporter
from explorer.panes.heatmap.page import Page
from explorer.panes.heatmap.request import visible_window
from explorer.panes.heatmap.subject import Subject
from explorer.text import tr
from explorer.window.pane import Pane


class Outlet(QObject):
    """Of one heat map's subject: what is in view is copied, what is shown is exported."""

    told = Signal(str)

    def __init__(self, pane: Pane, page: Page, subject: Subject) -> None:
        super().__init__(pane)
        self._pane, self._page, self._subject = pane, page, subject
        self.copier = Copier(pane.controller, pane)
        self.exporter = Exporter(pane.controller, pane, page)
        self.copier.told.connect(self.told)
        self.exporter.told.connect(self.told)
        page.export_button.chosen.connect(self.export)

    def copy_values(self) -> None:
        """Put the values in view on the clipboard."""
        look = self._subject.look
        if look and look.slicing.channels is not None:
            told = tr("Turn colours off to copy numbers: a table has one number to a cell.")
            self.told.emit(told)
        elif look:
            subject, window = self._subject, visible_window(self._page.cells)
            self.copier.copy_values(subject.expression, look.slicing, window, subject.as_of)

    def copy_code(self) -> None:
        """Put the code of what is shown on the clipboard."""
        self.copier.copy_code(self._subject.code)

    def export(self, kind: str) -> None:
        """Let a picture or values go out; `kind` is the first of a row of the button's entries."""
        copies = {"values": self.copy_values, "code": self.copy_code}
        if kind in copies:
            copies[kind]()
        else:
            self.exporter.export(kind)

    def show_kinds(self) -> None:
        """Show all that can go out."""
        self._page.export_button.offer(self._pane)
