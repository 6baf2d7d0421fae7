"""The controller: what a person wants of the script, the engine and what is shown.

Every intent of a person (run, undo, edit ...) is queued and carried out one at a time. After each
the workspace is in step with the script up to the cursor, or `out_of_step` says why it is not.
"""

from collections.abc import Callable

from explorer.protocol import Answer, Ask, EngineOptions, Problem
from explorer.session import Document, Place, Statement
from explorer.window.book import Selection
from explorer.window.intent import (
    OpenIntent,
    PutBackIntent,
    RedoIntent,
    ReplayIntent,
    RewriteIntent,
    RunIntent,
    RunToIntent,
    UndoIntent,
)
from explorer.window.lane import EngineState
from explorer.window.linking import Linking
from explorer.window.situation import Situation

__all__ = ["Controller", "EngineState", "Selection"]


class Controller(Situation):
    """See the module. What there is, and the signals that say it changed, is the base's."""

    # --- what a person wants of the script ----------------------------------------------------

    def submit(self, source: str) -> bool:
        """Run `source` after what is already waiting; False if it is not Python."""
        source = source.rstrip()
        if not source.strip() or not self._executor.check(source):
            return False
        self._executor.do(RunIntent(source))
        return True

    def submit_console(self, source: str, ticket: str) -> None:
        """Run a line of the console after what is already waiting; magics are welcome there.

        Either messages that carry `ticket` arrive, or the line is given up.
        """
        self._executor.do(RunIntent(source, ticket=ticket))

    def undo(self) -> None:
        """Take back the statement before the cursor."""
        self._executor.do(UndoIntent())

    def redo(self) -> None:
        """Run the statement after the cursor again."""
        self._executor.do(RedoIntent())

    def edit(self, statement: Statement, source: str) -> bool:
        """Replace a statement; replay if it had run. False if `source` is not Python."""
        source = source.rstrip()
        if not self._executor.check(source):
            return False
        self._executor.do(RewriteIntent(statement, source))
        return True

    def delete(self, statement: Statement) -> None:
        """Take a statement out of the script; replay if it had run."""
        self._executor.do(RewriteIntent(statement, None))

    def insert(self, source: str, place: Place) -> bool:
        """Insert a line, which runs if those around it have. False if `source` is not Python."""
        source = source.rstrip()
        if not source.strip() or not self._executor.check(source):
            return False
        self._executor.do(RewriteIntent(source=source, place=place))
        return True

    def move(self, statement: Statement, place: Place) -> None:
        """Move a statement to another place in the script; replay if that is among what has run."""
        self._executor.do(RewriteIntent(statement, place=place))

    def put_back(self) -> None:
        """Take back the last line that was deleted, moved or edited; replay if it had run."""
        self._executor.do(PutBackIntent())

    def run_from(self, statement: Statement) -> None:
        """Take back what ran from `statement` on, then run the rest as far as it goes."""
        self._executor.do(RunToIntent(statement, None))

    def run_to(self, statement: Statement) -> None:
        """Run, or take back, as much as makes `statement` the last that has run."""
        statements = self.session.statements
        after = statements[statements.index(statement) + 1 :][:1] if statement in statements else ()
        self._executor.do(RunToIntent(after[0] if after else None, statement))

    def dismiss(self, attempt_id: int) -> None:
        """Forget a failed attempt."""
        self._book.set_session(self.session.dismiss(attempt_id))

    def replay(self) -> None:
        """Run the script up to the cursor anew; the person's way back in step."""
        self._executor.do(ReplayIntent())

    def run_all(self) -> None:
        """Run the whole script anew, as far as it goes."""
        self._executor.do(ReplayIntent(len(self.session.statements), keep_partial=True))

    def open(self, document: Document, *, run: bool = False) -> None:
        """Take another document in hand. What has run of it runs again; all of it if `run`."""
        self._executor.do(OpenIntent(document, run))

    def mark_saved(self, path: str) -> None:
        """Take note that the script now stands in the file `path`."""
        self._book.mark_saved(path)

    # --- what a person looks at ---------------------------------------------------------------

    def select(self, *expressions: str, cell: tuple[int, ...] | None = None) -> None:
        """Point at tensors, in operand order."""
        self._book.select(*expressions, cell=cell)

    def link(self, linking: Linking) -> None:
        """Let heat maps share this."""
        self._book.link(linking)

    def look_back(self, statement_id: int) -> None:
        """Show values as of a statement that has run, until the next line runs; 0 is now."""
        self._book.look_back(statement_id)

    def revisit(self, moment: int, refusal: Problem) -> Problem | None:
        """Have a moment told that the engine refuses to tell; None until `revisited`, else why not."""
        return self._hindsight.revisit(moment, refusal)

    def ask(self, ask: Ask, receive: Callable[[Answer], None]) -> None:
        """Ask the engine; see `Pane.ask`."""
        self._asks.ask(ask, receive)

    def is_asking(self, owner: object) -> bool:
        """Return whether an ask of `owner`'s is not answered yet."""
        return self._asks.is_asking(owner)

    def request(self, kind: str, content: dict[str, object]) -> str:
        """Send a request of Jupyter's own; see `Link`."""
        return self._engine.request(kind, content)

    def say_anew(self) -> None:
        """Give the reasons that this program gave itself in the language of now."""
        self._book.set_ledger(self._book.ledger.said_anew())

    def report(self, problem: Problem) -> None:
        """Show `problem` to the person."""
        self.problem_raised.emit(problem)

    # --- what a person wants of the engine ----------------------------------------------------

    def start(self) -> None:
        """Start the engine; it replays the script up to the cursor."""
        self._supervisor.start()

    def interrupt(self) -> None:
        """Stop the running line or replay; lines that waited behind it stay as attempts."""
        self._hindsight.interrupt()
        self._executor.interrupt()

    def restart(self) -> None:
        """End the engine and start another, which replays the script."""
        self._supervisor.restart()

    def configure(self, options: EngineOptions) -> None:
        """Let the engine, and those after it, take up `options`."""
        self._supervisor.configure(options)

    def use_python(self, python: str) -> None:
        """Start the next engine in the interpreter `python`, "" for this program's own."""
        self._engine.python = python

    def close(self) -> None:
        """End the engine for good."""
        self._lane.clear()
        self._asks.close()
        self._engine.close()
