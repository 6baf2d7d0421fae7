"""NumPy's arrays as the window is told of them, and as torch may read them."""

import zlib
from typing import Any, cast

import numpy as np
import torch

from explorer.engine.description import HASHED_NBYTES, attempt
from explorer.engine.identity import Identities
from explorer.engine.torch_private import version
from explorer.protocol import NUMPY, TensorInfo
from explorer.text import tr

Array = np.ndarray[Any, Any]
Span = tuple[int, int]
"""First address and the one behind the last."""
Stamp = tuple[object, ...]


def array_info(array: Array, expression: str, identities: Identities) -> TensorInfo:
    """Describe an array. The strides count elements, or are () where they can't."""
    owner = _owner(array)
    tensor = owner if isinstance(owner, torch.Tensor) else None
    memory = 0
    if tensor is None:
        memory = identities.memory(span(cast("Array", owner)), owner)
    size = array.itemsize
    is_whole = size > 0 and all(step % size == 0 for step in array.strides)
    return TensorInfo(
        expression=expression,
        dtype=str(array.dtype),
        shape=array.shape,
        stride=tuple(step // size for step in array.strides) if is_whole else (),
        storage_offset=0,
        device="cpu",
        layout=NUMPY,
        contiguous=bool(array.flags.c_contiguous),
        requires_grad=False,
        is_leaf=True,
        grad_fn="",
        nbytes=array.nbytes,
        serial=identities.array(array),
        storage=memory if tensor is None else identities.storage(tensor),
        version=0 if tensor is None else version(tensor),
        content=array_content(array),
        memory=memory,
    )


def array_stamp(array: Array) -> Stamp:
    """Return what is cheap to read and changes with all that can happen to a living array.

    Another array may have it once this one has died, unless it lies in the same memory.
    """
    owner = _owner(array)
    return (
        id(array),
        id(owner),
        array.__array_interface__["data"][0],
        array.shape,
        array.strides,
        array.dtype,
        version(owner) if isinstance(owner, torch.Tensor) else 0,
    )


def array_content(array: Array) -> int:
    """Return a hash of the bytes of a small array, else 0."""
    if array.nbytes > HASHED_NBYTES or array.dtype.hasobject:
        return 0
    return attempt(lambda: zlib.crc32(array.tobytes()) or 1, 0)


def span(array: Array) -> Span:
    """Return where the elements lie."""
    start: int = array.__array_interface__["data"][0]
    if not array.size:
        return start, start
    reach = [(n - 1) * step for n, step in zip(array.shape, array.strides, strict=True) if n > 1]
    end = start + sum(step for step in reach if step > 0) + array.itemsize
    return start + sum(step for step in reach if step < 0), end


def as_tensor(array: Array, expression: str) -> torch.Tensor:
    """Return a tensor on the array's own memory, only to be read.

    Raises ValueError, in words for the person, where torch can't look at it without a copy.
    """
    try:
        return torch.from_numpy(np.asarray(_Writable(array)))
    except TypeError:
        raise ValueError(
            tr(
                "torch has no dtype for the values of {name}, which are {dtype}. "
                "Convert it with .astype(...) to see it.",
                name=expression,
                dtype=array.dtype,
            )
        ) from None
    except ValueError:
        raise ValueError(_why_not(array, expression)) from None


def _why_not(array: Array, expression: str) -> str:
    if not array.dtype.isnative:
        return tr(
            "{name} keeps its bytes in the other order, which torch does not read. "
            'Convert it first: {name}.astype({name}.dtype.newbyteorder("="))',
            name=expression,
        )
    return tr(
        "torch can't look at {name} where it lies: its values run backwards in memory, or stand "
        "between others. Copy it first: {name}.copy()",
        name=expression,
    )


class _Writable:
    """Lends an array's memory as one that may be written: torch warns of any other."""

    def __init__(self, array: Array) -> None:
        self._array = array
        interface = dict(array.__array_interface__)
        interface["data"] = (interface["data"][0], False)
        self.__array_interface__ = interface


def _owner(array: Array) -> Array | torch.Tensor:
    """Return whose memory it is: a tensor, or the array that the others are views of."""
    owner = array
    while True:
        base: object = owner.base
        if isinstance(base, torch.Tensor):
            return base
        if not isinstance(base, np.ndarray):
            return owner
        owner = base
