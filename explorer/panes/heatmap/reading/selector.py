"""The rectangle that a person chooses with Shift: drawn, written as an index, added up."""

from dataclasses import replace

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication

from explorer.panes.heatmap import Part, Window
from explorer.panes.heatmap.counts.errand import Errand
from explorer.panes.heatmap.reading.overlay import ReadingItem
from explorer.panes.heatmap.reading.rectangle import (
    Cell,
    Rectangle,
    RectangleAsk,
    between,
    index_code,
    rectangle_code,
)
from explorer.panes.heatmap.reading.rectangle_strip import RectangleStrip
from explorer.panes.heatmap.slices.slicing import Slicing
from explorer.protocol import Problem
from explorer.window.linking import Swept
from explorer.window.pane import Pane


class Selector(QObject):
    """Holds the rectangle of one heat map, and asks what its cells are together."""

    def __init__(
        self,
        pane: Pane,
        item: ReadingItem,
        strip: RectangleStrip,
    ) -> None:
        super().__init__(pane)
        self._pane, self._item, self._strip = pane, item, strip
        self._expression, self._slicing, self._as_of = "", Slicing.of(()), 0
        self._part: Part = "magnitude"
        self._revision: object = None
        self._ends: tuple[Cell, Cell] | None = None
        self._errand = Errand(pane.controller, pane, delay_ms=0)
        self._errand.arrived.connect(self._on_arrived)
        strip.copy_button.clicked.connect(self._on_copy_clicked)
        strip.show_button.clicked.connect(self._on_show_clicked)
        strip.use_button.clicked.connect(self._on_use_clicked)
        strip.close_button.clicked.connect(self.clear)

    @property
    def window(self) -> Window | None:
        """The cells chosen, None if there are none."""
        return between(*self._ends) if self._ends else None

    @property
    def is_done(self) -> bool:
        """Whether all is known that the strip says."""
        return self._errand.is_done

    @property
    def code(self) -> str:
        """Python that makes the cells chosen."""
        if self.window is None:
            return ""
        slicing, part = self._slicing.within(self.window)
        return rectangle_code(self._expression, slicing, part)

    def point_into(
        self, expression: str, slicing: Slicing, part: Part, as_of: int, revision: object
    ) -> None:
        """Choose from another plane, or from this one with other values: then `revision` differs."""
        if expression != self._expression:
            self.clear()
        elif self._ends and slicing.size != self._slicing.size:
            start, end = (slicing.carried(self._slicing, cell) for cell in self._ends)
            if start and end:
                self._ends = start, end
            else:
                self.clear()
        self._expression, self._slicing, self._part = expression, slicing, part
        self._as_of, self._revision = as_of, revision
        self._item.set_size(*slicing.size)
        if self._ends:
            self._show()

    def step(self, down: int, right: int, start: Cell) -> Cell:
        """Move the end of the rectangle that begins at `start` and return it; begin one if need be."""
        is_here = self._ends is not None and self._ends[0] == start
        row, column = self._ends[1] if self._ends and is_here else start
        cell = self._slicing.moved((row, column), down, right, stays=True)
        self.choose(start, cell)
        return cell

    def choose(self, start: Cell, end: Cell, *, is_over: bool = True) -> None:
        """Choose the cells between two; what is said of them takes no room until that is over."""
        end = self._slicing.beside(start, end)
        is_said = is_over or not self._strip.isHidden()
        is_news = (start, end) != self._ends or (is_over and self._strip.isHidden())
        if is_news and self._slicing.shape:
            self._ends = start, end
            if is_over:
                self._tell()
            if is_said:
                self._show()
            else:
                self._item.set_rectangle(self.window)

    def clear(self) -> bool:
        """Choose nothing; False if nothing was chosen."""
        if self._ends is None:
            return False
        self._ends = None
        self._errand.forget()
        self._item.set_rectangle(None)
        self._strip.hide()
        return True

    def _tell(self) -> None:
        """Let forms take up the index of what is chosen."""
        if self.window:
            controller, (slicing, part) = self._pane.controller, self._slicing.within(self.window)
            swept = Swept(self._expression, index_code(slicing, part)[1:-1])
            controller.link(replace(controller.linking, swept=swept))

    def _show(self) -> None:
        window = self.window
        if window is None:
            return
        self._item.set_rectangle(window)
        self._strip.show_code(self.code, window)
        slicing, part = self._slicing.within(window)
        ask = RectangleAsk(
            expression=self._expression,
            as_of=self._as_of,
            part=self._part,
            plane=slicing.plane,
            window=part,
        )
        self._errand.request(ask, self._revision)
        self._on_arrived()

    def _on_arrived(self) -> None:
        answer = self._errand.answer
        if isinstance(answer, Problem):
            self._strip.show_problem(answer)
        elif answer is None or isinstance(answer, Rectangle):
            self._strip.show_sums(answer)

    def _on_copy_clicked(self) -> None:
        QGuiApplication.clipboard().setText(self.code)

    def _on_show_clicked(self) -> None:
        self._pane.heatmap_requested.emit(self.code)

    def _on_use_clicked(self) -> None:
        self._pane.line_offered.emit(f"{self._pane.controller.workspace.free_name()} = {self.code}")
