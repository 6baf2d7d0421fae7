"""What holds for every operator on torch's own samples, all of them, and what the catalogue costs."""

import os
import subprocess
import sys
import tempfile
import time
from collections import Counter

import msgspec

from explorer.catalog.signature import CatalogueEntry
from explorer.window.cataloguer import PIECE
from tests.benchmarks import origins, previews
from tests.benchmarks.measure import Fact, Row
from tests.operators import catalogue
from tests.operators.calls import Call, calls, database, dtypes
from tests.operators.trip import NO_LINE, fault

RUNS = 5
BUILD = """
import time, torch, explorer.engine.core
started = time.perf_counter()
from explorer.engine.catalogue import cache
cache.packed()
print(time.perf_counter() - started)
"""


def measure() -> list[Row | Fact]:
    """Return what the catalogue costs, how calls survive their forms, what is foretold and traced."""
    return [*costs(), *round_trip(), *previews.measure(), *origins.measure()]


def costs() -> list[Row]:
    """Measure the catalogue in new processes that have imported torch, and in the window."""
    built, cached = [], []
    for _ in range(RUNS):
        with tempfile.TemporaryDirectory(prefix="tx-") as folder:
            variables = os.environ | {"XDG_CACHE_HOME": folder}
            for seconds in (built, cached):
                said = subprocess.run(
                    [sys.executable, "-c", BUILD], env=variables, capture_output=True, check=True
                )
                seconds.append(float(said.stdout))
    return [
        Row("catalogue built", "s", built, 1.5),
        Row("catalogue from its cache", "s", cached, 0.15),
        Row("a piece of it unpacked in the window", "ms", pieces(), 8),
    ]


def pieces() -> list[float]:
    """Return the milliseconds that the window is kept from painting by each piece."""
    packed = [msgspec.msgpack.encode(entry) for entry in catalogue().entries.values()]
    milliseconds = []
    for start in range(0, len(packed), PIECE):
        started = time.perf_counter()
        for entry in packed[start : start + PIECE]:
            msgspec.msgpack.decode(entry, type=CatalogueEntry)
        milliseconds.append((time.perf_counter() - started) * 1000)
    return milliseconds


def round_trip() -> list[Fact]:
    """Take every call behind the samples to its line, its fields, its line and torch."""
    operators: Counter[str] = Counter()
    no_line: Counter[str] = Counter()
    faults: list[str] = []
    for operator in database():
        if operator.name in NO_LINE:
            no_line[operator.name] += 1
            continue
        for dtype in dtypes(operator):
            for call in calls(operator, dtype):
                if isinstance(call, Call):
                    operators[call.path] += 1
                    faults += filter(None, [fault(call, catalogue())])
                else:
                    no_line[call.name] += 1
    for said in faults[:20]:
        print(said)
    unknown = sorted(no_line.keys() - NO_LINE.keys())
    count = f"{operators.total()} calls of {len(operators)} operators"
    return [
        Fact(
            "the same by way of a form",
            f"{count}, {len(faults)} differ",
            not faults,
            is_judged=True,
        ),
        Fact(
            "calls that no line holds",
            f"{len(no_line)} names, {unknown} new",
            not unknown,
            is_judged=True,
        ),
    ]
