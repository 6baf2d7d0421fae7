"""Names of a namespace and what hangs on their old values."""

from types import BuiltinFunctionType, FunctionType, ModuleType
from typing import Any

import numpy as np
import torch

from explorer.engine import torch_private
from explorer.engine.covered import IMMUTABLES
from explorer.engine.description import attempt
from explorer.engine.reach import reach

MISSING = object()
"""The value of a name that was not bound."""

_COUNTED = (torch.Tensor, list, tuple, dict, torch.nn.Module)
_SIMPLE = (*IMMUTABLES, FunctionType, BuiltinFunctionType, ModuleType, type)


def is_console_name(name: str) -> bool:
    """Return whether IPython binds `name` itself after a line: `_`, `_i`, `_i5`, `_exit_code`."""
    stem = name.rstrip("0123456789")
    return name == "_exit_code" or stem in (
        "_",
        "__",
        "___",
        "_i",
        "_ii",
        "_iii",
        "_ih",
        "_oh",
        "_dh",
    )


def replaced_bytes(changed: dict[str, Any], namespace: dict[str, Any]) -> int | None:
    """Return the memory that old bindings keep alive, None if that can't be told."""
    still_bound = {id(value) for value in namespace.values()}
    storages: dict[int, int] = {}
    other = 0
    for value in changed.values():
        if value is MISSING or id(value) in still_bound or issubclass(type(value), _SIMPLE):
            continue
        if type(value) is np.ndarray:
            other += value.nbytes
        elif not issubclass(type(value), _COUNTED):
            return None
        reached = reach(value, "")
        if not reached.is_whole:
            return None
        for _, tensor in reached.tensors:
            if tensor.grad_fn is not None:  # its graph holds who knows how much
                return None
            storage = attempt(tensor.untyped_storage, None)
            if storage is None:
                return None
            storages[torch_private.storage_address(storage)] = storage.nbytes()
    return other + sum(storages.values())
