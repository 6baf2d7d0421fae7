"""What the axes of a picture of many maps say, and which of its places are cells."""

from dataclasses import dataclass
from math import prod

from explorer.panes.heatmap import DENSIFIED_ELEMENTS
from explorer.panes.heatmap.slices.mosaic import COUNTED_PX, Mosaic, Ticks
from explorer.panes.heatmap.slices.slicing import Slicing
from explorer.protocol import TensorInfo
from explorer.text import tr
from explorer.window.plot import View


def grid_refusal(info: TensorInfo) -> str:
    """Return why slices of a tensor can't be shown side by side, "" if they can."""
    if info.layout == "strided" or prod(info.shape) <= DENSIFIED_ELEMENTS:
        return ""
    return tr(
        "{x} is sparse and too large for all its slices at once: look at one at a time",
        x=info.expression,
    )


@dataclass(frozen=True, slots=True)
class Lattice:
    """The maps of a slicing with a grid. See `explorer.window.plot.Gaps`."""

    slicing: Slicing
    mosaic: Mosaic

    @staticmethod
    def of(slicing: Slicing) -> "Lattice | None":
        """Return that of a slicing, None for one without a grid."""
        mosaic = slicing.mosaic
        return Lattice(slicing, mosaic) if mosaic else None

    @property
    def digits(self) -> tuple[int, int]:
        """How many characters rows and columns are counted with."""
        last = self.slicing.shape[self.slicing.grid[0]], self.mosaic.across
        sides = zip(last, self.slicing.map_size, strict=True)
        rows, columns = (len(str(max(side) - 1)) for side in sides)
        return rows, columns + self._is_wrapped

    def has(self, row: int, column: int) -> bool:
        """Return whether a place is a cell."""
        return self.mosaic.has(row, column)

    def row_ticks(self, low: float, high: float, room: float, cell_px: float) -> Ticks:
        """Return places and texts, so many cells apart."""
        return self.mosaic.row_ticks(low, high, room, cell_px, self._row_text)

    def column_ticks(self, low: float, high: float, room: float, cell_px: float) -> Ticks:
        """Return places and texts, so many cells apart."""
        return self.mosaic.column_ticks(low, high, room, cell_px, self._column_text)

    def labels(self, view: View) -> tuple[str, str]:
        """Return what the axes count at a zoom: maps, or the cells of each."""
        slicing, (rows, columns) = self.slicing, self.slicing.map_size
        first, *second = slicing.grid
        row_label = tr("dim {dim}", dim=first)
        column_label = (
            tr("dim {dim}", dim=second[0]) if second else tr("dim {dim}, along each row", dim=first)
        )
        if rows * view.cell_height_px >= COUNTED_PX:
            row_label = tr("dim {dim}", dim=slicing.rows)
        if columns * view.cell_width_px >= COUNTED_PX:
            column_label = tr("dim {dim}", dim=slicing.columns)
        return row_label, column_label

    def label(self, number: int) -> str:
        """Return what stands above a map: its index in the grid's dims."""
        index = self.slicing.at_map(number).index
        return ", ".join(str(index[dim]) for dim in self.slicing.grid)

    @property
    def _is_wrapped(self) -> bool:
        return len(self.slicing.grid) == 1

    def _row_text(self, i: int) -> str:
        return str(self.slicing.page[0] + i * (self.mosaic.across if self._is_wrapped else 1))

    def _column_text(self, j: int) -> str:
        return f"+{j}" if self._is_wrapped else str(j)
