"""The console on a real engine."""

import sys

import pytest
from PySide6.QtCore import Qt

from explorer.panes.console.pane import ConsolePane

pytestmark = pytest.mark.engine
MILLISECONDS = 30_000


@pytest.fixture
def controller(request):
    return request.getfixturevalue(getattr(request, "param", "real_controller"))


@pytest.fixture
def pane(controller, qtbot):
    pane = ConsolePane(controller)
    pane.interrupt_requested.connect(controller.interrupt)
    qtbot.addWidget(pane)
    pane.resize(600, 400)
    pane.show()
    qtbot.waitUntil(pane.is_complete, timeout=MILLISECONDS)
    return pane


@pytest.fixture
def console(pane):
    return pane.console


@pytest.fixture
def type_(console, controller, qtbot):
    """Give a function that types a line, lets it run, and returns what then stands below it."""

    def type_(source, *, wait=True):
        before = len(console._control.toPlainText())
        qtbot.keyClicks(console._control, source)
        qtbot.keyClick(console._control, Qt.Key.Key_Return)
        if wait:
            qtbot.waitUntil(
                lambda: controller.is_settled and not console._executing, timeout=MILLISECONDS
            )
        return console._control.toPlainText()[before + len(source) :]

    return type_


def sources(controller):
    return [s.source for s in controller.session.done]


def test_a_typed_line_is_one_of_the_script_and_is_undone_from_copies(type_, controller, qtbot):
    type_("x = torch.ones(3)")
    before = controller.workspace.find("x")
    type_("x.add_(1)")
    assert sources(controller)[-2:] == ["x = torch.ones(3)", "x.add_(1)"]
    with qtbot.assertNotEmitted(controller.replay_progressed):
        controller.undo()
        qtbot.waitUntil(lambda: controller.is_settled)
    after = controller.workspace.find("x")
    assert (after.serial, after.content) == (before.serial, before.content)
    assert controller.out_of_step == ""


def test_a_look_shows_its_value_and_stays_out(type_, controller):
    type_("x = torch.ones(3)")
    count = len(sources(controller))
    assert "tensor([1., 1., 1.])" in type_("x")
    assert len(sources(controller)) == count


def test_what_the_window_runs_is_echoed(type_, controller, console, qtbot):
    qtbot.keyClicks(console._control, "half")
    controller.submit("print('hello')")
    qtbot.waitUntil(lambda: controller.is_settled and "hello\n" in console._control.toPlainText())
    shown = console._control.toPlainText()
    assert "]: print('hello')\nhello\n" in shown
    assert console.input_buffer == "half"


def test_a_magic_that_binds_a_name_is_told_and_a_replay_mends_it(type_, controller, qtbot):
    type_("x = torch.ones(3)")
    assert "Wall time" in type_("%time y_from_magic = x + 1")
    assert controller.out_of_step == "A console command changed y_from_magic outside the script."
    controller.replay()
    qtbot.waitUntil(lambda: controller.is_settled, timeout=MILLISECONDS)
    assert controller.out_of_step == ""
    assert controller.workspace.find("y_from_magic") is None


def test_magics_that_only_tell_leave_the_session_in_step(type_, controller):
    type_("x = torch.ones(3)")
    count = len(sources(controller))
    assert "loop" in type_("%timeit -n1 -r1 x.sum()")
    assert "String form" in type_("x?")
    assert controller.out_of_step == ""
    assert len(sources(controller)) == count


def test_a_magic_that_draws_random_numbers_is_told(type_, controller, qtbot):
    type_("%timeit -n1 -r1 torch.rand(3)")
    assert "random numbers outside the script" in controller.out_of_step
    controller.replay()
    qtbot.waitUntil(lambda: controller.is_settled, timeout=MILLISECONDS)


def test_an_error_is_shown_and_explained(type_, controller, qtbot):
    with qtbot.waitSignal(controller.problem_raised) as raised:
        assert "ZeroDivisionError: division by zero" in type_("1/0")
    assert raised.args[0].cause == "ZeroDivisionError"


def test_input_and_exit_end_neither_engine_nor_window(type_, controller):
    assert "NameError" in type_("exit()")
    assert "StdinNotImplementedError" in type_("input()")
    assert controller.is_settled


def test_a_flood_is_trimmed(type_):
    shown = type_("print(*range(100_000), sep=chr(10))")
    assert "lines not shown]" in shown
    assert "\n99999\n" in shown


@pytest.mark.skipif(sys.platform == "win32", reason="interrupts differ there")
def test_control_c_stops_a_loop_and_completion_answers_meanwhile(type_, controller, console, qtbot):
    with qtbot.waitSignal(controller.output_changed, timeout=MILLISECONDS):
        type_("print('begun', flush=True); exec('while True: pass')", wait=False)
    ticket = controller.request("complete_request", {"code": "torch.randn_l", "cursor_pos": 13})

    def is_reply(message):
        return message["parent_header"].get("msg_id") == ticket

    with qtbot.waitSignal(
        controller.message_arrived, timeout=MILLISECONDS, check_params_cb=is_reply
    ) as reply:
        pass
    assert "randn_like" in reply.args[0]["content"]["matches"][0]
    qtbot.keyClick(console._control, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: controller.is_settled and not console._executing, timeout=MILLISECONDS)
    assert "KeyboardInterrupt" in console._control.toPlainText()


@pytest.mark.parametrize("controller", ["mortal_controller"], indirect=True)
def test_a_line_that_ends_the_engine_stays_marked(type_, controller, console):
    type_("kept = 41")
    shown = type_("import os; os._exit(9)")
    assert "It exited with status 9." in shown
    assert "The engine was started again." in shown
    attempt = controller.session.attempts[-1]
    assert (attempt.source, attempt.outcome) == ("import os; os._exit(9)", "killed")
    assert controller.workspace.entries["kept"].summary == "41"
    assert "kept" in type_("print('kept', kept)")
