"""The namespace as the window shows it, and how it changed since the last look."""

import zlib
from collections.abc import Collection
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import msgspec
import numpy as np
import torch

from explorer.engine import torch_private
from explorer.engine.identity import Identities
from explorer.engine.sighting import Sighting, Written, see, stamp_of
from explorer.protocol import Entry

ALWAYS_HASHED = 500
"""With more tensors than this, only those are hashed that the statement names."""

_CHANGEABLE = (torch.Tensor, np.ndarray, torch.nn.Module, list, tuple, dict, set)


@dataclass(slots=True)
class Change:
    """How the workspace differs from the last look.

    `aliased` says that memory was written which a tensor of another storage shares, as after
    `torch.from_numpy`: no version tells.
    """

    changed: tuple[Entry, ...]
    gone: tuple[str, ...]
    wrote: tuple[str, ...]
    fingerprint: int
    aliased: bool

    def __bool__(self) -> bool:
        return bool(self.changed or self.gone or self.wrote)


class Workspace:
    """Looks at a namespace and tells what changed."""

    def __init__(self, namespace: dict[str, Any], identities: Identities) -> None:
        self.namespace = namespace
        self.identities = identities
        self._seen: dict[str, Sighting] = {}
        self._views: set[str] = set()
        self._borrowers: set[str] = set()
        self._names_of: dict[int, set[str]] = {}
        self._tensor_count = 0

    def entries(self) -> tuple[Entry, ...]:
        """Return every entry as of the last look."""
        return tuple(seen.entry for seen in self._seen.values())

    def entry(self, name: str) -> Entry | None:
        """Return one entry as of the last look."""
        seen = self._seen.get(name)
        return seen.entry if seen else None

    def look(self, reached: Collection[str] = (), only: Collection[str] | None = None) -> Change:
        """Return what changed since the last look.

        `reached` are the names that a statement mentions, `only` those that it can have touched,
        None if that is unknown.
        """
        with torch_private.plain_access():
            return self._look(reached, only)

    def touched(self, bound: Collection[str], written: Collection[torch.Tensor]) -> set[str] | None:
        """Return the names that show what binding and writing these can have changed.

        None means any: memory that torch does not own may have other names.
        """
        if written and self._borrowers:
            return None
        storages = {self.identities.storage(tensor) for tensor in written}
        return set(bound).union(*(self._names_of.get(storage, ()) for storage in storages))

    def _look(self, reached: Collection[str], only: Collection[str] | None) -> Change:
        changed: dict[str, Entry] = {}
        written: dict[str, list[Written]] = {}
        seen_by_name = self._seen
        hash_all = self._tensor_count <= ALWAYS_HASHED
        names = self.namespace.copy()
        if only is not None:
            names = {name: value for name, value in names.items() if name in only}
        visible = 0
        for name, value in names.items():
            kind = type(value)
            if type(name) is not str or name[:1] == "_" or kind is ModuleType:
                continue
            visible += 1
            seen = seen_by_name.get(name)
            same = seen is not None and seen.value() is value
            hashed = hash_all or name in reached
            if same and seen is not None:
                if not issubclass(kind, _CHANGEABLE):  # `isinstance` would ask a rude `__class__`
                    continue
                if (
                    not hashed
                    and kind is torch.Tensor
                    and not value.requires_grad  # then `grad` never warns
                    and value.grad is None
                    and len(seen.parts) == 1
                    and seen.parts[0].stamp == stamp_of(value)
                ):
                    continue
            new, wrote = see(name, value, seen if same else None, self.identities, hashed=hashed)
            if new is seen:
                continue
            if wrote:
                written[name] = wrote
            if seen is None or new.entry != seen.entry:
                changed[name] = new.entry
            self._tensor_count += len(new.parts) - (len(seen.parts) if seen else 0)
            seen_by_name[name] = new
            self._sort(name, seen, new)
        gone = self._drop_gone(visible, only)
        if changed or gone:
            changed.update(self._name_bases())
        aliased = self._aliases(written) if written else []
        return Change(
            tuple(changed.values()),
            gone,
            (*written, *aliased),
            _fingerprint(changed.values()),
            bool(aliased),
        )

    def _drop_gone(self, visible: int, only: Collection[str] | None) -> tuple[str, ...]:
        """Forget the names that are not there any more; `visible` is how many of `only` are."""
        known = self._seen if only is None else [name for name in only if name in self._seen]
        if visible == len(known):
            return ()
        gone = tuple(
            name
            for name in known
            if name not in self.namespace or type(self.namespace[name]) is ModuleType
        )
        for name in gone:
            seen = self._seen.pop(name)
            self._tensor_count -= len(seen.parts)
            self._sort(name, seen, None)
        return gone

    def _sort(self, name: str, old: Sighting | None, new: Sighting | None) -> None:
        """Note which names have to be looked at when others change."""
        for storage, _ in old.memories() if old else ():
            sharing = self._names_of.get(storage, set())
            sharing.discard(name)
            if not sharing:
                self._names_of.pop(storage, None)
        parts = new.parts if new else []
        for storage, _ in new.memories() if new else ():
            self._names_of.setdefault(storage, set()).add(name)
        for names, belongs in (
            (self._views, any(part.base for part in parts)),
            (self._borrowers, any(part.borrows for part in parts)),
        ):
            (names.add if belongs else names.discard)(name)

    def _name_bases(self) -> dict[str, Entry]:
        """Put the names of their bases into the entries of views; return the entries that changed."""
        if not self._views:
            return {}
        names: dict[int, str] = {}
        for name in self._seen:
            value: Any = self.namespace.get(name)
            if issubclass(type(value), torch.Tensor):
                names.setdefault(torch_private.address(value), name)
        changed = {}
        for name in self._views:
            seen = self._seen[name]
            for part in seen.parts:
                part.info = msgspec.structs.replace(part.info, view_of=names.get(part.base, ""))
            entry = msgspec.structs.replace(
                seen.entry, tensors=tuple(part.info for part in seen.parts)
            )
            if entry != seen.entry:
                changed[name] = seen.entry = entry
        return changed

    def _aliases(self, written: dict[str, list[Written]]) -> list[str]:
        """Return the other names whose memory was written through another storage."""
        if not self._borrowers:
            return []
        spans = {span for spans in written.values() for span in spans}
        return [
            name
            for name, seen in self._seen.items()
            if name not in written
            and any(
                own != storage and low < end and start < high
                for own, (low, high) in seen.memories()
                for storage, (start, end) in spans
            )
        ]


def _fingerprint(entries: Collection[Entry]) -> int:
    """Hash what a line made that is small; 0 if it made nothing small."""
    seen = 0
    for entry in sorted(entries, key=lambda entry: entry.name):
        if not (entry.tensors or entry.arrays):
            seen = zlib.crc32(f"{entry.name} {entry.type_name} {entry.summary}".encode(), seen)
        for tensor in (*entry.tensors, *entry.arrays):
            if tensor.content:
                text = f"{tensor.expression} {tensor.dtype} {tensor.shape} {tensor.content}"
                seen = zlib.crc32(text.encode(), seen)
    return seen
