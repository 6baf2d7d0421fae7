"""Where the cells of `x[...]` come from, and what `x[...] = value` leaves, whatever the index is."""

import math
from functools import lru_cache, partial

from explorer.catalog.index_reader import read
from explorer.catalog.indexing import Index as Key
from explorer.catalog.number import Refusal
from explorer.catalog.parser import read_index
from explorer.catalog.picking import Numbers, cells_of
from explorer.catalog.printer import index_source
from explorer.panes.heatmap.equations.case import (
    Case,
    Index,
    Pick,
    Regions,
    Rule,
    Values,
    aligned,
    cell,
    point,
    whole,
)
from explorer.panes.heatmap.equations.term import MOST_VALUES


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
    reads = case.placed({i: whole(case.shapes[i]) for i in deciding})
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

    reads = case.placed({i: whole(case.shapes[i]) for i in deciding})
    return Pick(deciding, lambda _at: reads, regions, lambda _at, _values: "")


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
            cells[by] = cell(aligned(part.key.shape, block))
    return cells


def _written(name: str) -> str:
    """Return an expression as it stands in the parts of an index."""
    return index_source(read_index(name))
