"""What people type, and what is refused with a reason."""

import ast

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from explorer.catalog import literal, number
from explorer.catalog.data import MAX_VALUES
from explorer.catalog.number import Refusal
from explorer.catalog.signature import Parameter

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
    "tensor": {
        "x": "x",
        "x.grad": "x.grad",
        'w["0.bias"]': 'w["0.bias"]',
        "xs[0]": "xs[0]",
        "x*2": "x * 2",
        "x[0].sum(dim=1)": "x[0].sum(dim=1)",
        "torch.rand(2,3)": "torch.rand(2, 3)",
        "F.relu(x)": "torch.nn.functional.relu(x)",
        "3": "torch.tensor(3)",
        "10**3": "torch.tensor(1000)",
        "[[1, 2], [3, 4]]": "torch.tensor([[1, 2], [3, 4]])",
        "【1，2】": "torch.tensor([1, 2])",
    },
    "tensors": {
        "x, y": "(x, y)",
        "x": "(x,)",
        "[x, y[0], 2]": "(x, y[0], torch.tensor(2))",
        "x.split(2)": "x.split(2)",
        "()": "()",
    },
    "index": {
        "0": "0",
        "-1": "-1",
        ":": ":",
        "：，1：3": ":, 1:3",
        ":, 1:3, None, ...": ":, 1:3, None, ...",
        "::2": "::2",
        "[:, 0]": ":, 0",
        "[0, 2]": "[0, 2]",
        "[[0, 1], [2, 3]], 1": "[[0, 1], [2, 3]], 1",
        "mask": "mask",
        "x > 0": "x > 0",
        "i, j+1": "i, j + 1",
        "n:": "n:",
        "np.newaxis, 0": "None, 0",
        "True": "True",
        "…, 0": "..., 0",
        "0,": "0,",
    },
    "dim": {"0": "0", "-1": "-1"},
    "dims": {
        "0": "0",
        "0, 1": "(0, 1)",
        "(0,)": "(0,)",
        "2 0 1": "(2, 0, 1)",
        "[-1, -2]": "(-1, -2)",
    },
    "shape": {"-1, 5": "(-1, 5)", "15": "(15,)", "3x-1": "(3, -1)", "()": "()"},
    "integers": {"-1, 2": "(-1, 2)", "0": "(0,)", "1 1 -2": "(1, 1, -2)"},
    "one_or_more": {"2": "2", "-1": "-1", "2,": "(2,)", "(2,)": "(2,)", "2 3": "(2, 3)"},
    "numbers": {"1, 2.5": "[1, 2.5]", "(0.1, inf)": "[0.1, torch.inf]"},
    "layout": {"strided": "torch.strided", "torch.sparse_coo": "torch.sparse_coo"},
    "memory_format": {"channels_last": "torch.channels_last"},
    "generator": {"g": "g", "torch.Generator()": "torch.Generator()"},
    "words": {"ij,jk->ik": '"ij,jk->ik"', "'sum'": '"sum"', r"a\\b": r"'a\\\\b'"},
    "anything": {"x.shape": "x.shape", "(1, None)": "(1, None)", "torch.float": "torch.float"},
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
        "f()": "f is no function of torch",
        "x y": "not Python",
        "x[f()]": "f is no function of torch",
        "x, y": "is not a number",
        "'x'": "is not a number",
        "torch.float32": "is no tensor",
        "x.__class__": "begins with _",
        "[[1, 2], [3]]": "Row 1 has 2 values and row 2 has 1",
        "x if y else z": "names, numbers",
        "-" * 90 + "x": "nested more than",
    },
    "tensors": {
        "": "Type the names of tensors",
        "1": "are not tensors",
        "'x', y": "is not a number",
        "x y": "not Python",
    },
    "index": {
        "": "Type an index",
        "::-1": "x.flip(dim)",
        "::0": "1 or more",
        "..., ...": "once only",
        "1.5": "is no index",
        "[0, 1.5]": "is no index",
        "'a'": "is no index",
        "torch.float32": "is no index",
        "1:2.5": "from one whole number to another",
        "[1:2": "not Python",
        "[1:2, [3:4]]": "not Python",
        "0][1": "not one index",
        "x y": "not Python",
        "__import__('os')": "no function of torch",
        "[" * 90 + "0" + "]" * 90: "nested more than",
    },
    "dim": {"1.5": "not a whole number", "64": "There is no dim 64", "True": "not a whole number"},
    "dims": {
        "": "Type whole numbers",
        "0, 0": "Dim 0 is named twice",
        "0, 99": "There is no dim 99",
        "a": "is not a number",
    },
    "shape": {"-1, -1": "-1 twice", "-2, 3": "can't be negative", "": "Type whole numbers"},
    "integers": {"1, 2.5": "not a whole number", "1,,2": "comma without a number"},
    "one_or_more": {"2.5": "not a whole number", "": "Type whole numbers"},
    "numbers": {"1": "not one row", "[[1], [2]]": "not one row"},
    "layout": {"dense": "Type one of strided", "float32": "no layout"},
    "memory_format": {"channels": "Type one of contiguous_format"},
    "generator": {"3": "not a generator", "": "Type a value", "'g'": "not a generator"},
    "anything": {"": "Type a value", "lambda: 1": "no loops"},
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
    ast.parse(f"x[{source}]" if field == "index" else source, mode="eval")


@pytest.mark.parametrize(
    ("field", "text", "reason"), rows(REFUSED), ids=lambda text: repr(text)[:40]
)
def test_what_is_refused_says_why(field, text, reason):
    with pytest.raises(Refusal) as refusal:
        getattr(literal, field)(text)
    assert reason in refusal.value.message
    assert len(refusal.value.message) < 160


@pytest.mark.parametrize("field", [*ACCEPTED.keys() - {"name"}])
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
    for kind, reader in literal.READERS.items():
        try:
            source = reader(text)
        except Refusal:
            continue
        ast.parse(f"x[{source}]" if kind == "index" else source, mode="eval")


@given(st.floats(allow_nan=False) | st.integers(-(2**63), 2**63 - 1))
def test_a_number_keeps_its_value(value):
    source = literal.number(repr(value))
    assert eval(source, {"torch": torch}) == value


def test_what_a_parameter_takes_decides_how_its_field_is_read():
    size = Parameter(name="size", kinds=("size",))
    mode = Parameter(name="mode", kinds=("choice",), choices=("sum", "mean"))
    shifts = Parameter(name="shifts", kinds=("size",))
    kernel = Parameter(name="kernel_size", kinds=("size",), length=2)
    assert literal.reader(size, "torch.rand")("2, 3") == "(2, 3)"
    assert literal.reader(size, "Tensor.view")("-1, 3") == "(-1, 3)"
    assert literal.reader(size, "Tensor.expand")("-1, -1") == "(-1, -1)"
    assert literal.reader(shifts, "torch.roll")("-2") == "(-2,)"
    assert literal.reader(kernel, "torch.f")("2") == "2", "for both dims"
    assert literal.reader(kernel, "torch.f")("2, 3") == "(2, 3)"
    assert literal.reader(mode, "torch.f")("sum") == '"sum"'
    with pytest.raises(Refusal, match="none of sum, mean"):
        literal.reader(mode, "torch.f")("max")
    with pytest.raises(Refusal, match="can't be negative"):
        literal.reader(size, "Tensor.new_zeros")("-1, 3")


def test_dims_are_those_that_the_tensor_has():
    assert literal.dim("-2", 2) == "-2"
    assert literal.dim("-1", 0) == "-1"
    for text in ("2", "-3"):
        with pytest.raises(Refusal, match="Type one from -2 to 1"):
            literal.dim(text, 2)
    with pytest.raises(Refusal, match="is named twice"):
        literal.dims("1, -1", 2)


def test_a_field_knows_the_names_of_the_workspace():
    names = {"torch": "torch", "x": "Tensor", "xs": "list", "n": "int"}
    assert literal.tensors("xs", names) == "xs"
    assert literal.tensors("x", names) == "(x,)"
    assert literal.index("x > n, :n", names) == "x > n, :n"
    for read in (literal.tensor, literal.tensors, literal.index):
        with pytest.raises(Refusal, match="y is not in the workspace"):
            read("y", names)


@given(st.text(alphabet="0123456789:,.[]()- NoneTruex…", max_size=12))
def test_an_index_that_is_read_means_what_was_typed(text):
    try:
        written = literal.index(text)
    except Refusal:
        return
    x = torch.arange(24).view(2, 3, 4)
    outcomes = []
    for source in (number.plain(text), written):
        try:
            outcomes.append(eval(f"x[{source}]", {"x": x}).tolist())
        except Exception as error:  # noqa: BLE001 - whatever torch raises, both raise it
            outcomes.append(type(error))
    if not number.plain(text).startswith("["):  # brackets that were copied along are taken off
        assert outcomes[0] == outcomes[1]
