"""The tree on screen: columns that fit the pane, and the rows that can be seen."""

from collections.abc import Callable, Iterable, Iterator

from PySide6.QtCore import QPoint, QRect, Qt, QTimer, Signal, Slot
from PySide6.QtGui import (
    QAction,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QFontMetrics,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QTreeView, QWidget

from explorer.panes.tensors.branch import Branch
from explorer.panes.tensors.column import Column, header
from explorer.panes.tensors.delegate import ORNAMENTS_PX
from explorer.panes.tensors.model import TensorsModel
from explorer.text import tr
from explorer.window.code import code_font
from explorer.window.dropping import Target, carried, start_drag, take_expressions

LEAST_NAME_PX, MOST_NAME_PX = 96, 224
# What a column holds at least, in the font for code; those of MOST grow up to that.
SAMPLES = {
    Column.SHAPE: "[64, 64]",
    Column.DTYPE: "float32",
    Column.CHANGED: "line 1000",
    Column.GRAD: "requires grad",
    Column.SIZE: "1023.9 KiB",
    Column.DEVICE: "cuda:0",
}
MOST = {Column.SHAPE: "[128, 64, 14, 14]", Column.DTYPE: "complex128"}
PADDING_PX = 8


class TensorsView(QTreeView):
    """A tree whose name column takes the room that the others leave.

    In a narrow pane as many columns as fit fill the width, and the rest is reached by scrolling.
    Shape and dtype hold what has been in sight: they grow, but never shrink while one reads.
    """

    scrolled = Signal()
    """Other rows may be in sight."""
    dropped = Signal(object, QPoint)
    """Expressions in the order of operands, the last the row that the others were dropped on."""

    def __init__(self, model: TensorsModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._fits = False
        """True while it is not a person who changes a width."""
        self._chosen = False
        """True once a person has set the width of name, shape or dtype."""
        self._held_name_px = LEAST_NAME_PX
        """The width that the longest name of a member has needed."""
        self._held = SAMPLES.copy()
        """The longest text that each column has room for."""
        self._looks: dict[str, object] = {}
        """How the rows in sight were drawn last, by expression."""
        self.setModel(model)
        self.setUniformRowHeights(True)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragDrop)
        self.setDropIndicatorShown(False)
        self._target = Target(self.viewport())
        self._drop: tuple[tuple[str, ...], QPoint] = ((), QPoint())
        # What opens while Qt still ends the drag would be closed by the release of the mouse.
        self._drop_timer = QTimer(self, singleShot=True, interval=0)
        self._drop_timer.timeout.connect(self._on_drag_ended)
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
        self._set_widths(SAMPLES)

    def inputMethodQuery(self, query: Qt.InputMethodQuery) -> object:  # noqa: N802 - Qt's name
        """Keep input methods off, which Qt lets in since names can be edited: keys act here."""
        return query != Qt.InputMethodQuery.ImEnabled and super().inputMethodQuery(query)

    def seen(self) -> Iterator[tuple[QRect, Branch]]:
        """Yield the place of each row in sight and what stands there, from the top."""
        index, area = self.indexAt(QPoint(0, 0)), self.viewport().rect()
        while index.isValid() and (cell := self.visualRect(index)).top() <= area.bottom():
            found = self._model.branch_at(index)
            if found:
                yield QRect(area.left(), cell.top(), area.width(), cell.height()), found
            index = self.indexBelow(index)

    def redraw(self, look: Callable[[Branch], object]) -> None:
        """Draw the rows in sight whose `look` is not what it was, and fit the columns to them."""
        looks = {}
        for place, found in self.seen():
            looks[found.expression] = look(found)
            if self._looks.get(found.expression) != looks[found.expression]:
                self.viewport().update(place)
                self._hold(found)
        self._looks = looks

    def hidden_columns(self) -> list[str]:
        """Return the names of the columns that the person does not want."""
        return [column.name for column in Column if self.isColumnHidden(column)]

    def hide_columns(self, names: object) -> None:
        """Hide the columns named and show the others; what is not a list of names is left alone."""
        if isinstance(names, list):
            for action, column in zip(self.column_actions, list(Column)[1:], strict=True):
                action.setChecked(column.name not in names)

    # --- drag and drop ------------------------------------------------------------------------

    def startDrag(self, _actions: Qt.DropAction) -> None:  # noqa: N802 - overrides Qt's
        """Drag what is selected, as code."""
        data = self._model.mimeData(self.selectionModel().selectedRows())
        if data.text():
            start_drag(self, data)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take tensors."""
        take_expressions(event)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        """Show the row that the drop would take, and scroll at the edges."""
        super().dragMoveEvent(event)
        found = self._under(event)
        event.setAccepted(bool(found))
        self._target.setVisible(bool(found))
        if found:
            place = self.visualRect(self._model.index_of(found[-1]))
            area = self.viewport().rect()
            self._target.show_over(QRect(area.left(), place.top(), area.width(), place.height()))

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """Show no row any more."""
        super().dragLeaveEvent(event)
        self._target.hide()

    def dropEvent(self, event: QDropEvent) -> None:
        """Tell which rows were dropped on which."""
        self._target.hide()
        self.setState(QAbstractItemView.State.NoState)
        found = self._under(event)
        if found:
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
            self._drop = found, event.position().toPoint()
            self._drop_timer.start()

    @Slot()
    def _on_drag_ended(self) -> None:
        self.dropped.emit(*self._drop)

    def _under(self, event: QDropEvent) -> tuple[str, ...]:
        """Return what is dragged and, last, the other tensor under it; nothing if there is none."""
        found = self._model.branch_at(self.indexAt(event.position().toPoint()))
        if found is None or found.tensor is None:
            return ()
        others = tuple(e for e in carried(event.mimeData()) if e != found.expression)
        return (*others, found.expression) if others else ()

    # --- columns ------------------------------------------------------------------------------

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

    def _set_widths(self, columns: Iterable[Column]) -> None:
        for column in columns:
            title = self.fontMetrics().horizontalAdvance(header(column)[0])
            self.setColumnWidth(column, max(title, self._code_px(self._held[column])) + PADDING_PX)

    def _code_px(self, text: str) -> int:
        return QFontMetrics(code_font()).horizontalAdvance(text)

    def _hold(self, found: Branch) -> None:
        """Make room for the texts of a tensor, and for the name of a member."""
        texts = {c: self._model.text(found, c)[: len(MOST[c])] for c in MOST if found.tensor}
        longer = {c: text for c, text in texts.items() if len(text) > len(self._held[c])}
        name_px = self._held_name_px
        if found.above:
            indent_px = self.visualRect(self._model.index_of(found.expression)).left()
            indent_px += self.horizontalScrollBar().value()
            text_px = self._code_px(found.label)
            name_px = min(MOST_NAME_PX, indent_px + text_px + ORNAMENTS_PX)
        if longer or name_px > self._held_name_px:
            self._held |= longer
            self._held_name_px = max(self._held_name_px, name_px)
            self._fit()

    def _fit(self) -> None:
        if self._chosen:
            return
        self._fits = True
        self._set_widths(MOST)
        shown = [c for c in list(Column)[1:] if not self.isColumnHidden(c)]
        room = self.viewport().width()
        spare = room
        for last in reversed(shown):  # what does not fit is reached by scrolling
            spare = room - sum(self.columnWidth(c) for c in shown if c <= last)
            if spare >= self._held_name_px or last <= Column.DTYPE:
                break
        if spare < self._held_name_px:
            least = self._code_px(SAMPLES[Column.SHAPE]) + PADDING_PX
            held = self.columnWidth(Column.SHAPE)
            self.setColumnWidth(Column.SHAPE, max(least, held - (self._held_name_px - spare)))
            spare += held - self.columnWidth(Column.SHAPE)
        self.setColumnWidth(Column.NAME, max(self._held_name_px, spare))
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
        if column <= Column.DTYPE and not self._fits and new and self.isVisible():
            self._chosen = True
