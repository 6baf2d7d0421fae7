"""What a line of the catalogue is made of: a call, and the values that it is given.

Values are exact: two are equal if torch can't tell them apart, so nan equals nan, while 0.0 is not
-0.0 and 1 is neither 1.0 nor True.
"""

from collections.abc import Iterable
from types import EllipsisType
from typing import Union

import msgspec

from explorer.catalog.signature import Kind

VALUE = "value"
"""The path of a line without a call, `y = x`: it has one argument."""
INDEX = "index"
"""The path of `x[i]`: the tensor and the index."""
SET_INDEX = "setindex"
"""The path of `x[i] = v`: the tensor, the index, the value."""
SET_ATTRIBUTE = "setattr"
"""The path of `x.grad = v`: the tensor, the attribute's name, the value."""

_DTYPES = """float32 float64 float16 bfloat16 float double half int64 int32 int16 int8 long int short
uint8 uint16 uint32 uint64 bool complex64 complex128 complex32 cfloat cdouble chalf float8_e4m3fn
float8_e5m2 float8_e4m3fnuz float8_e5m2fnuz float8_e8m0fnu qint8 quint8 qint32 quint4x2 quint2x4
"""
_NUMPY_DTYPES = """float16 float32 float64 int8 int16 int32 int64 uint8 uint16 uint32 uint64 bool_
complex64 complex128 intp single double half"""
_LAYOUTS = "strided sparse_coo sparse_csr sparse_csc sparse_bsr sparse_bsc jagged"
_FORMATS = "contiguous_format preserve_format channels_last channels_last_3d"

SYMBOLS: dict[str, Kind] = {
    **{f"torch.{name}": "dtype" for name in _DTYPES.split()},
    **{f"numpy.{name}": "dtype" for name in _NUMPY_DTYPES.split()},
    **{f"builtins.{name}": "dtype" for name in ("float", "int", "bool", "complex")},
    **{f"torch.{name}": "layout" for name in _LAYOUTS.split()},
    **{f"torch.{name}": "memory_format" for name in _FORMATS.split()},
    **{
        f"{module}.{name}": "number"
        for module in ("torch", "numpy", "math")
        for name in ("pi", "e")
    },
}
"""Constants of modules that stand for themselves, and what they are."""


class Constant(msgspec.Struct, frozen=True, eq=False):
    """A number, a text, True, False, None or `...`."""

    value: bool | int | float | complex | str | EllipsisType | None

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Constant):
            return NotImplemented
        # Only the text of a number tells nan from other numbers and 0.0 from -0.0.
        return type(self.value) is type(other.value) and repr(self.value) == repr(other.value)

    def __hash__(self) -> int:
        return hash((type(self.value), repr(self.value)))

    @property
    def is_number(self) -> bool:
        """True for what Python calculates with, True and False apart."""
        return type(self.value) in (int, float, complex)


class Name(msgspec.Struct, frozen=True):
    """Something of the workspace by its expression: `x`, `weights["0.bias"]`, `net.fc1.weight`."""

    expression: str


class Symbol(msgspec.Struct, frozen=True):
    """One of `SYMBOLS`, by its full path: "torch.float32"."""

    path: str


class Tuple(msgspec.Struct, frozen=True):
    """Values in round brackets, or side by side in an index."""

    items: tuple["Value", ...]


class List(msgspec.Struct, frozen=True):
    """Values in square brackets."""

    items: tuple["Value", ...]


class Slice(msgspec.Struct, frozen=True):
    """`start:stop:step` in an index; None where nothing is written."""

    start: "Value | None" = None
    stop: "Value | None" = None
    step: "Value | None" = None


class Spread(msgspec.Struct, frozen=True):
    """`*value` among arguments or items."""

    value: "Value"


class Call(msgspec.Struct, frozen=True):
    """One line of the script, or a part of one that is called, indexed or calculated.

    `path` as in `explorer.catalog.signature`, or one of the paths above. The tensor that a method
    or property belongs to is the first of `args`. `targets` are the names it binds. With
    `augmented`, "+" is `args[0] += args[1]`. `guard` is what a `with` around the line enters:
    "torch.no_grad". Only a whole line has targets, is augmented or has a guard.
    """

    path: str
    args: tuple["Value", ...] = ()
    kwargs: tuple[tuple[str, "Value"], ...] = ()
    targets: tuple[str, ...] = ()
    augmented: bool = False
    guard: str = ""
    is_property: bool = False


Value = Union[Constant, Name, Symbol, Tuple, List, Slice, Spread, Call]  # noqa: UP007 - refers to itself


class NotCatalogueError(ValueError):
    """A line that is no call of the catalogue. `reason` says why, for the person."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def calls_in(values: Iterable[Value]) -> Iterable[Call]:
    """Yield every call in `values`, the outer ones first."""
    for value in values:
        match value:
            case Call():
                yield value
                yield from calls_in((*value.args, *(given for _, given in value.kwargs)))
            case Tuple() | List():
                yield from calls_in(value.items)
            case Spread():
                yield from calls_in((value.value,))
            case Slice():
                yield from calls_in(filter(None, (value.start, value.stop, value.step)))


def expressions_in(values: Iterable[Value]) -> Iterable[str]:
    """Yield what `values` read of the workspace, as often as they do, in order."""
    for value in values:
        match value:
            case Name(expression=expression):
                yield expression
            case Call():
                yield from expressions_in((*value.args, *(given for _, given in value.kwargs)))
            case Tuple() | List():
                yield from expressions_in(value.items)
            case Spread():
                yield from expressions_in((value.value,))
            case Slice():
                yield from expressions_in(filter(None, (value.start, value.stop, value.step)))
