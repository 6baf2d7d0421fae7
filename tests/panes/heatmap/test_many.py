"""Heat maps come and go all day: nothing is left of those that were closed."""

import gc
import weakref

import torch
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication

from explorer.panes.heatmap.pane import HeatmapPane

VIEWS = 100


def test_a_hundred_opened_and_closed_views_leave_nothing(qtbot, stage):
    stage.show(x=torch.arange(12.0).view(3, 4))

    def open_and_close():
        pane = HeatmapPane(stage, "x")
        pane.show()
        qtbot.waitUntil(pane.is_complete)
        pane.close()
        pane.deleteLater()
        return weakref.ref(pane)

    def sweep():
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        gc.collect()
        return len(QApplication.allWidgets()), len(stage.asks)

    open_and_close()  # what the first makes for all, such as cursors and tables of colours
    before = sweep()
    ghosts = [open_and_close() for _ in range(VIEWS)]
    assert sweep() == before
    assert not any(ghost() for ghost in ghosts)
