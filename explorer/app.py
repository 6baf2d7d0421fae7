"""Starts the program: the engine first, then the window, the rest after the first paint."""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from explorer.cli import parse
from explorer.display import has_display, library_of, missing_text, missing_x11_libraries
from explorer.text import tr
from explorer.window.process import EngineProcess, saved_python, spawn

if TYPE_CHECKING:
    from explorer.window.program import Program

PICTURE = Path("tensor-explorer.png")
CANNOT_START = 2


def main(argv: list[str] | None = None) -> int:
    """Run the command line; return the exit status."""
    options = parse(sys.argv[1:] if argv is None else argv)
    alone = not (options.screenshot or options.self_test or has_display())
    if alone or options.screenshot or options.self_test:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    missing = missing_x11_libraries()
    if missing:
        return _refuse(missing)
    python = options.python
    if not (alone or options.screenshot or options.self_test):
        python = python or saved_python()
    engine = _spawn(python)  # before Qt is imported: both take time to load
    try:
        from explorer.window.program import Program
    except ImportError as error:
        _end(engine)
        library = library_of(error)
        if not library:
            raise
        return _refuse([library])
    if options.self_test:
        from explorer.self_test import run

        return run(engine, options.python)
    program = Program(options, engine, PICTURE if alone else options.screenshot)
    status = program.run()
    if alone and not status:
        _tell(program)
    return status


def _spawn(python: str) -> EngineProcess | None:
    """Return a new engine; None if it can't be started, which the window tells once it is there."""
    try:
        return spawn(python)
    except OSError:
        return None


def _end(engine: EngineProcess | None) -> None:
    if engine is not None:
        engine.kill()
        engine.process.wait()
        engine.remove_folder()


def _refuse(libraries: list[str]) -> int:
    print(missing_text(libraries), file=sys.stderr)
    return CANNOT_START


def _tell(program: "Program") -> None:
    """Print what a person sees who has no display."""
    print(
        tr("There is no display here, so the window was drawn to {path}", path=PICTURE.absolute())
    )
    for line in program.tensor_lines():
        print(f"  {line}")
    print(
        tr(
            "To get a real window, run this in a desktop session, over `ssh -X`, "
            "or in a virtual display: `xvfb-run {program}`.",
            program=Path(sys.executable).name
            if getattr(sys, "frozen", False)
            else "python main.py",
        )
    )
