"""How one cell of a result came about, in numbers: `z[0, 1] = x[0, 1] + y[1] = 2.0 + 5.0 = 7.0`."""

import math
from collections.abc import Callable, Sequence

from explorer.catalog.grade import in_brackets
from explorer.panes.heatmap.equations.equation import SIGN_OF, Equation, Operand
from explorer.panes.heatmap.equations.provenance import (
    ELEMENTWISE,
    Index,
    Kind,
    Region,
    Regions,
    Shape,
)

MOST_ELEMENTS = 4
"""So many elements of a row are written; the rest are dots."""
LONGEST_NUMBER = 8
"""Longer ones are rounded."""
DOTS = "..."
JOINED: dict[str, Callable[[str, int], str]] = {
    "sum": lambda row, _n: row.replace(", ", " + "),
    "prod": lambda row, _n: row.replace(", ", " * "),
    "mean": lambda row, n: f"({row.replace(', ', ' + ')}) / {n}",
}
"""How a reduction is written with the numbers of its row, and their count."""


def place_text(expression: str, region: Region, shape: Shape) -> str:
    """Return code for a region: `x[0, :]`, `y[1]`, `y` for the only element or for all of them."""
    keys = []
    for run, size in zip(region, shape, strict=True):
        if len(run) == 1:
            keys.append(str(run[0]))
        elif len(run) == size:
            keys.append(":")
        else:
            keys.append(f"{run.start or ''}:{run.stop if run.stop < size else ''}")
    is_all = all(key == ":" for key in keys)
    return expression if is_all else f"{in_brackets(expression)}[{', '.join(keys)}]"


def formula(
    equation: Equation,
    kind: Kind,
    places: Sequence[str],
    texts: Sequence[Sequence[str]],
    counts: Sequence[int],
    *,
    result: str,
    value: str,
    step: str = "",
) -> str:
    """Return the line for a cell called `result`, whose number is `value`.

    With a `step`, which values of operands explain, it leads to a place: `t[1, index[1, 0]]`.
    `places` are the operands' cells in code, "" where nothing comes from one, `texts` the first of
    their numbers, and `counts` how many there are.
    """
    if step or kind == "pick":
        place = next(filter(None, places), "")
        return " = ".join(filter(None, [result, step, place, value]))
    named = _named(equation, kind, places)
    short = [[_short(text) for text in row] for row in texts]
    numbers = _numbers(equation, kind, short, counts) if all(texts) else ""
    start = f"{result} = {named}" if named else result
    if numbers and short != [list(row) for row in texts]:
        sign = "=" if value in ("True", "False") else "≈"
        return f"{start} ≈ {numbers} {sign} {_short(value)}"
    return " = ".join(filter(None, [start, numbers, value]))


def counts_of(regions: Regions) -> tuple[int, ...]:
    """Return how many cells each region has."""
    return tuple(0 if region is None else math.prod(map(len, region)) for region in regions)


def cell_text(expression: str, index: Index) -> str:
    """Return code for one element."""
    return f"{expression}[{', '.join(map(str, index))}]" if index else expression


def _named(equation: Equation, kind: Kind, places: Sequence[str]) -> str:
    if kind == "unknown":
        return ""
    if kind == "view":
        return next(filter(None, places), "")
    return _called(equation, places)


def _numbers(
    equation: Equation, kind: Kind, texts: Sequence[Sequence[str]], counts: Sequence[int]
) -> str:
    operation = equation.operation
    if kind == "elementwise":
        return _called(equation, [text[0] for text in texts])
    if kind == "product" and len(texts) == 2:
        left, right = texts
        products = [f"{_safe(a)} * {_safe(b)}" for a, b in zip(left, right, strict=True)]
        return " + ".join([*products, *([DOTS] if counts[0] > len(left) else [])])
    if kind == "reduction" and texts:
        row = ", ".join([*map(_safe, texts[0]), *([DOTS] if counts[0] > len(texts[0]) else [])])
        join = JOINED.get(operation)
        return join(row, counts[0]) if join else f"{operation}({row})"
    return ""


def _called(equation: Equation, operands: Sequence[str]) -> str:
    """Return the operation with texts for its operands: `a + b`, `-a`, `maximum(a, b)`."""
    operation, given = equation.operation, equation.arguments
    sign = SIGN_OF.get(operation)
    flat = [_argument(argument, operands) for argument in given]
    if sign and len(flat) == 2 and not equation.keywords:
        left, right = flat
        return f"{left} {sign} {_safe(right)}"
    if operation in ("neg", "negative") and len(flat) == 1:
        return f"-{_safe(flat[0])}"
    if operation in ELEMENTWISE:
        named = [f"{key}={_argument(value, operands)}" for key, value in equation.keywords]
        return f"{operation}({', '.join([*flat, *named])})"
    return f"{operation}({', '.join(operands)})"


def _argument(argument: object, operands: Sequence[str]) -> str:
    if isinstance(argument, Operand):
        return operands[argument.number]
    return str(argument) if isinstance(argument, int | float | str | tuple) else DOTS


def _short(number: str) -> str:
    """Return a number that takes no more room than a person reads at a glance."""
    if len(number) <= LONGEST_NUMBER:
        return number
    try:
        return f"{float(number):.4g}"
    except ValueError:  # complex
        return number


def _safe(number: str) -> str:
    """Return a number that may follow a sign."""
    return f"({number})" if number.startswith("-") else number
