"""What a heat map of an expression has besides: its editor, and the verdict of a comparison."""

from dataclasses import replace

import msgspec
from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtWidgets import QWidget

from explorer.comparison import Comparison, Kind, comparison_of
from explorer.panes.heatmap.counts.errand import Errand
from explorer.panes.heatmap.icon_button import IconButton
from explorer.panes.heatmap.look import Look
from explorer.panes.heatmap.page import Page
from explorer.panes.heatmap.reading.pointer import Pointer
from explorer.panes.heatmap.scales.scale import Mode
from explorer.panes.heatmap.watches.compare_bar import CompareBar
from explorer.panes.heatmap.watches.compare_button import CompareButton
from explorer.panes.heatmap.watches.comparing import (
    Difference,
    DifferenceAsk,
    Tolerance,
    VerdictAsk,
)
from explorer.panes.heatmap.watches.expression_editor import ExpressionEditor
from explorer.protocol import Answer, Problem, TensorInfo
from explorer.text import tr
from explorer.window.controller import Controller

Above = tuple[ExpressionEditor, CompareBar]


class Watching(QObject):
    """Of one heat map. `editor` and `bar`, made before the `page`, are for the pane to place."""

    chosen = Signal(str)
    """Another expression for this heat map."""
    opened = Signal(str)
    """An expression for a heat map of its own."""
    index_found = Signal(object)
    """The next element that differs."""
    told = Signal(str)

    def __init__(
        self,
        controller: Controller,
        page: Page,
        pointer: Pointer,
        above: Above,
        pane: QWidget,
        *,
        pinned: bool,
    ) -> None:
        super().__init__(pane)
        self._controller, self._page, self._pointer = controller, page, pointer
        self._is_pinned, self._is_new = pinned, False
        self._comparison: Comparison | None = None
        self._seen: tuple[TensorInfo, int] | None = None
        self._expression = ""
        self.editor, self.bar = above
        tip = (
            tr("Edit the expression that is shown (Shift+F2)")
            if pinned
            else tr("Open a heat map of an expression (Shift+F2)")
        )
        tools = page.facts.tools
        self.edit_button = IconButton("expression", tr("Expression…"), tip, tools)
        self.compare_button = CompareButton(controller, tools)
        tools.insert(0, self.edit_button, self.compare_button)
        self._errand = Errand(controller, pane, delay_ms=0)
        self._errand.arrived.connect(self._on_compared)
        self.edit_button.clicked.connect(self.edit)
        self.compare_button.chosen.connect(self.opened)
        self.editor.chosen.connect(self._on_chosen)
        self.editor.left.connect(self._on_left)
        self.bar.kind_chosen.connect(self._on_kind_chosen)
        self.bar.tolerance_changed.connect(self._compare)
        self.bar.next_requested.connect(self._on_next_requested)
        page.heading.setToolTip(tip)
        page.heading.installEventFilter(self)

    @property
    def is_done(self) -> bool:
        """Whether the verdict is final, or none is wanted."""
        return self._errand.is_done

    def edit(self) -> None:
        """Let the person edit the expression; where the selection is followed, for a new heat map."""
        self._is_new = not self._is_pinned
        self.editor.open(self._expression)

    def edit_new(self) -> None:
        """Let the person type an expression for a new heat map."""
        self._is_new = True
        self.editor.open(self._expression)

    def first(self, expression: str, look: Look) -> Look:
        """Return how `expression` is looked at first: a difference in colours that meet at 0."""
        comparison = comparison_of(expression)
        if comparison is None:
            return look
        mode: Mode = "symmetric" if comparison.kind == "difference" else "auto"
        return replace(look, choice=replace(look.choice, mode=mode, basis="auto"), scale=None)

    def expect(self, expression: str) -> None:
        """Be ready for an expression that is about to be shown, or can't be."""
        self._expression = expression

    def look_at(self, info: TensorInfo, as_of: int) -> None:
        """Compare what the expression shown compares, if it does."""
        self.compare_button.set_info(info)
        self._comparison = comparison_of(info.expression)
        self._seen = info, as_of
        self.bar.setVisible(self._comparison is not None)
        self._page.facts.tools.offer(self.compare_button, offered=self._comparison is None)
        if self._comparison:
            self.bar.show_comparison(self._comparison)
            self._compare()

    def forget(self) -> None:
        """Compare nothing."""
        self._comparison = self._seen = None
        self._errand.forget()
        self.bar.hide()

    def rest(self) -> None:
        """Go on with what was not compared to its end."""
        self._errand.rest()

    def find_difference(self, by: int = 1) -> None:
        """Go to the next element that differs, or the one before it by -1."""
        if self._comparison and self._seen:
            start = self._pointer.index_in_hand
            ask = DifferenceAsk(**self._about(), start=start, backwards=by < 0)  # type: ignore[arg-type]  # a table of its fields
            self._controller.ask(ask, self._on_found)
        else:
            self.told.emit(tr("Nothing is compared here: the Compare button does"))

    def state(self) -> dict[str, object]:
        """Return the tolerances."""
        plain: dict[str, object] = msgspec.to_builtins(self.bar.tolerance)
        return plain

    def restore(self, state: object) -> None:
        """Take tolerances that `state` returned."""
        try:
            self.bar.set_tolerance(msgspec.convert(state, Tolerance))
        except msgspec.ValidationError:
            return

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Edit on a double click on the heading."""
        # The type first: while all is taken down, events still come and attributes are gone.
        if event.type() == QEvent.Type.MouseButtonDblClick and watched is self._page.heading:
            self.edit()
            return True
        return super().eventFilter(watched, event)

    def _about(self) -> dict[str, object]:
        assert self._comparison is not None  # noqa: S101 - whoever calls it has looked
        assert self._seen is not None  # noqa: S101 - the same
        info, as_of = self._seen
        return {
            "expression": info.expression,
            "as_of": as_of,
            "left": self._comparison.left,
            "right": self._comparison.right,
            "tolerance": self.bar.tolerance,
        }

    def _compare(self) -> None:
        if self._comparison and self._seen:
            about = self._seen[0], self._controller.data_revision
            ask = VerdictAsk(**self._about())  # type: ignore[arg-type]  # a table of its fields
            self._errand.request(ask, about)
            self.bar.show_answer(self._errand.answer)

    def _on_compared(self) -> None:
        self.bar.show_answer(self._errand.answer)

    def _on_found(self, answer: Answer) -> None:
        if isinstance(answer, Problem):
            self.told.emit(answer.what)
        elif isinstance(answer, Difference) and answer.index is not None:
            self.index_found.emit(answer.index)
        elif isinstance(answer, Difference) and answer.progress < 1:
            self.told.emit(tr("No difference found yet: still comparing"))
        elif isinstance(answer, Difference):
            self.told.emit(tr("No cell differs"))

    def _on_next_requested(self) -> None:
        self.find_difference()

    def _on_kind_chosen(self, kind: Kind) -> None:
        if self._comparison and kind != self._comparison.kind:
            self.chosen.emit(replace(self._comparison, kind=kind).expression)

    def _on_chosen(self, expression: str) -> None:
        if self._is_new:
            self.opened.emit(expression)
        elif expression != self._expression:
            self.chosen.emit(expression)

    def _on_left(self) -> None:
        self._page.cells.setFocus()
