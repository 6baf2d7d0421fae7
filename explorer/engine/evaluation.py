"""Computes a safe expression from the person's tensors, one operation at a time.

Nothing is compiled: each operator and call is looked up in tables that were made before any code
of the person's ran, and is measured before it runs.
"""

import ast
import operator
from collections.abc import Callable, Mapping
from functools import reduce
from types import ModuleType
from typing import Any

import numpy as np
import torch

from explorer.catalog import grade
from explorer.catalog.allowance import (
    ATTRIBUTES,
    BUILTINS,
    CONSTANTS,
    FUNCTIONS,
    METHODS,
    ROOTS,
)
from explorer.catalog.sign import SIGNS
from explorer.engine.array import as_tensor
from explorer.engine.measure import Budget
from explorer.engine.sign import OPERATORS
from explorer.text import tr

PLAIN_TENSORS = (torch.Tensor, torch.nn.Parameter)
"""Classes whose operations are torch's own; a class of the person's may do as it likes."""
MOST_BITS = 64
EXPONENT_BITS = 7

_NUMBERS = (bool, int, float, complex)
_VALUES = (*_NUMBERS, str, type(None), type(...), torch.dtype, torch.device, torch.Size)
_RESULTS = "torch.return_types"


def _found(names: frozenset[str], root: object) -> dict[str, Any]:
    """Return what dotted names mean, without what this torch does not have."""
    missing = object()
    found = {
        name: reduce(lambda o, part: getattr(o, part, missing), name.split("."), root)
        for name in names
    }
    return {name: value for name, value in found.items() if value is not missing}


def _of_torch(names: frozenset[str]) -> dict[str, Any]:
    short = _found(frozenset(name.removeprefix("torch.") for name in names), torch)
    return {f"torch.{name}": value for name, value in short.items()}


_FUNCTIONS: dict[str, Any] = _of_torch(FUNCTIONS)
_CONSTANTS = _of_torch(CONSTANTS)
_METHODS: dict[str, Any] = _found(METHODS, torch.Tensor)
_PROPERTIES: dict[str, Any] = {
    name: found
    for name, found in _found(ATTRIBUTES, torch.Tensor).items()
    if not callable(found) and hasattr(found, "__get__")
}
_BUILTINS: dict[str, Any] = {"abs": operator.abs, "len": len}
_MODULES = {"torch": torch, "torch.nn.functional": torch.nn.functional}
assert _BUILTINS.keys() == BUILTINS  # noqa: S101 - two halves of one table


class Evaluation:
    """One expression's; `leaves` are the values of its paths, by their node.

    Raises ValueError, in words for the person, where something can't be computed.
    """

    def __init__(
        self, leaves: Mapping[ast.expr, object], names: Mapping[str, object], budget: Budget
    ) -> None:
        self._leaves, self._names, self._budget = leaves, names, budget

    def value(self, node: ast.expr) -> Any:  # noqa: ANN401, PLR0911 - whatever torch makes; one return a kind
        """Return what `node` computes."""
        if node in self._leaves:
            return self._leaves[node]
        match node:
            case ast.Constant():
                return node.value
            case ast.Tuple():
                return tuple(self.value(element) for element in node.elts)
            case ast.List():
                return [self.value(element) for element in node.elts]
            case ast.Slice():
                parts = (node.lower, node.upper, node.step)
                return slice(*(None if part is None else self.value(part) for part in parts))
            case ast.BinOp():
                return self._operate(node, node.op, self.value(node.left), self.value(node.right))
            case ast.UnaryOp():
                return self._operate(node, node.op, self.value(node.operand))
            case ast.Compare():
                right = self.value(node.comparators[0])
                return self._operate(node, node.ops[0], self.value(node.left), right)
            case ast.Subscript():
                return self._item(node)
            case ast.Attribute():
                return self._attribute(node)
            case ast.Call():
                return self._call(node)
        raise not_a_tensor(ast.unparse(node))

    def _operate(self, node: ast.expr, sign: ast.AST, *operands: object) -> object:
        function = OPERATORS[SIGNS[type(sign)]]
        if any(isinstance(operand, torch.Tensor) for operand in operands):
            return self._run(node, function, operands)
        if not all(type(operand) in _NUMBERS for operand in operands):
            raise ValueError(tr("{x}: operators work on tensors and numbers", x=ast.unparse(node)))
        if isinstance(sign, ast.Pow | ast.LShift) and _bits(operands[-1]) > EXPONENT_BITS:
            raise ValueError(tr("{x} is too large a number", x=ast.unparse(node)))
        try:
            result = function(*operands)
        except (ArithmeticError, TypeError, ValueError) as error:
            raise ValueError(f"{ast.unparse(node)}: {error}") from None
        if _bits(result) > MOST_BITS:
            raise ValueError(tr("{x} is too large a number", x=ast.unparse(node)))
        return result

    def _item(self, node: ast.Subscript) -> object:
        owner, index = self.value(node.value), self.value(node.slice)
        if isinstance(owner, torch.Tensor):
            return self._run(node, operator.getitem, (owner, index))
        if isinstance(owner, tuple | list):
            try:
                return owner[index]
            except (IndexError, TypeError) as error:
                raise ValueError(f"{ast.unparse(node)}: {error}") from None
        raise not_a_tensor(ast.unparse(node.value))

    def _attribute(self, node: ast.Attribute) -> object:
        full = grade.dotted(node)
        if full in _CONSTANTS and self._is_torch(node):
            return _CONSTANTS[full]
        owner = self.value(node.value)
        name = node.attr
        # Of a tensor what torch's class has: the person may have hung anything on the object.
        is_result = type(owner).__module__ == _RESULTS and hasattr(type(owner), name)
        get = _PROPERTIES.get(name) if isinstance(owner, torch.Tensor) else None
        if name not in ATTRIBUTES or not (get or is_result):
            raise ValueError(tr("{x} has no {name}", x=ast.unparse(node.value), name=name))
        try:
            found = get.__get__(owner) if get else getattr(owner, name)
        except Exception as error:  # some attributes are there only for some layouts
            raise ValueError(f"{ast.unparse(node)}: {error}") from error
        if found is None:
            raise ValueError(tr("{x} is None", x=ast.unparse(node)))
        return found

    def _call(self, node: ast.Call) -> object:
        arguments = [self.value(argument) for argument in node.args]
        keywords = {k.arg: self.value(k.value) for k in node.keywords if k.arg}
        function = node.func
        if isinstance(function, ast.Name):
            if function.id in self._names:
                raise ValueError(tr("{x} is a function of your own", x=function.id))
            return self._run(node, _BUILTINS[function.id], tuple(arguments), keywords)
        assert isinstance(function, ast.Attribute)  # noqa: S101 - as the grade has it
        full = grade.dotted(function)
        if full in FUNCTIONS and self._is_torch(function):
            if full not in _FUNCTIONS:
                raise ValueError(tr("This version of torch has no {name}", name=full))
            return self._run(node, _FUNCTIONS[full], tuple(arguments), keywords)
        owner, name = self.value(function.value), function.attr
        if not isinstance(owner, torch.Tensor):
            raise not_a_tensor(ast.unparse(function.value))
        if name not in _METHODS:
            raise ValueError(tr("This version of torch has no {name}", name=name))
        return self._run(node, _METHODS[name], (owner, *arguments), keywords)

    def _is_torch(self, node: ast.expr) -> bool:
        """Return whether the name that `node` begins with stands for torch's own module."""
        while isinstance(node, ast.Attribute):
            node = node.value
        if not isinstance(node, ast.Name):
            return False
        module = self._names.get(node.id, None if node.id != "torch" else torch)
        if module is None:
            raise ValueError(tr("{x} is not in the workspace", x=node.id))
        return isinstance(module, ModuleType) and module is _MODULES[ROOTS[node.id]]

    def _run(
        self,
        node: ast.expr,
        function: Callable[..., object],
        arguments: tuple[object, ...],
        keywords: dict[str, object] | None = None,
    ) -> object:
        keywords = keywords or {}
        try:
            self._budget.spend(function, arguments, keywords)
            return function(*arguments, **keywords)
        except ValueError:
            raise
        except Exception as error:  # torch raises what it likes
            raise ValueError(_why(node, arguments, error)) from error


def not_a_tensor(expression: str) -> ValueError:
    """Return what to raise for an expression that has no values to show."""
    return ValueError(tr("{x} is not a tensor", x=expression))


def not_plain(found: object, expression: str) -> str:
    """Return why nothing is computed with what is of a class of the person's."""
    return tr(
        "{x} is of class {name}, which may compute in its own way",
        x=expression,
        name=type(found).__name__,
    )


def plain(found: object, expression: str) -> object:
    """Return what a path leads to if it can be computed with. Raises ValueError."""
    if isinstance(found, np.ndarray):
        return as_tensor(found, expression)
    if isinstance(found, torch.Tensor):
        if type(found) not in PLAIN_TENSORS:
            raise ValueError(not_plain(found, expression))
        return found
    if type(found) in _VALUES and _bits(found) <= MOST_BITS:
        return found
    raise not_a_tensor(expression)


def _why(node: ast.expr, arguments: tuple[object, ...], error: Exception) -> str:
    """Return why torch could not compute `node`, with the shapes that it was given."""
    shapes = [list(a.shape) for a in arguments if isinstance(a, torch.Tensor)]
    if isinstance(node, ast.BinOp | ast.Compare) and len(shapes) > 1 and "size" in str(error):
        right = node.right if isinstance(node, ast.BinOp) else node.comparators[0]
        return tr(
            "{x}: {left} has shape {shape} and {right} has shape {other}, which do not fit together",
            x=ast.unparse(node),
            left=ast.unparse(node.left),
            shape=shapes[0],
            right=ast.unparse(right),
            other=shapes[1],
        )
    text = str(error).strip().partition("\n")[0]
    if not shapes:
        return f"{ast.unparse(node)}: {text}"
    listed = ", ".join(map(str, shapes))
    return tr("{x}: {error} (shape {shapes})", x=ast.unparse(node), error=text, shapes=listed)


def _bits(value: object) -> int:
    return value.bit_length() if isinstance(value, int) else 0
