"""How the shapes of several operands are put over each other, from the right, and where they clash."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Shape = tuple[int, ...]
Rule = Literal["each", "product"]
"""Every dim is stretched, or those before the last two, which multiply as matrices."""

_NAMES = """+ - * / // % ** == != < <= > >= & | ^ << >>
add sub subtract mul multiply div divide true_divide floor_divide remainder fmod pow float_power
atan2 arctan2 maximum minimum fmax fmin max min hypot logaddexp logaddexp2 copysign nextafter
heaviside gcd lcm ldexp xlogy xlog1py zeta igamma igammac gammainc gammaincc
bitwise_and bitwise_or bitwise_xor bitwise_left_shift bitwise_right_shift
logical_and logical_or logical_xor
eq ne not_equal lt less le less_equal gt greater ge greater_equal isclose allclose
where lerp addcmul addcdiv clamp clip masked_fill masked_select copy complex polar dist
mse_loss l1_loss smooth_l1_loss huber_loss cosine_similarity"""
EACH = frozenset(_NAMES.split())
"""Functions whose operands are stretched to one shape, by the names that torch, Tensor and the
modules for neural networks and special functions call them."""
PRODUCTS = frozenset(("@", "matmul"))


def rule_of(path: str) -> Rule | None:
    """Return how the operator at `path` stretches its operands, None if it does not."""
    name = path.rpartition(".")[2].removesuffix("_")
    if name in PRODUCTS:
        return "product"
    return "each" if name in EACH and not path.startswith(("numpy.", "ndarray.")) else None


@dataclass(frozen=True, slots=True)
class Cell:
    """One dim of an operand. `size` is None where the operand has no such dim.

    `stretched` is the size that it is stretched to, None if it stays as it is.
    """

    size: int | None
    stretched: int | None = None
    clashes: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """An operand with a cell for every dim of the result, the last at the right."""

    name: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Trap:
    """`short`, a row of values, meets every value of `long`, a column, and makes a square of them."""

    short: str
    long: str


@dataclass(frozen=True, slots=True)
class Stretching:
    """The operands over each other. `shape` is that of the result, None if they clash.

    `kept` says that the first operand is written into, and so can't be stretched.
    """

    rows: tuple[Row, ...]
    shape: Shape | None
    traps: tuple[Trap, ...] = ()
    kept: bool = False
    clashes: tuple[int, ...] = ()
    """The dims that clash, counted from the end: -1 is the last."""


def broadcast(*shapes: Shape) -> Shape | None:
    """Return the shape that all are stretched to: from the right, sizes are equal or 1."""
    sizes = [{size for size in column if size not in (None, 1)} for column in _columns(shapes)]
    if any(len(column) > 1 for column in sizes):
        return None
    return tuple(next(iter(column), 1) for column in sizes)


def stretch(
    operands: Sequence[tuple[str, Shape]], rule: Rule = "each", *, kept: bool = False
) -> Stretching:
    """Return how operands, given by name and shape, are put over each other."""
    shapes = [shape for _, shape in operands]
    if rule == "product":
        return _product(operands)
    columns, first = _columns(shapes), shapes[0]
    rows: list[list[Cell]] = [[] for _ in operands]
    clashes, result = [], []
    for place, column in enumerate(columns):
        sizes = {size for size in column if size not in (None, 1)}
        is_kept = kept and (column[0] is None or (column[0] == 1 and bool(sizes)))
        clash = len(sizes) > 1 or is_kept
        wide = next(iter(sizes), 1)
        result.append(wide)
        if clash:
            clashes.append(place - len(columns))
        for row, size in zip(rows, column, strict=True):
            grows = not clash and (size is None or (size == 1 and wide != 1))
            marked = clash and size is not None and (size != 1 or is_kept)
            row.append(Cell(size, wide if grows else None, marked))
    return Stretching(
        tuple(Row(name, tuple(row)) for (name, _), row in zip(operands, rows, strict=True)),
        None if clashes else first if kept else tuple(result),
        () if clashes else tuple(_traps(operands)),
        kept,
        tuple(clashes),
    )


def _product(operands: Sequence[tuple[str, Shape]]) -> Stretching:
    """Return how the dims before those of two matrices are stretched, and whether the two fit."""
    (a_name, a), (b_name, b) = operands
    batch = stretch([(a_name, a[:-2]), (b_name, b[:-2])])
    inner = a[-1:] == b[-2:][:1] != ()
    rows, columns = a[-2:-1], b[-1:] if len(b) > 1 else ()
    ends = (
        (Cell(rows[0] if rows else None), Cell(a[-1] if a else None, clashes=not inner)),
        (
            Cell(b[-2:][0] if b else None, clashes=not inner),
            Cell(columns[0] if columns else None),
        ),
    )
    fits = inner and batch.shape is not None
    return Stretching(
        tuple(Row(row.name, (*row.cells, *end)) for row, end in zip(batch.rows, ends, strict=True)),
        (*(batch.shape or ()), *rows, *columns) if fits else None,
        clashes=(*(dim - 2 for dim in batch.clashes), *(() if inner else (-1,))),
    )


def _columns(shapes: Sequence[Shape]) -> list[tuple[int | None, ...]]:
    """Return the sizes of all shapes dim by dim, right-aligned; None where one has no such dim."""
    n = max(map(len, shapes), default=0)
    padded = [(*[None] * (n - len(shape)), *shape) for shape in shapes]
    return list(zip(*padded, strict=True))


def _traps(operands: Sequence[tuple[str, Shape]]) -> list[Trap]:
    """Return the pairs that make a square without anybody having asked for it: [n] with [n, 1]."""
    return [
        Trap(short, long)
        for short, a in operands
        for long, b in operands
        if a and a[-1] > 1 and len(b) > len(a) and b[-1] == 1 and b[-1 - len(a) : -1] == a
    ]
