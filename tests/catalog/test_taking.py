"""Which operators are about as many tensors as are selected."""

import pytest

from explorer.catalog.signature import CatalogueEntry, Parameter, Signature
from explorer.catalog.syntax import SYNTAX
from explorer.catalog.taking import fits

INPUT = Parameter(name="input", kinds=("tensor",))
OTHER = Parameter(name="other", kinds=("tensor", "number"))
MATRIX = Parameter(name="mat2", kinds=("tensor",))
NUMBER = Parameter(name="fill_value", kinds=("number", "tensor"))
TENSORS = Parameter(name="tensors", kinds=("tensors",))
REST = Parameter(name="tensors", kinds=("tensor",), passing="rest")
WEIGHT = Parameter(name="weight", kinds=("tensor",), default="None")
OUT = Parameter(name="out", kinds=("tensor",), default="None", passing="keyword", writes=True)


@pytest.mark.parametrize(
    ("overloads", "counts"),
    [
        ([(INPUT, OUT)], {1}),
        ([(INPUT, OTHER, OUT)], {1, 2}),
        ([(INPUT, MATRIX)], {2}),
        ([(INPUT, MATRIX, WEIGHT)], {2, 3}),
        ([(INPUT,), (INPUT, MATRIX)], {1, 2}),
        ([(TENSORS, OUT)], {1, 2, 3, 4}),
        ([(REST,)], {1, 2, 3, 4}),
        ([(NUMBER, OUT)], set()),
        ([()], set()),
    ],
)
def test_an_operator_fits_the_number_of_tensors_that_it_takes(overloads, counts):
    signatures = tuple(Signature(parameters=parameters) for parameters in overloads)
    entry = CatalogueEntry(path="torch.f", signatures=signatures)
    assert {count for count in range(1, 5) if fits(entry, count)} == counts
    assert fits(entry, 0)


def test_what_is_deprecated_does_not_count():
    old = Signature(parameters=(INPUT, MATRIX), tags=("deprecated",))
    entry = CatalogueEntry(path="torch.f", signatures=(Signature(parameters=(INPUT,)), old))
    assert fits(entry, 1)
    assert not fits(entry, 2)


def test_arithmetic_takes_one_tensor_and_a_number_or_two():
    assert [fits(SYNTAX["+"], n) for n in (1, 2, 3)] == [True, True, False]
    assert [fits(SYNTAX["-x"], n) for n in (1, 2)] == [True, False]
