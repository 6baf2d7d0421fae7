"""The Operate pane on a fake controller that has the catalogue of the torch that runs."""

import pytest

from explorer.panes.operate.pane import OperatePane
from explorer.session import Session
from tests import operators
from tests.panes.fake import FakeController, tensor


@pytest.fixture(scope="session")
def catalogue():
    return operators.catalogue()


@pytest.fixture
def controller(catalogue):
    """Give a controller with two tensors, of which none is selected."""
    controller = FakeController()
    controller.catalogue = catalogue
    controller.session = Session.new()
    controller.put(tensor("x"), tensor("y"))
    return controller


@pytest.fixture
def pane(qtbot, controller):
    pane = OperatePane(controller)
    pane.resize(304, 720)
    qtbot.addWidget(pane)
    pane.show()
    qtbot.waitExposed(pane)
    return pane
