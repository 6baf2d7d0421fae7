"""Dtypes together, as torch promotes them: all pairs, in every weight."""

import itertools

import pytest
import torch

from explorer.catalog.promotion import (
    BOTH,
    COMPARISON,
    DIVISION,
    FAMILIES,
    KIND,
    PRIORITY,
    SIZE,
    Operand,
    family_of,
    promote,
    promote_types,
    result_type,
)

pytestmark = [
    pytest.mark.filterwarnings("ignore:ComplexHalf support:UserWarning"),
    pytest.mark.filterwarnings("ignore:Casting complex values to real:UserWarning"),
]
NAMES = """bool uint8 int8 int16 int32 int64 uint16 uint32 uint64 float16 bfloat16 float32 float64
complex32 complex64 complex128 float8_e4m3fn float8_e5m2 float8_e4m3fnuz float8_e5m2fnuz"""
DTYPES = NAMES.split()
NUMBERS = {"bool": True, "int": 2, "float": 2.5, "complex": 2 + 3j}
OPERANDS = [
    *(Operand(dtype, "dims") for dtype in DTYPES),
    *(Operand(dtype, "0-d") for dtype in DTYPES),
    *(Operand(name, "number") for name in NUMBERS),
]
DEFAULTS = ("float32", "float64", "float16", "bfloat16")


def value(operand):
    if operand.weight == "number":
        return NUMBERS[operand.dtype]
    shape = (2,) if operand.weight == "dims" else ()
    return torch.ones(shape).to(getattr(torch, operand.dtype))


def torch_says(function, *arguments):
    try:
        return str(function(*arguments)).removeprefix("torch.")
    except (RuntimeError, NotImplementedError):
        return ""


@pytest.fixture(params=DEFAULTS)
def default(request):
    before = torch.get_default_dtype()
    torch.set_default_dtype(getattr(torch, request.param))
    yield request.param
    torch.set_default_dtype(before)


@pytest.mark.parametrize("a", DTYPES)
def test_two_dtypes_are_promoted_as_torch_does(a):
    for b in DTYPES:
        expected = torch_says(torch.promote_types, getattr(torch, a), getattr(torch, b))
        assert promote_types(a, b) == expected, b


def test_two_operands_of_any_weight_are_promoted_as_torch_does(default):
    for a, b in itertools.product(OPERANDS, repeat=2):
        if a.weight == b.weight == "number":
            continue
        expected = torch_says(torch.result_type, value(a), value(b))
        assert result_type((a, b), default) == expected, (a, b)


RAN = ("bool", "uint8", "int16", "int64", "float16", "bfloat16", "float32", "float64", "complex64")


def call(name, a, b):
    if name == "where":
        return torch.where(torch.ones(2, dtype=torch.bool), a, b)
    if name in ("cat", "concat", "concatenate"):
        return getattr(torch, name)((a, b))
    return getattr(torch, name)(a, b)


@pytest.mark.parametrize("name", sorted(name for name in FAMILIES if name.isidentifier()))
def test_a_function_makes_the_dtype_that_is_told(name):
    for a, b in itertools.product(RAN, repeat=2):
        one, two = (torch.ones(2, dtype=getattr(torch, dtype)) for dtype in (a, b))
        try:
            result = call(name, one, two)
        except (RuntimeError, NotImplementedError):
            continue  # it takes fewer dtypes
        told = promote((Operand(a, "dims"), Operand(b, "dims")), FAMILIES[name])
        assert told.result == str(result.dtype).removeprefix("torch."), (a, b)


@pytest.mark.parametrize("name", ["add_", "mul_", "div_", "eq_"])
def test_what_is_written_into_keeps_its_dtype_or_refuses(name):
    family = family_of(f"Tensor.{name}")
    for a, b in itertools.product(RAN, repeat=2):
        x, y = (torch.ones(2, dtype=getattr(torch, dtype)) for dtype in (a, b))
        told = promote((Operand(a, "dims"), Operand(b, "dims")), family, kept=True)
        try:
            getattr(x, name)(y)
        except RuntimeError as error:
            if "can't be cast" in str(error):
                assert not told.fits, (a, b)
            continue
        assert told.fits, (a, b)
        assert told.result == a


@pytest.mark.parametrize(
    ("a", "b", "family", "result", "rules"),
    [
        (Operand("int64", "dims"), Operand("float32", "0-d"), "same", "float32", (KIND,)),
        (Operand("float16", "dims"), Operand("float64", "0-d"), "same", "float16", (PRIORITY,)),
        (Operand("int8", "dims"), Operand("int", "number"), "same", "int8", (PRIORITY,)),
        (Operand("int64", "0-d"), Operand("float", "number"), "same", "float32", (KIND,)),
        (Operand("int32", "dims"), Operand("int64", "dims"), "same", "int64", (SIZE,)),
        (Operand("uint8", "dims"), Operand("int8", "dims"), "same", "int16", (BOTH,)),
        (Operand("float16", "dims"), Operand("bfloat16", "dims"), "same", "float32", (BOTH,)),
        (Operand("int64", "dims"), Operand("int64", "dims"), "same", "int64", ()),
        (Operand("int64", "dims"), Operand("int64", "dims"), "divided", "float32", (DIVISION,)),
        (
            Operand("int64", "dims"),
            Operand("float32", "dims"),
            "compared",
            "bool",
            (KIND, COMPARISON),
        ),
        (Operand("uint16", "dims"), Operand("int32", "dims"), "same", "", ()),
    ],
)
def test_the_rule_is_told_in_words(a, b, family, result, rules):
    told = promote((a, b), family)
    assert (told.result, told.rules) == (result, rules)


def test_a_path_tells_what_becomes_of_several_dtypes():
    assert family_of("torch.add") == family_of("Tensor.add_") == family_of("+") == "same"
    assert family_of("torch.eq") == family_of("<=") == "compared"
    assert family_of("/") == "divided"
    assert family_of("torch.matmul") is None
    assert family_of("numpy.add") is None
