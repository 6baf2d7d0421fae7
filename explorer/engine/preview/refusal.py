"""Lets torch refuse in the words that it has for real tensors what fails without values.

Tensors without values run through parts of torch that are written in Python and say it otherwise.
"""

import contextlib
from typing import Any

import torch

from explorer.engine import torch_private
from explorer.engine.description import attempt

MOST_ELEMENTS = 1 << 18
_PRODUCTS = frozenset(("mm", "bmm", "addmm", "baddbmm", "mv", "addmv", "dot"))
_JOINING = frozenset(("cat", "stack"))
_UNCHECKED = frozenset(("_softmax", "_log_softmax"))
"""What takes any dim where there are no values."""


def refuse(function: Any, args: tuple[Any, ...], keywords: dict[str, Any]) -> None:  # noqa: ANN401 - torch does not say of what class its inner functions are
    """Raise what torch raises for these arguments, if it can be found out without computing."""
    tensors = torch_private.tensors_in((args, keywords))
    if not tensors or any(type(size) is not int for x in tensors for size in x.shape):
        return
    if _surely_fails(function, tensors):
        torch_private.call_really(function, args, keywords, _stand_in)
    with contextlib.suppress(AssertionError):  # as before: another class than for real tensors
        torch_private.call_really(function, args, keywords, _on_meta, torch.device("meta"))


def check_dim(name: str, args: tuple[Any, ...]) -> None:
    """Raise what torch raises for a dim that is not there, where it does not look without values."""
    if name in _UNCHECKED:
        _on_meta(args[0]).sum(args[1])


def _surely_fails(function: Any, tensors: list[torch.Tensor]) -> bool:  # noqa: ANN401 - as above
    """Return whether shapes that do not fit are the reason, or running it takes next to nothing."""
    if torch.Tag.pointwise in function.tags:
        shapes = [tensor.shape for tensor in tensors]
        together: Any = torch.broadcast_shapes  # torch does not annotate it
        return attempt(lambda: together(*shapes), None) is None
    name = torch_private.function_name(function)
    if name in _JOINING:
        return sum(tensor.numel() for tensor in tensors) <= MOST_ELEMENTS
    if name in _PRODUCTS and len(tensors) > 1:
        left, right = tensors[-2:]
        return not (left.dim() and right.dim()) or left.shape[-1] != right.shape[-2:][0]
    return False


def _stand_in(tensor: torch.Tensor) -> torch.Tensor:
    """Return a real tensor of the same shape and dtype, of one element if it is large."""
    if tensor.numel() <= MOST_ELEMENTS:
        return torch.empty(tensor.shape, dtype=tensor.dtype, device="cpu")
    return torch.empty((), dtype=tensor.dtype, device="cpu").expand(tensor.shape)


def _on_meta(tensor: torch.Tensor) -> torch.Tensor:
    return torch.empty_strided(tensor.shape, tensor.stride(), dtype=tensor.dtype, device="meta")
