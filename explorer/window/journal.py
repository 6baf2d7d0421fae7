"""The journal: what a window holds, on disk after every line, for when it ends without closing."""

import os
import secrets
import time
from dataclasses import dataclass
from pathlib import Path

import msgspec
from PySide6.QtCore import QLockFile

from explorer.session import Document, Session
from explorer.window.files import write_atomically
from explorer.window.linking import Links


class View(msgspec.Struct, frozen=True):
    """One open heat map: its expression ("" follows the selection) and what was set in it."""

    expression: str
    state: dict[str, object] = {}


class Placement(msgspec.Struct, frozen=True):
    """Where heat maps stand: those in the tabs of one group, or `parts` beside or below each other.

    `sizes_px` are those of the parts; `front` is the one of `tabs` that is seen.
    """

    tabs: tuple[str, ...] = ()
    front: str = ""
    parts: tuple["Placement", ...] = ()
    is_below: bool = False
    sizes_px: tuple[int, ...] = ()


class Page(msgspec.Struct, frozen=True):
    """All that a person would miss. `time` is in seconds since 1970."""

    document: Document
    selection: tuple[str, ...] = ()
    cell: tuple[int, ...] | None = None
    views: tuple[View, ...] = ()
    time: float = 0.0
    placement: Placement = Placement()
    links: Links = Links()


class Journal:
    """One window's journal; the lock beside it says that its window lives."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / f"{int(time.time())}-{os.getpid()}-{secrets.token_hex(4)}.json"
        self._lock = _lock(self.path)
        self._lock.tryLock(0)

    def write(self, page: Page) -> None:
        """Replace what is on disk. Raises OSError."""
        # Not durable: it survives this program's end, and waiting for the disk would slow each line.
        write_atomically(self.path, msgspec.json.encode(page).decode(), durable=False)

    def clear(self) -> None:
        """Forget what is on disk: there is nothing that a person would miss."""
        self.path.unlink(missing_ok=True)

    def close(self) -> None:
        """End the journal; the window closed as it should."""
        self.clear()
        self._lock.unlock()


@dataclass(frozen=True, slots=True)
class Orphan:
    """A journal whose window is gone; held by this process, so that no other offers it too."""

    path: Path
    page: Page
    lock: QLockFile

    def discard(self) -> None:
        """Delete the journal."""
        self.path.unlink(missing_ok=True)
        self.lock.unlock()

    def release(self) -> None:
        """Leave the journal for another window to offer."""
        self.lock.unlock()


def find_orphans(folder: Path) -> tuple[list[Orphan], list[Path]]:
    """Return the journals that nobody writes any more, newest first, and those that can't be read.

    The latter were renamed to end in `.broken`.
    """
    orphans: list[Orphan] = []
    broken: list[Path] = []
    for path in sorted(folder.glob("*.json")):
        lock = _lock(path)
        if not lock.tryLock(0):
            continue
        try:
            page = _read(path)
        except FileNotFoundError:  # its window closed just now
            lock.unlock()
        except (OSError, ValueError, msgspec.DecodeError):
            broken.append(path.rename(path.with_suffix(".broken")))
            lock.unlock()
        else:
            orphans.append(Orphan(path, page, lock))
    return sorted(orphans, key=_time, reverse=True), broken


def _time(orphan: Orphan) -> float:
    return orphan.page.time


def _read(path: Path) -> Page:
    """Return what `path` holds. Raises OSError, msgspec.DecodeError, ValueError."""
    page = msgspec.json.decode(path.read_bytes(), type=Page)
    if not _is_whole(page.document.session):
        raise ValueError("a cursor or place outside the script")
    return page


def _is_whole(session: Session) -> bool:
    ids = [*(s.id for s in session.statements), *(a.id for a in session.attempts)]
    places = [session.cursor, *(a.place for a in session.attempts)]
    return (
        all(0 <= place <= len(session.statements) for place in places)
        and all(i < session.next_id for i in ids)
        and len(set(ids)) == len(ids)
    )


def _lock(path: Path) -> QLockFile:
    lock = QLockFile(str(path.with_suffix(".lock")))
    lock.setStaleLockTime(0)  # stale is who is dead, however long a window stays open
    return lock
