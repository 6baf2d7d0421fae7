"""Panes under test draw each change at once, on an engine that the test delivers for."""

import gc

import pytest
from PySide6.QtCore import QCoreApplication, QEvent

from explorer.window.controller import Controller
from explorer.window.pane import Pane
from tests.fake_link import FakeLink

KEPT_OBJECTS = 50_000
"""So many may be garbage until they are collected."""


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


@pytest.fixture(autouse=True)
def _closed_panes_are_deleted():
    """Let Qt delete what the test closed before Python's collector empties it, and not meanwhile.

    PySide's wrappers must not be collected while Qt is in the midst of moving their widgets.
    """
    gc.disable()
    yield
    if QCoreApplication.instance():
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.enable()
    if gc.get_count()[0] > KEPT_OBJECTS:
        gc.collect()
