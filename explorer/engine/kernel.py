"""The engine's kernel: IPython runs statements, our own messages carry asks and events."""

import os
import sys
import threading
import traceback
from types import ModuleType
from typing import TYPE_CHECKING, Any

from ipykernel.kernelapp import IPKernelApp
from traitlets.config import Config

from explorer.engine.interrupt import Interrupts
from explorer.protocol import (
    Answer,
    Ask,
    Delta,
    Event,
    Failure,
    Prepare,
    Problem,
    StatementRan,
    decode,
    encode,
)
from explorer.text import tr

if TYPE_CHECKING:
    from explorer.engine.core import Core

_MARKER_NBYTES = 8


def main() -> None:
    """Run a kernel until it is told to stop; the connection file stands on the command line."""
    app = IPKernelApp(config=_config())
    app.initialize(sys.argv[1:])
    Kernel(app.kernel)
    app.start()


def _config() -> Config:
    config = Config()
    config.InteractiveShell.cache_size = 0
    config.InteractiveShell.automagic = False
    config.InteractiveShell.colors = "nocolor"
    config.InteractiveShell.xmode = "Minimal"
    config.HistoryManager.enabled = False
    config.HistoryManager.hist_file = ":memory:"
    return config


class Kernel:
    """Ties ipykernel to a `Core`, which imports torch and so is made by the first ask."""

    def __init__(self, kernel: Any) -> None:  # noqa: ANN401 - ipykernel is untyped
        self._kernel = kernel
        self._shell = kernel.shell
        self._core: Core | None = None
        self._marker = _open_marker()
        self._printed = False
        self._console_count = 0
        self._file = ""
        self._statement = 0
        kernel.shell_handlers["tx_request"] = self._on_request
        kernel.control_handlers["tx_request"] = self._on_request
        self._shell.events.register("pre_run_cell", self._on_begin)
        self._shell.events.register("post_run_cell", self._on_end)
        self._shell.compile.get_code_name = self._code_name
        self._shell.display_trap.hook = self._show
        self._write_stdout = sys.stdout.write
        sys.stdout.write = self._on_write  # type: ignore[method-assign]  # to know what printed

    # asks

    def _on_request(self, stream: Any, ident: Any, parent: dict[str, Any]) -> None:  # noqa: ANN401 - ipykernel is untyped
        try:
            kind, packed = encode(self._answer(parent))
        except BaseException as error:  # noqa: BLE001 - an answer that can't be sent is answered too
            kind, packed = encode(_refusal(error))
        self._kernel.session.send(
            stream, "tx_reply", {"kind": kind}, parent, ident, buffers=[packed]
        )

    def _answer(self, parent: dict[str, Any]) -> Answer:
        ask = decode(parent["content"]["kind"], parent["buffers"][0])
        if not isinstance(ask, Ask):
            raise TypeError(f"{type(ask).__name__} is not an ask")
        if self._core is None:
            if not isinstance(ask, Prepare):
                return Problem(
                    what=tr("The engine is still starting"), fix=tr("Wait a moment and try again")
                )
            self._core = self._load()
        return self._core.answer(ask)

    def _load(self) -> "Core":
        from explorer.engine.core import Core

        return Core(self._install, self._publish, self._mark)

    def _publish(self, event: Event) -> None:
        kind, packed = encode(event)
        self._kernel.session.send(
            self._kernel.iopub_socket,
            "tx_event",
            {"kind": kind},
            parent=self._kernel.get_parent("shell"),
            buffers=[packed],
        )

    # statements

    def _on_begin(self, info: Any) -> None:  # noqa: ANN401 - IPython is untyped
        if self._core is None or threading.current_thread() is not threading.main_thread():
            return
        with Interrupts():
            metadata = self._kernel.get_parent("shell").get("metadata", {})
            self._statement = statement = int(metadata.get("statement", 0))
            self._printed = False
            if statement:
                self._file = f"<line {statement}>"
            else:
                self._console_count += 1
                self._file = f"<console {self._console_count}>"
            self._core.begin(statement, info.raw_cell, self._file)

    def _on_end(self, result: Any) -> None:  # noqa: ANN401 - IPython is untyped
        if self._core is None or threading.current_thread() is not threading.main_thread():
            return
        with Interrupts():
            sys.stdout.flush()
            sys.stderr.flush()
            error = result.error_before_exec or result.error_in_exec
            try:
                ran = self._core.end(error, printed=self._printed)
            except Exception as broken:  # noqa: BLE001 - IPython swallows it, and the window waits
                ran = StatementRan(
                    statement=self._statement,
                    seconds=0.0,
                    effect=True,
                    opaque=True,
                    wrote=(),
                    delta=Delta(),
                    failure=Failure(problem=_refusal(broken)),
                    clean=False,
                )
            self._publish(ran)

    def _code_name(self, raw_code: str, transformed_code: str, number: int) -> str:
        return self._file or f"<console {number}>"

    def _show(self, value: object) -> None:
        from explorer.engine.replay import is_worth_showing

        if self._core is None or is_worth_showing(value):
            self._shell.displayhook(value)

    def _on_write(self, text: str) -> int:
        self._printed = True
        written: int = self._write_stdout(text)
        return written

    def _install(self, module: ModuleType, flags: int) -> None:
        """Make `module` the one that statements run in; `flags` -1 leaves the compiler's."""
        shell = self._shell
        shell.user_module = module
        shell.user_ns = module.__dict__
        sys.modules["__main__"] = module
        shell.set_completer_frame()
        if flags != -1:
            shell.compile.reset_compiler_flags()
            shell.compile.flags |= flags

    def _mark(self, statement: int) -> None:
        if self._marker >= 0:
            os.lseek(self._marker, 0, os.SEEK_SET)
            os.write(self._marker, statement.to_bytes(_MARKER_NBYTES, "little"))


def _open_marker() -> int:
    path = os.environ.get("TX_MARKER", "")
    return os.open(path, os.O_WRONLY | os.O_CREAT, 0o600) if path else -1


def _refusal(error: BaseException) -> Problem:
    return Problem(
        what=tr("The engine could not answer: {error}", error=f"{type(error).__name__}: {error}"),
        fix=tr("Try again, or restart the engine"),
        detail="".join(traceback.format_exception(error)),
        cause=type(error).__name__,
    )
