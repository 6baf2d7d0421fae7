"""Which dtype torch calculates in when operands have several, and why."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Literal

from explorer.text import Text

Weight = Literal["dims", "0-d", "number"]
"""What decides: tensors with dims, before those without, before numbers of Python's."""
Family = Literal["same", "compared", "divided"]
"""The result has the dtype that was calculated in, or is bool, or holds fractions in any case."""

_SAME = """+ - * // % ** & | ^ add sub subtract mul multiply floor_divide remainder fmod pow
maximum minimum fmax fmin max min bitwise_and bitwise_or bitwise_xor where cat concat concatenate"""
_COMPARED = """== != < <= > >= eq ne not_equal lt less le less_equal gt greater ge greater_equal
logical_and logical_or logical_xor"""
_DIVIDED = "/ div divide true_divide atan2 arctan2 xlogy"
FAMILIES: dict[str, Family] = {
    **dict.fromkeys(_SAME.split(), "same"),
    **dict.fromkeys(_COMPARED.split(), "compared"),
    **dict.fromkeys(_DIVIDED.split(), "divided"),
}
"""Functions that take operands of several dtypes, by their names."""

_BOOL, _WHOLE, _FRACTION, _COMPLEX = range(4)
_SIZES: dict[str, tuple[int, int]] = {
    "bool": (_BOOL, 1),
    "uint8": (_WHOLE, 8),
    "int8": (_WHOLE, 8),
    "int16": (_WHOLE, 16),
    "int32": (_WHOLE, 32),
    "int64": (_WHOLE, 64),
    "uint16": (_WHOLE, 16),
    "uint32": (_WHOLE, 32),
    "uint64": (_WHOLE, 64),
    "float16": (_FRACTION, 16),
    "bfloat16": (_FRACTION, 16),
    "float32": (_FRACTION, 32),
    "float64": (_FRACTION, 64),
    "complex32": (_COMPLEX, 16),
    "complex64": (_COMPLEX, 32),
    "complex128": (_COMPLEX, 64),
    "float8_e4m3fn": (_FRACTION, 8),
    "float8_e5m2": (_FRACTION, 8),
    "float8_e4m3fnuz": (_FRACTION, 8),
    "float8_e5m2fnuz": (_FRACTION, 8),
}
"""Which kind of number a dtype holds, and its bits: of a complex one, those of each part."""
_WIDE_UNSIGNED = ("uint16", "uint32", "uint64")
_PYTHON = {"bool": "bool", "int": "int64", "float": "float32", "complex": "complex64"}
_COMPLEX_OF = {"float16": "complex32", "float64": "complex128"}

PRIORITY: Text = "Tensors with dims decide before single values, and those before Python numbers"
KIND: Text = "Complex numbers win over fractions, those over whole numbers, those over bool"
SIZE: Text = "Of one kind of number, the larger wins"
BOTH: Text = "Neither holds the values of the other: the next larger one holds both"
COMPARISON: Text = "They are compared in this dtype, and the result is bool"
DIVISION: Text = "Whole numbers become fractions of the default dtype here"


@dataclass(frozen=True, slots=True)
class Operand:
    """`dtype` is torch's name, or Python's of a number: "int", "float"."""

    dtype: str
    weight: Weight


@dataclass(frozen=True, slots=True)
class Promotion:
    """`result` is "" where torch refuses. `fits` is false if a tensor that is written can't hold it.

    `rules` say why it is this dtype, the one that decided first.
    """

    operands: tuple[Operand, ...]
    result: str
    rules: tuple[Text, ...]
    fits: bool = True


def family_of(path: str) -> Family | None:
    """Return what the operator at `path` makes of several dtypes, None if it takes only one."""
    name = path.rpartition(".")[2].removesuffix("_")
    return None if path.startswith(("numpy.", "ndarray.")) else FAMILIES.get(name)


def promote(
    operands: Sequence[Operand], family: Family, default: str = "float32", *, kept: bool = False
) -> Promotion:
    """Return what operands become; `default` is the default dtype.

    `kept` says that the first is written into, and so keeps its dtype.
    """
    calculated = result_type(operands, default)
    rules = [rule] if (rule := _rule(operands, calculated, default)) else []
    result = calculated
    if calculated and family == "compared":
        result = "bool"
        rules.append(COMPARISON)
    elif calculated and family == "divided" and _SIZES[calculated][0] < _FRACTION:
        result = default
        rules.append(DIVISION)
    own = operands[0].dtype
    fits = not kept or not result or _SIZES[result][0] <= _SIZES[own][0]
    return Promotion(tuple(operands), own if kept and fits else result, tuple(rules), fits)


def result_type(operands: Iterable[Operand], default: str = "float32") -> str:
    """Return the dtype that torch calculates in, "" where it refuses."""
    dtypes: dict[Weight, list[str]] = {"dims": [], "0-d": [], "number": []}
    for operand in operands:
        dtypes[operand.weight].append(_dtype(operand, default))
    highest = ""
    for weight in ("number", "0-d", "dims"):
        if dtypes[weight]:
            own = reduce(promote_types, dtypes[weight])
            if not own:
                return ""
            highest = _decide(own, highest) if highest else own
            if not highest:
                return ""
    return highest


def promote_types(a: str, b: str) -> str:
    """Return the smallest dtype that holds what both hold, "" where torch has none."""
    if a == b:
        return a
    if not (a and b) or not _goes_with(a, b) or not _goes_with(b, a):
        return ""
    (a_kind, a_bits), (b_kind, b_bits) = _SIZES[a], _SIZES[b]
    if {a_kind, b_kind} == {_FRACTION, _COMPLEX}:
        parts = [_part(dtype) for dtype in (a, b)]
        return complex_of(promote_types(*parts))
    if a_kind != b_kind:
        return a if a_kind > b_kind else b
    if a_bits != b_bits:
        return a if a_bits > b_bits else b
    return "int16" if a_kind == _WHOLE else "float32"  # uint8 and int8, float16 and bfloat16


def complex_of(dtype: str) -> str:
    """Return the complex dtype whose parts are as wide as `dtype`."""
    return _COMPLEX_OF.get(dtype, "complex64")


def _decide(higher: str, lower: str) -> str:
    """Return what `higher`, which decides, becomes beside `lower`."""
    kind, other = _SIZES[higher][0], _SIZES[lower][0]
    if other == _COMPLEX and kind < _FRACTION:
        return lower
    if other == _COMPLEX and kind == _FRACTION:
        return "" if higher.startswith("float8") else complex_of(higher)
    if kind >= _FRACTION or (kind == _WHOLE and other <= _WHOLE):
        return higher
    return promote_types(higher, lower)


def _goes_with(a: str, b: str) -> bool:
    """Return whether torch promotes `a` to anything beside `b`."""
    if a.startswith("float8"):
        return False
    return a not in _WIDE_UNSIGNED or (_SIZES[b][0] == _FRACTION and not b.startswith("float8"))


def _part(dtype: str) -> str:
    kind, bits = _SIZES[dtype]
    return f"float{bits}" if kind == _COMPLEX else dtype


def _dtype(operand: Operand, default: str) -> str:
    if operand.weight != "number":
        return operand.dtype
    if operand.dtype == "float":
        return default
    return complex_of(default) if operand.dtype == "complex" else _PYTHON[operand.dtype]


def _rule(operands: Sequence[Operand], result: str, default: str) -> Text:
    """Return why `result` is calculated in, "" if there was no choice."""
    dtypes = [_dtype(operand, default) for operand in operands]
    if not result or set(dtypes) == {result}:
        return ""
    kinds = {_SIZES[dtype][0] for dtype in dtypes}
    weights = {operand.weight for operand in operands}
    top: Weight = next(w for w in ("dims", "0-d", "number") if w in weights)
    deciding = {_SIZES[d][0] for d, o in zip(dtypes, operands, strict=True) if o.weight == top}
    if len(weights) > 1 and max(kinds) in deciding and len(deciding) == 1:
        return PRIORITY
    if len(kinds) > 1:
        return KIND
    return SIZE if result in dtypes else BOTH
