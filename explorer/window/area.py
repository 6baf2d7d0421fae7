"""A scroll area for a column of widgets: one scrolls it up and down, never aside."""

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QScrollArea, QWidget


class ColumnArea(QScrollArea):
    """Never narrower than its content needs, with room for the scroll bar beside it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, widgetResizable=True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        # What is in it takes the focus, and comes in sight then.
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def minimumSizeHint(self) -> QSize:
        """Return the least width of the content, and the least height of a scroll area."""
        size, content = super().minimumSizeHint(), self.widget()
        if content is not None:
            needed = content.minimumSizeHint().width() + self.verticalScrollBar().sizeHint().width()
            size.setWidth(max(size.width(), needed))
        return size

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow when the content needs another size."""
        if event.type() == QEvent.Type.LayoutRequest and watched is self.widget():
            self._make_room()
            self.updateGeometry()
        return super().eventFilter(watched, event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Make the content as high as it must be in its new width."""
        self._make_room()
        super().resizeEvent(event)

    def _make_room(self) -> None:
        """Let words that wrap have their height: Qt would squeeze the fields below them."""
        content = self.widget()
        layout = content.layout() if content is not None else None
        if content is not None and layout is not None and layout.hasHeightForWidth():
            content.setMinimumHeight(layout.totalMinimumHeightForWidth(self.viewport().width()))
