"""The workspace as a Qt tree that changes row by row, so that a view keeps what is open and chosen."""

from collections.abc import Collection

from PySide6.QtCore import (
    QItemSelection,
    QMimeData,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QSignalBlocker,
    Qt,
    Signal,
)
from PySide6.QtGui import QStandardItem, QStandardItemModel

from explorer.panes.tensors.branch import Branch, Loaded, branch, matching
from explorer.panes.tensors.column import Column, cell_text, cell_tip, header, spoken
from explorer.panes.tensors.row import Row, runs
from explorer.panes.tensors.words import storage_tip
from explorer.window.dropping import carrying
from explorer.workspace import Workspace, memory, root_name

Index = QModelIndex | QPersistentModelIndex
COLUMNS = len(Column)
PLACE_ROLE = Qt.ItemDataRole.UserRole


class TensorsModel(QStandardItemModel):
    """See the module. Badges and line numbers are the pane's to set, and to draw when they change.

    Qt keeps where the rows are, since a view asks that of every row when one is added: in Python
    10,000 names would take 50 ms. What a row says is looked up here, for those in sight.
    """

    renamed = Signal(str, str)
    """Old and new name, not checked."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(0, COLUMNS, parent)
        self.setSortRole(PLACE_ROLE)
        self.workspace = Workspace()
        self._branches: dict[str, Branch] = {}
        self._loaded: dict[str, Loaded] = {}
        """The members of containers that the engine has told."""
        self._roots: dict[str, Row] = {}
        self._by_expression: dict[str, Row] = {}
        self._words: tuple[str, ...] = ()
        self._refilter = False
        self._lines: dict[int, int] = {}
        self._badges: dict[str, int] = {}

    # --- what the pane sets -------------------------------------------------------------------

    def update(self, workspace: Workspace, lines: dict[int, int], filter_text: str = "") -> None:
        """Show `workspace`. `lines` gives the line number of each statement by its id."""
        words = tuple(filter_text.lower().split())
        self._refilter, self._words = words != self._words, words
        before, entries = self.workspace.entries, workspace.entries
        self.workspace, self._lines = workspace, lines
        if entries is before and not self._refilter:
            return
        changed = [name for name, entry in entries.items() if before.get(name) is not entry]
        gone = {name for name in before if name not in entries}
        for name in gone:
            del self._branches[name]
        if gone and self._loaded:
            kept = {e: found for e, found in self._loaded.items() if root_name(e) not in gone}
            self._loaded = kept
        self._branches.update((name, branch(entries[name], self._loaded)) for name in changed)
        if list(self._branches) != list(entries):
            self._branches = {name: self._branches[name] for name in entries}
        wanted = matching(self._branches, words)
        touched = wanted.keys() if self._refilter else changed
        self._roots = self._sync(self.invisibleRootItem(), self._roots, wanted, touched)

    def load(self, expression: str, loaded: Loaded) -> None:
        """Show these members of the container `expression`, if it is still there."""
        root = root_name(expression)
        entry = self.workspace.entries.get(root)
        if entry is None:
            return
        self._loaded[expression] = loaded
        self._branches[root] = branch(entry, self._loaded)
        wanted = matching(self._branches, self._words)
        touched = [root] if root in wanted else []
        self._roots = self._sync(self.invisibleRootItem(), self._roots, wanted, touched)

    def loaded(self, expression: str) -> Loaded:
        """Return the members of a container that are known, none if it was never asked for."""
        return self._loaded.get(expression, Loaded())

    def set_badges(self, expressions: tuple[str, ...]) -> None:
        """Show each operand's number, if there are several."""
        self._badges = {e: i for i, e in enumerate(expressions, 1)} if len(expressions) > 1 else {}

    # --- what view and pane look up -----------------------------------------------------------

    def branch_at(self, index: Index) -> Branch | None:
        """Return what stands in a row, None for no row."""
        row = self.itemFromIndex(index.sibling(index.row(), Column.NAME))
        return row.branch if isinstance(row, Row) else None

    @property
    def is_filtered(self) -> bool:
        """Whether only some rows are shown."""
        return bool(self._words)

    def containers(self) -> list[str]:
        """Return the rows whose members are told when they are asked for."""
        return [e for e, row in self._by_expression.items() if row.branch.is_container]

    def offers_more(self, index: Index) -> bool:
        """Return whether a row stands for members that are still to be asked for."""
        found = self.branch_at(index)
        return found is not None and found.note == "more"

    def branches_in(self, selection: QItemSelection) -> list[Branch]:
        """Return what stands in the rows of `selection`, which spans whole rows."""
        found: list[Branch] = []
        for i in range(selection.count()):
            spanned = selection.at(i)
            parent = spanned.parent()
            above = self.itemFromIndex(parent) if parent.isValid() else self.invisibleRootItem()
            rows = [above.child(place) for place in range(spanned.top(), spanned.bottom() + 1)]
            found += [row.branch for row in rows if isinstance(row, Row) and not row.branch.note]
        return found

    def index_of(self, expression: str, column: int = Column.NAME) -> QModelIndex:
        """Return where `expression` stands, an invalid index if it is not shown."""
        row = self._by_expression.get(expression)
        return row.index().siblingAtColumn(column) if row else QModelIndex()

    def badge(self, expression: str) -> int:
        """Return the operand's number, 0 for none."""
        return self._badges.get(expression, 0)

    def line_number(self, name: str) -> int:
        """Return the line that last bound or wrote `name`, 0 if none of the script did."""
        return self._lines.get(self.workspace.changed_by.get(name, 0), 0)

    def text(self, found: Branch, column: int) -> str:
        """Return what a cell says."""
        return cell_text(found, column, self.line_number(found.entry.name))

    # --- QAbstractItemModel -------------------------------------------------------------------

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> str | None:
        """Return a column's title and explanation."""
        if orientation is not Qt.Orientation.Horizontal or not 0 <= section < COLUMNS:
            return None
        title, tip = header(Column(section))
        if role == Qt.ItemDataRole.DisplayRole:
            return title
        return tip if role == Qt.ItemDataRole.ToolTipRole else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> str | None:
        """Return a cell's text, tip, or what a screen reader says."""
        found = self.branch_at(index)
        if found is None:
            return None
        column = Column(index.column())
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self.text(found, column)
            case Qt.ItemDataRole.EditRole:
                return found.expression
            case Qt.ItemDataRole.ToolTipRole:
                return self._tip(found, column)
            case Qt.ItemDataRole.AccessibleTextRole if column is Column.NAME:
                letter = self.workspace.sharing.letter(found.tensor) if found.tensor else ""
                return spoken(found, letter, self.badge(found.expression))
        return None

    def setData(self, index: Index, value: object, _role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Ask for another name; the row changes when the workspace does."""
        found = self.branch_at(index) if index.column() == Column.NAME else None
        if found is None or not found.is_root or not isinstance(value, str):
            return False
        if value != found.expression:
            self.renamed.emit(found.expression, value)
        return True

    def supportedDragActions(self) -> Qt.DropAction:  # noqa: N802 - Qt's name
        """Return that a drag only copies: after a move Qt would take the rows out."""
        return Qt.DropAction.CopyAction

    def mimeTypes(self) -> list[str]:
        """Return what a drag carries: code."""
        return ["text/plain"]

    def mimeData(self, indexes: list[QModelIndex]) -> QMimeData:  # type: ignore[override]  # a list is the sequence Qt hands over
        """Return the dragged rows' expressions: operands in their order, then the others."""
        branches = [self.branch_at(i) for i in indexes if i.column() == Column.NAME]
        expressions = [found.expression for found in branches if found and not found.note]
        return carrying(sorted(expressions, key=lambda e: self.badge(e) or len(self._badges) + 1))

    def _tip(self, found: Branch, column: Column) -> str:
        tip = cell_tip(found, column, self.line_number(found.entry.name))
        tensor = found.tensor
        letter = self.workspace.sharing.letter(tensor) if tensor else ""
        if column is not Column.NAME or tensor is None or not letter:
            return tip
        infos = self.workspace.viewable()
        same = [info.expression for info in infos if memory(info) == memory(tensor)]
        others = [e for e in same if e != tensor.expression]
        return f"{tip}\n{storage_tip(tensor, letter, others)}"

    # --- rows ---------------------------------------------------------------------------------

    def _sync(
        self,
        parent: QStandardItem,
        rows: dict[str, Row],
        wanted: dict[str, Branch],
        touched: Collection[str],
    ) -> dict[str, Row]:
        """Make `rows`, those below `parent`, the `wanted` ones; return them as they stand then.

        Only `touched` ones can have changed. Beside what differs, nothing is done for each row.
        """
        keys = list(wanted)
        if list(rows) != keys[: len(rows)]:
            gone = [row for key, row in rows.items() if key not in wanted]
            places = sorted(row.row() for row in gone)
            for row in gone:
                self._forget(row)
            for first, count in reversed(runs(places)):
                parent.removeRows(first, count)
            kept = {key: rows[key] for key in keys if key in rows}
            if list(kept) != [key for key in rows if key in wanted]:
                self._reorder(parent, kept)
            rows = kept
        for key in touched:
            if key in rows and (rows[key].branch is not wanted[key] or self._refilter):
                self._replace(rows[key], wanted[key])
        if len(rows) == len(keys):
            return rows
        parent.setColumnCount(COLUMNS)
        for first, count in runs(i for i, key in enumerate(keys) if key not in rows):
            new = {key: self._grow(wanted[key]) for key in keys[first : first + count]}
            parent.insertRows(first, list(new.values()))
            rows |= new
        return rows if list(rows) == keys else {key: rows[key] for key in keys}

    def _replace(self, row: Row, found: Branch) -> None:
        is_same, row.branch = row.branch is found, found
        self._sync_below(row)
        if not is_same:
            self.dataChanged.emit(row.index(), row.index().siblingAtColumn(COLUMNS - 1))

    def _reorder(self, parent: QStandardItem, rows: dict[str, Row]) -> None:
        # Sorting is how Qt moves rows without forgetting which are open and chosen.
        with QSignalBlocker(self):
            _number(rows)
        parent.sortChildren(Column.NAME)

    def _grow(self, found: Branch) -> Row:
        row = self._by_expression[found.expression] = Row(found)
        self._sync_below(row)
        return row

    def _sync_below(self, row: Row) -> None:
        if row.rows or row.branch.children:
            children = matching(row.branch.children, self._words, parent=row.branch)
            row.rows = self._sync(row, row.rows, children, children)

    def _forget(self, row: Row) -> None:
        for child in row.rows.values():
            self._forget(child)
        del self._by_expression[row.branch.expression]


def _number(rows: dict[str, Row]) -> None:
    """Write the place of each row into it, and of those below: Qt sorts them all."""
    for place, row in enumerate(rows.values()):
        row.setData(place, PLACE_ROLE)
        _number(row.rows)
