"""Where the cells of results come from that are computed: elementwise, reduced, multiplied."""

from collections.abc import Callable

from explorer.panes.heatmap.equations.case import (
    Case,
    Index,
    Regions,
    Rule,
    aligned,
    broadcast,
    names,
    one,
)

ONE_OPERAND = names("expand_as view_as reshape_as to type")
"""Further operands give only their shape or dtype."""


def elementwise(case: Case) -> Rule | None:
    """Return the rule of what works cell by cell."""
    shapes = case.shapes[: 1 if case.equation.operation in ONE_OPERAND else None]
    wide = broadcast((*shapes, case.result))
    if wide != case.result:
        return None
    rest: Regions = (None,) * (len(case.shapes) - len(shapes))
    return lambda index: (*(aligned(shape, index) for shape in shapes), *rest)


def reduction(case: Case) -> Rule | None:
    """Return the rule of what makes one of many."""
    shape, dims = case.shapes[0], case.argument_dims()
    if dims is None or len(case.shapes) > 1:
        return None
    kept = tuple(1 if d in dims else size for d, size in enumerate(shape))
    short = tuple(size for d, size in enumerate(shape) if d not in dims)
    keeps = case.result == kept and bool(shape)
    if not keeps and case.result != short:
        return None

    def rule(index: Index) -> Regions:
        rest = iter(index)
        wide = index if keeps else [0 if d in dims else next(rest) for d in range(len(shape))]
        return (
            tuple(
                range(size) if d in dims else one(i)
                for d, (i, size) in enumerate(zip(wide, shape, strict=True))
            ),
        )

    return rule


def _along(case: Case, reach: Callable[[int, int], range]) -> Rule | None:
    """Return the rule by which a cell comes from others in its line, as `reach` says."""
    shape, dims = case.shapes[0], case.argument_dims()
    if dims is None or len(dims) != 1 or len(case.shapes) > 1 or case.result != shape:
        return None
    (dim,) = dims

    def rule(index: Index) -> Regions:
        return (
            tuple(
                reach(i, size) if d == dim else one(i)
                for d, (i, size) in enumerate(zip(index, shape, strict=True))
            ),
        )

    return rule


def spread(case: Case) -> Rule | None:
    """Return the rule of what each cell of a line takes part in."""
    return _along(case, lambda _i, size: range(size))


def running(case: Case) -> Rule | None:
    """Return the rule of what goes on along a line."""
    return _along(case, lambda i, _size: range(i + 1))


def product(case: Case) -> Rule | None:
    """Return the rule of matrix products."""
    if len(case.shapes) != 2 or not all(case.shapes):
        return None
    left, right = case.shapes
    if case.equation.operation == "inner" and max(len(left), len(right)) > 1:
        return None
    inner, across = left[-1], len(right) > 1
    if right[-2 if across else -1] != inner:
        return None
    batch = broadcast((left[:-2], right[:-2]))
    made = (*left[-2:-1], *(right[-1:] if across else ()))
    if batch is None or (*batch, *made) != case.result:
        return None
    n = len(batch)

    def rule(index: Index) -> Regions:
        row, column = index[n:][: len(left[-2:-1])], index[-1:] if across else ()
        return (
            (*aligned(left[:-2], index[:n]), *map(one, row), range(inner)),
            (*aligned(right[:-2], index[:n]), range(inner), *map(one, column)),
        )

    return rule


def outer(case: Case) -> Rule | None:
    """Return the rule of `outer`."""
    if len(case.shapes) != 2 or case.result != (*case.shapes[0], *case.shapes[1]):
        return None
    return lambda index: ((one(index[0]),), (one(index[1]),))


def linear(case: Case) -> Rule | None:
    """Return the rule of `linear`."""
    x, w = case.shapes[:2] if len(case.shapes) > 1 else ((), ())
    if len(w) != 2 or not x or x[-1] != w[1] or (*x[:-1], w[0]) != case.result:
        return None
    bias = len(case.shapes) == 3
    return lambda index: (
        (*map(one, index[:-1]), range(x[-1])),
        (one(index[-1]), range(w[1])),
        *(((one(index[-1]),),) if bias else ()),
    )
