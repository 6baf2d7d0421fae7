"""What torch can compute on here, with its memory, and why it can't on the rest."""

import os
import platform
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import psutil
import torch

from explorer.panes.device import Absent, Device, Devices, Reason, driver

Found = list[Device | Absent]


def find() -> Devices:
    """Return every device that torch knows, those that it can use first.

    Nothing of it changes the session: no tensor is made, and a card that is not in use stays so.
    """
    found = [item for look in (_cpu, _cuda, _mps, _xpu, _meta) for item in look()]
    return Devices(
        devices=tuple(item for item in found if isinstance(item, Device)),
        absent=tuple(item for item in found if isinstance(item, Absent)),
        seed=torch.initial_seed(),
    )


def _cpu() -> Found:
    memory = psutil.virtual_memory()
    return [
        Device(
            name="cpu",
            title=_processor(),
            total_bytes=memory.total,
            free_bytes=memory.available,
            own_bytes=psutil.Process().memory_info().rss,
        )
    ]


@cache
def _processor() -> str:
    """Return what the processor calls itself; Python alone knows only "x86_64" on Linux."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        lines = []
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, "") or platform.processor() or platform.machine()


def _meta() -> Found:
    return [Device(name="meta")]


# --- NVIDIA and AMD ---------------------------------------------------------------------------


def _cuda() -> Found:
    absent = _why_no_cuda()
    if absent:
        return [absent]
    return _each("cuda", torch.cuda.device_count(), _card)


def _why_no_cuda() -> Absent | None:
    if torch.version.hip:
        return None if torch.cuda.is_available() else _absent("cuda", "no amd")
    if not torch.version.cuda:
        return _absent("cuda", "cpu build")
    said = driver.ask_driver()
    if said is None:
        return _absent("cuda", "no driver")
    refused = _why_refused(said, torch.version.cuda)
    if refused or torch.cuda.is_available():
        return refused
    return _absent("cuda", "no card")


def _why_refused(said: driver.Driver, built_for: str) -> Absent | None:
    """Return why a torch that was built for a version of CUDA can't begin with this driver."""
    if said.error == driver.NO_CARD or (not said.error and not said.count):
        hidden = os.environ.get("CUDA_VISIBLE_DEVICES") is not None
        return _absent("cuda", "hidden" if hidden else "no card")
    if said.error:
        return _absent("cuda", "driver error", str(said.error))
    if said.version // 1000 < int(built_for.partition(".")[0]):
        return _absent("cuda", "old driver", f"{said.version // 1000}.{said.version % 1000 // 10}")
    return None


def _card(index: int, name: str) -> Device:
    properties: Any = torch.cuda.get_device_properties(index)
    total, free = properties.total_memory, None
    # To ask CUDA itself would begin to use the card.
    if torch.cuda.memory_reserved(index):
        free, total = torch.cuda.mem_get_info(index)
    elif told := driver.free_and_total(str(getattr(properties, "uuid", ""))):
        free, total = told
    return Device(
        name=name,
        title=properties.name,
        total_bytes=total,
        free_bytes=free,
        own_bytes=torch.cuda.memory_reserved(index),
    )


# --- Apple ------------------------------------------------------------------------------------


def _mps() -> Found:
    if sys.platform != "darwin":
        return [_absent("mps", "no mac")]
    if not torch.backends.mps.is_built():
        return [_absent("mps", "no metal")]
    if not torch.backends.mps.is_available():
        return [_absent("mps", "old mac")]
    total, own = torch.mps.recommended_max_memory(), torch.mps.driver_allocated_memory()
    # GPU and CPU share one memory.
    free = min(psutil.virtual_memory().available, total - own)
    return [
        Device(name="mps", title=_processor(), total_bytes=total, free_bytes=free, own_bytes=own)
    ]


# --- Intel ------------------------------------------------------------------------------------


def _xpu() -> Found:
    if not hasattr(torch.version, "xpu") or torch.version.xpu is None:
        return [_absent("xpu", "no xpu build")]
    if not torch.xpu.is_available():
        return [_absent("xpu", "no xpu")]
    return _each("xpu", torch.xpu.device_count(), _intel)


def _intel(index: int, name: str) -> Device:
    module: Any = torch.xpu
    properties = module.get_device_properties(index)
    free = None
    if hasattr(module, "mem_get_info"):  # since torch 2.6
        free = module.mem_get_info(index)[0]
    return Device(
        name=name,
        title=properties.name,
        total_bytes=properties.total_memory,
        free_bytes=free,
        own_bytes=module.memory_reserved(index),
    )


# --- what they share --------------------------------------------------------------------------


def _each(kind: str, count: int, describe: Callable[[int, str], Device]) -> Found:
    """Describe every device of a kind; the only one needs no index."""
    found: Found = []
    for index in range(count):
        name = f"{kind}:{index}" if count > 1 else kind
        try:
            found.append(describe(index, name))
        except RuntimeError as error:  # a card that fell off its bus
            found.append(_absent(name, "lost", str(error).partition("\n")[0]))
    return found


def _absent(name: str, reason: Reason, detail: str = "") -> Absent:
    return Absent(name=name, reason=reason, detail=detail)
