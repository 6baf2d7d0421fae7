"""Undo from kept copies: exact, or nothing is touched."""

import random

import pytest
import torch

SETUP = (
    "x = torch.arange(6.0).reshape(2, 3)",
    "y = torch.full((2, 3), 2.0)",
    "v = x.view(6)",
    "w = torch.ones(2, 2, requires_grad=True)",
    "weights = {'0.bias': torch.zeros(3)}",
)

IN_PLACE = (
    "x.add_(1)",
    "x.add_(y)",
    "x += y",
    "x *= 2",
    "x[1, 2] = 100",
    "x[0] += 1",
    "x[x > 2] = 0",
    "x.copy_(y)",
    "x.t_()",
    "x.unsqueeze_(0)",
    "x.unsqueeze_(0); x.squeeze_(0); x.transpose_(0, 1)",
    "x.uniform_(0, 1)",
    "x.normal_()",
    "x.zero_()",
    "x.requires_grad_()",
    "x.requires_grad = True",
    "x.grad = y",
    "torch.add(x, y, out=x)",
    "torch.add(x, y, out=y)",
    "torch.sort(x, descending=True, out=(y, torch.empty(0, dtype=torch.long)))",
    "v.fill_(7)",
    "v[0] = -1",
    "x.view(3, 2)[0].mul_(3)",
    "x.data.add_(1)",
    "weights['0.bias'].add_(1)",
    "weights['0.bias'][0] = 5",
    "with torch.no_grad():\n    w.mul_(2)",
    "with torch.no_grad():\n    w -= 0.1",
    "z = x.view(-1)\nz.add_(1)",
    "for i in range(3):\n    x.add_(i)",
    "if x.sum() > 0:\n    z = x\nelse:\n    z = y\nz.add_(1)",
    "while y.norm() < 1000:\n    y *= 2",
    "torch.relu_(x)",
    "torch.nn.functional.relu(x, inplace=True)",
    "[x, y][0].add_(1)",
    "(z := x).add_(1)",
)

NOT_IN_PLACE = (
    "x = 5",
    "del x",
    "z = x + y",
    "z = torch.rand(3)",
    "torch.rand(3)",
    "torch.manual_seed(7)",
    "torch.set_default_dtype(torch.float64)",
    "torch.set_grad_enabled(False)",
    "a, *b = torch.split(v, 2)",
    "def f(x):\n    return x",
    "class Net(torch.nn.Module):\n    size = 3\n\n    def forward(self, x):\n        return x",
    "import math",
    "from math import pi",
    "n: int = 3",
    "b = x.numpy()",
    "s = f'{x.sum():.1f}'",
    "u, s, vh = torch.linalg.svd(x)",
)

UNCOVERED = (
    "(w * 2).sum().backward()",
    "x.backward",
    "x.apply_(lambda value: value + 1)",
    "x.resize_(3)",
    "x.set_(y)",
    "x.register_hook",
    "x.numpy().fill(3)",
    "exec('x.add_(1)')",
    "list(map(torch.relu_, [x]))",
    "import numpy as np; np.random.seed(3)",
    "weights['new'] = x",
    "weights.clear()",
    "lists = [weights]; lists[0].clear()",
    "torch.save(x, '/dev/null')",
    "x.data = y",
    "getattr(x, 'add_')(1)",
)


def state(session):
    """Return all of a session that a line can change."""
    tensors = {}
    for name, value in session.names.items():
        if isinstance(value, dict):
            value = value.get("0.bias")
        if isinstance(value, torch.Tensor):
            tensors[name] = (
                value.detach().clone().tolist(),
                tuple(value.shape),
                value.stride(),
                value._version,
                value.requires_grad,
                id(value.grad) if value.is_leaf and value.grad is not None else None,
                value.untyped_storage()._cdata,
            )
    objects = {name: id(value) for name, value in session.names.items()}
    return (
        tensors,
        objects,
        torch.get_rng_state().tolist(),
        random.getstate(),
        torch.get_default_dtype(),
        torch.is_grad_enabled(),
    )


@pytest.mark.parametrize("line", IN_PLACE + NOT_IN_PLACE)
def test_undo_puts_everything_back(session, line):
    session.run_all(*SETUP)
    before, entries = state(session), session.core.runner.workspace.entries()
    held = dict(session.names)  # so that `id` can't be given anew
    ran = session.run(line)
    assert ran.failure is None
    assert ran.effect
    undone = session.undo()
    assert undone.restored
    assert state(session) == before
    assert all(session.names[name] is value for name, value in held.items())
    session.core.runner.workspace.look()
    found = {entry.name: entry for entry in session.core.runner.workspace.entries()}
    assert found == {entry.name: entry for entry in entries}


@pytest.mark.parametrize("line", IN_PLACE)
def test_an_in_place_line_says_what_it_wrote(session, line):
    session.run_all(*SETUP)
    before = {n: t.detach().clone() for n, t in session.names.items() if torch.is_tensor(t)}
    ran = session.run(line)
    for name, old in before.items():
        now = session.namespace[name]
        if now.shape != old.shape or not torch.equal(now, old):
            assert name in ran.wrote


@pytest.mark.parametrize("line", UNCOVERED)
def test_a_line_that_may_do_anything_is_not_undone(session, line):
    session.run_all(*SETUP)
    ran = session.run(line)
    assert ran.failure is None
    assert ran.opaque
    before = state(session)
    assert not session.undo().restored
    assert state(session) == before


def test_undo_reaches_tensors_in_lists_of_lists(session):
    session.run_all("rows = [[torch.zeros(2)], [torch.ones(2)]]")
    session.run_all("for row in rows:\n    for t in row:\n        t.add_(1)")
    assert session.undo().restored
    assert [row[0].tolist() for row in session.namespace["rows"]] == [[0, 0], [1, 1]]


def test_undo_of_a_write_to_too_many_tensors_is_left_to_replay(session):
    session.run_all("ts = [torch.zeros(1)] * 1001", "for t in ts:\n    t.add_(1)")
    assert not session.undo().restored
    assert session.namespace["ts"][0].item() == 1001


def test_undo_steps_back_line_by_line(session):
    session.run_all(*SETUP)
    states = []
    for line in ("x.add_(1)", "z = x * 2", "z.zero_()", "del y"):
        states.append(state(session))
        session.run_all(line)
    for before in reversed(states):
        assert session.undo().restored
        assert state(session)[0] == before[0]


def test_a_mere_look_does_not_stand_in_the_way_of_undo(session):
    session.run_all("x = torch.zeros(3)", "x.add_(1)")
    session.core.begin(0, "x", "<console 1>")
    assert not session.core.end(None, printed=False).effect
    assert session.undo().restored
    assert session.namespace["x"].tolist() == [0, 0, 0]


def test_only_the_last_statement_is_undone(session):
    from explorer.protocol import Undo

    session.run_all("x = torch.zeros(3)", "x.add_(1)")
    assert not session.core.answer(Undo(statement=session.count - 1)).restored
    assert session.namespace["x"].tolist() == [1, 1, 1]


def test_a_write_with_history_is_left_to_replay(session):
    session.run_all("w = torch.ones(3, requires_grad=True)", "y = torch.zeros(3)", "y.add_(w)")
    assert not session.undo().restored
    assert session.namespace["y"].tolist() == [1, 1, 1]


def test_copies_past_the_budget_are_not_kept(session):
    session.core.runner.keeper.budget_bytes = 1000
    session.run_all("x = torch.zeros(1000)", "x.add_(1)")
    assert not session.undo().restored
    assert session.namespace["x"].sum() == 1000


def test_the_oldest_records_make_room_for_new_ones(session):
    session.core.runner.keeper.budget_bytes = 10_000
    session.run_all("x = torch.zeros(1000)", *["x.add_(1)"] * 4)
    assert [session.undo().restored for _ in range(4)] == [True, True, False, False]
    assert session.namespace["x"][0] == 2


def test_backward_still_works_after_an_undone_write(session):
    session.run_all(
        "a = torch.ones(3, requires_grad=True)", "b = torch.ones(3)", "c = (a * b).sum()"
    )
    session.run_all("b.add_(1)")
    assert session.undo().restored
    session.run_all("c.backward()")
    assert session.namespace["a"].grad.tolist() == [1, 1, 1]


FAILING = (
    "x.add_(1); raise ValueError('half-way')",
    "x.add_(1)\ny.undefined_method()",
    "x[0] = 9; undefined",
    "del y; 1 / 0",
    "z = torch.rand(3); x.t_(); x @ x",
    "torch.manual_seed(3); x.add_(torch.ones(7))",
    "x.requires_grad_(); x.add_(1)",
    "torch.set_default_dtype(torch.float64); assert x.sum() < 0, 'no'",
    "for i in range(3):\n    x.add_(i)\n    x[i, 0]",
    "torch.nonsense(x)",
    "import no_such_module",
    "w += 1",
)


@pytest.mark.parametrize("line", FAILING)
def test_a_line_that_fails_half_way_leaves_no_trace(session, line):
    session.run_all(*SETUP)
    before = state(session)
    ran = session.run(line)
    assert ran.failure is not None
    assert ran.clean
    assert not ran.delta.changed
    assert not ran.delta.gone
    assert state(session) == before


def test_a_failed_line_does_not_stand_in_the_way_of_undo(session):
    session.run_all("x = torch.zeros(3)", "x.add_(1)")
    session.run("x.add_(1); raise ValueError")
    session.count -= 1
    assert session.undo().restored
    assert session.namespace["x"].tolist() == [0, 0, 0]


def test_an_interrupted_line_is_taken_back(session):
    session.run_all("x = torch.zeros(3)")
    ran = session.run("x.add_(1); raise KeyboardInterrupt")
    assert ran.failure.interrupted
    assert ran.clean
    assert session.namespace["x"].tolist() == [0, 0, 0]


def test_a_failing_line_that_can_do_anything_says_that_it_left_changes(session):
    session.run_all("x = torch.zeros(3)")
    ran = session.run("exec('x.add_(1)'); undefined")
    assert not ran.clean
    assert ran.wrote == ("x",)


def test_a_failing_call_that_changed_nothing_is_clean(session):
    session.run_all("def f(x):\n    return x + undefined", "x = torch.zeros(3)")
    assert session.run("f(x)").clean
