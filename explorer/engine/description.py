"""What the window is told of an object: its entry and its tensors, never its values.

Nothing here raises: an object whose attributes raise is described by its type.
"""

import ctypes
import inspect
import json
import zlib
from collections.abc import Callable, Iterator
from types import BuiltinFunctionType, FunctionType
from typing import Any, TypeVar, cast

import numpy as np
import torch
from torch import nn

from explorer.engine import torch_private
from explorer.engine.identity import Identities
from explorer.protocol import TensorInfo

HASHED_NBYTES = 4096
MOST_TENSORS = 1000
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
    )


def nbytes(tensor: torch.Tensor) -> int:
    """Return the bytes of the elements; for a COO tensor, of its indices and values."""
    if tensor.layout == torch.sparse_coo:
        return attempt(lambda: torch_private.sparse_nbytes(tensor), 0)
    return attempt(lambda: int(tensor.nbytes), 0)


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


def array_content(value: object) -> int:
    """Return a hash of the bytes of a small NumPy array, 0 for all else."""
    if not issubclass(type(value), np.ndarray):
        return 0
    array = cast("np.ndarray[Any, Any]", value)
    if array.nbytes > HASHED_NBYTES or array.dtype.hasobject:
        return 0
    return attempt(lambda: zlib.crc32(array.tobytes()) or 1, 0)


def tensors_of(value: object, expression: str) -> list[tuple[str, torch.Tensor]]:
    """Return the tensors that `value` leads to, as (expression, tensor), itself first.

    Gradients follow their tensor; dicts, lists and tuples are searched two levels deep, modules
    whole; at most `MOST_TENSORS` are returned.
    """
    found: list[tuple[str, torch.Tensor]] = []
    try:
        for pair in _walk(value, expression, 2):
            found.append(pair)
            if len(found) >= MOST_TENSORS:
                break
    except Exception:  # noqa: BLE001 - a dict or module of the person's own may do as it likes
        return found
    return found


def gradient(tensor: torch.Tensor) -> torch.Tensor | None:
    """Return `tensor.grad`, without torch's warning about tensors that never have one."""
    try:
        return tensor.grad if tensor.is_leaf or tensor.retains_grad else None
    except RuntimeError:
        return None


def _walk(value: object, expression: str, depth: int) -> Iterator[tuple[str, torch.Tensor]]:
    if isinstance(value, torch.Tensor):
        yield expression, value
        grad = gradient(value)
        if grad is not None:
            yield f"{expression}.grad", grad
    elif isinstance(value, nn.Module):
        yield from _walk_module(value, expression)
    elif depth and isinstance(value, dict):
        for key, item in list(value.items()):
            if isinstance(key, str | int | float | bool):
                yield from _walk(item, f"{expression}[{literal(key)}]", depth - 1)
    elif depth and isinstance(value, list | tuple):
        for index, item in enumerate(value):
            yield from _walk(item, f"{expression}[{index}]", depth - 1)


def _walk_module(module: nn.Module, expression: str) -> Iterator[tuple[str, torch.Tensor]]:
    for name, tensor in [*module._parameters.items(), *module._buffers.items()]:  # noqa: SLF001 - named_parameters() hides which of the two
        if tensor is not None:
            kind = "_parameters" if name in module._parameters else "_buffers"  # noqa: SLF001 - as above
            yield from _walk(tensor, expression + _step(module, kind, name), 0)
    for name, child in module._modules.items():  # noqa: SLF001 - named_children() drops shared ones
        if child is not None:
            yield from _walk_module(child, expression + _step(module, "_modules", name))


def _step(module: nn.Module, kind: str, name: str) -> str:
    """Return what leads from `module` to its member `name`, as Python accepts it."""
    if name.isdigit() and isinstance(module, nn.Sequential | nn.ModuleList | nn.ParameterList):
        return f"[{name}]"
    if isinstance(module, nn.ModuleDict | nn.ParameterDict):
        return f"[{literal(name)}]"
    return f".{name}" if name.isidentifier() else f".{kind}[{literal(name)}]"


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
        return f"{value.dtype} {value.shape}"
    if value is None or type(value) in (bool, int, float, complex, str, bytes):
        text = repr(value if not isinstance(value, str | bytes) else value[: MOST_CHARACTERS + 1])
        return text if len(text) <= MOST_CHARACTERS else text[: MOST_CHARACTERS - 1] + "…"
    if type(value) in (torch.dtype, torch.device, torch.Size):
        return str(value)
    if isinstance(value, type):
        return f"class {value.__name__}"
    if isinstance(value, FunctionType | BuiltinFunctionType):
        return f"function {value.__name__}{inspect.signature(value)}"
    if type(value) in (list, tuple, dict, set, frozenset):
        return f"{type(value).__name__} ({len(value)})"  # type: ignore[arg-type]  # all of them have a length
    return type(value).__name__
