"""What several tensors can be put together to: the lines that fit their shapes, dtypes and devices."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from explorer.catalog.broadcast import Shape, broadcast
from explorer.protocol import NUMPY, TensorInfo
from explorer.text import tr
from explorer.workspace import Workspace

Rule = Callable[[TensorInfo, TensorInfo], Shape | None]
"""The shape of the result, None where torch refuses."""

RANKS = {
    "bool": 0,
    **dict.fromkeys(("uint8", "int8", "int16", "int32", "int64"), 1),
    **dict.fromkeys(("float16", "bfloat16", "float32", "float64"), 2),
    **dict.fromkeys(("complex64", "complex128"), 3),
}
"""The dtypes that torch calculates with; a result can be written where the rank is not lower."""
HOST = ("cpu", "meta")
"""Devices that multiply matrices of whole numbers; cards do not."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A line and the shape of its result; `writes` is the tensor that it changes, "" for none."""

    line: str
    shape: Shape
    writes: str = ""


def offers(operands: Sequence[TensorInfo], workspace: Workspace) -> list[Offer]:
    """Return the lines that torch takes for `operands` in their order, the most usual first."""
    if len(operands) < 2 or why_not(operands):
        return []
    target = workspace.free_name()
    found = _joined(operands, target)
    if len(operands) > 2:
        return found
    a, b = operands
    names = {"target": target, "a": a.expression, "b": b.expression}
    fits = [(line.format(**names), rule(a, b)) for line, rule in PAIRS]
    found[:0] = [Offer(line, shape) for line, shape in fits if shape is not None]
    found += [
        Offer(f"{x.expression}.add_({y.expression})", x.shape, x.expression)
        for x, y in ((a, b), (b, a))
        if can_add_in_place(x, y, workspace)
    ]
    return found


def why_not(operands: Sequence[TensorInfo]) -> str:
    """Return in words why nothing at all can be offered, "" if that is only a matter of shapes."""
    for operand in operands:
        if operand.layout == NUMPY:
            return tr(
                "{name} is a NumPy array. Make a tensor of it first: torch.from_numpy({name})",
                name=operand.expression,
            )
        if operand.layout != "strided":
            return tr(
                "{name} has the layout {layout}. Make it dense first: {name}.to_dense()",
                name=operand.expression,
                layout=operand.layout,
            )
        if operand.dtype not in RANKS:
            return tr(
                "torch does not calculate with {dtype}. Convert {name} first: {name}.float()",
                name=operand.expression,
                dtype=operand.dtype,
            )
    for a, b in pairwise(operands):
        if not _on_one_device(a, b):
            return tr(
                "{a} is on {there} and {b} on {here}. Move one first: {a}.to({b}.device)",
                a=a.expression,
                b=b.expression,
                there=a.device,
                here=b.device,
            )
    return ""


def shapes_why_not(operands: Sequence[TensorInfo]) -> str:
    """Return in words why these shapes go together in no way that is offered."""
    shapes = ", ".join(f"{t.expression} {list(t.shape)}" for t in operands)
    return tr(
        "No arithmetic fits {shapes}. From the right, sizes must be equal or 1", shapes=shapes
    )


def matmul(a: Shape, b: Shape) -> Shape | None:
    """Return the shape of `a @ b`: rows by columns, the dims before them broadcast."""
    if not a or not b or a[-1] != b[max(len(b) - 2, 0)]:
        return None
    batch = broadcast(a[:-2], b[:-2])
    columns = b[-1:] if len(b) > 1 else ()
    return None if batch is None else (*batch, *a[-2:-1], *columns)


def cat(shapes: Sequence[Shape], dim: int) -> Shape | None:
    """Return the shape of tensors laid end to end: all sizes but that of `dim` are equal."""
    # torch lets an empty list go with anything.
    kept = [shape for shape in shapes if shape != (0,)] or [(0,)]
    first = kept[0]
    if () in shapes or dim >= len(first):
        return None
    if any(shape[:dim] + shape[dim + 1 :] != first[:dim] + first[dim + 1 :] for shape in kept):
        return None
    if any(len(shape) != len(first) for shape in kept):
        return None
    return (*first[:dim], sum(shape[dim] for shape in kept), *first[dim + 1 :])


def can_add_in_place(x: TensorInfo, y: TensorInfo, workspace: Workspace) -> bool:
    """Return whether torch takes `x.add_(y)`."""
    base = workspace.find(x.view_of) if x.view_of else None
    is_leaf = any(t.is_leaf and t.requires_grad for t in (x, base) if t)
    return (
        broadcast(x.shape, y.shape) == x.shape
        and RANKS[x.dtype] >= RANKS[y.dtype]
        and (x.device == y.device or _is_scalar(y))
        and not (is_leaf and x.requires_grad and workspace.modes.grad_enabled)
        and not _overlaps_itself(x)
        and not _overlap(x, y)
    )


# --- rules ------------------------------------------------------------------------------------


def _elementwise(a: TensorInfo, b: TensorInfo) -> Shape | None:
    return broadcast(a.shape, b.shape)


def _difference(a: TensorInfo, b: TensorInfo) -> Shape | None:
    return None if "bool" in (a.dtype, b.dtype) else broadcast(a.shape, b.shape)


def _quotient(a: TensorInfo, b: TensorInfo) -> Shape | None:
    # The result would be complex32, which torch does not divide.
    for half, number in ((a, b), (b, a)):
        if half.dtype == "float16" and half.shape and not number.shape and RANKS[number.dtype] == 3:
            return None
    return broadcast(a.shape, b.shape)


def _product(a: TensorInfo, b: TensorInfo) -> Shape | None:
    if a.device != b.device or a.dtype != b.dtype or a.dtype == "bool":
        return None
    if RANKS[a.dtype] == 1 and a.device not in HOST:
        return None
    return matmul(a.shape, b.shape)


def _turned_product(a: TensorInfo, b: TensorInfo) -> Shape | None:
    """Return what the other order gives, where it is the only one that fits."""
    return _product(b, a) if _product(a, b) is None else None


PAIRS: tuple[tuple[str, Rule], ...] = (
    ("{target} = {a} + {b}", _elementwise),
    ("{target} = {a} - {b}", _difference),
    ("{target} = {a} * {b}", _elementwise),
    ("{target} = {a} / {b}", _quotient),
    ("{target} = {a} @ {b}", _product),
    ("{target} = {b} @ {a}", _turned_product),
)


def _joined(operands: Sequence[TensorInfo], target: str) -> list[Offer]:
    """Return what lays tensors end to end, along the first and the last dim that fit, or piles them."""
    if len({operand.device for operand in operands}) > 1:
        return []
    shapes = [operand.shape for operand in operands]
    names = ", ".join(operand.expression for operand in operands)
    fits = [(dim, s) for dim in range(max(map(len, shapes))) if (s := cat(shapes, dim)) is not None]
    found = [
        Offer(f"{target} = torch.cat(({names}){f', dim={dim}' if dim else ''})", shape)
        for dim, shape in dict.fromkeys((*fits[:1], *fits[-1:]))
    ]
    if len(set(shapes)) == 1:
        found.append(Offer(f"{target} = torch.stack(({names}))", (len(shapes), *shapes[0])))
    return found


# --- memory and devices -----------------------------------------------------------------------


def _is_scalar(tensor: TensorInfo) -> bool:
    """Return whether it is one number on the CPU, which goes with tensors of any device."""
    return not tensor.shape and tensor.device == "cpu"


def _on_one_device(a: TensorInfo, b: TensorInfo) -> bool:
    return a.device == b.device or _is_scalar(a) or _is_scalar(b)


def _overlaps_itself(tensor: TensorInfo) -> bool:
    """Return whether several of its cells are the same number in memory, as after `expand`."""
    return any(n > 1 and not step for n, step in zip(tensor.shape, tensor.stride, strict=True))


def _overlap(a: TensorInfo, b: TensorInfo) -> bool:
    """Return whether they lie partly over each other in memory, as far as torch looks at it."""
    if a.storage != b.storage or not (_is_dense(a) and _is_dense(b)) or 0 in (a.nbytes, b.nbytes):
        return False
    (start, end), (other_start, other_end) = _bytes(a), _bytes(b)
    if (start, end) == (other_start, other_end):
        return a.stride != b.stride
    return start < other_end and other_start < end


def _bytes(tensor: TensorInfo) -> tuple[int, int]:
    count = 1
    for size in tensor.shape:
        count *= size
    start = tensor.storage_offset * (tensor.nbytes // count)
    return start, start + tensor.nbytes


def _is_dense(tensor: TensorInfo) -> bool:
    """Return whether its cells fill one piece of memory, in whatever order of the dims."""
    expected = 1
    dims = [(step, n) for n, step in zip(tensor.shape, tensor.stride, strict=True) if n != 1]
    for step, n in sorted(dims):
        if step != expected:
            return False
        expected *= n
    return True
