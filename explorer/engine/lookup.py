"""Follows an expression such as `net.fc1.weight.grad` to its object, and runs no code on the way."""

import ast
from typing import Any, cast

import torch
from torch import nn

from explorer.engine.past import Past

_TENSOR_ATTRIBUTES = frozenset(("data", "real", "imag", "T", "mT", "H", "mH"))
_MODULE_TABLES = frozenset(("_parameters", "_buffers", "_modules"))
_MODULE_CONTAINERS = (
    nn.Sequential,
    nn.ModuleList,
    nn.ModuleDict,
    nn.ParameterList,
    nn.ParameterDict,
)
_MISSING = object()


def follow(node: ast.expr, past: Past) -> object:
    """Return what `node` named then, tensors as they are now.

    Raises LookupError, AttributeError or TypeError if there was nothing, or code would have to run.
    """
    if isinstance(node, ast.Name):
        return past.names[node.id]
    if isinstance(node, ast.Attribute):
        return _attribute(follow(node.value, past), node.attr, past)
    if isinstance(node, ast.Subscript):
        owner, index = follow(node.value, past), _index(node.slice)
        if isinstance(owner, torch.Tensor) and isinstance(index, int):
            return past.tensor(owner)[index]
        return _item(owner, index, past)
    raise TypeError(ast.unparse(node))


def _index(node: ast.expr) -> object:
    try:
        return ast.literal_eval(node)
    except ValueError:
        raise TypeError(ast.unparse(node)) from None


def _item(owner: object, index: object, past: Past) -> object:
    # By the methods of the built-in class: those of a class of the person's own may do as they like.
    if isinstance(owner, dict):
        found = dict.get(owner, index, _MISSING)
        if found is _MISSING:
            raise KeyError(index)
        return found
    if isinstance(owner, list):
        return list.__getitem__(owner, cast("int", index))
    if isinstance(owner, tuple):
        return tuple.__getitem__(owner, cast("int", index))
    if isinstance(owner, _MODULE_CONTAINERS):
        if type(owner) in _MODULE_CONTAINERS:
            return cast("Any", owner)[index]
        return _attribute(owner, str(index), past)
    raise TypeError(type(owner).__name__)


def _attribute(owner: object, name: str, past: Past) -> object:
    if isinstance(owner, torch.Tensor):
        if name == "grad":
            grad = past.gradient(owner)
            if grad is None:
                raise AttributeError(name)
            return grad
        if name in _TENSOR_ATTRIBUTES:
            return getattr(past.tensor(owner), name)
    if isinstance(owner, nn.Module):
        for table in _MODULE_TABLES:
            members = vars(owner)[table]
            if name == table:
                return members
            if members.get(name) is not None:
                return members[name]
    raise AttributeError(name)
