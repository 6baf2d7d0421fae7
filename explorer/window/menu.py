"""Commands on a list's rows: one table for context menu and keys."""

from collections.abc import Callable, Iterable

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QAbstractItemView

Key = QKeySequence | QKeySequence.StandardKey | Qt.Key | str
CommandRow = tuple[str, str, tuple[Key, ...], Callable[[], object]]
"""Name, text, keys, and the bound method that carries it out."""
ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


def add_commands(view: QAbstractItemView, rows: Iterable[CommandRow]) -> dict[str, QAction]:
    """Give `view` a context menu of `rows`, whose keys work while it has the focus."""
    actions = {}
    for name, text, keys, slot in rows:
        action = QAction(text, view)
        action.setShortcuts([QKeySequence(key) for key in keys])
        action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        action.triggered.connect(slot)
        view.addAction(action)
        actions[name] = action
    view.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
    return actions
