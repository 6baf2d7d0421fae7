"""A cell's origin in words."""

from collections.abc import Callable, Sequence

from explorer.catalog.grade import in_brackets
from explorer.panes.heatmap.equations.formula import place_text
from explorer.panes.heatmap.equations.term import Term
from explorer.panes.heatmap.whys.why import Cell, Index, Source, Why
from explorer.text import tr

MOST_NAMED = 3
"""So many cells are named one by one; of more, how many they are."""
SHORT, DIGITS = 8, 6
"""Numbers of more characters are written in so many digits."""

LineNumber = Callable[[int], int]
"""The number of a statement's line, 0 for one that is not in the script."""


def sentence(why: Why, line_number: LineNumber) -> str:
    """Return where the cell came from: `z[0, 1] = 3.0 came from x[0, 1] (× 1.0) and y[1] (× 1.0)`."""
    known = _known(why, line_number)
    if not why.unknown:
        return known
    return tr(
        "{known}; torch has no derivative by {names}", known=known, names=_listed(why.unknown)
    )


def _known(why: Why, line_number: LineNumber) -> str:
    cell = f"{cell_text(why.result.expression, why.index)} = {why.value}"
    if not why.sources:
        if why.moved:
            return tr("{cell} came from no other cell: the line fills it in", cell=cell)
        return tr("{cell} follows no cell now: all its partial derivatives are 0", cell=cell)
    if why.moved:
        source = why.sources[0]
        place = cell_text(source.term.expression, source.cells[0].index)
        return tr("{cell} is a copy of {place}", cell=cell, place=_then(place, source, line_number))
    is_short = sum(source.count for source in why.sources) <= MOST_NAMED
    parts = [
        text
        for source in why.sources
        for text in (_each(source, line_number) if is_short else [_all(source, line_number)])
    ]
    return tr("{cell} came from {places}", cell=cell, places=_listed(parts))


def note(why: Why, cell: Cell, term: Term) -> str:
    """Return the derivative by a cell: `d z[0, 1] / d x[1, 0] = 6.0`."""
    of = cell_text(why.result.expression, why.index)
    by = cell_text(term.expression, cell.index)
    return f"d {of} / d {by} = {partial_text(cell)}"


def label(why: Why, source: Source) -> str:
    """Return what stands beside the cells of an input: `× 6.0`, `copy`, `4 cells`."""
    if why.moved:
        return tr("copied")
    if source.count == 1 or (source.same and source.cells[0].partial):
        return f"× {partial_text(source.cells[0])}"
    return tr("{n} cells", n=f"{source.count:,}")


def partial_text(cell: Cell) -> str:
    """Return a derivative in a few digits."""
    if not cell.partial:
        return tr("not one number")
    try:
        number = float(cell.partial)
    except ValueError:  # complex
        return cell.partial
    return cell.partial if len(cell.partial) <= SHORT else f"{number:.{DIGITS}g}"


def cell_text(expression: str, index: Index) -> str:
    """Return code for one element."""
    if not index:
        return expression
    return f"{in_brackets(expression)}[{', '.join(map(str, index))}]"


def _each(source: Source, line_number: LineNumber) -> list[str]:
    return [
        tr(
            "{place} (× {factor})",
            place=_then(cell_text(source.term.expression, cell.index), source, line_number),
            factor=partial_text(cell),
        )
        for cell in source.cells
    ]


def _all(source: Source, line_number: LineNumber) -> str:
    expression, n = source.term.expression, f"{source.count:,}"
    if source.region is None:
        place = expression
    else:
        place = place_text(expression, tuple(range(*run) for run in source.region), source.shape)
    place = _then(place, source, line_number)
    if source.same and source.cells[0].partial:
        factor = partial_text(source.cells[0])
        if source.count == 1:
            return tr("{place} (× {factor})", place=place, factor=factor)
        return tr("{place} ({n} cells, each × {factor})", place=place, n=n, factor=factor)
    return tr("{place} ({n} cells)", place=place, n=n)


def _then(place: str, source: Source, line_number: LineNumber) -> str:
    """Return a place, and as of when it is meant if not now."""
    as_of = source.term.as_of
    line = line_number(abs(as_of))
    if not as_of or not line:
        return place
    if as_of < 0:
        return tr("{place} before line {n}", place=place, n=line)
    return tr("{place} after line {n}", place=place, n=line)


def _listed(parts: Sequence[str]) -> str:
    if len(parts) == 1:
        return parts[0]
    return tr("{parts} and {last}", parts=", ".join(parts[:-1]), last=parts[-1])
