"""What a person wants of the script: queued by the controller, carried out one at a time."""

from dataclasses import dataclass

from explorer.session import Document, Statement


@dataclass(frozen=True, slots=True)
class RunIntent:
    """Run `source`; `redo` names the statement of the script it comes from, 0 if it is new."""

    source: str
    redo: int = 0


@dataclass(frozen=True, slots=True)
class UndoIntent:
    """Move the cursor one statement back."""


@dataclass(frozen=True, slots=True)
class RedoIntent:
    """Run the statement after the cursor again."""


@dataclass(frozen=True, slots=True)
class RewriteIntent:
    """Replace `statement`, as the person saw it, by `source`; delete it if that is None."""

    statement: Statement
    source: str | None


@dataclass(frozen=True, slots=True)
class ReplayIntent:
    """Run the script up to statement `end` anew, up to the cursor if None."""

    end: int | None = None
    keep_partial: bool = False


@dataclass(frozen=True, slots=True)
class OpenIntent:
    """Take `document` in hand, its cursor at the start, and run it if `run`."""

    document: Document
    run: bool = False


Intent = RunIntent | UndoIntent | RedoIntent | RewriteIntent | ReplayIntent | OpenIntent
