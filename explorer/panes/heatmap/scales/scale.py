"""The colour scale: levels, map and steps as a value, and how it is fitted to what is drawn."""

import math
from dataclasses import dataclass, replace
from typing import Literal

from explorer.panes.heatmap import Part, Reduce, Tile
from explorer.panes.heatmap.counts.summary import FEW_VALUES, SYMLOG_DECADES, Along, Axis, Summary
from explorer.text import Text

Mode = Literal["auto", "minmax", "percentile", "symmetric", "log", "row", "column", "map", "fixed"]
Scope = Literal["slice", "tensor"]

SEQUENTIAL, DIVERGING, CYCLIC = "viridis", "CET-D1A", "CET-C1"
MAPS: dict[Text, str] = {
    "viridis": "viridis",
    "cividis": "cividis",
    "magma": "magma",
    "plasma": "plasma",
    "grey": "CET-L1",
    "white-blue": "CET-L12",
    "blue-white-red": DIVERGING,
    "green-white-purple": "CET-D2",
    "blue-white-yellow": "CET-CBD1",
    "cyclic": CYCLIC,
}
"""What a person chooses: pyqtgraph's name. All keep their order in grey, none is a rainbow."""
LINE_MODES: dict[Mode, Along] = {"row": "rows", "column": "columns", "map": "maps"}
"""Modes that give each line of the plane, or each of many planes, levels of its own."""

Level = int | float
LOG_10 = math.log(10)
LINEAR = Axis()


@dataclass(frozen=True, slots=True)
class Choice:
    """What the person chose; "auto" leaves it to the values.

    `basis` is the mode from which the person went on to levels of their own ("fixed").
    """

    mode: Mode = "auto"
    map: str = "auto"
    percentiles: tuple[float, float] = (1.0, 99.0)
    scope: Scope = "slice"
    basis: Mode = "auto"

    @property
    def laid_out(self) -> Mode:
        """The mode that says how values lie along the bar."""
        return self.basis if self.mode == "fixed" else self.mode

    @property
    def is_of_lines(self) -> bool:
        """Whether each line or plane has levels of its own."""
        return self.mode in LINE_MODES

    @property
    def unfixed(self) -> "Choice":
        """The choice with levels that follow the values."""
        return replace(self, mode=self.laid_out, basis="auto")

    def at_levels(self) -> "Choice":
        """Return the choice with levels that the person set."""
        return replace(self, mode="fixed", basis=self.laid_out)


@dataclass(frozen=True, slots=True)
class Levels:
    """A range that one heat map gives to others."""

    low: Level
    high: Level
    axis: Axis = LINEAR


@dataclass(frozen=True, slots=True)
class Scale:
    """Values from `low` to `high` run through `map` along `axis`; few whole numbers by `steps`.

    `steps` are the legend's labels, for `values`, or where those are none for `low`, `low + 1` ...
    With `along`, each row or column has a range of its own, of which `low` and `high` are shares.
    """

    low: Level = 0
    high: Level = 1
    map: str = SEQUENTIAL
    steps: tuple[str, ...] = ()
    values: tuple[int, ...] = ()
    axis: Axis = LINEAR
    along: Along | None = None

    def levels(self, *, whole: bool) -> tuple[Level, Level]:
        """Return the ends of the map; steps, drawn where values are `whole`, reach half beyond."""
        if whole and self.steps and not self.values:
            return self.low - 0.5, self.high + 0.5
        return _apart(self.low, self.high)  # one step, drawn as the mean of blocks

    @property
    def as_levels(self) -> "Levels":
        """What other heat maps can take over."""
        return Levels(self.low, self.high, self.axis)

    def moved(self, low: Level, high: Level) -> "Scale":
        """Return the scale with other levels, in order and apart."""
        low, high = _apart(*sorted((low, high)))
        axis = self.axis if self.axis.kind != "log" or low > 0 else Axis()
        return replace(self, low=low, high=high, steps=(), values=(), axis=axis, along=None)


def drawn_range(tile: Tile, reduce: Reduce) -> tuple[Level, Level] | None:
    """Return least and largest value that a tile can show, None if none is finite."""
    if tile.minimum is None or tile.maximum is None:
        return None
    if reduce == "absmax" and not tile.has_cells:
        return 0, max(abs(tile.minimum), abs(tile.maximum))
    return tile.minimum, tile.maximum


def is_whole(tile: Tile, dtype: str, reduce: Reduce) -> bool:
    """Whether every value drawn is a whole number: not so for the mean of several."""
    return (dtype == "bool" or _is_counted(dtype)) and (tile.has_cells or reduce != "mean")


def needs_summary(tile: Tile, dtype: str, reduce: Reduce, choice: Choice) -> bool:
    """Whether a scale that fits `tile` depends on values that are not in it."""
    if choice.mode in ("percentile", "log") or choice.scope == "tensor":
        return True
    low, high = drawn_range(tile, reduce) or (0, 0)
    return _is_counted(dtype) and choice.mode == "auto" and high - low >= FEW_VALUES


def fit(
    tile: Tile,
    dtype: str,
    reduce: Reduce,
    part: Part,
    choice: Choice,
    *,
    summary: Summary | None = None,
) -> Scale:
    """Return the scale for a first picture. With fixed levels: their first value, min to max.

    Without the `summary` that `needs_summary` speaks of it is the best guess.
    """
    found = drawn_range(tile, reduce)
    if choice.scope == "tensor" and summary and summary.minimum is not None:
        found = summary.minimum, summary.maximum or 0
    low, high = found or (0, 1)
    mode, chosen = choice.mode, MAPS.get(choice.map)
    if dtype.startswith("complex") and part == "phase" and mode == "auto":
        return Scale(-math.pi, math.pi, chosen or CYCLIC)
    if mode in LINE_MODES:
        least = -1 if low < 0 < high else 0
        name = chosen or (DIVERGING if least else SEQUENTIAL)
        return Scale(least, 1, name, along=LINE_MODES[mode])
    if mode == "log":
        return _log_scale(low, high, chosen, summary)
    if mode == "percentile" and summary and summary.percentiles:
        low, high = summary.percentiles
    return _linear_scale(low, high, dtype, choice, summary=summary)


def _linear_scale(
    low: Level, high: Level, dtype: str, choice: Choice, *, summary: Summary | None
) -> Scale:
    mode, chosen = choice.mode, MAPS.get(choice.map)
    if dtype == "bool" and mode == "auto":
        return Scale(0, 1, chosen or SEQUENTIAL, ("False", "True"))
    symmetric = mode == "symmetric" or (mode == "auto" and low < 0 < high)
    if symmetric:
        size = max(abs(low), abs(high))
        low, high = -size, size
    name = chosen or (DIVERGING if symmetric else SEQUENTIAL)
    if mode == "auto" and _is_counted(dtype):
        values = [value for value, _ in summary.values] if summary else []
        if high - low < FEW_VALUES:
            steps = range(int(low), int(high) + 1)
            return Scale(steps[0], steps[-1], name, tuple(map(str, steps)))
        if len(values) > 1:
            name = chosen or SEQUENTIAL  # by rank: the middle of the list is not 0
            return Scale(values[0], values[-1], name, tuple(map(str, values)), tuple(values))
    return Scale(*_apart(low, high), name)


def _is_counted(dtype: str) -> bool:
    return dtype.startswith(("int", "uint"))


def _log_scale(low: Level, high: Level, chosen: str | None, summary: Summary | None) -> Scale:
    if low < 0:
        size = max(abs(low), abs(high))
        axis = Axis("symlog", float(size) / 10**SYMLOG_DECADES)
        if summary and summary.histogram and summary.histogram.axis.kind == "symlog":
            axis = summary.histogram.axis
        return Scale(-size, size, chosen or DIVERGING, axis=axis)
    if high <= 0:
        return Scale(*_apart(low, high), chosen or SEQUENTIAL)
    if low <= 0:
        least = summary.least_positive if summary else None
        low = float(high) / 10**SYMLOG_DECADES if least is None else least
    if low >= high:  # one value: in the middle
        low, high = float(high) / 2, float(high) * 2
    return Scale(low, high, chosen or SEQUENTIAL, axis=Axis("log"))


def _apart(low: Level, high: Level) -> tuple[Level, Level]:
    """Return levels that differ: a constant picture lies in the middle of its scale."""
    if high - low > 0:
        return low, high
    room = max(0.5, abs(low) * 1e-6)
    return low - room, high + room


def ticks(low: Level, high: Level, count: int) -> list[float]:
    """Return at most `count` round numbers from `low` to `high`."""
    span = float(high) - float(low)
    if not (math.isfinite(span) and span > 0) or count < 1:
        return []
    wanted = span / count
    power = 10.0 ** math.floor(math.log10(wanted)) if wanted > 1e-300 else wanted
    step = next(power * f for f in (1, 2, 5, 10) if power * f >= wanted * (1 - 1e-9))
    first = math.ceil(float(low) / step - 1e-9)
    last = math.floor(float(high) / step + 1e-9)
    return [0.0 if i == 0 else i * step for i in range(first, min(last, first + count) + 1)]


def axis_ticks(axis: Axis, low: float, high: float, count: int) -> list[float]:
    """Return at most about `count` round values from place `low` to place `high` of an axis."""
    if axis.kind == "linear":
        return ticks(low, high, count)
    if not low < high:
        return []
    if axis.kind == "log":
        first, last = math.ceil(low / LOG_10 - 1e-9), math.floor(high / LOG_10 + 1e-9)
        if last - first >= 1:
            return [10.0**power for power in _thinned(first, last, count)]
        return [v for v in ticks(axis.value(low), axis.value(high), count) if v > 0]
    size = max(abs(axis.value(low)), abs(axis.value(high)))
    first, last = math.ceil(math.log10(axis.unit) - 1e-9), math.floor(math.log10(size) + 1e-9)
    powers = [10.0**power for power in _thinned(first, last, max(1, (count - 1) // 2))]
    both = [*(-power for power in reversed(powers)), 0.0, *powers]
    return [value for value in both if low - 1e-9 <= axis.place(value) <= high + 1e-9]


def _thinned(first: int, last: int, count: int) -> list[int]:
    """Return multiples of a round number from `first` to `last`."""
    wanted = (last - first + 1) / max(1, count)
    step = next((n for n in (1, 2, 3, 5, 10, 20, 50, 100) if n >= wanted), 200)
    return list(range(-(-first // step) * step, last + 1, step))


def level_text(level: Level) -> str:
    """Return a level as short as it can be read."""
    if isinstance(level, int) and abs(level) < 10**7:
        return str(level)
    return f"{float(level):.4g}"
