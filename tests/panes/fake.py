"""A controller without an engine: a pane under test sees what the test puts here."""

from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from explorer.protocol import NUMPY, Delta, Entry
from explorer.window.controller import Selection
from explorer.window.linking import Linking
from explorer.workspace import Workspace
from tests.fake_link import tensor_info


@dataclass
class Asked:
    ask: object
    receive: object


class Signals(QObject):
    """Those of `explorer.window.controller.Controller` that panes use."""

    session_changed = Signal()
    workspace_changed = Signal()
    engine_changed = Signal()
    selection_changed = Signal()
    catalogue_changed = Signal()
    warmed = Signal()
    as_of_changed = Signal()
    linking_changed = Signal()
    levels_shared = Signal(object)
    revisited = Signal()
    output_changed = Signal()
    problem_raised = Signal(object)

    linking = Linking()

    def link(self, linking):
        """Take what heat maps share, as `Book` does."""
        if linking != self.linking:
            self.linking = linking
            self.linking_changed.emit()


class FakeController(Signals):
    """What panes use of a controller; the test answers."""

    def __init__(self):
        super().__init__()
        self.workspace = Workspace()
        self.selection = Selection()
        self.catalogue = None
        self.data_revision = 0
        self.as_of = 0
        self.asked = []

    def ask(self, ask, receive):
        """Keep the ask; the test answers with `self.asked[-1].receive(answer)`."""
        self.asked.append(Asked(ask, receive))

    def revisit(self, _moment, refusal):
        """Say that no line runs again."""
        return refusal

    def is_asking(self, _pane):
        return False

    def put(self, *tensors):
        """Add tensors to the workspace, as after a statement."""
        entries = tuple(
            Entry(name=t.expression, type_name="Tensor", summary="", tensors=(t,)) for t in tensors
        )
        self.workspace = self.workspace.apply(Delta(changed=entries), statement=1)
        self.workspace_changed.emit()

    def put_arrays(self, *names):
        """Add arrays of NumPy's to the workspace, as after a statement."""
        entries = tuple(
            Entry(
                name=name,
                type_name="ndarray",
                summary="",
                arrays=(tensor_info(name, (5, 3), layout=NUMPY),),
            )
            for name in names
        )
        self.workspace = self.workspace.apply(Delta(changed=entries), statement=1)
        self.workspace_changed.emit()

    def remove(self, *names):
        self.workspace = self.workspace.apply(Delta(gone=names), statement=1)
        self.workspace_changed.emit()

    def select(self, *expressions):
        self.selection = Selection(expressions)
        self.selection_changed.emit()


def tensor(name, shape=(5, 3), dtype="float32", **changes):
    """A strided tensor on the CPU of that name."""
    return tensor_info(name, shape, dtype=dtype, **changes)
