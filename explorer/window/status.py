"""The status bar: the engine in words, device, memory, torch's version, the value under the cursor."""

import time

from PySide6.QtCore import QEvent, QTimer, Signal
from PySide6.QtWidgets import QLabel, QPushButton, QStatusBar, QToolButton, QWidget

from explorer.text import tr
from explorer.window.controller import Controller, EngineState
from explorer.window.theme import mute, pixmap, scheme

BUSY_AFTER_SECONDS = 0.2
KILL_AFTER_MILLISECONDS = 5000
TICK_MILLISECONDS = 100


class StatusBar(QStatusBar):
    """Says what the engine does; offers to kill it when an interrupt has no effect."""

    device_clicked = Signal()
    """The person wants to know more about devices."""

    def __init__(self, controller: Controller, parent: QWidget) -> None:
        super().__init__(parent)
        self._controller = controller
        self._began = 0.0
        self._progress = (0, 0)
        self.cursor_text = QLabel(self)
        self.cursor_text.setAccessibleName(tr("Value under the cursor"))
        self.mark = QLabel(self)
        self.engine = QLabel(self)
        self.kill = QPushButton(tr("Kill and restart"), self)
        self.kill.setToolTip(tr("The line did not stop: end the engine and start another"))
        self.kill.clicked.connect(controller.restart)
        self.kill.hide()
        self.device = QToolButton(self, autoRaise=True)
        self.device.clicked.connect(self.device_clicked)
        self.version = QLabel(self)
        mute(self.version)
        self.addWidget(self.cursor_text, 1)
        for widget in (self.mark, self.engine, self.kill, self.device, self.version):
            self.addPermanentWidget(widget)
        self._tick = QTimer(self, interval=TICK_MILLISECONDS)
        self._tick.timeout.connect(self._show_engine)
        self._patience = QTimer(self, interval=KILL_AFTER_MILLISECONDS, singleShot=True)
        self._patience.timeout.connect(self.offer_kill)
        controller.engine_changed.connect(self._on_engine_changed)
        controller.workspace_changed.connect(self._show_workspace)
        controller.session_changed.connect(self._show_engine)
        controller.replay_progressed.connect(self._on_replay_progressed)
        self._on_engine_changed()
        self._show_workspace()

    def show_cursor(self, text: str) -> None:
        """Show what a pane says about the cell under the cursor."""
        self.cursor_text.setText(text)

    def interrupt_requested(self) -> None:
        """Take note that the person wants the running line to stop."""
        if self._is_busy() and not self._patience.isActive():
            self._patience.start()

    def offer_kill(self) -> None:
        """Offer to kill the engine, if it is still busy."""
        self.kill.setVisible(self._is_busy())

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._show_engine()

    def _is_busy(self) -> bool:
        controller = self._controller
        is_busy = controller.state in (EngineState.RUNNING, EngineState.REPLAYING)
        return is_busy or controller.is_revisiting

    def _on_engine_changed(self) -> None:
        self._began = time.monotonic()
        self._progress = (0, 0)
        if self._is_busy():
            self._tick.start()
        else:
            self._tick.stop()
            self._patience.stop()
            self.kill.hide()
        self._show_engine()
        self._show_workspace()

    def _on_replay_progressed(self, done: int, total: int) -> None:
        self._progress = (done, total)
        self._show_engine()

    def _show_engine(self) -> None:
        colours = scheme(self.palette())
        seconds = time.monotonic() - self._began
        mark, colour = "run", colours.accent
        match self._controller.state:
            case EngineState.STARTING:
                text = tr("Engine starting ...")
            case EngineState.STOPPED:
                text, mark, colour = tr("Engine stopped"), "error", colours.error
            case _ if self._is_busy() and seconds >= BUSY_AFTER_SECONDS:
                done, total = self._progress
                text = (
                    tr("Replaying line {n} of {total}", n=min(done + 1, total), total=total)
                    if total
                    else tr("Running {seconds} s", seconds=f"{seconds:.1f}")
                )
            case _ if self._controller.out_of_step and not self._is_busy():
                text, mark, colour = tr("Engine idle, out of step"), "warning", colours.warning
            case _:
                # A line that is over before one could read it makes no flicker.
                text, mark = tr("Engine idle"), ""
        self.engine.setText(text)
        self.engine.setToolTip(self._controller.out_of_step)
        self.mark.setVisible(bool(mark))
        if mark:
            self.mark.setPixmap(pixmap(mark, colour))

    def _show_workspace(self) -> None:
        controller = self._controller
        if controller.versions is None:
            self.device.setText("")
            self.version.setText("")
            return
        workspace = controller.workspace
        device = workspace.modes.default_device
        self.device.setText(tr("{device} {n} MiB", device=device, n=workspace.memory_bytes >> 20))
        self.device.setToolTip(
            tr("Default device, and the memory that the engine uses: click to see all devices")
        )
        self.version.setText(tr("torch {version}", version=controller.versions.torch_version))
        self.version.setToolTip(tr("Python {version}", version=controller.versions.python_version))
