"""Where the cells of results come from that are picked: by an index, a mask, a tensor of indices."""

import math
from collections.abc import Callable
from functools import partial
from typing import Any

from explorer.catalog.picking import cells_of
from explorer.panes.heatmap.equations.case import (
    Case,
    Index,
    Pick,
    Region,
    Regions,
    Shape,
    Values,
    aligned,
    broadcast,
    cell,
    one,
    point,
    whole,
)
from explorer.panes.heatmap.equations.equation import Operand
from explorer.text import tr

Cells = Callable[[Index, int], Index]
"""From a cell of the result and the value that decides: the cell that it comes from."""


def gathered(case: Case) -> Pick | None:
    """Return the rule of `gather`."""
    dim, by = case.dim(), case.operand("index", 1)
    if dim is None or by is None or case.shapes[by] != case.result or not _is_even(case):
        return None
    return _by_one(case, by, dim, lambda at, i: _at(at, dim, i), lambda at: at)


def taken_along(case: Case) -> Pick | None:
    """Return the rule of `take_along_dim`."""
    by = case.operand("indices", 0)
    if by is None:
        return None
    if case.argument("dim", 1) is None:
        return taken(case)
    dim, shape, index = case.dim(1), case.shapes[0], case.shapes[by]
    if dim is None or len(shape) != len(index):
        return None
    others = (1 if d == dim else size for d, size in enumerate(shape))
    if broadcast([tuple(others), index]) != case.result:
        return None
    return _by_one(
        case,
        by,
        dim,
        lambda at, i: tuple(
            i % size if d == dim else at[d] if size > 1 else 0 for d, size in enumerate(shape)
        ),
        lambda at: cell(aligned(index, at)),
    )


def selected(case: Case) -> Pick | None:
    """Return the rule of `index_select`."""
    dim, by, shape = case.dim(), case.operand("index", 1), case.shapes[0]
    if dim is None or by is None or len(case.shapes[by]) != 1:
        return None
    if case.result != _at(shape, dim, case.shapes[by][0]):
        return None
    return _by_one(case, by, dim, lambda at, i: _at(at, dim, i), lambda at: (at[dim],))


def taken(case: Case) -> Pick | None:
    """Return the rule of `take`, which counts the elements row by row."""
    by, shape = case.operand("index", 0), case.shapes[0]
    by = case.operand("indices", 0) if by is None else by
    if by is None or math.prod(case.shapes[by]) != math.prod(case.result):
        return None
    index, result = case.shapes[by], case.result
    return _by_one(
        case,
        by,
        None,
        lambda _at, i: _unravelled(i, shape),
        lambda at: at if index == result else _unravelled(at[0], index),
    )


def masked(case: Case) -> Pick | None:
    """Return the rule of `masked_select`."""
    by = case.operand("mask", 0)
    wide = None if by is None else broadcast([case.shapes[0], case.shapes[by]])
    if by is None or wide is None or len(case.result) != 1:
        return None
    cells = _Found(lambda at, values: values(by, cell(aligned(case.shapes[by], at))), wide)
    return Pick(
        (by,),
        lambda _at: case.placed({by: whole(case.shapes[by])}),
        lambda at, values: case.placed(
            {i: aligned(case.shapes[i], cells(values)[at[0]]) for i in (0, by)}
        ),
        lambda at, _values: f"{case.cell(0, [case.equation.operands[by]])}[{at[0]}]",
    )


def not_zero(case: Case) -> Pick | None:
    """Return the rule of `nonzero`: each row of the result is the index of a cell."""
    shape = case.shapes[0]
    if len(case.result) != 2 or case.result[1] != len(shape):
        return None
    cells = _Found(lambda at, values: values(0, at), shape)
    return Pick(
        (0,),
        lambda _at: case.placed({0: whole(shape)}),
        lambda at, values: case.placed({0: point(cells(values)[at[0]])}),
        lambda at, values: tr(
            "index of {x} in dim {dim}", x=case.cell(0, cells(values)[at[0]]), dim=at[1]
        ),
    )


def chosen(case: Case) -> Pick | None:
    """Return the rule of `where`, as a function and as a method."""
    given = [a.number if isinstance(a, Operand) else None for a in case.equation.arguments]
    if len(given) != 3 or case.equation.keywords:
        return None
    by, yes, no = (given[1], given[0], given[2]) if case.equation.receiver else given
    if by is None or broadcast(case.shapes) != case.result:
        return None
    reads = partial(_aligned_of, case, (by,))

    def regions(at: Index, values: Values) -> Regions:
        taken = yes if values(by, cell(aligned(case.shapes[by], at))) else no
        return _aligned_of(case, (by,) if taken is None else (by, taken), at)

    def step(at: Index, _values: Values) -> str:
        places = [
            str(argument) if i is None else case.cell(i, cell(aligned(case.shapes[i], at)))
            for i, argument in zip(given, case.equation.arguments, strict=True)
        ]
        if case.equation.receiver:
            return f"{places[0]}.where({', '.join(places[1:])})"
        return f"where({', '.join(places)})"

    return Pick((by,), reads, regions, step)


def scattered(case: Case) -> Pick | None:
    """Return the rule of `scatter`: what is written last at a place stays."""
    dim, by, source = case.dim(), case.operand("index", 1), case.operand("src", 2)
    if dim is None or by is None or case.result != case.shapes[0] or _reduces(case):
        return None
    if not _is_even(case):
        return None
    index = case.shapes[by]

    def column(at: Index) -> Region | None:
        """Return the cells of the index that may write to a place."""
        inside = all(
            i < size for d, (i, size) in enumerate(zip(at, index, strict=True)) if d != dim
        )
        if not inside:
            return None
        return tuple(range(index[dim]) if d == dim else one(i) for d, i in enumerate(at))

    def writer(at: Index, values: Values) -> Index | None:
        last = None
        if column(at) is not None:
            for k in range(index[dim]):
                if values(by, _at(at, dim, k)) == at[dim]:
                    last = _at(at, dim, k)
        return last

    def reads(at: Index) -> Regions:
        found = column(at)
        return case.placed({by: found} if found is not None else {})

    def regions(at: Index, values: Values) -> Regions:
        found = writer(at, values)
        if found is None:
            return case.placed({0: point(at)})
        cells = {by: point(found)}
        return case.placed(cells if source is None else {**cells, source: point(found)})

    def step(at: Index, values: Values) -> str:
        found = writer(at, values)
        if found is None:
            return ""
        keys = ", ".join(map(str, _at(at, dim, case.cell(by, found))))
        return f"{case.equation.target}[{keys}]"

    return Pick((by,), reads, regions, step)


# --- parts of rules ---------------------------------------------------------------------------


class _Found:
    """The cells of a shape where something is true, in order; searched once for all values."""

    def __init__(self, is_true: Callable[[Index, Values], object], shape: Shape) -> None:
        self._is_true, self._shape = is_true, shape
        self._values: Values | None = None
        self._cells: list[Index] = []

    def __call__(self, values: Values) -> list[Index]:
        if values != self._values:
            self._cells = [cell for cell in cells_of(self._shape) if self._is_true(cell, values)]
            self._values = values
        return self._cells


def _by_one(
    case: Case, by: int, dim: int | None, source: Cells, read: Callable[[Index], Index]
) -> Pick:
    """Return the rule by which one cell of operand `by` says where in the first a cell comes from.

    It is the index in `dim`, or for None in all elements as one row.
    """

    def regions(at: Index, values: Values) -> Regions:
        found = source(at, int(values(by, read(at)).real))
        return case.placed({0: point(found), by: point(read(at))})

    def step(at: Index, _values: Values) -> str:
        number = case.cell(by, read(at))
        if dim is None:
            return f"{case.cell(0, ())}.flatten()[{number}]"
        return case.cell(0, _at(source(at, 0), dim, number))

    return Pick((by,), lambda at: case.placed({by: point(read(at))}), regions, step)


def _aligned_of(case: Case, operands: tuple[int, ...], at: Index) -> Regions:
    return case.placed({i: aligned(case.shapes[i], at) for i in operands})


def _is_even(case: Case) -> bool:
    """Return whether all have as many dims: a line that is being written need not be right."""
    return len({len(shape) for shape in case.shapes}) == 1


def _reduces(case: Case) -> bool:
    return any(name == "reduce" for name, _ in case.equation.keywords) or len(case.others) > 3


def _at(index: tuple[Any, ...], dim: int, i: object) -> tuple[Any, ...]:
    return (*index[:dim], i, *index[dim + 1 :])


def _unravelled(i: int, shape: Shape) -> Index:
    i %= max(1, math.prod(shape))
    found: list[int] = []
    for size in reversed(shape):
        i, at = divmod(i, size)
        found.insert(0, at)
    return tuple(found)
