"""Sparse tensors that are not made dense are drawn as dense ones are."""

import math
import warnings

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from explorer.panes.heatmap import Plane, TableAsk, TileAsk, ValueAsk, Window
from explorer.panes.heatmap.probe import table, value
from explorer.panes.heatmap.tiles import sparse
from explorer.panes.heatmap.tiles.tile import tile

LAYOUTS = {
    "coo": lambda x: x.to_sparse(),
    "hybrid": lambda x: x.to_sparse(1),
    "csr": lambda x: x.to_sparse_csr(),
    "csc": lambda x: x.to_sparse_csc(),
    "bsr": lambda x: x.to_sparse_bsr((2, 3)),
    "bsc": lambda x: x.to_sparse_bsc((2, 3)),
}
DTYPES = [torch.float32, torch.float64, torch.int32, torch.int64, torch.complex64]


@pytest.fixture(autouse=True)
def never_dense(monkeypatch):
    monkeypatch.setattr(sparse, "DENSIFIED_ELEMENTS", 0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # compressed layouts are in beta
        yield


def ask(plane, window=None, size=(1000, 1000), how="mean"):
    return TileAsk(
        expression="x",
        plane=plane,
        window=window,
        height_px=size[0],
        width_px=size[1],
        reduce=how,
    )


def numbers(answer):
    values = np.frombuffer(answer.values.data, np.float32).reshape(answer.values.shape)
    return answer.base + answer.scale * values.astype(np.float64)


@settings(max_examples=150, deadline=None)
@given(
    layout=st.sampled_from(sorted(LAYOUTS)),
    dtype=st.sampled_from(DTYPES),
    how=st.sampled_from(["mean", "min", "max", "absmax"]),
    seed=st.integers(0, 1000),
    size=st.tuples(st.integers(1, 20), st.integers(1, 20)),
    corner=st.tuples(st.integers(0, 7), st.integers(0, 8)),
    turned=st.booleans(),
)
def test_a_sparse_matrix_is_drawn_as_a_dense_one(layout, dtype, how, seed, size, corner, turned):
    chance = torch.Generator().manual_seed(seed)
    dense = (torch.randn(8, 9, generator=chance) * 50).to(dtype)
    dense[torch.rand(8, 9, generator=chance) < 0.7] = 0
    if dtype.is_floating_point:
        dense[seed % 8, seed % 9] = (math.nan, math.inf, -math.inf)[seed % 3]
    plane = Plane(1, 0, (0, 0)) if turned else Plane(0, 1, (0, 0))
    window = Window(corner[0], corner[1], corner[0] + 4, corner[1] + 5)
    wanted = tile(dense, ask(plane, window, size, how))
    found = tile(LAYOUTS[layout](dense), ask(plane, window, size, how))
    assert (found.rows, found.columns, found.window) == (wanted.rows, wanted.columns, wanted.window)
    np.testing.assert_allclose(numbers(found), numbers(wanted), rtol=1e-6, atol=1e-5)
    for name in ("minimum", "maximum", "nan", "positive_infinity", "negative_infinity", "texts"):
        assert getattr(found, name) == getattr(wanted, name)
    assert bytes(found.marks.data) == bytes(wanted.marks.data)


@pytest.mark.parametrize("sparse_dims", [1, 2, 3])
@pytest.mark.parametrize(
    "plane", [Plane(0, 2, (0, 2, 0)), Plane(2, 1, (1, 0, 0)), Plane(1, 0, (0, 0, 3))]
)
def test_any_plane_of_a_hybrid_tensor_is_the_one_indexing_gives(sparse_dims, plane):
    dense = torch.arange(24.0).view(2, 3, 4)
    found = tile(dense.to_sparse(sparse_dims), ask(plane))
    np.testing.assert_array_equal(numbers(found), numbers(tile(dense, ask(plane))))


def test_cells_stored_twice_are_added():
    x = torch.sparse_coo_tensor([[0, 0], [1, 1]], [2.0, 3.0], (2, 2), check_invariants=True)
    assert numbers(tile(x, ask(Plane(0, 1, (0, 0))))).tolist() == [[0, 5], [0, 0]]


def test_one_cell_among_ten_to_the_ten_is_seen():
    x = torch.sparse_coo_tensor([[99_999], [7]], [4.0], (100_000, 100_000), check_invariants=True)
    found = tile(x, ask(Plane(0, 1, (0, 0)), size=(500, 500), how="max"))
    assert np.argwhere(numbers(found) == 4).tolist() == [[found.values.shape[0] - 1, 0]]
    assert (found.minimum, found.maximum) == (0.0, 4.0)


def test_values_and_tables_are_read_without_the_rest():
    dense = torch.tensor([[0.0, 2.5], [3.0, 0.0]])
    for make in (LAYOUTS["coo"], LAYOUTS["csr"], LAYOUTS["csc"]):
        x = make(dense)
        assert value(x, ValueAsk(expression="x", index=(0, 1))).text == "2.5"
        assert value(x, ValueAsk(expression="x", index=(1, 1))).text == "0.0"
        asked = TableAsk(expression="x", plane=Plane(0, 1, (0, 0)), window=Window(0, 0, 2, 2))
        assert table(x, asked).text == "0.0\t2.5\n3.0\t0.0"
