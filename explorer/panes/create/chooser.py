"""The searchable list of operators."""

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal, Slot
from PySide6.QtGui import QFontMetrics, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QLineEdit,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from explorer.catalog.operator import Operator
from explorer.text import tr
from explorer.window.code import code_font
from explorer.window.field import Field
from explorer.window.theme import icon

PATH = Qt.ItemDataRole.UserRole


class OperatorChooser(QWidget):
    """A search field over a grouped list; arrows go through the list, Enter on to the form."""

    chosen = Signal(str)
    """The path of the operator that is current now."""
    entered = Signal()
    """The person pressed Enter: the operator is the one they want."""

    def __init__(self, operators: tuple[Operator, ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._items: dict[str, QTreeWidgetItem] = {}
        self._words: dict[str, str] = {}
        self.search = Field(self)
        self.search.setPlaceholderText(tr("Search creation functions"))
        self.search.setAccessibleName(tr("Search creation functions"))
        self._magnifier = self.search.addAction(
            icon("search"), QLineEdit.ActionPosition.LeadingPosition
        )
        self.search.setClearButtonEnabled(True)
        self.search.installEventFilter(self)
        self.list = self._build_list(operators)
        self._colour_groups()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self.search)
        layout.addWidget(self.list)
        self.search.textChanged.connect(self._on_text_changed)
        self.search.returnPressed.connect(self.entered)
        self.list.currentItemChanged.connect(self._on_current_item_changed)
        self.list.itemActivated.connect(self._on_item_activated)

    def choose(self, path: str) -> None:
        """Make the operator with this path current. Raises KeyError."""
        item = self._items[path]
        if item.isHidden():
            self.search.clear()
        self.list.setCurrentItem(item)
        self._scroll_to_current()

    def shown_paths(self) -> list[str]:
        """Return the operators that the search leaves, in order."""
        return [path for path, item in self._items.items() if not item.isHidden()]

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let Down and Up in the search field move into and through the list."""
        if (
            watched is self.search
            and isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.KeyPress
            and event.key() in (Qt.Key.Key_Down, Qt.Key.Key_PageDown)
        ):
            self.list.setFocus(Qt.FocusReason.ShortcutFocusReason)
            return True
        return super().eventFilter(watched, event)

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "_magnifier"):
            self._magnifier.setIcon(icon("search"))
            self._colour_groups()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the current operator in sight."""
        super().resizeEvent(event)
        self._scroll_to_current()

    def _colour_groups(self) -> None:
        for group in self._groups:
            group.setForeground(0, self.palette().placeholderText())

    def _scroll_to_current(self) -> None:
        item = self.list.currentItem()
        if item is None:
            return
        group = item.parent()
        if group is not None and group.indexOfChild(item) == 0:
            self.list.scrollToItem(group)  # the first of a group shows which it is
        self.list.scrollToItem(item)

    def _build_list(self, operators: tuple[Operator, ...]) -> QTreeWidget:
        tree = QTreeWidget(self)
        tree.setAccessibleName(tr("Creation functions"))
        tree.setColumnCount(2)
        tree.setHeaderHidden(True)
        tree.setRootIsDecorated(False)
        tree.setItemsExpandable(False)
        tree.setIndentation(8)
        tree.setUniformRowHeights(True)
        tree.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        tree.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        # A bar that comes and goes with the search would move the labels.
        tree.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        tree.header().setMinimumSectionSize(16)
        tree.header().setSectionResizeMode(0, QHeaderView.ResizeMode.ResizeToContents)
        tree.header().setStretchLastSection(True)
        row = QSize(0, max(self.fontMetrics().height(), QFontMetrics(code_font()).height()) + 4)
        groups: dict[str, QTreeWidgetItem] = {}
        for operator in operators:
            group = groups.get(operator.group)
            if group is None:
                group = groups[operator.group] = QTreeWidgetItem(tree, [tr(operator.group)])
                group.setFlags(Qt.ItemFlag.ItemIsEnabled)
                group.setFirstColumnSpanned(True)
                font = group.font(0)
                font.setBold(True)
                group.setFont(0, font)
                group.setSizeHint(1, row)
            item = QTreeWidgetItem(group, [operator.name, tr(operator.label)])
            item.setData(0, PATH, operator.path)
            item.setFont(0, code_font())
            item.setSizeHint(1, row)
            for column in (0, 1):
                item.setToolTip(column, f"{tr(operator.label)}\n{tr(operator.help)}")
            self._items[operator.path] = item
            words = (operator.path, tr(operator.label), tr(operator.help), operator.badge)
            self._words[operator.path] = " ".join((*words, tr(operator.group))).lower()
        self._groups = tuple(groups.values())
        tree.expandAll()
        return tree

    @Slot(str)
    def _on_text_changed(self, text: str) -> None:
        words = text.lower().split()
        for path, item in self._items.items():
            item.setHidden(not all(word in self._words[path] for word in words))
        shown = self.shown_paths()
        groups = {self._items[path].parent() for path in shown}
        for group in self._groups:
            group.setHidden(group not in groups)
        current = self.list.currentItem()
        if not shown or not words:
            return
        by_name = [path for path in shown if path.rpartition(".")[2].startswith(words[0])]
        if current is None or current.isHidden() or by_name:
            self.list.setCurrentItem(self._items[(by_name or shown)[0]])

    @Slot(QTreeWidgetItem, QTreeWidgetItem)
    def _on_current_item_changed(
        self, item: QTreeWidgetItem | None, old: QTreeWidgetItem | None
    ) -> None:
        if item is None:
            return
        path = item.data(0, PATH)
        if path:
            self.chosen.emit(path)
            return
        # The title of a group: pass it by, the way that the arrow key went.
        upward = old is not None and self.list.itemBelow(item) is old
        beyond = (self.list.itemAbove(item) or old) if upward else self.list.itemBelow(item)
        if beyond is not None:
            self.list.setCurrentItem(beyond)

    @Slot(QTreeWidgetItem, int)
    def _on_item_activated(self, item: QTreeWidgetItem, _column: int) -> None:
        if item.data(0, PATH):
            self.entered.emit()
