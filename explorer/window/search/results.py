"""The rows under the search box: what each is, and the list of them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QWidget

from explorer.protocol import Preview
from explorer.window.form.preview_words import Words, words_of

Kind = Literal["action", "tensor", "file", "line", "watch", "operator", "form"]
Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class Result:
    """A row: `key` is the command's id, the tensor's expression, the file's path, the line to run.

    An "operator" is a whole line; a "form" lacks arguments: its `key` is no line. The form of both
    is that of the operator at `path`, begun with `texts` by the parameter's name. `words` say what
    it does, `note` what kind of row it is.
    """

    kind: Kind
    key: str
    text: str
    note: str = ""
    icon: str = ""
    words: str = ""
    foretells: bool = False
    path: str = ""
    texts: Mapping[str, str] = field(default_factory=dict, compare=False)

    @property
    def line(self) -> str:
        """The line that it runs, "" if it runs none."""
        return self.key if self.kind in ("operator", "line") else ""


Group = tuple[int, list[Result]]
"""How well something fits what is typed, 0 best, and its rows."""


class Results(QAbstractListModel):
    """See the module. `preview_of` tells what a line will give, None as long as that is not known."""

    def __init__(self, preview_of: Callable[[str], Preview | None], parent: QWidget) -> None:
        super().__init__(parent)
        self.rows: list[Result] = []
        self._preview_of = preview_of

    def show(self, rows: list[Result]) -> None:
        """Replace the rows."""
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    def previews_changed(self) -> None:
        """Show what the lines will give by what is known now."""
        if self.rows:
            self.dataChanged.emit(self.index(0), self.index(len(self.rows) - 1))

    def preview(self, row: Result) -> Preview | None:
        """Return what a row will give, None for one that foretells nothing, or not yet."""
        return self._preview_of(row.line) if row.foretells else None

    def told(self, row: Result) -> Words:
        """Return what stands at the right of a row."""
        preview = self.preview(row)
        if preview is None or (row.note and preview.unknown):
            return Words(row.note)
        words = words_of(preview)
        main = " · ".join(filter(None, (words.main.replace("\n", ", "), words.note)))
        return replace(words, main=main or row.note, note="")

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """Return the number of rows."""
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return a row's text, or the row itself as UserRole."""
        row = self.rows[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return row.text
            case Qt.ItemDataRole.AccessibleTextRole:
                return ", ".join(filter(None, (row.text, row.words, self.told(row).main)))
            case Qt.ItemDataRole.ToolTipRole:
                return self.told(row).main
            case Qt.ItemDataRole.UserRole:
                return row
        return None
