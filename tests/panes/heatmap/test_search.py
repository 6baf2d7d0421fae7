"""The search for an element against torch's own comparisons, and what people type."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from explorer.catalog.number import Refusal
from explorer.panes.heatmap.reading import searching
from explorer.panes.heatmap.reading.search import (
    LARGEST,
    SMALLEST,
    UNFINITE,
    Condition,
    SearchAsk,
    read_condition,
)
from explorer.panes.heatmap.reading.searching import answer_search, piece
from explorer.protocol import Problem
from tests.panes.heatmap.test_summary import Shelf

DTYPES = [
    torch.bool,
    torch.uint8,
    torch.int16,
    torch.int64,
    torch.float16,
    torch.bfloat16,
    torch.float32,
    torch.float64,
]
COMPARE = {
    "==": torch.eq,
    "!=": torch.ne,
    "<": torch.lt,
    "<=": torch.le,
    ">": torch.gt,
    ">=": torch.ge,
}


def search(tensor, condition, start=None, backward=False, seconds=100.0):
    """The index found, and in how many steps."""
    ask = SearchAsk(expression="x", condition=condition, start=start, backward=backward)
    answer, steps = answer_search(ask, Shelf(tensor), seconds), 1
    while not isinstance(answer, Problem) and not answer.is_over:
        ask = SearchAsk(
            expression="x",
            condition=condition,
            start=start,
            backward=backward,
            searched=answer.searched,
            best=answer.best,
            best_at=answer.best_at,
        )
        answer, steps = answer_search(ask, Shelf(tensor), seconds), steps + 1
    return answer if isinstance(answer, Problem) else answer.index, steps


def expected(mask, start, backward):
    """The index that comes next in row-major order, by torch.nonzero."""
    hits = [tuple(hit) for hit in mask.nonzero().tolist()]
    if mask.ndim == 0:
        return () if bool(mask) else None
    if backward:
        hits.reverse()
        later = [hit for hit in hits if start is None or hit < start]
    else:
        later = [hit for hit in hits if start is None or hit > start]
    return next(iter(later or hits), None)


@st.composite
def tensors(draw):
    """Small tensors of every kind of stride, with few different values."""
    dtype = draw(st.sampled_from(DTYPES))
    shape = draw(st.lists(st.integers(1, 5), max_size=4))
    numbers = torch.tensor(draw(st.lists(st.integers(0, 4), min_size=625, max_size=625)))
    x = (numbers / 2 - (0 if dtype in (torch.bool, torch.uint8) else 1)).to(dtype)
    if dtype.is_floating_point:
        x[draw(st.integers(0, 624)) :: 7] = draw(st.sampled_from([math.nan, math.inf, -math.inf]))
    x = x[: math.prod(shape)].view(shape)
    match draw(st.sampled_from(["plain", "turned", "stepped", "expanded"])):
        case "turned":
            x = x.permute(tuple(reversed(range(x.ndim))))
        case "stepped" if x.ndim:
            x = x[..., ::2]
        case "expanded":
            x = x.expand(2, *x.shape)
    return x


@settings(max_examples=200, deadline=None)
@given(
    x=tensors(),
    sign=st.sampled_from(sorted(COMPARE)),
    value=st.sampled_from([-0.5, 0, 0.1, 0.5, 1, 1.5, 300, -70000]),
    place=st.integers(0, 10_000),
    backward=st.booleans(),
    limit=st.sampled_from([1, 3, 7, 1000]),
)
def test_a_value_is_found_where_torch_finds_it(x, sign, value, place, backward, limit):
    start = None
    if place % 5:
        start = tuple(
            int(i[0]) for i in torch.unravel_index(torch.tensor([place % x.numel()]), x.shape)
        )
    plain = x.to(torch.float64)
    kept = value
    if x.dtype.is_floating_point and abs(value) < torch.finfo(x.dtype).max:
        kept = torch.tensor(value, dtype=x.dtype).item()
    mask = COMPARE[sign](plain, kept)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(searching, "PIECE", limit)
        found, _ = search(x, Condition(sign, value), start, backward)
    assert found == expected(mask, start, backward)


@settings(max_examples=100, deadline=None)
@given(x=tensors(), place=st.integers(0, 10_000), backward=st.booleans())
def test_nan_infinities_and_extremes_are_found_where_torch_finds_them(x, place, backward):
    at = torch.unravel_index(torch.tensor([place % x.numel()]), x.shape)
    start = tuple(int(i[0]) for i in at)
    plain = x.to(torch.float64)
    finite = torch.isfinite(plain)
    found, _ = search(x, UNFINITE, start, backward)
    assert found == expected(~finite, start, backward)
    found, _ = search(x, Condition("nan"), start, backward)
    assert found == expected(plain.isnan(), start, backward)
    for condition, extreme in ((LARGEST, torch.amax), (SMALLEST, torch.amin)):
        found, _ = search(x, condition, start, backward)
        if not bool(finite.any()):
            assert found is None
        else:
            assert found == expected(plain == extreme(plain[finite], 0), start, backward)


@given(
    shape=st.lists(st.integers(1, 6), max_size=4).map(tuple),
    limit=st.integers(1, 50),
    backward=st.booleans(),
)
def test_pieces_follow_each_other_in_row_major_order(shape, limit, backward):
    numbers = torch.arange(math.prod(shape)).view(shape)
    position, seen = 0, []
    while position < numbers.numel():
        cut = piece(shape, position, limit, backward=backward)
        part = (numbers[cut] if cut else numbers).reshape(-1).tolist()
        assert 1 <= len(part) <= limit
        seen += reversed(part) if backward else part
        position += len(part)
    assert seen == sorted(range(numbers.numel()), reverse=backward)


def test_a_long_search_is_done_in_steps():
    x = torch.zeros(3, 1 << 20)
    x[2, -1] = 1
    found, steps = search(x, Condition(">", 0.5), seconds=0.0)
    assert found == (2, (1 << 20) - 1)
    assert steps == 24
    assert search(x, LARGEST, seconds=0.0) == ((2, (1 << 20) - 1), 24)
    assert search(x.long(), UNFINITE, seconds=0.0) == (None, 1)


def test_large_whole_numbers_are_told_apart():
    x = torch.tensor([2**62, 2**62 + 1, -(2**63), 2**63 - 1])
    assert search(x, Condition("==", 2**62 + 1))[0] == (1,)
    assert search(x, Condition(">", 2**62 + 1))[0] == (3,)
    assert search(x, SMALLEST)[0] == (2,)
    big = torch.tensor([1, 2**64 - 1, 2**63], dtype=torch.uint64)
    assert search(big, LARGEST)[0] == (1,)
    assert search(big, Condition("==", 1))[0] == (0,)
    assert search(big, Condition("<", 0))[0] is None


def test_a_complex_number_is_found():
    x = torch.tensor([[1 + 2j, 3 - 1j], [0.1 + 0.2j, 3 - 1j]])
    assert search(x, read_condition("3-1j"), (0, 1))[0] == (1, 1)
    assert search(x, read_condition("0.1+0.2j"))[0] == (1, 0)
    assert search(x, read_condition("3-0.9j ± 0.2"))[0] == (0, 1)
    assert search(x, read_condition("> 3"))[0] == (0, 1)


@pytest.fixture(scope="module")
def large():
    """A tensor that is too large to be made dense when it is sparse, plain and sparse."""
    x = torch.zeros(3000, 1500)
    x[0, 3] = x[1500, 8] = 5
    x[7, 7], x[2999, 1499] = -1, math.nan
    x[0, 0] = x[0, 1] = x[2999, 1498] = 1
    return x, x.to_sparse()


@pytest.mark.parametrize("backward", [False, True])
@pytest.mark.parametrize("text", ["5", "0", "> 4", "!= 0", "< 0", "nan", "largest", "smallest"])
def test_a_large_sparse_tensor_is_searched_by_what_it_stores(large, text, backward):
    extremes = {"largest": LARGEST, "smallest": SMALLEST}
    condition = extremes.get(text) or read_condition(text)
    plain, sparse = large
    for start in (None, (0, 3), (2999, 1499), (1500, 7)):
        found, steps = search(sparse, condition, start, backward)
        assert (found, steps) == (search(plain, condition, start, backward)[0], 1)


def test_a_large_sparse_tensor_without_stored_elements_is_all_0():
    empty = torch.zeros(3000, 1500).to_sparse()
    assert search(empty, Condition("==", 0), (4, 1499))[0] == (5, 0)
    assert search(empty, UNFINITE)[0] is None
    assert search(empty, LARGEST)[0] == (0, 0)


@pytest.mark.parametrize(
    ("text", "condition"),
    [
        ("3", Condition("==", 3)),
        (" = 0.5", Condition("==", 0.5)),
        ("> 3", Condition(">", 3)),
        ("＞３", Condition(">", 3)),
        (">=-1e3", Condition(">=", -1000.0)),
        ("≤ 2", Condition("<=", 2)),
        ("!= 0", Condition("!=", 0)),
        ("0.5 ± 0.01", Condition("==", 0.5, None, 0.01)),
        ("0.5 +- 0.01", Condition("==", 0.5, None, 0.01)),
        ("nan", Condition("nan")),
        ("-inf", Condition("==", -math.inf)),
        ("True", Condition("==", 1)),
        ("2+3j", Condition("==", 2.0, 3.0)),
    ],
)
def test_a_condition_is_read_as_it_is_meant(text, condition):
    assert read_condition(text) == condition


@pytest.mark.parametrize(
    "text", ["", "big", "> ", "> nan", "> 1j", "3 ± -1", "> 3 ± 1", "1 ± 2 ± 3"]
)
def test_what_is_no_condition_is_refused_in_words(text):
    with pytest.raises(Refusal) as refused:
        read_condition(text)
    assert len(refused.value.message) > 10


def test_what_torch_can_not_read_is_said():
    problem, _ = search(torch.empty(3, device="meta"), UNFINITE)
    assert "meta tensor" in problem.what
