"""A comparison's verdict is that of torch.allclose, whatever the dtypes, and its cells are found."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from explorer.comparison import Comparison, compared, comparison_of
from explorer.panes.heatmap.counts.stage import PIECE
from explorer.panes.heatmap.tiles.plane import UnshowableError
from explorer.panes.heatmap.watches import comparer
from explorer.panes.heatmap.watches.comparer import Comparer
from explorer.panes.heatmap.watches.comparing import DifferenceAsk, Tolerance, VerdictAsk
from tests.fake_link import tensor_info

DTYPES = [
    torch.float32,
    torch.float64,
    torch.float16,
    torch.bfloat16,
    torch.int8,
    torch.int32,
    torch.int64,
    torch.uint8,
    torch.bool,
    torch.complex64,
]
NUMBERS = [0, 1, 1 + 1e-6, -1, 1.001, 3, 100, math.inf, -math.inf, math.nan]


class Tensors:
    """What a comparer reads from."""

    revision = 0

    def __init__(self, **tensors):
        self.tensors = tensors

    def tensor(self, expression, _as_of=0):
        return self.tensors[expression]


USUAL = Tolerance()


def verdict(a, b, tolerance=USUAL):
    ask = VerdictAsk(expression="a - b", left="a", right="b", tolerance=tolerance)
    reader, working = Tensors(a=a, b=b), Comparer()
    found = working.verdict(ask, reader)
    while found.progress < 1:
        found = working.verdict(ask, reader)
    return found


@st.composite
def tensors(draw, shape):
    dtype = draw(st.sampled_from(DTYPES))
    n = math.prod(shape)
    numbers = draw(st.lists(st.sampled_from(NUMBERS), min_size=n, max_size=n))
    if not (dtype.is_floating_point or dtype.is_complex):
        numbers = [x if math.isfinite(x) else 2 for x in numbers]
    if dtype is torch.uint8:
        numbers = [abs(x) for x in numbers]
    return torch.tensor(numbers, dtype=torch.float64).to(dtype).reshape(shape)


@st.composite
def pairs(draw):
    rows, columns = draw(st.integers(1, 4)), draw(st.integers(1, 5))
    a = draw(tensors((rows, columns)))
    b = draw(
        st.one_of(tensors((rows, columns)), tensors((columns,)), tensors((rows, 1)), tensors(()))
    )
    return a, b


@given(
    pairs(),
    st.sampled_from([1e-5, 0.0, 0.1]),
    st.sampled_from([1e-8, 0.0, 2.0]),
    st.booleans(),
    st.sampled_from([1, 2, 7, 1 << 15]),
)
@settings(deadline=None, max_examples=300)
def test_the_verdict_is_that_of_allclose(pair, rtol, atol, equal_nan, piece):
    a, b = pair
    tolerance = Tolerance(rtol=rtol, atol=atol, equal_nan=equal_nan)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(comparer, "cuts", lambda shape: real_cuts(shape, piece))
        found = verdict(a, b, tolerance)
    common = torch.result_type(a, b)
    common = {torch.bool: torch.int32, torch.complex32: torch.complex64}.get(common, common)
    x, y = (t.to(common) for t in (a, b))
    x, y = torch.broadcast_tensors(x, y)
    close = torch.isclose(x, y, rtol=rtol, atol=atol, equal_nan=equal_nan)
    assert found.is_close == torch.allclose(x, y, rtol=rtol, atol=atol, equal_nan=equal_nan)
    assert found.count == x.numel()
    assert found.differing == int((~close).sum())
    is_whole = not (x.is_floating_point() or x.is_complex())
    sizes = (x.long() - y.long() if is_whole else x - y).abs()
    known = sizes[~torch.isnan(sizes)] if sizes.is_floating_point() else sizes.flatten()
    if known.numel():
        # Of complex numbers torch tells sizes to the last bits, by how many it works on at once.
        alike = torch.isclose if x.is_complex() else torch.eq
        assert alike(sizes[found.index], known.max())
        assert alike(torch.tensor(float(found.largest), dtype=known.dtype), known.max())
    else:
        assert found.largest == ""


real_cuts = comparer.cuts


def test_whole_numbers_as_far_apart_as_can_be_are_told_exactly():
    a = torch.tensor([2**63 - 1, 5])
    found = verdict(a, torch.tensor([-(2**63), 5]))
    assert (found.largest, found.index, found.differing) == (str(2**64 - 1), (0,), 1)


@pytest.mark.parametrize("dtype", [torch.uint16, torch.float8_e4m3fn, torch.bool])
def test_dtypes_that_torch_does_not_compare_are_compared(dtype):
    a = torch.tensor([0.0, 1.0, 1.0]).to(dtype)
    b = torch.tensor([0.0, 1.0, 0.0]).to(dtype)
    found = verdict(a, b)
    assert (found.differing, found.index, float(found.largest)) == (1, (2,), 1.0)


def test_shapes_that_do_not_fit_are_told():
    with pytest.raises(UnshowableError, match=r"a has shape \[3\] and b has shape \[4\]"):
        verdict(torch.zeros(3), torch.zeros(4))


def test_it_is_compared_in_steps_and_goes_on(monkeypatch):
    monkeypatch.setattr(comparer, "STEP_SECONDS", 0.0)
    a, b = torch.zeros(5, PIECE), torch.zeros(5, PIECE)
    b[4, 7] = 1
    ask = VerdictAsk(expression="a - b", left="a", right="b")
    working, reader = Comparer(), Tensors(a=a, b=b)
    shares = []
    while not shares or shares[-1] < 1:
        found = working.verdict(ask, reader)
        shares.append(found.progress)
    assert shares == pytest.approx([0.2, 0.4, 0.6, 0.8, 1.0])
    assert (found.differing, found.index) == (1, (4, 7))
    a[0, 0] = 3
    assert working.verdict(ask, reader).progress == pytest.approx(0.2), "it begins anew"


@given(st.lists(st.booleans(), min_size=1, max_size=24), st.integers(0, 23), st.booleans())
@settings(deadline=None)
def test_the_next_difference_is_found_from_anywhere(differs, start, backwards):
    n = len(differs)
    a, b = torch.zeros(n), torch.tensor(differs).float()
    start %= n
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(comparer, "cuts", lambda shape: real_cuts(shape, 5))
        ask = DifferenceAsk(
            expression="a - b", left="a", right="b", start=(start,), backwards=backwards
        )
        found = Comparer().find(ask, Tensors(a=a, b=b))
    step = -1 if backwards else 1
    around = [(start + step * i) % n for i in range(1, n + 1)]
    expected = next(((i,) for i in around if differs[i]), None)
    assert found.index == expected


def test_without_a_start_it_is_the_first_or_the_last():
    a, b = torch.zeros(2, 3), torch.tensor([[0.0, 1, 0], [0, 0, 2]])
    for backwards, index in ((False, (0, 1)), (True, (1, 2))):
        ask = DifferenceAsk(expression="a - b", left="a", right="b", backwards=backwards)
        assert Comparer().find(ask, Tensors(a=a, b=b)).index == index


@pytest.mark.parametrize(
    ("left", "right"), [("a", "b"), ("a + c", "b - c"), ("-a", "x[0].mean(0)"), ("a & b", "b")]
)
@pytest.mark.parametrize("kind", ["difference", "absolute", "relative"])
def test_what_is_compared_is_read_back_from_the_expression(left, right, kind):
    comparison = Comparison(left, right, kind)
    assert comparison_of(comparison.expression) == comparison


@pytest.mark.parametrize("expression", ["x", "x - 1", "1 - x", "x + y", "x.abs()", "x -", "-x"])
def test_other_expressions_compare_nothing(expression):
    assert comparison_of(expression) is None


def test_numbers_that_have_none_below_0_are_compared_as_others():
    a, b = tensor_info("a", dtype="bool"), tensor_info('w["b"]', dtype="uint8")
    assert compared(a, b).expression == 'a.int() - w["b"].long()'
    assert compared(tensor_info("x"), tensor_info("y")).expression == "x - y"
    assert compared(tensor_info("x"), tensor_info("y")).kind == "difference"
