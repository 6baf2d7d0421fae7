"""Which cells of its operands a cell of a result comes from, by rules as torch documents them."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from explorer.panes.heatmap.equations.equation import UNKNOWN, Equation, Operand

Index = tuple[int, ...]
Shape = tuple[int, ...]
Region = tuple[range, ...]
"""Cells of a tensor: one range per dim."""
Regions = tuple[Region | None, ...]
"""Of each operand, None where nothing comes from it."""
Kind = Literal["elementwise", "product", "reduction", "spread", "view", "unknown"]
Rule = Callable[[Index], Regions]


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


ELEMENTWISE = _names(
    """
    add sub mul div true_divide floor_divide remainder fmod pow multiply subtract divide lt le gt ge
    eq ne less less_equal greater greater_equal not_equal maximum minimum fmax fmin atan2 arctan2
    hypot logaddexp logaddexp2 copysign nextafter xlogy heaviside isclose bitwise_and bitwise_or
    bitwise_xor bitwise_left_shift bitwise_right_shift logical_and logical_or logical_xor gcd lcm
    neg negative positive bitwise_not logical_not abs absolute exp exp2 expm1 log log2 log10 log1p
    sqrt rsqrt square reciprocal sign sgn sin cos tan asin acos atan sinh cosh tanh asinh acosh
    atanh sigmoid relu relu6 gelu silu elu selu celu leaky_relu softplus softsign mish hardtanh
    hardsigmoid hardswish logsigmoid tanhshrink threshold erf erfc lgamma digamma floor ceil round
    trunc fix frac clamp clip nan_to_num isnan isinf isfinite lerp addcmul addcdiv where
    masked_fill to float double half bfloat16 int long short bool type clone contiguous detach cpu
    cuda real imag conj angle rad2deg deg2rad dropout expand expand_as broadcast_to
    """
)
REDUCTIONS = _names(
    """
    sum mean prod amax amin max min std var nansum nanmean median logsumexp all any
    count_nonzero argmax argmin
    """
)
SPREADS = _names("softmax log_softmax softmin")
RUNNING = _names("cumsum cumprod logcumsumexp")
SAME_ORDER = _names("reshape view flatten ravel unflatten unsqueeze squeeze view_as reshape_as")
"""They keep the order of the elements, and say it in another shape."""
ONE_OPERAND = _names("expand_as view_as reshape_as to type")
"""Further operands give only their shape or dtype."""
PRODUCTS = _names("matmul mm bmm mv dot inner")
TRANSPOSES = _names("T mT H mH t transpose swapaxes swapdims permute")


@dataclass(frozen=True, slots=True)
class Provenance:
    """How the cells of a result come about; `regions` tells of one, None if that is not known."""

    kind: Kind = "unknown"
    rule: Rule | None = None

    def regions(self, index: Index) -> Regions | None:
        """Return the cells of each operand that the result's cell at `index` comes from."""
        return self.rule(index) if self.rule else None


@dataclass(frozen=True, slots=True)
class _Case:
    """An equation with the shapes of its operands and its result."""

    equation: Equation
    shapes: tuple[Shape, ...]
    result: Shape

    @property
    def others(self) -> tuple[object, ...]:
        """The positional arguments that follow the first operand."""
        return self.equation.arguments[1:]

    def argument(self, name: str, place: int, default: object = None) -> object:
        """Return the argument called `name`, or the one at `place` after the first operand."""
        for key, value in self.equation.keywords:
            if key == name:
                return value
        return self.others[place] if place < len(self.others) else default

    def argument_dims(self) -> tuple[int, ...] | None:
        """Return dims of the first operand that an argument names, all if none; None if unknown."""
        n = len(self.shapes[0])
        given = self.argument("axis", 0, self.argument("dim", 0))
        if given is None or given == ():
            return tuple(range(n))
        dims = given if isinstance(given, tuple) else (given,)
        found = [dim for dim in dims if _is_int(dim) and -max(1, n) <= dim < max(1, n)]
        return tuple(dim % n for dim in found) if n and len(found) == len(dims) else None


def provenance(equation: Equation, shapes: Sequence[Shape], result: Shape) -> Provenance:
    """Return how an equation's result comes about, its operands and itself being of these shapes.

    Unknown where there is no rule for it, or the shapes are not those that the rule makes.
    """
    case = _Case(equation, tuple(shapes), result)
    operation = equation.operation
    if operation in ("max", "min") and len(shapes) == 2:
        operation = "maximum"
    first = equation.arguments[:1]
    for names, kind, make in RULES:
        # Other rules than these take what they tell of the first operand for the first argument.
        if operation in names and (make in (_elementwise, _joined) or first == (Operand(0),)):
            rule = make(case)
            return Provenance(kind, rule) if rule else Provenance()
    return Provenance()


def is_ghost(shape: Shape, result: Shape) -> tuple[bool, ...]:
    """Return for each dim of `result` whether an operand of `shape` is repeated along it."""
    aligned = (1,) * (len(result) - len(shape)) + shape
    return tuple(own < size for own, size in zip(aligned, result, strict=True))


# --- rules ------------------------------------------------------------------------------------


def _one(i: int) -> range:
    return range(i, i + 1)


def _is_int(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _broadcast(shapes: Sequence[Shape]) -> Shape | None:
    n = max(map(len, shapes), default=0)
    aligned = [(1,) * (n - len(shape)) + shape for shape in shapes]
    sizes: list[int] = []
    for column in zip(*aligned, strict=True):
        wide = {size for size in column if size != 1} or {1}
        if len(wide) > 1:
            return None
        sizes += wide
    return tuple(sizes)


def _aligned(shape: Shape, index: Index) -> Region:
    """Return the cell of an operand of `shape` that is broadcast to `index`."""
    last = index[len(index) - len(shape) :]
    return tuple(_one(i if size > 1 else 0) for size, i in zip(shape, last, strict=True))


def _elementwise(case: _Case) -> Rule | None:
    shapes = case.shapes[: 1 if case.equation.operation in ONE_OPERAND else None]
    wide = _broadcast((*shapes, case.result))
    if wide != case.result:
        return None
    rest: Regions = (None,) * (len(case.shapes) - len(shapes))
    return lambda index: (*(_aligned(shape, index) for shape in shapes), *rest)


def _reduction(case: _Case) -> Rule | None:
    shape, dims = case.shapes[0], case.argument_dims()
    if dims is None or len(case.shapes) > 1:
        return None
    kept = tuple(1 if d in dims else size for d, size in enumerate(shape))
    short = tuple(size for d, size in enumerate(shape) if d not in dims)
    keeps = case.result == kept and bool(shape)
    if not keeps and case.result != short:
        return None

    def rule(index: Index) -> Regions:
        rest = iter(index)
        wide = index if keeps else [0 if d in dims else next(rest) for d in range(len(shape))]
        return (
            tuple(
                range(size) if d in dims else _one(i)
                for d, (i, size) in enumerate(zip(wide, shape, strict=True))
            ),
        )

    return rule


def _along(case: _Case, reach: Callable[[int, int], range]) -> Rule | None:
    """Return the rule by which a cell comes from others in its line, as `reach` says."""
    shape, dims = case.shapes[0], case.argument_dims()
    if dims is None or len(dims) != 1 or len(case.shapes) > 1 or case.result != shape:
        return None
    (dim,) = dims

    def rule(index: Index) -> Regions:
        return (
            tuple(
                reach(i, size) if d == dim else _one(i)
                for d, (i, size) in enumerate(zip(index, shape, strict=True))
            ),
        )

    return rule


def _spread(case: _Case) -> Rule | None:
    return _along(case, lambda _i, size: range(size))


def _running(case: _Case) -> Rule | None:
    return _along(case, lambda i, _size: range(i + 1))


def _flip(case: _Case) -> Rule | None:
    shape = case.shapes[0]
    named = [value for key, value in case.equation.keywords if key == "dims"]
    dims = _flat_ints(named or list(case.others), len(shape))
    if dims is None or case.result != shape:
        return None
    turned = {dim % len(shape) for dim in dims}
    return lambda index: (
        tuple(
            _one(size - 1 - i if d in turned else i)
            for d, (i, size) in enumerate(zip(index, shape, strict=True))
        ),
    )


def _product(case: _Case) -> Rule | None:
    if len(case.shapes) != 2 or not all(case.shapes):
        return None
    left, right = case.shapes
    if case.equation.operation == "inner" and max(len(left), len(right)) > 1:
        return None
    inner, across = left[-1], len(right) > 1
    if right[-2 if across else -1] != inner:
        return None
    batch = _broadcast((left[:-2], right[:-2]))
    made = (*left[-2:-1], *(right[-1:] if across else ()))
    if batch is None or (*batch, *made) != case.result:
        return None
    n = len(batch)

    def rule(index: Index) -> Regions:
        row, column = index[n:][: len(left[-2:-1])], index[-1:] if across else ()
        return (
            (*_aligned(left[:-2], index[:n]), *map(_one, row), range(inner)),
            (*_aligned(right[:-2], index[:n]), range(inner), *map(_one, column)),
        )

    return rule


def _outer(case: _Case) -> Rule | None:
    if len(case.shapes) != 2 or case.result != (*case.shapes[0], *case.shapes[1]):
        return None
    return lambda index: ((_one(index[0]),), (_one(index[1]),))


def _linear(case: _Case) -> Rule | None:
    x, w = case.shapes[:2] if len(case.shapes) > 1 else ((), ())
    if len(w) != 2 or not x or x[-1] != w[1] or (*x[:-1], w[0]) != case.result:
        return None
    bias = len(case.shapes) == 3
    return lambda index: (
        (*map(_one, index[:-1]), range(x[-1])),
        (_one(index[-1]), range(w[1])),
        *(((_one(index[-1]),),) if bias else ()),
    )


def _same_order(case: _Case) -> Rule | None:
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
            region.insert(0, _one(i))
        return tuple(region), *(None,) * (len(case.shapes) - 1)

    return rule


def _transpose(case: _Case) -> Rule | None:
    shape = case.shapes[0]
    order = _order(case, len(shape))
    if order is None or tuple(shape[d] for d in order) != case.result:
        return None
    return lambda index: (tuple(_one(index[order.index(d)]) for d in range(len(shape))),)


def _order(case: _Case, n: int) -> list[int] | None:
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
    found = [v for v in values if isinstance(v, int) and _is_int(v) and -n <= v < n]
    return found if len(found) == len(values) else None


def _repeat(case: _Case) -> Rule | None:
    shape = case.shapes[0]
    if len(shape) > len(case.result):
        return None
    last = case.result[len(case.result) - len(shape) :]
    if any(size == 0 or whole % size for whole, size in zip(last, shape, strict=True)):
        return None
    return lambda index: (
        tuple(
            _one(i % size) for i, size in zip(index[len(index) - len(shape) :], shape, strict=True)
        ),
    )


def _getitem(case: _Case) -> Rule | None:
    shape = case.shapes[0]
    key = case.others[0] if case.others else UNKNOWN
    keys = list(key) if isinstance(key, tuple) else [key]
    if not all(_is_plain(part) for part in keys):
        return None
    used = sum(part is not None and part is not ... for part in keys)
    if keys.count(...) > 1 or used > len(shape):
        return None
    at = keys.index(...) if ... in keys else len(keys)
    keys[at : at + 1] = [slice(None)] * (len(shape) - used)
    return _sliced(shape, keys, case.result)


def _is_plain(part: object) -> bool:
    return part is None or part is ... or _is_int(part) or isinstance(part, slice)


def _sliced(shape: Shape, keys: list[object], result: Shape) -> Rule | None:
    """Return the rule of an index of one key per dim, with None for new dims."""
    runs: list[range | int | None] = []
    sizes = iter(shape)
    for key in keys:
        size = 1 if key is None else next(sizes)
        if isinstance(key, slice):
            runs.append(range(size)[key])
        elif isinstance(key, int) and -size <= key < size:
            runs.append(key % size)
        elif key is None:
            runs.append(None)
        else:
            return None
    made = tuple(
        1 if run is None else len(run) for run in runs if run is None or isinstance(run, range)
    )
    if made != result:
        return None

    def rule(index: Index) -> Regions:
        rest = iter(index)
        region = []
        for run in runs:
            if isinstance(run, int):
                region.append(_one(run))
            else:
                i = next(rest)
                if run is not None:
                    region.append(_one(run[i]))
        return (tuple(region),)

    return rule


def _joined(case: _Case) -> Rule | None:
    """Return the rule of `cat` and `stack`."""
    parts = case.equation.arguments[0] if case.equation.arguments else None
    known = isinstance(parts, tuple) and all(isinstance(part, Operand) for part in parts)
    dim = case.argument("dim", 0, 0)
    n = len(case.result)
    if not known or not isinstance(dim, int) or not _is_int(dim) or not -n <= dim < n:
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
            found.append(tuple(map(_one, kept)) if 0 <= at < shape[dim] else None)
            at -= shape[dim]
        return tuple(found)

    return rule


RULES: tuple[tuple[frozenset[str], Kind, Callable[[_Case], Rule | None]], ...] = (
    (ELEMENTWISE, "elementwise", _elementwise),
    (REDUCTIONS, "reduction", _reduction),
    (PRODUCTS, "product", _product),
    (SPREADS, "spread", _spread),
    (RUNNING, "spread", _running),
    (SAME_ORDER, "view", _same_order),
    (TRANSPOSES, "view", _transpose),
    (_names("getitem"), "view", _getitem),
    (_names("flip"), "view", _flip),
    (_names("repeat"), "view", _repeat),
    (_names("cat concat stack"), "view", _joined),
    (_names("outer ger"), "product", _outer),
    (_names("linear"), "product", _linear),
)
"""Operations, what kind they are, and the rule for them."""
