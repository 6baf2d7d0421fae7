"""The announcer: lets a screen reader say what came of a line, of undo and of the engine.

Problems are announced by the bar that shows them.
"""

from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QWidget

from explorer.protocol import Entry, Failure
from explorer.text import tr
from explorer.window.controller import Controller, EngineState
from explorer.workspace import Workspace, described

MOST_NAMES = 3
MOST_CHARACTERS = 300
"""Of what a line printed, so many are said."""


def announce(widget: QWidget, text: str, *, urgent: bool = False) -> None:
    """Let a screen reader say `text` now, if `urgent` before what it is about to say."""
    event = QAccessibleAnnouncementEvent(widget, text)
    if urgent:
        event.setPoliteness(QAccessible.AnnouncementPoliteness.Assertive)
    QAccessible.updateAccessibility(event)


class Announcer(QObject):
    """Compares what there is with what it said last, whenever the controller has come to rest."""

    def __init__(self, controller: Controller, window: QWidget) -> None:
        super().__init__(window)
        self._controller = controller
        self._window = window
        self._is_ready = self._was_replaying = False
        # Not at once: what the engine's end leaves behind is over before one could say it.
        self._soon = QTimer(self, interval=0, singleShot=True)
        self._soon.timeout.connect(self._on_rest)
        self._take_note()
        controller.statement_ended.connect(self._on_statement_ended)
        controller.looked.connect(self._on_looked)
        controller.engine_changed.connect(self._on_changed)
        controller.session_changed.connect(self._on_changed)
        controller.as_of_changed.connect(self._on_as_of_changed)

    def _take_note(self) -> None:
        controller = self._controller
        self._workspace = controller.workspace
        self._out_of_step = controller.out_of_step
        self._cursor = controller.session.cursor
        self._length = len(controller.session.statements)

    @Slot(str, object)
    def _on_statement_ended(self, _source: str, failure: Failure | None) -> None:
        if failure is None and QAccessible.isActive():
            self._say(*self._results())
        elif failure and failure.interrupted:
            self._say(tr("The line was stopped"))
        self._take_note()

    def _results(self) -> list[str]:
        """Return what the line that has just joined the script did, in words."""
        controller = self._controller
        said = changes(self._workspace, controller.workspace)
        done = controller.session.done
        is_look = len(done) == self._cursor  # told by `looked`
        record = controller.records.get(done[-1].id) if done and not is_look else None
        if record and record.output.strip():
            said.append(tr("printed {text}", text=record.output.strip()[:MOST_CHARACTERS]))
        if not said and not is_look:
            said.append(tr("Line {n} ran", n=len(done)))
        return said

    @Slot(str, str)
    def _on_looked(self, source: str, output: str) -> None:
        self._say(output.strip()[:MOST_CHARACTERS] or tr("{code} has no value", code=source))

    @Slot()
    def _on_changed(self) -> None:
        controller = self._controller
        if controller.state is EngineState.STARTING and self._is_ready:
            self._is_ready = False
            self._say(tr("The engine starts again"))
        self._was_replaying |= controller.state is EngineState.REPLAYING
        self._soon.start()

    @Slot()
    def _on_rest(self) -> None:
        controller = self._controller
        if not controller.is_settled:
            return
        self._say(*self._rest())
        self._is_ready, self._was_replaying = controller.state is not EngineState.STOPPED, False
        self._take_note()

    def _rest(self) -> list[str]:
        """Return what is different from what was said last, in words."""
        controller, session = self._controller, self._controller.session
        undone = self._cursor - session.cursor
        said = []
        if controller.state is EngineState.STOPPED:
            return []  # a problem said so
        if not self._is_ready:
            said.append(tr("The engine is ready"))
        elif undone > 0 and self._length == len(session.statements):
            said.append(
                tr("Line {n} was undone", n=self._cursor)
                if undone == 1
                else tr("{n} lines were undone", n=undone)
            )
        elif self._was_replaying and not controller.out_of_step:
            said.append(tr("The script was replayed up to line {n}", n=session.cursor))
        if controller.out_of_step != self._out_of_step and controller.out_of_step:
            said.append(tr("Out of step: {reason}", reason=controller.out_of_step))
        return said

    @Slot()
    def _on_as_of_changed(self) -> None:
        controller = self._controller
        if controller.as_of:
            line = controller.session.index(controller.as_of) + 1
            self._say(tr("Values as of line {n}", n=line))
        else:
            self._say(tr("Values of now"))

    def _say(self, *texts: str) -> None:
        if texts:
            announce(self._window, "; ".join(texts))


def changes(before: Workspace, after: Workspace) -> list[str]:
    """Return what differs between two workspaces, in words, the latest name first."""
    old, new = before.entries, after.entries
    changed = [entry for name, entry in new.items() if old.get(name) is not entry][::-1]
    said = [_change(old.get(entry.name), entry) for entry in changed]
    said += [tr("{name} is gone", name=name) for name in old if name not in new]
    if len(said) > MOST_NAMES:
        said = [*said[:MOST_NAMES], tr("{n} more", n=len(said) - MOST_NAMES)]
    return said


def _change(old: Entry | None, new: Entry) -> str:
    tensor = next((t for t in new.tensors if t.expression == new.name), None)
    if tensor is None:
        return f"{new.name}: {described(new)}"
    before = next((t for t in old.tensors if t.serial == tensor.serial), None) if old else None
    if before and (before.version, before.content) != (tensor.version, tensor.content):
        return tr("{name} changed in place", name=new.name)
    if before:
        return tr("{name} changed", name=new.name)
    shape = ", ".join(map(str, tensor.shape))
    return tr(
        "{name}: tensor of shape {shape}, {dtype}",
        name=new.name,
        shape=f"[{shape}]",
        dtype=tensor.dtype,
    )
