"""How much memory and work an operation takes, told before it runs."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import nullcontext
from math import prod
from typing import Any

import torch

from explorer.engine import torch_private
from explorer.engine.description import attempt
from explorer.measure import bytes_text
from explorer.text import tr

MOST_NBYTES = 1 << 30
"""An expression makes at most so much memory, all that it makes on its way counted."""
MOST_ELEMENTS = 10**9
"""It touches at most so many elements: about a second's work."""
FLOPS_PER_ELEMENT = 16
SORTING, SOLVING = 16, 32
"""How much longer an element takes where it is sorted, or a row where systems are solved."""

_PRODUCTS = frozenset(
    """matmul mm bmm mv addmm addmv addbmm baddbmm addr dot inner vdot vecdot outer kron einsum
    tensordot linear conv1d conv2d multi_dot linalg_multi_dot chain_matmul cross_entropy
    """.split()  # noqa: SIM905 - a table of names reads better as words
)
"""Products of matrices, whose work is more than their elements."""

_SORTED = frozenset(
    """sort argsort msort topk kthvalue median nanmedian quantile nanquantile unique mode
    unique_consecutive""".split()  # noqa: SIM905 - a table of names reads better as words
)
_SOLVED = frozenset(
    """linalg_cholesky linalg_cond linalg_det linalg_eigh linalg_eigvals linalg_eigvalsh linalg_inv
    linalg_matrix_norm linalg_matrix_power linalg_matrix_rank linalg_multi_dot linalg_norm
    linalg_pinv linalg_qr linalg_slogdet linalg_solve linalg_svd linalg_svdvals linalg_tensorinv
    cholesky cond det eigh eigvals eigvalsh inv matrix_norm matrix_rank pinv solve svdvals tensorinv
    inverse logdet matrix_exp matrix_power norm pinverse qr slogdet svd cdist cov corrcoef
    """.split()  # noqa: SIM905 - a table of names reads better as words
)
_ELEMENTWISE = frozenset(
    """add sub mul truediv floordiv mod pow and_ or_ xor lshift rshift lt le gt ge eq ne neg pos
    invert abs exp log log2 log10 log1p expm1 sqrt rsqrt square sin cos tan tanh sigmoid relu sign
    round floor ceil trunc clamp clip isnan isinf isfinite isclose float double half bfloat16 long
    int bool softmax log_softmax masked_fill nan_to_num maximum minimum reciprocal angle logical_and
    logical_or logical_not logical_xor cumsum cumprod tril triu""".split()  # noqa: SIM905 - a table of names reads better as words
)
_REDUCING = frozenset(
    """mean sum std var amin amax any all prod nansum nanmean logsumexp argmax argmin
    count_nonzero""".split()  # noqa: SIM905 - a table of names reads better as words
)
_CHOOSING = frozenset(("where", "max", "min"))
_JOINING = frozenset(("cat", "concat", "stack", "hstack", "vstack", "clone", "contiguous"))
_VIEWING = frozenset(
    """t transpose permute view expand expand_as squeeze unsqueeze diagonal narrow select unbind
    movedim swapaxes detach unfold""".split()  # noqa: SIM905 - a table of names reads better as words
)
"""What is plain to see without asking torch, whose shadows take a second or two to load."""
_BY_VALUE = frozenset(
    """getitem nonzero argwhere masked_select unique unique_consecutive where to cpu cuda
    allclose equal to_dense coalesce values indices crow_indices col_indices dequantize int_repr
    tensor as_tensor new_tensor is_complex numel""".split()  # noqa: SIM905 - a table of names reads better as words
)
"""What torch can't tell the size of: no more than its arguments, with an index for each element."""


class _ShapelessError(NotImplementedError):
    """A tensor whose shape does not tell what is done with it: sparse, nested, quantised."""


class Budget:
    """What one expression may still take."""

    def __init__(self, nbytes: int = MOST_NBYTES, elements: int = MOST_ELEMENTS) -> None:
        self._most_nbytes, self._most_elements = nbytes, elements
        self._nbytes = self._elements = 0

    def spend(
        self,
        function: Callable[..., object],
        arguments: tuple[object, ...],
        keywords: Mapping[str, object],
    ) -> None:
        """Count a call. Raises ValueError if it is too much, and what torch raises at its shapes."""
        made, work = cost(function, arguments, keywords)
        self._nbytes += made
        self._elements += work
        if self._nbytes > self._most_nbytes:
            raise ValueError(
                tr(
                    "It would take {size} of memory; what is computed unasked takes at most {most}. "
                    "Give the result a name in a line of the script instead.",
                    size=bytes_text(self._nbytes),
                    most=bytes_text(self._most_nbytes),
                )
            )
        if self._elements > self._most_elements:
            raise ValueError(
                tr(
                    "It would compute about {n} elements each time something changes, which takes "
                    "too long. Give the result a name in a line of the script instead.",
                    n=f"{self._elements:,}",
                )
            )


def cost(
    function: Callable[..., object],
    arguments: tuple[object, ...],
    keywords: Mapping[str, object],
) -> tuple[int, int]:
    """Return the bytes that a call makes and the elements that it touches, without running it.

    Where operands do not fit together it is nothing, or what torch raises at their shapes.
    """
    name = function.__name__
    inputs = list(_tensors((arguments, dict(keywords))))
    try:
        made, work = _plain(name, arguments, keywords, inputs) or _tried(
            function, arguments, keywords
        )
    except (NotImplementedError, RuntimeError, TypeError) as error:
        is_shapeless = isinstance(error, _ShapelessError)
        if not is_shapeless and (name in _ELEMENTWISE or name == "matmul"):
            return 0, 0  # torch itself says better why its operands do not fit
        if not is_shapeless and name not in _BY_VALUE:
            raise
        made = sum(8 * max(1, x.dim()) * attempt(x.numel, 0) for x in inputs)
        work = made // 8
    longest = max((int(x.shape[-1]) for x in inputs if x.dim()), default=1)
    work *= SORTING if name in _SORTED else SOLVING * longest if name in _SOLVED else 1
    return made, work


def _plain(  # noqa: PLR0911 - one return a kind
    name: str,
    arguments: tuple[object, ...],
    keywords: Mapping[str, object],
    inputs: list[torch.Tensor],
) -> tuple[int, int] | None:
    """Return bytes and elements of a call that is as plain as most are, None of any other.

    Raises RuntimeError where operands do not fit together.
    """
    if not inputs or any(x.layout != torch.strided or x.is_nested for x in inputs):
        return None
    if name in _ELEMENTWISE or (name in _CHOOSING and len(inputs) > 1):
        together: Any = torch.broadcast_shapes  # torch does not annotate it
        count = prod(together(*(x.shape for x in inputs)))
        widest = max(x.element_size() for x in inputs)
        at_least = 8 if name in ("double", "long", "cumsum", "cumprod") else 4
        return count * max(widest, at_least), count * (1 + len(inputs))
    touched = sum(x.numel() for x in inputs)
    if name in _REDUCING or name in ("max", "min"):
        left = touched // _reduced(inputs[0], arguments[1:], keywords)
        return left * (8 + inputs[0].element_size()), touched
    if name in _VIEWING or (name == "getitem" and _is_basic(arguments[1])):
        return 0, 0
    if name == "getitem" and len(inputs) > 1 and arguments[1] is inputs[1]:
        return _picked(inputs[0], inputs[1])
    if name == "matmul" and len(inputs) > 1 and min(x.dim() for x in inputs) > 0:
        return _multiplied(inputs[0], inputs[1])
    if name in _JOINING:
        return touched * max(x.element_size() for x in inputs), 2 * touched
    return None


def _picked(tensor: torch.Tensor, index: torch.Tensor) -> tuple[int, int] | None:
    """Return bytes and elements of `tensor[index]`, the most that it can be."""
    if index.dtype == torch.bool:
        count = tensor.numel()
    elif tensor.dim():
        count = index.numel() * (tensor.numel() // max(1, tensor.shape[0]))
    else:
        return None
    return count * tensor.element_size(), count + index.numel()


def _multiplied(left: torch.Tensor, right: torch.Tensor) -> tuple[int, int]:
    """Return bytes and elements of `left @ right`. Raises RuntimeError if they do not fit."""
    together: Any = torch.broadcast_shapes  # torch does not annotate it
    batch = prod(together(left.shape[:-2], right.shape[:-2]))
    rows = left.shape[-2] if left.dim() > 1 else 1
    columns = right.shape[-1] if right.dim() > 1 else 1
    count = batch * rows * columns
    size = max(left.element_size(), right.element_size())
    work = 2 * count * left.shape[-1] // FLOPS_PER_ELEMENT
    return count * size, work + count + left.numel() + right.numel()


def _reduced(
    tensor: torch.Tensor, arguments: tuple[object, ...], keywords: Mapping[str, object]
) -> int:
    """Return how many elements become one at least when dims are reduced."""
    if not arguments and "dim" not in keywords:
        return max(1, tensor.numel())
    dims = keywords.get("dim", arguments[0] if arguments else None)
    known = dims if isinstance(dims, tuple | list) else (dims,)
    sizes = [
        tensor.shape[d] for d in known if isinstance(d, int) and -tensor.dim() <= d < tensor.dim()
    ]
    return max(1, prod(sizes))


def _is_basic(index: object) -> bool:
    """Return whether an index makes a view."""
    parts = index if isinstance(index, tuple) else (index,)
    return all(part is None or part is ... or type(part) in (int, slice) for part in parts)


def _tried(
    function: Callable[..., object], arguments: tuple[object, ...], keywords: Mapping[str, object]
) -> tuple[int, int]:
    """Return the bytes that a call makes and the elements that it touches, by a call without values."""
    shadows: dict[int, torch.Tensor] = {}
    counter = _counter() if function.__name__ in _PRODUCTS else None
    with torch.device("meta"), counter or nullcontext():
        result = function(*_shadowed(arguments, shadows), **_shadowed(dict(keywords), shadows))
    known = {_storage(x) for x in shadows.values()}
    made = {_storage(x): x for x in _tensors(result)}
    new = [x for storage, x in made.items() if storage not in known]
    nbytes = sum(x.untyped_storage().nbytes() for x in new)
    elements = counter.get_total_flops() // FLOPS_PER_ELEMENT if counter else 0
    if new or not made:
        elements += sum(x.numel() for x in (*new, *shadows.values()))
    return nbytes, elements


def _counter() -> Any:  # noqa: ANN401 - torch does not annotate it
    from torch.utils.flop_counter import FlopCounterMode  # slow to load, and seldom wanted

    make: Any = FlopCounterMode
    return make(display=False)


def _shadowed(value: Any, shadows: dict[int, torch.Tensor]) -> Any:  # noqa: ANN401 - any argument
    """Return `value` with tensors that have no values in place of its tensors."""
    if isinstance(value, torch.Tensor):
        if id(value) not in shadows:
            shadows[id(value)] = _shadow(value)
        return shadows[id(value)]
    if isinstance(value, torch.device):
        return torch.device("meta")
    if type(value) in (tuple, list):
        return type(value)(_shadowed(element, shadows) for element in value)
    if type(value) is dict:
        return {
            key: torch.device("meta") if key == "device" else _shadowed(element, shadows)
            for key, element in value.items()
        }
    return value


def _shadow(tensor: torch.Tensor) -> torch.Tensor:
    if tensor.layout != torch.strided or tensor.is_quantized or tensor.is_nested:
        raise _ShapelessError
    return torch.empty_strided(
        tensor.shape, tensor.stride(), dtype=tensor.dtype, device="meta", requires_grad=False
    )


def _storage(tensor: torch.Tensor) -> int:
    return torch_private.storage_address(tensor.untyped_storage())


def _tensors(value: object) -> Iterator[torch.Tensor]:
    if isinstance(value, torch.Tensor):
        yield value
    elif isinstance(value, tuple | list):
        for element in value:
            yield from _tensors(element)
    elif isinstance(value, dict):
        for element in value.values():
            yield from _tensors(element)
