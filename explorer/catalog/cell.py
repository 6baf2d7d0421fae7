"""What a person types into a cell, as the number that a tensor of its dtype takes."""

import ast
import math

from explorer.catalog.number import Number, Refusal, plain, read_number, shown, source_of
from explorer.text import tr

INTEGERS: dict[str, tuple[int, int]] = {
    f"{'u' * (not signed)}int{bits}": (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1)
    if signed
    else (0, 2**bits - 1)
    for bits in (8, 16, 32, 64)
    for signed in (True, False)
}
"""Least and greatest number of each dtype of whole numbers."""
LARGEST: dict[str, float] = {
    "float64": 1.7976931348623157e308,
    "float32": 3.4028234663852886e38,
    "bfloat16": 3.3895313892515355e38,
    "float16": 65504.0,
    "float8_e5m2": 57344.0,
    "float8_e5m2fnuz": 57344.0,
    "float8_e4m3fn": 448.0,
    "float8_e4m3fnuz": 240.0,
    "float8_e8m0fnu": 2.0**127,
}
"""The greatest finite number of each floating-point dtype."""
WITHOUT_INFINITY = ("float8_e5m2fnuz", "float8_e4m3fn", "float8_e4m3fnuz", "float8_e8m0fnu")
PARTS = {"complex32": "float16", "complex64": "float32", "complex128": "float64"}
"""The dtype of the parts of complex numbers."""


def cell_number(text: str, dtype: str) -> str:
    """Return source of the number that `text` stands for in a cell of `dtype`. Raises Refusal."""
    value = read_number(plain(text))
    if dtype == "bool":
        if value not in (0, 1):
            raise Refusal(tr("A cell of dtype bool takes True or False"))
        return str(bool(value))
    if isinstance(value, bool):
        raise Refusal(tr("A cell of dtype {dtype} takes a number: type 1 or 0", dtype=dtype))
    if dtype in INTEGERS:
        return source_of(_whole(value, dtype, text))
    if dtype in PARTS:
        whole = complex(value)
        for part in (whole.real, whole.imag):
            _check_size(part, PARTS[dtype], dtype)
        return source_of(value if isinstance(value, complex) else float(value))
    if isinstance(value, complex):
        raise Refusal(
            tr(
                "{text} is complex, and {dtype} has no imaginary part",
                text=shown(text),
                dtype=dtype,
            )
        )
    _check_size(float(value), dtype, dtype)
    return source_of(float(value))


def _whole(value: Number, dtype: str, text: str) -> int:
    if isinstance(value, complex) or not math.isfinite(value) or value != int(value):
        raise Refusal(
            tr(
                "{dtype} holds whole numbers only, and {text} is none",
                dtype=dtype,
                text=shown(text),
            )
        )
    low, high = INTEGERS[dtype]
    if not low <= value <= high:
        raise Refusal(
            tr(
                "{dtype} holds numbers from {low} to {high}, and {text} is not among them",
                dtype=dtype,
                low=low,
                high=high,
                text=shown(text),
            )
        )
    return int(value)


def _check_size(value: float, dtype: str, named: str) -> None:
    """Raise Refusal if `dtype` would make another number of a `value` than its nearest."""
    largest = LARGEST.get(dtype, math.inf)
    if math.isfinite(value) and abs(value) > largest:
        raise Refusal(
            tr(
                "{dtype} holds numbers up to ±{most}: this one would become another",
                dtype=named,
                most=f"{largest:.6g}",
            )
        )
    if math.isinf(value) and dtype in WITHOUT_INFINITY:
        raise Refusal(tr("{dtype} has no infinity", dtype=named))


def is_assignable(expression: str) -> bool:
    """Return whether cells of what `expression` names can be written to: not so of what it computes."""
    try:
        node = ast.parse(expression, mode="eval").body
    except (SyntaxError, ValueError):
        return False
    while not isinstance(node, ast.Name):
        if isinstance(node, ast.Subscript) and not _is_view(node.slice):
            return False
        if not isinstance(node, ast.Attribute | ast.Subscript):
            return False
        node = node.value
    return True


def _is_view(key: ast.expr) -> bool:
    """Return whether indexing with `key` makes a view: not so with lists and tensors."""
    keys = key.elts if isinstance(key, ast.Tuple) else [key]
    return all(
        isinstance(k, ast.Slice | ast.Constant)
        or (isinstance(k, ast.UnaryOp) and isinstance(k.operand, ast.Constant))
        for k in keys
    )


def assignment(expression: str, index: tuple[int, ...], number: str) -> str:
    """Return the line that writes `number` into a cell: `x[1, 2] = 3.0`."""
    key = ", ".join(map(str, index)) or "..."
    return f"{expression}[{key}] = {number}"
