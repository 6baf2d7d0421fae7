"""Checks that an installation works: one line a check, on the real engine and window."""

import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from PySide6.QtCore import QEventLoop, QTimer

from explorer.paths import EXAMPLES, RESOURCES
from explorer.protocol import Problem
from explorer.window.client import Client
from explorer.window.controller import Controller, EngineState
from explorer.window.filing import DIGITS, OpenFile
from explorer.window.main import MainWindow
from explorer.window.process import EngineProcess
from explorer.window.program import application
from explorer.window.settings import Settings
from explorer.window.theme import Theme

PATIENCE_SECONDS = 60.0
TURN_MILLISECONDS = 10


class CheckError(Exception):
    """A check did not come out as it should."""


class SelfTest:
    """A window without anything of the person's, driven from check to check."""

    def __init__(self, engine: EngineProcess | None, python: str) -> None:
        self._client = Client(engine, python)
        self._controller = Controller(self._client)
        self._window = MainWindow(self._controller, Settings(), Theme(application(), "light"))
        self._problems: list[str] = []
        self._controller.problem_raised.connect(self._on_problem_raised)

    def start_engine(self) -> str:
        """Ask the engine for torch's version."""
        self._window.resize(1024, 700)
        self._window.show()
        self._window.start_panes()
        self._controller.start()
        self._wait(lambda: self._controller.versions is not None)
        versions = self._controller.versions
        return f"torch {versions.torch_version}" if versions else ""

    def create(self) -> str:
        """Make a tensor."""
        self._run("x = torch.arange(12.).reshape(3, 4)")
        found = self._controller.workspace.find("x")
        if found is None or found.shape != (3, 4):
            raise CheckError(f"x is {found}")
        return "x [3, 4]"

    def draw(self) -> str:
        """Draw a heat map of more than one colour."""
        self._window.start_views()
        self._wait(lambda: self._window.is_complete)
        picture = self._window.views.panes[0].grab().toImage()
        colours = {
            picture.pixel(x, y)
            for x in range(0, picture.width(), 3)
            for y in range(0, picture.height(), 3)
        }
        if len(colours) < 12:
            raise CheckError(f"only {len(colours)} colours")
        return f"{len(colours)} colours"

    def undo(self) -> str:
        """Take back what a line wrote in place."""
        before = self._controller.session
        self._run("x.add_(1)")
        self._controller.undo()
        self._wait(lambda: self._controller.is_settled)
        if self._controller.session.cursor != before.cursor or self._controller.out_of_step:
            raise CheckError(self._controller.out_of_step or "the cursor did not move")
        self._run("assert x[0, 0] == 0")
        return "x.add_(1)"

    def recover(self) -> str:
        """Kill the engine; another replays the script."""
        pid = self._client.pid
        self._controller.restart()
        self._wait(lambda: self._client.pid not in (0, pid) and self._controller.is_settled)
        if self._controller.workspace.find("x") is None or self._controller.out_of_step:
            raise CheckError(self._controller.out_of_step or "x is gone")
        return "x is back"

    def read_examples(self) -> str:
        """Open the examples."""
        icons = len(list((RESOURCES / "icons").glob("*.svg")))
        if not icons:
            raise CheckError(f"no icons in {RESOURCES}")
        self._window.filing.add(OpenFile(path) for path in DIGITS)
        self._wait(lambda: self._window.is_complete)
        images = self._controller.workspace.find("images")
        if images is None or images.shape != (1797, 8, 8):
            raise CheckError(f"images is {images}")
        return f"{len(list(EXAMPLES.rglob('*.*')))} files, {icons} icons"

    def save(self) -> str:
        """Write the session as a script."""
        with TemporaryDirectory() as folder:
            path = Path(folder) / "session.py"
            if not self._window.filing.write(path):
                raise CheckError("the script was not written")
            return f"{len(path.read_text().splitlines())} lines"

    def keep_apart(self) -> str:
        """See that the window has not imported torch."""
        if "torch" in sys.modules:
            raise CheckError("the window imported torch")
        return ""

    def close(self) -> None:
        """End the engine."""
        self._window.hide()
        self._controller.close()

    def _run(self, source: str) -> None:
        if not self._controller.submit(source):
            raise CheckError(f"{source} was refused")
        self._wait(lambda: self._controller.is_settled)

    def _wait(self, happened: Callable[[], bool]) -> None:
        """Let Qt work until something happened."""
        end = time.monotonic() + PATIENCE_SECONDS
        loop, timer = QEventLoop(), QTimer(interval=TURN_MILLISECONDS)
        timer.timeout.connect(loop.quit)
        timer.start()
        while not happened():
            if self._problems:
                raise CheckError(self._problems.pop())
            if self._controller.state is EngineState.STOPPED:
                raise CheckError(self._controller.out_of_step)
            if time.monotonic() > end:
                raise CheckError(f"nothing happened for {PATIENCE_SECONDS:.0f} s")
            loop.exec()

    def _on_problem_raised(self, problem: Problem) -> None:
        self._problems.append(" ".join(filter(None, (problem.what, problem.fix, problem.detail))))


CHECKS: tuple[tuple[str, Callable[[SelfTest], str]], ...] = (
    ("start the engine", SelfTest.start_engine),
    ("create a tensor", SelfTest.create),
    ("draw a heat map", SelfTest.draw),
    ("undo a write in place", SelfTest.undo),
    ("recover from a killed engine", SelfTest.recover),
    ("read the examples", SelfTest.read_examples),
    ("save the script", SelfTest.save),
    ("keep torch out of the window", SelfTest.keep_apart),
)


def run(engine: EngineProcess | None, python: str = "") -> int:
    """Run all checks up to the first that fails; return 0 if none did."""
    test = SelfTest(engine, python)
    try:
        for name, check in CHECKS:
            try:
                found = check(test)
            except CheckError as error:
                print(f"FAIL {name}: {error}")
                return 1
            print(f"ok   {name}" + (f": {found}" if found else ""), flush=True)
    finally:
        test.close()
    return 0
