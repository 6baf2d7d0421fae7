"""Walks a call as Python would run it, on what stands for the person's tensors."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import torch

from explorer.catalog.value import (
    INDEX,
    SET_ATTRIBUTE,
    SET_INDEX,
    VALUE,
    Call,
    Constant,
    List,
    Name,
    Slice,
    Spread,
    Symbol,
    Tuple,
    Value,
)
from explorer.engine.evaluation import EXPONENT_BITS, MOST_BITS
from explorer.engine.preview import operation
from explorer.engine.preview.observer import check_device
from explorer.engine.preview.operation import ByValueError, UnforeseenError
from explorer.engine.preview.shadow import ArrayShadow, Shadows
from explorer.engine.sign import AUGMENTED, OPERATORS
from explorer.text import tr

MOST_ITEMS = 100_000
_NUMBERS = (bool, int, float, complex)
_ROOTS: dict[str, Any] = {
    "torch": torch,
    "numpy": np,
    "math": math,
    "builtins": {"float": float, "int": int, "bool": bool, "complex": complex},
}
_RESULTS = "torch.return_types"
_DEVICES = frozenset(("cuda", "xpu", "mtia", "ipu"))
"""Methods that move a tensor to the device of their name."""
_FROM_ARRAY = frozenset(("torch.from_numpy", "torch.as_tensor", "torch.asarray"))


class Evaluation:
    """One line's. Raises what torch and Python raise, ByValueError and UnforeseenError."""

    def __init__(self, shadows: Shadows) -> None:
        self._shadows = shadows

    def line(self, call: Call) -> Any:  # noqa: ANN401 - whatever torch makes
        """Return what the line computes, or writes if it only writes."""
        match call.path:
            case path if path == SET_INDEX:
                owner, index, value = map(self.value, call.args)
                if not isinstance(owner, torch.Tensor):
                    raise UnforeseenError(tr("What is set is no tensor"))
                owner[_index(index)] = value
                return owner
            case path if path == SET_ATTRIBUTE:
                return self._set_attribute(*call.args)
        if call.augmented:
            operands = [self.value(argument) for argument in call.args]
            return _operate(AUGMENTED[call.path], operands)
        return self._unpacked(self.value(call), len(call.targets))

    def value(self, value: Value) -> Any:  # noqa: ANN401, PLR0911 - whatever torch makes; one return a kind
        """Return what `value` computes."""
        match value:
            case Constant(value=constant):
                return constant
            case Name(expression=expression):
                return self._shadows.value(expression)
            case Symbol(path=path):
                root, _, name = path.partition(".")
                owner = _ROOTS[root]
                return owner[name] if isinstance(owner, dict) else getattr(owner, name)
            case Tuple(items=items):
                return tuple(self._spread(items))
            case List(items=items):
                return self._spread(items)
            case Slice(start, stop, step):
                return slice(*(None if e is None else self.value(e) for e in (start, stop, step)))
            case Call():
                return self._call(value)
        raise UnforeseenError(tr("* stands before what is not spread"))

    def _spread(self, values: tuple[Value, ...]) -> list[Any]:
        found: list[Any] = []
        for value in values:
            if isinstance(value, Spread):
                items = self.value(value.value)
                if not isinstance(items, list | tuple | range) or len(items) > MOST_ITEMS:
                    raise UnforeseenError(tr("What * spreads is known once it has run"))
                found += items
            else:
                found.append(self.value(value))
        return found

    def _call(self, call: Call) -> Any:  # noqa: ANN401, PLR0911 - whatever torch makes; one return a kind
        arguments = self._spread(call.args)
        keywords = {keyword: self.value(given) for keyword, given in call.kwargs}
        path = call.path
        if path == VALUE:
            return arguments[0]
        if path == INDEX:
            owner, index = arguments
            return _item(owner, index)
        if path in OPERATORS:
            return _operate(OPERATORS[path], arguments)
        root, _, name = path.partition(".")
        if root == "builtins":
            return _builtin(name, arguments)
        if root in ("numpy", "ndarray"):
            raise UnforeseenError(tr("NumPy computes this: what comes of it is known then"))
        if root in ("Tensor", ""):
            return _member(name, arguments, keywords, is_property=call.is_property)
        if path in _FROM_ARRAY and isinstance(arguments[0], ArrayShadow):
            memory: torch.Tensor = arguments[0].tensor
            if path == "torch.from_numpy":
                return memory.view(memory.shape)
            arguments[0] = memory
        return _run(operation.function(path), arguments, keywords)

    def _set_attribute(self, owner: Value, name: Value, value: Value) -> Any:  # noqa: ANN401 - a tensor, or nothing
        tensor, given = self.value(owner), self.value(value)
        match name:
            case Constant(value="requires_grad") if isinstance(tensor, torch.Tensor):
                return tensor.requires_grad_(given)
            case Constant(value="grad") if isinstance(tensor, torch.Tensor):
                tensor.grad = given
                return given
            case Constant(value="data") if isinstance(given, torch.Tensor):
                return given.detach()
        raise UnforeseenError(tr("What becomes of it is known once it has run"))

    def _unpacked(self, found: Any, count: int) -> Any:  # noqa: ANN401 - whatever torch makes
        """Return what `count` targets get, if there are several. Raises ValueError as Python does."""
        if count < 2:
            return found
        if isinstance(found, torch.Tensor) and found.dim() and found.shape[0] <= MOST_ITEMS:
            length = int(found.shape[0])
        elif isinstance(found, list | tuple | range):
            length = len(found)
        else:
            length = len(list(found))
        if length > count:
            raise ValueError(f"too many values to unpack (expected {count})")
        if length < count:
            raise ValueError(f"not enough values to unpack (expected {count}, got {length})")
        return tuple(found)


def _operate(function: Callable[..., Any], operands: list[Any]) -> Any:  # noqa: ANN401 - whatever torch makes
    if any(isinstance(operand, torch.Tensor) for operand in operands):
        return _run(function, operands, {})
    if not all(type(operand) in _NUMBERS for operand in operands):
        raise UnforeseenError(tr("Python computes this without torch"))
    if function in (OPERATORS["**"], OPERATORS["<<"]):
        exponent = operands[-1]
        if isinstance(exponent, int) and exponent.bit_length() > EXPONENT_BITS:
            raise UnforeseenError(tr("The number is too large to be tried beforehand"))
    result = function(*operands)
    if isinstance(result, int) and result.bit_length() > MOST_BITS:
        raise UnforeseenError(tr("The number is too large to be tried beforehand"))
    return result


def _item(owner: Any, index: Any) -> Any:  # noqa: ANN401 - whatever torch makes
    if isinstance(owner, torch.Tensor):
        return owner[_index(index)]
    if isinstance(owner, list | tuple | range):
        return owner[index]
    raise UnforeseenError(tr("What is indexed is no tensor"))


def _index(index: Any) -> Any:  # noqa: ANN401 - what stands in the brackets
    """Return `index` with a number for each whole tensor of one: which number does not matter."""
    if isinstance(index, tuple):
        return tuple(map(_index, index))
    is_number = isinstance(index, torch.Tensor) and index.dim() == 0
    if is_number and not (index.is_floating_point() or index.dtype == torch.bool):
        return 0
    return index


def _builtin(name: str, arguments: list[Any]) -> Any:  # noqa: ANN401 - whatever it makes
    if name not in operation.BUILTINS:
        if arguments and isinstance(arguments[0], torch.Tensor):
            raise _number(arguments[0])
        raise UnforeseenError(tr("Python computes this without torch"))
    if name == "list" and isinstance(arguments[0], range) and len(arguments[0]) > MOST_ITEMS:
        raise UnforeseenError(tr("The list is too long to be tried beforehand"))
    return _run(operation.BUILTINS[name], arguments, {})


def _number(tensor: torch.Tensor) -> Exception:
    """Return what to raise where a tensor becomes a number: which one, its value decides."""
    count = tensor.numel()
    if count == 1:
        return ByValueError()
    return RuntimeError(f"a Tensor with {count} elements cannot be converted to Scalar")


def _member(name: str, arguments: list[Any], keywords: dict[str, Any], *, is_property: bool) -> Any:  # noqa: ANN401 - whatever torch makes
    owner, *rest = arguments
    if type(owner).__module__ == _RESULTS and hasattr(type(owner), name):
        return getattr(owner, name)
    if not isinstance(owner, torch.Tensor):
        raise UnforeseenError(tr("{name} is known once it has run", name=name))
    found = operation.member(name)
    if found is None:
        raise AttributeError(f"'Tensor' object has no attribute '{name}'", name=name, obj=owner)
    if is_property:
        if callable(found):
            raise UnforeseenError(tr("{name} is called with brackets", name=name))
        return getattr(owner, name)
    if name in _DEVICES:
        check_device(torch.device(name))
    if name == "item":
        raise _number(owner)
    if name == "numpy":
        return _as_array(owner, **keywords)
    return _run(found, arguments, keywords) if callable(found) else found(*rest)


def _as_array(tensor: torch.Tensor, *, force: bool = False) -> torch.Tensor:
    """Return what stands for an array on the memory of `tensor`. Raises what torch raises."""
    if tensor.requires_grad and not force:
        raise RuntimeError(
            "Can't call numpy() on Tensor that requires grad. Use tensor.detach().numpy() instead."
        )
    if tensor.device.type not in ("cpu", "meta") and not force:
        raise TypeError(
            f"can't convert {tensor.device} device type tensor to numpy. "
            "Use Tensor.cpu() to copy the tensor to host memory first."
        )
    return tensor.detach().cpu()


def _run(function: Callable[..., Any], arguments: list[Any], keywords: dict[str, Any]) -> Any:  # noqa: ANN401 - whatever torch makes
    for given in (*arguments, *keywords.values()):
        if isinstance(given, ArrayShadow):
            raise UnforeseenError(tr("NumPy computes this: what comes of it is known then"))
        if isinstance(given, range) and len(given) > MOST_ITEMS:
            raise UnforeseenError(tr("The list is too long to be tried beforehand"))
    return function(*arguments, **keywords)
