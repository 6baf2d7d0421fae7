"""What leaves a heat map of a real engine: files as NumPy reads them, digits as the session prints."""

import numpy as np
import pytest

from explorer.panes.heatmap.pane import HeatmapPane

pytestmark = pytest.mark.engine
MILLISECONDS = 30_000


@pytest.fixture
def show(real_controller, qtbot):
    """Give a function that runs lines and shows an expression."""
    pane = HeatmapPane(real_controller)
    qtbot.addWidget(pane)

    def make(*lines, name="x"):
        for line in lines:
            real_controller.submit(line)
        qtbot.waitUntil(lambda: real_controller.is_settled, timeout=MILLISECONDS)
        real_controller.select(name)
        with qtbot.waitExposed(pane):
            pane.show()
        qtbot.waitUntil(
            lambda: real_controller.is_settled and pane.is_complete(), timeout=MILLISECONDS
        )
        return pane

    return make


def export(qtbot, pane, kind, path):
    pane.exporter.export_to(kind, path)
    qtbot.waitUntil(lambda: not pane.exporter.is_busy, timeout=MILLISECONDS)
    return path


def test_digits_follow_what_the_session_sets(show):
    pane = show("x = torch.tensor([[0.123456, 1000.5]])")
    assert pane.shown_texts() == ("1.2346e-01", "1.0005e+03")
    show("torch.set_printoptions(precision=2, sci_mode=False)")
    assert pane.shown_texts() == ("0.12", "1000.50")
    show('torch.set_printoptions(profile="default", sci_mode=None)')
    show("torch.set_printoptions(sci_mode=True)")
    assert pane.shown_texts() == ("1.2346e-01", "1.0005e+03")


def test_a_large_slice_is_written_in_steps(qtbot, show, tmp_path):
    pane = show("x = torch.arange(2 * 1500 * 1000).reshape(2, 1500, 1000)")
    pane.step_slice(1)
    found = np.load(export(qtbot, pane, "npy", tmp_path / "x.npy"))
    assert np.array_equal(found, np.arange(1_500_000, 3_000_000).reshape(1500, 1000))
    export(qtbot, pane, "csv", tmp_path / "x.csv")
    with (tmp_path / "x.csv").open() as file:
        rows = file.read().splitlines()
    assert len(rows) == 1500
    assert rows[-1] == ",".join(map(str, range(2_999_000, 3_000_000)))


def test_what_an_expression_makes_is_written(qtbot, show, tmp_path):
    pane = show("a = torch.ones(400, 500)", "b = torch.rand(400, 500)", name="a - b")
    found = np.load(export(qtbot, pane, "npy", tmp_path / "d.npy"))
    assert found.shape == (400, 500)
    assert (found >= 0).all()
    assert found.std() > 0.2


def test_the_past_is_written_while_it_is_shown(qtbot, real_controller, show, tmp_path):
    pane = show("x = torch.zeros(3, 4)", "x.add_(1)")
    real_controller.look_back(real_controller.session.done[-2].id)
    qtbot.waitUntil(lambda: pane.shown_values().max() == 0, timeout=MILLISECONDS)
    qtbot.waitUntil(pane.is_complete, timeout=MILLISECONDS)
    found = np.load(export(qtbot, pane, "npy", tmp_path / "x.npy"))
    assert (found == 0).all()
    svg = export(qtbot, pane, "svg", tmp_path / "x.svg").read_text()
    assert "after line 3" in svg
    real_controller.look_back(0)
