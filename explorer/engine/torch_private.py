"""Torch's private names, all in one place: what to look at when a new torch breaks something."""

from contextlib import AbstractContextManager
from typing import Any, cast

import torch
from torch import _tensor_str
from torch.multiprocessing.reductions import StorageWeakRef

# The native functions of torch.*, without the helpers that happen to live in the same module.
NATIVE_FUNCTIONS = frozenset(
    name
    for name in dir(torch._C._VariableFunctions)  # noqa: SLF001 - no public list of them
    if not name.startswith("_")
)


def version(tensor: torch.Tensor) -> int:
    """Return how often `tensor` was written in place; 0 where torch does not count.

    Inference tensors raise when asked.
    """
    try:
        return int(tensor._version)  # noqa: SLF001 - torch has no public name for it
    except RuntimeError:
        return 0


def set_version(tensor: torch.Tensor, count: int) -> None:
    """Set the version of `tensor`, and so of all that share its counter."""
    setter: Any = torch._C._autograd._unsafe_set_version_counter  # noqa: SLF001 - the only way
    try:
        setter((tensor,), (count,))
    except TypeError:  # torch before 2.6 took one tensor
        setter(tensor, count)


def base(tensor: torch.Tensor) -> torch.Tensor | None:
    """Return the tensor that `tensor` is a view of."""
    return tensor._base  # noqa: SLF001 - torch has no public name for it


def address(tensor: torch.Tensor) -> int:
    """Return a number that no other living tensor has, whatever Python objects stand for it."""
    return int(tensor._cdata)  # noqa: SLF001 - `id` may change while C++ alone holds a tensor


def storage_address(storage: torch.UntypedStorage) -> int:
    """Return a number that no other living storage has; it outlives a change of its memory."""
    return int(storage._cdata)  # noqa: SLF001 - `data_ptr` is 0 for every empty one


class WeakStorage:
    """A weak reference to a storage. While it lives, the storage's address is not given anew."""

    def __init__(self, storage: torch.UntypedStorage) -> None:
        make: Any = StorageWeakRef  # torch does not annotate it
        self._reference = make(storage)

    def is_alive(self) -> bool:
        """Return whether a tensor still uses the storage."""
        return not self._reference.expired()


def sparse_parts(tensor: torch.Tensor) -> tuple[torch.Tensor, ...]:
    """Return what a sparse tensor of any layout stores: its values, then its indices."""
    if tensor.layout == torch.sparse_coo:
        return tensor._values(), tensor._indices()  # noqa: SLF001 - the public ones need a coalesced tensor
    if tensor.layout in {torch.sparse_csr, torch.sparse_bsr}:
        return tensor.values(), tensor.crow_indices(), tensor.col_indices()
    return tensor.values(), tensor.ccol_indices(), tensor.row_indices()


def default_device() -> str:
    """Return what `torch.set_default_device` was given, whether there is such a device or not."""
    context = torch._GLOBAL_DEVICE_CONTEXT.device_context  # noqa: SLF001 - the public getter makes a tensor there
    return str(context.device)


def print_options() -> dict[str, Any]:
    """Return what `torch.set_printoptions` sets."""
    return dict(vars(_tensor_str.PRINT_OPTS))


def set_print_options(options: dict[str, Any]) -> None:
    """Set what `print_options` returned."""
    vars(_tensor_str.PRINT_OPTS).update(options)


def plain_access() -> AbstractContextManager[object]:
    """Read tensors of every class as torch's own, without running what a class puts between."""
    switch: Any = torch._C.DisableTorchFunctionSubclass  # noqa: SLF001 - no public name for it
    return cast("AbstractContextManager[object]", switch())
