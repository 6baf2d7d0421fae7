"""The focus: where the keyboard goes when a person goes to a pane."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget

from explorer.window.pane import Pane


def focus_next(places: Sequence[QWidget], step: int) -> None:
    """Go from the place that has the focus to the one `step` further on, around the end."""
    focus = QApplication.focusWidget()
    here = next((i for i, w in enumerate(places) if focus and w.isAncestorOf(focus)), -1)
    focus_inside(places[(here + step) % len(places) if here >= 0 or step > 0 else -1])


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
