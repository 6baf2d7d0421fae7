"""One name as last seen, and how to tell cheaply that nothing happened to it."""

import operator
import weakref
from collections.abc import Callable
from dataclasses import dataclass
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

Span = tuple[int, int]
Written = tuple[int, Span]
"""The storage, and the memory that it lies in."""

_NO_STORAGE = -1
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


@dataclass(slots=True)
class Sighting:
    """A name as last seen. `value` returns the object, or None if it has died."""

    value: Callable[[], object]
    parts: list[Part]
    content: int
    entry: Entry


def see(
    name: str, value: object, seen: Sighting | None, identities: Identities, *, hashed: bool
) -> tuple[Sighting, list[Written]]:
    """Return `seen` itself if `value` is as it was, else what it is now.

    The second is what was written: (storage, memory) of each tensor or array.
    """
    old = {part.info.expression: part for part in seen.parts} if seen else {}
    parts: list[Part] = []
    wrote: list[Written] = []
    for expression, tensor in tensors_of(value, name):
        was = old.get(expression)
        part = _see_tensor(tensor, expression, was, identities, hashed=hashed)
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
    new = Sighting(_hold(value), parts, array, entry)
    if seen is not None and array != seen.content:
        wrote.append((_NO_STORAGE, _array_span(cast("np.ndarray[Any, Any]", value))))
    return new, wrote


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


def _array_span(array: "np.ndarray[Any, Any]") -> Span:
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
