"""What the heat map asks about all values of a plane or a tensor: counts, statistics, lines."""

import math
from typing import ClassVar, Literal

import msgspec

from explorer.panes.heatmap import CellsAsk, Part, Plane
from explorer.protocol import Answer, Array, Lane

BINS = 256
"""A histogram has at most so many."""
FEW_VALUES = 10
"""Whole numbers of at most so many different values are listed."""
MOST_LINES = 10_000
"""A table of rows or columns has at most so many."""
SYMLOG_DECADES = 3
"""So many powers of ten of either sign are drawn apart; what is smaller lies even about 0."""

Along = Literal["rows", "columns", "maps"]


class Axis(msgspec.Struct, frozen=True):
    """How values are laid out along a scale.

    "log" is for values above 0. "symlog" is asinh(value / unit): even within `unit` of 0 and
    logarithmic beyond, on either side.
    """

    kind: Literal["linear", "log", "symlog"] = "linear"
    unit: float = 1.0

    def place(self, value: float) -> float:
        """Return where a value lies; -inf where it has no place."""
        if self.kind == "log":
            return math.log(value) if value > 0 else -math.inf
        if self.kind == "symlog":
            return math.asinh(value / self.unit)
        return float(value)

    def value(self, place: float) -> float:
        """Return the value that lies at `place`."""
        if self.kind == "linear":
            return place
        try:
            return math.exp(place) if self.kind == "log" else math.sinh(place) * self.unit
        except OverflowError:  # a rounding error beyond the largest number there is
            return math.copysign(1.7976931348623157e308, place)


class Histogram(msgspec.Struct, frozen=True):
    """How many of the finite elements from `low` to `high` lie in each of the bins.

    With a `width`, bin i holds the whole numbers from `low + i * width` to before the next bin's:
    exact. Without, bins are equally wide along `axis`, each holds its lower edge and the last one
    `high`; edges are then exact to the last bits of a float64. `below` and `above` count what lies
    outside, and on a "log" axis what has no place on it.
    """

    low: int | float
    high: int | float
    counts: tuple[int, ...]
    width: int = 0
    below: int = 0
    above: int = 0
    axis: Axis = Axis()

    @property
    def places(self) -> tuple[float, float]:
        """Where on the axis the bins begin and end, half a step about whole numbers."""
        if self.width:
            low = float(self.low) - 0.5
            return low, low + float(len(self.counts) * self.width)
        return self.axis.place(self.low), self.axis.place(self.high)


class SteppedAsk(CellsAsk, frozen=True, kw_only=True):
    """A question that is answered in steps: the same ask again goes on, until `progress` is 1.

    Asks with the same `number` are one question; a tensor that was written to needs another.
    """

    lane: ClassVar[Lane] = "side"
    number: int = 0
    part: Part = "magnitude"


class SummaryAsk(SteppedAsk, frozen=True, kw_only=True):
    """Count the values of `plane`, of the whole tensor if None.

    With `percentiles` (two, in per cent) these are found, and the bins lie about them. With
    `logarithmic` the engine chooses an axis that fits the values.
    """

    plane: Plane | None
    percentiles: tuple[float, float] | None = None
    logarithmic: bool = False


class Stepped(Answer, frozen=True, kw_only=True):
    """What is known so far; `progress` from 0 to 1 says how much of the work is done."""

    progress: float = 1.0


class Summary(Stepped, frozen=True, kw_only=True):
    """Counts and statistics. All but the counts of `count` elements are of the finite ones alone.

    `std` is torch's (divided by n - 1; NaN for one element) and `norm` the square root of the sum
    of squares. `percentiles` are elements: the nearest from below and from above. `least_positive`
    is told on a "log" axis. `values` lists whole numbers with their counts where they are few.
    """

    count: int = 0
    nan: int = 0
    positive_infinity: int = 0
    negative_infinity: int = 0
    zeros: int = 0
    minimum: int | float | None = None
    maximum: int | float | None = None
    least_positive: int | float | None = None
    mean: float | None = None
    std: float | None = None
    norm: float | None = None
    values: tuple[tuple[int, int], ...] = ()
    percentiles: tuple[int | float, int | float] | None = None
    histogram: Histogram | None = None

    @property
    def finite(self) -> int:
        """How many elements are finite."""
        return self.count - self.nan - self.positive_infinity - self.negative_infinity


class LinesAsk(SteppedAsk, frozen=True, kw_only=True):
    """Tell of each row or column of `plane`, from `start` to `stop`, its statistics.

    With `block` > 1 so many lines together are one; then, and without `full`, only the ranges are
    told. Of a plane with a grid each map is one line, and only its range is told.
    """

    plane: Plane
    along: Along
    start: int
    stop: int
    block: int = 1
    full: bool = False


class Lines(Stepped, frozen=True, kw_only=True):
    """The statistics of lines, each float64 and of the finite elements alone.

    A line without any has low = inf, high = -inf and mean = NaN. With `progress` below 1 they are those of the pieces counted so far.
    """

    low: Array
    high: Array
    mean: Array
    std: Array
    zeros: Array
    nan: Array
    infinite: Array
