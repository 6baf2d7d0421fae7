"""The crosshair: plots of the row and the column through the cell under the cursor or in hand."""

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QPalette

from explorer.panes.heatmap import Part
from explorer.panes.heatmap.reading.overlay import ReadingItem
from explorer.panes.heatmap.reading.profile import Profile, ProfileAsk, block_for
from explorer.panes.heatmap.reading.profile_strip import Levels, ProfileStrip, levels_of
from explorer.panes.heatmap.request import visible_window
from explorer.panes.heatmap.scales.scale import Scale
from explorer.panes.heatmap.slices.slicing import Slicing
from explorer.protocol import Answer
from explorer.window.controller import Controller
from explorer.window.plot import CellView


class Crosshair(QObject):
    """Follows where the pointer is. The engine is asked about the last place only."""

    def __init__(
        self, controller: Controller, cells: CellView, item: ReadingItem, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._controller, self._cells, self._item = controller, cells, item
        self._expression, self._slicing, self._as_of = "", Slicing.of(()), 0
        self._part: Part = "magnitude"
        self._scale: Scale | None = None
        self.is_on = False
        self._place: tuple[int, int] | None = None
        self.above = ProfileStrip(cells, is_upright=False)
        self.beside = ProfileStrip(cells, is_upright=True)
        cells.add_margins(self.above, self.beside)
        cells.view_changed.connect(self._ask)
        cells.installEventFilter(self)
        self._follow_palette(cells.palette())

    def set_on(self, *, on: bool) -> None:
        """Show the plots, or not."""
        if on == self.is_on:
            return
        self.is_on = on
        for strip in (self.above, self.beside):
            strip.set_on(on=on)
        self._cells.ci.layout().activate()
        self._item.set_cross(self._place if on else None)
        self._ask()

    def point_into(self, expression: str, slicing: Slicing, part: Part, as_of: int = 0) -> None:
        """Take the lines from another plane, or from this one with other values."""
        if expression != self._expression or slicing.size != self._slicing.size:
            self.point_at(None)
        self._expression, self._slicing, self._part = expression, slicing, part
        self._as_of = as_of
        self._ask()

    def point_at(self, index: tuple[int, ...] | None) -> None:
        """Show the lines through the element at `index`; None shows none."""
        self._place = self._slicing.place(index) if index is not None else None
        if not self.is_on:
            return
        self._item.set_cross(self._place)
        if self._place is None:
            self._show(None)
        else:
            self._ask()

    def set_scale(self, scale: Scale) -> None:
        """Let the values be measured by the levels of the colours."""
        self._scale = scale
        self._level(())

    def _ask(self) -> None:
        if not (self.is_on and self._place and self._expression):
            return
        view, (row, column) = self._cells.view, self._place
        rows, columns = self._slicing.size
        if row < rows and column < columns:
            ask = ProfileAsk(
                expression=self._expression,
                as_of=self._as_of,
                plane=self._slicing.plane,
                window=visible_window(self._cells),
                row=row,
                column=column,
                across=block_for(view.cell_width_px),
                down=block_for(view.cell_height_px),
                part=self._part,
            )
            self._controller.ask(ask, self._on_profile)

    def _on_profile(self, answer: Answer) -> None:
        if isinstance(answer, Profile) and self._place == (answer.row, answer.column):
            self._show(answer)

    def _show(self, profile: Profile | None) -> None:
        self.above.show_line(profile.across if profile else None, profile.column if profile else 0)
        self.beside.show_line(profile.down if profile else None, profile.row if profile else 0)
        self._level((profile,) if profile else ())

    def _level(self, profiles: tuple[Profile, ...]) -> None:
        scale = self._scale
        if scale and scale.along is None:
            levels = Levels(float(scale.low), float(scale.high), scale.axis)
        elif profiles:
            levels = levels_of((profiles[0].across, profiles[0].down))
        else:
            return
        for strip in (self.above, self.beside):
            strip.set_levels(levels)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the theme, and the size of the view."""
        if event.type() == QEvent.Type.PaletteChange:
            self._follow_palette(self._cells.palette())
        elif event.type() == QEvent.Type.Resize:
            for strip in (self.above, self.beside):
                strip.set_on(on=self.is_on)
        return super().eventFilter(watched, event)

    def _follow_palette(self, palette: QPalette) -> None:
        for strip in (self.above, self.beside):
            strip.set_palette(palette)
