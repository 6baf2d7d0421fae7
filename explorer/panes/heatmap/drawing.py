"""The drawing of a heat map: what it asks for the view, and how what came is drawn."""

from dataclasses import replace

from PySide6.QtCore import QObject, QTimer, Signal

from explorer.panes.heatmap import Tile
from explorer.panes.heatmap.counts.survey import Survey
from explorer.panes.heatmap.look import Look
from explorer.panes.heatmap.moment import change_text
from explorer.panes.heatmap.page import Page
from explorer.panes.heatmap.request import tile_ask
from explorer.panes.heatmap.requester import Requester
from explorer.panes.heatmap.scales.scale import Scale
from explorer.panes.heatmap.subject import Subject
from explorer.protocol import Answer, Problem, TensorInfo
from explorer.window.pane import Pane


class Drawing(QObject):
    """Draws the subject on the page. Fits the look's scale once all is known that it depends on."""

    arrived = Signal()
    """There is a tile, and it is about to be drawn."""
    refused = Signal(object)
    """The `Problem` that came in place of a tile."""
    settled = Signal()
    """The tile is exact."""
    scaled = Signal(object)
    """It is drawn in the colours of this `Scale`."""
    shown = Signal()
    """What stands about the picture may be brought in line: it is painted, or will be late."""
    lines_refused = Signal(object)
    """The `Problem` for which lines can't have levels of their own."""

    def __init__(self, pane: Pane, page: Page, subject: Subject) -> None:
        super().__init__(pane)
        self._pane, self._page, self._subject = pane, page, subject
        self._controller = pane.controller
        self.tile: Tile | None = None
        """What is there to draw."""
        self._requester = Requester(pane.controller, pane)
        self._requester.arrived.connect(self._on_tile)
        self._requester.late.connect(page.fade)
        self._requester.late.connect(self.shown)
        self._requester.progressed.connect(page.show_progress)
        self._requester.paused.connect(pane.mark_stale)
        self._survey = Survey(pane.controller, pane)
        self._survey.counted.connect(self._on_counted)
        self._survey.ranged.connect(self._on_ranged)
        self._ask_timer = QTimer(self, singleShot=True, interval=0)
        self._ask_timer.timeout.connect(self.ask)
        page.cells.view_changed.connect(self._on_view_changed)

    @property
    def is_new(self) -> bool:
        """Whether nothing was asked about the tensor in hand."""
        return self._requester.is_new

    @property
    def is_done(self) -> bool:
        """Whether all that was asked has arrived, and is exact."""
        is_asked = not self._ask_timer.isActive()
        return is_asked and self._requester.is_done and self._survey.is_done

    def ask_soon(self) -> None:
        """Ask for what is not here, once for all that changes now."""
        self._ask_timer.start()

    def ask(self) -> None:
        """Ask for what is not here, while it is in sight."""
        look, info = self._subject.look, self._subject.info
        if look and info and self._pane.isVisible():
            expression, as_of = self._subject.expression, self._subject.as_of
            self._requester.request(tile_ask(expression, look, self._page.cells, as_of), info)
            self._survey.rest()  # what is on the screen comes first

    def rest(self) -> None:
        """Go on with what was not counted to its end."""
        self._survey.rest()

    def unfade(self) -> None:
        """Show that the picture is that of now, if it is."""
        if self._requester.is_done:
            self._page.item.setOpacity(1.0)

    def clear(self) -> None:
        """Draw nothing until another tile comes."""
        self._page.clear()
        self.tile = None

    def forget(self) -> None:
        """Draw nothing, and nothing that is still on its way."""
        self.clear()
        self._requester.forget()
        self._survey.forget()
        self._ask_timer.stop()

    def redraw(self) -> None:
        """Draw the tile that is here again: more is known, or is to be seen in another way."""
        look = self._subject.look
        if look and self.tile:
            self._draw(self.tile, look)
            self._show_counts()

    def _on_view_changed(self) -> None:
        if self._subject.look:
            self.ask_soon()

    def _on_tile(self, answer: Answer) -> None:
        look = self._subject.look
        if look and isinstance(answer, Problem):
            self.refused.emit(answer)
            self.shown.emit()
        # A tensor of another shape by now, or another moment: the right tile is on its way.
        elif (
            look
            and isinstance(answer, Tile)
            and (answer.rows, answer.columns) == look.slicing.size
            and answer.as_of == self._subject.as_of
        ):
            is_first = self._page.item.picture is None
            self.tile = answer
            self.arrived.emit()
            self._draw(answer, look)
            if is_first:  # what the person waits for comes before what else is to be painted
                self._page.cells.viewport().repaint()
            self._show_counts()
            self.shown.emit()

    def _draw(self, tile: Tile, look: Look) -> None:
        info = self._subject.info
        if info is None:
            return
        if tile.colours:
            self._page.draw(tile, look, Scale(), change_text(self._controller.session, tile))
            return
        if tile.is_exact:
            self._survey.look_at(self._subject.expression, look, info, tile)
            self.settled.emit()
        survey = self._survey
        is_known = survey.is_over or not look.needs_summary(tile)
        if look.scale is None and not is_known and self._page.is_drawn(tile):
            return  # its colours stay until those that were chosen are known
        if look.scale is None and tile.minimum is not None and tile.is_exact and is_known:
            look = replace(look, scale=look.fitted_scale(tile, survey.final))
            self._subject.put(look)
        self._colour(tile, look, info, look.scale or look.fitted_scale(tile, survey.final))

    def _colour(self, tile: Tile, look: Look, info: TensorInfo, scale: Scale) -> None:
        ranges = self._survey.ranges(self._subject.expression, look, info, tile, scale)
        if ranges is not None or scale.along is None:
            change = change_text(self._controller.session, tile)
            self._page.draw(tile, look, scale, change, ranges)
            self.scaled.emit(scale)

    def _show_counts(self) -> None:
        look, survey = self._subject.look, self._survey
        if look and self.tile and not self.tile.colours:
            expression = self._subject.expression
            self._page.show_counts(look, expression, survey.summary, survey.progress)

    def _on_counted(self) -> None:
        look = self._subject.look
        if look and look.scale is None:
            self.redraw()
        else:
            self._show_counts()

    def _on_ranged(self) -> None:
        refusal = self._survey.refusal
        if self._subject.look and refusal:
            self.lines_refused.emit(refusal)
        else:
            self.redraw()
