"""What a form makes of a call does what the call does: a sample; the benchmark runs all of them."""

import pytest
import torch
from msgspec.structs import replace

from tests.operators import catalogue
from tests.operators.calls import Call, calls, database, dtypes
from tests.operators.trip import NO_LINE, fault

OPERATORS = [operator for operator in database() if operator.name not in NO_LINE]
PARTS = 8


@pytest.mark.parametrize("part", range(PARTS))
def test_a_call_survives_its_form(part):
    done = 0
    faults = []
    for operator in OPERATORS[part::PARTS]:
        for dtype in dtypes(operator)[:1]:
            for call in calls(operator, dtype, most=1):
                if isinstance(call, Call):
                    done += 1
                    faults.append(fault(call, catalogue()))
                else:
                    assert call.name in NO_LINE, call.reason
    assert list(filter(None, faults)) == []
    assert done > 100


def test_few_calls_can_be_no_line():
    assert len(NO_LINE) <= 23


def test_a_wrong_default_is_noticed():
    entry = catalogue().entries["torch.sum"]
    signatures = tuple(
        replace(
            signature,
            parameters=tuple(
                replace(p, default="True") if p.name == "keepdim" else p
                for p in signature.parameters
            ),
        )
        for signature in entry.signatures
    )
    entries = catalogue().entries | {"torch.sum": replace(entry, signatures=signatures)}
    wrong = replace(catalogue(), entries=entries)
    (operator,) = (o for o in OPERATORS if o.name == "sum" and not o.variant_test_name)
    found = [c for c in calls(operator, torch.float32) if c.path == "torch.sum"]
    assert not any(fault(call, catalogue()) for call in found)
    assert any(fault(call, wrong) for call in found)
