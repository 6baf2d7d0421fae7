"""Sums of rectangles and profiles of rows and columns against plain Python."""

import math
from fractions import Fraction

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from explorer.panes.heatmap import NAN, NEGATIVE_INFINITY, POSITIVE_INFINITY, Plane, Window
from explorer.panes.heatmap.reading.profile import ProfileAsk, block_for
from explorer.panes.heatmap.reading.profiling import answer_profile
from explorer.panes.heatmap.reading.rectangle import (
    RectangleAsk,
    between,
    index_code,
    rectangle_code,
)
from explorer.panes.heatmap.reading.summing import answer_rectangle
from explorer.panes.heatmap.slices.slicing import Slicing
from tests.panes.heatmap.test_reduce import FLOATS, matrices
from tests.panes.heatmap.test_summary import Shelf, exact, plane_of, run


@st.composite
def windows(draw):
    """A matrix and a window of it."""
    x = draw(matrices())
    (top, bottom), (left, right) = (
        sorted(draw(st.tuples(st.integers(0, n - 1), st.integers(0, n - 1)))) for n in x.shape
    )
    return x, Window(top, left, bottom + 1, right + 1)


def rectangle(x, window, seconds=100.0):
    ask = RectangleAsk(expression="x", plane=plane_of(x), window=window)
    return run(answer_rectangle, ask, x, seconds)


@settings(max_examples=300, deadline=None)
@given(windows())
def test_a_rectangle_is_added_up_exactly(case):
    x, window = case
    (found,) = rectangle(x, window)
    cells = exact(x[window.top : window.bottom, window.left : window.right].clone())
    finite = [Fraction(cell) for cell in cells if math.isfinite(cell)]
    assert found.count == len(cells)
    assert found.nan == sum(math.isnan(cell) for cell in cells)
    assert found.infinite == sum(math.isinf(cell) for cell in cells)
    if not finite:
        assert (found.total, found.minimum, found.mean) == (None, None, None)
        return
    assert (found.minimum, found.maximum) == (min(finite), max(finite))
    if x.dtype in FLOATS:
        sizes = float(sum(map(abs, finite)))
        assert float(found.total) == pytest.approx(float(sum(finite)), abs=sizes * 1e-14)
        assert found.mean == pytest.approx(float(sum(finite) / len(finite)), abs=sizes * 1e-14)
    else:
        assert int(found.total) == sum(finite)
        assert found.mean == pytest.approx(float(sum(finite) / len(finite)), rel=1e-14)


def test_a_sum_of_whole_numbers_may_need_more_than_64_bits():
    x = torch.full((1024, 1024), 2**63 - 1)
    *begun, found = rectangle(x, Window(0, 0, 1024, 1024), seconds=0.0)
    assert found.total == str(2**20 * (2**63 - 1))
    assert [part.count for part in begun] == [2**19]


def test_a_rectangle_of_a_large_sparse_tensor_counts_what_is_not_stored():
    x = torch.zeros(3000, 1500)
    x[5, 5], x[6, 7], x[9, 9] = 3.0, -1.5, math.nan
    sparse = x.to_sparse()
    (found,) = rectangle(sparse, Window(4, 4, 8, 8))
    assert (found.count, found.total, found.minimum, found.maximum) == (16, "1.5", -1.5, 3.0)
    assert found.mean == 1.5 / 16
    (found,) = rectangle(sparse, Window(9, 9, 10, 10))
    assert (found.count, found.nan, found.total) == (1, 1, None)
    (found,) = rectangle(sparse, Window(100, 100, 110, 102))
    assert (found.count, found.total, found.maximum) == (20, "0.0", 0.0)


def test_a_rectangle_is_written_as_the_index_that_makes_it():
    x = torch.arange(120).view(2, 3, 4, 5)
    shown = Slicing.of((2, 3, 4, 5)).at(0, 1).at(1, 2)
    window = between((2, 4), (1, 1))
    assert window == Window(1, 1, 3, 5)
    assert rectangle_code("x", shown, window) == "x[1, 2, 1:3, 1:5]"
    turned = shown.show(rows=3, columns=1)
    code = rectangle_code("x", turned, Window(0, 1, 5, 3))
    assert code == "x[1, 1:3, 0, :].T"
    assert eval(code, {"x": x}).tolist() == x[1, :, 0].T[0:5, 1:3].tolist()
    assert index_code(Slicing.of((6,)), Window(0, 2, 1, 4)) == "[2:4]"
    assert rectangle_code("x", Slicing.of(()), Window(0, 0, 1, 1)) == "x"


def numbers(array):
    return np.frombuffer(array.data, array.dtype)


def bits(cells):
    kinds = {NAN: math.isnan, POSITIVE_INFINITY: lambda c: c == math.inf}
    kinds[NEGATIVE_INFINITY] = lambda c: c == -math.inf
    return sum(bit for bit, test in kinds.items() if any(map(test, cells)))


@settings(max_examples=300, deadline=None)
@given(case=windows(), block=st.sampled_from([1, 2, 4, 16]), data=st.data())
def test_profiles_have_the_extremes_of_every_block(case, block, data):
    x, window = case
    row = data.draw(st.integers(0, x.shape[0] - 1))
    column = data.draw(st.integers(0, x.shape[1] - 1))
    ask = ProfileAsk(
        expression="x",
        plane=plane_of(x),
        window=window,
        row=row,
        column=column,
        across=block,
        down=block,
    )
    found = answer_profile(ask, Shelf(x))
    for line, cells, start, stop in (
        (found.across, exact(x[row].clone()), window.left, window.right),
        (found.down, exact(x[:, column].clone()), window.top, window.bottom),
    ):
        starts = range(start // block * block, stop, block)
        parts = [cells[max(start, s) : min(stop, s + block)] for s in starts]
        finite = [[float(c) for c in part if math.isfinite(c)] for part in parts]
        low = [min(part, default=math.nan) for part in finite]
        high = [max(part, default=math.nan) for part in finite]
        np.testing.assert_array_equal(numbers(line.low), low)
        np.testing.assert_array_equal(numbers(line.high), high)
        assert numbers(line.marks).tolist() == [bits(part) for part in parts]


def test_a_profile_of_a_long_row_is_read_in_pieces():
    x = torch.arange(2_500_003, dtype=torch.int64)
    plane = Plane(None, 0, (0,))
    ask = ProfileAsk(
        expression="x",
        plane=plane,
        window=Window(0, 5, 1, 2_500_003),
        row=0,
        column=9,
        across=4096,
    )
    found = answer_profile(ask, Shelf(x))
    low, high = numbers(found.across.low), numbers(found.across.high)
    assert len(low) == -(-2_500_003 // 4096)
    assert (low[0], high[0], low[1]) == (5, 4095, 4096)
    assert (low[-1], high[-1]) == (2_500_002 // 4096 * 4096, 2_500_002)
    assert numbers(found.down.low).tolist() == [9]


def test_a_profile_of_a_large_sparse_tensor_is_read_from_what_it_stores():
    x = torch.zeros(3000, 1500)
    x[5, 5] = 3.0
    ask = ProfileAsk(expression="x", plane=plane_of(x), window=Window(4, 4, 8, 8), row=5, column=5)
    found = answer_profile(ask, Shelf(x.to_sparse()))
    assert numbers(found.across.high).tolist() == [0, 3, 0, 0]
    assert numbers(found.down.high).tolist() == [0, 3, 0, 0]


@pytest.mark.parametrize(("cell_px", "block"), [(30, 1), (1, 1), (0.9, 2), (0.25, 4), (0.01, 128)])
def test_a_block_of_a_profile_fills_a_pixel(cell_px, block):
    assert block_for(cell_px) == block
