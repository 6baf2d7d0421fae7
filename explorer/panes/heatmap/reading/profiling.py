"""The answer about the row and the column through a cell, reduced to what the screen can show."""

import torch

from explorer.engine.reader import Reader
from explorer.panes.heatmap import (
    NAN,
    NEGATIVE_INFINITY,
    POSITIVE_INFINITY,
    Part,
    Window,
)
from explorer.panes.heatmap.counts.stage import decimal
from explorer.panes.heatmap.reading.profile import Line, Profile, ProfileAsk
from explorer.panes.heatmap.tiles.plane import UnshowableError, checked, select
from explorer.panes.heatmap.tiles.reduce import COPIED_CHUNK, Source, Span
from explorer.panes.heatmap.tiles.sparse import is_large, stored
from explorer.protocol import Answer, Array


def answer_profile(ask: ProfileAsk, reader: Reader) -> Answer:
    """Return both lines. Raises IndexError for a cell that the tensor has no more."""
    tensor, window = reader.tensor(ask.expression, ask.as_of), ask.window
    row_window = Window(ask.row, window.left, ask.row + 1, window.right)
    column_window = Window(window.top, ask.column, window.bottom, ask.column + 1)
    try:
        plain = checked(tensor, ask.expression)
        if is_large(plain):
            cells = stored(plain, ask.plane)
            across, down = cells.dense(row_window), cells.dense(column_window).T
        else:
            matrix = select(tensor, ask.plane, ask.expression)
            across, down = _cut(matrix, row_window), _cut(matrix, column_window).T
    except UnshowableError as error:
        return error.problem
    if not (across.numel() and down.numel()):
        raise IndexError(f"{ask.expression} has no cell {ask.row}, {ask.column}")
    return Profile(
        row=ask.row,
        column=ask.column,
        across=_line(across, window.left, ask.across, ask.part),
        down=_line(down, window.top, ask.down, ask.part),
    )


def _cut(matrix: torch.Tensor, window: Window) -> torch.Tensor:
    return matrix[window.top : window.bottom, window.left : window.right]


def _line(cells: torch.Tensor, start: int, block: int, part: Part) -> Line:
    """Reduce a matrix of one row, whose first cell is number `start`, piece by piece."""
    stop = start + cells.shape[1]
    step = max(block, COPIED_CHUNK // block * block)
    source = Source(cells, part)
    found = []
    at = start
    while at < stop:
        until = min(stop, at // step * step + step)
        found.append(_reduced(source, (at - start, until - start), at % block, block))
        at = until
    low, high, marks = (torch.cat(parts) for parts in zip(*found, strict=True))
    return Line(start, stop, block, _array(low), _array(high), _array(marks))


def _reduced(
    source: Source, columns: Span, missing: int, block: int
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Return low, high and marks of blocks, the first of which misses so many cells."""
    x = source.read((0, 1), columns)[0]
    if x.device.type == "mps":
        x = x.cpu()  # it has no float64
    if missing or (missing + len(x)) % block:
        x, bias = decimal(x, source.bias), 0  # what fills up the ends is infinite
    else:
        bias = source.bias
    low = _blocks(x, missing, block, torch.inf).amin(1)
    high = _blocks(x, missing, block, -torch.inf).amax(1)
    marks = torch.zeros(low.shape, dtype=torch.uint8, device=x.device)
    # NaN goes through both, and infinities are seen in one of them.
    if bool((torch.isfinite(low) & torch.isfinite(high)).all()):
        return decimal(low, bias), decimal(high, bias), marks
    finite = torch.isfinite(x)
    low = _blocks(torch.where(finite, x, torch.inf), missing, block, torch.inf).amin(1)
    high = _blocks(torch.where(finite, x, -torch.inf), missing, block, -torch.inf).amax(1)
    for kind, mask in (
        (NAN, torch.isnan(x)),
        (POSITIVE_INFINITY, x == torch.inf),
        (NEGATIVE_INFINITY, x == -torch.inf),
    ):
        marks |= _blocks(mask, missing, block, 0).any(1).to(torch.uint8) * kind
    none = low > high
    low[none], high[none] = torch.nan, torch.nan
    return low.to(torch.float64), high.to(torch.float64), marks


def _blocks(x: torch.Tensor, before: int, block: int, filling: float) -> torch.Tensor:
    """Return cells as a row a block, what is missing at either end filled up."""
    after = -(before + len(x)) % block
    if before or after:
        x = torch.cat((x.new_full((before,), filling), x, x.new_full((after,), filling)))
    return x.view(-1, block)


def _array(numbers: torch.Tensor) -> Array:
    plain = numbers.cpu().contiguous().numpy()
    return Array(str(plain.dtype), plain.shape, plain.data.cast("B"))
