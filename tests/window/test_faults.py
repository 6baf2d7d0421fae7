"""A real engine that is interrupted, killed and orphaned."""

import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from explorer.session import Document, Session
from explorer.window.controller import Controller, EngineState

pytestmark = pytest.mark.engine
START_MILLISECONDS = 30_000


@pytest.fixture
def controller(mortal_controller):
    return mortal_controller


def settle(controller: Controller, qtbot) -> None:
    qtbot.waitUntil(lambda: controller.is_settled, timeout=START_MILLISECONDS)


def run(controller: Controller, qtbot, line: str) -> None:
    assert controller.submit(line)
    settle(controller, qtbot)


def test_an_endless_loop_is_interrupted(controller, qtbot):
    run(controller, qtbot, "x = torch.ones(2)")
    with qtbot.waitSignal(controller.output_changed, timeout=START_MILLISECONDS):
        controller.submit("print('begun', flush=True)\nwhile True: pass")
    controller.interrupt()
    settle(controller, qtbot)
    assert controller.state is EngineState.IDLE
    assert [a.outcome for a in controller.session.attempts] == ["unrun"]
    assert controller.workspace.find("x") is not None
    assert controller.out_of_step == ""


def test_the_line_that_kills_the_engine_is_marked_and_the_rest_comes_back(controller, qtbot):
    run(controller, qtbot, "x = torch.randn(3)")
    first = controller.workspace.find("x")
    run(controller, qtbot, "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)")
    assert [a.outcome for a in controller.session.attempts] == ["killed"]
    assert "segmentation fault" in controller.session.attempts[0].reason
    assert controller.out_of_step == ""
    assert controller.workspace.find("x").content == first.content != 0
    assert not any(record.differs for record in controller.records.values())


def test_a_line_that_kills_the_engine_in_a_replay_is_found(controller, qtbot):
    text = "x = 1\nimport os\nif x:\n    os._exit(9)\ny = 2"
    controller.open(Document(Session.from_source(text)), run=True)
    settle(controller, qtbot)
    assert [a.source for a in controller.session.attempts] == ["if x:\n    os._exit(9)"]
    assert set(controller.workspace.entries) == {"x", "y"}


def test_a_kill_of_a_line_that_holds_the_gil_brings_the_engine_back(controller, qtbot):
    run(controller, qtbot, "x = torch.ones(2)")
    with qtbot.waitSignal(controller.output_changed, timeout=START_MILLISECONDS):
        controller.submit(
            "import ctypes; print('held', flush=True); import time; time.sleep(0.1)\n"
            "ctypes.PyDLL(None).sleep(1000)"
        )
    controller.restart()
    qtbot.waitUntil(lambda: controller.state is EngineState.STARTING, timeout=START_MILLISECONDS)
    settle(controller, qtbot)
    assert controller.session.attempts[-1].reason == "Stopped by you."
    assert controller.workspace.find("x") is not None


WINDOW = """
import sys
from PySide6.QtCore import QCoreApplication
from explorer.window.client import Client
from explorer.window.process import spawn

app = QCoreApplication(sys.argv)
engine = spawn()
client = Client(engine)
client.started.connect(lambda: client.execute(sys.argv[1], 1))
client.printed.connect(lambda ticket, text: print(engine.process.pid, flush=True))
client.start()
app.exec()
"""


@pytest.mark.parametrize(
    "line",
    [
        "print('idle', flush=True)",
        "print('busy', flush=True)\nwhile True: pass",
        "import ctypes, time; print('held', flush=True); time.sleep(0.2)\n"
        "ctypes.PyDLL(None).sleep(1000)",
    ],
    ids=["idle", "in a loop", "with the GIL held in C"],
)
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends a child with its parent")
def test_the_engine_does_not_outlive_a_killed_window(line, qtbot):
    window = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(WINDOW), line], stdout=subprocess.PIPE, text=True
    )
    assert window.stdout
    with window, window.stdout:
        pid = int(window.stdout.readline())
        assert Path(f"/proc/{pid}").exists()
        window.send_signal(signal.SIGKILL)
        window.wait()
    qtbot.waitUntil(lambda: not alive(pid), timeout=10_000)


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (OSError, IndexError):
        return False
    return state != "Z"
