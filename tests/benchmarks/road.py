"""What window and engine cost: from a click to a picture, and a line beside bare IPython.

The window stands as at first start, with all its panes; both kernels take each line in turn.
"""

import subprocess
import time
from collections.abc import Callable
from contextlib import contextmanager

from jupyter_client.blocking import BlockingKernelClient
from jupyter_client.manager import KernelManager
from PySide6.QtCore import QAbstractEventDispatcher, QEventLoop, QObject, Qt, QTimer
from PySide6.QtGui import QPaintEvent
from PySide6.QtTest import QTest

from explorer.panes.create.pane import CreatePane
from explorer.panes.heatmap.pane import HeatmapPane
from explorer.window.client import Client
from explorer.window.controller import Controller
from explorer.window.main import MainWindow
from explorer.window.process import spawn
from explorer.window.program import application
from explorer.window.settings import Settings
from explorer.window.theme import Theme
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
    """Return the rows of the way to a picture, and of a line with few and with many names."""
    with our_window() as window:
        create_once(window)
        seconds = [create_once(window) for _ in range(LINES)]
    created = Row("click on Create randn(3, 4) to heat map", "ms", [1000 * s for s in seconds], 15)
    return [created, measure_line(100, 8), measure_line(10_000, 20)]


def measure_line(names: int, target: float) -> Row:
    """Return milliseconds of LINE with `names` in the workspace, ours and bare, taken in turns."""
    setting = SETTING.format(names=names)
    with our_window() as window, bare_kernel() as client:
        run_ours(window, setting)
        run_bare(client, setting)
        ours, bare = [], []
        for _ in range(LINES):
            ours.append(1000 * run_ours(window, LINE))
            bare.append(1000 * run_bare(client, LINE))
    return Row(f"{LINE} with {names:,} names", "ms", ours, target, bare)


class Waiter(QObject):
    """Runs Qt's events until `condition` holds; it is looked at when all events are done."""

    def __init__(self, condition: Callable[[], bool]) -> None:
        super().__init__()
        self._condition = condition
        self._loop = QEventLoop()
        self._late = QTimer(singleShot=True, interval=1000 * TIMEOUT_SECONDS)
        self._late.timeout.connect(self._loop.quit)

    def wait(self) -> None:
        """Return when the condition holds. Raises TimeoutError."""
        dispatcher = QAbstractEventDispatcher.instance()
        dispatcher.aboutToBlock.connect(self._on_about_to_block)
        self._late.start()
        self._loop.exec()
        dispatcher.aboutToBlock.disconnect(self._on_about_to_block)
        if not self._late.isActive():
            raise TimeoutError(f"nothing came of it within {TIMEOUT_SECONDS} s")

    def _on_about_to_block(self) -> None:
        if self._condition():
            self._loop.quit()


@contextmanager
def our_window():
    """Yield a window as at first start, with its engine ready."""
    client = Client(spawn())
    controller = Controller(client)
    window = MainWindow(controller, Settings(), Theme(application(), "light"))
    window.resize(1280, 800)
    window.show()
    controller.start()
    window.start_panes()
    window.start_views()
    try:
        Waiter(lambda: window.is_complete and controller.versions is not None).wait()
        yield window
    finally:
        window.hide()
        controller.close()
        window.deleteLater()


def create_once(window: MainWindow) -> float:
    """Return the seconds from a click on Create until the heat map of the new tensor is painted."""
    create, heatmap = window.docks["create"].pane, window.views.panes[0]
    assert isinstance(create, CreatePane)
    assert isinstance(heatmap, HeatmapPane)
    Waiter(lambda: window.is_complete).wait()  # the next name is offered once the last is drawn
    create.choose("torch.randn")
    create.fill({"size": "3, 4"})
    name = create.foot.name_field.text()
    assert create.foot.line.toPlainText() == f"{name} = torch.randn(3, 4)"
    Waiter(lambda: window.is_complete).wait()
    painted: list[float] = []
    cells = heatmap.page.cells
    paint = type(cells).paintEvent

    def paint_and_note(event: QPaintEvent) -> None:
        paint(cells, event)
        if heatmap.title() == name and heatmap.shown_values().shape == (3, 4):
            painted.append(time.perf_counter())

    cells.paintEvent = paint_and_note  # the binding looks at the object before its class
    start = time.perf_counter()
    QTest.mouseClick(create.foot.button, Qt.MouseButton.LeftButton)
    Waiter(lambda: bool(painted)).wait()
    del cells.paintEvent
    return painted[0] - start


def run_ours(window: MainWindow, source: str) -> float:
    """Return the seconds from submitting `source` until the next line could run."""
    controller = window.controller
    Waiter(lambda: window.is_complete).wait()
    start = time.perf_counter()
    assert controller.submit(source)
    Waiter(lambda: controller.is_settled).wait()
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
