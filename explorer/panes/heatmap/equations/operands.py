"""Where a heat map's tensor comes from: shown as an equation, and lit in the heat maps of others."""

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from explorer.panes.heatmap.equations.equation_view import EquationView
from explorer.panes.heatmap.equations.linker import Linker
from explorer.panes.heatmap.equations.provenance import Index
from explorer.panes.heatmap.equations.term import MOST_VALUES, Elements, ElementsAsk
from explorer.panes.heatmap.equations.tracer import Traced, Tracer, values_of
from explorer.panes.heatmap.page import Page
from explorer.panes.heatmap.reading.pointer import Pointer
from explorer.panes.heatmap.slices.slicing import Slicing
from explorer.protocol import Answer, TensorInfo
from explorer.window.controller import Controller


class Operands(QObject):
    """Of the heat map `view`: its expression, or "" for the one that follows the selection.

    Only that one shows operands beside the result: a pinned one stays what it is.
    """

    front_changed = Signal()
    """`front` is another, or is known."""
    left = Signal(object)
    """The result is to be shown alone; the index of its element in hand."""

    def __init__(
        self, controller: Controller, view: str, page: Page, pointer: Pointer, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._controller, self._page, self._is_offered = controller, page, not view
        self.is_wanted = True
        self.view = EquationView(controller, parent)
        buttons = page.link_button, self.view.link_button
        self.linker = Linker(controller, view, page.cells, buttons, parent)
        self._tracer = Tracer(controller, self)
        self._sought: tuple[Index, tuple[int, ...], ElementsAsk] | None = None
        """The cell pointed at, and what was asked to know where it comes from."""
        self._tracer.changed.connect(self._on_traced)
        self.view.drawn.connect(self.front_changed)
        self.view.pointed.connect(self._on_pointed)
        pointer.pointed.connect(self._on_pointed)
        for part in (self.view, page):
            part.operands_button.clicked.connect(self.toggle)

    @property
    def is_done(self) -> bool:
        """Whether all that is wanted is here."""
        return not (self._tracer.is_waiting or self.view.is_waiting)

    @property
    def front(self) -> QWidget | None:
        """What is to be seen, None while that is not known."""
        if not (self.is_wanted and self._is_offered):
            return self._page
        if not self.is_done:
            return None
        return self.view if self.view.is_shown else self._page

    def look_at(self, info: TensorInfo, as_of: int) -> None:
        """Find where the tensor as of a moment comes from."""
        if as_of < 0:
            self.forget()
        else:
            self._tracer.look_at(info, as_of)

    def show(self, expression: str, slicing: Slicing) -> None:
        """Light the cells of a plane that others come from."""
        self.linker.show(expression, slicing)

    def forget(self) -> None:
        """Follow no tensor."""
        self._tracer.forget()

    def toggle(self) -> None:
        """Show the operands beside the result, or the result alone with the same cell in hand."""
        index = self.view.index_in_hand
        self.is_wanted = not self.is_wanted
        self._on_traced()
        if index is not None:
            self.left.emit(index)

    def _on_traced(self) -> None:
        traced = self._tracer.traced
        can_show = self._is_offered and traced is not None and traced.is_small
        wanted = traced if can_show and self.is_wanted else None
        if wanted is None or wanted != self.view.traced:
            self.view.show_traced(wanted)
        self._page.facts.tools.offer(self._page.operands_button, offered=can_show)
        for button in (self._page.operands_button, self.view.operands_button):
            button.setChecked(self.is_wanted)
        self.front_changed.emit()

    def _on_pointed(self, index: Index | None) -> None:
        traced, self._sought = self._tracer.traced, None
        if traced is None or index is None:
            self.linker.point(index)
            return
        self._light(traced, index)
        if unknown := traced.unknown(index):
            ask = ElementsAsk(places=tuple(place for _, place in unknown), most=MOST_VALUES)
            self._sought = index, tuple(i for i, _ in unknown), ask
            self._controller.ask(ask, self._on_elements)

    def _light(self, traced: Traced, index: Index) -> None:
        regions = traced.regions(index)
        self.linker.point(index, traced.lit(regions) if regions else {})

    def _on_elements(self, answer: Answer) -> None:
        traced, sought = self._tracer.traced, self._sought
        if traced is None or sought is None or not isinstance(answer, Elements):
            return
        index, numbers, ask = sought
        if answer.places == ask.places:
            self._light(traced.knowing(values_of(numbers, answer)), index)
