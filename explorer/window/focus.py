"""The focus: where the keyboard goes when a person goes to a pane."""

from collections.abc import Iterable, Sequence
from itertools import pairwise

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractScrollArea,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QWidget,
)

from explorer.window.pane import Pane


def focus_next(places: Sequence[QWidget], step: int) -> None:
    """Go from the place that has the focus to the one `step` further on, around the end."""
    focus = QApplication.focusWidget()
    here = next((i for i, w in enumerate(places) if focus and w.isAncestorOf(focus)), -1)
    focus_inside(places[(here + step) % len(places) if here >= 0 or step > 0 else -1])


# PySide takes what `focusProxy()` and `nextInFocusChain()` return for a child of what they are
# asked of. Asked of a part of a spin box, the two then hold each other alone, and Python frees them
# while Qt still shows them. So only panes are asked, which hold their proxies anyway.
_FOCUSED_FOR_THEIR_PARTS = (QAbstractScrollArea, QAbstractSpinBox, QComboBox)


def takes_tab(widget: QWidget) -> bool:
    """Return whether Tab stops at `widget`, once it is shown."""
    by_tab = widget.focusPolicy().value & Qt.FocusPolicy.TabFocus.value
    return bool(by_tab) and not isinstance(widget.parentWidget(), _FOCUSED_FOR_THEIR_PARTS)


def stops_in(widget: QWidget) -> list[QWidget]:
    """Return where Tab stops in `widget`, itself too, in the order in which they were made."""
    return [
        place
        for place in (widget, *widget.findChildren(QWidget))
        if takes_tab(place)
        and place.window() is widget.window()  # the list of a combo box is a window of its own
    ]


def lead_tab(stops: Iterable[QWidget]) -> None:
    """Let Tab go from each to the next, from where the first stands."""
    for before, after in pairwise(stops):
        QWidget.setTabOrder(before, after)


def focus_inside(widget: QWidget) -> None:
    """Give the focus to what had it last within `widget`, else to what its pane begins with."""
    before: QWidget | None = widget.focusWidget()
    if before and before.isVisible():
        before.setFocus(Qt.FocusReason.ShortcutFocusReason)
        return
    for pane in (widget, *widget.findChildren(Pane)):
        first: QWidget | None = pane.focusProxy()
        if first and first.isVisible():
            first.setFocus(Qt.FocusReason.ShortcutFocusReason)
            return
    for child in widget.findChildren(QWidget):
        takes = child.focusPolicy().value & Qt.FocusPolicy.TabFocus.value
        if takes and child.isVisible() and child.isEnabled():
            child.setFocus(Qt.FocusReason.ShortcutFocusReason)
            return
    widget.setFocus(Qt.FocusReason.ShortcutFocusReason)
