"""The script's first lines run once more, apart from the session, to be looked at and never used.

They show what no copies tell: the values before `backward()` wrote gradients, or between the steps
of an optimizer.
"""

import os
import sys
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType

import numpy as np
import torch

from explorer.engine import torch_private
from explorer.engine.description import attempt
from explorer.engine.doubt import Doubts
from explorer.engine.failure import is_theirs
from explorer.engine.past import NotKeptError
from explorer.engine.reach import tensors_of
from explorer.engine.replay import Run
from explorer.engine.runner import Runner
from explorer.protocol import Revisit, StatementRan
from explorer.text import tr

MEASURED_SECONDS = 0.1


class Scratch:
    """A namespace of its own. The keeper of its `runner` tells the moment after the last line.

    Often it tells earlier ones too. What the lines made by chance is doubtful, and is not told.
    """

    def __init__(self, runner: Runner, ask: Revisit) -> None:
        self.runner = runner
        self._count = len(ask.lines)
        self._doubts = Doubts(ask.lines, ask.fingerprints)
        runner.keeper.doubts = self._doubts.moments
        self._budget_bytes = runner.keeper.budget_bytes
        self._measured = time.monotonic()

    def accept(self, count: int, ran: StatementRan) -> None:
        """Look at what line `count` made. Raises NotKeptError if it is too large."""
        self._doubts.look(count, ran)
        now = time.monotonic()
        if count == self._count or now - self._measured >= MEASURED_SECONDS:
            self._measured = now
            if nbytes(self.runner.module) > self._budget_bytes:
                mib = self._budget_bytes >> 20
                raise NotKeptError(
                    tr("To see the values of that time takes more than {n} MiB", n=mib)
                )

    def finish(self, run: Run) -> None:
        """Look at how the lines ended. Raises NotKeptError if one failed."""
        if run.failed is None or run.failed.failure is None:
            return
        failure = run.failed.failure
        if failure.interrupted:
            raise NotKeptError(tr("Reading the values of that time was cancelled"))
        raise NotKeptError(
            tr(
                "Line {n} fails when it runs again: {what}",
                n=len(run.results) + 1,
                what=failure.problem.what,
            )
        )


def nbytes(module: ModuleType) -> int:
    """Return the memory of the tensors and arrays in `module`, without what files are mapped to."""
    storages: dict[int, int] = {}
    arrays = 0
    for value in module.__dict__.copy().values():
        if type(value) is np.ndarray and value.base is None:
            arrays += value.nbytes
        for _, tensor in tensors_of(value, ""):
            storage = attempt(tensor.untyped_storage, None)
            if isinstance(storage, torch.UntypedStorage) and attempt(
                storage.resizable, default=True
            ):
                storages[torch_private.storage_address(storage)] = storage.nbytes()
    return arrays + sum(storages.values())


@contextmanager
def apart(known: frozenset[str]) -> Iterator[None]:
    """Let code run that shares no module of the person's with the session, nor what it sets there.

    `known` are the modules of before the session. Modules of libraries that are imported in here
    stay: many can't be imported twice.
    """
    own = _own_modules(known)
    modules, environment = sys.modules.copy(), dict(os.environ)
    for name in own:
        del sys.modules[name]
    try:
        with warnings.catch_warnings():
            yield
    finally:
        for name in _own_modules(known):
            del sys.modules[name]
        sys.modules.update(modules)
        if environment != dict(os.environ):
            os.environ.clear()
            os.environ.update(environment)


def _own_modules(known: frozenset[str]) -> list[str]:
    """Return the names of the modules that are the person's own, written in Python."""
    return [
        name
        for name, module in sys.modules.copy().items()
        if name.partition(".")[0] not in known
        and str(file := attempt(lambda module=module: module.__file__, "")).endswith(".py")  # type: ignore[misc]  # mypy can't infer a lambda with a default
        and is_theirs(str(file))
    ]
