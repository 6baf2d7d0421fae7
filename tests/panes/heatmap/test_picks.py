"""What a cell comes from where values decide, against torch: every number of the source is another."""

import itertools

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from explorer.panes.heatmap.equations.equation import parse
from explorer.panes.heatmap.equations.provenance import provenance
from tests.panes.heatmap.test_provenance import numbers, run

T = torch.tensor([[1, 2], [3, 4]])


def found(line, **tensors):
    """The equation of a line, what its result is, and its provenance with values from torch."""
    equation = parse(line).kept([True] * len(parse(line).operands))
    computed = {n: eval(n, {"torch": torch, **tensors}) for n in equation.operands}
    operands = [computed[name] for name in equation.operands]
    result = run(line, **{n: t.clone() for n, t in tensors.items()})[equation.target]
    origin = provenance(
        equation,
        [tuple(t.shape) for t in operands],
        tuple(result.shape),
        [str(t.dtype).removeprefix("torch.") for t in operands],
    )
    return operands, result, origin, lambda i, cell: operands[i][cell].item()


def check(line, **tensors):
    """Every cell's value is that of the one cell it is told to come from, its deciders told too."""
    operands, result, origin, values = found(line, **tensors)
    assert origin.pick or origin.rule
    for index in itertools.product(*map(range, result.shape)):
        regions = origin.regions(index, values)
        deciding = origin.pick.deciding if origin.pick else ()
        sources = [
            operands[i][tuple(run[0] for run in region)]
            for i, region in enumerate(regions)
            if region is not None and i not in deciding
        ]
        assert all(len(run) == 1 for region in regions if region for run in region)
        if sources:
            assert [s.item() for s in sources] == [result[index].item()]
    return origin


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_a_gathered_cell_comes_from_where_its_index_says(data):
    shape = tuple(data.draw(st.lists(st.integers(1, 4), min_size=1, max_size=3)))
    dim = data.draw(st.integers(-len(shape), len(shape) - 1))
    size = [data.draw(st.integers(1, n)) for n in shape]
    size[dim] = data.draw(st.integers(1, 5))
    count = torch.Size(size).numel()
    drawn = data.draw(st.lists(st.integers(0, shape[dim] - 1), min_size=count, max_size=count))
    index = torch.tensor(drawn).reshape(size)
    check(f"z = torch.gather(x, {dim}, i)", x=numbers(shape), i=index)
    check(f"z = x.gather(dim={dim}, index=i)", x=numbers(shape), i=index)


@pytest.mark.parametrize(
    ("line", "shape", "index"),
    [
        ("z = torch.take_along_dim(x, i, 1)", (2, 3), [[0, -1], [2, 1]]),
        ("z = x.take_along_dim(i, dim=0)", (2, 3), [[1]]),
        ("z = torch.take_along_dim(x, i)", (2, 3), [[0, 5], [1, 2]]),
        ("z = torch.index_select(x, 0, i)", (3, 2), [2, 0, 0]),
        ("z = x.index_select(1, i)", (2, 3), [2]),
        ("z = torch.take(x, i)", (2, 3), [[0, 5], [-1, 2]]),
        ("z = x[i]", (3, 2), [2, -1]),
        ("z = x[i]", (3, 2), [[2, -1], [0, 0]]),
        ("z = x[:, i]", (2, 3), [0, -1]),
        ("z = x[1, i]", (2, 3), [0, 2]),
        ("z = x[i, i]", (3, 3), [0, 2]),
        ("z = x[i, :, i]", (3, 2, 3), [0, 2]),
        ("z = x[..., i, None]", (2, 3), [1, 2]),
        ("z = x[i]", (3, 2), 1),
        ("z = x[[0, 2], 1]", (3, 2), 0),
        ("z = x[:, [True, False, True]]", (2, 3), 0),
        ("z = torch.scatter(x, 0, i, y)", (3, 2), [[2, 0], [0, 0]]),
        ("z = x.scatter(1, i, y)", (3, 2), [[1], [0]]),
        ("x.scatter_(0, i, y)", (3, 2), [[2, 0]]),
        ("z = torch.scatter(x, 0, index=i, src=y)", (3, 2), [[1, 1]]),
    ],
)
def test_a_cell_comes_from_where_an_index_says(line, shape, index):
    tensors = {"x": numbers(shape, 1), "y": numbers(shape, 2), "i": torch.tensor(index)}
    check(line, **{n: t for n, t in tensors.items() if n in parse(line).operands})


MASK = torch.tensor([[True, False, True], [False, False, True]])


@pytest.mark.parametrize(
    "line",
    [
        "z = torch.masked_select(x, m)",
        "z = x.masked_select(m)",
        "z = x.masked_select(x > 1)",
        "z = x[m]",
        "z = x[x > 1]",
        "z = x[(x > 0.7) & (x < 1.3)]",
        "z = x[~m]",
        "z = x[m, None]",
        "z = x[m[0:2]]",
        "z = torch.where(m, x, y)",
        "z = x.where(m, y)",
        "z = torch.where(x > 1, x, y)",
        "z = torch.where(m, x, 0.0)",
    ],
)
def test_a_cell_comes_from_where_a_mask_is_true(line):
    tensors = {"x": numbers((2, 3), 1), "y": numbers((3,), 2), "m": MASK}
    if line == "z = x[m[0:2]]":
        assert parse(line) is None
        return
    used = {n: t for n, t in tensors.items() if any(n in o for o in parse(line).operands)}
    check(line, **used)


def test_each_row_of_nonzero_is_where_a_cell_is_not_zero():
    x = torch.tensor([[0.0, 2.5], [float("nan"), 0.0]])
    _, result, origin, values = found("z = torch.nonzero(x)", x=x)
    for row in range(2):
        (region,) = origin.regions((row, 0), values)
        assert [run[0] for run in region] == result[row].tolist()
    assert origin.pick.step((1, 0), values) == "index of x[1, 0] in dim 0"


@pytest.mark.parametrize(
    ("line", "index", "step"),
    [
        ("z = torch.gather(x, 1, i)", (1, 0), "x[1, i[1, 0]]"),
        ("z = torch.gather(x, 0, i)", (1, 0), "x[i[1, 0], 0]"),
        ("z = torch.take_along_dim(x, i, 1)", (0, 1), "x[0, i[0, 1]]"),
        ("z = torch.take(x, i)", (0, 1), "x.flatten()[i[0, 1]]"),
        ("z = x[i]", (1, 0, 1), "x[i[1, 0], 1]"),
        ("z = x[0, i]", (1, 0), "x[0, i[1, 0]]"),
        ("z = x[x > 2]", (1,), "x[x > 2][1]"),
        ("z = torch.masked_select(x, x > 2)", (1,), "x[x > 2][1]"),
        ("z = torch.where(x > 2, x, i)", (1, 0), "where((x > 2)[1, 0], x[1, 0], i[1, 0])"),
        ("z = x.where(x > 2, 0)", (1, 0), "x[1, 0].where((x > 2)[1, 0], 0)"),
        ("z = torch.scatter(x, 0, i, 7)", (0, 1), "z[i[0, 1], 1]"),
        ("z = torch.scatter(x, 1, i, 7)", (1, 1), "z[1, i[1, 1]]"),
    ],
)
def test_the_step_is_written_as_code(line, index, step):
    _, _, origin, values = found(line, x=T, **({"i": 1 - T // 2 % 2} if "i" in line[4:] else {}))
    assert origin.pick.step(index, values) == step


@pytest.mark.parametrize(
    ("line", "shapes", "result"),
    [
        ("z = torch.gather(x, 0, i)", [(2, 2), (1, 2)], (2, 2)),
        ("z = torch.gather(x, 5, i)", [(2, 2), (2, 2)], (2, 2)),
        ("z = torch.index_select(x, 0, i)", [(2, 2), (3,)], (2, 2)),
        ("z = torch.where(m)", [(2, 2)], (2, 2)),
        ("z = torch.scatter(x, 0, i, y, reduce='add')", [(2, 2)] * 3, (2, 2)),
        ("z = torch.nonzero(x)", [(2, 2)], (3, 3)),
    ],
)
def test_shapes_that_picking_does_not_make_are_not_explained(line, shapes, result):
    equation = parse(line)
    origin = provenance(equation, shapes, result, ["int64"] * len(shapes))
    assert origin.pick is None
    assert origin.rule is None


def test_values_that_are_not_known_tell_nothing():
    def unknown(_i, _cell):
        raise LookupError

    _, _, origin, _ = found("z = torch.gather(x, 0, i)", x=T, i=T % 2)
    assert origin.regions((0, 0), unknown) is None
    assert origin.regions((0, 0)) is None
    assert origin.pick.reads((1, 0)) == (None, (range(1, 2), range(1)))


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("x[mask] = 0", "x[mask] = 0 → x"),
        ("x[:, 0] = y", "x[:, 0] = y → x"),
        ("x[x > 2] = y", "x[x > 2] = y → x"),
        ('w["a"][1, 2] = 3.0', 'w["a"][1, 2] = 3.0 → w["a"]'),
        ('w["a"] = y', None),
        ("x[0] = y * 2", None),
        ("x[f(0)] = y", None),
        ("a[0], b = x, y", None),
    ],
)
def test_an_assignment_is_an_equation_too(line, text):
    equation = parse(line)
    assert (equation and equation.text) == text


@pytest.mark.parametrize(
    "line",
    [
        "x[1, 2] = 9.0",
        "x[m] = 0",
        "x[:, 0] = y",
        "x[1:, ::2] = s",
        "x[[0, 1], [2, 0]] = y",
        "x[0, i] = y",
        "x[i, i] = y",
        "x[x > 1] = 0",
        "x[...] = r",
    ],
)
def test_an_assigned_cell_comes_from_the_value_and_others_stay(line):
    tensors = {
        "x": numbers((2, 3), 1),
        "y": numbers((2,), 2),
        "r": numbers((3,), 3),
        "s": numbers((1, 1), 4),
        "i": torch.tensor([1, 0]),
        "m": MASK,
    }
    check(line, **{n: t for n, t in tensors.items() if any(n in o for o in parse(line).operands)})
