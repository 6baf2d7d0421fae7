"""Lights the cells that a line is about to pick with a function: `y = torch.gather(x, 1, index)`."""

import math
from collections.abc import Callable, Mapping, Sequence
from itertools import islice

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from explorer.catalog.picking import Numbers, broadcast, cells_of
from explorer.panes.heatmap.equations.case import Index, Number, Region, Shape
from explorer.panes.heatmap.equations.equation import Equation, parse
from explorer.panes.heatmap.equations.provenance import provenance
from explorer.panes.heatmap.equations.term import MOST_VALUES
from explorer.panes.operate.indexing.knowledge import Knowledge
from explorer.panes.operate.indexing.lamp import Lamp
from explorer.window.controller import Controller
from explorer.window.linking import Lit

Sized = Callable[[Equation, Sequence[Numbers]], Shape]


def _of_first(_equation: Equation, operands: Sequence[Numbers]) -> Shape:
    return operands[0].shape


def _of_second(_equation: Equation, operands: Sequence[Numbers]) -> Shape:
    return operands[1].shape


def _replaced(equation: Equation, operands: Sequence[Numbers]) -> Shape:
    """Return the shape with as many indices in one dim as are picked."""
    (shape, index), dim = (operand.shape for operand in operands[:2]), _dim(equation, 1, operands)
    return () if dim is None else (*shape[:dim], *index[:1], *shape[dim + 1 :])


def _along(equation: Equation, operands: Sequence[Numbers]) -> Shape:
    (shape, index), dim = (operand.shape for operand in operands[:2]), _dim(equation, 2, operands)
    if dim is None:
        return (math.prod(index),)
    return broadcast([(*shape[:dim], 1, *shape[dim + 1 :]), index])


def _wide(_equation: Equation, operands: Sequence[Numbers]) -> Shape:
    return broadcast([operand.shape for operand in operands])


def _true(equation: Equation, operands: Sequence[Numbers]) -> Shape:
    mask = operands[1]
    repeats = math.prod(_wide(equation, operands)) // max(1, math.prod(mask.shape))
    return (sum(map(bool, mask.values or ())) * repeats,)


def _not_zero(_equation: Equation, operands: Sequence[Numbers]) -> Shape:
    return sum(map(bool, operands[0].values or ())), len(operands[0].shape)


SIZES: dict[str, Sized] = {
    "gather": _of_second,
    "take": _of_second,
    "take_along_dim": _along,
    "index_select": _replaced,
    "masked_select": _true,
    "nonzero": _not_zero,
    "where": _wide,
    "scatter": _of_first,
}
"""The shape of what comes out, by the function."""


class Lighting(QObject):
    """Lights the cells in every heat map while `pane`, in which the line stands, is seen."""

    def __init__(self, controller: Controller, pane: QWidget) -> None:
        super().__init__(pane)
        self._lamp = Lamp(controller, pane)
        self._knowledge = Knowledge(controller, self)
        self._equation: Equation | None = None
        self._knowledge.grown.connect(self._light)

    def mean(self, line: str) -> None:
        """Light what `line` picks; nothing if it picks nothing, or is not known to."""
        equation = parse(line) if line else None
        self._equation = equation if equation and equation.operation in SIZES else None
        if self._equation:
            self._knowledge.look_at(self._equation.operands)
        self._light()

    def _light(self) -> None:
        self._lamp.shine(self._meant(self._equation) if self._equation else {})

    def _meant(self, equation: Equation) -> Mapping[str, Lit]:
        operands = [self._knowledge.numbers(name) for name in equation.operands]
        kept = equation.kept([found is not None for found in operands])
        known = [found for found in operands if found is not None]
        if kept is None:
            return {}
        try:
            shape = SIZES[kept.operation](kept, known)
        except (ValueError, IndexError):
            return {}  # no shapes that it takes
        origin = provenance(kept, [n.shape for n in known], shape, [n.dtype for n in known])
        if origin.pick is None:
            return {}

        def value(operand: int, cell: Index) -> Number:
            return known[operand].at(cell)

        shown = [i for i in range(len(known)) if i not in origin.pick.deciding] or [0]
        found: dict[str, dict[Region, None]] = {kept.operands[i]: {} for i in shown}
        for index in islice(cells_of(shape), MOST_VALUES):
            regions = origin.regions(index, value) or ()
            for i, region in enumerate(regions):
                if i in shown and region is not None and _is_in(region, known[i].shape):
                    found[kept.operands[i]][region] = None
        return {name: Lit(name, tuple(cells)) for name, cells in found.items() if cells}


def _is_in(region: Region, shape: Shape) -> bool:
    """Return whether the cells are there: an index may be out of range."""
    return all(run.start >= 0 and run.stop <= size for run, size in zip(region, shape, strict=True))


def _dim(equation: Equation, place: int, operands: Sequence[Numbers]) -> int | None:
    """Return the dim that a line names as its argument at `place`, None if it names none."""
    named = [value for key, value in equation.keywords if key == "dim"]
    given = named or equation.arguments[place : place + 1]
    n = len(operands[0].shape)
    return next((dim % n for dim in given if isinstance(dim, int) and n), None)
