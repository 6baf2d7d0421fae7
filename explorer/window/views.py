"""The centre: heat maps in tabs, beside and below each other where a person put them."""

from collections.abc import Callable, Iterable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QApplication, QLineEdit, QTabBar, QTabWidget, QWidget

from explorer.text import tr
from explorer.window.close_button import CloseButton
from explorer.window.controller import Controller
from explorer.window.drop_groups import DropGroups
from explorer.window.dropping import Zone
from explorer.window.journal import Placement, View
from explorer.window.pane import Pane
from explorer.window.placement import place_all, placement_of
from explorer.window.scale import scale_up

Make = Callable[[str], Pane]


class Views(DropGroups):
    """Heat maps by expression; the first, of "", follows the selection and can't be closed."""

    changed = Signal()
    """A heat map was opened, closed or put elsewhere."""
    opened = Signal(object)
    """A new pane, for whoever listens to its signals."""

    def __init__(self, controller: Controller, make: Make, parent: QWidget) -> None:
        self._expressions: dict[Pane, str] = {}
        super().__init__(parent)
        self._controller = controller
        self._make = make
        self._hand = self.groups()[0]
        """The group that was last worked in."""
        self.dropped.connect(self.drop)
        QApplication.instance().focusChanged.connect(self._on_focus_changed)  # type: ignore[union-attr]  # there is one

    @property
    def panes(self) -> list[Pane]:
        """The open heat maps, in the order they were opened."""
        return list(self._expressions)

    @property
    def current(self) -> Pane | None:
        """The heat map in front, in the group that was last worked in."""
        page = self._hand.currentWidget()
        return page if isinstance(page, Pane) else None

    # --- what a person does -------------------------------------------------------------------

    def open(self, expression: str = "") -> Pane:
        """Bring the heat map of `expression` to the front, making one if there is none."""
        pane = self._find(expression)
        if pane is None:
            pane = self._make_pane(expression)
            self._put(pane, self._hand)
            self.tidy()
            self.changed.emit()
        self._show(pane)
        return pane

    def place(self, expression: str, zone: Zone) -> None:
        """Show `expression` on one side of the heat map last worked in.

        In the "centre" it takes the place of what a pinned one shows.
        """
        self._place((expression,), zone)

    def reveal(self, expressions: tuple[str, ...]) -> None:
        """Show tensors beside the heat map last worked in, where they are not in sight already."""
        here = self._hand
        beside = here
        zone: Zone = "right"
        for expression in expressions:
            pane = self._find(expression)
            if pane is not None and self.group_of(pane) is not here:
                self.group_of(pane).setCurrentWidget(pane)
                continue
            if pane is not None and pane is here.currentWidget():
                continue
            self.drop((expression,), beside, zone)
            # The next one stands below the first.
            beside, zone = self._hand, "bottom"
        self._hand = here if here in self.groups() else self._hand

    def open_beside(self) -> None:
        """Show what is selected on the right of the heat map last worked in."""
        self._place(self._controller.selection.expressions, "right")

    def open_below(self) -> None:
        """Show what is selected below the heat map last worked in."""
        self._place(self._controller.selection.expressions, "bottom")

    def replace_shown(self) -> None:
        """Show what is selected in the pinned heat map last worked in."""
        self._place(self._controller.selection.expressions, "centre")

    def _place(self, expressions: tuple[str, ...], zone: Zone) -> None:
        groups = [self._hand, *self.groups()]
        pinned = [group for group in groups if self._expression_of(group.currentWidget())]
        # The one that follows the selection shows it as it is.
        self.drop(expressions, pinned[0] if zone == "centre" and pinned else self._hand, zone)

    def drop(self, expressions: tuple[str, ...], group: QTabWidget, zone: Zone) -> None:
        """Show tensors in place of what is in front in `group`, or in a new group beside it."""
        front = group.currentWidget()
        if not expressions or not isinstance(front, Pane):
            return
        if zone != "centre":
            if [self._expressions.get(pane) for pane in _pages(group)] == list(expressions):
                return  # they have it to themselves already
            new = self.split(group, zone)
            for expression in expressions:
                self._put(self._find(expression) or self._make_pane(expression), new)
            new.setCurrentIndex(0)
            self._show(self._find(expressions[0]) or front)
        elif not self._expressions[front]:
            self._controller.select(*expressions)
        else:
            self._replace(front, expressions, group)
        self.tidy()
        self.changed.emit()

    def close_current(self) -> None:
        """Close the heat map last worked in, unless it follows the selection."""
        if self.current is not None:
            self.close_pane(self.current)

    def close_pane(self, pane: Pane) -> None:
        """Close a heat map; the one that follows the selection stays."""
        if not self._expressions.get(pane):
            return
        self._remove(pane)
        self.tidy()
        self.changed.emit()

    def move_aside(self) -> None:
        """Move the heat map in front to the other side, opening one if there is none."""
        pane = self.current
        if pane is None or len(self._expressions) < 2:
            return
        here = self.group_of(pane)
        others = [group for group in self.groups() if group is not here]
        if not others and here.count() < 2:
            return
        self._put(pane, others[0] if others else self.split(here, "right"))
        self._show(pane)
        self.tidy()
        self.changed.emit()
        pane.setFocus()

    # --- state --------------------------------------------------------------------------------

    def renew(self) -> None:
        """Make every heat map anew in its place: the language or the size changed."""
        for group in self.groups():
            group.tabBar().setAccessibleName(tr("Open heat maps"))
        kept = self._expressions
        self._expressions = {}
        for old, expression in kept.items():
            if old.renew():
                self._expressions[old] = expression
                continue
            group = self.group_of(old)
            index, current = group.indexOf(old), group.currentWidget()
            pane = self._make_pane(expression)
            pane.restore(old.state())
            group.removeTab(index)
            self._put(pane, group, index)
            group.setCurrentWidget(pane if current is old else current)
            _discard(old)

    def state(self) -> tuple[View, ...]:
        """Return what is open, for the journal."""
        return tuple(View(e, pane.state()) for pane, e in self._expressions.items())

    def placement(self) -> Placement:
        """Return where it stands, for the journal."""
        return placement_of(self, self._expression_of)

    def restore(self, views: tuple[View, ...], placement: Placement | None = None) -> None:
        """Open what `state` returned, where `placement` says that it stood."""
        for view in views:
            self.open(view.expression).restore(view.state)
        if placement and placement.parts:
            place_all(
                self, placement, {e: pane for pane, e in self._expressions.items()}, self._put
            )
            self._hand = self.groups()[0]
        elif self.panes:
            self.open()

    def takes(self, expression: str) -> bool:
        """See the base class: tensors, also those that only the engine knows."""
        workspace = self._controller.workspace
        return workspace.find(expression) is not None or workspace.may_have(expression)

    # --- panes and tabs -----------------------------------------------------------------------

    def tidy(self) -> None:
        """See the base class. Tabs are hidden where there is nothing to choose or to close."""
        super().tidy()
        for group in self.groups():
            group.setTabBarAutoHide(all(not self._expressions[pane] for pane in _pages(group)))
        if self._hand not in self.groups():
            self._hand = self.groups()[0]

    def _make_pane(self, expression: str) -> Pane:
        pane = self._make(expression)
        scale_up(pane)
        for field in pane.findChildren(QLineEdit):
            field.setAcceptDrops(False)  # the map takes tensors, its fields take numbers
        self._expressions[pane] = expression
        pane.title_changed.connect(self._on_titles_changed)
        pane.expression_chosen.connect(self._on_expression_chosen)
        self.opened.emit(pane)
        return pane

    def _find(self, expression: str) -> Pane | None:
        return next((pane for pane, own in self._expressions.items() if own == expression), None)

    def _expression_of(self, page: QWidget | None) -> str:
        return self._expressions[page] if isinstance(page, Pane) else ""

    def _replace(self, old: Pane, expressions: Iterable[str], group: QTabWidget) -> None:
        """Put heat maps of `expressions` in place of `old`, the first in front."""
        shown: list[Pane] = []
        for expression in expressions:
            pane = self._find(expression) or self._make_pane(expression)
            self._put(pane, group, group.indexOf(shown[-1] if shown else old) + 1)
            shown.append(pane)
        if old not in shown:
            self._remove(old)
        self._show(shown[0])

    def _show(self, pane: Pane) -> None:
        self._hand = self.group_of(pane)
        self._hand.setCurrentWidget(pane)

    def _put(self, pane: Pane, group: QTabWidget, index: int = -1) -> None:
        """Put `pane` among the tabs of `group`, taking it from where it is."""
        for other in self.groups():
            at = other.indexOf(pane)
            if at >= 0:
                other.removeTab(at)
                index -= other is group and at < index
        index = group.insertTab(index, pane, pane.title())
        if self._expressions[pane]:
            button = CloseButton(pane, pane.title(), group.tabBar())
            button.clicked.connect(self._on_close_clicked)
            group.tabBar().setTabButton(index, QTabBar.ButtonPosition.RightSide, button)
        self._on_titles_changed()

    def _remove(self, pane: Pane) -> None:
        group = self.group_of(pane)
        group.removeTab(group.indexOf(pane))
        del self._expressions[pane]
        _discard(pane)

    def _on_close_clicked(self) -> None:
        button = self.sender()
        if isinstance(button, CloseButton) and isinstance(button.page, Pane):
            self.close_pane(button.page)

    def _on_expression_chosen(self, expression: str) -> None:
        """Show another expression in place of a pinned heat map, looked at as that was."""
        old = self.sender()
        if not isinstance(old, Pane) or not self._expressions.get(old):
            return
        state, is_new = old.state_for(expression), self._find(expression) is None
        self._replace(old, (expression,), self.group_of(old))
        pane = self._find(expression)
        if pane and is_new:
            pane.restore(state)
        if pane:
            pane.setFocus()
        self.tidy()
        self.changed.emit()

    def _on_titles_changed(self) -> None:
        for group in self.groups():
            for i, pane in enumerate(_pages(group)):
                if group.tabText(i) != pane.title():
                    group.setTabText(i, pane.title())

    def _on_focus_changed(self, _old: QWidget | None, new: QWidget | None) -> None:
        if new is not None and self.isAncestorOf(new):
            self._hand = next((g for g in self.groups() if g.isAncestorOf(new)), self._hand)


def _pages(group: QTabWidget) -> list[Pane]:
    pages = (group.widget(i) for i in range(group.count()))
    return [page for page in pages if isinstance(page, Pane)]


def _discard(pane: Pane) -> None:
    pane.hide()
    pane.deleteLater()
