"""Groups of tabs that tensors can be dropped on: on the middle of one, or on an edge to split it."""

from PySide6.QtCore import QPoint, QRect, Signal
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QTabWidget, QWidget

from explorer.window.dropping import Target, Zone, carried, zone_at, zone_rect
from explorer.window.groups import Groups


class DropGroups(Groups):
    """While something is dragged over it, the place that a drop would take is shown."""

    dropped = Signal(object, object, str)
    """Expressions, the group they were dropped on, and its `Zone`."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._target: Target | None = None
        self.setAcceptDrops(True)

    def takes(self, expression: str) -> bool:
        """Return whether `expression` can be dropped here."""
        raise NotImplementedError

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take what can be dropped."""
        self._aim(event)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        """Show what the drop would take."""
        self._aim(event)

    def dragLeaveEvent(self, _event: QDragLeaveEvent) -> None:
        """Show nothing any more."""
        self._forget_target()

    def dropEvent(self, event: QDropEvent) -> None:
        """Tell what was dropped where."""
        self._forget_target()
        expressions, aim = self._dragged(event), self._aimed_at(event.position().toPoint())
        if expressions and aim:
            group, _, zone = aim
            event.acceptProposedAction()
            self.dropped.emit(expressions, group, zone)

    def _aim(self, event: QDragMoveEvent) -> None:
        aim = self._aimed_at(event.position().toPoint())
        if aim is None or not self._dragged(event):
            event.ignore()
            self._forget_target()
            return
        if self._target is None:  # not a child: a splitter would make room for it
            self._target = Target(self.parentWidget() or self.window())
        _, area, zone = aim
        place = zone_rect(area, zone)
        self._target.show_over(place.translated(self.mapToParent(QPoint(0, 0))))
        event.acceptProposedAction()

    def _dragged(self, event: QDropEvent) -> tuple[str, ...]:
        return tuple(e for e in carried(event.mimeData()) if self.takes(e))

    def _aimed_at(self, point: QPoint) -> tuple[QTabWidget, QRect, Zone] | None:
        for group in self.groups():
            area = QRect(group.mapTo(self, QPoint(0, 0)), group.size())
            if area.contains(point):
                return group, area, zone_at(area, point)
        return None

    def _forget_target(self) -> None:
        if self._target is not None:
            self._target.hide()
            self._target.deleteLater()
            self._target = None
