"""The heat map as a person sees it: real tensors, real probes, no engine process."""

import gc
import math
import weakref

import numpy as np
import pytest
import torch
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QGuiApplication, QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QLineEdit,
    QSlider,
    QSpinBox,
    QToolTip,
)

from explorer.panes.heatmap.pane import HeatmapPane
from explorer.panes.heatmap.pictures.colour import colours
from explorer.panes.heatmap.pictures.mark import STRIPE
from explorer.panes.heatmap.scales.scale import DIVERGING, SEQUENTIAL
from explorer.window.theme import DARK, LIGHT, make_palette


@pytest.fixture
def show(qtbot, stage, open_pane):
    """Show a tensor named x in a pane that follows the selection."""

    def make(x, **options):
        pane = open_pane(**options)
        stage.show(x=x)
        qtbot.waitUntil(pane.is_complete)
        return pane

    return make


def wait(qtbot, pane):
    qtbot.waitUntil(pane.is_complete)


def colour_at(pane, row, column, dx=0.0, dy=0.0):
    """The colour on screen at a place of a cell; (0, 0) is its centre, 0.5 its edge."""
    cells = pane.page.cells
    scene = cells.box.mapViewToScene(QPointF(column + dx, row + dy))
    image = pane.grab().toImage()
    point = cells.mapTo(pane, cells.mapFromScene(scene))
    return image.pixelColor(point)


def colours_in(pane, row, column):
    """All colours on screen within a cell."""
    cells = pane.page.cells
    corners = [
        cells.mapTo(pane, cells.mapFromScene(cells.box.mapViewToScene(QPointF(x, y))))
        for x, y in ((column - 0.5, row - 0.5), (column + 0.5, row + 0.5))
    ]
    image = pane.grab().toImage()
    return {
        image.pixelColor(x, y).rgb()
        for x in range(corners[0].x(), corners[1].x() + 1)
        for y in range(corners[0].y(), corners[1].y() + 1)
    }


def near(a: QColor, b: int) -> bool:
    c = QColor.fromRgb(b)
    return max(abs(a.red() - c.red()), abs(a.green() - c.green()), abs(a.blue() - c.blue())) <= 3


# --- pixels -----------------------------------------------------------------------------------


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_row_0_is_on_top_and_colours_are_the_maps(show, theme):
    pane = show(torch.tensor([[0.0, 1.0], [2.0, 3.0]]))
    pane.setPalette(make_palette(theme))
    table = colours(SEQUENTIAL)
    for row, column, value in ((0, 0, 0), (0, 1, 1), (1, 0, 2), (1, 1, 3)):
        place = min(255, 1 + int(value / 3 * 255))
        assert near(colour_at(pane, row, column, 0.3, 0.3), int(table[place]))
    base = QColor(theme.base)
    assert colour_at(pane, 0, 2).rgb() == base.rgb()


@pytest.mark.parametrize("theme", [LIGHT, DARK])
@pytest.mark.parametrize("size", [(2, 2), (1600, 1700)])
def test_marks_are_seen_at_any_zoom(show, theme, size):
    x = torch.zeros(size)
    rows, columns = size
    places = {
        math.nan: (0, 0),
        math.inf: (rows - 1, columns - 1),
        -math.inf: (rows - 1, 0),
    }
    for value, place in places.items():
        x[place] = value
    pane = show(x)
    pane.setPalette(make_palette(theme))
    image = pane.grab().toImage()
    cells = pane.page.cells
    for value, place in places.items():
        scene = cells.box.mapViewToScene(QPointF(place[1], place[0]))
        at = cells.mapTo(pane, cells.mapFromScene(scene))
        seen = {
            image.pixelColor(x, y).rgb()
            for x in range(max(0, at.x() - 48), at.x() + 48)
            for y in range(max(0, at.y() - 48), min(at.y() + 48, image.height()))
        }
        if math.isnan(value):
            assert STRIPE in seen
        else:
            assert QColor("white").rgb() in seen
            assert QColor("black").rgb() in seen
    assert "1 NaN, 1 +Inf, 1 -Inf" in pane.page.note.text()


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_one_hot_element_among_millions_is_seen_at_once(qtbot, show, theme):
    x = torch.zeros(3000, 2000)
    x[1234, 567] = 9
    pane = show(x)
    pane.setPalette(make_palette(theme))
    assert "1 block hides an outlier" in pane.page.note.text()
    assert pane.page.scale_panel.marks.accessibleDescription() == "1 Outlier"
    image = pane.grab().toImage()
    cells = pane.page.cells
    scene = cells.box.mapViewToScene(QPointF(567, 1234))
    at = cells.mapTo(pane, cells.mapFromScene(scene))
    seen = {
        image.pixelColor(at.x() + x, at.y() + y).rgb() for x in range(-9, 10) for y in range(-9, 10)
    }
    assert {QColor("white").rgb(), QColor("black").rgb()} <= seen
    box = pane.page.reduce_box
    box.setCurrentIndex(box.findData("max"))
    box.activated.emit(box.currentIndex())
    wait(qtbot, pane)
    assert "outlier" not in pane.page.note.text()
    assert not pane.page.scale_panel.marks.isVisible()


def test_digits_are_drawn_in_wide_cells_and_not_in_narrow_ones(show):
    pane = show(torch.full((4, 4), 0.5))
    assert pane.shown_texts() == ("0.5000",) * 16
    assert len(colours_in(pane, 1, 1)) > 3
    narrow = show(torch.full((60, 60), 0.5))
    assert narrow.page.cells.view.cell_width_px < 28
    assert len(colours_in(narrow, 30, 30)) == 1


def test_digits_appear_when_zoomed_in_to_28_pixels(qtbot, show):
    pane = show(torch.arange(90_000.0).view(300, 300))
    assert pane.shown_texts() == ()
    while pane.page.cells.view.cell_width_px < 28:
        pane.zoom(1)
    wait(qtbot, pane)
    window = pane.page.item.picture.tile.window
    assert pane.shown_texts()[0] == f"{window.top * 300 + window.left}."


def test_a_new_palette_is_followed(qtbot, show):
    pane = show(torch.tensor([[0.0, 1.0], [2.0, 3.0]]))
    pane.setPalette(make_palette(LIGHT))
    assert colour_at(pane, 0, 2).rgb() == QColor(LIGHT.base).rgb()
    pane.setPalette(make_palette(DARK))
    assert colour_at(pane, 0, 2).rgb() == QColor(DARK.base).rgb()


# --- values -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "dtype",
    [
        torch.bool,
        torch.uint8,
        torch.int16,
        torch.int64,
        torch.uint16,
        torch.float16,
        torch.bfloat16,
        torch.float8_e4m3fn,
        torch.float64,
    ],
)
def test_every_dtype_is_shown(show, dtype):
    x = torch.tensor([[0, 1], [1, 0]]).to(dtype)
    pane = show(x)
    assert pane.shown_values().tolist() == [[0, 1], [1, 0]]


def test_a_complex_tensor_shows_the_part_that_is_chosen(qtbot, show):
    pane = show(torch.tensor([[3 + 4j, -2j]]))
    np.testing.assert_allclose(pane.shown_values(), [[5, 2]])
    box = pane.page.part_box
    assert box.isVisible()
    box.setCurrentIndex(box.findData("imaginary"))
    box.activated.emit(box.currentIndex())
    wait(qtbot, pane)
    assert pane.shown_values().tolist() == [[4, -2]]
    assert pane.shown_code() == "x.imag"


@pytest.mark.parametrize("ndim", range(7))
def test_tensors_of_0_to_6_dims_are_shown(show, ndim):
    x = torch.arange(3.0**ndim).view((3,) * ndim)
    pane = show(x)
    want = x.reshape(1, -1) if ndim < 2 else x[(0,) * (ndim - 2)]
    assert pane.shown_values().tolist() == want.tolist()
    assert pane.page.slicing_bar.isVisible() == (ndim > 2)


def test_a_slider_moves_through_the_slices(qtbot, show):
    x = torch.arange(24.0).view(4, 2, 3)
    pane = show(x)
    chip = pane.page.slicing_bar.chips[0]
    chip.slider.setValue(3)
    wait(qtbot, pane)
    assert pane.shown_values().tolist() == x[3].tolist()
    assert chip.spin.value() == 3
    assert pane.shown_code() == "x[3]"


def test_any_dims_can_be_rows_and_columns(qtbot, show):
    x = torch.arange(24.0).view(4, 2, 3)
    pane = show(x)
    box = pane.page.slicing_bar.rows_box
    box.setCurrentIndex(2)
    box.activated.emit(2)
    wait(qtbot, pane)
    assert pane.shown_values().tolist() == x[0].T.tolist()
    box = pane.page.slicing_bar.columns_box
    box.setCurrentIndex(0)
    box.activated.emit(0)
    wait(qtbot, pane)
    assert pane.shown_values().tolist() == x[:, 0].T.tolist()
    assert eval(pane.shown_code(), {"x": x}).tolist() == pane.shown_values().tolist()


def test_blocks_are_named_and_show_what_is_chosen(qtbot, show):
    x = torch.zeros(3000, 2000)
    x[1234, 567] = 1000.0
    pane = show(x)
    tile = pane.page.item.picture.tile
    size = f"{tile.block_rows} × {tile.block_columns}"
    assert f"Each pixel is a block of {size}" in pane.page.note.text()
    assert pane.shown_values().max() < 1000
    box = pane.page.reduce_box
    assert box.isVisible()
    box.setCurrentIndex(box.findData("max"))
    box.activated.emit(box.currentIndex())
    wait(qtbot, pane)
    assert pane.shown_values().max() == 1000
    assert not show(torch.zeros(3, 3)).page.reduce_box.isVisible()


# --- the scale --------------------------------------------------------------------------------


def test_levels_are_held_while_values_change_until_fitted(qtbot, stage, show):
    x = torch.tensor([[0.0, 1.0], [2.0, 3.0]])
    pane = show(x)
    x.add_(1)
    stage.tell("x")
    wait(qtbot, pane)
    assert pane.shown_values().tolist() == [[1, 2], [3, 4]]
    scale = pane.page.scale_panel.bar.scale
    assert (scale.low, scale.high) == (0, 3)
    qtbot.mouseClick(pane.page.scale_panel.fit_button, Qt.MouseButton.LeftButton)
    scale = pane.page.scale_panel.bar.scale
    assert (scale.low, scale.high) == (1, 4)


def test_another_shape_or_dtype_is_fitted_anew(qtbot, stage, show):
    pane = show(torch.tensor([[0.0, 1.0]]))
    stage.show(x=torch.tensor([[0.0, 50.0, 100.0]]))
    wait(qtbot, pane)
    assert pane.page.scale_panel.bar.scale.high == 100


def test_signed_values_are_drawn_with_a_diverging_map(show):
    pane = show(torch.tensor([[-1.0, 2.0]]))
    scale = pane.page.scale_panel.bar.scale
    assert (scale.low, scale.high, scale.map) == (-2, 2, DIVERGING)


def test_typed_levels_are_taken_and_nonsense_is_not(qtbot, show):
    pane = show(torch.tensor([[0.0, 1.0]]))
    panel = pane.page.scale_panel
    panel.high_edit.selectAll()
    qtbot.keyClicks(panel.high_edit, "10")
    qtbot.keyClick(panel.high_edit, Qt.Key.Key_Return)
    assert (panel.bar.scale.low, panel.bar.scale.high) == (0, 10)
    assert panel.mode_box.currentData() == "fixed"
    panel.high_edit.selectAll()
    qtbot.keyClicks(panel.high_edit, "ten")
    qtbot.keyClick(panel.high_edit, Qt.Key.Key_Return)
    assert panel.high_edit.text() == "10"
    qtbot.keyClick(pane.page.cells, Qt.Key.Key_A)
    assert panel.bar.scale.high == 1


def test_levels_are_dragged(qtbot, show):
    pane = show(torch.tensor([[0.0, 100.0]]))
    bar = pane.page.scale_panel.bar
    top = bar.rect().center()
    top.setY(8)
    qtbot.mousePress(bar, Qt.MouseButton.LeftButton, pos=top)
    qtbot.mouseMove(bar, bar.rect().center())
    qtbot.mouseRelease(bar, Qt.MouseButton.LeftButton, pos=bar.rect().center())
    assert bar.scale.low == 0
    assert bar.scale.high == pytest.approx(50, abs=3)
    assert pane.page.scale_panel.mode_box.currentData() == "fixed"


def test_a_bool_tensor_has_a_legend(show):
    pane = show(torch.tensor([[True, False]]))
    panel = pane.page.scale_panel
    assert panel.bar.is_legend
    assert panel.bar.scale.steps == ("False", "True")
    assert not panel.high_edit.isVisible()
    assert pane.shown_texts() == ("True", "False")


def test_a_map_and_a_mode_are_chosen(qtbot, show):
    pane = show(torch.tensor([[1.0, 2.0]]))
    panel = pane.page.scale_panel
    for box, data in ((panel.map_box, "cividis"), (panel.mode_box, "symmetric")):
        box.setCurrentIndex(box.findData(data))
        box.activated.emit(box.currentIndex())
    assert (panel.bar.scale.low, panel.bar.scale.high) == (-2, 2)
    assert panel.bar.scale.map == "cividis"
    assert near(colour_at(pane, 0, 1, 0.3, 0.3), int(colours("cividis")[255]))


def test_values_outside_held_levels_are_pointed_out(qtbot, stage, show):
    x = torch.tensor([[0.0, 1.0]])
    pane = show(x)
    x.add_(100)
    stage.tell("x")
    wait(qtbot, pane)
    assert "outside the colour scale" in pane.page.note.text()


def test_a_picture_without_finite_values_leaves_the_scale_to_the_next(qtbot, stage, show):
    x = torch.full((2, 2), math.nan)
    pane = show(x)
    assert np.isnan(pane.shown_values()).all()
    x.copy_(torch.tensor([[5.0, 6.0], [7.0, 8.0]]))
    stage.tell("x")
    wait(qtbot, pane)
    assert (pane.page.scale_panel.bar.scale.low, pane.page.scale_panel.bar.scale.high) == (5, 8)


# --- what is there to show --------------------------------------------------------------------


def test_nothing_selected_invites(open_pane):
    pane = open_pane()
    assert pane.message.what.text() == "Select a tensor to see its values"
    assert pane.shown_values().size == 0


def test_what_has_no_values_says_so_and_offers_a_line(qtbot, show):
    pane = show(torch.empty(2, 3, device="meta"))
    assert "meta tensor" in pane.message.what.text()
    with qtbot.waitSignal(pane.submitted) as submitted:
        qtbot.mouseClick(pane.message.button, Qt.MouseButton.LeftButton)
    assert submitted.args == ['y = torch.zeros_like(x, device="cpu")']


def test_an_empty_tensor_says_so(show):
    pane = show(torch.empty(0, 3))
    assert pane.message.what.text() == "x has no elements: shape [0, 3]"


def test_a_pinned_map_stays_and_says_when_its_source_is_gone(qtbot, stage, open_pane):
    stage.show(x=torch.ones(2, 2))
    pane = open_pane("x")
    stage.show(y=torch.zeros(3, 3))
    wait(qtbot, pane)
    assert pane.title() == "x"
    assert pane.shown_values().shape == (2, 2)
    stage.run("x = torch.ones(2, 2)", "y = torch.zeros(3, 3)", "del x")
    stage.remove("x")
    assert pane.message.what.text() == "x: gone since line 3"
    assert pane.shown_values().size == 0
    stage.show(x=torch.ones(1, 5))
    wait(qtbot, pane)
    assert pane.shown_values().shape == (1, 5)


def test_a_following_map_shows_what_is_selected(qtbot, stage, open_pane):
    pane = open_pane()
    stage.show(x=torch.ones(2, 2))
    stage.show(y=torch.zeros(3, 3))
    wait(qtbot, pane)
    assert pane.title() == "y"
    assert pane.page.heading.font().italic()
    stage.select("x")
    wait(qtbot, pane)
    assert pane.shown_values().tolist() == [[1, 1], [1, 1]]


def test_the_way_a_tensor_was_looked_at_is_found_again(qtbot, stage, show):
    pane = show(torch.arange(24.0).view(4, 2, 3))
    pane.step_slice(2)
    wait(qtbot, pane)
    stage.show(y=torch.zeros(3, 3))
    wait(qtbot, pane)
    stage.select("x")
    wait(qtbot, pane)
    assert pane.shown_values().tolist() == [[12, 13, 14], [15, 16, 17]]


# --- asking -----------------------------------------------------------------------------------


def test_a_late_answer_is_never_drawn(qtbot, stage, open_pane):
    pane = open_pane()
    stage.is_held = True
    stage.show(x=torch.ones(2, 2))
    qtbot.waitUntil(lambda: len(stage.answers) > 0)
    stage.select()
    stage.answer()
    assert pane.shown_values().size == 0
    assert pane.message.isVisible()


def test_an_answer_about_an_older_slice_is_never_drawn(qtbot, stage, show):
    x = torch.arange(24.0).view(4, 2, 3)
    pane = show(x)
    stage.is_held = True
    for index in (1, 2, 3):
        pane.page.slicing_bar.chips[0].slider.setValue(index)
        qtbot.waitUntil(lambda: not pane.drawing._ask_timer.isActive())
    assert len([a for _, a in stage.answers if hasattr(a, "block_rows")]) == 1
    drawn = []
    pane.page.item.set_picture = drawn.append
    stage.answer()
    assert drawn == []
    assert not pane.is_complete()
    del pane.page.item.set_picture
    stage.is_held = False
    stage.answer()
    wait(qtbot, pane)
    assert pane.shown_values().tolist() == x[3].tolist()


def test_nothing_is_asked_when_nothing_changed(qtbot, stage, show):
    pane = show(torch.ones(2, 2))
    asked = []
    stage.ask = lambda ask, receive: asked.append(ask)
    stage.namespace["y"] = torch.zeros(3)
    stage.tell("y")
    wait(qtbot, pane)
    assert asked == []
    stage.data_revision += 1
    stage.workspace_changed.emit()
    qtbot.waitUntil(lambda: len(asked) == 1)


def test_a_hidden_map_asks_nothing_until_it_is_shown(qtbot, stage, open_pane):
    pane = open_pane()
    pane.hide()
    asked = []
    ask = stage.ask
    stage.ask = lambda *arguments: (asked.append(arguments), ask(*arguments))
    stage.show(x=torch.ones(2, 2))
    assert asked == []
    pane.show()
    wait(qtbot, pane)
    assert pane.shown_values().tolist() == [[1, 1], [1, 1]]


def test_panning_a_small_tensor_asks_nothing(qtbot, stage, show):
    pane = show(torch.randn(30, 30))
    stage.ask = None  # would raise
    pane.zoom(4)
    pane.page.cells.pan(40, 40)
    wait(qtbot, pane)


def test_a_larger_window_gets_a_finer_picture(qtbot, show):
    pane = show(torch.randn(2000, 2000), size=(500, 420))
    coarse = pane.shown_values().shape
    pane.resize(1100, 900)
    qtbot.waitUntil(lambda: pane.is_complete() and pane.shown_values().shape > coarse)
    tile = pane.page.item.picture.tile
    assert tile.is_whole


# --- cursor and keys --------------------------------------------------------------------------


def test_the_value_under_the_cursor_is_told(qtbot, show):
    pane = show(torch.arange(24.0).view(4, 2, 3))
    cells = pane.page.cells
    with qtbot.waitSignal(pane.status_changed) as told:
        at = cells.mapFromScene(cells.box.mapViewToScene(QPointF(2, 1)))
        qtbot.mouseMove(cells.viewport(), at)
    assert told.args == ["x[0, 1, 2] = 5.0   (float32)"]


def press(pane, key, modifiers=Qt.KeyboardModifier.NoModifier):
    QTest.keyClick(pane.page.cells, key, modifiers)


def test_keys_move_the_cell_and_tell_its_value(qtbot, stage, show):
    pane = show(torch.arange(12.0).view(3, 4))
    told = []
    pane.status_changed.connect(told.append)
    control = Qt.KeyboardModifier.ControlModifier
    for key, modifiers in (
        (Qt.Key.Key_Right, Qt.KeyboardModifier.NoModifier),
        (Qt.Key.Key_Right, Qt.KeyboardModifier.NoModifier),
        (Qt.Key.Key_Down, Qt.KeyboardModifier.NoModifier),
    ):
        press(pane, key, modifiers)
    qtbot.waitUntil(lambda: "x[1, 1] = 5.0   (float32)" in told)
    press(pane, Qt.Key.Key_Right, control)
    press(pane, Qt.Key.Key_Down, control)
    qtbot.waitUntil(lambda: told[-1] == "x[2, 3] = 11.0   (float32)")
    assert stage.selection.cell == (2, 3)


def test_page_keys_step_through_slices(qtbot, show):
    x = torch.arange(24.0).view(4, 2, 3)
    pane = show(x)
    press(pane, Qt.Key.Key_PageDown)
    press(pane, Qt.Key.Key_PageDown)
    press(pane, Qt.Key.Key_PageUp)
    wait(qtbot, pane)
    assert pane.shown_values().tolist() == x[1].tolist()
    for _ in range(9):
        press(pane, Qt.Key.Key_PageDown)
    wait(qtbot, pane)
    assert pane.shown_values().tolist() == x[3].tolist()


def test_plus_minus_and_0_zoom(qtbot, show):
    pane = show(torch.randn(50, 50))
    cells = pane.page.cells
    before = cells.view
    press(pane, Qt.Key.Key_Plus)
    assert cells.view.cell_width_px == pytest.approx(before.cell_width_px * 1.25)
    assert cells.view.cell_width_px == cells.view.cell_height_px
    press(pane, Qt.Key.Key_Plus)
    press(pane, Qt.Key.Key_0)
    assert cells.view == before
    press(pane, Qt.Key.Key_Minus)
    assert cells.view == before


def test_going_to_an_index_shows_its_slice_and_cell(qtbot, show):
    x = torch.arange(24.0).view(4, 2, 3)
    pane = show(x)
    told = []
    pane.status_changed.connect(told.append)
    press(pane, Qt.Key.Key_G, Qt.KeyboardModifier.ControlModifier)
    field = pane.page.goto_field
    assert field.isVisible()
    qtbot.keyClicks(field, "9, 9")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert told[-1] == "9, 9 is no index of shape [4, 2, 3]"
    field.selectAll()
    qtbot.keyClicks(field, "2, 1, -1")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: told[-1] == "x[2, 1, 2] = 17.0   (float32)")
    wait(qtbot, pane)
    assert pane.shown_values().tolist() == x[2].tolist()
    assert not field.isVisible()


def test_values_and_code_are_copied(qtbot, show):
    pane = show(torch.tensor([[[1.5, -2.0], [0.1, math.nan]]]))
    control = Qt.KeyboardModifier.ControlModifier
    with qtbot.waitSignal(pane.status_changed) as told:
        press(pane, Qt.Key.Key_C, control)
    assert told.args == ["Copied 4 values"]
    assert QGuiApplication.clipboard().text() == "1.5\t-2.0\n0.1\tnan"
    press(pane, Qt.Key.Key_C, control | Qt.KeyboardModifier.ShiftModifier)
    assert QGuiApplication.clipboard().text() == "x[0]"


def test_too_many_values_are_not_copied(qtbot, show):
    pane = show(torch.zeros(500, 500))
    QGuiApplication.clipboard().setText("before")
    with qtbot.waitSignal(pane.status_changed) as told:
        press(pane, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert told.args == ["250,000 values are too many to copy: zoom in to at most 10,000."]
    assert QGuiApplication.clipboard().text() == "before"


def test_the_wheel_zooms_about_the_cursor(qtbot, show):
    pane = show(torch.randn(100, 100))
    cells = pane.page.cells
    cells.zoom(4, (50, 50))  # a view that shows a whole dim stays at its edge
    at = cells.mapFromScene(cells.box.mapViewToScene(QPointF(51.5, 48.5)))
    before, cell = cells.view, cells.cell_at(cells.mapToScene(at))
    wheel = QWheelEvent(
        QPointF(at),
        QPointF(cells.mapToGlobal(at)),
        QPoint(),
        QPoint(0, 240),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(cells.viewport(), wheel)
    assert cells.view.cell_width_px == pytest.approx(before.cell_width_px * 1.25**2)
    assert cells.cell_at(cells.mapToScene(at)) == cell


def test_dragging_pans_and_never_leaves_the_tensor(qtbot, show):
    pane = show(torch.randn(100, 100))
    cells = pane.page.cells
    cells.zoom(8, (50, 50))
    before, port = cells.view, cells.viewport()
    start = QPoint(200, 200)
    qtbot.mousePress(port, Qt.MouseButton.LeftButton, pos=start)
    for step in range(10, 110, 10):
        # A real mouse sends buttons with its moves; QTest does not.
        point = QPointF(start + QPoint(step, 0))
        move = QMouseEvent(
            QEvent.Type.MouseMove,
            point,
            QPointF(port.mapToGlobal(point.toPoint())),
            Qt.MouseButton.NoButton,
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
        )
        QApplication.sendEvent(port, move)
    qtbot.mouseRelease(port, Qt.MouseButton.LeftButton, pos=start + QPoint(100, 0))
    moved_px = (before.left - cells.view.left) * before.cell_width_px
    assert moved_px == pytest.approx(100, abs=15)
    assert cells.view.top == pytest.approx(before.top)
    cells.pan(-1e6, 1e6)
    assert cells.visible().left() == pytest.approx(-0.5)
    assert cells.visible().bottom() == pytest.approx(99.5)


@pytest.mark.qt_log_ignore("This plugin does not support raise", extend=True)
def test_a_fact_explains_itself_on_a_click(qtbot, show):
    pane = show(torch.zeros(2, 3).T)
    shown = [b for b in pane.page.facts.buttons if b.isVisible()]
    texts = [b.text() for b in shown]
    assert texts[:5] == ["[3, 2]", "float32", "stride (1, 3)", "offset 0", "not contiguous"]
    qtbot.mouseClick(shown[4], Qt.MouseButton.LeftButton)
    assert "another order" in QToolTip.text()
    QToolTip.hideText()


# --- the house --------------------------------------------------------------------------------


def test_state_comes_back_in_a_new_pane(qtbot, stage, show, open_pane):
    x = torch.arange(24.0).view(4, 2, 3)
    pane = show(x)
    pane.step_slice(3)
    pane.page.scale_panel.levels_changed.emit(-5, 50)
    pane.zoom(2)
    wait(qtbot, pane)
    state = pane.state()
    other = open_pane("x")
    other.restore(state)
    wait(qtbot, other)
    assert other.shown_values().tolist() == x[3].tolist()
    scale = other.page.scale_panel.bar.scale
    assert (scale.low, scale.high) == (-5, 50)
    assert other.page.cells.view.cell_width_px == pytest.approx(pane.page.cells.view.cell_width_px)


@pytest.mark.parametrize(
    "state",
    [{}, {"expression": 3}, {"expression": "x", "look": {}}, {"look": None}],
)
def test_wrong_state_is_left_alone(qtbot, show, state):
    pane = show(torch.ones(2, 2))
    pane.restore(state)
    wait(qtbot, pane)
    assert pane.shown_values().tolist() == [[1, 1], [1, 1]]


def test_every_control_has_a_name(show):
    pane = show(torch.zeros(2, 3, 4, dtype=torch.complex64))
    for kind in (QAbstractButton, QComboBox, QLineEdit, QSlider, QSpinBox):
        for control in pane.findChildren(kind):
            if control.isVisible() and control.objectName() != "qt_spinbox_lineedit":
                text = control.text() if isinstance(control, QAbstractButton) else ""
                assert control.accessibleName() or text, control


def test_a_closed_map_leaves_nothing(qtbot, stage):
    stage.show(x=torch.randn(5, 5))
    pane = HeatmapPane(stage, "x")
    pane.show()
    wait(qtbot, pane)
    gone = []
    pane.destroyed.connect(lambda: gone.append(True))
    left = weakref.ref(pane)
    item = weakref.ref(pane.page.item)
    pane.close()
    pane.deleteLater()
    del pane
    qtbot.waitUntil(lambda: bool(gone))
    gc.collect()
    assert left() is None
    assert item() is None
    stage.tell("x")


def test_a_short_map_does_not_ask_for_a_tall_window(qtbot, show):
    pane = show(torch.randn(2, 3, 4, 5, 6, 7), size=(420, 340))
    assert pane.height() == 340
    assert pane.minimumSizeHint().height() <= 340


def test_a_picture_that_is_late_fades_until_the_new_one_comes(qtbot, stage, show):
    x = torch.ones(2, 2)
    pane = show(x)
    stage.is_held = True
    x.add_(1)
    stage.tell("x")
    qtbot.waitUntil(lambda: pane.page.item.opacity() < 1)
    assert not pane.is_complete()
    stage.answer()
    assert pane.page.item.opacity() == 1
    assert pane.shown_values().tolist() == [[2, 2], [2, 2]]


def test_a_failing_probe_says_why(qtbot, stage, show):
    pane = show(torch.ones(2, 2))
    del stage.namespace["x"]
    stage.data_revision += 1
    stage.workspace_changed.emit()
    wait(qtbot, pane)
    assert pane.message.what.text() == "x is gone"
