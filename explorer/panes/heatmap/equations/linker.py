"""What one heat map shares with others: where it points, what lights up, and what is linked."""

from collections.abc import Mapping
from dataclasses import replace

from PySide6.QtCore import QObject, QSignalBlocker, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from explorer.panes.heatmap.equations.term_view import Layout, held_areas
from explorer.panes.heatmap.icon_button import IconButton
from explorer.panes.heatmap.pictures.lit_item import LitItem
from explorer.panes.heatmap.scales.scale import Levels
from explorer.panes.heatmap.slices.slicing import Slicing
from explorer.text import Text, tr
from explorer.window.controller import Controller
from explorer.window.linking import ASPECTS, Aspect, Focus, Links, Lit, Shared
from explorer.window.plot import CellView, View

WORDS: dict[Aspect, Text] = {
    "cursor": "Same cell",
    "zoom": "Same zoom and place",
    "levels": "Same colour levels",
}
"""What each aspect is called in the menu."""
NOTHING_LIT: Mapping[str, Lit] = {}


class LinkButton(IconButton):
    """A button with a menu: in what this heat map follows the others that are linked too.

    It is down while the heat map is linked in anything.
    """

    chosen = Signal(str, bool)
    """An `Aspect`, and whether the heat map is to be linked in it."""

    def __init__(self, parent: QWidget) -> None:
        self._tip = tr("Share cell, zoom and colours with other linked heat maps (L)")
        super().__init__("link", tr("Link"), self._tip, parent)
        self.setCheckable(True)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(self)
        menu.aboutToShow.connect(self._on_about_to_show)
        self.actions_by_aspect: dict[Aspect, QAction] = {}
        for aspect in ASPECTS:
            action = menu.addAction(tr(WORDS[aspect]))
            action.setCheckable(True)
            action.setData(aspect)
            action.toggled.connect(self._on_toggled)
            self.actions_by_aspect[aspect] = action
        self.setMenu(menu)

    def show_links(self, linked: set[Aspect]) -> None:
        """Show in what the heat map is linked."""
        for aspect, action in self.actions_by_aspect.items():
            with QSignalBlocker(action):
                action.setChecked(aspect in linked)
        self.setChecked(bool(linked))
        self.set_name(tr("Link ({n})", n=len(linked)) if linked else tr("Link"))
        self.set_tip(self._tip)

    def nextCheckState(self) -> None:  # noqa: N802 - Qt's name
        """Stay as it is: a click opens the menu."""

    def _on_about_to_show(self) -> None:
        self.setFocus()

    def _on_toggled(self, linked: bool) -> None:  # noqa: FBT001 - Qt's signal
        action = self.sender()
        if isinstance(action, QAction):
            self.chosen.emit(action.data(), linked)


class Linker(QObject):
    """`view` is the heat map's name among the links: its expression, "" if it follows the selection."""

    levels_taken = Signal(object)
    """The `Levels` of a linked heat map."""

    def __init__(
        self,
        controller: Controller,
        view: str,
        cells: CellView,
        buttons: tuple[LinkButton, ...],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._controller, self._view, self._cells = controller, view, cells
        self._buttons, self._owner = buttons, parent
        self._expression = ""
        self._layout = Layout(Slicing.of(()), (1, 1))
        self._is_following = False
        self._zoom: Shared | None = None
        self._levels: Shared | None = None
        """What was taken over last, or told."""
        self.over = LitItem()
        self.over.set_palette(parent.palette())
        cells.add(self.over)
        controller.linking_changed.connect(self._on_linking_changed)
        cells.view_changed.connect(self._on_view_changed)
        for button in buttons:
            button.chosen.connect(self._on_chosen)

    def show(self, expression: str, slicing: Slicing) -> None:
        """Lie over a plane of a tensor."""
        self._expression, self._layout = expression, Layout(slicing, slicing.size)
        self.over.set_size(*slicing.size)
        self._on_linking_changed()

    def point(self, index: tuple[int, ...] | None, lit: Mapping[str, Lit] = NOTHING_LIT) -> None:
        """Tell where this heat map points, and which cells belong to that."""
        linking = self._controller.linking
        focus = None if index is None else Focus(self._view, self._expression, index)
        if focus is None and (linking.focus is None or linking.focus.view != self._view):
            return  # another heat map points
        self._controller.link(linking.pointed(focus, lit))

    def toggle(self) -> None:
        """Link the heat map in all aspects, or in none if it is linked in any."""
        links = self._controller.linking.links
        is_linked = any(links.has(self._view, aspect) for aspect in ASPECTS)
        for aspect in ASPECTS:
            links = links.put(self._view, aspect, linked=not is_linked)
        self._take(links)

    def tell_levels(self, levels: Levels) -> None:
        """Tell the levels that the person gave this heat map."""
        linking = self._controller.linking
        if linking.links.has(self._view, "levels"):
            self._levels = Shared(self._view, levels)
            self._controller.link(replace(linking, levels=self._levels))

    def _take(self, links: Links) -> None:
        linking = self._controller.linking
        self._controller.link(replace(linking, links=links))

    def _on_chosen(self, aspect: Aspect, linked: bool) -> None:  # noqa: FBT001 - a signal's value
        links = self._controller.linking.links
        self._take(links.put(self._view, aspect, linked=linked))

    def _on_view_changed(self) -> None:
        linking = self._controller.linking
        if self._is_following or not self._owner.isVisible():
            return
        if linking.links.has(self._view, "zoom"):
            view = None if self._cells.is_fitted else self._cells.view
            self._zoom = Shared(self._view, (self._layout.size, view))
            self._controller.link(replace(linking, zoom=self._zoom))

    def _on_linking_changed(self) -> None:
        linking = self._controller.linking
        links = linking.links
        for button in self._buttons:
            button.show_links({aspect for aspect in ASPECTS if links.has(self._view, aspect)})
        regions = linking.regions(self._expression)
        areas = [area for region in regions for area in self._layout.areas(region)]
        lit = linking.lit.get(self._expression)
        self.over.set_lit(areas, lit.label if lit else "")
        held = linking.held.get(self._expression)
        self.over.set_held(*(held_areas(held, self._layout) if held else ((), "")))
        self.over.set_cursor(self._followed(linking.focus))
        if links.has(self._view, "zoom") and linking.zoom not in (None, self._zoom):
            self._zoom = linking.zoom
            self._stand(linking.zoom)
        if links.has(self._view, "levels") and linking.levels not in (None, self._levels):
            self._levels = linking.levels
            levels = linking.levels.value
            if isinstance(levels, Levels):
                self.levels_taken.emit(levels)

    def _followed(self, focus: Focus | None) -> tuple[int, int] | None:
        """Return the cell at the place that another linked heat map points at, None if none does."""
        links = self._controller.linking.links
        if focus is None or focus.view == self._view:
            return None
        if not (links.has(self._view, "cursor") and links.has(focus.view, "cursor")):
            return None
        shape, index = self._layout.slicing.shape, focus.index
        if len(index) != len(shape) or any(i >= n for i, n in zip(index, shape, strict=True)):
            return None
        return self._layout.cell(index)

    def _stand(self, zoom: Shared | None) -> None:
        """Stand where another heat map does, if it has as many rows and columns."""
        if zoom is None or not isinstance(zoom.value, tuple):
            return
        size, view = zoom.value
        if size != self._layout.size:
            return
        self._is_following = True
        if isinstance(view, View):
            self._cells.set_view(view)
        else:
            self._cells.fit()
        self._is_following = False
