"""A table of the statistics of each row or column, to be sorted and copied."""

import numpy as np
from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QLabel,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from explorer.panes.heatmap.counts.errand import Errand
from explorer.panes.heatmap.counts.summary import MOST_LINES, Along, Lines, LinesAsk, Stepped
from explorer.panes.heatmap.counts.survey import numbers
from explorer.panes.heatmap.look import Look
from explorer.panes.heatmap.scales.scale import level_text
from explorer.protocol import Array, Problem, TensorInfo
from explorer.text import Text, tr
from explorer.window.code import code_font
from explorer.window.controller import Controller

FIELDS = ("low", "high", "mean", "std", "zeros", "nan", "infinite")
TITLES: dict[str, Text] = {
    "low": "Min",
    "high": "Max",
    "mean": "Mean",
    "std": "Std",
    "zeros": "Zeros",
    "nan": "NaN",
    "infinite": "Inf",
}

Index = QModelIndex | QPersistentModelIndex


class LinesModel(QAbstractTableModel):
    """Rows in the order that was asked for."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.columns: list[np.ndarray[tuple[int], np.dtype[np.float64]]] = []
        self._order = np.arange(0)
        self._sorted: tuple[int, Qt.SortOrder] = (0, Qt.SortOrder.AscendingOrder)

    def set_lines(self, lines: Lines | None) -> None:
        """Show other lines, sorted as before."""
        self.beginResetModel()
        arrays: list[Array] = [getattr(lines, field) for field in FIELDS] if lines else []
        self.columns = [numbers(array) for array in arrays]
        if self.columns:
            self.columns.insert(0, np.arange(float(len(self.columns[0]))))
        self._arrange()
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """Return how many lines there are."""
        return 0 if parent.isValid() else len(self._order)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """Return the index and the fields."""
        return 0 if parent.isValid() else 1 + len(FIELDS)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return a number as text, exact as a tip."""
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(index, exact=False)
        return self._text(index, exact=True) if role == Qt.ItemDataRole.ToolTipRole else None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """Return the title of a column."""
        if role != Qt.ItemDataRole.DisplayRole or orientation != Qt.Orientation.Horizontal:
            return None
        return tr(TITLES[FIELDS[section - 1]]) if section else tr("Index")

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by a column; what is not a number comes last."""
        self._sorted = column, order
        self.layoutAboutToBeChanged.emit()
        self._arrange()
        self.layoutChanged.emit()

    def text(self) -> str:
        """Return all lines as they stand, tabs between columns."""
        across = range(self.columnCount())
        head = [str(self.headerData(c, Qt.Orientation.Horizontal)) for c in across]
        rows = (
            [self._text(self.index(row, c), exact=True) for c in across]
            for row in range(self.rowCount())
        )
        return "\n".join("\t".join(row) for row in (head, *rows))

    def _arrange(self) -> None:
        column, order = self._sorted
        if not self.columns:
            self._order = np.arange(0)
            return
        keys = np.where(np.isfinite(self.columns[column]), self.columns[column], np.nan)
        if order == Qt.SortOrder.DescendingOrder:
            keys = -keys
        self._order = np.argsort(keys, kind="stable")

    def _text(self, index: Index, *, exact: bool) -> str:
        number = float(self.columns[index.column()][self._order[index.row()]])
        if not np.isfinite(number):
            return ""  # a line without finite elements has no range
        if number == int(number) and abs(number) < 1e15:
            return str(int(number))
        return repr(number) if exact else level_text(number)


class LinesDialog(QDialog):
    """Follows the heat map that opened it."""

    def __init__(self, controller: Controller, parent: QWidget) -> None:
        super().__init__(parent)
        self._along: Along = "rows"
        self._errand = Errand(controller, self, delay_ms=0)
        self._errand.arrived.connect(self._on_arrived)
        column = QVBoxLayout(self)
        self.note = QLabel(self)
        self.note.setWordWrap(True)
        self.table, self.model = QTableView(self), LinesModel(self)
        self.table.setModel(self.model)
        self.table.setFont(code_font())
        self.table.setSortingEnabled(True)
        self.table.sortByColumn(0, Qt.SortOrder.AscendingOrder)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.verticalHeader().hide()
        row_px = self.table.fontMetrics().height() + 6
        self.table.verticalHeader().setDefaultSectionSize(row_px)
        self.table.setWordWrap(False)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        self.copy_button = buttons.addButton(
            tr("Copy table"), QDialogButtonBox.ButtonRole.ActionRole
        )
        self.copy_button.setToolTip(tr("Copy all lines as they stand, to be pasted into a sheet"))
        self.copy_button.clicked.connect(self.copy)
        buttons.rejected.connect(self.reject)
        column.addWidget(self.note)
        column.addWidget(self.table, 1)
        column.addWidget(buttons)
        self.resize(640, 420)

    @property
    def is_complete(self) -> bool:
        """Whether the table is that of the tensor as it is."""
        return self._errand.is_done

    def show_along(self, along: Along) -> None:
        """Show rows or columns, in front."""
        self._along = along
        self.model.set_lines(None)
        self.show()
        self.raise_()

    def look_at(
        self, expression: str, look: Look, info: TensorInfo, moment: tuple[int, int]
    ) -> None:
        """Tell of the plane that is looked at; `moment` is as of when, and the data's revision."""
        size = look.slicing.size[0 if self._along == "rows" else 1]
        shown = min(size, MOST_LINES)
        code = look.slicing.code(expression, None)
        title = tr("Rows of {x}", x=code) if self._along == "rows" else tr("Columns of {x}", x=code)
        self.setWindowTitle(title)
        self.table.setAccessibleName(title)
        self._note = (
            tr("The first {n} of {all}", n=f"{shown:,}", all=f"{size:,}") if size > shown else ""
        )
        ask = LinesAsk(
            expression=expression,
            as_of=moment[0],
            part=look.part,
            plane=look.slicing.plane,
            along=self._along,
            start=0,
            stop=shown,
            full=True,
        )
        self._errand.request(ask, (info, moment[1]))
        self._show_note()

    def forget(self) -> None:
        """Show nothing: the tensor has gone."""
        self._errand.forget()
        self.model.set_lines(None)

    def copy(self) -> None:
        """Put the table on the clipboard."""
        QGuiApplication.clipboard().setText(self.model.text())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Copy by key."""
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        else:
            super().keyPressEvent(event)

    def _on_arrived(self) -> None:
        answer = self._errand.answer
        if isinstance(answer, Lines) and self._errand.is_done:
            self.model.set_lines(answer)
            self.table.resizeColumnsToContents()
        self._show_note()

    def _show_note(self) -> None:
        answer, parts = self._errand.answer, [self._note]
        if isinstance(answer, Problem):
            parts.append(answer.what)
        elif self._errand.is_long and isinstance(answer, Stepped):
            parts.append(tr("Counting: {n} %", n=int(answer.progress * 100)))
        self.note.setText(" · ".join(filter(None, parts)))
        self.note.setVisible(bool(self.note.text()))
