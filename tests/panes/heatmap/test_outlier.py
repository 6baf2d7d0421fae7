"""What a mean hides is marked, and nothing else is."""

import math

import pytest
import torch

from explorer.panes.heatmap import NAN, OUTLIER, Plane, TileAsk
from explorer.panes.heatmap.tiles.tile import tile

SIDE = 512


def marked(x, reduce="mean", side_px=32):
    """Return the blocks of a square matrix that are marked as hiding something."""
    ask = TileAsk(
        expression="x",
        plane=Plane(0, 1, (0, 0)),
        window=None,
        height_px=side_px,
        width_px=side_px,
        reduce=reduce,
    )
    found = tile(x, ask)
    marks = torch.frombuffer(bytearray(found.marks.data), dtype=torch.uint8)
    return ((marks.view(found.marks.shape) & OUTLIER) != 0).nonzero().tolist()


@pytest.mark.parametrize("row", [0, 100, SIDE - 1])
@pytest.mark.parametrize("column", [0, SIDE - 1])
@pytest.mark.parametrize(
    ("dtype", "value"),
    [
        (torch.float32, 9),
        (torch.float32, -1e-30),
        (torch.float64, 1e308),
        (torch.bfloat16, -3),
        (torch.float8_e5m2, 2),
        (torch.int64, -(2**63)),
        (torch.uint8, 200),
        (torch.bool, True),
        (torch.complex64, 2j),
    ],
)
def test_one_hot_element_is_marked(row, column, dtype, value):
    x = torch.zeros(SIDE, SIDE, dtype=dtype)
    x[row, column] = value
    assert marked(x) == [[row // 16, column // 16]]


def test_one_hot_element_is_marked_among_noise_and_noise_is_not():
    x = torch.randn(SIDE, SIDE, generator=torch.Generator().manual_seed(0))
    assert marked(x) == []
    x[300, 40] = -500
    assert marked(x) == [[18, 2]]


def test_a_hot_element_is_marked_beside_nan():
    x = torch.zeros(SIDE, SIDE)
    x[0, 0], x[0, 1], x[100:300] = 1, math.nan, math.nan
    assert marked(x) == [[0, 0]]
    assert NAN & OUTLIER == 0


@pytest.mark.parametrize("reduce", ["min", "max", "absmax"])
def test_nothing_is_marked_where_it_is_not_the_mean_that_is_shown(reduce):
    x = torch.zeros(SIDE, SIDE)
    x[5, 5] = 1
    assert marked(x, reduce) == []


@pytest.mark.parametrize(
    "x",
    [
        torch.full((SIDE, SIDE), 2.5),
        torch.full((SIDE, SIDE), math.nan),
        torch.full((SIDE, SIDE), math.inf),
        torch.arange(SIDE * SIDE).view(SIDE, SIDE),
        torch.ones(SIDE, SIDE).tril(),
        torch.zeros(SIDE, SIDE).index_fill(1, torch.arange(0, SIDE, 16), 1.0),
    ],
    ids=["equal", "nan", "inf", "ramp", "edge", "everywhere"],
)
def test_what_the_mean_shows_is_not_marked(x):
    assert marked(x) == []


def test_cells_hide_nothing():
    x = torch.zeros(32, 32)
    x[5, 5] = 1
    assert marked(x) == []
