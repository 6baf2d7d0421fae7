"""The workspace as it was before a later line, read from the copies that take lines back."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch

from explorer.engine import torch_private
from explorer.engine.description import attempt, gradient
from explorer.engine.kept import KeptStorage, KeptTensor
from explorer.text import tr


class NotKeptError(ValueError):
    """What was then can't be told any more; the text says why, in words for the person."""


@dataclass(frozen=True, slots=True)
class Past:
    """Names as bound then, and what was kept since.

    `tensors` has the first copy since then of each tensor written, by id; `storages` every copy,
    the latest first. Only values that nothing wrote since are read from where they lie.
    """

    names: dict[str, Any]
    tensors: dict[int, KeptTensor]
    storages: Sequence[KeptStorage]

    def gradient(self, tensor: torch.Tensor) -> torch.Tensor | None:
        """Return what `tensor.grad` was."""
        kept = self.tensors.get(id(tensor))
        return kept.grad if kept else gradient(tensor)

    def tensor(self, tensor: torch.Tensor) -> torch.Tensor:
        """Return `tensor` with the values, shape and strides of then. It is only to be read.

        Raises NotKeptError for one whose memory can't be looked into.
        """
        if not self.storages:
            return tensor
        storage = attempt(tensor.untyped_storage, None)
        if storage is None or tensor.layout != torch.strided:
            raise NotKeptError(
                tr("Of a tensor of this layout only the values of now can be shown.")
            )
        memory = self._memory(storage)
        if memory is None or tensor.is_quantized:
            return tensor
        kept = self.tensors.get(id(tensor))
        size, stride, offset = (
            (kept.size, kept.stride, kept.offset)
            if kept
            else (tuple(tensor.shape), tensor.stride(), int(tensor.storage_offset()))
        )
        was = torch.empty(0, dtype=tensor.dtype, device=storage.device)
        was.set_(memory, offset, size, stride)
        was = was.conj() if tensor.is_conj() else was
        return was.neg() if tensor.is_neg() else was

    def version(self, tensor: torch.Tensor) -> int:
        """Return the version of then; a view shares its counter with the tensor that was written."""
        now = torch_private.version(tensor)
        storage = attempt(tensor.untyped_storage, None)
        kept = [
            kept.version
            for kept in self.tensors.values()
            if kept.tensor is tensor
            or (
                storage is not None
                and _is(storage, kept.storage.storage)
                and torch_private.version(kept.tensor) == now
            )
        ]
        return min([now, *kept])

    def requires_grad(self, tensor: torch.Tensor) -> bool:
        """Return what the flag was; a view takes it up when its base does."""
        kept = self.tensors.get(id(tensor))
        if kept:
            return kept.requires_grad
        base = self.tensors.get(id(torch_private.base(tensor)))
        return bool(tensor.requires_grad) and (base is None or base.requires_grad)

    def _memory(self, storage: torch.UntypedStorage) -> torch.UntypedStorage | None:
        """Return the bytes of then, None if no line since wrote them.

        Storages may share memory, as those of two `torch.from_numpy` of one array do.
        """
        memory: torch.UntypedStorage | None = None
        is_ours = False
        for kept in self.storages:
            if kept.copy is None:
                raise NotKeptError(tr("The values of that time were not kept."))
            if _is(storage, kept.storage):
                memory, is_ours = kept.copy, False
            elif overlaps(storage, kept.storage):
                if not is_ours:
                    clone: Any = (memory or storage).clone  # torch does not annotate it
                    memory, is_ours = clone(), True
                assert memory is not None  # noqa: S101 - just made
                _patch(memory, storage.data_ptr(), kept)
        return memory


def overlaps(one: torch.UntypedStorage, other: torch.UntypedStorage) -> bool:
    """Return whether two storages have memory in common."""
    if _is(one, other):
        return True
    if one.device != other.device:
        return False
    start, other_start = attempt(one.data_ptr, 0), attempt(other.data_ptr, 0)
    if not start or not other_start:  # meta tensors have no memory
        return False
    return start < other_start + other.nbytes() and other_start < start + one.nbytes()


def _is(one: torch.UntypedStorage, other: torch.UntypedStorage) -> bool:
    return torch_private.storage_address(one) == torch_private.storage_address(other)


def _patch(memory: torch.UntypedStorage, start: int, kept: KeptStorage) -> None:
    """Write what was kept into `memory`, a copy of a storage that lies at `start`."""
    if kept.copy is None:
        return
    kept_start = kept.storage.data_ptr()
    low = max(start, kept_start)
    high = min(start + memory.nbytes(), kept_start + kept.nbytes)
    source, target = _bytes(kept.copy), _bytes(memory)
    target[low - start : high - start] = source[low - kept_start : high - kept_start]


def _bytes(storage: torch.UntypedStorage) -> torch.Tensor:
    return torch.empty(0, dtype=torch.uint8, device=storage.device).set_(storage)
