"""A controller whose engine is this process: panes ask real probes about real tensors."""

import itertools

import torch
from msgspec import structs
from PySide6.QtCore import QTimer

from explorer.catalog.grade import is_computed
from explorer.engine.description import tensor_info
from explorer.engine.identity import Identities
from explorer.engine.past import Past
from explorer.engine.watch import Watches
from explorer.panes.heatmap.probe import PROBES
from explorer.protocol import Delta, Entry, Problem, decode, encode
from explorer.session import Session
from explorer.window.asks import Asks
from explorer.window.controller import Selection
from explorer.workspace import Workspace
from tests.panes.fake import Signals


class Stage(Signals):
    """What panes use of `Controller`, with answers in the next turn of the event loop.

    With `is_held` answers wait until `answer` is called.
    """

    def __init__(self):
        super().__init__()
        self.workspace, self.selection, self.session = Workspace(), Selection(), Session()
        self.data_revision = 0
        self.as_of = 0
        self.namespace = {}
        self.records = {}
        self.is_held = False
        self.answers = []
        self.problems = []
        self._identities, self._watches = Identities(), Watches()
        self._tickets = itertools.count()
        self.asks = Asks(self._send)
        self.asks.open()

    def show(self, **tensors):
        """Bind tensors, as a statement does, and select the last."""
        self.namespace.update(tensors)
        self.tell(*tensors)
        self.select(list(tensors)[-1])

    def tell(self, *names):
        """Say how named tensors are now, as after a statement."""
        entries = tuple(
            Entry(
                name=name,
                type_name="Tensor",
                summary="",
                tensors=(tensor_info(self.namespace[name], name, self._identities),),
            )
            for name in names
        )
        self.workspace = self.workspace.apply(Delta(changed=entries), statement=1)
        self.workspace_changed.emit()

    def remove(self, name):
        """Take a name out of the workspace."""
        del self.namespace[name]
        self.workspace = self.workspace.apply(Delta(gone=(name,)), statement=1)
        self.workspace_changed.emit()

    def run(self, *lines):
        """Put lines into the script as if they had run."""
        for line in lines:
            statement, session = self.session.reserve()
            self.session = session.insert(line, statement)
        self.session_changed.emit()

    @property
    def revision(self):
        return self.data_revision

    def tensor(self, expression, as_of=0):
        assert not as_of
        if is_computed(expression):
            return self._watched(expression).tensor
        if expression not in self.namespace:
            raise ValueError(f"{expression} is gone")
        return self.namespace[expression]

    def look_up(self, expression, as_of=0):
        if expression == "torch":
            return torch
        return self.tensor(expression, as_of)

    def info(self, expression, as_of=0):
        tensor = self.tensor(expression, as_of)
        described = tensor_info(tensor, expression, self._identities)
        if not is_computed(expression):
            return described
        return structs.replace(described, serial=-self._watched(expression).number)

    def _watched(self, expression):
        past = Past({"torch": torch, **self.namespace}, {}, ())
        return self._watches.find(expression, 0, past, self.revision)

    def change(self, _expression, _as_of=0):
        return None

    def ask(self, ask, receive):
        self.asks.ask(ask, receive)

    def revisit(self, _moment, refusal):
        """Say that no line runs again."""
        return refusal

    def is_asking(self, owner):
        return self.asks.is_asking(owner)

    def select(self, *expressions, cell=None):
        selection = Selection(expressions, cell)
        if selection != self.selection:
            self.selection = selection
            self.selection_changed.emit()

    def report(self, problem):
        self.problems.append(problem)

    def answer(self):
        """Deliver what was held, in the order it was asked."""
        answers, self.answers = self.answers, []
        for ticket, answer in answers:
            self.asks.answered(ticket, answer)

    def _send(self, ask):
        ticket = f"t{next(self._tickets)}"
        with torch.no_grad():
            try:
                answer = PROBES[type(ask)](decode(*encode(ask)), self)
            except Exception as error:  # noqa: BLE001 - the engine turns anything into a Problem
                answer = Problem(what=str(error), cause=type(error).__name__)
        self.answers.append((ticket, decode(*encode(answer))))
        if not self.is_held:
            QTimer.singleShot(0, self.answer)
        return ticket
