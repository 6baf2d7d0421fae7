"""Copies that take a line back: kept before it runs, written back where they lie.

A record is exact or it is not used: bindings, values, sizes, flags, versions, gradients, random
streams and settings are as they were, or nothing is touched.
"""

from collections import deque
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, Literal

import torch

from explorer.engine import torch_private
from explorer.engine.binding import MISSING, is_console_name, replaced_bytes
from explorer.engine.description import attempt
from explorer.engine.effect import Effect
from explorer.engine.kept import KeptStorage, KeptTensor, keep
from explorer.engine.past import NotKeptError, Past, overlaps
from explorer.engine.setting import (
    Randomness,
    read_randomness,
    read_settings,
    write_randomness,
    write_settings,
)
from explorer.text import tr

MOST_RECORDS = 1000


@dataclass(slots=True)
class _Record:
    """What a line found. `complete` says that it is enough to take the line back."""

    statement: int
    names: dict[str, Any]
    tensors: list[KeptTensor]
    randomness: Randomness
    settings: tuple[Any, ...]
    complete: bool
    hidden: bool
    changed_names: dict[str, Any] = field(default_factory=dict)
    nbytes: int = 0


class Keeper:
    """Keeps records of the last lines in a namespace, within a budget of memory.

    A *moment* is the id of a line, meaning after it, or its negative, meaning before it. The side
    lanes look at the past while the main one keeps records.
    """

    def __init__(self, namespace: dict[str, Any], budget_bytes: int) -> None:
        self.namespace = namespace
        self.budget_bytes = budget_bytes
        """Of all records together; a smaller one counts from the next line on."""
        self.doubts: dict[int, dict[str, int]] = {}
        """At each moment, the names that may have had other values; see `Doubts`."""
        self._records: deque[_Record] = deque()
        self._open: _Record | None = None
        self._lock = Lock()
        self._floor = 0
        """How many records there were that are here no more."""
        self._heights: dict[int, tuple[int, int]] = {}
        """How many records there were in all before and after each line that ran."""
        self._lost: Literal["size", "count", "change"] = "change"
        """Why records are here no more."""

    def begin(self, statement: int, effect: Effect) -> None:
        """Keep what the line to come may write."""
        tensors: list[KeptTensor] | None = None
        if effect.covered:
            tensors = keep(effect.written, self.budget_bytes)
        self._open = _Record(
            statement,
            dict(self.namespace),
            tensors or [],
            read_randomness(),
            read_settings(),
            complete=effect.covered and tensors is not None,
            hidden=effect.hidden,
        )

    def has_changed(self) -> bool:
        """Return whether the line bound, drew or set something since `begin`.

        To be asked before `end` or `roll_back`, and not again.
        """
        record = self._open
        if record is None:
            return False
        self._compare_names(record)
        return (
            bool(record.changed_names)
            or record.randomness != read_randomness()
            or record.settings != read_settings()
        )

    def touched(self) -> tuple[list[str], list[torch.Tensor]] | None:
        """Return the names bound and the tensors perhaps written, None if that is unknown.

        To be asked after `has_changed`.
        """
        record = self._open
        if record is None or not record.complete or record.hidden:
            return None
        return list(record.changed_names), [kept.tensor for kept in record.tensors]

    def end(self, *, changed: bool) -> None:
        """Make a record of the line that has run; `changed` says whether it had any effect."""
        with self._lock:
            record, self._open = self._open, None
            if record is None:
                return
            before = self._height
            if changed or record.hidden or not record.complete:
                self._add(record)
            if record.statement:
                self._heights[record.statement] = before, self._height

    def roll_back(self) -> bool:
        """Take back the line that failed; returns whether all is as before it."""
        with self._lock:
            record, self._open = self._open, None
            return record is not None and self._close(record) and self._restore(record)

    def undo(self, statement: int) -> bool:
        """Take back `statement`; False, and nothing is touched, if the records do not do."""
        with self._lock:
            if not self._records or self._records[-1].statement != statement:
                return False
            record = self._records[-1]
            if any(torch_private.version(kept.tensor) != kept.after for kept in record.tensors):
                return False
            if not self._restore(record):
                return False
            self._records.pop()
            self._heights.pop(statement, None)
            return True

    def clear(self) -> None:
        """Forget all records and free what they hold."""
        with self._lock:
            self._forget("change")
            self._open = None

    def past(self, moment: int) -> Past:
        """Return the workspace as it was at `moment`. Raises NotKeptError."""
        with self._lock:
            since = list(self._records)[self._height_at(moment) - self._floor :]
            names = self.namespace.copy()
            tensors: dict[int, KeptTensor] = {}
            storages: dict[int, KeptStorage] = {}
            seen: set[int] = set()
            for record in reversed(since):
                names.update(record.changed_names)
                for kept in record.tensors:
                    is_last = torch_private.storage_address(kept.storage.storage) not in seen
                    if is_last and torch_private.version(kept.tensor) != kept.after:
                        # Something that was no line wrote it.
                        raise NotKeptError(self._why_lost("change"))
                    tensors[id(kept.tensor)] = kept
                    storages[id(kept.storage)] = kept.storage
                seen |= {
                    torch_private.storage_address(kept.storage.storage) for kept in record.tensors
                }
        return Past(
            {name: value for name, value in names.items() if value is not MISSING},
            tensors,
            tuple(storages.values()),
        )

    def writer(self, tensor: torch.Tensor, moment: int) -> int:
        """Return the last line up to `moment`, 0 for now, that wrote the memory of `tensor`.

        0 if no such line has a record. Raises NotKeptError.
        """
        storage = attempt(tensor.untyped_storage, None)
        if storage is None:
            return 0
        with self._lock:
            height = self._height_at(moment) if moment else self._height
            for record in reversed(list(self._records)[: height - self._floor]):
                if any(overlaps(storage, kept.storage.storage) for kept in record.tensors):
                    return record.statement
        return 0

    @property
    def _height(self) -> int:
        return self._floor + len(self._records)

    def _height_at(self, moment: int) -> int:
        if self._open is not None:
            raise NotKeptError(tr("A line is running. Look back when it has ended."))
        if abs(moment) not in self._heights:
            raise NotKeptError(tr("That line has not run since the engine started."))
        height = self._heights[abs(moment)][moment > 0]
        if height < self._floor:
            raise NotKeptError(self._why_lost(self._lost))
        return height

    def _why_lost(self, lost: str) -> str:
        match lost:
            case "size":
                mib = self.budget_bytes >> 20
                return tr("The values of that time were not kept (over {n} MiB)", n=mib)
            case "count":
                n = f"{MOST_RECORDS:,}"
                return tr("The values of that time were not kept (over {n} lines ago)", n=n)
        return tr("The values of that time were not kept: a line since cannot be taken back")

    def _add(self, record: _Record) -> None:
        """Put a record on the others, which are of no use if this one can't be taken back."""
        if not self._close(record):
            large = any(kept.storage.copy is None for kept in record.tensors)
            self._forget("size" if large else "change")
            return
        self._records.append(record)
        total = sum(kept.nbytes for kept in self._records)
        while total > self.budget_bytes or len(self._records) > MOST_RECORDS:
            self._lost = "size" if total > self.budget_bytes else "count"
            total -= self._records.popleft().nbytes
            self._floor += 1

    def _forget(self, why: Literal["size", "change"]) -> None:
        self._floor = self._height + 1  # nothing leads from now to what lies below
        self._records.clear()
        self._lost = why

    def _compare_names(self, record: _Record) -> None:
        """Keep only the old bindings of names that were bound anew, `MISSING` for new ones."""
        now, was = self.namespace, record.names
        changed = {
            name: value for name, value in was.items() if now.get(name, MISSING) is not value
        }
        if len(now) != len(was) or changed:
            changed.update((name, MISSING) for name in now if name not in was)
        record.changed_names = {n: v for n, v in changed.items() if not is_console_name(n)}

    def _close(self, record: _Record) -> bool:
        """Drop what the line left alone; return whether the rest is enough to take it back."""
        record.names = {}
        if not record.complete:
            return False
        written = [
            kept
            for kept in record.tensors
            if not kept.is_same() or (record.hidden and kept.storage.differs())
        ]
        record.tensors = written
        for kept in written:
            kept.after = torch_private.version(kept.tensor)
        replaced = replaced_bytes(record.changed_names, self.namespace)
        if replaced is None or not all(kept.can_restore() for kept in written):
            return False
        storages = {id(kept.storage): kept.storage.nbytes for kept in written}
        record.nbytes = replaced + sum(storages.values())
        return True

    def _restore(self, record: _Record) -> bool:
        if not all(kept.can_restore() for kept in record.tensors):
            return False
        with torch.no_grad():
            for kept in record.tensors:
                kept.restore()
        for name, value in record.changed_names.items():
            if value is MISSING:
                self.namespace.pop(name, None)
            else:
                self.namespace[name] = value
        write_settings(record.settings)
        write_randomness(record.randomness)
        return True
