"""A row of widgets that goes on in the next row where one is full."""

from collections.abc import Sequence
from typing import Protocol

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from explorer.window.focus import stops_in


class Corner(Protocol):
    """A widget that may stand at the right end of the first row."""

    def minimumSizeHint(self) -> QSize:
        """Return the size that it can't do without."""

    def sizeHint(self) -> QSize:
        """Return the size that it wants."""

    def setGeometry(self, place: QRect, /) -> None:
        """Take its place."""

    def stops(self) -> list[QWidget]:
        """Return where Tab stops."""


class FlowRow(QWidget):
    """A widget as high as the rows it needs in its width, where there is room for them.

    Not by height-for-width, nor by a minimum: a hidden page is laid out narrow, and the rows that
    it would need then must not make the window grow. Not by a layout either: Qt frees the items of
    one that Python made while Python still holds them.
    """

    extended = Signal()
    """Tab goes another way: a widget was made later than those below, or stands in another row."""

    # What Qt finds in events that come before the row is made, or once Python let go.
    _widgets: Sequence[QWidget] = ()
    corner: Corner | None = None
    _gap = _row_gap = _in_first_row = 0

    def __init__(self, parent: QWidget | None, gap: int, row_gap: int) -> None:
        super().__init__(parent)
        self._widgets = []
        self._gap, self._row_gap = gap, row_gap
        self._in_first_row = 0
        """How many widgets stand in the first row, when it was measured last."""
        self.corner = None
        """What stands at the right end of the first row."""

    def add(self, widget: QWidget) -> None:
        """Let `widget` stand after all others, also if it stood elsewhere."""
        self._widgets = [*(other for other in self._widgets if other is not widget), widget]
        if widget.parentWidget() is not self:
            widget.setParent(self)
        if not widget.testAttribute(Qt.WidgetAttribute.WA_WState_ExplicitShowHide):
            widget.setVisible(True)

    def height_px(self, width_px: int) -> int:
        """Return the height of all rows in a width."""
        return self._place(width_px, None)

    def fit(self) -> None:
        """Take the height that is needed; to be called when a child changed."""
        before = self._in_first_row
        self.setMaximumHeight(max(1, self.height_px(self.width())))
        self.updateGeometry()
        self._place(self.width(), self.height())
        if self.corner and self._in_first_row != before:
            self.extended.emit()

    def stops(self) -> list[QWidget]:
        """Return where Tab stops, along the rows."""
        n = self._in_first_row
        first, rest = (
            [stop for widget in widgets for stop in stops_in(widget)]
            for widgets in (self._widgets[:n], self._widgets[n:])
        )
        return [*first, *(self.corner.stops() if self.corner else ()), *rest]

    def sizeHint(self) -> QSize:
        """Return the size of all rows."""
        return QSize(self.minimumSizeHint().width(), self.maximumHeight())

    def minimumSizeHint(self) -> QSize:
        """Return the size that the largest widget, or the first and the corner, can't do without."""
        size = QSize()
        for widget in self._widgets:
            if not widget.isHidden():
                least = widget.minimumSizeHint().expandedTo(widget.minimumSize())
                size = size.expandedTo(least.boundedTo(widget.maximumSize()))
        if self.corner:
            least = self.corner.minimumSizeHint()
            size = size.expandedTo(QSize(self._lead_px + least.width(), least.height()))
        return size

    @property
    def _lead_px(self) -> int:
        """What the corner leaves to the first widget."""
        return self._widgets[0].sizeHint().width() + self._gap if self._widgets else 0

    def _corner_size(self, width_px: int) -> QSize:
        if self.corner is None:
            return QSize(-self._gap, 0)
        least, size = self.corner.minimumSizeHint(), self.corner.sizeHint()
        size.setWidth(max(least.width(), min(size.width(), width_px - self._lead_px)))
        return size

    def event(self, event: QEvent) -> bool:
        """Place the widgets again when one wants another size: some do as they are first shown."""
        is_done = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest:
            needed_px = self._place(self.width(), self.height())
            if max(1, needed_px) != self.maximumHeight():
                self.fit()
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
        corner = self._corner_size(width_px)
        if self.corner and height_px is not None:
            self.corner.setGeometry(QRect(QPoint(width_px - corner.width(), 0), corner))
        x, y, row_height = 0, 0, corner.height()
        right = width_px - corner.width() - self._gap
        self._in_first_row = len(self._widgets)
        for i, widget in enumerate(self._widgets):
            if widget.isHidden():
                continue
            wanted = widget.sizeHint().expandedTo(widget.minimumSizeHint())
            size = wanted.boundedTo(widget.maximumSize()).expandedTo(widget.minimumSize())
            if x > 0 and x + size.width() > right:
                x, y, row_height = 0, y + row_height + self._row_gap, 0
                right = width_px
                self._in_first_row = min(self._in_first_row, i)
            if height_px is not None:
                # A row for which there is no room is left out: half a line can't be read.
                fits = y == 0 or y + size.height() <= height_px
                widget.setGeometry(QRect(QPoint(x, y), size if fits else QSize(0, 0)))
            x += size.width() + self._gap
            row_height = max(row_height, size.height())
        return y + row_height
