"""From a tensor to the line that made it: which tensors went into it, as that line found them."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import product
from types import MappingProxyType

from PySide6.QtCore import QObject, Signal

from explorer.panes.heatmap.equations.equation import Equation, parse
from explorer.panes.heatmap.equations.formula import place_text
from explorer.panes.heatmap.equations.provenance import (
    Index,
    Number,
    Provenance,
    Regions,
    Shape,
    provenance,
)
from explorer.panes.heatmap.equations.term import (
    MOST_VALUES,
    Elements,
    ElementsAsk,
    Place,
    Term,
    Terms,
    TermsAsk,
    number,
    place_of,
    whole,
)
from explorer.panes.heatmap.slices.slicing import Slicing
from explorer.protocol import Answer, TensorInfo
from explorer.session import Statement
from explorer.window.controller import Controller
from explorer.window.linking import Lit
from explorer.workspace import root_name

Known = Mapping[tuple[int, Index], Number]
"""Values by operand and cell."""
MOST_LEADING = 2
"""Along more dims slices can't be seen side by side."""
MOST_SIDE = 64
"""Tensors with more rows or columns do not stand side by side."""


@dataclass(frozen=True, slots=True)
class Traced:
    """An equation with its tensors: the operands as the line `statement` found them, its result."""

    statement: int
    equation: Equation
    origin: Provenance
    terms: tuple[Term, ...]
    infos: tuple[TensorInfo, ...]
    """Of the operands, as `terms` name them, and at the end of the result."""
    known: Known = field(default_factory=lambda: MappingProxyType({}))
    """The values that decide where a cell comes from, as far as they are known."""

    @property
    def operands(self) -> tuple[TensorInfo, ...]:
        """The operands' tensors."""
        return self.infos[:-1]

    @property
    def result(self) -> TensorInfo:
        """The result's tensor."""
        return self.infos[-1]

    @property
    def is_aligned(self) -> bool:
        """Whether leading dims of all stand at one index together: of others all indices are seen."""
        return self.origin.kind in ("elementwise", "product")

    @property
    def is_small(self) -> bool:
        """Whether all of it can stand side by side."""
        shapes = [info.shape for info in self.infos]
        if any(0 in s or (len(_leading(s)) > MOST_LEADING and not self.is_aligned) for s in shapes):
            return False
        sizes = [s[-2:] if self.is_aligned else spread_out(s).size for s in shapes]
        sides = [side for size in sizes for side in size]
        return max(sides, default=1) <= MOST_SIDE

    def lit(self, regions: Regions, *, label: bool = True) -> dict[str, Lit]:
        """Return the cells in `regions`, by the expression that they belong to."""
        found: dict[str, Lit] = {}
        for term, info, region in zip(self.terms, self.operands, regions, strict=False):
            if region is not None:
                text = place_text(term.expression, region, info.shape) if label else ""
                known = found.get(term.expression, Lit(text, ()))
                found[term.expression] = Lit(known.label, (*known.regions, region))
        return found

    def regions(self, index: Index) -> Regions | None:
        """Return the cells of each operand that a cell of the result comes from."""
        if len(index) != len(self.result.shape):
            return None
        return self.origin.regions(index, self.value)

    def value(self, operand: int, cell: Index) -> Number:
        """Return the value of an operand's cell. Raises LookupError if it is not known."""
        return self.known[operand, cell]

    def step(self, index: Index) -> str:
        """Return where values say that a cell comes from, in code; "" where none do."""
        try:
            return self.origin.pick.step(index, self.value) if self.origin.pick else ""
        except LookupError:
            return ""

    def unknown(self, index: Index) -> tuple[tuple[int, Place], ...]:
        """Return what must be known of which operands to tell where a cell comes from."""
        pick = self.origin.pick
        regions = pick.reads(index) if pick and len(index) == len(self.result.shape) else ()
        return tuple(
            (i, place_of(self.terms[i], region))
            for i, region in enumerate(regions)
            if region is not None
            and math.prod(map(len, region)) <= MOST_VALUES
            and (i, tuple(run[0] for run in region)) not in self.known
        )

    def knowing(self, told: Known) -> "Traced":
        """Return the same with more values known."""
        return replace(self, known=MappingProxyType({**self.known, **told}))

    @property
    def shapes(self) -> tuple[Shape, ...]:
        """The shapes of the operands."""
        return tuple(info.shape for info in self.operands)


def spread_out(shape: Shape) -> Slicing:
    """Return how all slices of a tensor are seen: side by side, as long as two dims do for that."""
    slicing = Slicing.of(shape)
    for dim in _leading(shape):
        slicing = slicing.gridded(dim)
    return slicing


def _leading(shape: Shape) -> tuple[int, ...]:
    """Return the dims that are neither rows nor columns, and more than one slice."""
    return tuple(dim for dim, size in enumerate(shape[:-2]) if size > 1)


def values_of(numbers: Sequence[int], answer: Elements) -> Known:
    """Return the values in an answer, of the operands with these numbers."""
    found: dict[tuple[int, Index], Number] = {}
    for i, place, texts in zip(numbers, answer.places, answer.texts, strict=True):
        cells = product(*(range(*dim) for dim in place.region))
        found.update(((i, cell), number(text)) for cell, text in zip(cells, texts, strict=False))
    return found


class Tracer(QObject):
    """Follows one heat map's tensor. `traced` is None unless its last line was an equation."""

    changed = Signal()
    """Another line made the tensor, or it is known by now what went into it."""

    def __init__(self, controller: Controller, parent: QObject) -> None:
        super().__init__(parent)
        self._controller = controller
        self._wanted: tuple[Statement, Equation, TensorInfo, TermsAsk, int] | None = None
        self._key: tuple[TermsAsk, str, TensorInfo, int] | None = None
        self._deciding: tuple[int, ...] = ()
        """The operands of which values were asked."""
        self.traced: Traced | None = None

    @property
    def is_waiting(self) -> bool:
        """Whether it is not known yet what went into the tensor."""
        return self._wanted is not None or bool(self._deciding)

    def look_at(self, info: TensorInfo, as_of: int) -> None:
        """Find the line that made the tensor as of a moment."""
        statement = self._statement(info.expression, as_of)
        equation = parse(statement.code) if statement else None
        if statement is None or equation is None or equation.target != info.expression:
            self.forget()
            return
        if not equation.is_alone and equation.target in equation.operands:
            self.forget()  # nobody knows what it was in the midst of a statement
            return
        found_at = -statement.id if equation.is_alone else statement.id
        terms = tuple(
            term_at(self._controller, name, found_at, as_of) for name in equation.operands
        )
        ask = TermsAsk(terms=terms)
        key = ask, statement.code, info, self._controller.data_revision
        if key != self._key:
            self._key = key
            self._wanted, self._deciding = (statement, equation, info, ask, as_of), ()
            self._controller.ask(ask, self._on_terms)

    def forget(self) -> None:
        """Follow no tensor."""
        was_known = self.traced is not None
        self._wanted = self._key = self.traced = None
        self._deciding = ()
        if was_known:
            self.changed.emit()

    def _statement(self, expression: str, as_of: int) -> Statement | None:
        controller = self._controller
        found = as_of or controller.workspace.changed_by.get(root_name(expression), 0)
        return next((s for s in controller.session.done if s.id == found), None)

    def _on_terms(self, answer: Answer) -> None:
        if self._wanted is None:
            return
        statement, equation, info, ask, as_of = self._wanted
        self._wanted, self.traced = None, None
        if isinstance(answer, Terms) and not answer.lost:
            kept = equation.kept([found is not None for found in answer.infos])
            infos = [found for found in answer.infos if found is not None]
            if kept:
                pairs = zip(ask.terms, answer.infos, strict=True)
                terms = tuple(term for term, found in pairs if found is not None)
                shapes, dtypes = [i.shape for i in infos], [i.dtype for i in infos]
                self.traced = Traced(
                    statement.id,
                    kept,
                    provenance(kept, shapes, info.shape, dtypes),
                    (*terms, Term(info.expression, as_of)),
                    (*infos, info),
                )
                self._ask_values(self.traced)
        if not self.is_waiting:
            self.changed.emit()

    def _ask_values(self, traced: Traced) -> None:
        """Ask for all the values of small operands that decide where cells come from."""
        pick, shapes = traced.origin.pick, traced.shapes
        small = [i for i in pick.deciding if math.prod(shapes[i]) <= MOST_VALUES] if pick else []
        if small:
            self._deciding = tuple(small)
            places = tuple(whole(traced.terms[i], shapes[i]) for i in small)
            self._controller.ask(ElementsAsk(places=places, most=MOST_VALUES), self._on_values)

    def _on_values(self, answer: Answer) -> None:
        deciding, self._deciding = self._deciding, ()
        if not deciding:
            return  # another tensor is looked at by now
        if self.traced and isinstance(answer, Elements):
            self.traced = self.traced.knowing(values_of(deciding, answer))
        self.changed.emit()


def term_at(controller: Controller, expression: str, moment: int, as_of: int) -> Term:
    """Return a tensor as of a moment; as it is now, if nothing has changed it since.

    What it is now needs no copy of old values, nor lines that run again.
    """
    workspace = controller.workspace
    writer = workspace.changed_by.get(root_name(expression), 0)
    if as_of or root_name(expression) not in workspace.entries:
        return Term(expression, moment)
    order = [s.id for s in controller.session.done]
    since = order.index(writer) if writer in order else -1
    last = order.index(abs(moment)) + (moment > 0)
    return Term(expression, moment if since >= last else 0)
