"""What is asked about one cell of a result: which cells it came from, with partial derivatives."""

from typing import ClassVar

import msgspec

from explorer.panes.heatmap.equations.term import Term
from explorer.protocol import Answer, Ask, Lane

MOST_CELLS = 1024
"""So many cells of an input are told one by one, those with the largest partial derivatives."""

Index = tuple[int, ...]


class WhyAsk(Ask, frozen=True, kw_only=True):
    """Run `code`, the line that made `result`, again on copies, and tell where a cell came from.

    `seconds` is how long it took. `terms` say as of when it found the names that it reads; others
    are as they are now.
    """

    lane: ClassVar[Lane] = "why"
    result: Term
    index: Index
    code: str
    terms: tuple[Term, ...]
    seconds: float = 0.0


class Cell(msgspec.Struct, frozen=True):
    """A cell of an input: its value and its partial derivative, d result / d cell, as text.

    `partial` is "" where no single complex number is the derivative. `slope` is the derivative as
    a share of the largest of the answer, -1 to 1: the size of a complex one, 0 for NaN.
    """

    index: Index
    value: str
    partial: str
    slope: float


class Source(msgspec.Struct, frozen=True):
    """An input: `count` of its cells have a partial derivative that is not 0, `cells` the largest.

    `region` has those cells as (start, stop, step) of each dim where they are exactly such a block;
    `same` says that all their derivatives are equal.
    """

    term: Term
    shape: tuple[int, ...]
    count: int
    cells: tuple[Cell, ...]
    region: tuple[tuple[int, int, int], ...] | None = None
    same: bool = False


class Why(Answer, frozen=True, kw_only=True):
    """Where a cell came from. `moved` says that it is a copy of the only cell of the only source.

    Without sources it came from none: a constant if `moved`, else nothing that it follows. By the
    inputs `unknown` torch has no derivative.
    """

    result: Term
    index: Index
    value: str
    sources: tuple[Source, ...]
    moved: bool = False
    unknown: tuple[str, ...] = ()
