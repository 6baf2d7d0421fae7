"""Questions of panes: the newest is answered, stale answers are dropped, deadly ones held back."""

import gc
import weakref

import shiboken6
from PySide6.QtCore import QObject

from explorer.protocol import Answer, Ask, Problem
from explorer.window.asks import Asks


class Look(Ask, frozen=True, kw_only=True):
    n: int


class Sight(Answer, frozen=True, kw_only=True):
    n: int


class Line:
    """Remembers what was sent."""

    def __init__(self) -> None:
        self.sent: list[int] = []

    def send(self, ask: Look) -> str:
        self.sent.append(ask.n)
        return f"t{ask.n}"


class Viewer:
    """Remembers what it was answered."""

    def __init__(self) -> None:
        self.seen: list[Answer] = []

    def receive(self, answer: Answer) -> None:
        self.seen.append(answer)

    def receive_other(self, answer: Answer) -> None:
        self.seen.append(answer)


def desk(*, opened: bool = True) -> tuple[Asks, Line, Viewer]:
    line = Line()
    asks = Asks(line.send)
    if opened:
        asks.open()
    return asks, line, Viewer()


def test_only_the_newest_of_the_waiting_questions_is_sent():
    asks, line, viewer = desk()
    for n in (1, 2, 3):
        asks.ask(Look(n=n), viewer.receive)
    assert line.sent == [1]
    asks.answered("t1", Sight(n=1))
    assert line.sent == [1, 3]
    asks.answered("t3", Sight(n=3))
    assert viewer.seen == [Sight(n=3)]
    assert not asks.is_asking(viewer)


def test_a_late_answer_is_dropped():
    asks, _, viewer = desk()
    asks.ask(Look(n=1), viewer.receive)
    asks.engine_died(idle=False)
    asks.answered("t1", Sight(n=1))
    assert viewer.seen == []


def test_receivers_of_one_pane_do_not_wait_for_each_other():
    asks, line, viewer = desk()
    asks.ask(Look(n=1), viewer.receive)
    asks.ask(Look(n=2), viewer.receive_other)
    assert line.sent == [1, 2]
    asks.answered("t2", Sight(n=2))
    assert asks.is_asking(viewer)


def test_questions_wait_for_an_engine():
    asks, line, viewer = desk(opened=False)
    asks.ask(Look(n=1), viewer.receive)
    assert line.sent == []
    asks.open()
    assert line.sent == [1]


def test_a_question_that_killed_the_idle_engine_is_never_sent_again():
    asks, line, viewer = desk()
    asks.ask(Look(n=1), viewer.receive)
    asks.engine_died(idle=True)
    asks.open()
    assert line.sent == [1]
    assert isinstance(viewer.seen[0], Problem)
    asks.ask(Look(n=2), viewer.receive)
    assert line.sent == [1, 2]


def test_a_question_seen_at_two_deaths_is_not_sent_a_third_time():
    asks, line, viewer = desk()
    asks.ask(Look(n=1), viewer.receive)
    for _ in range(2):
        asks.engine_died(idle=False)
        asks.open()
    assert line.sent == [1, 1]
    assert isinstance(viewer.seen[0], Problem)


def test_a_closed_pane_is_freed_and_its_answers_go_nowhere():
    asks, line, viewer = desk()
    asks.ask(Look(n=1), viewer.receive)
    asks.ask(Look(n=2), viewer.receive)
    ghost = weakref.ref(viewer)
    del viewer
    gc.collect()
    assert ghost() is None
    asks.answered("t1", Sight(n=1))
    assert line.sent == [1]


class Label(QObject):
    """A viewer that Qt can delete while Python keeps it."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[Answer] = []

    def receive(self, answer: Answer) -> None:
        self.seen.append(answer)


def test_nothing_is_told_to_what_qt_has_deleted():
    asks, line, _ = desk()
    label = Label()
    asks.ask(Look(n=1), label.receive)
    asks.ask(Look(n=2), label.receive)
    shiboken6.delete(label)
    assert not asks.is_asking(label)
    asks.answered("t1", Sight(n=1))
    assert line.sent == [1]
    assert label.seen == []


def test_nothing_is_kept_of_a_receiver_that_is_gone():
    asks, _, viewer = desk()
    asks.ask(Look(n=1), viewer.receive)
    asks.answered("t1", Sight(n=1))
    topics = len(asks)
    del viewer
    gc.collect()
    assert (topics, len(asks)) == (1, 0)
