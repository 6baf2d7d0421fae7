"""The line under an equation: how the cell pointed at came about, with the numbers put in."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QWidget

from explorer.panes.heatmap.equations.case import Index, Regions, point
from explorer.panes.heatmap.equations.formula import (
    MOST_ELEMENTS,
    cell_text,
    counts_of,
    formula,
    place_text,
)
from explorer.panes.heatmap.equations.term import Elements, ElementsAsk, Place, place_of
from explorer.panes.heatmap.equations.tracer import Traced
from explorer.protocol import Answer
from explorer.text import tr
from explorer.window.code import code_font
from explorer.window.controller import Controller


class Explanation(QLabel):
    """Says what can be done while nothing is pointed at."""

    told = Signal(str)
    """The line, for the status bar."""

    def __init__(self, controller: Controller, parent: QWidget) -> None:
        super().__init__(parent)
        self._controller = controller
        self._traced: Traced | None = None
        self._index: Index = ()
        self._regions: Regions | None = None
        self._places: tuple[Place, ...] = ()
        self.setFont(code_font())
        self.setWordWrap(True)
        self.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.setMinimumHeight(2 * self.fontMetrics().lineSpacing())
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)

    def show_hint(self, traced: Traced | None) -> None:
        """Say what can be done, or why it can't."""
        self._traced = None
        if traced and traced.origin.kind == "unknown":
            text = tr("Which cells each cell comes from is not known for this line")
        else:
            name = traced.equation.target if traced else ""
            text = tr("Point at a cell of {z} to see where it comes from", z=name)
        self.setText(text)

    def explain(self, traced: Traced, index: Index, regions: Regions | None) -> None:
        """Ask for the numbers of a cell of the result and of those that it comes from."""
        self._traced, self._index, self._regions = traced, index, regions
        places = [place_of(traced.terms[-1], point(index))]
        places += [
            place_of(traced.terms[i], region)
            for i, region in enumerate(regions or ())
            if region is not None
        ]
        self._places = tuple(places)
        self._controller.ask(
            ElementsAsk(places=self._places, most=MOST_ELEMENTS), self._on_elements
        )

    def _on_elements(self, answer: Answer) -> None:
        traced = self._traced
        if traced is None or not isinstance(answer, Elements) or answer.places != self._places:
            return
        texts = iter(answer.texts)
        value = "".join(next(texts))
        used = self._regions or (None,) * len(traced.operands)
        deciding = traced.origin.pick.deciding if traced.origin.pick else ()
        places = [
            "" if region is None or i in deciding else place_text(name, region, info.shape)
            for i, (name, info, region) in enumerate(
                zip(traced.equation.operands, traced.operands, used, strict=True)
            )
        ]
        line = formula(
            traced.equation,
            traced.origin.kind if self._regions else "unknown",
            places,
            [() if region is None else next(texts) for region in used],
            counts_of(used),
            result=cell_text(traced.equation.target, self._index),
            value=value,
            step=traced.step(self._index),
        )
        self.setText(line)
        self.told.emit(line)
