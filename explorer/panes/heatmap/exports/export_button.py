"""The button with all that can leave a heat map."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from explorer.panes.heatmap.icon_button import IconButton
from explorer.text import Text, tr

ENTRIES: tuple[tuple[str, Text, Text], ...] = (
    ("png", "Picture (PNG)...", "The picture with axes and scale, as large as on the screen"),
    ("png2", "Picture, twice as large (PNG)...", "With finer blocks, for a report"),
    ("png4", "Picture, four times as large (PNG)...", "With finer blocks, for a poster"),
    ("svg", "Drawing (SVG)...", "The picture with text that stays text, for any size"),
    ("csv", "Values (CSV)...", "Every value of the slice, for spreadsheets"),
    ("npy", "Values (NPY)...", "Every value of the slice, for numpy.load"),
    ("clipboard", "Copy picture", "Put the picture on the clipboard"),
    ("values", "Copy values (Ctrl+C)", "Put the values in view on the clipboard, with tabs"),
    ("code", "Copy code (Ctrl+Shift+C)", "Put the code of what is shown on the clipboard"),
)
"""What is chosen, its name and its tip."""
LINES_BEFORE = ("csv", "clipboard")


class ExportButton(IconButton):
    """See the module."""

    chosen = Signal(str)
    """The first of a row of ENTRIES."""

    def __init__(self, parent: QWidget) -> None:
        tip = tr("Write picture or values to a file, or copy them (E)")
        super().__init__("export", tr("Export"), tip, parent)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(self)
        menu.setToolTipsVisible(True)
        for kind, text, tip in ENTRIES:
            if kind in LINES_BEFORE:
                menu.addSeparator()
            action = QAction(tr(text), menu)
            action.setData(kind)
            action.setToolTip(tr(tip))
            menu.addAction(action)
        menu.triggered.connect(self._on_triggered)
        self.setMenu(menu)

    def offer(self, owner: QWidget) -> None:
        """Show the menu; where the button is out of sight, at the middle of `owner`."""
        menu = self.menu()
        if not self.visibleRegion().isEmpty():
            menu.popup(self.mapToGlobal(self.rect().bottomLeft()))
        else:
            menu.popup(owner.mapToGlobal(owner.rect().center()))

    def _on_triggered(self, action: QAction) -> None:
        self.chosen.emit(action.data())
