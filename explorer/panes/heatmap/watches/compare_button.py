"""The button that offers the tensors which the one shown can be compared with."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from explorer.comparison import compared
from explorer.panes.heatmap.icon_button import IconButton
from explorer.protocol import TensorInfo
from explorer.text import tr
from explorer.window.controller import Controller

MOST_OFFERS = 20


class CompareButton(IconButton):
    """Its menu is made when it is opened."""

    chosen = Signal(str)
    """The expression of a comparison."""

    def __init__(self, controller: Controller, parent: QWidget) -> None:
        tip = tr("Show how far another tensor is from this one")
        super().__init__("compare", tr("Compare…"), tip, parent)
        self._controller = controller
        self._info: TensorInfo | None = None
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(self)
        menu.setAccessibleName(tr("Compare with"))
        menu.aboutToShow.connect(self.offer)
        menu.triggered.connect(self._on_triggered)
        self.setMenu(menu)

    def set_info(self, info: TensorInfo) -> None:
        """Offer what `info` can be compared with."""
        self._info = info

    def offer(self) -> None:
        """Fill the menu: tensors of the same shape first, then those that broadcast to it."""
        menu = self.menu()
        menu.clear()
        for other in self._others():
            text = f"{other.expression}  {list(other.shape)} {other.dtype}".replace("&", "&&")
            menu.addAction(text).setData(other.expression)
        if menu.isEmpty():
            menu.addAction(tr("No other tensor fits this shape")).setEnabled(False)

    def _others(self) -> list[TensorInfo]:
        info = self._info
        if info is None:
            return []
        found = [
            other
            for other in self._controller.workspace.viewable()
            if other.expression != info.expression and _fit(info.shape, other.shape)
        ]
        found.sort(key=lambda other: other.shape != info.shape)
        return found[:MOST_OFFERS]

    @Slot(QAction)
    def _on_triggered(self, action: QAction) -> None:
        other = self._controller.workspace.find(action.data())
        if self._info and other:
            self.chosen.emit(compared(self._info, other).expression)


def _fit(one: tuple[int, ...], other: tuple[int, ...]) -> bool:
    """Return whether torch can subtract tensors of two shapes."""
    pairs = zip(reversed(one), reversed(other), strict=False)
    return all(a == b or 1 in (a, b) for a, b in pairs)
