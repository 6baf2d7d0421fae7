"""The script on screen: a column of rows of different heights."""

from collections.abc import Iterable

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from explorer.panes.script.arrangement import Arranger
from explorer.panes.script.delegate import ScriptDelegate
from explorer.panes.script.model import ScriptModel
from explorer.text import tr


class ScriptView(QTableView):
    """A table of one column: unlike a list, it measures only the rows that have changed."""

    link_clicked = Signal(QModelIndex, str)
    """Row and name of a link that was clicked."""

    def __init__(self, model: ScriptModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._followed = QPersistentModelIndex()
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

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Show a hand over a link."""
        super().mouseMoveEvent(event)
        over = self._link_at(event.position().toPoint())
        shape = Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.ArrowCursor
        self.viewport().setCursor(shape)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Follow a link."""
        super().mouseReleaseEvent(event)
        point = event.position().toPoint()
        link = self._link_at(point)
        if link and event.button() == Qt.MouseButton.LeftButton:
            self.link_clicked.emit(self.indexAt(point), link)

    def _link_at(self, point: QPoint) -> str:
        index = self.indexAt(point)
        row = self._model.row_at(index)
        if row is None:
            return ""
        rect = self.visualRect(index)
        place = self._arranger.arrange(row, rect.width())
        inside = point - rect.topLeft()
        return next((p.link for p in place.parts if p.link and p.rect.contains(inside)), "")
