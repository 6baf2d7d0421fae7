"""Where the cells of results come from that are moved as the line itself says."""

import math
from collections.abc import Sequence

from explorer.panes.heatmap.equations.case import (
    Case,
    Index,
    Region,
    Regions,
    Rule,
    is_int,
    one,
)
from explorer.panes.heatmap.equations.equation import Operand


def flip(case: Case) -> Rule | None:
    """Return the rule of `flip`."""
    shape = case.shapes[0]
    named = [value for key, value in case.equation.keywords if key == "dims"]
    dims = _flat_ints(named or list(case.others), len(shape))
    if dims is None or case.result != shape:
        return None
    turned = {dim % len(shape) for dim in dims}
    return lambda index: (
        tuple(
            one(size - 1 - i if d in turned else i)
            for d, (i, size) in enumerate(zip(index, shape, strict=True))
        ),
    )


def same_order(case: Case) -> Rule | None:
    """Return the rule of what keeps the order of the elements."""
    shape, result = case.shapes[0], case.result
    if math.prod(shape) != math.prod(result):
        return None

    def rule(index: Index) -> Regions:
        at = 0
        for i, size in zip(index, result, strict=True):
            at = at * size + i
        region: list[range] = []
        for size in reversed(shape):
            at, i = divmod(at, size)
            region.insert(0, one(i))
        return tuple(region), *(None,) * (len(case.shapes) - 1)

    return rule


def transpose(case: Case) -> Rule | None:
    """Return the rule of what lets dims change places."""
    shape = case.shapes[0]
    order = _order(case, len(shape))
    if order is None or tuple(shape[d] for d in order) != case.result:
        return None
    return lambda index: (tuple(one(index[order.index(d)]) for d in range(len(shape))),)


def _order(case: Case, n: int) -> list[int] | None:
    """Return which dim of the operand each dim of the result is."""
    name, order = case.equation.operation, list(range(n))
    if name in ("T", "H", "t"):
        return order[::-1] if n <= 2 else None
    if name in ("mT", "mH"):
        return [*order[:-2], *order[:-3:-1]] if n > 1 else None
    if name == "permute":
        named = [value for key, value in case.equation.keywords if key == "dims"]
        dims = _flat_ints(named or list(case.others), n)
        return [d % n for d in dims] if dims is not None and len(dims) == n else None
    pair = _flat_ints([case.argument("dim0", 0), case.argument("dim1", 1)], n)
    if pair is None:
        return None
    a, b = pair
    order[a % n], order[b % n] = order[b % n], order[a % n]
    return order


def _flat_ints(values: Sequence[object], n: int) -> list[int] | None:
    """Return dims given one by one or as a tuple; None unless they are all dims of `n`."""
    if len(values) == 1 and isinstance(values[0], tuple):
        values = values[0]
    found = [v for v in values if isinstance(v, int) and is_int(v) and -n <= v < n]
    return found if len(found) == len(values) else None


def repeat(case: Case) -> Rule | None:
    """Return the rule of `repeat`."""
    shape = case.shapes[0]
    if len(shape) > len(case.result):
        return None
    last = case.result[len(case.result) - len(shape) :]
    if any(size == 0 or whole % size for whole, size in zip(last, shape, strict=True)):
        return None
    return lambda index: (
        tuple(
            one(i % size) for i, size in zip(index[len(index) - len(shape) :], shape, strict=True)
        ),
    )


def joined(case: Case) -> Rule | None:
    """Return the rule of `cat` and `stack`."""
    parts = case.equation.arguments[0] if case.equation.arguments else None
    known = isinstance(parts, tuple) and all(isinstance(part, Operand) for part in parts)
    dim = case.argument("dim", 0, 0)
    n = len(case.result)
    if not known or not isinstance(dim, int) or not is_int(dim) or not -n <= dim < n:
        return None
    dim %= n
    is_stack = case.equation.operation == "stack"
    shapes = [(*s[:dim], 1, *s[dim:]) if is_stack else s for s in case.shapes]
    if any(len(shape) != n for shape in shapes):
        return None
    total = sum(shape[dim] for shape in shapes)
    for shape in shapes:
        if (*shape[:dim], total, *shape[dim + 1 :]) != case.result:
            return None

    def rule(index: Index) -> Regions:
        at, found = index[dim], list[Region | None]()
        for shape in shapes:
            here = (*index[:dim], at, *index[dim + 1 :])
            kept = here[:dim] + here[dim + 1 :] if is_stack else here
            found.append(tuple(map(one, kept)) if 0 <= at < shape[dim] else None)
            at -= shape[dim]
        return tuple(found)

    return rule
