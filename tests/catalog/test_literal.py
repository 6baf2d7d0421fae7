"""What people type, and what is refused with a reason."""

import ast

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from explorer.catalog import literal
from explorer.catalog.data import MAX_VALUES
from explorer.catalog.number import Refusal

ACCEPTED = {
    "size": {
        "5,3": "(5, 3)",
        "(5, 3)": "(5, 3)",
        "[5, 3]": "(5, 3)",
        "5x3": "(5, 3)",
        "5 X 3": "(5, 3)",
        "5 × 3": "(5, 3)",
        "5 3": "(5, 3)",
        "torch.Size([2, 3])": "(2, 3)",
        "（５，３）": "(5, 3)",
        "5、3": "(5, 3)",
        "5,": "(5,)",  # as Python reads it
        "(5,)": "(5,)",
        "5": "(5,)",
        "()": "()",
        "[]": "()",
        "0,3": "(0, 3)",
        "1e3": "(1000,)",
        "2**3, 4": "(8, 4)",
    },
    "number": {
        "3": "3",
        "-0.5": "-0.5",
        "-9223372036854775808": "-9223372036854775808",
        "-inf + 1": "-torch.inf",
        "−2": "-2",
        "1e-3": "0.001",
        "１．５": "1.5",
        "inf": "torch.inf",
        "-∞": "-torch.inf",
        "float('-inf')": "-torch.inf",
        "torch.nan": "torch.nan",
        "math.pi": "3.141592653589793",
        "2+3j": "complex(2.0, 3.0)",
        "complex(0, -1)": "complex(0.0, -1.0)",
        "10**6": "1000000",
        "1/4": "0.25",
        "007": "7",
        "True": "True",
    },
    "integer": {"1e6": "1000000", "10**6": "1000000", "-3": "-3", "2**62": str(2**62)},
    "count": {"0": "0", "12": "12"},
    "boolean": {"True": "True", "no": "False"},
    "dtype": {
        "float32": "torch.float32",
        "torch.float": "torch.float32",
        "torch.int": "torch.int32",
        "np.int8": "torch.int8",
        "'f4'": "torch.float32",
        "Long": "torch.int64",
        "bf16": "torch.bfloat16",
    },
    "device": {
        "cpu": '"cpu"',
        "'cuda:0'": '"cuda:0"',
        "torch.device('cuda', 1)": '"cuda:1"',
        "meta": '"meta"',
    },
    "tensor": {"x": "x", "x.grad": "x.grad", 'w["0.bias"]': 'w["0.bias"]', "xs[0]": "xs[0]"},
    "data": {
        "5": "5",
        "5,": "[5]",
        "1, 2.5": "[1, 2.5]",
        "1 2 3": "[1, 2, 3]",
        "[[1, 2], [3, 4]]": "[[1, 2], [3, 4]]",
        "((1, 2), (3, 4))": "[[1, 2], [3, 4]]",
        "【1，2】": "[1, 2]",
        "1\t2\n3\t4\n": "[[1, 2], [3, 4]]",
        "1,2\r\n3,4": "[[1, 2], [3, 4]]",
        "1;2\n3;4": "[[1, 2], [3, 4]]",
        "1 2; 3 4": "[[1, 2], [3, 4]]",
        "1\n2": "[[1], [2]]",
        "[[1. 2.]\n [3. 4.]]": "[[1.0, 2.0], [3.0, 4.0]]",
        "[ 1 -2  3]": "[1, -2, 3]",
        "array([1, 2], dtype=int32)": "[1, 2]",
        "tensor(5)": "5",
        "[True, False]": "[True, False]",
        "[inf, -inf, nan]": "[torch.inf, -torch.inf, torch.nan]",
        "[1+2j, 3]": "[complex(1.0, 2.0), 3]",
        "[]": "[]",
    },
    "name": {"x": "x", " digits_2 ": "digits_2", "张量": "张量", "match": "match"},
}

REFUSED = {
    "size": {
        "": "Type a size",
        "-1,3": "can't be negative",
        "−1,3": "can't be negative",
        "-1x3": "can't be negative",
        "-1 3": "can't be negative",
        "5,,3": "comma without a number",
        ",": "comma without a number",
        ",5": "comma without a number",
        "5*3": "Type 5, 3 for several",
        "2.5": "not a whole number",
        "True, 2": "not a whole number",
        "n, 3": "“n” is not a number",
        "(5, 3": "bracket without its partner",
        "4294967296, 4294967296": "more values than can be counted",
        ",".join("1" * 65): "at most 64 dimensions",
        "5; import os": "not a size",
    },
    "number": {
        "": "Type a number",
        "1e400": "“1e400” is larger than any float64",
        "-1e400": "larger than any float64",
        "1e400j": "larger than any float64",
        "1,5": "Type 1.5 instead",
        "2**64": "does not fit 64 bits",
        "9**9**9": "too large to calculate",
        "10.0**400": "too large to calculate",
        "1e308*10": "larger than any float64",
        "-True": "no sign",
        "1/0": "divides by 0",
        "abc": "is not a number",
        "3 apples": "is not a number",
        "__import__('os')": "is not a number",
        "-(2**63)-1": "does not fit 64 bits",
        "-(-(2**62)*2)": "does not fit 64 bits",
        "(1).__class__": "is not a number",
        "[1 for _ in 'a']": "is not a number",
        "-" * 200 + "1": "too deep",
        "(" * 300 + "1" + ")" * 300: "is not a number",
        "1\0": "null character",
        "1" * 1_000_001: "too long",
    },
    "integer": {
        "2.5": "not a whole number",
        "True": "not a whole number",
        "2**64": "does not fit 64 bits",
        "inf": "not a whole number",
    },
    "count": {"-1": "is negative"},
    "boolean": {"maybe": "neither True nor False"},
    "dtype": {
        "foo": "torch has no dtype",
        "float": "Type float32 or float64",
        "int": "Type int32 or int64",
        "complex": "Type complex64 or complex128",
        "__class__": "torch has no dtype",
    },
    "device": {"gpu": "not a device", "cuda:": "not a device", "cpu; x": "not a device"},
    "tensor": {
        "": "Choose a tensor",
        "f()": "not the name of a tensor",
        "1": "not the name of a tensor",
        "x y": "not the name of a tensor",
        "x[f()]": "not the name of a tensor",
    },
    "data": {
        "": "Type the values",
        "[[1, 2], [3]]": "Row 1 has 2 values and row 2 has 1",
        "1 2\n3": "Row 1 has 2 values and row 2 has 1",
        "[[1, 2], 3]": "Give every row its brackets",
        "[3, [1, 2]]": "Give every row its brackets",
        "[1, ..., 3]": "leaves values out",
        "1\t\t3\n4\t5\t6": "Row 1 has an empty cell",
        "a\tb\n1\t2": "Row 1: “a” is not a number",
        "1,5\t2,5": "Type 1.5 instead",
        "[1, 2": "bracket without its partner",
        "[*[1]]": "is not a number",
        "[open('f')]": "is not a number",
        "[1e400]": "“1e400” is larger",
        "[2**64]": "does not fit 64 bits",
        "[" * 70 + "]" * 70: "at most 64 dimensions",
        "1 " * (MAX_VALUES + 1): "Save them in a file",
    },
    "name": {
        "": "Type a name",
        "1x": "is not a name",
        "a b": "is not a name",
        "x.y": "is not a name",
        "for": "already means something",
        "None": "already means something",
        "print": "already means something",
        "torch": "already means something",
        "_x": "are hidden",
    },
}


def rows(table):
    return [(field, text, outcome) for field in table for text, outcome in table[field].items()]


@pytest.mark.parametrize(("field", "text", "source"), rows(ACCEPTED), ids=repr)
def test_what_people_type_is_read_as_meant(field, text, source):
    assert getattr(literal, field)(text) == source
    ast.parse(source, mode="eval")


@pytest.mark.parametrize(
    ("field", "text", "reason"), rows(REFUSED), ids=lambda text: repr(text)[:40]
)
def test_what_is_refused_says_why(field, text, reason):
    with pytest.raises(Refusal) as refusal:
        getattr(literal, field)(text)
    assert reason in refusal.value.message
    assert len(refusal.value.message) < 160


@pytest.mark.parametrize("field", ["size", "number", "dtype", "device", "data"])
def test_what_a_field_makes_it_takes_again(field):
    for source in ACCEPTED[field].values():
        assert getattr(literal, field)(source) == source


def test_every_dtype_of_the_list_is_torchs():
    for name in literal.DTYPES:
        assert isinstance(getattr(torch, name), torch.dtype)
    for alias, name in literal.DTYPE_ALIASES.items():
        if isinstance(same := getattr(torch, alias.removeprefix("torch."), None), torch.dtype):
            assert same is getattr(torch, name)


@pytest.mark.parametrize("dtype", [torch.float32, torch.int64, torch.bool, torch.float64])
def test_a_printed_tensor_comes_back(dtype):
    tensor = (torch.rand(3, 4) * 10).to(dtype)
    source = literal.data(repr(tensor))
    assert torch.allclose(torch.tensor(ast.literal_eval(source), dtype=dtype), tensor, atol=1e-4)
    as_numpy = literal.data(str(tensor.numpy()))
    assert torch.allclose(torch.tensor(ast.literal_eval(as_numpy), dtype=dtype), tensor, atol=1e-4)


@given(st.lists(st.integers(0, 99), max_size=6))
def test_a_printed_size_comes_back(sizes):
    assert ast.literal_eval(literal.size(str(torch.Size(sizes)))) == tuple(sizes)


@given(st.text())
def test_any_text_is_read_or_refused(text):
    for reader in literal.READERS.values():
        try:
            source = reader(text)
        except Refusal:
            continue
        ast.parse(source, mode="eval")


@given(st.floats(allow_nan=False) | st.integers(-(2**63), 2**63 - 1))
def test_a_number_keeps_its_value(value):
    source = literal.number(repr(value))
    assert eval(source, {"torch": torch}) == value
