"""All of a large matrix in small blocks, from which larger ones are made in no time."""

import torch

from explorer.panes.heatmap.tiles.block import Blocks
from explorer.panes.heatmap.tiles.job import Job
from explorer.panes.heatmap.tiles.reduce import Source

LEAST_CELLS = 25_000_000
"""A window of at most as many cells is reduced anew each time it is asked for."""
BASE_CELLS = 64
"""The least block, in cells."""
BASE_NBYTES = 24 << 20
"""What the least blocks may take."""
USUAL_SIDE_PX = 1024


class Pyramid:
    """A matrix at several sizes of block; the smallest, `base`, is reduced in steps by `job`."""

    def __init__(self, source: Source) -> None:
        rows, columns = source.matrix.shape
        self.base = base_block(rows, columns, source.summed)
        self.job = Job(source, (0, rows), (0, columns), self.base)
        self._levels: dict[tuple[int, int], Blocks] = {}

    @property
    def nbytes(self) -> int:
        """The memory that it holds."""
        return self.job.nbytes + sum(level.nbytes for level in self._levels.values())

    def has(self, block: tuple[int, int]) -> bool:
        """Return whether blocks of this size can be made."""
        return block[0] % self.base[0] == 0 and block[1] % self.base[1] == 0

    def level(self, block: tuple[int, int]) -> Blocks:
        """Return the matrix in blocks of this size, once the job is done."""
        if block == self.base:
            return self.job.blocks()
        found = self._levels.get(block)
        if found is None:
            finer, by = self._finer(block)
            found = self._levels[block] = finer.coarser(by)
        return found

    def begun(self, block: tuple[int, int]) -> Blocks:
        """Return the blocks of this size that are done: they begin at the matrix's corner."""
        base, by = self.job.begun(), (block[0] // self.base[0], block[1] // self.base[1])
        # What is done of the last block is not enough, unless it is the matrix that ends there.
        rows, columns = len(base.heights), len(base.widths)
        if self.job.is_turned:
            columns = columns // by[1] * by[1]
        else:
            rows = rows // by[0] * by[0]
        return base.part(slice(0, rows), slice(0, columns)).coarser(by)

    def _finer(self, block: tuple[int, int]) -> tuple[Blocks, tuple[int, int]]:
        """Return the largest blocks at hand that `block` consists of, and how many of them."""
        sides = max(
            (
                side
                for side in (self.base, *self._levels)
                if block[0] % side[0] == 0 and block[1] % side[1] == 0
            ),
            key=lambda side: side[0] * side[1],
        )
        blocks = self.job.blocks() if sides == self.base else self._levels[sides]
        return blocks, (block[0] // sides[0], block[1] // sides[1])


def base_block(rows: int, columns: int, dtype: torch.dtype) -> tuple[int, int]:
    """Return the least block that a pyramid keeps, of powers of two, shaped as screens will show it."""
    height, width = 1, 1
    cell_nbytes = 3 * max(4, dtype.itemsize)

    def is_small() -> bool:
        nbytes = -(-rows // height) * -(-columns // width) * cell_nbytes
        return height * width < BASE_CELLS or nbytes > BASE_NBYTES

    while is_small():
        if rows / height > columns / width and rows / height > USUAL_SIDE_PX:
            height *= 2
        else:
            width *= 2
    return height, width
