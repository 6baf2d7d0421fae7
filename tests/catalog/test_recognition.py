"""A line of the script finds the form that makes it."""

import ast

import pytest

from explorer.catalog.creation import CREATION
from explorer.catalog.operator import emit
from explorer.catalog.recognition import recognise


@pytest.mark.parametrize("operator", CREATION, ids=lambda operator: operator.path)
def test_every_forms_own_line_finds_it(operator):
    form = recognise(operator.example)
    assert form is not None
    assert form.operator is operator
    assert emit(form.operator, form.fields, form.target) == operator.example


@pytest.mark.parametrize(
    ("code", "line"),
    [
        ("a=torch.zeros( 2,3 )", "a = torch.zeros(2, 3)"),
        ("a = torch.zeros((2, 3), dtype=torch.int64)", "a = torch.zeros(2, 3, dtype=torch.int64)"),
        ("a = torch.zeros(size=[2, 3])", "a = torch.zeros(2, 3)"),
        ("a = torch.tril(x, -1)", "a = torch.tril(x, diagonal=-1)"),
        ("a = torch.tril(w['0.bias'].T)", "a = torch.tril(w['0.bias'].T)"),
        ("y = torch.tril(x*2)", "y = torch.tril(x * 2)"),
        ("y = torch.tril(torch.tensor([[1, 2], [3, 4]]))",) * 2,
        ("y = torch.complex(x, x[:, 0])",) * 2,
        ("x = torch.rand(2, requires_grad=flag)",) * 2,
        ("x = torch.rand(y.shape[0], 3)",) * 2,
        ("y = (x + 1).new_zeros(2)",) * 2,
        ("a = torch.arange(end=5, start=1)", "a = torch.arange(1, 5)"),
        ("torch.manual_seed(7)\nb = torch.rand(4)", "torch.manual_seed(7)\nb = torch.rand(4)"),
        ("m = torch.tensor([[1, 2], [3, 4]])", "m = torch.tensor([[1, 2], [3, 4]])"),
    ],
)
def test_a_line_written_otherwise_finds_its_form_too(code, line):
    form = recognise(code)
    assert form is not None
    made = emit(form.operator, form.fields, form.target)
    assert ast.unparse(ast.parse(made)) == ast.unparse(ast.parse(line))


@pytest.mark.parametrize(
    "code",
    [
        "x = x + 1",
        "x, y = torch.rand(2)",
        "x = torch.rand(2) * 3",
        "x = torch.rand(2, unheard_of=1)",
        "x = torch.rand(2)  # why",
        "with torch.no_grad():\n    x = torch.rand(2)",
        "x = torch.rand(2, out=y)",
        "x += torch.rand(2)",
        "y = torch.zeros_like(3)",
        "y = torch.zeros_like([1, 2])",
        "x = torch.rand(2); y = 3",
        "import torch",
        "x = (",
        "",
    ],
)
def test_what_no_form_makes_finds_none(code):
    assert recognise(code) is None
