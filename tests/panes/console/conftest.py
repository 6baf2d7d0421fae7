"""A console on a fake engine that echoes as Jupyter does."""

import pytest

from explorer.panes.console.pane import ConsolePane
from tests.fake_link import FakeLink

LOAD_MILLISECONDS = 20_000


class Jupyter:
    """Says about lines what a kernel says."""

    def __init__(self, link: FakeLink) -> None:
        self.link = link
        self.count = 0

    def say(self, ticket: str, kind: str, **content) -> None:
        parent = {"msg_id": ticket, "msg_type": "execute_request"}
        self.link.message_arrived.emit(
            {"header": {"msg_type": kind}, "msg_type": kind, "parent_header": parent}
            | {"content": content}
        )

    def begin(self, ticket: str, source: str) -> None:
        self.count += 1
        self.say(ticket, "execute_input", code=source, execution_count=self.count)

    def end(self, ticket: str) -> None:
        self.say(ticket, "execute_reply", status="ok", execution_count=self.count)
        self.say(ticket, "status", execution_state="idle")

    def run(self, source: str, *outputs: str, ticket: str = "") -> None:
        """Let a line run that was entered elsewhere, or under `ticket`."""
        ticket = ticket or f"elsewhere {self.count}"
        self.begin(ticket, source)
        for text in outputs:
            self.say(ticket, "stream", name="stdout", text=text)
        self.end(ticket)


@pytest.fixture
def jupyter(link):
    return Jupyter(link)


@pytest.fixture
def pane(controller, theme, qtbot):
    pane = ConsolePane(controller)
    qtbot.addWidget(pane)
    pane.resize(600, 400)
    pane.show()
    qtbot.waitUntil(pane.is_complete, timeout=LOAD_MILLISECONDS)
    return pane


@pytest.fixture
def console(pane):
    return pane.console


@pytest.fixture
def entered(console):
    """Return the lines that were entered: source and ticket."""
    lines = []
    console.line_entered.connect(lambda *line: lines.append(line))
    return lines
