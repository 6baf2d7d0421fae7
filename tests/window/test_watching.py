"""Expressions are watched from the search box and by command, compared, edited and kept."""

from PySide6.QtCore import Qt

from explorer.window.journal import View


def expressions(window):
    return [view.expression for view in window.views.state()]


def found(window, text):
    window.search.look_up(text)
    return [(row.kind, row.note) for row in window.search.results.rows if row.key == text]


def test_the_search_box_offers_to_watch_an_expression(window, run, qtbot):
    run("x = tensor(2, 3)")
    assert found(window, "x.mean(0)") == [
        ("line", "run this line"),
        ("watch", "watch in a heat map"),
    ]
    qtbot.keyClicks(window.search, "x.mean(0)")
    qtbot.keyClick(window.search, Qt.Key.Key_Down)
    qtbot.keyClick(window.search, Qt.Key.Key_Return)
    assert expressions(window) == ["", "x.mean(0)"]
    assert window.search.text() == ""


def test_it_offers_nothing_that_is_not_safe_or_not_there(window, run):
    run("x = tensor(2, 3)")
    for text in ("x.zero_()", "open('a')", "x + gone", "x = 1", "print(x)"):
        assert found(window, text) == [("line", "run this line")], text
    assert found(window, "x")[0][0] == "tensor"


def test_two_selected_tensors_are_compared(window, controller, run):
    run("x = tensor(2, 3)", "y = tensor(2, 3)")
    command = window.actions_by_id["compare"]
    controller.select("x")
    assert not command.isEnabled()
    controller.select("y", "x")
    assert command.isEnabled()
    command.trigger()
    assert expressions(window) == ["", "y - x"]


def test_another_expression_takes_the_place_of_the_one_shown(window, run):
    run("x = tensor(2, 3)")
    views = window.views
    first, second = views.open("x + 1"), views.open("x + 2")
    second.field.setText("as it was")
    second.expression_chosen.emit("x + 3")
    assert expressions(window) == ["", "x + 1", "x + 3"]
    assert views.current.field.text() == "as it was"
    assert views.group_of(first).indexOf(views.current) == 2
    views.current.expression_chosen.emit("x + 1")
    assert expressions(window) == ["", "x + 1"]
    assert views.current is first


def test_the_heat_map_that_follows_the_selection_keeps_to_it(window, run):
    run("x = tensor(2, 3)")
    window.views.open().expression_chosen.emit("x + 1")
    assert expressions(window) == [""]


def test_a_watch_stands_again_where_it_stood(window, make_window, run):
    run("x = tensor(2, 3)")
    window.views.open("x - x.mean(0)")
    kept, placement = window.views.state(), window.views.placement()
    other = make_window()
    other.views.restore(kept, placement)
    assert expressions(other) == ["", "x - x.mean(0)"]
    assert all(isinstance(view, View) for view in kept)
