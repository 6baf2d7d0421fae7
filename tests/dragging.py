"""Drags as Qt sends them to a widget."""

from PySide6.QtCore import QCoreApplication, QPoint, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QWidget

from explorer.window.dropping import carrying

ACTION = Qt.DropAction.CopyAction
BUTTON = Qt.MouseButton.LeftButton
MODIFIER = Qt.KeyboardModifier.NoModifier


class Drag:
    """A drag over a window; what is under the mouse and takes it gets the events, as from Qt."""

    def __init__(self, window: QWidget, *expressions: str, data=None) -> None:
        self.window = window
        self.data = data or carrying(expressions)
        self.over: QWidget | None = None

    def move(self, widget: QWidget, place: QPoint | None = None) -> bool:
        """Move onto `widget`, to its centre by default; return whether a drop would be taken."""
        point = widget.rect().center() if place is None else place
        under: QWidget | None = self.window.childAt(widget.mapTo(self.window, point)) or widget
        spot = widget.mapTo(self.window, point)
        while under is not None:
            if under.acceptDrops():
                event = QDragEnterEvent(
                    under.mapFrom(self.window, spot), ACTION, self.data, BUTTON, MODIFIER
                )
                event.ignore()
                if self.over is not under:
                    QCoreApplication.sendEvent(under, event)
                if self.over is under or event.isAccepted():
                    break
            under = None if under is self.window else under.parentWidget()
        if self.over is not None and self.over is not under:
            QCoreApplication.sendEvent(self.over, QDragLeaveEvent())
        self.over = under
        if under is None:
            return False
        at = under.mapFrom(self.window, spot)
        event = QDragMoveEvent(at, ACTION, self.data, BUTTON, MODIFIER)
        event.ignore()
        QCoreApplication.sendEvent(under, event)
        self.accepted, self.at = event.isAccepted(), at
        return event.isAccepted()

    def drop(self, widget: QWidget, place: QPoint | None = None) -> bool:
        """Move onto `widget` and let go; return whether it was taken."""
        if not self.move(widget, place) or self.over is None:
            return False
        event = QDropEvent(QPointF(self.at), ACTION, self.data, BUTTON, MODIFIER)
        event.ignore()
        QCoreApplication.sendEvent(self.over, event)
        return event.isAccepted()

    def leave(self) -> None:
        """Move away from everything."""
        if self.over is not None:
            QCoreApplication.sendEvent(self.over, QDragLeaveEvent())
            self.over = None
