"""The answer about a rectangle: its cells added up, exactly where they are whole numbers."""

import math

import torch

from explorer.engine.reader import Reader
from explorer.panes.heatmap import Window
from explorer.panes.heatmap.counts.stage import Cut, Jobs, Stage, in_memory_order
from explorer.panes.heatmap.counts.summarizing import identity
from explorer.panes.heatmap.reading.rectangle import Rectangle, RectangleAsk
from explorer.panes.heatmap.tiles.plane import UnshowableError, checked, select
from explorer.panes.heatmap.tiles.reduce import Source
from explorer.panes.heatmap.tiles.sparse import is_large, stored
from explorer.protocol import Answer

_JOBS = Jobs()

HALF = 32
"""Bits: the halves of many whole numbers can be added up in 64 without an overflow."""


def answer_rectangle(ask: RectangleAsk, reader: Reader, jobs: Jobs = _JOBS) -> Answer:
    """Go on adding up what `ask` asks for."""
    tensor = reader.tensor(ask.expression, ask.as_of)
    window = ask.window
    filling = None
    try:
        plain = checked(tensor, ask.expression)
        if is_large(plain):
            inside = stored(plain, ask.plane).inside(window)
            unstored = inside.shape[0] * inside.shape[1] - inside.values.numel()
            cells = inside.values if len(inside.values) else inside.values.new_zeros(1)
            unstored -= len(cells) - len(inside.values)
            source = Source(cells[None], ask.part)
            zero = torch.full((1, 1), -source.bias, dtype=source.working)
            filling = (zero.to(cells.device), unstored) if unstored else None
        else:
            matrix = select(tensor, ask.plane, ask.expression)
            cells = matrix[window.top : window.bottom, window.left : window.right]
            if cells.numel() == 0:
                raise IndexError(f"{ask.expression} has no cells at {window}")
            cells = in_memory_order(cells)
    except UnshowableError as error:
        return error.problem
    bias = Source(torch.empty((1, 1), dtype=cells.dtype), ask.part).bias
    return jobs.step(ask, identity(tensor), cells, lambda: Sums(window, bias), filling)


class Sums:
    """The pass over a rectangle's cells: see `Stage`."""

    share = (0.0, 1.0)

    def __init__(self, window: Window, bias: int) -> None:
        self._window, self._bias = window, bias
        self._finite = self._nan = self._infinite = 0
        self._whole, self._parts = 0, list[float]()
        self._low: int | float | None = None
        self._high: int | float | None = None
        self._is_whole = True

    def add(self, x: torch.Tensor, cut: Cut, times: int = 1) -> None:
        """See `Stage`."""
        del cut
        self._is_whole = not x.is_floating_point()
        if self._is_whole:
            wide = x.to(torch.int64)
            high, low = wide >> HALF, wide & ((1 << HALF) - 1)
            total = (int(high.sum()) << HALF) + int(low.sum())
            self._whole += (total + self._bias * x.numel()) * times
            self._take(int(x.amin()) + self._bias, int(x.amax()) + self._bias)
            self._finite += x.numel() * times
            return
        wide = x.to(torch.float64).reshape(-1)
        finite = torch.isfinite(wide)
        if not bool(finite.all()):
            nan = int(torch.isnan(wide).sum())
            self._nan += nan * times
            self._infinite += (wide.numel() - int(finite.sum()) - nan) * times
            wide = wide[finite]
        if wide.numel():
            self._parts.append(float(wide.sum()) * times)
            self._take(float(wide.amin()), float(wide.amax()))
            self._finite += wide.numel() * times

    def _take(self, low: int | float, high: int | float) -> None:
        self._low = low if self._low is None else min(low, self._low)
        self._high = high if self._high is None else max(high, self._high)

    def then(self) -> Stage | None:
        """See `Stage`."""
        return None

    def answer(self, progress: float) -> Rectangle:
        """See `Stage`."""
        count = self._finite + self._nan + self._infinite
        known = Rectangle(
            progress=progress,
            window=self._window,
            count=count,
            nan=self._nan,
            infinite=self._infinite,
        )
        if not self._finite:
            return known
        total = self._whole if self._is_whole else _sum(self._parts)
        return Rectangle(
            progress=progress,
            window=self._window,
            count=count,
            nan=self._nan,
            infinite=self._infinite,
            total=repr(total),
            mean=total / self._finite,
            minimum=self._low,
            maximum=self._high,
        )


def _sum(parts: list[float]) -> float:
    try:
        return math.fsum(parts)
    except (OverflowError, ValueError):  # finite numbers may have an infinite sum
        return sum(parts)
