"""Follows elements through a line: what copies them copies their numbers, by being run on those too.

Values that an operation computes have no numbers.
"""

from typing import Any

import torch

from explorer.engine import torch_private
from explorer.engine.torch_private import tensors_in
from explorer.panes.heatmap.whys.numbers import Numbers
from explorer.panes.heatmap.whys.rerun import WhyNotError
from explorer.text import tr

COPIES = frozenset(
    """clone copy _to_copy flip roll rot90 repeat cat stack gather take index index_select masked_select
    embedding where tril triu diag_embed constant_pad_nd pixel_shuffle pixel_unshuffle
    channel_shuffle fill zero masked_fill masked_scatter index_fill index_copy index_put
    _index_put_impl _unsafe_index _unsafe_index_put _unsafe_view put scatter slice_scatter
    select_scatter diagonal_scatter as_strided_scatter""".split()  # noqa: SIM905 - a table of names reads better as words
)
"""Operations that copy elements and fill in constants, with or without `_` at their end."""
FILLS = frozenset(
    """zeros_like ones_like full_like empty_like new_zeros new_ones new_full new_empty
    new_empty_strided""".split()  # noqa: SIM905 - as above
)
"""Operations that take only shape and dtype of a tensor."""
SELECTIONS = frozenset(("sort", "topk", "kthvalue", "median", "mode", "max", "min"))
"""Operations that return elements of a dim, and where these were."""
ELEMENTS = frozenset("self src source other values value tensors weight".split())  # noqa: SIM905 - as above
"""Arguments that are copied; others say which elements, and where to."""

Arguments = dict[str, Any]


class Tags(torch_private.DispatchMode):  # type: ignore[no-untyped-call]  # torch does not annotate it
    """On this thread, while it is entered. Raises WhyNotError before random numbers are drawn."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # as above
        self._numbers = Numbers()
        self._count = 0
        self._has_read = False
        self.has_exit = False
        """Whether a number that is no index left its tensor."""

    def follow(self, tensor: torch.Tensor) -> int:
        """Give the elements of `tensor`, row by row, the next numbers; return the first."""
        first = self._count + 1
        self._count += tensor.numel()
        order = torch.arange(first, self._count + 1, device=tensor.device)
        self._numbers.write(tensor, order.view(tensor.shape))
        return first

    def number(self, tensor: torch.Tensor, index: tuple[int, ...]) -> int | None:
        """Return the number of an element: CONSTANT of a constant, None of what was computed."""
        numbers = None if self._has_read else self._numbers.read(tensor)
        return None if numbers is None else int(numbers[index])

    def __torch_dispatch__(
        self,
        function: Any,  # noqa: ANN401 - torch does not annotate its inner functions
        _types: object,
        arguments: tuple[Any, ...] = (),
        keywords: Arguments | None = None,
    ) -> Any:  # noqa: ANN401 - whatever torch returns
        """Run one of torch's inner functions, on values and on their numbers."""
        keywords = keywords or {}
        given, written = torch_private.arguments_of(function, arguments, keywords)
        if torch.Tag.nondeterministic_seeded in function.tags and not _is_sure(given):
            raise WhyNotError(
                tr("The line draws random numbers: run again it would draw others"),
                tr("Give what is random a name in a line of its own"),
            )
        name = torch_private.function_name(function)
        result = function(*arguments, **keywords)
        used = tensors_in(given)
        if any(map(self._numbers.has, used)):
            if name == "_local_scalar_dense":
                self._has_read = True
                self.has_exit |= isinstance(result, float | complex)
            self._note(function, given, used, result, written)
        return result

    def _note(
        self,
        function: Any,  # noqa: ANN401 - see above
        given: Arguments,
        used: list[torch.Tensor],
        result: Any,  # noqa: ANN401 - whatever torch returned
        written: frozenset[str],
    ) -> None:
        """Say what the elements are that a function made or wrote."""
        changed = [tensor for name in written for tensor in tensors_in(given[name])]
        made = [t for t in tensors_in(result) if not self._numbers.shares(t, used)]
        copied = self._copied(function, given, result) if made or changed else None
        if copied is not None and changed:
            self._numbers.overwrite(changed.pop(0), copied)
        elif copied is not None:
            self._numbers.write(made.pop(0), copied)
        for tensor in (*made, *changed):
            self._numbers.spoil(tensor)

    def _copied(
        self,
        function: Any,  # noqa: ANN401 - see above
        given: Arguments,
        result: Any,  # noqa: ANN401 - see above
    ) -> torch.Tensor | None:
        """Return the numbers of what a function returns first, None if it computes that."""
        name = torch_private.function_name(function).removesuffix("_")
        overload = torch_private.overload_name(function)
        try:
            if name in FILLS:
                return torch.zeros(result.shape, dtype=torch.int64, device=result.device)
            if name in SELECTIONS and "dim" in given:
                return self._selected(given, result[1])
            if name in COPIES and "reduce" not in overload and not given.get("accumulate"):
                return self._moved(function, given, result)
        except (RuntimeError, NotImplementedError):  # it does not take whole numbers
            pass
        return None

    def _selected(self, given: Arguments, places: torch.Tensor) -> torch.Tensor | None:
        numbers, dim = self._numbers.read(given["self"]), given["dim"]
        if numbers is None:
            return None
        if places.dim() == numbers.dim():
            return numbers.gather(dim, places)
        return numbers.gather(dim, places.unsqueeze(dim)).squeeze(dim)

    def _moved(
        self,
        function: Any,  # noqa: ANN401 - see above
        given: Arguments,
        result: torch.Tensor,
    ) -> torch.Tensor | None:
        """Run a function on numbers in the place of elements; constants are all CONSTANT."""
        arguments: Arguments = {}
        for name, value in given.items():
            if name not in ELEMENTS:
                arguments[name] = value
                continue
            if any(not _keeps(tensor.dtype, result.dtype) for tensor in tensors_in(value)):
                return None
            if isinstance(value, torch.Tensor):
                arguments[name] = self._numbers.read(value)
            elif isinstance(value, list | tuple):
                arguments[name] = [self._numbers.read(tensor) for tensor in value]
                if any(numbers is None for numbers in arguments[name]):
                    return None
            else:
                arguments[name] = 0
            if arguments[name] is None:
                return None
        if "dtype" in arguments:
            arguments["dtype"] = torch.int64
        moved: torch.Tensor = function(**arguments)
        return moved


def _keeps(dtype: torch.dtype, other: torch.dtype) -> bool:
    """Return whether values of `dtype` are themselves in `other`."""
    return dtype == other or torch.promote_types(dtype, other) == other


def _is_sure(given: Arguments) -> bool:
    """Return whether a function that could draw random numbers does not."""
    names = ("p", "dropout_p", "train", "training")
    return any(name in given and not given[name] for name in names)
