"""What the window is told of an object: its entry and its tensors, never its values.

Nothing here raises: an object whose attributes raise is described by its type.
"""

import ctypes
import inspect
import json
import zlib
from collections.abc import Callable
from types import BuiltinFunctionType, FunctionType
from typing import TypeVar

import numpy as np
import torch
from torch import nn

from explorer.engine import torch_private
from explorer.engine.identity import Identities
from explorer.protocol import TensorInfo

HASHED_NBYTES = 4096
SPARSE = (
    torch.sparse_coo,
    torch.sparse_csr,
    torch.sparse_csc,
    torch.sparse_bsr,
    torch.sparse_bsc,
)
MOST_CHARACTERS = 80

T = TypeVar("T")


def attempt(read: Callable[[], T], default: T) -> T:
    """Return `read()`, or `default` if it raises: exotic tensors refuse the most ordinary asks."""
    try:
        return read()
    except Exception:  # noqa: BLE001 - a property of any class can raise anything
        return default


def tensor_info(
    tensor: torch.Tensor, expression: str, identities: Identities, view_of: str = ""
) -> TensorInfo:
    """Describe a tensor of any layout and device."""
    strided = tensor.layout == torch.strided
    return TensorInfo(
        expression=expression,
        dtype=str(tensor.dtype).removeprefix("torch."),
        shape=attempt(lambda: tuple(int(n) for n in tensor.shape), ()),
        stride=attempt(lambda: tuple(int(n) for n in tensor.stride()), ()) if strided else (),
        storage_offset=attempt(lambda: int(tensor.storage_offset()), 0) if strided else 0,
        device=attempt(lambda: str(tensor.device), ""),
        layout=str(tensor.layout).removeprefix("torch."),
        contiguous=attempt(tensor.is_contiguous, default=False),
        requires_grad=attempt(lambda: bool(tensor.requires_grad), default=False),
        is_leaf=attempt(lambda: bool(tensor.is_leaf), default=True),
        grad_fn=attempt(lambda: tensor.grad_fn.name() if tensor.grad_fn else "", ""),
        nbytes=nbytes(tensor),
        serial=identities.tensor(tensor),
        storage=identities.storage(tensor),
        version=torch_private.version(tensor),
        content=content(tensor),
        view_of=view_of,
        memory=identities.borrowed(tensor),
        stored=stored(tensor),
    )


def nbytes(tensor: torch.Tensor) -> int:
    """Return the bytes of the elements; for a sparse tensor, of its indices and values."""
    if tensor.layout in SPARSE:
        return attempt(lambda: sum(p.nbytes for p in torch_private.sparse_parts(tensor)), 0)
    return attempt(lambda: int(tensor.nbytes), 0)


def stored(tensor: torch.Tensor) -> int:
    """Return how many elements a sparse tensor stores, -1 for others."""
    if tensor.layout not in SPARSE:
        return -1
    parts: tuple[torch.Tensor, ...] = attempt(lambda: torch_private.sparse_parts(tensor), ())
    return parts[0].numel() if parts else -1


def content(tensor: torch.Tensor) -> int:
    """Return a hash of the bytes of a small tensor in CPU memory, else 0.

    The same bytes have the same hash in every engine.
    """
    try:
        if tensor.layout != torch.strided or not tensor.is_cpu or tensor.nbytes > HASHED_NBYTES:
            return 0
        if not tensor.is_contiguous() or tensor.is_conj() or tensor.is_neg():
            with torch.no_grad():
                tensor = tensor.detach().resolve_conj().resolve_neg().contiguous()
        start = tensor.data_ptr()
        if not start and tensor.nbytes:
            return 0
        return zlib.crc32(ctypes.string_at(start, tensor.nbytes) if tensor.nbytes else b"") or 1
    except Exception:  # noqa: BLE001 - FakeTensor and the like say no in their own ways
        return 0


def gradient(tensor: torch.Tensor) -> torch.Tensor | None:
    """Return `tensor.grad`, without torch's warning about tensors that never have one."""
    try:
        return tensor.grad if tensor.is_leaf or tensor.retains_grad else None
    except RuntimeError:
        return None


def literal(key: object) -> str:
    """Return a dict's key as source, text in double quotes."""
    return json.dumps(key, ensure_ascii=False) if isinstance(key, str) else repr(key)


def summary(value: object) -> str:
    """Return one line about `value`; only built-in types are asked for their repr."""
    return attempt(lambda: _summary(value), type(value).__name__)


def _summary(value: object) -> str:  # noqa: PLR0911 - one return a type
    if isinstance(value, torch.Tensor):
        return f"{str(value.dtype).removeprefix('torch.')} {tuple(value.shape)}"
    if isinstance(value, np.ndarray):
        return f"{value.dtype} {list(value.shape)}"
    if value is None or type(value) in (bool, int, float, complex, str, bytes):
        text = repr(value if not isinstance(value, str | bytes) else value[: MOST_CHARACTERS + 1])
        return _shortened(text)
    if type(value) in (torch.dtype, torch.device, torch.Size):
        return str(value)
    if isinstance(value, type):
        return f"class {value.__name__}"
    if isinstance(value, FunctionType | BuiltinFunctionType):
        return f"function {value.__name__}{inspect.signature(value)}"
    if isinstance(value, nn.Module):
        return _module_summary(value)
    for builtin in (list, tuple, dict, set, frozenset):
        if isinstance(value, builtin):
            return f"{type(value).__name__} of {builtin.__len__(value):,}"  # type: ignore[arg-type]  # mypy joins the five types
    return type(value).__name__


def _module_summary(module: nn.Module) -> str:
    """Return the name of a module, and what it was made with if it is torch's own."""
    name = type(module).__name__
    if not type(module).__module__.startswith("torch.nn.") or module._modules:  # noqa: SLF001 - children() runs through them all
        return name
    return _shortened(f"{name}({module.extra_repr()})")


def _shortened(text: str) -> str:
    return text if len(text) <= MOST_CHARACTERS else text[: MOST_CHARACTERS - 1] + "…"
