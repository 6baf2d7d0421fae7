"""What is told of lines before they run, on every sample that torch tests its operators with."""

import logging
import warnings

from explorer.engine.preview.probe import warm_up
from tests.benchmarks.measure import Fact, Row
from tests.operators.calls import Call, calls, database, dtypes
from tests.operators.foresight import Foreseen, bad_calls, foreseen

ANSWERED = 0.965
ON_CARDS = "jiterator"
"""Operators that the database has for cards alone begin so."""


def measure() -> list[Row | Fact]:
    """Return the rows of the time that a preview takes, and of how much it tells."""
    logging.getLogger("torch.__trace").disabled = True
    warnings.simplefilter("ignore")
    warm_up()
    operators = [o for o in database() if not o.name.startswith(ON_CARDS)]
    runs = [
        f
        for operator in operators
        for dtype in dtypes(operator)
        for call in calls(operator, dtype)
        if isinstance(call, Call)
        for f in [foreseen(call)]
        if not f.error
    ]
    refused = [f for o in operators for f in map(foreseen, bad_calls(o)) if f.error]
    milliseconds = sorted(1000 * f.seconds for f in runs)
    return [
        Row("a line is previewed", "ms", milliseconds, 5),
        Fact("99 of 100 within", f"{milliseconds[99 * len(milliseconds) // 100]:.3g} ms"),
        _share("of them are told", [f.is_answered for f in runs], ANSWERED),
        _share("of errors are told", [f.is_same_error for f in refused]),
        _wrong(runs),
    ]


def _share(what: str, held: list[bool], least: float = 0.0) -> Fact:
    found = sum(held) / len(held)
    return Fact(what, f"{found:.2%} of {len(held):,}", found >= least, is_judged=least > 0)


def _wrong(runs: list[Foreseen]) -> Fact:
    wrong = [f.call.source for f in runs if f.is_wrong]
    shown = f"{len(wrong)}: {wrong[:3]}" if wrong else "none"
    return Fact("told otherwise than it came", shown, not wrong, is_judged=True)
