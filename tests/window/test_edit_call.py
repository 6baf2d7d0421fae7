"""From a line in Script to the form that makes it."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from explorer.panes.script import pane as script
from explorer.window import docking
from tests.window import fake_panes


@pytest.fixture
def window(make_window, monkeypatch, tmp_path):
    monkeypatch.setattr(script, "state_folder", lambda: tmp_path)
    real = [row for row in docking.PANES if row.name in ("script", "create", "operate", "tensors")]
    fake = [row for row in fake_panes.PANES if row.name == "heatmap"]
    return make_window(panes=(*real, *fake))


def test_f4_on_a_line_opens_its_form_to_replace_it(window, controller, qtbot):
    number, session = controller.session.reserve()
    controller._book.set_session(session.insert("m = torch.zeros(2, 3)", number))
    pane, create = window.docks["script"].pane, window.docks["create"].pane
    qtbot.waitUntil(pane.is_complete)
    pane.view.setCurrentIndex(pane.model.index(2, 0))
    window.docks["create"].hide()
    pane.view.setFocus()
    QTest.keyClick(pane.view, Qt.Key.Key_F4)
    assert window.docks["create"].isVisible()
    assert create.opened.replace_button.text() == "Replace line 3"
    create.fill({"size": "7"})
    QTest.mouseClick(create.opened.replace_button, Qt.MouseButton.LeftButton)
    assert controller.session.statements[2].source == "m = torch.zeros(7)"


def test_f4_on_a_line_of_an_operator_opens_operate(window, controller, qtbot, run):
    run("x = tensor(2, 3)", "y = tensor(2, 3)")
    number, session = controller.session.reserve()
    controller._book.set_session(session.insert("z = x + y", number))
    pane, operate = window.docks["script"].pane, window.docks["operate"].pane
    qtbot.waitUntil(pane.is_complete)
    pane.view.setCurrentIndex(pane.model.index(4, 0))
    pane.view.setFocus()
    QTest.keyClick(pane.view, Qt.Key.Key_F4)
    assert operate.is_in_sight()
    assert operate.foot.line.toPlainText() == "z = x + y"
    QTest.mouseClick(operate.operators.way_row.buttons["symbol"], Qt.MouseButton.LeftButton)
    operate.foot.name_field.setText("w")
    QTest.mouseClick(operate.opened.replace_button, Qt.MouseButton.LeftButton)
    assert controller.session.statements[4].source == "w = x + y"
