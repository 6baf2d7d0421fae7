"""The bar over a comparison: the verdict, its tolerances, and the way to each cell that differs."""

import math

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from explorer.comparison import Comparison, Kind
from explorer.panes.heatmap.watches.comparing import Tolerance, Verdict
from explorer.protocol import Answer, Problem
from explorer.text import tr
from explorer.window.field import Field
from explorer.window.flow import FlowRow

NUMBER_PX = 64


class CompareBar(QWidget):
    """Hidden while nothing is compared. It asks nothing itself."""

    kind_chosen = Signal(str)
    """A `Kind`: how the difference is to be shown."""
    tolerance_changed = Signal()
    next_requested = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.verdict = QLabel(self)
        self.verdict.setWordWrap(True)
        self.verdict.setTextFormat(Qt.TextFormat.PlainText)
        self.verdict.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.next_button = QPushButton(tr("Next difference"), self)
        self.next_button.setToolTip(tr("Go to the next cell that differs (D), back with Shift+D"))
        self.kind_box = QComboBox(self)
        self.kind_box.setAccessibleName(tr("How the difference is shown"))
        kinds: dict[Kind, str] = {
            "difference": "A - B",
            "absolute": "|A - B|",
            "relative": "|A - B| / |B|",
        }
        for kind, text in kinds.items():
            self.kind_box.addItem(text, kind)
        for i, tip in enumerate((tr("Difference"), tr("Absolute error"), tr("Relative error"))):
            self.kind_box.setItemData(i, tip, Qt.ItemDataRole.ToolTipRole)
        self.rtol, self.atol = Field(self), Field(self)
        self.nan_box = QCheckBox(tr("NaN equals NaN"), self)
        self.row = FlowRow(self, gap=12, row_gap=4)
        self.row.add(self.kind_box)
        for name, field, tip in (
            ("rtol", self.rtol, tr("How much of |B| an element may be off")),
            ("atol", self.atol, tr("How much an element may be off, whatever its size")),
        ):
            field.setAccessibleName(name)
            field.setToolTip(tip)
            field.setFixedWidth(NUMBER_PX)
            field.editingFinished.connect(self._on_edited)
            self.row.add(_labelled(name, field, self.row))
        self.row.add(self.nan_box)
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(self.verdict, 1)
        head.addWidget(self.next_button, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 4)
        column.setSpacing(4)
        column.addLayout(head)
        column.addWidget(self.row)
        self.kind_box.activated.connect(self._on_kind_activated)
        self.nan_box.toggled.connect(self._on_edited)
        self.next_button.clicked.connect(self.next_requested)
        self.tolerance = Tolerance()
        self.set_tolerance(self.tolerance)
        self.hide()

    def show_comparison(self, comparison: Comparison) -> None:
        """Show which two are compared."""
        with QSignalBlocker(self.kind_box):
            self.kind_box.setCurrentIndex(self.kind_box.findData(comparison.kind))
        self.kind_box.setToolTip(f"A = {comparison.left}\nB = {comparison.right}")
        self.row.fit()

    def set_tolerance(self, tolerance: Tolerance) -> None:
        """Show other tolerances."""
        self.tolerance = tolerance
        self.rtol.setText(f"{tolerance.rtol:g}")
        self.atol.setText(f"{tolerance.atol:g}")
        with QSignalBlocker(self.nan_box):
            self.nan_box.setChecked(tolerance.equal_nan)

    def show_answer(self, answer: Answer | None) -> None:
        """Show what is known of whether they are close."""
        if isinstance(answer, Problem):
            self.verdict.setText(" ".join(filter(None, (answer.what, answer.fix))))
        elif isinstance(answer, Verdict):
            self.verdict.setText(verdict_text(answer, self.tolerance))
        else:
            self.verdict.setText(tr("Comparing…"))
        can_differ = isinstance(answer, Verdict) and answer.differing > 0
        self.next_button.setEnabled(can_differ)

    def _on_edited(self) -> None:
        found = Tolerance(
            rtol=_number(self.rtol.text(), self.tolerance.rtol),
            atol=_number(self.atol.text(), self.tolerance.atol),
            equal_nan=self.nan_box.isChecked(),
        )
        is_new = found != self.tolerance
        self.set_tolerance(found)
        if is_new:
            self.tolerance_changed.emit()

    def _on_kind_activated(self) -> None:
        self.kind_chosen.emit(self.kind_box.currentData())


def verdict_text(verdict: Verdict, tolerance: Tolerance) -> str:
    """Return in words whether two tensors are close, and how far apart they are at most."""
    told = {
        "rtol": f"{tolerance.rtol:g}",
        "atol": f"{tolerance.atol:g}",
        "n": f"{verdict.differing:,}",
        "total": f"{verdict.count:,}",
    }
    if verdict.progress < 1:
        text = tr(
            "Comparing, {done} % done: {n} of {total} cells differ so far",
            done=math.floor(100 * verdict.progress),
            **told,
        )
    elif verdict.is_close:
        text = tr("allclose: yes (rtol {rtol}, atol {atol}): no cell of {total} differs", **told)
    elif verdict.differing == 1:
        text = tr("allclose: no (rtol {rtol}, atol {atol}): 1 of {total} cells differs", **told)
    else:
        text = tr("allclose: no (rtol {rtol}, atol {atol}): {n} of {total} cells differ", **told)
    if not verdict.largest:
        return text
    return tr(
        "{verdict}, largest |A - B| = {x} at {index}",
        verdict=text,
        x=verdict.largest,
        index=list(verdict.index),
    )


def _labelled(name: str, field: QWidget, parent: QWidget) -> QWidget:
    pair = QWidget(parent)
    row = QHBoxLayout(pair)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(4)
    label = QLabel(name, pair)
    label.setBuddy(field)
    row.addWidget(label)
    row.addWidget(field)
    return pair


def _number(text: str, default: float) -> float:
    """Return what was typed if it is a tolerance, else `default`."""
    try:
        number = float(text)
    except ValueError:
        return default
    return number if 0 <= number < math.inf else default
