"""Which cells of its operands a cell of a result comes from, by rules as torch documents them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from explorer.panes.heatmap.equations import arithmetic_rules as arithmetic
from explorer.panes.heatmap.equations import indexing_rules as indexing
from explorer.panes.heatmap.equations import movement_rules as movement
from explorer.panes.heatmap.equations import picking_rules as picking
from explorer.panes.heatmap.equations.case import (
    Case,
    Index,
    Number,
    Pick,
    Region,
    Regions,
    Rule,
    Shape,
    Values,
    names,
)
from explorer.panes.heatmap.equations.equation import Equation, Operand

__all__ = [
    "ELEMENTWISE",
    "Index",
    "Kind",
    "Number",
    "Provenance",
    "Region",
    "Regions",
    "Shape",
    "is_ghost",
    "provenance",
]

Kind = Literal["elementwise", "product", "reduction", "spread", "view", "pick", "unknown"]

ELEMENTWISE = names(
    """
    add sub mul div true_divide floor_divide remainder fmod pow multiply subtract divide lt le gt ge
    eq ne less less_equal greater greater_equal not_equal maximum minimum fmax fmin atan2 arctan2
    hypot logaddexp logaddexp2 copysign nextafter xlogy heaviside isclose bitwise_and bitwise_or
    bitwise_xor bitwise_left_shift bitwise_right_shift logical_and logical_or logical_xor gcd lcm
    neg negative positive bitwise_not logical_not abs absolute exp exp2 expm1 log log2 log10 log1p
    sqrt rsqrt square reciprocal sign sgn sin cos tan asin acos atan sinh cosh tanh asinh acosh
    atanh sigmoid relu relu6 gelu silu elu selu celu leaky_relu softplus softsign mish hardtanh
    hardsigmoid hardswish logsigmoid tanhshrink threshold erf erfc lgamma digamma floor ceil round
    trunc fix frac clamp clip nan_to_num isnan isinf isfinite lerp addcmul addcdiv
    masked_fill to float double half bfloat16 int long short bool type clone contiguous detach cpu
    cuda real imag conj angle rad2deg deg2rad dropout expand expand_as broadcast_to
    """
)
REDUCTIONS = names(
    """
    sum mean prod amax amin max min std var nansum nanmean median logsumexp all any
    count_nonzero argmax argmin
    """
)
SPREADS = names("softmax log_softmax softmin")
RUNNING = names("cumsum cumprod logcumsumexp")
SAME_ORDER = names("reshape view flatten ravel unflatten unsqueeze squeeze view_as reshape_as")
"""They keep the order of the elements, and say it in another shape."""
PRODUCTS = names("matmul mm bmm mv dot inner")
TRANSPOSES = names("T mT H mH t transpose swapaxes swapdims permute")


@dataclass(frozen=True, slots=True)
class Provenance:
    """How the cells of a result come about; `regions` tells of one, None if that is not known.

    `pick` is there where values decide: then `regions` wants to know them.
    """

    kind: Kind = "unknown"
    rule: Rule | None = None
    pick: Pick | None = None

    def regions(self, index: Index, values: Values | None = None) -> Regions | None:
        """Return the cells of each operand that the result's cell at `index` comes from."""
        if self.rule:
            return self.rule(index)
        try:
            return self.pick.regions(index, values) if self.pick and values else None
        except LookupError:
            return None


def provenance(
    equation: Equation, shapes: Sequence[Shape], result: Shape, dtypes: Sequence[str] = ()
) -> Provenance:
    """Return how an equation's result comes about, its operands and itself being of these shapes.

    Unknown where there is no rule for it, or the shapes are not those that the rule makes.
    `dtypes` are the operands': without them nobody knows a mask.
    """
    case = Case(equation, tuple(shapes), result, tuple(dtypes))
    operation = equation.operation
    if operation in ("max", "min") and len(shapes) == 2:
        operation = "maximum"
    first = equation.arguments[:1]
    for operations, kind, make in RULES:
        # Other rules than these take what they tell of the first operand for the first argument.
        if operation in operations and (make in ANY_FIRST or first == (Operand(0),)):
            found = make(case)
            if isinstance(found, Pick):
                return Provenance(kind, pick=found)
            return Provenance(kind, found) if found else Provenance()
    return Provenance()


def is_ghost(shape: Shape, result: Shape) -> tuple[bool, ...]:
    """Return for each dim of `result` whether an operand of `shape` is repeated along it."""
    aligned = (1,) * (len(result) - len(shape)) + shape
    return tuple(own < size for own, size in zip(aligned, result, strict=True))


ANY_FIRST = (arithmetic.elementwise, movement.joined)
RULES: tuple[tuple[frozenset[str], Kind, Callable[[Case], Rule | Pick | None]], ...] = (
    (ELEMENTWISE, "elementwise", arithmetic.elementwise),
    (REDUCTIONS, "reduction", arithmetic.reduction),
    (PRODUCTS, "product", arithmetic.product),
    (SPREADS, "spread", arithmetic.spread),
    (RUNNING, "spread", arithmetic.running),
    (SAME_ORDER, "view", movement.same_order),
    (TRANSPOSES, "view", movement.transpose),
    (names("getitem"), "view", indexing.indexed),
    (names("flip"), "view", movement.flip),
    (names("repeat"), "view", movement.repeat),
    (names("cat concat stack"), "view", movement.joined),
    (names("outer ger"), "product", arithmetic.outer),
    (names("linear"), "product", arithmetic.linear),
    (names("where"), "elementwise", picking.chosen),
    (names("gather"), "pick", picking.gathered),
    (names("take_along_dim"), "pick", picking.taken_along),
    (names("index_select"), "pick", picking.selected),
    (names("take"), "pick", picking.taken),
    (names("masked_select"), "pick", picking.masked),
    (names("nonzero argwhere"), "pick", picking.not_zero),
    (names("scatter"), "pick", picking.scattered),
    (names("setitem"), "pick", indexing.assigned),
)
"""Operations, what kind they are, and the rule for them."""
