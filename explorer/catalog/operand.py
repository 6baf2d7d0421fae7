"""What is known of the operands in the fields of a form, and how they go together."""

from dataclasses import dataclass

from explorer.catalog.broadcast import Shape, Stretching, rule_of, stretch
from explorer.catalog.field import TENSORS, value_of
from explorer.catalog.number import Refusal
from explorer.catalog.operator import Operator, Texts
from explorer.catalog.promotion import Operand, Promotion, Weight, family_of, promote
from explorer.catalog.signature import Parameter, is_in_place
from explorer.catalog.value import Constant, Name, Tuple, Value
from explorer.protocol import NUMPY, TensorInfo
from explorer.workspace import Workspace

_OPTIONAL = ("min", "max")
"""Of `clamp`: optional, and yet operands."""
_CONDITION = "condition"
"""Of `where`: it chooses, so its dtype has no part in the result's."""


@dataclass(frozen=True, slots=True)
class Given:
    """One operand: a tensor, or a number of Python's, whose `shape` is None."""

    parameter: str
    name: str
    dtype: str
    shape: Shape | None

    @property
    def weight(self) -> Weight:
        """How much its dtype decides."""
        return "number" if self.shape is None else "dims" if self.shape else "0-d"


def operands_of(operator: Operator, texts: Texts, workspace: Workspace) -> list[Given] | None:
    """Return the operands in the order of the fields, None where not all of them are known."""
    found: list[Given] = []
    for parameter in operator.fields:
        text = texts.get(parameter.name, "")
        if not _is_operand(parameter) or (not text.strip() and not parameter.required):
            continue
        try:
            value = value_of(parameter, text, operator.path)
        except Refusal:
            return None
        for part in value.items if isinstance(value, Tuple) else (value,):
            given = _given(parameter, part, workspace)
            if given is None:
                return None
            found.append(given)
    return found


def stretching_of(operator: Operator, operands: list[Given]) -> Stretching | None:
    """Return how tensors of different shapes are put over each other, None where there are none.

    One without dims goes with every shape, and is left out.
    """
    rule = rule_of(operator.path)
    tensors = [(given.name, given.shape) for given in operands if given.shape]
    if rule is None or len({shape for _, shape in tensors}) < 2:
        return None
    if rule == "product" and len(tensors) != 2:
        return None
    return stretch(tensors, rule, kept=_is_kept(operator))


def promotion_of(operator: Operator, operands: list[Given], default: str) -> Promotion | None:
    """Return what different dtypes become, None where all stay what they are."""
    family = family_of(operator.path)
    decisive = [given for given in operands if given.parameter != _CONDITION]
    if family is None or len(decisive) < 2 or any(given.dtype == "" for given in decisive):
        return None
    told = promote(
        [Operand(given.dtype, given.weight) for given in decisive],
        family,
        default,
        kept=_is_kept(operator),
    )
    return told if told.rules or not (told.result and told.fits) else None


def _is_kept(operator: Operator) -> bool:
    return operator.path.startswith("Tensor.") and is_in_place(operator.path)


def _is_operand(parameter: Parameter) -> bool:
    takes = not set(TENSORS).isdisjoint(parameter.kinds)
    return takes and (parameter.required or parameter.name in _OPTIONAL)


def _given(parameter: Parameter, value: Value, workspace: Workspace) -> Given | None:
    match value:
        case Name(expression=expression):
            tensor: TensorInfo | None = workspace.find(expression)
            if tensor is None or tensor.layout == NUMPY:
                return None
            return Given(parameter.name, expression, tensor.dtype, tensor.shape)
        case Constant(value=bool() | int() | float() | complex() as number):
            return Given(parameter.name, str(number), type(number).__name__, None)
    return None
