"""Lines that set where and how new tensors are made, move one, or plan one; and what they will do."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from math import prod

from explorer.catalog import literal
from explorer.catalog.literal import Kind
from explorer.catalog.number import MAX_INT, Refusal
from explorer.protocol import TensorInfo
from explorer.text import Text, tr

FLOAT_DTYPES = ("float32", "float64", "float16", "bfloat16")
"""What torch takes as its default dtype."""
META = "meta"


@dataclass(frozen=True, slots=True)
class Setting:
    """Something that a line sets for all lines after it; `call` takes one argument."""

    name: str
    label: Text
    kind: Kind
    call: str
    help: Text


SETTINGS = (
    Setting(
        "device",
        "Default device",
        "device",
        "torch.set_default_device",
        "Where new tensors are made if their line names no device.",
    ),
    Setting(
        "dtype",
        "Default dtype",
        "dtype",
        "torch.set_default_dtype",
        "What new tensors of fractions hold if their line names no dtype.",
    ),
    Setting(
        "threads",
        "Threads",
        "count",
        "torch.set_num_threads",
        "How many threads the CPU uses for one operation.",
    ),
    Setting(
        "seed",
        "Seed",
        "integer",
        "torch.manual_seed",
        "Where random numbers begin: the same seed gives the same values again.",
    ),
)


def setting_line(setting: Setting, text: str) -> str:
    """Return the line that sets `setting` to what was typed. Raises Refusal."""
    source = literal.READERS[setting.kind](text)
    if setting.name == "threads" and source == "0":
        raise Refusal(tr("At least one thread is needed. Type 1 or more"))
    if setting.name == "dtype" and source.removeprefix("torch.") not in FLOAT_DTYPES:
        raise Refusal(
            tr(
                "The default dtype must be one of fractions. Type one of {dtypes}",
                dtypes=", ".join(FLOAT_DTYPES),
            )
        )
    return f"{setting.call}({source})"


def move_line(target: str, tensor: TensorInfo, device: str, dtype: str) -> str:
    """Return `y = x.to("cuda", torch.float16)`; "" keeps the dtype. Raises Refusal.

    A tensor on meta has no values to move: then the line makes zeros of its shape.
    """
    name, there = literal.name(target), literal.device(device)
    given = literal.dtype(dtype) if dtype.strip() else ""
    if _is_meta(tensor.device) and there != f'"{META}"':
        given = f", dtype={given}" if given else ""
        return f"{name} = torch.zeros_like({tensor.expression}{given}, device={there})"
    return f"{name} = {tensor.expression}.to({there}{', ' + given if given else ''})"


def plan_line(target: str, size: str) -> str:
    """Return the line that makes a tensor of shape without memory. Raises Refusal."""
    name, source = literal.name(target), literal.size(size)
    if count(source) * 16 > MAX_INT:
        raise Refusal(tr("This is more memory than can be counted. Type smaller sizes"))
    sizes = source if source == "()" else source[1:-1].rstrip(",")
    return f'{name} = torch.empty({sizes}, device="{META}")'


def count(size_source: str) -> int:
    """Return how many elements a size has, such as "(5, 3)"."""
    return prod(int(part) for part in size_source.strip("(,)").split(",") if part.strip())


def item_bytes(dtype: str) -> int:
    """Return the bytes of one element of a dtype as torch names it: "float32"."""
    bits = re.search(r"\d+", dtype)
    return max(1, int(bits[0]) // 8) if bits else 1


def resolve(device: str, known: Iterable[str]) -> str:
    """Return the device as a tensor on it says: "cuda" is "cuda:0" if that is the only card.

    "cuda" stays where there may be several: it is the one that torch.cuda.set_device chose.
    """
    if ":" in device or device in ("cpu", META):
        return device
    return f"{device}:0" if device in known or device == "mps" else device


def is_there(device: str, known: Iterable[str]) -> bool:
    """Return whether one of the `known` devices is meant by `device`."""
    names = list(known)
    kind, _, index = device.partition(":")
    if kind in ("cpu", META):
        return kind in names
    if not index:
        return any(name.partition(":")[0] == kind for name in names)
    return device in names or (index == "0" and kind in names)


def is_same_object(tensor: TensorInfo, device: str, dtype: str) -> bool | None:
    """Return whether `.to(device, dtype)` returns the tensor itself; None if it is not known.

    `device` is as `resolve` returns it, `dtype` is "" or as torch names it.
    """
    if dtype not in ("", tensor.dtype):
        return False
    if tensor.device == device:
        return True
    kind, colon, _ = device.partition(":")
    alone = colon or kind in ("cpu", META)
    return False if alone or tensor.device.partition(":")[0] != kind else None


def bytes_after(tensor: TensorInfo, dtype: str) -> int:
    """Return the bytes of the tensor in another dtype, "" for its own."""
    return tensor.nbytes // item_bytes(tensor.dtype) * item_bytes(dtype or tensor.dtype)


def _is_meta(device: str) -> bool:
    return device.partition(":")[0] == META
