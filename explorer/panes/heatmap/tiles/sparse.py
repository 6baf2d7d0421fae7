"""Matrices of a sparse tensor, from the cells that it stores: the others are never made."""

from dataclasses import dataclass

import torch

from explorer.panes.heatmap import DENSIFIED_ELEMENTS, Part, Plane, Window
from explorer.panes.heatmap.tiles.block import Blocks
from explorer.panes.heatmap.tiles.job import sizes
from explorer.panes.heatmap.tiles.reduce import Source


@dataclass(frozen=True, slots=True)
class Stored:
    """The stored cells of a (rows, columns) matrix, none twice; all others are 0."""

    shape: tuple[int, int]
    rows: torch.Tensor
    columns: torch.Tensor
    values: torch.Tensor

    def source(self, part: Part) -> Source:
        """Return the stored values as a matrix of one row."""
        return Source(self.values[None], part)

    def inside(self, window: Window) -> "Stored":
        """Return what is stored of a window, counted from its corner."""
        rows, columns = self.rows - window.top, self.columns - window.left
        shape = window.bottom - window.top, window.right - window.left
        kept = (rows >= 0) & (rows < shape[0]) & (columns >= 0) & (columns < shape[1])
        return Stored(shape, rows[kept], columns[kept], self.values[kept])

    def dense(self, window: Window) -> torch.Tensor:
        """Return a window, a small one, as a plain matrix."""
        inside = self.inside(window)
        matrix = torch.zeros(inside.shape, dtype=self.values.dtype, device=self.values.device)
        matrix[inside.rows, inside.columns] = inside.values
        return matrix

    def blocks(self, window: Window, block: tuple[int, int], part: Part) -> Blocks:
        """Reduce a window on the grid of blocks, exactly."""
        inside, device = self.inside(window), self.values.device
        heights = sizes((window.top, window.bottom), block[0], device)
        widths = sizes((window.left, window.right), block[1], device)
        shape = len(heights), len(widths)
        source = inside.source(part)
        count = inside.values.numel()
        x = torch.empty((1, count), dtype=source.summed, device=device)
        x = source.read((0, 1), (0, count), x)[0]
        place = inside.rows // block[0] * shape[1] + inside.columns // block[1]

        def counted(which: torch.Tensor) -> torch.Tensor:
            return torch.bincount(place[which], minlength=shape[0] * shape[1]).view(shape)

        kinds = torch.isnan(x), x == torch.inf, x == -torch.inf
        finite = ~(kinds[0] | kinds[1] | kinds[2])
        odd = torch.stack([counted(kind) for kind in kinds])
        unstored = heights[:, None] * widths - counted(torch.ones_like(finite))
        zero = -source.bias
        x, place = x[finite], place[finite]
        total = torch.zeros(shape, dtype=torch.float64, device=device).view(-1)
        total = total.index_add(0, place, x.to(torch.float64)).view(shape) + zero * unstored
        low, high = _extremes(x, place, shape, unstored > 0, zero)
        cells = heights[:, None] * widths - odd.sum(0)
        return Blocks(low, high, total / cells, odd if bool(odd.any()) else None, heights, widths)


def _extremes(
    x: torch.Tensor, place: torch.Tensor, shape: tuple[int, int], has_zero: torch.Tensor, zero: int
) -> tuple[torch.Tensor, torch.Tensor]:
    """Return least and greatest of the finite cells of each block."""
    ends: tuple[float, float] = (torch.inf, -torch.inf)
    if not x.is_floating_point():
        ends = torch.iinfo(x.dtype).max, torch.iinfo(x.dtype).min
    found = []
    for end, how in zip(ends, ("amin", "amax"), strict=True):
        start = torch.full(shape, end, dtype=x.dtype, device=x.device)
        start = torch.where(has_zero, torch.full_like(start, zero), start)
        found.append(start.view(-1).scatter_reduce(0, place, x, how).view(shape))
    return found[0], found[1]


def is_large(tensor: torch.Tensor) -> bool:
    """Return whether a tensor is sparse and too large to be made dense."""
    return tensor.layout != torch.strided and tensor.numel() > DENSIFIED_ELEMENTS


def stored(tensor: torch.Tensor, plane: Plane) -> Stored:
    """Return the stored cells of `plane` of a sparse tensor of any layout.

    Raises RuntimeError for a layout that torch can't turn into COO.
    """
    coo = tensor if tensor.layout == torch.sparse_coo else tensor.to_sparse()
    coo = coo.coalesce()
    indices, values = coo.indices(), coo.values()
    running = [dim for dim in (plane.rows, plane.columns) if dim is not None]
    # Dims after the sparse ones are dims of the values.
    for dim in sorted(set(range(tensor.ndim)) - set(running), reverse=True):
        if dim >= coo.sparse_dim():
            values = values.select(dim - coo.sparse_dim() + 1, plane.index[dim])
    kept = torch.ones(values.shape[0], dtype=torch.bool, device=values.device)
    for dim in set(range(coo.sparse_dim())) - set(running):
        kept &= indices[dim] == plane.index[dim]
    indices, values = indices[:, kept], values[kept]
    dense = sorted(dim for dim in running if dim >= coo.sparse_dim())
    places = {}
    for dim in running:
        if dim in dense:
            numbers, axis = (
                torch.arange(tensor.shape[dim], device=values.device),
                dense.index(dim) + 1,
            )
        else:
            numbers, axis = indices[dim], 0
        across = [1] * values.ndim
        across[axis] = -1
        places[dim] = numbers.view(across).expand(values.shape).reshape(-1)
    none = torch.zeros(values.numel(), dtype=torch.int64, device=values.device)
    return Stored(
        tuple(1 if dim is None else tensor.shape[dim] for dim in (plane.rows, plane.columns)),  # type: ignore[arg-type]  # two of them
        none if plane.rows is None else places[plane.rows],
        none if plane.columns is None else places[plane.columns],
        values.reshape(-1),
    )
