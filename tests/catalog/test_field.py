"""What is typed into a field, as the value that it means, and back."""

import pytest

from explorer.catalog.call import parse, source
from explorer.catalog.field import names_in, text_of, value_of
from explorer.catalog.number import Refusal
from explorer.catalog.signature import Parameter

TENSOR = Parameter(name="input", kinds=("tensor",))
OTHER = Parameter(name="other", kinds=("tensor", "number"))
NUMBER = Parameter(name="value", kinds=("number", "tensor"))
SIZE = Parameter(name="size", kinds=("size",))
KERNEL = Parameter(name="kernel_size", kinds=("size",), length=2)
OUTPUT = Parameter(name="output_size", kinds=("size",))
DIMS = Parameter(name="dim", kinds=("dims",), default="None")
DIM = Parameter(name="dim", kinds=("dim",))
REST = Parameter(name="tensors", kinds=("tensors",), passing="rest")
LIST = Parameter(name="tensors", kinds=("tensors",))
CHOICE = Parameter(name="reduce", kinds=("choice",), choices=("sum", "mean"))
INDEX = Parameter(name="index", kinds=("index",))
DTYPE = Parameter(name="dtype", kinds=("dtype",), default="None")
BOOLEAN = Parameter(name="keepdim", kinds=("boolean",), default="False")
NAMES = {"x": "Tensor", "y": "Tensor", "n": "int", "e": "Tensor"}


@pytest.mark.parametrize(
    ("parameter", "text", "expected"),
    [
        (TENSOR, "x", "x"),
        (TENSOR, "x[0]*2", "x[0] * 2"),
        (TENSOR, "[1, 2]", "torch.tensor([1, 2])"),
        (OTHER, "2", "2"),
        (OTHER, "-1.5", "-1.5"),
        (OTHER, "e", "e"),
        (OTHER, "nan", "torch.nan"),
        (OTHER, "y", "y"),
        (NUMBER, "x", "x"),
        (SIZE, "5x3", "(5, 3)"),
        (SIZE, "5", "(5,)"),
        (SIZE, "n, 3", "(n, 3)"),
        (SIZE, "x.shape", "x.shape"),
        (KERNEL, "3", "3"),
        (KERNEL, "3,", "(3,)"),
        (KERNEL, "3, 5", "(3, 5)"),
        (OUTPUT, "None, 7", "(None, 7)"),
        (DIMS, "0", "0"),
        (DIMS, "0, -1", "(0, -1)"),
        (DIM, "x.ndim - 1", "x.ndim - 1"),
        (REST, "x, y", "(x, y)"),
        (LIST, "x", "(x,)"),
        (CHOICE, "mean", '"mean"'),
        (DTYPE, "long", "torch.int64"),
        (BOOLEAN, "yes", "True"),
    ],
)
def test_a_text_means_a_value_whose_own_text_means_it_too(parameter, text, expected):
    value = value_of(parameter, text, names=NAMES)
    assert source(value) == expected
    assert value_of(parameter, text_of(parameter, value), names=NAMES) == value


@pytest.mark.parametrize("text", ["0", ":, 1:3", "..., None", "[0, 2]", "x > 0"])
def test_an_index_stands_in_its_field_without_brackets(text):
    assert text_of(INDEX, value_of(INDEX, text, names=NAMES)) == text


@pytest.mark.parametrize(
    ("parameter", "text", "reason"),
    [
        (SIZE, "x", "is not a number"),  # a tensor is no size
        (SIZE, "3, x", "is not a number"),
        (SIZE, "-1, 3", "can't be negative"),
        (SIZE, "m, 3", "is not a number"),
        (TENSOR, "gone", "gone is not in the workspace"),
        (TENSOR, "x + gone", "gone is not in the workspace"),
        (LIST, "x, gone", "gone is not in the workspace"),
        (OTHER, "2 +", "not Python"),
        (DIM, "often", "is not a number"),
        (CHOICE, "max", "is none of sum, mean"),
        (TENSOR, "", "Choose a tensor"),
    ],
)
def test_what_is_refused_says_why_and_where(parameter, text, reason):
    with pytest.raises(Refusal) as refusal:
        value_of(parameter, text, names=NAMES)
    assert reason in refusal.value.message
    assert refusal.value.field == parameter.name


def test_where_nothing_is_known_of_names_any_may_be_there():
    assert source(value_of(SIZE, "m, 3")) == "(m, 3)"
    assert source(value_of(TENSOR, "gone[0]")) == "gone[0]"


def test_none_is_given_only_where_it_is_not_the_default():
    nullable = Parameter(name="p", kinds=("number",), default="2", nullable=True)
    assert source(value_of(nullable, "None")) == "None"
    assert text_of(nullable, value_of(nullable, "None")) == "None"
    assert text_of(DIMS, value_of(nullable, "None")) == ""


def test_the_names_in_a_value_are_found_wherever_they_stand():
    call = parse("torch.cat((x, y[n:, k]), dim=weights['d'].ndim)")
    assert list(names_in(call)) == ["x", "y", "n", "k", "weights"]
