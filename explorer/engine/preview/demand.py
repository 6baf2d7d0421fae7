"""How much memory a line takes besides what is there, and how much there is."""

from collections.abc import Iterable
from math import prod
from typing import Any

import psutil
import torch

from explorer.engine import torch_private
from explorer.engine.description import attempt
from explorer.engine.preview.shadow import Shadow, known_size

SOLVED, WORKED = 3.0, 1.5
"""A call that solves systems, or one that works in more steps than it shows, takes so many times
the memory of all that goes in and comes out, as it was measured on a CPU."""
_SOLVED = frozenset(("topk", "kthvalue"))
_PLAIN = frozenset(
    """clone _to_copy copy copy_ cat stack repeat fill fill_ sum mean amax amin any all argmax argmin
    index select_scatter gather tril triu roll flip var std var_mean std_mean cumsum cumprod histc
    _softmax _log_softmax native_layer_norm mm bmm addmm _fft_r2c _fft_c2c _fft_c2r nonzero
    masked_select""".split()  # noqa: SIM905 - a table of names reads better as words
)
"""What takes no more than it makes, beside what is done element by element."""


class Demand:
    """Adds up the storages that are alive at once while a line runs on `shadows`.

    `taken` is the most bytes by device.
    """

    def __init__(self, shadows: Iterable[Shadow]) -> None:
        self.taken: dict[str, int] = {}
        self._before = {shadow.address: shadow.nbytes for shadow in shadows}
        self._alive: dict[int, tuple[torch_private.WeakStorage, str, int]] = {}

    def add(
        self, name: str, inputs: list[torch.Tensor], made: list[torch.Tensor], *, is_plain: bool
    ) -> None:
        """Count what one of torch's inner functions takes."""
        for place in [a for a, (weak, _, _) in self._alive.items() if not weak.is_alive()]:
            del self._alive[place]
        new = sum(self._keep(tensor, _most_nbytes(name, inputs, tensor)) for tensor in made)
        sums: dict[str, int] = {}
        for _, device, nbytes in self._alive.values():
            sums[device] = sums.get(device, 0) + nbytes
        if new > 0 and inputs and not is_plain and name not in _PLAIN:
            factor = SOLVED if "linalg" in name or name in _SOLVED else WORKED
            device = str(made[0].device)
            sums[device] += int(factor * (new + sum(map(_nbytes, inputs)))) - new
        for device, nbytes in sums.items():
            self.taken[device] = max(self.taken.get(device, 0), nbytes)

    def _keep(self, tensor: torch.Tensor, most: int) -> int:
        """Take note of a tensor's storage; return how much of it is new."""
        storage = attempt(tensor.untyped_storage, None)
        if storage is None or tensor.device.type == "meta":
            return 0
        place = torch_private.storage_address(storage)
        nbytes = known_size(storage.nbytes())
        nbytes = (most if nbytes < 0 else nbytes) - self._before.get(place, 0)
        is_known = place in self._alive
        if nbytes > 0:
            weak = torch_private.WeakStorage(storage)
            self._alive[place] = weak, str(tensor.device), nbytes
        return 0 if is_known else nbytes


def _most_nbytes(name: str, inputs: list[torch.Tensor], made: torch.Tensor) -> int:
    """Return what a tensor of unknown size takes if every element is chosen."""
    count = max((known_size(attempt(x.numel, 0)) for x in inputs), default=0)
    known = [size for size in map(known_size, made.shape) if size >= 0]
    row = prod(known) if name == "nonzero" else 1
    # A mask is turned into the indices of what it chooses.
    indices = 8 * inputs[-1].dim() if name == "index" and inputs else 0
    return max(0, count) * (row * made.element_size() + indices)


def _nbytes(tensor: torch.Tensor) -> int:
    return max(0, known_size(attempt(tensor.numel, 0))) * tensor.element_size()


def free_bytes(device: str) -> int:
    """Return how much memory of a device is free, -1 if nobody tells."""
    kind = torch.device(device).type
    if kind == "cpu":
        return int(psutil.virtual_memory().available)
    module: Any = getattr(torch, kind, None)
    if hasattr(module, "mem_get_info"):
        return int(module.mem_get_info(torch.device(device))[0])
    return -1
