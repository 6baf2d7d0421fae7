"""Hindsight: has the engine run the script's first lines once more where no copy tells what was."""

from PySide6.QtCore import QObject, Signal

from explorer.protocol import Answer, Line, Problem, Revisit
from explorer.session import Statement
from explorer.text import tr
from explorer.window.asks import Asks
from explorer.window.book import Book
from explorer.window.executor import REPLAY_UNASKED_SECONDS
from explorer.window.lane import Lane
from explorer.window.link import Link
from explorer.writing import reads_input, writes_file


class Hindsight(QObject):
    """One moment at a time: a statement's id, meaning after it, or its negative, before it.

    The session stays as it is. Leaving the moment ends the reading, so that no line waits for it.
    """

    reading_changed = Signal()
    """Lines began to run, or ended."""
    revisited = Signal()
    """The moment has been read, or can't be: ask again."""

    def __init__(self, engine: Link, lane: Lane, book: Book, asks: Asks) -> None:
        super().__init__()
        self._engine = engine
        self._lane = lane
        self._book = book
        self._asks = asks
        self._moment = 0
        """What is being read, or has been; 0 if nothing."""
        self.is_reading = False
        self._problem: Problem | None = None
        lane.state_changed.connect(self._on_state_changed)
        book.as_of_changed.connect(self._on_as_of_changed)

    def revisit(self, moment: int, refusal: Problem) -> Problem | None:
        """Read a moment of which the engine says `refusal`; None until `revisited`, else why not."""
        if moment == self._moment:
            return None if self.is_reading else self._problem or refusal
        done = self._book.session.done
        ids = [statement.id for statement in done]
        if not self._lane.is_settled or self._book.ledger.out_of_step or abs(moment) not in ids:
            return refusal
        lines = done[: ids.index(abs(moment)) + 1]
        self._stop()
        problem = self._why_not(lines)
        if problem:
            return problem
        self._moment = moment
        self._set_reading(is_reading=True)
        self._asks.ask(self._ask_for(lines), self._on_revisited)
        # It has been answered by now if it ended an engine.
        return None if self.is_reading else self._problem

    def _why_not(self, lines: tuple[Statement, ...]) -> Problem | None:
        """Return why `lines` are not run again unasked, None if they are."""
        seconds = self._book.ledger.expected_seconds(lines)
        if any(writes_file(line.source) for line in lines):
            why = tr("Running the lines up to there again would write a file again.")
        elif any(reads_input(line.source) for line in lines):
            why = tr("Running the lines up to there again would ask for input again.")
        elif seconds > REPLAY_UNASKED_SECONDS:
            why = tr(
                "Running the lines up to there again takes about {seconds} s.",
                seconds=round(seconds),
            )
        else:
            return None
        return Problem(what=tr("The values of that time were not kept. {why}", why=why))

    def _ask_for(self, lines: tuple[Statement, ...]) -> Revisit:
        document, records = self._book.ledger.document, self._book.ledger.records
        known = [records.get(line.id) for line in lines]
        return Revisit(
            lines=tuple(Line(statement=line.id, source=line.source) for line in lines),
            fingerprints=tuple(record.fingerprint if record else 0 for record in known),
            script=document.path,
            arguments=document.arguments,
        )

    def interrupt(self) -> None:
        """Stop reading, by the person's wish."""
        if self.is_reading and self._book.as_of:
            self._book.look_back(0)
        elif self.is_reading:
            self._engine.interrupt()  # the engine says so to whoever asked

    def _stop(self) -> None:
        """Forget the moment; nobody waits for it any more."""
        if self.is_reading:
            self._engine.interrupt()
        self._forget()

    def _forget(self) -> None:
        self._moment, self._problem = 0, None
        self._set_reading(is_reading=False)

    def _set_reading(self, *, is_reading: bool) -> None:
        if is_reading != self.is_reading:
            self.is_reading = is_reading
            self.reading_changed.emit()

    def _on_revisited(self, answer: Answer) -> None:
        if self.is_reading:
            self._problem = answer if isinstance(answer, Problem) else None
            self._set_reading(is_reading=False)
            self.revisited.emit()

    def _on_as_of_changed(self) -> None:
        if self._book.as_of != self._moment:
            self._stop()

    def _on_state_changed(self) -> None:
        if self._lane.task:  # with it the engine forgets
            self._forget()
