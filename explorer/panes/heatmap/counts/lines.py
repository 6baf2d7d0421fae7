"""Statistics of each row or column of a plane, in one pass over its pieces."""

import torch

from explorer.panes.heatmap.counts.stage import Cut, Stage, decimal
from explorer.panes.heatmap.counts.summary import Lines, LinesAsk
from explorer.protocol import Array

UNTOLD = "mean", "std", "zeros", "nan", "infinite"
"""What is not told of maps."""


class LineStatistics:
    """The pass. Pieces are cut from a matrix whose lines run along `dim`."""

    share = (0.0, 1.0)

    def __init__(self, ask: LinesAsk, bias: int, dim: int) -> None:
        count = ask.stop - ask.start
        self._ask, self._bias, self._dim = ask, bias, dim
        self._low = torch.full((count,), torch.inf, dtype=torch.float64)
        self._high = torch.full((count,), -torch.inf, dtype=torch.float64)
        self._n, self._mean, self._squares, self._zeros, self._nan, self._infinite = torch.zeros(
            (6, count), dtype=torch.float64
        )

    def add(self, x: torch.Tensor, cut: Cut, times: int = 1) -> None:
        """See `Stage`."""
        del times  # lines are counted of what is stored whole
        dim, lines = self._dim, cut[1 - self._dim]
        finite = None
        values = decimal(x, self._bias)
        if x.is_floating_point():
            finite = torch.isfinite(values)
            if bool(finite.all()):
                finite = None
        low = values if finite is None else torch.where(finite, values, torch.inf)
        high = values if finite is None else torch.where(finite, values, -torch.inf)
        self._low[lines] = torch.minimum(self._low[lines], low.amin(dim).cpu())
        self._high[lines] = torch.maximum(self._high[lines], high.amax(dim).cpu())
        if not self._ask.full:
            return
        self._zeros[lines] += (values == 0).sum(dim).cpu()
        if finite is None:
            n = torch.full_like(self._n[lines], x.shape[dim])
        else:
            n = finite.sum(dim).to(torch.float64).cpu()
            self._nan[lines] += torch.isnan(values).sum(dim).cpu()
            self._infinite[lines] += torch.isinf(values).sum(dim).cpu()
            values = torch.where(finite, values, 0.0)
        self._accumulate(values, finite, n, lines)

    def _accumulate(
        self, values: torch.Tensor, finite: torch.Tensor | None, n: torch.Tensor, lines: slice
    ) -> None:
        """Add a piece to means and squares, as Chan, Golub and LeVeque do."""
        dim, device = self._dim, values.device
        some = n.clamp(min=1)
        # Divided before they are added: the sum of finite numbers may be infinite, their mean not.
        mean = (values / some.to(device).unsqueeze(dim)).sum(dim)
        apart = values - mean.unsqueeze(dim)
        if finite is not None:
            apart = torch.where(finite, apart, 0.0)
        squares = torch.square(apart).sum(dim).cpu()
        mean = mean.cpu()
        before = self._n[lines]
        total = (before + n).clamp(min=1)
        between = mean - self._mean[lines]
        self._squares[lines] += squares + between * between * before * n / total
        self._mean[lines] += between * n / total
        self._n[lines] += n

    def then(self) -> Stage | None:
        """See `Stage`."""
        return None

    def answer(self, progress: float) -> Lines:
        """See `Stage`."""
        low, high, block = self._low, self._high, self._ask.block
        if block > 1:
            short = -len(low) % block
            low = torch.nn.functional.pad(low, (0, short), value=torch.inf).view(-1, block).amin(1)
            high = (
                torch.nn.functional.pad(high, (0, short), value=-torch.inf).view(-1, block).amax(1)
            )
        mean = torch.where(self._n > 0, self._mean, torch.nan)
        std = torch.where(self._n > 1, (self._squares / (self._n - 1)).sqrt(), torch.nan)
        return Lines(
            progress=progress,
            low=_array(low),
            high=_array(high),
            mean=_array(mean),
            std=_array(std),
            zeros=_array(self._zeros),
            nan=_array(self._nan),
            infinite=_array(self._infinite),
        )


class MapRanges:
    """The pass over a tensor's maps, (a, b, rows, columns) in any order of dims: their ranges."""

    share = (0.0, 1.0)

    def __init__(self, bias: int, maps: tuple[int, int], order: tuple[int, ...]) -> None:
        """Take pieces whose dim `i` is dim `order[i]` of (a, b, rows, columns)."""
        self._bias, self._order = bias, order
        self._low = torch.full(maps, torch.inf, dtype=torch.float64)
        self._high = torch.full(maps, -torch.inf, dtype=torch.float64)

    def add(self, x: torch.Tensor, cut: Cut, times: int = 1) -> None:
        """See `Stage`."""
        del times  # maps are counted of what is stored whole
        values = decimal(x, self._bias).view([part.stop - part.start for part in cut])
        values = values.permute([self._order.index(dim) for dim in range(4)])
        finite = torch.isfinite(values)
        at = cut[self._order.index(0)], cut[self._order.index(1)]
        low = torch.where(finite, values, torch.inf).amin((2, 3)).cpu()
        high = torch.where(finite, values, -torch.inf).amax((2, 3)).cpu()
        self._low[at] = torch.minimum(self._low[at], low)
        self._high[at] = torch.maximum(self._high[at], high)

    def then(self) -> Stage | None:
        """See `Stage`."""
        return None

    def answer(self, progress: float) -> Lines:
        """See `Stage`."""
        low, high, none = (
            _array(self._low.ravel()),
            _array(self._high.ravel()),
            _array(torch.empty(0)),
        )
        return Lines(progress=progress, low=low, high=high, **dict.fromkeys(UNTOLD, none))


def _array(numbers: torch.Tensor) -> Array:
    plain = numbers.contiguous().numpy()
    return Array("float64", plain.shape, plain.data.cast("B"))
