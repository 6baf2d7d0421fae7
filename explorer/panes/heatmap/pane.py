"""The heat map: a plane of a tensor in colours, with its facts, its scale and its values."""

from dataclasses import replace
from operator import attrgetter

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from explorer.panes.heatmap import Tile
from explorer.panes.heatmap.compare_bar import CompareBar
from explorer.panes.heatmap.copier import Copier
from explorer.panes.heatmap.exporter import Exporter, Shown
from explorer.panes.heatmap.expression_editor import ExpressionEditor
from explorer.panes.heatmap.keys import ALSO_OF_EQUATIONS, method_for
from explorer.panes.heatmap.lattice import grid_refusal
from explorer.panes.heatmap.lines_dialog import LinesDialog
from explorer.panes.heatmap.look import Look, Looks, loaded, saved
from explorer.panes.heatmap.message import Message
from explorer.panes.heatmap.moment import Moment, MomentBanner, change_text
from explorer.panes.heatmap.operands import Operands
from explorer.panes.heatmap.page import Page
from explorer.panes.heatmap.picture import Picture
from explorer.panes.heatmap.pointer import Pointer
from explorer.panes.heatmap.reading import Reading
from explorer.panes.heatmap.request import tile_ask, visible_window
from explorer.panes.heatmap.requester import Requester
from explorer.panes.heatmap.scale import Choice, Level, Levels, Scale, level_text
from explorer.panes.heatmap.slicing import Slicing
from explorer.panes.heatmap.summary import Along
from explorer.panes.heatmap.survey import Survey
from explorer.panes.heatmap.watching import Above, Watching
from explorer.protocol import Answer, Problem, TensorInfo
from explorer.text import tr
from explorer.window.controller import Controller
from explorer.window.pane import Pane, State
from explorer.window.plot import ZOOM_STEP


class HeatmapPane(Pane):
    """Follows the selection, or is pinned to `expression`."""

    name = "heatmap"

    title_changed = Signal()
    """The tensor shown is another one."""

    def __init__(
        self, controller: Controller, expression: str = "", parent: QWidget | None = None
    ) -> None:
        self.pinned = expression
        self._expression = ""
        self._is_sharing = False
        self._looks = Looks()
        self._info: TensorInfo | None = None
        """The tensor shown, None while a message stands in its place."""
        self._tile: Tile | None = None
        """What is there to draw of it."""
        self._is_refused = False
        """Whether a message stands where its picture was to be."""
        super().__init__(controller, parent)
        controller.selection_changed.connect(self._on_selection_changed)

    def build(self) -> None:
        """Make the widgets: a page for a tensor, a message where there is none."""
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        # Made in the order in which Tab is to go.
        above = ExpressionEditor(self.controller, self), CompareBar(self)
        self.message, self.page = Message(self), Page(self, pinned=bool(self.pinned))
        self.stack = QStackedWidget(self)
        self.stack.addWidget(self.message)
        self.stack.addWidget(self.page)
        self.banner = MomentBanner(self)
        column.addWidget(self.banner)
        self._pointer = Pointer(self.controller, self.page.cells, self.page.item, self)
        self.watching = self._build_watching(column, above)
        column.addWidget(self.stack)
        page = self.page
        page.item.set_palette(self.palette())
        self._copier = Copier(self.controller, self)
        self._operands = self._build_operands()
        self.reading = self._build_reading()
        self.exporter = self._build_exporter()
        self._moment = Moment(self.controller, self)
        self._moment.changed.connect(self.mark_stale)
        self._moment.late.connect(self._on_moment_late)
        self.banner.left.connect(self._moment.leave)
        page.before_button.clicked.connect(self.toggle_before)
        self._requester = Requester(self.controller, self)
        self._requester.arrived.connect(self._on_tile)
        self._requester.late.connect(page.fade)
        self._requester.progressed.connect(page.show_progress)
        self._requester.paused.connect(self.mark_stale)
        self._survey = Survey(self.controller, self)
        self._survey.counted.connect(self._on_counted)
        self._survey.ranged.connect(self._on_ranged)
        self._lines: LinesDialog | None = None
        """Made when it is wanted."""
        self._ask_timer = QTimer(self, singleShot=True, interval=0)
        self._ask_timer.timeout.connect(self._ask_tile)
        self._pointer.told.connect(self.status_changed)
        self._copier.told.connect(self.status_changed)
        page.slicing_bar.changed.connect(self._set_slicing)
        page.cells.view_changed.connect(self._on_view_changed)
        page.scale_panel.choice_changed.connect(self._on_choice_changed)
        page.scale_panel.levels_changed.connect(self._on_levels_changed)
        page.scale_panel.fit_button.clicked.connect(self.fit_scale)
        page.scale_panel.share_action.triggered.connect(self.share_levels)
        page.statistics_button.clicked.connect(self.toggle_statistics)
        page.strip.lines_requested.connect(self._on_lines_requested)
        self.controller.levels_shared.connect(self._on_levels_shared)
        page.reduce_box.activated.connect(self._on_box_activated)
        page.part_box.activated.connect(self._on_box_activated)
        self.setFocusProxy(page.cells)

    def _build_watching(self, column: QVBoxLayout, above: Above) -> Watching:
        watching = Watching(
            self.controller, self.page, self._pointer, above, self, pinned=bool(self.pinned)
        )
        column.addWidget(watching.editor)
        column.addWidget(watching.bar)
        watching.chosen.connect(self.expression_chosen)
        watching.opened.connect(self.heatmap_requested)
        watching.index_found.connect(self._on_index_chosen)
        watching.told.connect(self.status_changed)
        self.message.edit_button.clicked.connect(watching.edit)
        self.message.fix_chosen.connect(self.submitted)
        return watching

    def _build_operands(self) -> Operands:
        operands = Operands(self.controller, self.pinned, self.page, self._pointer, self)
        operands.front_changed.connect(self._show_front)
        operands.left.connect(self._go_to)
        operands.view.told.connect(self.status_changed)
        operands.linker.levels_taken.connect(self._on_levels_taken)
        self.stack.addWidget(operands.view)
        return operands

    def _build_reading(self) -> Reading:
        reading = Reading(self, self.page, self._pointer)
        reading.told.connect(self.status_changed)
        reading.index_found.connect(self._go_to)
        self.page.goto_field.index_chosen.connect(self._on_index_chosen)
        self.page.goto_field.told.connect(self.status_changed)
        self.page.profiles_button.clicked.connect(self.toggle_profiles)
        return reading

    def _build_exporter(self) -> Exporter:
        exporter = Exporter(self.controller, self, self.page)
        exporter.told.connect(self.status_changed)
        self.page.export_button.chosen.connect(self.export)
        return exporter

    # --- what it shows ------------------------------------------------------------------------

    def title(self) -> str:
        """Return the expression shown, or the equation that it is the result of."""
        if self._shown_equation:
            return self._shown_equation
        return self.source or tr("Heat map")

    @property
    def _shown_equation(self) -> str:
        if not hasattr(self, "_operands") or self.stack.currentWidget() is not self._operands.view:
            return ""
        traced = self._operands.view.traced
        return traced.equation.text if traced else ""

    @property
    def source(self) -> str:
        """The expression that is to be shown, "" if none."""
        return self.pinned or next(iter(self.controller.selection.expressions), "")

    def shown_values(self) -> npt.NDArray[np.float64]:
        """Return the numbers drawn, one per block; none while a message stands in their place."""
        picture = self._front_picture
        if picture is None:
            return np.empty((0, 0))
        return picture.tile.base + picture.tile.scale * picture.values.astype(np.float64)

    def shown_texts(self) -> tuple[str, ...]:
        """Return the texts of the cells, row by row; none where they are blocks or too many."""
        picture = self._front_picture
        return picture.tile.texts if picture else ()

    @property
    def _front_picture(self) -> Picture | None:
        """The picture of the tensor, which may be the result among others."""
        view = self._operands.view
        is_among_others = self.stack.currentWidget() is view and view.is_shown
        return (view.result if is_among_others else self.page).item.picture

    def shown_code(self) -> str:
        """Return Python that makes the plane shown."""
        look = self._look
        if look is None:
            return self._expression
        is_complex = look.dtype.startswith("complex")
        return look.slicing.code(self._expression, look.part if is_complex else None)

    def is_complete(self) -> bool:
        """Return whether the picture is that of the tensor at the moment shown."""
        waits = self._ask_timer.isActive() or self._moment.is_waiting or not self._requester.is_done
        waits = waits or not (
            self._survey.is_done and self._operands.is_done and self.reading.is_done
        )
        return super().is_complete() and self.watching.is_done and not waits

    def state(self) -> State:
        """Return how the tensor shown is looked at."""
        look = self._look
        if look is None:
            return {}
        kept = saved(self._expression, self._with_view(look))
        compare = self.watching.state()
        return {**kept, "operands": self._operands.is_wanted, "compare": compare}

    def state_for(self, expression: str) -> State:
        """See the base class. A comparison has colours of its own."""
        state, look = self.state(), self._look
        if look is None:
            return state
        return {**state, **saved(expression, self.watching.first(expression, look))}

    def restore(self, state: State) -> None:
        """Look at that tensor as before, now or when it is shown."""
        self._operands.is_wanted = state.get("operands") is not False
        self.watching.restore(state.get("compare"))
        found = loaded(state)
        if found:
            self._forget()
            self._looks.put(*found)
            self.mark_stale()

    def patience_ms(self) -> int:
        """Return none: what a line made is what the person waits for."""
        return 0

    def refresh(self) -> None:
        """Show the source as it is now, or was at the moment that the person looks back at."""
        source = self.source
        if source != self._expression:
            look = self._look
            if look:
                self._looks.put(self._expression, self._with_view(look))
            self._forget()
            self._expression = source
            self.watching.expect(source)
            self.page.heading.setText(source)
            self.title_changed.emit()
        info = self._moment.find(source)
        if info is None:
            return
        self.banner.show_moment(self.controller.session, self._moment.as_of)
        if isinstance(info, Problem):
            self._forget()
            self._show_problem(info)
            return
        before = self._looks.find(source)
        look = self._looks.look_at(source, info.shape, info.dtype)
        if before is None:
            look = self.watching.first(source, look)
            self._looks.put(source, look)
        if look is not before:
            self._forget()
        self._info = info
        if self._requester.is_done:
            self.page.item.setOpacity(1.0)  # it faded while lines ran again
        is_new = self._requester.is_new
        self._operands.look_at(info, self._moment.as_of)
        self.watching.look_at(info, self._moment.as_of)
        self._show_look()
        if is_new:
            self._show_front()
            if look.view:
                self.page.cells.set_view(look.view)
            else:
                self.page.cells.fit()
        self._ask_tile()  # at once: the engine answers while other panes paint

    def _on_moment_late(self) -> None:
        self.banner.show_reading(self.controller.session, self._moment.as_of)
        self.page.fade()
        self._operands.view.fade()

    @property
    def _look(self) -> Look | None:
        return self._looks.find(self._expression) if self._info else None

    def _with_view(self, look: Look) -> Look:
        cells = self.page.cells
        return replace(look, view=None if cells.is_fitted else cells.view)

    def _forget(self) -> None:
        """Draw nothing, and nothing that is still on its way."""
        self.page.clear()
        self._tile = None
        self._pointer.forget()
        self.exporter.look_at(None)
        self._requester.forget()
        self._survey.forget()
        self.watching.forget()
        self._operands.forget()
        self.reading.forget()
        if self._lines:
            self._lines.forget()
        self._info = None
        self._is_refused = False
        self._ask_timer.stop()

    def _show_front(self) -> None:
        """Show the tensor, alone or with what it comes from, once that is known."""
        front = self._operands.front
        if self._info and front and not self._is_refused:
            before = self.title()
            self.stack.setCurrentWidget(front)
            if self.title() != before:
                self.title_changed.emit()

    def _show_problem(self, problem: Problem) -> None:
        self.page.clear()
        self._tile = None
        self._is_refused = True
        self.message.show_problem(problem, self.controller.workspace.free_name())
        self.message.edit_button.setVisible(bool(self.pinned))
        self.stack.setCurrentWidget(self.message)

    def _show_look(self) -> None:
        """Bring all in line with the look, then ask for what is not here."""
        look, info = self._look, self._info
        if look and info:
            self.page.show_look(look, info)
            self.reading.look_at(self._expression, look, info, self._moment.as_of)
            self._pointer.point_into(self._expression, look.slicing, self._moment.as_of, look.part)
            self.exporter.look_at(Shown(self._expression, look, info, self._moment.as_of))
            self._operands.show(self._expression, look.slicing)
            self._ask_timer.start()

    # --- asking -------------------------------------------------------------------------------

    def _ask_tile(self) -> None:
        look, info = self._look, self._info
        if look and info and self.isVisible():
            ask = tile_ask(self._expression, look, self.page.cells, self._moment.as_of)
            self._requester.request(ask, info)
            self._survey.rest()  # what is on the screen comes first

    def _on_tile(self, answer: Answer) -> None:
        look = self._look
        if look and isinstance(answer, Problem):
            self._show_problem(answer)
        # A tensor of another shape by now, or another moment: the right tile is on its way.
        elif (
            look
            and isinstance(answer, Tile)
            and (answer.rows, answer.columns) == look.slicing.size
            and answer.as_of == self._moment.as_of
        ):
            is_first = self.page.item.picture is None
            self._tile, self._is_refused = answer, False
            self._show_front()
            self._draw(answer, look)
            if is_first:  # what the person waits for comes before what else is to be painted
                self.page.cells.viewport().repaint()

    def _draw(self, tile: Tile, look: Look) -> None:
        info = self._info
        if info is None:
            return
        if tile.colours:
            self.page.draw(tile, look, Scale(), change_text(self.controller.session, tile))
            return
        survey = self._survey
        if tile.is_exact:
            survey.look_at(self._expression, look, info, tile)
            self._look_at_lines()
        is_known = survey.is_over or not look.needs_summary(tile)
        if look.scale is None and not is_known and self.page.is_drawn(tile):
            # Its colours stay until those that were chosen are known.
            self._show_counts()
            return
        if look.scale is None and tile.minimum is not None and tile.is_exact and is_known:
            look = replace(look, scale=look.fitted_scale(tile, survey.final))
            self._looks.put(self._expression, look)
        scale = look.scale or look.fitted_scale(tile, survey.final)
        ranges = survey.ranges(self._expression, look, info, tile, scale)
        if ranges is not None or scale.along is None:
            change = change_text(self.controller.session, tile)
            self.page.draw(tile, look, scale, change, ranges)
            self.reading.crosshair.set_scale(scale)
        self._show_counts()

    def _on_ranged(self) -> None:
        look, refusal = self._look, self._survey.refusal
        if look and refusal:
            self.status_changed.emit(refusal.what)
            self._recolour(look.choose(replace(look.choice, mode="auto"), self._tile))
        else:
            self._redraw()

    def _redraw(self) -> None:
        """Draw the tile that is here again: more is known, or is to be seen in another way."""
        look = self._look
        if look and self._tile:
            self._draw(self._tile, look)

    def _on_counted(self) -> None:
        look = self._look
        if look and look.scale is None:
            self._redraw()
        else:
            self._show_counts()

    def _show_counts(self) -> None:
        look, survey = self._look, self._survey
        if look:
            self.page.show_counts(look, self._expression, survey.summary, survey.progress)

    def _look_at_lines(self) -> None:
        look, info = self._look, self._info
        if look and info and self._lines and self._lines.isVisible() and not look.slicing.grid:
            moment = self._moment.as_of, self.controller.data_revision
            self._lines.look_at(self._expression, look, info, moment)

    # --- what the person does -----------------------------------------------------------------

    def fit_scale(self) -> None:
        """Fit the levels to the values in view."""
        look = self._look
        if look:
            self._recolour(look.unfitted())

    def share_levels(self) -> None:
        """Give the levels to all other heat maps."""
        look = self._look
        if look and look.scale and not look.scale.along:
            self._is_sharing = True
            self.controller.levels_shared.emit(look.scale.as_levels)
            self._is_sharing = False
            low, high = level_text(look.scale.low), level_text(look.scale.high)
            text = tr("The other heat maps show levels from {low} to {high}", low=low, high=high)
            self.status_changed.emit(text)

    def toggle_operands(self) -> None:
        """Show the operands beside the result, or the result alone."""
        self._operands.toggle()

    def toggle_link(self) -> None:
        """Link the heat map to others, or unlink it."""
        self._operands.linker.toggle()

    def toggle_statistics(self) -> None:
        """Show the statistics, or hide them."""
        look = self._look
        if look:
            self._looks.put(self._expression, replace(look, statistics=not look.statistics))
            self._show_look()

    def toggle_profiles(self) -> None:
        """Show the plots of the row and the column through a cell, or hide them."""
        look = self._look
        if look:
            self._looks.put(self._expression, replace(look, profiles=not look.profiles))
            self._show_look()

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
        """Go to another index of the first dim that stands at one, or of the next."""
        look = self._look
        if look:
            self._set_slicing(look.slicing.stepped(nth, by))

    def toggle_grid(self) -> None:
        """Show all slices of the first dim that stands at an index, or one of them again."""
        look = self._look
        if look and look.slicing.grid:
            self._set_slicing(replace(look.slicing, grid=()))
        elif look and look.slicing.fixed:
            self._set_slicing(look.slicing.gridded(look.slicing.fixed[0]))

    def toggle_colours(self) -> None:
        """Show the dim of 3 or 4 as colours, or the numbers again."""
        self.page.slicing_bar.colours_box.click()

    def ask_index(self) -> None:
        """Let the person type the index to go to."""
        look = self._look
        if look:
            self.page.goto_field.open(look.slicing.shape)

    def copy_values(self) -> None:
        """Put the values in view on the clipboard."""
        look = self._look
        if look and look.slicing.channels is not None:
            told = tr("Turn colours off to copy numbers: a table has one number to a cell.")
            self.status_changed.emit(told)
        elif look:
            window = visible_window(self.page.cells)
            self._copier.copy_values(self._expression, look.slicing, window, self._moment.as_of)

    def copy_code(self) -> None:
        """Put the code of what is shown on the clipboard."""
        self._copier.copy_code(self.shown_code())

    def export(self, kind: str) -> None:
        """Let a picture or values go out; `kind` is the first of a row of the button's entries."""
        copies = {"values": self.copy_values, "code": self.copy_code}
        if kind in copies:
            copies[kind]()
        else:
            self.exporter.export(kind)

    def show_exports(self) -> None:
        """Show all that can go out."""
        self.page.export_button.offer(self)

    def toggle_before(self) -> None:
        """Show the values before the line that last changed them, or again those after it."""
        picture = self.page.item.picture
        if picture and picture.tile.changed_by:
            self._moment.toggle_before(picture.tile)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Do what `KEYS` says."""
        found = method_for(event)
        if found and self._look:
            name, arguments = found
            view = self._operands.view
            is_equation = self.stack.currentWidget() is view
            if is_equation and not hasattr(view, name) and name not in ALSO_OF_EQUATIONS:
                self._operands.toggle()  # it is done to the tensor alone
                self.page.cells.setFocus()
            has_it = is_equation and hasattr(view, name)
            attrgetter(name)(view if has_it else self)(*arguments)
        elif (self._look and self.reading.begin_number(event.text())) or (
            event.key() == Qt.Key.Key_Escape and self.reading.leave()
        ):
            event.accept()
        elif event.key() == Qt.Key.Key_Escape and self.page.goto_field.isVisible():
            self.page.goto_field.hide()
            self.page.cells.setFocus()
        elif event.key() == Qt.Key.Key_Escape and self._moment.leave():
            event.accept()
        else:
            super().keyPressEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        """Go on with what was not counted to its end."""
        super().showEvent(event)
        self._survey.rest()
        self.watching.rest()

    def event(self, event: QEvent) -> bool:
        """Take our keys before a menu's shortcut does."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            front = self.stack.currentWidget()
            is_here = self.page.cells.hasFocus() or front is self._operands.view
            if method_for(event) and self._look and is_here:
                event.accept()
                return True
        elif event.type() == QEvent.Type.PaletteChange and hasattr(self, "page"):
            self.page.item.set_palette(self.palette())
            self.page.maps.set_palette(self.palette())
        return super().event(event)

    def _recolour(self, look: Look) -> None:
        """Draw the picture that is here in other colours."""
        self._looks.put(self._expression, look)
        self._redraw()
        new = self._look
        if new and new.scale and not new.scale.along:
            self._operands.linker.tell_levels(new.scale.as_levels)

    def _set_slicing(self, slicing: Slicing) -> None:
        look = self._look
        refusal = grid_refusal(self._info) if self._info and slicing.grid else ""
        if look and refusal:
            self.status_changed.emit(refusal)
            self.page.slicing_bar.set_slicing(look.slicing)
            return
        slicing = slicing.laid_in(*self.page.cells.size_px)
        if look and slicing != look.slicing:
            if slicing.size != look.slicing.size:
                self.page.clear()
                self._tile = None
            self._looks.put(self._expression, look.sliced(slicing))
            self._show_look()

    def _on_index_chosen(self, index: tuple[int, ...]) -> None:
        self.page.cells.setFocus()
        self._go_to(index)

    def _go_to(self, index: tuple[int, ...]) -> None:
        look = self._look
        if look is None:
            return
        slicing = replace(look.slicing, index=index)
        self._set_slicing(slicing)
        place = slicing.place(index)
        if place:
            self._pointer.take(*place)

    def _on_choice_changed(self, choice: Choice) -> None:
        look = self._look
        if look:
            self._recolour(look.choose(choice, self._tile))

    def _on_levels_changed(self, low: Level, high: Level) -> None:
        look = self._look
        if look:
            self._recolour(look.fix(low, high))

    def _on_levels_shared(self, levels: Levels) -> None:
        look = self._look
        if look and not self._is_sharing:
            self._recolour(look.take(levels))

    def _on_levels_taken(self, levels: Levels) -> None:
        look = self._look
        if look:  # and nothing is told: they come from a linked heat map
            self._looks.put(self._expression, look.take(levels))
            self._redraw()

    def _on_lines_requested(self, along: Along) -> None:
        self._lines = self._lines or LinesDialog(self.controller, self)
        self._lines.show_along(along)
        self._look_at_lines()

    def _on_box_activated(self) -> None:
        look, page = self._look, self.page
        if look:
            look = look.show(page.reduce_box.currentData(), page.part_box.currentData())
            self._looks.put(self._expression, look)
            self._show_look()

    def _on_view_changed(self) -> None:
        look, cells = self._look, self.page.cells
        if look:
            self._ask_timer.start()
        if look and look.slicing.grid:
            if cells.is_fitted:
                self._set_slicing(look.slicing)
            self.page.show_axes((self._look or look).slicing)

    def _on_selection_changed(self) -> None:
        if self.source != self._expression:
            self.mark_stale()
