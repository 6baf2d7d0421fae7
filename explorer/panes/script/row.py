"""The session as rows: statements, the cursor among them, and lines that did not join it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from explorer.measure import seconds_text
from explorer.note import cut, text_of
from explorer.panes.script.editing import EditedPart, Editing
from explorer.session import Attempt, Record, Session, Statement
from explorer.text import tr

RowState = Literal[
    "ran", "running", "failed", "killed", "unrun", "undone", "waiting", "draft", "cursor"
]
FOLDED_LINES = 8
FOLDED_CHARACTERS = 400
NO_RECORD = Record()


@dataclass(frozen=True, slots=True)
class Row:
    """One row. `key` tells rows apart from one session to the next; `number` is 0 without a line."""

    key: tuple[str, int]
    state: RowState
    note: str = ""
    source: str = ""
    number: int = 0
    seconds: float = 0.0
    output: str = ""
    reason: str = ""
    differs: bool = False
    edited: EditedPart | None = None
    """The part in whose place an editor stands that is `editor_px` high."""
    editor_px: int = 0
    unfolded: bool = False
    statement: Statement | None = None
    attempt: Attempt | None = None

    @property
    def hidden_lines(self) -> int:
        """How many lines it printed in all, if some of them are folded away or could be, else 0."""
        count = self.output.count("\n") + 1
        long = any(len(line) > FOLDED_CHARACTERS for line in self.output.split("\n"))
        return count if count > FOLDED_LINES or long else 0

    @property
    def shown_output(self) -> str:
        """What it printed, folded to a few lines: the first, or the last while it runs."""
        if self.unfolded or not self.hidden_lines:
            return self.output
        lines = self.output.split("\n")
        lines = lines[-FOLDED_LINES:] if self.state == "running" else lines[:FOLDED_LINES]
        return "\n".join(
            line if len(line) <= FOLDED_CHARACTERS else line[:FOLDED_CHARACTERS] + "…"
            for line in lines
        )


@dataclass(frozen=True, slots=True)
class Running:
    """The line that runs: `statement` is the id of one that runs again, 0 for a new line."""

    source: str = ""
    statement: int = 0
    output: str = ""


class RowBook:
    """Makes the rows, and gives the same object again for a row that has not changed."""

    def __init__(self) -> None:
        self._rows: dict[tuple[str, int], tuple[tuple[object, ...], Row]] = {}

    def rows(
        self,
        session: Session,
        records: dict[int, Record],
        running: Running,
        unfolded: frozenset[tuple[str, int]],
        editing: Editing | None = None,
    ) -> list[Row]:
        """Return the rows of `session` from the top."""
        attempts: dict[int, list[Attempt]] = {}
        for attempt in session.attempts:
            attempts.setdefault(attempt.place, []).append(attempt)
        rows: list[Row] = []
        for index, statement in enumerate(session.statements):
            if attempts:
                rows += self._attempts(attempts, index, unfolded)
            if index == session.cursor:
                rows += self._cursor(session, running, records)
            place = editing.place if editing else None
            beside = place is not None and place.statement.id == statement.id
            if beside and place and place.is_above:
                rows.append(self._draft(editing))
            record = records.get(statement.id, NO_RECORD)
            output = running.output if running.statement == statement.id else None
            key = ("statement", statement.id)
            # Of a note nothing is known: it has run, but did nothing.
            ran = index < session.cursor and (record is not NO_RECORD or not statement.code)
            edited = editing if editing and editing.key == key else None
            facts = (statement, record, index, ran, output, edited, key in unfolded)
            known = self._rows.get(key)
            if known and known[0] == facts:
                rows.append(known[1])
            else:
                row = _statement_row(
                    statement, record, index, output, edited, ran=ran, unfolded=facts[-1]
                )
                self._rows[key] = facts, row
                rows.append(row)
            if beside and place and not place.is_above:
                rows.append(self._draft(editing))
        end = len(session.statements)
        rows += self._attempts(attempts, end, unfolded)
        if session.cursor == end:
            rows += self._cursor(session, running, records)
        self._rows = {row.key: self._rows[row.key] for row in rows}
        return rows

    def _attempts(
        self,
        attempts: dict[int, list[Attempt]],
        place: int,
        unfolded: frozenset[tuple[str, int]],
    ) -> Iterator[Row]:
        for attempt in attempts.get(place, ()):
            row = Row(
                key=("attempt", attempt.id),
                state=attempt.outcome,
                source=attempt.source,
                reason=attempt.reason,
                attempt=attempt,
            )
            yield self._same(row)

    def _cursor(
        self, session: Session, running: Running, records: dict[int, Record]
    ) -> Iterator[Row]:
        if running.source and not running.statement:
            yield self._same(
                Row(
                    key=("running", 0),
                    state="running",
                    source=running.source,
                    output=running.output.rstrip("\n"),
                )
            )
        yield self._same(
            Row(key=("cursor", 0), state="cursor", reason=_what_follows(session, records))
        )

    def _draft(self, editing: Editing | None) -> Row:
        height = editing.height_px if editing else 0
        return self._same(Row(key=("draft", 0), state="draft", edited="code", editor_px=height))

    def _same(self, row: Row) -> Row:
        known = self._rows.get(row.key)
        if known and known[1] == row:
            return known[1]
        self._rows[row.key] = (), row
        return row


def _statement_row(
    statement: Statement,
    record: Record,
    index: int,
    output: str | None,
    edited: Editing | None,
    *,
    ran: bool,
    unfolded: bool,
) -> Row:
    if output is not None:
        state: RowState = "running"
    elif record.failed:
        state = "failed"
    elif ran:
        state = "ran"
    else:
        state = "waiting" if record is NO_RECORD else "undone"
    head, body = cut(statement.source)
    return Row(
        key=("statement", statement.id),
        state=state,
        note=text_of(head),
        source=body.strip("\n").expandtabs(4),
        number=index + 1,
        seconds=record.seconds if ran else 0.0,
        output=(record.output if output is None and ran else output or "").rstrip("\n"),
        reason=record.failed if state == "failed" else "",
        differs=record.differs and ran,
        edited=edited.part if edited else None,
        editor_px=edited.height_px if edited else 0,
        unfolded=unfolded,
        statement=statement,
    )


def _what_follows(session: Session, records: dict[int, Record]) -> str:
    """Return what the lines after the cursor are, "" if there are none."""
    count = len(session.statements) - session.cursor
    if not count:
        return ""
    if session.statements[session.cursor].id in records:
        return tr("1 undone line follows") if count == 1 else tr("{n} undone lines follow", n=count)
    return tr("1 line has not run") if count == 1 else tr("{n} lines have not run", n=count)


def state_text(row: Row) -> str:
    """Return in a word or two what became of the row; for a line that ran, how long it took."""
    if row.state == "ran":
        return seconds_text(row.seconds)
    texts = {
        "running": tr("running"),
        "failed": tr("failed"),
        "killed": tr("ended the engine"),
        "unrun": tr("not run"),
        "undone": tr("undone"),
        "waiting": tr("not run"),
        "draft": tr("new line"),
    }
    return texts.get(row.state, "")
