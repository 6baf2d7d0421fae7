"""Why a cell has its value, as a person asks it: click, key and command. Real engine, no process."""

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit

from explorer.panes.heatmap.whys.asker import QUICK_SECONDS
from explorer.session import Record
from explorer.window.linking import Linking
from explorer.window.theme import DARK, LIGHT, make_palette
from tests.panes.heatmap.test_operands import equation, hover, open_pane, stage  # noqa: F401 - fixtures

X = "x = torch.tensor([[1., 2.], [3., 4.]])"
W = "w = torch.tensor([[1., -1.], [0.5, 2.]])"
SOFT = "z = torch.softmax(x @ w, 1)"


@pytest.fixture
def look(qtbot, stage, open_pane):  # noqa: F811 - fixtures
    """Run lines, and show what they made: the result, then the tensors it came from."""

    def make(*lines, shown=("z",)):
        for line in lines:
            stage.run(line)
        stage.select(shown[0])
        return [open_pane(), *(open_pane(name) for name in shown[1:])]

    return make


def click(qtbot, pane, row, column):
    """Click a cell, and wait for all that comes of it."""
    cells = equation(pane).result.cells if equation(pane) else pane.page.cells
    point = cells.mapFromScene(cells.box.mapViewToScene(QPointF(column, row)))
    QTest.mouseClick(cells.viewport(), Qt.MouseButton.LeftButton, pos=point)
    qtbot.waitUntil(pane.is_complete)


def held(pane):
    """The cells of a heat map that stay lit: (row, column, rows, columns) and how they count."""
    areas = pane.operands.linker.over.held
    return {(a.top() + 0.5, a.left() + 0.5, a.height(), a.width()): s for a, s in areas}


def rows(pane):
    """The table of the answer."""
    table = pane.why_panel.table
    items = [table.topLevelItem(i) for i in range(table.topLevelItemCount())]
    return [tuple(item.text(column) for column in range(3)) for item in items]


def test_a_click_lights_the_cells_it_came_from_in_their_maps(qtbot, look):
    z, x, w = look(X, W, SOFT, shown=("z", "x", "w"))
    told = []
    z.status_changed.connect(told.append)
    click(qtbot, z, 0, 1)
    assert held(x) == {(0, 0, 1, 1): pytest.approx(-1), (0, 1, 1, 1): pytest.approx(0.75)}
    assert {place: slope > 0 for place, slope in held(w).items()} == {
        (0, 0, 1, 1): False,
        (0, 1, 1, 1): True,
        (1, 0, 1, 1): False,
        (1, 1, 1, 1): True,
    }
    assert "z[0, 1] = 0.7310586 came from x[0, :] (2 cells) and w (4 cells)" in told
    assert not z.why_panel.isVisible()


def test_the_cells_stay_lit_while_the_cursor_reads_them(qtbot, look):
    z, x = look(X, W, SOFT, shown=("z", "x"))
    click(qtbot, z, 0, 1)
    told = []
    x.status_changed.connect(told.append)
    hover(x, 0, 1)
    qtbot.waitUntil(lambda: bool(told))
    assert told == ["x[0, 1] = 2.0   (float32)   d z[0, 1] / d x[0, 1] = 0.294918"]
    assert len(held(x)) == 2


def test_a_key_says_it_in_full(qtbot, look):
    (z,) = look(X, W, SOFT)
    z.page.cells.setFocus()
    QTest.keyClick(z, Qt.Key.Key_Right)
    QTest.keyClick(z, Qt.Key.Key_Return)
    qtbot.waitUntil(z.is_complete)
    assert z.why_panel.isVisible()
    panel = z.why_panel
    assert panel.text.text() == "z[0, 0] = 0.26894143 came from x[0, :] (2 cells) and w (4 cells)"
    assert rows(z)[:2] == [("x[0, 0]", "1.0", "0.393224"), ("w[1, 0]", "0.5", "0.393224")]
    QTest.keyClick(z, Qt.Key.Key_Right)
    qtbot.waitUntil(z.is_complete)
    assert rows(z)[0] == ("x[0, 0]", "1.0", "-0.393224")
    assert panel.table.headerItem().text(2) == "d z[0, 1] / d cell"


def test_enter_in_a_field_asks_nothing(qtbot, look):
    (z,) = look(X, W, SOFT)
    fields = [field for field in z.page.scale_panel.findChildren(QLineEdit) if field.isVisible()]
    assert fields
    for field in fields:
        field.setFocus()
        qtbot.waitUntil(field.hasFocus)
        QTest.keyClick(field, Qt.Key.Key_Return)
        qtbot.waitUntil(z.is_complete)
        assert not z.why_panel.isVisible()


def test_escape_puts_it_away_in_any_of_the_maps(qtbot, look):
    z, x = look(X, W, SOFT, shown=("z", "x"))
    click(qtbot, z, 0, 1)
    z.explain()
    qtbot.waitUntil(z.is_complete)
    QTest.keyClick(x, Qt.Key.Key_Escape)
    assert held(x) == {}
    QTest.keyClick(z, Qt.Key.Key_Escape)
    assert not z.why_panel.isVisible()
    assert z.controller.linking.held == Linking().held


def test_it_is_asked_beside_operands_too(qtbot, look):
    (z,) = look(X, "y = torch.tensor([10., 20.])", "z = x * y")
    click(qtbot, z, 1, 0)
    x, y, result = equation(z).views[:3]
    assert [area.topLeft().toTuple() for area, _ in x.over.held] == [(-0.5, 0.5)]
    assert [slope for _, slope in y.over.held] == [pytest.approx(0.3)]
    assert result.over.held == ()
    QTest.keyClick(z, Qt.Key.Key_Return)
    qtbot.waitUntil(z.is_complete)
    assert equation(z) is not None
    assert z.why_panel.text.text() == "z[1, 0] = 30.0 came from x[1, 0] (× 10.0) and y[0] (× 3.0)"


def test_what_a_line_wrote_came_from_the_values_before_it(qtbot, look):
    (x,) = look(X, "x.mul_(3)", shown=("x",))
    click(qtbot, x, 1, 0)
    before, after = equation(x).views[:2]
    assert len(before.over.held) == 1
    assert after.over.held == ()
    x.explain()
    qtbot.waitUntil(x.is_complete)
    assert x.why_panel.text.text() == "x[1, 0] = 9.0 came from x[1, 0] before line 3 (× 3.0)"


def test_a_copy_is_said_to_be_one(qtbot, look):
    z, n = look("n = torch.arange(12).view(3, 4)", "i = torch.tensor([[0, 3], [1, 2]])", "z = n.gather(1, i)", shown=("z", "n"))  # fmt: skip
    z.explain()
    qtbot.waitUntil(z.is_complete)
    assert z.why_panel.text.text() == "z[0, 0] = 0 is a copy of n[0, 0]"
    assert list(held(n)) == [(0, 0, 1, 1)]
    assert n.operands.linker.over.labels[1] == "copied"
    assert not z.why_panel.table.isVisible()


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ((X, "z = torch.nn.functional.dropout(x)"), "The line draws random numbers"),
        (("z = torch.ones(2, 2)",), "z[0, 0] = 1.0 came from no other cell: the line fills it in"),
        (
            (X, "z = (x * 0).round()"),
            "z[0, 0] = 0.0 follows no cell now: all its partial derivatives are 0",
        ),
        ((X, "for i in range(2): z = x * i"), "z was made together with other things by line 3"),
        ((X, "z = x + 1\nz = z * 2"), "z was made together with other things by line 3"),
        ((X, "z = x + 1", "z.backward(x) if 0 else None"), "z[0, 0] = 2.0 came from x[0, 0] (×"),
    ],
)
def test_what_can_be_said_is_said(qtbot, look, lines, said):
    (z,) = look(*lines)
    z.explain()
    qtbot.waitUntil(z.is_complete)
    assert z.why_panel.text.text().startswith(said)


def test_a_click_tells_no_refusal(qtbot, look):
    (z,) = look(X, "z = torch.nn.functional.dropout(x)")
    told = []
    z.status_changed.connect(told.append)
    click(qtbot, z, 0, 1)
    assert not any("random" in text for text in told)


def test_a_slow_line_runs_again_only_when_it_is_wanted(qtbot, look, stage):  # noqa: F811 - a fixture
    z, x = look(X, W, SOFT, shown=("z", "x"))
    stage.records[stage.session.done[-1].id] = Record(seconds=QUICK_SECONDS * 2)
    click(qtbot, z, 0, 1)
    assert held(x) == {}
    z.explain()
    qtbot.waitUntil(z.is_complete)
    assert len(held(x)) == 2


def test_a_line_that_runs_ends_the_answer(qtbot, look, stage):  # noqa: F811 - a fixture
    z, x = look(X, W, SOFT, shown=("z", "x"))
    click(qtbot, z, 0, 1)
    stage.run("x.add_(1)")
    qtbot.waitUntil(lambda: z.is_complete() and x.is_complete())
    assert held(x) == {}


def test_an_answer_that_comes_late_lights_nothing(qtbot, look, stage):  # noqa: F811 - a fixture
    z, x = look(X, W, SOFT, shown=("z", "x"))
    z.page.cells.setFocus()
    stage.is_held = True
    QTest.keyClick(z, Qt.Key.Key_Right)
    assert not z.is_complete()
    stage.run("v = 5")
    stage.select("x")
    stage.is_held = False
    stage.answer()
    qtbot.waitUntil(lambda: z.is_complete() and x.is_complete())
    assert held(x) == {}


def test_only_the_last_cell_asked_about_is_lit(qtbot, look, stage):  # noqa: F811 - a fixture
    z, x = look(X, W, SOFT, shown=("z", "x"))
    z.page.cells.setFocus()
    stage.is_held = True
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Down):
        QTest.keyClick(z, key)
    stage.is_held = False
    stage.answer()
    qtbot.waitUntil(z.is_complete)
    assert {row for row, *_ in held(x)} == {1}


def test_inputs_are_offered(qtbot, look):
    (z,) = look(X, W, SOFT)
    z.explain()
    qtbot.waitUntil(z.is_complete)
    with qtbot.waitSignal(z.inputs_requested) as asked:
        QTest.mouseClick(z.why_panel.inputs_button, Qt.MouseButton.LeftButton)
    assert asked.args == [("x", "w")]


@pytest.mark.parametrize("scheme", [DARK, LIGHT])
def test_a_derivative_is_drawn_by_sign_and_size_not_by_colour_alone(qtbot, look, scheme):
    z, w = look(X, W, SOFT, shown=("z", "w"))
    w.setPalette(make_palette(scheme))
    before = w.page.cells.grab().toImage()
    click(qtbot, z, 0, 1)
    after = w.page.cells.grab().toImage()

    def changed(row, column):
        cells = w.page.cells
        corner = cells.mapFromScene(cells.box.mapViewToScene(QPointF(column - 0.4, row + 0.3)))
        end = cells.mapFromScene(cells.box.mapViewToScene(QPointF(column + 0.4, row + 0.48)))
        return sum(
            before.pixel(x, y) != after.pixel(x, y) and after.pixelColor(x, y).lightness() > 20
            for x in range(corner.x(), end.x())
            for y in range(corner.y(), end.y())
        )

    assert changed(1, 1) > 1.5 * changed(0, 1) > 0  # a longer bar
    assert changed(1, 0) > 1.5 * changed(0, 0) > 0
