"""A layout that goes on in the next row where one is full."""

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget

from explorer.window.focus import stops_in


class FlowRow(QWidget):
    """A widget as high as the rows it needs in its width, where there is room for them.

    Not by height-for-width, nor by a minimum: a hidden page is laid out narrow, and the rows that
    it would need then must not make the window grow.
    """

    extended = Signal()
    """There is one widget more, made later than those below this row."""

    def __init__(self, parent: QWidget | None, gap: int, row_gap: int) -> None:
        super().__init__(parent)
        self.flow = FlowLayout(self, gap, row_gap)

    def fit(self) -> None:
        """Take the height that is needed; to be called when a child changed."""
        self.setMaximumHeight(max(1, self.flow.height_px(self.width())))
        self.updateGeometry()

    def stops(self) -> list[QWidget]:
        """Return where Tab stops, along the rows."""
        items = (self.flow.itemAt(i) for i in range(self.flow.count()))
        holders = (item.widget() for item in items if item)
        return [stop for holder in holders if holder for stop in stops_in(holder)]

    def sizeHint(self) -> QSize:
        """Return the size of all rows."""
        return QSize(self.flow.minimumSize().width(), self.maximumHeight())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Take the height for the new width."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.fit()


class FlowLayout(QLayout):
    """Places widgets in reading order at the width they want."""

    _items: list[QLayoutItem] = []  # noqa: RUF012 - never filled: what Qt finds once Python let go

    def __init__(self, parent: QWidget, gap: int, row_gap: int) -> None:
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
        self._gap, self._row_gap = gap, row_gap
        self.setContentsMargins(0, 0, 0, 0)

    def addItem(self, item: QLayoutItem) -> None:
        """Take what Qt adds."""
        self._items.append(item)

    def count(self) -> int:
        """Return how many items there are."""
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        """Return an item, None past the end."""
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        """Give an item back, None past the end."""
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def put_last(self, widget: QWidget) -> None:
        """Let `widget` stand after all others."""
        # Not by removing it: Qt deletes the item while Python holds it.
        self._items.sort(key=lambda item: item.widget() is widget)
        self.invalidate()

    def expandingDirections(self) -> Qt.Orientation:
        """Take no more room than is needed."""
        return Qt.Orientation(0)

    def height_px(self, width_px: int) -> int:
        """Return the height of all rows in a width."""
        return self._place(QRect(0, 0, width_px, 0), move=False)

    def setGeometry(self, rect: QRect) -> None:
        """Place the widgets."""
        super().setGeometry(rect)
        self._place(rect, move=True)

    def sizeHint(self) -> QSize:
        """Return the size of one item: the rest follows from the width."""
        return self.minimumSize()

    def minimumSize(self) -> QSize:  # noqa: N802 - Qt's name
        """Return the size of the largest item."""
        size = QSize()
        for item in self._items:
            size = size.expandedTo(item.minimumSize())
        return size

    def _place(self, rect: QRect, *, move: bool) -> int:
        x, y, row_height = rect.x(), rect.y(), 0
        for item in self._items:
            widget = item.widget()
            if widget is not None and widget.isHidden():
                continue
            hint = item.sizeHint()
            if x > rect.x() and x + hint.width() > rect.right() + 1:
                x, y, row_height = rect.x(), y + row_height + self._row_gap, 0
            if move:
                # A row for which there is no room is left out: half a line can't be read.
                fits = y == rect.y() or y + hint.height() <= rect.bottom() + 1
                item.setGeometry(QRect(QPoint(x, y), hint if fits else QSize(0, 0)))
            x += hint.width() + self._gap
            row_height = max(row_height, hint.height())
        return y + row_height - rect.y()
