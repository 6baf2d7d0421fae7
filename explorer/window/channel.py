"""A channel to the engine: one socket of ZeroMQ's, heard and spoken to on Qt's own thread."""

import time

import zmq
from jupyter_client.session import Session
from PySide6.QtCore import QObject, QSocketNotifier, QTimer, Signal, Slot

TURN_SECONDS = 0.004
"""So long messages are taken in before the window gets its turn."""


class Channel(QObject):
    """Sends and receives messages of Jupyter's protocol, without a thread that waits for Python."""

    received = Signal(object)

    def __init__(self, session: Session, socket: zmq.Socket[bytes], parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._socket = session, socket
        read = QSocketNotifier.Type.Read
        self._notifier = QSocketNotifier(socket.getsockopt(zmq.FD), read, self)
        self._notifier.activated.connect(self._take)
        self._again = QTimer(self, singleShot=True, interval=0)
        self._again.timeout.connect(self._take)

    def send(
        self,
        kind: str,
        content: dict[str, object],
        *,
        metadata: dict[str, object] | None = None,
        buffers: tuple[bytes, ...] = (),
        subshell: str = "",
        ticket: str = "",
    ) -> str:
        """Send a message and return its ticket, which may be chosen beforehand; it never waits."""
        message = self._session.msg(kind, content, metadata=metadata)
        header = message["header"]
        if ticket:
            message["msg_id"] = header["msg_id"] = ticket
        if subshell:
            header["subshell_id"] = subshell
        self._session.send(self._socket, message, buffers=list(buffers))
        self._again.start()  # what came meanwhile is not told of again once something was sent
        return str(header["msg_id"])

    def close(self) -> None:
        """Receive nothing any more; what was not sent yet is dropped."""
        self._notifier.setEnabled(False)
        self._again.stop()
        self._socket.close(linger=0)
        self.deleteLater()

    @Slot()
    def _take(self) -> None:
        until = time.perf_counter() + TURN_SECONDS
        while not self._socket.closed and int(self._socket.getsockopt(zmq.EVENTS)) & zmq.POLLIN:
            _, message = self._session.recv(self._socket)
            if message is not None:
                self.received.emit(message)
            if time.perf_counter() > until:
                self._again.start()
                return
