"""Operands and result side by side, cells that light up, heat maps that are linked. Real engine."""

import itertools

import pytest
import torch
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from explorer.panes.heatmap.equations.equation_view import EquationView
from explorer.panes.heatmap.pane import HeatmapPane
from explorer.panes.heatmap.pictures.lit_item import LEAST_PX
from explorer.window.linking import Linking, Links, Lit
from explorer.window.theme import DARK, LIGHT, make_palette
from tests.panes.heatmap.test_time import TimedStage

ADD = (
    "x = torch.tensor([[0., 1., 2.], [3., 4., 5.]])",
    "y = torch.tensor([10., 20., 30.])",
    "z = x + y",
)


@pytest.fixture
def stage(qtbot):
    return TimedStage()


@pytest.fixture
def open_pane(qtbot, stage):
    """Open a heat map, following the selection or pinned."""

    def make(expression=""):
        pane = HeatmapPane(stage, expression)
        qtbot.addWidget(pane)
        pane.resize(820, 560)
        with qtbot.waitExposed(pane):
            pane.show()
        qtbot.waitUntil(pane.is_complete)
        return pane

    return make


@pytest.fixture
def look(qtbot, stage, open_pane):
    """Run lines, select the result, and wait for what is shown."""

    def make(*lines, name="z", pane=None):
        pane = pane or open_pane()
        for line in lines:
            stage.run(line)
        stage.select(name)
        qtbot.waitUntil(pane.is_complete)
        return pane

    return make


def equation(pane):
    """The equation that is seen, None if none is."""
    front = pane.stack.currentWidget()
    return front if isinstance(front, EquationView) else None


def written(pane):
    """What stands in the row: names with their shapes, and signs."""
    view = equation(pane)
    row = [view.row.itemAt(i).widget() for i in range(view.row.count())]
    return " ".join(w.caption.text() if hasattr(w, "caption") else w.text() for w in row if w)


def numbers(term):
    """The numbers drawn in one of the heat maps."""
    tile = term.item.picture.tile
    return (tile.base + tile.scale * term.item.picture.values.astype(float)).tolist()


def hover(pane, row, column):
    """Put the cursor on a cell, of the result where operands stand beside it."""
    cells = equation(pane).result.cells if equation(pane) else pane.page.cells
    point = QPointF(cells.mapFromScene(cells.box.mapViewToScene(QPointF(column, row))))
    port, none = cells.viewport(), Qt.MouseButton.NoButton
    where = QPointF(port.mapToGlobal(point.toPoint()))
    # Not by QTest, which moves the one cursor over windows that lie on each other.
    move = QMouseEvent(
        QEvent.Type.MouseMove, point, where, none, none, Qt.KeyboardModifier.NoModifier
    )
    QApplication.sendEvent(port, move)


def lit(term):
    """The cells of a heat map that are lit: (row, column, rows, columns)."""
    areas = term.over.lit
    return [(a.top() + 0.5, a.left() + 0.5, a.height(), a.width()) for a in areas]


def test_operands_and_result_stand_side_by_side(look):
    pane = look(*ADD)
    assert written(pane) == "x  [2, 3] + y  [3] = z  [2, 3]"
    x, y, z = equation(pane).views
    assert numbers(x) == [[0, 1, 2], [3, 4, 5]]
    assert numbers(y) == [[10, 20, 30], [10, 20, 30]]
    assert numbers(z) == pane.shown_values().tolist() == [[10, 21, 32], [13, 24, 35]]
    assert pane.title() == "x + y = z"


def test_all_have_one_colour_scale(look):
    pane = look(*ADD)
    colours = {}
    for term in equation(pane).views:
        for value, place in zip(
            itertools.chain(*numbers(term)), term.item.picture.places.ravel().tolist(), strict=True
        ):
            colours.setdefault(value, set()).add(place)
    assert len(colours[10.0]) == 1
    assert sorted(colours) == sorted(colours, key=lambda value: min(colours[value]))
    assert (equation(pane).levels.low.text(), equation(pane).levels.high.text()) == ("0", "35")


def test_truth_values_do_not_share_the_scale_of_numbers(look):
    pane = look("x = torch.tensor([-5., 5.])", "z = x > 0")
    assert equation(pane).result.item.picture.steps == 2


@pytest.mark.parametrize("scheme", [DARK, LIGHT])
def test_repeated_cells_are_pale(qtbot, look, scheme):
    pane = look("x = torch.ones(3, 3) * 9", "y = torch.ones(3)", "z = x + y")
    pane.setPalette(make_palette(scheme))
    pane.resize(1000, 700)
    qtbot.waitUntil(pane.is_complete)
    y = equation(pane).views[1]
    image = y.cells.grab().toImage()

    def colours(row):
        corner = y.cells.mapFromScene(y.cells.box.mapViewToScene(QPointF(0.5, row - 0.5)))
        return {
            image.pixelColor(corner.x() + dx, corner.y() + 4 + dy).name()
            for dx in range(4, 20)
            for dy in range(8)
        }

    first, repeat = colours(0), colours(1)
    assert len(first) == 1
    assert not first & repeat  # paler
    assert len(repeat) > 1  # and hatched


@pytest.mark.parametrize(
    ("lines", "cell", "cells"),
    [
        (ADD, (1, 2), [[(1, 2, 1, 1)], [(0, 2, 1, 1)]]),
        (
            ("x = torch.ones(4, 3)", "y = torch.ones(3, 5)", "z = x @ y"),
            (2, 1),
            [[(2, 0, 1, 3)], [(0, 1, 3, 1)]],
        ),
        (
            ("x = torch.ones(4, 3)", "y = torch.ones(3)", "z = x @ y"),
            (2, 0),
            [[(2, 0, 1, 3)], [(0, 0, 3, 1)]],
        ),
        (("x = torch.ones(3, 4)", "z = x.sum(dim=1)"), (2, 0), [[(2, 0, 1, 4)]]),
        (("x = torch.ones(3, 4)", "z = x.sum(0)"), (0, 2), [[(0, 2, 3, 1)]]),
        (("x = torch.ones(3, 4)", "z = x.T"), (3, 1), [[(1, 3, 1, 1)]]),
        (("x = torch.ones(3, 4)", "z = x[1:, ::2]"), (1, 1), [[(2, 2, 1, 1)]]),
        (("x = torch.ones(3, 4)", "z = torch.linalg.pinv(x)"), (1, 1), [[]]),
    ],
)
def test_a_cell_of_the_result_lights_those_that_it_comes_from(qtbot, look, lines, cell, cells):
    pane = look(*lines)
    hover(pane, *cell)
    view = equation(pane)
    qtbot.waitUntil(lambda: view.formula.text().startswith("z["))
    assert [lit(term) for term in view.views[: len(cells)]] == cells
    assert lit(view.result) == []


@pytest.mark.parametrize(
    ("lines", "cell", "line"),
    [
        (ADD, (1, 2), "z[1, 2] = x[1, 2] + y[2] = 5.0 + 30.0 = 35.0"),
        (
            ("x = torch.tensor([1., -2.])", "y = torch.tensor([3., -4.])", "z = x - y"),
            (0, 1),
            "z[1] = x[1] - y[1] = -2.0 - (-4.0) = 2.0",
        ),
        (
            (
                "x = torch.tensor([[1, 2], [3, 4]])",
                "y = torch.tensor([[5, 6], [7, 8]])",
                "z = x @ y",
            ),
            (0, 1),
            "z[0, 1] = x[0, :] @ y[:, 1] = 1 * 6 + 2 * 8 = 22",
        ),
        (
            ("x = torch.arange(6).reshape(2, 3)", "z = x.sum(dim=1)"),
            (1, 0),
            "z[1] = sum(x[1, :]) = 3 + 4 + 5 = 12",
        ),
        (
            ("x = torch.tensor([1., 2., 6.])", "z = x.mean()"),
            (0, 0),
            "z = mean(x) = (1.0 + 2.0 + 6.0) / 3 = 3.0",
        ),
        (
            ("x = torch.arange(6)", "z = x.amax(0)"),
            (0, 0),
            "z = amax(x) = amax(0, 1, 2, 3, ...) = 5",
        ),
        (("x = torch.arange(6)", "z = x.view(2, 3)"), (1, 0), "z[1, 0] = x[3] = 3"),
        (("x = torch.arange(3)", "z = 2 * x"), (0, 2), "z[2] = 2 * x[2] = 2 * 2 = 4"),
        (("x = torch.arange(3)", "z = -x"), (0, 2), "z[2] = -x[2] = -2 = -2"),
        (
            ("x = torch.tensor([1., 2.])", "z = torch.clamp(x, max=1.5)"),
            (0, 1),
            "z[1] = clamp(x[1], max=1.5) = clamp(2.0, max=1.5) = 1.5",
        ),
        (
            ("x = torch.tensor([1.]) / 3", "z = x + x"),
            (0, 0),
            "z[0] = x[0] + x[0] ≈ 0.3333 + 0.3333 ≈ 0.6667",
        ),
        (
            ("x = torch.tensor([1.]) / 3", "z = x > 0"),
            (0, 0),
            "z[0] = x[0] > 0 ≈ 0.3333 > 0 = True",
        ),
        (
            ("x = torch.zeros(1, 1)", "z = torch.linalg.matrix_exp(x)"),
            (0, 0),
            "z[0, 0] = 1.0",
        ),
    ],
)
def test_the_numbers_are_put_in(qtbot, look, lines, cell, line):
    pane = look(*lines)
    told = []
    pane.status_changed.connect(told.append)
    hover(pane, *cell)
    qtbot.waitUntil(lambda: equation(pane).formula.text().startswith("z"))
    assert equation(pane).formula.text() == line
    assert told[-1] == line


def test_before_a_cell_is_pointed_at_it_is_said_what_to_do(look):
    assert equation(look(*ADD)).formula.text() == "Point at a cell of z to see where it comes from"
    pane = look("z = torch.linalg.pinv(x)", pane=look("x = torch.ones(2, 2)", name="x"))
    assert equation(pane).formula.text().startswith("Which cells each cell comes from is not known")


def test_operands_are_as_the_line_found_them(qtbot, look, stage):
    pane = look("x = torch.ones(3)", "y = torch.arange(3.)", "x += y", name="x")
    assert written(pane) == "x before  [3] + y  [3] = x after  [3]"
    assert [numbers(term) for term in equation(pane).views] == [
        [[1, 1, 1]],
        [[0, 1, 2]],
        [[1, 2, 3]],
    ]
    hover(pane, 0, 2)
    qtbot.waitUntil(lambda: equation(pane).formula.text() == "x[2] = x[2] + y[2] = 1.0 + 2.0 = 3.0")


def test_operands_that_were_changed_since_are_shown_as_they_were(look):
    pane = look("x = torch.ones(3)", "z = x * 2", "x.add_(5)")
    assert numbers(equation(pane).views[0]) == [[1, 1, 1]]
    pane = look("x = torch.zeros(7)", pane=pane)
    assert numbers(equation(pane).views[0]) == [[1, 1, 1]]


def test_lines_that_run_together_are_read_from_the_last_one(look):
    pane = look("\n".join(ADD))
    assert written(pane) == "x  [2, 3] + y  [3] = z  [2, 3]"


@pytest.mark.parametrize(
    "lines",
    [
        ("z = torch.rand(3)",),
        ("x = torch.rand(3)", "z = x.sum() + x"),
        ("x = torch.rand(65, 2)", "z = x + 1"),
        ("x = torch.rand(0, 2)", "z = x + 1"),
        ("x = torch.rand(20, 30, 40)", "z = x.sum(0)"),
        ("x = torch.rand(2, 2, 2, 2, 2)", "z = x.sum(0)"),
        ("n = 3", "z = torch.full((n,), n)"),
        ("z = torch.rand(3)\nz = z + 1",),
    ],
)
def test_other_lines_show_their_result_alone(look, lines):
    assert equation(look(*lines)) is None


def test_a_result_without_values_says_so(look):
    pane = look("x = torch.rand(4, 6)", 'z = x.to("meta")')
    assert pane.stack.currentWidget() is pane.message
    assert "meta tensor" in pane.message.what.text()


def test_the_result_alone_is_a_key_or_a_click_away_and_that_is_remembered(
    qtbot, look, stage, open_pane
):
    pane = look(*ADD)
    QTest.keyClick(pane, Qt.Key.Key_O)
    qtbot.waitUntil(pane.is_complete)
    assert equation(pane) is None
    assert pane.title() == "z"
    assert pane.page.operands_button.isVisible()
    state = pane.state()
    look("z = y * y", pane=pane)
    assert equation(pane) is None
    QTest.mouseClick(pane.page.operands_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: equation(pane) is not None)
    assert equation(pane).operands_button.isChecked()
    other = open_pane()
    other.restore(state)
    qtbot.waitUntil(other.is_complete)
    assert equation(other) is None


@pytest.mark.parametrize("key", [Qt.Key.Key_O, Qt.Key.Key_F2])
def test_the_result_alone_has_the_same_cell_in_hand(qtbot, look, key):
    pane = look(*ADD)
    for step in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Right, Qt.Key.Key_Right):
        QTest.keyClick(pane, step)
    told = []
    pane.status_changed.connect(told.append)
    QTest.keyClick(pane, key)
    assert equation(pane) is None
    qtbot.waitUntil(lambda: "z[1, 2] = 35.0   (float32)" in told)
    assert pane.reading.editor.isVisible() == (key == Qt.Key.Key_F2)


def test_a_pinned_heat_map_stays_what_it_is(look, open_pane):
    look(*ADD)
    pinned = open_pane("z")
    assert equation(pinned) is None
    assert not pinned.page.operands_button.isVisible()


def test_another_tensor_is_shown_alone_and_the_result_again_with_its_operands(look):
    pane = look(*ADD)
    look(name="x", pane=pane)
    assert equation(pane) is None
    assert pane.shown_values().tolist() == [[0, 1, 2], [3, 4, 5]]
    look(name="z", pane=pane)
    assert written(pane) == "x  [2, 3] + y  [3] = z  [2, 3]"


def test_keys_take_cells_of_the_result_and_zoom_all(qtbot, look):
    pane = look("x = torch.ones(40, 30)", "y = torch.ones(30)", "z = x + y")
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Right):
        QTest.keyClick(pane, key)
    assert lit(equation(pane).views[0]) == [(1, 1, 1, 1)]
    before = equation(pane).views[1].cells.view.cell_width_px
    QTest.keyClick(pane, Qt.Key.Key_Plus)
    widths = {term.cells.view.cell_width_px for term in equation(pane).views[:3]}
    assert len(widths) == 1
    assert widths.pop() > before
    QTest.keyClick(pane, Qt.Key.Key_0)
    assert all(term.cells.is_fitted for term in equation(pane).views[:3])


def test_slices_of_all_are_those_of_the_result(qtbot, look):
    pane = look("x = torch.arange(12.).reshape(3, 2, 2)", "y = torch.ones(2)", "z = x + y")
    assert numbers(equation(pane).result) == [[1, 2], [3, 4]]
    QTest.keyClick(pane, Qt.Key.Key_PageDown)
    qtbot.waitUntil(pane.is_complete)
    assert numbers(equation(pane).views[0]) == [[4, 5], [6, 7]]
    assert numbers(equation(pane).views[1]) == [[1, 1], [1, 1]]
    hover(pane, 1, 0)
    qtbot.waitUntil(
        lambda: equation(pane).formula.text().startswith("z[1, 1, 0] = x[1, 1, 0] + y[0]")
    )


def test_rows_of_numbers_stand_below_each_other(look):
    pane = look("x = torch.ones(40)", "z = x + x")
    x, _, z = equation(pane).views
    assert x.geometry().bottom() < z.geometry().top()
    assert x.cells.view.cell_width_px == z.cells.view.cell_width_px > 10


def test_a_pinned_operand_lights_up_too(qtbot, look, open_pane):
    pane = look(*ADD)
    pinned = open_pane("y")
    hover(pane, 0, 1)
    over = pinned.operands.linker.over
    qtbot.waitUntil(lambda: len(over.lit) == 1)
    assert (over.lit[0].left() + 0.5, over.lit[0].top() + 0.5) == (1, 0)
    QApplication.sendEvent(equation(pane).result.cells, QEvent(QEvent.Type.Leave))
    qtbot.waitUntil(lambda: not over.lit)


def test_a_pinned_result_lights_its_operands(qtbot, look, open_pane):
    look(*ADD, name="x")
    result, operand = open_pane("z"), open_pane("y")
    hover(result, 1, 0)
    over = operand.operands.linker.over
    qtbot.waitUntil(lambda: len(over.lit) == 1)
    assert over.lit[0].left() + 0.5 == 0


@pytest.mark.parametrize("scheme", [DARK, LIGHT])
def test_lit_cells_are_seen_zoomed_out(qtbot, look, stage, open_pane, scheme):
    pane = look("w = torch.zeros(1500, 1500)", name="w")
    pane.setPalette(make_palette(scheme))
    before = pane.page.cells.grab().toImage()
    lit_cells = Lit("", ((range(700, 701), range(700, 701)),))
    stage.link(stage.linking.pointed(None, {"w": lit_cells}))
    after = pane.page.cells.grab().toImage()
    changed = [
        (x, y)
        for x in range(after.width())
        for y in range(after.height())
        if before.pixel(x, y) != after.pixel(x, y)
    ]
    xs, ys = {x for x, _ in changed}, {y for _, y in changed}
    assert min(len(xs), len(ys)) >= LEAST_PX
    cells = pane.page.cells
    middle = cells.mapFromScene(cells.box.mapViewToScene(QPointF(700, 700)))
    assert max(abs(x - middle.x()) for x in xs) <= 4
    assert {after.pixelColor(x, y).lightness() > 127 for x, y in changed} == {True, False}


def test_linked_heat_maps_share_the_cell(qtbot, look, open_pane):
    look("x = torch.rand(5, 5)", "y = torch.rand(5, 5)", "w = torch.rand(5, 5)", name="w")
    x, y, w = open_pane("x"), open_pane("y"), open_pane("w")
    QTest.keyClick(x, Qt.Key.Key_L)
    QTest.keyClick(y, Qt.Key.Key_L)
    hover(x, 2, 3)
    assert y.operands.linker.over.cursor_cell == (2, 3)
    assert w.operands.linker.over.cursor_cell is None
    assert x.operands.linker.over.cursor_cell is None
    QTest.keyClick(y, Qt.Key.Key_L)
    assert y.operands.linker.over.cursor_cell is None


def test_linked_heat_maps_share_zoom_and_levels(qtbot, look, open_pane):
    look("x = torch.rand(50, 50)", "y = torch.rand(50, 50)", "w = torch.rand(50, 50)", name="w")
    x, y, w = open_pane("x"), open_pane("y"), open_pane("w")
    for pane in (x, y):
        pane.page.link_button.actions_by_aspect["zoom"].trigger()
        pane.page.link_button.actions_by_aspect["levels"].trigger()
    x.zoom(4)
    x.page.scale_panel.levels_changed.emit(-2.0, 3.0)
    for pane in (x, y, w):
        qtbot.waitUntil(pane.is_complete)
    assert y.page.cells.view == x.page.cells.view
    assert w.page.cells.is_fitted
    assert y.subject.look.scale.as_levels == x.subject.look.scale.as_levels
    assert (y.subject.look.scale.low, y.subject.look.scale.high) == (-2.0, 3.0)
    assert w.subject.look.scale.high != 3.0
    y.page.cells.fit()
    assert x.page.cells.is_fitted


def test_the_button_says_in_how_much_a_heat_map_is_linked(look, open_pane, stage):
    look("x = torch.rand(5, 5)", name="x")
    pinned = open_pane("x")
    pinned.page.link_button.actions_by_aspect["zoom"].trigger()
    assert stage.linking.links == Links(zoom=("x",))
    assert pinned.page.link_button.text() == "Link (1)"
    stage.link(Linking())
    assert pinned.page.link_button.text() == "Link"
    assert not pinned.page.link_button.actions_by_aspect["zoom"].isChecked()


def test_values_of_a_looked_back_line_come_with_its_operands(qtbot, look, stage):
    pane = look("x = torch.ones(3)", "z = x * 2", "x.add_(5)", "z.zero_()")
    stage.look_back(stage.session.done[2].id)
    qtbot.waitUntil(pane.is_complete)
    assert [numbers(term) for term in equation(pane).views[:2]] == [[[1, 1, 1]], [[2, 2, 2]]]
    assert torch.equal(stage.tensor("x"), torch.full((3,), 6.0))
