"""Another viewer at the same work: `python -m tests.benchmarks.peer napari` writes a JSON line a finding.

A peer is driven as its users do it, through its public calls, in a window of 1280 by 800.
"""

import json
import random
import sys
import time
from importlib.metadata import version
from pathlib import Path
from typing import Protocol

import numpy as np
from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QWidget

SIZE = 1280, 800
SHOWN = 5
CHANGES = 60
SLICES = 30
LONG_SECONDS = 5.0
"""What takes longer than this once is not repeated."""
LEAST, GREATEST = -5.0, 7.0
"""The ends of the range, each in one cell: who looks at some cells only does not find them."""
HOT = 4321, 8765


class Peer(Protocol):
    """A viewer in a window of its own."""

    canvas: QWidget
    """What draws the picture."""

    def show(self, array: np.ndarray, levels: tuple[float, float] | None = None) -> None:
        """Show a matrix as a new picture, fitted; its range found out unless given."""

    def levels(self) -> tuple[float, float]:
        """Return the range of the colours."""

    def pan(self, share: float) -> None:
        """Move the view by so much of its width."""

    def zoom(self, factor: float) -> None:
        """Magnify about the middle."""

    def show_stack(self, stack: np.ndarray) -> None:
        """Show the first slice of a stack of matrices."""

    def show_slice(self, index: int) -> None:
        """Go to another slice of it."""


class ImageView:
    """pyqtgraph's ImageView."""

    def __init__(self) -> None:
        import pyqtgraph as pg

        self._view = pg.ImageView()
        pg.setConfigOption("imageAxisOrder", "row-major")
        self._view.resize(*SIZE)
        self._view.show()
        self.canvas = self._view.ui.graphicsView.viewport()

    def show(self, array, levels=None):
        self._view.setImage(array, autoLevels=levels is None, levels=levels)

    def levels(self):
        return tuple(map(float, self._view.getImageItem().levels))

    def pan(self, share):
        box = self._view.getView()
        box.translateBy(share * box.viewRect().width(), 0)

    def zoom(self, factor):
        self._view.getView().scaleBy((1 / factor, 1 / factor))

    def show_stack(self, stack):
        self._view.setImage(stack)

    def show_slice(self, index):
        self._view.setCurrentIndex(index)


class Napari:
    """napari's Viewer."""

    def __init__(self) -> None:
        import napari

        self._viewer = napari.Viewer(show=True)
        self._viewer.window.resize(*SIZE)
        # A scene has the camera since 0.9.
        self._camera = getattr(self._viewer, "scene", self._viewer).camera
        self.canvas = self._viewer.window._qt_viewer.canvas.native

    def show(self, array, levels=None):
        self._viewer.layers.clear()
        self._viewer.add_image(array, contrast_limits=levels)
        self._viewer.reset_view()

    def levels(self):
        return tuple(map(float, self._viewer.layers[0].contrast_limits))

    def pan(self, share):
        x, y, z = self._camera.center
        self._camera.center = x, y, z + share * self.canvas.width() / self._camera.zoom

    def zoom(self, factor):
        self._camera.zoom *= factor

    def show_stack(self, stack):
        self.show(stack)

    def show_slice(self, index):
        self._viewer.dims.set_current_step(0, index)


class Silx:
    """silx' Plot2D and StackView, drawn by OpenGL."""

    def __init__(self) -> None:
        from silx.gui.plot import Plot2D

        self._plot = Plot2D(backend="gl")
        self._open(self._plot)
        self.canvas = self._painter(self._plot)

    def _painter(self, plot) -> QWidget:
        from PySide6.QtOpenGLWidgets import QOpenGLWidget

        return plot.getWidgetHandle().findChild(QOpenGLWidget)

    def _open(self, widget: QWidget) -> None:
        widget.resize(*SIZE)
        widget.show()

    def show(self, array, levels=None):
        from silx.gui.colors import Colormap

        low, high = levels or (None, None)
        colormap = Colormap("gray", vmin=low, vmax=high)
        self._plot.addImage(array, colormap=colormap, copy=False, resetzoom=True)

    def levels(self):
        image = self._plot.getActiveImage()
        return tuple(map(float, image.getColormap().getColormapRange(image)))

    def pan(self, share):
        left, right = self._plot.getGraphXLimits()
        step = share * (right - left)
        self._plot.setGraphXLimits(left + step, right + step)

    def zoom(self, factor):
        (left, right), (low, high) = self._plot.getGraphXLimits(), self._plot.getGraphYLimits()
        x, y = (left + right) / 2, (low + high) / 2
        across, up = (right - left) / 2 / factor, (high - low) / 2 / factor
        self._plot.setLimits(x - across, x + across, y - up, y + up)

    def show_stack(self, stack):
        from silx.gui.plot import StackView

        self._plot.close()
        self._stack = StackView(backend="gl")
        self._open(self._stack)
        self.canvas = self._painter(self._stack.getPlotWidget())
        self._stack.setStack(stack)

    def show_slice(self, index):
        self._stack.setFrameNumber(index)


class Matplotlib:
    """matplotlib's imshow in a Qt canvas."""

    def __init__(self) -> None:
        from matplotlib.backends.backend_qtagg import FigureCanvasQTAgg
        from matplotlib.figure import Figure

        self.canvas = FigureCanvasQTAgg(Figure())
        self.canvas.resize(*SIZE)
        self.canvas.show()

    def show(self, array, levels=None):
        self.canvas.figure.clear()
        low, high = levels or (None, None)
        self._axes = self.canvas.figure.add_subplot()
        self._image = self._axes.imshow(array, vmin=low, vmax=high)
        self.canvas.draw_idle()

    def levels(self):
        return tuple(map(float, self._image.get_clim()))

    def pan(self, share):
        left, right = self._axes.get_xlim()
        step = share * (right - left)
        self._axes.set_xlim(left + step, right + step)
        self.canvas.draw_idle()

    def zoom(self, factor):
        for limits, change in (
            (self._axes.get_xlim(), self._axes.set_xlim),
            (self._axes.get_ylim(), self._axes.set_ylim),
        ):
            middle, half = sum(limits) / 2, (limits[1] - limits[0]) / 2 / factor
            change(middle - half, middle + half)
        self.canvas.draw_idle()

    def show_stack(self, stack):
        self._stack = stack
        self.show(stack[0])

    def show_slice(self, index):
        self._image.set_data(self._stack[index])
        self.canvas.draw_idle()


PEERS = {
    "pyqtgraph": ImageView,
    "napari": Napari,
    "silx": Silx,
    "matplotlib": Matplotlib,
}


class Paints(QObject):
    """Counts the paints of a widget."""

    def __init__(self, canvas: QWidget) -> None:
        super().__init__()
        self.count = 0
        self._canvas = canvas
        canvas.installEventFilter(self)

    def eventFilter(self, watched, event):
        if watched is self._canvas and event.type() == QEvent.Type.Paint:
            self.count += 1
        return False


def settle(seconds: float = 0.3) -> None:
    """Run Qt's events until all that was begun is over."""
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        QApplication.processEvents()
        time.sleep(0.005)


def painted_ms(peer: Peer, act, *arguments) -> float:
    """Return the milliseconds of `act` and all that Qt does of it until the canvas is painted."""
    paints = Paints(peer.canvas)
    start = time.perf_counter()
    act(*arguments)
    while not paints.count:
        QApplication.processEvents()
        if time.perf_counter() - start > 120:
            raise TimeoutError("nothing was painted")
    found = 1000 * (time.perf_counter() - start)
    peer.canvas.removeEventFilter(paints)
    return found


def tell(what: str, value: object) -> None:
    """Write a finding; what was told stays told if the next step fails."""
    print(json.dumps([what, value]), flush=True)


def shown_ms(peer: Peer, array: np.ndarray) -> list[float]:
    """Return the milliseconds of showing `array` after a small one."""
    found = []
    while len(found) < SHOWN:
        peer.show(np.zeros((3, 4), np.float32), (0.0, 1.0))
        settle()
        found.append(painted_ms(peer, peer.show, array))
        if found[-1] > 1000 * LONG_SECONDS:
            break
        settle()
    return found


def moved_ms(peer: Peer) -> list[float]:
    """Return the milliseconds of steps over a picture that is zoomed in a little."""
    chance = random.Random(0)
    found = []
    for _ in range(6):
        peer.zoom(1.25)
    settle()
    start = time.perf_counter()
    while len(found) < CHANGES and time.perf_counter() - start < 6 * LONG_SECONDS:
        step = chance.choice(("pan", "pan", "pan", "in", "out"))
        if step == "pan":
            found.append(painted_ms(peer, peer.pan, chance.choice((-0.05, 0.05))))
        else:
            found.append(painted_ms(peer, peer.zoom, 1.25 if step == "in" else 0.8))
    return found


def memory(name: str) -> int:
    """Return a size from /proc/self/status, in bytes."""
    with Path("/proc/self/status").open(encoding="ascii") as file:
        return next(1024 * int(line.split()[1]) for line in file if line.startswith(name))


def forget_peak() -> None:
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def drawn(peer: Peer) -> QImage:
    """Return what the canvas draws."""
    settle()
    if hasattr(peer.canvas, "grabFramebuffer"):
        return peer.canvas.grabFramebuffer()
    return peer.canvas.grab().toImage()


def pixels(image: QImage) -> np.ndarray:
    """Return the colours of an image, (height, width, 4)."""
    image = image.convertToFormat(QImage.Format.Format_RGBA8888)
    lines = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), -1, 4)
    return lines[:, : image.width()].astype(int)


def sees_hot_cell(peer: Peer) -> bool:
    """Return whether one hot cell among 1e8 is seen: a quarter of the way from black to white."""
    cells = np.zeros((10_000, 10_000), np.float32)
    peer.show(cells, (0.0, 1.0))
    cold = drawn(peer)
    cells = cells.copy()  # none of what it may have kept of the other
    cells[HOT] = 1.0
    peer.show(cells, (0.0, 1.0))
    return bool(np.abs(pixels(drawn(peer)) - pixels(cold)).max() >= 64)


def marks_nan(peer: Peer) -> bool:
    """Return whether NaN looks otherwise than the least and the greatest value."""
    looks = []
    for value in (0.0, 1.0, np.nan):
        cells = np.full((300, 300), 0.5, np.float32)
        cells[100:200, 100:200] = value
        peer.show(cells, (0.0, 1.0))
        image = drawn(peer)
        looks.append(image.pixelColor(image.width() // 2, image.height() // 2).rgb())
    return len(set(looks)) == 3


def matrix(side: int) -> np.ndarray:
    """Return random numbers, with the ends of the range in one cell each."""
    cells = np.random.default_rng(0).random((side, side), np.float32)
    cells[123, 4567], cells[side - 124, 5432] = LEAST, GREATEST
    return cells


def main(name: str) -> None:
    """Tell what the peer `name` does."""
    QApplication.instance() or QApplication([])
    peer = PEERS[name]()
    settle()
    tell("version", version(name))
    tell("marks NaN", marks_nan(peer))
    before = memory("VmRSS")
    cells = matrix(10_000)
    forget_peak()
    tell("show 1e8", shown_ms(peer, cells))
    tell("exact range", peer.levels() == (LEAST, GREATEST))
    tell("memory", [(memory("VmHWM") - before - cells.nbytes) / 1e6])
    tell("move", moved_ms(peer))
    tell("sees hot cell", sees_hot_cell(peer))
    cells = np.random.default_rng(0).random((64, 1024, 1024), np.float32)
    peer.show_stack(cells)
    settle()
    tell("slice", [painted_ms(peer, peer.show_slice, i) for i in range(1, SLICES)])
    peer = PEERS[name]()
    settle()
    del cells
    tell("show 4e8", shown_ms(peer, matrix(20_000)))


if __name__ == "__main__":
    main(sys.argv[1])
