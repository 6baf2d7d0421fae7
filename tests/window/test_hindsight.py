"""Lines run again for a look, on a real engine: what was, at once, and never in the way."""

import pytest
import torch

from explorer.panes.heatmap.pane import HeatmapPane

pytestmark = pytest.mark.engine
MILLISECONDS = 30_000


@pytest.fixture
def controller(real_controller):
    return real_controller


@pytest.fixture
def run(controller, qtbot):
    def run(*lines):
        for line in lines:
            controller.submit(line)
            qtbot.waitUntil(lambda: controller.is_settled, timeout=MILLISECONDS)

    return run


@pytest.fixture
def pane(controller, qtbot):
    pane = HeatmapPane(controller)
    qtbot.addWidget(pane)
    pane.resize(820, 560)
    pane.show()
    return pane


def line(controller, source):
    return next(s.id for s in controller.session.statements if s.source == source)


def test_each_line_of_the_autograd_example_shows_the_gradient_of_its_time(
    controller, run, pane, qtbot
):
    sources = (
        "x = torch.ones(2, 2, requires_grad=True)",
        "y = x + 2",
        "out = (y * y * 3).mean()",
        "r = torch.rand(3)",
        "out.backward()",
        "n = 1",
    )
    run(*sources)
    controller.select("x.grad")
    for source in sources[:4]:
        controller.look_back(line(controller, source))
        qtbot.waitUntil(pane.is_complete, timeout=MILLISECONDS)
        assert pane.message.what.text() == "There was no x.grad then"
    controller.look_back(line(controller, "out.backward()"))
    qtbot.waitUntil(pane.is_complete, timeout=MILLISECONDS)
    assert pane.shown_values().tolist() == [[4.5, 4.5], [4.5, 4.5]]
    controller.select("r")
    qtbot.waitUntil(pane.is_complete, timeout=MILLISECONDS)
    generator = torch.Generator().manual_seed(0)
    assert pane.shown_values().tolist()[0] == torch.rand(3, generator=generator).tolist()
    run("s = torch.rand(3)")
    qtbot.waitUntil(pane.is_complete, timeout=MILLISECONDS)
    assert controller.as_of == 0
    controller.select("s")
    qtbot.waitUntil(pane.is_complete, timeout=MILLISECONDS)
    assert pane.shown_values().tolist()[0] == torch.rand(3, generator=generator).tolist()


def test_a_line_does_not_wait_for_what_is_read(controller, run, pane, qtbot):
    # What is set in torch itself is all that the lines share with their second run.
    loop = "for passes in range(30): torch.passes = passes; time.sleep(0.1)"
    run("import time", loop, "exec('w = torch.ones(2)')", "n = 2")
    controller.select("w")
    controller.look_back(line(controller, loop))
    qtbot.waitUntil(pane.banner.isVisible, timeout=MILLISECONDS)
    assert pane.banner.button.text() == "Cancel"
    run("reached = torch.passes")
    assert int(controller.workspace.entries["reached"].summary) < 29
    assert controller.workspace.entries["passes"].summary == "29"
    assert (controller.as_of, controller.out_of_step) == (0, "")
    qtbot.waitUntil(pane.is_complete, timeout=MILLISECONDS)
    assert pane.shown_values().tolist() == [[1, 1]]
