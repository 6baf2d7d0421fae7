"""A preview on torch's own samples: it never differs from the result, and there nearly always is one."""

import re

import pytest

from explorer.engine.preview.probe import warm_up
from tests.operators.calls import Call, calls, database, dtypes
from tests.operators.foresight import bad_calls, foreseen

pytestmark = pytest.mark.filterwarnings("ignore")
OF_VALUES = re.compile(
    "index -?[0-9]+ is out of bounds|probabilit|invalid multinomial|weights cannot be negative"
)
"""What torch says of values, which no preview sees."""


@pytest.fixture(scope="module", autouse=True)
def _warm():
    warm_up()


def test_what_is_told_of_a_sample_of_each_operator_is_what_comes():
    all_foreseen = [
        foreseen(call)
        for operator in database()
        if not operator.name.startswith("jiterator")  # only on a card
        for dtype in dtypes(operator)[:1]
        for call in calls(operator, dtype, most=1)
        if isinstance(call, Call)
    ]
    runs = [f for f in all_foreseen if not f.error]
    assert [(f.call.source, f.told, f.came) for f in runs if f.is_wrong] == []
    answered = [f for f in runs if f.is_answered]
    assert len(answered) >= 0.965 * len(runs) > 1000


def test_an_error_is_told_of_most_calls_that_torch_refuses():
    refused = [
        f
        for operator in database()
        if not operator.name.startswith("jiterator")
        for f in map(foreseen, bad_calls(operator))
        if f.error and not OF_VALUES.search(f.message)
    ]
    assert len(refused) > 300
    assert sum(f.is_same_error for f in refused) >= 0.9 * len(refused)
