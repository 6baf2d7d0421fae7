"""What a cell of a result comes from, against torch: changing a lit cell, and no other, changes it."""

import itertools

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from explorer.panes.heatmap.equations.equation import parse
from explorer.panes.heatmap.equations.provenance import provenance

BIG = 1000.0
"""So much is added to a cell: enough to be the greatest among others."""


def run(line, **tensors):
    names = {"torch": torch, **tensors}
    exec(line, names)
    return names


def lit(line, **tensors):
    """Per operand and cell of the result, the cells that are lit; None without a rule."""
    equation = parse(line)
    equation = equation.kept([name in tensors for name in equation.operands])
    shapes = [tuple(tensors[name].shape) for name in equation.operands]
    result = run(line, **{n: t.clone() for n, t in tensors.items()})[equation.target]
    origin = provenance(equation, shapes, tuple(result.shape))
    if origin.rule is None:
        return None
    found = {}
    for index in itertools.product(*map(range, result.shape)):
        for i, region in enumerate(origin.regions(index)):
            cells = set(itertools.product(*region)) if region is not None else set()
            found[equation.operands[i], i, index] = cells
    return found


def moved(line, **tensors):
    """The same from torch: which cells of the result change with a cell of an operand."""
    equation = parse(line)
    equation = equation.kept([name in tensors for name in equation.operands])
    before = run(line, **{n: t.clone() for n, t in tensors.items()})[equation.target]
    found = {}
    for i, name in enumerate(equation.operands):
        for cell in itertools.product(*map(range, tensors[name].shape)):
            other = {n: t.clone() for n, t in tensors.items()}
            other[name][cell] += BIG
            changed = run(line, **other)[equation.target] != before
            for index in itertools.product(*map(range, before.shape)):
                found.setdefault((name, i, index), set())
                if changed[index]:
                    found[name, i, index].add(cell)
    return found


def numbers(shape, seed=0):
    """Numbers about 1, of which sums and products with any change are others."""
    generator = torch.Generator().manual_seed(seed)
    return torch.rand(shape, generator=generator, dtype=torch.float64) + 0.5


SIZES = st.integers(1, 3)
SHAPES = st.lists(SIZES, max_size=3).map(tuple)


@st.composite
def broadcast_pairs(draw):
    whole = draw(SHAPES)
    thin = [tuple(draw(st.sampled_from([n, 1])) for n in whole) for _ in range(2)]
    cut = [draw(st.integers(0, len(whole))) for _ in range(2)]
    return thin[0][cut[0] :], thin[1][cut[1] :]


@given(broadcast_pairs(), st.sampled_from(["x + y", "x - y", "x * y", "x / y", "torch.add(x, y)"]))
@settings(max_examples=40, deadline=None)
def test_a_cell_of_an_elementwise_result_comes_from_the_cells_that_are_broadcast_to_it(
    shapes, line
):
    x, y = numbers(shapes[0], 1), numbers(shapes[1], 2)
    assert lit(f"z = {line}", x=x, y=y) == moved(f"z = {line}", x=x, y=y)


@st.composite
def products(draw):
    n, k, m = draw(SIZES), draw(SIZES), draw(SIZES)
    batch = draw(st.lists(SIZES, max_size=1).map(tuple))
    thin = tuple(draw(st.sampled_from([size, 1])) for size in batch)
    left = draw(st.sampled_from([(k,), (n, k), (*batch, n, k)]))
    right = draw(st.sampled_from([(k,), (k, m), (*thin, k, m)]))
    return left, right


@given(products())
@settings(max_examples=40, deadline=None)
def test_a_cell_of_a_product_comes_from_a_row_and_a_column(shapes):
    x, y = numbers(shapes[0], 1), numbers(shapes[1], 2)
    assert lit("z = x @ y", x=x, y=y) == moved("z = x @ y", x=x, y=y)


@given(
    st.lists(SIZES, min_size=1, max_size=3).map(tuple),
    st.data(),
    st.sampled_from(["sum", "mean", "prod", "amax"]),
)
@settings(max_examples=60, deadline=None)
def test_a_cell_of_a_reduction_comes_from_what_is_reduced(shape, data, name):
    dims = data.draw(
        st.one_of(
            st.none(),
            st.integers(-len(shape), len(shape) - 1),
            st.lists(st.integers(0, len(shape) - 1), min_size=1, unique=True).map(tuple),
        )
    )
    if name == "prod" and (dims is None or isinstance(dims, tuple)):
        dims = 0
    keep = "" if dims is None else f", keepdim={data.draw(st.booleans())}"
    line = f"z = x.{name}({'' if dims is None else dims}{keep})"
    x = numbers(shape)
    assert lit(line, x=x) == moved(line, x=x)


@pytest.mark.parametrize(
    ("line", "shape"),
    [
        ("z = x.T", (2, 3)),
        ("z = x.mT", (2, 2, 3)),
        ("z = x.t()", (3, 2)),
        ("z = x.transpose(0, 2)", (2, 1, 3)),
        ("z = x.permute(2, 0, 1)", (2, 3, 4)),
        ("z = torch.permute(x, (1, 0))", (2, 3)),
        ("z = x.reshape(3, -1)", (2, 6)),
        ("z = x.view(4, 1, 3)", (2, 6)),
        ("z = x.flatten()", (2, 3, 2)),
        ("z = torch.unsqueeze(x, 1)", (2, 3)),
        ("z = x.squeeze()", (2, 1, 3)),
        ("z = x.expand(4, 3)", (1, 3)),
        ("z = x.repeat(2, 2)", (2, 3)),
        ("z = x[0]", (2, 3)),
        ("z = x[-1, 1:]", (2, 3)),
        ("z = x[..., ::2]", (2, 2, 5)),
        ("z = x[:, None, 0]", (2, 3)),
        ("z = x.flip(0)", (3, 2)),
        ("z = torch.flip(x, (0, 1))", (3, 2)),
        ("z = x.cumsum(1)", (2, 3)),
        ("z = torch.cumsum(x, dim=0)", (3, 2)),
        ("z = x.sum(axis=1)", (2, 2)),
        ("z = -x", (2, 2)),
        ("z = 2 * x", (2, 2)),
        ("z = x.max()", (2, 2)),
        ("x *= 3", (2, 2)),
        ("x.add_(1)", (2,)),
    ],
)
def test_a_cell_comes_from_what_changes_it(line, shape):
    x = numbers(shape)
    assert lit(line, x=x) == moved(line, x=x)


@pytest.mark.parametrize(
    ("line", "shapes"),
    [
        ("z = torch.cat([x, y])", [(2, 3), (1, 3)]),
        ("z = torch.cat((x, y), dim=1)", [(2, 3), (2, 1)]),
        ("z = torch.stack([x, y], dim=1)", [(2, 3), (2, 3)]),
        ("z = torch.outer(x, y)", [(2,), (3,)]),
        ("z = torch.dot(x, y)", [(3,), (3,)]),
        ("z = torch.nn.functional.linear(x, y)", [(2, 3), (4, 3)]),
        ("z = x.add(y, alpha=2)", [(2, 1), (3,)]),
        ("x += y", [(2, 3), (3,)]),
        ("torch.mul(x, y, out=x)", [(2, 3), (2, 3)]),
    ],
)
def test_a_cell_of_two_operands_comes_from_what_changes_it(line, shapes):
    x, y = numbers(shapes[0], 1), numbers(shapes[1], 2)
    assert lit(line, x=x, y=y) == moved(line, x=x, y=y)


def test_softmax_comes_from_the_whole_line():
    found = lit("z = torch.softmax(x, dim=1)", x=numbers((2, 3)))
    assert found["x", 0, (1, 2)] == {(1, 0), (1, 1), (1, 2)}


@pytest.mark.parametrize(
    "line",
    [
        "z = x[y]",
        "z = torch.gather(x, 0, y)",
        "z = x.sum(n)",
        "z = x.transpose(n, 0)",
        "z = x.svd()",
    ],
)
def test_nothing_is_told_where_the_line_does_not_say_it(line):
    equation = parse(line)
    equation = equation.kept([name in "xy" for name in equation.operands])
    assert provenance(equation, [(2, 2)] * len(equation.operands), (2, 2)).rule is None


def test_shapes_that_the_rule_does_not_make_are_not_explained():
    assert provenance(parse("z = x + y"), [(2, 3), (3,)], (2, 4)).rule is None
    assert provenance(parse("z = x.sum(0)"), [(2, 3)], (2,)).rule is None
    assert provenance(parse("z = x @ y"), [(2, 3), (3, 4)], (4, 2)).rule is None


def text_of(line, tensors="xyzw"):
    equation = parse(line)
    kept = equation and equation.kept([name[0] in tensors for name in equation.operands])
    return kept.text if kept else None


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("z = x + y", "x + y = z"),
        ("# sum\nz = x + y", "x + y = z"),
        ("z: torch.Tensor = x - y", "x - y = z"),
        ("x += y", "x + y = x"),
        ("x.add_(y)", "x.add_(y) = x"),
        ("torch.add(x, y, out=z)", "torch.add(x, y) = z"),
        ("z = torch.maximum(x, y)", "torch.maximum(x, y) = z"),
        ("z = x.sum(dim=n)", "x.sum(dim=n) = z"),
        ('z = w["0.bias"] + x.grad', 'w["0.bias"] + x.grad = z'),
        ("z = x > 0", "x > 0 = z"),
        ("z = x", None),
        ("z = x + y * 2", None),
        ("z = model(x)", None),
        ("z = np.add(x, y)", None),
        ("z = torch.ones(2)", None),
        ("z = torch.zeros_like(x)", None),
        ("x.requires_grad_()", None),
        ("z.backward()", None),
        ("x, y = y, x", None),
        ("z = x + y; x = 1", None),
        ("z = (", None),
        ("print(x)", None),
    ],
)
def test_a_line_is_read_as_an_equation(line, text):
    assert text_of(line) == text
