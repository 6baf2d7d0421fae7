"""The partial derivatives of one cell of a result: a vector-Jacobian product with a single 1."""

from collections.abc import Callable, Collection
from typing import Any

import torch
from torch.overrides import TorchFunctionMode

from explorer.engine import torch_private
from explorer.engine.measure import cost
from explorer.measure import bytes_text
from explorer.panes.heatmap.whys.rerun import Rerun, WhyNotError
from explorer.text import tr

MOST_NBYTES = 1 << 30
"""The line makes at most so much memory on its way."""
MOST_ELEMENTS = 300_000_000
"""It touches at most so many elements, which takes up to a second with the way back."""
MOST_APART = 8
"""Lines with more inputs are not tried with each of them alone."""
_NARROW = (torch.float16, torch.bfloat16)


class Bounded(TorchFunctionMode):
    """Measures each call of torch on this thread before it runs, and lets none cut derivatives off.

    Raises WhyNotError, with the figure, where the calls together are too much.
    """

    def __init__(self) -> None:
        super().__init__()
        self._nbytes = self._elements = 0

    def __torch_function__(
        self,
        function: Callable[..., Any],
        _types: object,
        arguments: tuple[Any, ...] = (),
        keywords: dict[str, Any] | None = None,
    ) -> Any:  # noqa: ANN401 - whatever torch returns
        """Run a call if it is not too much."""
        keywords = keywords or {}
        if function in _CUTS:
            return arguments[0]
        if function.__name__ in _EXITS or _is_read_apart(function, arguments):
            raise exit_error()
        self._measure(function, arguments, keywords)
        return function(*arguments, **keywords)

    def _measure(
        self,
        function: Callable[..., Any],
        arguments: tuple[Any, ...],
        keywords: dict[str, Any],
    ) -> None:
        if function.__name__ == "__get__":  # a property
            return
        try:
            nbytes, elements = cost(function, arguments, keywords)
        except (NotImplementedError, RuntimeError, TypeError, ValueError):
            return  # nobody knows; the line ran before, so it fits
        self._nbytes += nbytes
        self._elements += elements
        if self._nbytes > MOST_NBYTES:
            raise WhyNotError(
                tr(
                    "To run the line again takes {size} of memory; to answer why, at most {most}",
                    size=bytes_text(self._nbytes),
                    most=bytes_text(MOST_NBYTES),
                )
            )
        if self._elements > MOST_ELEMENTS:
            raise WhyNotError(
                tr(
                    "To run the line again computes about {n} elements; to answer why, at most {most}",
                    n=f"{self._elements:,}",
                    most=f"{MOST_ELEMENTS:,}",
                )
            )


_EXITS = frozenset(("item", "tolist", "numpy", "__array__", "__float__", "__complex__"))
_MAKERS = frozenset(("tensor", "as_tensor", "asarray", "new_tensor"))
_CUTS = frozenset((torch.detach, torch.Tensor.detach, torch.Tensor.data.__get__))  # type: ignore[attr-defined]  # a property of the class


def _is_read_apart(function: Callable[..., Any], arguments: tuple[Any, ...]) -> bool:
    """Return whether a call makes a tensor of numbers that it reads from others."""
    data = arguments[-1] if arguments else None
    return (
        function.__name__ in _MAKERS
        and isinstance(data, list | tuple)
        and bool(torch_private.tensors_in(data))
    )


def exit_error() -> WhyNotError:
    """Return what to raise where a number goes on without its tensor."""
    return WhyNotError(
        tr("On the way a number leaves its tensor, and with it the trace of where it came from"),
        tr("Write the line with tensors alone, without item() or tolist()"),
    )


Partials = list[torch.Tensor | None]
"""By each input, None where there is none."""


def known_partials(
    line: Rerun, index: tuple[int, ...], *, with_integers: bool
) -> tuple[torch.Tensor, Partials, set[int]]:
    """Return what `partials` does, and by which inputs torch has no derivative."""
    count = len(line.inputs)
    try:
        return *partials(line, index, range(count), with_integers=with_integers), set()
    except RuntimeError as error:
        is_unknown = any(word in str(error) for word in ("derivative", "differentiable"))
        if not is_unknown or not 1 < count <= MOST_APART:
            raise
        failure = error
    cell: torch.Tensor | None = None
    found: Partials = [None] * count
    unknown = set()
    for i in range(count):
        try:
            cell, by = partials(line, index, (i,), with_integers=with_integers)
        except RuntimeError:
            unknown.add(i)
        else:
            found[i] = by[i]
    if cell is None:
        raise failure
    return cell, found, unknown


def partials(
    line: Rerun, index: tuple[int, ...], by: Collection[int], *, with_integers: bool
) -> tuple[torch.Tensor, Partials]:
    """Return the cell at `index` and its derivatives by some of the inputs.

    `with_integers` lets whole numbers be fractions: these are what derivatives are of. Complex ones
    are those of a holomorphic function, NaN where the cell does not depend on an input so. Whatever
    torch raises comes through.
    """
    leaves = [
        _leaf(given.tensor, with_integers=with_integers, is_wanted=i in by)
        for i, given in enumerate(line.inputs)
    ]
    with torch.enable_grad(), Bounded():
        stand_ins = [
            leaf.clone() if given.is_written else leaf
            for leaf, given in zip(leaves, line.inputs, strict=True)
        ]
        cell = line.run(stand_ins)[index]
    wanted = [i for i, leaf in enumerate(leaves) if leaf.requires_grad]
    found: Partials = [None] * len(leaves)
    if cell.requires_grad and wanted:
        of = [leaves[i] for i in wanted]
        for i, gradient in zip(wanted, _gradients(cell, of), strict=True):
            found[i] = gradient
    return cell.detach(), found


def _leaf(tensor: torch.Tensor, *, with_integers: bool, is_wanted: bool) -> torch.Tensor:
    dtype = tensor.dtype
    is_whole = not (dtype.is_floating_point or dtype.is_complex or dtype == torch.bool)
    if is_whole and with_integers:
        dtype = torch.float64
    elif dtype in _NARROW:
        dtype = torch.float32
    leaf = tensor.detach().to(dtype)
    return leaf.requires_grad_(is_wanted and (dtype.is_floating_point or dtype.is_complex))


def _gradients(cell: torch.Tensor, leaves: list[torch.Tensor]) -> Partials:
    if not cell.is_complex():
        return list(torch.autograd.grad(cell, leaves, allow_unused=True))
    one = torch.ones((), dtype=cell.dtype, device=cell.device)
    along = torch.autograd.grad(cell, leaves, one, allow_unused=True, retain_graph=True)
    across = torch.autograd.grad(cell, leaves, one * 1j, allow_unused=True)
    return [_holomorphic(a, b) for a, b in zip(along, across, strict=True)]


def _holomorphic(along: torch.Tensor | None, across: torch.Tensor | None) -> torch.Tensor | None:
    """Return the derivative whose real and imaginary part torch tells, as conjugates, apart."""
    if along is None or across is None:
        return None
    if not along.is_complex():  # of a real number: du/dx + i dv/dx
        return torch.complex(along, across) if along.dtype != torch.float16 else None
    is_one = torch.isclose(across, along * 1j, rtol=1e-3, atol=1e-6)
    is_zero = (along == 0) & (across == 0)
    nan = torch.full_like(along, torch.nan)
    return torch.where(is_one | is_zero, along.conj(), nan)
