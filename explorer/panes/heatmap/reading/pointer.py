"""The cell in hand and the cell under the cursor, and the value there in words."""

import itertools

from PySide6.QtCore import QObject, Signal

from explorer.catalog.grade import in_brackets
from explorer.panes.heatmap import Part, Value, ValueAsk, Window
from explorer.panes.heatmap.pictures.tile_item import TileItem
from explorer.panes.heatmap.reading.rectangle import BlockAsk, Rectangle, index_code
from explorer.panes.heatmap.reading.rectangle_strip import block_text
from explorer.panes.heatmap.request import visible_window
from explorer.panes.heatmap.slices.slicing import Slicing
from explorer.protocol import Answer
from explorer.window.controller import Controller
from explorer.window.plot import CellView

_numbers = itertools.count(1)


class Pointer(QObject):
    """Follows cursor and keys over one heat map and asks for the value there."""

    told = Signal(str)
    """What is there: `x[3, 4] = 12.0   (float32)`, or what a block has; "" if nothing is."""
    pointed = Signal(object)
    """The index of the element pointed at, None if none is."""
    taken = Signal(object)
    """The index of the element that is in hand now."""

    def __init__(
        self, controller: Controller, cells: CellView, item: TileItem, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._controller, self._cells, self._item = controller, cells, item
        self._expression, self._slicing, self._as_of = "", Slicing.of(()), 0
        self.cell: tuple[int, int] | None = None
        """Row and column of the cell in hand."""
        self._under_cursor: tuple[int, int] | None = None
        self._index: tuple[int, ...] | None = None
        self._part: Part = "magnitude"
        self._block: BlockAsk | None = None
        """The question about the block under the cursor."""
        self._told = ""
        cells.cell_hovered.connect(self._on_cell_hovered)
        cells.cell_clicked.connect(self.take)

    def point_into(
        self, expression: str, slicing: Slicing, as_of: int = 0, part: Part = "magnitude"
    ) -> None:
        """Point at the same place of another plane, or of this one with other values."""
        if expression != self._expression:
            self.forget()
        elif slicing.size != self._slicing.size:
            cell = slicing.carried(self._slicing, self.cell) if self.cell else None
            self.forget()
            self.cell = cell
            self._item.set_focus(cell)
        self._expression, self._slicing, self._as_of = expression, slicing, as_of
        self._part = part
        self._ask()

    def forget(self) -> None:
        """Point at nothing."""
        self.cell = self._under_cursor = self._index = None
        self._item.set_focus(None)
        self.pointed.emit(None)

    def take(self, row: int, column: int) -> None:
        """Take a cell in hand and bring it into view."""
        self.cell = row, column
        self._under_cursor = None
        self._item.set_focus(self.cell)
        self._cells.show_cell(row, column)
        self._ask()
        expressions = self._controller.selection.expressions
        if expressions[:1] == (self._expression,):
            self._controller.select(*expressions, cell=self._index)
        self.taken.emit(self._index)

    @property
    def index_in_hand(self) -> tuple[int, ...] | None:
        """The index of the element in hand, None if none is."""
        return self._slicing.cell(*self.cell) if self.cell else None

    def move(self, down: int, right: int) -> None:
        """Take the cell next to the one in hand; the first in view if there is none."""
        if self.cell is None:
            seen = visible_window(self._cells)
            self.take(*self._slicing.moved((seen.top, seen.left), 0, 0))
        else:
            self.take(*self._slicing.moved(self.cell, down, right))

    def _ask(self) -> None:
        place = self._under_cursor or self.cell
        self._index = self._slicing.cell(*place) if place and self._expression else None
        self.pointed.emit(self._index)
        window = self._window_under_cursor()
        self._block = None
        if self._index is None:
            self._tell("")
        elif window:
            slicing, part = self._slicing.within(window)
            self._block = BlockAsk(
                expression=self._expression,
                as_of=self._as_of,
                plane=slicing.plane,
                window=part,
                part=self._part,
                number=next(_numbers),
            )
            self._controller.ask(self._block, self._on_block)
        else:
            ask = ValueAsk(
                expression=self._expression,
                as_of=self._as_of,
                index=self._index,
                channels=self._slicing.channels,
            )
            self._controller.ask(ask, self._on_value)

    def _on_cell_hovered(self, row: int, column: int) -> None:
        self._under_cursor = (row, column) if row >= 0 else None
        self._ask()

    def _window_under_cursor(self) -> Window | None:
        """Return the block under the cursor, None where blocks are cells."""
        picture, place = self._item.picture, self._under_cursor
        if picture is None or place is None or picture.tile.has_cells or picture.tile.colours:
            return None
        tile, (row, column) = picture.tile, place
        top, left = row - row % tile.block_rows, column - column % tile.block_columns
        bottom = min(top + tile.block_rows, self._cells.rows)
        return Window(top, left, bottom, min(left + tile.block_columns, self._cells.columns))

    def _on_block(self, answer: Answer) -> None:
        block = self._block
        if block is None or not isinstance(answer, Rectangle) or answer.window != block.window:
            return
        if answer.progress < 1:
            self._controller.ask(block, self._on_block)
        else:
            slicing, _ = self._slicing.within(self._window_under_cursor() or block.window)
            at = block.expression + index_code(slicing, block.window)
            self._tell(block_text(at, answer))

    def _on_value(self, answer: Answer) -> None:
        if isinstance(answer, Value) and answer.index == self._index and not self._block:
            dims = enumerate(answer.index)
            key = [":" if d == self._slicing.channels else str(i) for d, i in dims]
            at = f"[{', '.join(key)}]" if key else ""
            place = in_brackets(answer.expression) + at if at else answer.expression
            held = self._controller.linking.held.get(answer.expression)
            note = held.notes.get(answer.index, "") if held else ""
            known = f"{place} = {answer.text}   ({answer.dtype})"
            self._tell(f"{known}   {note}" if note else known)

    def _tell(self, text: str) -> None:
        # The status bar may show what another pane said.
        if text or self._told:
            self._told = text
            self.told.emit(text)
