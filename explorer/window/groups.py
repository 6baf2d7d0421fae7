"""Groups of tabs beside and below each other: a tree of splitters."""

from collections.abc import Iterator
from typing import cast

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSplitter, QTabWidget, QWidget

from explorer.text import tr
from explorer.window.dropping import Zone

Part = QSplitter | QTabWidget
BESIDE, BELOW = Qt.Orientation.Horizontal, Qt.Orientation.Vertical


class Groups(QSplitter):
    """The root of the tree; there is always at least one group in it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(BESIDE, parent)
        self.setChildrenCollapsible(False)
        self.insertWidget(0, self.make_group())

    def groups(self) -> list[QTabWidget]:
        """Return the groups, from left to right and from the top."""
        return list(_groups_in(self))

    def group_of(self, page: QWidget) -> QTabWidget:
        """Return the group in which `page` is. Raises StopIteration."""
        return next(group for group in self.groups() if group.indexOf(page) >= 0)

    def make_group(self) -> QTabWidget:
        """Return a new group, for a splitter to take."""
        group = QTabWidget()
        group.setDocumentMode(True)
        # Its tabs take Tab when there are any to see; the group itself would keep it.
        group.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        group.setMovable(True)
        group.setTabBarAutoHide(True)
        group.tabBar().setElideMode(Qt.TextElideMode.ElideMiddle)
        group.tabBar().setAccessibleName(tr("Open heat maps"))
        return group

    def split(self, group: QTabWidget, zone: Zone) -> QTabWidget:
        """Return a new group on one side of `group`, which gives it half of its room."""
        wanted = BELOW if zone in ("top", "bottom") else BESIDE
        splitter = cast("QSplitter", group.parentWidget())
        if splitter.count() == 1:
            splitter.setOrientation(wanted)
        elif splitter.orientation() is not wanted:
            splitter = _wrap(group, splitter, wanted)
        new, at, sizes = self.make_group(), splitter.indexOf(group), splitter.sizes()
        splitter.insertWidget(at + (zone in ("right", "bottom")), new)
        half = sizes[at] // 2
        splitter.setSizes([*sizes[:at], half, sizes[at] - half, *sizes[at + 1 :]])
        return new

    def tidy(self) -> None:
        """Take out empty groups but the last, and splitters that no longer split anything."""
        for group in self.groups():
            if group.count() == 0 and len(self.groups()) > 1:
                group.hide()
                group.setParent(None)
                group.deleteLater()
        _unwrap(self)


def make_splitter(orientation: Qt.Orientation) -> QSplitter:
    """Return a splitter for a branch of the tree."""
    splitter = QSplitter(orientation)
    splitter.setChildrenCollapsible(False)
    return splitter


def parts_of(splitter: QSplitter) -> list[Part]:
    """Return what a splitter of the tree splits."""
    return [cast("Part", splitter.widget(i)) for i in range(splitter.count())]


def _groups_in(splitter: QSplitter) -> Iterator[QTabWidget]:
    for part in parts_of(splitter):
        if isinstance(part, QTabWidget):
            yield part
        else:
            yield from _groups_in(part)


def _wrap(group: QTabWidget, splitter: QSplitter, orientation: Qt.Orientation) -> QSplitter:
    """Put a splitter into the place of `group`, and `group` into it."""
    sizes, inner = splitter.sizes(), make_splitter(orientation)
    extent = group.height() if orientation is BELOW else group.width()
    splitter.insertWidget(splitter.indexOf(group), inner)
    inner.addWidget(group)
    splitter.setSizes(sizes)
    inner.setSizes([extent])
    return inner


def _unwrap(splitter: QSplitter) -> None:
    """Let the parts of a splitter with one part, and of an empty one, stand in its place."""
    for part in parts_of(splitter):
        if isinstance(part, QSplitter):
            _unwrap(part)
            if part.count() == 0:
                _discard(part)
            elif part.count() == 1 or part.orientation() is splitter.orientation():
                _dissolve(part, splitter)
    only = splitter.widget(0) if splitter.count() == 1 else None
    if isinstance(only, QSplitter):
        splitter.setOrientation(only.orientation())
        _dissolve(only, splitter)


def _dissolve(inner: QSplitter, outer: QSplitter) -> None:
    """Put the parts of `inner` into `outer`, where it stands."""
    at, sizes, own = outer.indexOf(inner), outer.sizes(), inner.sizes()
    is_along = inner.count() > 1
    parts = parts_of(inner)
    _discard(inner)
    for place, part in enumerate(parts):
        outer.insertWidget(at + place, part)
    outer.setSizes([*sizes[:at], *(own if is_along else sizes[at : at + 1]), *sizes[at + 1 :]])


def _discard(splitter: QSplitter) -> None:
    splitter.hide()
    splitter.setParent(None)
    splitter.deleteLater()
