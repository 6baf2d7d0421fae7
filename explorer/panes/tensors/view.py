"""The tree on screen: columns that fit the pane, and the rows that can be seen."""

from collections.abc import Iterator

from PySide6.QtCore import QPoint, Qt, Signal, Slot
from PySide6.QtGui import QAction, QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QTreeView, QWidget

from explorer.panes.tensors.branch import Branch
from explorer.panes.tensors.column import Column, header
from explorer.panes.tensors.model import TensorsModel
from explorer.text import tr
from explorer.window.code import code_font

LEAST_NAME_PX = 104
WIDE_SHAPE = "[1797, 64, 64]"
# What a column must hold without an ellipsis, in the font for code.
SAMPLES = {
    Column.SHAPE: "[64, 64]",
    Column.DTYPE: "bfloat16",
    Column.CHANGED: "line 1000",
    Column.GRAD: "requires grad",
    Column.SIZE: "1023.9 KiB",
    Column.DEVICE: "cuda:0",
}
PADDING_PX = 8


class TensorsView(QTreeView):
    """A tree whose name column takes the room that the others leave.

    In a narrow pane name, shape and dtype fill the width and the rest is reached by scrolling.
    """

    scrolled = Signal()
    """Other rows may be in sight."""

    def __init__(self, model: TensorsModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._fits = False
        """True while it is not a person who changes a width."""
        self._chosen = False
        """True once a person has set the width of name or shape."""
        self.setModel(model)
        self.setUniformRowHeights(True)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setDragEnabled(True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self.setExpandsOnDoubleClick(False)
        self.setIndentation(14)
        self.setAccessibleName(tr("Tensors"))
        self.setFrameShape(QTreeView.Shape.NoFrame)
        columns = self.header()
        columns.setAccessibleName(tr("Columns"))
        columns.setStretchLastSection(False)
        columns.setSectionsMovable(False)
        columns.setMinimumSectionSize(32)
        columns.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        columns.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        columns.sectionResized.connect(self._on_section_resized)
        self.column_actions = [self._column_action(column) for column in list(Column)[1:]]
        columns.addActions(self.column_actions)
        self.verticalScrollBar().valueChanged.connect(self.scrolled)
        self.expanded.connect(self.scrolled)
        self.collapsed.connect(self.scrolled)
        self._set_widths()

    def seen(self) -> Iterator[Branch]:
        """Yield what stands in the rows in sight, from the top."""
        index = self.indexAt(QPoint(0, 0))
        bottom = self.viewport().height()
        while index.isValid() and self.visualRect(index).top() < bottom:
            found = self._model.branch_at(index)
            if found:
                yield found
            index = self.indexBelow(index)

    def hidden_columns(self) -> list[str]:
        """Return the names of the columns that the person does not want."""
        return [column.name for column in Column if self.isColumnHidden(column)]

    def hide_columns(self, names: object) -> None:
        """Hide the columns named and show the others; what is not a list of names is left alone."""
        if isinstance(names, list):
            for action, column in zip(self.column_actions, list(Column)[1:], strict=True):
                action.setChecked(column.name not in names)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the name column to the new width."""
        super().resizeEvent(event)
        self._fit()
        self.scrolled.emit()

    def _column_action(self, column: Column) -> QAction:
        title, tip = header(column)
        action = QAction(title, self, checkable=True, checked=True)
        action.setToolTip(tip)
        action.setData(int(column))
        action.toggled.connect(self._on_column_toggled)
        return action

    def _set_widths(self) -> None:
        for column, sample in SAMPLES.items():
            title = self.fontMetrics().horizontalAdvance(header(column)[0])
            self.setColumnWidth(column, max(title, self._code_px(sample)) + PADDING_PX)

    def _code_px(self, text: str) -> int:
        return QFontMetrics(code_font()).horizontalAdvance(text)

    def _fit(self) -> None:
        if self._chosen:
            return
        self._fits = True
        shape = Column.SHAPE
        least, most = (self._code_px(t) + PADDING_PX for t in (SAMPLES[shape], WIDE_SHAPE))
        others = [c for c in list(Column)[1:] if not self.isColumnHidden(c) and c is not shape]
        room = self.viewport().width() - (0 if self.isColumnHidden(shape) else least)
        all_others = sum(self.columnWidth(c) for c in others)
        first = sum(self.columnWidth(c) for c in others if c <= Column.DTYPE)
        room -= all_others if room - all_others >= LEAST_NAME_PX else first
        spare = max(0, min(most - least, (room - LEAST_NAME_PX) // 2))
        self.setColumnWidth(shape, least + spare)
        self.setColumnWidth(Column.NAME, max(LEAST_NAME_PX, room - spare))
        self._fits = False

    @Slot(bool)
    def _on_column_toggled(self, shown: bool) -> None:  # noqa: FBT001 - Qt's signal carries it
        action = self.sender()
        if isinstance(action, QAction):
            self.setColumnHidden(action.data(), not shown)
            self._fit()

    @Slot(int, int, int)
    def _on_section_resized(self, column: int, _old: int, new: int) -> None:
        # A hidden column has no width, and showing it again is no choice of one.
        if column in (Column.NAME, Column.SHAPE) and not self._fits and new and self.isVisible():
            self._chosen = True
