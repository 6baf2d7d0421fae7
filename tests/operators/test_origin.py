"""Where a cell is told to come from is the row of torch's own Jacobian: a sample of all operators."""

import pytest
import torch

from tests.operators.calls import Call, calls, database, dtypes
from tests.operators.origin import Origins
from tests.operators.trip import NO_LINE

OPERATORS = [
    operator
    for operator in database()
    if operator.name not in NO_LINE and torch.float32 in dtypes(operator)
][::2]
"""Each second one: the benchmark asks all, with all samples."""
PARTS = 4


@pytest.fixture(scope="module")
def origins():
    return Origins()


@pytest.mark.parametrize("part", range(PARTS))
def test_a_cell_came_from_where_its_derivative_is_not_0(origins, part):
    asked = [
        origins.ask(call)
        for operator in OPERATORS[part::PARTS]
        for call in calls(operator, torch.float32, most=1)
        if isinstance(call, Call)
    ]
    answers = [answer for answer in asked if answer]
    assert [fault for fault in (answer.fault() for answer in answers) if fault] == []
    assert [a.call.source for a in answers if a.is_missed] == []
    assert sum(not answer.reason for answer in answers) > 0.85 * len(answers) > 85
