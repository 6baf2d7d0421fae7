"""Where the cells of results come from that are picked: by an index, a mask, a tensor of indices."""

import math
from collections.abc import Callable
from functools import lru_cache, partial
from typing import Any

from explorer.catalog.indexing import Index as Key
from explorer.catalog.indexing import read
from explorer.catalog.number import Refusal
from explorer.catalog.parser import read_index
from explorer.catalog.picking import Numbers, cells_of
from explorer.catalog.printer import index_source
from explorer.panes.heatmap.equations.case import (
    Case,
    Index,
    Pick,
    Region,
    Regions,
    Rule,
    Shape,
    Values,
    aligned,
    broadcast,
    one,
    point,
)
from explorer.panes.heatmap.equations.equation import Operand
from explorer.panes.heatmap.equations.term import MOST_VALUES
from explorer.text import tr

Cells = Callable[[Index, int], Index]
"""From a cell of the result and the value that decides: the cell that it comes from."""


def gathered(case: Case) -> Pick | None:
    """Return the rule of `gather`."""
    dim, by = case.dim(), case.operand("index", 1)
    if dim is None or by is None or case.shapes[by] != case.result:
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
        lambda at: _cell(aligned(index, at)),
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
    cells = _Found(lambda at, values: values(by, _cell(aligned(case.shapes[by], at))), wide)
    return Pick(
        (by,),
        lambda _at: case.placed({by: _whole(case.shapes[by])}),
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
        lambda _at: case.placed({0: _whole(shape)}),
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
        taken = yes if values(by, _cell(aligned(case.shapes[by], at))) else no
        return _aligned_of(case, (by,) if taken is None else (by, taken), at)

    def step(at: Index, _values: Values) -> str:
        places = [
            str(argument) if i is None else case.cell(i, _cell(aligned(case.shapes[i], at)))
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


def indexed(case: Case) -> Rule | Pick | None:
    """Return the rule of `x[...]`, whatever stands between the brackets."""
    operands = {_written(name): i for i, name in enumerate(case.equation.operands) if i}
    key = _Keys(case, operands)
    deciding = tuple(operands.values())
    if deciding and not case.dtypes:
        return None

    def regions(at: Index, values: Values) -> Regions:
        found = key.at(values)
        cells = _picking_cells(found, at, operands)
        return case.placed({0: point(found.source(at)), **{i: point(c) for i, c in cells.items()}})

    def step(at: Index, values: Values) -> str:
        found = key.at(values)
        cells = _picking_cells(found, at, operands)
        if any(isinstance(p.key, Numbers) and p.key.is_mask for p in found.parts):
            return f"{case.cell(0, [case.equation.key])}[{', '.join(map(str, at))}]"
        source = found.source(at)
        keys: list[object] = []
        for part in found.parts:
            by = operands.get(part.text)
            keys += [source[d] for d in part.dims] if by is None else [case.cell(by, cells[by])]
        return case.cell(0, keys)

    plain = key.read(None)
    if plain is None or (plain.is_known and plain.result != case.result):
        return None
    if plain.is_known:
        return lambda at: case.placed({0: point(plain.source(at))})
    reads = case.placed({i: _whole(case.shapes[i]) for i in deciding})
    return Pick(deciding, lambda _at: reads, regions, step) if deciding else None


def assigned(case: Case) -> Pick | None:
    """Return the rule of `x[...] = value`: what is not picked stays as it was."""
    source = case.operand("value", 1)
    operands = {
        _written(name): i for i, name in enumerate(case.equation.operands) if i not in (0, source)
    }
    key = _Keys(case, operands)
    deciding = tuple(operands.values())
    plain = None if deciding and not case.dtypes else key.read(None)
    if plain is None or case.result != case.shapes[0]:
        return None

    @lru_cache(maxsize=1)
    def writers(values: Values) -> dict[Index, Index]:
        """Return where among what is picked each cell is that is written."""
        found = key.at(values)
        result = found.result or ()
        if math.prod(result) > MOST_VALUES:
            raise LookupError("too many cells are written")
        return {found.source(place): place for place in cells_of(result)}

    def regions(at: Index, values: Values) -> Regions:
        place = writers(values).get(at)
        if place is None:
            return case.placed({0: point(at)})
        cells = _picking_cells(key.at(values), place, operands)
        lit = {i: point(cell) for i, cell in cells.items()}
        if source is not None:
            lit[source] = aligned(case.shapes[source], place)
        return case.placed(lit)

    reads = case.placed({i: _whole(case.shapes[i]) for i in deciding})
    return Pick(deciding, lambda _at: reads, regions, lambda _at, _values: "")


# --- parts of rules ---------------------------------------------------------------------------


class _Keys:
    """Reads the index of an equation, in which some operands stand."""

    def __init__(self, case: Case, operands: dict[str, int]) -> None:
        self._case, self._operands = case, operands
        self._last: tuple[Values | None, Key | None] | None = None

    def read(self, values: Values | None) -> Key | None:
        """Return the index with these values, None if it is none of the shape."""
        if self._last is None or self._last[0] != values:
            try:
                found = read(
                    self._case.equation.key, self._case.shapes[0], partial(self._known, values)
                )
            except Refusal:
                found = None
            self._last = values, found
        return self._last[1]

    def at(self, values: Values) -> Key:
        """Return the index with these values. Raises LookupError if it could not make the result."""
        found = self.read(values)
        is_read = self._case.equation.operation == "getitem"
        if found is None or not found.is_known or (is_read and found.result != self._case.result):
            raise LookupError("the index is not what made the result")
        return found

    def _known(self, values: Values | None, name: str) -> Numbers | None:
        i = self._operands.get(name)
        if i is None:
            return None
        shape = self._case.shapes[i]
        told = tuple(int(values(i, c).real) for c in cells_of(shape)) if values else None
        return Numbers(shape, self._case.dtypes[i], told)


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


def _picking_cells(key: Key, at: Index, operands: dict[str, int]) -> dict[int, Index]:
    """Return the cell of each operand in an index that picks the result's cell `at`."""
    block, source = key.picker.block(at), key.source(at)
    cells: dict[int, Index] = {}
    for part in key.parts:
        by = operands.get(part.text)
        if by is None:
            continue
        if not isinstance(part.key, Numbers):
            cells[by] = ()
        elif part.key.is_mask:
            cells[by] = tuple(source[d] for d in part.dims)
        else:
            cells[by] = _cell(aligned(part.key.shape, block))
    return cells


def _written(name: str) -> str:
    """Return an expression as it stands in the parts of an index."""
    return index_source(read_index(name))


def _aligned_of(case: Case, operands: tuple[int, ...], at: Index) -> Regions:
    return case.placed({i: aligned(case.shapes[i], at) for i in operands})


def _reduces(case: Case) -> bool:
    return any(name == "reduce" for name, _ in case.equation.keywords) or len(case.others) > 3


def _at(index: tuple[Any, ...], dim: int, i: object) -> tuple[Any, ...]:
    return (*index[:dim], i, *index[dim + 1 :])


def _cell(region: Region) -> Index:
    return tuple(run[0] for run in region)


def _whole(shape: Shape) -> Region:
    return tuple(map(range, shape))


def _unravelled(i: int, shape: Shape) -> Index:
    i %= max(1, math.prod(shape))
    found: list[int] = []
    for size in reversed(shape):
        i, at = divmod(i, size)
        found.insert(0, at)
    return tuple(found)
