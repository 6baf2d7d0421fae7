"""One tile: the blocks of a window on their way to the screen, as float32 that keeps them apart."""

import math
from typing import cast

import torch
from msgspec import structs

from explorer.engine.reader import Change
from explorer.panes.heatmap import (
    CHANGED,
    NEGATIVE_INFINITY,
    OUTLIER,
    POSITIVE_INFINITY,
    TEXT_CELLS,
    Tile,
    TileAsk,
    Window,
    Working,
    block_side,
)
from explorer.panes.heatmap.tiles.block import Blocks
from explorer.panes.heatmap.tiles.finder import Finder
from explorer.panes.heatmap.tiles.job import FAR_FROM_FLOAT32, Job, is_alike
from explorer.panes.heatmap.tiles.number import Number, table_texts
from explorer.panes.heatmap.tiles.outlier import outliers
from explorer.panes.heatmap.tiles.plane import checked, select
from explorer.panes.heatmap.tiles.reduce import Difference, Source
from explorer.panes.heatmap.tiles.sparse import Stored, is_large, stored
from explorer.protocol import Array

SMALL, LARGE = 1e-30, 1e30
"""Sizes that float32 holds with room to spare; others are sent scaled."""

_WITHOUT_FINITE = [
    {POSITIVE_INFINITY: math.inf, NEGATIVE_INFINITY: -math.inf}.get(marks, math.nan)
    for marks in range(8)
]
"""The value of a block without finite cells, by its marks."""

Level = int | float


def tile(
    tensor: torch.Tensor,
    ask: TileAsk,
    change: Change | None = None,
    finder: Finder | None = None,
) -> Tile | Working:
    """Return what `ask` asks of `tensor`, of any dtype and device, with what `change` did to it.

    With a `finder` it may be a part of it. Raises UnshowableError if there are no values to draw.
    """
    if is_large(tensor):
        return _sparse_tile(stored(checked(tensor, ask.expression), ask.plane), ask)
    matrix = select(tensor, ask.plane, ask.expression)
    source = Source(matrix, ask.part)
    window, block = snapped(ask, *matrix.shape)
    found = (finder or Finder()).find(
        source, window, block, known=ask.known, patient=finder is None or ask.as_of != 0
    )
    if found.blocks is None:
        return Working(progress=found.progress)
    answer = tile_of(
        found.blocks, source, ask, (matrix.shape[0], matrix.shape[1]), window=window, block=block
    )
    if answer.has_cells and answer.values.shape[0] * answer.values.shape[1] <= TEXT_CELLS:
        part = matrix[window.top : window.bottom, window.left : window.right]
        answer = structs.replace(answer, texts=cell_texts(part))
    if change:
        other = select(change.other, ask.plane, ask.expression)
        differs, changed = _differences(Difference(matrix, other=other), window, block)
        marks = marks_of(found.blocks, ask) | differs
        answer = structs.replace(
            answer, marks=as_array(marks), changed_by=change.statement, changed=changed
        )
    return structs.replace(answer, progress=found.progress)


def _sparse_tile(cells: Stored, ask: TileAsk) -> Tile:
    window, block = snapped(ask, *cells.shape)
    blocks = cells.blocks(window, block, ask.part)
    answer = tile_of(blocks, cells.source(ask.part), ask, cells.shape, window=window, block=block)
    if answer.has_cells and blocks.low.numel() <= TEXT_CELLS:
        answer = structs.replace(answer, texts=cell_texts(cells.dense(window)))
    return answer


def tile_of(
    blocks: Blocks,
    source: Source,
    ask: TileAsk,
    shape: tuple[int, int],
    *,
    window: Window,
    block: tuple[int, int],
) -> Tile:
    """Return exact `blocks` of cells as `source` has them as a tile, without texts."""
    minimum, maximum = _range(blocks, source)
    cells = block[0] * block[1]
    kind = ask.reduce if cells > 1 else "min"
    base, scale = _coding(minimum, maximum, source)
    if kind == "absmax":
        base, scale = 0, _scale(max(abs(minimum or 0), abs(maximum or 0)))
    values = _values(blocks, kind, base, source)
    if scale != 1.0:
        values = values / scale
    nan, positive_infinity, negative_infinity = blocks.odd_counts
    return Tile(
        rows=shape[0],
        columns=shape[1],
        window=window,
        block_rows=block[0],
        block_columns=block[1],
        values=as_array(values.to(torch.float32)),
        base=base,
        scale=scale,
        marks=as_array(marks_of(blocks, ask)),
        minimum=minimum,
        maximum=maximum,
        nan=nan,
        positive_infinity=positive_infinity,
        negative_infinity=negative_infinity,
        texts=(),
        as_of=ask.as_of,
    )


def marks_of(blocks: Blocks, ask: TileAsk) -> torch.Tensor:
    """Return what is to be marked in each block, as the bits of a tile's marks."""
    if ask.reduce != "mean" or ask.channels is not None:
        return blocks.marks
    return blocks.marks | outliers(blocks).to(torch.uint8) * OUTLIER


def _differences(
    source: Difference, window: Window, block: tuple[int, int]
) -> tuple[torch.Tensor, int]:
    """Return the marks of the blocks that have changed cells, and how many cells these are."""
    spans = (window.top, window.bottom), (window.left, window.right)
    job = Job(source, *spans, block)
    job.step(source)
    blocks = job.blocks()
    changed = (blocks.mean.to(torch.float64) * blocks.counts).round().sum()
    return blocks.high.to(torch.uint8) * CHANGED, round(changed.item())


def snapped(ask: TileAsk, rows: int, columns: int) -> tuple[Window, tuple[int, int]]:
    """Return the window grown to whole blocks, counted from the plane's corner, and the block."""
    wanted = ask.window or Window(0, 0, rows, columns)
    top, left = max(0, min(wanted.top, rows - 1)), max(0, min(wanted.left, columns - 1))
    bottom = max(top + 1, min(wanted.bottom, rows))
    right = max(left + 1, min(wanted.right, columns))
    block_rows = block_side((bottom - top) / max(1, ask.height_px))
    block_columns = block_side((right - left) / max(1, ask.width_px))
    window = Window(
        top // block_rows * block_rows,
        left // block_columns * block_columns,
        min(rows, -(-bottom // block_rows) * block_rows),
        min(columns, -(-right // block_columns) * block_columns),
    )
    return window, (block_rows, block_columns)


def _range(blocks: Blocks, source: Source) -> tuple[Level, Level] | tuple[None, None]:
    low, high = blocks.low.amin().item(), blocks.high.amax().item()
    if low > high:
        return None, None
    if not (source.matrix.is_floating_point() or source.matrix.is_complex()):
        return int(low) + source.bias, int(high) + source.bias
    return low, high


def _coding(minimum: Level | None, maximum: Level | None, source: Source) -> tuple[Level, float]:
    """Return base and scale with which float32 keeps apart what the source keeps apart."""
    if minimum is None or maximum is None:
        return 0, 1.0
    if source.summed in FAR_FROM_FLOAT32 and is_alike(minimum, maximum):
        return minimum, _scale(maximum - minimum)
    return 0, _scale(max(abs(minimum), abs(maximum)))


def _scale(size: Level) -> float:
    """Return 1, or for sizes that float32 can't hold a power of two near them."""
    if size == 0 or SMALL <= size <= LARGE:
        return 1.0
    return math.ldexp(1.0, max(-1021, math.frexp(float(size))[1] - 1))


def _values(blocks: Blocks, kind: str, base: Level, source: Source) -> torch.Tensor:
    """Return each block's value less `base`; a block without finite cells as its marks.

    It is float64 where cells are not float32.
    """
    # `Source.read` takes the bias from every cell.
    shift = base - source.bias
    match kind:
        case "mean":
            values = _less(blocks.mean, shift - blocks.anchor)
        case "min" | "max":
            values = _less(blocks.low if kind == "min" else blocks.high, shift)
        case _:
            values = torch.maximum(_less(blocks.low, shift).abs(), _less(blocks.high, shift).abs())
    if blocks.odd is not None:
        dtype, device = values.dtype, values.device
        unfinite = torch.tensor(_WITHOUT_FINITE, dtype=dtype, device=device)
        values = torch.where(blocks.counts == 0, unfinite[blocks.marks.long()], values)
    return values


def _less(x: torch.Tensor, number: Level) -> torch.Tensor:
    """Return `x - number`, integers as float64."""
    if number == 0:
        return x if x.is_floating_point() else x.to(torch.float64)
    if x.is_floating_point() or not -(2**62) < number < 2**62:
        return x.to(torch.float64) - number
    return (x - int(number)).to(torch.float64)


def as_array(tensor: torch.Tensor) -> Array:
    """Return a tensor as it crosses to the window."""
    plain = tensor.cpu().contiguous().numpy()
    return Array(str(plain.dtype), plain.shape, plain.data.cast("B"))


def cell_texts(cells: torch.Tensor) -> tuple[str, ...]:
    """Return a matrix, row by row, as torch prints it."""
    rows = cast("list[list[Number]]", cells.tolist())
    return table_texts([number for row in rows for number in row])
