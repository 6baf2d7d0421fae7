"""Many maps in one picture: the geometry as a round trip, the tiles against plain torch."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from explorer.engine.reader import Change
from explorer.panes.heatmap import CHANGED, NAN, NO_CELL, POSITIVE_INFINITY, Plane, Tile, Window
from explorer.panes.heatmap.slices.mosaic import (
    LABEL_PX,
    Mosaic,
    MosaicAsk,
    MosaicTableAsk,
    laid_out,
)
from explorer.panes.heatmap.tiles.finder import Finder
from explorer.panes.heatmap.tiles.mosaicking import mosaic_table, mosaic_tile

SIDES = st.integers(1, 40)


@st.composite
def mosaics(draw):
    count = draw(st.integers(1, 30))
    block = draw(st.sampled_from([1, 2, 4, 8]))
    gaps = (draw(st.integers(1, 3)) * block, draw(st.integers(1, 3)) * block)
    return Mosaic(count, draw(st.integers(1, count)), draw(SIDES), draw(SIDES), *gaps, block)


def tile_of(tensor, mosaic, plane, *, window=None, side=1, reduce="mean", finder=None, change=None):
    rows, columns = mosaic.size
    seen = window or Window(0, 0, rows, columns)
    ask = MosaicAsk(
        expression="x",
        plane=plane,
        window=window,
        height_px=-(-(seen.bottom - seen.top) // side),
        width_px=-(-(seen.right - seen.left) // side),
        reduce=reduce,
        mosaic=mosaic,
    )
    return mosaic_tile(tensor, ask, change=change, finder=finder)


def arrays(tile):
    shape = tile.values.shape
    values = np.frombuffer(tile.values.data, np.float32).reshape(shape).astype(np.float64)
    marks = np.frombuffer(tile.marks.data, np.uint8).reshape(shape)
    return tile.base + tile.scale * values, marks


# --- geometry ---------------------------------------------------------------------------------


@given(mosaics(), st.data())
def test_a_cell_is_found_where_it_is_placed(mosaic, data):
    number = data.draw(st.integers(0, mosaic.count - 1))
    row = data.draw(st.integers(0, mosaic.rows - 1))
    column = data.draw(st.integers(0, mosaic.columns - 1))
    place = mosaic.place(number, row, column)
    assert mosaic.find(*place) == (number, row, column)
    assert mosaic.nearest(*place) == (number, row, column)
    assert 0 <= place[0] < mosaic.size[0]
    assert 0 <= place[1] < mosaic.size[1]


@given(mosaics())
def test_as_many_places_are_cells_as_there_are_elements(mosaic):
    rows, columns = mosaic.size
    found = [mosaic.find(row, column) for row in range(rows) for column in range(columns)]
    cells = [cell for cell in found if cell]
    assert len(cells) == len(set(cells)) == mosaic.count * mosaic.rows * mosaic.columns
    assert mosaic.find(-1, 0) is None
    assert mosaic.find(rows, columns) is None


@given(mosaics(), st.data())
def test_every_place_has_a_nearest_cell(mosaic, data):
    rows, columns = mosaic.size
    place = data.draw(st.integers(-5, rows + 5)), data.draw(st.integers(-5, columns + 5))
    cell = mosaic.nearest(*place)
    assert mosaic.has(*mosaic.place(*cell))
    assert mosaic.find(*place) in (None, cell)


@given(mosaics(), st.data())
def test_a_window_shows_the_maps_that_have_cells_in_it(mosaic, data):
    rows, columns = mosaic.size
    top, left = data.draw(st.integers(0, rows - 1)), data.draw(st.integers(0, columns - 1))
    bottom, right = (
        data.draw(st.integers(top + 1, rows)),
        data.draw(st.integers(left + 1, columns)),
    )
    window = Window(top, left, bottom, right)
    cells = {
        cell
        for row in range(top, bottom)
        for column in range(left, right)
        if (cell := mosaic.find(row, column))
    }
    told = set()
    for number in mosaic.seen(window).tolist():
        part = mosaic.within(number, window)
        told |= {
            (number, row, column)
            for row in range(part.top, part.bottom)
            for column in range(part.left, part.right)
        }
    assert told == cells


@given(mosaics(), st.data())
def test_a_step_ends_on_a_cell_and_leads_back(mosaic, data):
    number = data.draw(st.integers(0, mosaic.count - 1))
    row = data.draw(st.integers(0, mosaic.rows - 1))
    column = data.draw(st.integers(0, mosaic.columns - 1))
    start = mosaic.place(number, row, column)
    for step in ((1, 0), (0, 1), (-1, 0), (0, -1)):
        there = mosaic.moved(*start, *step)
        assert mosaic.has(*there)
        back = mosaic.moved(*there, -step[0], -step[1])
        assert there == start or back == start
    far = mosaic.find(*mosaic.moved(*start, 1 << 62, -(1 << 62)))
    assert far == (number, mosaic.rows - 1, 0)


@given(
    st.integers(1, 4096),
    st.integers(1, 2000),
    st.integers(1, 2000),
    st.tuples(st.floats(60, 3000), st.floats(60, 2000)),
)
def test_blocks_never_reach_over_the_edge_of_a_map(count, rows, columns, room):
    mosaic = laid_out(count, rows, columns, room)
    assert mosaic.count == count
    for size in (mosaic.row_gap, mosaic.row_pitch, mosaic.column_pitch):
        assert size % mosaic.block == 0
    assert mosaic.column_pitch - mosaic.columns >= mosaic.block
    assert mosaic.block & (mosaic.block - 1) == 0


@pytest.mark.parametrize("room", [(700.0, 480.0), (1100.0, 480.0), (300.0, 900.0)])
def test_maps_fill_the_room_that_there_is(room):
    mosaic = laid_out(1797, 8, 8, room)
    rows, columns = mosaic.size
    assert 0.75 < (columns / rows) / (room[0] / room[1]) < 1.33


def test_maps_that_are_large_enough_have_room_for_a_number():
    mosaic = laid_out(12, 20, 20, (700.0, 480.0))
    cell_px = min(700.0 / mosaic.size[1], 480.0 / mosaic.size[0])
    assert mosaic.row_gap * cell_px > LABEL_PX * 0.8
    assert laid_out(1797, 8, 8, (700.0, 480.0)).row_gap <= 2


# --- tiles ------------------------------------------------------------------------------------

REDUCTIONS = {
    "min": torch.amin,
    "max": torch.amax,
    "mean": lambda x: x.double().mean(),
    "absmax": lambda x: x.double().abs().amax(),
}


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_a_tile_of_a_mosaic_equals_plain_torch_map_by_map(data):
    dims = data.draw(st.sampled_from([(0,), (1,), (0, 1), (3, 0)]))
    shape = tuple(data.draw(st.lists(st.integers(1, 9), min_size=4, max_size=4)))
    dtype = data.draw(st.sampled_from([torch.float32, torch.int64, torch.bfloat16, torch.uint8]))
    x = torch.randint(0, 200, shape, generator=torch.Generator().manual_seed(1)).to(dtype)
    fixed = [dim for dim in range(4) if dim not in dims]
    rows, columns = data.draw(st.permutations(fixed))[:2]
    index = tuple(
        data.draw(st.integers(0, shape[dim] - 1)) if dim in fixed else 0 for dim in range(4)
    )
    kept = tuple(slice(None) if dim in (*dims, rows, columns) else index[dim] for dim in range(4))
    left = [dim for dim in range(4) if dim in (*dims, rows, columns)]
    maps = x[kept].permute([left.index(dim) for dim in (*dims, rows, columns)])
    maps = maps.reshape(-1, *maps.shape[-2:])
    block = data.draw(st.sampled_from([1, 2, 4]))
    mosaic = Mosaic(
        len(maps), data.draw(st.integers(1, len(maps))), *maps.shape[1:], block, block, block
    )
    reduce = data.draw(st.sampled_from(sorted(REDUCTIONS)))
    tile = tile_of(x, mosaic, Plane(rows, columns, index, dims), side=block, reduce=reduce)
    values, marks = arrays(tile)
    seen = np.zeros(values.shape, bool)
    how = REDUCTIONS[reduce if block > 1 else "min"]
    for number, cells in enumerate(maps):
        top, left_ = mosaic.place(number)
        for r in range(0, cells.shape[0], block):
            for c in range(0, cells.shape[1], block):
                at = (top + r) // block, (left_ + c) // block
                expected = float(how(cells[r : r + block, c : c + block]))
                assert values[at] == pytest.approx(expected, rel=1e-6)
                assert marks[at] == 0
                seen[at] = True
    assert (marks[~seen] == NO_CELL).all()
    assert np.isnan(values[~seen]).all()
    assert (tile.minimum, tile.maximum) == (maps.min().item(), maps.max().item())


@pytest.mark.parametrize("shape", [(7, 5, 6), (5, 300, 310)])
def test_what_is_not_finite_is_marked_in_its_own_map(shape):
    x = torch.zeros(shape)
    x[2, 1, 1], x[4, 0, 2] = math.nan, math.inf
    mosaic = Mosaic(shape[0], 3, *shape[1:], 2, 2, 2)
    tile = tile_of(x, mosaic, Plane(1, 2, (0, 0, 0), (0,)), side=2)
    _, marks = arrays(tile)
    places = {}
    for bit in (NAN, POSITIVE_INFINITY):
        places[bit] = [(r * 2, c * 2) for r, c in np.argwhere(marks & bit).tolist()]
    assert [mosaic.find(*at) for at in places[NAN]] == [(2, 0, 0)]
    assert [mosaic.find(*at) for at in places[POSITIVE_INFINITY]] == [(4, 0, 2)]
    assert (tile.nan, tile.positive_infinity, tile.negative_infinity) == (1, 1, 0)


@settings(max_examples=15, deadline=None)
@given(st.data())
@pytest.mark.parametrize("shape", [(30, 8, 8), (6, 400, 300)])
def test_a_part_of_a_mosaic_is_cut_from_the_whole(shape, data):
    x = torch.randn(shape, generator=torch.Generator().manual_seed(3))
    block = data.draw(st.sampled_from([1, 4]))
    mosaic = Mosaic(shape[0], 4, *shape[1:], 4, 4, 4)
    rows, columns = mosaic.size
    plane = Plane(1, 2, (0, 0, 0), (0,))
    whole, marks = arrays(tile_of(x, mosaic, plane, side=block))
    top, left = data.draw(st.integers(0, rows - 1)), data.draw(st.integers(0, columns - 1))
    bottom = data.draw(st.integers(top + 1, min(rows, top + 200)))
    right = data.draw(st.integers(left + 1, min(columns, left + 200)))
    part = tile_of(x, mosaic, plane, window=Window(top, left, bottom, right), side=block)
    values, part_marks = arrays(part)
    cut = tuple(
        slice(a // part.block_rows, a // part.block_rows + n)
        for a, n in zip((part.window.top, part.window.left), values.shape, strict=True)
    )
    if part.block_rows == part.block_columns == block:
        np.testing.assert_array_equal(values, whole[cut])
        np.testing.assert_array_equal(part_marks, marks[cut])


def test_large_maps_come_one_after_the_other_and_are_then_exact():
    x = torch.zeros(6, 1500, 1500)
    x[5, 1499, 1499] = 7.0
    mosaic = laid_out(6, 1500, 1500, (300.0, 200.0))
    finder, known, answers = Finder(), 0.0, []
    plane, rows = Plane(1, 2, (0, 0, 0), (0,)), mosaic.size[0]
    while not answers or answers[-1].progress < 1:
        ask = MosaicAsk(
            expression="x",
            plane=plane,
            window=None,
            height_px=-(-rows // mosaic.block),
            width_px=-(-mosaic.size[1] // mosaic.block),
            reduce="max",
            mosaic=mosaic,
            known=known,
        )
        answers.append(mosaic_tile(x, ask, finder=finder))
        known = answers[-1].progress if isinstance(answers[-1], Tile) else known
    assert [a.progress for a in answers] == sorted(a.progress for a in answers)
    values, _ = arrays(answers[-1])
    at = mosaic.place(5, 1499, 1499)
    assert values[at[0] // mosaic.block, at[1] // mosaic.block] == 7.0
    assert answers[-1].maximum == 7.0
    assert finder.nbytes < 20 << 20


def test_texts_and_tables_leave_gaps_empty():
    x = torch.arange(8).view(2, 2, 2)
    mosaic = Mosaic(2, 2, 2, 2, 1, 1)
    plane = Plane(1, 2, (0, 0, 0), (0,))
    tile = tile_of(x, mosaic, plane)
    assert tile.texts == ("", "", "", "", "", "0", "1", "", "4", "5", "2", "3", "", "6", "7")
    ask = MosaicTableAsk(expression="x", plane=plane, window=Window(1, 0, 3, 5), mosaic=mosaic)
    assert mosaic_table(x, ask).text == "0\t1\t\t4\t5\n2\t3\t\t6\t7"


def test_what_a_line_changed_is_marked_in_its_map():
    before = torch.zeros(3, 4, 4, dtype=torch.complex128)
    x = before.clone()
    x[1, 2, 3] = 5.0
    mosaic = Mosaic(3, 3, 4, 4, 2, 2, 2)
    change = Change(statement=9, other=before)
    tile = tile_of(x, mosaic, Plane(1, 2, (0, 0, 0), (0,)), side=2, change=change)
    _, marks = arrays(tile)
    found = [(r * 2, c * 2) for r, c in np.argwhere(marks & CHANGED).tolist()]
    assert [mosaic.find(*at) for at in found] == [(1, 2, 2)]
    assert (tile.changed_by, tile.changed) == (9, 1)


def test_a_page_of_maps_begins_where_the_index_says():
    x = torch.arange(10.0).view(10, 1, 1).expand(10, 2, 2)
    mosaic = Mosaic(4, 2, 2, 2, 1, 1)
    values, _ = arrays(tile_of(x, mosaic, Plane(1, 2, (5, 0, 0), (0,), 4)))
    assert [values[mosaic.place(i)] for i in range(4)] == [5, 6, 7, 8]
