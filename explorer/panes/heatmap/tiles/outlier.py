"""Which blocks hide a cell that their mean does not tell of."""

import torch

from explorer.panes.heatmap.tiles.block import Blocks

LEAST_SHARE = 1 / 4
"""Of the range of all cells, the range of a block that can hide something worth a mark."""
MORE_THAN_USUAL = 3
"""Its range is so many times that of a usual block: else the mark would be everywhere."""
FEW_CELLS = 1 / 8
"""A mean so near to one end of the block's range leaves few cells at the other."""
LOOKED_AT = 4096
"""So many blocks tell what is usual."""


def outliers(blocks: Blocks) -> torch.Tensor:
    """Return whether each block has few cells far from all its others, bool (h, w)."""
    low, high = blocks.low, blocks.high
    if low.dtype == torch.int64:  # a range of integers may not be one
        low, high = low.to(torch.float64), high.to(torch.float64)
    spread = high - low
    whole = high.amax() - low.amin()
    some = spread.flatten()[:: -(-spread.numel() // LOOKED_AT)]
    usual = some[some >= 0]
    found = (spread > 0) & (spread >= whole * LEAST_SHARE)
    if len(usual):
        found &= spread >= MORE_THAN_USUAL * usual.median()
    if blocks.sure is not None:
        found &= blocks.sure
    i, j = found.nonzero(as_tuple=True)
    # Halved: the range of float64 may be more than float64 holds.
    least, most = (end[i, j].to(torch.float64) / 2 for end in (low, high))
    mean = (blocks.mean[i, j].to(torch.float64) + blocks.anchor) / 2
    found[i, j] = torch.minimum(mean - least, most - mean) < (most - least) * FEW_CELLS
    return found
