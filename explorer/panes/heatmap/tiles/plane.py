"""From a tensor to the matrix that is drawn, with a sentence for every tensor that has none."""

import torch

from explorer.panes.heatmap import Plane
from explorer.panes.heatmap.tiles.sparse import is_large
from explorer.protocol import Problem
from explorer.text import tr

READABLE = {
    torch.bool,
    torch.uint8,
    torch.int8,
    torch.int16,
    torch.int32,
    torch.int64,
    torch.uint16,
    torch.uint32,
    torch.uint64,
    torch.float16,
    torch.bfloat16,
    torch.float32,
    torch.float64,
    torch.complex32,
    torch.complex64,
    torch.complex128,
    torch.float8_e4m3fn,
    torch.float8_e5m2,
    torch.float8_e4m3fnuz,
    torch.float8_e5m2fnuz,
    # Younger than torch 2.4:
    getattr(torch, "float8_e8m0fnu", torch.float32),
}


class UnshowableError(ValueError):
    """A tensor has no values that can be drawn; `problem` says why and what to do."""

    def __init__(self, what: str, fix: str = "", fix_code: str = "") -> None:
        super().__init__(what)
        self.problem = Problem(what=what, fix=fix, fix_code=fix_code)


def select(tensor: torch.Tensor, plane: Plane, expression: str) -> torch.Tensor:
    """Return `plane` of `tensor` as a (rows, columns) view, a copy only of a sparse tensor.

    Raises UnshowableError where there is nothing to draw, and IndexError or ValueError for a plane
    that is not one of the tensor's.
    """
    matrix = readable(tensor, expression)
    running = [dim for dim in (plane.rows, plane.columns) if dim is not None]
    if plane.grid:
        raise ValueError(f"{plane} is not one matrix")
    if len(plane.index) != matrix.ndim or len(set(running)) != min(matrix.ndim, 2):
        raise ValueError(tr("{x} has {n} dims now.", x=expression, n=matrix.ndim))
    for dim in sorted(set(range(matrix.ndim)) - set(running), reverse=True):
        matrix = matrix.select(dim, plane.index[dim])
    if len(running) == 2 and running[0] > running[1]:
        matrix = matrix.transpose(0, 1)
    while matrix.ndim < 2:
        matrix = matrix.unsqueeze(0)
    return matrix


def select_maps(tensor: torch.Tensor, plane: Plane, expression: str) -> torch.Tensor:
    """Return the matrices of a `plane` with a grid, as a view: (a, b, rows, columns).

    b is 1 in a grid of one dim. Raises what `select` raises.
    """
    cells = readable(tensor, expression)
    running = (*plane.grid, plane.rows, plane.columns)
    dims = [dim for dim in running if dim is not None]
    if len(plane.index) != cells.ndim or len({*dims}) != len(plane.grid) + 2:
        raise ValueError(tr("{x} has {n} dims now.", x=expression, n=cells.ndim))
    first, start = plane.grid[0], plane.index[plane.grid[0]]
    cells = cells.narrow(first, start, plane.shown or cells.shape[first] - start)
    for dim in sorted(set(range(cells.ndim)) - set(dims), reverse=True):
        cells = cells.select(dim, plane.index[dim])
    cells = cells.permute([sorted(dims).index(dim) for dim in dims])
    return cells.unsqueeze(1) if len(plane.grid) == 1 else cells


def element(tensor: torch.Tensor, index: tuple[int, ...], expression: str) -> torch.Tensor:
    """Return the 0-d tensor at `index`; raises what `select` raises."""
    cell = checked(tensor, expression)
    if cell.layout not in (torch.strided, torch.sparse_coo):
        cell = cell.to_sparse()
    if len(index) != cell.ndim:
        raise ValueError(tr("{x} has {n} dims now.", x=expression, n=cell.ndim))
    for i in index:
        cell = cell.select(0, i)
    return cell.to_dense() if cell.is_sparse else cell


def readable(tensor: torch.Tensor, x: str) -> torch.Tensor:
    """Return `tensor`, called `x`, without autograd and dense; raises UnshowableError as `select`."""
    tensor = checked(tensor, x)
    if is_large(tensor):
        raise UnshowableError(
            tr(
                "{x} is sparse and too large to be drawn whole: shape {shape}",
                x=x,
                shape=list(tensor.shape),
            ),
            tr("Look at its stored values."),
            f"{x}.values()" if tensor.layout != torch.sparse_coo else f"{x}.coalesce().values()",
        )
    return tensor if tensor.layout == torch.strided else tensor.to_dense()


def checked(tensor: torch.Tensor, x: str) -> torch.Tensor:
    """Return `tensor`, called `x`, of any layout, without autograd; raises UnshowableError."""
    tensor = tensor.detach()
    shape = list(tensor.shape) if not tensor.is_nested else []
    if tensor.is_nested:
        raise UnshowableError(
            tr("{x} is a nested tensor: its parts differ in shape, so it is no table.", x=x),
            tr(
                "Look at one part, from {first} to {last}, or pad them to one shape: {code}",
                first=f"{x}[0]",
                last=f"{x}[{tensor.size(0) - 1}]",
                code=f"torch.nested.to_padded_tensor({x}, 0.0)",
            ),
            f"{x}[0]",
        )
    if tensor.device.type == "meta" or type(tensor).__name__ == "FakeTensor":
        raise UnshowableError(
            tr("{x} has a shape, {shape}, but no values: it is a meta tensor.", x=x, shape=shape),
            tr("Make a tensor with memory of the same shape."),
            f'torch.zeros_like({x}, device="cpu")',
        )
    if tensor.is_quantized:
        raise UnshowableError(
            tr(
                "{x} is quantised: it stores small integers, each standing for "
                "(integer - zero point) × scale.",
                x=x,
            ),
            tr("Turn it into those numbers. {steps}", steps=_quantum(tensor)),
            f"{x}.dequantize()",
        )
    if tensor.dtype not in READABLE:
        raise UnshowableError(
            tr("torch can't read single values of {x}: its dtype is {d}.", x=x, d=tensor.dtype)
        )
    if tensor.numel() == 0:
        raise UnshowableError(tr("{x} has no elements: shape {shape}", x=x, shape=shape))
    return tensor


def _quantum(tensor: torch.Tensor) -> str:
    """Return what a step of a quantised tensor's integers is worth."""
    if tensor.qscheme() in {torch.per_tensor_affine, torch.per_tensor_symmetric}:
        scale, zero = f"{tensor.q_scale():.6g}", tensor.q_zero_point()
        return tr("Its scale is {scale}, its zero point {zero}.", scale=scale, zero=zero)
    dim, scales = tensor.q_per_channel_axis(), tensor.q_per_channel_scales()
    return tr(
        "Each index of dim {dim} has its own scale, from {low} to {high}.",
        dim=dim,
        low=f"{scales.min().item():.6g}",
        high=f"{scales.max().item():.6g}",
    )
