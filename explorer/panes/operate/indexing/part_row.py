"""One part of an index: which dim it is about, what it says of it, and what comes out."""

from collections.abc import Sequence
from typing import Literal

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from explorer.catalog.indexing import Kind, Part
from explorer.text import Text, tr
from explorer.window.choice import QuietComboBox
from explorer.window.code import code_font
from explorer.window.dropping import DropField
from explorer.window.theme import mute

Deed = Literal["before", "after", "rest", "remove"]
"""What is done with a part, rather than said in it."""
KINDS: dict[Kind, Text] = {
    "all": "All",
    "integer": "Index",
    "slice": "Slice",
    "list": "List",
    "tensor": "Tensor",
}
DEEDS: dict[Deed, Text] = {
    "before": "New dim before",
    "after": "New dim after",
    "rest": "All from here on",
    "remove": "Remove",
}
WORDS: dict[Kind, Text] = {"new": "New dim", "rest": "Rest"}
"""What a part is called that is about no dim of its own."""


LEAST_CHARACTERS = 6
"""So much of what is typed can be seen at least."""
GAP_PX = 24


class PartRow(QWidget):
    """Lays its widgets out in a row of `grid`, which all rows share."""

    written = Signal(str)
    """The person typed another text for the part."""
    kind_chosen = Signal(str)
    """A `Kind` or a `Deed`."""

    def __init__(self, grid: QGridLayout, parent: QWidget) -> None:
        super().__init__(parent)
        self.hide()  # it only holds the widgets together
        row = grid.rowCount()
        self.label, self.made = QLabel(parent), QLabel(parent)
        self.kinds, self.field = QuietComboBox(parent), DropField(parent)
        self.kinds.setMinimumContentsLength(5)
        for code in (self.label, self.field, self.made):
            code.setFont(code_font())
        mute(self.made)
        self.field.setMinimumWidth(LEAST_CHARACTERS * self.field.fontMetrics().averageCharWidth())
        widgets: tuple[QWidget, ...] = self.label, self.kinds, self.field, self.made
        for column, widget in enumerate(widgets):
            grid.addWidget(widget, row, column)
        self.label.setBuddy(self.field)
        self.field.textChanged.connect(self.written)
        self.kinds.activated.connect(self._on_activated)
        self._part: Part | None = None

    def show_part(self, part: Part | None, deeds: Sequence[Deed] = ()) -> None:
        """Show a part, and what can be done with it; None shows nothing."""
        self._part = part
        for widget in (self.label, self.kinds, self.made):
            widget.setVisible(part is not None)
        self.field.setVisible(part is not None and part.kind not in WORDS)
        if part is None:
            return
        name = _name(part)
        self.label.setText(name)
        sizes = " × ".join(map(str, part.sizes))
        self.label.setToolTip(tr("Of size {sizes}", sizes=sizes) if sizes else "")
        self._show_kinds(part, deeds)
        if not self.field.hasFocus() or _squeezed(self.field.text()) != _squeezed(part.text):
            with QSignalBlocker(self.field):
                self.field.setText(part.text)
        self.kinds.setAccessibleName(tr("What is picked from {dim}", dim=name))
        self.field.setAccessibleName(tr("Index of {dim}", dim=name))
        made = ", ".join("?" if size is None else str(size) for size in part.made)
        self.made.setText(f"→ {made}" if made else "→ ·")
        self.made.setToolTip(_explained(part))
        self.made.setAccessibleName(_explained(part))

    def _show_kinds(self, part: Part, deeds: Sequence[Deed]) -> None:
        kinds: dict[Kind, Text] = {part.kind: WORDS[part.kind]} if part.kind in WORDS else KINDS
        items = [*kinds.items(), *((deed, DEEDS[deed]) for deed in deeds)]
        with QSignalBlocker(self.kinds):
            self.kinds.clear()
            for data, words in items:
                if data in DEEDS and self.kinds.count() == len(kinds):
                    self.kinds.insertSeparator(len(kinds))
                self.kinds.addItem(tr(words), data)
            self.kinds.setCurrentIndex(self.kinds.findData(part.kind))
        view = self.kinds.view()  # it would be no wider than the box
        view.setMinimumWidth(view.sizeHintForColumn(0) + GAP_PX)

    def _on_activated(self, row: int) -> None:
        chosen = self.kinds.itemData(row)
        if self._part:
            with QSignalBlocker(self.kinds):  # a deed is no kind
                self.kinds.setCurrentIndex(self.kinds.findData(self._part.kind))
            self.kind_chosen.emit(chosen)


def _name(part: Part) -> str:
    if part.kind == "new":
        return tr("new dim")
    if len(part.dims) == 1:
        return tr("dim {dim} · {size}", dim=part.dims[0], size=part.sizes[0])
    if not part.dims:
        return tr("no dim")
    return tr("dims {a}–{b}", a=part.dims[0], b=part.dims[-1])


def _explained(part: Part) -> str:
    if not part.made:
        return tr("This dim goes: one index of it is left")
    if None in part.made:
        return tr("How many come out depends on the values")
    sizes = " × ".join(map(str, part.made))
    return tr("{sizes} come out", sizes=sizes)


def _squeezed(text: str) -> str:
    return "".join(text.split())
