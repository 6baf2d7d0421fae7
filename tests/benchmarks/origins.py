"""What is told of cells' origins, on every sample that torch tests its operators with."""

import time
import warnings
from collections import Counter

import torch

from tests.benchmarks.measure import Fact, Row
from tests.operators.calls import Call, calls, database, dtypes
from tests.operators.origin import Origins
from tests.operators.trip import NO_LINE


def measure() -> list[Row | Fact]:
    """Return how long a question takes, how many are answered, and whether the Jacobian agrees."""
    warnings.simplefilter("ignore")
    origins, milliseconds = Origins(), []
    reasons: Counter[str] = Counter()
    faults: list[str] = []
    missed: list[str] = []
    for operator in database():
        if operator.name in NO_LINE or torch.float32 not in dtypes(operator):
            continue
        for call in calls(operator, torch.float32):
            started = time.perf_counter()
            asked = origins.ask(call) if isinstance(call, Call) else None
            if asked is None:
                continue
            milliseconds.append(1000 * (time.perf_counter() - started))
            reasons[asked.reason] += 1
            faults += filter(None, [asked.fault()])
            missed += [f"{call.source}: {asked.reason}"] if asked.is_missed else []
    for said in [*faults[:20], *missed[:20]]:
        print(said)
    told, total = reasons[""], reasons.total()
    return [
        Row("why a value: a question", "ms", milliseconds, 50),
        Fact(
            "of them are told",
            f"{100 * told / total:.1f} % of {total}, {len(missed)} refused that torch differentiates",
            not missed,
            is_judged=True,
        ),
        Fact(
            "as the row of the Jacobian",
            f"{told} cells, {len(faults)} differ",
            not faults,
            is_judged=True,
        ),
    ]
