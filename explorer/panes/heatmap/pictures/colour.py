"""From numbers to colours: look-up tables, an index for each value, readable text on each colour."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import pyqtgraph as pg

from explorer.panes.heatmap.counts.summary import Along
from explorer.panes.heatmap.scales.scale import Level, Scale

Colours = npt.NDArray[np.uint32]
Indices = npt.NDArray[np.uint8]
Values = npt.NDArray[np.float32]

NO_VALUE = 0
"""The index of a block without a number to colour; 1 to 255 run through the map."""


@lru_cache(64)
def colours(map_name: str, steps: int = 0) -> Colours:
    """Return 256 ARGB colours: index 0 transparent, the others a map of pyqtgraph's, in `steps`."""
    where = np.linspace(0.0, 1.0, 255)
    if steps:
        step = np.minimum((where * 255 / 256 * steps).astype(int), steps - 1)
        where = (step + 0.5) / steps if steps > 2 else 0.15 + 0.7 * step
    rgb = pg.colormap.get(map_name).map(where, mode="byte")[:, :3].astype(np.uint32)
    table = np.zeros(256, np.uint32)
    table[1:] = 0xFF000000 | rgb[:, 0] << 16 | rgb[:, 1] << 8 | rgb[:, 2]
    return table


@lru_cache(64)
def takes_dark_text(map_name: str, steps: int = 0) -> npt.NDArray[np.bool_]:
    """Return for each index whether black reads better on its colour than white."""
    table = colours(map_name, steps)
    channels = np.stack([(table >> shift) & 255 for shift in (16, 8, 0)]) / 255.0
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    luminance = np.tensordot(np.array([0.2126, 0.7152, 0.0722]), linear, 1)
    # Where the contrast ratios with white and with black are equal (WCAG 2).
    return np.asarray(luminance > 0.179)


def table_of(scale: Scale, *, whole: bool) -> tuple[str, int]:
    """Return the arguments of `colours` for a scale."""
    return scale.map, len(scale.steps) if whole else 0


@dataclass(frozen=True, slots=True)
class LineRanges:
    """Least and greatest of each line of a tile's blocks; `low` is inf where nothing is finite.

    Along "maps" they are those of each block's map, of the tile's shape.
    """

    along: Along
    low: npt.NDArray[np.float64]
    high: npt.NDArray[np.float64]

    def shares(
        self, numbers: npt.NDArray[np.float64], *, symmetric: bool
    ) -> npt.NDArray[np.float64]:
        """Return where numbers lie in the range of their line, 0 to 1, or -1 to 1 about 0.

        In a line of equal numbers they lie in the middle.
        """
        shape = {"rows": (-1, 1), "columns": (1, -1), "maps": self.low.shape}[self.along]
        low, high = self.low.reshape(shape), self.high.reshape(shape)
        if symmetric:
            size = np.maximum(np.abs(low), np.abs(high))
            low, high = -size, size
        with np.errstate(all="ignore"):
            # Halves, since the span of a float64 tensor may overflow.
            share = (numbers / 2 - low / 2) / (high / 2 - low / 2)
        share = np.where(low == high, 0.5, share)
        return 2 * share - 1 if symmetric else share


def placed(
    values: Values,
    coding: tuple[Level, float],
    scale: Scale,
    *,
    whole: bool,
    ranges: LineRanges | None = None,
) -> Indices:
    """Return for each value of a tile its place on `scale`, as `indices` does.

    A whole number that is not in the legend has NO_VALUE. `ranges` are for scales along lines.
    """
    base, unit = coding
    if whole and scale.values:
        return _listed(values.astype(np.float64) * unit, [v - base for v in scale.values])
    levels = scale.levels(whole=whole)
    if scale.along is None and scale.axis.kind == "linear":
        return indices(values, coding, levels)
    numbers = values.astype(np.float64) * unit + base
    if ranges is not None and scale.along:
        return _between(ranges.shares(numbers, symmetric=scale.low < 0), *map(float, levels))
    low, high = (scale.axis.place(level) for level in levels)
    with np.errstate(all="ignore"):
        if scale.axis.kind == "log":
            numbers = np.where(
                numbers > 0, np.log(numbers), np.where(numbers <= 0, -np.inf, np.nan)
            )
        else:
            numbers = np.arcsinh(numbers / scale.axis.unit)
    return _between(numbers, low, high)


def _listed(distances: npt.NDArray[np.float64], listed: list[Level]) -> Indices:
    steps = np.array([float(step) for step in listed])
    rank = np.searchsorted((steps[1:] + steps[:-1]) / 2, distances)
    places = 1 + ((rank + 0.5) / len(steps) * 255).astype(int)
    known = np.abs(distances - steps[rank]) <= 1e-6 * (steps[-1] - steps[0])
    return np.where(known, places, NO_VALUE).astype(np.uint8)


def indices(values: Values, coding: tuple[Level, float], levels: tuple[Level, Level]) -> Indices:
    """Return for each value its place between `levels`, 1 to 255, NO_VALUE for NaN.

    `coding` is the base and scale of the tile that `values` come from.
    """
    base, unit = coding
    low, high = (float(level - base) / unit for level in levels)
    size, span = max(abs(low), abs(high)), high - low
    small = span > 1e-30 and 1e-5 * size < span and size < 1e37
    return _between(values if small else values.astype(np.float64), low, high)


def _between(
    numbers: npt.NDArray[np.float32] | npt.NDArray[np.float64], low: float, high: float
) -> Indices:
    with np.errstate(over="ignore", invalid="ignore"):
        place = (numbers - low) * (255.0 / (high - low))
        place += 1.0
        np.clip(place, 1.0, 255.0, out=place)
    # What is not a number gives way to the other.
    return np.fmax(place, np.float32(NO_VALUE), out=place).astype(np.uint8)
