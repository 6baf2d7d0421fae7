"""How one tensor is looked at: all that a person set in a heat map, and its way into settings."""

from dataclasses import dataclass, field, replace

import msgspec

from explorer.panes.heatmap import Part, Reduce, Tile
from explorer.panes.heatmap.scale import MAPS, Choice, Level, Scale, fit
from explorer.panes.heatmap.slicing import Slicing
from explorer.window.plot import View

KEPT_LOOKS = 50


@dataclass(frozen=True, slots=True)
class Look:
    """`scale` is None until a picture has set it, `view` while all of the plane is shown."""

    slicing: Slicing
    dtype: str
    reduce: Reduce = "mean"
    part: Part = "magnitude"
    choice: Choice = field(default_factory=Choice)
    scale: Scale | None = None
    view: View | None = None

    def of(self, shape: tuple[int, ...], dtype: str) -> "Look":
        """Return the look at what may have become another tensor; then its scale is to be fitted."""
        if shape == self.slicing.shape and dtype == self.dtype:
            return self
        slicing = self.slicing.fit(shape)
        return replace(self.first(shape, dtype), slicing=slicing)

    def first(self, shape: tuple[int, ...], dtype: str) -> "Look":
        """Return the first look at another tensor; it keeps what is a matter of taste."""
        mode = "auto" if self.choice.mode == "fixed" else self.choice.mode
        choice = Choice(mode, self.choice.map)
        return Look(Slicing.of(shape), dtype, self.reduce, self.part, choice)

    def fitted_scale(self, tile: Tile) -> Scale:
        """Return the scale that fits a tile."""
        return fit(tile, self.dtype, self.reduce, self.part, self.choice)

    def unfitted(self) -> "Look":
        """Return the look with its scale to be fitted anew."""
        mode = "auto" if self.choice.mode == "fixed" else self.choice.mode
        return replace(self, scale=None, choice=Choice(mode, self.choice.map))

    def choose(self, choice: Choice, tile: Tile | None) -> "Look":
        """Return the look with another choice; fixed levels are those of now."""
        chosen = replace(self, choice=choice, scale=None)
        if choice.mode == "fixed" and self.scale and tile:
            scale = replace(self.scale, steps=(), map=chosen.fitted_scale(tile).map)
            return replace(chosen, scale=scale)
        return chosen

    def fix(self, low: Level, high: Level) -> "Look":
        """Return the look with levels that the person set."""
        choice = Choice("fixed", self.choice.map)
        scale = (self.scale or Scale()).moved(low, high)
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
    n = len(look.slicing.shape)
    running = (look.slicing.rows, look.slicing.columns)
    sound = (
        len(look.slicing.index) == n
        and all(
            0 <= i < size for i, size in zip(look.slicing.index, look.slicing.shape, strict=True)
        )
        and len({d for d in running if d is not None and 0 <= d < n}) == min(n, 2)
        and (look.scale is None or look.scale.map in MAPS.values())
        and (look.scale is None or look.scale.high > look.scale.low)
        and (look.view is None or min(look.view.cell_width_px, look.view.cell_height_px) > 0)
    )
    return (found.expression, look) if sound else None
