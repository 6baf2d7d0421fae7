"""Histogram, percentiles and statistics against plain torch and Python, in steps and in one go."""

import math
from functools import partial

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from explorer.panes.heatmap import Plane
from explorer.panes.heatmap.counts.stage import Jobs, cuts
from explorer.panes.heatmap.counts.summarizing import answer_lines, answer_summary
from explorer.panes.heatmap.counts.summary import Axis, LinesAsk, SummaryAsk
from explorer.protocol import Problem
from tests.panes.heatmap.test_reduce import FLOATS, matrices


class Shelf:
    """A reader of one tensor."""

    def __init__(self, tensor):
        self.held = tensor

    def tensor(self, _expression, _as_of=0):
        return self.held


def plane_of(tensor):
    n = tensor.ndim
    return Plane(n - 2 if n > 1 else None, n - 1 if n else None, (0,) * n)


def run(answer, ask, tensor, seconds=100.0):
    """All answers to `ask`, the last one final."""
    jobs, shelf = Jobs(seconds), Shelf(tensor)
    found = [answer(ask, shelf, jobs)]
    while not isinstance(found[-1], Problem) and found[-1].progress < 1:
        found.append(answer(ask, shelf, jobs))
    return found


def summary(tensor, seconds=100.0, whole=False, **fields):
    ask = SummaryAsk(expression="x", plane=None if whole else plane_of(tensor), **fields)
    return run(answer_summary, ask, tensor, seconds)[-1]


def lines(tensor, along, start=0, stop=None, **fields):
    plane = plane_of(tensor)
    size = tensor.shape[0 if along == "rows" else 1]
    ask = LinesAsk(
        expression="x",
        plane=plane,
        along=along,
        start=start,
        stop=size if stop is None else stop,
        **fields,
    )
    return run(answer_lines, ask, tensor)[-1]


def numbers(array):
    return np.frombuffer(array.data, array.dtype)


def exact(tensor):
    """The elements as Python numbers."""
    if tensor.dtype in FLOATS:
        tensor = tensor.to(torch.float64)
    return [int(v) if isinstance(v, bool) else v for v in tensor.flatten().tolist()]


def edges(histogram):
    low, high = histogram.places
    n = len(histogram.counts)
    return [low + (high - low) * i / n for i in range(n + 1)]


@settings(max_examples=300, deadline=None)
@given(matrix=matrices())
def test_every_element_is_counted_in_its_bin(matrix):
    values = exact(matrix)
    finite = [v for v in values if math.isfinite(v)]
    found = summary(matrix)
    assert found.count == len(values)
    assert found.nan == sum(math.isnan(v) for v in values)
    assert found.positive_infinity == values.count(math.inf)
    assert found.negative_infinity == values.count(-math.inf)
    assert found.zeros == finite.count(0)
    if not finite:
        assert (found.minimum, found.maximum, found.histogram) == (None, None, None)
        return
    assert (found.minimum, found.maximum) == (min(finite), max(finite))
    histogram = found.histogram
    assert sum(histogram.counts) == len(finite)
    assert (histogram.below, histogram.above) == (0, 0)
    if not matrix.dtype.is_floating_point:
        want = [0] * len(histogram.counts)
        for v in finite:
            want[(v - histogram.low) // histogram.width] += 1
        assert list(histogram.counts) == want
        return
    assert (histogram.low, histogram.high) == (min(finite), max(finite))
    between = edges(histogram)
    slack = 1e-9 * (histogram.high - histogram.low)
    for i, edge in enumerate(between[1:], 1):
        counted = sum(histogram.counts[:i])
        assert sum(v < edge - slack for v in finite) <= counted
        assert counted <= sum(v <= edge + slack for v in finite)


@settings(max_examples=200, deadline=None)
@given(matrix=matrices())
def test_statistics_are_torchs_in_float64(matrix):
    values = torch.tensor([float(v) for v in exact(matrix)], dtype=torch.float64)
    finite = values[values.isfinite()]
    found = summary(matrix)
    if not finite.numel():
        assert (found.mean, found.std, found.norm) == (None, None, None)
        return
    size = finite.abs().max().item()
    assert found.mean == pytest.approx(finite.mean().item(), rel=1e-12, abs=1e-13 * size)
    assert found.norm == pytest.approx(torch.linalg.vector_norm(finite).item(), rel=1e-12)
    if finite.numel() > 1:
        assert found.std == pytest.approx(finite.std().item(), rel=1e-9, abs=1e-13 * size)
    else:
        assert math.isnan(found.std)


@settings(max_examples=200, deadline=None)
@given(matrix=matrices(), low=st.floats(0, 50), high=st.floats(50, 100))
def test_percentiles_are_elements_of_their_rank(matrix, low, high):
    finite = sorted(v for v in exact(matrix) if math.isfinite(v))
    found = summary(matrix, percentiles=(low, high))
    if not finite:
        assert found.percentiles is None
        return
    n = len(finite) - 1
    want = finite[math.floor(low / 100 * n)], finite[math.ceil(high / 100 * n)]
    assert found.percentiles == want
    h = found.histogram
    assert sum(h.counts) + h.below + h.above == len(finite)
    assert h.low <= want[0] <= want[1] <= h.high


def test_percentiles_are_not_lost_beside_a_hot_element():
    x = torch.randn(100_000)
    x[7] = 1e30
    found = summary(x, percentiles=(1, 99))
    assert found.percentiles[0] == torch.quantile(x, 0.01, interpolation="lower")
    assert found.percentiles[1] == torch.quantile(x, 0.99, interpolation="higher")
    assert found.histogram.above >= 1
    assert sum(n > 0 for n in found.histogram.counts) > 200


@settings(max_examples=60, deadline=None)
@given(
    shape=st.lists(st.integers(1, 5), max_size=5),
    seed=st.integers(0, 99),
    turn=st.booleans(),
    logarithmic=st.booleans(),
)
def test_a_whole_tensor_in_small_steps_is_the_same_as_in_one(shape, seed, turn, logarithmic):
    x = torch.randn(shape, generator=torch.Generator().manual_seed(seed))
    if turn:
        x = x.permute(tuple(reversed(range(x.ndim))))
    ask = SummaryAsk(expression="x", plane=None, percentiles=(5, 95), logarithmic=logarithmic)
    (once,) = run(answer_summary, ask, x)
    many = run(answer_summary, ask, x, seconds=0.0)
    assert len(many) > 1
    assert repr(many[-1]) == repr(once)  # NaN is not equal to itself
    assert [a.progress for a in many] == sorted(a.progress for a in many)


def test_an_answer_on_the_way_tells_what_is_counted(monkeypatch):
    monkeypatch.setattr("explorer.panes.heatmap.counts.stage.PIECE", 100)
    monkeypatch.setattr(cuts, "__defaults__", (100,))
    x = torch.arange(1000.0)
    x[5] = math.nan
    answers = run(answer_summary, SummaryAsk(expression="x", plane=plane_of(x)), x, seconds=0.0)
    assert len(answers) == 20
    assert (answers[0].count, answers[0].maximum, answers[0].nan) == (100, 99, 1)
    assert sum(answers[12].histogram.counts) == 299
    assert sum(answers[-1].histogram.counts) == 999


def test_a_tensor_that_is_written_meanwhile_is_counted_again(monkeypatch):
    monkeypatch.setattr(cuts, "__defaults__", (100,))
    x = torch.zeros(1000)
    ask = SummaryAsk(expression="x", plane=plane_of(x))
    jobs, shelf = Jobs(0.0), Shelf(x)
    for _ in range(7):
        answer_summary(ask, shelf, jobs)
    x.add_(1)
    found = answer_summary(ask, shelf, jobs)
    assert (found.count, found.zeros, found.minimum) == (100, 0, 1)


@pytest.mark.parametrize("shape", [(), (7,), (3, 4), (2, 3, 50), (50, 1, 3)])
@pytest.mark.parametrize("limit", [1, 5, 1000])
def test_pieces_cover_everything_once(shape, limit):
    seen = torch.zeros(shape, dtype=torch.int64)
    for cut in cuts(shape, limit):
        assert seen[cut].numel() <= limit
        seen[cut] += 1
    assert bool((seen == 1).all())


def test_whole_numbers_of_a_few_kinds_are_listed():
    x = torch.tensor([0, 1000, -5000, 1000, 7])
    assert summary(x).values == ((-5000, 1), (0, 1), (7, 1), (1000, 2))
    assert summary(torch.arange(11)).values == ()
    assert summary(torch.tensor([True, False, True])).values == ((0, 1), (1, 2))
    biggest = torch.tensor([2**64 - 1, 0, 2**63], dtype=torch.uint64)
    assert summary(biggest).values == ((0, 1), (2**63, 1), (2**64 - 1, 1))


def test_whole_numbers_are_counted_exactly_to_the_last():
    x = torch.tensor([-(2**63), 2**63 - 1, 0, 2**63 - 2])
    found = summary(x)
    assert (found.minimum, found.maximum) == (-(2**63), 2**63 - 1)
    assert found.histogram.counts[-1] == 2
    near = torch.tensor([2**62, 2**62 + 1, 2**62 + 255])
    assert summary(near).histogram.counts == (1, 1, *[0] * 253, 1)


@pytest.mark.parametrize(
    "x",
    [
        torch.tensor([1e308, -1e308, 1e308], dtype=torch.float64),
        torch.tensor([5e-324, 0.0, 1e-323], dtype=torch.float64),
        torch.tensor([1e-45, -1e-45]),
        torch.tensor([3.0]),
        torch.tensor([-0.0, 0.0, 0.0]),
        torch.full((5, 3), 7.0),
    ],
)
def test_extremes_are_counted(x):
    found = summary(x, percentiles=(0, 100))
    assert sum(found.histogram.counts) == x.numel()
    assert found.percentiles == (x.min().item(), x.max().item())
    assert found.mean == pytest.approx(np.mean(x.double().numpy() / 2) * 2, rel=1e-12, abs=0)
    assert math.isfinite(found.norm)


def test_positive_values_lie_on_a_logarithmic_axis():
    x = torch.tensor([0.0, 1e-3, 1e-2, 1e-1, 1.0])
    found = summary(x, logarithmic=True)
    histogram = found.histogram
    assert (histogram.axis.kind, found.least_positive) == ("log", pytest.approx(1e-3))
    assert histogram.below == 1
    counts = np.array(histogram.counts)
    assert counts.sum() == 4
    assert np.diff(np.flatnonzero(counts)).tolist() == pytest.approx([85, 85, 85], abs=1)


def test_signed_values_lie_on_an_axis_that_is_logarithmic_on_both_sides():
    x = torch.tensor([-100.0, -1.0, 0.0, 1.0, 100.0])
    histogram = summary(x, logarithmic=True).histogram
    assert histogram.axis == Axis("symlog", 0.1)
    assert sum(histogram.counts) == 5
    assert summary(torch.zeros(3), logarithmic=True).histogram.axis.kind == "linear"
    whole = summary(torch.tensor([1, 10, 100]), logarithmic=True).histogram
    assert (whole.axis.kind, sum(whole.counts)) == ("log", 3)


@given(st.floats(-1e30, 1e30), st.sampled_from([Axis(), Axis("symlog", 3.0), Axis("symlog", 1e-9)]))
def test_an_axis_leads_back(value, axis):
    assert axis.value(axis.place(value)) == pytest.approx(value, rel=1e-9, abs=1e-20)


@settings(max_examples=200, deadline=None)
@given(matrix=matrices(), along=st.sampled_from(["rows", "columns"]))
def test_lines_have_the_statistics_of_their_elements(matrix, along):
    found = lines(matrix, along, full=True)
    turned = matrix if along == "rows" else matrix.T
    for i, line in enumerate(turned):
        values = torch.tensor([float(v) for v in exact(line)], dtype=torch.float64)
        finite = values[values.isfinite()]
        assert numbers(found.nan)[i] == values.isnan().sum()
        assert numbers(found.infinite)[i] == values.isinf().sum()
        assert numbers(found.zeros)[i] == (finite == 0).sum()
        if not finite.numel():
            assert (numbers(found.low)[i], numbers(found.high)[i]) == (math.inf, -math.inf)
            continue
        assert numbers(found.low)[i] == finite.min()
        assert numbers(found.high)[i] == finite.max()
        size = finite.abs().max().item()
        assert numbers(found.mean)[i] == pytest.approx(finite.mean().item(), abs=1e-12 * size)
        if finite.numel() > 1:
            want = finite.std().item()
            assert numbers(found.std)[i] == pytest.approx(want, rel=1e-6, abs=1e-12 * size)


def test_lines_together_have_one_range():
    x = torch.arange(20.0).view(5, 4)
    found = lines(x, "rows", block=2)
    assert numbers(found.low).tolist() == [0, 8, 16]
    assert numbers(found.high).tolist() == [7, 15, 19]
    part = lines(x, "columns", start=1, stop=3)
    assert numbers(part.low).tolist() == [1, 2]


def test_parts_of_complex_numbers_are_counted():
    x = torch.tensor([3 + 4j, 0j])
    assert summary(x).maximum == 5
    assert summary(x, part="imaginary").maximum == 4
    assert summary(x.conj(), part="imaginary").minimum == -4


def test_a_sparse_tensor_is_counted_with_its_zeros_in_any_number_of_steps():
    x = torch.eye(30).to_sparse()
    found = summary(x, seconds=0.0)
    assert (found.count, found.zeros, found.maximum) == (900, 870, 1)


@pytest.mark.parametrize("dtype", [torch.float32, torch.int64, torch.uint8])
def test_a_large_sparse_tensor_is_counted_by_what_it_stores(dtype):
    make = partial(torch.sparse_coo_tensor, check_invariants=True)
    places = torch.tensor([[0, 1, 2999, 5], [4, 1, 2999, 5]])
    x = make(places, torch.tensor([3, 7, 100, 7]).to(dtype), (3000, 3000))
    dense = x.to_dense()
    for fields in ({}, {"whole": True}, {"percentiles": (0, 100)}, {"seconds": 0.0}):
        found, want = summary(x, **fields), summary(dense, **fields)
        assert found.histogram == want.histogram
        assert (found.zeros, found.values) == (want.zeros, want.values)
        assert (found.count, found.percentiles) == (want.count, want.percentiles)
        for name in ("mean", "std", "norm"):
            assert getattr(found, name) == pytest.approx(getattr(want, name), rel=1e-9)
    nothing = make(torch.empty(2, 0, dtype=torch.int64), torch.empty(0), (3000, 3000))
    assert (summary(nothing).zeros, summary(nothing).maximum) == (9_000_000, 0)


def test_what_has_no_values_says_so():
    found = run(
        answer_summary,
        SummaryAsk(expression="x", plane=None),
        torch.empty(2, device="meta"),
    )
    assert "meta tensor" in found[0].what
