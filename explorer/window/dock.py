"""A dock with a title bar of our own: an icon, and buttons that a keyboard reaches."""

from PySide6.QtCore import QEvent, Qt, Slot
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QDockWidget, QHBoxLayout, QLabel, QToolButton, QWidget

from explorer.text import tr
from explorer.window.pane import Pane
from explorer.window.scale import scale_up
from explorer.window.theme import icon, paint_ground, pixmap, scheme


class TitleBar(QWidget):
    """Icon, title, and buttons to float and to close."""

    def __init__(self, dock: QDockWidget, icon_name: str) -> None:
        super().__init__(dock)
        self._icon_name = icon_name
        self._icon = QLabel(self)
        title = QLabel(dock.windowTitle(), self)
        font = title.font()
        font.setBold(True)
        title.setFont(font)
        self._buttons = {"float": QToolButton(self), "close": QToolButton(self)}
        layout = QHBoxLayout(self)
        layout.setContentsMargins(8, 2, 4, 3)
        layout.setSpacing(6)
        layout.addWidget(self._icon)
        layout.addWidget(title, 1)
        for (name, button), text in zip(
            self._buttons.items(),
            (
                tr("Float or dock {title}", title=dock.windowTitle()),
                tr("Close {title}", title=dock.windowTitle()),
            ),
            strict=True,
        ):
            button.setAutoRaise(True)
            button.setObjectName(name)
            button.setAccessibleName(text)
            button.setToolTip(text)
            # Tab goes through what a pane is for; the View menu has these two for the keyboard.
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            layout.addWidget(button)
        self._buttons["float"].clicked.connect(self._on_float_clicked)
        self._buttons["close"].clicked.connect(dock.close)
        self._tint()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._tint()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint a raised ground, so that panes are told apart."""
        super().paintEvent(event)
        paint_ground(self)

    def _tint(self) -> None:
        self._icon.setPixmap(pixmap(self._icon_name, scheme(self.palette()).muted))
        for name, button in self._buttons.items():
            button.setIcon(icon(name, scheme(self.palette()).muted))

    def _on_float_clicked(self) -> None:
        dock = self.parent()
        if isinstance(dock, QDockWidget):
            dock.setFloating(not dock.isFloating())


class Dock(QDockWidget):
    """Holds a pane, once the window is painted: until then it keeps the place."""

    def __init__(self, name: str, title: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.pane: Pane | None = None
        self.setObjectName(name)
        self.call(title)
        self.setWidget(QWidget(self))
        self.visibilityChanged.connect(self._on_visibility_changed)

    def call(self, title: str) -> None:
        """Show `title`."""
        self.setWindowTitle(title)
        self.setAccessibleName(title)
        old = self.titleBarWidget()
        bar = TitleBar(self, self.objectName())
        scale_up(bar)
        self.setTitleBarWidget(bar)
        if old is not None:
            old.deleteLater()

    @Slot(bool)
    def _on_visibility_changed(self, visible: bool) -> None:  # noqa: FBT001 - Qt's signal carries it
        """Let the pane catch up when its tab comes to the front."""
        if visible and self.pane:
            self.pane.catch_up()

    def fill(self, pane: Pane) -> None:
        """Show `pane`, in place of the one before."""
        old = self.widget()
        self.pane = pane
        scale_up(pane)
        self.setWidget(pane)
        old.hide()
        old.deleteLater()
