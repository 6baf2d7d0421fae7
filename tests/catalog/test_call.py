"""A line of Python is read as a call, and written again as it was."""

import ast
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.catalog.call import (
    NotCatalogueError,
    imported,
    index_source,
    names_of,
    parse,
    read,
    read_index,
    source,
    to_source,
)
from explorer.catalog.value import (
    INDEX,
    SET_ATTRIBUTE,
    SET_INDEX,
    VALUE,
    Call,
    Constant,
    List,
    Name,
    Slice,
    Spread,
    Symbol,
    Tuple,
    calls_in,
)
from explorer.protocol import Entry

X, Y, A = Name("x"), Name("y"), Name("a")
NAMES = {
    "torch": "torch",
    "np": "numpy",
    "F": "torch.nn.functional",
    **dict.fromkeys(("x", "y", "z", "out", "index", "mask", "w"), "Tensor"),
    "p": "Parameter",
    "a": "ndarray",
    "n": "int",
    "weights": "dict",
    "net": "Sequential",
    "xs": "list",
}

TUTORIAL = [
    "x = torch.empty(5, 3)",
    "x = torch.rand(5, 3)",
    "x = torch.randn(5, 3)",
    "x = torch.randint(1, 4, (2, 3, 2))",
    "x = torch.randperm(10)",
    "x = torch.tensor([5.5, 3])",
    "x = torch.zeros(5, 3, dtype=torch.long)",
    "x = torch.ones(5, 3)",
    "x = torch.eye(5, 3)",
    "x = torch.arange(2, 10, 2)",
    "x = torch.linspace(2, 10, 3)",
    "x = torch.normal(0.0, 3.0, (5, 3))",
    "x = torch.Tensor(5, 3).uniform_(0, 1)",
    "x = x.new_ones(5, 3, dtype=torch.float64)",
    "x = torch.randn_like(x, dtype=torch.float)",
    "x.size()",
    "x.shape",
    "z = x + y",
    "z = torch.add(x, y)",
    "torch.add(x, y, out=out)",
    "y.add_(x)",
    "y = x[0, :]",
    "y += 1",
    "x[:, 1]",
    "y = torch.index_select(x, 0, torch.tensor([0, 2]))",
    "y = x.masked_select(x > 0)",
    "y = torch.nonzero(x)",
    "y = torch.gather(x, 1, index)",
    "y = x.view(15)",
    "z = x.view(-1, 5)",
    "y = x.squeeze()",
    "y = x.unsqueeze(0)",
    "y = x.clone()",
    "x.t_()",
    "x.copy_(y)",
    "x[0, 0].item()",
    "a = x.numpy()",
    "a = np.ones(5)",
    "y = torch.from_numpy(a)",
    "np.add(a, 1, out=a)",
    "x = torch.arange(1, 3).view(1, 2)",
    "y = torch.arange(1, 4).view(3, 1)",
    "torch.cuda.is_available()",
    'y = torch.ones_like(x, device="cuda")',
    'x = x.to("cpu", torch.double)',
    'y = x.to(torch.device("cuda"))',
    "x = torch.ones(2, 2, requires_grad=True)",
    "x.requires_grad_(True)",
    "y.grad_fn",
    "x.is_leaf",
    "z = y * y * 3",
    "out = z.mean()",
    "out.backward()",
    "x.grad",
    "x.grad.data.zero_()",
    "y = y * 2",
    "y.data.norm() < 1000",
    "y.backward(torch.tensor([0.1, 1.0, 0.0001], dtype=torch.float))",
    "with torch.no_grad():\n    y = x**2",
    "(x**2).sum().backward()",
    "x.data *= 100",
    "x[mask] = 0",
    "x.grad = None",
    "y, i = x.max(dim=1)",
    "torch.manual_seed(0)",
]


@pytest.mark.parametrize("line", TUTORIAL)
@pytest.mark.parametrize("names", [NAMES, None], ids=["known names", "any names"])
def test_a_line_of_the_tutorial_is_read_and_written_again(line, names):
    written = to_source(parse(line, names), names)
    assert ast.dump(ast.parse(written)) == ast.dump(ast.parse(line))
    assert parse(written, names) == parse(line, names)


@pytest.mark.parametrize(
    ("line", "call"),
    [
        ("x", Call(VALUE, (X,))),
        ("y = 3", Call(VALUE, (Constant(3),), targets=("y",))),
        ("y = x.add(1)", Call("Tensor.add", (X, Constant(1)), targets=("y",))),
        ("x.T", Call("Tensor.T", (X,), is_property=True)),
        ("p.grad", Call("Tensor.grad", (Name("p"),), is_property=True)),
        ("a.sum()", Call("ndarray.sum", (A,))),
        ("x.numpy().sum()", Call("ndarray.sum", (Call("Tensor.numpy", (X,)),))),
        ("np.ones(5)", Call("numpy.ones", (Constant(5),))),
        ("F.relu(x)", Call("torch.nn.functional.relu", (X,))),
        ("torch.nn.functional.relu(x)", Call("torch.nn.functional.relu", (X,))),
        ("x += 1", Call("+", (X, Constant(1)), augmented=True)),
        ("x[0] @= y", Call("@", (Call(INDEX, (X, Constant(0))), Y), augmented=True)),
        ("x[0] = y", Call(SET_INDEX, (X, Constant(0), Y))),
        ("x.grad = None", Call(SET_ATTRIBUTE, (X, Constant("grad"), Constant(None)))),
        (
            "with torch.no_grad():\n  y, z = x.max(0)",
            Call("Tensor.max", (X, Constant(0)), targets=("y", "z"), guard="torch.no_grad"),
        ),
        ('weights["0.bias"].T', Call(VALUE, (Name('weights["0.bias"].T'),))),
        ("net.fc1.weight.sum()", Call("Tensor.sum", (Name("net.fc1.weight"),))),
        ("xs[0] * 2", Call("*", (Name("xs[0]"), Constant(2)))),
        ("x[0] * 2", Call("*", (Call(INDEX, (X, Constant(0))), Constant(2)))),
        ("(x * n).sum()", Call("Tensor.sum", (Call("*", (X, Name("n"))),))),
        ("(2 * a).sum()", Call("ndarray.sum", (Call("*", (Constant(2), A)),))),
        ("x.to(torch.float16)", Call("Tensor.to", (X, Symbol("torch.float16")))),
        ("x.to(float)", Call("Tensor.to", (X, Symbol("builtins.float")))),
        ("torch.cat([x, *xs])", Call("torch.cat", (List((X, Spread(Name("xs")))),))),
    ],
)
def test_a_line_is_read_by_what_its_names_are_bound_to(line, call):
    assert parse(line, NAMES) == call
    assert parse(to_source(call, NAMES), NAMES) == call


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("-2", -2),
        ("-0.0", -0.0),
        ("torch.inf", math.inf),
        ("-np.inf", -math.inf),
        ("math.inf", math.inf),
        ('float("-inf")', -math.inf),
        ("1e400", math.inf),
        ("torch.nan", math.nan),
        ("2+3j", 2 + 3j),
        ("2.5 - 3j", 2.5 - 3j),
        ("complex(0.0, -0.0)", complex(0.0, -0.0)),
        ("np.newaxis", None),
        ("...", ...),
        ("True", True),
        ("1", 1),
        ("1.0", 1.0),
        ("'a\\n\"b'", 'a\n"b'),
    ],
)
def test_a_constant_is_read_whatever_its_spelling(text, value):
    assert read(text) == Constant(value)
    assert read(source(Constant(value))) == Constant(value)


def test_values_are_equal_only_if_torch_cannot_tell_them_apart():
    distinct = [1, 1.0, True, 0.0, -0.0, 0, False, None, 1j, complex(-0.0, 1), "1", ..., math.inf]
    constants = [Constant(value) for value in distinct]
    assert len(set(constants)) == len(distinct)
    assert Constant(math.nan) == Constant(-math.nan)
    assert Constant(complex(math.nan, -0.0)) != Constant(complex(math.nan, 0.0))


@pytest.mark.parametrize(
    ("text", "index"),
    [
        (":", Slice()),
        ("1:3, None", Tuple((Slice(Constant(1), Constant(3)), Constant(None)))),
        ("..., ::2", Tuple((Constant(...), Slice(None, None, Constant(2))))),
        ("-1", Constant(-1)),
        ("0,", Tuple((Constant(0),))),
        ("()", Tuple(())),
        ("(0, 1), 2", Tuple((Tuple((Constant(0), Constant(1))), Constant(2)))),
        ("[0, 2], mask", Tuple((List((Constant(0), Constant(2))), Name("mask")))),
        ("x > 0", Call(">", (X, Constant(0)))),
        ("n:x.size(0)", Slice(Name("n"), Call("Tensor.size", (X, Constant(0))))),
    ],
)
def test_an_index_is_read_and_written_again(text, index):
    assert read_index(text, NAMES) == index
    assert read_index(index_source(index), NAMES) == index


def test_calls_nested_in_calls_are_read():
    line = "z = torch.cat([x[x > 0].view(1, -1), (x @ w.T + 1)[0:1].abs().sum(dim=-1)], dim=1)"
    call = parse(line, NAMES)
    assert to_source(call, NAMES) == line
    paths = [inner.path for inner in calls_in((call,))]
    assert paths[:4] == ["torch.cat", "Tensor.view", INDEX, ">"]
    assert paths[4:] == ["Tensor.sum", "Tensor.abs", INDEX, "+", "@", "Tensor.T"]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("", "more or fewer"),
        ("x = 1; y = 2", "more or fewer"),
        ("x = (", "not Python"),
        ("while y.norm() < 1000: y = y * 2", "not other statements"),
        ("import os", "not other statements"),
        ("del x", "not other statements"),
        ("x = y = z", "not other statements"),
        ("with open('f') as f:\n  x", "not other statements"),
        ("with torch.no_grad():\n  x\n  y", "not other statements"),
        ("with torch.device('cuda'):\n  x", "around a line"),
        ("with torch.no_grad():\n  with torch.no_grad():\n    x", "around a line"),
        ("unknown + 1", "unknown is not in the workspace"),
        ("x + torch", "torch is a module"),
        ("torch.float33", "is no constant"),
        ("open('f')", "open is no function of torch"),
        ("x()", "x is no function"),
        ("xs[0]()", "Only functions of torch"),
        ("x.__class__", "__class__ begins with _"),
        ("torch._C._nn.gelu(x)", "_C begins with _"),
        ("_x + 1", "_x begins with _"),
        ("_y = x", "_y begins with _"),
        ("x.item().bit_length()", "neither a tensor nor an array"),
        ("(1).real", "neither a tensor nor an array"),
        ("n.real", "neither a tensor nor an array"),
        ("'{}'.format(x)", "neither a tensor nor an array"),
        ("x.shape.numel()", "neither a tensor nor an array"),
        ("[1, 2][0]", "has an index"),
        ("torch.add(**xs)", "** hides"),
        ("x and y", "`and` and `or`"),
        ("not x", "`not` asks for one answer"),
        ("0 < x < 1", "Two comparisons"),
        ("x is None", "compare tensors"),
        ("(z := x)", "A name is bound inside"),
        ("[i for i in x]", "no loops"),
        ("f'{x}'", "put together"),
        ("x if y else z", "names, numbers, texts"),
        ("{1: x}", "names, numbers, texts"),
        ("b'1'", "nothing that torch takes"),
        ("2**63 + 18446744073709551616", "does not fit 64 bits"),
        ("x.y, z = x", "plain name"),
        ("float('one')", "is no number"),
        ("-" * 100 + "x", "nested more than 80 deep"),
        ("+".join(["x"] * 200), "nested more than 80 deep"),
        ("(" * 500 + "x" + ")" * 500, "not Python"),
        ("x" * 1_000_001, "too long"),
        ("x\0", "not Python"),
    ],
)
def test_a_line_that_is_no_call_is_refused_with_the_reason(line, reason):
    with pytest.raises(NotCatalogueError) as refused:
        parse(line, NAMES)
    assert reason in refused.value.reason


@pytest.mark.parametrize("text", ["", "0][1", "0] + x[1", "1:2:3:4", "[0", "0]\n[1"])
def test_what_is_not_one_index_is_refused(text):
    with pytest.raises(NotCatalogueError):
        read_index(text)


def test_a_slice_outside_an_index_has_no_source():
    with pytest.raises(ValueError, match="in an index only"):
        to_source(Call("torch.add", (Slice(),)))


def test_names_are_those_of_the_workspace_and_of_what_the_script_imports():
    script = (
        "import numpy as np\nimport torch.nn.functional as F\nimport torch.linalg\nimport os\n"
        "from torch import nn\nfrom torch.nn import functional as G\nx = 1"
    )
    modules = {"np": "numpy", "F": "torch.nn.functional", "torch": "torch", "nn": "torch.nn"}
    assert imported(script) == modules | {"G": "torch.nn.functional"}
    assert imported("x = (") == {}
    entries = [
        Entry(name="x", type_name="Tensor", summary=""),
        Entry(name="np", type_name="Tensor", summary=""),
    ]
    assert names_of(entries, script)["np"] == "Tensor"
    assert parse("np.sum()", names_of(entries, script)) == Call("Tensor.sum", (Name("np"),))


def test_a_module_is_written_by_the_name_that_the_script_gave_it():
    call = parse("F.relu(np.ones(3))", None)
    assert to_source(call) == "torch.nn.functional.relu(np.ones(3))"
    names = {"torch": "torch", "numpy": "numpy", "functional": "torch.nn.functional"}
    assert to_source(call, names) == "functional.relu(numpy.ones(3))"


# --- every call that can be written -----------------------------------------------------------

BINARY = ["+", "-", "*", "/", "//", "%", "@", "**", "&", "|", "^", "<<", ">>"]
COMPARE = ["==", "!=", "<", "<=", ">", ">="]
FUNCTIONS = ["torch.add", "torch.linalg.norm", "numpy.add", "torch.nn.functional.relu"]
tensor_names = st.sampled_from([X, Y, Name("p")])
numbers = (
    st.integers(-(2**63), 2**64 - 1)
    | st.floats()
    | st.complex_numbers(allow_nan=True)
    | st.sampled_from([0.0, -0.0, complex(-0.0, -0.0), complex(0.0, -0.0), math.nan])
)
leaves = (
    tensor_names
    | st.sampled_from([Name('weights["0.bias"]'), Name("net.fc1.weight"), A, Name("n")])
    | st.builds(Constant, numbers | st.booleans() | st.none() | st.just(...) | st.text())
    | st.sampled_from(
        list(map(Symbol, ["torch.float32", "torch.strided", "numpy.int8", "torch.pi"]))
    )
)


@st.composite
def tensors(draw, depth):
    """Draw what a tensor's method can be called on."""
    if not depth:
        return draw(tensor_names)
    kind = draw(st.sampled_from(["name", "call", "method", "property", "index"]))
    match kind:
        case "name":
            return draw(tensor_names)
        case "call":
            return Call("torch.add", *draw(arguments(depth - 1)))
        case "property":
            return Call("Tensor.T", (draw(tensors(depth - 1)),), is_property=True)
        case "method":
            args, kwargs = draw(arguments(depth - 1))
            return Call("Tensor.view", (draw(tensors(depth - 1)), *args), kwargs)
        case "index":
            parts = draw(st.lists(parts_of_index(depth - 1), max_size=3))
            alone = len(parts) == 1 and draw(st.booleans())
            return Call(
                INDEX, (draw(tensors(depth - 1)), parts[0] if alone else Tuple(tuple(parts)))
            )


@st.composite
def parts_of_index(draw, depth):
    part = values(depth).filter(
        lambda v: not (isinstance(v, Constant) and isinstance(v.value, str))
    )
    if draw(st.booleans()):
        return draw(part)
    return Slice(*(draw(st.none() | part) for _ in range(3)))


@st.composite
def arguments(draw, depth):
    args = draw(st.lists(values(depth), max_size=3))
    if args and draw(st.booleans()):
        args[-1] = Spread(args[-1])
    keywords = draw(st.lists(st.sampled_from(["dim", "out", "dtype"]), max_size=2, unique=True))
    return tuple(args), tuple((keyword, draw(values(depth))) for keyword in keywords)


@st.composite
def values(draw, depth=3):
    if not depth or draw(st.integers(0, 3)) == 0:
        return draw(leaves)
    kind = draw(st.sampled_from(["tensor", "tuple", "list", "function", "binary", "unary"]))
    match kind:
        case "tensor":
            return draw(tensors(depth))
        case "tuple":
            return Tuple(draw(arguments(depth - 1))[0])
        case "list":
            return List(draw(arguments(depth - 1))[0])
        case "function":
            return Call(draw(st.sampled_from(FUNCTIONS)), *draw(arguments(depth - 1)))
        case "binary":
            operands = draw(values(depth - 1)), draw(values(depth - 1))
            return Call(draw(st.sampled_from(BINARY + COMPARE)), operands)
        case "unary":
            operand = draw(values(depth - 1))
            if isinstance(operand, Constant) and operand.is_number:
                return operand  # -2 is one constant
            return Call(draw(st.sampled_from(["-x", "+x", "~x"])), (operand,))


targets = st.sampled_from([(), ("y",), ("y", "z")])
guards = st.sampled_from(["", "torch.no_grad", "torch.inference_mode"])


@given(values(), targets, guards)
def test_every_call_is_read_back_as_it_was_written(value, targets, guard):
    call = value if isinstance(value, Call) else Call(VALUE, (value,))
    call = Call(call.path, call.args, call.kwargs, targets, False, guard, call.is_property)
    assert parse(to_source(call, NAMES), NAMES) == call


@given(tensors(2), values(2))
def test_every_assignment_is_read_back_as_it_was_written(owner, value):
    whole = Call(SET_INDEX, (owner, Slice(), value))
    grad = Call(SET_ATTRIBUTE, (owner, Constant("grad"), value))
    added = Call("+", (Call(INDEX, (owner, Constant(0))), value), augmented=True)
    for call in (whole, grad, added):
        assert parse(to_source(call, NAMES), NAMES) == call


@given(st.text())
def test_any_text_is_read_or_refused(text):
    for reader in (parse, read, read_index):
        try:
            reader(text)
        except NotCatalogueError as refused:
            assert refused.reason  # noqa: PT017 - most texts are refused, some are read
