"""Reading a heat map: crosshair, chosen rectangle, search and the editing of a cell, put together."""

from PySide6.QtCore import QObject, Signal

from explorer.panes.heatmap.look import Look
from explorer.panes.heatmap.page import Page
from explorer.panes.heatmap.reading.crosshair import Crosshair
from explorer.panes.heatmap.reading.editor import Editor
from explorer.panes.heatmap.reading.overlay import ReadingItem
from explorer.panes.heatmap.reading.pointer import Pointer
from explorer.panes.heatmap.reading.search import LARGEST, SMALLEST, UNFINITE, Condition, SearchAsk
from explorer.panes.heatmap.reading.seeker import Seeker
from explorer.panes.heatmap.reading.selector import Selector
from explorer.protocol import TensorInfo
from explorer.window.pane import Pane

EDITING_KEYS = frozenset("123456789.")
"""What begins a number and is no key of the heat map's."""


class Reading(QObject):
    """Looks at the plane that the pane says, from the cell that its pointer has in hand."""

    told = Signal(str)
    index_found = Signal(object)
    """The index of an element that was sought, a tuple."""

    def __init__(self, pane: Pane, page: Page, pointer: Pointer) -> None:
        super().__init__(pane)
        self._controller, self._page, self._pointer = pane.controller, page, pointer
        self._expression, self._as_of = "", 0
        self._look: Look | None = None
        self._info: TensorInfo | None = None
        cells, self.item = page.cells, ReadingItem()
        cells.add(self.item)
        self.crosshair = Crosshair(pane.controller, cells, self.item, self)
        self.selector = Selector(pane, self.item, page.rectangle_strip)
        self.seeker = Seeker(pane.controller, self)
        self.editor = Editor(pane.controller, cells)
        self.editor.submitted.connect(pane.submitted)
        pointer.pointed.connect(self.crosshair.point_at)
        cells.cells_swept.connect(self._on_swept)
        cells.cell_reached.connect(self._on_reached)
        cells.cell_clicked.connect(self.selector.clear)
        cells.cell_double_clicked.connect(self._on_double_clicked)
        self.seeker.found.connect(self.index_found)
        self.seeker.told.connect(self._on_told)
        bar = page.find_bar
        bar.sought.connect(self._on_sought)
        bar.unfinite_button.clicked.connect(self.seek_unfinite)
        bar.largest_button.clicked.connect(self.seek_largest)
        bar.smallest_button.clicked.connect(self.seek_smallest)
        bar.close_button.clicked.connect(self.close_find)
        page.find_button.clicked.connect(self.open_find)

    @property
    def is_done(self) -> bool:
        """Whether all that was asked is answered."""
        is_asking = self._controller.is_asking(self.crosshair)
        return self.selector.is_done and self.seeker.is_done and not is_asking

    def look_at(self, expression: str, look: Look, info: TensorInfo, as_of: int) -> None:
        """Read another plane, or this one with other values."""
        if (expression, as_of) != (self._expression, self._as_of):
            self.editor.leave()
        self._expression, self._look, self._info, self._as_of = expression, look, info, as_of
        self.crosshair.point_into(expression, look.slicing, look.part, as_of)
        revision = info, self._controller.data_revision
        self.selector.point_into(expression, look.slicing, look.part, as_of, revision)
        self.crosshair.set_on(on=look.profiles and not look.slicing.grid)

    def forget(self) -> None:
        """Read nothing."""
        self._look = self._info = None
        self._expression = ""
        self.selector.clear()
        self.seeker.forget()
        self.editor.leave()
        self._page.find_bar.say("")

    def leave(self) -> bool:
        """Put away what was opened last; False if there is nothing."""
        if self._page.find_bar.isVisible():
            self.close_find()
            return True
        return self.selector.clear()

    # --- the rectangle ------------------------------------------------------------------------

    def extend(self, down: int, right: int) -> None:
        """Let the rectangle from the cell in hand reach further."""
        if self._pointer.cell is None:
            self._pointer.move(0, 0)
        if self._pointer.cell:
            self._page.cells.show_cell(*self.selector.step(down, right, self._pointer.cell))

    def _on_swept(self, top: int, left: int, bottom: int, right: int, is_over: bool) -> None:  # noqa: FBT001 - a signal's
        if self._pointer.cell != (top, left):
            self._pointer.take(top, left)
        self.selector.choose((top, left), (bottom, right), is_over=is_over)

    def _on_reached(self, row: int, column: int) -> None:
        self.selector.choose(self._pointer.cell or (row, column), (row, column))

    # --- the search ---------------------------------------------------------------------------

    def open_find(self) -> None:
        """Let the person type what to look for."""
        self._page.find_bar.open()

    def close_find(self) -> None:
        """Put the search away."""
        self._page.find_bar.hide()
        self.seeker.forget()
        self._page.cells.setFocus()

    def find_again(self, by: int) -> None:
        """Go to the next match, or back by -1; to the field if there is nothing in it."""
        bar = self._page.find_bar
        typed = bar.field.text()
        if not (typed.strip() or bar.isVisible()):
            self.open_find()
        elif ask := self._ask(Condition("=="), by < 0):
            self.seeker.seek_typed(ask, typed)

    def seek_unfinite(self, by: int = 1) -> None:
        """Go to the next NaN or infinity, or to the one before by -1."""
        self._seek(UNFINITE, backward=by < 0)

    def seek_largest(self) -> None:
        """Go to the largest finite element, or to the next of its size."""
        self._seek(LARGEST)

    def seek_smallest(self) -> None:
        """Go to the smallest finite element, or to the next of its size."""
        self._seek(SMALLEST)

    def _seek(self, condition: Condition, *, backward: bool = False) -> None:
        if ask := self._ask(condition, backward):
            self.seeker.seek(ask)

    def _ask(self, condition: Condition, backward: bool) -> SearchAsk | None:  # noqa: FBT001 - private
        look, cell = self._look, self._pointer.cell
        if look is None:
            return None
        return SearchAsk(
            expression=self._expression,
            as_of=self._as_of,
            condition=condition,
            part=look.part,
            start=look.slicing.cell(*cell) if cell else None,
            backward=backward,
        )

    def _on_sought(self, backward: bool) -> None:  # noqa: FBT001 - what the signal says
        self.find_again(-1 if backward else 1)

    def _on_told(self, text: str) -> None:
        self._page.find_bar.say(text)
        if text and not self._page.find_bar.isVisible():
            self.told.emit(text)

    # --- the cell in hand ---------------------------------------------------------------------

    def edit(self, text: str = "") -> None:
        """Let the person type another value of the cell in hand, with `text` typed already."""
        look, info = self._look, self._info
        if look and info and self._pointer.cell is None:
            self._pointer.move(0, 0)
        place = self._pointer.cell
        if look and info and place:
            self._page.cells.show_cell(*place)
            index = look.slicing.cell(*place)
            self.editor.open(self._expression, info, place, index, as_of=self._as_of, text=text)

    def begin_number(self, text: str) -> bool:
        """Edit the cell in hand if `text`, a key, begins a number; False if it does not."""
        is_number = text in EDITING_KEYS and self._pointer.cell is not None
        if is_number and self._page.cells.hasFocus():
            self.edit(text)
            return True
        return False

    def _on_double_clicked(self, row: int, column: int) -> None:
        self._pointer.take(row, column)
        self.edit()
