"""Work in steps, and what is kept of it: in the end as exact as in one go, and never out of date."""

import gc
import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from explorer.panes.heatmap import NAN, Plane, Tile, TileAsk, Window, Working
from explorer.panes.heatmap.tiles import finder, pyramid, reduce, sample
from explorer.panes.heatmap.tiles.cache import Cache, matrix_key
from explorer.panes.heatmap.tiles.finder import Finder
from explorer.panes.heatmap.tiles.tile import tile

DTYPES = [
    torch.float32,
    torch.float64,
    torch.bfloat16,
    torch.uint8,
    torch.int64,
    torch.uint64,
    torch.bool,
    torch.complex64,
]


@pytest.fixture
def small(monkeypatch):
    make_small(monkeypatch)


def make_small(patch):
    """Let tensors of some hundred cells have pyramids, and every step be one small piece."""
    patch.setattr(pyramid, "LEAST_CELLS", 50)
    patch.setattr(finder, "LEAST_CELLS", 50)
    patch.setattr(pyramid, "BASE_CELLS", 4)
    patch.setattr(pyramid, "USUAL_SIDE_PX", 4)
    patch.setattr(reduce, "CHUNK", 40)
    patch.setattr(reduce, "COPIED_CHUNK", 20)
    patch.setattr(sample, "SAMPLED_CELLS", 30)
    for name in ("FIRST_SECONDS", "STEP_SECONDS", "PATIENCE_SECONDS", "SOON_SECONDS"):
        patch.setattr(finder, name, 0.0)


def ask(x, window=None, size=(4, 4), known=0.0, how="mean"):
    return TileAsk(
        expression="x",
        plane=Plane(0, 1, (0, 0)),
        window=window,
        height_px=size[0],
        width_px=size[1],
        reduce=how,
        known=known,
    )


def numbers(answer):
    values = np.frombuffer(answer.values.data, np.float32).reshape(answer.values.shape)
    return answer.base + answer.scale * values.astype(np.float64)


def steps(x, asked, found):
    """Ask until the answer is exact, as a heat map does; return all answers."""
    answers, known = [], 0.0
    while not answers or answers[-1].progress < 1:
        again = ask(x, asked.window, (asked.height_px, asked.width_px), known, asked.reduce)
        answers.append(tile(x, again, finder=found))
        known = answers[-1].progress if isinstance(answers[-1], Tile) else known
        assert len(answers) < 10_000
    return answers


def matrix(dtype, rows, columns, seed, layout):
    chance = torch.Generator().manual_seed(seed)
    base = torch.randn(2 * rows, 2 * columns, generator=chance) * 60
    if dtype.is_floating_point:
        base[seed % rows, seed % columns] = (math.nan, math.inf, -math.inf, 3e38)[seed % 4]
    base = (base.abs() if dtype in (torch.uint8, torch.uint64) else base).to(dtype)
    match layout:
        case "turned":
            return base[:columns, :rows].T
        case "stepped":
            return base[::2, 1::2]
        case "row":
            return base[:1, :columns].expand(rows, -1)
        case "column":
            return base[:rows, :1].expand(-1, columns)
    return base[:rows, :columns]


@settings(max_examples=150, deadline=None)
@given(
    dtype=st.sampled_from(DTYPES),
    shape=st.tuples(st.integers(3, 40), st.integers(3, 40)),
    seed=st.integers(0, 1000),
    layout=st.sampled_from(["plain", "turned", "stepped", "row", "column"]),
    size=st.tuples(st.integers(1, 12), st.integers(1, 12)),
    part=st.none() | st.tuples(*[st.integers(0, 39)] * 4),
    how=st.sampled_from(["mean", "min", "max", "absmax"]),
)
def test_steps_end_as_one_go_does(dtype, shape, seed, layout, size, part, how):
    x = matrix(dtype, *shape, seed, layout)
    window = Window(part[0], part[1], part[0] + part[2], part[1] + part[3]) if part else None
    asked = ask(x, window, size, how=how)
    wanted = tile(x, asked)
    with pytest.MonkeyPatch.context() as patch:
        make_small(patch)
        answers = steps(x, asked, Finder())
    last = answers[-1]
    shares = [answer.progress for answer in answers]
    assert shares == sorted(shares)
    assert last.window == wanted.window
    np.testing.assert_allclose(numbers(last), numbers(wanted), rtol=2e-6, atol=1e-4)
    for name in ("minimum", "maximum", "nan", "positive_infinity", "negative_infinity", "texts"):
        assert getattr(last, name) == getattr(wanted, name)
    assert bytes(last.marks.data) == bytes(wanted.marks.data)
    for answer in answers:
        if isinstance(answer, Tile) and answer.minimum is not None:
            assert wanted.minimum <= answer.minimum <= answer.maximum <= wanted.maximum
            assert answer.nan <= wanted.nan


def test_a_first_picture_comes_before_the_work_is_done(small):
    x = torch.arange(400.0).view(20, 20)
    answers = steps(x, ask(x, size=(5, 5)), Finder())
    assert isinstance(answers[0], Tile)
    assert 0 < answers[0].progress < 1
    assert answers[0].values.shape == answers[-1].values.shape
    assert any(isinstance(answer, Working) for answer in answers[1:])
    shown = [answer for answer in answers[:-1] if isinstance(answer, Tile)]
    assert shown[-1].progress > 0.5
    # What is done is exact at once.
    assert numbers(shown[-1])[0].tolist() == numbers(answers[-1])[0].tolist()


def test_a_question_that_was_left_goes_on_where_it_was(small):
    x, other = torch.rand(30, 30), torch.rand(30, 30)
    found = Finder()
    first = tile(x, ask(x, size=(3, 3)), finder=found)
    tile(other, ask(other, size=(3, 3)), finder=found)
    assert tile(x, ask(x, size=(3, 3)), finder=found).progress > first.progress


def test_windows_of_a_pyramid_are_not_read_again(small, monkeypatch):
    x = torch.rand(32, 32)
    found = Finder()
    steps(x, ask(x), found)
    monkeypatch.setattr(reduce.Source, "read", lambda *_: pytest.fail("it was read again"))
    answer = tile(x, ask(x, Window(8, 8, 32, 32), (3, 3)), finder=found)
    assert answer.is_exact
    wanted = x[8:, 8:].unflatten(1, (3, 8)).unflatten(0, (3, 8)).mean((1, 3))
    np.testing.assert_allclose(numbers(answer), wanted, rtol=1e-6)


WRITES = {
    "in place": lambda x: x.add_(1),
    "an element": lambda x: x.__setitem__((0, 0), 99.0),
    "through a view": lambda x: x[3:5].mul_(2),
    "through a turned view": lambda x: x.T[2].fill_(7),
    "through detach": lambda x: x.detach().zero_(),
}
UNCOUNTED = {
    "through NumPy": lambda x: x.numpy().__setitem__((0, 0), 99.0),
    "through data": lambda x: x.data.add_(1),
}


@pytest.mark.parametrize("write", WRITES)
def test_what_was_kept_is_not_shown_after_a_write(small, write):
    x = torch.rand(32, 32)
    found = Finder()
    steps(x, ask(x), found)
    WRITES[write](x)
    answer = steps(x, ask(x), found)[-1]
    np.testing.assert_array_equal(numbers(answer), numbers(tile(x, ask(x))))


@pytest.mark.parametrize("write", UNCOUNTED)
def test_what_was_kept_is_not_shown_after_a_line_that_may_have_written_anything(small, write):
    x = torch.rand(32, 32)
    found = Finder()
    steps(x, ask(x), found)
    UNCOUNTED[write](x)
    found.renew(1)
    answer = steps(x, ask(x), found)[-1]
    np.testing.assert_array_equal(numbers(answer), numbers(tile(x, ask(x))))


def test_a_tensor_at_the_address_of_another_is_not_mistaken_for_it(small):
    found = Finder()
    for value in range(50):
        x = torch.full((32, 32), float(value))
        answer = steps(x, ask(x), found)[-1]
        assert np.all(numbers(answer) == value)
        del x


def test_planes_and_parts_of_one_tensor_are_kept_apart(small):
    x = torch.complex(torch.rand(3, 20, 20), torch.rand(3, 20, 20))
    found = Finder()
    for index in range(3):
        for part, f in (("real", torch.real), ("imaginary", torch.imag)):
            asked = TileAsk(
                expression="x",
                plane=Plane(1, 2, (index, 0, 0)),
                window=None,
                height_px=5,
                width_px=5,
                part=part,
            )
            answer = tile(x, asked, finder=found)
            while answer.progress < 1:
                answer = tile(x, asked, finder=found)
            wanted = f(x)[index].unflatten(1, (5, 4)).unflatten(0, (5, 4)).mean((1, 3))
            np.testing.assert_allclose(numbers(answer), wanted, rtol=1e-5)


def test_a_tensor_that_is_gone_leaves_nothing(small):
    found = Finder()
    x = torch.rand(200, 200)
    steps(x, ask(x), found)
    assert found.nbytes > 0
    del x
    gc.collect()
    y = torch.rand(3, 3)
    tile(y, ask(y), finder=found)
    assert found.nbytes < 1000


def test_the_cache_keeps_what_was_used_last_within_its_budget():
    class Kept:
        nbytes = 40

    cache, tensors = Cache(100), [torch.rand(2, 2) for _ in range(4)]
    made = []

    def use(x):
        key = matrix_key(x, "magnitude")
        cache.find(x, (key, None), lambda: made.append(id(x)) or Kept())
        cache.trim()

    for x in (tensors[0], tensors[1], tensors[0], tensors[2], tensors[0], tensors[1]):
        use(x)
        assert cache.nbytes <= 100
    assert made == [id(tensors[0]), id(tensors[1]), id(tensors[2]), id(tensors[1])]


def test_what_is_kept_does_not_grow_with_the_tensors_looked_at(small):
    found, tensors = Finder(), [torch.rand(20, 20) for _ in range(200)]
    kept = []
    for x in tensors:
        steps(x, ask(x), found)
        kept.append(found.nbytes)
    assert kept[-1] == kept[100] < 100 * kept[0]


def test_inference_tensors_are_read_anew_each_time(small):
    with torch.inference_mode():
        x = torch.zeros(20, 20)
    found = Finder()
    assert numbers(tile(x, ask(x), finder=found)).max() == 0
    with torch.inference_mode():
        x.add_(1)
    assert numbers(tile(x, ask(x), finder=found)).min() == 1


@pytest.mark.parametrize(("row", "column"), [(0, 0), (0, -1), (-1, 0), (-1, -1)])
def test_one_hot_and_one_nan_in_a_corner_of_a_large_matrix_are_seen(row, column):
    x = torch.zeros(5101, 5203)
    x[row, column], x[-1 - row, -1 - column] = 7.0, math.nan
    assert x.numel() > pyramid.LEAST_CELLS
    answer = steps(x, ask(x, size=(300, 300), how="max"), Finder())[-1]
    height, width = answer.values.shape
    assert np.argwhere(numbers(answer) == 7).tolist() == [[row % height, column % width]]
    seen = np.frombuffer(answer.marks.data, np.uint8).reshape(height, width)
    assert np.argwhere(seen == NAN).tolist() == [[(-1 - row) % height, (-1 - column) % width]]
    assert (answer.minimum, answer.maximum, answer.nan) == (0.0, 7.0, 1)


def test_an_expanded_tensor_is_read_once(monkeypatch):
    x = torch.tensor([1.0, math.nan, 3.0, 4.0]).expand(1_000_000_000, 4)
    answer = tile(x, ask(x, size=(100, 4)))
    assert numbers(answer)[:, 0].tolist() == [1.0] * answer.values.shape[0]
    assert answer.nan == 1_000_000_000
    turned = tile(x.T, ask(x.T, size=(4, 100)))
    assert (turned.minimum, turned.maximum, turned.nan) == (1.0, 4.0, 1_000_000_000)


def test_large_numbers_that_are_alike_are_told_apart_in_a_pyramid(small):
    x = 2**60 + torch.arange(1024).view(32, 32)
    answer = steps(x, ask(x, size=(4, 4)), Finder())[-1]
    values = np.frombuffer(answer.values.data, np.float32).reshape(4, 4)
    wanted = (x - 2**60).double().unflatten(1, (4, 8)).unflatten(0, (4, 8)).mean((1, 3))
    assert answer.base == 2**60
    np.testing.assert_array_equal(values, wanted)


@pytest.mark.parametrize("ndim", [7, 8])
def test_eight_dims_are_no_more_than_two(ndim):
    x = torch.arange(2.0**ndim).view((2,) * ndim)
    plane = Plane(ndim - 1, 0, (1,) * ndim)
    asked = TileAsk(expression="x", plane=plane, window=None, height_px=9, width_px=9)
    key = (slice(None), *(1,) * (ndim - 2), slice(None))
    np.testing.assert_array_equal(numbers(tile(x, asked)), x[key].T.numpy())


def test_overlapping_windows_of_memory_are_read_right():
    x = torch.arange(30.0).unfold(0, 10, 1)
    np.testing.assert_array_equal(numbers(tile(x, ask(x, size=(99, 99)))), x.numpy())
