"""Presentation fills the screen and gives everything back."""

import pytest

from explorer.window.scale import Scale, px, start_at
from explorer.window.settings import Preferences


@pytest.fixture(autouse=True)
def _same_size(qapp):
    font = qapp.font()
    yield
    assert qapp.font() == font


def look(window):
    docks = {n: (d.isVisible(), d.geometry(), d.isFloating()) for n, d in window.docks.items()}
    return docks, window.geometry(), window.windowState(), buttons(window), window.font()


def buttons(window):
    return [action.objectName() for action in window.toolbar.actions()]


@pytest.fixture
def settled(window, qtbot):
    """Give a function that waits until the window was made anew."""
    window.resize(700, 600)

    def settle(action):
        before = window.toolbar
        action()
        qtbot.waitUntil(lambda: window.toolbar is not before and not window._renewing.isActive())
        qtbot.waitUntil(lambda: not window.presentation._settled.isActive())

    settle(window.renew_soon)
    return settle


def test_presentation_is_larger_without_clutter_and_goes_back_exactly(window, settled, qapp):
    window.docks["create"].setFloating(False)
    before, size = look(window), window.font().pointSizeF()
    settled(window.actions_by_id["presentation"].trigger)
    assert window.isFullScreen()
    assert window.font().pointSizeF() == pytest.approx(1.5 * size)
    assert not window.menuBar().isVisible()
    assert "presentation" in buttons(window)
    assert "save" not in buttons(window)
    assert not window.docks["create"].isVisible()
    assert window.toolbar.iconSize().width() == 24
    settled(window.actions_by_id["presentation"].trigger)
    assert look(window) == before
    assert window.menuBar().isVisible()


def test_a_window_closed_in_presentation_is_kept_as_it_was_before(window, settled):
    kept = window.presentation.kept()
    settled(window.presentation.enter)
    assert window.presentation.kept() == kept
    settled(window.presentation.leave)


def test_reset_layout_ends_the_presentation(window, settled):
    settled(window.presentation.enter)
    settled(window.actions_by_id["reset-layout"].trigger)
    assert not window.isFullScreen()
    assert all(dock.isVisible() for dock in window.docks.values())


def test_a_scale_that_is_chosen_is_seen_at_once(window, settled):
    size = window.font().pointSizeF()
    settled(lambda: window.tuning.prefer(Preferences(scale_percent=200)))
    assert window.font().pointSizeF() == pytest.approx(2 * size)
    assert window.toolbar.iconSize().width() == 32
    settled(lambda: window.tuning.prefer(Preferences()))
    assert window.font().pointSizeF() == pytest.approx(size)


def test_what_qt_scales_from_the_start_is_not_scaled_again(qapp):
    scale = Scale(qapp, started_percent=150)
    scale.choose(150)
    assert px(16) == 16
    scale.choose(300)
    assert px(16) == 32
    scale.choose(150)


def test_the_start_leaves_the_environment_of_the_engine_alone(monkeypatch):
    import os

    for before, within in ((None, "1.5"), ("2", "3"), ("x", "1.5")):
        if before is None:
            monkeypatch.delenv("QT_SCALE_FACTOR", raising=False)
        else:
            monkeypatch.setenv("QT_SCALE_FACTOR", before)
        with start_at(150):
            assert os.environ["QT_SCALE_FACTOR"] == within
        assert os.environ.get("QT_SCALE_FACTOR") == before
