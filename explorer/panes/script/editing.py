"""Which row is being edited: a statement's code or note, or a line that is not there yet."""

from dataclasses import dataclass
from typing import Literal

from explorer.note import cut, put, text_of
from explorer.session import Place, Session, Statement

EditedPart = Literal["code", "note"]


@dataclass(frozen=True, slots=True)
class Editing:
    """`part` of `statement` as the person saw it, or, if that is None, a new line at `place`.

    `height_px` is what its editor needs.
    """

    part: EditedPart
    statement: Statement | None
    place: Place | None = None
    height_px: int = 0

    @property
    def key(self) -> tuple[str, int]:
        """The key of its row."""
        return ("statement", self.statement.id) if self.statement else ("draft", 0)

    @property
    def text(self) -> str:
        """What the editor begins with."""
        if self.statement is None:
            return ""
        head, body = cut(self.statement.source)
        return text_of(head) if self.part == "note" else body.strip("\n")

    def source(self, text: str) -> str:
        """Return the source that `text` in the editor makes; "" deletes the line."""
        if self.statement is None:
            return text
        head, body = cut(self.statement.source)
        if self.part == "note":
            return put(text, body)
        gap = body[: len(body) - len(body.lstrip("\n"))]
        return head + gap + text if text.strip() else head

    def stands_in(self, session: Session) -> bool:
        """Return whether what it is about is still there, unchanged."""
        if self.statement is not None:
            return self.statement in session.statements
        return self.place is not None and any(
            s.id == self.place.statement.id for s in session.statements
        )
