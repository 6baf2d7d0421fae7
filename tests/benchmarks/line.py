"""What a line costs as a call: read, bound to the fields of a form, made again, written."""

import ast
import time
from collections.abc import Callable
from typing import Any

from explorer.catalog.call import bind_to, emit, parse, to_source
from explorer.catalog.creation import CREATION
from tests.benchmarks.measure import Row

ROUNDS = 200
LINES = [operator.example for operator in CREATION]
NESTED = "z = torch.cat([x[x > 0].view(1, -1), (x @ w.T + 1)[0:1].abs().sum(dim=-1)], dim=1)"


def measure() -> list[Row]:
    """Return the rows, in microseconds a line; Python's own parser is the baseline of reading."""
    calls = [parse(line) for line in LINES]
    pairs = [
        (call, operator.entry)
        for call, operator in zip(calls, CREATION, strict=True)
        if operator.receiver is None
    ]
    bound = [(entry, *bind_to(call, entry)) for call, entry in pairs]
    return [
        Row("a line is read", "us", _each(parse, LINES), baseline=_each(ast.parse, LINES)),
        Row("a nested line is read", "us", _each(parse, [NESTED])),
        Row("a call is bound", "us", _each(lambda pair: bind_to(*pair), pairs)),
        Row("fields make a call", "us", _each(lambda fields: emit(*fields), bound)),
        Row("a call is written", "us", _each(to_source, calls)),
    ]


def _each(work: Callable[[Any], object], items: list[Any]) -> list[float]:
    """Return the microseconds that `work` takes of one item, `ROUNDS` times over."""
    found = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        for item in items:
            work(item)
        found.append((time.perf_counter() - start) * 1e6 / len(items))
    return found
