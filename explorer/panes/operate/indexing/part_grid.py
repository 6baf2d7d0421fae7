"""A row for each part of an index; what is done in one makes another index."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from explorer.catalog.indexing import ALL, Index, Part
from explorer.panes.operate.indexing.part_row import Deed, PartRow
from explorer.panes.operate.indexing.starting import starting
from explorer.window.focus import lead_tab
from explorer.workspace import Workspace


class PartGrid(QWidget):
    """Tab comes to it after the widget `before`."""

    key_made = Signal(str)
    """What is to stand between the brackets."""

    def __init__(self, before: QWidget, parent: QWidget) -> None:
        super().__init__(parent)
        self._before = before
        self._index: Index | None = None
        self._tensor, self._workspace = "", Workspace()
        self.rows: list[PartRow] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(6)
        self._grid.setVerticalSpacing(4)
        self._grid.setColumnStretch(2, 1)

    def show_index(self, index: Index, tensor: str, workspace: Workspace) -> None:
        """Show an index of `tensor`, as an expression; masks are offered from `workspace`."""
        self._index, self._tensor, self._workspace = index, tensor, workspace
        while len(self.rows) < len(index.parts):
            self._add_row()
        has_rest = any(part.kind == "rest" for part in index.parts)
        for number, row in enumerate(self.rows):
            part = index.parts[number] if number < len(index.parts) else None
            row.show_part(part, _deeds(part, has_rest=has_rest) if part else ())

    def _add_row(self) -> None:
        row = PartRow(self._grid, self)
        row.written.connect(self._on_written)
        row.kind_chosen.connect(self._on_kind_chosen)
        before = self.rows[-1].field if self.rows else self._before
        lead_tab([before, row.kinds, row.field])
        self.rows.append(row)

    def _place(self) -> tuple[Index, int, PartRow] | None:
        """Return the index, and which of its parts the row is about that sent the signal."""
        row, index = self.sender(), self._index
        if index is None or not isinstance(row, PartRow):
            return None
        number = self.rows.index(row)
        return (index, number, row) if number < len(index.parts) else None

    def _on_written(self, text: str) -> None:
        if place := self._place():
            index, number, _ = place
            self.key_made.emit(index.with_part(number, text.strip() or ALL))

    def _on_kind_chosen(self, chosen: str) -> None:
        place = self._place()
        if place is None:
            return
        index, number, row = place
        match chosen:
            case "before" | "after":
                text = index.with_new(number + (chosen == "after"))
            case "remove":
                text = index.without(number)
            case "rest":
                text = index.with_rest(number)
            case _:
                text = starting(chosen, index, number, self._tensor, self._workspace)
        self.key_made.emit(text)
        if row.field.isVisible():
            row.field.setFocus(Qt.FocusReason.OtherFocusReason)
            row.field.selectAll()


def _deeds(part: Part, *, has_rest: bool) -> tuple[Deed, ...]:
    if part.kind in ("new", "rest"):
        return ("remove",)
    return ("before", "after") if has_rest else ("before", "after", "rest")
