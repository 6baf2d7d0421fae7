"""The toolbar: the commands that are wanted most, around the search box."""

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QMainWindow, QSizePolicy, QToolBar

from explorer.text import tr
from explorer.window.actions import Actions
from explorer.window.search.box import SearchBox


class Toolbar(QToolBar):
    """See the module; it always stands on top."""

    def __init__(self, actions: Actions, search: SearchBox, window: QMainWindow) -> None:
        super().__init__(tr("Toolbar"), window)
        self.setObjectName("toolbar")
        self.setMovable(False)
        self.setIconSize(QSize(16, 16))
        for command in actions.commands.values():
            if command.id in ("undo", "interrupt"):
                self.addSeparator()
            if command.id == "interrupt":
                search.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
                self.addWidget(search)
            if command.toolbar:
                self.addAction(actions[command.id])
        search.use(actions)
