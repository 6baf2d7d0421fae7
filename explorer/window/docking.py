"""The docking: where panes stand, at first start and as the person left them."""

from dataclasses import dataclass
from importlib import import_module
from typing import Literal, cast

from PySide6.QtCore import QObject, QSize, Qt, Signal
from PySide6.QtWidgets import QLayout, QMainWindow, QTabBar, QWidget

from explorer.text import Text, tr
from explorer.window.controller import Controller
from explorer.window.dock import Dock
from explorer.window.pane import Pane, State
from explorer.window.settings import LAYOUT_VERSION, Settings

Area = Literal["left", "centre", "right", "below"]


@dataclass(frozen=True, slots=True)
class PaneRow:
    """A pane and where it stands at first start; `path` is "module:class", imported late."""

    name: str
    title: Text
    path: str
    area: Area
    size_px: int = 0

    def make(self, controller: Controller, *arguments: str) -> Pane:
        """Return a new pane."""
        module, _, class_name = self.path.partition(":")
        pane: Pane = getattr(import_module(module), class_name)(controller, *arguments)
        return pane


PANES = (
    PaneRow("tensors", "Tensors", "explorer.panes.tensors.pane:TensorsPane", "left", 288),
    PaneRow("heatmap", "Heat map", "explorer.panes.heatmap.pane:HeatmapPane", "centre"),
    PaneRow("create", "Create", "explorer.panes.create.pane:CreatePane", "right", 304),
    PaneRow("operate", "Operate", "explorer.panes.operate.pane:OperatePane", "right", 304),
    PaneRow("device", "Device", "explorer.panes.device.pane:DevicePane", "right", 304),
    PaneRow("script", "Script", "explorer.panes.script.pane:ScriptPane", "below", 208),
    PaneRow("console", "Console", "explorer.panes.console.pane:ConsolePane", "below", 208),
)
AREAS = {
    "left": Qt.DockWidgetArea.LeftDockWidgetArea,
    "right": Qt.DockWidgetArea.RightDockWidgetArea,
    "below": Qt.DockWidgetArea.BottomDockWidgetArea,
}
SIZE = QSize(1280, 800)
BELOW_SHARE = 0.27
"""Of the window's height goes to the docks below, at first start."""


class Docking(QObject):
    """The docks of a window by the names of their panes, and the `rows` that they come from."""

    opened = Signal(object)
    """A new pane, for whoever listens to its signals."""

    def __init__(
        self, rows: tuple[PaneRow, ...], controller: Controller, window: QMainWindow
    ) -> None:
        super().__init__(window)
        self._controller = controller
        self._window = window
        self.rows = {row.name: row for row in rows}
        window.setDockOptions(
            QMainWindow.DockOption.AnimatedDocks
            | QMainWindow.DockOption.AllowTabbedDocks
            | QMainWindow.DockOption.AllowNestedDocks
        )
        window.setCorner(Qt.Corner.BottomRightCorner, Qt.DockWidgetArea.RightDockWidgetArea)
        self.docks = {
            row.name: Dock(row.name, tr(row.title), window) for row in rows if row.area != "centre"
        }
        self._place()

    @property
    def panes(self) -> list[Pane]:
        """The panes in the docks, none before `fill`."""
        return [dock.pane for dock in self.docks.values() if dock.pane]

    def fill(self, settings: Settings) -> None:
        """Make the panes, as the person left them."""
        for name in self.docks:
            self._fill(name, settings.pane_state(name))

    def renew(self) -> None:
        """Make every pane anew in its place: the language or the size changed."""
        for name, dock in self.docks.items():
            dock.call(tr(self.rows[name].title))
            if dock.pane and not dock.pane.renew():
                self._fill(name, dock.pane.state())

    def _fill(self, name: str, state: State) -> None:
        pane = self.rows[name].make(self._controller)
        pane.restore(state)
        self.opened.emit(pane)
        self.docks[name].fill(pane)

    def keep(self, settings: Settings) -> None:
        """Keep what the panes are like."""
        for name, dock in self.docks.items():
            if dock.pane:
                settings.set_pane_state(name, dock.pane.state())

    def show(self, name: str) -> Dock:
        """Bring a dock to the front."""
        dock = self.docks[name]
        dock.show()
        dock.raise_()
        return dock

    def show_focused(self, _old: QWidget | None, new: QWidget | None) -> None:
        """Bring the pane to the front into which the keyboard leads: Tab goes behind tabs too."""
        for dock in self.docks.values():
            if new and dock.isAncestorOf(new) and dock.visibleRegion().isEmpty():
                dock.raise_()
        if isinstance(new, QTabBar) and not new.accessibleName():  # Qt makes them as docks meet
            new.setAccessibleName(tr("Panes"))

    def restore(self, settings: Settings, size: QSize | None) -> None:
        """Put window and docks where they were, or where they are at first start.

        `size` is what the person asked for this time.
        """
        window = self._window
        if not window.restoreGeometry(settings.geometry):
            self._resize()
        if size is not None:
            window.resize(size)
        if not window.restoreState(settings.layout, LAYOUT_VERSION):
            self._share_out()

    def reset(self) -> None:
        """Give window and panes the size and the places of the first start."""
        self._window.showNormal()
        self._resize()
        self.explore()

    def explore(self) -> None:
        """Put every pane back where it was at first start."""
        for dock in self.docks.values():
            dock.setFloating(False)
            self._window.removeDockWidget(dock)
        self._place()
        self._share_out()

    def _resize(self) -> None:
        self._window.resize(SIZE.boundedTo(self._window.screen().availableSize()))

    def _place(self) -> None:
        """Put every dock into its area, the first of each in front of the others."""
        layout = cast("QLayout", self._window.layout())  # which a main window always has
        # Qt lays out while it makes a tab bar, makes a second one then, and leaves the first in sight.
        layout.setEnabled(False)
        front: dict[Area, Dock] = {}
        for name, dock in self.docks.items():
            area = self.rows[name].area
            self._window.addDockWidget(AREAS[area], dock)
            if front.setdefault(area, dock) is not dock:
                self._window.tabifyDockWidget(front[area], dock)
            dock.show()
        layout.setEnabled(True)
        layout.activate()
        for dock in front.values():
            dock.raise_()

    def _share_out(self) -> None:
        """Give each dock its size at first start."""
        for orientation, areas, least in (
            (Qt.Orientation.Horizontal, ("left", "right"), 0),
            (Qt.Orientation.Vertical, ("below",), round(BELOW_SHARE * self._window.height())),
        ):
            names = [name for name in self.docks if self.rows[name].area in areas]
            self._window.resizeDocks(
                [self.docks[name] for name in names],
                [max(self.rows[name].size_px, least) for name in names],
                orientation,
            )
