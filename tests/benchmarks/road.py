"""How much a line costs through window and engine, beside the same line in bare IPython."""

import subprocess
import time
from collections.abc import Callable
from contextlib import contextmanager

from jupyter_client.blocking import BlockingKernelClient
from jupyter_client.manager import KernelManager
from PySide6.QtCore import QEventLoop, QObject, QTimer, SignalInstance
from PySide6.QtWidgets import QApplication

from explorer.window.client import Client
from explorer.window.controller import Controller
from explorer.window.process import spawn
from tests.benchmarks.measure import Row

LINES = 50
LINE = "y = x + 1"
SETTING = """\
import torch
x = torch.randn(3, 4)
for i in range({names}):
    globals()[f"n{{i}}"] = torch.randn(3, 4)
"""
TIMEOUT_SECONDS = 60


def measure() -> list[Row]:
    """Return the rows of a line with few and with many names."""
    application = QApplication.instance() or QApplication([])
    rows = [measure_line(names, target) for names, target in ((100, 8), (10_000, 20))]
    application.processEvents()
    return rows


def measure_line(names: int, target: float) -> Row:
    """Return milliseconds of LINE with `names` in the workspace, ours and bare, taken in turns."""
    setting = SETTING.format(names=names)
    with our_kernel() as controller, bare_kernel() as client:
        run_ours(controller, setting)
        run_bare(client, setting)
        ours, bare = [], []
        for _ in range(LINES):
            ours.append(1000 * run_ours(controller, LINE))
            bare.append(1000 * run_bare(client, LINE))
    what = f"{LINE} with {names:,} names, over bare IPython"
    return Row(what, "ms", ours, target, bare)


class Waiter(QObject):
    """Runs Qt's events until `condition` holds, which `signal` announces."""

    def __init__(self, condition: Callable[[], bool], signal: SignalInstance) -> None:
        super().__init__()
        self._condition = condition
        self._signal = signal
        self._loop = QEventLoop()
        self._late = QTimer(singleShot=True, interval=1000 * TIMEOUT_SECONDS)
        self._late.timeout.connect(self._loop.quit)

    def wait(self) -> None:
        """Return when the condition holds and whoever announced it has finished."""
        self._signal.connect(self._on_signal)
        self._late.start()
        # It may hold for a moment, in the midst of a slot: look again after the slot returned.
        while not self._condition() and self._late.isActive():
            self._loop.exec()
        self._signal.disconnect(self._on_signal)
        if not self._condition():
            raise TimeoutError(f"nothing came of it within {TIMEOUT_SECONDS} s")

    def _on_signal(self) -> None:
        if self._condition():
            self._loop.quit()


def settle(controller: Controller) -> None:
    """Wait until nothing runs and the next line could."""
    Waiter(lambda: controller.is_settled, controller.engine_changed).wait()


@contextmanager
def our_kernel():
    """Yield a controller whose engine is ready."""
    controller = Controller(client := Client(spawn()))
    controller.start()
    try:
        settle(controller)
        yield controller
    finally:
        client.close()


def run_ours(controller: Controller, source: str) -> float:
    """Return the seconds from submitting `source` until the next line could run."""
    start = time.perf_counter()
    assert controller.submit(source)
    settle(controller)
    seconds = time.perf_counter() - start
    assert controller.session.done[-1].source == source.rstrip(), controller.session.attempts
    return seconds


@contextmanager
def bare_kernel():
    """Yield a client of an IPython kernel as Jupyter starts it, on the same transport."""
    manager = KernelManager(transport="ipc")
    manager.start_kernel(stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    client = manager.blocking_client()
    client.start_channels()
    try:
        client.wait_for_ready(timeout=TIMEOUT_SECONDS)
        yield client
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def run_bare(client: BlockingKernelClient, source: str) -> float:
    """Return the seconds from sending `source` until the kernel says idle."""
    start = time.perf_counter()
    ticket = client.execute(source)
    while True:
        message = client.get_iopub_msg(timeout=TIMEOUT_SECONDS)
        if message["parent_header"].get("msg_id") != ticket:
            continue
        assert message["msg_type"] != "error", message["content"]
        if message["content"].get("execution_state") == "idle":
            return time.perf_counter() - start
