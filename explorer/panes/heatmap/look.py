"""How one tensor is looked at: all that a person set in a heat map, and its way into settings."""

from dataclasses import dataclass, field, replace

import msgspec

from explorer.panes.heatmap import Part, Reduce, Tile
from explorer.panes.heatmap.counts.summary import Summary, SummaryAsk
from explorer.panes.heatmap.scales.scale import (
    MAPS,
    Choice,
    Level,
    Levels,
    Mode,
    Scale,
    fit,
    needs_summary,
)
from explorer.panes.heatmap.slices.channels import channel_dim, refusal
from explorer.panes.heatmap.slices.mosaic import MOST_MAPS
from explorer.panes.heatmap.slices.slicing import Slicing
from explorer.window.plot import View

KEPT_LOOKS = 50


@dataclass(frozen=True, slots=True)
class Look:
    """`scale` is None until a picture has set it, `view` while all of the plane is shown.

    `statistics` and `profiles` say that they are shown too.
    """

    slicing: Slicing
    dtype: str
    reduce: Reduce = "mean"
    part: Part = "magnitude"
    choice: Choice = field(default_factory=Choice)
    scale: Scale | None = None
    view: View | None = None
    statistics: bool = False
    profiles: bool = False

    def of(self, shape: tuple[int, ...], dtype: str) -> "Look":
        """Return the look at what may have become another tensor; then its scale is to be fitted."""
        if shape == self.slicing.shape and dtype == self.dtype:
            return self
        slicing = self.slicing.fit(shape)
        if refusal(dtype):
            slicing = slicing.coloured(on=False)
        return replace(self.first(shape, dtype), slicing=slicing)

    def first(self, shape: tuple[int, ...], dtype: str) -> "Look":
        """Return the first look at another tensor; it keeps what is a matter of taste."""
        choice = self.choice.unfixed if self.choice.mode != "fixed" else Choice(map=self.choice.map)
        first = Look(Slicing.of(shape), dtype, self.reduce, self.part, choice)
        return replace(first, statistics=self.statistics, profiles=self.profiles)

    def fitted_scale(self, tile: Tile, summary: Summary | None = None) -> Scale:
        """Return the scale that fits a tile and, where that is known, all values."""
        choice = self.choice
        if choice.is_of_lines and (choice.mode == "map") != bool(self.slicing.grid):
            choice = replace(choice, mode="auto")
        return fit(tile, self.dtype, self.reduce, self.part, choice, summary=summary)

    def needs_summary(self, tile: Tile) -> bool:
        """Return whether the scale depends on values that are not in the tile."""
        return needs_summary(tile, self.dtype, self.reduce, self.choice)

    def summary_ask(self, expression: str, as_of: int) -> SummaryAsk:
        """Return the question about all the values that the scale is for."""
        mode = self.choice.laid_out
        return SummaryAsk(
            expression=expression,
            as_of=as_of,
            part=self.part,
            plane=None if self.choice.scope == "tensor" else self.slicing.plane,
            percentiles=self.choice.percentiles if mode == "percentile" else None,
            logarithmic=mode == "log",
        )

    def unfitted(self) -> "Look":
        """Return the look with its scale to be fitted anew."""
        return replace(self, scale=None, choice=self.choice.unfixed)

    def choose(self, choice: Choice, tile: Tile | None) -> "Look":
        """Return the look with another choice; fixed levels are those of now."""
        chosen = replace(self, choice=choice, scale=None)
        if choice.mode == "fixed" and self.scale and tile:
            held = self.scale
            if held.along:  # shares of ranges are no levels
                held = replace(self, choice=Choice()).fitted_scale(tile)
            scale = held.moved(held.low, held.high)
            return replace(chosen, scale=replace(scale, map=chosen.fitted_scale(tile).map))
        return chosen

    def sliced(self, slicing: Slicing) -> "Look":
        """Return the look at other slices: those side by side have other levels than one."""
        if slicing.grid == self.slicing.grid or self.choice.mode == "fixed":
            return replace(self, slicing=slicing)
        # Each line has levels of its own in one slice, each slice has in a grid.
        choice = replace(self.choice, mode="auto") if self.choice.is_of_lines else self.choice
        return replace(self, slicing=slicing, choice=choice, scale=None)

    def fix(self, low: Level, high: Level) -> "Look":
        """Return the look with levels that the person set."""
        scale = (self.scale or Scale()).moved(low, high)
        return replace(self, choice=self.choice.at_levels(), scale=scale)

    def take(self, levels: Levels) -> "Look":
        """Return the look with the levels of another heat map."""
        basis: Mode = "auto" if levels.axis.kind == "linear" else "log"
        scale = replace(self.scale or Scale(), axis=levels.axis).moved(levels.low, levels.high)
        choice = replace(self.choice, mode="fixed", basis=basis)
        return replace(self, choice=choice, scale=scale)

    def show(self, reduce: Reduce, part: Part) -> "Look":
        """Return the look at another part of complex numbers, or at blocks in another way."""
        # Another part is another quantity: the levels of this one say nothing about it.
        scale = self.scale if part == self.part else None
        return replace(self, reduce=reduce, part=part, scale=scale)


class Looks:
    """The looks at the tensors shown of late, by expression, the latest last."""

    def __init__(self) -> None:
        self._looks: dict[str, Look] = {}

    def find(self, expression: str) -> Look | None:
        """Return the look at `expression`, None if it was not looked at."""
        return self._looks.get(expression)

    def put(self, expression: str, look: Look) -> None:
        """Remember a look."""
        self._looks.pop(expression, None)
        self._looks[expression] = look
        if len(self._looks) > KEPT_LOOKS:
            del self._looks[next(iter(self._looks))]

    def look_at(self, expression: str, shape: tuple[int, ...], dtype: str) -> Look:
        """Return the look at `expression`, which is now a tensor of `shape` and `dtype`."""
        known = self._looks.get(expression)
        latest = known or next(reversed(self._looks.values()), Look(Slicing.of(()), ""))
        look = known.of(shape, dtype) if known else latest.first(shape, dtype)
        if look is not known:
            self.put(expression, look)
        return look


class _Saved(msgspec.Struct):
    expression: str
    look: Look


def saved(expression: str, look: Look) -> dict[str, object]:
    """Return plain values from which `loaded` makes the same, but for levels nobody set."""
    if look.choice.mode != "fixed":
        look = replace(look, scale=None)
    plain: dict[str, object] = msgspec.to_builtins(_Saved(expression, look))
    return plain


def loaded(state: dict[str, object]) -> tuple[str, Look] | None:
    """Return what `saved` was given, None if `state` is something else."""
    try:
        found = msgspec.convert(state, _Saved)
    except msgspec.ValidationError:
        return None
    look = found.look
    shape = look.slicing.shape
    n = len(shape)
    running = (look.slicing.rows, look.slicing.columns)
    sound = (
        len(look.slicing.index) == n
        and all(
            0 <= i < size for i, size in zip(look.slicing.index, look.slicing.shape, strict=True)
        )
        and len({d for d in running if d is not None and 0 <= d < n}) == min(n, 2)
        and (look.slicing.channels is None or look.slicing.channels == channel_dim(shape))
        and (look.slicing.channels is None or not refusal(look.dtype))
        and look.slicing.channels not in {d for d in running if d is not None}
        and _has_sound_grid(look.slicing)
        and (look.scale is None or look.scale.map in MAPS.values())
        and (look.scale is None or look.scale.high > look.scale.low)
        and (look.scale is None or look.scale.axis.kind != "log" or look.scale.low > 0)
        and 0 <= look.choice.percentiles[0] < look.choice.percentiles[1] <= 100
        and (look.view is None or min(look.view.cell_width_px, look.view.cell_height_px) > 0)
    )
    return (found.expression, look) if sound else None


def _has_sound_grid(slicing: Slicing) -> bool:
    dims = set(range(len(slicing.shape))) - {slicing.rows, slicing.columns, slicing.channels}
    return (
        len(slicing.grid) <= 2
        and len({*slicing.grid} & dims) == len(slicing.grid)
        and not (slicing.grid and (0 in slicing.shape or slicing.maps_each > MOST_MAPS))
        and all(1 <= size < 1e5 for size in slicing.room_px)
    )
