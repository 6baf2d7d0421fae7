"""The program as a whole, as a person starts it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtGui import QImage

from explorer import app
from explorer.paths import EXAMPLES
from explorer.window.process import EngineProcess

DIGITS = EXAMPLES / "digits"


def start(arguments, folder, **environment):
    """Run the program to its end, away from any display."""
    hidden = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    kept = {k: v for k, v in os.environ.items() if k not in hidden}
    code = "import sys; from explorer.app import main; sys.exit(main(sys.argv[1:]))"
    root = Path(app.__file__).resolve().parent.parent
    return subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
        env=kept | {"PYTHONPATH": str(root)} | environment,
    )


@pytest.mark.engine
def test_without_a_display_the_digits_are_drawn_and_listed(tmp_path):
    ran = start([], tmp_path)
    assert (ran.returncode, ran.stderr) == (0, "")
    first, *tensors, last = ran.stdout.splitlines()
    assert first.endswith(str(tmp_path / "tensor-explorer.png"))
    assert "  images  [1797, 8, 8]  float32  cpu" in tensors
    assert any('weights["' in line for line in tensors)
    assert "ssh -X" in last
    assert "xvfb-run" in last
    image = QImage(str(tmp_path / "tensor-explorer.png"))
    assert (image.width(), image.height()) == (1280, 800)


@pytest.mark.engine
def test_a_picture_shows_what_was_opened_and_a_line_that_fails(tmp_path):
    state = tmp_path / "state"
    arguments = [
        DIGITS / "images.npy",
        "--exec",
        "mean = images.mean(0)",
        "--exec",
        "mean @ images[0, 0, :3]",
    ]
    ran = start(
        [
            *arguments,
            "--screenshot",
            "out.png",
            "--size",
            "1024x700",
            "--theme",
            "dark",
            "--pane",
            "script",
        ],
        tmp_path,
        XDG_STATE_HOME=str(state),
        XDG_CONFIG_HOME=str(state),
    )
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "", "")
    image = QImage(str(tmp_path / "out.png"))
    assert (image.width(), image.height()) == (1024, 700)
    assert image.pixelColor(2, image.height() - 2).lightness() < 60
    colours = {image.pixel(x, y) for x in range(0, 1024, 2) for y in range(0, 700, 2)}
    assert len(colours) > 50
    assert not list(state.rglob("*.json"))
    assert not list(state.rglob("*.ini"))


def test_a_python_that_is_not_there_is_told_of(tmp_path):
    ran = start(["--python", tmp_path / "none", "--screenshot", "out.png"], tmp_path)
    assert ran.returncode == 1
    assert str(tmp_path / "none") in ran.stderr
    assert "Traceback" not in ran.stderr


class FakeProcess:
    pid = 1

    def __init__(self):
        self.ended = False

    def poll(self):
        return None

    def kill(self):
        self.ended = True

    def wait(self):
        return 0


def test_a_missing_system_library_is_named_and_no_engine_is_left(monkeypatch, capsys, tmp_path):
    class Finder:
        @staticmethod
        def find_spec(name, *_):
            if name == "explorer.window.program":
                raise ImportError("libEGL.so.1: cannot open shared object file: No such file")

    process = FakeProcess()
    folder = tmp_path / "engine"
    folder.mkdir()
    monkeypatch.setattr(app, "spawn", lambda _python: EngineProcess(process, folder))
    monkeypatch.setattr(app, "has_display", lambda: True)
    monkeypatch.setattr(app, "missing_x11_libraries", list)
    monkeypatch.delitem(sys.modules, "explorer.window.program", raising=False)
    monkeypatch.setattr(sys, "meta_path", [Finder, *sys.meta_path])
    assert app.main([]) == 2
    error = capsys.readouterr().err
    assert "libEGL.so.1" in error
    assert "sudo apt-get install libegl1" in error
    assert len(error.splitlines()) == 1
    assert process.ended
    assert not folder.exists()


def test_missing_x11_libraries_are_told_before_anything_starts(monkeypatch, capsys):
    started = []
    monkeypatch.setattr(app, "spawn", started.append)
    monkeypatch.setattr(app, "has_display", lambda: True)
    monkeypatch.setattr(app, "missing_x11_libraries", lambda: ["libxcb-cursor.so.0"])
    assert app.main([]) == 2
    assert "libxcb-cursor0" in capsys.readouterr().err
    assert started == []


def test_what_a_slot_raises_is_shown_to_the_person(qtbot, qapp, capsys, monkeypatch):
    from explorer.cli import Options
    from explorer.window import program as module

    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    program = module.Program(Options(theme="light"), None, None)
    qtbot.addWidget(program.window)
    told = []
    program.controller.problem_raised.connect(told.append)
    try:
        raise ValueError("a mistake of ours")  # noqa: TRY301 - it needs a traceback
    except ValueError as error:
        sys.excepthook(ValueError, error, error.__traceback__)
    assert told[0].what == "Tensor Explorer made a mistake: a mistake of ours"
    assert "test_app.py" in told[0].detail
    assert "a mistake of ours" in capsys.readouterr().err
    program.controller.close()
