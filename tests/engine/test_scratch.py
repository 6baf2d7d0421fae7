"""Lines run once more tell what copies can't, and the session is as if they had not run."""

import os
import sys
import threading
import warnings

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from explorer.engine import setting, torch_private
from explorer.engine.past import NotKeptError
from explorer.protocol import Configure, EngineOptions, Line, Problem, Revisit, Revisited
from tests.engine.test_past import snapshot
from tests.engine.test_random_programs import START, new_session, picture, statements

pytestmark = pytest.mark.filterwarnings("ignore:An output with one or more elements was resized")

AUTOGRAD = (
    "import torch",
    "torch.manual_seed(0)",
    "x = torch.ones(2, 2, requires_grad=True)",
    "y = x + 2",
    "z = y * y * 3",
    "out = z.mean()",
    "out.backward()",
    "n = 1",
)


def revisit(session, sources, line, fingerprints=None, **options):
    ask = Revisit(
        lines=tuple(Line(statement=i, source=s) for i, s in enumerate(sources[:line], 1)),
        fingerprints=tuple(fingerprints or [0] * line)[:line],
        **options,
    )
    return session.core.answer(ask)


def told(session, sources, line, expression, **options):
    answer = revisit(session, sources, line, **options)
    assert isinstance(answer, Revisited), answer
    return session.core.reader.tensor(expression, line).tolist()


@pytest.fixture
def autograd(session):
    """The tutorial's example has run, from its third line on."""
    session.run_all(*AUTOGRAD[2:])
    return session


def test_before_backward_there_was_no_gradient_and_after_it_there_is(autograd):
    for line in (3, 4, 5, 6):
        with pytest.raises(NotKeptError, match="cannot be taken back"):
            autograd.core.reader.tensor("x", line)
        assert told(autograd, AUTOGRAD, line, "x") == [[1, 1], [1, 1]]
        with pytest.raises(ValueError, match=r"There was no x\.grad then"):
            autograd.core.reader.tensor("x.grad", line)
    assert autograd.core.reader.tensor("x.grad", 7).tolist() == [[4.5, 4.5], [4.5, 4.5]]
    assert told(autograd, AUTOGRAD, 7, "x.grad") == [[4.5, 4.5], [4.5, 4.5]]
    assert told(autograd, AUTOGRAD, 5, "z") == [[27, 27], [27, 27]]


def test_every_step_of_an_optimizer_is_told(session):
    sources = (
        *START[:2],
        "net = torch.nn.Linear(2, 1)",
        "optimizer = torch.optim.SGD(net.parameters(), lr=0.1)",
        "net(torch.ones(1, 2)).sum().backward()",
        "optimizer.step()",
        "optimizer.step()",
        "n = 1",
    )
    weights = {}
    for line, source in enumerate(sources[2:], 3):
        session.run_all(source)
        weights[line] = session.namespace["net"].weight.tolist()
    assert weights[5] != weights[6] != weights[7]
    for line in (3, 5, 6, 7):
        assert told(session, sources, line, "net.weight") == weights[line]


def test_earlier_moments_of_the_same_lines_need_no_second_run(session):
    sources = (*START[:2], "x = torch.zeros(2)", "x.add_(1)", "x.add_(1)", "exec('1')", "n = 1")
    session.run_all(*sources[2:])
    assert told(session, sources, 5, "x") == [2, 2]
    shown = [session.core.reader.tensor("x", moment).tolist() for moment in (3, 4, -4, -5)]
    assert shown == [[0, 0], [1, 1], [0, 0], [1, 1]]
    change = session.core.reader.change("x", 5)
    assert (change.statement, change.other.tolist()) == (5, [1, 1])


def test_a_write_after_backward_is_shown_before_and_after_it(session):
    sources = (*AUTOGRAD[:7], "p = torch.zeros(2)", "p.add_(x.grad[0])")
    session.run_all(*sources[2:])
    change = session.core.reader.change("p")
    assert (change.statement, change.other.tolist()) == (9, [0, 0])
    assert session.core.reader.tensor("p", -9).tolist() == [0, 0]


# --- the session is as it was ---------------------------------------------------------------------


def test_what_the_lines_set_is_put_back(session, capsys, monkeypatch):
    monkeypatch.delenv("TX_SCRATCH", raising=False)
    sources = (
        *START[:2],
        "import os, sys, random, warnings, numpy",
        "torch.set_default_dtype(torch.float64)",
        "torch.set_num_threads(1)",
        "g = torch.set_grad_enabled(False)",
        "os.environ['TX_SCRATCH'] = '1'",
        "warnings.simplefilter('ignore')",
        "sys.path.append('nowhere')",
        "print(torch.rand(1), random.random(), numpy.random.rand())",
        "exec('1')",
    )
    import numpy as np

    def world():
        return (
            setting.read_settings(),
            setting.read_randomness(),
            dict(os.environ),
            warnings.filters[:],
            sys.modules.get("__main__"),
            session.core.runner,
            threading.active_count(),
            np.random.get_state()[1].tolist(),
        )

    before = world()
    assert isinstance(revisit(session, sources, len(sources)), Revisited)
    assert world() == before
    assert session.modules[-1] is session.core.runner.module
    assert capsys.readouterr().out == ""


def test_random_numbers_go_on_as_if_nobody_had_looked(session):
    sources = (*START[:2], "a = torch.rand(2)", "exec('b = torch.rand(2)')", "n = 1")
    session.run_all(*sources[2:])
    state = torch.get_rng_state()
    expected = torch.rand(3).tolist()
    torch.set_rng_state(state)
    drawn = session.namespace["a"].tolist()
    assert told(session, sources, 3, "a") == drawn
    assert torch.rand(3).tolist() == expected


def test_a_module_of_the_persons_own_is_not_shared(session, tmp_path):
    (tmp_path / "tx_helper.py").write_text("import torch\nw = torch.zeros(2)\n")
    sources = (
        *START[:2],
        f"import sys; sys.path.insert(0, {str(tmp_path)!r})",
        "import tx_helper",
        "tx_helper.w.add_(1)",
        "w = tx_helper.w",
        "n = 1",
    )
    session.run_all(*sources[2:])
    helper = sys.modules["tx_helper"]
    try:
        assert told(session, sources, 6, "w") == [1, 1]
        assert session.namespace["w"].tolist() == [1, 1]
        assert sys.modules["tx_helper"] is helper
    finally:
        del sys.modules["tx_helper"]


def test_a_script_runs_again_in_its_own_folder(session, tmp_path):
    (tmp_path / "values.txt").write_text("1 2 3")
    sources = (
        *START[:2],
        "from pathlib import Path",
        "x = torch.tensor([float(n) for n in Path('values.txt').read_text().split()])",
    )
    folder = os.getcwd()  # noqa: PTH109 - as the settings have it
    script = str(tmp_path / "script.py")
    assert told(session, sources, 4, "x", script=script) == [1, 2, 3]
    assert os.getcwd() == folder  # noqa: PTH109 - as above


def test_what_an_interrupt_or_a_failure_leaves_is_the_session_as_it_was(session):
    session.run_all("x = torch.ones(2)")
    seed, before = torch.initial_seed(), picture(session)
    fails = (*START[:2], "torch.set_default_dtype(torch.float64)", "torch.rand(3); missing")
    answer = revisit(session, fails, 4)
    assert isinstance(answer, Problem)
    assert answer.what.startswith("Line 4 fails when it runs again: ")
    assert "missing" in answer.what
    stopped = (*START[:2], "torch.rand(3)", "raise KeyboardInterrupt")
    answer = revisit(session, stopped, 4)
    assert answer.what == "Reading the values of that time was cancelled"
    assert (torch.initial_seed(), picture(session)) == (seed, before)


@settings(max_examples=60)
@given(st.lists(statements, max_size=10), st.data())
def test_any_program_is_told_as_it_was_and_stays_as_it_is(program, data):
    with new_session() as session:
        sources, fingerprints, recorded = [], [], []
        for source in (*START, *program):
            ran = session.run(source)
            if ran.failure is not None:
                session.count -= 1
                if not ran.clean:
                    return
                continue
            sources.append(source)
            fingerprints.append(ran.fingerprint)
            recorded.append(snapshot(session))
        line = data.draw(st.integers(len(START), len(sources)))
        before, objects = picture(session), dict(session.names)
        versions = {n: torch_private.version(v) for n, v in objects.items() if n in "xyz"}
        moments = snapshot(session)
        answer = revisit(session, sources, line, fingerprints)
        assert isinstance(answer, Revisited), answer
        assert picture(session) == before
        assert all(session.names[name] is value for name, value in objects.items())
        assert {n: torch_private.version(objects[n]) for n in versions} == versions
        assert snapshot(session) == moments
        session.core.runner.keeper.clear()  # so that only the second run can tell
        assert snapshot(session, line) == recorded[line - 1]


# --- what is refused ------------------------------------------------------------------------------


BY_CHANCE = "torch.tensor(list(os.urandom(8)))"


def run_and_revisit(session, *sources):
    """Run lines after the first two, then run them all again; return the number of the last."""
    ran = [session.run_all(source) for source in sources]
    fingerprints = [0, 0, *(r.fingerprint for r in ran)]
    line = 2 + len(sources)
    assert isinstance(revisit(session, (*START[:2], *sources), line, fingerprints), Revisited)
    session.core.runner.keeper.clear()  # so that only the second run can tell
    return line


def is_known(session, expression, line):
    try:
        session.core.reader.tensor(expression, line)
    except NotKeptError as error:
        return str(error) != (
            f"{expression} of that time is not known: line 4 makes something else each time"
        )
    return True


def test_what_a_line_makes_by_chance_is_not_known_and_all_else_is(session):
    line = run_and_revisit(
        session,
        "import os",
        f"x = {BY_CHANCE}",
        "w = torch.rand(3)",
        "y = x + 1",
        "v = x.view(2, 4)",
        "large = torch.zeros(5000) + x[0]",
        "after = large * 2",
        "weights = {'a': large}",
        "other = torch.rand(5000)",
        "zero = x * 0",
    )
    names = ("x", "y", "v", "large", "after", 'weights["a"]', "w", "other", "zero")
    assert [name for name in names if is_known(session, name, line)] == ["w", "other", "zero"]
    with pytest.raises(NotKeptError, match="line 4 makes something else each time"):
        session.core.reader.info("x", line)


def test_a_name_is_known_again_once_it_is_bound_to_what_is(session):
    line = run_and_revisit(session, "import os", f"x = {BY_CHANCE}", "x = torch.ones(2)")
    assert is_known(session, "x", line)
    assert not is_known(session, "x", -line)
    assert not is_known(session, "x", line - 1)


def test_random_numbers_after_a_seed_by_chance_are_not_known(session):
    line = run_and_revisit(
        session,
        "import os",
        "x = torch.manual_seed(os.getpid() + int.from_bytes(os.urandom(2))) and torch.rand(2)",
        "large = torch.rand(5000)",
        "ones = torch.ones(5000)",
    )
    assert not is_known(session, "large", line)
    assert is_known(session, "ones", line)


def test_what_was_there_by_chance_and_is_gone_puts_nothing_in_doubt(session):
    line = run_and_revisit(
        session, "import os", f"x = {BY_CHANCE}", "del x", "exec('large = torch.zeros(5000)')"
    )
    assert is_known(session, "large", line)


def test_what_a_function_makes_of_chance_is_not_known(session):
    line = run_and_revisit(
        session,
        "import os",
        f"x = {BY_CHANCE}",
        "def make():\n    return torch.zeros(5000) + x[0]",
        "large = make()",
    )
    assert not is_known(session, "large", line)


def test_a_time_that_takes_more_than_the_budget_is_refused(session):
    session.core.answer(Configure(options=EngineOptions(keep_mib=1)))
    sources = (*START[:2], "x = torch.zeros(2**18 + 1)", "exec('1')", "n = 1")
    session.run_all(*sources[2:])
    answer = revisit(session, sources, 3)
    assert answer.what == "To see the values of that time takes more than 1 MiB"


@pytest.mark.parametrize("what", ["run", "undo"])
def test_what_ran_again_is_forgotten_when_the_script_goes_on(autograd, what):
    assert told(autograd, AUTOGRAD, 3, "x") == [[1, 1], [1, 1]]
    getattr(autograd, what)(*(["m = 1"] if what == "run" else []))
    with pytest.raises(NotKeptError):
        autograd.core.reader.tensor("x", 3)


def test_the_refusal_of_copies_is_known_by_its_cause(autograd):
    from explorer.panes.heatmap import InfoAsk

    answer = autograd.core.answer(InfoAsk(expression="x", as_of=3))
    assert answer.cause == "NotKeptError"
    answer = autograd.core.answer(InfoAsk(expression="nothing", as_of=7))
    assert answer.cause == "ValueError"
