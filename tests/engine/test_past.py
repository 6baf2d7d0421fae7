"""What a tensor was after any earlier line, from kept copies: exact, or refused."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from explorer.engine import torch_private
from explorer.engine.past import NotKeptError
from tests.engine.test_random_programs import START, new_session, statements

pytestmark = pytest.mark.filterwarnings("ignore:An output with one or more elements was resized")


def values(session, expression, as_of=0):
    return session.core.reader.tensor(expression, as_of).tolist()


def test_values_are_those_after_each_line(session):
    session.run("x = torch.zeros(3)")
    session.run("x.add_(1)")
    session.run("x[1] = 7")
    session.run("x = x * 2")
    shown = [values(session, "x", n) for n in (3, 4, 5, 6)]
    assert shown == [[0, 0, 0], [1, 1, 1], [1, 7, 1], [2, 14, 2]]
    assert values(session, "x", -5) == [1, 1, 1]
    assert values(session, "x") == [2, 14, 2]


def test_a_view_shows_the_values_of_then(session):
    session.run_all("x = torch.zeros(2, 2)", "v = x.view(4)", "row = x[1]", "x.add_(1)")
    assert values(session, "v", -6) == [0, 0, 0, 0]
    assert values(session, "row", 5) == [0, 0]
    session.run("row.fill_(9)")
    assert values(session, "v", 6) == [1, 1, 1, 1]
    assert values(session, "v", 7) == [1, 1, 9, 9]


def test_memory_shared_by_two_storages_is_seen_as_it_was(session):
    session.run_all(
        "import numpy",
        "a = numpy.zeros(4, dtype=numpy.float32)",
        "x = torch.from_numpy(a)",
        "y = torch.from_numpy(a[1:])",
        "x.add_(1)",
        "y.add_(1)",
        "x[0] = 5",
    )
    shown = [values(session, "y", n) for n in (6, 7, 8, 9)]
    assert shown == [[0, 0, 0], [1, 1, 1], [2, 2, 2], [2, 2, 2]]
    shown = [values(session, "x", n) for n in (6, 7, 8, 9)]
    assert shown == [[0, 0, 0, 0], [1, 1, 1, 1], [1, 2, 2, 2], [5, 2, 2, 2]]


def test_shape_strides_and_flags_are_those_of_then(session):
    session.run_all("x = torch.arange(6.0).reshape(2, 3)", "x.t_()", "x.requires_grad_()")
    before, after = (session.core.reader.info("x", n) for n in (3, 4))
    assert (before.shape, before.stride, before.contiguous) == ((2, 3), (3, 1), True)
    assert (after.shape, after.stride, after.contiguous) == ((3, 2), (1, 3), False)
    assert (after.requires_grad, session.core.reader.info("x").requires_grad) == (False, True)
    assert before.version == 0


def test_a_view_has_the_version_of_then(session):
    session.run_all("x = torch.zeros(4)", "v = x[1:]", "x.add_(1)", "x.add_(1)")
    versions = [session.core.reader.info("v", n).version for n in (4, 5, 6, 0)]
    assert versions == [0, 1, 2, 2]
    assert session.core.reader.info("v", 4).view_of == "x"


def test_gradients_and_members_are_those_of_then(session):
    session.run_all("w = torch.ones(2, requires_grad=True)", "w.grad = torch.ones(2)")
    session.run("w.grad.zero_()")
    session.run("weights = {'0.bias': torch.zeros(2)}")
    session.run("weights['0.bias'].add_(3)")
    assert values(session, "w.grad", 4) == [1, 1]
    assert values(session, "w.grad", 5) == [0, 0]
    assert values(session, "weights['0.bias']", 6) == [0, 0]
    with pytest.raises(ValueError, match=r"There was no w\.grad then"):
        values(session, "w.grad", 3)
    with pytest.raises(ValueError, match="There was no weights then"):
        values(session, "weights", 5)


def test_a_name_that_is_gone_can_be_looked_back_at(session):
    session.run_all("x = torch.ones(2)", "del x")
    assert values(session, "x", 3) == [1, 1]
    with pytest.raises(ValueError, match="x is gone"):
        values(session, "x")


def test_a_lazy_conjugate_is_seen_as_it_was(session):
    session.run_all("x = torch.tensor([1 + 2j])", "c = x.conj()", "i = x.conj().imag", "x.mul_(2)")
    assert values(session, "c", 5) == [1 - 2j]
    assert values(session, "i", 5) == [-2]
    assert values(session, "c") == [2 - 4j]


def test_what_was_too_large_to_keep_is_refused_in_words(session):
    session.core.runner.keeper.budget_bytes = 1 << 20
    session.run_all("x = torch.zeros(2**18 + 1)", "x.add_(1)")
    with pytest.raises(NotKeptError, match=r"not kept \(over 1 MiB\)"):
        values(session, "x", 3)
    assert values(session, "x", 4)[0] == 1


def test_old_records_that_made_room_are_refused_in_words(session):
    session.core.runner.keeper.budget_bytes = 1 << 20
    session.run_all("x = torch.zeros(2**17)", "x.add_(1)", "x.add_(1)", "x.add_(1)")
    assert values(session, "x", 4)[0] == 1
    with pytest.raises(NotKeptError, match=r"not kept \(over 1 MiB\)"):
        values(session, "x", 3)
    with pytest.raises(NotKeptError):
        values(session, "x", -4)


def test_nothing_is_told_across_a_line_that_may_do_anything(session):
    session.run_all("x = torch.zeros(2)", "x.add_(1)", "x.apply_(lambda value: value + 1)")
    with pytest.raises(NotKeptError, match="cannot be taken back"):
        values(session, "x", 4)
    session.run("x.add_(1)")
    assert values(session, "x", 5) == [2, 2]


def test_a_write_that_no_line_made_is_noticed(session):
    session.run_all("x = torch.zeros(2)", "x.add_(1)")
    session.namespace["x"].add_(1)
    with pytest.raises(NotKeptError):
        values(session, "x", 3)


def test_an_undone_line_leaves_no_trace(session):
    session.run_all("x = torch.zeros(2)", "x.add_(1)")
    session.undo()
    session.run("x.add_(5)")
    assert values(session, "x", 3) == [0, 0]
    assert values(session, "x", 4) == [5, 5]


def test_a_look_changes_nothing_and_can_be_looked_back_at(session):
    session.run_all("x = torch.zeros(2)", "x.sum()", "x.add_(1)")
    assert values(session, "x", 4) == [0, 0]
    assert values(session, "x", -4) == [0, 0]


def test_while_a_line_runs_the_past_is_refused(session):
    session.run_all("x = torch.zeros(2)", "x.add_(1)")
    session.core.begin(5, "x.add_(1)", "<line 5>")
    with pytest.raises(NotKeptError, match="A line is running"):
        values(session, "x", 3)
    assert session.core.reader.change("x") is None


def test_a_sparse_tensor_is_not_shown_as_it_never_was(session):
    session.run_all("x = torch.eye(2).to_sparse()", "v = x.values()", "v.add_(1)")
    with pytest.raises(NotKeptError, match="layout"):
        values(session, "x", 4)


# --- what a line changed ------------------------------------------------------------------------


def change(session, expression, as_of=0):
    found = session.core.reader.change(expression, as_of)
    return found and (found.statement, found.other.tolist())


def test_the_last_write_is_known_with_the_values_before_it(session):
    session.run_all("x = torch.zeros(3)", "v = x[1:]")
    assert change(session, "x") is None
    session.run_all("x[1] = 1", "y = x + 1", "x.sum()")
    assert change(session, "x") == (5, [0, 0, 0])
    assert change(session, "v") == (5, [0, 0])
    assert change(session, "y") is None
    session.run("v.add_(1)")
    assert change(session, "x") == (8, [0, 1, 0])
    assert change(session, "x", 5) == (5, [0, 0, 0])
    assert change(session, "x", -8) == (8, [0, 2, 1])
    assert change(session, "x", -5) == (5, [0, 1, 0])
    assert change(session, "x", 4) is None


def test_another_object_or_shape_is_no_change_in_place(session):
    session.run_all("x = torch.zeros(2)", "x.add_(1)", "x = x + 1")
    assert change(session, "x") is None
    session.run_all("y = torch.zeros(2, 3)", "y.t_()")
    assert change(session, "y") is None
    session.run_all("z = torch.zeros(2)", "z.add_(1)", "alias = z")
    assert change(session, "z") == (9, [0, 0])
    assert change(session, "alias") is None


# --- any program --------------------------------------------------------------------------------


def state(reader, name, as_of=0):
    tensor = reader.tensor(name, as_of)
    info = reader.info(name, as_of)
    return (
        tensor.detach().numpy().tobytes(),
        info.dtype,
        info.shape,
        info.stride,
        info.requires_grad,
        info.is_leaf,
        info.grad_fn,
        info.version,
    )


def snapshot(session, as_of=0):
    reader, shown = session.core.reader, {}
    for name in ("x", "y", "z", "x.grad", "y.grad"):
        try:
            shown[name] = state(reader, name, as_of)
        except NotKeptError:
            raise
        except ValueError:
            shown[name] = None
    return shown


def test_writes_through_two_views_of_one_memory_are_both_taken_back(session):
    session.run_all("x = torch.zeros(2)", "v = x.view(1, 2)", "x.add_(1)", "v.add_(1)", "x.add_(1)")
    shown = [values(session, "x", n) for n in (4, 5, 6, 7)]
    assert shown == [[0, 0], [1, 1], [2, 2], [3, 3]]


@settings(max_examples=100)
@given(st.lists(statements, max_size=12))
def test_the_past_is_what_was_recorded_while_the_program_ran(program):
    with new_session() as session:
        session.run_all(*START)
        recorded = {}
        for source in program:
            ran = session.run(source)
            if ran.failure is not None and not ran.clean:
                recorded.clear()
            elif ran.failure is None:
                recorded[session.count] = snapshot(session)
        graphs = any("grad" in source for source in program)
        was_told = False
        for statement, then in recorded.items():
            try:
                assert snapshot(session, statement) == then, statement
                was_told = True
            except NotKeptError:
                # A name that held a graph was bound anew: nothing leads below.
                assert graphs
                assert not was_told
        if recorded:
            now = snapshot(session)
            assert now == recorded[max(recorded)]


def test_looking_back_writes_nothing(session):
    session.run_all("x = torch.zeros(2)", "x.add_(1)", "x.add_(1)")
    x = session.namespace["x"]
    for moment in (3, 4, 5, -4, -5):
        values(session, "x", moment)
    assert (x.tolist(), torch_private.version(x)) == ([2, 2], 2)
    assert torch.equal(session.core.reader.tensor("x"), x)
