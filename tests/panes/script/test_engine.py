"""The script as an editor on a real engine: the tutorial's loop, edited, run from and exported."""

import json
import subprocess
import sys

import pytest
import torch
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from explorer.notebook import to_notebook
from explorer.panes.script import pane
from explorer.panes.script.pane import ScriptPane

pytestmark = pytest.mark.engine
MILLISECONDS = 30_000
LOOP = "while y.data.norm() < 1000:\n    y = y * 2"


@pytest.fixture
def shown(real_controller, qtbot, tmp_path, monkeypatch):
    monkeypatch.setattr(pane, "state_folder", lambda: tmp_path)
    widget = ScriptPane(real_controller)
    qtbot.addWidget(widget)
    widget.resize(600, 500)
    widget.show()
    return widget


@pytest.fixture
def settle(shown, qtbot):
    def settle():
        qtbot.waitUntil(lambda: shown.controller.is_settled, timeout=MILLISECONDS)
        qtbot.waitUntil(shown.is_complete, timeout=MILLISECONDS)

    settle()
    return settle


@pytest.fixture
def run(shown, settle):
    def run(*lines):
        for line in lines:
            shown.entry.set_source(line)
            QTest.mouseClick(shown.panel.run_button, Qt.MouseButton.LeftButton)
            settle()

    return run


def choose(shown, source):
    position = next(i for i, row in enumerate(shown.model.rows) if row.source == source)
    shown.view.setCurrentIndex(shown.model.index(position, 0))
    shown.view.setFocus()


def doubled(limit):
    torch.manual_seed(0)
    y = torch.randn(3) * 2
    while y.norm() < limit:
        y = y * 2
    return f"{y}\n"


def output(shown, source):
    row = next(row for row in shown.model.rows if row.source == source)
    assert row.state == "ran"
    return f"{row.output}\n"


def test_the_tutorials_loop_is_edited_where_it_stands(shown, settle, run):
    run("x = torch.randn(3)", "y = x * 2", LOOP, "print(y)")
    assert output(shown, "print(y)") == doubled(1000)
    choose(shown, LOOP)
    QTest.keyClick(shown.view, Qt.Key.Key_F2)
    shown.desk.editor.entry.set_source(LOOP.replace("1000", "100000"))
    QTest.keyClick(shown.desk.editor.entry, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    settle()
    assert output(shown, "print(y)") == doubled(100000)
    assert shown.controller.out_of_step == ""


def test_run_from_here_goes_as_far_as_it_can(shown, settle, run):
    run("x = torch.zeros(3)", "x.add_(1)", "print(x)")
    choose(shown, "x.add_(1)")
    shown.lines.insert_below()
    QTest.keyClicks(shown.desk.editor.entry, "y = x @ torch.zeros(4)")
    QTest.keyClick(shown.desk.editor.entry, Qt.Key.Key_Return)
    settle()
    assert "failed in the replay" in shown.banner.label.text()
    choose(shown, "x = torch.zeros(3)")
    QTest.keyClick(shown.view, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    settle()
    rows = [(row.source, row.state) for row in shown.model.rows][2:]
    assert rows == [
        ("x = torch.zeros(3)", "ran"),
        ("x.add_(1)", "ran"),
        ("", "cursor"),
        ("y = x @ torch.zeros(4)", "failed"),
        ("print(x)", "undone"),
    ]
    assert shown.controller.out_of_step == ""


def test_run_to_here_takes_back_what_was_written_in_place(shown, settle, run):
    run("x = torch.zeros(3)", "x.add_(1)", "x.add_(1)")
    choose(shown, "x = torch.zeros(3)")
    QTest.keyClick(shown.view, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    settle()
    run("print(x.tolist())")
    assert output(shown, "print(x.tolist())") == "[0.0, 0.0, 0.0]\n"


def test_an_exported_notebook_prints_in_plain_python_what_the_window_showed(shown, run, tmp_path):
    run("x = torch.randn(3)", "y = x * 2", LOOP, "print(y)", "print('done')")
    controller = shown.controller
    controller.edit(
        controller.session.statements[2], "# %% [markdown]\n# **x**\n# %%\n" + "x = torch.randn(3)"
    )
    book = json.loads(to_notebook(controller.session, controller.records))
    code = [cell for cell in book["cells"] if cell["cell_type"] == "code"]
    printed = "".join("".join(o["text"]) for cell in code for o in cell["outputs"])
    script = tmp_path / "cells.py"
    script.write_text("\n".join("".join(cell["source"]) for cell in code))
    ran = subprocess.run([sys.executable, script], capture_output=True, text=True, check=True)
    assert ran.stdout == printed == f"{doubled(1000)}done\n"
    assert [c["source"] for c in book["cells"] if c["cell_type"] == "markdown"] == [["**x**"]]
