"""Numbers for tensors and storages that hold for the life of an engine.

A freed tensor's memory is reused at once, so neither `id` nor a pointer tells two apart.
"""

import itertools
import weakref
from collections.abc import Callable
from threading import Lock
from typing import Any

import torch

from explorer.engine import torch_private


class Identities:
    """Gives each tensor object and each storage a serial; asked from every thread."""

    def __init__(self) -> None:
        self._tensors: dict[int, tuple[weakref.ref[torch.Tensor], int]] = {}
        self._storages: dict[int, tuple[torch_private.WeakStorage, int]] = {}
        self._serials = itertools.count(1)
        self._lock = Lock()
        self._sweep_at = 1024

    def tensor(self, tensor: torch.Tensor) -> int:
        """Return the serial of a tensor object."""
        key = id(tensor)
        found = self._tensors.get(key)
        if found is not None and found[0]() is tensor:
            return found[1]
        with self._lock:
            found = self._tensors.get(key)
            if found is None or found[0]() is not tensor:
                found = (weakref.ref(tensor, _forget(self._tensors, key)), next(self._serials))
                self._tensors[key] = found
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

    def _sweep(self) -> None:
        alive = {key: pair for key, pair in self._storages.items() if pair[0].is_alive()}
        self._storages = alive
        self._sweep_at = max(1024, 2 * len(alive))


def _forget(
    table: dict[int, tuple[weakref.ref[torch.Tensor], int]], key: int
) -> Callable[[weakref.ref[Any]], None]:
    # Runs whenever a tensor dies, even while the lock is held: it must not take it.
    def forget(dead: weakref.ref[Any]) -> None:
        found = table.get(key)
        if found is not None and found[0] is dead:
            table.pop(key, None)

    return forget
