"""Texts of cells are torch's own, and exact texts read back."""

import re

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from explorer.engine import torch_private
from explorer.panes.heatmap import Plane, TableAsk, ValueAsk, Window
from explorer.panes.heatmap.probe import table, value
from explorer.panes.heatmap.tiles.number import exact_text, table_texts
from explorer.panes.heatmap.tiles.plane import UnshowableError

FLOATS = st.floats(width=32, allow_nan=True, allow_infinity=True)


def printed(tensor: torch.Tensor) -> list[str]:
    """The numbers in torch's own text of a 1-D tensor."""
    inside = re.search(r"\[(.*)\]", str(tensor), re.DOTALL)
    return [part.strip() for part in inside.group(1).split(",")]


@settings(max_examples=200, deadline=None)
@given(st.lists(FLOATS, min_size=1, max_size=6))
def test_floats_read_as_torch_prints_them(numbers):
    x = torch.tensor(numbers)
    assert list(table_texts(x.tolist())) == printed(x)


@pytest.mark.parametrize(
    "x",
    [
        torch.tensor([1, -20, 300]),
        torch.tensor([True, False]),
        torch.tensor([1.5 + 2j, -0.25 - 1j]),
        torch.tensor([1.0, 2.0], dtype=torch.float8_e5m2),
        torch.tensor([0.1, 1000.5], dtype=torch.bfloat16),
        torch.tensor([0.0, -0.0]),
    ],
)
def test_other_kinds_read_as_torch_prints_them(x):
    assert list(table_texts(x.tolist())) == printed(x)


@pytest.mark.parametrize(
    "options",
    [{"precision": 2}, {"sci_mode": True}, {"sci_mode": False}, {"profile": "short"}],
)
@pytest.mark.parametrize(
    "x",
    [
        torch.tensor([1.25, -3.0, torch.nan]),
        torch.tensor([1.0, 20.0]),
        torch.tensor([1e-9, 1e9, -torch.inf]),
        torch.tensor([1.5 + 2j, -0.25 - 1j]),
    ],
)
def test_what_set_printoptions_sets_is_followed(options, x):
    before = torch_private.print_options()
    try:
        torch.set_printoptions(**options)
        assert list(table_texts(x.tolist())) == printed(x)
    finally:
        torch_private.set_print_options(before)


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from([torch.float16, torch.bfloat16, torch.float32, torch.float64]),
    st.floats(-60000, 60000),
)
def test_an_exact_text_reads_back_as_the_same_number(dtype, number):
    x = torch.tensor(number, dtype=dtype)
    text = exact_text(x.item(), dtype)
    assert torch.equal(torch.tensor(float(text), dtype=dtype), x)
    assert len(text) <= len(repr(x.item()))


def test_a_value_is_shown_as_short_as_its_dtype_allows():
    x = torch.tensor([[0.1, 12.0]])
    assert value(x, ValueAsk(expression="x", index=(0, 0))).text == "0.1"
    assert value(x, ValueAsk(expression="x", index=(0, 1))).text == "12.0"
    b = torch.tensor(0.1, dtype=torch.bfloat16)
    assert value(b, ValueAsk(expression="b", index=())).text == "0.1"
    assert value(b, ValueAsk(expression="b", index=())).dtype == "bfloat16"
    big = torch.tensor([2**62 + 1])
    assert value(big, ValueAsk(expression="b", index=(0,))).text == "4611686018427387905"
    z = torch.tensor(0.1 - 2j)
    assert value(z, ValueAsk(expression="z", index=())).text == "0.1-2.0j"


def test_an_index_outside_the_tensor_is_refused():
    with pytest.raises(IndexError):
        value(torch.zeros(2, 2), ValueAsk(expression="x", index=(2, 0)))
    with pytest.raises(ValueError, match="x has 2 dims now"):
        value(torch.zeros(2, 2), ValueAsk(expression="x", index=(0,)))


def test_a_table_is_tabs_and_newlines_and_has_a_limit():
    x = torch.tensor([[0.1, float("nan")], [3.0, -float("inf")]])
    plane = Plane(0, 1, (0, 0))
    ask = TableAsk(expression="x", plane=plane, window=Window(0, 0, 2, 2))
    assert table(x, ask).text == "0.1\tnan\n3.0\t-inf"
    large = torch.zeros(101, 100)
    with pytest.raises(UnshowableError, match="At most 10000 values"):
        table(large, TableAsk(expression="x", plane=plane, window=Window(0, 0, 101, 100)))
