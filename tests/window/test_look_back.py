"""Looking back: which line's values are shown, and what returns to now."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from explorer.panes.script import pane as script_pane
from explorer.panes.script.pane import ScriptPane
from explorer.panes.tensors.pane import TensorsPane
from explorer.session import Document, Session


@pytest.fixture
def ran(controller, link, run):
    controller.start()
    link.deliver_all()
    run("x = tensor(2)", "y = 1", "z = 2")
    return controller


def line(controller, number):
    return controller.session.statements[number - 1].id


def told(controller):
    moments = []
    controller.as_of_changed.connect(lambda: moments.append(controller.as_of))
    return moments


def test_one_looks_back_at_a_line_and_returns(ran):
    moments, third = told(ran), line(ran, 3)
    ran.look_back(third)
    ran.look_back(third)
    ran.look_back(0)
    assert moments == [third, 0]


def test_the_last_line_is_now(ran):
    ran.look_back(line(ran, 5))
    assert ran.as_of == 0


def test_a_line_that_has_not_run_is_not_looked_back_at(ran, link):
    undone = line(ran, 5)
    ran.undo()
    link.deliver_all()
    ran.look_back(undone)
    assert ran.as_of == 0
    ran.look_back(10**6)
    assert ran.as_of == 0


def test_a_line_that_is_submitted_returns_to_now_before_it_runs(ran, link):
    ran.look_back(line(ran, 3))
    ran.submit("w = 3")
    assert ran.as_of == 0
    ran.look_back(line(ran, 3))
    assert ran.as_of == 0
    link.deliver_all()


@pytest.mark.parametrize("what", ["undo", "replay", "restart"])
def test_whatever_changes_the_values_returns_to_now(ran, link, what):
    ran.look_back(line(ran, 3))
    getattr(ran, what)()
    assert ran.as_of == 0
    link.deliver_all()
    assert ran.as_of == 0


def test_a_line_that_is_deleted_is_not_looked_back_at(ran, link):
    ran.records[line(ran, 4)] = type(ran.records[line(ran, 4)])(seconds=9.0)
    ran.look_back(line(ran, 3))
    ran.delete(ran.session.statements[2])
    assert ran.out_of_step
    assert ran.as_of == 0


def test_another_document_begins_at_now(ran, link):
    ran.look_back(line(ran, 3))
    ran.open(Document(Session.from_source("a = 1\nb = 2")))
    link.deliver_all()
    assert ran.as_of == 0


# --- the Script pane ----------------------------------------------------------------------------


@pytest.fixture
def script(ran, qtbot, tmp_path, monkeypatch):
    monkeypatch.setattr(script_pane, "state_folder", lambda: tmp_path)
    pane = ScriptPane(ran)
    qtbot.addWidget(pane)
    pane.resize(600, 500)
    pane.show()
    qtbot.waitUntil(pane.is_complete)
    return pane


def click(script, position):
    rect = script.view.visualRect(script.model.index(position, 0))
    QTest.mouseClick(script.view.viewport(), Qt.MouseButton.LeftButton, pos=rect.center())


def test_a_click_on_a_line_looks_back_and_the_cursor_returns(script, ran, qtbot):
    click(script, 2)
    assert ran.as_of == line(ran, 3)
    qtbot.waitUntil(script.banner.isVisible)
    assert script.banner.label.text() == "Values as of line 3 (Esc: now)"
    click(script, script.model.position(("cursor", 0)))
    assert ran.as_of == 0
    assert not script.banner.isVisible()


def test_the_key_looks_back_and_escape_returns(script, ran, qtbot):
    script.view.setFocus()
    script.view.setCurrentIndex(script.model.index(3, 0))
    script.activateWindow()
    qtbot.waitUntil(script.view.hasFocus)
    QTest.keyClick(script.view, Qt.Key.Key_T)
    assert ran.as_of == line(ran, 4)
    QTest.keyClick(script.view, Qt.Key.Key_Escape)
    assert ran.as_of == 0


def test_the_banner_returns_to_now(script, ran, qtbot):
    click(script, 2)
    qtbot.waitUntil(script.banner.isVisible)
    assert script.banner.button.text() == "Show now"
    QTest.mouseClick(script.banner.button, Qt.MouseButton.LeftButton)
    assert ran.as_of == 0


# --- the Tensors pane ---------------------------------------------------------------------------


def test_the_list_says_that_it_does_not_look_back(ran, qtbot):
    pane = TensorsPane(ran)
    qtbot.addWidget(pane)
    pane.show()
    assert not pane.moment.isVisible()
    ran.look_back(line(ran, 3))
    assert pane.moment.isVisible()
    assert pane.moment.text() == "Heat maps show line 3; this list shows now"
    ran.look_back(0)
    assert not pane.moment.isVisible()
