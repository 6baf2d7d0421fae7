"""What an object leads to: its members, and the tensors and arrays within a bounded walk.

A walk never costs more than `MOST_VISITS` steps, however large the object is: a line of the session
pays for it. `Reached.is_whole` is false where it ended early.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, cast

import numpy as np
import torch
from torch import nn

from explorer.engine.covered import IMMUTABLES
from explorer.engine.description import attempt, gradient, literal

MOST_TENSORS = 1000
MOST_VISITS = 4000
MOST_DEPTH = 16

_LEAVES = frozenset(IMMUTABLES)
_KEYS = (str, int, float, bool, bytes, type(None))
_TABLES = ("_parameters", "_buffers", "_modules")
_CONTAINERS = (dict, list, tuple, nn.Module)

Key = object
"""A member's key in a dict, its index, its name in a module with its table, or "grad"."""


@dataclass(slots=True)
class Reached:
    """Tensors and arrays as (expression, object), gradients behind their tensor.

    `digest` differs where a number, a text or a key was seen to be another.
    """

    tensors: list[tuple[str, torch.Tensor]] = field(default_factory=list)
    arrays: list[tuple[str, "np.ndarray[Any, Any]"]] = field(default_factory=list)
    digest: int = 0
    is_whole: bool = True


def reach(value: object, expression: str) -> Reached:
    """Return what `value` leads to, itself first; containers that hold themselves end there."""
    walk = _Walk()
    try:
        walk.visit(value, expression, ())
        walk.found.digest = attempt(lambda: hash(tuple(walk.plain)), 0) if walk.plain else 0
    except Exception:  # noqa: BLE001 - a dict or module of the person's own may do as it likes
        walk.found.is_whole = False
    return walk.found


def tensors_of(value: object, expression: str) -> list[tuple[str, torch.Tensor]]:
    """Return the tensors that `value` leads to, as (expression, tensor), itself first."""
    return reach(value, expression).tensors


def count(value: object) -> int:
    """Return how many members `value` has; 0 for what is no container. It runs no code of its own."""
    kind = type(value)
    if issubclass(kind, torch.Tensor):
        return int(attempt(lambda: gradient(cast("torch.Tensor", value)), None) is not None)
    if kind in _LEAVES or not issubclass(kind, _CONTAINERS):
        return 0
    if issubclass(kind, nn.Module):
        return attempt(lambda: sum(1 for _ in _in_module(cast("nn.Module", value))), 0)
    for builtin in (dict, list, tuple):
        if issubclass(kind, builtin):
            return builtin.__len__(cast("Any", value))
    return 0


def members(value: object, start: int, stop: int) -> list[tuple[str, object]]:
    """Return the members from `start` up to `stop`, each with what leads to it from `value`.

    An item of a dict whose key can't be written as a literal is left out.
    """
    found = [(step(value, key), member) for key, member in _items(value, start, stop)]
    return [(way, member) for way, member in found if way]


def step(value: object, key: Key) -> str:
    """Return what leads from `value` to its member, as Python accepts it; "" if nothing does."""
    if isinstance(key, _InModule):
        return _module_step(cast("nn.Module", value), key.table, key.name)
    if issubclass(type(value), torch.Tensor):
        return ".grad"
    if issubclass(type(value), dict):
        return f"[{literal(key)}]" if _is_literal(key) else ""
    return f"[{key}]"


@dataclass(frozen=True, slots=True)
class _InModule:
    table: str
    name: str


def _items(value: object, start: int, stop: int) -> list[tuple[Key, object]]:
    # Each way of looking is one call into C, so that no other thread changes the object meanwhile.
    kind = type(value)
    if issubclass(kind, torch.Tensor):
        grad = gradient(cast("torch.Tensor", value))
        found: Iterable[tuple[Key, object]] = () if grad is None else [("grad", grad)]
        return list(found)[start:stop]
    if issubclass(kind, nn.Module):
        return list(islice(_in_module(cast("nn.Module", value)), start, stop))
    if issubclass(kind, dict):
        return list(islice(dict.items(cast("dict[Any, Any]", value)), start, stop))
    for builtin in (list, tuple):
        if issubclass(kind, builtin) and kind not in _LEAVES:
            part = builtin.__getitem__(cast("Any", value), slice(start, stop))
            return list(enumerate(part, start))
    return []


def _in_module(module: nn.Module) -> Iterator[tuple[Key, object]]:
    # named_children() and the like drop what is there twice.
    for table in _TABLES:
        for name, member in list(vars(module)[table].items()):
            if member is not None:
                yield _InModule(table, name), member


def _module_step(module: nn.Module, table: str, name: str) -> str:
    if name.isdigit() and isinstance(module, nn.Sequential | nn.ModuleList | nn.ParameterList):
        return f"[{name}]"
    if isinstance(module, nn.ModuleDict | nn.ParameterDict):
        return f"[{literal(name)}]"
    return f".{name}" if name.isidentifier() else f".{table}[{literal(name)}]"


def _is_literal(key: Key) -> bool:
    if type(key) is tuple:
        return all(_is_literal(part) for part in key)
    return type(key) in _KEYS and not (isinstance(key, float) and key - key != 0)


class _Walk:
    """Collects what a container leads to, as far as it may cost."""

    def __init__(self) -> None:
        self.found = Reached()
        self.plain: list[object] = []
        self._left = MOST_VISITS

    def visit(self, value: object, expression: str, above: tuple[int, ...]) -> None:
        found, kind = self.found, type(value)
        if issubclass(kind, torch.Tensor):
            self._add(expression, cast("torch.Tensor", value))
            return
        if issubclass(kind, np.ndarray):
            if len(found.arrays) < MOST_TENSORS:
                found.arrays.append((expression, cast("np.ndarray[Any, Any]", value)))
            else:
                found.is_whole = False
            return
        if kind in _LEAVES or not issubclass(kind, _CONTAINERS) or id(value) in above:
            return
        room = min(self._left, MOST_TENSORS) if len(above) < MOST_DEPTH else 0
        if not room:
            found.is_whole = found.is_whole and not count(value)
            return
        items = _items(value, 0, room + 1)
        if len(items) > room:
            found.is_whole = False
            items.pop()
        self._left -= len(items)
        is_dict = issubclass(kind, dict)
        for key, member in items:
            if is_dict:
                self.plain.append(key if type(key) in _LEAVES else id(key))
            if type(member) in _LEAVES:
                self.plain.append(member)
                continue
            way = step(value, key)
            if way:
                self.visit(member, expression + way, (*above, id(value)))

    def _add(self, expression: str, tensor: torch.Tensor) -> None:
        tensors, grad = self.found.tensors, gradient(tensor)
        pairs = [(expression, tensor)]
        if grad is not None:
            pairs.append((f"{expression}.grad", grad))
        room = MOST_TENSORS - len(tensors)
        tensors += pairs[:room]
        if len(pairs) > room:
            self.found.is_whole = False
