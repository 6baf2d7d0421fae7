"""What a controller needs of the line to the engine; `Client` is the real one."""

from PySide6.QtCore import QObject, Signal

from explorer.protocol import Ask


class Link(QObject):
    """Sends statements and asks, and turns what comes back into signals.

    A ticket is the id of the message sent; each answer, event and output carries it.
    """

    python = ""
    """The interpreter of the next engine, this program's own if empty."""

    started = Signal()
    """The engine answers on all lanes."""
    died = Signal(int, str, int)
    """Return code, the end of its stderr, the id of the statement that it began last."""
    answered = Signal(str, object)
    """Ticket and `Answer`."""
    event_arrived = Signal(str, object)
    """Ticket of the statement or ask that caused it, and `Event`."""
    printed = Signal(str, str)
    """Ticket and text that a statement wrote, stdout and stderr alike, or its displayed value."""
    finished = Signal(str)
    """Ticket of a statement of which nothing more will come."""
    message_arrived = Signal(object)
    """A message of Jupyter's own about a statement or a request, as the dict that it is there."""

    def start(self) -> None:
        """Connect to the engine, starting one if there is none; `started` follows.

        Raises OSError if the Python that was asked for can't be started.
        """
        raise NotImplementedError

    def execute(self, source: str, statement: int, ticket: str = "") -> str:
        """Run `source` on the main lane; return its ticket, which may be chosen beforehand."""
        raise NotImplementedError

    def request(self, kind: str, content: dict[str, object]) -> str:
        """Send a request of Jupyter's own, such as "complete_request", on the side lane.

        Returns its ticket, "" while no engine answers; the reply is a message that arrives.
        """
        raise NotImplementedError

    def ask(self, ask: Ask) -> str:
        """Send `ask` on its lane; return its ticket."""
        raise NotImplementedError

    def interrupt(self) -> None:
        """Interrupt what the main lane runs."""
        raise NotImplementedError

    def kill(self) -> None:
        """End the engine; `died` follows."""
        raise NotImplementedError

    def close(self) -> None:
        """End the engine for good; nothing is emitted any more."""
        raise NotImplementedError
