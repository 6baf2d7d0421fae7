"""The errand for a tensor that a field lacks: to Create, and back with what was made there."""

from PySide6.QtCore import QObject, Signal, Slot

from explorer.window.controller import Controller


class Errand(QObject):
    """One at a time; another begins where the last was left."""

    pane_wanted = Signal(str)
    """See `Pane`."""
    done = Signal(str)
    """The name of the tensor that was made."""

    def __init__(self, controller: Controller, home: str, parent: QObject) -> None:
        super().__init__(parent)
        self._controller = controller
        self._home = home
        self._before: frozenset[str] | None = None
        """What there was when the person left; None while they are at home."""
        controller.workspace_changed.connect(self._on_workspace_changed)

    @Slot()
    def begin(self) -> None:
        """Lead the person to where tensors are made."""
        self._before = frozenset(self._controller.workspace.entries)
        self.pane_wanted.emit("create")

    @Slot()
    def _on_workspace_changed(self) -> None:
        before, workspace = self._before, self._controller.workspace
        if before is None:
            return
        made = [name for name in workspace.entries if name not in before and workspace.find(name)]
        if made:
            self._before = None
            self.pane_wanted.emit(self._home)
            self.done.emit(made[-1])
