"""Panes under test draw each change at once, on an engine that the test delivers for."""

import pytest

from explorer.window.controller import Controller
from explorer.window.pane import Pane
from tests.fake_link import FakeLink


@pytest.fixture(autouse=True)
def _no_patience(monkeypatch):
    monkeypatch.setattr(Pane, "patience_ms", lambda _self: 0)


@pytest.fixture
def link(qapp):
    return FakeLink()


@pytest.fixture
def controller(link):
    """Give a controller whose engine has started."""
    controller = Controller(link)
    controller.start()
    link.deliver_all()
    return controller
