"""An equation with the shapes of what is in it, which is what a rule is made of."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from explorer.catalog import picking
from explorer.catalog.grade import in_brackets
from explorer.panes.heatmap.equations.equation import Equation, Operand

Index = tuple[int, ...]
Shape = tuple[int, ...]
Region = tuple[range, ...]
"""Cells of a tensor: one range per dim."""
Regions = tuple[Region | None, ...]
"""Of each operand, None where nothing comes from it."""
Rule = Callable[[Index], Regions]
Number = int | float | complex
Values = Callable[[int, Index], Number]
"""The value of an operand's cell. Raises LookupError if it is not known."""


@dataclass(frozen=True, slots=True)
class Pick:
    """The rule of a result whose cells come from where values of `deciding` operands say.

    `reads` tells which of their cells decide about one of the result, `regions` where that comes
    from, these cells among them, and `step` the same in code: `t[1, index[1, 0]]`, "" if that says
    no more.
    """

    deciding: tuple[int, ...]
    reads: Rule
    regions: Callable[[Index, Values], Regions]
    step: Callable[[Index, Values], str]


@dataclass(frozen=True, slots=True)
class Case:
    """An equation with the shapes of its operands and its result."""

    equation: Equation
    shapes: tuple[Shape, ...]
    result: Shape
    dtypes: tuple[str, ...] = ()
    """Of the operands, none where they are not known."""

    def placed(self, regions: Mapping[int, Region]) -> Regions:
        """Return regions by the operands' numbers as one of each operand."""
        return tuple(regions.get(i) for i in range(len(self.shapes)))

    def cell(self, operand: int, index: Sequence[object]) -> str:
        """Return code for an operand's cell."""
        keys = ", ".join(map(str, index))
        name = self.equation.operands[operand]
        return f"{in_brackets(name)}[{keys}]" if keys else name

    @property
    def others(self) -> tuple[object, ...]:
        """The positional arguments that follow the first operand."""
        return self.equation.arguments[1:]

    def argument(self, name: str, place: int, default: object = None) -> object:
        """Return the argument called `name`, or the one at `place` after the first operand."""
        for key, value in self.equation.keywords:
            if key == name:
                return value
        return self.others[place] if place < len(self.others) else default

    def operand(self, name: str, place: int) -> int | None:
        """Return which operand the argument is that `argument` returns, None if it is none."""
        found = self.argument(name, place)
        return found.number if isinstance(found, Operand) else None

    def dim(self, place: int = 0) -> int | None:
        """Return the dim of the first operand that an argument names, None if it names none."""
        given, n = self.argument("dim", place), len(self.shapes[0])
        return given % n if isinstance(given, int) and is_int(given) and -n <= given < n else None

    def argument_dims(self) -> tuple[int, ...] | None:
        """Return dims of the first operand that an argument names, all if none; None if unknown."""
        n = len(self.shapes[0])
        given = self.argument("axis", 0, self.argument("dim", 0))
        if given is None or given == ():
            return tuple(range(n))
        dims = given if isinstance(given, tuple) else (given,)
        found = [dim for dim in dims if is_int(dim) and -max(1, n) <= dim < max(1, n)]
        return tuple(dim % n for dim in found) if n and len(found) == len(dims) else None


def one(i: int) -> range:
    """Return the run of one index."""
    return range(i, i + 1)


def point(index: Index) -> Region:
    """Return the region of one cell."""
    return tuple(map(one, index))


def cell(region: Region) -> Index:
    """Return the first cell of a region."""
    return tuple(run[0] for run in region)


def whole(shape: Shape) -> Region:
    """Return the region of all cells."""
    return tuple(map(range, shape))


def is_int(value: object) -> bool:
    """Return whether a value is a whole number, and not True or False."""
    return isinstance(value, int) and not isinstance(value, bool)


def aligned(shape: Shape, index: Index) -> Region:
    """Return the cell of an operand of `shape` that is broadcast to `index`."""
    last = index[len(index) - len(shape) :]
    return tuple(one(i if size > 1 else 0) for size, i in zip(shape, last, strict=True))


def broadcast(shapes: Sequence[Shape]) -> Shape | None:
    """Return the shape of all together, None if they don't fit."""
    try:
        return picking.broadcast(shapes)
    except ValueError:
        return None


def names(text: str) -> frozenset[str]:
    """Return the words of a text."""
    return frozenset(text.split())
