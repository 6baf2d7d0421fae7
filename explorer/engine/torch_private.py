"""Torch's private names, all in one place: what to look at when a new torch breaks something."""

import logging
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from typing import Any, cast

import torch
from torch import _tensor_str
from torch.multiprocessing.reductions import StorageWeakRef
from torch.utils._python_dispatch import TorchDispatchMode as DispatchMode
from torch.utils._python_dispatch import _disable_current_modes
from torch.utils._pytree import tree_leaves, tree_map_only

__all__ = ["DispatchMode"]

# The native functions of torch.*, without the helpers that happen to live in the same module.
NATIVE_FUNCTIONS = frozenset(
    name
    for name in dir(torch._C._VariableFunctions)  # noqa: SLF001 - no public list of them
    if not name.startswith("_")
)


def version(tensor: torch.Tensor) -> int:
    """Return how often `tensor` was written in place; 0 where torch does not count.

    Inference tensors raise when asked.
    """
    try:
        return int(tensor._version)  # noqa: SLF001 - torch has no public name for it
    except RuntimeError:
        return 0


def set_version(tensor: torch.Tensor, count: int) -> None:
    """Set the version of `tensor`, and so of all that share its counter."""
    setter: Any = torch._C._autograd._unsafe_set_version_counter  # noqa: SLF001 - the only way
    try:
        setter((tensor,), (count,))
    except TypeError:  # torch before 2.6 took one tensor
        setter(tensor, count)


def base(tensor: torch.Tensor) -> torch.Tensor | None:
    """Return the tensor that `tensor` is a view of."""
    return tensor._base  # noqa: SLF001 - torch has no public name for it


def address(tensor: torch.Tensor) -> int:
    """Return a number that no other living tensor has, whatever Python objects stand for it."""
    return int(tensor._cdata)  # noqa: SLF001 - `id` may change while C++ alone holds a tensor


def storage_address(storage: torch.UntypedStorage) -> int:
    """Return a number that no other living storage has; it outlives a change of its memory."""
    return int(storage._cdata)  # noqa: SLF001 - `data_ptr` is 0 for every empty one


class WeakStorage:
    """A weak reference to a storage. While it lives, the storage's address is not given anew."""

    def __init__(self, storage: torch.UntypedStorage) -> None:
        make: Any = StorageWeakRef  # torch does not annotate it
        self._reference = make(storage)

    def is_alive(self) -> bool:
        """Return whether a tensor still uses the storage."""
        return not self._reference.expired()


def sparse_parts(tensor: torch.Tensor) -> tuple[torch.Tensor, ...]:
    """Return what a sparse tensor of any layout stores: its values, then its indices."""
    if tensor.layout == torch.sparse_coo:
        return tensor._values(), tensor._indices()  # noqa: SLF001 - the public ones need a coalesced tensor
    if tensor.layout in {torch.sparse_csr, torch.sparse_bsr}:
        return tensor.values(), tensor.crow_indices(), tensor.col_indices()
    return tensor.values(), tensor.ccol_indices(), tensor.row_indices()


def default_device() -> str:
    """Return what `torch.set_default_device` was given, whether there is such a device or not."""
    context = torch._GLOBAL_DEVICE_CONTEXT.device_context  # noqa: SLF001 - the public getter makes a tensor there
    return str(context.device)


def print_options() -> dict[str, Any]:
    """Return what `torch.set_printoptions` sets."""
    return dict(vars(_tensor_str.PRINT_OPTS))


def set_print_options(options: dict[str, Any]) -> None:
    """Set what `print_options` returned."""
    vars(_tensor_str.PRINT_OPTS).update(options)


def plain_access() -> AbstractContextManager[object]:
    """Read tensors of every class as torch's own, without running what a class puts between."""
    switch: Any = torch._C.DisableTorchFunctionSubclass  # noqa: SLF001 - no public name for it
    return cast("AbstractContextManager[object]", switch())


def fake_mode(*, symbolic: bool = False) -> Any:  # noqa: ANN401 - torch does not annotate it
    """Return a mode in which tensors have no values, and `from_tensor` to enter one into it.

    `symbolic` lets sizes be unknown where the values decide them; it is slower. The first call
    loads a large part of torch.
    """
    from torch._subclasses.fake_tensor import FakeTensorMode  # slow, see above

    logging.getLogger("torch._subclasses.fake_tensor").setLevel(logging.CRITICAL)
    if not symbolic:
        return FakeTensorMode()
    from torch.fx.experimental.symbolic_shapes import ShapeEnv

    return FakeTensorMode(shape_env=ShapeEnv(), static_shapes=True)


def is_by_value(error: BaseException) -> bool:
    """Return whether `error` says that values are needed where there are none."""
    from torch._subclasses import fake_tensor
    from torch.fx.experimental.symbolic_shapes import GuardOnDataDependentSymNode

    return "its data is not allocated yet" in str(error) or isinstance(
        error,
        fake_tensor.DynamicOutputShapeException
        | fake_tensor.DataDependentOutputException
        | GuardOnDataDependentSymNode,
    )


def is_unsupported(error: BaseException) -> bool:
    """Return whether `error` says that only the tensors without values can't do something."""
    from torch._subclasses import fake_tensor

    return isinstance(
        error,
        fake_tensor.UnsupportedFakeTensorException
        | fake_tensor.UnsupportedOperatorException
        | fake_tensor.UnsupportedMutationAliasingException
        | NotImplementedError,
    )


def forget_constants(tensors: Iterable[torch.Tensor]) -> None:
    """Let tensors of a `fake_mode` have no values either that were written out in the line.

    Torch computes with those, and for real, whatever memory that takes.
    """
    for tensor in tensors:
        if getattr(tensor, "constant", None) is not None:
            tensor.constant = None  # type: ignore[attr-defined]  # of fake tensors


def real() -> AbstractContextManager[object]:
    """Leave every mode, and let torch do what it does."""
    return cast("AbstractContextManager[object]", _disable_current_modes())


def schemas() -> list[Any]:
    """Return the schemas of torch's own operators, those of other libraries apart."""
    found: list[Any] = torch._C._jit_get_all_schemas()  # noqa: SLF001 - no public list of them
    return [schema for schema in found if schema.name.startswith("aten::")]


def tags(schema: Any) -> tuple[str, ...]:  # noqa: ANN401 - torch does not annotate it
    """Return the names of the tags of an operator, of those that `schemas` returns."""
    get: Any = torch._C._get_operation_overload  # noqa: SLF001 - torch.ops takes twenty times as long
    found = get(schema.name, schema.overload_name)
    return tuple(tag.name for tag in found[2]) if found else ()


def tensors_in(value: object) -> list[torch.Tensor]:
    """Return the tensors in tuples, lists and dicts."""
    return [leaf for leaf in tree_leaves(value) if isinstance(leaf, torch.Tensor)]


def function_name(function: Any) -> str:  # noqa: ANN401 - torch does not say of what class its inner functions are
    """Return "add_" of the inner function that `x.add_(1)` calls."""
    return str(function.name()).removeprefix("aten::").partition(".")[0]


def call_really(
    function: Any,  # noqa: ANN401 - as above
    args: tuple[Any, ...],
    keywords: dict[str, Any],
    replace: Callable[[torch.Tensor], torch.Tensor],
    device: torch.device | None = None,
) -> None:
    """Call one of torch's inner functions outside every mode, with other tensors and device."""
    if device and any(argument.name == "device" for argument in function._schema.arguments):  # noqa: SLF001 - no public name for it
        keywords = keywords | {"device": device}
    with real():
        new_args, new_keywords = tree_map_only(torch.Tensor, replace, (args, keywords))
        function(*new_args, **new_keywords)


def overload_name(function: Any) -> str:  # noqa: ANN401 - as above
    """Return which of its overloads an inner function is: "Tensor" of `aten::index.Tensor`."""
    return str(function._overloadname)  # noqa: SLF001 - no public name for it


def arguments_of(
    function: Any,  # noqa: ANN401 - as above
    arguments: tuple[Any, ...],
    keywords: dict[str, Any],
) -> tuple[dict[str, Any], frozenset[str]]:
    """Return all arguments of a call by name, defaults too, and the names of those written."""
    schema = function._schema.arguments  # noqa: SLF001 - no public name for it
    found = {a.name: a.default_value for a in schema if a.has_default_value()}
    found |= {a.name: value for a, value in zip(schema, arguments, strict=False)} | keywords
    written = frozenset(a.name for a in schema if a.alias_info and a.alias_info.is_write)
    return found, written
