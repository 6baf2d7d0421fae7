"""The heat map's answers: one tile, one value, a table."""

import math
from collections.abc import Callable
from functools import partial
from typing import Any, cast

import torch

from explorer.engine.reader import Change, Reader
from explorer.panes.heatmap import (
    CHANGED,
    COPY_CELLS,
    NEGATIVE_INFINITY,
    POSITIVE_INFINITY,
    TEXT_CELLS,
    CellsAsk,
    Info,
    InfoAsk,
    Table,
    TableAsk,
    Tile,
    TileAsk,
    Value,
    ValueAsk,
    Window,
)
from explorer.panes.heatmap.number import Number, exact_text, table_texts
from explorer.panes.heatmap.plane import UnshowableError, element, select
from explorer.panes.heatmap.reduce import Blocks, Difference, Source, Span, reduce
from explorer.panes.heatmap.summarizing import answer_lines, answer_summary
from explorer.panes.heatmap.summary import LinesAsk, SummaryAsk
from explorer.protocol import Answer, Array, Ask
from explorer.text import tr

ALIKE = 2.0**-12
"""Numbers that differ by less than this share of their size are sent as distances from the least."""
SMALL, LARGE = 1e-30, 1e30
"""Sizes that float32 holds with room to spare; others are sent scaled."""

_WITHOUT_FINITE = [
    {POSITIVE_INFINITY: math.inf, NEGATIVE_INFINITY: -math.inf}.get(marks, math.nan)
    for marks in range(8)
]
"""The value of a block without finite cells, by its marks."""

_WIDER_THAN_FLOAT32 = {torch.float64, torch.int32, torch.int64}


def tile(tensor: torch.Tensor, ask: TileAsk, change: Change | None = None) -> Tile:
    """Return what `ask` asks of `tensor`, of any dtype and device, with what `change` did to it.

    Raises UnshowableError if it has no values to draw.
    """
    matrix = select(tensor, ask.plane, ask.expression)
    source = Source(matrix, ask.part)
    rows, columns = matrix.shape
    window, block = _snap(ask, rows, columns)
    spans = (window.top, window.bottom), (window.left, window.right)
    blocks = reduce(source, *spans, block)
    minimum, maximum = _range(blocks, source)
    base, scale = _coding(minimum, maximum, source)
    cells = block[0] * block[1]
    kind = ask.reduce if cells > 1 else "min"
    if kind == "absmax":
        base, scale = 0, _scale(max(abs(minimum or 0), abs(maximum or 0)))
    shift = base - source.bias if base else 0
    largest = max(abs((minimum or 0) - source.bias), abs((maximum or 0) - source.bias))
    if kind == "mean" and (base or (source.working == torch.int64 and largest * cells >= 2**63)):
        blocks = reduce(source, *spans, block, shift)
    values = _values(blocks, kind, base, shift, source)
    marks, changed = blocks.marks, 0
    if change:
        other = select(change.other, ask.plane, ask.expression)
        differs, changed = _differences(Difference(matrix, other=other), *spans, block)
        marks = marks | differs
    texts: tuple[str, ...] = ()
    if cells == 1 and values.numel() <= TEXT_CELLS:
        texts = table_texts(_cells(matrix, window))
    return Tile(
        rows=rows,
        columns=columns,
        window=window,
        block_rows=block[0],
        block_columns=block[1],
        values=_array((values / scale).to(torch.float32)),
        base=base,
        scale=scale,
        marks=_array(marks),
        minimum=minimum,
        maximum=maximum,
        nan=blocks.nan,
        positive_infinity=blocks.positive_infinity,
        negative_infinity=blocks.negative_infinity,
        texts=texts,
        as_of=ask.as_of,
        changed_by=change.statement if change else 0,
        changed=changed,
    )


def _differences(
    source: Difference, rows: Span, columns: Span, block: tuple[int, int]
) -> tuple[torch.Tensor, int]:
    """Return the marks of the blocks that have changed cells, and how many cells these are."""
    blocks = reduce(source, rows, columns, block)
    return blocks.high.to(torch.uint8) * CHANGED, round((blocks.mean * blocks.count).sum().item())


def _snap(ask: TileAsk, rows: int, columns: int) -> tuple[Window, tuple[int, int]]:
    """Return the window grown to whole blocks, counted from the plane's corner, and the block."""
    wanted = ask.window or Window(0, 0, rows, columns)
    top, left = max(0, min(wanted.top, rows - 1)), max(0, min(wanted.left, columns - 1))
    bottom = max(top + 1, min(wanted.bottom, rows))
    right = max(left + 1, min(wanted.right, columns))
    block_rows = -(-(bottom - top) // max(1, ask.height_px))
    block_columns = -(-(right - left) // max(1, ask.width_px))
    window = Window(
        top // block_rows * block_rows,
        left // block_columns * block_columns,
        min(rows, -(-bottom // block_rows) * block_rows),
        min(columns, -(-right // block_columns) * block_columns),
    )
    return window, (block_rows, block_columns)


def _range(blocks: Blocks, source: Source) -> tuple[int | float, int | float] | tuple[None, None]:
    low, high = blocks.low.amin().item(), blocks.high.amax().item()
    if low > high:
        return None, None
    if source.bias:
        return int(low) + source.bias, int(high) + source.bias
    return low, high


def _coding(
    minimum: int | float | None, maximum: int | float | None, source: Source
) -> tuple[int | float, float]:
    """Return base and scale with which float32 keeps apart what the source keeps apart."""
    if minimum is None or maximum is None:
        return 0, 1.0
    width = maximum / 2 - minimum / 2 if isinstance(minimum, float) else (maximum - minimum) / 2
    size = max(abs(minimum), abs(maximum))
    if source.working in _WIDER_THAN_FLOAT32 and 2 * width < size * ALIKE:
        return minimum, _scale(maximum - minimum)
    return 0, _scale(size)


def _scale(size: int | float) -> float:
    """Return 1, or for sizes that float32 can't hold a power of two near them."""
    if size == 0 or SMALL <= size <= LARGE:
        return 1.0
    return math.ldexp(1.0, max(-1021, math.frexp(float(size))[1] - 1))


def _values(
    blocks: Blocks, kind: str, base: int | float, shift: int | float, source: Source
) -> torch.Tensor:
    """Return each block's value less `base`, float64; a block without finite cells as its marks."""
    low, high = blocks.low, blocks.high
    match kind:
        case "mean":
            values = blocks.mean if base else blocks.mean + source.bias
        case "min" | "max":
            chosen = low if kind == "min" else high
            values = (chosen - shift).to(torch.float64)
            values = values if base else values + source.bias
        case _:
            bias = float(source.bias)
            values = torch.maximum(
                (low.to(torch.float64) + bias).abs(), (high.to(torch.float64) + bias).abs()
            )
    if blocks.nan or blocks.positive_infinity or blocks.negative_infinity:
        unfinite = torch.tensor(_WITHOUT_FINITE, dtype=torch.float64, device=values.device)
        values = torch.where(blocks.count == 0, unfinite[blocks.marks.long()], values)
    return values


def _array(tensor: torch.Tensor) -> Array:
    plain = tensor.cpu().contiguous().numpy()
    return Array(str(plain.dtype), plain.shape, plain.data.cast("B"))


def _cells(matrix: torch.Tensor, window: Window) -> list[Number]:
    part = matrix[window.top : window.bottom, window.left : window.right]
    rows = cast("list[list[Number]]", part.tolist())
    return [number for row in rows for number in row]


def value(tensor: torch.Tensor, ask: ValueAsk) -> Value:
    """Return one element. Raises IndexError outside the tensor, UnshowableError as `tile` does."""
    cell = element(tensor, ask.index, ask.expression)
    return Value(
        expression=ask.expression,
        index=ask.index,
        text=exact_text(cast("Number", cell.item()), cell.dtype),
        dtype=str(cell.dtype).removeprefix("torch."),
    )


def table(tensor: torch.Tensor, ask: TableAsk) -> Table:
    """Return the values of a window as text. Raises UnshowableError as `tile` does."""
    window = ask.window
    if (window.bottom - window.top) * (window.right - window.left) > COPY_CELLS:
        raise UnshowableError(
            tr("At most {n} values can be copied.", n=COPY_CELLS), tr("Zoom in first.")
        )
    matrix = select(tensor, ask.plane, ask.expression)
    rows = matrix[window.top : window.bottom, window.left : window.right].tolist()
    lines = ["\t".join(exact_text(number, matrix.dtype) for number in row) for row in rows]
    return Table(text="\n".join(lines))


def _info(ask: InfoAsk, reader: Reader) -> Info:
    return Info(info=reader.info(ask.expression, ask.as_of), as_of=ask.as_of)


def _answer_tile(ask: TileAsk, reader: Reader) -> Answer:
    changed_tile = partial(tile, change=reader.change(ask.expression, ask.as_of))
    return _answer(changed_tile, ask, reader)


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
    InfoAsk: _info,
    SummaryAsk: answer_summary,
    LinesAsk: answer_lines,
}
