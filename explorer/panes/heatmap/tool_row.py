"""The buttons at the right end of a heat map's heading."""

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from explorer.panes.heatmap.icon_button import IconButton
from explorer.text import tr


class ToolRow(QWidget):
    """Those that have no room, the last ones, stand in the menu of one more button."""

    resized = Signal()
    """It wants another width."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._buttons: list[IconButton] = []
        self._more = IconButton("more", tr("More"), tr("Show the buttons that have no room"), self)
        self._more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._more.hide()
        menu = QMenu(self._more)
        menu.aboutToShow.connect(self._on_about_to_show)
        self._more.setMenu(menu)

    def insert(self, index: int, *buttons: IconButton) -> None:
        """Let `buttons`, children of this row, stand before the one at `index`."""
        self._buttons[index:index] = buttons
        self._arrange()
        self.resized.emit()

    def offer(self, button: IconButton, *, offered: bool) -> None:
        """Show or hide one of the buttons."""
        if button.isHidden() is offered:
            button.setVisible(offered)
            self._arrange()
            self.resized.emit()

    def stops(self) -> list[QWidget]:
        """Return where Tab stops, in reading order."""
        return [*self._buttons, self._more]

    def sizeHint(self) -> QSize:
        """Return the size of all buttons that are offered."""
        return QSize(len(self._offered) * self._step_px, self._more.sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        """Return the size of one button."""
        return QSize(self._step_px, self._more.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Place the buttons in the new width."""
        super().resizeEvent(event)
        self._arrange()

    @property
    def _step_px(self) -> int:
        return self._more.sizeHint().width()

    @property
    def _offered(self) -> list[IconButton]:
        return [button for button in self._buttons if not button.isHidden()]

    @property
    def _left_out(self) -> list[IconButton]:
        offered, room = self._offered, self.width() // self._step_px
        return [] if len(offered) <= room else offered[max(0, room - 1) :]

    def _arrange(self) -> None:
        left_out = self._left_out
        placed = [button for button in self._offered if button not in left_out]
        self._more.setVisible(bool(left_out))
        shown = [*placed, self._more] if left_out else placed
        left = self.width() - len(shown) * self._step_px
        for i, button in enumerate(shown):
            button.setGeometry(left + i * self._step_px, 0, self._step_px, self.height())
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        for button in left_out:
            button.setGeometry(QRect())
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def _on_about_to_show(self) -> None:
        menu = self._more.menu()
        menu.clear()
        for button in self._left_out:
            own = button.menu()
            if isinstance(own, QMenu):
                own.setTitle(button.text())
                action = menu.addMenu(own)
            else:
                action = menu.addAction(button.text())
                action.setCheckable(button.isCheckable())
                action.setChecked(button.isChecked())
                action.triggered.connect(button.click)
            action.setIcon(button.icon())
            action.setEnabled(button.isEnabled())
