"""The namespace as the window shows it, and how it changed since the last look."""

import operator
import weakref
import zlib
from collections.abc import Callable, Collection
from dataclasses import dataclass
from types import ModuleType
from typing import Any, cast

import msgspec
import numpy as np
import torch

from explorer.engine import torch_private
from explorer.engine.description import (
    array_content,
    attempt,
    content,
    summary,
    tensor_info,
    tensors_of,
)
from explorer.engine.identity import Identities
from explorer.protocol import Entry, TensorInfo

ALWAYS_HASHED = 500
"""With more tensors than this, only those are hashed that the statement names."""

_CHANGEABLE = (torch.Tensor, np.ndarray, torch.nn.Module, list, tuple, dict, set)
_Span = tuple[int, int]
_NO_STORAGE = -1
_flags = operator.attrgetter("_version", "shape", "requires_grad", "is_leaf")


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


@dataclass(slots=True)
class _Part:
    """A tensor as last seen.

    `span` is the memory of its storage, `borrows` whether another library owns that, `base` the
    tensor that it is a view of.
    """

    tensor: weakref.ref[torch.Tensor]
    stamp: tuple[Any, ...]
    info: TensorInfo
    span: _Span
    borrows: bool
    base: int


@dataclass(slots=True)
class _Seen:
    """A name as last seen. `value` returns the object, or None if it has died."""

    value: Callable[[], object]
    parts: list[_Part]
    content: int
    entry: Entry


class Workspace:
    """Looks at a namespace and tells what changed."""

    def __init__(self, namespace: dict[str, Any], identities: Identities) -> None:
        self.namespace = namespace
        self.identities = identities
        self._seen: dict[str, _Seen] = {}
        self._views: set[str] = set()
        self._borrowers: set[str] = set()
        self._tensor_count = 0

    def entries(self) -> tuple[Entry, ...]:
        """Return every entry as of the last look."""
        return tuple(seen.entry for seen in self._seen.values())

    def entry(self, name: str) -> Entry | None:
        """Return one entry as of the last look."""
        seen = self._seen.get(name)
        return seen.entry if seen else None

    def look(self, reached: Collection[str] = ()) -> Change:
        """Return what changed since the last look; `reached` are the names a statement mentions."""
        with torch_private.plain_access():
            return self._look(reached)

    def _look(self, reached: Collection[str]) -> Change:
        changed: dict[str, Entry] = {}
        written: dict[str, list[tuple[int, _Span]]] = {}
        seen_by_name = self._seen
        hash_all = self._tensor_count <= ALWAYS_HASHED
        visible = 0
        for name, value in self.namespace.copy().items():
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
                    and seen.parts[0].stamp == _stamp(value)
                ):
                    continue
            new, wrote = self._examine(name, value, seen if same else None, hashed=hashed)
            if new is seen:
                continue
            if wrote:
                written[name] = wrote
            if seen is None or new.entry != seen.entry:
                changed[name] = new.entry
            self._tensor_count += len(new.parts) - (len(seen.parts) if seen else 0)
            seen_by_name[name] = new
            self._sort(name, new)
        gone = self._drop_gone(visible)
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

    def _drop_gone(self, visible: int) -> tuple[str, ...]:
        if visible == len(self._seen):
            return ()
        gone = tuple(
            name
            for name in self._seen
            if name not in self.namespace or type(self.namespace[name]) is ModuleType
        )
        for name in gone:
            self._tensor_count -= len(self._seen.pop(name).parts)
            self._views.discard(name)
            self._borrowers.discard(name)
        return gone

    def _sort(self, name: str, seen: _Seen) -> None:
        """Note whether a name has to be looked at when others change."""
        for names, belongs in (
            (self._views, any(part.base for part in seen.parts)),
            (self._borrowers, any(part.borrows for part in seen.parts)),
        ):
            (names.add if belongs else names.discard)(name)

    def _examine(
        self, name: str, value: object, seen: _Seen | None, *, hashed: bool
    ) -> tuple[_Seen, list[tuple[int, _Span]]]:
        """Return `seen` itself if `value` is as it was, else what it is now.

        The second is what was written: (storage, memory) of each tensor or array.
        """
        old = {part.info.expression: part for part in seen.parts} if seen else {}
        parts: list[_Part] = []
        wrote: list[tuple[int, _Span]] = []
        for expression, tensor in tensors_of(value, name):
            was = old.get(expression)
            part = self._part(tensor, expression, was, hashed=hashed)
            parts.append(part)
            if was is not None and part is not was and _was_written(was.info, part.info):
                wrote.append((part.info.storage, part.span))
        array = array_content(value)
        line = summary(value)
        if (
            seen is not None
            and array == seen.content
            and line == seen.entry.summary
            and len(parts) == len(old)
            and all(part is old.get(part.info.expression) for part in parts)
        ):
            return seen, []
        entry = Entry(
            name=name,
            type_name=type(value).__name__,
            summary=line,
            tensors=tuple(part.info for part in parts),
        )
        new = _Seen(_hold(value), parts, array, entry)
        if seen is not None and array != seen.content:
            wrote.append((_NO_STORAGE, _array_span(cast("np.ndarray[Any, Any]", value))))
        return new, wrote

    def _part(
        self, tensor: torch.Tensor, expression: str, was: _Part | None, *, hashed: bool
    ) -> _Part:
        stamp = _stamp(tensor)
        if was is not None and was.tensor() is tensor and was.stamp == stamp:
            if not hashed or was.info.content == content(tensor):
                return was
            info = msgspec.structs.replace(was.info, content=content(tensor))
            return _Part(was.tensor, stamp, info, was.span, was.borrows, was.base)
        base = attempt(lambda: torch_private.base(tensor), None)
        return _Part(
            weakref.ref(tensor),
            stamp,
            tensor_info(tensor, expression, self.identities),
            *_memory(tensor),
            0 if base is None else torch_private.address(base),
        )

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

    def _aliases(self, written: dict[str, list[tuple[int, _Span]]]) -> list[str]:
        """Return the other names whose memory was written through another storage."""
        if not self._borrowers:
            return []
        spans = {span for spans in written.values() for span in spans}
        return [
            name
            for name, seen in self._seen.items()
            if name not in written
            and any(
                part.info.storage != storage and part.span[0] < end and start < part.span[1]
                for part in seen.parts
                for storage, (start, end) in spans
            )
        ]


def _stamp(tensor: torch.Tensor) -> tuple[Any, ...]:
    """Return what is cheap to read and changes with nearly everything that can happen."""
    try:
        return _flags(tensor), tensor.data_ptr()
    except (NotImplementedError, RuntimeError):  # sparse, fake, inference and the like
        return (
            torch_private.version(tensor),
            tensor.requires_grad,
            attempt(lambda: tuple(tensor.shape), None),
        )


def _was_written(was: TensorInfo, now: TensorInfo) -> bool:
    return was.serial == now.serial and (
        was.version != now.version or was.content != now.content or was.storage != now.storage
    )


def _memory(tensor: torch.Tensor) -> tuple[_Span, bool]:
    """Return where the storage lies, and whether memory that is not torch's own."""
    try:
        storage = tensor.untyped_storage()
        start = storage.data_ptr()
        return ((start, start + storage.nbytes()) if start else (0, 0)), not storage.resizable()
    except (NotImplementedError, RuntimeError):
        return (0, 0), False


def _array_span(array: "np.ndarray[Any, Any]") -> _Span:
    start: int = array.__array_interface__["data"][0]
    reach = [(n - 1) * step for n, step in zip(array.shape, array.strides, strict=True) if n > 1]
    end = start + sum(step for step in reach if step > 0) + array.itemsize
    return start + sum(step for step in reach if step < 0), end


def _hold(value: object) -> Callable[[], object]:
    """Refer to `value` weakly where it can be: a name that is gone must not cost memory."""
    try:
        return weakref.ref(value)
    except TypeError:
        return lambda: value


def _fingerprint(entries: Collection[Entry]) -> int:
    """Hash what a line made that is small; 0 if it made nothing small."""
    seen = 0
    for entry in entries:
        if not entry.tensors:
            seen = zlib.crc32(f"{entry.name} {entry.type_name} {entry.summary}".encode(), seen)
        for tensor in entry.tensors:
            if tensor.content:
                text = f"{tensor.expression} {tensor.dtype} {tensor.shape} {tensor.content}"
                seen = zlib.crc32(text.encode(), seen)
    return seen
