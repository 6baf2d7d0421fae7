"""The ledger: the document, what its lines did, and the workspace they made. A pure value.

`out_of_step` says why the workspace is not what the script up to the cursor makes, and is "" while
it is. Every method returns the ledger after something happened in the engine.
"""

import ast
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from explorer.change import Change
from explorer.plain import is_plain, is_python
from explorer.protocol import Entry, Replayed, StatementRan, Undone
from explorer.session import Document, Outcome, Record, Session, Statement
from explorer.text import anew, said
from explorer.workspace import Workspace, root_name

MOST_CHANGES = 100


@dataclass(frozen=True, slots=True)
class Ledger:
    """See the module. `records` maps the ids of statements to what is known of their last run.

    `data_revision` grows when values may have changed that the workspace does not show.
    """

    document: Document = field(default_factory=Document)
    records: dict[int, Record] = field(default_factory=dict)
    workspace: Workspace = field(default_factory=Workspace)
    out_of_step: str = ""
    data_revision: int = 0
    changes: tuple[Change, ...] = ()
    """Changes of the script that can be put back, the last one at the end."""

    @property
    def session(self) -> Session:
        """The script in hand."""
        return self.document.session

    def with_session(self, session: Session) -> "Ledger":
        """Return the ledger with another state of its script."""
        if session is self.session:
            return self
        return replace(self, document=replace(self.document, session=session))

    def changed(self, change: Change) -> "Ledger":
        """Return the ledger with one more change that can be put back."""
        return replace(self, changes=(*self.changes, change)[-MOST_CHANGES:])

    def recorded(self, records: dict[int, Record]) -> "Ledger":
        """Return the ledger with these records in place of older ones."""
        return replace(self, records=self.records | records)

    def expected_seconds(self, lines: Iterable[Statement] | None = None) -> float:
        """Return how long `lines`, or those before the cursor, took when they last ran."""
        lines = self.session.done if lines is None else lines
        return sum(self._record(s.id).seconds for s in lines)

    def ran(self, event: StatementRan, source: str, output: str, *, redo: bool) -> "Ledger":
        """Take in the end of `source`: it joins the script, fails, or was a mere look.

        What a script can't hold, such as a magic of the console, never joins.
        """
        ledger = self.observed(event)
        failure, statement = event.failure, event.statement
        record = Record(event.seconds, output, event.fingerprint)
        if failure and redo:
            return ledger.recorded({statement: replace(record, failed=failure.problem.what)})
        if failure and not is_python(source):
            return ledger
        if failure:
            outcome: Outcome = "unrun" if failure.interrupted else "failed"
            return ledger.with_session(self.session.attempt(source, outcome, failure.problem.what))
        if redo:
            ledger = ledger.with_session(self.session.move(self.session.cursor + 1))
        elif not is_plain(source):
            return ledger.outside(event)
        elif event.effect or not _is_look(source):
            ledger = ledger.with_session(self.session.insert(source, statement))
        else:
            return ledger
        return ledger.recorded({statement: self._compared(statement, record)})

    def observed(self, event: StatementRan) -> "Ledger":
        """Take in what a statement changed in the workspace."""
        statement = 0 if event.failure else event.statement
        return replace(
            self,
            workspace=self.workspace.apply(event.delta, statement, event.wrote),
            data_revision=self.data_revision + event.opaque,
        )

    def outside(self, event: StatementRan) -> "Ledger":
        """Say that the script does not hold what a statement changed, if it changed anything."""
        if self.out_of_step or not event.changed:
            return self
        delta = event.delta
        names = sorted({entry.name for entry in delta.changed} | {*delta.gone, *event.wrote})
        if not names:
            reason = said(
                "A console command changed settings or random numbers outside the script."
            )
        else:
            reason = said(
                "A console command changed {names} outside the script.", names=", ".join(names)
            )
        return replace(self, out_of_step=reason)

    def replayed(self, answer: Replayed) -> "Ledger":
        """Take in the end of a replay, which may have failed at the line after its results."""
        ledger = self.recorded(
            {
                r.statement: self._compared(r.statement, Record(r.seconds, r.output, r.fingerprint))
                for r in answer.results
            }
        )
        if answer.swapped:
            ledger = replace(
                ledger.with_session(self.session.move(len(answer.results))),
                workspace=self.workspace.apply(answer.delta).attributed(
                    {name: r.statement for r in answer.results for name in r.wrote}
                ),
                data_revision=self.data_revision + 1,
            )
        reason, failure, at = "", answer.failure, len(answer.results)
        if failure:
            what = failure.problem.what
            failed = [s.id for s in self.session.statements[at : at + 1]]
            ledger = ledger.recorded({i: replace(self._record(i), failed=what) for i in failed})
            if failure.interrupted:
                reason = said("The replay was cancelled.")
            else:
                reason = said("Line {n} failed in the replay.", n=at + 1)
            if answer.swapped and answer.clean:
                reason = ""
        return replace(ledger, out_of_step=reason)

    def undone(self, answer: Undone) -> "Ledger":
        """Take in that the statement before the cursor was taken back from copies, or could not."""
        ledger = self.with_session(self.session.move(self.session.cursor - 1))
        if not answer.restored:
            return ledger
        return replace(
            ledger,
            workspace=self.workspace.apply(answer.delta),
            data_revision=self.data_revision + 1,
        )

    def died(self) -> "Ledger":
        """Take in that the engine is gone, and all values with it."""
        return replace(
            self,
            workspace=Workspace(),
            data_revision=self.data_revision + 1,
            out_of_step=said("The engine ended."),
        )

    def said_anew(self) -> "Ledger":
        """Return the ledger with its reasons in the language of now, as far as they are ours."""
        session = self.session
        attempts = tuple(replace(a, reason=anew(a.reason)) for a in session.attempts)
        return replace(
            self.with_session(replace(session, attempts=attempts) if attempts else session),
            out_of_step=anew(self.out_of_step),
        )

    def _record(self, statement: int) -> Record:
        return self.records.get(statement, Record())

    def _compared(self, statement: int, record: Record) -> Record:
        before = self._record(statement).fingerprint
        return replace(record, differs=before not in (0, record.fingerprint))


def last_result(workspace: Workspace, names: Iterable[str], selected: Iterable[str] = ()) -> str:
    """Return the last of `names` that is or holds a tensor, or is an array; "" if none does.

    "" as well for a container in which something is `selected`: a line that writes a parameter of
    a module is no reason to look at another one.
    """
    for name in reversed(list(names)):
        entry = workspace.entries.get(name)
        if entry and any(_is_member(e, entry, workspace) for e in selected):
            return ""
        if entry and entry.tensors:
            return entry.tensors[0].expression
        if entry and entry.arrays and entry.arrays[0].expression == name:
            return name
    return ""


def _is_member(expression: str, entry: Entry, workspace: Workspace) -> bool:
    """Return whether `expression` names a tensor in the container `entry`."""
    if root_name(expression) != entry.name or workspace.find(entry.name):
        return False
    return workspace.find(expression) is not None or workspace.may_have(expression)


def _is_look(source: str) -> bool:
    """Whether the last statement is a bare expression, whose value is only shown."""
    body = ast.parse(source).body
    return not body or isinstance(body[-1], ast.Expr)
