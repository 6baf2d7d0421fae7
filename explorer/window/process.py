"""The engine's process: spawned by hand, before Qt is imported, because both take time to load."""

import importlib.util
import json
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from explorer.paths import settings_file

ENGINE = Path(__file__).resolve().parent.parent / "engine" / "__main__.py"
MISSING_PACKAGES = 3
"""Exit status of an engine whose Python lacks torch, ipykernel or msgspec."""
LAST_WORDS_CHARACTERS = 4000
OUR_PYTHONS = ("PYTHONPATH", "PYTHONHOME", "__PYVENV_LAUNCHER__")
"""Variables that lead another Python to our Python's packages."""


class NoPythonError(OSError):
    """No Python was chosen, and this program is an executable that was packed without torch."""


@dataclass(frozen=True, slots=True)
class EngineProcess:
    """A running engine and its private folder (mode 0700, which is what protects ipc sockets)."""

    process: subprocess.Popen[bytes]
    folder: Path
    interrupt_event: int | None = None

    @property
    def connection_file(self) -> Path:
        """Where jupyter_client finds transport, ports and the key."""
        return self.folder / "k.json"

    def last_words(self) -> str:
        """Return the end of what the process wrote to stderr."""
        try:
            text = (self.folder / "log").read_text(errors="replace")
        except OSError:
            return ""
        return text[-LAST_WORDS_CHARACTERS:].strip()

    def marked_statement(self) -> int:
        """Return the id of the statement that the engine began last, 0 if none."""
        try:
            return int.from_bytes((self.folder / "marker").read_bytes()[:8], "little")
        except OSError:
            return 0

    def interrupt(self) -> None:
        """Raise KeyboardInterrupt in the running statement; nothing happens between statements."""
        if self.process.poll() is not None:
            return
        if self.interrupt_event is not None:
            from jupyter_client.win_interrupt import send_interrupt

            send_interrupt(self.interrupt_event)
        else:
            os.kill(self.process.pid, signal.SIGINT)

    def kill(self) -> None:
        """End the process at once."""
        if self.process.poll() is None:
            self.process.kill()

    def remove_folder(self) -> None:
        """Delete sockets and log; the process must have ended."""
        shutil.rmtree(self.folder, ignore_errors=True)


def saved_python() -> str:
    """Return the interpreter that the person chose for the engine, "" if none.

    It is read without Qt, which takes as long to load as the engine's process to start.
    """
    try:
        text = settings_file().read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    found = re.search(r"^python=(.+)$", text, re.MULTILINE)
    return unquote(found[1]) if found else ""


def spawn(python: str = "") -> EngineProcess:
    """Start an engine in the interpreter `python` (this one by default).

    Call it from the main thread: on Linux the engine dies with the thread that spawned it.
    Raises OSError if `python` can't be started, NoPythonError if there is none.
    """
    command = engine_command(python)
    folder = Path(tempfile.mkdtemp(prefix="tx-"))
    (folder / "marker").write_bytes(bytes(8))
    _write_connection_file(folder / "k.json", folder)
    environment = dict(
        environment_for(python), JPY_PARENT_PID=str(os.getpid()), TX_MARKER=str(folder / "marker")
    )
    interrupt_event: int | None = None
    if sys.platform == "win32":
        from jupyter_client.win_interrupt import create_interrupt_event

        interrupt_event = int(create_interrupt_event())
        environment["JPY_INTERRUPT_EVENT"] = str(interrupt_event)
    with (folder / "log").open("wb") as log:
        try:
            process = subprocess.Popen(  # noqa: S603 - the person chose this Python
                [*command, "-f", str(folder / "k.json")],
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                close_fds=sys.platform != "win32",  # the interrupt event is an inherited handle
                start_new_session=True,  # Ctrl+C in the terminal is for the window
            )
        except OSError:
            shutil.rmtree(folder, ignore_errors=True)
            raise
    return EngineProcess(process, folder, interrupt_event)


def environment_for(python: str) -> dict[str, str]:
    """Return our variables, for another Python without those that are about ours."""
    return {k: v for k, v in os.environ.items() if not (python and k in OUR_PYTHONS)}


def engine_command(python: str) -> list[str]:
    """Return what runs an engine: `python`, or what this program itself is run by.

    Raises NoPythonError if there is none.
    """
    if python or not getattr(sys, "frozen", False):
        return [python or sys.executable, str(ENGINE)]
    if importlib.util.find_spec("torch") is None:
        raise NoPythonError
    return [sys.executable, "--engine"]


def _write_connection_file(path: Path, folder: Path) -> None:
    if sys.platform == "win32":
        transport, ip, ports = "tcp", "127.0.0.1", _free_ports(5)
    else:
        transport, ip, ports = "ipc", str(folder / "k"), [1, 2, 3, 4, 5]
    names = ("shell_port", "iopub_port", "stdin_port", "control_port", "hb_port")
    content = {
        "transport": transport,
        "ip": ip,
        "key": secrets.token_hex(32),
        "signature_scheme": "hmac-sha256",
        **dict(zip(names, ports, strict=True)),
    }
    descriptor = os.open(path, os.O_CREAT | os.O_WRONLY | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump(content, file)


def _free_ports(count: int) -> list[int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [int(s.getsockname()[1]) for s in sockets]
    for s in sockets:
        s.close()
    return ports
