"""What holds for every pane: it draws, names its controls, takes its state back, and is freed."""

import gc
import weakref
from importlib import import_module

import pytest
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QAbstractButton, QAbstractItemView, QComboBox, QLineEdit

from explorer.window.docking import PANES
from explorer.window.theme import Theme

pytestmark = pytest.mark.engine
EXAMPLE = (
    "x = torch.arange(6.0).reshape(2, 3)",
    "y = x[0]",
    "w = torch.ones(3, requires_grad=True)",
    "(x @ w).sum().backward()",
)
START_MILLISECONDS = 30_000


@pytest.fixture
def controller(real_controller, qtbot):
    """Give a controller that has run the example."""
    for line in EXAMPLE:
        real_controller.submit(line)
    qtbot.waitUntil(lambda: real_controller.is_settled, timeout=START_MILLISECONDS)
    assert real_controller.session.attempts == ()
    real_controller.select("x")
    return real_controller


@pytest.fixture(params=["light", "dark"])
def theme(request, qapp):
    theme = Theme(qapp, request.param)
    yield theme
    theme.choose("light")
    theme.deleteLater()


@pytest.fixture(params=[row.path for row in PANES], ids=[row.name for row in PANES])
def make_pane(request, controller):
    module, _, name = request.param.partition(":")
    return lambda: getattr(import_module(module), name)(controller)


def shown(pane, qtbot):
    pane.resize(320, 480)
    pane.show()
    qtbot.waitUntil(pane.is_complete, timeout=START_MILLISECONDS)
    return pane


def test_a_pane_draws_its_example(make_pane, theme, qtbot):
    pane = shown(make_pane(), qtbot)
    qtbot.addWidget(pane)
    image = pane.grab().toImage()
    xs, ys = range(0, image.width(), 2), range(0, image.height(), 2)
    assert len({image.pixel(x, y) for x in xs for y in ys}) > 8


def test_every_control_of_a_pane_has_a_name(make_pane, qtbot):
    pane = shown(make_pane(), qtbot)
    qtbot.addWidget(pane)
    kinds = (QAbstractButton, QLineEdit, QComboBox, QAbstractItemView)
    nameless = []
    for control in (c for kind in kinds for c in pane.findChildren(kind)):
        internal = control.objectName().startswith("qt_") or not control.isVisible()
        if internal or isinstance(control.parent(), (QLineEdit, QComboBox)):
            continue
        if not QAccessible.queryAccessibleInterface(control).text(QAccessible.Text.Name):
            nameless.append(control)
    assert nameless == []


def test_a_pane_takes_its_own_state_and_leaves_what_it_does_not_know(make_pane, qtbot):
    pane = shown(make_pane(), qtbot)
    qtbot.addWidget(pane)
    state = pane.state()
    pane.restore({"nonsense": [1, 2], **dict.fromkeys(state, object())})
    pane.restore(state)
    qtbot.waitUntil(pane.is_complete, timeout=START_MILLISECONDS)
    assert pane.state() == state


def test_a_closed_pane_is_freed(make_pane, qtbot):
    pane = shown(make_pane(), qtbot)
    ghost = weakref.ref(pane)
    pane.close()
    pane.deleteLater()
    with qtbot.waitSignal(pane.destroyed):
        del pane
    gc.collect()
    assert ghost() is None
