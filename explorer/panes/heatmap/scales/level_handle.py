"""A handle on the colour scale: one level, to be moved by keys; the bar under it is dragged."""

from PySide6.QtCore import QPointF, QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import (
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
    QPolygonF,
    QWheelEvent,
)
from PySide6.QtWidgets import QSlider, QWidget

WIDTH_PX, HEIGHT_PX = 14, 16
STEPS = 100
"""An arrow moves a level by one of so many parts of the bar."""

_KEYS = {Qt.Key.Key_Up: 1, Qt.Key.Key_Right: 1, Qt.Key.Key_Down: -1, Qt.Key.Key_Left: -1}


class LevelHandle(QSlider):
    """A slider for a screen reader; it looks like a triangle that points at the bar."""

    stepped = Signal(int)
    """So many parts of the bar, up or down."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Vertical, parent)
        self._shown = 0
        self.setRange(0, STEPS)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.valueChanged.connect(self._on_value_changed)

    def set_level(self, name: str, share: float) -> None:
        """Call the level `name`, at a share of the bar from below, without a signal."""
        self._shown = round(share * STEPS)
        with QSignalBlocker(self):
            self.setValue(self._shown)
        self.setAccessibleName(name)
        self.setToolTip(name)

    def sizeHint(self) -> QSize:
        """Return the size of the triangle with the frame that shows the focus."""
        return QSize(WIDTH_PX, HEIGHT_PX)

    def minimumSizeHint(self) -> QSize:
        """Return the same."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the triangle, framed where keys move it."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        palette, middle = self.palette(), self.height() / 2
        role = QPalette.ColorRole.WindowText if self.hasFocus() else QPalette.ColorRole.Window
        painter.setPen(QPen(palette.color(role), 2 if self.hasFocus() else 1))
        painter.setBrush(palette.color(QPalette.ColorRole.Highlight))
        corners = [(1, middle), (self.width() - 2, middle - 6), (self.width() - 2, middle + 6)]
        painter.drawPolygon(QPolygonF([QPointF(*corner) for corner in corners]))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move by one part, with Shift by ten."""
        step = _KEYS.get(Qt.Key(event.key()))
        if step is None:
            event.ignore()
            return
        shift = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        self.stepped.emit(step * (10 if shift else 1))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Leave the mouse to the bar."""
        event.ignore()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Leave the mouse to the bar."""
        event.ignore()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Leave the mouse to the bar."""
        event.ignore()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel alone: a level is not moved by chance."""
        event.ignore()

    def _on_value_changed(self, value: int) -> None:
        """Take what a screen reader sets."""
        self.stepped.emit(value - self._shown)
