"""The focus ring: a frame in the accent colour around the control that hears the keyboard."""

from PySide6.QtCore import QEvent, QObject, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from explorer.window.scale import px

WIDTH_PX = 2
RADIUS_PX = 3


class _Frame(QWidget):
    """Lies over its parent, and lets the mouse through."""

    def __init__(self, control: QWidget) -> None:
        super().__init__(control)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setGeometry(control.rect())
        control.installEventFilter(self)
        self.raise_()
        self.show()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the size of the control."""
        if event.type() == QEvent.Type.Resize and isinstance(watched, QWidget):
            self.setGeometry(watched.rect())
        return False

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the frame within the control, where no neighbour covers it."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        width_px = px(WIDTH_PX)
        painter.setPen(QPen(self.palette().color(QPalette.ColorRole.Highlight), width_px))
        inner = QRectF(self.rect()).adjusted(
            width_px / 2, width_px / 2, -width_px / 2, -width_px / 2
        )
        painter.drawRoundedRect(inner, RADIUS_PX, RADIUS_PX)
        painter.end()


class FocusRing(QObject):
    """Shows in `window` and its dialogs where the focus is: Fusion does so for lines of text alone."""

    def __init__(self, app: QApplication, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._frame: _Frame | None = None
        app.focusChanged.connect(self._on_focus_changed)

    def _on_focus_changed(self, _old: QWidget | None, new: QWidget | None) -> None:
        self._take_away()
        if new is None or (isinstance(new, QLineEdit) and new.hasFrame()):
            return
        window = new.window()
        if window is self._window or window.parentWidget() is self._window:
            self._frame = _Frame(new)
            self._frame.destroyed.connect(self._on_frame_destroyed)

    def _take_away(self) -> None:
        frame, self._frame = self._frame, None
        if frame is not None:
            frame.destroyed.disconnect(self._on_frame_destroyed)
            frame.hide()
            frame.deleteLater()

    def _on_frame_destroyed(self) -> None:
        """Forget a frame that went with its control."""
        self._frame = None
