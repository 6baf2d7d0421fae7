"""A first look at a rectangle of a matrix: the blocks of some whole rows, for all between them."""

from dataclasses import replace

import torch

from explorer.panes.heatmap.tiles.block import Blocks
from explorer.panes.heatmap.tiles.job import Job, sizes
from explorer.panes.heatmap.tiles.reduce import Source, Span

SAMPLED_CELLS = 3_000_000
SAMPLED_ROWS = 256


def sample(source: Source, rows: Span, columns: Span, block: tuple[int, int]) -> Blocks:
    """Return blocks as `Job` makes them, reduced from a few of their cells.

    Whole rows are read, as they lie in memory, since a file is slow at all else; of rows that are
    too long, the beginning of each block.
    """
    if source.is_turned:
        turned = block[1], block[0]
        return sample(source.turned(), columns, rows, turned).transposed()
    device = source.matrix.device
    heights, widths = sizes(rows, block[0], device), sizes(columns, block[1], device)
    across = columns[1] - columns[0]
    if across > SAMPLED_CELLS:
        part = _begins(source, (rows[0] + rows[1]) // 2, columns, block[1])
        every = len(heights)
    else:
        count = max(1, min(SAMPLED_ROWS, SAMPLED_CELLS // across, len(heights)))
        every = -(-len(heights) // count)
        first = rows[0] + min(block[0] // 2, (rows[1] - rows[0]) // 2)
        lines = source.matrix[first : rows[1] : block[0] * every]
        picked = replace(source, matrix=lines)
        part = _all(picked, (0, picked.matrix.shape[0]), columns, (1, block[1]))
    down = (torch.arange(len(heights), device=device) // every).clamp(max=len(part.heights) - 1)
    right = torch.arange(len(widths), device=device).clamp(max=len(part.widths) - 1)
    sure = torch.zeros((len(heights), len(widths)), dtype=torch.bool, device=device)
    sure[::every, : len(part.widths)] = True
    return replace(part.picked(down, right), heights=heights, widths=widths, sure=sure)


def _all(source: Source, rows: Span, columns: Span, block: tuple[int, int]) -> Blocks:
    job = Job(source, rows, columns, block)
    job.step(source)
    return job.blocks()


def _begins(source: Source, row: int, columns: Span, width: int) -> Blocks:
    """Return the blocks of a row, each reduced from its beginning, the last one left out."""
    width = min(width, columns[1] - columns[0])
    full = (columns[1] - columns[0]) // width
    begin = max(1, min(width, SAMPLED_CELLS // full))
    line = source.matrix[row, columns[0] : columns[0] + full * width]
    lines = replace(source, matrix=line.view(full, width)[:, :begin])
    side = 1 << (begin - 1).bit_length()
    return _all(lines, (0, full), (0, begin), (1, side)).transposed()
