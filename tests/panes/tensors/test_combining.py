"""Tensors are dragged onto tensors, or combined by key; what fits is a line to choose."""

import pytest
from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtGui import QDrag, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu

from explorer.panes.tensors.pane import TensorsPane
from explorer.protocol import Delta, Entry, StatementRan
from explorer.window.controller import Controller
from explorer.window.dropping import carried
from tests.dragging import Drag
from tests.fake_link import FakeLink, tensor_info

# What Qt says of a menu on a platform without a screen.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)


def entry(expression, shape=(2, 3), **fields):
    info = tensor_info(expression, shape, **fields)
    return Entry(name=expression, type_name="Tensor", summary="", tensors=(info,))


@pytest.fixture
def pane(qtbot):
    link = FakeLink()
    controller = Controller(link)
    controller.start()
    link.deliver_all()
    pane = TensorsPane(controller)
    qtbot.addWidget(pane)
    pane.resize(300, 400)
    pane.show()
    entries = (
        entry("x"),
        entry("y"),
        entry("m", (3, 5)),
        entry("odd", (7,)),
        entry("far", device="cuda:0"),
        Entry(name="n", type_name="int", summary="3"),
    )
    ran = {"statement": 0, "seconds": 0, "effect": True, "opaque": False, "wrote": ()}
    link.event_arrived.emit("", StatementRan(delta=Delta(changed=entries), **ran))
    pane.catch_up()
    pane.submissions = []
    pane.submitted.connect(pane.submissions.append)
    return pane


def place(pane, expression):
    return pane.view.visualRect(pane.model.index_of(expression)).center()


@pytest.fixture
def drop(pane, qtbot):
    """Give a function that drops rows on a row; it says whether they were taken."""

    def drop(*expressions, on):
        drag = Drag(pane, *expressions)
        if not drag.move(pane.view.viewport(), place(pane, on)):
            return False
        with qtbot.waitSignal(pane.view.dropped):
            drag.drop(pane.view.viewport(), place(pane, on))
        return True

    return drop


def menu(pane):
    return next((m for m in pane.view.findChildren(QMenu) if m.isVisible()), None)


def offered(pane):
    return {a.data(): a.text().partition("\t")[2] for a in menu(pane).actions() if a.data()}


def choose(pane, *expressions):
    flags = QItemSelectionModel.SelectionFlag
    pane.view.selectionModel().clear()
    pane.view.setFocus()
    for expression in expressions:
        index = pane.model.index_of(expression)
        pane.view.selectionModel().setCurrentIndex(index, flags.Select | flags.Rows)


# --- dragging -----------------------------------------------------------------------------------


@pytest.fixture
def dragged(monkeypatch):
    """What the person drags, instead of Qt waiting for the mouse."""
    seen = []

    def execute(drag, action):
        seen.append((carried(drag.mimeData()), drag.mimeData().text(), drag.pixmap().toImage()))
        return action

    monkeypatch.setattr(QDrag, "exec", execute)
    return seen


def test_rows_are_dragged_in_operand_order_as_code(pane, dragged, qtbot):
    choose(pane, "y", "x")
    start = place(pane, "x")
    QTest.mousePress(pane.view.viewport(), Qt.MouseButton.LeftButton, pos=start)
    for step in (4, 30, 60):
        QTest.mouseMove(pane.view.viewport(), start + type(start)(0, step))
    qtbot.waitUntil(lambda: bool(dragged))
    expressions, text, image = dragged[0]
    assert expressions == ("y", "x")
    assert text == "y, x"
    assert isinstance(image, QImage)
    assert image.width() > image.height() // 2 > 0


def test_the_row_under_the_drag_is_marked(pane):
    drag, target = Drag(pane, "x"), pane.view._target
    assert drag.move(pane.view.viewport(), place(pane, "y"))
    assert target.isVisible()
    assert target.geometry().contains(place(pane, "y"))
    assert not drag.move(pane.view.viewport(), place(pane, "x"))
    assert not target.isVisible()
    drag.move(pane.view.viewport(), place(pane, "y"))
    drag.leave()
    assert not target.isVisible()


def test_what_a_drop_offers_is_what_fits_with_its_shape(pane, drop):
    assert drop("x", on="y")
    assert offered(pane) == {
        "z = x + y": "→ [2, 3]",
        "z = x - y": "→ [2, 3]",
        "z = x * y": "→ [2, 3]",
        "z = x / y": "→ [2, 3]",
        "z = torch.cat((x, y))": "→ [4, 3]",
        "z = torch.cat((x, y), dim=1)": "→ [2, 6]",
        "z = torch.stack((x, y))": "→ [2, 2, 3]",
        "x.add_(y)": "→ [2, 3]  writes x in place",
        "y.add_(x)": "→ [2, 3]  writes y in place",
    }


def test_matrices_whose_inner_sizes_agree_are_multiplied(pane, drop):
    assert drop("x", on="m")
    assert offered(pane) == {"z = x @ m": "→ [2, 5]"}


def test_the_line_that_is_chosen_is_submitted_and_the_menu_is_freed(pane, qtbot, drop):
    drop("x", on="y")
    shown = menu(pane)
    with qtbot.waitSignal(shown.destroyed):
        QTest.keyClick(shown, Qt.Key.Key_Down)
        QTest.keyClick(shown, Qt.Key.Key_Return)
    assert pane.submissions == ["z = x - y"]


def test_several_rows_are_joined_with_the_one_they_are_dropped_on(pane, drop):
    choose(pane, "x", "y")
    drop("y", "x", on="y")
    assert "z = x + y" in offered(pane)
    menu(pane).close()
    assert not drop("x", on="x")
    assert not drop("x", on="n")
    assert menu(pane) is None


def test_what_does_not_fit_is_refused_in_words(pane, drop):
    drop("y", on="far")
    assert menu(pane) is None
    assert "y.to(far.device)" in pane.refusal.text()
    drop("odd", on="y")
    assert "odd [7], y [2, 3]" in pane.refusal.text()
    assert pane.refusal.isVisible()
    choose(pane, "x")
    assert not pane.refusal.isVisible()


def test_a_number_dropped_on_a_tensor_says_what_is_needed(pane, drop):
    drop("n", on="x")
    assert "two tensors" in pane.refusal.text()


# --- keys ---------------------------------------------------------------------------------------


def test_a_key_combines_what_is_chosen(pane, qtbot):
    choose(pane, "y", "x")
    QTest.keyClick(pane.view, Qt.Key.Key_Equal)
    assert "z = y + x" in offered(pane)
    QTest.keyClick(menu(pane), Qt.Key.Key_Return)
    assert pane.submissions == ["z = y + x"]


def test_one_tensor_is_not_enough_to_combine(pane):
    choose(pane, "y")
    assert not pane.commands["combine"].isEnabled()
    choose(pane, "y", "n")
    assert not pane.commands["combine"].isEnabled()


@pytest.mark.parametrize(
    ("modifier", "zone"), [("Control", "right"), ("Shift", "bottom"), ("Alt", "centre")]
)
def test_keys_say_where_a_tensor_is_shown(pane, modifier, zone):
    placed = []
    pane.placing_requested.connect(lambda *request: placed.append(request))
    choose(pane, "y")
    QTest.keyClick(
        pane.view, Qt.Key.Key_Return, getattr(Qt.KeyboardModifier, f"{modifier}Modifier")
    )
    assert placed == [("y", zone)]


def test_a_key_compares_the_two_chosen_first(pane, qtbot):
    choose(pane, "x")
    assert not pane.commands["compare"].isEnabled()
    choose(pane, "y", "x")
    with qtbot.waitSignal(pane.heatmap_requested) as opened:
        QTest.keyClick(pane.view, Qt.Key.Key_Minus)
    assert opened.args == ["y - x"]
