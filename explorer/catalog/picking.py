"""Which cells of a tensor an index picks, as torch does: spans, lists, masks and tensors together."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product

Shape = tuple[int, ...]
Cell = tuple[int, ...]
Region = tuple[range, ...]
"""Cells of a tensor: one range per dim."""


@dataclass(frozen=True, slots=True)
class Numbers:
    """A list or tensor in an index: `values` row by row, None while they are not known."""

    shape: Shape
    dtype: str
    values: tuple[int, ...] | None = None

    @property
    def is_mask(self) -> bool:
        """Whether it picks where it is true, rather than by number."""
        return self.dtype in ("bool", "uint8")

    @property
    def dims(self) -> int:
        """How many dims of the indexed tensor it is about."""
        return len(self.shape) if self.is_mask else 1

    @property
    def made(self) -> tuple[int | None, ...]:
        """The shape of what it alone picks; None for how many, where that is not known."""
        if not self.is_mask:
            return self.shape
        return (None if self.values is None else sum(map(bool, self.values)),)

    def at(self, cell: Cell) -> int:
        """Return one of the values. Raises LookupError if they are not known."""
        if self.values is None:
            raise LookupError("the values are not known")
        return self.values[_offset(cell, self.shape)]


Key = int | range | None | Numbers
"""Picks from one dim, or makes a new one; a mask from as many as it has dims."""


@dataclass(frozen=True, slots=True)
class _Column:
    """For one dim, which index each cell of a block has; `dim` is None for `True` and `False`."""

    dim: int | None
    shape: Shape
    values: tuple[int, ...]

    def at(self, place: Cell) -> int:
        return self.values[_offset(place[len(place) - len(self.shape) :], self.shape)]


class Picker:
    """The keys of one index, one or more for every dim of `shape`; all values must be known.

    Raises ValueError if lists and tensors among them don't broadcast together.
    """

    def __init__(self, shape: Shape, keys: Sequence[Key]) -> None:
        self._n = len(shape)
        self._fixed: dict[int, int] = {}
        self._runs: list[tuple[int | None, range]] = []
        """Dims that stay, None for new ones, in order."""
        self._columns: list[_Column] = []
        places: list[int] = []
        """Where among all that stays each column stands."""
        dim = made = 0
        for key in keys:
            if isinstance(key, Numbers):
                for column in _columns(key, dim):
                    self._columns.append(column)
                    places.append(made)
                    made += 1
                dim += key.dims
            elif isinstance(key, int):
                self._fixed[dim] = key % shape[dim]
                dim += 1
            else:
                self._runs.append((None, range(1)) if key is None else (dim, key))
                made += 1
                dim += key is not None
        self._columns = [
            column
            if column.dim is None
            else _Column(column.dim, column.shape, _wrapped(column.values, shape[column.dim]))
            for column in self._columns
        ]
        self._block = broadcast([column.shape for column in self._columns])
        together = not places or places == list(range(places[0], places[0] + len(places)))
        self._place = places[0] if places and together else 0
        """Before which run the block of lists and tensors stands: first, if they stand apart."""

    @property
    def shape(self) -> Shape:
        """The shape of the result."""
        sizes = [len(run) for _, run in self._runs]
        return (*sizes[: self._place], *self._block, *sizes[self._place :])

    def block(self, index: Cell) -> Cell:
        """Return where in what lists and tensors make together the result's cell at `index` is."""
        return index[self._place : self._place + len(self._block)]

    def source(self, index: Cell) -> Cell:
        """Return the cell that the result's cell at `index` is."""
        end = self._place + len(self._block)
        block, rest = self.block(index), index[: self._place] + index[end:]
        found = dict(self._fixed)
        found.update(self._picked(block))
        for (dim, run), i in zip(self._runs, rest, strict=True):
            if dim is not None:
                found[dim] = run[i]
        return tuple(found[dim] for dim in range(self._n))

    def regions(self) -> Iterator[Region]:
        """Yield the cells picked, neighbours together; a cell may come more than once."""
        runs = {dim: run for dim, run in self._runs if dim is not None}
        before: list[range] | None = None
        for block in product(*map(range, self._block)):
            single = {**self._fixed, **self._picked(block)}
            region = [runs[d] if d in runs else _one(single[d]) for d in range(self._n)]
            joined = _joined(before, region) if before else None
            if before and not joined:
                yield tuple(before)
            before = joined or region
        if before is not None:
            yield tuple(before)

    def _picked(self, block: Cell) -> dict[int, int]:
        return {c.dim: c.at(block) for c in self._columns if c.dim is not None}


def broadcast(shapes: Sequence[Shape]) -> Shape:
    """Return the shape of all together. Raises ValueError if they don't fit."""
    n = max(map(len, shapes), default=0)
    aligned = [(1,) * (n - len(shape)) + shape for shape in shapes]
    sizes: list[int] = []
    for column in zip(*aligned, strict=True):
        wide = {size for size in column if size != 1} or {1}
        if len(wide) > 1:
            raise ValueError(f"{list(shapes)} don't broadcast together")
        sizes += wide
    return tuple(sizes)


def _columns(numbers: Numbers, dim: int) -> Iterator[_Column]:
    """Yield what a list or tensor picks in each of its dims."""
    values = numbers.values or ()
    if not numbers.is_mask:
        yield _Column(dim, numbers.shape, values)
        return
    cells = [cell for cell, chosen in zip(cells_of(numbers.shape), values, strict=True) if chosen]
    if not numbers.shape:
        yield _Column(None, (len(cells),), (0,) * len(cells))
    for d in range(len(numbers.shape)):
        yield _Column(dim + d, (len(cells),), tuple(cell[d] for cell in cells))


def cells_of(shape: Shape) -> Iterator[Cell]:
    """Yield the index of every cell, row by row."""
    return product(*map(range, shape))


def _wrapped(values: tuple[int, ...], size: int) -> tuple[int, ...]:
    return tuple(value % size for value in values) if size else values


def _offset(place: Cell, shape: Shape) -> int:
    """Return which of the values stands at a place; a dim of size 1 is repeated."""
    at = 0
    for i, size in zip(place, shape, strict=True):
        at = at * size + (i if size > 1 else 0)
    return at


def _one(i: int) -> range:
    return range(i, i + 1)


def _joined(before: list[range], region: list[range]) -> list[range] | None:
    """Return both as one, if the second goes on where the first ends; None if it does not."""
    others = [d for d, (a, b) in enumerate(zip(before, region, strict=True)) if a != b]
    if len(others) > 1:
        return None
    for d in others:
        a, b = before[d], region[d]
        if a.step != 1 or len(b) != 1 or b.start != a.stop:
            return None
        return [*before[:d], range(a.start, b.stop), *before[d + 1 :]]
    return before
