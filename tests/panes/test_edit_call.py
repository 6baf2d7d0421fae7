"""A line of the script reopens the form that makes it."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from explorer.panes.create.pane import CreatePane


@pytest.fixture
def pane(qtbot, controller):
    pane = CreatePane(controller)
    pane.submitted.connect(controller.submit)
    pane.resize(300, 640)
    qtbot.addWidget(pane)
    pane.show()
    qtbot.waitExposed(pane)
    return pane


@pytest.fixture
def opened(pane, controller):
    """Give a function that adds a line to the script and opens its form."""

    def open_line(source):
        number, session = controller.session.reserve()
        controller._book.set_session(session.insert(source, number))
        pane.open_line(controller.session.statements[-1])
        return pane

    return open_line


def sources(controller):
    return [s.source for s in controller.session.statements][2:]


def test_the_form_is_filled_in_as_the_line_stands(opened):
    pane = opened("m = torch.full((2, 3), 7, dtype=torch.int64)")
    assert pane.operator.path == "torch.full"
    assert pane.form.texts()["size"] == "2, 3"
    assert pane.form.texts()["dtype"] == "int64"
    assert pane.foot.name_field.text() == "m"
    assert pane.foot.line.toPlainText() == "m = torch.full((2, 3), 7, dtype=torch.int64)"
    assert pane.opened.replace_button.text() == "Replace line 3"
    assert (pane.opened.replace_button.isVisible(), pane.foot.button.text()) == (True, "Add line")


def test_the_line_is_replaced_under_its_comments(opened, controller):
    pane = opened("# why\nm = torch.zeros(2, 3)")
    pane.fill({"size": "4"})
    QTest.mouseClick(pane.opened.replace_button, Qt.MouseButton.LeftButton)
    assert sources(controller) == ["# why\nm = torch.zeros(4)"]
    assert (pane.opened.replace_button.isVisible(), pane.foot.button.text()) == (False, "Create")
    assert pane.foot.name_field.text() == "x"


def test_control_enter_replaces(opened, controller):
    pane = opened("m = torch.zeros(2, 3)")
    pane.choose("torch.ones")
    pane.fill({"size": "5"})
    QTest.keyClick(pane.foot.name_field, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert sources(controller) == ["m = torch.ones(5)"]


def test_a_line_like_it_is_added(opened, controller, link, qtbot):
    pane = opened("m = torch.zeros(2, 3)")
    pane.foot.name_field.setText("n")
    with qtbot.waitSignal(pane.submitted) as signal:
        QTest.mouseClick(pane.foot.button, Qt.MouseButton.LeftButton)
    assert signal.args == ["n = torch.zeros(2, 3)"]
    assert sources(controller)[0] == "m = torch.zeros(2, 3)"
    assert not pane.opened.replace_button.isVisible()


def test_cancel_leaves_the_line_alone(opened, controller):
    pane = opened("m = torch.zeros(2, 3)")
    QTest.mouseClick(pane.opened.leave_button, Qt.MouseButton.LeftButton)
    assert sources(controller) == ["m = torch.zeros(2, 3)"]
    assert (pane.opened.replace_button.isVisible(), pane.foot.name_field.text()) == (False, "x")


def test_a_line_that_is_gone_can_not_be_replaced(opened, controller):
    pane = opened("m = torch.zeros(2, 3)")
    controller.delete(controller.session.statements[-1])
    assert not pane.opened.replace_button.isVisible()


def test_the_number_follows_the_line(opened, controller):
    pane = opened("m = torch.zeros(2, 3)")
    controller.delete(controller.session.statements[1])
    assert pane.opened.replace_button.text() == "Replace line 2"


def test_a_line_whose_tensor_is_an_expression_is_reopened_and_replaced(opened, controller):
    pane = opened("m = torch.tril(gone * 2)")
    assert pane.form.texts()["input"] == "gone * 2"
    pane.fill({"input": "gone[0]"})
    QTest.mouseClick(pane.opened.replace_button, Qt.MouseButton.LeftButton)
    assert sources(controller) == ["m = torch.tril(gone[0])"]


def test_a_name_that_is_gone_by_now_stays_in_the_line_that_used_it(opened):
    pane = opened("m = torch.tril(gone)")
    assert pane.foot.line.toPlainText() == "m = torch.tril(gone)"
    pane.opened.leave()
    pane.fill({"diagonal": "1"})
    assert pane.form.hints["input"].words == "gone is not in the workspace"


def test_selecting_a_tensor_leaves_the_opened_form_alone(opened, controller, link):
    for line in ("a = tensor(2, 2)", "b = tensor(2, 2)"):
        controller.submit(line)
        link.deliver_all()
    pane = opened("m = torch.zeros_like(a)")
    controller.select("b")
    assert pane.foot.line.toPlainText() == "m = torch.zeros_like(a)"
