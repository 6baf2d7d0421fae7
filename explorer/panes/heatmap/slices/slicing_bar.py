"""The slicing bar: which dims are rows and columns, and an index for each of the others."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QWidget

from explorer.panes.heatmap.slices.channels import channel_dim
from explorer.panes.heatmap.slices.dim_chip import RunningChip, SliceChip
from explorer.panes.heatmap.slices.slicing import Slicing
from explorer.text import tr
from explorer.window.flow import FlowRow

MOST_ROWS = 2
"""More rows of chips than this would leave no room for the picture: then the sliders go."""


class SlicingBar(FlowRow):
    """Hidden for tensors of up to two dims."""

    changed = Signal(object)
    """The `Slicing` that the person wants."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, gap=6, row_gap=4)
        self._slicing = Slicing.of(())
        self.running: list[RunningChip] = []
        """Rows and columns."""
        self.chips: list[SliceChip] = []
        """The dims that stand at an index or are shown slice by slice."""
        self.rows_box, self.columns_box = QComboBox(self), QComboBox(self)
        for text, box in ((tr("Rows"), self.rows_box), (tr("Columns"), self.columns_box)):
            holder = RunningChip(text, box, self)
            holder.swapped.connect(self._on_swapped)
            self.add(holder)
            self.running.append(holder)
        self.colours_box = QCheckBox(tr("As colours"), self)
        self.colours_box.clicked.connect(self._on_colours_clicked)
        self.colours_box.setMinimumHeight(self.rows_box.sizeHint().height())
        self.add(self.colours_box)
        self.rows_box.activated.connect(self._on_rows_activated)
        self.columns_box.activated.connect(self._on_columns_activated)

    def set_slicing(self, slicing: Slicing) -> None:
        """Show a slicing, without a signal."""
        if slicing == self._slicing and self.rows_box.count():
            return
        changed, self._slicing = slicing.shape != self._slicing.shape, slicing
        self.setVisible(len(slicing.shape) > 2)
        for holder, dim in zip(self.running, (slicing.rows, slicing.columns), strict=True):
            holder.dim = -1 if dim is None else dim
        for box, dim in ((self.rows_box, slicing.rows), (self.columns_box, slicing.columns)):
            if changed:
                box.clear()
                for d, n in enumerate(slicing.shape):
                    box.addItem(tr("dim {dim} · size {size}", dim=d, size=n))
            box.setCurrentIndex(-1 if dim is None else dim)
        self.colours_box.setVisible(channel_dim(slicing.shape) is not None)
        self.colours_box.setChecked(slicing.channels is not None)
        dims = sorted((*slicing.fixed, *slicing.grid))
        while len(self.chips) < len(dims):
            self._add_chip()
        for i, chip in enumerate(self.chips):
            chip.setVisible(i < len(dims))
            if i < len(dims):
                chip.show_in(slicing, dims[i])
        self.fit()

    def fit(self) -> None:
        """Take the height that is needed, without sliders where chips would fill many rows."""
        for holder in self.running:
            holder.row.activate()  # else it is placed by the width that it wanted before
            holder.updateGeometry()
        self._show_sliders(shown=True)
        row_px = self.rows_box.sizeHint().height() + 4
        if self.height_px(self.width()) > MOST_ROWS * row_px:
            self._show_sliders(shown=False)
        super().fit()

    def _show_sliders(self, *, shown: bool) -> None:
        for chip in self.chips:
            chip.let_slide(shown=shown)

    def _add_chip(self) -> None:
        chip = SliceChip(self)
        chip.moved.connect(self._on_moved)
        chip.swapped.connect(self._on_swapped)
        chip.rows_chosen.connect(self._on_rows_activated)
        chip.columns_chosen.connect(self._on_columns_activated)
        chip.grid_toggled.connect(self._on_grid_toggled)
        self.add(chip)
        self.chips.append(chip)
        self.extended.emit()

    def offer_colours(self, refusal: str, dim: int | None) -> None:
        """Let a dim be shown as colours, or say why it can't be."""
        self.colours_box.setEnabled(not refusal)
        tip = refusal or tr("Show dim {dim} as red, green and blue (C)", dim=dim)
        self.colours_box.setToolTip(tip)
        self.colours_box.setAccessibleDescription(tip)

    def _on_colours_clicked(self) -> None:
        self.changed.emit(self._slicing.coloured(on=self.colours_box.isChecked()))

    def _on_rows_activated(self, dim: int) -> None:
        self.changed.emit(self._slicing.show(rows=dim))

    def _on_columns_activated(self, dim: int) -> None:
        self.changed.emit(self._slicing.show(columns=dim))

    def _on_moved(self, dim: int, index: int) -> None:
        self.changed.emit(self._slicing.at(dim, index))

    def _on_swapped(self, dropped: int, on: int) -> None:
        self.changed.emit(self._slicing.swapped(dropped, on))

    def _on_grid_toggled(self, dim: int) -> None:
        self.changed.emit(self._slicing.gridded(dim))
