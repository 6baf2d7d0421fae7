"""The script on screen: a column of rows of different heights."""

from collections.abc import Iterable

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QDropEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from explorer.panes.script.arrangement import Arranger, Part
from explorer.panes.script.delegate import ScriptDelegate
from explorer.panes.script.model import ScriptModel
from explorer.session import Place
from explorer.text import tr


class ScriptView(QTableView):
    """A table of one column: unlike a list, it measures only the rows that have changed."""

    link_clicked = Signal(QModelIndex, str)
    """Row and name of a link that was clicked."""
    row_clicked = Signal(QModelIndex)
    """A row was clicked beside its links."""
    opened = Signal(QModelIndex, str)
    """Row and kind of the part that was double-clicked."""
    dropped = Signal(object, object)
    """A `Statement` was dragged to a `Place`."""

    def __init__(self, model: ScriptModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._followed = QPersistentModelIndex()
        self.editor: QWidget | None = None
        """Stands over the part of a row that is edited."""
        self._was_opened = False
        self._arranger = Arranger(self.font())
        self._delegate = ScriptDelegate(model, self._arranger, self)
        self.setModel(model)
        self.setItemDelegate(self._delegate)
        self.setAccessibleName(tr("Script"))
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setFrameShape(QTableView.Shape.NoFrame)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTabKeyNavigation(False)
        self.setMouseTracking(True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.setDragDropOverwriteMode(False)
        self.horizontalHeader().hide()
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.verticalHeader().hide()
        self.verticalHeader().setMinimumSectionSize(1)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)

    def measure(self, positions: Iterable[int]) -> None:
        """Give the rows at `positions` the heights that they need."""
        width = self.viewport().width()
        for position in positions:
            height = self._arranger.arrange(self._model.rows[position], width).height
            if self.rowHeight(position) != height:
                self.setRowHeight(position, height)
        self.updateGeometries()  # else how far one can scroll follows only later
        self._place_editor()

    def show_editor(self) -> None:
        """Bring the row that is edited in sight."""
        position = self._edited_position()
        if position >= 0:
            self.scrollTo(self._model.index(position, 0))
            self._place_editor()

    def follow(self, position: int) -> None:
        """Bring a row in sight, and keep it there when the pane becomes smaller."""
        index = self._model.index(position, 0)
        self._followed = QPersistentModelIndex(index)
        self.scrollTo(index)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Measure anew where the width has changed: lines break elsewhere."""
        followed = self._model.index(self._followed.row(), 0)
        was_seen = 0 <= self.visualRect(followed).bottom() <= event.oldSize().height()
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self.measure(range(len(self._model.rows)))
        if was_seen and followed.isValid():
            self.scrollTo(followed)

    def scrollContentsBy(self, dx: int, dy: int) -> None:  # noqa: N802 - Qt's name
        """Take the editor along."""
        super().scrollContentsBy(dx, dy)
        self._place_editor()

    def dropEvent(self, event: QDropEvent) -> None:
        """Tell where a line was dropped: the model changes when the script has."""
        event.setDropAction(Qt.DropAction.IgnoreAction)
        event.accept()
        dragged = self._model.row_at(self.currentIndex())
        place = self._drop_place(event.position().toPoint())
        if event.source() is self and dragged and dragged.statement and place:
            self.dropped.emit(dragged.statement, place)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Show a hand over a link."""
        super().mouseMoveEvent(event)
        over = self._link_at(event.position().toPoint())
        shape = Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.ArrowCursor
        self.viewport().setCursor(shape)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Follow a link, or tell that the row was clicked."""
        super().mouseReleaseEvent(event)
        point = event.position().toPoint()
        link, index = self._link_at(point), self.indexAt(point)
        if self._was_opened:  # the second release of a double click
            self._was_opened = False
            return
        if event.button() != Qt.MouseButton.LeftButton or not index.isValid():
            return
        if link:
            self.link_clicked.emit(index, link)
        else:
            self.row_clicked.emit(index)

    def _drop_place(self, point: QPoint) -> Place | None:
        """Return the place beside the statement nearest to `point`, None if there is none."""
        rows, index = self._model.rows, self.indexAt(point)
        if not index.isValid():
            last = next((row.statement for row in reversed(rows) if row.statement), None)
            return Place(last, is_above=False) if last else None
        position = index.row()
        is_above = point.y() < self.visualRect(index).center().y()
        statement = rows[position].statement
        if statement:
            return Place(statement, is_above)
        # Between lines, such as on the cursor: the upper half is below the line above it.
        above = next((row.statement for row in rows[position::-1] if row.statement), None)
        below = next((row.statement for row in rows[position:] if row.statement), None)
        if above and (is_above or below is None):
            return Place(above, is_above=False)
        return Place(below, is_above=True) if below else None

    def _edited_position(self) -> int:
        rows = self._model.rows
        return next((i for i, row in enumerate(rows) if row.edited), -1) if self.editor else -1

    def _place_editor(self) -> None:
        position = self._edited_position()
        if self.editor is None or position < 0:
            return
        rect = self.visualRect(self._model.index(position, 0))
        parts = self._arranger.arrange(self._model.rows[position], rect.width()).parts
        part = next(part for part in parts if part.kind == "editor")
        self.editor.setGeometry(part.rect.translated(rect.topLeft()))
        self.editor.show()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Tell what was double-clicked."""
        super().mouseDoubleClickEvent(event)
        point = event.position().toPoint()
        index, part = self.indexAt(point), self._part_at(point)
        if index.isValid() and event.button() == Qt.MouseButton.LeftButton:
            self._was_opened = True
            self.opened.emit(index, part.kind if part else "")

    def _link_at(self, point: QPoint) -> str:
        part = self._part_at(point)
        return part.link if part else ""

    def _part_at(self, point: QPoint) -> Part | None:
        index = self.indexAt(point)
        row = self._model.row_at(index)
        if row is None:
            return None
        rect = self.visualRect(index)
        place = self._arranger.arrange(row, rect.width())
        inside = point - rect.topLeft()
        return next((part for part in place.parts if part.rect.contains(inside)), None)
