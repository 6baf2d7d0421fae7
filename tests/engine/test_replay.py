"""A replay is what `python file.py` does, and it is all or nothing."""

import os
import sys
from pathlib import Path

import pytest
import torch

from explorer.engine.replay import is_worth_showing
from explorer.protocol import Line, Problem, Replay, ReplayProgress, Undo


def lines(*sources):
    return tuple(Line(statement=i, source=source) for i, source in enumerate(sources, 1))


def replay(session, *sources, **options):
    answer = session.core.answer(Replay(lines=lines(*sources), **options))
    session.count = len(sources)
    return answer


SCRIPT = (
    "import torch",
    "torch.manual_seed(0)",
    "x = torch.rand(3, 4)",
    "y = x.view(-1)",
    "y.add_(1)",
    "w = torch.ones(4, requires_grad=True)",
    "out = (x @ w).sum()",
    "out.backward()",
    "xs = [x, w.grad]",
)


def test_a_replay_makes_what_the_lines_made(session):
    direct = [session.run(source) for source in SCRIPT]
    before = session.core.runner.workspace.entries()
    old = {name: session.namespace[name] for name in ("x", "y", "w", "out")}
    answer = replay(session, *SCRIPT)
    assert answer.swapped
    assert answer.failure is None
    for name, value in old.items():
        assert torch.equal(session.namespace[name], value)
        assert session.namespace[name] is not value
    assert [e.name for e in answer.delta.changed] == [e.name for e in before]
    ran = [result.fingerprint for result in answer.results]
    assert ran[2:] == [result.fingerprint for result in direct][2:]
    assert [result.wrote for result in answer.results][4] == ("x", "y")


def test_a_replay_prints_what_the_console_prints(session):
    answer = replay(
        session,
        "import sys",
        "print('one')\n1 + 1",
        "None",
        "3;",
        "n = sys.stderr.write('look out')",
        "x = 4",
    )
    outputs = [result.output for result in answer.results]
    assert outputs[1] == "one\n2\n"
    assert outputs[2] == outputs[3] == outputs[5] == ""
    assert "look out" in outputs[4]


def test_a_loop_that_prints_for_ever_does_not_fill_memory(session):
    answer = replay(session, "for i in range(100000):\n    print('x' * 10)")
    assert len(answer.results[0].output) <= 200_000


def test_a_replay_begins_with_the_settings_of_a_new_engine(session):
    session.run_all(
        "torch.set_default_dtype(torch.float64)",
        "torch.set_grad_enabled(False)",
        "torch.set_default_device('meta')",
        "torch.autograd.set_detect_anomaly(True)",
        "torch.use_deterministic_algorithms(True)",
        "import os, sys; os.chdir('/'); sys.path.insert(0, '/nowhere'); sys.argv.append('x')",
    )
    answer = replay(session, "import torch", "x = torch.ones(2)")
    assert answer.failure is None
    assert session.namespace["x"].dtype == torch.float32
    assert session.namespace["x"].device.type == "cpu"
    assert torch.is_grad_enabled()
    assert not torch.is_anomaly_enabled()
    assert not torch.are_deterministic_algorithms_enabled()
    assert Path.cwd() != Path("/")
    assert "/nowhere" not in sys.path
    assert answer.delta.modes.default_dtype == "float32"


def test_unseeded_draws_repeat_in_a_replay(session):
    script = (
        "import torch, random, numpy.random as r",
        "x = (torch.rand(1).item(), random.random())",
    )
    replay(session, *script)
    first = session.namespace["x"]
    replay(session, *script)
    assert session.namespace["x"] == first


def test_a_failed_replay_leaves_the_old_workspace_alone(session):
    session.run_all("x = torch.zeros(3)", "torch.set_default_dtype(torch.float64)", "x.add_(1)")
    old, random = session.namespace["x"], torch.get_rng_state()
    answer = session.core.answer(
        Replay(lines=lines("import torch", "x = torch.rand(7)", "y = x + undefined", "z = 1"))
    )
    assert not answer.swapped
    assert [result.statement for result in answer.results] == [1, 2]
    assert answer.failure.line == 1
    assert "undefined" in answer.failure.problem.detail
    assert session.namespace["x"] is old
    assert torch.get_default_dtype() == torch.float64
    assert torch.equal(torch.get_rng_state(), random)
    assert sys.modules.get("__main__") is not session.core.runner.module  # only the kernel installs
    assert session.modules[-1] is session.core.runner.module
    assert session.core.answer(Undo(statement=session.count)).restored
    assert old.tolist() == [0, 0, 0]


def test_a_failed_replay_may_keep_what_it_made(session):
    session.run_all("old = torch.zeros(3)")
    answer = replay(
        session, "import torch", "x = torch.zeros(3)", "x.add_(1); undefined", keep_partial=True
    )
    assert answer.swapped
    assert answer.clean
    assert answer.failure.line == 1
    assert session.names.keys() == {"torch", "x"}
    assert session.namespace["x"].tolist() == [0, 0, 0]


def test_undo_is_instant_after_a_replay(session):
    replay(session, "import torch", "x = torch.zeros(3)", "x.add_(1)", "x.mul_(5)")
    assert session.undo().restored
    assert session.undo().restored
    assert session.namespace["x"].tolist() == [0, 0, 0]


def test_a_script_runs_as_itself(session, tmp_path):
    (tmp_path / "beside_the_script.py").write_text("VALUE = 42\n")
    script = tmp_path / "script.py"
    here, path = Path.cwd(), list(sys.path)
    try:
        answer = replay(
            session,
            "import os, sys",
            "from beside_the_script import VALUE",
            "found = (__name__, __file__, os.getcwd(), sys.argv)",
            script=str(script),
            arguments=("--epochs", "3"),
        )
        assert answer.failure is None
        assert session.namespace["VALUE"] == 42
        assert session.namespace["found"] == (
            "__main__",
            str(script),
            str(tmp_path),
            [str(script), "--epochs", "3"],
        )
    finally:
        os.chdir(here)
        sys.path[:] = path
        sys.modules.pop("beside_the_script", None)


def test_a_script_whose_folder_is_gone_leaves_the_old_workspace_alone(session, tmp_path):
    session.run_all("x = 1", "torch.set_default_dtype(torch.float64)")
    answer = session.core.answer(
        Replay(lines=lines("x = 2"), script=str(tmp_path / "gone" / "script.py"))
    )
    assert isinstance(answer, Problem)
    assert session.namespace["x"] == 1
    assert session.modules[-1] is session.core.runner.module
    assert torch.get_default_dtype() == torch.float64


def test_future_imports_hold_for_the_lines_after_them(session):
    answer = replay(session, "from __future__ import annotations", "def f(x: no_such_name): pass")
    assert answer.failure is None


def test_a_syntax_error_names_its_line(session):
    answer = replay(session, "x = 1", "y = 2\nz = (")
    assert answer.failure.line == 2
    assert answer.failure.problem.cause == "SyntaxError"


def test_a_script_that_exits_ends_there(session):
    answer = replay(session, "x = 1", "raise SystemExit(0)", "x = 2")
    assert answer.failure.problem.cause == "SystemExit"
    assert len(answer.results) == 1


def test_an_interrupt_cancels_a_replay(session):
    session.run_all("x = 1")
    answer = session.core.answer(
        Replay(lines=lines("import signal", "signal.raise_signal(signal.SIGINT)", "x = 2"))
    )
    assert answer.failure.interrupted
    assert not answer.swapped
    assert session.namespace["x"] == 1


def test_every_line_is_marked_before_it_runs(session):
    session.marks.clear()
    replay(session, "a = 1", "b = 2")
    session.run_all("c = 3")
    assert session.marks == [1, 2, 3]


def test_a_long_replay_tells_how_far_it_is(session):
    replay(session, "import time", "time.sleep(0.06)", "x = 1")
    assert session.events == [ReplayProgress(done=2, total=3)]


def test_functions_find_the_globals_of_their_script(session):
    answer = replay(session, "n = 3", "def f():\n    return n", "n = 4", "m = f()")
    assert answer.failure is None
    assert session.namespace["m"] == 4


@pytest.mark.parametrize("count", [200])
def test_two_hundred_lines_replay_whole(session, count):
    answer = replay(session, "import torch", "x = torch.zeros(3)", *["x.add_(1)"] * count)
    assert len(answer.results) == count + 2
    assert session.namespace["x"].tolist() == [count] * 3


def test_the_generator_that_a_seed_returns_is_not_shown():
    assert not is_worth_showing(torch.manual_seed(0))
    assert not is_worth_showing(None)
    assert is_worth_showing(torch.zeros(1))
