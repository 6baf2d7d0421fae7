"""Count the values of a tensor: its range, its percentiles, then its histogram and statistics.

Each is a pass over all pieces, since bins lie between the range that the first pass finds. Whole
numbers are counted as distances from the least one, modulo 2**64, so that no dtype loses a bit.
"""

import math
from dataclasses import dataclass, field
from typing import cast

import torch
from msgspec import structs

from explorer.panes.heatmap.counts.stage import Cut, Stage, decimal
from explorer.panes.heatmap.counts.summary import (
    BINS,
    FEW_VALUES,
    SYMLOG_DECADES,
    Axis,
    Histogram,
    Summary,
    SummaryAsk,
)

DIGIT_BITS = 17
"""So many bits of a rank's element are found in one pass."""
MARGIN = 0.25
"""Bins about percentiles reach so far beyond them, as a share of their distance."""

_RANGE_SHARE, _SELECT_SHARE = 0.3, 0.6
_BITS = {torch.float32: torch.int32, torch.float64: torch.int64}

Level = int | float


@dataclass(slots=True)
class Ends:
    """The first pass: least and greatest, what is not finite, zeros, and values that are few.

    `working` and `bias` are those of the `Source` that pieces are read from.
    """

    ask: SummaryAsk
    working: torch.dtype
    bias: int
    count: int = 0
    nan: int = 0
    positive_infinity: int = 0
    negative_infinity: int = 0
    zeros: int = 0
    low: Level | None = None
    high: Level | None = None
    least_positive: Level | None = None
    few: dict[int, int] | None = field(default_factory=dict)

    @property
    def share(self) -> tuple[float, float]:
        """See `Stage`."""
        return 0.0, _RANGE_SHARE

    def add(self, x: torch.Tensor, cut: Cut, times: int = 1) -> None:
        """See `Stage`."""
        del cut
        self.count += x.numel() * times
        if x.is_floating_point():
            x = self._finite(x)
        if x.numel() == 0:
            return
        zeros = int((x == -self.bias).sum()) if self.bias else x.numel() - _nonzeros(x)
        self.zeros += zeros * times
        if not x.is_floating_point():
            self._list(x, times)
        low, high = _extremes(x)
        self.low = low if self.low is None else min(self.low, low)
        self.high = high if self.high is None else max(self.high, high)
        if self.ask.logarithmic and high > -self.bias:
            positive = x[x > -self.bias].amin().item()
            known = self.least_positive
            self.least_positive = positive if known is None else min(positive, known)

    def then(self) -> "Stage | None":
        """See `Stage`."""
        if self.low is None or self.high is None:
            return None
        if self.ask.percentiles and self.low < self.high:
            finite = self.answer(1.0).finite
            targets = tuple(
                rounded(percent / 100 * (finite - 1))
                for percent, rounded in zip(
                    self.ask.percentiles, (math.floor, math.ceil), strict=True
                )
            )
            return Select(self, tuple(_Target(rank) for rank in targets))
        same = (self.low, self.low) if self.ask.percentiles else None
        return Bins.between(self, same)

    def answer(self, progress: float) -> Summary:
        """See `Stage`."""
        few = self.few if progress == 1.0 and self.few else {}
        return Summary(
            progress=progress,
            count=self.count,
            nan=self.nan,
            positive_infinity=self.positive_infinity,
            negative_infinity=self.negative_infinity,
            zeros=self.zeros,
            minimum=None if self.low is None else self.low + self.bias,
            maximum=None if self.high is None else self.high + self.bias,
            least_positive=(
                None if self.least_positive is None else self.least_positive + self.bias
            ),
            values=tuple((value + self.bias, n) for value, n in sorted(few.items())),
        )

    def _finite(self, x: torch.Tensor) -> torch.Tensor:
        """Count what is not finite, and return the rest."""
        low, high = torch.aminmax(x)
        if math.isfinite(low.item()) and math.isfinite(high.item()):
            return x  # NaN and infinities would have shown
        self.nan += int(torch.isnan(x).sum())
        self.positive_infinity += int((x == torch.inf).sum())
        self.negative_infinity += int((x == -torch.inf).sum())
        return x[torch.isfinite(x)]

    def _list(self, x: torch.Tensor, times: int) -> None:
        """Count each of few values; give up as soon as there are more."""
        rest = x
        for value in list(self.few or ()):
            self._count(value, x, times)
        while self.few is not None:
            for value in self.few:
                rest = rest[rest != value]
            if rest.numel() == 0:
                return
            found = torch.unique(rest[:1, :4096] if rest.ndim > 1 else rest[:4096]).tolist()
            if len(found) + len(self.few) > FEW_VALUES:
                self.few = None
                return
            for value in found:
                self._count(int(value), x, times)

    def _count(self, value: int, x: torch.Tensor, times: int) -> None:
        if self.few is not None:
            self.few[value] = self.few.get(value, 0) + int((x == value).sum()) * times


@dataclass(frozen=True, slots=True)
class _Target:
    """An element to be found by its rank: `prefix` is what is known of its leading bits."""

    rank: int
    prefix: int = 0


@dataclass(slots=True)
class Select:
    """Passes that find the elements of two ranks, DIGIT_BITS of each in one pass."""

    ends: Ends
    targets: tuple[_Target, ...]
    shift: int = -1
    """Bits that are not known after this pass."""
    width: int = 0
    """Bits that this pass finds."""
    counts: dict[int, torch.Tensor] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.shift < 0:
            bits = (self._key(self.ends.high) - self._key(self.ends.low)).bit_length()
            self.width = min(DIGIT_BITS, bits)
            self.shift = bits - self.width

    @property
    def share(self) -> tuple[float, float]:
        """See `Stage`."""
        return _RANGE_SHARE, _SELECT_SHARE

    def add(self, x: torch.Tensor, cut: Cut, times: int = 1) -> None:
        """See `Stage`."""
        del cut
        distance = _keys(_only_finite(x)) - _wrapped(self._key(self.ends.low))
        digits = _shifted(distance, self.shift) & ((1 << self.width) - 1)
        for prefix in {target.prefix for target in self.targets}:
            mine = digits
            if self.counts or self.shift + self.width < 64:
                mine = digits[_shifted(distance, self.shift + self.width) == prefix]
            found = torch.bincount(mine.flatten(), minlength=1 << self.width)
            self.counts[prefix] = self.counts.get(prefix, 0) + found.cpu() * times

    def then(self) -> "Stage | None":
        """See `Stage`."""
        targets = []
        for target in self.targets:
            below = torch.cumsum(self.counts[target.prefix], 0)
            digit = int(torch.searchsorted(below, target.rank, right=True))
            before = int(below[digit - 1]) if digit else 0
            prefix = (target.prefix << self.width) | digit
            targets.append(_Target(target.rank - before, prefix))
        if self.shift:
            width = min(DIGIT_BITS, self.shift)
            return Select(self.ends, tuple(targets), self.shift - width, width)
        low, high = (self._level(target.prefix + self._key(self.ends.low)) for target in targets)
        return Bins.between(self.ends, (low, high))

    def answer(self, progress: float) -> Summary:
        """See `Stage`."""
        return structs.replace(self.ends.answer(1.0), progress=progress)

    def _key(self, level: Level | None) -> int:
        return int(_keys(torch.tensor([level], dtype=self.ends.working)))

    def _level(self, key: int) -> Level:
        working = self.ends.working
        if working not in _BITS:
            return key
        bits = torch.tensor([key], dtype=_BITS[working])
        return cast("float", _turned(bits).view(working).item())


@dataclass(slots=True)
class Bins:
    """The last pass: a histogram between `low` and `high`, mean and square sums.

    `width_bits` is for whole numbers on a linear axis: bins are 2 ** width_bits wide.
    """

    ends: Ends
    percentiles: tuple[Level, Level] | None
    low: Level
    high: Level
    axis: Axis
    width_bits: int | None
    counts: torch.Tensor
    """Below, the bins, above."""
    n: int = 0
    mean: float = 0.0
    squares: float = 0.0
    """Mean of shares of the range, 0 to 1, and the sum of their squared distances from it."""

    @staticmethod
    def between(ends: Ends, percentiles: tuple[Level, Level] | None) -> "Bins":
        """Return the pass with bins that fit the range, or the percentiles."""
        low, high = cast("Level", ends.low), cast("Level", ends.high)
        axis = Axis()
        if ends.ask.logarithmic:
            axis = _log_axis(low + ends.bias, high + ends.bias)
            if axis.kind == "log" and ends.least_positive is not None:
                low = max(low, ends.least_positive)
        elif percentiles and low < high:
            room = (percentiles[1] / 2 - percentiles[0] / 2) * 2 * MARGIN
            if isinstance(low, int):
                room = int(room)
            low, high = max(low, percentiles[0] - room), min(high, percentiles[1] + room)
        bits, count = None, BINS
        if isinstance(low, int) and isinstance(high, int) and axis.kind == "linear":
            bits = max(0, (high - low).bit_length() - BINS.bit_length() + 1)
            count = ((high - low) >> bits) + 1
        elif low == high:
            count = 1
        counts = torch.zeros(count + 2, dtype=torch.int64)
        return Bins(ends, percentiles, low, high, axis, bits, counts)

    @property
    def share(self) -> tuple[float, float]:
        """See `Stage`."""
        return (_SELECT_SHARE if self.percentiles else _RANGE_SHARE), 1.0

    def add(self, x: torch.Tensor, cut: Cut, times: int = 1) -> None:
        """See `Stage`."""
        del cut
        x = _only_finite(x).flatten()
        if x.numel() == 0:
            return
        self._accumulate(x, times)
        places = self._whole_places(x) if self.width_bits is not None else self._places(x)
        self.counts += torch.bincount(places, minlength=len(self.counts)).cpu() * times

    def then(self) -> "Stage | None":
        """See `Stage`."""
        return None

    def answer(self, progress: float) -> Summary:
        """See `Stage`."""
        counts = self.counts.tolist()
        bias = self.ends.bias
        histogram = Histogram(
            low=self.low + bias,
            high=self.high + bias,
            width=0 if self.width_bits is None else 1 << self.width_bits,
            counts=tuple(counts[1:-1]),
            below=counts[0],
            above=counts[-1],
            axis=self.axis,
        )
        shown = self.percentiles and (self.percentiles[0] + bias, self.percentiles[1] + bias)
        mean, std, norm = self._statistics()
        return structs.replace(
            self.ends.answer(1.0),
            progress=progress,
            mean=mean,
            std=std,
            norm=norm,
            percentiles=shown,
            histogram=histogram,
        )

    def _statistics(self) -> tuple[float, float, float]:
        """Return mean, std and norm."""
        low, high = cast("Level", self.ends.low), cast("Level", self.ends.high)
        bias, n = self.ends.bias, max(1, self.n)
        first, half = float(low + bias), float(high) / 2 - float(low) / 2
        if isinstance(low, int) and isinstance(high, int):
            half = (high - low) / 2
        mean = first + self.mean * half + self.mean * half
        spread = math.sqrt(self.squares / (n - 1)) if n > 1 else math.nan
        std = spread * half * 2
        # As shares of the largest size, whose squares neither overflow nor vanish.
        size = max(abs(first), abs(float(high + bias)))
        if not size:
            return mean, std, 0.0
        variance = self.squares / n * (half / size * 2) ** 2
        norm = size * (math.sqrt(n) * math.sqrt((mean / size) ** 2 + variance))
        return mean, std, norm

    def _accumulate(self, x: torch.Tensor, times: int) -> None:
        """Add a piece to mean and squares, as Chan, Golub and LeVeque do."""
        low, high = cast("Level", self.ends.low), cast("Level", self.ends.high)
        shares = _shares(x, low, high)
        n = shares.numel() * times
        mean = shares.mean().item()
        squares = torch.square(shares.sub_(mean)).sum().item() * times
        total, apart = self.n + n, mean - self.mean
        self.squares += squares + apart * apart * self.n * n / total
        self.mean += apart * n / total
        self.n = total

    def _whole_places(self, x: torch.Tensor) -> torch.Tensor:
        assert self.width_bits is not None  # noqa: S101 - the caller asked
        x = x.to(torch.int64)
        inside = (x >= self.low) & (x <= self.high)
        places = _shifted(x - int(self.low), self.width_bits) + 1
        outside = torch.where(x < self.low, 0, len(self.counts) - 1)
        return torch.where(inside, places, outside)

    def _places(self, x: torch.Tensor) -> torch.Tensor:
        bins = len(self.counts) - 2
        shares = self._axis_shares(x)
        places = torch.floor(shares * bins)
        places = torch.where(shares == 1, bins - 1, places)
        return places.clamp_(-1, bins).to(torch.int64) + 1

    def _axis_shares(self, x: torch.Tensor) -> torch.Tensor:
        if self.axis.kind == "linear":
            return _shares(x, self.low, self.high)
        bias = self.ends.bias
        values = decimal(x, bias)
        if self.axis.kind == "log":
            places = torch.where(values > 0, torch.log(values), -torch.inf)
        else:
            places = torch.asinh(values / self.axis.unit)
        low, high = self.axis.place(self.low + bias), self.axis.place(self.high + bias)
        if low == high:
            return torch.where(places < low, -1.0, torch.zeros_like(places))
        # The ends are to be inside whatever the last bit of two logarithms is.
        shares = (places - low) / (high - low)
        shares = torch.where(x == self.low, 0.0, shares)
        return torch.where(x == self.high, 1.0, shares)


def _log_axis(low: Level, high: Level) -> Axis:
    if low < 0:
        size = max(abs(float(low)), abs(float(high)))
        return Axis("symlog", size / 10**SYMLOG_DECADES)
    return Axis("log") if high > 0 else Axis()


def _shares(x: torch.Tensor, low: Level, high: Level) -> torch.Tensor:
    """Return where numbers lie between `low`, 0, and `high`, 1, in float64."""
    if low == high:
        return torch.zeros(x.shape, dtype=torch.float64, device=x.device)
    if isinstance(low, int) and isinstance(high, int):
        if high - low < 2**63:
            return (x.to(torch.int64) - low).to(torch.float64).div_(high - low)
        return (x.to(torch.float64) - float(low)).div_(float(high - low))
    span = float(high) - float(low)
    if math.isfinite(span):
        return (x.to(torch.float64) - float(low)).div_(span)
    half = float(high) / 2 - float(low) / 2
    return (x.to(torch.float64) / 2 - float(low) / 2).div_(half)


def _only_finite(x: torch.Tensor) -> torch.Tensor:
    if not x.is_floating_point():
        return x
    low, high = torch.aminmax(x)
    if math.isfinite(low.item()) and math.isfinite(high.item()):
        return x
    return x[torch.isfinite(x)]


def _extremes(x: torch.Tensor) -> tuple[Level, Level]:
    if x.dtype == torch.int64:
        # torch's int64 amin is 25 times slower than its amax, and ~ turns the order round exactly.
        return ~int(torch.amax(~x)), int(torch.amax(x))
    low, high = torch.aminmax(x)
    return low.item(), high.item()


def _nonzeros(x: torch.Tensor) -> int:
    return int(torch.count_nonzero(x))


def _keys(x: torch.Tensor) -> torch.Tensor:
    """Return int64 numbers in the order of `x`; two that differ have keys that differ."""
    if x.dtype not in _BITS:
        return x.to(torch.int64)
    positive_zero = x + 0.0  # -0.0 would come before the least element, 0.0
    return _turned(positive_zero.view(_BITS[x.dtype])).to(torch.int64)


def _turned(bits: torch.Tensor) -> torch.Tensor:
    """Turn the bits of negative floats, which are in reverse order, round; and back again."""
    return torch.where(bits < 0, bits ^ torch.iinfo(bits.dtype).max, bits)


def _wrapped(number: int) -> int:
    return (number + 2**63) % 2**64 - 2**63


def _shifted(distance: torch.Tensor, bits: int) -> torch.Tensor:
    """Shift right numbers without a sign, which int64 holds modulo 2**64."""
    if bits >= 64:
        return torch.zeros_like(distance)
    return (distance >> bits) & ((1 << (64 - bits)) - 1) if bits else distance
