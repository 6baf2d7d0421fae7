"""The window's end of the line to the engine: channels, tickets, and word of its death."""

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from PySide6.QtCore import QTimer, Signal, Slot

from explorer.protocol import Ask, Lane, decode, encode
from explorer.window.link import Link
from explorer.window.process import EngineProcess, spawn

if TYPE_CHECKING:
    import zmq

    from explorer.window.channel import Channel

KNOCK_MILLISECONDS = 50
KNOCKS_BEFORE_AGAIN = 20
SUBSHELLS: tuple[Lane, ...] = ("side", "tile", "preview", "why")


class _Channels(NamedTuple):
    shell: "Channel"
    control: "Channel"
    iopub: "Channel"


class Client(Link):
    """Talks Jupyter's protocol with an engine process."""

    _exited = Signal(object, int)

    def __init__(self, engine: EngineProcess | None, python: str = "") -> None:
        super().__init__()
        self.python = python
        self._engine = engine
        self._waiting: threading.Thread | None = None
        self._channels: _Channels | None = None
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
        self._waiting = threading.Thread(target=self._wait, args=(self._engine,), daemon=True)
        self._waiting.start()
        self._channels = self._connect(str(self._engine.connection_file))
        self._lanes = {}
        self._created = {}
        self._heard_iopub = False
        self._is_up = False
        self._knock()
        self._knocking.start()

    def _connect(self, connection_file: str) -> _Channels:
        # Imported late: jupyter_client takes longer to load than the window to paint.
        import zmq
        from jupyter_client.client import KernelClient

        from explorer.window.channel import Channel

        context: zmq.Context[zmq.Socket[bytes]] = zmq.Context.instance()
        # No limit: what can't be sent yet must neither be lost nor make the window wait.
        context.sndhwm = context.rcvhwm = 0
        kernel = KernelClient(connection_file=connection_file, context=context)
        kernel.load_connection_file()

        def channel(
            socket: "zmq.Socket[bytes]", receive: Callable[[dict[str, Any]], None]
        ) -> Channel:
            made = Channel(kernel.session, socket, self)
            made.received.connect(receive)
            return made

        return _Channels(
            channel(kernel.connect_shell(), self._on_shell),
            channel(kernel.connect_control(), self._on_control),
            channel(kernel.connect_iopub(), self._on_iopub),
        )

    def execute(self, source: str, statement: int, ticket: str = "") -> str:
        """Run `source` on the main lane; return its ticket, as for `ask`. It may be chosen before."""
        content = {
            "code": source,
            "silent": False,
            "store_history": True,
            "user_expressions": {},
            "allow_stdin": False,
            "stop_on_error": False,
        }
        if self._channels is None:
            return ""
        ticket = self._channels.shell.send(
            "execute_request", content, metadata={"statement": statement}, ticket=ticket
        )
        self._statements.add(ticket)
        return ticket

    def ask(self, ask: Ask) -> str:
        """Send `ask` on its lane; return its ticket, "" once the line is closed."""
        if self._channels is None:
            return ""
        kind, buffer = encode(ask)
        return self._channels.shell.send(
            "tx_request",
            {"kind": kind},
            buffers=(buffer,),
            subshell="" if ask.lane == "main" else self._lanes[ask.lane],
        )

    def request(self, kind: str, content: dict[str, object]) -> str:
        """See `Link`."""
        if self._channels is None or "side" not in self._lanes:
            return ""
        return self._channels.shell.send(kind, content, subshell=self._lanes["side"])

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
        self._disconnect()
        engine, self._engine = self._engine, None
        if engine:
            engine.kill()
            engine.process.wait()
            engine.remove_folder()
        if self._waiting:
            self._waiting.join()  # else it may be the last to hold this, whose timers are Qt's thread's

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
        self._disconnect()
        words, statement = engine.last_words(), engine.marked_statement()
        engine.remove_folder()
        self.died.emit(code, words, statement)

    def _disconnect(self) -> None:
        self._knocking.stop()
        self._statements.clear()
        channels, self._channels = self._channels, None
        for channel in channels or ():
            channel.close()

    def _knock(self) -> None:
        """Ask until all lanes answer: a kernel that is just starting may drop a request."""
        if self._channels is None:
            return
        if not self._is_up:
            self._channels.shell.send("kernel_info_request", {})
        elif self._knocks % KNOCKS_BEFORE_AGAIN == 0:
            for lane in SUBSHELLS:
                if lane not in self._lanes:
                    self._created[self._channels.control.send("create_subshell_request", {})] = lane
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
