"""Numbers as people type them: read with `ast` and a list of what is allowed, never evaluated."""

import ast
import math
import operator
import re
import warnings
from collections.abc import Callable

from explorer.text import tr

Number = bool | int | float | complex

MAX_LENGTH = 1_000_000
MAX_INT = 2**63 - 1
MAX_EXPONENT = 64
MAX_DEPTH = 64

# What word processors, web pages and Chinese keyboards write instead of ASCII.
TYPOGRAPHY: dict[int, str] = {
    **{0xFF01 + i: chr(0x21 + i) for i in range(94)},
    **dict.fromkeys((0x2212, 0x2010, 0x2011, 0x2012, 0x2013), "-"),
    **dict.fromkeys((0x00A0, 0x2007, 0x2009, 0x202F, 0x3000), " "),
    **dict.fromkeys((0x200B, 0xFEFF), ""),
    **dict.fromkeys((0x2018, 0x2019), "'"),
    **dict.fromkeys((0x201C, 0x201D), '"'),
    0x00D7: "x",
    0x2026: "...",
    0x221E: "inf",
    0x3001: ",",
    0x3010: "[",
    0x3011: "]",
    0x03C0: "pi",
}
CONSTANTS: dict[str, float] = {
    **dict.fromkeys(("inf", "Inf", "infinity"), math.inf),
    **dict.fromkeys(("nan", "NaN", "NAN"), math.nan),
    "pi": math.pi,
    "e": math.e,
    "true": True,
    "false": False,
}
MODULES = ("torch", "math", "np", "numpy")

_OPERATIONS: dict[type[ast.operator], Callable[[Number, Number], Number]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
}


class Refusal(ValueError):  # noqa: N818 - the word for text that a field does not take
    """Text that a field does not take. `message` says why and what to type instead."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(f"{field}: {message}" if field else message)
        self.message = message
        self.field = field


def plain(text: str) -> str:
    """Return `text` with full-width and typographic characters as ASCII. Raises Refusal."""
    if len(text) > MAX_LENGTH:
        raise Refusal(tr("This is too long for a line. Save the values in a file and open that"))
    if "\0" in text:
        raise Refusal(tr("This holds a null character. Paste text only"))
    return text.translate(TYPOGRAPHY).strip()


def shown(text: str) -> str:
    """Return `text` in quotes, shortened, to stand in a message."""
    flat = " ".join(text.split())
    return f"“{flat[:24]}…”" if len(flat) > 25 else f"“{flat}”"


def parse(text: str) -> ast.expr:
    """Return `text`, which `plain` cleaned, as one expression. Raises Refusal."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # "1if" is for Python to deprecate, not for us to print
            return ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        if text.count("[") != text.count("]") or text.count("(") != text.count(")"):
            raise Refusal(
                tr("{text} has a bracket without its partner", text=shown(text))
            ) from None
        raise Refusal(tr("{text} is not a number. Type one such as 3", text=shown(text))) from None


def read_number(text: str) -> Number:
    """Return the number that `text`, which `plain` cleaned, stands for. Raises Refusal."""
    if not text:
        raise Refusal(tr("Type a number"))
    if re.fullmatch(r"[+-]?\d{1,18}", text):  # most cells of pasted data, and 007
        return int(text)
    if re.fullmatch(r"[+-]?\d+,\d+", text):
        point = text.replace(",", ".")
        raise Refusal(
            tr("{text} is two numbers. Type {point} instead", text=shown(text), point=point)
        )
    return number_of(parse(text), text)


def read_integer(text: str) -> int:
    """Return the whole number that `text`, which `plain` cleaned, stands for. Raises Refusal."""
    value = read_number(text)
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return int(value)  # 1e6
    if isinstance(value, bool) or not isinstance(value, int):
        raise Refusal(tr("{text} is not a whole number. Type one such as 3", text=shown(text)))
    return value


def source_of(value: object) -> str:
    """Return source of a number or of lists of numbers, as torch and Python read them."""
    if isinstance(value, list):
        return f"[{', '.join(map(source_of, value))}]"
    if isinstance(value, complex):
        return f"complex({source_of(value.real)}, {source_of(value.imag)})"
    if isinstance(value, float) and math.isnan(value):
        return "torch.nan"
    if isinstance(value, float) and math.isinf(value):
        return "torch.inf" if value > 0 else "-torch.inf"
    return repr(value)


def number_of(node: ast.expr, text: str, depth: int = 0) -> Number:
    """Return the number that `node`, a part of `text`, stands for. Raises Refusal.

    Arithmetic is done, within bounds: `10**6`, `2+3j`, `1/3`.
    """
    if depth >= MAX_DEPTH:
        raise Refusal(tr("This calculation is too deep. Type its result"))
    match node:
        case ast.Constant(value=bool() | int() | float() | complex() as value):
            return _bounded(value, node, text)
        case ast.UnaryOp(op=ast.USub() | ast.UAdd()):
            return _signed(node, text, depth)
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _OPERATIONS:
            a = number_of(left, text, depth + 1)
            b = number_of(right, text, depth + 1)
            return _calculate(node, a, b, text)
        case ast.Call(func=ast.Name(id="complex"), args=[first, second], keywords=[]):
            real, imaginary = (number_of(part, text, depth + 1) for part in (first, second))
            if not isinstance(real, complex) and not isinstance(imaginary, complex):
                return complex(real, imaginary)
        case _:
            if (constant := _constant(node)) is not None:
                return constant
    raise Refusal(tr("{text} is not a number. Type one such as 3", text=_written(node, text)))


def _constant(node: ast.expr) -> float | None:
    match node:
        case ast.Name(id=word):
            return CONSTANTS.get(word)
        case ast.Attribute(value=ast.Name(id=module), attr=word) if module in MODULES:
            return CONSTANTS.get(word)
        case ast.Call(
            func=ast.Name(id="float"), args=[ast.Constant(value=str() as word)], keywords=[]
        ):
            value = CONSTANTS.get(word.lstrip("+-"))
            return -value if value and word.startswith("-") else value
        case _:
            return None


def _signed(node: ast.UnaryOp, text: str, depth: int) -> Number:
    match node:
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() as edge)) if (
            edge == MAX_INT + 1
        ):
            return -edge  # -2**63 fits 64 bits, 2**63 does not
    value = number_of(node.operand, text, depth + 1)
    if isinstance(value, bool):
        raise Refusal(tr("{text}: True and False have no sign", text=_written(node, text)))
    value = -value if isinstance(node.op, ast.USub) else value
    return _bounded(value, node, text) if isinstance(value, int) else value


def _calculate(node: ast.BinOp, a: Number, b: Number, text: str) -> Number:
    if isinstance(node.op, ast.Pow) and (abs(b) > MAX_EXPONENT or abs(a) > 2**32):
        raise _too_large(node, text)
    try:
        value = _OPERATIONS[type(node.op)](a, b)
    except ZeroDivisionError:
        raise Refusal(tr("{text} divides by 0. Type a number", text=_written(node, text))) from None
    except OverflowError:
        raise _too_large(node, text) from None
    if math.isinf(abs(a)) or math.isinf(abs(b)):
        return value
    return _bounded(value, node, text)


def _bounded(value: Number, node: ast.expr, text: str) -> Number:
    if isinstance(value, int) and not -MAX_INT - 1 <= value <= MAX_INT:
        raise Refusal(
            tr("{text} does not fit 64 bits. Type a smaller number", text=_written(node, text))
        )
    if isinstance(value, float | complex) and math.isinf(abs(value)):
        raise Refusal(
            tr(
                "{text} is larger than any float64. Type inf if you mean infinity",
                text=_written(node, text),
            )
        )
    return value


def _too_large(node: ast.expr, text: str) -> Refusal:
    return Refusal(
        tr("{text} is too large to calculate here. Type its result", text=_written(node, text))
    )


def _written(node: ast.expr, text: str) -> str:
    return shown(ast.get_source_segment(text, node) or text)
