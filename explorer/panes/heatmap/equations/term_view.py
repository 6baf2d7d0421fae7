"""One tensor of an equation: its name above a small heat map."""

from dataclasses import dataclass

from msgspec import structs
from PySide6.QtCore import QEvent, QRectF, Qt, Signal
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from explorer.panes.heatmap import Plane, Tile, TileAsk
from explorer.panes.heatmap.equations.provenance import Region
from explorer.panes.heatmap.equations.term import Term
from explorer.panes.heatmap.equations.term_tile import as_column, repeated
from explorer.panes.heatmap.pictures.lit_item import LitItem, rectangles
from explorer.panes.heatmap.pictures.map_item import MapItem
from explorer.panes.heatmap.pictures.picture import picture
from explorer.panes.heatmap.pictures.tile_item import TileItem
from explorer.panes.heatmap.scales.scale import Scale, is_whole
from explorer.panes.heatmap.slices.lattice import Lattice
from explorer.panes.heatmap.slices.mosaic import MosaicAsk
from explorer.panes.heatmap.slices.slicing import Slicing
from explorer.protocol import Answer, Problem, TensorInfo
from explorer.text import tr
from explorer.window.code import code_font
from explorer.window.controller import Controller
from explorer.window.linking import Lit
from explorer.window.plot import CellView


@dataclass(frozen=True, slots=True)
class Layout:
    """How a term is laid out: its slicing, the size that it is repeated to, whether as a column."""

    slicing: Slicing
    size: tuple[int, int]
    is_column: bool = False

    def index(self, row: int, column: int) -> tuple[int, ...]:
        """Return the tensor's index of a cell drawn; a repeat is the cell that it repeats."""
        row, column = (column, row) if self.is_column else (row, column)
        high, wide = self.slicing.size
        return self.slicing.cell(row if high > 1 else 0, column if wide > 1 else 0)

    def cell(self, index: tuple[int, ...]) -> tuple[int, int] | None:
        """Return where an element is drawn first, None in another plane."""
        found = self.slicing.place(index)
        return found[::-1] if found and self.is_column else found

    def nearest(self, cell: tuple[int, int]) -> tuple[int, int]:
        """Return the cell nearest to a place drawn: between maps there is none."""
        return self.cell(self.index(*cell)) or cell

    def moved(self, cell: tuple[int, int], down: int, right: int) -> tuple[int, int]:
        """Return the cell so many further, within what is drawn."""
        if self.slicing.grid:
            return self.slicing.moved(cell, down, right)
        rows, columns = self.size
        row, column = cell[0] + down, cell[1] + right
        return max(0, min(row, rows - 1)), max(0, min(column, columns - 1))

    def areas(self, region: Region) -> list[QRectF]:
        """Return where the elements of a region are drawn, none in other planes."""
        slicing = self.slicing
        if len(region) != len(slicing.shape):
            return []
        if any(slicing.index[d] not in region[d] for d in slicing.fixed):
            return []
        rows = range(1) if slicing.rows is None else region[slicing.rows]
        columns = range(1) if slicing.columns is None else region[slicing.columns]
        areas = rectangles(columns, rows) if self.is_column else rectangles(rows, columns)
        if not slicing.grid:
            return areas
        corners = slicing.corners(region)
        return [area.translated(left, top) for top, left in corners for area in areas]


class TermView(QWidget):
    """Asks for its tile, and shows it in a scale that it is given."""

    arrived = Signal()
    """The `tile` is here, or there is none to be had."""
    hovered = Signal(int, int)
    """Row and column, -1 and -1 when the cursor left."""
    clicked = Signal(int, int)
    view_changed = Signal()

    def __init__(self, controller: Controller, parent: QWidget) -> None:
        super().__init__(parent)
        self._controller = controller
        self.term, self.dtype = Term(""), ""
        self.layout_of = Layout(Slicing.of(()), (1, 1))
        self.tile: Tile | None = None
        self.is_waiting = False
        self._ask: TileAsk | None = None
        self._lit: Region | None = None
        self.caption = QLabel(self)
        font = code_font()
        font.setBold(True)
        self.caption.setFont(font)
        self.cells, self.item, self.over = CellView(self), TileItem(), LitItem()
        self.maps = MapItem()
        for item in (self.maps, self.item, self.over):
            self.cells.add(item)
            item.set_palette(self.palette())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(self.caption)
        column.addWidget(self.cells, 0, Qt.AlignmentFlag.AlignLeft)
        self.cells.cell_hovered.connect(self.hovered)
        self.cells.cell_clicked.connect(self.clicked)
        self.cells.view_changed.connect(self.view_changed)
        controller.linking_changed.connect(self._on_linking_changed)

    @property
    def expression(self) -> str:
        """The tensor's."""
        return self.term.expression

    def show_term(self, term: Term, info: TensorInfo, layout: Layout, caption: str) -> None:
        """Show a tensor laid out so, once its tile is here."""
        self.term, self.dtype = term, info.dtype
        self.layout_of = layout
        self.tile = None
        self.caption.setText(caption)
        self.cells.setAccessibleName(tr("Heat map of {x}", x=term.expression))
        lattice = Lattice.of(layout.slicing)
        self.maps.set_lattice(lattice)
        # The shape above it names the dims.
        self.cells.set_grid(*layout.size, "", "", gaps=lattice)
        self.item.set_picture(None)
        high, wide = layout.slicing.size[::-1] if layout.is_column else layout.slicing.size
        self.over.set_size(*layout.size, (high < layout.size[0], wide < layout.size[1]))
        self._lit = None
        self.mark(None)
        self._on_linking_changed()
        self._send()

    def _send(self) -> None:
        plane: Plane = self.layout_of.slicing.plane
        rows, columns = self.layout_of.slicing.size
        ask = TileAsk(
            expression=self.term.expression,
            as_of=self.term.as_of,
            plane=plane,
            window=None,
            height_px=rows,
            width_px=columns,
        )
        mosaic = self.layout_of.slicing.mosaic
        self._ask = MosaicAsk(**structs.asdict(ask), mosaic=mosaic) if mosaic else ask
        self.is_waiting = True
        self._controller.ask(self._ask, self._on_tile)

    def draw(self, scale: Scale) -> None:
        """Show the tile in the colours of `scale`."""
        if self.tile:
            whole = is_whole(self.tile, self.dtype, "mean")
            self.item.set_picture(picture(self.tile, scale, whole=whole))
            self.item.setOpacity(1.0)

    def light(self, region: Region | None) -> None:
        """Light the cells of a region, for None those that a form is about."""
        self._lit = region
        meant = None if self.term.as_of else self._controller.linking.meant.get(self.expression)
        regions = (region,) if region is not None else meant.regions if meant else ()
        self.over.set_lit([area for region in regions for area in self.layout_of.areas(region)])

    def _on_linking_changed(self) -> None:
        """Light the cells that stay lit, of the moment that this is of."""
        self.light(self._lit)
        held = self._controller.linking.held.get(self.expression)
        is_meant = held is not None and held.as_of == self.term.as_of
        self.over.set_held(*(held_areas(held, self.layout_of) if held and is_meant else ((), "")))

    def mark(self, cell: tuple[int, int] | None) -> None:
        """Draw a frame about the cell pointed at."""
        self.item.set_focus(cell)

    def _on_tile(self, answer: Answer) -> None:
        if self._ask is None:
            return
        if (
            isinstance(answer, Tile)
            and (answer.rows, answer.columns) == self.layout_of.slicing.size
        ):
            if not answer.is_exact:
                self._ask = structs.replace(self._ask, known=answer.progress)
                self._controller.ask(self._ask, self._on_tile)
                return
            tile = as_column(answer) if self.layout_of.is_column else answer
            if (tile.rows, tile.columns) != self.layout_of.size:
                tile = repeated(tile, *self.layout_of.size)
            self.tile = tile
        elif isinstance(answer, Problem):
            self.tile = None
        self.is_waiting, self._ask = False, None
        self.arrived.emit()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the palette."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "over"):
            for item in (self.maps, self.item, self.over):
                item.set_palette(self.palette())

    def keeps(self, cell_px: float) -> tuple[int, int]:
        """Return width and height with cells of that size."""
        axis_px = self.cells.row_axis.minimumWidth(), self.cells.column_axis.minimumHeight()
        rows, columns = self.layout_of.size
        return round(axis_px[0] + columns * cell_px), round(axis_px[1] + rows * cell_px)

    def fix(self, cell_px: float) -> None:
        """Take the room that cells of that size need."""
        self.cells.setFixedSize(*self.keeps(cell_px))


def held_areas(held: Lit, layout: Layout) -> tuple[list[tuple[QRectF, float]], str]:
    """Return where cells are drawn that stay lit, how the result follows each, and their label."""
    pairs = zip(held.regions, held.slopes, strict=True)
    return [(area, slope) for region, slope in pairs for area in layout.areas(region)], held.label
