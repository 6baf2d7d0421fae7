"""What the search for an element asks, and how a person writes what is wanted: `> 3`, `1 ± 0.1`."""

import math
import re
from typing import ClassVar, Literal

import msgspec

from explorer.catalog.number import Number, Refusal, plain, read_number, shown
from explorer.panes.heatmap import CellsAsk, Part
from explorer.protocol import Answer, Lane
from explorer.text import tr

Sign = Literal["==", "!=", "<", "<=", ">", ">=", "nan", "unfinite", "largest", "smallest"]

_SIGNS: dict[str, Sign] = {
    "==": "==",
    "=": "==",
    "!=": "!=",
    "≠": "!=",
    "<>": "!=",
    "<=": "<=",
    "≤": "<=",
    "=<": "<=",
    ">=": ">=",
    "≥": ">=",
    "<": "<",
    ">": ">",
}
_SIGN = re.compile("|".join(map(re.escape, sorted(_SIGNS, key=len, reverse=True))))
_WITHIN = re.compile(r"±|\+/-|\+-")


class Condition(msgspec.Struct, frozen=True):
    """Which elements are wanted.

    "==" and "!=" compare with `value` give or take `tolerance`, with `value + imaginary * 1j` where
    that is not None. "unfinite" are NaN and the infinities; "largest" and "smallest" the extremes
    of the finite elements.
    """

    sign: Sign
    value: int | float = 0
    imaginary: float | None = None
    tolerance: float = 0.0


UNFINITE = Condition("unfinite")
LARGEST, SMALLEST = Condition("largest"), Condition("smallest")


class SearchAsk(CellsAsk, frozen=True, kw_only=True):
    """Look for the next element after `start` in row-major order, the one before it if `backward`.

    The search goes round the ends and looks at `start` last; None begins at an end. It is answered
    in steps: `searched`, `best` and `best_at` go along from one to the next.
    """

    lane: ClassVar[Lane] = "side"
    condition: Condition
    part: Part = "magnitude"
    start: tuple[int, ...] | None = None
    backward: bool = False
    searched: int = 0
    best: int | float | None = None
    best_at: int = 0


class Searched(Answer, frozen=True, kw_only=True):
    """`index` of the element, None if there is none among `searched` of `total` elements.

    `best` is the extreme of those, and `best_at` how far from the start it was found.
    """

    index: tuple[int, ...] | None
    searched: int
    total: int
    best: int | float | None = None
    best_at: int = 0

    @property
    def is_over(self) -> bool:
        """Whether there is nothing left to look at."""
        return self.index is not None or self.searched >= self.total


def read_condition(text: str) -> Condition:
    """Return what a person typed as a condition. Raises Refusal."""
    found = _SIGN.match(text.strip().replace("＞", ">").replace("＜", "<").replace("＝", "="))
    sign = _SIGNS[found.group()] if found else "=="
    rest = text.strip()[found.end() if found else 0 :]
    typed, *tolerances = _WITHIN.split(rest)
    value = read_number(plain(typed))
    tolerance = _tolerance(tolerances, sign) if tolerances else 0.0
    if isinstance(value, complex):
        if sign not in ("==", "!="):
            raise Refusal(
                tr("{text} is complex: it is neither more nor less than another", text=shown(text))
            )
        return Condition(sign, value.real, value.imag, tolerance)
    if isinstance(value, float) and math.isnan(value):
        if sign != "==":
            raise Refusal(tr("NaN is neither more nor less than a number. Type nan to find it"))
        return Condition("nan")
    return Condition(sign, int(value) if isinstance(value, bool) else value, None, tolerance)


def _tolerance(typed: list[str], sign: Sign) -> float:
    value: Number = read_number(plain(typed[0])) if len(typed) == 1 else -1
    if isinstance(value, complex) or not 0 <= value < math.inf or sign not in ("==", "!="):
        raise Refusal(tr("Type how far off a value may be as in 0.5 ± 0.01"))
    return float(value)
