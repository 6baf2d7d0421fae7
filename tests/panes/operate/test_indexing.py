"""The page of indexing: rows and text say the same, cells are lit, lines come out. Real engine."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDockWidget, QMainWindow, QToolButton, QWidget

from explorer.catalog.number import Refusal
from explorer.panes.heatmap.pane import HeatmapPane
from explorer.panes.operate.indexing.lamp import Lamp
from explorer.panes.operate.indexing.lighting import Lighting
from explorer.panes.operate.indexing.page import FUNCTIONS, IndexingPage
from explorer.window.linking import Lit
from tests.panes.heatmap.test_time import TimedStage

X = "x = torch.arange(12).reshape(3, 4)"


@pytest.fixture
def stage(qtbot):
    return TimedStage()


@pytest.fixture
def page(qtbot, stage):
    """Give the page of a stage with a tensor, in sight."""
    stage.run(X, "mask = x % 5 == 0", "rows = torch.tensor([2, 0])")
    page = IndexingPage(stage)
    qtbot.addWidget(page)
    page.resize(360, 500)
    with qtbot.waitExposed(page):
        page.show()
    page.follow(("x",))
    return page


def type_over(widget, text):
    """Replace what stands in a field, key by key."""
    widget.setFocus()
    QTest.keyClick(widget, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(widget, text)


def choose(row, kind):
    """Choose what a row says by its list, as the arrow keys and Enter do."""
    row.kinds.setCurrentIndex(row.kinds.findData(kind))
    row.kinds.activated.emit(row.kinds.currentIndex())


def shown(page):
    """What stands in the rows: dim, text and what comes out."""
    return [
        (row.label.text(), row.field.text() if row.field.isVisible() else "", row.made.text())
        for row in page.parts.rows
        if row.label.isVisible()
    ]


def lit(stage, name="x"):
    """The cells that are lit, as sets of indices."""
    found = stage.linking.meant.get(name)
    cells = set()
    for region in found.regions if found else ():
        cells |= {(i, j) for i in region[0] for j in region[1]}
    return cells


def heat_map(qtbot, stage):
    """Open a heat map of x, and wait until it is drawn."""
    pane = HeatmapPane(stage, "x")
    qtbot.addWidget(pane)
    pane.resize(500, 400)
    with qtbot.waitExposed(pane):
        pane.show()
    qtbot.waitUntil(pane.is_complete)
    return pane


def test_what_is_typed_stands_in_the_rows(page):
    type_over(page.key, ":, 1:3, None")
    assert shown(page) == [
        ("dim 0 · 3", ":", "→ 3"),
        ("dim 1 · 4", "1:3", "→ 2"),
        ("new dim", "", "→ 1"),
    ]
    assert page.line("y") == "y = x[:, 1:3, None]"
    assert page.outcome.text() == "[3, 4] → [3, 2, 1], a view of the same memory"


def test_what_is_typed_into_a_row_stands_in_the_text(page):
    type_over(page.key, "0")
    type_over(page.parts.rows[1].field, "1:3")
    assert page.key.text() == "0, 1:3"
    assert page.parts.rows[1].field.text() == "1:3"
    type_over(page.parts.rows[0].field, ":")
    assert page.line("y") == "y = x[:, 1:3]"


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("all", ":"),
        ("integer", "0"),
        ("slice", "0:3"),
        ("list", "[0, 2]"),
        ("tensor", "mask"),
        ("before", "None, 1"),
        ("after", "1, None"),
        ("rest", "..."),
    ],
)
def test_a_kind_chosen_in_a_row_is_written(page, kind, text):
    type_over(page.key, "1")
    choose(page.parts.rows[0], kind)
    assert page.key.text() == text
    assert not page.hint.isVisible()


def test_tab_goes_down_the_page(page):
    type_over(page.key, "0, 1, None")
    seen = []
    for _ in range(6):
        QTest.keyClick(page.window().focusWidget(), Qt.Key.Key_Tab)
        seen.append(page.window().focusWidget())
    first, second, new = page.parts.rows
    assert seen[:5] == [first.kinds, first.field, second.kinds, second.field, new.kinds]
    assert isinstance(seen[5], QToolButton)


def test_the_list_of_a_row_is_worked_by_keyboard(page):
    type_over(page.key, "1, 2")
    kinds = page.parts.rows[0].kinds
    kinds.setFocus()
    QTest.keyClick(kinds, Qt.Key.Key_Down)
    assert page.key.text() == "0:3, 2"
    assert page.parts.rows[0].field.hasFocus()


def test_a_new_dim_is_removed_again(page):
    type_over(page.key, "0, None")
    choose(page.parts.rows[1], "remove")
    assert page.key.text() == "0"


def test_without_a_mask_a_comparison_is_offered(qtbot, page, stage):
    stage.run("del mask, rows")
    page.offer()
    type_over(page.key, "0, 1")
    choose(page.parts.rows[1], "tensor")
    assert page.key.text() == "0, x[0, :] > 0"
    choose(page.parts.rows[0], "tensor")
    assert page.key.text() == "x > 0"
    qtbot.waitUntil(lambda: page.outcome.text() == "[3, 4] → [11], a copy")


@pytest.mark.parametrize(
    ("text", "cells"),
    [
        ("1", {(1, 0), (1, 1), (1, 2), (1, 3)}),
        ("::2, 1", {(0, 1), (2, 1)}),
        ("[0, 2], [1, 3]", {(0, 1), (2, 3)}),
        ("mask", {(0, 0), (1, 1), (2, 2)}),
        ("rows, 0", {(0, 0), (2, 0)}),
        ("x > 9", {(2, 2), (2, 3)}),
        ("5", set()),
    ],
)
def test_the_cells_picked_are_lit(qtbot, page, stage, text, cells):
    type_over(page.key, text)
    qtbot.waitUntil(lambda: lit(stage) == cells)


def test_a_heat_map_shows_the_lit_cells_while_the_page_is_seen(qtbot, page, stage):
    pane = heat_map(qtbot, stage)
    type_over(page.key, "1:, 2")
    (area,) = pane.operands.linker.over.lit
    assert (area.top() + 0.5, area.left() + 0.5, area.height(), area.width()) == (1, 2, 2, 1)
    page.hide()
    assert not pane.operands.linker.over.lit


def test_a_rectangle_chosen_in_a_heat_map_is_the_index(qtbot, page, stage):
    pane = heat_map(qtbot, stage)
    pane.setFocus()
    for _ in range(2):
        QTest.keyClick(pane, Qt.Key.Key_Down)
    QTest.keyClick(pane, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClick(pane, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert page.key.text() == "1:3, 0:2"
    assert lit(stage) == {(1, 0), (1, 1), (2, 0), (2, 1)}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("::-1", "torch steps forwards only"),
        ("3", "Dim 0 has no index 3"),
        ("0, 0, 0", "This index is for 3 dims, and the tensor has 2"),
        ("..., ...", "it can be there once only"),
        ("0, mask", "This index is for 3 dims"),
        ("rows > 0", "The mask “rows > 0” has the shape [2]"),
        ("x * 1.0", "is float32"),
    ],
)
def test_a_refused_index_says_why(qtbot, page, text, reason):
    type_over(page.key, text)
    qtbot.waitUntil(lambda: reason in page.hint.words)
    with pytest.raises(Refusal):
        page.line("y")


def test_values_are_assigned(page):
    page.assigning.setFocus()
    QTest.keyClick(page.assigning, Qt.Key.Key_Space)
    type_over(page.key, "mask")
    with pytest.raises(Refusal) as refused:
        page.line("y")
    assert refused.value.field == "value"
    type_over(page.value, "0")
    assert page.line("y") == "x[mask] = 0"
    type_over(page.key, "1, 2")
    type_over(page.value, "3.0")
    assert page.line("y") == "x[1, 2] = 3.0"
    type_over(page.key, ":, 0")
    type_over(page.value, "rows")
    assert page.line("y") == "x[:, 0] = rows"


@pytest.mark.parametrize(
    "line", ["y = x[:, 1:3, None]", "x[mask] = 0", "x[1, 2] = 3.0", "z = x[..., [0, 2]]"]
)
def test_a_line_reopens_its_own_form(page, line):
    target = page.open_line(line)
    assert page.line(target) == line


def test_another_line_is_left_alone(page):
    assert page.open_line("y = x + 1") is None
    assert page.open_line("for") is None


def test_another_tensor_keeps_the_index_if_it_fits(page, stage):
    type_over(page.key, "2, 3")
    stage.run("z = torch.zeros(5, 5)", "w = torch.zeros(2)")
    page.offer()
    page.follow(("z",))
    assert page.key.text() == "2, 3"
    page.follow(("w",))
    assert page.key.text() == "0"


def test_values_that_change_are_followed(qtbot, page, stage):
    type_over(page.key, "mask")
    qtbot.waitUntil(lambda: len(lit(stage)) == 3)
    stage.run("mask[0] = True")
    page.offer()
    qtbot.waitUntil(lambda: len(lit(stage)) == 6)


@pytest.mark.parametrize(
    ("line", "cells"),
    [
        ("y = torch.index_select(x, 0, rows)", {"x": {(i, j) for i in (0, 2) for j in range(4)}}),
        ("y = torch.index_select(x, -1, rows)", {"x": {(i, j) for i in range(3) for j in (0, 2)}}),
        ("y = torch.masked_select(x, mask)", {"x": {(0, 0), (1, 1), (2, 2)}}),
        ("y = x.masked_select(x > 9)", {"x": {(2, 2), (2, 3)}}),
        ("y = torch.nonzero(mask)", {"mask": {(0, 0), (1, 1), (2, 2)}}),
        ("y = torch.gather(x, 1, table)", {"x": {(0, 3), (0, 0), (1, 1)}}),
        ("y = torch.take(x, rows)", {"x": {(0, 2), (0, 0)}}),
        ("y = torch.take_along_dim(x, table, 0)", {}),
        ("y = torch.take_along_dim(x, table)", {"x": {(0, 3), (0, 0), (0, 1)}}),
        ("y = torch.gather(x, 0, table)", {}),
        ("y = torch.gather(x, 1, rows)", {}),
        ("y = torch.scatter(x, 1, rows, x)", {}),
        ("y = x + 1", {}),
        ("", {}),
    ],
)
def test_the_cells_that_a_function_is_about_to_pick_are_lit(qtbot, stage, line, cells):
    stage.run(X, "mask = x % 5 == 0", "rows = torch.tensor([2, 0])")
    stage.run("table = torch.tensor([[3, 0], [1, 1]])")
    pane = QWidget()
    qtbot.addWidget(pane)
    with qtbot.waitExposed(pane):
        pane.show()
    lighting = Lighting(stage, pane)
    lighting.mean("y = torch.take(x, rows)")
    qtbot.waitUntil(lambda: lit(stage) == {(0, 2), (0, 0)})
    lighting.mean(line)
    qtbot.waitUntil(lambda: {name: lit(stage, name) for name in stage.linking.meant} == cells)
    pane.hide()
    assert not stage.linking.meant


def test_what_where_and_scatter_take_is_lit(qtbot, stage):
    stage.run(X, "y = -x", "mask = x > 9", "i = torch.tensor([[2, 0, 2, 0]])")
    pane = QWidget()
    qtbot.addWidget(pane)
    with qtbot.waitExposed(pane):
        pane.show()
    lighting = Lighting(stage, pane)
    lighting.mean("z = torch.where(mask, x, y)")
    qtbot.waitUntil(lambda: lit(stage) == {(2, 2), (2, 3)})
    assert len(lit(stage, "y")) == 10
    lighting.mean("z = x.scatter(0, i, y)")
    qtbot.waitUntil(lambda: lit(stage, "y") == {(0, j) for j in range(4)})
    assert len(lit(stage)) == 8


def test_nothing_is_lit_while_another_dock_is_in_front(qtbot, stage):
    stage.run(X)
    window = QMainWindow()
    qtbot.addWidget(window)
    form, front = QDockWidget("form", window), QDockWidget("front", window)
    form.setWidget(QWidget())
    front.setWidget(QWidget())
    lamp = Lamp(stage, form.widget())
    window.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, form)
    with qtbot.waitExposed(window):
        window.show()
    lamp.shine({"x": Lit("x[0]", ((range(1), range(4)),))})
    assert lit(stage)
    window.tabifyDockWidget(form, front)
    front.raise_()
    qtbot.waitUntil(lambda: not lit(stage))
    form.raise_()
    qtbot.waitUntil(lambda: bool(lit(stage)))


def test_a_function_that_picks_is_a_click_away(qtbot, page):
    wanted = []
    page.function_wanted.connect(wanted.append)
    for button in page.functions.findChildren(QToolButton):
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert wanted == list(FUNCTIONS)


def test_the_page_says_again_what_it_said(page, qtbot, stage):
    page.open_line("x[mask] = 0")
    other = IndexingPage(stage)
    qtbot.addWidget(other)
    other.follow(("x",))
    other.restore(page.state())
    assert other.line("") == "x[mask] = 0"
