"""The rows for a Qt view, changed only where they differ from the last."""

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)

from explorer.panes.script.row import Row, state_text
from explorer.text import tr

Index = QModelIndex | QPersistentModelIndex
NO_INDEX = QModelIndex()
ENABLED = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable


class ScriptModel(QAbstractTableModel):
    """One column; rows are compared by identity."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rows: list[Row] = []

    def update(self, rows: list[Row]) -> range:
        """Show `rows`; return the positions that must be measured anew."""
        old = self.rows
        shorter = min(len(old), len(rows))
        head = next((i for i in range(shorter) if old[i] is not rows[i]), shorter)
        rest = shorter - head
        tail = next((i for i in range(rest) if old[-1 - i] is not rows[-1 - i]), rest)
        old_end, end = len(old) - tail, len(rows) - tail
        if [row.key for row in old[head:old_end]] == [row.key for row in rows[head:end]]:
            self.rows = rows
            if head < end:
                self.dataChanged.emit(self.index(head, 0), self.index(end - 1, 0))
            return range(head, end)
        if head < old_end:
            self.beginRemoveRows(QModelIndex(), head, old_end - 1)
            self.rows = old[:head] + old[old_end:]
            self.endRemoveRows()
        if head < end:
            self.beginInsertRows(QModelIndex(), head, end - 1)
            self.rows = rows
            self.endInsertRows()
        return range(head, end)

    def row_at(self, index: Index) -> Row | None:
        """Return what stands at `index`, None for no row."""
        return self.rows[index.row()] if index.isValid() else None

    def position(self, key: tuple[str, int]) -> int:
        """Return where the row of that key stands, -1 if there is none."""
        return next((i for i, row in enumerate(self.rows) if row.key == key), -1)

    def rowCount(self, parent: Index = NO_INDEX) -> int:
        """Return how many rows there are."""
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = NO_INDEX) -> int:
        """Return 1."""
        return 0 if parent.isValid() else 1

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Return what can be done with a row, and that others can be dropped between rows."""
        if not index.isValid():
            return Qt.ItemFlag.ItemIsDropEnabled
        row = self.row_at(index)
        if row is None or row.state == "cursor":
            return Qt.ItemFlag.NoItemFlags
        return ENABLED | Qt.ItemFlag.ItemIsDragEnabled if row.statement else ENABLED

    def supportedDropActions(self) -> Qt.DropAction:  # noqa: N802 - Qt's name
        """Return that rows move."""
        return Qt.DropAction.MoveAction

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> str | None:
        """Return a row's source, or all of it for a screen reader."""
        row = self.row_at(index)
        if row is None:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return row.source
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return _spoken(row)
        return None


def _spoken(row: Row) -> str:
    if row.state == "cursor":
        here = tr("The next line goes here")
        return f"{here}, {row.reason}" if row.reason else here
    parts = [tr("Line {n}", n=row.number)] if row.number else []
    parts += [tr("Note: {text}", text=row.note)] if row.note else []
    parts += [row.source, state_text(row), row.reason]
    if row.differs:
        parts.append(tr("differs from last time"))
    if row.output:
        parts.append(tr("printed {text}", text=row.shown_output))
    return ", ".join(part for part in parts if part)
