"""One statement from begin to end: what it may touch, what it did, how to take it back."""

import time
from collections.abc import Callable
from types import ModuleType

import psutil

from explorer.engine import torch_private
from explorer.engine.effect import Effect, examine
from explorer.engine.failure import describe_failure, statement_file
from explorer.engine.identity import Identities
from explorer.engine.keeper import Keeper
from explorer.engine.setting import modes
from explorer.engine.workspace import Change, Workspace
from explorer.protocol import Delta, StatementRan, Undone

_NO_EFFECT = Effect(covered=False, acts=False, hidden=False, written=(), names=frozenset())


class Runner:
    """Stands around every statement that runs in `module`; who runs it is another's business.

    `mark` is told which statement is about to run, for whoever finds the process dead.
    """

    def __init__(
        self,
        module: ModuleType,
        identities: Identities,
        mark: Callable[[int], None],
        budget_bytes: int,
    ) -> None:
        self.module = module
        self.workspace = Workspace(module.__dict__, identities)
        self.keeper = Keeper(module.__dict__, budget_bytes)
        self._mark = mark
        self._statement = 0
        self._source = ""
        self._file = ""
        self._effect = _NO_EFFECT
        self._printing = torch_private.print_options()
        self._began = 0.0
        self._process = psutil.Process()

    def begin(self, statement: int, source: str, file: str = "") -> None:
        """Get ready for a statement; `file` is what tracebacks call it."""
        self._mark(statement)
        self._statement = statement
        self._source = source
        self._file = file or statement_file(statement)
        self._effect = examine(source, self.module.__dict__)
        self._printing = torch_private.print_options()
        self.keeper.begin(statement, self._effect)
        self._began = time.perf_counter()

    def end(self, error: BaseException | None = None, *, printed: bool = False) -> StatementRan:
        """Return what the statement did; a failed one is taken back if its copies do."""
        seconds = time.perf_counter() - self._began
        effect = self._effect
        if error is not None:
            return self._end_failed(error, seconds)
        bound = self.keeper.has_changed()
        touched = self.keeper.touched()
        only = self.workspace.touched(*touched) if touched else None
        change = self.workspace.look(effect.names, only)
        acted = bound or bool(change)
        self.keeper.end(changed=acted)
        reprinted = self._printing != torch_private.print_options()  # as views print cells
        opaque = not effect.covered or effect.hidden or change.aliased or reprinted
        return StatementRan(
            statement=self._statement,
            seconds=seconds,
            effect=acted or opaque or effect.acts or printed,
            opaque=opaque,
            wrote=change.wrote,
            delta=self._delta(change),
            changed=acted,
            fingerprint=change.fingerprint,
        )

    def _end_failed(self, error: BaseException, seconds: float) -> StatementRan:
        effect = self._effect
        failure = describe_failure(error, self._file, self._source, effect.names, self.workspace)
        bound = self.keeper.has_changed()
        restored = self.keeper.roll_back()
        change = self.workspace.look(effect.names)
        clean = restored or not (bound or change)
        if not clean:
            self.keeper.clear()
        return StatementRan(
            statement=self._statement,
            seconds=seconds,
            effect=not clean,
            opaque=not effect.covered and not isinstance(error, SyntaxError),
            wrote=change.wrote,
            delta=self._delta(change),
            failure=failure,
            clean=clean,
            changed=not clean,
        )

    def undo(self, statement: int) -> Undone:
        """Take back `statement` from kept copies, or tell that they do not do."""
        restored = self.keeper.undo(statement)
        return Undone(restored=restored, delta=self._delta(self.workspace.look()))

    def whole(self) -> Delta:
        """Return the whole workspace as it is now."""
        self.workspace.look()
        return Delta(
            changed=self.workspace.entries(),
            complete=True,
            modes=modes(),
            memory_bytes=self._memory_bytes(),
        )

    def _delta(self, change: Change) -> Delta:
        return Delta(
            changed=change.changed,
            gone=change.gone,
            modes=modes(),
            memory_bytes=self._memory_bytes(),
        )

    def _memory_bytes(self) -> int:
        return int(self._process.memory_info().rss)
