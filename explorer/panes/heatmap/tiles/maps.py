"""The maps of a mosaic in blocks of one size, reduced a group of maps at a time, and kept."""

import time
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from math import prod

import numpy as np
import torch

from explorer.panes.heatmap import Window
from explorer.panes.heatmap.slices.mosaic import Mosaic
from explorer.panes.heatmap.tiles.block import Blocks, amin, reduced
from explorer.panes.heatmap.tiles.job import FAR_FROM_FLOAT32, Job, is_alike
from explorer.panes.heatmap.tiles.reduce import Difference, Source, Span, pieces

GROUP_CELLS = 1 << 20
"""Small maps are reduced together, up to so many cells."""
GROUPED_CELLS = 1 << 16
"""A map of more cells is reduced by itself,"""
WHOLE_BLOCKS = 1 << 16
"""and whole, unless that makes more blocks than this: then only what is in view."""
KEPT_NBYTES = 12 << 20
"""What is out of view is kept up to this."""

Key = tuple[int, int, Window]
"""The first map of a group, in either dim, and the window of each map that is reduced."""


@dataclass(frozen=True, slots=True)
class Part:
    """Blocks of some maps, (n, h, w) each as in `Blocks`; `odd` is (3, n, h, w)."""

    low: torch.Tensor
    high: torch.Tensor
    mean: torch.Tensor
    odd: torch.Tensor | None
    anchor: int | float

    @property
    def nbytes(self) -> int:
        """The memory that it takes."""
        counted = 0 if self.odd is None else self.odd.nbytes
        return self.low.nbytes + self.high.nbytes + self.mean.nbytes + counted


class Maps:
    """Maps of a source whose matrix is (a, b, rows, columns): map `i * b + j` is its [i, j].

    It keeps no reference to the tensor: each step is given the source anew.
    """

    def __init__(self, source: Source, block: tuple[int, int]) -> None:
        self._a, self._b, height, width = source.matrix.shape
        self._cells, self._block, self._group = (height, width), block, (1, 1)
        self._is_grouped = height * width <= GROUPED_CELLS
        if self._is_grouped:
            across = min(self._b, GROUP_CELLS // (height * width))
            down = GROUP_CELLS // (height * width * across) if across == self._b else 1
            self._group = max(1, min(self._a, down)), across
        self._parts: OrderedDict[Key, Part] = OrderedDict()
        self._job: tuple[Key, Job] | None = None
        """What is half done."""
        self.progress = 0.0
        """The share of the last window that is done."""

    @property
    def nbytes(self) -> int:
        """The memory that it holds."""
        working = self._job[1].nbytes if self._job else 0
        return working + sum(part.nbytes for part in self._parts.values())

    def step(
        self, source: Source, mosaic: Mosaic, window: Window, seconds: float | None = None
    ) -> None:
        """Work for about `seconds` on what `window` shows, at least on one group; None: to the end."""
        end = time.perf_counter() + (seconds or 0)
        keys = self._keys(mosaic, window)
        done = 0
        for key in keys:
            if key in self._parts:
                self._parts.move_to_end(key)
            elif seconds is None or time.perf_counter() < end or not done:
                part = self._reduced(
                    source, key, None if seconds is None else end - time.perf_counter()
                )
                if part is None:
                    break
                self._parts[key] = part
            else:
                break
            done += 1
        self.progress = done / len(keys) if keys else 1.0
        while len(self._parts) > done and self.nbytes > KEPT_NBYTES:
            self._parts.popitem(last=False)

    def blocks(self, source: Source, mosaic: Mosaic, window: Window) -> tuple[Blocks, torch.Tensor]:
        """Return the blocks of `window`, and which of them lie in a gap, or in a map not yet done."""
        device, whole = source.matrix.device, Window(0, 0, *self._cells)
        parts = {key: self._parts[key] for key in self._keys(mosaic, window) if key in self._parts}
        anchor = next(iter(parts.values())).anchor if parts else 0
        down, right = (
            torch.from_numpy(found).to(device) for found in mosaic.spread(window, self._block)
        )
        picture = _Picture.empty(source.summed, (len(down), len(right)), device, anchor)
        maps = {key: part for key, part in parts.items() if key[2] == whole}
        if maps:
            places = self._numbers(maps, mosaic.count)
            picture.gather(mosaic, window, self._block, places, list(maps.values()))
        for (a, b, seen), part in parts.items():
            if seen != whole:
                row, column = mosaic.place(a * self._b + b, seen.top, seen.left)
                picture.put(
                    (row - window.top) // self._block[0],
                    (column - window.left) // self._block[1],
                    part,
                )
        heights = _sizes(down, self._block[0], self._cells[0])
        widths = _sizes(right, self._block[1], self._cells[1])
        blocks = Blocks(
            picture.low, picture.high, picture.mean, picture.odd, heights, widths, anchor
        )
        return blocks, ~picture.done

    def _numbers(self, maps: Iterable[Key], count: int) -> torch.Tensor:
        """Return where each map stands in the parts of `maps`, -1 if in none."""
        places, n = torch.full((count,), -1), 0
        for a, b, _ in maps:
            rows = torch.arange(a, min(a + self._group[0], self._a))
            columns = torch.arange(b, min(b + self._group[1], self._b))
            numbers = (rows[:, None] * self._b + columns).ravel()
            places[numbers] = torch.arange(n, n + len(numbers))
            n += len(numbers)
        return places

    def _keys(self, mosaic: Mosaic, window: Window) -> list[Key]:
        """Return the groups that `window` shows, in order."""
        seen, whole = mosaic.seen(window), Window(0, 0, *self._cells)
        if self._is_grouped:
            high, wide = self._group
            groups = np.stack((seen // self._b // high, seen % self._b // wide), 1)
            firsts = np.unique(groups, axis=0).tolist()
            return [(a * high, b * wide, whole) for a, b in firsts]
        blocks = (-(-n // k) for n, k in zip(self._cells, self._block, strict=True))
        is_whole = prod(blocks) <= WHOLE_BLOCKS
        keys = []
        for number in seen.tolist():
            part = whole if is_whole else self._snapped(mosaic.within(number, window))
            if part.top < part.bottom and part.left < part.right:
                keys.append((number // self._b, number % self._b, part))
        return keys

    def _snapped(self, window: Window) -> Window:
        high, wide = self._block
        return Window(
            window.top // high * high,
            window.left // wide * wide,
            min(self._cells[0], -(-window.bottom // high) * high),
            min(self._cells[1], -(-window.right // wide) * wide),
        )

    def _reduced(self, source: Source, key: Key, seconds: float | None) -> Part | None:
        """Reduce a group; None if the time was not enough for it."""
        a, b, window = key
        if self._is_grouped:
            rows, columns = (
                (a, min(a + self._group[0], self._a)),
                (b, min(b + self._group[1], self._b)),
            )
            return grouped(source, rows, columns, self._block)
        one = _one(source, a, b)
        if self._job is None or self._job[0] != key:
            spans = (window.top, window.bottom), (window.left, window.right)
            self._job = key, Job(one, *spans, self._block)
        job = self._job[1]
        job.step(one, seconds)
        if not job.is_done:
            return None
        self._job, found = None, job.blocks()
        odd = None if found.odd is None else found.odd[:, None]
        return Part(found.low[None], found.high[None], found.mean[None], odd, found.anchor)


@dataclass(frozen=True, slots=True)
class _Layer:
    """Where a window of a mosaic takes maps from: `maps`, (i, j), numbers them, -1 for none.

    `gap` and `pitch` are (rows, columns), all in blocks; `window` is a part of the maps' picture.
    """

    maps: torch.Tensor
    gap: int
    pitch: tuple[int, int]
    window: tuple[slice, slice]

    @staticmethod
    def of(
        mosaic: Mosaic, window: Window, block: tuple[int, int], places: torch.Tensor
    ) -> "_Layer":
        rows = _span(window.top, window.bottom, mosaic.row_pitch)
        columns = _span(window.left, window.right, mosaic.column_pitch)
        i, j = (torch.arange(*span, device=places.device) for span in (rows, columns))
        numbers = i[:, None] * mosaic.across + j
        is_map = (numbers < mosaic.count) & (j < mosaic.across)
        maps = torch.where(is_map, places[numbers.clamp(max=mosaic.count - 1)], -1)
        top, left = rows[0] * mosaic.row_pitch, columns[0] * mosaic.column_pitch
        return _Layer(
            maps,
            mosaic.row_gap // block[0],
            (mosaic.row_pitch // block[0], mosaic.column_pitch // block[1]),
            (
                slice((window.top - top) // block[0], -(-(window.bottom - top) // block[0])),
                slice((window.left - left) // block[1], -(-(window.right - left) // block[1])),
            ),
        )

    def spread(self, x: torch.Tensor, filling: torch.Tensor) -> torch.Tensor:
        """Return the blocks (n, h, w) of maps in their places in the window, `filling` elsewhere."""
        none = filling.expand(1, *x.shape[1:])
        taken = torch.cat([x, none])[self.maps]  # -1 is the last
        whole = (self.maps.shape[0], self.pitch[0], self.maps.shape[1], self.pitch[1])
        picture = filling.expand(whole).clone()
        height, width = x.shape[1:]
        picture[:, self.gap : self.gap + height, :, :width] = taken.permute(0, 2, 1, 3)
        return picture.view(whole[0] * whole[1], whole[2] * whole[3])[self.window]


def _span(start: int, stop: int, pitch: int) -> Span:
    return start // pitch, -(-stop // pitch)


def _counted(part: Part) -> torch.Tensor:
    if part.odd is not None:
        return part.odd
    return torch.zeros((3, *part.low.shape), dtype=torch.int32, device=part.low.device)


@dataclass(slots=True)
class _Picture:
    """Blocks side by side, as far as they are known: `done` says where."""

    low: torch.Tensor
    high: torch.Tensor
    mean: torch.Tensor
    odd: torch.Tensor | None
    done: torch.Tensor
    anchor: int | float

    @staticmethod
    def empty(
        dtype: torch.dtype, shape: tuple[int, int], device: torch.device, anchor: int | float
    ) -> "_Picture":
        least: int | float = -torch.inf
        most: int | float = torch.inf
        if not dtype.is_floating_point:
            least, most = torch.iinfo(dtype).min, torch.iinfo(dtype).max
        return _Picture(
            torch.full(shape, most, dtype=dtype, device=device),
            torch.full(shape, least, dtype=dtype, device=device),
            torch.zeros(shape, dtype=_mean_dtype(dtype), device=device),
            None,
            torch.zeros(shape, dtype=torch.bool, device=device),
            anchor,
        )

    def gather(
        self,
        mosaic: Mosaic,
        window: Window,
        block: tuple[int, int],
        places: torch.Tensor,
        parts: list[Part],
    ) -> None:
        """Put whole maps in their places; `places` says which of all in `parts` each map is, or -1."""
        low, high = (torch.cat([getattr(part, name) for part in parts]) for name in ("low", "high"))
        mean = torch.cat([part.mean + (part.anchor - self.anchor) for part in parts])
        layer = _Layer.of(mosaic, window, block, places.to(low.device))
        self.low = layer.spread(low, self.low[0, 0])
        self.high = layer.spread(high, self.high[0, 0])
        self.mean = layer.spread(mean, self.mean[0, 0])
        self.done = layer.spread(torch.ones_like(low, dtype=torch.bool), self.done[0, 0])
        if any(part.odd is not None for part in parts):
            odd = torch.cat([_counted(part) for part in parts], 1)
            self.odd = torch.stack([layer.spread(kind, odd.new_zeros(())) for kind in odd])

    def put(self, row: int, column: int, part: Part) -> None:
        """Put the blocks of one map, or of a part of it, where they begin; cut at the edges."""
        height, width = self.low[row:, column:].shape
        height, width = min(height, part.low.shape[1]), min(width, part.low.shape[2])
        to = slice(row, row + height), slice(column, column + width)
        self.low[to], self.high[to] = part.low[0, :height, :width], part.high[0, :height, :width]
        self.mean[to] = part.mean[0, :height, :width] + (part.anchor - self.anchor)
        self.done[to] = True
        if part.odd is not None:
            if self.odd is None:
                self.odd = torch.zeros(
                    (3, *self.low.shape), dtype=torch.int32, device=self.low.device
                )
            self.odd[:, to[0], to[1]] = part.odd[:, 0, :height, :width].to(torch.int32)


def grouped(source: Source, a: Span, b: Span, block: tuple[int, int]) -> Part:
    """Reduce the maps [a, b] of a source all at once, each on a grid of blocks of its own."""
    rows, columns = source.matrix.shape[2:]
    count, device = (a[1] - a[0]) * (b[1] - b[0]), source.matrix.device
    x = torch.empty((a[1] - a[0], b[1] - b[0], rows, columns), dtype=source.summed, device=device)
    x = source.read(a, b, x).view(count, rows, columns)
    anchor = _anchor(x, source)
    shape = count, -(-rows // block[0]), -(-columns // block[1])
    low, high = torch.empty((2, *shape), dtype=x.dtype, device=device)
    mean = torch.empty(shape, dtype=_mean_dtype(x.dtype), device=device)
    odd: torch.Tensor | None = None
    for piece in pieces((0, rows), (0, columns), block, rows * columns):
        cells = x[:, slice(*piece.rows), slice(*piece.columns)]
        matrix = cells.reshape(-1, cells.shape[2])
        found = reduced(matrix, piece.height, piece.width, anchor)
        part = count, found.low.shape[0] // count, found.low.shape[1]
        at = (
            slice(None),
            slice(piece.row, piece.row + part[1]),
            slice(piece.column, piece.column + part[2]),
        )
        low[at], high[at] = found.low.view(part), found.high.view(part)
        mean[at] = found.mean.view(part)
        if found.odd is not None:
            if odd is None:
                odd = torch.zeros((3, *shape), dtype=torch.int32, device=device)
            odd[:, at[0], at[1], at[2]] = found.odd.view(3, *part).to(torch.int32)
    return Part(low, high, mean, odd, anchor)


def _anchor(x: torch.Tensor, source: Source) -> int | float:
    """Return a number near all cells if they are alike, else 0."""
    if source.summed not in FAR_FROM_FLOAT32:
        return 0
    cells = x[torch.isfinite(x)]
    if cells.numel() == 0:
        return 0
    low, high = amin(cells, 0).item(), cells.amax().item()
    return low if is_alike(low + source.bias, high + source.bias) else 0


def _mean_dtype(dtype: torch.dtype) -> torch.dtype:
    return torch.float64 if dtype == torch.int64 else dtype


def _one(source: Source, a: int, b: int) -> Source:
    """Return one map as a source of its own."""
    if isinstance(source, Difference):
        return replace(source, matrix=source.matrix[a, b], other=source.other[a, b])
    return replace(source, matrix=source.matrix[a, b])


def _sizes(numbers: torch.Tensor, side: int, cells: int) -> torch.Tensor:
    """Return how many cells of a map each row or column of blocks has, 0 in a gap."""
    left = (cells - numbers * side).clamp(0, side)
    return torch.where(numbers < 0, 0, left).to(torch.float64)
