"""The heat map's answers: one tile, one value, a table."""

from collections.abc import Callable
from functools import partial
from typing import Any, cast

import torch

from explorer.engine.reader import Reader
from explorer.panes.heatmap import (
    COPY_CELLS,
    CellsAsk,
    Info,
    InfoAsk,
    Table,
    TableAsk,
    TileAsk,
    Value,
    ValueAsk,
)
from explorer.panes.heatmap.counts.summarizing import answer_lines, answer_summary
from explorer.panes.heatmap.counts.summary import LinesAsk, SummaryAsk
from explorer.panes.heatmap.equations.telling import answer_elements, answer_terms
from explorer.panes.heatmap.equations.term import ElementsAsk, TermsAsk
from explorer.panes.heatmap.exports.export import WriteAsk
from explorer.panes.heatmap.exports.writer import answer_write
from explorer.panes.heatmap.reading.profile import ProfileAsk
from explorer.panes.heatmap.reading.profiling import answer_profile
from explorer.panes.heatmap.reading.rectangle import BlockAsk, RectangleAsk
from explorer.panes.heatmap.reading.search import SearchAsk
from explorer.panes.heatmap.reading.searching import answer_search
from explorer.panes.heatmap.reading.summing import answer_rectangle
from explorer.panes.heatmap.slices.mosaic import MosaicAsk, MosaicTableAsk
from explorer.panes.heatmap.tiles.colouring import at_channel, coloured_tile
from explorer.panes.heatmap.tiles.finder import Finder
from explorer.panes.heatmap.tiles.mosaicking import mosaic_table, mosaic_tile
from explorer.panes.heatmap.tiles.number import Number, exact_text
from explorer.panes.heatmap.tiles.plane import UnshowableError, checked, element, select
from explorer.panes.heatmap.tiles.sparse import is_large, stored
from explorer.panes.heatmap.tiles.tile import tile
from explorer.panes.heatmap.watches.comparer import answer_difference, answer_verdict
from explorer.panes.heatmap.watches.comparing import DifferenceAsk, VerdictAsk
from explorer.panes.heatmap.whys.answering import answer_why
from explorer.panes.heatmap.whys.why import WhyAsk
from explorer.protocol import Answer, Ask
from explorer.text import tr

FINDER = Finder()
"""What is kept from one question to the next."""


def value(tensor: torch.Tensor, ask: ValueAsk) -> Value:
    """Return one element. Raises IndexError outside the tensor, UnshowableError as `tile` does."""
    dim = ask.channels
    indices = [ask.index]
    if dim is not None:
        indices = [at_channel(ask.index, dim, i) for i in range(tensor.shape[dim])]
    cells = [element(tensor, index, ask.expression) for index in indices]
    texts = [exact_text(cast("Number", cell.item()), cell.dtype) for cell in cells]
    cell = cells[0]
    return Value(
        expression=ask.expression,
        index=ask.index,
        text=texts[0] if dim is None else f"({', '.join(texts)})",
        dtype=str(cell.dtype).removeprefix("torch."),
    )


def table(tensor: torch.Tensor, ask: TableAsk) -> Table:
    """Return the values of a window as text. Raises UnshowableError as `tile` does."""
    window = ask.window
    if (window.bottom - window.top) * (window.right - window.left) > COPY_CELLS:
        raise UnshowableError(
            tr("At most {n} values can be copied.", n=COPY_CELLS), tr("Zoom in first.")
        )
    if is_large(tensor):
        cells = stored(checked(tensor, ask.expression), ask.plane).dense(window)
    else:
        matrix = select(tensor, ask.plane, ask.expression)
        cells = matrix[window.top : window.bottom, window.left : window.right]
    rows = cells.tolist()
    lines = ["\t".join(exact_text(number, cells.dtype) for number in row) for row in rows]
    return Table(text="\n".join(lines))


def _info(ask: InfoAsk, reader: Reader) -> Info:
    return Info(info=reader.info(ask.expression, ask.as_of), as_of=ask.as_of)


def _answer_tile(ask: TileAsk, reader: Reader) -> Answer:
    FINDER.renew(reader.revision)
    change = reader.change(ask.expression, ask.as_of)
    if ask.channels is not None:
        return _answer(partial(coloured_tile, change=change, finder=FINDER), ask, reader)
    how = mosaic_tile if isinstance(ask, MosaicAsk) else tile
    return _answer(partial(how, change=change, finder=FINDER), ask, reader)


def _answer(
    function: Callable[[torch.Tensor, Any], Answer], ask: CellsAsk, reader: Reader
) -> Answer:
    """Ask `function` about the tensor as it was at the moment that `ask` names."""
    try:
        return function(reader.tensor(ask.expression, ask.as_of), ask)
    except UnshowableError as error:
        return error.problem


PROBES: dict[type[Ask], Callable[[Any, Reader], Answer]] = {
    TileAsk: _answer_tile,
    ValueAsk: partial(_answer, value),
    TableAsk: partial(_answer, table),
    MosaicAsk: _answer_tile,
    MosaicTableAsk: partial(_answer, mosaic_table),
    InfoAsk: _info,
    SummaryAsk: answer_summary,
    LinesAsk: answer_lines,
    SearchAsk: answer_search,
    RectangleAsk: answer_rectangle,
    BlockAsk: answer_rectangle,
    ProfileAsk: answer_profile,
    WriteAsk: answer_write,
    TermsAsk: answer_terms,
    ElementsAsk: answer_elements,
    VerdictAsk: answer_verdict,
    DifferenceAsk: answer_difference,
    WhyAsk: answer_why,
}
