"""A heat map of an expression: edited, refused with a reason, brought up to date, compared."""

import pytest
import torch
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from explorer.panes.heatmap.scales.scale import DIVERGING
from explorer.panes.heatmap.watches.compare_bar import verdict_text
from explorer.panes.heatmap.watches.comparing import Tolerance, Verdict


@pytest.fixture
def pair(stage):
    a = torch.arange(12.0).reshape(3, 4)
    b = a.clone()
    b[1, 2] += 0.5
    b[0, 3] -= 0.25
    b[2, 0] += 0.125
    stage.show(a=a, b=b)
    return a, b


def settle(qtbot, pane):
    qtbot.waitUntil(pane.is_complete)


def test_it_shows_what_the_expression_computes(stage, open_pane):
    stage.show(x=torch.arange(6.0).reshape(2, 3), w=torch.ones(2, 3))
    pane = open_pane("x - 2 * w")
    assert pane.shown_values().tolist() == [[-2, -1, 0], [1, 2, 3]]
    assert pane.title() == "x - 2 * w"
    assert pane.shown_code() == "x - 2 * w"
    assert "watched: not a variable" in [b.text() for b in pane.page.facts.buttons]


def test_a_part_of_a_tensor_is_shown(stage, open_pane):
    stage.show(x=torch.arange(6.0).reshape(2, 3))
    assert open_pane("x[:, 1:]").shown_values().tolist() == [[1, 2], [4, 5]]


def test_it_follows_what_is_written_and_asks_no_more_than_that(qtbot, stage, open_pane):
    stage.show(x=torch.zeros(2, 2), other=torch.zeros(1))
    pane = open_pane("x + 1")
    stage.namespace["x"].add_(4)
    stage.tell("x")
    qtbot.waitUntil(lambda: pane.shown_values().tolist() == [[5, 5], [5, 5]])
    settle(qtbot, pane)
    counted = stage._watches.evaluations
    stage.namespace["other"].add_(1)
    stage.tell("other")
    settle(qtbot, pane)
    assert stage._watches.evaluations == counted


def test_the_value_in_hand_is_named_so_that_python_reads_it(qtbot, stage, pair, open_pane):
    pane = open_pane("a - b")
    with qtbot.waitSignal(pane.status_changed, check_params_cb=lambda t: "0.25" in t) as told:
        pane._pointer.take(0, 3)
    assert told.args[0].startswith("(a - b)[0, 3] = 0.25")


def test_a_name_that_has_gone_is_told_with_its_line(qtbot, stage, open_pane):
    stage.show(x=torch.zeros(2), w=torch.zeros(2))
    pane = open_pane("x + w")
    stage.run("del w")
    stage.remove("w")
    qtbot.waitUntil(lambda: pane.stack.currentWidget() is pane.message)
    assert pane.message.what.text() == "w: gone since line 1"
    assert pane.message.fix.text() == "x + w needs it"
    stage.show(w=torch.ones(2))
    qtbot.waitUntil(lambda: pane.shown_values().tolist() == [[1, 1]])


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        ("x.add_(1)", "writes into its tensor"),
        ("torch.load('a') + x", "files"),
    ],
)
def test_what_is_not_safe_is_not_even_asked(stage, open_pane, expression, words):
    stage.show(x=torch.zeros(2))
    pane = open_pane(expression)
    assert words in pane.message.fix.text()
    assert stage._watches.evaluations == 0
    assert not pane.message.edit_button.isHidden()


def test_what_does_not_fit_is_told_with_both_shapes(stage, open_pane):
    stage.show(x=torch.zeros(2), w=torch.zeros(3))
    pane = open_pane("x + w")
    assert "x has shape [2] and w has shape [3]" in pane.message.what.text()


def test_the_expression_is_edited_with_advice_under_it(qtbot, stage, open_pane):
    stage.show(x=torch.zeros(2))
    pane = open_pane("x + 1")
    editor = pane.watching.editor
    QTest.mouseDClick(pane.page.heading, Qt.MouseButton.LeftButton)
    assert editor.isVisible()
    assert editor.field.text() == "x + 1"
    editor.field.setText("x + y")
    qtbot.keyClick(editor.field, Qt.Key.Key_Return)
    assert editor.advice.text() == "y is not in the workspace"
    assert editor.isVisible()
    editor.field.setText("x.exp()")
    with qtbot.waitSignal(pane.expression_chosen) as chosen:
        qtbot.keyClick(editor.field, Qt.Key.Key_Return)
    assert chosen.args == ["x.exp()"]
    assert editor.isHidden()


def test_escape_leaves_the_expression_as_it_was(qtbot, stage, open_pane):
    stage.show(x=torch.zeros(2))
    pane = open_pane("x + 1")
    qtbot.keyClick(pane, Qt.Key.Key_F2, Qt.KeyboardModifier.ShiftModifier)
    editor = pane.watching.editor
    assert editor.isVisible()
    qtbot.keyClick(editor.field, Qt.Key.Key_Escape)
    assert editor.isHidden()


def test_from_the_one_that_follows_the_selection_another_is_opened(qtbot, stage, open_pane):
    stage.show(x=torch.zeros(2))
    pane = open_pane()
    pane.watching.edit_button.click()
    pane.watching.editor.field.setText("x.exp()")
    with qtbot.waitSignal(pane.heatmap_requested) as opened:
        pane.watching.editor.show_button.click()
    assert opened.args == ["x.exp()"]
    assert pane.source == "x"


def test_a_difference_has_a_verdict_and_colours_about_0(pair, open_pane):
    pane = open_pane("a - b")
    assert pane.watching.bar.isVisible()
    assert pane.watching.bar.verdict.text() == (
        "allclose: no (rtol 1e-05, atol 1e-08): 3 of 12 cells differ, "
        "largest |A - B| = 0.5 at [1, 2]"
    )
    scale = pane.subject.look.scale
    assert (scale.low, scale.high, scale.map) == (-0.5, 0.5, DIVERGING)


def test_colours_of_a_difference_are_about_0_whatever_its_signs(stage, open_pane):
    stage.show(a=torch.ones(2, 2), b=torch.tensor([[0.5, 0.25], [0.0, 0.5]]))
    scale = open_pane("a - b").subject.look.scale
    assert (scale.low, scale.high) == (-1, 1)


def test_tolerances_are_edited_and_kept(qtbot, stage, pair, open_pane):
    pane = open_pane("a - b")
    bar = pane.watching.bar
    bar.atol.setText("0.3")
    bar.atol.editingFinished.emit()
    qtbot.waitUntil(lambda: "1 of 12 cells differs" in bar.verdict.text())
    assert "atol 0.3" in bar.verdict.text()
    bar.atol.setText("much")
    bar.atol.editingFinished.emit()
    assert bar.atol.text() == "0.3"
    other = open_pane("a - b")
    other.restore(pane.state())
    assert other.watching.bar.tolerance == Tolerance(atol=0.3)


def test_the_verdict_follows_what_is_written(qtbot, stage, pair, open_pane):
    a, b = pair
    pane = open_pane("a - b")
    b.copy_(a)
    stage.tell("b")
    qtbot.waitUntil(
        lambda: (
            pane.watching.bar.verdict.text()
            == "allclose: yes (rtol 1e-05, atol 1e-08): no cell of 12 differs, "
            "largest |A - B| = 0.0 at [0, 0]"
        )
    )
    assert not pane.watching.bar.next_button.isEnabled()


def test_nan_may_equal_nan(qtbot, stage, open_pane):
    stage.show(a=torch.tensor([torch.nan, 1]), b=torch.tensor([torch.nan, 1]))
    pane = open_pane("a - b")
    assert "1 of 2 cells differs" in pane.watching.bar.verdict.text()
    pane.watching.bar.nan_box.setChecked(True)
    qtbot.waitUntil(lambda: "allclose: yes" in pane.watching.bar.verdict.text())


def test_keys_go_from_one_differing_cell_to_the_next(qtbot, pair, open_pane):
    pane = open_pane("a - b")
    places = []
    for modifier in (*[Qt.KeyboardModifier.NoModifier] * 4, Qt.KeyboardModifier.ShiftModifier):
        with qtbot.waitSignal(pane.watching.index_found):
            qtbot.keyClick(pane, Qt.Key.Key_D, modifier)
        places.append(pane._pointer.cell)
    assert places == [(0, 3), (1, 2), (2, 0), (0, 3), (2, 0)]


def test_a_difference_in_another_slice_is_gone_to(qtbot, stage, open_pane):
    a, b = torch.zeros(3, 2, 2), torch.zeros(3, 2, 2)
    b[2, 1, 0] = 1
    stage.show(a=a, b=b)
    pane = open_pane("a - b")
    with qtbot.waitSignal(pane.watching.index_found):
        pane.watching.bar.next_button.click()
    assert pane.subject.look.slicing.index[0] == 2
    assert pane._pointer.cell == (1, 0)


def test_another_way_to_show_the_difference_is_another_expression(qtbot, pair, open_pane):
    pane = open_pane("a - b")
    box = pane.watching.bar.kind_box
    for i, expression in ((1, "(a - b).abs()"), (2, "(a - b).abs() / b.abs()")):
        with qtbot.waitSignal(pane.expression_chosen) as chosen:
            box.setCurrentIndex(i)
            box.activated.emit(i)
        assert chosen.args == [expression]
    assert pane.state_for("(a - b).abs()")["look"]["choice"]["mode"] == "auto"


def test_the_button_offers_what_fits(qtbot, stage, open_pane):
    stage.show(
        mask=torch.tensor([True, False]), y=torch.ones(2), z=torch.ones(3), x=torch.zeros(2, 2)
    )
    pane = open_pane("x")
    button = pane.watching.compare_button
    button.offer()
    actions = button.menu().actions()
    assert [a.text().split()[0] for a in actions] == ["mask", "y"]
    with qtbot.waitSignal(pane.heatmap_requested) as opened:
        actions[0].trigger()
    assert opened.args == ["x - mask.int()"]


def test_without_another_tensor_the_button_says_so(stage, open_pane):
    stage.show(x=torch.zeros(2, 2))
    button = open_pane("x").watching.compare_button
    button.offer()
    (only,) = button.menu().actions()
    assert not only.isEnabled()
    assert only.text() == "No other tensor fits this shape"


def test_operands_that_broadcast_are_compared(stage, open_pane):
    stage.show(a=torch.ones(2, 3), b=torch.tensor([1.0, 2.0, 1.0]))
    text = open_pane("a - b").watching.bar.verdict.text()
    assert "2 of 6 cells differ, largest |A - B| = 1.0 at [0, 1]" in text


def test_other_expressions_have_no_verdict(stage, open_pane):
    stage.show(x=torch.zeros(2))
    assert open_pane("x + 1").watching.bar.isHidden()


def test_half_a_verdict_says_so():
    half = Verdict(count=100, differing=3, largest="2", index=(1,), progress=0.5)
    assert verdict_text(half, Tolerance()) == (
        "Comparing, 50 % done: 3 of 100 cells differ so far, largest |A - B| = 2 at [1]"
    )
