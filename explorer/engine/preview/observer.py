"""Looks on while a line runs without values: what it draws at random, and the memory it takes."""

from collections.abc import Iterable, Mapping
from typing import Any

import torch

from explorer.engine import torch_private
from explorer.engine.preview.demand import Demand
from explorer.engine.preview.operation import UnforeseenError
from explorer.engine.preview.refusal import check_dim, refuse
from explorer.engine.preview.shadow import Shadow, known_size
from explorer.text import tr

MOST_OPERATIONS = 2000
MOST_PIECES = 1000
_SPLITTING = frozenset(
    ("unbind", "split", "split_with_sizes", "unsafe_split", "unsafe_split_with_sizes")
)
_KEEPING_CONSTANTS = frozenset(("_local_scalar_dense", "lift_fresh", "lift_fresh_copy", "detach"))
Function = Any
"""torch does not say of what class the functions are that it hands to a mode."""


class Observer(torch_private.DispatchMode):  # type: ignore[no-untyped-call]  # torch does not annotate it
    """See the module. `is_random` and `demand` are what it saw.

    Raises UnforeseenError where a line would take long even without values.
    """

    def __init__(self, shadows: Iterable[Shadow]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # as above
        self.is_random = False
        self.demand = Demand(shadows)
        self._count = 0

    def __torch_dispatch__(
        self,
        function: Function,
        types: object,
        args: tuple[Any, ...] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:  # noqa: ANN401 - whatever the function returns
        """Run one function of torch's inner ones."""
        name = torch_private.function_name(function)
        keywords = dict(kwargs or {})
        inputs = torch_private.tensors_in((args, keywords))
        self._count += 1
        if self._count > MOST_OPERATIONS:
            raise UnforeseenError(tr("It works in too many steps to be tried beforehand"))
        if name in _SPLITTING:
            _check_pieces(name, args)
        if "device" in keywords and keywords["device"] is not None:
            check_device(torch.device(keywords["device"]))
        self.is_random |= torch.Tag.nondeterministic_seeded in function.tags
        is_elementwise = torch.Tag.pointwise in function.tags
        if not is_elementwise and name not in _KEEPING_CONSTANTS and not function.is_view:
            torch_private.forget_constants(inputs)
        check_dim(name, args)
        if name == "unique_consecutive" and len(args) == 4 and args[3] is not None:
            # Without values torch takes a dim that counts from the end for another one.
            args = (*args[:3], args[3] % max(1, args[0].dim()))
        try:
            result = function(*args, **keywords)
        except (RuntimeError, ValueError, IndexError, AssertionError) as error:
            if not torch_private.is_by_value(error):
                refuse(function, args, keywords)
            if not isinstance(error, AssertionError):
                raise
            # The code for tensors without values alone asserts.
            raise RuntimeError(str(error)) from error
        made = torch_private.tensors_in(result)
        is_plain = is_elementwise or function.is_view
        self.demand.add(name, inputs, made, is_plain=is_plain)
        return result


def check_device(device: torch.device) -> None:
    """Raise what torch raises where there is no such device. It begins to use none that is there."""
    if device.type in ("cpu", "meta"):
        return
    module: Any = getattr(torch, device.type, None)
    count: Any = getattr(module, "device_count", None)
    if callable(count) and (device.index or 0) < count():
        return
    with torch_private.real():
        torch.empty(0, device=device)


def _check_pieces(name: str, args: tuple[Any, ...]) -> None:
    """Raise UnforeseenError if a tensor falls into very many."""
    if name.endswith("with_sizes"):
        return  # as many as were written
    tensor, *rest = args
    step = rest[0] if "split" in name else 1
    dim = rest[-1] if len(rest) > ("split" in name) else 0
    if not (isinstance(dim, int) and -tensor.dim() <= dim < tensor.dim()):
        return
    count = known_size(tensor.shape[dim]) // max(1, step)
    if count > MOST_PIECES:
        raise UnforeseenError(
            tr("It makes about {n} tensors, too many to be listed", n=f"{count:,}")
        )
