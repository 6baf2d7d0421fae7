"""The executor: carries out what a person wants, one intent at a time, and keeps values in step."""

import ast
from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from explorer.change import Change, ChangeKind
from explorer.plain import is_python
from explorer.protocol import Line, Replay, Undo
from explorer.session import Place, Session, Statement
from explorer.text import said
from explorer.window.book import Book
from explorer.window.intent import (
    Intent,
    OpenIntent,
    PutBackIntent,
    RedoIntent,
    ReplayIntent,
    RewriteIntent,
    RunIntent,
    RunToIntent,
    UndoIntent,
)
from explorer.window.lane import EngineState, Lane, Task
from explorer.window.link import Link
from explorer.writing import writes_file

REPLAY_UNASKED_SECONDS = 5.0


class Executor(QObject):
    """Sends the engine what an intent needs, or changes the book where the engine isn't needed."""

    problem_raised = Signal(object)
    console_line_given_up = Signal(str, str)
    """Ticket of a line of the console that did not run to its end, and why."""

    def __init__(self, engine: Link, lane: Lane, book: Book) -> None:
        super().__init__()
        self._engine = engine
        self._lane = lane
        self._book = book

    def check(self, source: str) -> bool:
        """Return whether `source` is Python; if not, say why and keep it as an attempt."""
        try:
            ast.parse(source)
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            from explorer.catalog.advice import advise  # its tables are loaded on the first mistake

            problem = advise(type(error).__name__, str(error), source, {})
            self._book.set_session(self._book.session.attempt(source, "failed", problem.what))
            self.problem_raised.emit(problem)
            return False
        return True

    def do(self, intent: Intent) -> None:
        """Carry out `intent` when its turn comes."""
        self._lane.put(intent)
        self.advance()

    def advance(self) -> None:
        """Carry out what waits, until the engine has something to do."""
        while (intent := self._lane.take()) is not None:
            self._book.look_back(0)  # which interrupts what is read again, before a line is sent
            match intent:
                case RunIntent():
                    self._run(intent)
                case UndoIntent():
                    self._undo(intent)
                case RedoIntent():
                    self._redo()
                case RewriteIntent():
                    self._rewrite(intent)
                case PutBackIntent():
                    self._put_back()
                case RunToIntent():
                    self._run_to(intent)
                case ReplayIntent():
                    self._replay(intent)
                case OpenIntent():
                    self._open(intent)

    def end_task(self) -> None:
        """Go on: the task is over."""
        self._lane.end()
        self.advance()

    def interrupt(self) -> None:
        """Stop the task; lines that waited behind it stay as attempts."""
        self.drop_queue()
        if self._lane.task:
            self._lane.task.then = None
            self._engine.interrupt()

    def drop_queue(self) -> None:
        """Forget what waits for this document; what was typed stays as an attempt."""
        reason = said("It waited and was not run.")
        for intent in self._lane.drain():
            match intent:
                case RunIntent(source=source, redo=0, ticket=ticket):
                    if is_python(source):
                        self._keep(source, reason)
                    self.give_up(ticket, reason)
                case RewriteIntent(source=str(source)):
                    self._keep(source, reason)

    def give_up(self, ticket: str, reason: str) -> None:
        """Say of a line of the console, "" for any other, that nothing more will come of it."""
        if ticket:
            self.console_line_given_up.emit(ticket, reason)

    def bring_in_step(self, reason: str, *, keep_partial: bool = False) -> None:
        """Replay at once if that is quick and harmless, else say `reason` and leave it to them."""
        seconds = self._book.ledger.expected_seconds()
        if any(writes_file(s.source) for s in self._book.session.done):
            reason = said("{reason} Replaying writes a file again.", reason=reason)
        elif seconds > REPLAY_UNASKED_SECONDS:
            reason = said(
                "{reason} Replaying takes about {seconds} s.", reason=reason, seconds=round(seconds)
            )
        else:
            self._lane.put_first(ReplayIntent(keep_partial=keep_partial))
        self._book.set_out_of_step(reason)
        self.advance()

    # --- what the engine carries out ----------------------------------------------------------

    def _run(self, intent: RunIntent, then: RunToIntent | None = None) -> None:
        statement = intent.redo or self._book.reserve()
        ticket = self._engine.execute(intent.source, statement, intent.ticket)
        self._lane.begin(Task(intent, ticket, statement, then=then), EngineState.RUNNING)

    def _redo(self) -> None:
        session = self._book.session
        if session.cursor < len(session.statements):
            statement = session.statements[session.cursor]
            self._run(RunIntent(statement.source, statement.id))

    def _undo(self, intent: UndoIntent) -> None:
        session = self._book.session
        if session.cursor == 0:
            return
        if self._book.ledger.out_of_step:
            self._book.set_session(session.move(session.cursor - 1))
            self.bring_in_step(said("A line was undone while script and values differed."))
            return
        self._take_back(intent)

    def _take_back(self, intent: UndoIntent, then: RunToIntent | None = None) -> None:
        session = self._book.session
        statement = session.statements[session.cursor - 1]
        if statement.code:
            ticket = self._engine.ask(Undo(statement=statement.id))
            self._lane.begin(Task(intent, ticket, statement.id, then=then), EngineState.RUNNING)
            return
        if then:
            self._lane.put_first(then)
        self._book.set_session(session.move(session.cursor - 1))  # nothing ran of a note

    def _run_to(self, intent: RunToIntent) -> None:
        session = self._book.session
        ids = [s.id for s in session.statements]
        if any(s.id not in ids for s in (intent.start, intent.end) if s):
            return  # changed while this intent waited
        start = ids.index(intent.start.id) if intent.start else len(ids)
        end = ids.index(intent.end.id) + 1 if intent.end else len(ids)
        if self._book.ledger.out_of_step or not session.cursor:
            self._replay(ReplayIntent(end, keep_partial=True))
        elif session.cursor > start:
            self._take_back(UndoIntent(), intent)
        elif session.cursor < end:
            statement = session.statements[session.cursor]
            self._run(RunIntent(statement.source, statement.id), replace(intent, start=None))

    def _replay(self, intent: ReplayIntent) -> None:
        document, session = self._book.ledger.document, self._book.session
        statements = session.done if intent.end is None else session.statements[: intent.end]
        ask = Replay(
            lines=tuple(Line(statement=s.id, source=s.source) for s in statements),
            keep_partial=intent.keep_partial,
            script=document.path,
            arguments=document.arguments,
        )
        self._lane.begin(Task(intent, self._engine.ask(ask)), EngineState.REPLAYING)

    # --- what changes the script --------------------------------------------------------------

    def _open(self, intent: OpenIntent) -> None:
        session = intent.document.session
        end = len(session.statements) if intent.run else session.cursor
        if not intent.run and any(writes_file(s.source) for s in session.done):
            end = 0
        # Queued before the book tells of the document: nobody must think that all has run.
        self._lane.put_first(ReplayIntent(end, keep_partial=True))
        self._book.open(replace(intent.document, session=session.move(0)))

    def _rewrite(self, intent: RewriteIntent) -> None:
        session, statements = self._book.session, self._book.session.statements
        statement, source, place = intent.statement, intent.source, intent.place
        ids = {s.id for s in statements}
        is_gone = statement is not None and statement not in statements
        if is_gone or (place and place.statement.id not in ids):  # changed while this intent waited
            if source is not None:
                self._keep(
                    source,
                    said("The line that it was to replace or to stand beside is no longer there."),
                )
        elif statement is None and place and source is not None:
            self._insert(source, place)
        elif statement and place:
            self._alter("moved", statement, session.move_to(place, statement))
        elif statement and source is None:
            self._alter("deleted", statement, session.delete(statement.id))
        elif statement and source is not None:
            self._alter("edited", statement, session.edit(statement.id, source))

    def _alter(self, kind: ChangeKind, statement: Statement, session: Session) -> None:
        """Take a script in which `statement` is changed, which can be put back."""
        before = self._book.session
        if session.statements != before.statements:
            self._book.remember(Change.before(kind, before, statement.id))
        self._change(session)

    def _put_back(self) -> None:
        change = self._book.recall()
        if change:
            self._change(change.put_back(self._book.session))

    def _insert(self, source: str, place: Place) -> None:
        session = self._book.session
        statement_id, reserved = session.reserve()
        statement = Statement(statement_id, source)
        is_below_last = session.index(place.statement.id) == session.cursor - 1
        if statement.code and not place.is_above and is_below_last:
            self._lane.put_first(RunIntent(source))  # there it is simply the next line
        else:
            self._change(reserved.insert_at(place, statement))

    def _change(self, session: Session) -> None:
        """Take another script, and bring the values in step if what has run is different code."""
        before = self._book.session
        self._book.set_session(session)
        if not session.is_same_code(before):
            self.bring_in_step(said("A line that had run was changed."))

    def _keep(self, source: str, reason: str) -> None:
        """Keep a line that will not run as an attempt."""
        self._book.set_session(self._book.session.attempt(source, "unrun", reason))
