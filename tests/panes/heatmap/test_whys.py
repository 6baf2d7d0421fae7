"""Why a cell has its value, as the engine tells it: exact, or refused in words."""

import gc
import weakref

import pytest
import torch

from explorer.engine import torch_private
from explorer.engine.setting import read_randomness
from explorer.panes.heatmap.whys import derivative
from explorer.panes.heatmap.whys.why import MOST_CELLS, Why
from tests.engine.conftest import Session
from tests.panes.heatmap.whys import ask_why, refused, told

X = "x = torch.tensor([[1., 2.], [3., 4.]])"
Y = "y = torch.tensor([10., 20.])"


@pytest.fixture
def session():
    made = Session()
    made.run_all("import torch", "import torch.nn.functional as F")
    return made


# --- derivatives --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "index", "cells"),
    [
        ("z = x + y", (0, 1), {"x[0, 1]": 1, "y[1]": 1}),
        ("z = x * y", (1, 0), {"x[1, 0]": 10, "y[0]": 3}),
        ("z = x @ x", (0, 1), {"x[0, 0]": 2, "x[0, 1]": 5, "x[1, 1]": 2}),
        ("z = x.sum(1)", (1,), {"x[1, 0]": 1, "x[1, 1]": 1}),
        ("z = (x * 2 + y).mean()", (), dict.fromkeys(("x[0, 0]", "x[0, 1]", "x[1, 0]", "x[1, 1]"), 0.5) | {"y[0]": 0.5, "y[1]": 0.5}),
        ("z = torch.add(x, y, alpha=3)", (0, 0), {"x[0, 0]": 1, "y[0]": 3}),
        ("z = F.relu(x - 2.5)", (1, 0), {"x[1, 0]": 1}),
        ("z = F.relu(x - 2.5)", (0, 0), {}),
        ("z = x.detach() * 2", (0, 0), {"x[0, 0]": 2}),
        ("z = x.data * 2", (0, 0), {"x[0, 0]": 2}),
        ("with torch.no_grad():\n    z = x * 4", (0, 0), {"x[0, 0]": 4}),
        ("z = torch.linalg.det(x)", (), {"x[0, 0]": 4, "x[0, 1]": -3, "x[1, 0]": -2, "x[1, 1]": 1}),
    ],
)  # fmt: skip
def test_a_cell_is_told_with_its_partial_derivatives(session, line, index, cells):
    found = told(session, "z", index, X, Y, line)
    assert found == {cell: pytest.approx(slope, rel=1e-5) for cell, slope in cells.items()}


def test_whole_numbers_are_followed_as_if_they_were_fractions(session):
    assert told(session, "z", (1,), "n = torch.arange(6).view(2, 3)", "z = n.sum(1) * 2") == {
        "n[1, 0]": 2,
        "n[1, 1]": 2,
        "n[1, 2]": 2,
    }


def test_indices_stay_whole_numbers(session):
    lines = (X, "i = torch.tensor([1, 0])", "z = x[i] * 3")
    assert told(session, "z", (0, 1), *lines) == {"x[1, 1]": 3}


def test_a_complex_derivative_is_that_of_the_function(session):
    session.run_all("c = torch.tensor([1 + 2j, 3j])", "z = c * c")
    why = ask_why(session, "z", (0,), "z = c * c", session.count)
    assert [complex(cell.partial) for source in why.sources for cell in source.cells] == [2 + 4j]


def test_where_no_complex_number_is_the_derivative_none_is_told(session):
    session.run_all("c = torch.tensor([1 + 2j, 3j])", "z = c * c.conj()")
    why = ask_why(session, "z", (0,), "z = c * c.conj()", session.count)
    assert [(cell.index, cell.partial) for cell in why.sources[0].cells] == [((0,), "")]


def test_narrow_fractions_have_derivatives_in_more_digits(session):
    line = "z = h.softmax(0)"
    found = told(session, "z", (0,), "h = torch.tensor([1., 2.], dtype=torch.bfloat16)", line)
    first = 1 / (1 + torch.e)
    assert found["h[0]"] == pytest.approx(first * (1 - first), rel=1e-5)


# --- the line -----------------------------------------------------------------------------------


def test_a_line_that_writes_in_place_is_followed_to_the_values_before_it(session):
    session.run_all(X, "x.mul_(3)")
    why = ask_why(session, "x", (1, 1), "x.mul_(3)", session.count)
    ((source,), cell) = why.sources, why.sources[0].cells[0]
    assert (source.term.expression, source.term.as_of) == ("x", -session.count)
    assert (cell.index, cell.value, cell.partial, why.value) == ((1, 1), "4.0", "3.0", "12.0")


@pytest.mark.parametrize(
    ("line", "index", "cells"),
    [
        ("x += x * 2", (0, 1), {"x[0, 1]": 3}),
        ("x[0] = y * 2", (0, 1), {"y[1]": 2}),
        ("x[0] = y * 2", (1, 1), {"x[1, 1]": 1}),
        ("torch.add(x, y, out=x)", (1, 0), {"x[1, 0]": 1, "y[0]": 1}),
        ("x = x * 5", (0, 0), {"x[0, 0]": 5}),
        ("x[0].add_(y)", (0, 0), {"x[0, 0]": 1, "y[0]": 1}),
    ],
)
def test_every_way_to_write_is_followed(session, line, index, cells):
    assert told(session, "x", index, X, Y, line) == cells


def test_members_of_containers_are_inputs(session):
    lines = ("w = {'a': torch.ones(2), 'b': [torch.zeros(2)]}", "z = w['a'] * 2 + w['b'][0]")
    assert told(session, "z", (1,), *lines) == {"w['a'][1]": 2, "w['b'][0][1]": 1}
    lines = ("p = [torch.ones(2), torch.zeros(2)]", "z = torch.stack(p)")
    assert told(session, "z", (1, 0), *lines) == {"p[1][0]": 1}


def test_one_of_several_results_is_followed(session):
    assert told(session, "v", (1,), X, "v, i = torch.max(x, dim=1)") == {"x[1, 1]": 1}
    assert told(session, "both[0]", (1,), X, "both = (x.sum(0), x.sum(1))") == {
        "x[0, 1]": 1,
        "x[1, 1]": 1,
    }


def test_a_view_is_followed_to_the_memory_of_now(session):
    session.run_all(X, "v = x[1]", "x.add_(1)")
    why = ask_why(session, "v", (0,), "v = x[1]", session.count - 1)
    assert (why.moved, why.value, why.sources[0].cells[0].index) == (True, "4.0", (1, 0))


@pytest.mark.parametrize(
    "make", ["y.expand(2, 2)", "x.T", "x[:, :1]", "x[::2]", "y[None].expand(2, 2).T"]
)
def test_an_input_of_any_strides_is_followed(session, make):
    found = told(session, "z", (0, 0), X, Y, f"v = {make}", "z = v + v * v")
    value = session.namespace["v"][0, 0].item()
    assert found == {"v[0, 0]": pytest.approx(1 + 2 * value)}


# --- copies -------------------------------------------------------------------------------------

ORDER = {
    "bool": torch.arange(24).reshape(2, 3, 4) % 5 > 2,
    "int64": torch.arange(24).reshape(2, 3, 4),
    "complex64": torch.arange(24).reshape(2, 3, 4) * (1 - 2j),
    "float16": torch.arange(24.0).reshape(2, 3, 4).half(),
    "uint8": torch.arange(24, dtype=torch.uint8).reshape(2, 3, 4),
}
MOVES = """
x.view(4, 6)
x.reshape(24)
x.transpose(0, 2)
x.permute(2, 0, 1)
x.mT
x[1]
x[:, 1:, ::2]
x[..., None]
x[:, [2, 0, 0]]
x[x.real > 6]
x.flip(0, 2)
x.roll(1, 2)
x.rot90()
torch.cat([x, x[:1]])
torch.stack([x[0], x[1]], dim=-1)
torch.hstack([x, x])
x.repeat(1, 2, 1)
x.tile(2)
x.repeat_interleave(2, dim=1)
x.expand(2, 2, 3, 4)
x.index_select(1, torch.tensor([2, 0]))
x.gather(2, torch.tensor([[[0, 3], [1, 1], [2, 0]]]))
x.take(torch.tensor([5, 17]))
torch.take_along_dim(x, torch.tensor([[[1]]]), 0)
x.masked_select(x.real > 6)
x.diagonal(dim1=1, dim2=2)
x.unfold(2, 2, 1)
x.squeeze().unsqueeze(1).clone()
x.split(2, dim=1)[1]
x.chunk(2)[1]
x.unbind(1)[2]
x.movedim(0, 2).contiguous()
torch.narrow(x, 1, 1, 2)
torch.where(x.real > 6, x, x.flip(0))
torch.tensor_split(x, 2, dim=2)[0]
""".strip().splitlines()


@pytest.mark.parametrize("dtype", ORDER)
@pytest.mark.parametrize("move", MOVES)
def test_each_copied_element_is_followed_in_every_dtype(session, move, dtype):
    session.namespace["x"] = x = ORDER[dtype]
    if not x.is_complex():
        move = move.replace(".real", "")
    # Where it comes from is what the same move makes of the numbers of the elements.
    numbers = torch.arange(24).reshape(2, 3, 4)
    order = eval(
        move.replace("x.real > 6", "mask").replace("x > 6", "mask"),
        {"torch": torch, "x": numbers, "mask": x.real > 6},
    )
    session.run(f"z = {move}")
    for index in (
        torch.cartesian_prod(*map(torch.arange, order.shape)).view(-1, order.dim()).tolist()
    ):
        why = ask_why(session, "z", tuple(index), f"z = {move}", session.count)
        assert isinstance(why, Why), why
        (cell,) = why.sources[0].cells
        assert why.moved
        assert (why.sources[0].count, cell.partial) == (1, "1.0")
        assert numbers[cell.index] == order[tuple(index)]


@pytest.mark.parametrize(
    "line",
    [
        "z = F.pad(x, (1, 1))",
        "z = x.tril(-2)",
        "z = x.masked_fill(x > 0, 7)",
        "z = torch.zeros(2, 2)",
    ],
)
def test_what_the_line_fills_in_came_from_no_cell(session, line):
    session.run_all(X, line)
    why = ask_why(session, "z", (0, 0), line, session.count)
    assert (why.moved, why.sources) == (True, ())


# --- many cells ---------------------------------------------------------------------------------


def test_only_so_many_cells_cross_and_the_rest_is_counted(session):
    session.run_all("x = torch.ones(100, 100)", "x[50, 7] = 2", "z = (x * x).sum()")
    why = ask_why(session, "z", (), "z = (x * x).sum()", session.count)
    (source,) = why.sources
    assert (source.count, len(source.cells)) == (10_000, MOST_CELLS)
    assert (source.cells[0].index, source.cells[0].partial) == ((50, 7), "4.0")
    assert source.region == ((0, 100, 1), (0, 100, 1))
    assert not source.same


def test_cells_that_weigh_the_same_are_one_block(session):
    session.run_all("x = torch.ones(50, 60)", "z = x[::2, 5:9].sum()")
    (source,) = ask_why(session, "z", (), "z = x[::2, 5:9].sum()", session.count).sources
    assert (source.count, source.same) == (100, True)
    assert source.region == ((0, 49, 2), (5, 9, 1))


# --- refusals -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("z = F.dropout(x)", "The line draws random numbers: run again it would draw others"),
        ("z = x + torch.rand(2, 2)", "The line draws random numbers: run again it would draw others"),
        ("z = torch.rand_like(x)", "The line draws random numbers: run again it would draw others"),
        ("z = x > 2", "z is True or False: it does not change little by little"),
        ("z = x.argsort()", "z has whole numbers (int64), of which there are no derivatives"),
        ("z = x * x.sum().item()", "On the way a number leaves its tensor, and with it the trace of where it came from"),
        ("z = torch.tensor([[x[0, 0], x[1, 1]]])", "On the way a number leaves its tensor, and with it the trace of where it came from"),
        ("z = own(x)", "The line runs code that is not torch's alone: that is not run again unasked"),
        ("z = net(x)", "net is a module, whose code is not run again unasked"),
        ("z = torch.from_numpy(a)", "a is an array of NumPy's: only tensors are followed"),
        ("z = s.to_dense()", "s is of kind sparse_coo: only ordinary tensors are followed"),
        ("z = x.to_sparse()", "z is of kind sparse_coo: only ordinary tensors are followed"),
    ],
)  # fmt: skip
def test_what_cannot_be_told_is_said(session, line, reason):
    session.run_all(
        X,
        "import numpy",
        "a = numpy.ones((2, 2))",
        "s = torch.eye(2).to_sparse()",
        "net = torch.nn.Linear(2, 2)",
        "def own(x): return x * 2",
    )
    assert refused(session, "z", (0, 0), line) == reason


def test_dropout_that_drops_nothing_is_no_chance(session):
    assert told(session, "z", (0, 1), X, "z = F.dropout(x * 3, training=False)") == {"x[0, 1]": 3}


def test_an_input_written_since_is_followed_as_it_was(session):
    session.run_all(X, "z = x * x", "x.add_(100)")
    why = ask_why(session, "z", (0, 1), "z = x * x", session.count - 1, as_found=True)
    (cell,) = why.sources[0].cells
    assert (cell.value, cell.partial) == ("2.0", "4.0")


def test_an_input_whose_old_values_are_not_kept_is_refused(session):
    session.core.runner.keeper.budget_bytes = 0
    session.run_all(X, "z = x * x", "x.add_(100)")
    problem = ask_why(session, "z", (0, 1), "z = x * x", session.count - 1, as_found=True)
    assert problem.what == "x was written since, and what it was before is not known"
    assert "not kept" in problem.fix


def test_a_line_that_gives_something_else_now_is_refused(session):
    session.run_all(X, "z = x * x", "x.add_(100)")
    problem = ask_why(session, "z", (0, 1), "z = x * x", session.count - 1)
    assert problem.what == "The line makes another z now than it did then"


def test_too_much_work_is_refused_with_the_figure(session, monkeypatch):
    session.run_all("x = torch.ones(1000, 1000)", "z = x @ x")
    monkeypatch.setattr(derivative, "MOST_ELEMENTS", 1_000_000)
    problem = ask_why(session, "z", (0, 1), "z = x @ x", session.count)
    assert problem.what.startswith("To run the line again computes about 128,000,000 elements")


def test_too_much_memory_is_refused_with_the_figure(session, monkeypatch):
    session.run_all("x = torch.ones(1000, 1)", "z = (x - x.T).sum()")
    monkeypatch.setattr(derivative, "MOST_NBYTES", 1_000_000)
    problem = ask_why(session, "z", (), "z = (x - x.T).sum()", session.count)
    assert problem.what == (
        "To run the line again takes 3.8 MiB of memory; to answer why, at most 977 KiB"
    )


def test_a_line_that_took_long_is_not_run_again(session):
    session.run_all(X, "z = x * x")
    problem = ask_why(session, "z", (0, 0), "z = x * x", session.count, seconds=9.0)
    assert problem.what == "The line took 9.0 s; to answer why, at most 2.0 s are spent on it again"


# --- nothing is touched -------------------------------------------------------------------------


def test_the_session_is_as_before(session):
    lines = (X, "x.requires_grad_()", Y, "z = (x * y).sin()", "z.sum().backward()")
    session.run_all(*lines)
    names = session.names
    tensors = [value for value in names.values() if isinstance(value, torch.Tensor)]
    before = [torch_private.version(t) for t in tensors], read_randomness()
    grad, grad_fn = names["x"].grad, names["z"].grad_fn
    values = [t.detach().clone() for t in tensors]
    for source in ("z = (x * y).sin()", "z = F.dropout(x * y)", "z = x.add_(y)"):
        ask_why(session, "z", (0, 1), source, 4 + 2)
    assert ([torch_private.version(t) for t in tensors], read_randomness()) == before
    assert all(torch.equal(a, b) for a, b in zip(tensors, values, strict=True))
    assert session.names == names
    assert (names["x"].grad is grad, names["z"].grad_fn is grad_fn) == (True, True)
    assert names["y"].requires_grad is False


def test_nothing_is_alive_afterwards(session):
    session.run_all(X, Y, "z = (x * y).sin()")
    ask_why(session, "z", (0, 1), "z = (x * y).sin()", session.count)
    gc.collect()
    before = sum(issubclass(type(o), torch.Tensor) for o in gc.get_objects())
    for _ in range(3):
        ask_why(session, "z", (0, 1), "z = (x * y).sin()", session.count)
    gc.collect()
    assert sum(issubclass(type(o), torch.Tensor) for o in gc.get_objects()) == before
    held = [weakref.ref(session.namespace.pop(name)) for name in "xyz"]
    session.core.runner.keeper.clear()
    gc.collect()
    assert [reference() for reference in held] == [None] * 3
