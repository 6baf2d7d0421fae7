"""Heat maps on a stage."""

import pytest

from explorer.panes.heatmap.pane import HeatmapPane
from tests.panes.heatmap.stage import Stage


@pytest.fixture
def stage(qtbot):
    return Stage()


@pytest.fixture
def open_pane(qtbot, stage):
    """Give a function that shows a heat map, drawn to the end."""

    def make(expression="", size=(820, 560)):
        pane = HeatmapPane(stage, expression)
        qtbot.addWidget(pane)
        pane.resize(*size)
        with qtbot.waitExposed(pane):
            pane.show()
        qtbot.waitUntil(pane.is_complete)
        return pane

    return make
