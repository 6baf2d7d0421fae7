"""The base of every pane: asks the engine when visible and changed, emits what a person wants."""

from collections.abc import Callable

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from explorer.protocol import Answer, Ask
from explorer.window.controller import Controller

State = dict[str, object]

DRAW_SOON_MS = 12
"""Panes draw so long after a line, once for its several signals: the heat map comes first."""


class Pane(QWidget):
    """A dock's content.

    Subclasses build their widgets in `build`, draw in `refresh`, and keep what a person set in
    a small dict (`state`, `restore`). `refresh` is called when the workspace changed and the pane
    is visible; a hidden pane catches up when it is shown.
    """

    submitted = Signal(str)
    """A statement that the person wants to run."""
    heatmap_requested = Signal(str)
    """An expression that the person wants to see in a heat map of its own."""
    expression_chosen = Signal(str)
    """Another expression that the person wants to see in the place of this heat map."""
    placing_requested = Signal(str, str)
    """An expression, and the `Zone` of the heat map last worked in that is to show it."""
    line_offered = Signal(str)
    """A line for the search box, where the person goes on with it."""
    form_requested = Signal(object)
    """A `Statement` that the person wants to edit in the form that makes it."""
    pane_wanted = Signal(str)
    """The name of a pane that the person is led to."""
    inputs_requested = Signal(object)
    """Expressions that the person wants to see beside this heat map, a tuple."""
    status_changed = Signal(str)
    """A line for the status bar, such as the value under the cursor."""

    interrupt_requested = Signal()
    """The person wants the running line to stop."""
    title_changed = Signal()

    name = ""
    """What the layout and the command line call this pane: "tensors"."""

    def __init__(self, controller: Controller, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.controller = controller
        self._stale = True
        self._soon = QTimer(self, singleShot=True)
        self._soon.timeout.connect(self.catch_up)
        self.build()
        controller.workspace_changed.connect(self._on_workspace_changed)

    def title(self) -> str:
        """Return the dock's title."""
        raise NotImplementedError

    def build(self) -> None:
        """Make the widgets, top to bottom as on screen."""
        raise NotImplementedError

    def refresh(self) -> None:
        """Draw the workspace as it is now."""

    def patience_ms(self) -> int:
        """Return how long a change may wait to be drawn together with those that follow it."""
        return DRAW_SOON_MS

    def is_complete(self) -> bool:
        """Return whether all that this pane shows is drawn and exact: a screenshot waits for it."""
        return not self._stale and not self.controller.is_asking(self)

    def state(self) -> State:
        """Return what the person set here, as plain values."""
        return {}

    def restore(self, state: State) -> None:
        """Set what `state` of an earlier run returned; unknown or wrong values are left alone."""

    def state_for(self, expression: str) -> State:
        """Return what of the state holds for another expression in its place."""
        return self.state()

    def renew(self) -> bool:
        """Take up another language or size in place; False to be made anew, with state and texts."""
        return False

    def ask(self, ask: Ask, receive: Callable[[Answer], None]) -> None:
        """Ask the engine; `receive`, a bound method, gets the answer or a `Problem`.

        A newer ask with the same `receive` takes the place of one that was not sent yet, and the
        answer to an older one is never delivered.
        """
        self.controller.ask(ask, receive)

    def mark_stale(self) -> None:
        """Refresh soon if in sight, else when that comes."""
        self._stale = True
        if not self.is_in_sight():
            return
        wait = self.patience_ms()
        if not wait:
            self.catch_up()
        elif not self._soon.isActive() or self._soon.remainingTime() > wait:
            self._soon.start(wait)

    def is_in_sight(self) -> bool:
        """Return whether any of it can be seen."""
        # A dock behind another tab is visible for Qt, which only moves it off the window.
        return self.isVisible() and not self.visibleRegion().isEmpty()

    def catch_up(self) -> None:
        """Refresh at once if something changed."""
        self._soon.stop()
        if self._stale and self.isVisible():
            self._stale = False
            self.refresh()

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with what happened while hidden."""
        super().showEvent(event)
        self.catch_up()

    def _on_workspace_changed(self) -> None:
        self.mark_stale()
