"""Which values fit which parameters."""

from enum import IntEnum
from types import EllipsisType

from explorer.catalog.signature import Kind, Parameter
from explorer.catalog.value import (
    SYMBOLS,
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


class Fit(IntEnum):
    """How well a value fits; of several overloads the one with the best fits is meant."""

    NONE = 0
    LOOSE = 1
    """torch may take it: a name that could be bound to anything, an int for a bool."""
    EXACT = 2


_WHOLE: tuple[Kind, ...] = ("integer", "count", "dim")
_ROWS: tuple[Kind, ...] = ("size", "dims")
_ANYTHING: tuple[Kind, ...] = ("data", "object")
_TENSOR_LIKE: tuple[Kind, ...] = ("tensor", "tensors", "generator")

_CONSTANTS: dict[type, tuple[tuple[Kind, ...], tuple[Kind, ...]]] = {
    bool: (("boolean", "number", "index"), (*_WHOLE, "tensor")),
    # A single number stands for all of a size, where torch lets it.
    int: ((*_WHOLE, "number", "dims", "index"), ("size", "boolean", "device", "numbers", "tensor")),
    float: (("number",), ("numbers", "tensor")),
    complex: (("number",), ("numbers", "tensor")),
    str: (("choice", "text", "device"), ()),
    type(None): (("index",), ()),
    EllipsisType: (("index",), ()),
}
"""What a constant is exactly, and what torch may take it for."""

RESULTS: dict[str, tuple[Kind, ...]] = {
    "torch.device": ("device",),
    "torch.Size": ("size",),
    "torch.Generator": ("generator",),
    "Tensor.shape": ("size",),
    "Tensor.size": ("size", *_WHOLE, "number"),
    "Tensor.stride": ("size", *_WHOLE),
    "Tensor.dtype": ("dtype",),
    "Tensor.device": ("device",),
    "Tensor.layout": ("layout",),
    "Tensor.item": ("number", *_WHOLE, "boolean"),
    "Tensor.tolist": ("data", "size", "dims", "numbers"),
    "Tensor.requires_grad": ("boolean",),
    **dict.fromkeys(
        ("Tensor.dim", "Tensor.ndim", "Tensor.numel", "Tensor.nelement", "builtins.len"),
        (*_WHOLE, "number"),
    ),
    "builtins.slice": ("index",),
    "builtins.int": (*_WHOLE, "number"),
    "builtins.float": ("number",),
    "builtins.bool": ("boolean", "number"),
    "builtins.range": ("data", "size", "dims"),
}
"""What a call gives that makes no tensor."""


def fit(value: Value, parameter: Parameter) -> Fit:
    """Return how well `value` fits `parameter`."""
    if value == Constant(None):
        taken = parameter.nullable or parameter.default == "None"
        return Fit.EXACT if taken else max(_kind_fit(value, kind) for kind in parameter.kinds)
    return max((_kind_fit(value, kind) for kind in parameter.kinds), default=Fit.NONE)


def is_whole(value: Value) -> bool:
    """Return whether `value` may be one of several sizes or dims."""
    match value:
        case Constant():
            return type(value.value) is int
        case Call():
            return not _is_known(value) or not set(_WHOLE).isdisjoint(_results(value))
        case _:
            return isinstance(value, Name | Spread)


def _kind_fit(value: Value, kind: Kind) -> Fit:  # noqa: PLR0911 - one row a kind of value
    match value:
        case Slice():
            return Fit.EXACT if kind == "index" else Fit.NONE
        case _ if kind in _ANYTHING:
            return Fit.EXACT
        case Symbol(path=path):
            return Fit.EXACT if SYMBOLS[path] == kind else Fit.NONE
        case Constant():
            return _constant_fit(value, kind)
        case Tuple(items=items) | List(items=items):
            return _row_fit(items, kind)
        case Call() if _is_known(value):
            return Fit.EXACT if kind in _results(value) else Fit.NONE
        case Name() | Call():
            return Fit.EXACT if kind in (*_TENSOR_LIKE, "index") else Fit.LOOSE
        case Spread():
            return Fit.NONE


def _constant_fit(constant: Constant, kind: Kind) -> Fit:
    value = constant.value
    if kind == "count" and isinstance(value, int) and value < 0:
        return Fit.NONE
    exact, loose = _CONSTANTS[type(value)]
    return Fit.EXACT if kind in exact else Fit.LOOSE if kind in loose else Fit.NONE


def _row_fit(items: tuple[Value, ...], kind: Kind) -> Fit:
    if kind == "index":
        return Fit.EXACT
    if kind == "tensors":
        fits = [
            _row_fit(item.items, kind)
            if isinstance(item, Tuple | List)
            else Fit.EXACT
            if isinstance(item, Name | Call | Spread) or item == Constant(None)
            else Fit.NONE
            for item in items
        ]
    elif kind in _ROWS:
        fits = [Fit.EXACT if is_whole(item) else _loose_whole(item) for item in items]
    elif kind == "numbers":
        fits = [
            Fit.EXACT if isinstance(item, Spread) else _kind_fit(item, "number") for item in items
        ]
    else:
        return Fit.NONE
    return min(fits, default=Fit.EXACT)


def _loose_whole(item: Value) -> Fit:
    taken = isinstance(item, Constant) and (item.value is None or isinstance(item.value, bool))
    # torch.tensordot's dims are two rows.
    return Fit.LOOSE if taken or isinstance(item, Tuple | List) else Fit.NONE


def _is_known(call: Call) -> bool:
    return call.path in RESULTS or is_number(call)


def _results(call: Call) -> tuple[Kind, ...]:
    return RESULTS.get(call.path) or (*_WHOLE, "number", "boolean")


def is_number(value: Value) -> bool:
    """Return whether `value` is arithmetic without a tensor: `10**6`, `-True`."""
    match value:
        case Constant():
            return isinstance(value.value, bool | int | float | complex)
        case Call(path=path, args=args):
            return not path[0].isalpha() and all(map(is_number, args))
        case _:
            return False
