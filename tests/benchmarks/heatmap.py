"""What a heat map of many elements costs, beside what torch alone needs to reduce them.

The window stands as at first start; a picture counts once it is exact and painted. Before each
repetition a line runs of which the engine can't know what it wrote, so that nothing is kept.
"""

import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

import psutil
from PySide6.QtCore import QEventLoop, QPointF, QTimer
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QApplication

from explorer.panes.heatmap import Tile
from explorer.panes.heatmap.look import Look
from explorer.panes.heatmap.pane import HeatmapPane
from explorer.panes.heatmap.pictures.digits import LEAST_HEIGHT_PX, LEAST_WIDTH_PX
from explorer.panes.heatmap.request import tile_ask, visible_window
from explorer.panes.heatmap.slices.slicing import Slicing
from explorer.window.main import MainWindow
from explorer.window.plot import View
from tests.benchmarks.measure import Fact, Row
from tests.benchmarks.peer import GREATEST, HOT, LEAST
from tests.benchmarks.peers import Findings, measure_peers
from tests.benchmarks.road import Waiter, our_window

SHOWN = 7
CHANGES = 120
SETTLING_SECONDS = 2.0
IDLE_SECONDS = 5.0
DIGITS_SCREEN_PX = 1440, 900
FORGET = "exec('pass')"
SMALL = "small = torch.zeros(3, 4)"
MULTIPLY_SIDE = 9000
"""torch.mm of matrices of this side takes about 10 s on two cores."""

BOUND = """\
import json, sys, time, torch
side, block, repeats = map(int, sys.argv[1:])
x = torch.rand(side, side)
def reduce_blocks():
    for f in (torch.amin, torch.amax):
        for rows in x.split(4_000_000 // side // block * block):
            f(f(rows.unflatten(0, (-1, block)), 1).unflatten(1, (-1, block)), 2)
reduce_blocks()
seconds = []
for _ in range(repeats):
    start = time.perf_counter()
    reduce_blocks()
    seconds.append(time.perf_counter() - start)
print(json.dumps(seconds))
"""
"""Exact least and greatest of blocks, and nothing else: what a picture can't do without."""


def measure() -> list[Row | Fact]:
    """Return the rows of 1e8 and 4e8 elements, of panning and zooming, and of a slice."""
    bound, bound_4e8 = bound_ms(10_000), bound_ms(20_000)
    with our_window() as window:
        run(window, SMALL)
        before = resident_bytes() + 4 * 10_000**2
        run(window, "x = torch.rand(10000, 10000)")
        run(window, f"x[123, 4567], x[-124, 5432] = {LEAST}, {GREATEST}")
        shown = show_ms(window, "x")
        found = shown_range(window)
        extra = peak_bytes(lambda: show_ms(window, "x")) - before
        kept = resident_bytes() - before
        moved = move_ms(window, CHANGES)
        idle = idle_ms(window)
        run(window, f"a = torch.rand({MULTIPLY_SIDE}, {MULTIPLY_SIDE})")
        show(window, "x")
        moved_beside = move_beside_ms(window, "b = torch.mm(a, a)")
    with our_window() as window:
        run(window, SMALL)
        run(window, "x = torch.rand(20000, 20000)")
        shown_4e8 = show_ms(window, "x")
    with our_window() as window:
        run(window, "x = torch.rand(64, 1024, 1024)")
        sliced = slice_ms(window)
    with our_window() as window:
        run(window, SMALL)
        sees_hot, marks = sees_hot_cell(window), marks_nan(window)
    with our_window() as window:
        run(window, "x = torch.randn(1000, 1000)")
        digits = digits_ms(window)
    peers = measure_peers()
    others = partial(beside, peers)
    return [
        *(
            Fact(f"{name} {of.get('version', '')}", of.get("missing", "ran"))
            for name, of in peers.items()
        ),
        Row("show(1e8 float32)", "ms", shown, 100),
        *others("show 1e8", shown),
        Row("block min + max of 1e8 in torch alone", "ms", bound),
        Row("show(1e8) over block min + max", "x", [over(shown, bound)], 1.5),
        Row("show(4e8 float32)", "ms", shown_4e8, 350),
        *others("show 4e8", shown_4e8),
        Row("block min + max of 4e8 in torch alone", "ms", bound_4e8),
        Row("pan or zoom on 1e8", "ms", moved, 16),
        *others("move", moved),
        Row("pan or zoom on 1e8, 95th percentile", "ms", [percentile(moved)], 33),
        *others("move", [percentile(moved)], percentile),
        Row("the same beside a torch.mm, 95th percentile", "ms", [percentile(moved_beside)], 60),
        Row("one slice of (64, 1024, 1024)", "ms", sliced, 8),
        *others("slice", sliced),
        Row("digits pan, a frame of 1440 x 900", "ms", digits, 16),
        Row("digits pan, 95th percentile", "ms", [percentile(digits)], 33),
        Row("memory beyond the tensor, at most", "MB", [extra / 1e6], 60),
        *others("memory", [extra / 1e6], unit="MB"),
        Row("memory beyond the tensor, kept", "MB", [kept / 1e6], 60),
        Row("processor time in a second at rest, window", "ms", [idle[0]], 1),
        Row("processor time in a second at rest, engine", "ms", [idle[1]], 1),
        *said("the range of 1e8 is exact", found == (LEAST, GREATEST), peers, "exact range"),
        *said(
            "one hot cell in 1e8 is seen where blocks show their greatest",
            sees_hot,
            peers,
            "sees hot cell",
        ),
        *said("NaN looks like no number", marks, peers, "marks NaN"),
    ]


def beside(
    peers: dict[str, Findings],
    what: str,
    ours: list[float],
    judge: Callable[[list[float]], float] | None = None,
    unit: str = "ms",
) -> list[Row]:
    """Return a row of each peer that told `what`, compared with ours."""
    told = {name: of[what] for name, of in peers.items() if what in of}
    return [
        Row(f"    {name}", unit, [judge(values)] if judge else values, baseline=ours)
        for name, values in told.items()
    ]


def said(what: str, ours: bool, peers: dict[str, Findings], key: str) -> list[Fact]:
    """Return what is so of us and of each peer that told `key`."""
    told = {name: of[key] for name, of in peers.items() if key in of}
    return [
        Fact(what, "yes" if ours else "no", ours, is_judged=True),
        *(Fact(f"    {name}", "yes" if found else "no") for name, found in told.items()),
    ]


def bound_ms(side: int) -> list[float]:
    """Return milliseconds of BOUND for a square matrix, in a process of its own."""
    command = [sys.executable, "-c", BOUND, str(side), "8", str(SHOWN)]
    environment = os.environ | {"OMP_WAIT_POLICY": "PASSIVE"}  # as the engine has it
    found = subprocess.run(command, check=True, capture_output=True, text=True, env=environment)
    return [1000 * seconds for seconds in json.loads(found.stdout)]


def over(values: list[float], bound: list[float]) -> float:
    """Return the ratio of two medians."""
    return Row("", "", values).median / Row("", "", bound).median


def percentile(values: list[float]) -> float:
    """Return the value that 95 in 100 do not exceed."""
    return sorted(values)[min(len(values) - 1, round(0.95 * len(values)))]


def heatmap_of(window: MainWindow) -> HeatmapPane:
    """Return the heat map that follows the selection."""
    pane = window.views.panes[0]
    assert isinstance(pane, HeatmapPane)
    return pane


def run(window: MainWindow, source: str) -> None:
    """Run a line and wait until all is drawn."""
    assert window.controller.submit(source)
    Waiter(lambda: window.controller.is_settled and window.is_complete).wait()


def is_current(pane: HeatmapPane) -> bool:
    """Return whether the picture is exact, and as fine as the view needs it all over."""
    found, info = pane.page.item.picture, pane.subject.info
    if found is None or info is None:
        return False
    tile: Tile = found.tile
    cells, seen = pane.page.cells, visible_window(pane.page.cells)
    look = pane.subject.look
    assert isinstance(look, Look)
    ask = tile_ask(pane.source, look, cells)
    window = ask.window or tile.window
    rows, columns = window.bottom - window.top, window.right - window.left
    fine = (
        tile.block_rows * ask.height_px < 2 * rows
        and tile.block_columns * ask.width_px < 2 * columns
    )
    covers = (
        tile.window.top <= seen.top
        and tile.window.left <= seen.left
        and tile.window.bottom >= seen.bottom
        and tile.window.right >= seen.right
    )
    return tile.is_exact and covers and (fine or tile.has_cells)


@contextmanager
def paints(pane: HeatmapPane, condition: Callable[[], bool]) -> Iterator[list[float]]:
    """Yield a list that gets the time of each paint at whose end `condition` holds."""
    cells, painted = pane.page.cells, []
    paint = type(cells).paintEvent

    def paint_and_note(event: QPaintEvent) -> None:
        paint(cells, event)
        if condition():
            painted.append(time.perf_counter())

    cells.paintEvent = paint_and_note  # the binding looks at the object before its class
    yield painted
    del cells.paintEvent


def show(window: MainWindow, name: str) -> float:
    """Return the seconds from selecting `name` until its exact picture is painted."""
    pane = heatmap_of(window)
    Waiter(lambda: window.is_complete).wait()
    with paints(pane, lambda: pane.title() == name and is_current(pane)) as painted:
        start = time.perf_counter()
        window.controller.select(name)
        Waiter(lambda: bool(painted)).wait()
    return painted[0] - start


def show_ms(window: MainWindow, name: str) -> list[float]:
    """Return milliseconds of showing a tensor of which the engine keeps nothing."""
    found = []
    for _ in range(SHOWN):
        window.controller.select("small")
        run(window, FORGET)
        found.append(1000 * show(window, name))
    return found


def change_view(window: MainWindow, chance: random.Random) -> float:
    """Return the seconds from one step of panning or zooming until it is painted."""
    pane = heatmap_of(window)
    cells = pane.page.cells
    step = chance.choice(("pan", "pan", "pan", "in", "out"))
    with paints(pane, lambda: is_current(pane)) as painted:
        start = time.perf_counter()
        if step == "pan":
            cells.pan(chance.uniform(-60, 60), chance.uniform(-60, 60))
        else:
            cells.zoom(1.25 if step == "in" else 0.8)
        cells.viewport().update()  # a view at its border does not move
        Waiter(lambda: bool(painted)).wait()
    return painted[0] - start


def move_ms(window: MainWindow, changes: int) -> list[float]:
    """Return milliseconds of `changes` steps over a picture that is zoomed in a little."""
    chance = random.Random(0)
    pane = heatmap_of(window)
    for _ in range(6):
        pane.page.cells.zoom(1.25)
    Waiter(lambda: is_current(pane)).wait()
    return [1000 * change_view(window, chance) for _ in range(changes)]


def move_beside_ms(window: MainWindow, source: str) -> list[float]:
    """Return milliseconds of steps while the line `source` runs."""
    chance = random.Random(1)
    assert window.controller.submit(source)
    found = []
    while not window.controller.is_settled:
        found.append(1000 * change_view(window, chance))
    assert len(found) >= CHANGES // 4, "the line was too short"
    return found


def slice_ms(window: MainWindow) -> list[float]:
    """Return milliseconds from choosing a slice until it is painted."""
    pane = heatmap_of(window)
    found = []
    for index in range(1, 60):
        look = pane.subject.look
        assert look is not None
        wanted: Slicing = look.slicing.at(0, index)
        with paints(pane, lambda: pane.drawing._requester.is_done and is_current(pane)) as painted:
            start = time.perf_counter()
            pane.slicer.show(wanted)
            pane.drawing.ask()
            Waiter(lambda: bool(painted)).wait()
        found.append(1000 * (painted[0] - start))
    return found


def digits_ms(window: MainWindow) -> list[float]:
    """Return milliseconds of each frame of panning over a screen full of the smallest digits."""
    pane = heatmap_of(window)
    for dock in window.docks.values():
        dock.hide()
    window.resize(*DIGITS_SCREEN_PX)
    cells = pane.page.cells
    cells.set_view(View(400.0, 400.0, LEAST_WIDTH_PX, LEAST_HEIGHT_PX))
    Waiter(lambda: window.is_complete and is_current(pane) and bool(pane.shown_texts())).wait()
    found = []
    for i in range(CHANGES):
        start = time.perf_counter()
        cells.pan(9 if i % 20 < 10 else -9, 5)
        QApplication.processEvents()
        found.append(1000 * (time.perf_counter() - start))
    return found


def engine() -> psutil.Process:
    """Return the process of the only engine there is."""
    (found,) = (p for p in psutil.Process().children() if any("engine" in a for a in p.cmdline()))
    return found


def resident_bytes() -> int:
    """Return the memory of the engine."""
    return int(engine().memory_info().rss)


def peak_bytes(act: Callable[[], object]) -> int:
    """Return the most memory of the engine while `act` runs."""
    pid = engine().pid
    with open(f"/proc/{pid}/clear_refs", "w", encoding="ascii") as file:  # noqa: PTH123 - no file to be made
        file.write("5")
    act()
    with open(f"/proc/{pid}/status", encoding="ascii") as file:  # noqa: PTH123 - as above
        return next(1024 * int(line.split()[1]) for line in file if line.startswith("VmHWM"))


def idle_ms(window: MainWindow) -> tuple[float, float]:
    """Return milliseconds of processor time in a second in which nothing happens: ours, the engine's."""
    Waiter(lambda: window.is_complete).wait()
    processes = psutil.Process(), engine()
    wait(SETTLING_SECONDS)

    def used() -> list[float]:
        return [sum(process.cpu_times()[:2]) for process in processes]

    before = used()
    wait(IDLE_SECONDS)
    ours, its = (1000 * (b - a) / IDLE_SECONDS for a, b in zip(before, used(), strict=True))
    return ours, its


def wait(seconds: float) -> None:
    """Run Qt's events for so long."""
    over_now = QTimer(singleShot=True, interval=round(1000 * seconds))
    loop = QEventLoop()
    over_now.timeout.connect(loop.quit)
    over_now.start()
    loop.exec()


def shown_range(window: MainWindow) -> tuple[float | None, float | None]:
    """Return the least and the greatest value that the heat map tells."""
    picture = heatmap_of(window).page.item.picture
    assert picture is not None
    return picture.tile.minimum, picture.tile.maximum


def colours_at(window: MainWindow, row: int, column: int) -> set[int]:
    """Return the colours of the pixels about the middle of a cell."""
    Waiter(lambda: window.is_complete).wait()
    page = heatmap_of(window).page
    place = page.cells.mapFromScene(page.item.mapToScene(QPointF(column, row)))
    drawn = page.cells.viewport().grab().toImage()
    near = range(-2, 3)  # a place between pixels is rounded, and so are blocks
    return {drawn.pixel(place.x() + x, place.y() + y) for x in near for y in near}


def sees_hot_cell(window: MainWindow) -> bool:
    """Return whether one hot cell among 1e8 is drawn in another colour than the cells about it.

    A block shows its mean until one wants to see the greatest.
    """
    row, column = HOT
    run(window, f"x = torch.zeros(10000, 10000); x[{row}, {column}] = 1")
    pane = heatmap_of(window)
    pane.page.reduce_box.setCurrentIndex(pane.page.reduce_box.findData("max"))
    pane.page.reduce_box.activated.emit(pane.page.reduce_box.currentIndex())
    return len(colours_at(window, row, column)) == 2


def marks_nan(window: MainWindow) -> bool:
    """Return whether NaN looks otherwise than the least and the greatest value."""
    looks: list[set[int]] = []
    for value in ("0.0", "1.0", "torch.nan"):
        run(window, "x = torch.linspace(0, 1, 90000).view(300, 300)")
        run(window, f"x[100:200, 100:200] = {value}")
        looks.append(colours_at(window, 150, 150))
    return not (looks[2] & (looks[0] | looks[1]))
