"""What is typed into a cell, against what torch makes of it."""

import math

import pytest
import torch

from explorer.catalog.cell import INTEGERS, LARGEST, assignment, cell_number, is_assignable
from explorer.catalog.number import Refusal

TYPED = ["0", "1", "-3", "7", "1.5", "1e3", "nan", "-inf", "1/3", "3e38", "2+3j", "True", "70000"]


@pytest.mark.parametrize("text", TYPED)
@pytest.mark.parametrize(
    "dtype",
    ["bool", *INTEGERS, *LARGEST, "complex64", "complex128"],
)
def test_what_a_cell_takes_arrives_as_it_was_typed(dtype, text):
    if not hasattr(torch, dtype):
        pytest.skip("this torch has no such dtype")
    kind = getattr(torch, dtype)
    try:
        source = cell_number(text, dtype)
    except Refusal:
        return
    x = torch.zeros(2, dtype=torch.float32).to(kind)
    exec(assignment("x", (1,), source), {"x": x, "torch": torch})
    want = complex(eval(text, {"nan": math.nan, "inf": math.inf, "True": True}))
    got = complex(x.to(torch.complex128)[1])
    if kind.is_floating_point or kind.is_complex:
        part = kind if kind.is_floating_point else x.real.dtype
        assert math.isnan(got.real) == math.isnan(want.real)
        if dtype != "float8_e8m0fnu" and not math.isnan(want.real) and abs(want) < math.inf:
            assert abs(got - want) <= abs(want) * torch.finfo(part).eps
        elif math.isinf(want.real):
            assert got == want
    else:
        assert got == want


@pytest.mark.parametrize(
    ("text", "dtype", "source"),
    [
        ("3", "float32", "3.0"),
        ("3", "int64", "3"),
        ("1e3", "int16", "1000"),
        ("1", "bool", "True"),
        ("false", "bool", "False"),
        ("nan", "float16", "torch.nan"),
        ("３．５", "float64", "3.5"),
        ("2", "complex64", "2.0"),
        ("2-1j", "complex64", "complex(2.0, -1.0)"),
    ],
)
def test_a_number_is_written_as_the_dtype_has_it(text, dtype, source):
    assert cell_number(text, dtype) == source


@pytest.mark.parametrize(
    ("text", "dtype", "reason"),
    [
        ("1.5", "int64", "whole numbers"),
        ("nan", "int32", "whole numbers"),
        ("256", "uint8", "from 0 to 255"),
        ("-1", "uint8", "from 0 to 255"),
        ("two", "float32", "not a number"),
        ("", "float32", "Type a number"),
        ("70000", "float16", "65504"),
        ("inf", "float8_e4m3fn", "no infinity"),
        ("1j", "float32", "imaginary"),
        ("2", "bool", "True or False"),
        ("True", "int8", "type 1 or 0"),
        ("1e39", "complex64", "complex64"),
    ],
)
def test_what_the_dtype_does_not_take_is_refused_with_the_reason(text, dtype, reason):
    with pytest.raises(Refusal, match=reason):
        cell_number(text, dtype)


@pytest.mark.parametrize("dtype", [d for d in LARGEST if hasattr(torch, d)])
def test_the_largest_numbers_are_torchs(dtype):
    assert torch.finfo(getattr(torch, dtype)).max == LARGEST[dtype]


@pytest.mark.parametrize("dtype", INTEGERS)
def test_the_ranges_of_whole_numbers_are_torchs(dtype):
    info = torch.iinfo(getattr(torch, dtype))
    assert (info.min, info.max) == INTEGERS[dtype]


@pytest.mark.parametrize(
    ("expression", "assignable"),
    [
        ("x", True),
        ("x.grad", True),
        ('net["0.weight"]', True),
        ("x[2:5, 1:4]", True),
        ("x[0, -1]", True),
        ("x.T", True),
        ("x[[0, 1]]", False),
        ("x[x > 0]", False),
        ("x.mean(0)", False),
        ("x + y", False),
        ("x +", False),
    ],
)
def test_only_memory_that_stays_can_be_written(expression, assignable):
    assert is_assignable(expression) is assignable


def test_a_cell_is_assigned_by_its_index():
    assert assignment("x", (1, 2), "3.0") == "x[1, 2] = 3.0"
    x = torch.tensor(1.0)
    exec(assignment("x", (), "3.0"), {"x": x})
    assert x.item() == 3.0
