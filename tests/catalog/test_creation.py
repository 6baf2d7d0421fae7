"""Every operator's line, run in torch."""

import ast

import pytest
import torch

from explorer.catalog import literal
from explorer.catalog.creation import CREATION, operator_of
from explorer.catalog.operator import SEED, TARGET, Operator, Refusal, bind, emit

VARIANTS = {"dtype": "float64", "device": "meta", "requires_grad": "True"}


def run(source: str) -> torch.Tensor:
    namespace = {"torch": torch, "x": torch.rand(4, 4)}
    exec(source, namespace)
    result = namespace["y"]
    assert isinstance(result, torch.Tensor)
    return result


def values(operator: Operator) -> dict[str, str]:
    return bind(operator, operator.example)[0]


every_operator = pytest.mark.parametrize("operator", CREATION, ids=lambda operator: operator.path)


@every_operator
def test_an_example_is_the_line_its_fields_make_and_it_runs(operator):
    assert emit(operator, values(operator), "y") == operator.example
    run(operator.example)


@every_operator
def test_every_field_left_at_its_default_adds_nothing(operator):
    defaults = {p.name: p.default for p in operator.fields if p.default}
    assert emit(operator, defaults | values(operator), "y") == operator.example


@every_operator
@pytest.mark.parametrize("name", VARIANTS)
def test_dtype_device_and_requires_grad_are_offered_where_torch_takes_them(operator, name):
    sources = {"dtype": "torch.float64", "device": "'meta'", "requires_grad": "True"}
    if name not in {p.name for p in operator.fields}:
        with pytest.raises((RuntimeError, TypeError)):
            run(f"{operator.example[:-1]}, {name}={sources[name]})")
        return
    fields = values(operator) | {"dtype": "float32", name: VARIANTS[name]}
    line = emit(operator, fields, "y")
    result = run(line)
    shown = {"dtype": "torch.float64", "device": "meta", "requires_grad": "True"}
    assert str(getattr(result, name)) == shown[name]
    read, target = bind(operator, line)
    assert target == "y"
    assert emit(operator, read, target) == line


@every_operator
def test_a_seed_makes_random_values_repeat(operator):
    assert operator.random == (SEED in {p.name for p in operator.fields})
    if not operator.random:
        return
    line = emit(operator, values(operator) | {SEED: "7"}, "y")
    assert line == f"torch.manual_seed(7)\n{operator.example}"
    assert bind(operator, line) == (values(operator) | {SEED: "7"}, "y")
    torch.rand(3)
    first = run(line)
    assert torch.equal(first, run(line))
    assert not torch.equal(first, run(line.replace("(7)", "(8)", 1)))


@every_operator
def test_every_optional_parameter_runs_by_itself(operator):
    samples = {"integer": "1", "count": "4", "number": "2", "dtype": "float64", "device": "cpu"}
    for parameter in operator.parameters:
        if not operator.needs(parameter) and parameter.kinds != ("boolean",):
            fields = values(operator) | {parameter.name: samples[parameter.kinds[0]]}
            run(emit(operator, fields, "y"))


@every_operator
def test_an_empty_required_field_is_refused_by_name(operator):
    for parameter in operator.fields:
        if operator.needs(parameter):
            with pytest.raises(Refusal) as refusal:
                emit(operator, values(operator) | {parameter.name: " "}, "y")
            assert refusal.value.field == parameter.name
            assert str(refusal.value).startswith(f"{parameter.name}: ")


@every_operator
def test_an_operator_is_what_torch_calls_it_and_has_words(operator):
    owner = torch.Tensor if operator.is_method else torch
    assert callable(getattr(owner, operator.name))
    assert operator.label[0].isupper()
    assert not operator.label.endswith(".")
    assert operator.help.endswith(".")
    assert all(p.help.endswith(".") for p in operator.fields)
    assert {kind for p in operator.fields for kind in p.kinds} <= literal.READERS.keys()


def test_the_list_holds_what_the_tutorial_makes():
    for names in (
        ["empty", "rand", "randn", "randint", "randperm", "tensor", "zeros", "ones", "full"],
        ["eye", "arange", "linspace", "logspace", "normal", "uniform_", "complex"],
        ["new_zeros", "new_ones", "new_full", "new_empty", "new_tensor", "tril", "triu"],
        ["zeros_like", "ones_like", "full_like", "empty_like"],
        ["rand_like", "randn_like", "randint_like"],
    ):
        assert set(names) <= {operator.name for operator in CREATION}


@pytest.mark.parametrize(
    ("path", "fields", "line"),
    [
        ("torch.rand", {"size": "5x3"}, "y = torch.rand(5, 3)"),
        ("torch.rand", {"size": "5,"}, "y = torch.rand(5)"),
        ("torch.rand", {"size": "()"}, "y = torch.rand(())"),
        ("torch.full", {"size": "2", "fill_value": "-inf"}, "y = torch.full((2,), -torch.inf)"),
        ("torch.eye", {"n": "3"}, "y = torch.eye(3)"),
        ("torch.arange", {"end": "10"}, "y = torch.arange(10)"),
        ("torch.arange", {"start": "1", "end": "2"}, "y = torch.arange(1, 2)"),
        ("torch.randint", {"high": "9", "size": "2 3"}, "y = torch.randint(9, (2, 3))"),
        (
            "torch.logspace",
            {"start": "0", "end": "3", "steps": "4", "base": "2"},
            "y = torch.logspace(0, 3, 4, base=2)",
        ),
        ("torch.tril", {"input": "x", "diagonal": "-1"}, "y = torch.tril(x, diagonal=-1)"),
        ("torch.tensor", {"data": "1\t2\n3\t4"}, "y = torch.tensor([[1, 2], [3, 4]])"),
        (
            "torch.zeros",
            {"size": "2", "dtype": "long", "device": "cpu", "requires_grad": "False"},
            'y = torch.zeros(2, dtype=torch.int64, device="cpu")',
        ),
        (
            "Tensor.new_zeros",
            {"self": "x.T", "size": "2, 2"},
            "y = x.T.new_zeros(2, 2)",
        ),
        ("torch.zeros_like", {"input": "x[0]*2"}, "y = torch.zeros_like(x[0] * 2)"),
        (
            "torch.tril",
            {"input": "[[1, 2], [3, 4]]"},
            "y = torch.tril(torch.tensor([[1, 2], [3, 4]]))",
        ),
        ("torch.zeros", {"size": "2", "dtype": "None"}, "y = torch.zeros(2)"),
    ],
)
def test_fields_make_this_line_and_it_runs(path, fields, line):
    assert emit(operator_of(path), fields, "y") == line
    run(line)
    read, target = bind(operator_of(path), line)
    assert emit(operator_of(path), read, target) == line


@pytest.mark.parametrize("name", ["net._bias", "float", "F", 'w["a\\"b"]', "x.T"])
def test_a_tensor_of_the_workspace_is_taken_whatever_it_is_called(name):
    line = f"y = torch.zeros_like({name})"
    assert emit(operator_of("torch.zeros_like"), {"input": name}, "y") == line


def test_a_later_overload_needs_what_comes_before_it():
    with pytest.raises(Refusal, match="start is needed here because step is given"):
        emit(operator_of("torch.arange"), {"end": "10", "step": "2"}, "y")


def test_a_bad_name_is_refused_as_the_target():
    with pytest.raises(Refusal) as refusal:
        emit(operator_of("torch.rand"), {"size": "2"}, "for")
    assert refusal.value.field == TARGET


@pytest.mark.parametrize(
    "source",
    [
        "torch.rand(2)",
        "y = torch.randn(2)",
        "y = np.rand(2)",
        "y = torch.rand(2, foo=1)",
        "import os\ny = torch.rand(2)",
        "y = 3",
        "y, z = torch.rand(2)",
    ],
)
def test_a_line_that_the_form_did_not_make_is_not_read_back(source):
    with pytest.raises(ValueError, match=r"rand|call|does more"):
        bind(operator_of("torch.rand"), source)


def test_what_the_help_says_of_torch_is_so():
    assert torch.linspace(2, 10, 3).tolist() == [2, 6, 10]
    assert sorted(torch.randperm(10).tolist()) == list(range(10))
    torch.manual_seed(0)
    assert torch.normal(0.0, 3.0, (100_000,)).std().item() == pytest.approx(3, rel=0.02)
    assert torch.full((2,), 7).dtype == torch.int64
    assert torch.full((2,), 7.0).dtype == torch.float32
    assert torch.randint_like(torch.rand(9), 1, 4).dtype == torch.float32


def test_the_catalogue_is_plain_python():
    for operator in CREATION:
        assert isinstance(ast.parse(operator.example).body[0], ast.Assign)
