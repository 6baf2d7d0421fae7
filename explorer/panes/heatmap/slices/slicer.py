"""The slicer: which slices of a tensor are shown, one or side by side, and the way to an index."""

from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from explorer.panes.heatmap.drawing import Drawing
from explorer.panes.heatmap.page import Page
from explorer.panes.heatmap.reading.pointer import Pointer
from explorer.panes.heatmap.slices.lattice import grid_refusal
from explorer.panes.heatmap.slices.slicing import Slicing
from explorer.panes.heatmap.subject import Subject


class Slicer(QObject):
    """Takes the subject to other slices, as the person says on the page or by keys."""

    told = Signal(str)

    def __init__(self, subject: Subject, drawing: Drawing, page: Page, pointer: Pointer) -> None:
        super().__init__(drawing)
        self._subject, self._drawing = subject, drawing
        self._page, self._pointer = page, pointer
        page.slicing_bar.changed.connect(self.show)
        page.cells.view_changed.connect(self._on_view_changed)
        page.goto_field.index_chosen.connect(self.take_index)
        page.goto_field.told.connect(self.told)

    def step(self, by: int, nth: int = 0) -> None:
        """Go to another index of the first dim that stands at one, or of the next."""
        look = self._subject.look
        if look:
            self.show(look.slicing.stepped(nth, by))

    def toggle_grid(self) -> None:
        """Show all slices of the first dim that stands at an index, or one of them again."""
        look = self._subject.look
        if look and look.slicing.grid:
            self.show(replace(look.slicing, grid=()))
        elif look and look.slicing.fixed:
            self.show(look.slicing.gridded(look.slicing.fixed[0]))

    def toggle_colours(self) -> None:
        """Show the dim of 3 or 4 as colours, or the numbers again."""
        self._page.slicing_bar.colours_box.click()

    def ask_index(self) -> None:
        """Let the person type the index to go to."""
        look = self._subject.look
        if look:
            self._page.goto_field.open(look.slicing.shape)

    def show(self, slicing: Slicing) -> None:
        """Show other slices, or say why not."""
        look, info = self._subject.look, self._subject.info
        refusal = grid_refusal(info) if info and slicing.grid else ""
        if look and refusal:
            self.told.emit(refusal)
            self._page.slicing_bar.set_slicing(look.slicing)
            return
        slicing = slicing.laid_in(*self._page.cells.size_px)
        if look and slicing != look.slicing:
            if slicing.size != look.slicing.size:
                self._drawing.clear()
            self._subject.change(look.sliced(slicing))

    def take_index(self, index: tuple[int, ...]) -> None:
        """Go to an element that the person chose, and on from there by keys."""
        self._page.cells.setFocus()
        self.go_to(index)

    def go_to(self, index: tuple[int, ...]) -> None:
        """Show the slice that has an element, and take that in hand."""
        look = self._subject.look
        if look is None:
            return
        slicing = replace(look.slicing, index=index)
        self.show(slicing)
        place = slicing.place(index)
        if place:
            self._pointer.take(*place)

    def _on_view_changed(self) -> None:
        look, cells = self._subject.look, self._page.cells
        if look and look.slicing.grid:
            if cells.is_fitted:
                self.show(look.slicing)
            self._page.show_axes((self._subject.look or look).slicing)
