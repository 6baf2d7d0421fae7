"""Whether a script that is opened runs at once, and if not, what in it needs the person's consent."""

from collections.abc import Iterator
from pathlib import Path

from explorer.catalog.consent import MOST_CHARACTERS, UnsafeError, safe_lines, why_ask
from explorer.session import Session
from explorer.text import tr

MOST_BESIDE = 20
"""More scripts in one folder are not read through."""
_CODE = frozenset((".py", ".pyc", ".so", ".pyd"))


def why_consent(session: Session, path: str) -> str:
    """Return why a script that stands in the file `path` must not run unasked; "" if it may.

    Lines are counted as the Script pane does: one a statement.
    """
    try:
        safe_lines("\n".join(statement.source for statement in session.statements))
    except UnsafeError as error:
        if not error.line:
            return _whole(error.message)
        return tr(
            "This script has not run yet. Line {n} needs your consent: {reason}.",
            n=_statement_number(session, error.line),
            reason=error.reason,
        )
    name = _unsafe_beside(Path(path)) if path else ""
    if not name:
        return ""
    return _whole(
        tr("{name} in the same folder could be imported in place of a library", name=name)
    )


def _whole(reason: str) -> str:
    return tr("This script has not run yet. It needs your consent: {reason}.", reason=reason)


def _statement_number(session: Session, line: int) -> int:
    """Return the number of the statement that line `line` of the text is part of."""
    end = 0
    for number, statement in enumerate(session.statements, 1):
        end += statement.source.count("\n") + 1
        if line <= end:
            return number
    return len(session.statements)


def _unsafe_beside(script: Path) -> str:
    """Return what Python could import from the script's folder and run unread, "" if nothing.

    That folder comes first in `sys.path`, before NumPy and what torch imports when it is needed.
    """
    beside = (path for path in _modules(script.parent) if path.name != script.name)
    for count, path in enumerate(beside, 1):
        if count > MOST_BESIDE or not _is_safe(path):
            return path.name
    return ""


def _modules(folder: Path) -> Iterator[Path]:
    """Go through the modules and packages of a folder."""
    for path in _entries(folder):
        if path.name.partition(".")[0].isidentifier() and path.name != "__pycache__":
            inner = _entries(path) if path.is_dir() else [path]
            if any(file.suffix.lower() in _CODE for file in inner):
                yield path


def _entries(folder: Path) -> list[Path]:
    """Return what is in a folder; from one that can't be read nothing is imported either."""
    try:
        return sorted(folder.iterdir())
    except OSError:
        return []


def _is_safe(path: Path) -> bool:
    """Return whether `path` is a script that may run unasked too, so that importing it is safe."""
    try:
        if path.suffix != ".py" or not path.is_file() or path.stat().st_size > MOST_CHARACTERS:
            return False
        return not why_ask(path.read_text("utf-8-sig"))
    except (OSError, UnicodeDecodeError):
        return False
