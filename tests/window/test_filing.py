"""Opening and saving from the window."""

import errno
import os
import subprocess
import sys

import numpy as np
import pytest
from PySide6.QtWidgets import QFileDialog, QMessageBox

from explorer.window import files
from explorer.window.filing import OpenFile, RunLine

BUTTONS = QMessageBox.StandardButton


@pytest.fixture
def filing(window, qtbot, link):
    """Give the window's filing, and carry out its steps."""

    def carry_out():
        qtbot.waitUntil(_delivered)

    def _delivered():
        link.deliver_all()
        return window.filing.is_done and window.controller.is_settled

    window.filing.carry_out = carry_out
    return window.filing


def test_save_asks_for_a_file_once_and_then_writes_there(
    filing, controller, run, tmp_path, monkeypatch
):
    path = tmp_path / "mine.py"
    asked = []

    def choose(dialog):
        asked.append(1)
        dialog.selectFile(str(path.with_suffix("")))
        return 1

    monkeypatch.setattr(QFileDialog, "exec", choose)
    run("a = 1")
    assert filing.save()
    assert "a = 1" in path.read_text()
    run("b = 2")
    assert controller.document.dirty
    assert filing.save()
    assert len(asked) == 1
    assert not controller.document.dirty
    assert path.read_text() == controller.session.to_source()


def test_what_was_saved_runs_by_itself(filing, run, tmp_path):
    run("a = 20", "print(a + 1)")
    path = tmp_path / "mine.py"
    assert filing.write(path)
    script = path.read_text().replace("import torch\ntorch.manual_seed(0)\n", "")
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert ran.stdout == "21\n"


def test_a_full_disk_is_told_and_the_session_stays_unsaved(
    filing, window, controller, run, tmp_path, monkeypatch
):
    path = tmp_path / "mine.py"
    path.write_text("old")

    def full(_descriptor):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(files.os, "fsync", full)
    run("a = 1")
    assert not filing.write(path)
    assert path.read_text() == "old"
    assert controller.document.dirty
    assert (
        window.centre.problems.heading.text() == "mine.py was not saved: No space left on device."
    )


def test_an_opened_script_that_could_do_anything_is_shown_and_not_run(filing, controller, tmp_path):
    path = tmp_path / "theirs.py"
    path.write_text("a = 1\nb = open('c').read()\n")
    filing.open([path])
    filing.carry_out()
    assert [s.source for s in controller.session.statements] == ["a = 1", "b = open('c').read()"]
    assert controller.session.cursor == 0
    assert controller.workspace.entries == {}


def test_an_opened_script_that_only_computes_runs_and_stays_as_it_is_written(
    filing, controller, tmp_path
):
    path = tmp_path / "theirs.py"
    path.write_text("# One.\na=( 1 )  # of all\n\n\nb = -a; c = (b,\n     a)\n# The end.\n")
    filing.open([path])
    filing.carry_out()
    assert set(controller.workspace.entries) == {"a", "b", "c"}
    assert controller.session.to_source() == path.read_text()
    assert not controller.document.dirty


def test_a_script_beside_a_module_that_could_do_anything_is_not_run(filing, controller, tmp_path):
    (tmp_path / "numpy.py").write_text("import os\n")
    path = tmp_path / "theirs.py"
    path.write_text("a = 1\n")
    filing.open([path])
    filing.carry_out()
    assert controller.session.cursor == 0
    assert controller.workspace.entries == {}


def test_a_script_that_may_run_runs(filing, controller, tmp_path):
    path = tmp_path / "mine.py"
    path.write_text("a = 1\n")
    filing.add([OpenFile(path, run=True), RunLine("b = a + 1")])
    filing.carry_out()
    assert set(controller.workspace.entries) == {"a", "b"}


def test_an_array_becomes_a_line_of_its_own(filing, controller, tmp_path):
    path = tmp_path / "some-data.npy"
    np.save(path, np.zeros((2, 3), np.float32))
    filing.open([path])
    filing.carry_out()
    lines = [a.source for a in controller.session.attempts] + [
        s.source for s in controller.session.done
    ]
    assert any(str(path) in line and 'mmap_mode="c"' in line for line in lines)


@pytest.mark.parametrize("name", ["none.npy", "none.py", "odd.xyz"])
def test_a_file_that_does_not_open_is_explained(filing, window, tmp_path, name):
    if name == "odd.xyz":
        (tmp_path / name).write_text("?")
    filing.open([tmp_path / name])
    filing.carry_out()
    assert window.centre.problems.isVisible()
    assert name in window.centre.problems.heading.text()


@pytest.mark.parametrize(
    ("button", "gone"), [(BUTTONS.Cancel, False), (BUTTONS.Discard, True), (BUTTONS.Save, True)]
)
def test_a_new_session_asks_about_unsaved_lines(
    filing, controller, run, answer, tmp_path, button, gone
):
    path = tmp_path / "mine.py"
    filing.write(path)
    run("a = 1")
    asked = answer(button)
    filing.new()
    filing.carry_out()
    assert len(asked) == 1
    assert ("a" not in controller.workspace.entries) == gone
    assert ("a = 1" in path.read_text()) == (button == BUTTONS.Save)


def test_recent_files_are_in_the_menu_newest_first(filing, window, tmp_path):
    for name in ("one.py", "two.py"):
        (tmp_path / name).write_text("a = 1\n")
        filing.open([tmp_path / name])
        filing.carry_out()
    texts = [action.text() for action in window.menu_bar.recent.actions() if action.data()]
    assert texts == [str(tmp_path / "two.py"), str(tmp_path / "one.py")]
    window.menu_bar.recent.actions()[-1].trigger()
    assert window.menu_bar.recent.isEnabled() is False


def test_the_autograd_example_runs_and_has_no_file_of_its_own(filing, controller):
    filing.open_autograd()
    filing.carry_out()
    assert controller.document.path == ""
    assert any("backward" in s.source for s in controller.session.statements)
