"""A main window on a fake engine, with small panes."""

import pytest
from PySide6.QtWidgets import QMessageBox

from explorer.window.controller import Controller, EngineState
from explorer.window.main import MainWindow
from explorer.window.settings import Settings
from tests.fake_link import FakeLink
from tests.window.fake_panes import PANES


@pytest.fixture
def link(qapp):
    return FakeLink()


@pytest.fixture
def controller(link):
    return Controller(link)


@pytest.fixture
def make_window(qtbot, controller, link, theme):
    """Give a function that makes a window whose engine has started; every answer is delivered."""
    windows = []

    def make(settings=None, journal=None, panes=PANES):
        window = MainWindow(controller, settings or Settings(), theme, journal, panes=panes)
        windows.append(window)
        qtbot.addWidget(window, before_close_func=_forget_changes)
        window.resize(1024, 700)
        window.show()
        if controller.state is EngineState.STARTING:
            controller.start()
        link.deliver_all()
        window.start_panes()
        window.start_views()
        return window

    return make


def _forget_changes(window):
    window.filing.may_leave = _yes


def _yes():
    return True


@pytest.fixture
def window(make_window):
    return make_window()


@pytest.fixture
def run(controller, link):
    """Give a function that runs lines to their end."""

    def run(*lines):
        for line in lines:
            controller.submit(line)
            link.deliver_all()

    return run


@pytest.fixture
def answer(monkeypatch):
    """Give a function that says how the person answers "Save the session?"; it counts the questions."""
    asked = []

    def answer(button):
        def question(*_):
            asked.append(button)
            return button

        monkeypatch.setattr(QMessageBox, "question", question)
        return asked

    return answer
