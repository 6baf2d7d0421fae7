"""The colour scale: levels, map and steps as a value, and how it is fitted to what is drawn."""

import math
from dataclasses import dataclass, replace
from typing import Literal

from explorer.panes.heatmap import Part, Reduce, Tile

Mode = Literal["auto", "minmax", "symmetric", "fixed"]

SEQUENTIAL, DIVERGING, CYCLIC = "viridis", "CET-D1A", "CET-C1"
MAPS = {
    "viridis": "viridis",
    "cividis": "cividis",
    "magma": "magma",
    "grey": "CET-L1",
    "blue-white-red": DIVERGING,
    "cyclic": CYCLIC,
}
"""What a person chooses: pyqtgraph's name. All keep their order in grey, none is a rainbow."""
STEPS = 10
"""Whole numbers up to so many are drawn in steps with a legend."""

Level = int | float


@dataclass(frozen=True, slots=True)
class Choice:
    """What the person chose; "auto" leaves it to the values."""

    mode: Mode = "auto"
    map: str = "auto"


@dataclass(frozen=True, slots=True)
class Scale:
    """Values from `low` to `high` run through `map`; whole numbers of a few kinds by `steps`.

    `steps` are the legend's labels, for values `low`, `low + 1` ...
    """

    low: Level = 0
    high: Level = 1
    map: str = SEQUENTIAL
    steps: tuple[str, ...] = ()

    def levels(self, *, whole: bool) -> tuple[Level, Level]:
        """Return the ends of the map; steps, drawn where values are `whole`, reach half beyond."""
        if whole and self.steps:
            return self.low - 0.5, self.high + 0.5
        return self.low, self.high

    def moved(self, low: Level, high: Level) -> "Scale":
        """Return the scale with other levels, in order and apart."""
        low, high = _apart(*sorted((low, high)))
        return replace(self, low=low, high=high, steps=())


def drawn_range(tile: Tile, reduce: Reduce) -> tuple[Level, Level] | None:
    """Return least and largest value that a tile can show, None if none is finite."""
    if tile.minimum is None or tile.maximum is None:
        return None
    if reduce == "absmax" and not tile.has_cells:
        return 0, max(abs(tile.minimum), abs(tile.maximum))
    return tile.minimum, tile.maximum


def is_whole(tile: Tile, dtype: str, reduce: Reduce) -> bool:
    """Whether every value drawn is a whole number: not so for the mean of several."""
    counted = dtype == "bool" or dtype.startswith(("int", "uint"))
    return counted and (tile.has_cells or reduce != "mean")


def fit(tile: Tile, dtype: str, reduce: Reduce, part: Part, choice: Choice) -> Scale:
    """Return the scale for a first picture. With fixed levels: their first value, min to max."""
    low, high = drawn_range(tile, reduce) or (0, 1)
    symmetric = choice.mode == "symmetric" or (choice.mode == "auto" and low < 0 < high)
    chosen = MAPS.get(choice.map)
    if dtype.startswith("complex") and part == "phase" and choice.mode == "auto":
        return Scale(-math.pi, math.pi, chosen or CYCLIC)
    if symmetric:
        size = max(abs(low), abs(high))
        low, high = -size, size
    steps: tuple[str, ...] = ()
    if dtype == "bool" and choice.mode == "auto":
        low, high, steps = 0, 1, ("False", "True")
    elif dtype.startswith(("int", "uint")) and choice.mode == "auto" and high - low < STEPS:
        low, high = int(low), int(high)
        steps = tuple(str(i) for i in range(low, high + 1))
    if not steps:
        low, high = _apart(low, high)
    return Scale(low, high, chosen or (DIVERGING if symmetric else SEQUENTIAL), steps)


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


def level_text(level: Level) -> str:
    """Return a level as short as it can be read."""
    if isinstance(level, int) and abs(level) < 10**7:
        return str(level)
    return f"{float(level):.4g}"
