"""The slicing bar: which dims are rows and columns, and an index for each of the others."""

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QSlider,
    QSpinBox,
    QWidget,
)

from explorer.panes.heatmap.channels import channel_dim
from explorer.panes.heatmap.flow import FlowRow
from explorer.panes.heatmap.slicing import Slicing
from explorer.text import tr

SLIDER_PX = 110
MOST_ROWS = 2
"""More rows of chips than this would leave no room for the picture: then the sliders go."""


class DimChip(QWidget):
    """One dim that stands at an index: its name and size, a slider, a number."""

    moved = Signal(int, int)
    """Dim and index."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._dim = 0
        self._label = QLabel(self)
        self.slider = QSlider(Qt.Orientation.Horizontal, self)
        self.slider.setFixedWidth(SLIDER_PX)
        self.spin = QSpinBox(self)
        self.spin.setKeyboardTracking(False)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 8, 0)
        row.setSpacing(6)
        for widget in (self._label, self.slider, self.spin):
            row.addWidget(widget)
        self.slider.valueChanged.connect(self._on_value_changed)
        self.spin.valueChanged.connect(self._on_value_changed)

    def set_dim(self, dim: int, size: int, index: int) -> None:
        """Show a dim, without a signal."""
        self._dim = dim
        self._label.setText(tr("dim {dim} · size {size}", dim=dim, size=size))
        for control in (self.slider, self.spin):
            with QSignalBlocker(control):
                control.setRange(0, size - 1)
                control.setValue(index)
            control.setEnabled(size > 1)
            control.setAccessibleName(tr("Index in dim {dim}", dim=dim))
        self.spin.setSuffix(f" / {size - 1}")

    def _on_value_changed(self, index: int) -> None:
        self.moved.emit(self._dim, index)


class SlicingBar(FlowRow):
    """Hidden for tensors of up to two dims."""

    changed = Signal(object)
    """The `Slicing` that the person wants."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, gap=6, row_gap=4)
        self._slicing = Slicing.of(())
        self.chips: list[DimChip] = []
        self.rows_box, self.columns_box = QComboBox(self), QComboBox(self)
        for text, box in ((tr("Rows"), self.rows_box), (tr("Columns"), self.columns_box)):
            holder = QWidget(self)
            row = QHBoxLayout(holder)
            row.setContentsMargins(0, 0, 8, 0)
            row.setSpacing(6)
            label = QLabel(text, holder)
            label.setBuddy(box)
            box.setAccessibleName(text)
            row.addWidget(label)
            row.addWidget(box)
            self.flow.addWidget(holder)
        self.colours_box = QCheckBox(tr("As colours"), self)
        self.colours_box.clicked.connect(self._on_colours_clicked)
        self.colours_box.setMinimumHeight(self.rows_box.sizeHint().height())
        self.flow.addWidget(self.colours_box)
        self.rows_box.activated.connect(self._on_rows_activated)
        self.columns_box.activated.connect(self._on_columns_activated)

    def set_slicing(self, slicing: Slicing) -> None:
        """Show a slicing, without a signal."""
        changed, self._slicing = slicing.shape != self._slicing.shape, slicing
        self.setVisible(len(slicing.shape) > 2)
        for box, dim in ((self.rows_box, slicing.rows), (self.columns_box, slicing.columns)):
            if changed:
                box.clear()
                for d, n in enumerate(slicing.shape):
                    box.addItem(tr("dim {dim} · size {size}", dim=d, size=n))
            box.setCurrentIndex(-1 if dim is None else dim)
        self.colours_box.setVisible(channel_dim(slicing.shape) is not None)
        self.colours_box.setChecked(slicing.channels is not None)
        fixed = slicing.fixed
        while len(self.chips) < len(fixed):
            chip = DimChip(self)
            chip.moved.connect(self._on_moved)
            self.flow.addWidget(chip)
            self.chips.append(chip)
            self.extended.emit()
        for i, chip in enumerate(self.chips):
            chip.setVisible(i < len(fixed))
            if i < len(fixed):
                chip.set_dim(fixed[i], slicing.shape[fixed[i]], slicing.index[fixed[i]])
        self.fit()

    def fit(self) -> None:
        """Take the height that is needed, without sliders where chips would fill many rows."""
        self._show_sliders(shown=True)
        row_px = self.rows_box.sizeHint().height() + 4
        if self.flow.height_px(self.width()) > MOST_ROWS * row_px:
            self._show_sliders(shown=False)
        super().fit()

    def _show_sliders(self, *, shown: bool) -> None:
        for chip in self.chips:
            chip.slider.setVisible(shown)
            chip.updateGeometry()

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
