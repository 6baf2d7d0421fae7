"""The real engine: messages, lanes, interrupts, death."""

import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
import zmq

from explorer.panes.heatmap import Value, ValueAsk
from explorer.protocol import (
    Ask,
    Line,
    Prepare,
    Prepared,
    Problem,
    Replay,
    Replayed,
    ReplayProgress,
    StatementRan,
    Undo,
    decode,
)
from tests.engine.conftest import ENGINE, Engine

pytestmark = pytest.mark.engine
posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")


@pytest.fixture
def clean(engine):
    """Give the engine with an empty workspace."""
    answer = engine.ask(Replay(lines=(Line(statement=1, source="import torch"),)))
    assert isinstance(answer, Replayed)
    assert answer.swapped
    return engine


def test_a_statement_reports_after_its_outputs(clean):
    text, ran = clean.run("x = 1\nprint('one')\nprint('two')", 7)
    assert text == "one\ntwo\n"
    assert (ran.statement, ran.effect) == (7, True)
    assert [entry.name for entry in ran.delta.changed] == ["x"]
    assert int.from_bytes(clean.marker.read_bytes(), "little") == 7


def test_what_prints_has_an_effect_and_a_look_has_none(clean):
    clean.run("x = torch.ones(3)")
    assert clean.run("print(x)")[1].effect
    assert not clean.run("x")[1].effect


def test_a_failing_statement_is_told_with_its_line(clean):
    clean.run("x = torch.ones(3)", 3)
    _, ran = clean.run("x.add_(1)\nx @ torch.ones(4, 4)", 4)
    assert isinstance(ran, StatementRan)
    assert ran.clean
    assert ran.failure.line == 2
    assert 'File "<line 4>", line 2' in ran.failure.problem.detail
    assert "ipykernel" not in ran.failure.problem.detail
    text, _ = clean.run("print(x.tolist())", 5)
    assert text == "[1.0, 1.0, 1.0]\n"


def test_a_syntax_error_is_told(clean):
    _, ran = clean.run("y = 1\nx = (", 4)
    assert ran.failure.problem.cause in ("SyntaxError", "_IncompleteInputError")
    assert ran.failure.line == 2
    assert ran.clean


def test_undo_and_replay_act_on_the_console_too(clean):
    lines = [
        Line(statement=i, source=s)
        for i, s in enumerate(("import torch", "x = torch.zeros(2)", "x.add_(1)", "x"), 1)
    ]
    answer = clean.ask(Replay(lines=tuple(lines)))
    assert answer.results[3].output == "tensor([1., 1.])\n"
    assert clean.run("print(x.tolist(), __name__)")[0] == "[1.0, 1.0] __main__\n"
    assert (
        clean.run("import pickle\ndef f(): pass\nprint(pickle.loads(pickle.dumps(f)) is f)")[0]
        == "True\n"
    )


def test_undo_puts_the_console_back(clean):
    clean.run("x = torch.zeros(2)", 2)
    clean.run("x.add_(1)", 3)
    undone = clean.ask(Undo(statement=3))
    assert undone.restored
    assert [entry.name for entry in undone.delta.changed] == ["x"]
    assert clean.run("print(x.tolist())", 4)[0] == "[0.0, 0.0]\n"


def test_progress_of_a_replay_carries_its_ticket(clean):
    source = "import time; time.sleep(0.06)"
    ticket = clean.send(Replay(lines=tuple(Line(statement=i, source=source) for i in (1, 2))))
    events = [
        decode(message["content"]["kind"], message["buffers"][0])
        for message in clean.messages(ticket)
        if message["msg_type"] == "tx_event"
    ]
    assert events == [ReplayProgress(done=1, total=2), ReplayProgress(done=2, total=2)]
    assert isinstance(clean.answer(ticket), Replayed)


@posix
def test_an_interrupt_ends_a_statement(clean):
    ticket = clean.execute("for i in range(10**12):\n    if i == 0: print('begun')", 9)
    event = None
    for message in clean.messages(ticket):
        if message["msg_type"] == "stream":
            clean.interrupt()
        elif message["msg_type"] == "tx_event":
            event = decode(message["content"]["kind"], message["buffers"][0])
    assert event.failure.interrupted


@posix
def test_an_interrupt_cancels_a_replay_and_keeps_the_workspace(clean):
    clean.run("kept = 1", 2)
    sources = ("import time; time.sleep(0.06)", "while True: pass")
    ticket = clean.send(
        Replay(lines=tuple(Line(statement=i, source=s) for i, s in enumerate(sources, 1)))
    )
    for message in clean.messages(ticket):
        if message["msg_type"] == "tx_event":
            clean.interrupt()
    answer = clean.answer(ticket)
    assert answer.failure.interrupted
    assert not answer.swapped
    assert [entry.name for entry in answer.delta.changed] == ["kept"]


@posix
def test_a_side_lane_answers_while_a_statement_runs(clean):
    clean.run("x = torch.tensor([1.5, 2.5])")
    subshell = clean.subshell()
    answer = None
    for message in clean.messages(clean.execute("print('begun', flush=True)\nwhile True: pass", 2)):
        if message["msg_type"] == "stream":
            answer = clean.ask(ValueAsk(expression="x", index=(1,)), subshell)
            clean.interrupt()
    assert isinstance(answer, Value)
    assert answer.text == "2.5"


def test_only_the_main_lane_may_change_the_workspace(clean):
    clean.run("x = torch.zeros(2)", 2)
    clean.run("x.add_(1)", 3)
    answer = clean.ask(Undo(statement=3), clean.subshell())
    assert isinstance(answer, Problem)
    assert clean.run("print(x.tolist())")[0] == "[1.0, 1.0]\n"


def test_a_message_that_is_no_ask_is_answered_with_a_problem(clean):
    class Rogue(Ask):
        """Not known to the engine."""

    Rogue.__module__ = "os"
    answer = clean.ask(Rogue())
    assert isinstance(answer, Problem)
    assert "not a message of this program" in answer.detail


def test_an_engine_writes_nothing_of_its_own(engine):
    assert engine.log.read_text() == ""


@pytest.mark.skipif(sys.platform != "linux", reason="prctl is Linux's")
def test_an_engine_dies_with_its_window_even_while_c_code_holds_the_gil(tmp_path):
    told = tmp_path / "told"
    os.mkfifo(told)
    line = f"import ctypes; c = ctypes.PyDLL(None); open({str(told)!r}, 'w').close(); c.sleep(600)"
    parent = textwrap.dedent(
        f"""
        import signal
        from pathlib import Path
        from tests.engine.conftest import Engine
        engine = Engine(Path({str(tmp_path)!r}))
        print(engine.process.pid, flush=True)
        engine.execute({line!r}, 1)
        signal.pause()
        """
    )
    with subprocess.Popen(
        [sys.executable, "-c", parent],
        cwd=ENGINE.parents[2],
        stdout=subprocess.PIPE,
        text=True,
    ) as window:
        watch = os.pidfd_open(int(window.stdout.readline()))
        told.read_bytes()  # returns when the line has closed the other end
        window.send_signal(signal.SIGKILL)
        poller = zmq.Poller()
        poller.register(watch, zmq.POLLIN)
        assert poller.poll(20_000), "the engine outlived its window"
        os.close(watch)


def start(python: str, folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [python, *arguments, str(ENGINE), "-f", str(folder / "k.json")],
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_a_python_without_the_packages_is_told_how_to_get_them(tmp_path):
    # Without site-packages this Python is one in which nothing is installed.
    done = start(sys.executable, tmp_path, "-S", "-E")
    assert done.returncode == 3
    assert done.stderr.startswith("The engine needs torch, ipykernel, msgspec, numpy in ")
    assert f'{sys.executable} -m pip install torch "ipykernel>=7" msgspec numpy' in done.stderr
    assert done.stderr.count("\n") == 1


def test_an_engine_finds_this_program_without_finding_what_lies_beside_it(tmp_path):
    (tmp_path / "random.py").write_text("raise SystemExit('the wrong random')")
    engine = Engine(tmp_path, cwd=tmp_path)
    try:
        assert isinstance(engine.ask(Prepare()), Prepared)
        text, _ = engine.run("import sys, explorer; print(sys.path)")
        plain = [sys.executable, "-c", "import sys; print(sys.path)"]
        assert text == subprocess.check_output(plain, cwd=tmp_path, text=True)
    finally:
        engine.stop()
