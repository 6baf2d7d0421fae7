"""The menu bar: the commands, the panes, and the files that were open lately."""

from collections.abc import Iterable

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMainWindow, QMenu, QMenuBar

from explorer.text import tr
from explorer.window.actions import Actions, Command
from explorer.window.docking import Docking


class MenuBar(QMenuBar):
    """See the module. `menus` are by path ("File", "File/Examples")."""

    pane_chosen = Signal(str)
    file_chosen = Signal(str)
    recent_cleared = Signal()

    def __init__(self, actions: Actions, docking: Docking, window: QMainWindow) -> None:
        super().__init__(window)
        self.menus = actions.fill(self)
        view, file = self.menus["View"], self.menus["File"]
        first = view.actions()[0]
        # Before the others: to be found before them too.
        view.insertMenu(first, self._build_ways(actions, docking, window))
        for name, dock in docking.docks.items():
            action = dock.toggleViewAction()
            view.insertAction(first, action)
            text = tr("Show or hide {title}", title=dock.windowTitle())
            actions.include(Command(name, text, "View", "", text, icon=name), action)
        self.recent = QMenu(tr("Open recent"), self)
        self.recent.triggered.connect(self._on_recent_triggered)
        file.insertMenu(self.menus["File/Examples"].menuAction(), self.recent)

    def _build_ways(self, actions: Actions, docking: Docking, window: QMainWindow) -> QMenu:
        """Make the commands that go to a pane, each with its key."""
        ways = QMenu(tr("Go to pane"), self)
        ways.triggered.connect(self._on_way_triggered)
        for number, row in enumerate(docking.rows.values(), 1):
            text, keys = tr("Go to {title}", title=tr(row.title)), f"Alt+{number}"
            action = ways.addAction(text, keys)
            action.setData(row.name)
            window.addAction(action)  # its key works with the menu bar hidden too
            name = f"go-{row.name}"
            command = Command(name, text, "View/Go to pane", "", text, (keys,), row.name)
            actions.include(command, action)
        return ways

    def show_recent(self, paths: Iterable[str]) -> None:
        """Offer the files that were open lately."""
        self.recent.clear()
        for path in paths:
            self.recent.addAction(path.replace("&", "&&")).setData(path)
        has_files = not self.recent.isEmpty()
        if has_files:
            self.recent.addSeparator()
            self.recent.addAction(tr("Clear this list"))
        self.recent.setEnabled(has_files)

    def _on_way_triggered(self, action: QAction) -> None:
        self.pane_chosen.emit(action.data())

    def _on_recent_triggered(self, action: QAction) -> None:
        if action.data():
            self.file_chosen.emit(action.data())
        else:
            self.recent_cleared.emit()
