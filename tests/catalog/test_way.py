"""One operation in the tutorial's four ways, and in no way that torch does not have."""

import pytest
import torch

from explorer.catalog.sign import FUNCTIONS
from explorer.catalog.signature import CatalogueEntry, Parameter, Signature
from explorer.catalog.syntax import SYNTAX
from explorer.catalog.way import carried, in_hand, ways

INPUT = Parameter(name="input", kinds=("tensor",))
OTHER = Parameter(name="other", kinds=("tensor", "number"))
EXPONENT = Parameter(name="exponent", kinds=("number", "tensor"))
ALPHA = Parameter(name="alpha", kinds=("number",), default="1", passing="keyword")
OUT = Parameter(name="out", kinds=("tensor",), default="None", passing="keyword", writes=True)


def entry(path, *parameters, is_property=False):
    signature = Signature(parameters=parameters)
    return path, CatalogueEntry(path=path, signatures=(signature,), is_property=is_property)


ENTRIES = dict(
    [
        entry("torch.add", INPUT, OTHER, ALPHA, OUT),
        entry("Tensor.add", INPUT, OTHER, ALPHA),
        entry("Tensor.add_", INPUT, OTHER, ALPHA),
        entry("torch.pow", INPUT, EXPONENT, OUT),
        entry("torch.mean", INPUT, OUT),
        entry("Tensor.mean", INPUT),
        entry("Tensor.view", INPUT),
        entry("Tensor.uniform_", INPUT),
        entry("Tensor.T", INPUT, is_property=True),
        entry("torch.linalg.inv", INPUT, OUT),
        entry("torch.nn.functional.add", INPUT),
    ]
)


def names(path):
    return [way.name for way in ways(path, ENTRIES)]


@pytest.mark.parametrize("path", ["+", "torch.add", "Tensor.add_"])
def test_an_addition_is_written_in_four_ways(path):
    found = ways(path, ENTRIES)
    assert [way.path for way in found] == ["+", "torch.add", "torch.add", "Tensor.add_"]
    assert [way.label for way in found] == ["x + y", "torch.add", "out=", "x.add_"]
    assert names(path) == ["symbol", "function", "out", "in_place"]
    assert len({way.help for way in found}) == 4


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("Tensor.add", ["symbol", "function", "method", "out", "in_place"]),
        ("torch.mean", ["function", "out"]),
        ("Tensor.mean", ["function", "method", "out"]),
        ("torch.linalg.inv", ["function", "out"]),
        ("Tensor.view", []),
        ("Tensor.uniform_", []),
        ("Tensor.T", []),
        ("torch.nn.functional.add", []),
        ("index", []),
        ("torch.nothing", []),
    ],
)
def test_an_operator_has_the_ways_that_torch_gives_it(path, expected):
    assert names(path) == expected


def test_the_in_hand_is_told_by_what_stands_in_out():
    found = ways("+", ENTRIES)
    assert in_hand(found, "+", out=False).name == "symbol"
    assert in_hand(found, "torch.add", out=False).name == "function"
    assert in_hand(found, "torch.add", out=True).name == "out"
    assert in_hand(found, "Tensor.add_", out=False).name == "in_place"
    assert in_hand(found, "torch.sub", out=False) is None


def test_operands_are_carried_from_way_to_way_and_what_is_lost_is_told():
    add = ENTRIES["torch.add"].signatures[0]
    plus = SYNTAX["+"].signatures[0]
    texts = {"input": "x", "other": "y", "alpha": "2", "out": "r"}
    assert carried(texts, add, plus) == ({"input": "x", "other": "y"}, ("alpha",))
    assert carried(texts, add, add) == (texts, ())
    power = ENTRIES["torch.pow"].signatures[0]
    assert carried({"input": "x", "exponent": "2"}, power, SYNTAX["**"].signatures[0]) == (
        {"input": "x", "other": "2"},
        (),
    )


@pytest.mark.parametrize("symbol", FUNCTIONS)
def test_a_symbol_does_what_its_functions_do(symbol):
    a, b = torch.tensor([6, 1, 2]), torch.tensor([1, 1, 3])
    left = {"a": a, "b": b}
    unary = symbol.endswith("x")
    expected = eval(f"{symbol[0]}a" if unary else f"a {symbol} b", left)
    for name in FUNCTIONS[symbol]:
        result = getattr(torch, name)(*((a,) if unary else (a, b)))
        assert torch.equal(result, expected), name
