"""Where heat maps stand, as a value that the journal keeps, and groups made of it again."""

from collections.abc import Callable, Mapping

from PySide6.QtWidgets import QSplitter, QTabWidget, QWidget

from explorer.window.groups import BELOW, BESIDE, Groups, Part, make_splitter, parts_of
from explorer.window.journal import Placement
from explorer.window.pane import Pane

Put = Callable[[Pane, QTabWidget], None]


def placement_of(part: Part, expression_of: Callable[[QWidget], str]) -> Placement:
    """Return how a group, or what a splitter splits, stands."""
    if isinstance(part, QSplitter):
        return Placement(
            parts=tuple(placement_of(inner, expression_of) for inner in parts_of(part)),
            is_below=part.orientation() is BELOW,
            sizes_px=tuple(part.sizes()),
        )
    tabs = tuple(expression_of(page) for i in range(part.count()) if (page := part.widget(i)))
    return Placement(tabs=tabs, front=tabs[part.currentIndex()] if tabs else "")


def place_all(groups: Groups, placement: Placement, panes: Mapping[str, Pane], put: Put) -> None:
    """Put the open `panes` where `placement` says; those that it does not name stay together."""
    before = groups.count()
    _build(groups, groups, placement, panes, put)
    groups.setSizes([*[0] * before, *placement.sizes_px])
    groups.tidy()


def _build(
    groups: Groups,
    splitter: QSplitter,
    placement: Placement,
    panes: Mapping[str, Pane],
    put: Put,
) -> None:
    splitter.setOrientation(BELOW if placement.is_below else BESIDE)
    for part in placement.parts:
        if part.parts:
            inner = make_splitter(BESIDE)
            splitter.addWidget(inner)
            _build(groups, inner, part, panes, put)
            inner.setSizes(list(part.sizes_px))
            continue
        group = groups.make_group()
        splitter.addWidget(group)
        for expression in part.tabs:
            if expression in panes:
                put(panes[expression], group)
        front = panes.get(part.front)
        if front and group.indexOf(front) >= 0:
            group.setCurrentWidget(front)
