"""Presentation: the screen for the class, larger and without what distracts; back exactly."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QCoreApplication, QEvent, QObject, QRect, Qt, QTimer

from explorer.window.settings import LAYOUT_VERSION
from explorer.window.theme import icon

if TYPE_CHECKING:
    from explorer.window.main import MainWindow

PERCENT = 150
TENSORS_SHARE, SCRIPT_SHARE = 0.22, 0.28
"""Of the window's width and height."""
LARGE = Qt.WindowState.WindowMaximized | Qt.WindowState.WindowFullScreen
BUTTONS = ("undo", "redo", "interrupt")
"""Commands that stay in the toolbar, beside the search box and the way back."""
PANES = ("tensors", "script")
"""Docks that stay: at 1280 x 720 and 150 % there is no room for more beside the heat map."""


@dataclass(frozen=True, slots=True)
class _Before:
    """What the window was like."""

    geometry: QByteArray
    area: QRect
    layout: QByteArray
    state: Qt.WindowState
    percent: int


class Presentation(QObject):
    """Changes its window and puts it back; `arrange` keeps it so when the window is made anew."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._before: _Before | None = None
        self._wanted: _Before | None = None
        """How the window is to be once it is made anew in its own size."""
        # Later than the layouts of what was made anew: docks know their least sizes only then.
        self._settled = QTimer(self, interval=0, singleShot=True)
        self._settled.timeout.connect(self._settle)

    @property
    def is_on(self) -> bool:
        """Whether the window is being presented."""
        return self._before is not None

    def toggle(self) -> None:
        """Start, or go back."""
        if self.is_on:
            self.leave()
        else:
            self.enter()

    def enter(self) -> None:
        """Fill the screen, at 150 % or more, with the panes that say most."""
        window = self._window
        if self.is_on:
            return
        self._before = _Before(
            window.saveGeometry(),
            window.geometry(),
            window.saveState(LAYOUT_VERSION),
            window.windowState(),
            window.scale.percent,
        )
        for name, dock in window.docks.items():
            dock.setVisible(dock.isVisible() and name in PANES)
        window.setWindowState(window.windowState() | Qt.WindowState.WindowFullScreen)
        self._draw_at(max(PERCENT, window.scale.percent))

    def leave(self, *, put_back: bool = True) -> None:
        """Put the window back as it was, or leave its place and its docks to the caller."""
        before, self._before = self._before, None
        if before is not None:
            self._wanted = before if put_back else None
            self._draw_at(before.percent)

    def kept(self) -> tuple[QByteArray, QByteArray]:
        """Return geometry and layout of the window without presentation, to be kept."""
        window, before = self._window, self._before or self._wanted
        if before is not None:
            return before.geometry, before.layout
        return window.saveGeometry(), window.saveState(LAYOUT_VERSION)

    def _settle(self) -> None:
        window, before, self._wanted = self._window, self._wanted, None
        QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest.value)
        if self.is_on:
            self._share_out()
        if before is None:
            return
        window.setWindowState(before.state)
        window.restoreGeometry(before.geometry)
        if not before.state & LARGE:  # Qt keeps what it restores within the screen
            window.setGeometry(before.area)
        window.restoreState(before.layout, LAYOUT_VERSION)

    def arrange(self) -> None:
        """Hide what distracts in a window that was made anew, or put all of it back."""
        self._settled.start()
        window, action = self._window, self._window.actions_by_id["presentation"]
        window.menuBar().setVisible(not self.is_on)
        if not self.is_on:
            return
        kept = {window.actions_by_id[command_id] for command_id in BUTTONS}
        for shown in window.toolbar.actions():
            is_command = shown.objectName() in window.actions_by_id.commands
            if shown.isSeparator() or (is_command and shown not in kept):
                window.toolbar.removeAction(shown)
        action.setIcon(icon("presentation"))
        window.toolbar.addAction(action)

    def _share_out(self) -> None:
        """Give most of the window to what is presented."""
        window = self._window
        for name, share, whole, orientation in (
            ("tensors", TENSORS_SHARE, window.width(), Qt.Orientation.Horizontal),
            ("script", SCRIPT_SHARE, window.height(), Qt.Orientation.Vertical),
        ):
            docks = [window.docks[name]] if name in window.docks else []
            window.resizeDocks(docks, [round(share * whole)] * len(docks), orientation)

    def _draw_at(self, percent: int) -> None:
        scale = self._window.scale
        if scale.percent == percent:
            self._window.renew_soon()
        else:
            scale.choose(percent)
