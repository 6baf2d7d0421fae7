"""The status bar says in words what the engine does."""

import pytest
from PySide6.QtWidgets import QMainWindow

from explorer.window import status as module
from explorer.window.status import StatusBar


@pytest.fixture
def now(monkeypatch):
    """Give a clock that a test sets."""
    seconds = [0.0]
    monkeypatch.setattr(module.time, "monotonic", lambda: seconds[0])
    return seconds


@pytest.fixture
def status(controller, qtbot, now):
    window = QMainWindow()
    qtbot.addWidget(window)
    bar = StatusBar(controller, window)
    window.setStatusBar(bar)
    yield bar
    del window  # it must live as long as the test


def test_it_follows_the_engine(status, controller, link, now):
    assert status.engine.text() == "Engine starting ..."
    controller.start()
    link.deliver_all()
    assert status.engine.text() == "Engine idle"
    assert status.version.text() == "torch 2.0"
    assert status.device.text() == "cpu 0 MiB"
    controller.submit("a = 1")
    assert status.engine.text() == "Engine idle"
    now[0] = 2.14
    status._tick.timeout.emit()
    assert status.engine.text() == "Running 2.1 s"
    link.deliver_all()
    assert status.engine.text() == "Engine idle"


def test_a_line_that_does_not_stop_can_be_killed(status, controller, link, qtbot):
    controller.start()
    link.deliver_all()
    controller.submit("a = 1")
    status.interrupt_requested()
    assert status._patience.isActive()
    assert not status.kill.isVisible()
    status._patience.timeout.emit()
    assert status.kill.isVisibleTo(status)
    status.kill.click()
    assert link.starts == 2
    assert not status.kill.isVisibleTo(status)


def test_kill_is_not_offered_for_a_line_that_stopped(status, controller, link):
    controller.start()
    link.deliver_all()
    controller.submit("a = 1")
    status.interrupt_requested()
    link.deliver_all()
    assert not status._patience.isActive()
    status.offer_kill()
    assert not status.kill.isVisibleTo(status)


def test_it_says_when_values_and_script_differ(status, controller, link):
    controller.start()
    link.deliver_all()
    for line in ("def save(): return 1", "f = save()", "b = 1"):
        controller.submit(line)
        link.deliver_all()
    controller.delete(controller.session.statements[-1])
    link.deliver_all()
    assert status.engine.text() == "Engine idle, out of step"
    assert "writes a file" in status.engine.toolTip()


def test_a_click_on_the_device_asks_for_all_of_them(status, controller, link, qtbot):
    controller.start()
    link.deliver_all()
    with qtbot.waitSignal(status.device_clicked):
        status.device.click()
