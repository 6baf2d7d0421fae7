"""One name as last seen, and how to tell cheaply that nothing happened to it."""

import operator
import weakref
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import msgspec
import torch

from explorer.engine import torch_private
from explorer.engine.array import Array, Span, Stamp, array_content, array_info, array_stamp, span
from explorer.engine.description import attempt, content, summary, tensor_info
from explorer.engine.identity import Identities
from explorer.engine.reach import count, reach
from explorer.protocol import Entry, TensorInfo

Written = tuple[int, Span]
"""The storage, and the memory that it lies in."""

_flags = operator.attrgetter("_version", "shape", "requires_grad", "is_leaf")


@dataclass(slots=True)
class Part:
    """A tensor as last seen.

    `span` is the memory of its storage, `borrows` whether another library owns that, `base` the
    tensor that it is a view of.
    """

    tensor: weakref.ref[torch.Tensor]
    stamp: tuple[Any, ...]
    info: TensorInfo
    span: Span
    borrows: bool
    base: int


@dataclass(frozen=True, slots=True)
class ArrayPart:
    """An array as last seen; `stamp` as of a `Part`, `span` is its memory."""

    stamp: Stamp
    info: TensorInfo
    span: Span


@dataclass(slots=True)
class Sighting:
    """A name as last seen. `value` returns the object, or None if it has died."""

    value: Callable[[], object]
    parts: list[Part]
    arrays: list[ArrayPart]
    entry: Entry

    def memories(self) -> list[Written]:
        """Return storage and memory of all that it leads to."""
        return [
            *((part.info.storage, part.span) for part in self.parts),
            *((part.info.storage, part.span) for part in self.arrays),
        ]


def see(
    name: str, value: object, seen: Sighting | None, identities: Identities, *, hashed: bool
) -> tuple[Sighting, list[Written]]:
    """Return `seen` itself if `value` is as it was, else what it is now.

    The second is what was written: (storage, memory) of each tensor or array.
    """
    old = {part.info.expression: part for part in seen.parts} if seen else {}
    parts: list[Part] = []
    wrote: list[Written] = []
    reached = reach(value, name)
    for expression, tensor in reached.tensors:
        before = old.get(expression)
        part = _see_tensor(tensor, expression, before, identities, hashed=hashed)
        parts.append(part)
        if before is not None and part is not before and _was_written(before.info, part.info):
            wrote.append((part.info.storage, part.span))
    old_arrays = {part.info.expression: part for part in seen.arrays} if seen else {}
    arrays = [_see_array(array, e, old_arrays.get(e), identities) for e, array in reached.arrays]
    line, size = summary(value), count(value)
    if (
        seen is not None
        and arrays == seen.arrays
        and line == seen.entry.summary
        and size == seen.entry.size
        and reached.digest == seen.entry.content
        and reached.is_whole == seen.entry.is_followed
        and len(parts) == len(old)
        and all(part is old.get(part.info.expression) for part in parts)
    ):
        return seen, []
    entry = Entry(
        name=name,
        type_name=type(value).__name__,
        summary=line,
        tensors=tuple(part.info for part in parts),
        arrays=tuple(part.info for part in arrays),
        size=size,
        is_followed=reached.is_whole,
        content=reached.digest,
    )
    wrote += [
        (part.info.storage, part.span)
        for part in arrays
        if (was := old_arrays.get(part.info.expression)) and _was_written(was.info, part.info)
    ]
    return Sighting(_hold(value), parts, arrays, entry), wrote


def _see_array(
    array: Array, expression: str, was: ArrayPart | None, identities: Identities
) -> ArrayPart:
    stamp = array_stamp(array)
    if was is not None and was.stamp == stamp and was.info.content == array_content(array):
        return was
    return ArrayPart(stamp, array_info(array, expression, identities), span(array))


def _see_tensor(
    tensor: torch.Tensor, expression: str, was: Part | None, identities: Identities, *, hashed: bool
) -> Part:
    stamp = stamp_of(tensor)
    if was is not None and was.tensor() is tensor and was.stamp == stamp:
        if not hashed or was.info.content == content(tensor):
            return was
        info = msgspec.structs.replace(was.info, content=content(tensor))
        return Part(was.tensor, stamp, info, was.span, was.borrows, was.base)
    base = attempt(lambda: torch_private.base(tensor), None)
    return Part(
        weakref.ref(tensor),
        stamp,
        tensor_info(tensor, expression, identities),
        *_memory(tensor),
        0 if base is None else torch_private.address(base),
    )


def stamp_of(tensor: torch.Tensor) -> tuple[Any, ...]:
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


def _memory(tensor: torch.Tensor) -> tuple[Span, bool]:
    """Return where the storage lies, and whether memory that is not torch's own."""
    try:
        storage = tensor.untyped_storage()
        start = storage.data_ptr()
        return ((start, start + storage.nbytes()) if start else (0, 0)), not storage.resizable()
    except (NotImplementedError, RuntimeError):
        return (0, 0), False


def _hold(value: object) -> Callable[[], object]:
    """Refer to `value` weakly where it can be: a name that is gone must not cost memory."""
    try:
        return weakref.ref(value)
    except TypeError:
        return lambda: value
