"""Reading a heat map as a person does: with keys and mouse, on real tensors."""

import math
from functools import partial

import numpy as np
import pytest
import torch
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QGuiApplication, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QToolButton

from explorer.panes.heatmap.pictures.mark import STRIPE
from explorer.panes.heatmap.probe import PROBES
from explorer.panes.heatmap.reading.search import SearchAsk
from explorer.panes.heatmap.reading.searching import answer_search
from explorer.window.theme import DARK, LIGHT, make_palette

Key = Qt.Key
SHIFT, CTRL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
NONE = Qt.KeyboardModifier.NoModifier


@pytest.fixture
def show(qtbot, stage, open_pane):
    """Show a tensor named x in a pane that follows the selection, its cells in focus."""

    def make(x, **options):
        pane = open_pane(**options)
        stage.show(x=x)
        pane.page.cells.setFocus()
        qtbot.waitUntil(pane.is_complete)
        return pane

    return make


@pytest.fixture
def press(qtbot):
    """Press keys in the cells and wait for all that follows."""

    def make(pane, *keys, modifier=NONE):
        for key in keys:
            QTest.keyClick(pane.page.cells, key, modifier)
            qtbot.waitUntil(pane.is_complete)

    return make


def point(pane, row, column):
    """A place in the middle of a cell, in pixels of the cells' viewport."""
    cells = pane.page.cells
    return cells.mapFromScene(cells.box.mapViewToScene(QPointF(column, row)))


def drag(pane, start, end, modifier=NONE):
    viewport = pane.page.cells.viewport()
    a, b = point(pane, *start), point(pane, *end)
    QTest.mousePress(viewport, Qt.MouseButton.LeftButton, modifier, a)
    for share in (0.3, 0.6, 1.0):
        at = a + (b - a) * share
        where = QPointF(at)
        event = QMouseEvent(
            QEvent.Type.MouseMove,
            where,
            QPointF(viewport.mapToGlobal(at)),
            Qt.MouseButton.LeftButton,
            Qt.MouseButton.LeftButton,
            modifier,
        )
        QGuiApplication.sendEvent(viewport, event)
    QTest.mouseRelease(viewport, Qt.MouseButton.LeftButton, modifier, b)


def facts(strip):
    return [button.text() for button in strip.buttons if not button.isHidden()]


def told(pane):
    """What the pane says in the status bar, the latest last."""
    texts = []
    pane.status_changed.connect(texts.append)
    return texts


# --- the rectangle ----------------------------------------------------------------------------


def test_a_drag_with_shift_selects_cells_and_adds_them_up(qtbot, show):
    x = torch.arange(48.0).view(6, 8)
    x[3, 3] = math.nan
    pane = show(x)
    drag(pane, (2, 1), (4, 3), SHIFT)
    qtbot.waitUntil(pane.is_complete)
    strip = pane.page.rectangle_strip
    assert strip.isVisible()
    cells = x[2:5, 1:4]
    finite = cells[~cells.isnan()]
    assert facts(strip) == [
        "x[2:5, 1:4]",
        "9 elements",
        f"sum {finite.sum():g}",
        f"mean {finite.mean():g}",
        f"min {finite.min():g}",
        f"max {finite.max():g}",
        "NaN 1",
    ]
    assert pane.page.cells.is_fitted
    assert pane._pointer.cell == (2, 1)


def test_a_drag_without_shift_still_pans(qtbot, show):
    pane = show(torch.zeros(300, 300))
    for _ in range(12):
        pane.zoom(1)
    view = pane.page.cells.view
    seen = pane.page.cells.visible()
    row, column = int(seen.center().y()), int(seen.center().x())
    drag(pane, (row, column), (row - 2, column - 2))
    assert pane.page.cells.view != view
    assert pane.reading.selector.window is None


def test_shift_and_arrows_select_from_the_cell_in_hand(show, press):
    x = torch.arange(24).view(2, 3, 4)
    pane = show(x)
    pane._pointer.take(1, 1)
    press(pane, Key.Key_Right, Key.Key_Down, Key.Key_Right, modifier=SHIFT)
    assert facts(pane.page.rectangle_strip)[:3] == ["x[0, 1:3, 1:4]", "6 elements", "sum 48"]
    press(pane, Key.Key_Up, Key.Key_Up, Key.Key_Left, modifier=SHIFT)
    assert pane.reading.selector.code == "x[0, 0:2, 1:3]"
    press(pane, Key.Key_PageDown)
    assert facts(pane.page.rectangle_strip)[0] == "x[1, 0:2, 1:3]"
    assert facts(pane.page.rectangle_strip)[2] == f"sum {int(x[1, 0:2, 1:3].sum())}"


def test_a_click_with_shift_reaches_from_the_cell_in_hand(qtbot, show):
    pane = show(torch.zeros(6, 8))
    viewport = pane.page.cells.viewport()
    QTest.mouseClick(viewport, Qt.MouseButton.LeftButton, NONE, point(pane, 4, 4))
    QTest.mouseClick(viewport, Qt.MouseButton.LeftButton, SHIFT, point(pane, 1, 2))
    qtbot.waitUntil(pane.is_complete)
    assert pane.reading.selector.code == "x[1:5, 2:5]"


def test_escape_and_a_click_select_nothing(qtbot, show, press):
    pane = show(torch.zeros(6, 8))
    press(pane, Key.Key_Right, modifier=SHIFT)
    assert pane.page.rectangle_strip.isVisible()
    press(pane, Key.Key_Escape)
    assert not pane.page.rectangle_strip.isVisible()
    assert pane.reading.item.rectangle is None
    press(pane, Key.Key_Right, modifier=SHIFT)
    QTest.mouseClick(pane.page.cells.viewport(), Qt.MouseButton.LeftButton, NONE, point(pane, 3, 3))
    assert not pane.page.rectangle_strip.isVisible()


def test_the_selection_is_copied_shown_and_used(qtbot, show, press):
    pane = show(torch.zeros(6, 8))
    press(pane, Key.Key_Right, modifier=SHIFT)
    strip = pane.page.rectangle_strip
    strip.copy_button.click()
    assert QGuiApplication.clipboard().text() == "x[0:1, 0:2]"
    with qtbot.waitSignal(pane.heatmap_requested) as shown:
        strip.show_button.click()
    assert shown.args == ["x[0:1, 0:2]"]
    with qtbot.waitSignal(pane.line_offered) as used:
        strip.use_button.click()
    assert used.args == ["y = x[0:1, 0:2]"]


def test_sums_follow_the_values(qtbot, stage, show, press):
    x = torch.zeros(4, 4)
    pane = show(x)
    press(pane, Key.Key_Right, modifier=SHIFT)
    assert "sum 0" in facts(pane.page.rectangle_strip)
    x.add_(2)
    stage.tell("x")
    qtbot.waitUntil(lambda: "sum 4" in facts(pane.page.rectangle_strip))
    stage.show(x=torch.zeros(5, 5))
    qtbot.waitUntil(lambda: not pane.page.rectangle_strip.isVisible())


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_cells_around_the_selection_are_shaded(qtbot, show, press, theme):
    pane = show(torch.ones(3, 3))
    pane.setPalette(make_palette(theme))
    pane._pointer.take(0, 0)
    before = pane.page.cells.grab().toImage()
    press(pane, Key.Key_Right, modifier=SHIFT)
    after = pane.page.cells.grab().toImage()
    inside, outside = point(pane, 0, 1) + QPoint(0, 20), point(pane, 2, 1) + QPoint(0, 14)
    assert after.pixel(inside) == before.pixel(inside)
    assert QColor(after.pixel(outside)).value() < QColor(before.pixel(outside)).value()


# --- the search -------------------------------------------------------------------------------


def test_n_goes_to_the_next_nan_in_any_slice_and_shift_n_back(show, press):
    x = torch.zeros(3, 4, 5)
    x[0, 1, 2], x[2, 3, 4] = math.nan, math.inf
    pane = show(x)
    press(pane, Key.Key_N)
    assert (pane._pointer.cell, pane.shown_code()) == ((1, 2), "x[0]")
    press(pane, Key.Key_N)
    assert (pane._pointer.cell, pane.shown_code()) == ((3, 4), "x[2]")
    press(pane, Key.Key_N)
    assert (pane._pointer.cell, pane.shown_code()) == ((1, 2), "x[0]")
    press(pane, Key.Key_N, modifier=SHIFT)
    assert (pane._pointer.cell, pane.shown_code()) == ((3, 4), "x[2]")


def test_that_there_is_no_nan_is_said(qtbot, show, press):
    pane = show(torch.zeros(3, 3))
    texts = told(pane)
    press(pane, Key.Key_N)
    assert texts == ["x has no NaN and no infinity"]


def test_m_goes_to_the_largest_element_and_shift_m_to_the_smallest(show, press):
    x = torch.randn(4, 30, 40, generator=torch.Generator().manual_seed(1))
    x[1, 1, 1] = math.inf
    x[3, 7, 9] = x[2, 5, 6] = 50
    pane = show(x)
    press(pane, Key.Key_M)
    assert (pane._pointer.cell, pane.shown_code()) == ((5, 6), "x[2]")
    press(pane, Key.Key_M)
    assert (pane._pointer.cell, pane.shown_code()) == ((7, 9), "x[3]")
    press(pane, Key.Key_M, modifier=SHIFT)
    least = tuple(np.unravel_index(int(x.argmin()), x.shape))
    assert pane.controller.selection.cell == least


def test_ctrl_f_finds_what_is_typed_and_goes_round(qtbot, show, press):
    x = torch.tensor([[0.5, 2.0, 0.1], [4.0, 0.1, 3.0]])
    pane = show(x)
    press(pane, Key.Key_F, modifier=CTRL)
    field, message = pane.page.find_bar.field, pane.page.find_bar.message
    assert field.hasFocus()
    field.setText("> 1.9")
    for place in ((0, 1), (1, 0), (1, 2)):
        QTest.keyClick(field, Key.Key_Return)
        qtbot.waitUntil(pane.is_complete)
        assert pane._pointer.cell == place
        assert message.text() == ""
    QTest.keyClick(field, Key.Key_Return)
    qtbot.waitUntil(pane.is_complete)
    assert (pane._pointer.cell, message.text()) == ((0, 1), "Went on from the beginning")
    QTest.keyClick(field, Key.Key_Return, SHIFT)
    qtbot.waitUntil(pane.is_complete)
    assert (pane._pointer.cell, message.text()) == ((1, 2), "Went on from the end")
    field.setText("0.1")
    pane.page.find_bar.next_button.click()
    qtbot.waitUntil(pane.is_complete)
    assert pane._pointer.cell == (0, 2)
    field.setText("4")
    QTest.keyClick(field, Key.Key_Return)
    QTest.keyClick(field, Key.Key_Return)
    qtbot.waitUntil(pane.is_complete)
    assert field.hasFocus()
    QTest.keyClick(field, Key.Key_Escape)
    assert not pane.page.find_bar.isVisible()
    assert pane.page.cells.hasFocus()
    press(pane, Key.Key_F3)
    assert pane._pointer.cell == (1, 0)


def test_what_is_not_there_and_what_is_no_number_is_said(qtbot, show, press):
    pane = show(torch.tensor([0.12345, 7.0]))
    press(pane, Key.Key_F3)
    bar = pane.page.find_bar
    assert bar.field.hasFocus()
    for text, answer in (
        ("8", "No element of x is 8"),
        ("0.12", "No element of x is 0.12. Near it: 0.12 ± 0.005"),
        ("", "Type a number"),
        ("> nan", "NaN is neither more nor less than a number. Type nan to find it"),
    ):
        bar.field.setText(text)
        bar.previous_button.click()
        qtbot.waitUntil(pane.is_complete)
        assert bar.message.text() == answer
    bar.field.setText("0.12 ± 0.005")
    bar.next_button.click()
    qtbot.waitUntil(pane.is_complete)
    assert pane._pointer.cell == (0, 0)


def test_a_search_that_is_left_finds_nothing_any_more(qtbot, stage, show, press):
    pane = show(torch.tensor([1.0, math.nan]))
    stage.is_held = True
    QTest.keyClick(pane.page.cells, Key.Key_N)
    pane.reading.close_find()
    stage.is_held = False
    stage.answer()
    qtbot.waitUntil(pane.is_complete)
    assert pane._pointer.cell is None


def test_a_long_search_goes_on_in_steps(qtbot, stage, show, press, monkeypatch):
    monkeypatch.setitem(PROBES, SearchAsk, partial(answer_search, seconds=0.0))
    monkeypatch.setattr("explorer.panes.heatmap.reading.searching.PIECE", 1 << 14)
    monkeypatch.setattr("explorer.panes.heatmap.reading.seeker.LONG_SECONDS", 0.0)
    x = torch.zeros(512, 512)
    x[500, 3] = math.nan
    pane = show(x)
    texts = told(pane)
    press(pane, Key.Key_N)
    assert pane._pointer.cell == (500, 3)
    assert "Searching: 50 %" in texts


# --- the profiles -----------------------------------------------------------------------------


def test_x_shows_the_row_and_the_column_of_the_cell_in_hand(show, press):
    x = torch.arange(24.0).view(4, 6)
    x[2, 1], x[0, 3], x[2, 5] = math.nan, math.inf, -math.inf
    pane = show(x)
    pane._pointer.take(2, 3)
    assert not pane.page.profiles_button.isChecked()
    press(pane, Key.Key_X)
    crosshair = pane.reading.crosshair
    assert pane.page.profiles_button.isChecked()
    low = np.frombuffer(crosshair.above.line.low.data, np.float64)
    np.testing.assert_array_equal(low, [12, math.nan, 14, 15, 16, math.nan])
    low = np.frombuffer(crosshair.beside.line.low.data, np.float64)
    np.testing.assert_array_equal(low, [math.nan, 9, 15, 21])
    assert pane.reading.item.cross == (2, 3)
    assert (crosshair.above.levels.low, crosshair.above.levels.high) == (0, 23)
    press(pane, Key.Key_Down)
    assert np.frombuffer(crosshair.above.line.low.data, np.float64)[0] == 18
    press(pane, Key.Key_X)
    assert crosshair.above.maximumHeight() == 0
    assert pane.reading.item.cross is None


def test_profiles_follow_the_cursor_the_slice_and_the_values(qtbot, stage, show, press):
    x = torch.arange(24.0).view(2, 3, 4)
    pane = show(x)
    press(pane, Key.Key_X)
    above = pane.reading.crosshair.above
    assert above.line is None
    pane.page.cells.cell_hovered.emit(1, 1)
    qtbot.waitUntil(pane.is_complete)
    assert np.frombuffer(above.line.high.data, np.float64).tolist() == [4, 5, 6, 7]
    press(pane, Key.Key_PageDown)
    assert np.frombuffer(above.line.high.data, np.float64).tolist() == [16, 17, 18, 19]
    x.neg_()
    stage.tell("x")
    qtbot.waitUntil(
        lambda: np.frombuffer(above.line.high.data, np.float64).tolist() == [-16, -17, -18, -19]
    )
    pane.page.cells.cell_hovered.emit(-1, -1)
    assert above.line is None


def test_profiles_of_many_cells_have_a_block_to_a_pixel(qtbot, show, press):
    x = torch.zeros(40, 100_000)
    x[20, 77_777] = 5
    pane = show(x)
    press(pane, Key.Key_X)
    pane._pointer.take(20, 50_000)
    qtbot.waitUntil(pane.is_complete)
    line = pane.reading.crosshair.above.line
    width, _ = pane.page.cells.size_px
    assert width / 2 <= len(line.high.data) / 8 <= width + 1
    assert np.frombuffer(line.high.data, np.float64).max() == 5


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_profiles_are_drawn_beside_their_cells(qtbot, show, press, theme):
    x = torch.zeros(6, 6)
    x[3, 4] = 1
    x[3, 1] = math.nan
    pane = show(x)
    pane.setPalette(make_palette(theme))
    press(pane, Key.Key_X)
    pane._pointer.take(3, 2)
    qtbot.waitUntil(pane.is_complete)
    image = pane.page.cells.grab().toImage()
    strip = pane.reading.crosshair.above
    frame = strip.mapRectToScene(strip.rect())
    accent = QColor(theme.accent)

    def inked(column):
        """Heights at which the line is drawn over a column, as shares of the strip."""
        x_px = point(pane, 0, column).x()
        found = []
        for y in range(int(frame.top()), int(frame.bottom())):
            colour = image.pixelColor(x_px, y)
            distance = max(
                abs(colour.red() - accent.red()),
                abs(colour.green() - accent.green()),
                abs(colour.blue() - accent.blue()),
            )
            if distance < 40:
                found.append((frame.bottom() - y) / frame.height())
        return found

    assert max(inked(0)) < 0.3
    assert min(inked(4)) > 0.7
    assert not inked(1)
    nan = point(pane, 0, 1)
    assert image.pixelColor(nan.x(), int(frame.bottom()) - 2).rgb() == STRIPE


def test_profiles_are_kept_among_the_settings(qtbot, stage, show, press, open_pane):
    pane = show(torch.zeros(3, 3))
    press(pane, Key.Key_X)
    other = open_pane()
    other.restore(pane.state())
    qtbot.waitUntil(other.is_complete)
    assert other.reading.crosshair.is_on


# --- hover ------------------------------------------------------------------------------------


def test_a_block_under_the_cursor_says_its_range_and_its_nans(qtbot, show):
    x = torch.arange(4_000_000.0).view(2000, 2000)
    x[3, 3] = math.nan
    pane = show(x)
    texts = told(pane)
    tile = pane.page.item.picture.tile
    side = tile.block_rows
    assert side > 1
    pane.page.cells.cell_hovered.emit(1, 1)
    qtbot.waitUntil(lambda: bool(texts) and "mean" in texts[-1])
    cells = x[:side, :side]
    finite = cells[~cells.isnan()].double()
    assert texts[-1] == (
        f"x[0:{side}, 0:{side}]   {finite.min():.6g} to {finite.max():.6g}, "
        f"mean {finite.mean():.6g} · 1 NaN"
    )
    pane._pointer.take(5, 5)
    qtbot.waitUntil(lambda: texts[-1].startswith("x[5, 5] = 10005.0"))


# --- the editor -------------------------------------------------------------------------------


def test_f2_edits_the_cell_in_hand(qtbot, show, press):
    pane = show(torch.arange(12.0).view(3, 4))
    pane._pointer.take(1, 2)
    press(pane, Key.Key_F2)
    field = pane.reading.editor.field
    qtbot.waitUntil(lambda: field.text() == "6.0")
    assert field.selectedText() == "6.0"
    QTest.keyClicks(field, "3")
    with qtbot.waitSignal(pane.submitted) as submitted:
        QTest.keyClick(field, Key.Key_Return)
    assert submitted.args == ["x[1, 2] = 3.0"]
    assert not pane.reading.editor.isVisible()
    assert pane.page.cells.hasFocus()


def test_a_double_click_and_a_digit_edit_too(qtbot, show, press):
    pane = show(torch.arange(12).view(3, 4))
    field = pane.reading.editor.field
    viewport = pane.page.cells.viewport()
    QTest.mouseClick(viewport, Qt.MouseButton.LeftButton, NONE, point(pane, 2, 1))
    QTest.mouseDClick(viewport, Qt.MouseButton.LeftButton, NONE, point(pane, 2, 1))
    QTest.mouseRelease(viewport, Qt.MouseButton.LeftButton, NONE, point(pane, 2, 1))
    qtbot.waitUntil(lambda: field.text() == "9")
    QTest.keyClick(field, Key.Key_Escape)
    assert not field.isVisible()
    QTest.keyClicks(pane.page.cells, "4")
    assert field.isVisible()
    QTest.keyClicks(field, "2")
    with qtbot.waitSignal(pane.submitted) as submitted:
        QTest.keyClick(field, Key.Key_Return)
    assert submitted.args == ["x[2, 1] = 42"]


@pytest.mark.parametrize(
    ("dtype", "typed", "reason"),
    [
        (torch.int64, "1.5", "whole numbers"),
        (torch.uint8, "256", "from 0 to 255"),
        (torch.float32, "two", "not a number"),
        (torch.bool, "7", "True or False"),
    ],
)
def test_what_a_cell_does_not_take_is_refused_below_it(qtbot, show, press, dtype, typed, reason):
    pane = show(torch.ones(3, 3, dtype=dtype))
    pane._pointer.take(0, 0)
    press(pane, Key.Key_F2)
    editor = pane.reading.editor
    editor.field.setText(typed)
    with qtbot.assertNotEmitted(pane.submitted):
        QTest.keyClick(editor.field, Key.Key_Return)
    assert editor.reason.isVisible()
    assert reason in editor.reason.text()
    assert editor.geometry().right() <= pane.page.cells.width()
    QTest.keyClicks(editor.field, "x")
    assert not editor.reason.isVisible()


def test_a_leaf_that_requires_grad_is_set_only_where_nothing_is_recorded(qtbot, stage, show, press):
    pane = show(torch.zeros(2, 2, requires_grad=True))
    pane._pointer.take(0, 1)
    press(pane, Key.Key_F2)
    pane.reading.editor.field.setText("3")
    with qtbot.assertNotEmitted(pane.submitted):
        QTest.keyClick(pane.reading.editor.field, Key.Key_Return)
    (problem,) = stage.problems
    assert "leaf that requires grad" in problem.what
    assert problem.fix_code == "with torch.no_grad():\n    x[0, 1] = 3.0"
    x = stage.namespace["x"]
    exec(problem.fix_code, {"torch": torch, "x": x})
    assert x[0, 1] == 3


@pytest.mark.parametrize(
    ("make", "fix"),
    [
        (lambda: torch.zeros(1, 4).expand(3, 4), "x = x.clone()"),
        (lambda: torch.eye(3).to_sparse(), "x = x.to_dense()"),
    ],
)
def test_what_can_not_be_set_cell_by_cell_is_refused_with_a_way_out(stage, show, press, make, fix):
    pane = show(make())
    pane._pointer.take(0, 1)
    press(pane, Key.Key_F2)
    assert not pane.reading.editor.isVisible()
    assert [p.fix_code for p in stage.problems] == [fix]


def test_what_is_computed_has_no_cells_to_set(qtbot, stage, open_pane):
    stage.show(x=torch.zeros(2, 2))
    stage.namespace["x.mean(0)"] = torch.zeros(2)
    stage.tell("x", "x.mean(0)")
    pane = open_pane("x.mean(0)")
    qtbot.waitUntil(pane.is_complete)
    pane.reading.edit()
    assert [p.fix_code for p in stage.problems] == ["y = x.mean(0)"]


def test_values_of_an_earlier_line_are_not_set(qtbot, stage, show):
    pane = show(torch.zeros(2, 2))
    pane.reading._as_of = 3
    pane.reading.edit()
    assert "earlier moment" in stage.problems[0].what


def test_every_control_has_a_tip_or_a_label(show):
    pane = show(torch.zeros(3, 3))
    for widget in (pane.page.find_bar, pane.page.rectangle_strip):
        for button in widget.findChildren(QToolButton):
            assert button.text() or button.accessibleName()
            assert button.toolTip()
