"""Numbers for tensors and storages that hold for the life of an engine.

A freed tensor's memory is reused at once, so neither `id` nor a pointer tells two apart.
"""

import bisect
import itertools
import weakref
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

import numpy as np
import torch

from explorer.engine import torch_private


@dataclass(slots=True)
class _Foreign:
    """Memory that torch does not own. `holders` tell by id whether they still use it."""

    start: int
    end: int
    serial: int
    holders: dict[int, Callable[[], bool]] = field(default_factory=dict)

    def is_alive(self) -> bool:
        return any(is_alive() for is_alive in self.holders.values())


class Identities:
    """Gives each tensor object and each storage a serial; asked from every thread."""

    def __init__(self) -> None:
        self._objects: dict[int, tuple[weakref.ref[Any], int]] = {}
        self._foreign: list[_Foreign] = []
        self._storages: dict[int, tuple[torch_private.WeakStorage, int]] = {}
        self._serials = itertools.count(1)
        self._lock = Lock()
        self._sweep_at = 1024
        self._sweep_foreign_at = 1024

    def tensor(self, tensor: torch.Tensor) -> int:
        """Return the serial of a tensor object."""
        return self._object(tensor)

    def array(self, array: "np.ndarray[Any, Any]") -> int:
        """Return the serial of an array object."""
        return self._object(array)

    def _object(self, value: object) -> int:
        key = id(value)
        found = self._objects.get(key)
        if found is not None and found[0]() is value:
            return found[1]
        with self._lock:
            found = self._objects.get(key)
            if found is None or found[0]() is not value:
                found = (weakref.ref(value, _forget(self._objects, key)), next(self._serials))
                self._objects[key] = found
        return found[1]

    def storage(self, tensor: torch.Tensor) -> int:
        """Return the serial of the storage of `tensor`, 0 if it has none."""
        try:
            storage = tensor.untyped_storage()
            key = torch_private.storage_address(storage)
        except (NotImplementedError, RuntimeError):  # sparse, functorch and other wrappers
            return 0
        with self._lock:
            found = self._storages.get(key)
            if found is None:
                if len(self._storages) >= self._sweep_at:
                    self._sweep()
                found = (torch_private.WeakStorage(storage), next(self._serials))
                self._storages[key] = found
        return found[1]

    def borrowed(self, tensor: torch.Tensor) -> int:
        """Return the number of the memory of `tensor` if torch does not own that, else 0."""
        try:
            storage = tensor.untyped_storage()
            start = storage.data_ptr()
            if not start or storage.resizable():
                return 0
            reference = torch_private.WeakStorage(storage)
            key = torch_private.storage_address(storage)
            return self._memory(start, start + storage.nbytes(), key, reference.is_alive)
        except (NotImplementedError, RuntimeError):
            return 0

    def memory(self, span: tuple[int, int], owner: object) -> int:
        """Return the number of memory that `owner`, no tensor, keeps alive."""
        reference = weakref.ref(owner)
        return self._memory(*span, id(owner), lambda: reference() is not None)

    def _memory(self, start: int, end: int, key: int, is_alive: Callable[[], bool]) -> int:
        """Return the number of what overlaps [start, end), of the lowest if several do."""
        with self._lock:
            known = self._foreign
            at = bisect.bisect_right(known, start, key=lambda foreign: foreign.start)
            if at and known[at - 1].end > start:
                at -= 1
            overlapping = []
            while at < len(known) and known[at].start < end:
                found = known.pop(at)
                if found.is_alive():
                    overlapping.append(found)
            first = overlapping[0] if overlapping else _Foreign(start, end, next(self._serials))
            for other in overlapping:
                first.end = max(first.end, other.end)
                first.holders |= other.holders
            first.start, first.end = min(first.start, start), max(first.end, end)
            first.holders[key] = is_alive
            known.insert(at, first)
            if len(known) >= self._sweep_foreign_at:
                self._foreign = [foreign for foreign in known if foreign.is_alive()]
                self._sweep_foreign_at = max(1024, 2 * len(self._foreign))
        return first.serial

    def _sweep(self) -> None:
        alive = {key: pair for key, pair in self._storages.items() if pair[0].is_alive()}
        self._storages = alive
        self._sweep_at = max(1024, 2 * len(alive))


def _forget(
    table: dict[int, tuple[weakref.ref[Any], int]], key: int
) -> Callable[[weakref.ref[Any]], None]:
    # Runs whenever a tensor dies, even while the lock is held: it must not take it.
    def forget(dead: weakref.ref[Any]) -> None:
        found = table.get(key)
        if found is not None and found[0] is dead:
            table.pop(key, None)

    return forget
