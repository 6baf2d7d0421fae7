"""The keyboard reaches every control in reading order, and one sees where it is."""

from itertools import pairwise

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QAbstractSpinBox, QApplication, QComboBox

from explorer.window.focus import takes_tab
from tests.showcase import showcase

PANES = ("tensors", "heatmap", "create", "operate", "device", "script", "console")
LEAST_PIXELS = 20
LINE_PX = 12
"""Controls whose middles differ by less stand in one line."""
ENTRY_FIRST = ("script",)
"""Panes in which Tab comes first to where one types, and from there goes on to the top."""


@pytest.fixture
def shown(qtbot, qapp):
    with showcase(qtbot, qapp, size=(1440, 900)) as found:
        found.run("x = tensor(3, 4)", "images = tensor(7, 3, 28, 28)")
        yield found


def pane_of(window, name):
    return window.views.panes[0] if name == "heatmap" else window.docks[name].pane


def controls(window, pane):
    """Return what takes the focus by Tab within `pane`, in the order of Tab from the search box."""
    found, widget = [], window.search
    while True:
        widget = widget.nextInFocusChain()
        if widget is window.search:
            return found
        if (
            takes_tab(widget)
            and pane.isAncestorOf(widget)
            and widget.isVisible()
            and widget.isEnabled()
            and widget.window() is pane.window()
        ):
            found.append(widget)


def has_focus(pane):
    focus = QApplication.focusWidget()
    return focus is pane or pane.isAncestorOf(focus)


def middle(pane, widget):
    return widget.mapTo(pane, widget.rect().center())


def test_the_first_tensor_takes_the_focus_from_where_one_started(qtbot, qapp):
    with showcase(qtbot, qapp) as shown:
        shown.window.activateWindow()
        shown.window.centre.empty.buttons[0].setFocus()
        shown.run("x = tensor(3, 4)")
        assert QApplication.focusWidget() is shown.window.views.panes[0].page.cells


@pytest.mark.parametrize("name", PANES)
def test_tab_goes_through_a_pane_as_one_reads(shown, name):
    shown.bring(name)
    pane = pane_of(shown.window, name)
    order = controls(shown.window, pane)
    assert order
    if name in ENTRY_FIRST:
        top = min(range(len(order)), key=lambda i: middle(pane, order[i]).y())
        order = order[top:] + order[:top]
    for before, after in pairwise(order):
        a, b = before.mapTo(pane, QPoint()), after.mapTo(pane, QPoint())
        side_by_side = abs(middle(pane, before).y() - middle(pane, after).y()) < LINE_PX
        told = (name, type(before).__name__, before.accessibleName(), after.accessibleName())
        if side_by_side:
            assert a.x() <= b.x(), told
        else:
            assert a.y() <= b.y() or b.x() > a.x() + before.width() - 1, told


def test_f6_goes_from_pane_to_pane_and_shift_f6_back(shown):
    window = shown.window
    for command, keys in (("next-pane", "F6"), ("previous-pane", "Shift+F6")):
        assert window.actions_by_id[command].shortcut().toString() == keys
    shown.bring("tensors")
    passed = []
    for command in ["next-pane"] * len(PANES) + ["previous-pane"] * len(PANES):
        window.actions_by_id[command].trigger()
        shown.settle()
        passed.append(next(n for n in PANES if has_focus(pane_of(window, n))))
    there, back = passed[: len(PANES)], passed[len(PANES) :]
    assert set(there) == set(PANES)
    assert there[-1] == "tensors"
    assert back == [*there[-2::-1], "tensors"]


@pytest.mark.parametrize("name", PANES)
def test_one_sees_where_the_focus_is(shown, name):
    shown.bring(name)
    window, pane = shown.window, pane_of(shown.window, name)
    window.activateWindow()
    blind = []
    for widget in controls(window, pane):
        window.search.setFocus(Qt.FocusReason.TabFocusReason)
        window.search.popup.hide()
        shown.settle()
        without = picture(widget)
        widget.setFocus(Qt.FocusReason.TabFocusReason)
        shown.settle()
        if difference(without, picture(widget)) < LEAST_PIXELS:
            blind.append((type(widget).__name__, widget.accessibleName()))
    assert blind == []


def picture(widget):
    outer = (
        widget.parentWidget()
        if isinstance(widget.parentWidget(), QComboBox | QAbstractSpinBox)
        else widget
    )
    return outer.grab().toImage()


def difference(a, b):
    """Count the pixels that differ clearly."""
    if a.size() != b.size():
        return a.width() * a.height()
    count = 0
    for y in range(a.height()):
        for x in range(a.width()):
            p, q = a.pixelColor(x, y), b.pixelColor(x, y)
            count += abs(p.lightness() - q.lightness()) + abs(p.red() - q.red()) > 40
    return count
