"""Scripts on disk: read with advice, written so that the old file survives a failure."""

import os
import secrets
from pathlib import Path

from explorer.protocol import Problem
from explorer.session import Document, Session
from explorer.text import tr

SCRIPT_BYTES = 10_000_000
"""A file above this is data that ends in .py, not a script."""


def write_atomically(path: Path, content: str | bytes, *, durable: bool = True) -> None:
    """Make `content` that of the file `path`, or raise OSError and leave the old file as it was.

    A link stays a link and the file keeps its permissions. `durable` waits until the disk has it.
    """
    target = path.resolve()
    beside = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    try:
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666), "wb") as file:
            file.write(content.encode() if isinstance(content, str) else content)
            file.flush()
            if durable:
                os.fsync(file.fileno())
        if target.exists():
            beside.chmod(target.stat().st_mode & 0o7777)
        beside.replace(target)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def save_problem(path: Path, error: OSError) -> Problem:
    """Return what to tell a person whose script could not be saved."""
    return Problem(
        what=tr("{name} was not saved: {reason}.", name=path.name, reason=error.strerror or error),
        fix=tr("The old file is as it was. Make room or choose another folder."),
        detail=str(error),
        cause=type(error).__name__,
    )


def read_document(path: Path, arguments: tuple[str, ...] = ()) -> Document | Problem:
    """Return the script in `path`, of which nothing has run yet."""
    path = path.absolute()
    try:
        size = path.stat().st_size
        text = path.read_bytes().decode("utf-8-sig") if size <= SCRIPT_BYTES else ""
    except OSError as error:
        return Problem(
            what=tr("{name} can't be read: {reason}.", name=path.name, reason=error.strerror),
            fix=tr("Check that the file is there and that you may read it: {path}", path=path),
            detail=str(error),
            cause=type(error).__name__,
        )
    except UnicodeDecodeError as error:
        return Problem(
            what=tr("{name} is not UTF-8 text.", name=path.name),
            fix=tr("Save it as UTF-8 in the editor that it comes from, then open it again."),
            detail=str(error),
            cause="UnicodeDecodeError",
        )
    if size > SCRIPT_BYTES:
        return Problem(
            what=tr("{name} is too large for a script: {size} bytes.", name=path.name, size=size),
            fix=tr("Open a smaller script, or load the data in it from a file of its own."),
        )
    try:
        session = Session.from_source(text)
    except SyntaxError as error:
        line = error.lineno or 0
        return Problem(
            what=tr(
                "{name} is not Python: line {n}, {reason}.",
                name=path.name,
                n=line,
                reason=error.msg,
            ),
            fix=tr("Mend that line in an editor, then open the file again."),
            detail=_excerpt(text, line),
            cause="SyntaxError",
        )
    except (ValueError, RecursionError, MemoryError) as error:
        return Problem(
            what=tr("{name} is not Python: {reason}.", name=path.name, reason=error),
            fix=tr("Open a file of Python source."),
            cause=type(error).__name__,
        )
    return document(session, str(path), arguments)


def document(session: Session, path: str = "", arguments: tuple[str, ...] = ()) -> Document:
    """Return `session` as a document that has nothing to save."""
    saved = session.move(len(session.statements)).to_source()
    return Document(session, path, saved, arguments)


def _excerpt(text: str, line: int) -> str:
    lines = text.splitlines()
    first = max(0, line - 3)
    return "\n".join(f"{i:>5}  {source}" for i, source in enumerate(lines[first:line], first + 1))
