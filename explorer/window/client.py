"""The window's end of the line to the engine: channels, tickets, and word of its death."""

import os
import sys
import threading
from typing import Any

from PySide6.QtCore import QTimer, Signal, Slot

from explorer.protocol import Ask, Lane, decode, encode
from explorer.window.link import Link
from explorer.window.process import EngineProcess, spawn

KNOCK_MILLISECONDS = 50
KNOCKS_BEFORE_AGAIN = 20
SWITCH_SECONDS = 0.0005
"""How long the thread of the channels waits for Python while the window paints."""
SUBSHELLS: tuple[Lane, ...] = ("side", "tile", "preview", "why")


class Client(Link):
    """Talks Jupyter's protocol with an engine process."""

    _exited = Signal(object, int)

    def __init__(self, engine: EngineProcess | None, python: str = "") -> None:
        super().__init__()
        self.python = python
        self._engine = engine
        self._channels: Any = None
        self._lanes: dict[Lane, str] = {}
        self._heard_iopub = False
        self._is_up = False
        self._created: dict[str, Lane] = {}
        self._statements: set[str] = set()
        self._knocks = 0
        self._knocking = QTimer(self, interval=KNOCK_MILLISECONDS)
        self._knocking.timeout.connect(self._knock)
        self._exited.connect(self._on_exited)

    @property
    def pid(self) -> int:
        """The process id of the engine, 0 if there is none."""
        return self._engine.process.pid if self._engine else 0

    def start(self) -> None:
        """See `Link`: connect, spawning an engine if there is none."""
        if self._engine is None:
            self._engine = spawn(self.python)
        threading.Thread(target=self._wait, args=(self._engine,), daemon=True).start()
        sys.setswitchinterval(SWITCH_SECONDS)
        # Imported late: jupyter_client takes longer to load than the window to paint.
        os.environ.setdefault("QT_API", "pyside6")
        from qtconsole.client import QtKernelClient, QtZMQSocketChannel

        class Channels(QtKernelClient):  # type: ignore[misc]  # qtconsole is untyped
            # qtconsole leaves the control channel without Qt signals.
            control_channel_class = QtZMQSocketChannel

        channels = Channels(connection_file=str(self._engine.connection_file))
        channels.load_connection_file()
        # Stdin is not used, but stop_channels would first open it and then close it under its loop.
        channels.start_channels(hb=False)
        channels.shell_channel.message_received.connect(self._on_shell)
        channels.control_channel.message_received.connect(self._on_control)
        channels.iopub_channel.message_received.connect(self._on_iopub)
        self._channels = channels
        self._lanes = {}
        self._created = {}
        self._heard_iopub = False
        self._is_up = False
        self._knock()
        self._knocking.start()

    def execute(self, source: str, statement: int, ticket: str = "") -> str:
        """Run `source` on the main lane; return its ticket, which may be chosen beforehand."""
        content = {
            "code": source,
            "silent": False,
            "store_history": True,
            "user_expressions": {},
            "allow_stdin": False,
            "stop_on_error": False,
        }
        message = self._channels.session.msg(
            "execute_request", content, metadata={"statement": statement}
        )
        if ticket:
            message["msg_id"] = message["header"]["msg_id"] = ticket
        ticket = self._send(self._channels.shell_channel, message)
        self._statements.add(ticket)
        return ticket

    def ask(self, ask: Ask) -> str:
        """Send `ask` on its lane; return its ticket."""
        kind, buffer = encode(ask)
        message = self._channels.session.msg("tx_request", {"kind": kind})
        message["buffers"] = [buffer]
        if ask.lane != "main":
            message["header"]["subshell_id"] = self._lanes[ask.lane]
        return self._send(self._channels.shell_channel, message)

    def request(self, kind: str, content: dict[str, object]) -> str:
        """See `Link`."""
        if self._channels is None or "side" not in self._lanes:
            return ""
        message = self._channels.session.msg(kind, content)
        message["header"]["subshell_id"] = self._lanes["side"]
        return self._send(self._channels.shell_channel, message)

    def interrupt(self) -> None:
        """Interrupt what the main lane runs."""
        if self._engine:
            self._engine.interrupt()

    def kill(self) -> None:
        """End the engine; `died` follows."""
        if self._engine:
            self._engine.kill()

    def close(self) -> None:
        """End the engine and the channels for good; nothing is emitted any more."""
        stopping = self._disconnect_channels()
        engine, self._engine = self._engine, None
        if engine:
            engine.kill()
            engine.process.wait()
            engine.remove_folder()
        if stopping:
            stopping.join()

    def _send(self, channel: Any, message: dict[str, Any]) -> str:
        channel.send(message)
        return str(message["header"]["msg_id"])

    def _wait(self, engine: EngineProcess) -> None:
        code = engine.process.wait()
        try:
            self._exited.emit(engine, code)
        except RuntimeError:  # the window is gone: nobody is left to tell
            return

    @Slot(object, int)
    def _on_exited(self, engine: EngineProcess, code: int) -> None:
        if engine is not self._engine:
            return
        self._engine = None
        self._disconnect_channels()
        words, statement = engine.last_words(), engine.marked_statement()
        engine.remove_folder()
        self.died.emit(code, words, statement)

    def _disconnect_channels(self) -> threading.Thread | None:
        self._knocking.stop()
        self._statements.clear()
        channels, self._channels = self._channels, None
        if channels is None:
            return None
        channels.shell_channel.message_received.disconnect(self._on_shell)
        channels.control_channel.message_received.disconnect(self._on_control)
        channels.iopub_channel.message_received.disconnect(self._on_iopub)
        # Stopping waits up to a second for a thread: the window must not.
        thread = threading.Thread(target=channels.stop_channels, daemon=True)
        thread.start()
        return thread

    def _knock(self) -> None:
        """Ask until all lanes answer: a kernel that is just starting may drop a request."""
        if not self._is_up:
            message = self._channels.session.msg("kernel_info_request", {})
            self._send(self._channels.shell_channel, message)
        elif self._knocks % KNOCKS_BEFORE_AGAIN == 0:
            for lane in SUBSHELLS:
                if lane not in self._lanes:
                    message = self._channels.session.msg("create_subshell_request", {})
                    self._created[self._send(self._channels.control_channel, message)] = lane
        self._knocks += 1

    @Slot(object)
    def _on_shell(self, message: dict[str, Any]) -> None:
        if message["msg_type"] == "kernel_info_reply":
            # A subscriber that joins late misses what was published: iopub must be heard too.
            # Subshells not before: ipykernel asserts if asked before its main loop runs.
            if self._heard_iopub and not self._is_up:
                self._is_up, self._knocks = True, 0
                self._knock()
        elif message["msg_type"] == "tx_reply":
            answer = decode(message["content"]["kind"], message["buffers"][0])
            self.answered.emit(message["parent_header"]["msg_id"], answer)
        else:
            self.message_arrived.emit(message)

    @Slot(object)
    def _on_control(self, message: dict[str, Any]) -> None:
        lane = self._created.get(message["parent_header"].get("msg_id", ""))
        if message["msg_type"] != "create_subshell_reply" or not lane or lane in self._lanes:
            return
        self._lanes[lane] = message["content"]["subshell_id"]
        if len(self._lanes) == len(SUBSHELLS):
            self._knocking.stop()
            self.started.emit()

    @Slot(object)
    def _on_iopub(self, message: dict[str, Any]) -> None:
        self._heard_iopub = True
        ticket = (message["parent_header"] or {}).get("msg_id", "")
        content = message["content"]
        match message["msg_type"]:
            case "tx_event":
                self.event_arrived.emit(ticket, decode(content["kind"], message["buffers"][0]))
            case "stream" if ticket in self._statements:
                self.printed.emit(ticket, content["text"])
            case "execute_result" | "display_data" if ticket in self._statements:
                self.printed.emit(ticket, content["data"].get("text/plain", "") + "\n")
            case "status" if ticket in self._statements and content["execution_state"] == "idle":
                self._statements.discard(ticket)
                self.finished.emit(ticket)
        if _is_of_statement(message):
            self.message_arrived.emit(message)


def _is_of_statement(message: dict[str, Any]) -> bool:
    """Return whether Jupyter says `message` of code that runs, not of an ask or a request."""
    parent = message["parent_header"] or {}
    return message["msg_type"] != "tx_event" and parent.get("msg_type") == "execute_request"
