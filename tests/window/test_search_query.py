"""What is typed is read as an operator with tensors and values."""

import pytest

from explorer.protocol import Delta, Entry
from explorer.window.search.query import Reading, readings
from explorer.workspace import Workspace
from tests.fake_link import tensor_info

NAMES = ("img", "images", "x", "y", "t")


def workspace():
    tensors = {name: (tensor_info(name),) for name in NAMES}
    tensors["w"] = (tensor_info("w"), tensor_info("w.grad"))
    entries = [
        Entry(name=name, type_name="Tensor", summary="", tensors=infos)
        for name, infos in tensors.items()
    ]
    return Workspace().apply(Delta(changed=tuple(entries)))


def begun(text):
    return [name for name in NAMES if name.startswith(text)]


def read(query):
    return readings(query, workspace(), begun)


@pytest.mark.parametrize(
    ("query", "reading"),
    [
        ("mean", Reading("mean")),
        ("mean img", Reading("mean", ("img",))),
        ("img mean", Reading("mean", ("img",))),
        ("add x y", Reading("add", ("x", "y"))),
        ("x add y", Reading("add", ("x", "y"))),
        ("matrix product x y", Reading("matrix product", ("x", "y"))),
        ("sum w.grad", Reading("sum", ("w.grad",))),
        ("mean img 0", Reading("mean", ("img",), ("0",))),
        ("view x 3, 4", Reading("view", ("x",), ("3,", "4"))),
        ("to x float64", Reading("to", ("x",), ("float64",))),
        ("clamp x -1 1e3", Reading("clamp", ("x",), ("-1", "1e3"))),
        ("ｍｅａｎ　img", Reading("mean", ("img",))),
        ("qiu he", Reading("qiu he")),
    ],
)
def test_names_of_tensors_are_operands_and_numbers_are_values(query, reading):
    assert read(query)[0] == reading


@pytest.mark.parametrize("query", ["mean im", "im mean"])
def test_a_tensor_is_an_operand_while_its_name_is_being_typed(query):
    assert read(query)[1:] == [Reading("mean", ("img",)), Reading("mean", ("images",))]


def test_where_all_words_are_tensors_each_may_be_the_operator():
    assert read("t x") == [
        Reading("t", ("x",), is_name=True),
        Reading("x", ("t",), is_name=True),
    ]


def test_what_stands_behind_a_tensor_is_its_method():
    assert read("img.mea")[-1] == Reading("mea", ("img",), is_member=True)


def test_nothing_typed_is_nothing_read():
    assert read("") == []
