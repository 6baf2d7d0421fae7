"""The engine without its kernel: a namespace, and answers to asks."""

import importlib
import os
import platform
import sys
import threading
import traceback
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import torch

from explorer.engine.identity import Identities
from explorer.engine.interrupt import Interrupts
from explorer.engine.keeper import Keeper
from explorer.engine.reader import Reader
from explorer.engine.replay import Run, new_main
from explorer.engine.runner import Runner
from explorer.engine.scratch import Scratch, apart
from explorer.engine.setting import (
    Randomness,
    modes,
    read_randomness,
    read_settings,
    write_randomness,
    write_settings,
)
from explorer.protocol import (
    Answer,
    Ask,
    Configure,
    Configured,
    EngineOptions,
    Event,
    Prepare,
    Prepared,
    Problem,
    Replay,
    Replayed,
    ReplayProgress,
    Revisit,
    Revisited,
    StatementRan,
    Undo,
)
from explorer.text import ENGLISH, set_language, tr

_PANES = "explorer.panes."


class Core:
    """Holds the session's namespace and answers asks from any thread.

    `install` is told of every new `__main__` and the compiler flags that its future imports set;
    `publish` sends an event; `mark` writes down which statement is about to run.
    """

    def __init__(
        self,
        install: Callable[[ModuleType, int], None],
        publish: Callable[[Event], None],
        mark: Callable[[int], None],
    ) -> None:
        self._install = install
        self._publish = publish
        self._mark = mark
        self._identities = Identities()
        self._settings = read_settings()
        self._randomness = read_randomness()
        self._modules = frozenset(sys.modules)
        self._modes = modes()
        self._options = EngineOptions()
        self._scratch: Scratch | None = None
        self.runner = self._new_runner(new_main())
        self.reader = Reader(
            lambda: self.runner.workspace,
            lambda: self._modes,
            self._identities,
            self._keepers,
        )
        install(self.runner.module, 0)

    def begin(self, statement: int, source: str, file: str) -> None:
        """Get ready for a statement that somebody else runs in the namespace."""
        self._scratch = None
        self.runner.begin(statement, source, file)

    def end(self, error: BaseException | None, *, printed: bool) -> StatementRan:
        """Return what that statement did."""
        ran = self.runner.end(error, printed=printed)
        self._modes = ran.delta.modes
        if ran.opaque or ran.failure:
            self.reader.revision += 1
        return ran

    def answer(self, ask: Ask) -> Answer:
        """Answer on this thread; whatever is raised comes back as a `Problem`."""
        try:
            if ask.lane == "main":
                return self._answer_main(ask)
            return self._probe(ask)
        except ValueError as error:  # in words for the person
            cause = type(error).__name__
            return Problem(what=str(error), detail=traceback.format_exc(), cause=cause)
        except BaseException as error:  # noqa: BLE001 - a probe must never end the thread
            return Problem(
                what=tr("The engine could not answer: {error}", error=_text(error)),
                fix=tr("Try again, or restart the engine"),
                detail=traceback.format_exc(),
                cause=type(error).__name__,
            )

    def _answer_main(self, ask: Ask) -> Answer:
        if threading.current_thread() is not threading.main_thread():
            raise RuntimeError(f"{type(ask).__name__} belongs on the main lane")
        if not isinstance(ask, Prepare | Configure | Undo | Replay | Revisit):
            return self._probe(ask)
        with Interrupts():
            if not isinstance(ask, Configure):
                self._scratch = None
            match ask:
                case Prepare():
                    self._configure(ask.options)
                    answer: Answer = Prepared(
                        torch_version=str(torch.__version__),
                        python_version=platform.python_version(),
                        delta=self.runner.whole(),
                    )
                case Configure():
                    self._configure(ask.options)
                    answer = Configured()
                case Undo():
                    answer = self.runner.undo(ask.statement)
                case Revisit():
                    answer = self._revisit(ask)
                case _:
                    answer = self._replay(ask)
            # Versions go back too, and come again with other values.
            self.reader.revision += 1
            self._modes = modes()
            return answer

    def _configure(self, options: EngineOptions) -> None:
        self._options = options
        self.runner.keeper.budget_bytes = options.keep_mib << 20
        try:
            set_language(options.language)
        except (OSError, ValueError):  # the window, which reads the same catalogue, tells of it
            set_language(ENGLISH)

    def _probe(self, ask: Ask) -> Answer:
        """Run a probe under the main thread's default device and without autograd."""
        probe = _probe_of(type(ask))
        with torch.no_grad():
            if ask.lane == "main" or self._modes.default_device == "cpu":
                return probe(ask, self.reader)
            with torch.device(self._modes.default_device):
                return probe(ask, self.reader)

    def _replay(self, ask: Replay) -> Replayed:
        """Run the script in a new namespace; the old one returns if that fails."""
        old = self.runner
        if ask.keep_partial:  # it is not wanted back: make room first
            old.keeper.clear()
            old.module.__dict__.clear()
            old.workspace.look()
        run = Run(
            self._new_runner(new_main(ask.script)),
            lambda done: self._progress(done, len(ask.lines)),
        )
        swapped = False
        found = read_settings(), read_randomness()
        try:
            self._run(run, ask)
            swapped = run.failed is None or ask.keep_partial
        finally:
            if not swapped:
                self._put_back(*found)
        if swapped:
            self.runner = run.runner
            self._install(run.runner.module, run.compiler.flags)
        failed = run.failed
        return Replayed(
            results=tuple(run.results),
            swapped=swapped,
            delta=self.runner.whole(),
            failure=failed.failure if failed else None,
            clean=not swapped or failed is None or failed.clean,
        )

    def _revisit(self, ask: Revisit) -> Revisited:
        """Run the beginning of the script beside the session, which is as before when it has ended.

        Raises NotKeptError where that tells nothing.
        """
        scratch = Scratch(self._new_runner(new_main(ask.script)), ask)
        run = Run(scratch.runner, lambda _: None, scratch.accept)
        found = read_settings(), read_randomness()
        try:
            with apart(self._modules):
                self._run(run, ask)
        finally:
            self._put_back(*found)
        scratch.finish(run)
        self._scratch = scratch
        return Revisited()

    def _run(self, run: Run, ask: Replay | Revisit) -> None:
        """Run the lines of `ask` as if the engine had just started."""
        write_settings(self._settings)
        write_randomness(self._randomness)
        _become(ask.script, ask.arguments)
        # Pickle and dataclasses look a function's module up by its name while the lines run.
        self._install(run.runner.module, -1)
        run.lines(ask.lines)

    def _put_back(self, settings: tuple[Any, ...], randomness: Randomness) -> None:
        self._install(self.runner.module, -1)
        write_settings(settings)
        write_randomness(randomness)

    def _keepers(self) -> tuple[Keeper, ...]:
        """Return who can tell of the past, the most exact first."""
        scratch = self._scratch
        return (self.runner.keeper, scratch.runner.keeper) if scratch else (self.runner.keeper,)

    def _progress(self, done: int, total: int) -> None:
        self._publish(ReplayProgress(done=done, total=total))

    def _new_runner(self, module: ModuleType) -> Runner:
        budget_bytes = self._options.keep_mib << 20
        return Runner(module, self._identities, self._mark, budget_bytes)


def _probe_of(kind: type[Ask]) -> Callable[[Any, Reader], Answer]:
    """Return what answers asks of `kind`: a probe of its pane, or one of the engine's own."""
    module = kind.__module__
    pane = module.removeprefix(_PANES).partition(".")[0]
    place = f"{_PANES}{pane}.probe" if module.startswith(_PANES) else "explorer.engine.probes"
    probes: dict[type[Ask], Callable[[Any, Reader], Answer]]
    probes = importlib.import_module(place).PROBES
    if kind not in probes:
        raise TypeError(f"Nothing answers {kind.__name__}")
    return probes[kind]


def _become(script: str, arguments: tuple[str, ...]) -> None:
    """Set arguments, working folder and module path as Python does for `script`."""
    sys.argv[:] = [script, *arguments]
    if script:
        folder = str(Path(script).resolve().parent)
        os.chdir(folder)
        sys.path[:1] = [folder]


def _text(error: BaseException) -> str:
    try:
        return f"{type(error).__name__}: {error}"
    except Exception:  # noqa: BLE001 - an error that can't be printed still has a type
        return type(error).__name__
