"""What the Device pane says about a device, and about what a line will do, in words."""

from collections.abc import Iterable

from explorer.catalog.device import META, bytes_after, is_same_object
from explorer.measure import bytes_text
from explorer.panes.device import Absent, Device, Reason
from explorer.protocol import TensorInfo
from explorer.text import Text, tr

REASONS: dict[Reason, Text] = {
    "cpu build": "This torch is a build for the CPU only. Install one built for CUDA, on a computer "
    "with an NVIDIA card.",
    "no driver": "There is no NVIDIA driver here. Install it, or use a computer with an NVIDIA card.",
    "no card": "The NVIDIA driver finds no card that torch can use.",
    "hidden": "The environment variable CUDA_VISIBLE_DEVICES hides every card. Start without it.",
    "old driver": "The NVIDIA driver knows CUDA {detail} only, which is too old for this torch. "
    "Update the driver.",
    "driver error": "The NVIDIA driver refuses with error {detail}. Restart the computer, or update "
    "the driver.",
    "no amd": "This torch is built for AMD cards, and none answers.",
    "no mac": "Only Macs have it: it is the GPU of Apple's chips.",
    "no metal": "This torch is built without support for Apple's GPU.",
    "old mac": "It needs macOS 12.3 or newer, and a GPU that Metal supports.",
    "no xpu build": "This torch is built without support for Intel's GPUs.",
    "no xpu": "No Intel GPU answers, or its driver is missing.",
    "lost": "It does not answer any more: {detail}",
}


def memory_text(device: Device) -> str:
    """Return how much of a device's memory is free, used, and taken by this engine."""
    if device.name == META:
        return tr("Shapes and dtypes without values, which take no memory")
    if not device.total_bytes:
        return ""
    total, own = bytes_text(device.total_bytes), bytes_text(device.own_bytes)
    if device.free_bytes is None:
        return tr("{total}, {own} taken by this session", total=total, own=own)
    return tr(
        "{free} of {total} free, {used} used, {own} of it by this session",
        free=bytes_text(device.free_bytes),
        total=total,
        used=bytes_text(device.total_bytes - device.free_bytes),
        own=own,
    )


def reason_text(absent: Absent) -> str:
    """Return why torch can't use it."""
    return tr(REASONS[absent.reason], detail=absent.detail)


def missing_text(name: str, absent: Iterable[Absent]) -> str:
    """Return that the device `name` is not there, and why if that is known."""
    kind = name.partition(":")[0]
    reasons = [a for a in absent if a.name == name] or [a for a in absent if a.name == kind]
    what = tr("torch can't use {device} here.", device=name)
    return f"{what} {reason_text(reasons[0])}" if reasons else what


def move_text(tensor: TensorInfo, device: str, dtype: str, free_bytes: int | None) -> str:
    """Return what `.to(device, dtype)` will do, before it runs. `device` is resolved."""
    name, wanted = tensor.expression, dtype or tensor.dtype
    size = bytes_after(tensor, dtype)
    facts = {"name": name, "device": device, "dtype": wanted, "size": bytes_text(size)}
    same = is_same_object(tensor, device, dtype)
    if same:
        return tr(
            "The same object: {name} is {dtype} on {device} already, so torch returns it", **facts
        )
    if same is None:
        return tr(
            "The same object if {name} is on the current {device} already, else a copy", **facts
        )
    if device == META:
        return tr(
            "A new tensor with the shape of {name} and no values, which takes no memory", **facts
        )
    if tensor.device == META:
        return tr("{name} has no values to move: this makes zeros of its shape, {size}", **facts)
    if free_bytes is not None and size > free_bytes:
        return tr(
            "A copy of {size}, but {device} has {free} free", free=bytes_text(free_bytes), **facts
        )
    return tr("A copy on {device} as {dtype}, {size}", **facts)
