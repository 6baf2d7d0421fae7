"""What is asked about the tensors of an equation: what each was, and some of their elements."""

from collections.abc import Sequence
from typing import ClassVar

import msgspec

from explorer.protocol import Answer, Ask, Lane, TensorInfo

MOST_VALUES = 4096
"""Of a tensor with at most as many elements all values are asked for, where they decide."""


class Term(msgspec.Struct, frozen=True):
    """A tensor as of a statement; `as_of` as in `CellsAsk`."""

    expression: str
    as_of: int = 0


class TermsAsk(Ask, frozen=True, kw_only=True):
    """Describe what may be tensors."""

    lane: ClassVar[Lane] = "tile"
    terms: tuple[Term, ...]


class Terms(Answer, frozen=True, kw_only=True):
    """Each term's tensor, None for what is none; `lost` if it is not known any more what one was."""

    infos: tuple[TensorInfo | None, ...]
    lost: bool = False


class Place(msgspec.Struct, frozen=True):
    """Elements of a term: (start, stop, step) of each dim."""

    term: Term
    region: tuple[tuple[int, int, int], ...]


class ElementsAsk(Ask, frozen=True, kw_only=True):
    """Tell the first `most` elements of each place."""

    lane: ClassVar[Lane] = "tile"
    places: tuple[Place, ...]
    most: int


class Elements(Answer, frozen=True, kw_only=True):
    """The elements of each place, exact, in order; none where they can't be told."""

    places: tuple[Place, ...]
    texts: tuple[tuple[str, ...], ...]


def place_of(term: Term, region: Sequence[range]) -> Place:
    """Return the place of a region of a tensor: a range of each dim."""
    return Place(term, tuple((run.start, run.stop, run.step) for run in region))


def whole(term: Term, shape: Sequence[int]) -> Place:
    """Return the place of all elements of a tensor."""
    return place_of(term, tuple(map(range, shape)))


def number(text: str) -> int | float | complex:
    """Return an element as a number, True and False among them."""
    truth = {"True": 1, "False": 0}
    for read in (truth.__getitem__, int, float):
        try:
            return read(text)
        except (KeyError, ValueError):
            continue
    return complex(text)
