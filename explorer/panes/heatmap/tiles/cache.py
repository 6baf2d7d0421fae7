"""What was reduced of tensors, for as long as they hold the same values, within a budget of memory."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

import torch

from explorer.engine import torch_private
from explorer.engine.description import attempt
from explorer.panes.heatmap import Part


class Sized(Protocol):
    """What a cache can hold."""

    @property
    def nbytes(self) -> int:
        """The memory that it holds now."""


V = TypeVar("V", bound=Sized)
MOST_ENTRIES = 32
"""What is on the screen, and was a moment ago: each is looked at again for each tile."""


@dataclass(frozen=True, slots=True)
class Matrix:
    """A matrix in memory, by everything that tells it from others; `version` counts its writes."""

    storage: int
    version: int
    place: Hashable


def matrix_key(matrix: torch.Tensor, part: Part) -> Matrix | None:
    """Return what a matrix is known by, None if torch does not tell when it is written."""
    storage = attempt(matrix.untyped_storage, None)
    if storage is None or matrix.is_inference():
        return None
    place = (
        matrix.data_ptr(),
        tuple(matrix.shape),
        matrix.stride(),
        matrix.dtype,
        matrix.device,
        matrix.is_conj(),
        matrix.is_neg(),
        part,
    )
    return Matrix(torch_private.storage_address(storage), torch_private.version(matrix), place)


@dataclass(slots=True)
class _Entry(Generic[V]):
    value: V
    storage: torch_private.WeakStorage
    """While there is one, no other storage gets the address that is in the key."""


class Cache(Generic[V]):
    """The few values used last, of at most `budget_bytes` together, or one that is larger."""

    def __init__(self, budget_bytes: int) -> None:
        self.budget_bytes = budget_bytes
        self._entries: OrderedDict[tuple[Matrix, Hashable], _Entry[V]] = OrderedDict()
        self._revision = 0

    @property
    def nbytes(self) -> int:
        """The memory of all values."""
        return sum(entry.value.nbytes for entry in self._entries.values())

    def renew(self, revision: int) -> None:
        """Forget all if `revision` is another: memory may have been written that torch did not count."""
        if revision != self._revision:
            self._revision = revision
            self._entries.clear()

    def find(self, matrix: torch.Tensor, key: tuple[Matrix, Hashable], make: Callable[[], V]) -> V:
        """Return the value of `key`, made if there is none, for which older ones are forgotten."""
        self._forget_dead()
        mine = key[0]
        for other in [other for other, _ in self._entries]:
            if other.storage == mine.storage and other.place == mine.place and other != mine:
                self._forget(other)
        entry = self._entries.pop(key, None)
        if entry is None:
            weak = torch_private.WeakStorage(matrix.untyped_storage())
            entry = _Entry(make(), weak)
        self._entries[key] = entry
        return entry.value

    def trim(self) -> None:
        """Forget what no tensor has any more, then what was used longest ago, until it is enough."""
        self._forget_dead()
        while len(self._entries) > MOST_ENTRIES or (
            len(self._entries) > 1 and self.nbytes > self.budget_bytes
        ):
            self._entries.popitem(last=False)

    def _forget(self, matrix: Matrix) -> None:
        for key in [key for key in self._entries if key[0] == matrix]:
            del self._entries[key]

    def _forget_dead(self) -> None:
        for key, entry in list(self._entries.items()):
            if not entry.storage.is_alive():
                del self._entries[key]
