"""The centre: heat maps in tabs, beside each other when a person moves one aside."""

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QSplitter, QTabBar, QTabWidget, QWidget

from explorer.text import tr
from explorer.window.controller import Controller
from explorer.window.journal import View
from explorer.window.pane import Pane
from explorer.window.scale import scale_up

Make = Callable[[str], Pane]


class Views(QSplitter):
    """Heat maps by expression; the first, of "", follows the selection and can't be closed."""

    changed = Signal()
    """A heat map was opened or closed."""
    opened = Signal(object)
    """A new pane, for whoever listens to its signals."""

    def __init__(self, controller: Controller, make: Make, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._make = make
        self._expressions: dict[Pane, str] = {}
        self.setChildrenCollapsible(False)
        self._add_group()

    @property
    def panes(self) -> list[Pane]:
        """The open heat maps, in the order they were opened."""
        return list(self._expressions)

    @property
    def current(self) -> Pane | None:
        """The heat map in front, in the group that has the focus."""
        page = self._focused().currentWidget()
        return page if isinstance(page, Pane) else None

    def open(self, expression: str = "") -> Pane:
        """Bring the heat map of `expression` to the front, making one if there is none."""
        pane = self._find(expression)
        if pane is None:
            pane = self._make(expression)
            self._expressions[pane] = expression
            pane.title_changed.connect(self._on_titles_changed)
            self._put(pane, self._focused())
            self.opened.emit(pane)
            self.changed.emit()
        group = self._group_of(pane)
        group.setCurrentWidget(pane)
        return pane

    def close_pane(self, pane: Pane) -> None:
        """Close a heat map; the one that follows the selection stays."""
        if not self._expressions.get(pane):
            return
        group = self._group_of(pane)
        group.removeTab(group.indexOf(pane))
        del self._expressions[pane]
        pane.hide()
        pane.deleteLater()
        self._drop_empty_groups()
        self.changed.emit()

    def move_aside(self) -> None:
        """Move the heat map in front to the other side, opening one if there is none."""
        pane = self.current
        if pane is None or len(self._expressions) < 2:
            return
        here = self._group_of(pane)
        others = [group for group in self._groups() if group is not here]
        if not others and here.count() < 2:
            return
        there = others[0] if others else self._add_group()
        here.removeTab(here.indexOf(pane))
        self._put(pane, there)
        there.setCurrentWidget(pane)
        self._drop_empty_groups()
        count = self.count()
        self.setSizes([self.width() // count] * count)
        pane.setFocus()

    def renew(self) -> None:
        """Make every heat map anew in its place: the language or the size changed."""
        for group in self._groups():
            group.tabBar().setAccessibleName(tr("Open heat maps"))
        kept = self._expressions
        self._expressions = {}
        for old, expression in kept.items():
            if old.renew():
                self._expressions[old] = expression
                continue
            group = self._group_of(old)
            index, current = group.indexOf(old), group.currentWidget()
            pane = self._make(expression)
            self._expressions[pane] = expression
            pane.title_changed.connect(self._on_titles_changed)
            self.opened.emit(pane)
            pane.restore(old.state())
            scale_up(pane)
            group.removeTab(index)
            self._put(pane, group, index)
            group.setCurrentWidget(pane if current is old else current)
            old.hide()
            old.deleteLater()

    def state(self) -> tuple[View, ...]:
        """Return what is open, for the journal."""
        return tuple(View(e, pane.state()) for pane, e in self._expressions.items())

    def restore(self, views: tuple[View, ...]) -> None:
        """Open what `state` returned."""
        for view in views:
            self.open(view.expression).restore(view.state)
        if self.panes:
            self.open()

    def _find(self, expression: str) -> Pane | None:
        for pane, own in self._expressions.items():
            if own == expression:
                return pane
        return None

    def _put(self, pane: Pane, group: QTabWidget, index: int = -1) -> None:
        index = group.insertTab(index, pane, pane.title())
        if not self._expressions[pane]:
            for side in (QTabBar.ButtonPosition.LeftSide, QTabBar.ButtonPosition.RightSide):
                button = group.tabBar().tabButton(index, side)
                if button is not None:
                    button.hide()
                    group.tabBar().setTabButton(index, side, None)
        self._on_titles_changed()

    def _add_group(self) -> QTabWidget:
        group = QTabWidget(self)
        group.setDocumentMode(True)
        group.setMovable(True)
        group.setTabsClosable(True)
        group.setTabBarAutoHide(True)
        group.tabBar().setElideMode(Qt.TextElideMode.ElideMiddle)
        group.tabBar().setAccessibleName(tr("Open heat maps"))
        group.tabCloseRequested.connect(self._on_close_requested)
        self.addWidget(group)
        return group

    def _groups(self) -> list[QTabWidget]:
        widgets = (self.widget(i) for i in range(self.count()))
        return [widget for widget in widgets if isinstance(widget, QTabWidget)]

    def _group_of(self, pane: Pane) -> QTabWidget:
        return next(group for group in self._groups() if group.indexOf(pane) >= 0)

    def _focused(self) -> QTabWidget:
        groups = self._groups()
        return next((g for g in groups if g.isAncestorOf(self.window().focusWidget())), groups[0])

    def _drop_empty_groups(self) -> None:
        for group in self._groups():
            if group.count() == 0 and self.count() > 1:
                group.setParent(None)
                group.deleteLater()

    def _on_close_requested(self, index: int) -> None:
        group = self.sender()
        if isinstance(group, QTabWidget):
            pane = group.widget(index)
            if isinstance(pane, Pane):
                self.close_pane(pane)

    def _on_titles_changed(self) -> None:
        for group in self._groups():
            for i in range(group.count()):
                pane = group.widget(i)
                if isinstance(pane, Pane) and group.tabText(i) != pane.title():
                    group.setTabText(i, pane.title())
