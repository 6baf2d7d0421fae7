"""The widgets of a heat map, top to bottom: facts, slicing, cells and scale, notes."""

import math

from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from explorer.panes.heatmap import Part, Reduce, Tile
from explorer.panes.heatmap.counts.strip import StatisticsStrip
from explorer.panes.heatmap.counts.summary import Summary
from explorer.panes.heatmap.equations.linker import LinkButton
from explorer.panes.heatmap.exports.export_button import ExportButton
from explorer.panes.heatmap.fact_line import FactLine
from explorer.panes.heatmap.icon_button import IconButton, operands_button, toggle_button
from explorer.panes.heatmap.look import Look
from explorer.panes.heatmap.pictures.colour import LineRanges
from explorer.panes.heatmap.pictures.map_item import MapItem
from explorer.panes.heatmap.pictures.mark import outlier_blocks
from explorer.panes.heatmap.pictures.picture import picture
from explorer.panes.heatmap.pictures.tile_item import TileItem
from explorer.panes.heatmap.reading.find_bar import FindBar
from explorer.panes.heatmap.reading.goto import GotoField
from explorer.panes.heatmap.reading.rectangle_strip import RectangleStrip
from explorer.panes.heatmap.scales.scale import Level, Scale, drawn_range, is_whole
from explorer.panes.heatmap.scales.scale_note import scale_note
from explorer.panes.heatmap.scales.scale_panel import ScalePanel
from explorer.panes.heatmap.slices.channels import channel_dim, clipped_text, refusal
from explorer.panes.heatmap.slices.lattice import Lattice
from explorer.panes.heatmap.slices.slicing import Slicing
from explorer.panes.heatmap.slices.slicing_bar import SlicingBar
from explorer.protocol import TensorInfo
from explorer.text import tr
from explorer.window.code import code_font
from explorer.window.focus import lead_tab, stops_in
from explorer.window.plot import CellView


class Page(QWidget):
    """What stands in the pane while a tensor is shown. It shows, and decides nothing."""

    def __init__(self, parent: QWidget, *, pinned: bool) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        self.facts = FactLine(self)
        self.heading = self.facts.heading
        font = code_font()
        font.setBold(True)
        font.setItalic(not pinned)
        self.heading.setFont(font)
        self._build_buttons()
        column.addWidget(self.facts)
        self.strip = StatisticsStrip(self)
        self.strip.hide()
        column.addWidget(self.strip)
        self.slicing_bar = SlicingBar(self)
        column.addWidget(self.slicing_bar)
        self.cells, self.item = CellView(self), TileItem()
        self.cells.setAccessibleName(tr("Heat map"))
        self.maps = MapItem()
        self.cells.add(self.maps)
        self.cells.add(self.item)
        self.scale_panel = ScalePanel(self)
        middle = QHBoxLayout()
        middle.setSpacing(12)
        middle.addWidget(self.cells, 1)
        middle.addWidget(self.scale_panel)
        column.addLayout(middle, 1)
        self.rectangle_strip, self.find_bar = RectangleStrip(self), FindBar(self)
        column.addWidget(self.rectangle_strip)
        column.addWidget(self.find_bar)
        column.addLayout(self._build_foot())
        for row in (self.facts, self.strip, self.slicing_bar, self.rectangle_strip):
            row.extended.connect(self._lead_tab)
        self._shown: tuple[Scale, bool, tuple[Level, Level]] = Scale(), False, (0, 1)
        """The scale of the picture, whether its values are whole, and their range."""
        self._summary: Summary | None = None
        self.rank = -1
        """How many dims the tensor has whose facts are shown, -1 if none are."""

    def _build_buttons(self) -> None:
        tools = self.facts.tools
        self.statistics_button = toggle_button(
            "statistics",
            tr("Statistics"),
            tr("Show minimum, mean and other statistics (S)"),
            tools,
        )
        self.profiles_button = toggle_button(
            "profiles",
            tr("Profiles"),
            tr("Plot the row and the column through a cell beside the picture (X)"),
            tools,
        )
        self.find_button = IconButton(
            "search",
            tr("Find"),
            tr("Find a value, NaN, the largest or the smallest (Ctrl+F)"),
            tools,
        )
        self.export_button, self.link_button = ExportButton(tools), LinkButton(tools)
        self.operands_button = operands_button(tools)
        self.operands_button.hide()
        tools.insert(
            0,
            *(self.statistics_button, self.profiles_button, self.find_button),
            # The last two stand at the same place beside an equation.
            *(self.export_button, self.link_button, self.operands_button),
        )

    def _build_foot(self) -> QHBoxLayout:
        self.badge, self.note = QLabel(self), QLabel(self)
        self.note.setWordWrap(True)
        self.goto_field = GotoField(self)
        reduces: dict[Reduce, str] = {
            "mean": tr("Mean"),
            "min": tr("Minimum"),
            "max": tr("Maximum"),
            "absmax": tr("Largest size |x|"),
        }
        parts: dict[Part, str] = {
            "magnitude": tr("Magnitude"),
            "phase": tr("Phase"),
            "real": tr("Real part"),
            "imaginary": tr("Imaginary part"),
        }
        self.reduce_label, self.reduce_box = QLabel(tr("Block shows"), self), QComboBox(self)
        self.part_label, self.part_box = QLabel(tr("Number shows"), self), QComboBox(self)
        for reduce, text in reduces.items():
            self.reduce_box.addItem(text, reduce)
        for part, text in parts.items():
            self.part_box.addItem(text, part)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addWidget(self.badge)
        foot.addWidget(self.note, 1)
        self.before_button = QPushButton(tr("Before"), self)
        self.before_button.setCheckable(True)
        self.before_button.setToolTip(
            tr("Show the values before the line that last changed them (B)")
        )
        self.before_button.hide()
        foot.addWidget(self.before_button)
        foot.addWidget(self.goto_field)
        for label, box in (
            (self.reduce_label, self.reduce_box),
            (self.part_label, self.part_box),
        ):
            label.setBuddy(box)
            box.setAccessibleName(label.text())
            foot.addWidget(label)
            foot.addWidget(box)
        return foot

    def _lead_tab(self) -> None:
        """Let Tab go top to bottom also through what was made later than what stands below it."""
        rows = (self.facts, self.strip, self.slicing_bar)
        below = (
            *(self.cells, self.scale_panel, self.rectangle_strip, self.find_bar),
            *(self.before_button, self.goto_field),
        )
        lead_tab(
            [
                *(stop for row in rows for stop in row.stops()),
                *(stop for part in below for stop in stops_in(part)),
                self.reduce_box,
                self.part_box,
            ]
        )

    def show_look(self, look: Look, info: TensorInfo) -> None:
        """Bring the controls in line with a look at a tensor."""
        self.rank = len(info.shape)
        self.facts.set_info(info)
        self.slicing_bar.set_slicing(look.slicing)
        self.slicing_bar.offer_colours(refusal(look.dtype), channel_dim(look.slicing.shape))
        has_scale = look.slicing.channels is None
        self.scale_panel.setVisible(has_scale)
        for button in (self.statistics_button, self.profiles_button, self.find_button):
            button.setEnabled(has_scale)  # they are about one matrix of numbers
        self.show_axes(look.slicing)
        self.profiles_button.setEnabled(not look.slicing.grid)
        self.statistics_button.setChecked(look.statistics)
        self.profiles_button.setChecked(look.profiles)
        self.strip.setVisible(look.statistics and has_scale)
        self.scale_panel.offer_scope(
            offered=len(look.slicing.shape) > 2, in_grid=bool(look.slicing.grid)
        )
        self.strip.offer_lines(offered=not look.slicing.grid)
        is_complex = look.dtype.startswith("complex")
        self.part_label.setVisible(is_complex)
        self.part_box.setVisible(is_complex)
        for box, value in ((self.reduce_box, look.reduce), (self.part_box, look.part)):
            with QSignalBlocker(box):
                box.setCurrentIndex(box.findData(value))

    def show_axes(self, slicing: Slicing) -> None:
        """Name what the axes count: with a grid, that depends on the zoom."""
        lattice = Lattice.of(slicing)
        dims = slicing.rows, slicing.columns
        labels = tuple("" if dim is None else tr("dim {dim}", dim=dim) for dim in dims)
        if lattice:
            labels = lattice.labels(self.cells.view)
        self.maps.set_lattice(lattice)
        self.cells.set_grid(*slicing.size, *labels, gaps=lattice)

    def draw(
        self,
        tile: Tile,
        look: Look,
        scale: Scale,
        change: str = "",
        ranges: LineRanges | None = None,
    ) -> None:
        """Show a tile in the colours of `scale`; `change` says what the last write did to it.

        `ranges` are those of the tile's lines, for a scale along them.
        """
        whole = is_whole(tile, look.dtype, look.reduce)
        self.setUpdatesEnabled(True)
        self.item.set_picture(picture(tile, scale, whole=whole, ranges=ranges))
        self.item.setOpacity(1.0)
        reach = drawn_range(tile, look.reduce)
        self._shown = scale, whole, reach or (scale.low, scale.high)
        self.scale_panel.marks.set_tile(tile)
        self.badge.setVisible(not (tile.has_cells and tile.is_exact))
        self.show_progress(tile.progress)
        has_choice = not (tile.has_cells or tile.colours)
        self.reduce_label.setVisible(has_choice)
        self.reduce_box.setVisible(has_choice)
        self.before_button.setVisible(bool(tile.changed_by))
        self.before_button.setChecked(tile.as_of < 0)
        self.before_button.setText(tr("After") if tile.as_of < 0 else tr("Before"))
        parts = [change, block_text(tile), _odd_text(tile), outlier_text(tile)]
        if tile.colours:
            parts.append(clipped_text(tile, look.dtype))
        elif reach and not scale.along and (reach[1] < scale.low or reach[0] > scale.high):
            parts.append(tr("All values lie outside the colour scale: A fits it"))
        self.note.setText(" · ".join(filter(None, parts)))

    def show_counts(
        self, look: Look, expression: str, summary: Summary | None, progress: float | None
    ) -> None:
        """Show what is known of all values, and how far it is if that takes long."""
        self._summary = summary
        scale, whole, reach = self._shown
        self.scale_panel.show_scale(scale, look.choice, whole=whole, reach=reach, summary=summary)
        self.scale_panel.show_note(scale_note(scale, summary, progress))
        all_slices = look.choice.scope == "tensor" or len(look.slicing.shape) < 3
        self.strip.show_summary(
            summary, expression if all_slices else look.slicing.code(expression)
        )

    @property
    def legend(self) -> tuple[Scale, bool, tuple[Level, Level], Summary | None]:
        """The scale of the picture, whether its values are whole, their range, and their counts."""
        return *self._shown, self._summary

    def is_drawn(self, tile: Tile) -> bool:
        """Return whether this very tile is in the picture."""
        return self.item.picture is not None and self.item.picture.tile is tile

    def show_progress(self, progress: float) -> None:
        """Tell how much of the tensor the blocks on the screen are reduced from."""
        if progress == 1.0:
            self.badge.setText(tr("Exact"))
            self.badge.setToolTip(tr("Every element counts in the block that it lies in"))
        else:
            self.badge.setText(tr("Sampled, {n} % exact", n=math.floor(100 * progress)))
            self.badge.setToolTip(
                tr("Some rows are read, the rest follows: range and counts may still grow")
            )

    def fade(self) -> None:
        """Show that the picture is that of a moment ago, or that there is none yet."""
        self.setUpdatesEnabled(True)
        self.item.setOpacity(0.4)

    def clear(self) -> None:
        """Hold no picture; what is on the screen stays until another is drawn, or is late."""
        self.setUpdatesEnabled(False)
        self.item.set_picture(None)
        self.item.set_focus(None)
        self.item.setOpacity(1.0)
        self.note.setText("")
        self.badge.hide()


def block_text(tile: Tile) -> str:
    """Return what a pixel stands for, "" where that is a cell."""
    if tile.has_cells:
        return ""
    size = f"{tile.block_rows} × {tile.block_columns}"
    return tr("Each pixel is a block of {size}", size=size)


def outlier_text(tile: Tile) -> str:
    """Return how many blocks hide cells that their mean does not tell of, "" if none does."""
    match outlier_blocks(tile):
        case 0:
            return ""
        case 1:
            return tr("1 block hides an outlier")
        case n:
            return tr("{n} blocks hide outliers", n=f"{n:,}")


def _odd_text(tile: Tile) -> str:
    counts = (
        (tile.nan, "NaN"),
        (tile.positive_infinity, "+Inf"),
        (tile.negative_infinity, "-Inf"),
    )
    found = ", ".join(f"{n:,} {kind}" for n, kind in counts if n)
    return found if tile.is_exact or not found else tr("at least {found}", found=found)
