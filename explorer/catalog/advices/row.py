"""One explained error."""

from dataclasses import dataclass

from explorer.catalog.mending import Mender
from explorer.text import Text


@dataclass(frozen=True, slots=True)
class Advice:
    """One explained error.

    `cause` is the class of the exception, "" for any; `pattern` is searched in its message. `mend`
    gives the line of code that mends the one that failed. The last line of `example` raises it.
    """

    cause: str
    pattern: str
    what: Text
    fix: Text
    example: str
    mend: Mender | None = None
