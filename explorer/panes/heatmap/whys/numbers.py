"""Numbers of elements, in memory of their own for each memory of tensors, at the same places.

So views of a memory need no rule of their own: they are views of its numbers too.
"""

import torch

from explorer.engine import torch_private
from explorer.engine.description import attempt

CONSTANT = 0
"""The number of an element that came from none."""


class Numbers:
    """Memory that nothing was said of holds constants. What is told here is kept alive by it."""

    def __init__(self) -> None:
        self._memories: dict[int, tuple[torch.Tensor, torch.dtype] | None] = {}
        """By address, with the dtype that they are numbers of; None where values are computed."""
        self._alive: list[torch.Tensor] = []
        """While these live, no other memory gets the address of theirs."""

    def has(self, tensor: torch.Tensor) -> bool:
        """Return whether elements of its memory are more than constants."""
        address = _address(tensor)
        return not address or address in self._memories

    def read(self, tensor: torch.Tensor) -> torch.Tensor | None:
        """Return the numbers of a tensor's elements, as a view; None if some are computed."""
        address = _address(tensor)
        if not address or tensor.is_conj() or tensor.is_neg():
            return None
        if address not in self._memories:
            return torch.zeros(tensor.shape, dtype=torch.int64, device=tensor.device)
        found = self._memories[address]
        if found is None or found[1] != tensor.dtype:
            return None
        return _like(found[0], tensor)

    def overwrite(self, tensor: torch.Tensor, numbers: torch.Tensor) -> None:
        """Say what the elements of a tensor are, which may share its memory with others."""
        if _address(tensor) not in self._memories:
            self.write(tensor, torch.zeros_like(numbers))
        found = self.read(tensor)
        if found is None:
            self.spoil(tensor)
        elif found is not numbers:
            found.copy_(numbers)

    def write(self, tensor: torch.Tensor, numbers: torch.Tensor) -> None:
        """Say what the elements of a tensor are, which has its memory for itself."""
        length = tensor.untyped_storage().nbytes() // tensor.element_size()
        memory = torch.zeros(length, dtype=torch.int64, device=tensor.device)
        self._memories[_address(tensor)] = memory, tensor.dtype
        self._alive.append(tensor)
        _like(memory, tensor).copy_(numbers)

    def spoil(self, tensor: torch.Tensor) -> None:
        """Say that values in a tensor's memory are computed."""
        self._memories[_address(tensor)] = None
        self._alive.append(tensor)

    def shares(self, tensor: torch.Tensor, others: list[torch.Tensor]) -> bool:
        """Return whether a tensor has the memory of one of the others."""
        return _address(tensor) in map(_address, others)


def _address(tensor: torch.Tensor) -> int:
    """Return the number of a tensor's memory, 0 where it has none of the ordinary kind."""
    storage = attempt(tensor.untyped_storage, None) if tensor.layout == torch.strided else None
    return torch_private.storage_address(storage) if storage is not None else 0


def _like(memory: torch.Tensor, tensor: torch.Tensor) -> torch.Tensor:
    """Return what lies in `memory` where the elements of a tensor lie in its own."""
    return memory.as_strided(tensor.shape, tensor.stride(), int(tensor.storage_offset()))
