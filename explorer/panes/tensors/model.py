"""The workspace as a Qt tree that changes row by row, so that a view keeps what is open and chosen."""

from PySide6.QtCore import (
    QAbstractItemModel,
    QItemSelection,
    QMimeData,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)

from explorer.panes.tensors.branch import Branch, branch, matching
from explorer.panes.tensors.column import Column, cell_text, cell_tip, header, spoken
from explorer.panes.tensors.row import Row, renumber, runs
from explorer.panes.tensors.words import storage_tip
from explorer.workspace import Workspace, storage_letters

Index = QModelIndex | QPersistentModelIndex
NO_INDEX = QModelIndex()
# Plain numbers: an enumeration's member is slow to look up, and a view does so for every row.
COLUMNS = len(Column)
NAME = int(Column.NAME)
PLAIN = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsDragEnabled
# Made once: to combine flags takes longer than all else that a view asks of a row.
FLAGS = {
    (editable, opens): PLAIN
    | (Qt.ItemFlag.ItemIsEditable if editable else Qt.ItemFlag.NoItemFlags)
    | (Qt.ItemFlag.NoItemFlags if opens else Qt.ItemFlag.ItemNeverHasChildren)
    for editable in (False, True)
    for opens in (False, True)
}


class TensorsModel(QAbstractItemModel):
    """See the module. Badges and line numbers are the pane's to set."""

    renamed = Signal(str, str)
    """Old and new name, not checked."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.workspace = Workspace()
        self.letters: dict[int, str] = {}
        self._ranks: dict[int, int] = {}
        self._root = Row(0, None, None)
        self._rows: dict[int, Row] = {0: self._root}
        self._by_expression: dict[str, Row] = {}
        self._branches: dict[str, Branch] = {}
        self._last_number = 0
        self._words: tuple[str, ...] = ()
        self._refilter = False
        self._lines: dict[int, int] = {}
        self._badges: dict[str, int] = {}

    # --- what the pane sets -------------------------------------------------------------------

    def update(self, workspace: Workspace, lines: dict[int, int], filter_text: str = "") -> None:
        """Show `workspace`. `lines` gives the line number of each statement by its id."""
        words = tuple(filter_text.lower().split())
        self._refilter, self._words = words != self._words, words
        known = self._branches
        self._branches = {
            name: known[name] if name in known and known[name].entry is entry else branch(entry)
            for name, entry in workspace.entries.items()
        }
        letters = storage_letters(workspace)
        derived_changed = (
            letters != self.letters
            or lines != self._lines
            or workspace.changed_by != self.workspace.changed_by
        )
        self.workspace, self.letters, self._lines = workspace, letters, lines
        self._ranks = {storage: rank for rank, storage in enumerate(letters)}
        self._sync(self._root, matching(self._branches, words))
        if derived_changed:
            self._redraw()

    def set_badges(self, expressions: tuple[str, ...]) -> None:
        """Show each operand's number, if there are several."""
        badges = {e: i for i, e in enumerate(expressions, 1)} if len(expressions) > 1 else {}
        if badges != self._badges:
            self._badges = badges
            self._redraw()

    # --- what view and pane look up -----------------------------------------------------------

    def branch_at(self, index: Index) -> Branch | None:
        """Return what stands in a row, None for no row."""
        return self._rows[index.internalId()].branch

    def branches_in(self, selection: QItemSelection) -> list[Branch]:
        """Return what stands in the rows of `selection`, which spans whole rows."""
        found: list[Branch] = []
        for i in range(selection.count()):
            spanned = selection.at(i)
            rows = self._rows[spanned.parent().internalId()].rows
            branches = (row.branch for row in rows[spanned.top() : spanned.bottom() + 1])
            found += [b for b in branches if b]
        return found

    def index_of(self, expression: str, column: int = Column.NAME) -> QModelIndex:
        """Return where `expression` stands, an invalid index if it is not shown."""
        row = self._by_expression.get(expression)
        return self.createIndex(row.position, column, row.number) if row else QModelIndex()

    def badge(self, expression: str) -> int:
        """Return the operand's number, 0 for none."""
        return self._badges.get(expression, 0)

    def letter(self, found: Branch) -> str:
        """Return the letter of the storage that the row's tensor shares, "" if it does not."""
        return self.letters.get(found.tensor.storage, "") if found.tensor else ""

    def letter_rank(self, found: Branch) -> int:
        """Return the place of that letter among all, -1 for none."""
        return self._ranks.get(found.tensor.storage, -1) if found.tensor else -1

    def line_number(self, name: str) -> int:
        """Return the line that last bound or wrote `name`, 0 if none of the script did."""
        return self._lines.get(self.workspace.changed_by.get(name, 0), 0)

    # --- QAbstractItemModel -------------------------------------------------------------------

    def index(self, row: int, column: int, parent: Index = NO_INDEX) -> QModelIndex:
        """Return the index of a cell."""
        rows = self._rows[parent.internalId()].rows
        if 0 <= row < len(rows) and 0 <= column < COLUMNS:
            return self.createIndex(row, column, rows[row].number)
        return QModelIndex()

    def parent(self, index: Index = NO_INDEX) -> QModelIndex:  # type: ignore[override]  # QObject.parent() has no argument
        """Return the index above."""
        parent = self._rows[index.internalId()].parent
        if parent is None or parent is self._root:
            return QModelIndex()
        return self.createIndex(parent.position, 0, parent.number)

    def rowCount(self, parent: Index = NO_INDEX) -> int:
        """Return how many rows are below."""
        return 0 if parent.column() > 0 else len(self._rows[parent.internalId()].rows)

    def columnCount(self, _parent: Index = NO_INDEX) -> int:
        """Return how many columns there are."""
        return COLUMNS

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

    def hasChildren(self, parent: Index = NO_INDEX) -> bool:
        """Return whether there are rows below; a view of 10,000 rows asks it of each."""
        return bool(self._rows[parent.internalId()].rows)

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Return what can be done with a cell: names of the workspace can be edited."""
        row = self._rows.get(index.internalId())
        if row is None or row.branch is None:
            return Qt.ItemFlag.NoItemFlags
        editable = row.parent is self._root and index.column() == NAME
        return FLAGS[editable, bool(row.rows)]

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> str | None:
        """Return a cell's text, tip, or what a screen reader says."""
        found = self.branch_at(index)
        if found is None:
            return None
        column = Column(index.column())
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return cell_text(found, column, self.line_number(found.entry.name))
            case Qt.ItemDataRole.EditRole:
                return found.expression
            case Qt.ItemDataRole.ToolTipRole:
                return self._tip(found, column)
            case Qt.ItemDataRole.AccessibleTextRole if column is Column.NAME:
                return spoken(found, self.letter(found), self.badge(found.expression))
        return None

    def setData(self, index: Index, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Ask for another name; the row changes when the workspace does."""
        found = self.branch_at(index)
        if found is None or role != Qt.ItemDataRole.EditRole or not isinstance(value, str):
            return False
        if value != found.expression:
            self.renamed.emit(found.expression, value)
        return True

    def mimeTypes(self) -> list[str]:
        """Return what a drag carries: code."""
        return ["text/plain"]

    def mimeData(self, indexes: list[QModelIndex]) -> QMimeData:  # type: ignore[override]  # a list is the sequence Qt hands over
        """Return the dragged rows' expressions."""
        branches = [self.branch_at(i) for i in indexes if i.column() == Column.NAME]
        data = QMimeData()
        data.setText(", ".join(found.expression for found in branches if found))
        return data

    def _tip(self, found: Branch, column: Column) -> str:
        tip = cell_tip(found, column, self.line_number(found.entry.name))
        letter, tensor = self.letter(found), found.tensor
        if column is not Column.NAME or tensor is None or not letter:
            return tip
        same = [t.expression for t in self.workspace.tensors() if t.storage == tensor.storage]
        others = [e for e in same if e != tensor.expression]
        return f"{tip}\n{storage_tip(tensor, letter, others)}"

    # --- rows ---------------------------------------------------------------------------------

    def _sync(self, row: Row, wanted: dict[str, Branch]) -> None:
        """Make the rows below `row` those of `wanted`, touching only what differs."""
        parent = self.createIndex(row.position, 0, row.number) if row.parent else QModelIndex()
        gone = runs([child.key not in wanted for child in row.rows])
        for first, last in reversed(gone):
            self.beginRemoveRows(parent, first, last)
            for child in row.rows[first : last + 1]:
                self._forget(child)
            del row.rows[first : last + 1]
            renumber(row.rows, first)
            self.endRemoveRows()
        have = {child.key: child for child in row.rows}
        order = [key for key in wanted if key in have]
        if order != list(have):
            self._reorder(row, [have[key] for key in order])
        keys = list(wanted)
        for first, last in runs([key not in have for key in keys]):
            self.beginInsertRows(parent, first, last)
            row.rows[first:first] = [
                self._grow(wanted[key], row, first + i)
                for i, key in enumerate(keys[first : last + 1])
            ]
            renumber(row.rows, last + 1)
            self.endInsertRows()
        for child, found in zip(row.rows, wanted.values(), strict=True):
            if child.branch is not found or (self._refilter and found.children):
                self._replace(child, found)

    def _replace(self, row: Row, found: Branch) -> None:
        row.branch = found
        self._sync(row, matching(found.children, self._words, parent=found))
        self.dataChanged.emit(
            self.createIndex(row.position, 0, row.number),
            self.createIndex(row.position, COLUMNS - 1, row.number),
        )

    def _reorder(self, row: Row, rows: list[Row]) -> None:
        self.layoutAboutToBeChanged.emit()
        before = self.persistentIndexList()
        row.rows = rows
        renumber(rows, 0)
        after = [
            self.createIndex(self._rows[i.internalId()].position, i.column(), i.internalId())
            for i in before
        ]
        self.changePersistentIndexList(before, after)
        self.layoutChanged.emit()

    def _grow(self, found: Branch, parent: Row, position: int) -> Row:
        self._last_number += 1
        row = Row(self._last_number, found, parent)
        row.position = position
        self._rows[row.number] = self._by_expression[found.expression] = row
        children = matching(found.children, self._words, parent=found)
        row.rows = [self._grow(child, row, i) for i, child in enumerate(children.values())]
        return row

    def _forget(self, row: Row) -> None:
        for child in row.rows:
            self._forget(child)
        del self._rows[row.number]
        self._by_expression.pop(row.key, None)

    def _redraw(self) -> None:
        count = len(self._root.rows)
        if count:
            last = self.index(count - 1, COLUMNS - 1)
            self.dataChanged.emit(self.index(0, 0), last)
