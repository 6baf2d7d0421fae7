"""NVIDIA's driver, asked without torch.

Torch warns in the session when CUDA does not start, and takes hundreds of MiB of a card's memory to
tell how much of it is free. The driver says why it does not start, and its management library
(NVML) how much is free, without either.
"""

import ctypes
import sys
from dataclasses import dataclass
from typing import Any

_DRIVER = "nvcuda.dll" if sys.platform == "win32" else "libcuda.so.1"
_MANAGEMENT = "nvml.dll" if sys.platform == "win32" else "libnvidia-ml.so.1"
NO_CARD = 100
"""The driver's code for "no CUDA-capable device is detected"."""


@dataclass(frozen=True, slots=True)
class Driver:
    """What the driver says: its error, 0 if none; the CUDA it knows, 12040 for 12.4; the cards."""

    error: int
    version: int
    count: int


class _Memory(ctypes.Structure):
    """`nvmlMemory_t` of nvml.h."""

    _fields_ = (
        ("total", ctypes.c_ulonglong),
        ("free", ctypes.c_ulonglong),
        ("used", ctypes.c_ulonglong),
    )


def load(name: str) -> Any:  # noqa: ANN401 - ctypes makes functions of whatever name is asked for
    """Return a shared library. Raises OSError if there is none."""
    return ctypes.CDLL(name)


def ask_driver() -> Driver | None:
    """Return what the driver says, None if there is none."""
    try:
        library = load(_DRIVER)
        version, count = ctypes.c_int(), ctypes.c_int()
        error = library.cuInit(0)
        library.cuDriverGetVersion(ctypes.byref(version))
        if not error:
            error = library.cuDeviceGetCount(ctypes.byref(count))
    except (OSError, AttributeError):
        return None
    return Driver(error, version.value, count.value)


def free_and_total(uuid: str) -> tuple[int, int] | None:
    """Return the free bytes of a card and all of them, None if NVML does not say.

    `uuid` is the card's as torch tells it, without "GPU-".
    """
    try:
        library = load(_MANAGEMENT)
        if library.nvmlInit_v2():
            return None
        card, memory = ctypes.c_void_p(), _Memory()
        failed = library.nvmlDeviceGetHandleByUUID(
            f"GPU-{uuid}".encode(), ctypes.byref(card)
        ) or library.nvmlDeviceGetMemoryInfo(card, ctypes.byref(memory))
        library.nvmlShutdown()
    except (OSError, AttributeError):
        return None
    return None if failed else (memory.free, memory.total)
