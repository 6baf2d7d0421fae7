"""The heat map: a plane of a tensor in colours, with its facts, its scale and its values.

| part | |
|---|---|
| `Subject` | which tensor, as of when, looked at how |
| `Drawing` | what is asked for the view, and drawn |
| `Leveller` | which levels have which colours |
| `Slicer` | which slices are shown |
| `Front` | what is to be seen: message, tensor or equation |
| `Outlet` | what is copied and exported |
| `Pointer`, `Reading` | the cell in hand and what is read from there |
| `Operands`, `Watching` | where the tensor comes from, what it is compared with |
| `Explainer` | why the cell in hand has its value |
"""

from operator import attrgetter

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from explorer.panes.heatmap.counts.lines_dialog import LinesDialog
from explorer.panes.heatmap.counts.summary import Along
from explorer.panes.heatmap.drawing import Drawing
from explorer.panes.heatmap.equations.operands import Operands
from explorer.panes.heatmap.exports.outlet import Outlet
from explorer.panes.heatmap.front import Front
from explorer.panes.heatmap.keys import ALSO_OF_EQUATIONS, EXPLAIN, method_for
from explorer.panes.heatmap.message import Message
from explorer.panes.heatmap.moment import Moment, MomentBanner
from explorer.panes.heatmap.page import Page
from explorer.panes.heatmap.reading.pointer import Pointer
from explorer.panes.heatmap.reading.reading import Reading
from explorer.panes.heatmap.scales.leveller import Leveller
from explorer.panes.heatmap.slices.slicer import Slicer
from explorer.panes.heatmap.subject import Subject
from explorer.panes.heatmap.watches.compare_bar import CompareBar
from explorer.panes.heatmap.watches.expression_editor import ExpressionEditor
from explorer.panes.heatmap.watches.watching import Watching
from explorer.panes.heatmap.whys.explainer import Explainer
from explorer.panes.heatmap.whys.panel import WhyPanel
from explorer.protocol import Problem
from explorer.text import tr
from explorer.window.controller import Controller
from explorer.window.pane import Pane, State
from explorer.window.plot import ZOOM_STEP

TAKING_ENTER = (QAbstractButton, QAbstractItemView, QAbstractSpinBox, QComboBox, QLineEdit)


class HeatmapPane(Pane):
    """Follows the selection, or is pinned to `expression`."""

    name = "heatmap"

    title_changed = Signal()
    """The tensor shown is another one."""

    def __init__(
        self, controller: Controller, expression: str = "", parent: QWidget | None = None
    ) -> None:
        self.pinned = expression
        super().__init__(controller, parent)
        controller.selection_changed.connect(self._on_selection_changed)

    def build(self) -> None:
        """Make the widgets, then the parts that give them something to do."""
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        # Made in the order in which Tab is to go.
        above = ExpressionEditor(self.controller, self), CompareBar(self)
        self.message, self.page = Message(self), Page(self, pinned=bool(self.pinned))
        self.stack, self.banner = Front(self.message, self.page, self), MomentBanner(self)
        self.why_panel = WhyPanel(self)
        for widget in (self.banner, *above, self.stack, self.why_panel):
            column.addWidget(widget, 1 if widget is self.stack else 0)
        page, is_pinned = self.page, bool(self.pinned)
        page.item.set_palette(self.palette())
        self._pointer = Pointer(self.controller, page.cells, page.item, self)
        self.watching = Watching(
            self.controller, page, self._pointer, above, self, pinned=is_pinned
        )
        self.operands = Operands(self.controller, self.pinned, page, self._pointer, self)
        self.stack.add_operands(self.operands)
        self.explainer = Explainer(
            self.controller, self._pointer, self.operands.view, self.why_panel, self
        )
        self.reading = Reading(self, page, self._pointer)
        self._moment = Moment(self.controller, self)
        self.subject = Subject(self._moment, page.cells, self)
        self.outlet = Outlet(self, page, self.subject)
        self.exporter = self.outlet.exporter
        self.drawing = Drawing(self, page, self.subject)
        self.leveller = Leveller(
            self.controller, self.subject, self.drawing, page.scale_panel, self.operands.linker
        )
        self.slicer = Slicer(self.subject, self.drawing, page, self._pointer)
        self._is_behind = False
        """Whether what stands about the picture is still that of the tensor before."""
        self._lines: LinesDialog | None = None
        """Made when it is wanted."""
        self._connect_parts()
        self._connect_page()
        self.setFocusProxy(page.cells)

    def _connect_parts(self) -> None:
        self._moment.changed.connect(self.mark_stale)
        self._moment.late.connect(self._on_moment_late)
        self.banner.left.connect(self._moment.leave)
        self.subject.changed.connect(self._show_subject)
        self.drawing.arrived.connect(self._on_tile)
        self.drawing.refused.connect(self._show_problem)
        self.drawing.shown.connect(self._on_shown)
        self.drawing.settled.connect(self._look_at_lines)
        self.drawing.scaled.connect(self.reading.crosshair.set_scale)
        self.why_panel.inputs_wanted.connect(self.inputs_requested)
        self.operands.front_changed.connect(self._show_front)
        self.operands.left.connect(self.slicer.go_to)
        self.reading.index_found.connect(self.slicer.go_to)
        self.watching.index_found.connect(self.slicer.take_index)
        self.watching.chosen.connect(self.expression_chosen)
        self.watching.opened.connect(self.heatmap_requested)
        for told in (
            *(self._pointer.told, self.reading.told, self.watching.told, self.outlet.told),
            *(self.leveller.told, self.slicer.told, self.operands.view.told),
            self.explainer.told,
        ):
            told.connect(self.status_changed)

    def _connect_page(self) -> None:
        page = self.page
        page.before_button.clicked.connect(self.toggle_before)
        page.statistics_button.clicked.connect(self.subject.toggle_statistics)
        page.profiles_button.clicked.connect(self.subject.toggle_profiles)
        page.strip.lines_requested.connect(self._on_lines_requested)
        page.reduce_box.activated.connect(self._on_box_activated)
        page.part_box.activated.connect(self._on_box_activated)
        self.message.edit_button.clicked.connect(self.watching.edit)
        self.message.fix_chosen.connect(self.submitted)

    # --- what it shows ------------------------------------------------------------------------

    def title(self) -> str:
        """Return the expression shown, or the equation that it is the result of."""
        return self.stack.title or self.source or tr("Heat map")

    @property
    def source(self) -> str:
        """The expression that is to be shown, "" if none."""
        return self.pinned or next(iter(self.controller.selection.expressions), "")

    def shown_values(self) -> npt.NDArray[np.float64]:
        """Return the numbers drawn, one per block; none while a message stands in their place."""
        picture = self.stack.picture
        if picture is None:
            return np.empty((0, 0))
        return picture.tile.base + picture.tile.scale * picture.values.astype(np.float64)

    def shown_texts(self) -> tuple[str, ...]:
        """Return the texts of the cells, row by row; none where they are blocks or too many."""
        picture = self.stack.picture
        return picture.tile.texts if picture else ()

    def shown_code(self) -> str:
        """Return Python that makes the plane shown."""
        return self.subject.code

    def is_complete(self) -> bool:
        """Return whether the picture is that of the tensor at the moment shown."""
        parts = (self.drawing, self.operands, self.reading, self.watching, self.explainer)
        is_done = not self._moment.is_waiting and all(part.is_done for part in parts)
        return super().is_complete() and is_done

    def state(self) -> State:
        """Return how the tensor shown is looked at."""
        kept = self.subject.state()
        if not kept:
            return {}
        compare = self.watching.state()
        return {**kept, "operands": self.operands.is_wanted, "compare": compare}

    def state_for(self, expression: str) -> State:
        """See the base class. A comparison has colours of its own."""
        return {**self.state(), **self.subject.state_for(expression, self.watching.first)}

    def restore(self, state: State) -> None:
        """Look at that tensor as before, now or when it is shown."""
        self.operands.is_wanted = state.get("operands") is not False
        self.watching.restore(state.get("compare"))
        if self.subject.restore(state):
            self._forget()
            self.mark_stale()

    def patience_ms(self) -> int:
        """Return none: what a line made is what the person waits for."""
        return 0

    def refresh(self) -> None:
        """Show the source as it is now, or was at the moment that the person looks back at."""
        source = self.source
        is_other = source != self.subject.expression
        if is_other:
            self.subject.keep_view()
            self._forget()
            self.subject.expression = source
            self.watching.expect(source)
            self.title_changed.emit()
        info = self._moment.find(source)
        if info is None:
            return
        self.banner.show_moment(self.controller.session, self._moment.as_of)
        if isinstance(info, Problem):
            self._forget()
            self._show_problem(info)
            return
        is_page, rank = self.stack.currentWidget() is self.page, self.page.rank
        before, look = self.subject.look_for(info, self.watching.first)
        if look is not before and not is_other:
            self._forget()
        self.subject.info = info
        self.drawing.unfade()  # it faded while lines ran again
        is_new = self.drawing.is_new
        # What stands about the picture changes after it, unless that changes the picture's place.
        self._is_behind |= is_new and is_page and len(info.shape) == rank
        if self._is_behind:
            self.page.show_axes(look.slicing)
        else:
            self._show_subject()
        if is_new:
            self._show_front()
            if look.view:
                self.page.cells.set_view(look.view)
            else:
                self.page.cells.fit()
        self.drawing.ask()  # at once: the engine answers while the rest, and other panes, follow
        self.operands.look_at(info, self._moment.as_of)
        self.watching.look_at(info, self._moment.as_of)
        self.explainer.look_at(source, self._moment.as_of)

    def _forget(self) -> None:
        """Show nothing, and nothing that is still on its way."""
        for part in (
            *(self.drawing, self._pointer, self.watching, self.operands, self.reading),
            self.explainer,
        ):
            part.forget()
        self.exporter.look_at(None)
        if self._lines:
            self._lines.forget()
        self.subject.info = None
        self.stack.accept()

    def _show_subject(self) -> None:
        """Bring all in line with the look, then ask for what is not here."""
        self._is_behind = False
        shown = self.subject.shown
        if shown:
            self.page.heading.setText(shown.expression)
            expression, look, info, as_of = shown.expression, shown.look, shown.info, shown.as_of
            self.page.show_look(look, info)
            self.reading.look_at(expression, look, info, as_of)
            self._pointer.point_into(expression, look.slicing, as_of, look.part)
            self.exporter.look_at(shown)
            self.operands.show(expression, look.slicing)
            self.drawing.ask_soon()

    def _show_front(self) -> None:
        if self.subject.info:
            before = self.title()
            self.stack.show_tensor()
            if self.title() != before:
                self.title_changed.emit()

    def _show_problem(self, problem: Problem) -> None:
        self.drawing.clear()
        name = self.controller.workspace.free_name()
        self.stack.show_problem(problem, name, can_edit=bool(self.pinned))

    def _on_tile(self) -> None:
        self.stack.accept()
        self._show_front()

    def _on_shown(self) -> None:
        if self._is_behind:
            self._show_subject()

    def _on_moment_late(self) -> None:
        self.banner.show_reading(self.controller.session, self._moment.as_of)
        self.page.fade()
        self.operands.view.fade()

    def _on_selection_changed(self) -> None:
        if self.source != self.subject.expression:
            self.mark_stale()

    def _look_at_lines(self) -> None:
        shown = self.subject.shown
        is_open = self._lines is not None and self._lines.isVisible()
        if self._lines and is_open and shown and not shown.look.slicing.grid:
            moment = shown.as_of, self.controller.data_revision
            self._lines.look_at(shown.expression, shown.look, shown.info, moment)

    def _on_lines_requested(self, along: Along) -> None:
        self._lines = self._lines or LinesDialog(self.controller, self)
        self._lines.show_along(along)
        self._look_at_lines()

    def _on_box_activated(self) -> None:
        look, page = self.subject.look, self.page
        if look:
            reduce, part = page.reduce_box.currentData(), page.part_box.currentData()
            self.subject.change(look.show(reduce, part))

    # --- what the person does -----------------------------------------------------------------

    def fit_view(self) -> None:
        """Show the whole plane."""
        self.page.cells.fit()

    def zoom(self, steps: int) -> None:
        """Zoom in, or out by negative `steps`, about the cell in hand or the middle."""
        cell = self._pointer.cell
        self.page.cells.zoom(ZOOM_STEP**steps, (cell[1], cell[0]) if cell else None)

    def move_cell(self, down: int, right: int) -> None:
        """Move the cell in hand."""
        self._pointer.move(down, right)

    def step_slice(self, by: int, nth: int = 0) -> None:
        """See `Slicer.step`; an equation steps too, by the same key."""
        self.slicer.step(by, nth)

    def export(self, kind: str) -> None:
        """See `Outlet.export`."""
        self.outlet.export(kind)

    def explain(self) -> None:
        """Say why the cell in hand has its value; the first in view is taken if none is."""
        view = self.stack.equation
        if self.subject.info is None:
            return
        if (view or self._pointer).index_in_hand is None:
            (view or self).move_cell(0, 0)
        self.explainer.open((view or self._pointer).index_in_hand)

    def toggle_before(self) -> None:
        """Show the values before the line that last changed them, or again those after it."""
        picture = self.page.item.picture
        if picture and picture.tile.changed_by:
            self._moment.toggle_before(picture.tile)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Do what `KEYS` says."""
        found, look = method_for(event), self.subject.look
        if found == EXPLAIN and isinstance(QApplication.focusWidget(), TAKING_ENTER):
            found = None  # a field leaves Enter to others once it has done what it does
        if found and look:
            name, arguments = found
            view = self.stack.equation
            has_it = view is not None and hasattr(view, name)
            if view and not has_it and name not in ALSO_OF_EQUATIONS:
                self.operands.toggle()  # it is done to the tensor alone
                self.page.cells.setFocus()
            attrgetter(name)(view if has_it else self)(*arguments)
        elif (look and self.reading.begin_number(event.text())) or (
            event.key() == Qt.Key.Key_Escape and self.reading.leave()
        ):
            event.accept()
        elif event.key() == Qt.Key.Key_Escape and self.page.goto_field.isVisible():
            self.page.goto_field.hide()
            self.page.cells.setFocus()
        elif event.key() == Qt.Key.Key_Escape and (self.explainer.leave() or self._moment.leave()):
            event.accept()
        else:
            super().keyPressEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        """Go on with what was not counted to its end."""
        super().showEvent(event)
        self.drawing.rest()
        self.watching.rest()

    def event(self, event: QEvent) -> bool:
        """Take our keys before a menu's shortcut does."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            is_here = self.page.cells.hasFocus() or self.stack.equation is not None
            if method_for(event) and self.subject.look and is_here:
                event.accept()
                return True
        elif event.type() == QEvent.Type.PaletteChange and hasattr(self, "page"):
            self.page.item.set_palette(self.palette())
            self.page.maps.set_palette(self.palette())
        return super().event(event)
