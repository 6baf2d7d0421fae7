"""Containers and arrays on a real engine: opened, shown, written, undone and replayed."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from explorer.panes.heatmap.pane import HeatmapPane
from explorer.panes.tensors.column import Column
from explorer.panes.tensors.pane import TensorsPane

pytestmark = pytest.mark.engine
MILLISECONDS = 30_000
NET = (
    "class Net(torch.nn.Module):\n    def __init__(self):\n        super().__init__()\n"
    "        self.conv1 = torch.nn.Linear(2, 2)\n        self.conv2 = torch.nn.Linear(2, 1)"
)


@pytest.fixture
def panes(real_controller, qtbot):
    made = TensorsPane(real_controller), HeatmapPane(real_controller)
    for pane in made:
        qtbot.addWidget(pane)
        pane.resize(400, 500)
        pane.show()
    return made


@pytest.fixture
def done(panes, real_controller, qtbot):
    """Give a function that waits until lines have run and both panes show it."""

    def done():
        qtbot.waitUntil(lambda: real_controller.is_settled, timeout=MILLISECONDS)
        for pane in panes:
            qtbot.waitUntil(pane.is_complete, timeout=MILLISECONDS)

    return done


@pytest.fixture
def run(real_controller, done):
    def run(*lines):
        for line in lines:
            assert real_controller.submit(line)
            done()

    return run


@pytest.fixture
def unfold(panes, done):
    def unfold(*expressions):
        for expression in expressions:
            panes[0].view.expand(panes[0].model.index_of(expression))
            done()

    return unfold


def below(pane, expression):
    parent = pane.model.index_of(expression)
    return [pane.model.index(i, 0, parent).data() for i in range(pane.model.rowCount(parent))]


def test_a_module_is_opened_down_to_a_gradient_that_is_shown(panes, run, unfold, done):
    tensors, heatmap = panes
    run(NET, "net = Net()")
    unfold("net", "net.conv1")
    assert below(tensors, "net") == ["conv1", "conv2"]
    assert below(tensors, "net.conv1") == ["weight", "bias"]
    run("net.conv1(torch.ones(2)).sum().backward()")
    assert below(tensors, "net.conv1.weight") == ["grad"]
    unfold("net.conv1.weight")
    point = tensors.view.visualRect(tensors.model.index_of("net.conv1.weight.grad")).center()
    QTest.mouseClick(tensors.view.viewport(), Qt.MouseButton.LeftButton, pos=point)
    done()
    assert heatmap.source == "net.conv1.weight.grad"
    assert heatmap.shown_values().tolist() == [[1, 1], [1, 1]]
    run("with torch.no_grad():\n    net.conv1.weight.grad.mul_(3)")
    assert heatmap.shown_values().tolist() == [[3, 3], [3, 3]]


def test_what_a_line_puts_into_a_dict_stands_in_its_open_rows(
    panes, run, unfold, real_controller, done
):
    tensors, _ = panes
    run("d = {'n': 1, 'rest': [torch.zeros(2)]}")
    unfold("d", 'd["rest"]')
    number = tensors.model.index_of('d["n"]', Column.SHAPE)
    assert number.data() == "1"
    run("d['n'] = 7", "d['rest'].append('text')")
    assert tensors.model.index_of('d["n"]', Column.SHAPE).data() == "7"
    assert below(tensors, 'd["rest"]') == ["[0]", "[1]"]
    assert tensors.model.index_of("d", Column.CHANGED).data() == "line 5"
    real_controller.undo()
    done()
    assert below(tensors, 'd["rest"]') == ["[0]"]
    real_controller.undo()
    real_controller.undo()
    done()
    assert not tensors.model.index_of("d").isValid()
    assert real_controller.out_of_step == ""


def test_the_bridge_to_numpy_is_seen(panes, run, real_controller, done):
    tensors, heatmap = panes
    run("import numpy as np", "a = np.ones((2, 2))", "t = torch.from_numpy(a)")
    letters = [
        tensors.model.index_of(name).data(Qt.ItemDataRole.AccessibleTextRole) for name in "at"
    ]
    assert all("shares storage A" in letter for letter in letters)
    real_controller.select("a")
    done()
    assert heatmap.shown_values().tolist() == [[1, 1], [1, 1]]
    run("t.add_(1)")
    real_controller.select("a")
    done()
    assert heatmap.shown_values().tolist() == [[2, 2], [2, 2]]
    run("np.multiply(a, 5, out=a)")
    real_controller.select("t")
    done()
    assert heatmap.shown_values().tolist() == [[10, 10], [10, 10]]


def test_a_tensor_deep_in_a_huge_list_can_be_shown_and_is_kept_up_to_date(
    panes, run, real_controller, done
):
    _, heatmap = panes
    run("xs = [torch.full((1, 2), float(i)) for i in range(3000)]")
    assert real_controller.workspace.find("xs[2500]") is None
    real_controller.select("xs[2500]")
    done()
    assert heatmap.shown_values().tolist() == [[2500, 2500]]
    run("xs[2500].add_(1)")
    real_controller.select("xs[2500]")
    done()
    assert heatmap.shown_values().tolist() == [[2501, 2501]]
    run("del xs")
    real_controller.select("xs[2500]")
    done()
    assert heatmap.shown_values().size == 0


def test_a_million_numbers_cost_a_line_no_message(panes, run, unfold, real_controller):
    tensors, _ = panes
    run("xs = list(range(1_000_000))")
    entry = real_controller.workspace.entries["xs"]
    assert (entry.size, entry.is_followed, entry.tensors) == (1_000_000, False, ())
    unfold("xs")
    assert below(tensors, "xs")[-1] == "Show 1,000 more of 999,000"
    assert tensors.model.index_of("xs[999]", Column.SHAPE).data() == "999"
