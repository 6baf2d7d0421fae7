"""Reduce a rectangle of a matrix to blocks, piece by piece, each step within a time."""

import time
from dataclasses import replace

import torch

from explorer.panes.heatmap.tiles import mapping, reduce
from explorer.panes.heatmap.tiles.block import Blocks, empty, reduced
from explorer.panes.heatmap.tiles.reduce import Source, Span, pieces

ALIKE = 2.0**-12
"""Numbers that differ by less than this share of their size are told by their distance from one."""
WAYS = 3
"""Blocks are reduced to their least, greatest and sum."""
PROBED_CELLS = 1024
"""So many cells of some rows are looked at for whether all are alike."""
FAR_FROM_FLOAT32 = {torch.float64, torch.int64}
"""Dtypes that blocks are reduced in and that tell apart what float32 does not."""


class Job:
    """A rectangle of a source on its way to blocks of `block` cells, powers of two each.

    It keeps no reference to the tensor, which must be free to go between two steps: each step is
    given the source anew.
    """

    def __init__(self, source: Source, rows: Span, columns: Span, block: tuple[int, int]) -> None:
        self.is_turned = source.is_turned
        """Whether it reads columns, and so has some of them first."""
        if self.is_turned:
            source, rows, columns, block = source.turned(), columns, rows, (block[1], block[0])
        plain = source.in_place and source.summed != torch.int64
        self._limit = reduce.CHUNK if plain else reduce.COPIED_CHUNK
        inner = _within(block, self._limit)
        self._by = block[0] // inner[0], block[1] // inner[1]
        self._pieces = pieces(rows, columns, inner, self._limit)
        self._cells = (rows[1] - rows[0]) * (columns[1] - columns[0])
        self._done, self._seconds = 0, 0.0
        device = source.matrix.device
        grid = sizes(rows, inner[0], device), sizes(columns, inner[1], device)
        self._blocks = empty(source.summed, device, grid, _anchor(source, rows, columns))
        self._scratch: torch.Tensor | None = None
        """What pieces are read into, where they can't be reduced as they lie."""
        self._between: torch.Tensor | None = None
        """Room between the two steps of a reduction."""
        if inner[0] > 1:
            room = min(self._limit, self._cells) // inner[0] + columns[1] - columns[0]
            self._between = torch.empty(WAYS * room, dtype=source.summed, device=device)
        self._result: Blocks | None = None

    @property
    def progress(self) -> float:
        """The share of the work that is done, 1 when all is."""
        return 1.0 if self.is_done else min(self._done / len(self._pieces), 0.999)

    @property
    def is_done(self) -> bool:
        """Whether all is done."""
        return self._done == len(self._pieces)

    @property
    def seconds_left(self) -> float:
        """How much longer it will take at the speed of until now."""
        return self._seconds * (len(self._pieces) / max(1, self._done) - 1)

    @property
    def nbytes(self) -> int:
        """The memory that it holds."""
        extra = [x.nbytes for x in (self._scratch, self._between) if x is not None]
        return self._blocks.nbytes + sum(extra)

    def step(self, source: Source, seconds: float | None = None) -> None:
        """Work for about `seconds`, at least on one piece; to the end if None."""
        start = time.perf_counter()
        source = self._oriented(source)
        file, anchor = mapping.find(source.matrix), self._blocks.anchor
        while not self.is_done:
            piece = self._pieces[self._done]
            x = self._read(source, piece.rows, piece.columns)
            part = reduced(x, piece.height, piece.width, anchor, self._between)
            self._put(piece.row, piece.column, part)
            if file:
                file.release(source.matrix[slice(*piece.rows), slice(*piece.columns)])
            self._done += 1
            if seconds is not None and time.perf_counter() - start > seconds:
                break
        self._seconds += time.perf_counter() - start
        if self.is_done:
            self._scratch = self._between = None

    def blocks(self) -> Blocks:
        """Return all blocks, once the job is done."""
        if self._result is None:
            self._result = self._finished(len(self._blocks.heights))
            self._blocks = self._result  # the finer ones are wanted no more
        return self._result

    def begun(self) -> Blocks:
        """Return the blocks that are done: they begin at the corner, and miss rows or columns."""
        if self.is_done:
            return self.blocks()
        rows = self._pieces[self._done].row // self._by[0] * self._by[0]
        return self._finished(rows)

    def _oriented(self, source: Source) -> Source:
        return source.turned() if self.is_turned else source

    def _read(self, source: Source, rows: Span, columns: Span) -> torch.Tensor:
        if source.in_place:
            return source.read(rows, columns)
        if self._scratch is None:
            self._scratch = torch.empty(
                min(self._limit, self._cells), dtype=source.summed, device=source.matrix.device
            )
        shape = rows[1] - rows[0], columns[1] - columns[0]
        return source.read(rows, columns, self._scratch[: shape[0] * shape[1]].view(shape))

    def _put(self, row: int, column: int, part: Blocks) -> None:
        where = slice(row, row + part.low.shape[0]), slice(column, column + part.low.shape[1])
        whole = self._blocks
        whole.low[where], whole.high[where], whole.mean[where] = part.low, part.high, part.mean
        if part.odd is not None:
            odd = whole.odd
            if odd is None:
                odd = torch.zeros((3, *whole.low.shape), dtype=torch.int32, device=whole.low.device)
                self._blocks = replace(whole, odd=odd)
            odd[:, where[0], where[1]] = part.odd

    def _finished(self, rows: int) -> Blocks:
        part = self._blocks.part(slice(0, rows), slice(None)).coarser(self._by)
        return part.transposed() if self.is_turned else part


def _within(block: tuple[int, int], limit: int) -> tuple[int, int]:
    """Return the largest block that `block` consists of and that has at most `limit` cells."""
    height, width = block
    while height * width > limit:
        height, width = (height // 2, width) if height > width else (height, width // 2)
    return height, width


def sizes(span: Span, side: int, device: torch.device) -> torch.Tensor:
    """Return how many cells each block along `span` has: `side`, the last perhaps fewer."""
    starts = torch.arange(span[0], span[1], side, dtype=torch.float64, device=device)
    return (span[1] - starts).clamp(max=side)


def _anchor(source: Source, rows: Span, columns: Span) -> int | float:
    """Return a number near all cells if they seem alike, else 0."""
    if source.summed not in FAR_FROM_FLOAT32:
        return 0
    (top, bottom), (left, right) = rows, columns
    right = min(right, left + PROBED_CELLS)
    probes = [
        source.read((row, row + 1), (left, right)).to(source.summed)
        for row in {top, (top + bottom) // 2, bottom - 1}
    ]
    cells = torch.cat(probes, 1)
    cells = cells[torch.isfinite(cells)]
    if cells.numel() == 0:
        return 0
    low, high = cells.amin().item(), cells.amax().item()
    if not is_alike(low + source.bias, high + source.bias):
        return 0
    return low


def is_alike(low: int | float, high: int | float) -> bool:
    """Return whether numbers between `low` and `high` differ little for their size."""
    width = high / 2 - low / 2 if isinstance(low, float) else (high - low) / 2
    return 2 * width < max(abs(low), abs(high)) * ALIKE
