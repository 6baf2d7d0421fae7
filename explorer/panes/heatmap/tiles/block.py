"""Blocks of a matrix: the least, greatest and mean of the finite cells of each, and how many others."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import torch

from explorer.panes.heatmap import NAN, NEGATIVE_INFINITY, POSITIVE_INFINITY

MANY_BAD = 8
"""Where more than one block in so many has other than finite cells, all are reduced again."""
CACHED_CELLS = 250_000
"""So many cells stay in the processor's cache while they are reduced in one way after the other."""
POOLED_WIDTH = 8
"""Neighbours that torch's pooling reduces faster than its reductions do."""
MENDED_CELLS = 500_000
"""Cells with NaN and infinities among them that are looked at in one go."""
ODD = (NAN, POSITIVE_INFINITY, NEGATIVE_INFINITY)
"""The order in which cells that are not finite are counted."""

Reduction = Callable[..., torch.Tensor]


@dataclass(frozen=True, slots=True)
class Blocks:
    """A grid of blocks, (h, w), of `heights[i]` by `widths[j]` cells.

    `mean` is that of `cell - anchor`. `odd`, (3, h, w), counts the cells of each kind in `ODD`, None
    if there are none. A block without finite cells has low = inf, high = -inf and mean = NaN.
    `sure`, (h, w), says which of sampled blocks are not copies of others, None that all are.
    """

    low: torch.Tensor
    high: torch.Tensor
    mean: torch.Tensor
    odd: torch.Tensor | None
    heights: torch.Tensor
    widths: torch.Tensor
    anchor: int | float = 0
    sure: torch.Tensor | None = None

    @property
    def nbytes(self) -> int:
        """The memory that it takes."""
        counted = self.odd.nbytes if self.odd is not None else 0
        return self.low.nbytes + self.high.nbytes + self.mean.nbytes + counted

    @property
    def counts(self) -> torch.Tensor:
        """How many finite cells each block has, float64."""
        cells = self.heights[:, None] * self.widths
        return cells if self.odd is None else cells - self.odd.sum(0)

    @property
    def odd_counts(self) -> list[int]:
        """How many cells of each kind in `ODD` all blocks have, as far as that is sure."""
        if self.odd is None:
            return [0, 0, 0]
        odd = self.odd if self.sure is None else self.odd * self.sure
        return [int(n) for n in odd.sum((1, 2)).tolist()]

    @property
    def marks(self) -> torch.Tensor:
        """Which kinds each block has, as bits, uint8."""
        marks = torch.zeros(self.low.shape, dtype=torch.uint8, device=self.low.device)
        if self.odd is not None:
            for kind, count in zip(ODD, self.odd, strict=True):
                marks |= (count > 0).to(torch.uint8) * kind
        return marks

    def transposed(self) -> "Blocks":
        """Return the same with rows and columns swapped."""
        return replace(
            self,
            low=self.low.T,
            high=self.high.T,
            mean=self.mean.T,
            odd=None if self.odd is None else self.odd.transpose(1, 2),
            sure=None if self.sure is None else self.sure.T,
            heights=self.widths,
            widths=self.heights,
        )

    def part(self, rows: slice, columns: slice) -> "Blocks":
        """Return some of the blocks, as views."""
        return replace(
            self,
            low=self.low[rows, columns],
            high=self.high[rows, columns],
            mean=self.mean[rows, columns],
            odd=None if self.odd is None else self.odd[:, rows, columns],
            heights=self.heights[rows],
            widths=self.widths[columns],
        )

    def picked(self, rows: torch.Tensor, columns: torch.Tensor) -> "Blocks":
        """Return the blocks of the rows and columns numbered so."""
        return replace(
            self,
            low=self.low[rows][:, columns],
            high=self.high[rows][:, columns],
            mean=self.mean[rows][:, columns],
            odd=None if self.odd is None else self.odd[:, rows][:, :, columns],
            heights=self.heights[rows],
            widths=self.widths[columns],
        )

    def repeated(self, heights: torch.Tensor, widths: torch.Tensor) -> "Blocks":
        """Return these, of one row or column of cells, once for each of `heights` or `widths`.

        They tell of rows or columns that are one memory, as `expand` makes them.
        """
        shape = len(heights), len(widths)
        rows, columns, odd = heights / self.heights, widths / self.widths, self.odd
        return replace(
            self,
            low=self.low.expand(shape),
            high=self.high.expand(shape),
            mean=self.mean.expand(shape),
            odd=None if odd is None else (odd * rows[:, None] * columns).to(torch.int64),
            heights=heights,
            widths=widths,
        )

    def coarser(self, by: tuple[int, int]) -> "Blocks":
        """Return blocks that are `by` of these each, those at the far edges cut short."""
        if by == (1, 1):
            return self
        if self.low.numel() == 0:
            rows, columns = (-(-size // k) for size, k in zip(self.low.shape, by, strict=True))
            return self.part(slice(0, rows), slice(0, columns))
        odd = self.odd
        return replace(
            self,
            low=_folded(self.low, by, amin),
            high=_folded(self.high, by, torch.amax),
            mean=self._coarser_mean(by),
            odd=None if odd is None else torch.stack([_folded(n, by, torch.sum) for n in odd]),
            heights=_folded(self.heights[:, None], (by[0], 1), torch.sum)[:, 0],
            widths=_folded(self.widths[None], (1, by[1]), torch.sum)[0],
        )

    def _coarser_mean(self, by: tuple[int, int]) -> torch.Tensor:
        odd, dtype = self.odd, self.mean.dtype
        if odd is None and _is_even(self.heights, by[0]) and _is_even(self.widths, by[1]):
            total = _folded(self.mean, by, torch.sum)
            if math.isfinite(total.sum().item()):
                return total.div_(by[0] * by[1])
        # Weights of at most one block's share: the sum of means may be infinite, their mean not.
        down = (self.heights / (self.heights.amax() * by[0])).to(dtype)[:, None]
        across = (self.widths / (self.widths.amax() * by[1])).to(dtype)
        if odd is None:
            shares = self.mean * down * across
            weights = _folded(down, (by[0], 1), torch.sum) * _folded(
                across[None], (1, by[1]), torch.sum
            )
        else:
            part = (self.counts / (self.heights[:, None] * self.widths)).to(dtype) * down * across
            shares = torch.where(part > 0, self.mean * part, 0.0)
            weights = _folded(part, by, torch.sum)
        return _folded(shares, by, torch.sum) / weights


def empty(
    dtype: torch.dtype,
    device: torch.device,
    sizes: tuple[torch.Tensor, torch.Tensor],
    anchor: int | float = 0,
) -> Blocks:
    """Return blocks to be filled, of cells of `dtype`; `sizes` are their heights and widths."""
    shape = len(sizes[0]), len(sizes[1])
    mean = torch.float64 if dtype == torch.int64 else dtype
    low, high = (torch.empty(shape, dtype=dtype, device=device) for _ in range(2))
    return Blocks(low, high, torch.empty(shape, dtype=mean, device=device), None, *sizes, anchor)


def amin(x: torch.Tensor, dim: int, *, out: torch.Tensor | None = None) -> torch.Tensor:
    """Return `x.amin(dim)`."""
    if x.dtype != torch.int64:
        return torch.amin(x, dim, out=out)
    # torch's int64 amin is 25 times slower than its amax, and ~ turns the order round exactly.
    return torch.amax(~x, dim, out=out).bitwise_not_()


def fold(x: torch.Tensor, height: int, width: int, f: Reduction) -> torch.Tensor:
    """Reduce whole blocks of (height, width) cells."""
    return folds(x, height, width, (f,))[0]


def folds(
    x: torch.Tensor,
    height: int,
    width: int,
    functions: Sequence[Reduction],
    scratch: torch.Tensor | None = None,
) -> list[torch.Tensor]:
    """Reduce whole blocks of (height, width) cells in several ways: rows first, along memory.

    `scratch` spares the memory of what lies between: for each way, that of `x` divided by `height`.
    """
    if height == 1:
        return [_across(x, width, f) for f in functions]
    rows, columns = x.shape[0] // height, x.shape[1]
    shape = len(functions), rows, columns
    if scratch is None or width == 1:
        between = torch.empty(shape, dtype=x.dtype, device=x.device)
    else:
        between = scratch[: len(functions) * rows * columns].view(shape)
    step = max(1, CACHED_CELLS // (height * columns))
    parts = torch.split(torch.unflatten(x, 0, (rows, height)), step)
    outs = [torch.split(y, step) for y in between]
    for part, *into in zip(parts, *outs, strict=True):
        for f, out in zip(functions, into, strict=True):
            f(part, 1, out=out)
    return [_across(y, width, f, is_ours=True) for f, y in zip(functions, between, strict=True)]


def _across(x: torch.Tensor, width: int, f: Reduction, *, is_ours: bool = False) -> torch.Tensor:
    """Reduce `width` neighbours in each row; what is ours may be written."""
    if width == 1:
        return x
    # Torch reduces few neighbours one by one; these ways give the same in half the time.
    if x.is_cpu and x.is_floating_point() and x.numel():
        if f is torch.amax and width <= POOLED_WIDTH:
            return torch.max_pool1d(x[None], width)[0]
        if f is amin and width <= POOLED_WIDTH:
            negative = x.neg_() if is_ours else x.neg()
            return torch.max_pool1d(negative[None], width)[0].neg_()
        if f is torch.sum and width in {2, 4}:
            return _across(x[:, ::2] + x[:, 1::2], width // 2, f)
    return f(torch.unflatten(x, 1, (x.shape[1] // width, width)), 2)


def _is_even(sizes: torch.Tensor, by: int) -> bool:
    """Return whether blocks of these sizes make whole larger ones of `by` each, all alike."""
    return len(sizes) % by == 0 and bool((sizes == sizes[0]).all())


def _folded(x: torch.Tensor, by: tuple[int, int], f: Reduction) -> torch.Tensor:
    """Reduce blocks of any matrix, those at its far edges cut short."""
    for dim in (0, 1):
        size, k = x.shape[dim], min(by[dim], x.shape[dim])
        full = size // k * k
        sides = (k, 1) if dim == 0 else (1, k)
        whole = fold(x.narrow(dim, 0, full), *sides, f)
        if full < size:
            rest = f(x.narrow(dim, full, size - full).unsqueeze(dim), dim + 1)
            whole = torch.cat([whole, rest], dim)
        x = whole
    return x


def reduced(
    x: torch.Tensor,
    height: int,
    width: int,
    anchor: int | float = 0,
    scratch: torch.Tensor | None = None,
) -> Blocks:
    """Reduce a matrix of float32, float64 or int64, whole blocks of (height, width) cells.

    `scratch`, of the same dtype, is for `folds`.
    """
    cells = height * width
    h, w = x.shape[0] // height, x.shape[1] // width
    heights, widths = (
        torch.full((n,), float(k), dtype=torch.float64, device=x.device)
        for n, k in ((h, height), (w, width))
    )
    if x.dtype == torch.int64:
        low, high = folds(x, height, width, (amin, torch.amax), scratch)
        mean = _integer_mean(x, height, width, anchor, (int(low.amin()), int(high.amax())))
        return Blocks(low, high, mean, None, heights, widths, anchor)
    if anchor:
        low, high = folds(x, height, width, (amin, torch.amax), scratch)
        mean = fold(x - anchor, height, width, torch.sum)
    else:
        low, high, mean = folds(x, height, width, (amin, torch.amax, torch.sum), scratch)
    blocks = Blocks(low, high, mean / cells, None, heights, widths, anchor)
    # One sum tells, as NaN and infinities go through; where it overflows, it is a false alarm.
    if math.isfinite((low + high + mean).sum().item()):
        return blocks
    bad = _unfinite(low) | _unfinite(high)
    if int(bad.sum()) * MANY_BAD > bad.numel():
        blocks = _filtered(x, height, width, anchor, blocks)
        bad = torch.zeros_like(bad)
    bad |= _unfinite(blocks.mean) & (blocks.counts > 0)
    return _mended(blocks, x, bad) if bool(bad.any()) else blocks


def _unfinite(x: torch.Tensor) -> torch.Tensor:
    return ~torch.isfinite(x)


def _filtered(
    x: torch.Tensor, height: int, width: int, anchor: int | float, blocks: Blocks
) -> Blocks:
    """Reduce again, with all that is not finite out of the way."""
    out = torch.empty_like(x)

    def count(cells: torch.Tensor) -> torch.Tensor:
        return fold(cells, height, width, torch.sum).to(torch.int32)

    def fill(value: float) -> torch.Tensor:
        return torch.nan_to_num(x, nan=value, posinf=value, neginf=value, out=out)

    # Torch compares ten times as fast into floats as into bools.
    odd = torch.stack(
        [
            count(torch.ne(x, x, out=out)),
            count(torch.eq(x, torch.inf, out=out)),
            count(torch.eq(x, -torch.inf, out=out)),
        ]
    )
    # Blocks of one cell are `out` itself, which is filled anew.
    low = fold(fill(torch.inf), height, width, amin).clone()
    high = fold(fill(-torch.inf), height, width, torch.amax).clone()
    total = fold(fill(anchor) - anchor if anchor else fill(0.0), height, width, torch.sum)
    mean = total / (height * width - odd.sum(0))
    return replace(blocks, low=low, high=high, mean=mean, odd=odd)


def _integer_mean(
    x: torch.Tensor, height: int, width: int, anchor: int | float, ends: tuple[int, int]
) -> torch.Tensor:
    cells, base = height * width, int(anchor)
    if max(abs(end - base) for end in ends) * cells < 2**63:
        # Sums wrap around, and so does this: what is left is exact.
        wrapped = (base * cells + 2**63) % 2**64 - 2**63
        return (fold(x, height, width, torch.sum) - wrapped).to(torch.float64) / cells
    return fold(x.to(torch.float64) - base, height, width, torch.sum) / cells


def _mended(blocks: Blocks, x: torch.Tensor, bad: torch.Tensor) -> Blocks:
    """Reduce the `bad` blocks again, from their finite cells alone."""
    h, w = bad.shape
    grid = x.view(h, x.shape[0] // h, w, x.shape[1] // w).permute(0, 2, 1, 3)
    odd = blocks.odd
    if odd is None:
        odd = torch.zeros((3, h, w), dtype=torch.int32, device=x.device)
    # At blocks of one cell they are the cells themselves, and must not be written.
    low, high, mean = blocks.low.clone(), blocks.high.clone(), blocks.mean
    rows, columns = bad.nonzero(as_tuple=True)
    step = max(1, MENDED_CELLS * h * w // x.numel())
    for i, j in zip(torch.split(rows, step), torch.split(columns, step), strict=True):
        cells = grid[i, j].flatten(1)
        finite = torch.isfinite(cells)
        kinds = [torch.isnan(cells), cells == torch.inf, cells == -torch.inf]
        odd[:, i, j] = torch.stack([kind.sum(1, dtype=torch.int32) for kind in kinds])
        low[i, j] = torch.where(finite, cells, torch.inf).amin(1)
        high[i, j] = torch.where(finite, cells, -torch.inf).amax(1)
        # Divided before they are added: the sum of finite numbers may be infinite, their mean not.
        share = torch.where(finite, cells.to(torch.float64) - blocks.anchor, 0.0)
        mean[i, j] = (share / finite.sum(1, keepdim=True)).sum(1).to(mean.dtype)
    return replace(blocks, low=low, high=high, mean=mean, odd=odd if bool(odd.any()) else None)
