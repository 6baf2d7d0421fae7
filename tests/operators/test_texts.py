"""What stands in the fields of a form says as much as the call: the samples go through texts."""

import pytest

from explorer.catalog.call import bind, entry_of, parse, to_source
from explorer.catalog.call import emit as emit_call
from explorer.catalog.operator import emit
from explorer.catalog.overload import filled
from explorer.catalog.value import NotCatalogueError
from tests.operators import catalogue
from tests.operators.calls import Call, calls, database, dtypes
from tests.operators.trip import NO_LINE

SAMPLES = 1
ROWS = ("torch.atleast_", "torch.meshgrid", "torch.einsum")
"""They take a list of tensors or the tensors themselves, and their field makes no difference."""


def plain(line):
    """A form writes rows in round brackets, and devices as texts."""
    rounded = line.replace("[", "(").replace("]", ")").replace(",)", ")")
    return rounded.replace('torch.device("cpu")', '"cpu"')


@pytest.fixture(scope="module")
def samples():
    """Give the calls that the catalogue knows, each as its line and what the catalogue makes of it."""
    found = []
    for operator in (operator for operator in database()[::3] if operator.name not in NO_LINE):
        for call in (c for dtype in dtypes(operator)[:1] for c in calls(operator, dtype, SAMPLES)):
            if not isinstance(call, Call) or call.path.startswith(ROWS):
                continue
            read = parse(call.source)
            try:
                entry = entry_of(read, catalogue())
                signature, fields = bind(read, catalogue())
            except NotCatalogueError:  # listed and counted by the round trip of calls
                continue
            found.append((read, entry, to_source(emit_call(entry, signature, fields))))
    return found


def test_the_texts_of_a_form_make_the_call_that_it_was_opened_on(samples):
    assert len(samples) > 400
    others = []
    for call, entry, line in samples:
        operator = filled(call, entry)
        made = emit(operator, operator.texts, None)
        if plain(made) != plain(line):
            others.append((line, made))
    assert others == []
