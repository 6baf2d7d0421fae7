"""Panes under test draw each change at once."""

import pytest

from explorer.window.pane import Pane


@pytest.fixture(autouse=True)
def _no_patience(monkeypatch):
    monkeypatch.setattr(Pane, "patience_ms", lambda _self: 0)
