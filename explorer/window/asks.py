"""The panes' questions on their way: newest first, stale answers dropped, deadly ones kept back."""

from collections.abc import Callable
from dataclasses import dataclass
from weakref import WeakMethod

from shiboken6 import isValid

from explorer.protocol import Answer, Ask, Problem, encode
from explorer.text import tr

Receive = Callable[[Answer], None]
Topic = tuple[int, str]


@dataclass(slots=True)
class _Question:
    method: WeakMethod[Receive]
    waiting: Ask | None = None
    sent: Ask | None = None
    ticket: str = ""

    def receive(self) -> Receive | None:
        """Return who is answered; None if it is gone, also where Qt deleted what Python keeps."""
        method = self.method()
        if method is None or not isValid(method.__self__):  # type: ignore[attr-defined]  # bound
            return None
        return method


class Asks:
    """At most one question of each receiver is with the engine and the newest one waits.

    A question that was with the engine when it died idle, or twice when it died at all, is in
    quarantine: it is answered by a `Problem` and never sent again.
    """

    def __init__(self, send: Callable[[Ask], str]) -> None:
        self._send = send
        self._open = False
        self._questions: dict[Topic, _Question] = {}
        self._deaths: dict[tuple[str, bytes], int] = {}

    def __len__(self) -> int:
        """Return of how many receivers anything is kept."""
        return len(self._questions)

    def ask(self, ask: Ask, receive: Receive) -> None:
        """Send `ask` as soon as the engine is free for this receiver, a bound method."""
        topic = (id(receive.__self__), receive.__name__)  # type: ignore[attr-defined]  # bound
        question = self._questions.get(topic)
        if question is None or question.receive() is None:
            method = WeakMethod(receive, lambda _: self._forget(topic))
            question = self._questions[topic] = _Question(method)
        question.waiting = ask
        self._advance(question)

    def answered(self, ticket: str, answer: Answer) -> None:
        """Deliver `answer`, unless a newer question waits or the receiver is gone."""
        for topic, question in list(self._questions.items()):
            if question.ticket != ticket:
                continue
            question.sent, question.ticket = None, ""
            receive = question.receive()
            if receive is None:
                self._questions.pop(topic, None)
            elif question.waiting is None:
                receive(answer)
            else:
                self._advance(question)

    def is_asking(self, owner: object) -> bool:
        """Return whether a question of `owner`'s methods is not answered yet."""
        return any(
            topic[0] == id(owner) and (question.sent or question.waiting)
            for topic, question in self._questions.items()
            if question.receive() is not None
        )

    def open(self) -> None:
        """Send what waits: the engine answers now."""
        self._open = True
        for question in list(self._questions.values()):
            self._advance(question)

    def close(self) -> None:
        """Hold all questions for good: no engine follows."""
        self._open = False

    def engine_died(self, *, idle: bool) -> None:
        """Hold all questions until the next engine, and remember which ones were with this one."""
        self._open = False
        for topic, question in list(self._questions.items()):
            if question.receive() is None:
                del self._questions[topic]
            elif question.sent is not None:
                key = encode(question.sent)
                self._deaths[key] = self._deaths.get(key, 0) + (2 if idle else 1)
                question.waiting = question.waiting or question.sent
                question.sent, question.ticket = None, ""

    def _forget(self, topic: Topic) -> None:
        """Keep nothing of a receiver that is gone; what was sent is still to be answered."""
        question = self._questions.get(topic)
        if question and question.sent is None and question.receive() is None:
            del self._questions[topic]

    def _advance(self, question: _Question) -> None:
        if not self._open or question.sent is not None or question.waiting is None:
            return
        ask, question.waiting = question.waiting, None
        if self._deaths.get(encode(ask), 0) >= 2:
            receive = question.receive()
            if receive is not None:
                receive(
                    Problem(
                        what=tr("Showing this made the engine crash."),
                        fix=tr("It is not asked for again. Change the view or the tensor."),
                    )
                )
            return
        question.sent = ask
        question.ticket = self._send(ask)
