"""A core without a kernel, and one real engine for all tests that need one."""

import json
import os
import secrets
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from jupyter_client import BlockingKernelClient

from explorer.engine.core import Core
from explorer.protocol import Prepare, Prepared, StatementRan, decode, encode

ENGINE = Path(__file__).resolve().parents[2] / "explorer" / "engine" / "__main__.py"
ANSWER_SECONDS = 60


class Session:
    """Runs statements in a core as the kernel would."""

    def __init__(self) -> None:
        self.modules = []
        self.events = []
        self.marks = []
        self.core = Core(
            lambda module, flags: self.modules.append(module), self.events.append, self.marks.append
        )
        self.count = 0

    @property
    def namespace(self):
        return self.core.runner.module.__dict__

    @property
    def names(self):
        return {name: value for name, value in self.namespace.items() if name[:2] != "__"}

    def run(self, source: str) -> StatementRan:
        self.count += 1
        file = f"<line {self.count}>"
        self.core.begin(self.count, source, file)
        error = None
        try:
            exec(compile(source, file, "exec"), self.namespace)
        except BaseException as raised:  # noqa: BLE001 - as the kernel does
            error = raised
        return self.core.end(error, printed=False)

    def run_all(self, *sources: str) -> StatementRan:
        ran = None
        for source in sources:
            ran = self.run(source)
            assert ran.failure is None, ran.failure
        return ran

    def undo(self):
        from explorer.protocol import Undo

        undone = self.core.answer(Undo(statement=self.count))
        self.count -= undone.restored
        return undone


@pytest.fixture
def session():
    """Give a session that has imported torch; what it sets is put back afterwards."""
    from explorer.engine import setting

    settings, randomness = setting.read_settings(), setting.read_randomness()
    session = Session()
    session.run_all("import torch", "torch.manual_seed(0)")
    yield session
    setting.write_settings(settings)
    setting.write_randomness(randomness)


class Engine:
    """A real engine, spoken to as the window does."""

    def __init__(self, folder: Path, cwd: Path | None = None) -> None:
        self.marker = folder / "marker"
        file = folder / "k.json"
        content = {
            "transport": "ipc",
            "ip": str(folder / "k"),
            "key": secrets.token_hex(32),
            "signature_scheme": "hmac-sha256",
            "shell_port": 1,
            "iopub_port": 2,
            "stdin_port": 3,
            "control_port": 4,
            "hb_port": 5,
        }
        file.write_text(json.dumps(content))
        self.log = folder / "log"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, str(ENGINE), "-f", str(file)],
                env=dict(os.environ, JPY_PARENT_PID=str(os.getpid()), TX_MARKER=str(self.marker)),
                cwd=cwd,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        self.client = BlockingKernelClient(connection_file=str(file))
        self.client.load_connection_file()
        self.client.start_channels(hb=False)
        self.client.wait_for_ready(timeout=ANSWER_SECONDS)

    def send(self, ask, subshell: str | None = None) -> str:
        kind, packed = encode(ask)
        message = self.client.session.msg("tx_request", {"kind": kind})
        if subshell:
            message["header"]["subshell_id"] = subshell
        self.client.session.send(self.client.shell_channel.socket, message, buffers=[packed])
        return message["header"]["msg_id"]

    def answer(self, ticket: str):
        while True:
            reply = self.client.get_shell_msg(timeout=ANSWER_SECONDS)
            if reply["parent_header"].get("msg_id") == ticket:
                assert reply["msg_type"] == "tx_reply"
                return decode(reply["content"]["kind"], reply["buffers"][0])

    def ask(self, ask, subshell: str | None = None):
        return self.answer(self.send(ask, subshell))

    def subshell(self) -> str:
        message = self.client.session.msg("create_subshell_request", {})
        self.client.control_channel.send(message)
        reply = self.client.get_control_msg(timeout=ANSWER_SECONDS)
        return reply["content"]["subshell_id"]

    def execute(self, source: str, statement: int) -> str:
        content = {
            "code": source,
            "silent": False,
            "store_history": False,
            "user_expressions": {},
            "allow_stdin": False,
            "stop_on_error": True,
        }
        message = self.client.session.msg(
            "execute_request", content, metadata={"statement": statement}
        )
        self.client.shell_channel.send(message)
        return message["header"]["msg_id"]

    def messages(self, ticket: str):
        """Yield what iopub says about a request, until it is idle."""
        while True:
            message = self.client.get_iopub_msg(timeout=ANSWER_SECONDS)
            if message["parent_header"].get("msg_id") != ticket:
                continue
            if message["msg_type"] == "status" and message["content"]["execution_state"] == "idle":
                return
            yield message

    def run(self, source: str, statement: int = 1):
        """Run a statement; return what it wrote and its StatementRan."""
        texts, event = [], None
        for message in self.messages(self.execute(source, statement)):
            if message["msg_type"] == "tx_event":
                event = decode(message["content"]["kind"], message["buffers"][0])
            elif message["msg_type"] == "stream":
                assert event is None, "an output came after the end"
                texts.append(message["content"]["text"])
        return "".join(texts), event

    def interrupt(self) -> None:
        self.process.send_signal(signal.SIGINT)

    def stop(self) -> None:
        self.client.stop_channels()
        self.process.kill()
        self.process.wait()


@pytest.fixture(scope="session")
def engine(tmp_path_factory):
    """Start the one real engine of a test run."""
    running = Engine(tmp_path_factory.mktemp("k"))
    assert isinstance(running.ask(Prepare()), Prepared), running.log.read_text()
    yield running
    running.stop()
