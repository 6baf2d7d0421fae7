"""Tensors without values in the place of the person's, alike in all but the values."""

import ast
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from explorer.engine import torch_private
from explorer.engine.array import as_tensor
from explorer.engine.description import attempt
from explorer.engine.evaluation import PLAIN_TENSORS, not_plain
from explorer.engine.lookup import follow
from explorer.engine.past import Past
from explorer.engine.preview.operation import UnforeseenError
from explorer.text import tr

MOST_MEMBERS = 1000
_VALUES = (
    *(bool, int, float, complex, str, type(None), type(...), slice, range),
    *(torch.dtype, torch.device, torch.layout, torch.memory_format, torch.Size, torch.Generator),
)


@dataclass(frozen=True, slots=True)
class Shadow:
    """What stands for the tensor that `expression` names; `version` and `nbytes` as it was made."""

    expression: str
    tensor: torch.Tensor
    version: int
    address: int
    nbytes: int


@dataclass(frozen=True, slots=True)
class ArrayShadow:
    """What stands for an array of NumPy's: a tensor on memory that torch does not own."""

    tensor: torch.Tensor


class Shadows:
    """What the names of one line stand for; `make` gives the shadow of a tensor.

    Only shape, strides, memory and flags are read. Nothing here keeps a tensor of the person's.
    """

    def __init__(self, names: dict[str, Any], make: Callable[[torch.Tensor], torch.Tensor]) -> None:
        self._past = Past(names, {}, ())
        self._make = make
        self._values: dict[str, object] = {}
        self.shadows: list[Shadow] = []

    def add(self, expressions: Iterable[str]) -> None:
        """Make the shadows of what `expressions` lead to.

        Raises what Python would raise where they lead to nothing, else UnforeseenError.
        """
        for expression in expressions:
            if expression not in self._values:
                self._values[expression] = self._shadow(self._found(expression), expression)

    def value(self, expression: str) -> object:
        """Return what stands for what `expression` leads to, which was added."""
        return self._values[expression]

    def _found(self, expression: str) -> object:
        node = ast.parse(expression, mode="eval").body
        root = node
        while isinstance(root, ast.Attribute | ast.Subscript):
            root = root.value
        if isinstance(root, ast.Name) and root.id not in self._past.names:
            raise NameError(f"name '{root.id}' is not defined", name=root.id)
        try:
            with torch_private.plain_access():
                return follow(node, self._past)
        except (AttributeError, TypeError):
            raise UnforeseenError(
                tr("What {x} is can't be told without running it", x=expression)
            ) from None

    def _shadow(self, found: object, expression: str) -> object:
        if isinstance(found, torch.Tensor):
            return self._tensor(found, expression)
        if isinstance(found, np.ndarray):
            return self._array(found, expression)
        if type(found) in (list, tuple) and len(found) <= MOST_MEMBERS:  # type: ignore[arg-type]  # one of the two
            members = list.__iter__(found) if type(found) is list else tuple.__iter__(found)  # type: ignore[arg-type]
            shadowed = [self._shadow(m, f"{expression}[{i}]") for i, m in enumerate(members)]
            return shadowed if type(found) is list else tuple(shadowed)
        if type(found) in _VALUES:
            return found
        raise UnforeseenError(not_plain(found, expression))

    def _tensor(self, tensor: torch.Tensor, expression: str) -> torch.Tensor:
        if type(tensor) not in PLAIN_TENSORS:
            raise UnforeseenError(not_plain(tensor, expression))
        if tensor.is_nested or tensor.is_quantized or tensor.layout != torch.strided:
            raise UnforeseenError(
                tr("{x} is sparse, nested or quantised: only running it tells", x=expression)
            )
        shadow = self._make(tensor)
        storage = shadow.untyped_storage()
        self.shadows.append(
            Shadow(
                expression,
                shadow,
                torch_private.version(shadow),
                torch_private.storage_address(storage),
                storage.nbytes(),
            )
        )
        return shadow

    def _array(self, array: "np.ndarray[Any, Any]", expression: str) -> ArrayShadow:
        try:
            tensor = as_tensor(array, expression)
        except ValueError as error:
            raise UnforeseenError(str(error)) from None
        return ArrayShadow(self._tensor(tensor, expression))


def address(tensor: torch.Tensor) -> int:
    """Return what is the same for tensors on the same memory, 0 for one without memory of its own."""
    return attempt(lambda: torch_private.storage_address(tensor.untyped_storage()), 0)


def known_size(size: object) -> int:
    """Return a size, -1 if the values decide it."""
    return size if isinstance(size, int) else -1
