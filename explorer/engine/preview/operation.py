"""What a preview may call: what of torch only computes, which on tensors without values is free."""

import operator
from collections.abc import Callable
from types import ModuleType
from typing import Any

import torch
from torch import fft, linalg, special
from torch.nn import functional

from explorer.engine import torch_private
from explorer.text import Text, tr

# ruff: noqa: SIM905 - tables of names read better as words

MODULES: dict[str, ModuleType] = {
    module.__name__: module for module in (torch, functional, linalg, fft, special)
}
MODULES["torch.nn.functional"] = functional


class UnforeseenError(Exception):
    """Nothing can be told beforehand; the text says why, in words for the person."""


class ByValueError(Exception):
    """What comes out depends on the values."""


BUILTINS: dict[str, Callable[..., Any]] = {
    "abs": operator.abs,
    "len": len,
    "list": list,
    "tuple": tuple,
    "slice": slice,
    "range": range,
    "sum": sum,
}

_FUNCTIONS = frozenset(
    """device Size is_tensor get_default_dtype is_grad_enabled finfo iinfo Generator
    typename""".split()
)
"""What torch writes in Python, besides `torch.functional`, and makes nothing but a value."""
_OTHERS: dict[str, Callable[..., Any]] = {"torch.cuda.is_available": torch.cuda.is_available}
_FILES: Text = "It reads from memory or a file that torch does not know."
_REASONS: dict[str, Text] = {
    "from_file": _FILES,
    "frombuffer": _FILES,
    "from_dlpack": _FILES,
    "apply_": "It calls a function of Python's for every element.",
    "map_": "It calls a function of Python's for every element.",
    "map2_": "It calls a function of Python's for every element.",
    "backward": "Which gradients it reaches is known once it has run.",
    "register_hook": "It calls a function of yours later.",
    "register_post_accumulate_grad_hook": "It calls a function of yours later.",
    "module_load": "It is for torch itself.",
    "reinforce": "It is for torch itself.",
    "record_stream": "It only tells torch about a stream of the card.",
    "set_": "It takes over memory of something else.",
    "share_memory_": "It moves the memory to where other processes see it.",
    "data_ptr": "It tells where in memory the values lie.",
    "const_data_ptr": "It tells where in memory the values lie.",
    "storage": "It gives the memory, not a tensor.",
    "untyped_storage": "It gives the memory, not a tensor.",
}
"""What is not tried, and why, by the name of the function or method."""
_BY_VALUE = frozenset(("tolist", "is_nonzero", "equal", "allclose"))
_NO_FUNCTIONS = frozenset(("handle_torch_function", "boolean_dispatch", "Callable", "Optional"))


def function(path: str) -> Callable[..., Any]:
    """Return what "torch.add" or "torch.linalg.norm" calls. Raises UnforeseenError, AttributeError."""
    if path in _OTHERS:
        return _OTHERS[path]
    owner, _, name = path.rpartition(".")
    _check(name)
    if owner not in MODULES:
        raise UnforeseenError(tr("{name} is known once it has run", name=path))
    found: Callable[..., Any] = getattr(MODULES[owner], name)
    if not (_is_of_torch(name) if owner == "torch" else _is_of_module(name, found)):
        raise UnforeseenError(tr("{name} does more than compute", name=path))
    return found


def member(name: str) -> Any:  # noqa: ANN401 - a method or a property
    """Return a method or property of tensors; None if they have none of that name."""
    _check(name)
    return getattr(torch.Tensor, name, None)


def _check(name: str) -> None:
    if name.startswith("_"):
        raise UnforeseenError(tr("{name} begins with _: it is not for us to use", name=name))
    if reason := _REASONS.get(name):
        raise UnforeseenError(tr(reason))
    if name in _BY_VALUE:
        raise ByValueError


def _is_of_torch(name: str) -> bool:
    return (
        name in torch_private.NATIVE_FUNCTIONS
        or name in torch.functional.__all__
        or name in _FUNCTIONS
    )


def _is_of_module(name: str, found: object) -> bool:
    is_function = callable(found) and not isinstance(found, type)
    return is_function and name not in _NO_FUNCTIONS and not name.startswith("has_torch")
