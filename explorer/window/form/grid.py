"""A small table to type values into, or to paste a part of a spreadsheet."""

import ast

from PySide6.QtCore import QEvent, QObject, Slot
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QSpinBox,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from explorer.catalog import literal
from explorer.catalog.number import Refusal
from explorer.text import tr
from explorer.window.code import code_font

MAX_SIDE = 200
START_SIDE = 3


class GridDialog(QDialog):
    """Edits values as a table. `text` gives them as lines of cells parted by tabs."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Values of the tensor"))
        self.rows = self._spin_box(tr("Rows"))
        self.columns = self._spin_box(tr("Columns"))
        self.table = QTableWidget(START_SIDE, START_SIDE, self)
        self.table.setAccessibleName(tr("Values"))
        self.table.setFont(code_font())
        self.table.horizontalHeader().setDefaultSectionSize(72)
        self.table.installEventFilter(self)
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel, self
        )
        buttons.button(QDialogButtonBox.StandardButton.Ok).setText(tr("Use these values"))
        buttons.button(QDialogButtonBox.StandardButton.Cancel).setText(tr("Cancel"))
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        sides = QHBoxLayout()
        for spin_box in (self.rows, self.columns):
            label = QLabel(spin_box.accessibleName(), self)
            label.setBuddy(spin_box)
            sides.addWidget(label)
            sides.addWidget(spin_box)
        sides.addStretch()
        hint = QLabel(tr("Paste cells from a spreadsheet with Ctrl+V. Empty cells become 0."), self)
        hint.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.setSpacing(8)
        layout.addLayout(sides)
        layout.addWidget(self.table)
        layout.addWidget(hint)
        layout.addWidget(buttons)
        self.resize(440, 320)
        self._fill(_cells(text), 0, 0)
        self.rows.valueChanged.connect(self.table.setRowCount)
        self.columns.valueChanged.connect(self.table.setColumnCount)
        self.table.setCurrentCell(0, 0)
        self.table.setFocus()

    def text(self) -> str:
        """Return the cells, rows by newlines and columns by tabs; an empty cell is 0."""
        rows = range(self.table.rowCount())
        columns = range(self.table.columnCount())
        return "\n".join("\t".join(self._cell(r, c) for c in columns) for r in rows)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Paste into the table at the current cell."""
        if (
            watched is self.table
            and isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.KeyPress
            and event.matches(QKeySequence.StandardKey.Paste)
        ):
            self.paste()
            return True
        return super().eventFilter(watched, event)

    @Slot()
    def paste(self) -> None:
        """Put the clipboard's cells at the current cell; the table grows to hold them."""
        row, column = max(0, self.table.currentRow()), max(0, self.table.currentColumn())
        self._fill(_cells(QGuiApplication.clipboard().text()), row, column)

    def _fill(self, cells: list[list[str]], row: int, column: int) -> None:
        if not cells:
            return
        cells = [line[: MAX_SIDE - column] for line in cells[: MAX_SIDE - row]]
        if row == column == 0:  # the pasted table is the table
            self._resize(len(cells), max(map(len, cells)))
        else:
            self._resize(
                max(self.table.rowCount(), row + len(cells)),
                max(self.table.columnCount(), column + max(map(len, cells))),
            )
        for r, line in enumerate(cells, row):
            for c, cell in enumerate(line, column):
                self.table.setItem(r, c, QTableWidgetItem(cell))

    def _resize(self, rows: int, columns: int) -> None:
        self.table.setRowCount(rows)
        self.table.setColumnCount(columns)
        self.rows.setValue(rows)
        self.columns.setValue(columns)

    def _cell(self, row: int, column: int) -> str:
        item = self.table.item(row, column)
        return (item.text().strip() if item else "") or "0"

    def _spin_box(self, name: str) -> QSpinBox:
        spin_box = QSpinBox(self)
        spin_box.setRange(1, MAX_SIDE)
        spin_box.setValue(START_SIDE)
        spin_box.setAccessibleName(name)
        return spin_box


def _cells(text: str) -> list[list[str]]:
    """Return what is typed or pasted as rows of cells; what is no table of values as far as it is."""
    if "\t" in text:
        return [line.split("\t") for line in text.splitlines() if line.strip()]
    try:
        values = ast.parse(literal.data(text), mode="eval").body
    except Refusal:
        return [line.split() for line in text.splitlines() if line.strip()]
    rows = values.elts if isinstance(values, ast.List) else [values]
    table = [row.elts for row in rows if isinstance(row, ast.List)] or [rows]
    if any(isinstance(cell, ast.List) for row in table for cell in row):
        return []  # more than two dimensions
    return [[ast.unparse(cell) for cell in row] for row in table if row]
