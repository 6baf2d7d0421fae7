"""Files that tensors are mapped to: what was read of a large one is given back to the system."""

import ctypes
import mmap
import sys
from dataclasses import dataclass
from pathlib import Path

import torch

RELEASED_NBYTES = 1 << 30
"""Mapped tensors of less memory stay as they are."""
PAGE_OUT = 21
"""MADV_PAGEOUT of <sys/mman.h>: pages that were written stay, all others are read again."""

_MAPS = Path("/proc/self/maps")


@dataclass(frozen=True, slots=True)
class Mapping:
    """The addresses that a file is mapped to."""

    start: int
    end: int

    def release(self, piece: torch.Tensor) -> None:
        """Let the system take back the pages of `piece`, a view of a tensor in the file."""
        page = mmap.PAGESIZE
        first = piece.data_ptr()
        last = first + piece.itemsize * (
            1 + sum((n - 1) * s for n, s in zip(piece.shape, piece.stride(), strict=True))
        )
        first, last = max(self.start, first // page * page), min(self.end, -(-last // page) * page)
        if first < last:
            # Advice: where the system does not know it, nothing is lost.
            ctypes.CDLL(None).madvise(
                ctypes.c_void_p(first), ctypes.c_size_t(last - first), PAGE_OUT
            )


def find(tensor: torch.Tensor) -> Mapping | None:
    """Return the mapping of the file that a large tensor lies in, None if there is none."""
    if sys.platform != "linux" or not tensor.is_cpu or tensor.numel() == 0:
        return None
    if tensor.untyped_storage().nbytes() < RELEASED_NBYTES:
        return None
    address = tensor.data_ptr()
    for line in _MAPS.read_text().splitlines():
        parts = line.split(maxsplit=5)
        start, end = (int(number, 16) for number in parts[0].split("-"))
        if start <= address < end:
            is_file = len(parts) > 5 and parts[4] != "0"
            return Mapping(start, end) if is_file else None
    return None
