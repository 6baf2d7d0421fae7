"""Two tensors compared: the expression that shows how they differ, and whether they are close."""

import ast
from dataclasses import dataclass
from typing import Literal

import msgspec

from explorer.catalog.grade import in_brackets, names_in
from explorer.catalog.number import Refusal
from explorer.panes.heatmap.summary import Stepped, SteppedAsk
from explorer.protocol import NUMPY, Answer, TensorInfo

Kind = Literal["difference", "absolute", "relative"]

_SIGNED = {
    "bool": ".int()",
    "uint8": ".long()",
    "uint16": ".long()",
    "uint32": ".long()",
    "uint64": ".double()",
}
"""What makes numbers of a dtype that has none below 0, so that they can be subtracted."""


class Tolerance(msgspec.Struct, frozen=True):
    """What `torch.allclose` is told: elements are close if |A - B| <= atol + rtol * |B|."""

    rtol: float = 1e-5
    atol: float = 1e-8
    equal_nan: bool = False


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


class VerdictAsk(SteppedAsk, frozen=True, kw_only=True):
    """Compare `left` and `right` as `torch.allclose` does, in the dtype that torch promotes to."""

    left: str
    right: str
    tolerance: Tolerance = Tolerance()


class Verdict(Stepped, frozen=True, kw_only=True):
    """How many of `count` elements are not close, as far as they are compared.

    `largest` is the largest |A - B| as text, at `index`; "" where each is NaN.
    """

    count: int
    differing: int
    largest: str
    index: tuple[int, ...]

    @property
    def is_close(self) -> bool:
        """What `torch.allclose` returns."""
        return self.differing == 0


class DifferenceAsk(VerdictAsk, frozen=True, kw_only=True):
    """Find the next element after `start` that is not close, the one before it if `backwards`.

    After the last comes the first. Without `start` the first, or the last.
    """

    start: tuple[int, ...] | None = None
    backwards: bool = False


class Difference(Answer, frozen=True, kw_only=True):
    """Where it is; None where there is none, or with a `progress` below 1 none was found yet."""

    index: tuple[int, ...] | None
    progress: float = 1.0
