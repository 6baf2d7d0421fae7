"""How long the window stands still while 100,000 printed lines reach the console."""

import time

from PySide6.QtCore import QEventLoop, QObject, Qt, QTimer
from PySide6.QtTest import QTest

from explorer.panes.console.pane import ConsolePane
from explorer.window.main import MainWindow
from tests.benchmarks.measure import Row
from tests.benchmarks.road import Waiter, our_window

RUNS = 5
LINES = 100_000
FLOOD = f"for i in range({LINES}): print('line', i)"
TARGET_MILLISECONDS = 100


class Stall(QObject):
    """The longest time between two ticks of a timer that never waits."""

    def __init__(self) -> None:
        super().__init__()
        self.seconds = 0.0
        self._last = time.perf_counter()
        self._timer = QTimer(self, interval=0)
        self._timer.timeout.connect(self._on_tick)
        self._timer.start()

    def stop(self) -> None:
        self._timer.stop()

    def _on_tick(self) -> None:
        now = time.perf_counter()
        self.seconds = max(self.seconds, now - self._last)
        self._last = now


def measure() -> list[Row]:
    """Return the longest stall of a flood that is typed in the console, and of one from elsewhere."""
    with our_window() as window:
        window.show_pane("console")
        pane = window.docks["console"].pane
        assert isinstance(pane, ConsolePane)
        Waiter(lambda: pane.console is not None).wait()
        typed = [1000 * flood_typed(window, pane) for _ in range(RUNS)]
        elsewhere = [1000 * flood_elsewhere(window, pane) for _ in range(RUNS)]
    return [
        Row(f"longest stall while {LINES:,} lines {how}", "ms", values, TARGET_MILLISECONDS)
        for how, values in (("are printed there", typed), ("come from elsewhere", elsewhere))
    ]


def flood_typed(window: MainWindow, pane: ConsolePane) -> float:
    """Return the seconds of the longest stall while the console runs FLOOD."""
    assert pane.console is not None
    control = pane.console._control
    pane.console.input_buffer = FLOOD
    Waiter(lambda: window.is_complete).wait()
    stall = Stall()
    QTest.keyClick(control, Qt.Key.Key_Return)
    until(lambda: window.controller.is_settled and not pane.console._executing)
    stall.stop()
    assert f"line {LINES - 1}\n" in control.toPlainText()
    return stall.seconds


def flood_elsewhere(window: MainWindow, pane: ConsolePane) -> float:
    """Return the seconds of the longest stall while the script runs FLOOD and one types."""
    assert pane.console is not None
    pane.console.input_buffer = "half typed"
    Waiter(lambda: window.is_complete).wait()
    stall = Stall()
    assert window.controller.submit(FLOOD)
    until(lambda: window.controller.is_settled)
    stall.stop()
    assert f"line {LINES - 1}\n" in pane.console._control.toPlainText()
    return stall.seconds


def until(condition) -> None:
    """Run Qt's events until `condition` holds; unlike `Waiter`, also while a timer always ticks."""
    waiter = QTimer(interval=20)
    loop = QEventLoop()
    waiter.timeout.connect(lambda: condition() and loop.quit())
    waiter.start()
    loop.exec()
    waiter.stop()
