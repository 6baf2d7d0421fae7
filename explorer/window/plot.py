"""A view of a grid of cells: axes with ticks on cell centres, pan, zoom and a cell under the cursor.

Row 0 is on top. Cell (row, column) covers `row ± 0.5` and `column ± 0.5`. Where the view stands is
held as the cell coordinates of its upper left corner and the size of a cell in pixels; pyqtgraph
draws from that.
"""

import math
from dataclasses import dataclass
from typing import Protocol

import pyqtgraph as pg
from pyqtgraph.GraphicsScene.mouseEvents import MouseClickEvent, MouseDragEvent
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QKeyEvent, QPalette
from PySide6.QtWidgets import (
    QGraphicsGridLayout,
    QGraphicsItem,
    QGraphicsSceneWheelEvent,
    QGraphicsWidget,
    QWidget,
)

from explorer.window.scale import px
from explorer.window.theme import scheme

SQUARE_SIDE_PX = 40
"""Cells are stretched where square ones would leave the grid narrower than this."""
FITTED_CELL_PX = 96
STRETCHED_CELL_PX = 64
LARGEST_CELL_PX = 240
ZOOM_STEP = 1.25
RING_PX = 3
"""Left free at the edges for the focus ring."""


@dataclass(frozen=True, slots=True)
class View:
    """Where a view stands: cell coordinates of its corner, size of a cell in pixels."""

    left: float = -0.5
    top: float = -0.5
    cell_width_px: float = 1.0
    cell_height_px: float = 1.0


def fitted(rows: int, columns: int, width_px: float, height_px: float) -> View:
    """Return the view of a whole grid, with square cells unless it is too long for them."""
    wide, high = width_px / columns, height_px / rows
    side = min(wide, high, FITTED_CELL_PX)
    cell_width = cell_height = side
    if side * min(rows, columns) < SQUARE_SIDE_PX:
        cell_width = max(side, min(wide, STRETCHED_CELL_PX))
        cell_height = max(side, min(high, STRETCHED_CELL_PX))
    return View(-0.5, -0.5, cell_width, cell_height)


def tick_step(cell_px: float, room_px: float) -> int:
    """Return the least of 1, 2, 5, 10, 20 ... cells that leaves `room_px` between ticks."""
    wanted = max(1.0, room_px / max(cell_px, 1e-12))
    power = 10 ** math.floor(math.log10(wanted))
    return int(next(power * f for f in (1, 2, 5, 10) if power * f >= wanted * (1 - 1e-9)))


class Gaps(Protocol):
    """A grid that is not all cells, and that is counted in a way of its own."""

    @property
    def digits(self) -> tuple[int, int]:
        """How many characters rows and columns are counted with."""

    def has(self, row: int, column: int) -> bool:
        """Return whether a place is a cell."""

    def row_ticks(
        self, low: float, high: float, room: float, cell_px: float
    ) -> list[tuple[float, str]]:
        """Return places and texts from `low` to `high`, `room` cells apart."""

    def column_ticks(
        self, low: float, high: float, room: float, cell_px: float
    ) -> list[tuple[float, str]]:
        """Return the same for columns."""


class CellAxis(pg.AxisItem):  # type: ignore[misc]  # pyqtgraph is untyped
    """Integer ticks on cell centres, none outside the grid."""

    def __init__(self, orientation: str) -> None:
        super().__init__(orientation, maxTickLength=0)
        self._cells, self._digits = 1, 1
        self._gaps: Gaps | None = None
        self._texts: dict[float, str] = {}
        self.setStyle(
            tickTextOffset=6, tickAlpha=0, hideOverlappingLabels=False, autoExpandTextSpace=False
        )

    def set_cells(self, cells: int, label: str, gaps: Gaps | None = None) -> None:
        """Count `cells` of the dim that `label` names, or what `gaps` counts."""
        self._cells, self._gaps = cells, gaps
        self._digits = len(str(cells - 1))
        if gaps:
            self._digits = gaps.digits[0 if self.orientation == "left" else 1]
        metrics = QFontMetricsF(pg.Qt.QtWidgets.QApplication.font())
        self.setLabel(label)
        if self.orientation == "left":
            # A width that followed the ticks would move the picture while it pans.
            ticks_px = round(metrics.horizontalAdvance("0" * max(2, self._digits)))
            self.setWidth(ticks_px + (26 if label else 8))
        else:
            self.setHeight(round(metrics.height()) * (2 if label else 1) + (12 if label else 8))
        self.picture = None
        self.update()

    def tickValues(
        self,
        minVal: float,  # noqa: N803 - pyqtgraph's names
        maxVal: float,  # noqa: N803 - pyqtgraph's names
        size: float,
    ) -> list[tuple[float, list[float]]]:
        """Return the ticks that fit; called by pyqtgraph."""
        low, high = sorted((minVal, maxVal))  # rows count downwards
        if high <= low or size <= 0:
            return []
        is_left = self.orientation == "left"
        room = 30.0 if is_left else 14.0 + 9.0 * self._digits
        if self._gaps:
            cell_px, ticks = size / (high - low), self._gaps.row_ticks
            if not is_left:
                ticks = self._gaps.column_ticks
            self._texts = dict(ticks(low, high, room / cell_px, cell_px))
            return [(1.0, list(self._texts))]
        step = tick_step(size / (high - low), room)
        first = math.ceil(max(low, 0) / step) * step
        last = min(math.floor(high), self._cells - 1)
        return [(float(step), [float(i) for i in range(first, last + 1, step)])]

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        """Return plain integers, or what `Gaps` says; called by pyqtgraph."""
        del scale, spacing
        if self._gaps:
            return [self._texts.get(value, "") for value in values]
        return [str(round(value)) for value in values]


class _CellBox(pg.ViewBox):  # type: ignore[misc]  # pyqtgraph is untyped
    """Hands wheel and drags to the `CellView` it is in."""

    def __init__(self, view: "CellView") -> None:
        super().__init__(enableMenu=False, border=None, defaultPadding=0.0, invertY=True)
        self.disableAutoRange()
        self._cells = view
        self._swept: tuple[int, int] | None = None
        """Where a drag with Shift began."""

    def wheelEvent(self, ev: QGraphicsSceneWheelEvent, axis: object = None) -> None:
        """Zoom about the cursor."""
        del axis
        steps = ev.delta() / 120
        where = self.mapSceneToView(ev.scenePos())
        self._cells.zoom(ZOOM_STEP**steps, (where.x(), where.y()))
        ev.accept()

    def mouseDragEvent(self, ev: MouseDragEvent, axis: object = None) -> None:
        """Pan; with Shift, sweep over cells."""
        del axis
        if ev.button() == Qt.MouseButton.RightButton:
            return
        ev.accept()
        if ev.isStart():
            shift = ev.modifiers() & Qt.KeyboardModifier.ShiftModifier
            self._swept = self._cells.cell_near(ev.buttonDownScenePos()) if shift else None
        if self._swept:
            end = self._cells.cell_near(ev.scenePos())
            self._cells.cells_swept.emit(*self._swept, *end, ev.isFinish())
            return
        moved = ev.scenePos() - ev.lastScenePos()
        self._cells.pan(-moved.x(), -moved.y())


class CellView(pg.GraphicsView):  # type: ignore[misc]  # pyqtgraph is untyped
    """See the module. Items added to it draw in cell coordinates."""

    view_changed = Signal()
    """It was moved, zoomed or resized."""
    cell_hovered = Signal(int, int)
    """Row and column under the cursor, -1 and -1 when it left the grid."""
    cell_clicked = Signal(int, int)
    cell_double_clicked = Signal(int, int)
    cell_reached = Signal(int, int)
    """It was clicked with Shift: what is chosen reaches to there."""
    cells_swept = Signal(int, int, int, int, bool)
    """Row and column where a drag with Shift began, where it is now, and whether it is over."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows, self.columns = 1, 1
        self.view = View()
        self.is_fitted = True
        """Whether all is shown: a resized view stays so."""
        self._grid: tuple[int, int, str, str, Gaps | None] = (0, 0, "", "", None)
        self._hovered = (-1, -1)
        layout = QGraphicsGridLayout()
        layout.setContentsMargins(*[px(RING_PX)] * 4)
        layout.setSpacing(0)
        self.ci = pg.GraphicsWidget()
        self.ci.setLayout(layout)
        self.setCentralItem(self.ci)
        self.box = _CellBox(self)
        self.row_axis, self.column_axis = CellAxis("left"), CellAxis("top")
        layout.addItem(self.column_axis, 1, 2)
        layout.addItem(self.row_axis, 2, 1)
        layout.addItem(self.box, 2, 2)
        layout.setRowStretchFactor(2, 1)
        layout.setColumnStretchFactor(2, 1)
        self.row_axis.linkToView(self.box)
        self.column_axis.linkToView(self.box)
        self.box.sigResized.connect(self._on_resized)
        self.scene().sigMouseMoved.connect(self._on_mouse_moved)
        self.scene().sigMouseClicked.connect(self._on_mouse_clicked)
        self._follow_palette()

    def add(self, item: QGraphicsItem) -> None:
        """Show `item` in the grid."""
        self.box.addItem(item, ignoreBounds=True)

    def add_margins(self, above: QGraphicsWidget, beside: QGraphicsWidget) -> None:
        """Show widgets above the columns and left of the rows."""
        self.ci.layout().addItem(above, 0, 2)
        self.ci.layout().addItem(beside, 2, 0)

    def set_grid(
        self,
        rows: int,
        columns: int,
        row_label: str,
        column_label: str,
        *,
        gaps: Gaps | None = None,
    ) -> None:
        """Show a grid of other size, whole, or name the dims of this one anew."""
        rows, columns = max(1, rows), max(1, columns)
        grid = (rows, columns, row_label, column_label, gaps)
        if grid == self._grid:
            return
        changed, self._grid = grid[:2] != (self.rows, self.columns), grid
        self.rows, self.columns = rows, columns
        self.row_axis.set_cells(rows, row_label, gaps)
        self.column_axis.set_cells(columns, column_label, gaps)
        # The axes' new widths are settled before what the view shows is asked for.
        self.ci.layout().activate()
        if changed:
            self.fit()

    @property
    def size_px(self) -> tuple[float, float]:
        """Width and height of what shows cells."""
        return max(1.0, self.box.width()), max(1.0, self.box.height())

    def visible(self) -> QRectF:
        """Return the visible part of the grid in cell coordinates."""
        width, height = self.size_px
        view = self.view
        seen = QRectF(view.left, view.top, width / view.cell_width_px, height / view.cell_height_px)
        return seen & QRectF(-0.5, -0.5, self.columns, self.rows)

    def fit(self) -> None:
        """Show all."""
        self.is_fitted = True
        self._set_view(fitted(self.rows, self.columns, *self.size_px))

    def zoom(self, factor: float, anchor: tuple[float, float] | None = None) -> None:
        """Make cells `factor` times as large; the cell coordinates (x, y) `anchor` stay in place."""
        least, view = fitted(self.rows, self.columns, *self.size_px), self.view
        seen = self.visible()
        x, y = anchor or (seen.center().x(), seen.center().y())
        width = _between(view.cell_width_px * factor, least.cell_width_px)
        height = _between(view.cell_height_px * factor, least.cell_height_px)
        left = x - (x - view.left) * view.cell_width_px / width
        top = y - (y - view.top) * view.cell_height_px / height
        self.is_fitted = (width, height) == (least.cell_width_px, least.cell_height_px)
        self._set_view(View(left, top, width, height))

    def pan(self, right_px: float, down_px: float) -> None:
        """Move over the grid."""
        view = self.view
        left = view.left + right_px / view.cell_width_px
        top = view.top + down_px / view.cell_height_px
        self._set_view(View(left, top, view.cell_width_px, view.cell_height_px))

    def show_cell(self, row: int, column: int) -> None:
        """Move just so far that a cell is in view."""
        seen, view = self.visible(), self.view
        left = min(max(view.left, column + 0.5 - seen.width()), column - 0.5)
        top = min(max(view.top, row + 0.5 - seen.height()), row - 0.5)
        self._set_view(View(left, top, view.cell_width_px, view.cell_height_px))

    def set_view(self, view: View) -> None:
        """Stand where `view` says, as far as the grid allows."""
        least = fitted(self.rows, self.columns, *self.size_px)
        width = _between(view.cell_width_px, least.cell_width_px)
        height = _between(view.cell_height_px, least.cell_height_px)
        self.is_fitted = (width, height) == (least.cell_width_px, least.cell_height_px)
        self._set_view(View(view.left, view.top, width, height))

    def sizeHint(self) -> QSize:
        """Return a size that leaves others theirs; a layout's stretch makes it grow."""
        return QSize(240, 120)

    def keyPressEvent(self, ev: QKeyEvent) -> None:
        """Leave keys to the pane."""
        ev.ignore()

    def leaveEvent(self, ev: QEvent) -> None:
        """Tell that no cell is under the cursor."""
        super().leaveEvent(ev)
        self._hover(-1, -1)

    def changeEvent(self, event: QEvent) -> None:
        """Follow the palette."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "row_axis"):
            self._follow_palette()

    def cell_at(self, scene_pos: QPointF) -> tuple[int, int]:
        """Return the cell at a point of the scene, (-1, -1) outside the grid."""
        if not self.box.sceneBoundingRect().contains(scene_pos):
            return -1, -1
        where = self.box.mapSceneToView(scene_pos)
        row, column = math.floor(where.y() + 0.5), math.floor(where.x() + 0.5)
        inside = 0 <= row < self.rows and 0 <= column < self.columns
        gaps = self._grid[4]
        if gaps and not gaps.has(row, column):
            return -1, -1
        return (row, column) if inside else (-1, -1)

    def cell_near(self, scene_pos: QPointF) -> tuple[int, int]:
        """Return the cell of the grid that is nearest to a point of the scene."""
        where = self.box.mapSceneToView(scene_pos)
        row, column = math.floor(where.y() + 0.5), math.floor(where.x() + 0.5)
        return max(0, min(row, self.rows - 1)), max(0, min(column, self.columns - 1))

    def _set_view(self, view: View) -> None:
        width, height = self.size_px
        across, down = width / view.cell_width_px, height / view.cell_height_px
        left = max(-0.5, min(view.left, self.columns - 0.5 - across))
        top = max(-0.5, min(view.top, self.rows - 0.5 - down))
        self.view = View(left, top, view.cell_width_px, view.cell_height_px)
        self.box.setRange(
            xRange=(left, left + across),
            yRange=(top, top + down),
            padding=0,
            disableAutoRange=True,
        )
        self.view_changed.emit()

    def _follow_palette(self) -> None:
        palette = self.palette()
        muted = scheme(palette).muted
        self.setBackground(palette.color(QPalette.ColorRole.Base))
        for axis in (self.row_axis, self.column_axis):
            axis.setPen(pg.mkPen(None))
            axis.setTextPen(muted)
            axis.setTickPen(pg.mkPen(None))
            axis.labelStyle = {"color": muted}
            axis.setLabel(axis.labelText)

    def _hover(self, row: int, column: int) -> None:
        if (row, column) != self._hovered:
            self._hovered = (row, column)
            self.cell_hovered.emit(row, column)

    def _on_resized(self) -> None:
        if self.is_fitted:
            self.fit()
        else:
            self.set_view(self.view)

    def _on_mouse_moved(self, where: QPointF) -> None:
        self._hover(*self.cell_at(where))

    def _on_mouse_clicked(self, ev: MouseClickEvent) -> None:
        row, column = self.cell_at(ev.scenePos())
        if row < 0:
            return
        if ev.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.cell_reached.emit(row, column)
        elif ev.double():
            self.cell_double_clicked.emit(row, column)
        else:
            self.cell_clicked.emit(row, column)


def _between(cell_px: float, least: float) -> float:
    return max(least, min(cell_px, max(least, LARGEST_CELL_PX)))
