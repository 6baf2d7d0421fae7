"""A tensor as it was before a line, with a copy of its storage: enough to make it so again."""

from dataclasses import dataclass
from typing import Any

import torch

from explorer.engine import torch_private
from explorer.engine.description import attempt, gradient
from explorer.engine.reach import reach


@dataclass(slots=True)
class KeptStorage:
    """A storage that a line may write; `copy` is None where the budget did not do."""

    storage: torch.UntypedStorage
    nbytes: int
    copy: torch.UntypedStorage | None

    def differs(self) -> bool:
        """Return whether a storage holds other bytes than its copy, or may."""
        if self.copy is None:
            return True
        now = torch.empty(0, dtype=torch.uint8, device=self.storage.device).set_(self.storage)
        was = torch.empty(0, dtype=torch.uint8, device=self.storage.device).set_(self.copy)
        return not torch.equal(now, was)


@dataclass(slots=True)
class KeptTensor:
    """A tensor that a line may write, as it was; `after` is its version when the line was done."""

    tensor: torch.Tensor
    storage: KeptStorage
    size: tuple[int, ...]
    stride: tuple[int, ...]
    offset: int
    requires_grad: bool
    has_history: bool
    version: int
    grad: torch.Tensor | None
    after: int = 0

    def is_same(self) -> bool:
        """Return whether the tensor is as it was, as far as versions tell."""
        tensor = self.tensor
        return (
            torch_private.version(tensor) == self.version
            and tensor.requires_grad == self.requires_grad
            and gradient(tensor) is self.grad
            and _geometry(tensor) == (self.size, self.stride, self.offset)
            and _is_on(tensor, self.storage)
        )

    def can_restore(self) -> bool:
        """Return whether the copies suffice: the storage is the same one, and no history hangs on it."""
        tensor = self.tensor
        return (
            self.storage.copy is not None
            and not self.has_history
            and attempt(lambda: tensor.grad_fn is None, default=False)
            and not tensor.is_inference()
            and _is_on(tensor, self.storage)
        )

    def restore(self) -> None:
        """Make the tensor what it was, under `no_grad`; `can_restore` must hold."""
        tensor = self.tensor
        if self.storage.copy is not None:
            self.storage.storage.copy_(self.storage.copy, non_blocking=False)
        if _geometry(tensor) != (self.size, self.stride, self.offset):
            tensor.as_strided_(self.size, self.stride, self.offset)
        if tensor.requires_grad != self.requires_grad:
            tensor.requires_grad_(self.requires_grad)
        if gradient(tensor) is not self.grad:
            tensor.grad = self.grad
        torch_private.set_version(tensor, self.version)


def keep(written: tuple[object, ...], budget_bytes: int) -> list[KeptTensor] | None:
    """Copy the tensors in `written`; None if one of them is of a kind that can't be copied."""
    found: dict[int, KeptTensor] = {}
    storages: dict[int, KeptStorage] = {}
    for root in written:
        reached = reach(root, "")
        if not reached.is_whole:
            return None
        for _, tensor in reached.tensors:
            key = id(tensor)
            if key in found:
                continue
            kept = attempt(lambda tensor=tensor: _keep_tensor(tensor, storages), None)  # type: ignore[misc]  # mypy can't infer a lambda with a default
            if kept is None:
                return None
            found[key] = kept
    left = budget_bytes
    for storage in storages.values():
        left -= storage.nbytes
        if left >= 0:
            clone: Any = storage.storage.clone  # torch does not annotate it
            storage.copy = clone()
    return list(found.values())


def _keep_tensor(tensor: torch.Tensor, storages: dict[int, KeptStorage]) -> KeptTensor:
    storage = tensor.untyped_storage()
    key = torch_private.storage_address(storage)
    kept = storages.setdefault(key, KeptStorage(storage, storage.nbytes(), None))
    size, stride, offset = _geometry(tensor)
    return KeptTensor(
        tensor,
        kept,
        size,
        stride,
        offset,
        tensor.requires_grad,
        tensor.grad_fn is not None,
        torch_private.version(tensor),
        gradient(tensor),
    )


def _geometry(tensor: torch.Tensor) -> tuple[tuple[int, ...], tuple[int, ...], int]:
    return tuple(tensor.shape), tensor.stride(), int(tensor.storage_offset())


def _is_on(tensor: torch.Tensor, kept: KeptStorage) -> bool:
    storage = tensor.untyped_storage()
    same = torch_private.storage_address(storage) == torch_private.storage_address(kept.storage)
    return same and storage.nbytes() == kept.nbytes
