"""What an expression may be, before it is run: something that cannot change, or what may."""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Literal, cast

import numpy as np
import torch

from explorer.engine import covered

Kind = Literal["plain", "holder", "array"]
"""plain: tensors, numbers, or fresh; holder: may be a list or dict that existed before."""

MOST_ITEMS = {2: 1000, 1: 100}
"""The longest list that is searched, and the longest within one: every line pays for the search."""


@dataclass(frozen=True, slots=True)
class Value:
    """What an expression may be: its kind, and the objects by id that its memory may belong to."""

    kind: Kind = "plain"
    roots: dict[int, object] = field(default_factory=dict)


class UncoveredError(Exception):
    """The line does what cannot be known beforehand."""


def kind_of(value: object, depth: int = 2) -> Kind | None:  # noqa: PLR0911 - one return a type
    """Return what `value` is to a covered line, None if it may do anything.

    Lists and dicts are covered as far as `reach` finds their tensors.
    """
    kind = type(value)
    if kind in (torch.Tensor, torch.nn.Parameter) or kind in covered.IMMUTABLES:
        return "plain"
    if kind is np.ndarray:
        return "array"
    if kind.__module__ == "torch.return_types":
        return "plain"
    if not depth or kind not in (tuple, list, dict):
        return None
    items = cast("Collection[object]", value)
    if isinstance(value, dict):
        items = value.values()
        if not all(type(key) in (str, int, float, bool) for key in value):
            return None
    if len(items) > MOST_ITEMS[depth]:
        return None
    kinds = {kind_of(item, depth - 1) for item in items}
    if not kinds <= {"plain", "holder"}:
        return None
    return "plain" if kind is tuple and "holder" not in kinds else "holder"


def value_of(value: object) -> Value | None:
    """Return what an object of the namespace is, None if it may do anything."""
    kind = kind_of(value)
    if kind is None:
        return None
    return Value(kind, {} if type(value) in covered.IMMUTABLES else {id(value): value})


def join(values: list[Value]) -> Value:
    """Return what may be any of `values`, or made of them."""
    kinds = {value.kind for value in values}
    roots: dict[int, object] = {}
    for value in values:
        roots.update(value.roots)
    kind: Kind = "array" if "array" in kinds else "holder" if "holder" in kinds else "plain"
    return Value(kind, roots)
