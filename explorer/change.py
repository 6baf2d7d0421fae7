"""A change of the script that can be put back: how a statement was before, and where it stood."""

from dataclasses import dataclass, replace
from typing import Literal

from explorer.session import Session, Statement

ChangeKind = Literal["deleted", "moved", "edited"]


@dataclass(frozen=True, slots=True)
class Change:
    """A statement that stood at `index`, under the one `above` (0: under none).

    `below` are the attempts that stood under it.
    """

    kind: ChangeKind
    statement: Statement
    index: int
    above: int
    below: frozenset[int]
    had_run: bool

    @staticmethod
    def before(kind: ChangeKind, session: Session, statement_id: int) -> "Change":
        """Return what is needed to put back what is about to be done. Raises KeyError."""
        i = session.index(statement_id)
        return Change(
            kind,
            session.statements[i],
            i,
            session.statements[i - 1].id if i else 0,
            frozenset(attempt.id for attempt in session.attempts if attempt.place > i),
            i < session.cursor,
        )

    def put_back(self, session: Session) -> Session:
        """Return `session` with the statement as it was; other lines stay as they are by now.

        One that was moved returns as it reads now, and one that had run stands among those that
        have, as far as they reach.
        """
        statement = self.statement
        known = {s.id: s for s in session.statements}
        if statement.id in known and self.kind == "edited":
            return session.edit(statement.id, statement.source)
        if statement.id in known:
            statement, session = known[statement.id], session.delete(statement.id)
        at, cursor, statements = self._index(session), session.cursor, session.statements
        return replace(
            session,
            statements=(*statements[:at], statement, *statements[at:]),
            cursor=cursor + (at < cursor or (at == cursor and self.had_run)),
            attempts=tuple(
                replace(a, place=a.place + (a.place > at or a.id in self.below))
                for a in session.attempts
            ),
        )

    def _index(self, session: Session) -> int:
        ids = [statement.id for statement in session.statements]
        if not self.above:
            return 0
        return ids.index(self.above) + 1 if self.above in ids else min(self.index, len(ids))
