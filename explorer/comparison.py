"""Two tensors compared: the expression that shows how they differ, and back."""

import ast
from dataclasses import dataclass
from typing import Literal

from explorer.catalog.grade import in_brackets, names_in
from explorer.catalog.number import Refusal
from explorer.protocol import NUMPY, TensorInfo

Kind = Literal["difference", "absolute", "relative"]

_SIGNED = {
    "bool": ".int()",
    "uint8": ".long()",
    "uint16": ".long()",
    "uint32": ".long()",
    "uint64": ".double()",
}
"""What makes numbers of a dtype that has none below 0, so that they can be subtracted."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two operands, as expressions, and how their difference is shown."""

    left: str
    right: str
    kind: Kind = "difference"

    @property
    def expression(self) -> str:
        """What is to be watched to see it."""
        difference = f"{in_brackets(self.left, sums=False)} - {in_brackets(self.right)}"
        match self.kind:
            case "difference":
                return difference
            case "absolute":
                return f"({difference}).abs()"
            case "relative":
                return f"({difference}).abs() / {in_brackets(self.right)}.abs()"


def compared(left: TensorInfo, right: TensorInfo) -> Comparison:
    """Return the comparison of two tensors of the workspace."""
    return Comparison(_signed(left), _signed(right))


def _signed(info: TensorInfo) -> str:
    # What NumPy has is read as a tensor here.
    dtype = info.dtype.removeprefix("torch.") if info.layout != NUMPY else info.dtype
    return in_brackets(info.expression) + _SIGNED[dtype] if dtype in _SIGNED else info.expression


def comparison_of(expression: str) -> Comparison | None:
    """Return what is compared in a watched expression, None if nothing is."""
    try:
        names_in(expression)
        found = _comparison(expression, ast.parse(expression, mode="eval").body)
        both = found and names_in(found.left) and names_in(found.right)
    except (Refusal, SyntaxError):
        return None
    return found if both else None


def _comparison(text: str, node: ast.expr) -> Comparison | None:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Sub):
        left, right = (ast.get_source_segment(text, side) for side in (node.left, node.right))
        return Comparison(left or "", right or "")
    inner = _absolute(node)
    if inner is not None:
        found = _comparison(text, inner)
        if found and found.kind == "difference":
            return Comparison(found.left, found.right, "absolute")
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
        found, size = _comparison(text, node.left), _absolute(node.right)
        if found and found.kind == "absolute" and size is not None:
            divisor = ast.parse(found.right, mode="eval").body
            if ast.dump(divisor) == ast.dump(size):
                return Comparison(found.left, found.right, "relative")
    return None


def _absolute(node: ast.expr) -> ast.expr | None:
    """Return x of `x.abs()` and `abs(x)`."""
    match node:
        case ast.Call(func=ast.Attribute(value=inner, attr="abs"), args=[], keywords=[]):
            return inner
        case ast.Call(func=ast.Name(id="abs"), args=[inner], keywords=[]):
            return inner
    return None
