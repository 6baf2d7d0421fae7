"""What heat maps share: the cell pointed at, the cells that light up, and which maps are linked."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Literal

import msgspec

Aspect = Literal["cursor", "zoom", "levels"]
"""What linked heat maps have in common."""
ASPECTS: tuple[Aspect, ...] = ("cursor", "zoom", "levels")


@dataclass(frozen=True, slots=True)
class Focus:
    """The element under the cursor or in hand in one `view`, which a heat map's link names."""

    view: str
    expression: str
    index: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Lit:
    """Cells of a tensor, each region a range per dim; `label` says in short what they are.

    `slopes` say how a result follows each region, -1 to 1, and `notes` the same of elements in
    words. `as_of` is the moment that they are of, as asks have it.
    """

    label: str
    regions: tuple[tuple[range, ...], ...]
    slopes: tuple[float, ...] = ()
    notes: Mapping[tuple[int, ...], str] = field(default_factory=lambda: MappingProxyType({}))
    as_of: int = 0


@dataclass(frozen=True, slots=True)
class Shared:
    """What linked heat maps show alike, told by the one that a person used: `value` is theirs."""

    view: str
    value: object


@dataclass(frozen=True, slots=True)
class Swept:
    """A rectangle of cells that a person chose in a heat map: `x` and what stands in `x[2:5, 1:4]`."""

    expression: str
    index: str


class Links(msgspec.Struct, frozen=True):
    """The heat maps linked in each aspect: their expressions, "" for what follows the selection."""

    cursor: tuple[str, ...] = ()
    zoom: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()

    def has(self, view: str, aspect: Aspect) -> bool:
        """Return whether a heat map is linked to others in one aspect."""
        return view in getattr(self, aspect)

    def put(self, view: str, aspect: Aspect, *, linked: bool) -> "Links":
        """Return the links with a heat map in or out of one aspect."""
        others = tuple(other for other in getattr(self, aspect) if other != view)
        return msgspec.structs.replace(self, **{aspect: (*others, view) if linked else others})


@dataclass(frozen=True, slots=True)
class Linking:
    """`lit` is by expression, and drawn in every heat map that shows one of them.

    So is `meant`, the cells that a form is about, while none are pointed at. And so is `held`:
    those that a cell came from, by an answer that stays until a person puts it away.
    """

    focus: Focus | None = None
    lit: Mapping[str, Lit] = field(default_factory=lambda: MappingProxyType({}))
    meant: Mapping[str, Lit] = field(default_factory=lambda: MappingProxyType({}))
    held: Mapping[str, Lit] = field(default_factory=lambda: MappingProxyType({}))
    swept: Swept | None = None
    links: Links = field(default_factory=Links)
    zoom: Shared | None = None
    levels: Shared | None = None

    def pointed(self, focus: Focus | None, lit: Mapping[str, Lit]) -> "Linking":
        """Return the linking with another cell pointed at, and other cells lit."""
        return replace(self, focus=focus, lit=MappingProxyType(dict(lit)))

    def meaning(self, meant: Mapping[str, Lit]) -> "Linking":
        """Return the linking with a form about other cells."""
        return replace(self, meant=MappingProxyType(dict(meant)))

    def regions(self, expression: str) -> tuple[tuple[range, ...], ...]:
        """Return the cells of a tensor that are lit: those pointed at, else those that are meant."""
        found = self.lit.get(expression) or self.meant.get(expression)
        return found.regions if found else ()

    def holding(self, held: Mapping[str, Lit]) -> "Linking":
        """Return the linking with other cells that stay lit."""
        return replace(self, held=MappingProxyType(dict(held)))
