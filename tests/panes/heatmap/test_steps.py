"""A heat map of a tensor that takes several questions, as a person sees it."""

import math

import pytest
import torch

from explorer.panes.heatmap import TileAsk, probe
from explorer.panes.heatmap.tiles import finder, pyramid, reduce
from explorer.panes.heatmap.tiles.finder import Finder


@pytest.fixture(autouse=True)
def in_small_steps(monkeypatch):
    monkeypatch.setattr(pyramid, "LEAST_CELLS", 1_000_000)
    monkeypatch.setattr(finder, "LEAST_CELLS", 1_000_000)
    monkeypatch.setattr(reduce, "CHUNK", 500_000)
    for name in ("FIRST_SECONDS", "STEP_SECONDS", "PATIENCE_SECONDS", "SOON_SECONDS"):
        monkeypatch.setattr(finder, name, 0.0)
    monkeypatch.setattr(probe, "FINDER", Finder())


@pytest.fixture
def large():
    x = torch.zeros(3000, 2000)
    x[-1, -1], x[-1, 0] = 7.0, math.nan
    return x


def tiles(stage):
    """The answers that wait."""
    return [a for _, a in stage.answers if hasattr(a, "progress") and not hasattr(a, "final")]


def test_the_first_picture_is_called_sampled_and_the_last_exact(qtbot, stage, open_pane, large):
    pane = open_pane()
    badges = []
    pane.drawing._requester.arrived.connect(lambda _: badges.append(pane.page.badge.text()))
    pane.drawing._requester.progressed.connect(lambda _: badges.append(pane.page.badge.text()))
    stage.is_held = True
    stage.show(x=large)
    qtbot.waitUntil(lambda: len(tiles(stage)) == 1)
    stage.answer()
    assert not pane.page.badge.isHidden()
    assert pane.page.badge.text().startswith("Sampled, ")
    assert not pane.is_complete()
    # Neither the hot element nor NaN is known of yet.
    assert pane.page.item.picture.tile.maximum == 0.0
    stage.is_held = False
    stage.answer()
    qtbot.waitUntil(lambda: pane.drawing._requester.is_done, timeout=30_000)
    assert pane.page.badge.text() == "Exact"
    assert pane.page.item.picture.tile.maximum == 7.0
    assert "1 NaN" in pane.page.note.text()
    shares = [int(badge.split()[1]) for badge in badges if badge.startswith("Sampled")]
    assert len(set(shares)) > 2


def test_the_scale_is_held_once_the_range_is_exact(qtbot, stage, open_pane, large):
    pane = open_pane()
    stage.show(x=large)
    qtbot.waitUntil(lambda: pane.drawing._requester.is_done, timeout=30_000)
    assert pane.subject.look.scale.high == 7.0


def test_small_tensors_have_no_badge(qtbot, stage, open_pane):
    pane = open_pane()
    stage.show(x=torch.rand(3, 4))
    qtbot.waitUntil(lambda: pane.drawing._requester.is_done, timeout=30_000)
    assert pane.page.badge.isHidden()


def test_work_on_a_question_that_is_no_longer_asked_stops(qtbot, stage, open_pane, large):
    pane = open_pane()
    stage.is_held = True
    stage.show(x=large)
    qtbot.waitUntil(lambda: len(tiles(stage)) == 1)
    stage.show(y=torch.rand(3, 4))
    asked = []
    send = stage.asks._send
    stage.asks._send = lambda ask: asked.append(ask) or send(ask)
    stage.is_held = False
    stage.answer()
    qtbot.waitUntil(lambda: pane.drawing._requester.is_done, timeout=30_000)
    assert {ask.expression for ask in asked if isinstance(ask, TileAsk)} == {"y"}


def test_a_hidden_pane_asks_no_more_and_goes_on_when_seen(qtbot, stage, open_pane, large):
    pane = open_pane()
    stage.is_held = True
    stage.show(x=large)
    qtbot.waitUntil(lambda: len(tiles(stage)) == 1)
    pane.hide()
    stage.answer()
    assert not tiles(stage)
    stage.is_held = False
    pane.show()
    qtbot.waitUntil(lambda: pane.drawing._requester.is_done, timeout=30_000)
    assert pane.page.badge.text() == "Exact"


def test_a_tensor_that_is_written_all_the_time_is_asked_about_now_and_then(
    qtbot, stage, open_pane, large
):
    pane = open_pane()
    asked = []
    send = stage.asks._send

    def write_and_send(ask):
        asked.append(ask)
        large[0, 0] += 10
        return send(ask)

    stage.asks._send = write_and_send
    stage.show(x=large)
    qtbot.waitUntil(lambda: pane.drawing._requester._again.isActive(), timeout=30_000)
    assert not pane.is_complete()
    assert pane.page.badge.text().startswith("Sampled")
    stage.asks._send = send
    qtbot.waitUntil(lambda: pane.drawing._requester.is_done, timeout=30_000)
    assert pane.page.item.picture.tile.maximum == large[0, 0]
