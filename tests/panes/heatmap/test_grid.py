"""Slices side by side as a person sees them, and dims that change places."""

import itertools
import math
from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QDragEnterEvent, QDropEvent, QGuiApplication
from PySide6.QtTest import QTest

from explorer.panes.heatmap import Window
from explorer.panes.heatmap.equations.term_view import Layout
from explorer.panes.heatmap.look import Look, loaded, saved
from explorer.panes.heatmap.pictures.colour import colours
from explorer.panes.heatmap.pictures.mark import STRIPE
from explorer.panes.heatmap.scales.scale import SEQUENTIAL
from explorer.panes.heatmap.slices.dim_chip import mime_data
from explorer.panes.heatmap.slices.mosaic import MOST_MAPS
from explorer.panes.heatmap.slices.slicing import Slicing
from explorer.paths import EXAMPLES
from explorer.window.theme import DARK, LIGHT, make_palette
from tests.panes.heatmap.test_pane import colour_at, colours_in, near


@pytest.fixture
def show(qtbot, stage, open_pane):
    """Show a tensor named x, all slices of its first dim."""

    def make(x, *, as_grid=True, **options):
        pane = open_pane(**options)
        stage.show(x=x)
        qtbot.waitUntil(pane.is_complete)
        if as_grid:
            press(pane, Qt.Key.Key_G)
            qtbot.waitUntil(pane.is_complete)
        return pane

    return make


def press(pane, key, modifier=Qt.KeyboardModifier.NoModifier):
    QTest.keyClick(pane.page.cells, key, modifier)


def slicing_of(pane):
    return pane.subject.look.slicing


def place_of(pane, *index):
    return slicing_of(pane).place(index)


def hover(pane, row, column):
    """Move the mouse over a place of the picture."""
    cells = pane.page.cells
    scene = cells.box.mapViewToScene(QPointF(column, row))
    QTest.mouseMove(cells.viewport(), cells.mapFromScene(scene))


def drop(target, dim, source):
    """Drop a dim on a chip, as the system does; a drag cannot be made of events."""
    middle = target.rect().center()
    data = mime_data(dim)
    arguments = (Qt.DropAction.MoveAction, data, Qt.MouseButton.LeftButton)
    event = _Drop(source, QPointF(middle), *arguments, Qt.KeyboardModifier.NoModifier)
    target.dropEvent(event)


class _Drop(QDropEvent):
    def __init__(self, source, *arguments):
        super().__init__(*arguments)
        self._source = source

    def source(self):
        return self._source


# --- the slicing ------------------------------------------------------------------------------


@st.composite
def slicings(draw):
    n = draw(st.integers(3, 8))
    shape = tuple(draw(st.lists(st.integers(1, 4), min_size=n, max_size=n)))
    dims = draw(st.permutations(range(n)))
    index = tuple(draw(st.integers(0, size - 1)) for size in shape)
    count = draw(st.integers(0, min(2, n - 2)))
    room = draw(st.sampled_from([(800.0, 560.0), (200.0, 900.0)]))
    return Slicing(shape, dims[0], dims[1], index, None, tuple(dims[2 : 2 + count]), room)


@given(slicings())
def test_every_element_of_the_grid_has_one_place(slicing):
    running = (*slicing.grid, slicing.rows, slicing.columns)
    seen = set()
    for cell in itertools.product(*(range(slicing.shape[d]) for d in running)):
        index = list(slicing.index)
        for dim, i in zip(running, cell, strict=True):
            index[dim] = i
        place = slicing.place(tuple(index))
        assert place is not None
        assert slicing.cell(*place) == tuple(index)
        seen.add(place)
    assert len(seen) == math.prod(slicing.shape[d] for d in running)


@given(slicings())
def test_an_element_of_another_slice_has_no_place(slicing):
    for dim in slicing.fixed:
        other = list(slicing.index)
        other[dim] += 1
        assert slicing.place(tuple(other)) is None


@given(slicings(), st.data())
def test_lit_cells_are_those_of_the_region_in_every_map(slicing, data):
    region = []
    for size in slicing.shape:
        start = data.draw(st.integers(0, size - 1))
        region.append(range(start, data.draw(st.integers(start + 1, size))))
    areas = Layout(slicing, slicing.size).areas(tuple(region))
    lit = [
        (row, column)
        for area in areas
        for row in range(int(area.top() + 0.5), int(area.bottom() + 0.5))
        for column in range(int(area.left() + 0.5), int(area.right() + 0.5))
    ]
    inside = itertools.product(*region)
    assert sorted(lit) == sorted(place for index in inside if (place := slicing.place(index)))


@given(slicings())
def test_the_code_makes_the_maps_in_order(slicing):
    x = torch.arange(math.prod(slicing.shape)).view(slicing.shape)
    made = eval(slicing.code("x"), {"x": x})
    sizes = [slicing.shape[d] for d in slicing.grid]
    assert made.shape == (*sizes, *slicing.map_size)
    for number, one in enumerate(made.reshape(-1, *slicing.map_size)):
        first = slicing.at_map(number).cell(0, 0) if slicing.grid else slicing.cell(0, 0)
        assert one[0, 0] == x[first]


@given(slicings(), st.data())
def test_swapped_dims_take_each_others_places(slicing, data):
    a, b = data.draw(st.permutations(range(len(slicing.shape))))[:2]
    swapped = slicing.swapped(a, b)
    other = {a: b, b: a}
    assert swapped.rows == other.get(slicing.rows, slicing.rows)
    assert swapped.columns == other.get(slicing.columns, slicing.columns)
    assert set(swapped.grid) == {other.get(d, d) for d in slicing.grid}
    assert swapped.swapped(a, b) in (slicing, replace(slicing, grid=slicing.grid[::-1]))


@given(slicings())
def test_a_grid_is_kept_over_a_restart(slicing):
    look = Look(slicing, "float32")
    assert loaded(saved("x", look)) == ("x", look)


@pytest.mark.parametrize("grid", [(0, 0), (1,), (7,), (-1,), (0, 3, 4)])
def test_a_grid_of_dims_that_are_not_there_is_not_restored(grid):
    slicing = Slicing((2, 3, 4, 5, 6), 1, 2, (0,) * 5, None, grid)
    assert loaded(saved("x", Look(slicing, "float32"))) is None


@given(slicings(), st.data())
def test_a_window_is_a_part_of_one_map(slicing, data):
    rows, columns = slicing.size
    top, left = data.draw(st.integers(0, rows - 1)), data.draw(st.integers(0, columns - 1))
    window = Window(top, left, data.draw(st.integers(top + 1, rows)), columns)
    one, part = slicing.within(window)
    assert not one.grid
    assert 0 <= part.top < part.bottom <= one.size[0]
    assert 0 <= part.left < part.right <= one.size[1]
    if slicing.mosaic is None or slicing.mosaic.has(top, left):
        assert one.cell(part.top, part.left) == slicing.cell(top, left)


def test_more_slices_than_can_be_told_apart_are_shown_page_by_page():
    slicing = Slicing.of((10_000, 8, 8)).gridded(0)
    assert slicing.page == (0, MOST_MAPS)
    last = slicing.stepped(0, 1).stepped(0, 1)
    assert last.page == (2 * MOST_MAPS, 10_000 - 2 * MOST_MAPS)
    assert last.stepped(0, 1) == last
    assert last.cell(*last.place((9_999, 7, 7))) == (9_999, 7, 7)
    assert last.place((0, 0, 0)) is None
    assert last.code("x") == "x[8192:10000]"
    assert last.stepped(0, -1).page[0] == MOST_MAPS


def test_of_two_dims_the_longer_one_runs_along_the_longer_side():
    slicing = Slicing.of((16, 3, 5, 5)).gridded(0).gridded(1)
    wide, high = slicing.laid_in(900, 300), slicing.laid_in(200, 900)
    assert (wide.grid, high.grid) == ((1, 0), (0, 1))


# --- the picture ------------------------------------------------------------------------------


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_each_map_has_its_own_colours_and_gaps_have_none(show, theme):
    x = torch.arange(6.0)[:, None, None].expand(6, 3, 3)
    pane = show(x)
    pane.setPalette(make_palette(theme))
    table = colours(SEQUENTIAL)
    for number in range(6):
        row, column = place_of(pane, number, 1, 1)
        wanted = int(table[min(255, 1 + int(number / 5 * 255))])
        assert near(colour_at(pane, row, column, 0.3, 0.3), wanted)
    row, column = place_of(pane, 0, 1, 2)
    assert not slicing_of(pane).mosaic.has(row, column + 1)
    assert colour_at(pane, row, column + 1).rgb() == QColor(theme.base).rgb()


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_the_index_of_each_map_stands_above_it(show, theme):
    pane = show(torch.zeros(6, 4, 4))
    pane.setPalette(make_palette(theme))
    mosaic = slicing_of(pane).mosaic
    for number in (0, 5):
        row, column = mosaic.place(number)
        above = set().union(*(colours_in(pane, row - 1 - k, column) for k in range(mosaic.row_gap)))
        assert len(above) > 2
    beyond = mosaic.place(mosaic.count - 1)[1]
    assert beyond <= mosaic.size[1]
    assert [pane.page.maps.lattice.label(i) for i in (0, 5)] == ["0", "5"]


def test_all_digits_are_seen_at_once(show):
    images = torch.from_numpy(np.load(EXAMPLES / "digits" / "images.npy"))
    pane = show(images, size=(1000, 660))
    assert slicing_of(pane).mosaic.count == 1797
    chip = pane.page.slicing_bar.chips[0]
    assert chip.name_button.text().startswith("dim 0 · 1,797 slices as grid")
    values = pane.shown_values()
    for index in ((0, 0, 2), (1796, 7, 3), (900, 4, 4)):
        assert values[place_of(pane, *index)] == images[index]
    assert pane.shown_code() == "x"


def test_nan_and_infinity_are_marked_in_their_maps(show):
    x = torch.zeros(12, 6, 6)
    x[7, 2, 3], x[9, 5, 5] = math.nan, math.inf
    pane = show(x)
    assert STRIPE in colours_in(pane, *place_of(pane, 7, 2, 3))
    assert STRIPE not in colours_in(pane, *place_of(pane, 7, 3, 3))
    assert QColor("white").rgb() in colours_in(pane, *place_of(pane, 9, 5, 5))
    assert "1 NaN, 1 +Inf" in pane.page.note.text()


def test_two_dims_are_a_grid_of_rows_and_columns(show):
    x = torch.arange(2 * 3 * 4 * 4.0).view(2, 3, 4, 4)
    pane = show(x)
    pane.page.slicing_bar.chips[1].grid_button.click()
    pane.page.slicing_bar.changed.emit(slicing_of(pane))
    slicing = slicing_of(pane)
    assert set(slicing.grid) == {0, 1}
    assert slicing.mosaic.count == 6
    assert pane.page.maps.lattice.label(slicing.maps_each) in ("1, 0", "0, 1")


def test_levels_are_shared_or_each_slices_own(qtbot, show):
    x = torch.tensor([0.0, 1.0]).view(1, 1, 2) * torch.tensor([1.0, 10.0]).view(2, 1, 1)
    pane = show(x.expand(2, 2, 2))
    table = colours(SEQUENTIAL)

    def seen(number):
        return colour_at(pane, *place_of(pane, number, 0, 1), 0.3, 0.3)

    assert near(seen(0), int(table[1 + 25]))
    assert near(seen(1), int(table[255]))
    box = pane.page.scale_panel.mode_box
    box.setCurrentIndex(box.findData("map"))
    box.activated.emit(box.currentIndex())
    qtbot.waitUntil(pane.is_complete)
    assert near(seen(0), int(table[255]))
    assert near(seen(1), int(table[255]))
    press(pane, Qt.Key.Key_G)
    qtbot.waitUntil(pane.is_complete)
    assert box.currentData() == "auto"


def test_levels_of_each_slice_are_those_of_plain_torch(qtbot, show):
    x = torch.randn(3, 5, 6, 7, generator=torch.Generator().manual_seed(5)).permute(1, 3, 0, 2)
    pane = show(x)
    pane.slicer.show(slicing_of(pane).gridded(1))
    box = pane.page.scale_panel.mode_box
    box.setCurrentIndex(box.findData("map"))
    box.activated.emit(box.currentIndex())
    qtbot.waitUntil(pane.is_complete)
    tile = pane.page.item.picture.tile
    slicing = slicing_of(pane)
    ranges = pane.drawing._survey.ranges(
        "x", pane.subject.look, pane.subject.info, tile, pane.subject.look.scale
    )
    for a, b in ((0, 0), (4, 6), (2, 3)):
        index = [0, 0, 0, 0]
        index[0], index[1] = a, b
        row, column = slicing.place(tuple(index))
        assert ranges.low[row, column] == x[a, b].min()
        assert ranges.high[row, column] == x[a, b].max()


# --- what the person does ---------------------------------------------------------------------


def test_hover_tells_the_index_in_the_tensor_and_nothing_in_a_gap(qtbot, show):
    x = torch.arange(5 * 4 * 4.0).view(5, 4, 4)
    pane = show(x)
    row, column = place_of(pane, 3, 2, 1)
    with qtbot.waitSignal(pane.status_changed, check_params_cb=lambda t: "x[3, 2, 1]" in t):
        hover(pane, row, column)
    row, column = place_of(pane, 0, 1, 3)

    shifts = itertools.cycle((0.0, 0.2))

    def is_silent():
        hover(pane, row, column + 1 + next(shifts))  # a move soon after another is not told
        return pane._pointer._under_cursor is None

    qtbot.waitUntil(is_silent)


def test_keys_go_from_map_to_map(qtbot, stage, show):
    pane = show(torch.zeros(4, 3, 3))
    press(pane, Qt.Key.Key_Down)
    assert stage.selection.cell == (0, 0, 0)
    for _ in range(3):
        press(pane, Qt.Key.Key_Right)
    assert stage.selection.cell == (1, 0, 0)
    press(pane, Qt.Key.Key_Left)
    assert stage.selection.cell == (0, 0, 2)
    press(pane, Qt.Key.Key_Down, Qt.KeyboardModifier.ControlModifier)
    assert stage.selection.cell == (0, 2, 2)


def test_an_index_is_gone_to_in_its_map_and_on_its_page(qtbot, stage, show):
    pane = show(torch.zeros(5000, 2, 2))
    pane.slicer.take_index((4999, 1, 0))
    qtbot.waitUntil(pane.is_complete)
    assert slicing_of(pane).page == (4096, 904)
    assert stage.selection.cell == (4999, 1, 0)
    assert "slices 4,096 to 4,999 of 5,000" in pane.page.slicing_bar.chips[0].name_button.text()


def test_a_rectangle_stays_in_its_map(qtbot, show):
    x = torch.arange(3 * 4 * 4.0).view(3, 4, 4)
    pane = show(x)
    start, end = place_of(pane, 1, 1, 1), place_of(pane, 1, 3, 3)
    pane.reading.selector.choose(start, (end[0] + 9, end[1] + 9))
    qtbot.waitUntil(pane.is_complete)
    assert pane.reading.selector.code == "x[1, 1:4, 1:4]"
    answer = pane.reading.selector._errand.answer
    assert float(answer.total) == x[1, 1:, 1:].sum()


def test_values_are_copied_with_gaps_left_empty(qtbot, show):
    pane = show(torch.arange(8).view(2, 2, 2))
    with qtbot.waitSignal(pane.status_changed):
        press(pane, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    rows = [line.split("\t") for line in QGuiApplication.clipboard().text().split("\n")]
    told = [text for row in rows for text in row if text]
    assert sorted(map(int, told)) == list(range(8))
    row, column = place_of(pane, 1, 1, 0)
    assert rows[row][column] == "6"


def test_page_keys_step_through_the_first_and_the_second_dim(qtbot, show):
    pane = show(torch.zeros(3, 4, 5, 2, 2), as_grid=False)
    press(pane, Qt.Key.Key_PageDown)
    press(pane, Qt.Key.Key_PageDown, Qt.KeyboardModifier.ControlModifier)
    assert slicing_of(pane).index[:3] == (1, 1, 0)
    press(pane, Qt.Key.Key_G)
    press(pane, Qt.Key.Key_PageDown)
    press(pane, Qt.Key.Key_PageDown, Qt.KeyboardModifier.ControlModifier)
    press(pane, Qt.Key.Key_PageUp, Qt.KeyboardModifier.ControlModifier)
    assert slicing_of(pane).grid == (0,)
    assert slicing_of(pane).index[1:3] == (2, 0)


def test_the_grid_is_toggled_by_key_and_by_chip(qtbot, show):
    pane = show(torch.arange(12.0).view(3, 2, 2), as_grid=False)
    chip = pane.page.slicing_bar.chips[0]
    assert chip.grid_button.text() == "3 slices as grid"
    qtbot.mouseClick(chip.grid_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(pane.is_complete)
    assert slicing_of(pane).grid == (0,)
    assert chip.grid_button.text() == "One slice"
    assert not chip.spin.isVisible()
    press(pane, Qt.Key.Key_G)
    qtbot.waitUntil(pane.is_complete)
    assert pane.shown_values().tolist() == [[0, 1], [2, 3]]
    assert chip.spin.isVisible()


def test_a_dim_dropped_on_another_changes_places_with_it(qtbot, show):
    pane = show(torch.zeros(3, 4, 5, 6), as_grid=False)
    bar = pane.page.slicing_bar
    rows, columns = bar.running
    drop(rows, 0, bar.chips[0])
    assert (slicing_of(pane).rows, slicing_of(pane).columns) == (0, 3)
    drop(columns, slicing_of(pane).rows, rows)
    assert (slicing_of(pane).rows, slicing_of(pane).columns) == (3, 0)
    drop(bar.chips[0], slicing_of(pane).columns, columns)
    assert slicing_of(pane).columns == 1


def test_only_dims_of_the_same_bar_are_taken(show, open_pane):
    pane = show(torch.zeros(3, 4, 5), as_grid=False)
    bar = pane.page.slicing_bar

    class Enter(QDragEnterEvent):
        def __init__(self, source, data):
            super().__init__(
                QPoint(3, 3),
                Qt.DropAction.MoveAction,
                data,
                Qt.MouseButton.LeftButton,
                Qt.KeyboardModifier.NoModifier,
            )
            self._source = source
            self.ignore()

        def source(self):
            return self._source

    data, text = mime_data(0), QMimeData()
    text.setText("x")
    for source, dragged, taken in (
        (bar.chips[0], data, True),
        (bar.running[0], data, False),
        (pane, data, False),
        (bar.chips[0], text, False),
    ):
        event = Enter(source, dragged)
        bar.running[0].dragEnterEvent(event)
        assert event.isAccepted() == taken


def test_the_menu_of_a_chip_does_what_a_drag_does(qtbot, show):
    pane = show(torch.zeros(3, 4, 5), as_grid=False)
    chip = pane.page.slicing_bar.chips[0]
    rows, columns, grid = chip.menu.actions()
    columns.trigger()
    assert (slicing_of(pane).rows, slicing_of(pane).columns) == (1, 0)
    chip.menu.actions()[0].trigger()
    assert (slicing_of(pane).rows, slicing_of(pane).columns) == (2, 0)
    assert [a.text() for a in (rows, columns)] == ["Show as rows", "Show as columns"]
    grid.trigger()
    assert slicing_of(pane).grid == (1,)


def test_the_grid_is_laid_out_anew_for_another_shape_of_the_view(qtbot, show):
    pane = show(torch.zeros(40, 8, 8), size=(1000, 560))
    before = slicing_of(pane).mosaic
    pane.resize(500, 800)
    qtbot.waitUntil(lambda: slicing_of(pane).mosaic.across < before.across)
    qtbot.waitUntil(pane.is_complete)
    pane.zoom(3)
    zoomed = slicing_of(pane).mosaic
    pane.resize(1000, 560)
    qtbot.waitUntil(pane.is_complete)
    assert slicing_of(pane).mosaic == zoomed


def test_another_shape_keeps_the_grid_where_it_fits(qtbot, stage, show):
    pane = show(torch.zeros(6, 4, 4))
    stage.show(x=torch.ones(9, 4, 4))
    qtbot.waitUntil(pane.is_complete)
    assert slicing_of(pane).mosaic.count == 9
    stage.show(x=torch.ones(4, 4))
    qtbot.waitUntil(pane.is_complete)
    assert slicing_of(pane).grid == ()


def test_the_axes_count_maps_and_from_near_their_cells():
    slicing = Slicing.of((30, 8, 8)).gridded(0).laid_in(600, 600)
    mosaic = slicing.mosaic
    far = mosaic.row_ticks(0, mosaic.size[0], 5, 4.0, str)
    assert [text for _, text in far][:3] == ["0", "1", "2"]
    near_ = mosaic.row_ticks(0, mosaic.row_pitch - 1, 1, 40.0, str)
    assert [text for _, text in near_] == [str(i) for i in range(8)]
    assert [mosaic.find(int(at), 0)[1] for at, _ in near_] == list(range(8))


def test_a_large_sparse_tensor_keeps_to_one_slice_and_says_why(qtbot, show):
    x = torch.sparse_coo_tensor(
        torch.tensor([[1], [2], [3]]), torch.ones(1), (50, 400, 400), check_invariants=True
    )
    pane = show(x, as_grid=False)
    with qtbot.waitSignal(pane.status_changed) as told:
        press(pane, Qt.Key.Key_G)
    assert "too large for all its slices" in told.args[0]
    qtbot.waitUntil(pane.is_complete)
    assert slicing_of(pane).grid == ()
    assert pane.stack.currentWidget() is pane.page


def test_a_small_sparse_tensor_is_a_grid_like_any_other(qtbot, show):
    x = torch.randn(5, 4, 6, generator=torch.Generator().manual_seed(2))
    x[x < 0.8] = 0
    pane = show(x.to_sparse())
    values = pane.shown_values()
    for number, one in enumerate(x):
        row, column = place_of(pane, number, 0, 0)
        assert values[row : row + 4, column : column + 6].tolist() == one.tolist()
