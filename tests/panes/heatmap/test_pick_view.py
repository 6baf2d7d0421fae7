"""Picked cells beside what they are picked from: lit, and written with the numbers. Real engine."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from explorer.window.linking import Lit
from tests.panes.heatmap.test_operands import (
    equation,
    hover,
    lit,
    look,
    numbers,
    open_pane,
    stage,
    written,
)

__all__ = ["look", "open_pane", "stage"]

T = "t = torch.tensor([[1, 2], [3, 4]])"
INDEX = "index = torch.tensor([[0, 0], [1, 0]])"


def test_hovering_gathers_output_shows_where_it_comes_from_with_the_numbers(qtbot, look):
    pane = look(T, INDEX, "out = torch.gather(t, 1, index)", name="out")
    assert written(pane) == "gather( t  [2, 2] , 1, index  [2, 2] ) = out  [2, 2]"
    hover(pane, 1, 0)
    view = equation(pane)
    line = "out[1, 0] = t[1, index[1, 0]] = t[1, 1] = 4"
    qtbot.waitUntil(lambda: view.formula.text() == line)
    t, index, out = view.views[:3]
    assert lit(t) == [(1, 1, 1, 1)]
    assert lit(index) == [(1, 0, 1, 1)]
    assert lit(out) == []


def test_arrows_go_through_gathers_output(qtbot, look):
    pane = look(T, INDEX, "out = torch.gather(t, 1, index)", name="out")
    told = []
    pane.status_changed.connect(told.append)
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down):
        QTest.keyClick(pane, key)
    line = "out[1, 0] = t[1, index[1, 0]] = t[1, 1] = 4"
    qtbot.waitUntil(lambda: line in told)
    assert equation(pane).formula.text() == line


@pytest.mark.parametrize(
    ("lines", "cell", "cells", "line"),
    [
        (
            ("i = torch.tensor([1, 0])", "z = torch.index_select(t, 0, i)"),
            (0, 1),
            [[(1, 1, 1, 1)], [(0, 0, 1, 1)]],
            "z[0, 1] = t[i[0], 1] = t[1, 1] = 4",
        ),
        (
            ("i = torch.tensor([3, 0])", "z = torch.take(t, i)"),
            (0, 0),
            [[(1, 1, 1, 1)], [(0, 0, 1, 1)]],
            "z[0] = t.flatten()[i[0]] = t[1, 1] = 4",
        ),
        (
            ("i = torch.tensor([[1], [0]])", "z = torch.take_along_dim(t, i, 1)"),
            (1, 0),
            [[(1, 0, 1, 1)], [(1, 0, 1, 1)]],
            "z[1, 0] = t[1, i[1, 0]] = t[1, 0] = 3",
        ),
        (
            ("m = t > 2", "z = torch.masked_select(t, m)"),
            (0, 1),
            [[(1, 1, 1, 1)], [(1, 1, 1, 1)]],
            "z[1] = t[m][1] = t[1, 1] = 4",
        ),
        (
            ("z = t[t > 2]",),
            (0, 0),
            [[(1, 0, 1, 1)], [(1, 0, 1, 1)]],
            "z[0] = t[t > 2][0] = t[1, 0] = 3",
        ),
        (
            ("i = torch.tensor([1, 1])", "z = t[:, i]"),
            (0, 1),
            [[(0, 1, 1, 1)], [(0, 1, 1, 1)]],
            "z[0, 1] = t[0, i[1]] = t[0, 1] = 2",
        ),
        (("z = t[[1, 1, 0], 0]",), (0, 2), [[(0, 0, 1, 1)]], "z[2] = t[0, 0] = 1"),
        (
            ("z = torch.nonzero(t > 2)",),
            (1, 1),
            [[(1, 1, 1, 1)]],
            "z[1, 1] = index of (t > 2)[1, 1] in dim 1 = 1",
        ),
        (
            ("m = t > 2", "z = torch.where(m, t, -1)"),
            (0, 0),
            [[(0, 0, 1, 1)], []],
            "z[0, 0] = where(m[0, 0], t[0, 0], -1) = -1",
        ),
        (
            ("m = t > 2", "z = torch.where(m, t, -1)"),
            (1, 0),
            [[(1, 0, 1, 1)], [(1, 0, 1, 1)]],
            "z[1, 0] = where(m[1, 0], t[1, 0], -1) = t[1, 0] = 3",
        ),
        (
            (
                "o = torch.zeros(3, 2, dtype=torch.int64)",
                "i = torch.tensor([[2, 0]])",
                "s = torch.tensor([[7, 8]])",
                "z = o.scatter(0, i, s)",
            ),
            (2, 0),
            [[], [(0, 0, 1, 1)], [(0, 0, 1, 1)]],
            "z[2, 0] = z[i[0, 0], 0] = s[0, 0] = 7",
        ),
        (
            (
                "o = torch.zeros(3, 2, dtype=torch.int64)",
                "i = torch.tensor([[2, 0]])",
                "z = o.scatter(0, i, 5)",
            ),
            (1, 0),
            [[(1, 0, 1, 1)], []],
            "z[1, 0] = o[1, 0] = 0",
        ),
    ],
)
def test_picked_cells_light_what_they_are_picked_from(qtbot, look, lines, cell, cells, line):
    pane = look(T, *lines)
    hover(pane, *cell)
    view = equation(pane)
    qtbot.waitUntil(lambda: view.formula.text() == line)
    assert [lit(term) for term in view.views[: len(cells)]] == cells


def test_operands_written_in_place_are_as_the_line_found_them(qtbot, look):
    pane = look(
        "x = torch.zeros(2, 2)",
        "i = torch.tensor([[1, 0]])",
        "x.scatter_(0, i, 5.0)",
        name="x",
    )
    assert numbers(equation(pane).views[0]) == [[0, 0], [0, 0]]
    hover(pane, 1, 0)
    qtbot.waitUntil(lambda: equation(pane).formula.text() == "x[1, 0] = x[i[0, 0], 0] = 5.0")


def test_a_large_index_is_asked_for_cell_by_cell(qtbot, look, open_pane, stage):
    look(
        "t = torch.arange(9000).reshape(90, 100)",
        "index = torch.arange(9000).reshape(90, 100) % 100",
        "out = torch.gather(t, 1, index.flip(1))",
        "back = index.flip(1)",
        "out = torch.gather(t, 1, back)",
        name="t",
    )
    result, operand = open_pane("out"), open_pane("t")
    hover(result, 3, 1)
    over = operand.operands.linker.over
    qtbot.waitUntil(lambda: len(over.lit) == 1)
    assert (over.lit[0].top() + 0.5, over.lit[0].left() + 0.5) == (3, 98)


def test_an_assignment_stands_between_before_and_after(qtbot, look):
    pane = look(
        "x = torch.tensor([[1, 2], [3, 4]])",
        "m = x > 2",
        "y = torch.tensor([7, 8])",
        "x[m] = y",
        name="x",
    )
    assert written(pane) == "x before  [2, 2] [ m  [2, 2] ] = y  [2] → x after  [2, 2]"
    hover(pane, 1, 1)
    view = equation(pane)
    qtbot.waitUntil(lambda: view.formula.text() == "x[1, 1] = y[1] = 8")
    assert [lit(term) for term in view.views[:3]] == [[], [(1, 1, 1, 1)], [(0, 1, 1, 1)]]
    hover(pane, 0, 1)
    qtbot.waitUntil(lambda: view.formula.text() == "x[0, 1] = x[0, 1] = 2")


@pytest.mark.parametrize(
    ("lines", "index", "line", "shown"),
    [
        (
            ("x = torch.arange(12).reshape(2, 2, 3)", "z = x.sum(0)"),
            (1, 2),
            "z[1, 2] = sum(x[:, 1, 2]) = 5 + 11 = 16",
            [[5, 11]],
        ),
        (
            ("x = torch.arange(12).reshape(2, 2, 3)", "z = x.permute(2, 0, 1)"),
            (2, 1, 0),
            "z[2, 1, 0] = x[1, 0, 2] = 8",
            [[8]],
        ),
        (
            (
                "x = torch.arange(12).reshape(2, 2, 3)",
                "i = torch.tensor([[[1, 0, 1]]])",
                "z = x.gather(0, i)",
            ),
            (0, 0, 2),
            "z[0, 0, 2] = x[i[0, 0, 2], 0, 2] = x[1, 0, 2] = 8",
            [[8], [1]],
        ),
        (
            ("x = torch.arange(24).reshape(2, 2, 2, 3)", "z = x[1, :, 0]"),
            (1, 2),
            "z[1, 2] = x[1, 1, 0, 2] = 20",
            [[20]],
        ),
    ],
)
def test_all_slices_of_more_dims_are_seen_at_once(qtbot, look, lines, index, line, shown):
    pane = look(*lines)
    view = equation(pane)
    hover(pane, *view.result.layout_of.cell(index))
    qtbot.waitUntil(lambda: view.formula.text() == line)
    for term, values in zip(view.views, shown, strict=False):
        drawn = numbers(term)
        assert sorted(drawn[int(r)][int(c)] for r, c, _, _ in lit(term)) == values


def test_arrows_go_from_slice_to_slice(qtbot, look):
    pane = look("x = torch.arange(8).reshape(2, 2, 2)", "z = x.flip(0)")
    for _ in range(4):
        QTest.keyClick(pane, Qt.Key.Key_Right)
    for _ in range(2):
        QTest.keyClick(pane, Qt.Key.Key_Down)
    view = equation(pane)
    first, second = "z[1, 1, 1] = x[0, 1, 1] = 3", "z[1, 0, 1] = x[0, 0, 1] = 1"
    qtbot.waitUntil(lambda: view.formula.text() in (first, second))


def test_cells_that_a_form_is_about_are_lit_in_an_equation_too(look, stage):
    pane = look("x = torch.ones(2, 3)", "z = x * 2")
    meant = Lit("z[0]", ((range(1), range(3)),))
    stage.link(stage.linking.meaning({"z": meant, "x": Lit("x[1]", ((range(1, 2), range(3)),))}))
    x, z = equation(pane).views[:2]
    assert lit(z) == [(0, 0, 1, 3)]
    assert lit(x) == [(1, 0, 1, 3)]
