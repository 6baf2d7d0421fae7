"""Why a cell has its value, in words: a sentence, and the cells that it came from in a table."""

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from explorer.panes.heatmap.whys.sentence import (
    LineNumber,
    cell_text,
    partial_text,
    sentence,
)
from explorer.panes.heatmap.whys.why import Why
from explorer.protocol import Problem
from explorer.text import tr
from explorer.window.close_button import CloseButton
from explorer.window.code import code_font
from explorer.window.scale import px

MOST_ROWS = 200
"""So many cells stand in the table, those with the largest derivatives."""
ROWS_SEEN = 4
COLUMN_PX = 88


class WhyPanel(QFrame):
    """Hidden until it is wanted."""

    inputs_wanted = Signal(object)
    """Expressions that the person wants to see, a tuple."""
    closed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAutoFillBackground(True)
        self.setBackgroundRole(QPalette.ColorRole.AlternateBase)
        self.setAccessibleName(tr("Why this value"))
        self._expressions: tuple[str, ...] = ()
        self.text = QLabel(self)
        self.text.setWordWrap(True)
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.inputs_button = QPushButton(tr("Show inputs"), self)
        self.inputs_button.setToolTip(tr("Open heat maps of the tensors that it came from"))
        self.inputs_button.setAutoDefault(False)
        self.close_button = CloseButton(self, self.accessibleName(), self)
        self.close_button.setToolTip(tr("Put the answer away (Esc)"))
        self.close_button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.table = QTreeWidget(self)
        self.table.setRootIsDecorated(False)
        self.table.setUniformRowHeights(True)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setFont(code_font())
        self.table.setAccessibleName(tr("Cells that it came from"))
        self.table.setColumnCount(3)
        header = self.table.header()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setMinimumSectionSize(px(COLUMN_PX))
        header.setStretchLastSection(True)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.text, 1)
        row.addWidget(self.inputs_button, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self.close_button, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 4, 8, 4)
        column.setSpacing(4)
        column.addLayout(row)
        column.addWidget(self.table)
        self.inputs_button.clicked.connect(self._on_inputs_clicked)
        self.close_button.clicked.connect(self.closed)
        self.hide()

    def show_waiting(self) -> None:
        """Say that the line runs again."""
        self._show(tr("Running the line again on copies …"))

    def show_answer(self, found: Why | Problem | None, line_number: LineNumber) -> None:
        """Show where a cell came from, or why that can't be told; None asks for a cell."""
        if found is None:
            self._show(tr("Choose a cell to see where its value came from"))
        elif isinstance(found, Problem):
            self._show("\n".join(filter(None, (found.what, found.fix))))
        else:
            names = dict.fromkeys(source.term.expression for source in found.sources)
            self._show(sentence(found, line_number), tuple(names))
            self._fill(found)

    def _show(self, text: str, expressions: tuple[str, ...] = ()) -> None:
        self.text.setText(text)
        self._expressions = expressions
        self.inputs_button.setVisible(bool(expressions))
        self.table.clear()
        self.table.hide()

    def _fill(self, why: Why) -> None:
        pairs = [(cell, source) for source in why.sources for cell in source.cells]
        pairs.sort(key=lambda pair: -abs(pair[0].slope))
        of = cell_text(why.result.expression, why.index)
        self.table.setHeaderLabels([tr("Cell"), tr("Value"), tr("d {z} / d cell", z=of)])
        for cell, source in pairs[:MOST_ROWS]:
            place = cell_text(source.term.expression, cell.index)
            self.table.addTopLevelItem(QTreeWidgetItem([place, cell.value, partial_text(cell)]))
        rest = sum(source.count for source in why.sources) - min(len(pairs), MOST_ROWS)
        if rest:
            self.table.addTopLevelItem(QTreeWidgetItem([tr("{n} more cells", n=f"{rest:,}")]))
        self.table.setVisible(not why.moved and len(pairs) > 0)
        self._fit()

    def _fit(self) -> None:
        rows = min(ROWS_SEEN, self.table.topLevelItemCount())
        row_px = self.table.sizeHintForRow(0) if rows else 0
        frame_px = 2 * self.table.frameWidth()
        self.table.setFixedHeight(
            self.table.header().sizeHint().height() + rows * row_px + frame_px
        )

    def changeEvent(self, event: QEvent) -> None:
        """Follow the size of the text."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and hasattr(self, "table"):
            self._fit()

    def _on_inputs_clicked(self) -> None:
        self.inputs_wanted.emit(self._expressions)
