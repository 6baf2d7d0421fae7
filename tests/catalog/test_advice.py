"""Every explained error is raised in torch, is matched by its own row, and its fix runs."""

import warnings

import pytest
import torch

from explorer.catalog.advice import ADVICE, advise, match

NEEDS_NO_CUDA = 'device="cuda"'


def describe(namespace):
    return {
        name: (str(value.dtype).removeprefix("torch."), tuple(value.shape))
        for name, value in namespace.items()
        if isinstance(value, torch.Tensor)
    }


def fail(example):
    """Run all but the last line of `example`; return that line, what it raises, the namespace."""
    namespace = {"torch": torch}
    setup, _, last = example.rpartition("\n")
    exec(setup, namespace)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with pytest.raises(Exception) as raised:  # noqa: PT011 - the row says which
            exec(last, namespace)
    return last, raised.value, namespace


@pytest.mark.parametrize("row", ADVICE, ids=lambda row: row.example.rpartition("\n")[2])
def test_an_explained_error_is_raised_and_its_fix_runs(row):
    if NEEDS_NO_CUDA in row.example and torch.cuda.is_available():
        pytest.skip("this machine has CUDA")
    source, error, namespace = fail(row.example)
    matched = match(type(error).__name__, str(error))
    assert matched
    assert matched[0] is row

    problem = advise(type(error).__name__, str(error), source, describe(namespace))
    assert problem.detail == str(error)
    assert problem.cause == type(error).__name__
    for text in (problem.what, problem.fix):
        assert text.strip()
        assert "{" not in text
        assert "torch/csrc" not in text
    assert bool(problem.fix_code) == bool(row.mend)
    if problem.fix_code:
        exec(problem.fix_code, namespace)


EXPLAINED = [
    (
        "x = torch.rand(5, 3)\ny = torch.rand(3, 5)\nx + y",
        "The shapes do not fit: dimension 1 is 3 in one tensor and 5 in the other."
        " x: float32 [5, 3], y: float32 [3, 5].",
        "x + y.T",
    ),
    (
        "x = torch.rand(5, 3)\ny = torch.rand(5)\nz = torch.add(x, y)",
        "The shapes do not fit: dimension 1 is 3 in one tensor and 5 in the other."
        " x: float32 [5, 3], y: float32 [5].",
        "z = torch.add(x, y[:, None])",
    ),
    (
        "x = torch.rand(5, 3)\ny = torch.rand(5, 4)\nz = x @ y",
        "[5, 3] can't be multiplied by [5, 4]: the first has 3 columns, the second 5 rows.",
        "z = x.T @ y",
    ),
    ("x = torch.rand(5, 3)\nx[1, 3]", "Index 3 is too far", "x[1, 2]"),
    ("x = torch.ones(6)\ny = x.view(2, 4)", "6 elements do not fill", "y = x.view(2, -1)"),
    ("x = torch.ones(6)\ny = x.view(4, 2)", "6 elements do not fill", "y = x.view(-1)"),
    (
        "w = torch.ones(3, requires_grad=True)\nw += 1",
        "can't be written in place",
        "with torch.no_grad():\n    w += 1",
    ),
    (
        "a = torch.rand(2)\nnp.ones(2)",
        "Nothing is called np here",
        "import numpy as np\nnp.ones(2)",
    ),
    ("a = torch.rand(2)\nzebra", "Nothing is called zebra here", ""),
    ("torch.rand(10**7, 10**7)", "not enough memory for the result (372,529.0 GiB)", ""),
    ("torch.rand(5, 3, foo=1)", "(given: int, int, foo=int)", ""),
    ("torch.full((2,))", "(missing: fill_value)", ""),
    ("torch.ones(2, 3) +", "This is not Python: invalid syntax.", ""),
]


@pytest.mark.parametrize(("example", "what", "fix_code"), EXPLAINED)
def test_an_error_is_told_with_its_names_and_numbers(example, what, fix_code):
    source, error, namespace = fail(example)
    problem = advise(type(error).__name__, str(error), source, describe(namespace))
    assert what in problem.what
    assert problem.fix_code == fix_code
    if fix_code:
        exec(fix_code, namespace)


def test_an_unknown_error_says_its_class_and_its_first_line():
    problem = advise("ZeroDivisionError", "division by zero\nmore", "1/0", {})
    assert problem.what == "ZeroDivisionError: division by zero"
    assert problem.detail == "division by zero\nmore"


@pytest.mark.parametrize("source", ["", "not python (", "x = 3", "\0", "x\n  y", "é + x[9] + x"])
@pytest.mark.parametrize("row", ADVICE, ids=lambda row: row.example.rpartition("\n")[2])
def test_advice_never_fails_whatever_the_source(row, source):
    if NEEDS_NO_CUDA in row.example and torch.cuda.is_available():
        pytest.skip("this machine has CUDA")
    _, error, _ = fail(row.example)
    tensors = {"x": ("float32", (2, 3)), "y": ("int64", ()), 'w["a"]': ("bool", (1,))}
    assert advise(type(error).__name__, str(error), source, tensors).what
