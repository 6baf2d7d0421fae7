"""The problem bar says what happened and what to do."""

from PySide6.QtCore import Qt

from explorer.protocol import Problem

CLASH = Problem(
    what="The shapes clash.",
    fix="Transpose one.",
    fix_code="y = x @ x.T",
    detail="RuntimeError: ...",
)


def test_a_failing_line_is_explained_in_the_window(window, run):
    run("1 / 0")
    assert window.centre.problems.isVisible()
    assert "ZeroDivisionError" in window.centre.problems.heading.text()


def test_a_line_that_works_puts_the_problem_away(window, run):
    run("1 / 0", "a = 1")
    assert not window.centre.problems.isVisible()


def test_the_fix_goes_to_the_search_box_to_be_looked_at(window, controller, qtbot):
    controller.report(CLASH)
    qtbot.mouseClick(window.centre.problems.code, Qt.MouseButton.LeftButton)
    assert window.search.text() == "y = x @ x.T"
    assert controller.is_settled


def test_the_fix_runs_when_that_is_asked_for(window, controller, link, qtbot):
    controller.report(Problem(what="No a.", fix="Make one.", fix_code="a = 5"))
    qtbot.mouseClick(window.centre.problems.run, Qt.MouseButton.LeftButton)
    link.deliver_all()
    assert controller.session.done[-1].source == "a = 5"


def test_details_are_folded_until_asked_for(window, controller, qtbot):
    controller.report(CLASH)
    assert not window.centre.problems.detail.isVisible()
    qtbot.mouseClick(window.centre.problems.toggle, Qt.MouseButton.LeftButton)
    assert window.centre.problems.detail.isVisible()
    assert window.centre.problems.detail.toPlainText() == CLASH.detail


def test_earlier_problems_are_counted_and_can_be_seen_again(window, controller, qtbot):
    controller.report(CLASH)
    controller.report(Problem(what="Another."))
    assert window.centre.problems.heading.text() == "Another."
    assert window.centre.problems.earlier.text() == "1 earlier"
    assert not window.centre.problems.code.isVisible()
    qtbot.mouseClick(window.centre.problems.earlier, Qt.MouseButton.LeftButton)
    assert window.centre.problems.heading.text() == "The shapes clash."
    assert not window.centre.problems.earlier.isVisible()
    qtbot.mouseClick(window.centre.problems.close_button, Qt.MouseButton.LeftButton)
    assert not window.centre.problems.isVisible()


def test_its_text_is_plain_selectable_and_accessible(window, controller):
    controller.report(Problem(what="<b>x</b> is not a name."))
    bar = window.centre.problems
    assert bar.heading.textFormat() is Qt.TextFormat.PlainText
    assert bar.heading.textInteractionFlags() & Qt.TextInteractionFlag.TextSelectableByKeyboard
    assert bar.accessibleName() == "<b>x</b> is not a name."
