"""The search box finds actions and tensors, and takes any line of Python."""

import pytest
from PySide6.QtCore import Qt

from explorer.window.search.box import is_line


@pytest.mark.parametrize("text", ["x + 1", "y = 2", "print(1)", "import math", "x[0]"])
def test_an_expression_or_assignment_is_a_line(text):
    assert is_line(text)


@pytest.mark.parametrize("text", ["x", "undo", "new heat map", "x +", "", "\0"])
def test_a_word_or_something_that_is_not_python_is_not_a_line(text):
    assert not is_line(text)


def test_a_tensor_is_found_and_enter_selects_it(window, controller, run, qtbot):
    run("images = tensor(3, 4)", "labels = tensor(2)")
    qtbot.keyClicks(window.search, "imag")
    first = window.search.results.rows[0]
    assert (first.kind, first.key, first.note) == ("tensor", "images", "[3, 4] float32")
    qtbot.keyClick(window.search, Qt.Key.Key_Return)
    assert controller.selection.expressions == ("images",)
    assert window.search.text() == ""
    assert not window.search.popup.isVisible()


def test_enter_runs_a_line_and_clears_the_box(window, controller, link, qtbot):
    qtbot.keyClicks(window.search, "a = 1 + 1")
    qtbot.keyClick(window.search, Qt.Key.Key_Return)
    link.deliver_all()
    assert controller.session.done[-1].source == "a = 1 + 1"
    assert window.search.text() == ""


def test_a_line_that_is_not_python_stays_in_the_box_with_a_problem(window, qtbot):
    qtbot.keyClicks(window.search, "a = (")
    qtbot.keyClick(window.search, Qt.Key.Key_Return)
    assert window.search.text() == "a = ("
    assert window.centre.problems.isVisible()


def test_arrows_move_among_the_results_and_escape_puts_them_away(window, qtbot):
    window.search.focus_all()
    assert window.search.popup.isVisible()
    rows = len(window.search.results.rows)
    qtbot.keyClick(window.search, Qt.Key.Key_Down)
    assert window.search.list.currentIndex().row() == 1
    qtbot.keyClick(window.search, Qt.Key.Key_Up)
    qtbot.keyClick(window.search, Qt.Key.Key_Up)
    assert window.search.list.currentIndex().row() == rows - 1
    qtbot.keyClick(window.search, Qt.Key.Key_Escape)
    assert not window.search.popup.isVisible()


def test_an_action_is_found_and_enter_carries_it_out(window, controller, link, run, qtbot):
    run("a = 1")
    qtbot.keyClicks(window.search, "undo")
    assert window.search.results.rows[0].key == "undo"
    qtbot.keyClick(window.search, Qt.Key.Key_Return)
    link.deliver_all()
    assert "a" not in controller.workspace.entries


def test_a_disabled_action_is_not_offered(window):
    window.search.look_up("redo")
    assert [row.kind for row in window.search.results.rows] == ["line"]


def test_results_lie_under_the_box_within_the_window(window):
    window.search.focus_all()
    area = window.search.popup.geometry()
    assert window.rect().contains(area)
    assert area.top() >= window.search.mapTo(window, window.search.rect().bottomLeft()).y()


def test_a_pane_is_found_and_shown(window, qtbot):
    window.docks["create"].hide()
    qtbot.keyClicks(window.search, "hide create")
    assert window.search.results.rows[0].text == "Show or hide Create"
    qtbot.keyClick(window.search, Qt.Key.Key_Return)
    assert window.docks["create"].isVisible()


def test_a_name_comes_before_what_is_said_about_an_action(window):
    window.search.look_up("session")
    texts = [row.text for row in window.search.results.rows]
    assert texts.index("New session") < texts.index("Save as...")
