"""What a person wants of the script: queued by the controller, carried out one at a time."""

from dataclasses import dataclass

from explorer.session import Document, Place, Statement


@dataclass(frozen=True, slots=True)
class RunIntent:
    """Run `source`; `redo` names the statement of the script it comes from, 0 if it is new.

    The messages about a line of the console carry its `ticket`.
    """

    source: str
    redo: int = 0
    ticket: str = ""


@dataclass(frozen=True, slots=True)
class UndoIntent:
    """Move the cursor one statement back."""


@dataclass(frozen=True, slots=True)
class RedoIntent:
    """Run the statement after the cursor again."""


@dataclass(frozen=True, slots=True)
class RewriteIntent:
    """Change the script; what is named in it is what the person saw.

    | `statement` | `source` | `place` | |
    |---|---|---|---|
    | given | given | | replace it |
    | given | | | delete it |
    | | given | given | insert a line |
    | given | | given | move it |
    """

    statement: Statement | None = None
    source: str | None = None
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class PutBackIntent:
    """Take back the last change of the script."""


@dataclass(frozen=True, slots=True)
class RunToIntent:
    """Take back what ran from `start` on, then run on through `end`, as far as it goes.

    None for `start` takes nothing back, None for `end` runs on through the last line.
    """

    start: Statement | None
    end: Statement | None


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


Intent = (
    RunIntent
    | UndoIntent
    | RedoIntent
    | RewriteIntent
    | PutBackIntent
    | RunToIntent
    | ReplayIntent
    | OpenIntent
)
