"""The answers about a mosaic: its tile, its values as a table."""

from collections.abc import Sequence
from itertools import chain
from typing import cast

import torch
from msgspec import structs

from explorer.engine.reader import Change
from explorer.panes.heatmap import (
    CHANGED,
    COPY_CELLS,
    NO_CELL,
    TEXT_CELLS,
    Table,
    Tile,
    Window,
    Working,
)
from explorer.panes.heatmap.slices.mosaic import Mosaic, MosaicAsk, MosaicTableAsk
from explorer.panes.heatmap.tiles.finder import Finder
from explorer.panes.heatmap.tiles.maps import Maps
from explorer.panes.heatmap.tiles.number import Number, exact_text, table_texts
from explorer.panes.heatmap.tiles.plane import UnshowableError, select_maps
from explorer.panes.heatmap.tiles.reduce import Difference, Source
from explorer.panes.heatmap.tiles.tile import as_array, marks_of, snapped, tile_of
from explorer.text import tr


def mosaic_tile(
    tensor: torch.Tensor,
    ask: MosaicAsk,
    change: Change | None = None,
    finder: Finder | None = None,
) -> Tile | Working:
    """Return what `ask` asks of `tensor`, as `tile` does of one plane."""
    mosaic = ask.mosaic
    maps = select_maps(tensor, ask.plane, ask.expression)
    source = Source(maps, ask.part)
    window, block = snapped(_with_small_blocks(ask), *mosaic.size)
    # What is made for this question alone is no other time at hand.
    is_made = ask.as_of != 0 or tensor.layout != torch.strided
    found = (finder or Finder()).find_maps(
        source, mosaic, window, block, known=ask.known, patient=finder is None or is_made
    )
    if found.blocks is None or found.missing is None:
        return Working(progress=found.progress)
    answer = tile_of(found.blocks, source, ask, mosaic.size, window=window, block=block)
    marks = marks_of(found.blocks, ask) * ~found.missing | found.missing.to(torch.uint8) * NO_CELL
    shape = answer.values.shape
    values = torch.frombuffer(bytearray(answer.values.data), dtype=torch.float32).view(shape)
    values[found.missing.cpu()] = torch.nan
    if answer.has_cells and values.numel() <= TEXT_CELLS:
        answer = structs.replace(answer, texts=_texts(maps, mosaic, window))
    if change:
        other = select_maps(change.other, ask.plane, ask.expression)
        differs, changed = _differences(Difference(maps, other=other), mosaic, window, block)
        marks |= differs
        answer = structs.replace(answer, changed_by=change.statement, changed=changed)
    return structs.replace(
        answer, values=as_array(values), marks=as_array(marks), progress=found.progress
    )


def mosaic_table(tensor: torch.Tensor, ask: MosaicTableAsk) -> Table:
    """Return the values of a window as text. Raises UnshowableError as `mosaic_tile` does."""
    maps = select_maps(tensor, ask.plane, ask.expression)
    numbers, cells = _cells(maps, ask.mosaic, ask.window)
    if len(numbers) > COPY_CELLS:
        raise UnshowableError(
            tr("At most {n} values can be copied.", n=COPY_CELLS), tr("Zoom in first.")
        )
    texts = [exact_text(number, maps.dtype) for number in numbers]
    rows = _laid_out(texts, cells, ask.window)
    return Table(text="\n".join("\t".join(row) for row in rows))


def _with_small_blocks(ask: MosaicAsk) -> MosaicAsk:
    """Return the question for blocks that lie within one map or gap."""
    rows, columns = ask.mosaic.size
    window, most = ask.window or Window(0, 0, rows, columns), ask.mosaic.block
    return structs.replace(
        ask,
        height_px=max(ask.height_px, -(-(window.bottom - window.top) // most)),
        width_px=max(ask.width_px, -(-(window.right - window.left) // most)),
    )


def _differences(
    source: Difference, mosaic: Mosaic, window: Window, block: tuple[int, int]
) -> tuple[torch.Tensor, int]:
    """Return the marks of the blocks that have changed cells, and how many cells these are."""
    job = Maps(source, block)
    job.step(source, mosaic, window)
    blocks, missing = job.blocks(source, mosaic, window)
    changed = (blocks.mean.to(torch.float64) * blocks.counts)[~missing].round().sum()
    high = torch.where(missing, 0, blocks.high)
    return high.to(torch.uint8) * CHANGED, round(changed.item())


def _cells(
    maps: torch.Tensor, mosaic: Mosaic, window: Window
) -> tuple[list[Number], list[tuple[int, int]]]:
    """Return the elements in a window, and where each lies in it."""
    numbers: list[Number] = []
    places: list[tuple[int, int]] = []
    for i in mosaic.seen(window).tolist():
        part = mosaic.within(i, window)
        a, b = divmod(i, maps.shape[1])
        cells = maps[a, b, part.top : part.bottom, part.left : part.right]
        top, left = mosaic.place(i, part.top, part.left)
        for y, row in enumerate(cast("list[list[Number]]", cells.tolist())):
            numbers += row
            places += [(top - window.top + y, left - window.left + x) for x in range(len(row))]
    return numbers, places


def _laid_out(
    texts: Sequence[str], places: Sequence[tuple[int, int]], window: Window
) -> list[list[str]]:
    rows = [[""] * (window.right - window.left) for _ in range(window.top, window.bottom)]
    for text, (row, column) in zip(texts, places, strict=True):
        rows[row][column] = text
    return rows


def _texts(maps: torch.Tensor, mosaic: Mosaic, window: Window) -> tuple[str, ...]:
    """Return the texts of a window, row by row, "" in gaps."""
    numbers, places = _cells(maps, mosaic, window)
    return tuple(chain(*_laid_out(table_texts(numbers), places, window)))
