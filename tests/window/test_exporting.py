"""Exporting a notebook from the window."""

import base64
import json

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QFileDialog

from explorer.window import exporting


@pytest.fixture
def path(tmp_path, monkeypatch):
    """Give the file that the person chooses, typed without its ending."""

    def choose(dialog):
        dialog.selectFile(str(tmp_path / "mine"))
        return 1

    monkeypatch.setattr(QFileDialog, "exec", choose)
    return tmp_path / "mine.ipynb"


@pytest.fixture
def ask_pictures(monkeypatch):
    """Give a function that says what the person does with the dialog; it lists what was offered."""

    def ask(*unchecked, accepted=True):
        offered = []

        def answer(dialog):
            for i in range(dialog.list.count()):
                item = dialog.list.item(i)
                offered.append(item.text())
                if item.text() in unchecked:
                    item.setCheckState(Qt.CheckState.Unchecked)
            return accepted

        monkeypatch.setattr(exporting.PictureDialog, "exec", answer)
        return offered

    return ask


def pictures(path):
    """Return the pictures in a notebook by the source of their cells."""
    return {
        "".join(cell["source"]): QImage.fromData(base64.b64decode(output["data"]["image/png"]))
        for cell in json.loads(path.read_text())["cells"]
        for output in cell.get("outputs", ())
        if output["output_type"] == "display_data"
    }


def test_a_heat_map_goes_under_the_line_that_last_changed_its_tensor(
    window, run, path, ask_pictures
):
    offered = ask_pictures()
    run("x = tensor(2, 2)", "y = 3")
    window.actions_by_id["export-notebook"].trigger()
    assert offered == ["x"]
    found = pictures(path)
    assert list(found) == ["x = tensor(2, 2)"]
    assert found["x = tensor(2, 2)"].size() == window.views.panes[0].size()


def test_a_picture_that_is_not_wanted_stays_out(window, run, path, ask_pictures):
    ask_pictures("x")
    run("x = tensor(2, 2)")
    window.commands.exporting.export_notebook()
    assert pictures(path) == {}
    assert len(json.loads(path.read_text())["cells"]) == 3


def test_nothing_is_written_when_the_person_thinks_better(window, run, path, ask_pictures):
    ask_pictures(accepted=False)
    run("x = tensor(2, 2)")
    window.commands.exporting.export_notebook()
    assert not path.exists()


def test_a_folder_that_is_gone_is_told(window, run, tmp_path):
    run("x = 1")
    assert not window.commands.exporting.write(tmp_path / "gone" / "mine.ipynb", [])
    assert (
        window.centre.problems.heading.text()
        == "mine.ipynb was not saved: No such file or directory."
    )
