"""How the operands in a form go together, as far as the workspace tells."""

import pytest

from explorer.catalog.broadcast import Trap
from explorer.catalog.operand import operands_of, promotion_of, stretching_of
from explorer.catalog.overload import operator_of
from explorer.catalog.signature import CatalogueEntry, Parameter, Signature
from explorer.catalog.syntax import SYNTAX
from explorer.protocol import Delta, Entry
from explorer.workspace import Workspace
from tests.fake_link import tensor_info

INPUT = Parameter(name="input", kinds=("tensor",))
OTHER = Parameter(name="other", kinds=("tensor", "number"))
OUT = Parameter(name="out", kinds=("tensor",), default="None", passing="keyword", writes=True)
LOW = Parameter(name="min", kinds=("number", "tensor"), default="None")
CONDITION = Parameter(name="condition", kinds=("tensor",))
TENSORS = (
    tensor_info("x", (4, 3)),
    tensor_info("row", (3,)),
    tensor_info("column", (3, 1)),
    tensor_info("i", (3,), dtype="int64"),
    tensor_info("s", (), dtype="float64"),
    tensor_info("mask", (4, 3), dtype="bool"),
)
WORKSPACE = Workspace().apply(
    Delta(
        changed=tuple(
            Entry(name=t.expression, type_name="Tensor", summary="", tensors=(t,)) for t in TENSORS
        )
    )
)


def operator(path, *parameters):
    if path in SYNTAX:
        return operator_of(SYNTAX[path])
    signature = Signature(parameters=parameters or (INPUT, OTHER, OUT))
    return operator_of(CatalogueEntry(path=path, signatures=(signature,)))


def together(path, *parameters, **texts):
    made = operator(path, *parameters)
    operands = operands_of(made, texts, WORKSPACE)
    if operands is None:
        return None
    return stretching_of(made, operands), promotion_of(made, operands, "float32")


def test_shapes_that_differ_are_laid_over_each_other():
    stretching, promotion = together("torch.add", input="x", other="row", out="x")
    assert stretching.shape == (4, 3)
    assert [row.name for row in stretching.rows] == ["x", "row"]
    assert promotion is None
    assert together("+", input="row", other="column")[0].traps == (Trap("row", "column"),)
    assert together("@", input="x", other="column")[0].shape == (4, 1)
    assert together("Tensor.add_", input="row", other="x")[0].clashes


@pytest.mark.parametrize(
    ("path", "texts"),
    [
        ("torch.add", {"input": "x", "other": "x"}),
        ("torch.add", {"input": "x", "other": "2"}),
        ("torch.add", {"input": "x", "other": "s"}),  # one without dims goes with all
        ("torch.mm", {"input": "x", "other": "row"}),
    ],
)
def test_where_nothing_is_stretched_there_is_nothing_to_show(path, texts):
    assert together(path, **texts)[0] is None


@pytest.mark.parametrize(
    ("path", "texts", "result"),
    [
        ("torch.add", {"input": "i", "other": "row"}, "float32"),
        ("torch.add", {"input": "row", "other": "s"}, "float32"),
        ("torch.add", {"input": "i", "other": "2.5"}, "float32"),
        ("torch.div", {"input": "i", "other": "i"}, "float32"),
        ("torch.eq", {"input": "i", "other": "row"}, "bool"),
        ("+", {"input": "i", "other": "s"}, "float64"),
    ],
)
def test_dtypes_that_differ_are_promoted(path, texts, result):
    assert together(path, **texts)[1].result == result


@pytest.mark.parametrize(
    ("path", "texts"),
    [
        ("torch.add", {"input": "x", "other": "row"}),
        ("torch.mm", {"input": "i", "other": "row"}),
        ("torch.add", {"input": "i", "other": "2"}),
    ],
)
def test_where_all_stay_what_they_are_there_is_no_promotion(path, texts):
    assert together(path, **texts)[1] is None


def test_what_can_not_be_written_in_place_is_told():
    promotion = together("Tensor.add_", input="i", other="row")[1]
    assert not promotion.fits


def test_a_condition_has_no_part_in_the_dtype_but_in_the_shape():
    parameters = (CONDITION, INPUT, OTHER)
    stretching, promotion = together(
        "torch.where", *parameters, condition="mask", input="row", other="i"
    )
    assert stretching.shape == (4, 3)
    assert [operand.dtype for operand in promotion.operands] == ["float32", "int64"]


def test_an_optional_operand_counts_where_it_is_given():
    assert together("torch.clamp", INPUT, LOW, input="x", min="")[0] is None
    assert together("torch.clamp", INPUT, LOW, input="x", min="row")[0].shape == (4, 3)


@pytest.mark.parametrize("other", ["gone", "x[0]", "", "[1, 2"])
def test_of_what_is_not_known_nothing_is_told(other):
    assert together("torch.add", input="x", other=other) is None
