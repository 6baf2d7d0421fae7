"""Calls and the fields of their forms."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from explorer.catalog.array import ARRAY_CALLS
from explorer.catalog.call import (
    NotCatalogueError,
    bind,
    emit,
    entry_of,
    index_source,
    parse,
    read,
    source,
    to_source,
)
from explorer.catalog.signature import Catalogue, CatalogueEntry, Parameter, Signature
from explorer.catalog.syntax import SYNTAX

INPUT = Parameter(name="input", kinds=("tensor",))
DIM = Parameter(name="dim", kinds=("dim",), names_also=("axis",))
DIMS = Parameter(name="dim", kinds=("dims",), nullable=True, names_also=("axis",))
KEEP = Parameter(name="keepdim", kinds=("boolean",), default="False", names_also=("keepdims",))
SIZE = Parameter(name="size", kinds=("size",))
DTYPE = Parameter(name="dtype", kinds=("dtype",), default="None", passing="keyword")
DEVICE = Parameter(name="device", kinds=("device",), default="None", passing="keyword")
OUT = Parameter(name="out", kinds=("tensor",), default="None", passing="keyword", writes=True)
OTHER = Parameter(name="other", kinds=("tensor", "number"))
NUMBER = ("number", "tensor")


def entry(path, *overloads, is_property=False):
    signatures = tuple(Signature(parameters=overload) for overload in overloads)
    return path, CatalogueEntry(path=path, signatures=signatures, is_property=is_property)


CATALOGUE = Catalogue(
    torch_version="of the tests",
    entries=dict(
        [
            entry("torch.rand", (SIZE, DTYPE, DEVICE, OUT)),
            entry(
                "torch.full",
                (SIZE, Parameter(name="fill_value", kinds=NUMBER), DTYPE, DEVICE),
            ),
            entry(
                "torch.add",
                (
                    INPUT,
                    OTHER,
                    Parameter(name="alpha", kinds=NUMBER, default="1", passing="keyword"),
                    OUT,
                ),
            ),
            entry("torch.sum", (INPUT, DTYPE), (INPUT, DIMS, KEEP, DTYPE)),
            entry("Tensor.sum", (INPUT, DTYPE), (INPUT, DIMS, KEEP, DTYPE)),
            entry(
                "torch.max",
                (INPUT,),
                (INPUT, Parameter(name="other", kinds=("tensor",))),
                (INPUT, DIM, KEEP),
            ),
            entry("Tensor.view", (INPUT, SIZE), (INPUT, Parameter(name="dtype", kinds=("dtype",)))),
            entry("Tensor.permute", (INPUT, Parameter(name="dims", kinds=("dims",)))),
            entry("Tensor.T", (INPUT,), is_property=True),
            entry("Tensor.t", (INPUT,)),
            entry(
                "Tensor.uniform_",
                (
                    INPUT,
                    Parameter(name="from", kinds=("number",), default="0.0", passing="place"),
                    Parameter(name="to", kinds=("number",), default="1.0", passing="place"),
                    Parameter(
                        name="generator", kinds=("generator",), default="None", passing="keyword"
                    ),
                ),
            ),
            entry(
                "torch.cat",
                (
                    Parameter(name="tensors", kinds=("tensors",)),
                    Parameter(name="dim", kinds=("dim",), default="0"),
                    OUT,
                ),
            ),
            entry(
                "torch.broadcast_tensors",
                (Parameter(name="tensors", kinds=("tensor",), passing="rest"),),
            ),
            entry(
                "torch.einsum",
                (
                    Parameter(name="equation", kinds=("text",)),
                    Parameter(name="operands", kinds=("tensor",), passing="rest"),
                ),
            ),
            entry(
                "torch.clamp",
                (
                    INPUT,
                    Parameter(name="min", kinds=NUMBER, default="None"),
                    Parameter(name="max", kinds=NUMBER, default="None"),
                ),
            ),
            entry(
                "torch.nn.functional.pad",
                (
                    INPUT,
                    Parameter(name="pad", kinds=("size",)),
                    Parameter(
                        name="mode",
                        kinds=("choice",),
                        default='"constant"',
                        choices=("constant", "reflect"),
                    ),
                    Parameter(name="value", kinds=("number",), default="None"),
                ),
            ),
            entry(
                "torch.nn.functional.max_pool1d",
                (
                    INPUT,
                    Parameter(name="kernel_size", kinds=("size",), length=1),
                    Parameter(name="stride", kinds=("size",), default="None", length=1),
                ),
            ),
            entry("torch.gather", (INPUT, DIM, Parameter(name="index", kinds=("tensor",)))),
        ]
    ),
)

WRITTEN = {
    "torch.rand((5, 3))": "torch.rand(5, 3)",
    "torch.rand(5)": "torch.rand(5)",
    "torch.rand([5])": "torch.rand(5)",
    "torch.rand(())": "torch.rand(())",
    "torch.rand(x.shape)": "torch.rand(x.shape)",
    "torch.rand(x.size(0), 2)": "torch.rand(x.size(0), 2)",
    "torch.rand(*x.shape)": "torch.rand(*x.shape)",
    "torch.rand(x.size())": "torch.rand(x.size())",
    "torch.rand(2 * 3, 4 // 2)": "torch.rand(2 * 3, 4 // 2)",
    'torch.rand(size=(2, 3), dtype=None, device="cpu")': 'torch.rand(2, 3, device="cpu")',
    "torch.full((2, 3), 7)": "torch.full((2, 3), 7)",
    "torch.full(fill_value=-torch.inf, size=(2,))": "torch.full((2,), -torch.inf)",
    "torch.add(x, 2, alpha=1)": "torch.add(x, 2)",
    "torch.add(x, other=y, alpha=2)": "torch.add(x, y, alpha=2)",
    "torch.add(input=x, other=y, alpha=1.0)": "torch.add(x, y, alpha=1.0)",
    "torch.add(x, y, out=out)": "torch.add(x, y, out=out)",
    "torch.sum(x)": "torch.sum(x)",
    "torch.sum(x, 0)": "torch.sum(x, 0)",
    "torch.sum(x, axis=(0, 1), keepdims=True)": "torch.sum(x, (0, 1), keepdim=True)",
    "torch.sum(x, dim=None, keepdim=True)": "torch.sum(x, None, keepdim=True)",
    "x.sum(-1, False)": "x.sum(-1)",
    "x.sum(dtype=torch.float64)": "x.sum(dtype=torch.float64)",
    "torch.max(x, 1, True)": "torch.max(x, 1, keepdim=True)",
    "torch.max(x, y)": "torch.max(x, y)",
    "torch.max(x, dim=1)": "torch.max(x, 1)",
    "torch.max(x, y > 0)": "torch.max(x, y > 0)",
    "x.view((-1, 2))": "x.view(-1, 2)",
    "x.view(torch.int32)": "x.view(torch.int32)",
    "x.view(dtype=torch.int32)": "x.view(torch.int32)",
    "x.permute((1, 0))": "x.permute(1, 0)",
    "x.T": "x.T",
    "x.t()": "x.t()",
    "x.uniform_(0.0, 2)": "x.uniform_(0.0, 2)",
    "x.uniform_()": "x.uniform_()",
    "x.uniform_(-1.0, 1.0)": "x.uniform_(-1.0)",
    "torch.cat((x, y), 1)": "torch.cat((x, y), dim=1)",
    "torch.cat([x, y])": "torch.cat([x, y])",
    "torch.cat(tensors=[x, y[0:2]], dim=0)": "torch.cat([x, y[0:2]])",
    "torch.broadcast_tensors(x, y)": "torch.broadcast_tensors(x, y)",
    "torch.broadcast_tensors(*[x, y])": "torch.broadcast_tensors(*[x, y])",
    'torch.einsum("ij,jk->ik", x, y)': 'torch.einsum("ij,jk->ik", x, y)',
    "torch.clamp(x, None, 3)": "torch.clamp(x, max=3)",
    "torch.clamp(x, 0)": "torch.clamp(x, min=0)",
    'torch.nn.functional.pad(x, (1, 2), "constant", 5)': "torch.nn.functional.pad(x, (1, 2), value=5)",
    "torch.nn.functional.max_pool1d(x, 2)": "torch.nn.functional.max_pool1d(x, 2)",
    "torch.gather(x, index=index, dim=1)": "torch.gather(x, 1, index)",
    "x + y * 2": "x + y * 2",
    "-x": "-x",
    "x[0, 1:]": "x[0, 1:]",
    "np.ones((2, 3), np.float32)": "np.ones((2, 3), dtype=np.float32)",
    "np.add(a, 1, out=a)": "np.add(a, 1, out=a)",
    "np.arange(1, 6, 2)": "np.arange(1, 6, 2)",
    "a.sum(0)": "a.sum(axis=0)",
    "a.reshape((3, -1))": "a.reshape(3, -1)",
}
NAMES = {
    "torch": "torch",
    "np": "numpy",
    **dict.fromkeys(("x", "y", "out", "index"), "Tensor"),
    "a": "ndarray",
}


def again(line):
    call = parse(line, NAMES)
    signature, fields = bind(call, CATALOGUE)
    return emit(entry_of(call, CATALOGUE), signature, fields)


def run(line):
    namespace = {
        "torch": torch,
        "np": np,
        "x": torch.arange(4.0).view(2, 2),
        "y": torch.tensor([[3.0, 1.0], [0.5, 2.0]]),
        "out": torch.zeros(2, 2),
        "index": torch.tensor([[0, 1], [1, 0]]),
        "a": np.ones(3),
    }
    torch.manual_seed(0)
    return eval(line, namespace)


@pytest.mark.parametrize(("line", "written"), WRITTEN.items(), ids=WRITTEN)
def test_a_call_is_made_of_its_fields_again_and_gives_the_same(line, written):
    call = again(line)
    assert to_source(call, NAMES) == written
    assert again(written) == call
    mine, theirs = run(written), run(line)
    torch.testing.assert_close(mine, theirs, equal_nan=True, rtol=0, atol=0)
    assert repr(mine) == repr(theirs)


def test_the_fields_of_a_call_are_what_it_gives():
    signature, fields = bind(parse("torch.max(x, keepdim=True, dim=-1)"), CATALOGUE)
    assert [p.name for p in signature.parameters] == ["input", "dim", "keepdim"]
    assert {name: source(value) for name, value in fields.items()} == {
        "input": "x",
        "dim": "-1",
        "keepdim": "True",
    }


@pytest.mark.parametrize(
    ("line", "fields"),
    [
        ("x[0, 1:] = 5", ["x", "0, 1:", "5"]),
        ("x.grad = None", ["x", '"grad"', "None"]),
        ("x += y", ["x", "y"]),
        ("y = x", ["x"]),
    ],
)
def test_an_assignment_binds_to_its_parts(line, fields):
    _, values = bind(parse(line), CATALOGUE)
    texts = [
        index_source(value) if name == "index" else source(value) for name, value in values.items()
    ]
    assert texts == fields


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("torch.unheard(x)", "torch.unheard is not in the catalogue"),
        ("x.rand(2)", "Tensor.rand is not in the catalogue"),
        ("os.system('ls')", "not in the catalogue"),
        ("torch.gather(x, 1)", "does not take these"),
        ("torch.gather(x, 1, index, 3, 4)", "does not take these"),
        ("torch.gather(x, 1.5, index)", "does not take these"),
        ("torch.gather(x, 1, index, dim=1)", "does not take these"),
        ("torch.gather(x, 1, index, axis=1)", "does not take these"),
        ("torch.gather(x, 1, index=2 * 3)", "does not take these"),
        ("torch.rand(2.5)", "does not take these"),
        ("torch.rand(2, x=3)", "does not take these"),
        ("torch.rand('2')", "does not take these"),
        ("torch.rand((2, None, 1.5))", "does not take these"),
        ("torch.rand(2, dtype='float32')", "does not take these"),
        ("torch.rand(2, dtype=torch.strided)", "does not take these"),
        ("torch.cat((1, 2))", "does not take these"),
        ("torch.cat(x, *y)", "does not take these"),
        ("x.uniform_(to=2)", "does not take these"),
        ("x.T()", "T stands without brackets"),
        ("x.t", "t is called with brackets"),
    ],
)
def test_a_call_that_no_overload_takes_is_refused(line, reason):
    with pytest.raises(NotCatalogueError) as refused:
        bind(parse(line), CATALOGUE)
    assert reason in refused.value.reason


def test_what_a_form_leaves_out_is_named():
    gather = CATALOGUE.entries["torch.gather"]
    with pytest.raises(NotCatalogueError, match="index is missing"):
        emit(gather, gather.signatures[0], {"input": read("x"), "dim": read("0")})


def test_pythons_and_numpys_own_have_entries():
    assert {"+", "@", "==", "~x", "-x", "index", "setindex", "setattr", "value"} <= SYNTAX.keys()
    for path in ARRAY_CALLS:
        module, _, name = path.rpartition(".")
        assert callable(getattr(np if module == "numpy" else np.ndarray, name))


# --- any fields -------------------------------------------------------------------------------

SAMPLES = {
    "tensor": ["x", "y[0]", "x.T", "torch.rand(3)"],
    "tensors": ["(x, y)", "[x]"],
    "number": ["1", "0.5", "torch.nan", "complex(1.0, -0.0)", "True"],
    "size": ["(2, 3)", "(5,)", "()", "x.shape"],
    "dim": ["0", "-1"],
    "dims": ["(0, 1)", "(0,)"],
    "boolean": ["True", "False"],
    "dtype": ["torch.float32", "x.dtype"],
    "device": ['"cpu"', 'torch.device("cuda", 0)'],
    "generator": ["g"],
    "choice": ['"reflect"'],
    "text": ['"ij->ji"'],
}


@given(st.data())
def test_any_fields_come_back_from_their_call(data):
    entry = data.draw(st.sampled_from(list(CATALOGUE.entries.values())))
    signature = data.draw(st.sampled_from(entry.signatures))
    fields = {}
    for parameter in signature.parameters:
        if parameter.required or data.draw(st.booleans()):
            kind = data.draw(st.sampled_from(parameter.kinds))
            text = data.draw(st.sampled_from(SAMPLES[kind]))
            fields[parameter.name] = read(f"({text},)" if parameter.passing == "rest" else text)
    call = emit(entry, signature, fields)
    assert parse(to_source(call)) == call
    _, values = bind(call, CATALOGUE)
    for parameter in signature.parameters:
        default = read(parameter.default) if parameter.default else None
        assert values.get(parameter.name, default) == fields.get(parameter.name, default)
