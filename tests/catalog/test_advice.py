"""Every explained error is raised in torch, is matched by its own row, and its fix runs."""

import warnings

import pytest
import torch

from explorer.catalog.advice import ADVICE, advise, match
from explorer.engine.failure import attributes_beside

NEEDS_NO_CUDA = 'device="cuda"'


def describe(namespace):
    return {
        name: (str(value.dtype).removeprefix("torch."), tuple(value.shape), str(value.device))
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

    attributes = attributes_beside(error)
    problem = advise(type(error).__name__, str(error), source, describe(namespace), attributes)
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
    ("x = torch.rand(6)\nx.vieww(2, 3)", "no vieww here. Did you mean view?", "x.view(2, 3)"),
    ("torch.onse(2)", "There is no onse here. Did you mean ones?", "torch.ones(2)"),
    (
        "net = torch.nn.Sequential()\nnet.add_module('fc1', torch.nn.Linear(1, 1))\nnet.fc.bias",
        "Did you mean fc1?",
        "net.fc1.bias",
    ),
    ("x = torch.rand(2)\nx.zebra()", "There is no zebra here.", ""),
    ("torch.rand(10**7, 10**7)", "not enough memory for the result (372,529.0 GiB)", ""),
    ("torch.rand(5, 3, foo=1)", "(given: int, int, foo=int)", ""),
    ("torch.full((2,))", "(missing: fill_value)", ""),
    (
        'x = torch.ones(2)\ny = torch.ones(2, device="meta")\nz = torch.cat([x, y])',
        "on different devices, and torch does not move them by itself. x: cpu, y: meta.",
        "z = torch.cat([x.to(y.device), y])",
    ),
    (
        'x = torch.ones(2)\ny = torch.ones(2, device="meta")\ny += y + x',
        "x: cpu",
        "y += y + x.to(y.device)",
    ),
    ('x = torch.ones(2)\ny = torch.ones(2, device="meta")\nx.copy_(y)', "no values", ""),
    ('x = torch.ones(2, device="meta")\nx.tolist()', "nothing to copy or to read", ""),
    ('x = torch.ones(2)\nx.to("xpu:0")', "not one that torch can use", 'x.to("cpu")'),
    ("x = torch.ones(2)\nx.xpu()", "not one that torch can use", "x.cpu()"),
    ("torch.ones(2, 3) +", "This is not Python: invalid syntax.", ""),
]


@pytest.mark.parametrize(("example", "what", "fix_code"), EXPLAINED)
def test_an_error_is_told_with_its_names_and_numbers(example, what, fix_code):
    if "xpu" in example and torch.xpu.is_available():
        pytest.skip("this machine has an Intel GPU")
    source, error, namespace = fail(example)
    attributes = attributes_beside(error)
    problem = advise(type(error).__name__, str(error), source, describe(namespace), attributes)
    assert what in problem.what
    assert problem.fix_code == fix_code
    if fix_code:
        exec(fix_code, namespace)


# What torch says on machines with a GPU, word for word.
ON_GPUS = [
    (
        "Expected all tensors to be on the same device, but found at least two devices, cuda:0 and cpu!",
        "z = x + y",
        "z = x.to(y.device) + y",
    ),
    (
        "Expected all tensors to be on the same device, but got mat2 is on cpu, different from other "
        "tensors on cuda:0 (when checking argument in method wrapper_CUDA_mm)",
        "y @ x",
        "y @ x.to(y.device)",
    ),
    (
        "Expected all tensors to be on the same device, but found at least two devices, cpu and cuda:0!",
        "x += y",
        "x += y.to(x.device)",
    ),
    (
        "indices should be either on cpu or on the same device as the indexed tensor (cpu)",
        "x[y] = 0",
        "x[y.to(x.device)] = 0",
    ),
    (
        "Input type (torch.cuda.FloatTensor) and weight type (torch.FloatTensor) should be the same",
        "F.conv2d(y, x)",
        "F.conv2d(y, x.to(y.device))",
    ),
    ("CUDA error: invalid device ordinal", 'y = x.to("cuda:7")', 'y = x.to("cpu")'),
    ("PyTorch is not linked with support for mps devices", "x.to('mps')", 'x.to("cpu")'),
    (
        "Found no NVIDIA driver on your system. Please check that you have an NVIDIA GPU",
        "z = torch.rand(3)",
        'torch.set_default_device("cpu")\nz = torch.rand(3)',
    ),
]


@pytest.mark.parametrize(("message", "source", "fix_code"), ON_GPUS)
def test_what_torch_says_of_devices_is_mended(message, source, fix_code):
    tensors = {"x": ("float32", (2,), "cpu"), "y": ("float32", (2,), "cuda:0")}
    assert advise("RuntimeError", message, source, tensors).fix_code == fix_code


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
    tensors = {
        "x": ("float32", (2, 3), "cpu"),
        "y": ("int64", (), "meta"),
        'w["a"]': ("bool", (1,), "cpu"),
    }
    assert advise(type(error).__name__, str(error), source, tensors).what
