"""The real window with all its panes, on a fake engine whose tensors have values."""

import gc
import math
from contextlib import contextmanager, suppress

import torch
from PySide6.QtCore import QCoreApplication, QEvent, QSize

from explorer.panes.device import Absent, Device, Devices, DevicesAsk
from explorer.panes.heatmap import probe as heatmap
from explorer.panes.tensors import probe as tensors
from explorer.text import ENGLISH, set_language
from explorer.window.controller import Controller
from explorer.window.language import Language
from explorer.window.main import MainWindow
from explorer.window.scale import Scale
from explorer.window.settings import Settings
from explorer.window.theme import Theme
from tests import operators
from tests.fake_link import FakeLink, tensor_info

GIB = 1 << 30
DEVICES = Devices(
    devices=(
        Device(name="cpu", title="Processor with 16 cores", total_bytes=64 * GIB, free_bytes=GIB),
        Device(name="cuda:0", title="NVIDIA H100", total_bytes=80 * GIB, free_bytes=9 * GIB),
        Device(name="meta"),
    ),
    absent=(Absent(name="mps", reason="no mac"), Absent(name="xpu", reason="no xpu build")),
)
START_MILLISECONDS = 10_000
SETTLE_MILLISECONDS = 2_000
NESTED_LAYOUTS = 12


class Reader:
    """Gives every tensor of the fake engine the values 0, 1, 2 ..., as of any line."""

    revision = 0

    def __init__(self, link):
        self._link = link

    def info(self, expression, _as_of):
        return tensor_info(expression, self._link.namespace[expression][1])

    def tensor(self, expression, _as_of=0):
        _, shape = self._link.namespace[expression]
        return torch.arange(float(math.prod(shape))).reshape(shape)

    def change(self, _expression, _as_of=0):
        return None


class Showcase:
    """A window that is shown, and what to do with it; the engine answers by itself."""

    def __init__(self, qtbot, window, controller):
        self.qtbot, self.window, self.controller = qtbot, window, controller

    def run(self, *lines):
        """Run lines to their end, and draw what came of them."""
        for line in lines:
            self.controller.submit(line)
            self.settle()

    def settle(self):
        """Wait until everything in sight is drawn as it is."""
        for _ in range(NESTED_LAYOUTS):  # each tells the one that it is in
            QCoreApplication.processEvents()
        self.qtbot.waitUntil(lambda: self.window.is_complete, timeout=START_MILLISECONDS)

    def settle_to(self, is_so):
        """Wait until everything is drawn and `is_so`, as far as it ever is: rows come one by one."""
        self.settle()
        with suppress(self.qtbot.TimeoutError):
            self.qtbot.waitUntil(is_so, timeout=SETTLE_MILLISECONDS)

    def bring(self, name):
        """Bring a pane to the front."""
        self.window.show_pane(name)
        self.settle()


@contextmanager
def showcase(qtbot, qapp, *, language=ENGLISH, size=(1024, 700), scale_percent=100):
    """Open the window, and leave the application as it was."""
    theme, scale = Theme(qapp, "light"), Scale(qapp)
    chosen = Language(qapp, language)
    scale.choose(scale_percent)
    link = FakeLink(automatic=True)
    link.catalogue = operators.catalogue()
    reader = Reader(link)
    link.answers[DevicesAsk] = lambda _: DEVICES
    for probes in (heatmap.PROBES, tensors.PROBES):
        for ask, probe in probes.items():
            link.answers[ask] = lambda question, probe=probe: probe(question, reader)
    controller = Controller(link)
    window = MainWindow(
        controller, Settings(), theme, language=chosen, scale=scale, size=QSize(*size)
    )
    window.filing.may_leave = lambda: True
    # PySide's wrappers must not be collected by another thread, nor while Qt moves their widgets.
    gc.disable()
    try:
        window.show()
        window.start_panes()
        controller.start()
        window.start_views()
        found = Showcase(qtbot, window, controller)
        found.settle()
        yield found
    finally:
        window.close()
        window.deleteLater()
        # Now, lest Python takes the window apart in an order of its own.
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        gc.enable()
        scale.choose(100)
        chosen.choose(ENGLISH)
        set_language(ENGLISH)
        theme.choose("light")
