"""From a key in the search box to its rows on the screen, over every operator and 10,000 tensors."""

import statistics
import time

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from explorer.engine.catalogue.builder import build
from explorer.window.controller import Controller
from explorer.window.main import MainWindow
from explorer.window.search.operators import Operators
from explorer.window.settings import Settings
from explorer.window.theme import Theme
from tests.benchmarks.measure import Row
from tests.fake_link import FakeLink
from tests.window.fake_panes import PANES

TENSORS = 10_000
MOST_LETTERS = 4
TARGET_MS, STALL_MS = 30, 8
# ruff: noqa: SIM905 - queries read better as words
QUERIES = """mean sum softmax gather scatter reshape view transpose permute matmul where clone expand
repeat squeeze unsqueeze flatten concatenate stack split sort topk argmax cumsum clamp round exp log
sqrt relu sigmoid dropout linear conv embedding norm inverse solve svd fft random zeros ones arange
linspace identity backward gradient detach t123 layers""".split()
LONGER = ("mean t12", "t12 mean", "add t12 t13", "menan", "qiu he", "zzzz")


def measure() -> list[Row]:
    """Return the rows, in milliseconds."""
    app = QApplication.instance() or QApplication([])
    link = FakeLink()
    controller = Controller(link)
    theme = Theme(app, "light")
    window = MainWindow(controller, Settings(), theme, panes=PANES)
    window.resize(1280, 800)
    window.show()
    controller.start()
    link.deliver_all()
    controller.submit(f"globals().update({{f't{{i}}': tensor(2) for i in range({TENSORS})}})")
    link.deliver_all()
    controller.select("t1")
    link.catalogue = build()
    while controller.catalogue is None:
        link.deliver_all()
        app.processEvents()
    pieces = gathered(Operators(controller, window))
    while not window.search._operators.is_complete:
        app.processEvents()
    window.activateWindow()
    window.search.focus_all()
    short = [typed(window, query[:MOST_LETTERS]) for query in QUERIES]
    keys = [ms for times in short for ms in times]
    longer = [ms for query in LONGER for ms in typed(window, query)]
    window.filing.may_leave = lambda: True
    window.close()
    return [
        Row("first letters of a query, a key", "ms", keys, TARGET_MS),
        Row("the slowest of 20 such keys", "ms", [slow(keys)], TARGET_MS),
        Row("whole queries with tensors and slips, a key", "ms", longer, TARGET_MS),
        Row("the slowest of 20 such keys", "ms", [slow(longer)], TARGET_MS),
        Row("names are gathered, a piece", "ms", pieces, STALL_MS),
    ]


def typed(window: MainWindow, query: str) -> list[float]:
    """Return how long each key of `query` took until its rows were painted."""
    window.search.clear()
    found = []
    for letter in query:
        start = time.perf_counter()
        QTest.keyClick(window.search, letter)
        window.search.popup.repaint()
        found.append((time.perf_counter() - start) * 1e3)
    return found


def gathered(operators: Operators) -> list[float]:
    """Return how long each piece of gathering the names held up the window."""
    found = []
    while not operators.is_complete:
        start = time.perf_counter()
        operators._gather_piece()
        found.append((time.perf_counter() - start) * 1e3)
    return found


def slow(values: list[float]) -> float:
    """Return the 95th percentile."""
    return statistics.quantiles(values, n=20)[-1]
