"""A row of widgets that goes on in the next row where one is full."""

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from explorer.window.focus import stops_in


class FlowRow(QWidget):
    """A widget as high as the rows it needs in its width, where there is room for them.

    Not by height-for-width, nor by a minimum: a hidden page is laid out narrow, and the rows that
    it would need then must not make the window grow. Not by a layout either: Qt frees the items of
    one that Python made while Python still holds them.
    """

    extended = Signal()
    """There is one widget more, made later than those below this row."""

    def __init__(self, parent: QWidget | None, gap: int, row_gap: int) -> None:
        super().__init__(parent)
        self._widgets: list[QWidget] = []
        self._gap, self._row_gap = gap, row_gap

    def add(self, widget: QWidget) -> None:
        """Let `widget` stand after all others, also if it stood elsewhere."""
        if widget in self._widgets:
            self._widgets.remove(widget)
        self._widgets.append(widget)
        if widget.parentWidget() is not self:
            widget.setParent(self)
        if not widget.testAttribute(Qt.WidgetAttribute.WA_WState_ExplicitShowHide):
            widget.setVisible(True)

    def height_px(self, width_px: int) -> int:
        """Return the height of all rows in a width."""
        return self._place(width_px, None)

    def fit(self) -> None:
        """Take the height that is needed; to be called when a child changed."""
        self.setMaximumHeight(max(1, self.height_px(self.width())))
        self.updateGeometry()
        self._place(self.width(), self.height())

    def stops(self) -> list[QWidget]:
        """Return where Tab stops, along the rows."""
        return [stop for widget in self._widgets for stop in stops_in(widget)]

    def sizeHint(self) -> QSize:
        """Return the size of all rows."""
        return QSize(self.minimumSizeHint().width(), self.maximumHeight())

    def minimumSizeHint(self) -> QSize:
        """Return the size that the largest widget can't do without."""
        size = QSize()
        for widget in self._widgets:
            if not widget.isHidden():
                least = widget.minimumSizeHint().expandedTo(widget.minimumSize())
                size = size.expandedTo(least.boundedTo(widget.maximumSize()))
        return size

    def event(self, event: QEvent) -> bool:
        """Place the widgets again when one wants another size: some do as they are first shown."""
        is_done = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest:
            if max(1, self.height_px(self.width())) != self.maximumHeight():
                self.fit()
            else:
                self._place(self.width(), self.height())
        return is_done

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Take the height for the new width."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.fit()
        else:
            self._place(self.width(), self.height())

    def _place(self, width_px: int, height_px: int | None) -> int:
        """Return the height of all rows; with a `height_px`, place the widgets in it."""
        x, y, row_height = 0, 0, 0
        for widget in self._widgets:
            if widget.isHidden():
                continue
            wanted = widget.sizeHint().expandedTo(widget.minimumSizeHint())
            size = wanted.boundedTo(widget.maximumSize()).expandedTo(widget.minimumSize())
            if x > 0 and x + size.width() > width_px:
                x, y, row_height = 0, y + row_height + self._row_gap, 0
            if height_px is not None:
                # A row for which there is no room is left out: half a line can't be read.
                fits = y == 0 or y + size.height() <= height_px
                widget.setGeometry(QRect(QPoint(x, y), size if fits else QSize(0, 0)))
            x += size.width() + self._gap
            row_height = max(row_height, size.height())
        return y + row_height
