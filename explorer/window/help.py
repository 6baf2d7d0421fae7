"""The page of shortcuts, made from the commands, and the about box."""

from PySide6.QtCore import QSysInfo, Qt, qVersion
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QLabel,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from explorer import __version__
from explorer.paths import EXAMPLES, state_folder
from explorer.protocol import Prepared
from explorer.text import tr
from explorer.window.actions import PANE_KEYS, Actions
from explorer.window.bar import selectable_label
from explorer.window.field import Field
from explorer.window.theme import app_icon


class ShortcutPage(QDialog):
    """Every key, by menu and pane, with a filter."""

    def __init__(self, actions: Actions, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("Keyboard shortcuts"))
        self.filter = Field(self)
        self.filter.setPlaceholderText(tr("Filter by key or action"))
        self.filter.setAccessibleName(tr("Filter by key or action"))
        self.filter.setClearButtonEnabled(True)
        self.filter.textChanged.connect(self._on_filter_changed)
        self.tree = QTreeWidget(self)
        self.tree.setAccessibleName(tr("Keyboard shortcuts"))
        self.tree.setHeaderLabels([tr("Action"), tr("Keys")])
        self.tree.setAlternatingRowColors(True)
        self._groups: list[tuple[QTreeWidgetItem, list[QTreeWidgetItem]]] = []
        for title, rows in rows_by_title(actions).items():
            group = QTreeWidgetItem(self.tree, [title])
            group.setFirstColumnSpanned(True)
            group.setExpanded(True)
            self._groups.append((group, [_item(group, *row) for row in rows]))
        header = self.tree.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(self.filter)
        layout.addWidget(self.tree)
        layout.addWidget(buttons)
        self.resize(640, 560)

    def _on_filter_changed(self, text: str) -> None:
        wanted = text.casefold()
        for group, items in self._groups:
            for item in items:
                texts = (t.casefold() for t in (item.text(0), item.text(1), item.toolTip(0)))
                item.setHidden(not any(wanted in t for t in texts))
            group.setHidden(all(item.isHidden() for item in items))


def _item(group: QTreeWidgetItem, action: str, keys: str, tip: str) -> QTreeWidgetItem:
    item = QTreeWidgetItem(group, [action, keys])
    for column in (0, 1):
        item.setToolTip(column, tip)
    return item


def rows_by_title(actions: Actions) -> dict[str, list[tuple[str, str, str]]]:
    """Return (action, keys, what it does) of all that has keys, by menu or pane."""
    rows: dict[str, list[tuple[str, str, str]]] = {}
    for command in actions.commands.values():
        if command.shortcuts:
            keys = QKeySequence.listToString(
                actions[command.id].shortcuts(), QKeySequence.SequenceFormat.NativeText
            ).replace("; ", ", ")
            row = (tr(command.text).rstrip("."), keys, tr(command.tip))
            rows.setdefault(tr(command.menu.partition("/")[0]), []).append(row)
    for pane, keys, text in PANE_KEYS:
        rows.setdefault(tr(pane), []).append((tr(text), keys, ""))
    return rows


class AboutBox(QDialog):
    """Versions, licence, and where things are kept."""

    def __init__(self, versions: Prepared | None, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("About Tensor Explorer"))
        picture = QLabel(self)
        picture.setPixmap(app_icon().pixmap(64, 64))
        text = selectable_label(self)
        lines = [
            tr("Tensor Explorer {version}", version=__version__),
            tr("Shows what PyTorch does, and the one line of code that made it."),
            "",
            tr("Qt {qt} on {system}", qt=qVersion(), system=QSysInfo.prettyProductName()),
        ]
        if versions:
            lines.append(
                tr(
                    "torch {torch}, Python {python} in the engine",
                    torch=versions.torch_version,
                    python=versions.python_version,
                )
            )
        lines += [
            tr("Examples: {folder}", folder=EXAMPLES),
            tr("Journals and history: {folder}", folder=state_folder()),
            "",
            tr("MIT licence. Qt for Python is under the LGPL 3."),
        ]
        text.setText("\n".join(lines))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(picture)
        layout.addWidget(text)
        layout.addWidget(buttons)
        self.setMinimumWidth(440)
