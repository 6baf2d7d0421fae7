"""Cells are set in a real engine: the line joins the session, and a refusal comes with a way out."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from explorer.panes.heatmap.pane import HeatmapPane

pytestmark = pytest.mark.engine
MILLISECONDS = 30_000


@pytest.fixture
def edit(real_controller, qtbot):
    """Give a function that runs lines, types into a cell of a tensor, and waits for what follows."""
    pane = HeatmapPane(real_controller)
    qtbot.addWidget(pane)
    pane.submitted.connect(real_controller.submit)
    problems = []
    real_controller.problem_raised.connect(problems.append)

    def settled():
        return real_controller.is_settled and pane.is_complete()

    def make(*lines, cell, typed, name="x"):
        for line in lines:
            real_controller.submit(line)
        qtbot.waitUntil(lambda: real_controller.is_settled, timeout=MILLISECONDS)
        real_controller.select(name)
        with qtbot.waitExposed(pane):
            pane.show()
        qtbot.waitUntil(settled, timeout=MILLISECONDS)
        pane._pointer.take(*cell)
        pane.page.cells.setFocus()
        QTest.keyClick(pane.page.cells, Qt.Key.Key_F2)
        if pane.reading.editor.isVisible():
            pane.reading.editor.field.setText(typed)
            QTest.keyClick(pane.reading.editor.field, Qt.Key.Key_Return)
        qtbot.waitUntil(settled, timeout=MILLISECONDS)
        return pane, problems

    yield make
    real_controller.problem_raised.disconnect(problems.append)


def lines(controller):
    return [statement.source for statement in controller.session.done]


def test_a_cell_that_is_set_joins_the_session(edit, real_controller):
    pane, problems = edit("x = torch.zeros(2, 3)", cell=(1, 2), typed="3")
    assert lines(real_controller)[-1] == "x[1, 2] = 3.0"
    assert pane.shown_values().tolist() == [[0, 0, 0], [0, 0, 3]]
    assert problems == []


def test_nan_and_a_cell_of_a_0_d_tensor_are_set(edit, real_controller):
    pane, problems = edit("x = torch.tensor(1.0)", cell=(0, 0), typed="nan")
    assert lines(real_controller)[-1] == "x[...] = torch.nan"
    assert pane.shown_texts() == ("nan",)
    assert problems == []


def test_an_array_of_numpy_is_set(edit, real_controller):
    pane, problems = edit(
        "import numpy as np",
        "a = np.zeros((2, 2), dtype=np.int16)",
        cell=(0, 1),
        typed="7",
        name="a",
    )
    assert lines(real_controller)[-1] == "a[0, 1] = 7"
    assert pane.shown_values().tolist() == [[0, 7], [0, 0]]
    assert problems == []


@pytest.mark.parametrize(
    "made",
    [
        ("x = torch.zeros(2, 2, requires_grad=True)",),
        ("w = torch.zeros(2, 2, requires_grad=True)", "x = w[:1]"),
    ],
)
def test_a_leaf_is_set_by_the_line_that_is_offered(edit, real_controller, qtbot, made):
    pane, problems = edit(*made, cell=(0, 1), typed="4")
    assert lines(real_controller)[-1] == made[-1]
    assert problems[-1].fix_code == "with torch.no_grad():\n    x[0, 1] = 4.0"
    real_controller.submit(problems[-1].fix_code)
    qtbot.waitUntil(lambda: real_controller.is_settled and pane.is_complete(), timeout=MILLISECONDS)
    assert pane.shown_values()[0].tolist() == [0, 4]
    assert real_controller.session.attempts == ()


def test_a_leaf_is_set_as_it_is_while_nothing_is_recorded(edit, real_controller):
    made = ("torch.set_grad_enabled(False)", "x = torch.zeros(2, 2, requires_grad=True)")
    pane, problems = edit(*made, cell=(1, 1), typed="5")
    assert lines(real_controller)[-1] == "x[1, 1] = 5.0"
    assert pane.shown_values().tolist() == [[0, 0], [0, 5]]
    assert problems == []


def test_an_intermediate_result_is_set_and_stays_in_the_graph(edit, real_controller):
    made = ("w = torch.ones(2, 2, requires_grad=True)", "x = w * 2")
    pane, problems = edit(*made, cell=(0, 0), typed="9")
    assert lines(real_controller)[-1] == "x[0, 0] = 9.0"
    assert pane.shown_values().tolist() == [[9, 2], [2, 2]]
    assert problems == []


def test_an_expanded_view_is_copied_first(edit, real_controller, qtbot):
    pane, problems = edit("x = torch.zeros(3, 1).expand(3, 4)", cell=(0, 1), typed="4")
    assert problems[-1].fix_code == "x = x.clone()"
    real_controller.submit(problems[-1].fix_code)
    edit(cell=(0, 1), typed="4")
    assert pane.shown_values()[0].tolist() == [0, 4, 0, 0]


def test_values_of_an_earlier_line_are_only_looked_at(edit, real_controller, qtbot):
    pane, problems = edit("x = torch.zeros(2, 2)", cell=(0, 0), typed="1")
    first = real_controller.session.done[-2]
    real_controller.look_back(first.id)
    qtbot.waitUntil(pane.is_complete, timeout=MILLISECONDS)
    pane.reading.edit()
    assert "earlier moment" in problems[-1].what
    assert not pane.reading.editor.isVisible()
    assert lines(real_controller)[-1] == "x[0, 0] = 1.0"
