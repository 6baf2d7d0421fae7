"""The panel of the colour scale: its map, its mode, its levels as numbers, and what it says of them."""

import math
from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QAction, QResizeEvent, QStandardItemModel
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QComboBox,
    QDoubleSpinBox,
    QHBoxLayout,
    QLabel,
    QLayout,
    QLineEdit,
    QListView,
    QMenu,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from explorer.panes.heatmap.counts.summary import Summary
from explorer.panes.heatmap.scales.mark_legend import MarkLegend
from explorer.panes.heatmap.scales.scale import (
    LINE_MODES,
    MAPS,
    Choice,
    Level,
    Mode,
    Scale,
    level_text,
)
from explorer.panes.heatmap.scales.scale_bar import COUNTS_PX, GAP_PX, ScaleBar
from explorer.text import Text, tr
from explorer.window.scale import px

LABELLED_PX, CHOICES_PX, NOTED_PX = 280, 210, 250
"""The heights from which the panel has room for its labels, its choices, and its notes."""
WIDTH_PX = 148

MODES: dict[Mode, Text] = {
    "auto": "Automatic",
    "minmax": "Min to max",
    "percentile": "Percentiles",
    "symmetric": "Symmetric about 0",
    "log": "Logarithmic",
    "row": "Per row",
    "column": "Per column",
    "map": "Per slice",
    "fixed": "Fixed",
}


class ScalePanel(QWidget):
    """The colour scale with its controls. It shows, and decides nothing."""

    choice_changed = Signal(object)
    """The `Choice` that the person made."""
    levels_changed = Signal(object, object)
    """Low and high as numbers, dragged, moved by keys or typed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._choice = Choice()
        self._labels: list[QLabel] = []
        self._note = ""
        column = QVBoxLayout(self)
        # Its own minimum is that of all controls: a low panel hides some instead.
        column.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        maps = [("auto", tr("Automatic")), *((name, tr(name)) for name in MAPS)]
        self.map_box = self._box(column, tr("Colours"), maps)
        modes = [(mode, tr(text)) for mode, text in MODES.items()]
        self.mode_box = self._box(column, tr("Levels"), modes)
        column.addWidget(self._build_percentiles())
        self.high_edit = QLineEdit(self)
        self.high_edit.setAccessibleName(tr("Highest level"))
        self.bar = ScaleBar(self)  # between them: Tab goes in the order of making
        self.low_edit = QLineEdit(self)
        self.low_edit.setAccessibleName(tr("Lowest level"))
        column.addSpacing(4)
        column.addWidget(self.high_edit)
        column.addWidget(self.bar, 1)
        column.addWidget(self.low_edit)
        self.marks = MarkLegend(COUNTS_PX + GAP_PX, self)
        column.addWidget(self.marks)
        self.note_label = QLabel(self)
        self.note_label.setWordWrap(True)
        self.note_label.hide()
        column.addWidget(self.note_label)
        column.addLayout(self._build_foot())
        # Words in another language may be longer.
        foot_px = self.fit_button.sizeHint().width() + 4 + self.more_button.sizeHint().width()
        self.setFixedWidth(max(px(WIDTH_PX), foot_px))
        for edit in (self.high_edit, self.low_edit):
            edit.editingFinished.connect(self._on_level_typed)
        self.bar.levels_dragged.connect(self.levels_changed)
        self.map_box.activated.connect(self._on_choice_activated)
        self.mode_box.activated.connect(self._on_choice_activated)

    def _build_percentiles(self) -> QWidget:
        self.percentiles = QWidget(self)
        row = QHBoxLayout(self.percentiles)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        self.low_percent, self.high_percent = (QDoubleSpinBox(self.percentiles) for _ in range(2))
        names = (
            (self.low_percent, tr("Lowest percentile")),
            (self.high_percent, tr("Highest percentile")),
        )
        for spin, name in names:
            spin.setButtonSymbols(QAbstractSpinBox.ButtonSymbols.NoButtons)
            spin.setDecimals(1)
            spin.setRange(0, 100)
            spin.setSuffix(" %")
            spin.setKeyboardTracking(False)
            spin.setAccessibleName(name)
            spin.setToolTip(name)
            spin.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            spin.valueChanged.connect(self._on_percentile_changed)
            row.addWidget(spin, 1)
        self.percentiles.hide()
        return self.percentiles

    def _build_foot(self) -> QHBoxLayout:
        self.fit_button = QPushButton(tr("Fit colours"), self)
        self.fit_button.setToolTip(tr("Fit the levels to the values in view (A)"))
        self.fit_button.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.more_button = QToolButton(self)
        self.more_button.setText("⋯")
        self.more_button.setAccessibleName(tr("More about levels"))
        self.more_button.setToolTip(tr("More about levels"))
        self.more_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.more_button.setStyleSheet("QToolButton::menu-indicator { image: none; }")
        menu = QMenu(self.more_button)
        self.share_action = QAction(tr("Copy levels to other heat maps (Shift+L)"), menu)
        self.scope_action = QAction(tr("Count all slices, not only this one"), menu)
        self.scope_action.setCheckable(True)
        self.scope_action.triggered.connect(self._on_choice_activated)
        menu.addActions([self.share_action, self.scope_action])
        self.more_button.setMenu(menu)
        foot = QHBoxLayout()
        foot.setSpacing(4)
        foot.addWidget(self.fit_button, 1)
        foot.addWidget(self.more_button)
        return foot

    def minimumSizeHint(self) -> QSize:
        """Return the size with the levels alone, which is what a low panel shows."""
        height = sum(w.sizeHint().height() + 4 for w in (self.high_edit, self.low_edit))
        return QSize(self.minimumWidth(), height + self.bar.minimumHeight())

    def sizeHint(self) -> QSize:
        """Want no more than the minimum: what stands above the picture comes first."""
        return self.minimumSizeHint()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show labels and choices where there is room for them."""
        super().resizeEvent(event)
        self._show_what_fits()

    def _show_what_fits(self) -> None:
        height = self.height()
        for label in self._labels:
            label.setVisible(height >= LABELLED_PX)
        for control in (self.map_box, self.mode_box, self.fit_button, self.more_button):
            control.setVisible(height >= CHOICES_PX)
        self.percentiles.setVisible(self._choice.mode == "percentile" and height >= CHOICES_PX)
        edits_px = 0 if self.bar.is_fixed else 2 * (self.low_edit.sizeHint().height() + 4)
        self.note_label.setVisible(bool(self._note) and height >= NOTED_PX + edits_px)

    def show_scale(
        self,
        scale: Scale,
        choice: Choice,
        *,
        whole: bool,
        reach: tuple[Level, Level],
        summary: Summary | None = None,
    ) -> None:
        """Show a scale, without a signal."""
        self._choice = choice
        self.bar.set_scale(scale, whole=whole, reach=reach, summary=summary)
        for edit, level in ((self.high_edit, scale.high), (self.low_edit, scale.low)):
            edit.setVisible(not self.bar.is_fixed)
            if not (edit.hasFocus() and edit.isModified()):
                edit.setText(level_text(level))
                edit.setCursorPosition(0)
        self.map_box.setCurrentIndex(max(0, self.map_box.findData(choice.map)))
        self.mode_box.setCurrentIndex(max(0, self.mode_box.findData(choice.mode)))
        self.mode_box.setToolTip(self.mode_box.currentText())
        self.scope_action.setChecked(choice.scope == "tensor")
        self._show_percentiles()
        self._show_what_fits()

    def _show_percentiles(self) -> None:
        spins = self.low_percent, self.high_percent
        for spin, percent in zip(spins, self._choice.percentiles, strict=True):
            with QSignalBlocker(spin):
                spin.setValue(percent)

    def show_note(self, note: str) -> None:
        """Say something about the scale in hand, nothing for ""."""
        if note != self._note:
            self._note = note
            self.bar.note = note
            self.note_label.setText(note)
            self._show_what_fits()

    def offer_scope(self, *, offered: bool, in_grid: bool) -> None:
        """Let all slices be counted where a tensor has more than one, each if they are `in_grid`."""
        self.scope_action.setVisible(offered)
        model, view = self.mode_box.model(), self.mode_box.view()
        for row in range(self.mode_box.count()):
            mode: Mode = self.mode_box.itemData(row)
            is_offered = mode not in LINE_MODES or (mode == "map") == in_grid
            if isinstance(model, QStandardItemModel):
                model.item(row).setEnabled(is_offered)
            if isinstance(view, QListView):
                view.setRowHidden(row, not is_offered)

    def _box(self, column: QVBoxLayout, text: str, rows: Sequence[tuple[str, str]]) -> QComboBox:
        label, box = QLabel(text, self), QComboBox(self)
        self._labels.append(label)
        label.setBuddy(box)
        box.setAccessibleName(text)
        box.setToolTip(text)
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        box.setMinimumContentsLength(6)
        for data, shown in rows:
            box.addItem(shown, data)
        # The list is as wide as its texts, whatever the width of the panel.
        view = box.view()
        view.setMinimumWidth(view.sizeHintForColumn(0) + 24)
        view.setTextElideMode(Qt.TextElideMode.ElideNone)
        column.addWidget(label)
        column.addWidget(box)
        return box

    def _on_choice_activated(self) -> None:
        mode: Mode = self.mode_box.currentData()
        chosen = replace(
            self._choice,
            map=self.map_box.currentData(),
            scope="tensor" if self.scope_action.isChecked() else "slice",
        )
        if mode != chosen.mode:
            chosen = chosen.at_levels() if mode == "fixed" else replace(chosen.unfixed, mode=mode)
        self.choice_changed.emit(chosen)

    def _on_percentile_changed(self) -> None:
        low, high = self.low_percent.value(), self.high_percent.value()
        if low < high:
            self.choice_changed.emit(replace(self._choice, percentiles=(low, high)))
        else:
            self._show_percentiles()

    def _on_level_typed(self) -> None:
        if not (self.high_edit.isModified() or self.low_edit.isModified()):
            return
        levels = [self.bar.scale.low, self.bar.scale.high]
        for i, edit in enumerate((self.low_edit, self.high_edit)):
            if edit.isModified():
                number = _number(edit.text())
                edit.setModified(False)
                if number is None:
                    edit.setText(level_text(levels[i]))
                else:
                    levels[i] = number
        self.levels_changed.emit(*levels)


def _number(text: str) -> Level | None:
    for kind in (int, float):
        try:
            number: Level = kind(text.strip())
        except ValueError:
            continue
        return number if math.isfinite(number) else None
    return None
