"""The session: an immutable Python script with a cursor. The only document.

Statements before the cursor have run; those after it are undone. Saved, the session is ordinary
Python: undone statements go along as comments in a last cell, and stay comments when it is opened.
"""

import ast
from dataclasses import dataclass, field, replace
from typing import Literal

Outcome = Literal["failed", "killed", "unrun"]
UNDONE_CELL = "# %% [undone]"


def first_lines(seed: int = 0, dtype: str = "float32") -> tuple[str, ...]:
    """Return the lines that a new session begins with; `dtype` is what new tensors of fractions get."""
    lines = ("import torch", f"torch.manual_seed({seed})")
    return lines if dtype == "float32" else (*lines, f"torch.set_default_dtype(torch.{dtype})")


FIRST_LINES = first_lines()


@dataclass(frozen=True, slots=True)
class Statement:
    """Whole lines of Python that run together, with the comments above them.

    `id` is unique in its session and survives edits of other statements.
    """

    id: int
    source: str

    @property
    def code(self) -> str:
        """The source without the comments and blank lines above it."""
        lines = self.source.splitlines()
        while lines and (not lines[0].strip() or lines[0].lstrip().startswith("#")):
            lines.pop(0)
        return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class Place:
    """Beside a statement, as the person saw it: above it or below."""

    statement: Statement
    is_above: bool


@dataclass(frozen=True, slots=True)
class Attempt:
    """A line that is not in the script: it failed, it killed the engine, or never came to run.

    It stands before the statement at index `place`.
    """

    id: int
    source: str
    place: int
    outcome: Outcome
    reason: str


@dataclass(frozen=True, slots=True)
class Session:
    """Statements, cursor and the attempts shown among them. Every method returns a new session."""

    statements: tuple[Statement, ...] = ()
    cursor: int = 0
    attempts: tuple[Attempt, ...] = ()
    next_id: int = 1

    @staticmethod
    def new(first_lines: tuple[str, ...] = FIRST_LINES) -> "Session":
        """Return the session that begins every new script, already run to its end."""
        statements = tuple(Statement(i, source) for i, source in enumerate(first_lines, 1))
        return Session(statements, len(statements), (), len(statements) + 1)

    @staticmethod
    def from_source(text: str) -> "Session":
        """Return `text` as a session of which nothing has run. Raises SyntaxError."""
        text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
        sources = split(text)
        statements = tuple(Statement(i, source) for i, source in enumerate(sources, 1))
        return Session(statements, 0, (), len(statements) + 1)

    @property
    def done(self) -> tuple[Statement, ...]:
        """The statements that have run."""
        return self.statements[: self.cursor]

    def index(self, statement_id: int) -> int:
        """Return where `statement_id` stands. Raises KeyError if it does not."""
        for i, statement in enumerate(self.statements):
            if statement.id == statement_id:
                return i
        raise KeyError(statement_id)

    def to_source(self) -> str:
        """Return the script as a file: `python file.py` runs what stands before the cursor.

        A script of which nothing has run was only opened: it is returned as it came.
        """
        end = self.cursor or len(self.statements)
        text = "".join(f"{statement.source}\n" for statement in self.statements[:end])
        undone = "\n".join(statement.source for statement in self.statements[end:])
        if undone:
            commented = "".join(f"# {line}".rstrip() + "\n" for line in undone.splitlines())
            text += f"\n{UNDONE_CELL}\n{commented}"
        return text

    def reserve(self) -> tuple[int, "Session"]:
        """Return an id for a statement about to run, and the session that will not give it again."""
        return self.next_id, replace(self, next_id=self.next_id + 1)

    def insert(self, source: str, statement_id: int) -> "Session":
        """Add a statement that has just run at the cursor; failed attempts there are over."""
        at = self.cursor
        statement = Statement(statement_id, source)
        attempts = tuple(
            replace(a, place=a.place + (a.place > at))
            for a in self.attempts
            if a.place != at or a.outcome != "failed"
        )
        return replace(
            self,
            statements=(*self.statements[:at], statement, *self.statements[at:]),
            cursor=at + 1,
            attempts=attempts,
        )

    def insert_at(self, place: Place, statement: Statement) -> "Session":
        """Put `statement` beside another, on the same side of the cursor. Raises KeyError."""
        neighbour = self.index(place.statement.id)
        at = neighbour if place.is_above else neighbour + 1
        return replace(
            self,
            statements=(*self.statements[:at], statement, *self.statements[at:]),
            cursor=self.cursor + (neighbour < self.cursor),
            attempts=tuple(replace(a, place=a.place + (a.place > at)) for a in self.attempts),
        )

    def move_to(self, place: Place, statement: Statement) -> "Session":
        """Move `statement` beside another, on the same side of the cursor. Raises KeyError."""
        if statement.id == place.statement.id:
            return self
        return self.delete(statement.id).insert_at(place, statement)

    def is_same_code(self, other: "Session") -> bool:
        """Return whether what has run of both does the same: only notes and comments differ."""
        return [s.code for s in self.done if s.code] == [s.code for s in other.done if s.code]

    def move(self, cursor: int) -> "Session":
        """Put the cursor before statement `cursor`, within the script."""
        return replace(self, cursor=max(0, min(cursor, len(self.statements))))

    def edit(self, statement_id: int, source: str) -> "Session":
        """Replace the source of a statement. Raises KeyError."""
        i = self.index(statement_id)
        changed = replace(self.statements[i], source=source)
        return replace(self, statements=(*self.statements[:i], changed, *self.statements[i + 1 :]))

    def delete(self, statement_id: int) -> "Session":
        """Take a statement out of the script. Raises KeyError."""
        i = self.index(statement_id)
        return Session(
            (*self.statements[:i], *self.statements[i + 1 :]),
            self.cursor - (i < self.cursor),
            tuple(replace(a, place=a.place - (a.place > i)) for a in self.attempts),
            self.next_id,
        )

    def attempt(self, source: str, outcome: Outcome, reason: str) -> "Session":
        """Remember at the cursor a line that did not join the script."""
        new = Attempt(self.next_id, source, self.cursor, outcome, reason)
        return replace(self, attempts=(*self.attempts, new), next_id=self.next_id + 1)

    def kill(self, statement_id: int, reason: str) -> "Session":
        """Turn the statement that killed the engine into an attempt. Raises KeyError."""
        i = self.index(statement_id)
        without = self.delete(statement_id)
        killed = Attempt(self.next_id, self.statements[i].source, i, "killed", reason)
        return replace(without, attempts=(*without.attempts, killed), next_id=self.next_id + 1)

    def dismiss(self, attempt_id: int) -> "Session":
        """Forget an attempt."""
        return replace(self, attempts=tuple(a for a in self.attempts if a.id != attempt_id))


def split(text: str) -> list[str]:
    """Cut a script into the sources of its statements. Raises SyntaxError.

    A statement takes the comments and blank lines above it; several on one line stay together;
    comments at the end make a statement of their own. Joined by newlines the pieces are `text`.
    """
    lines = text.split("\n")
    while lines and not lines[-1].strip():
        lines.pop()
    pieces: list[str] = []
    start = end = 0
    for node in ast.parse(text).body:
        decorators: list[ast.expr] = getattr(node, "decorator_list", [])
        first = min([node.lineno, *(d.lineno for d in decorators)]) - 1
        if first < end:  # `a = 1; b = 2`
            end = max(end, node.end_lineno or node.lineno)
        else:
            if end:
                pieces.append("\n".join(lines[start:end]))
                start = end
            end = node.end_lineno or node.lineno
    if end:
        pieces.append("\n".join(lines[start:end]))
        start = end
    if start < len(lines):
        pieces.append("\n".join(lines[start:]))
    return pieces


@dataclass(frozen=True, slots=True)
class Record:
    """What is known of a statement's last run; kept beside the session, never in the file."""

    seconds: float = 0.0
    output: str = ""
    fingerprint: int = 0
    differs: bool = False
    """Its result came out different when it was replayed."""
    failed: str = ""
    """Why it failed when it was to run again."""


@dataclass(frozen=True, slots=True)
class Document:
    """A session and the file it is saved in. `saved` is the text of that file, or of its beginning."""

    session: Session = field(default_factory=Session.new)
    path: str = ""
    saved: str = ""
    arguments: tuple[str, ...] = ()

    @staticmethod
    def new(first_lines: tuple[str, ...] = FIRST_LINES) -> "Document":
        """Return a new session, which no file holds and none needs to."""
        session = Session.new(first_lines)
        return Document(session, saved=session.to_source())

    @property
    def is_untouched(self) -> bool:
        """True for a new session to which nothing has happened yet."""
        return not (self.path or self.dirty or self.session.attempts)

    @property
    def dirty(self) -> bool:
        """True if there is something that the file does not hold."""
        return self.session.to_source() != (self.saved or Session.new().to_source())
