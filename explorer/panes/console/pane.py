"""The Console pane: qtconsole on the same engine, loaded when the pane is first shown."""

import os
import threading
from importlib import import_module
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QLabel, QVBoxLayout

from explorer.text import tr
from explorer.window.controller import EngineState
from explorer.window.pane import Pane

if TYPE_CHECKING:
    from explorer.panes.console.widget import ConsoleWidget

NEEDED = (
    "IPython.lib.latextools",
    "ipython_pygments_lexers",
    "pygments.styles",
    "traitlets.config.configurable",
)
"""What qtconsole imports that is not Qt's, which takes longer than qtconsole itself."""


class ConsolePane(Pane):
    """See the module."""

    name = "console"

    _loaded = Signal()

    def title(self) -> str:
        """Return the dock's title."""
        return tr("Console")

    def build(self) -> None:
        """Make the place of the console, which says that it is on its way."""
        self.console: ConsoleWidget | None = None
        self._loading = False
        self._count = 0
        self._state = self.controller.state
        self.placeholder = QLabel(tr("Opening the console ..."), self)
        self.placeholder.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(self.placeholder)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.title())
        self._loaded.connect(self._on_loaded)
        self.controller.message_arrived.connect(self._on_message_arrived)
        self.controller.console_line_given_up.connect(self._on_given_up)
        self.controller.engine_changed.connect(self._on_engine_changed)

    def is_complete(self) -> bool:
        """Return whether the console is there to see."""
        return super().is_complete() and self.console is not None and self.console.isVisible()

    def renew(self) -> bool:
        """Take up another language or size; what was said and typed here stays."""
        if self.console is None:
            self.placeholder.setText(tr("Opening the console ..."))
        else:
            self.console.renew()
        return True

    def paintEvent(self, event: QPaintEvent) -> None:
        """Begin to load qtconsole, now that the person looks: behind another tab it may rest."""
        super().paintEvent(event)
        if not self._loading:
            self._loading = True
            threading.Thread(target=self._load, daemon=True).start()

    def _load(self) -> None:
        # Without Qt: two threads that import parts of it at the same time crash, since PySide makes
        # its classes when they are first looked at, and the heat map's plots look at them all.
        for module in NEEDED:
            import_module(module)
        try:
            self._loaded.emit()
        except RuntimeError:  # the window is gone: nobody is left to tell
            return

    @Slot()
    def _on_loaded(self) -> None:
        os.environ.setdefault("QT_API", "pyside6")
        from explorer.panes.console.widget import ConsoleWidget

        had_focus = self.hasFocus()
        self.console = ConsoleWidget(self.controller.request, self._count)
        self.console.line_entered.connect(self.controller.submit_console)
        self.console.interrupt_wanted.connect(self.interrupt_requested)
        self.placeholder.hide()
        self.placeholder.deleteLater()
        self._column.addWidget(self.console)
        # Else Tab would go to it past all that was made before it.
        self.setTabOrder(self, self.console.focusProxy())
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setFocusProxy(self.console)
        if had_focus:
            self.console.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot(object)
    def _on_message_arrived(self, message: dict[str, Any]) -> None:
        if message["msg_type"] == "execute_input":
            self._count = message["content"]["execution_count"]
        if self.console is not None:
            self.console.take(message)

    @Slot(str, str)
    def _on_given_up(self, ticket: str, reason: str) -> None:
        if self.console is not None:
            self.console.give_up(ticket, reason)

    @Slot()
    def _on_engine_changed(self) -> None:
        before, self._state = self._state, self.controller.state
        if self._state is EngineState.STARTING and before is not EngineState.STARTING:
            self._count = 0
            if self.console is not None:
                self.console.tell_restart()
