"""What one line will do: its results, what they share memory with, and what it takes."""

import builtins
import re
from collections.abc import Iterator
from contextlib import ExitStack
from types import ModuleType
from typing import Any

import torch

from explorer.catalog.call import Call, NotCatalogueError, parse
from explorer.catalog.signature import is_in_place
from explorer.catalog.value import SET_ATTRIBUTE, SET_INDEX, expressions_in
from explorer.engine import torch_private
from explorer.engine.failure import describe_problem
from explorer.engine.preview.demand import free_bytes
from explorer.engine.preview.evaluation import Evaluation
from explorer.engine.preview.observer import Observer, check_device
from explorer.engine.preview.operation import ByValueError, UnforeseenError
from explorer.engine.preview.shadow import Shadow, Shadows, address, known_size
from explorer.protocol import Badge, Preview, PreviewResult
from explorer.text import tr

MOST_RESULTS = 100
_GUARDS: dict[str, Any] = {
    "torch.no_grad": torch.no_grad,
    "torch.enable_grad": torch.enable_grad,
    "torch.inference_mode": torch.inference_mode,
}
_SETTING = (SET_INDEX, SET_ATTRIBUTE)
_PRINTED = (bool, int, float, complex, str, type(None), torch.dtype, torch.device, torch.layout)


def foresee(source: str, names: dict[str, Any]) -> Preview:
    """Return what `source` will do to `names`, under the modes of this thread. It never raises."""
    try:
        call = parse(source, _bindings(source, names))
    except NotCatalogueError as error:
        return Preview(unknown=error.reason)
    preview = _tried(source, call, names, symbolic=False)
    return preview or _tried(source, call, names, symbolic=True) or Preview(unknown_size=True)


def _bindings(source: str, names: dict[str, Any]) -> dict[str, str]:
    """Return what `parse` is told of the words in `source`; what nothing is known of is a tensor.

    So that a name that is not there is a NameError, as in Python.
    """
    bound: dict[str, str] = {}
    for word in set(re.findall(r"[^\W\d]\w*", source)):
        if word in names:
            value = names[word]
            is_module = isinstance(value, ModuleType)
            bound[word] = value.__name__ if is_module else type(value).__name__
        elif not hasattr(builtins, word):
            bound[word] = "Tensor"
    return bound


def _tried(source: str, call: Call, names: dict[str, Any], *, symbolic: bool) -> Preview | None:
    """Return what comes of a try, None if it takes the values to say."""
    mode = torch_private.fake_mode(symbolic=symbolic)
    shadows = Shadows(names, mode.from_tensor)
    try:
        shadows.add(expressions_in((call,)))
        observer = Observer(shadows.shadows)
        with ExitStack() as stack:
            if call.guard:
                stack.enter_context(_GUARDS[call.guard]())
            stack.enter_context(mode)
            stack.enter_context(observer)
            found = Evaluation(shadows).line(call)
            return _preview(call, found, shadows.shadows, observer)
    except UnforeseenError as error:
        return Preview(unknown=str(error))
    except ByValueError:
        return Preview(unknown_size=True) if symbolic else None
    except Exception as error:  # noqa: BLE001 - torch raises what it likes, and that is the answer
        if torch_private.is_by_value(error):
            return Preview(unknown_size=True) if symbolic else None
        if torch_private.is_unsupported(error):
            return Preview(unknown=tr("Torch itself can't tell without running it"))
        error.args = tuple(_as_of_tensors(argument) for argument in error.args)
        return Preview(problem=describe_problem(error, source, _facts(shadows.shadows)))


def _as_of_tensors(argument: object) -> object:
    """Return a message without the class of what has no values."""
    return argument.replace("FakeTensor", "Tensor") if isinstance(argument, str) else argument


def _facts(shadows: list[Shadow]) -> dict[str, tuple[str, tuple[int, ...], str]]:
    """Return of each tensor what advice is about."""
    return {
        shadow.expression: (
            _dtype(shadow.tensor),
            tuple(shadow.tensor.shape),
            str(shadow.tensor.device),
        )
        for shadow in shadows
    }


def _preview(call: Call, found: object, shadows: list[Shadow], observer: Observer) -> Preview:
    tensors = torch_private.tensors_in(found)[:MOST_RESULTS]
    for tensor in tensors:
        check_device(tensor.device)
    results = [_result(call, tensor, shadows) for tensor in tensors]
    results += _written(results, tensors, shadows)
    device, nbytes = max(observer.demand.taken.items(), key=lambda item: item[1], default=("", 0))
    is_known = all(-1 not in result.shape for result in results)
    is_number = isinstance(found, torch.SymInt | torch.SymFloat | torch.SymBool)
    return Preview(
        results=tuple(results),
        value="" if tensors or is_number else _printed(found),
        random=observer.is_random,
        unknown_size=is_number or not is_known,
        memory_bytes=nbytes,
        free_bytes=free_bytes(device) if nbytes else -1,
    )


def _result(call: Call, tensor: torch.Tensor, shadows: list[Shadow]) -> PreviewResult:
    badge, of = _badge(call, tensor, shadows)
    return PreviewResult(
        shape=tuple(map(known_size, tensor.shape)),
        dtype=_dtype(tensor),
        device=str(tensor.device),
        requires_grad=bool(tensor.requires_grad),
        badge=badge,
        of=of,
    )


def _badge(call: Call, tensor: torch.Tensor, shadows: list[Shadow]) -> tuple[Badge, str]:
    """Return what a result is to the tensors of the line, and to which."""
    for shadow in shadows:
        if tensor is shadow.tensor:
            is_named_so = is_in_place(call.path) or call.augmented or call.path in _SETTING
            is_written = is_named_so or _is_written(shadow)
            return "in_place" if is_written else "same", shadow.expression
    storage = address(tensor)
    for shadow in shadows:
        if storage and storage == shadow.address:
            return "view", shadow.expression
    return "new", ""


def _written(
    results: list[PreviewResult], tensors: list[torch.Tensor], shadows: list[Shadow]
) -> Iterator[PreviewResult]:
    """Yield what is written besides the results, one tensor of each memory."""
    told = {
        address(tensor)
        for tensor, result in zip(tensors, results, strict=True)
        if result.badge == "in_place"
    }
    for shadow in shadows:
        if _is_written(shadow) and shadow.address not in told:
            told.add(shadow.address)
            tensor = shadow.tensor
            yield PreviewResult(
                shape=tuple(tensor.shape),
                dtype=_dtype(tensor),
                device=str(tensor.device),
                requires_grad=bool(tensor.requires_grad),
                badge="in_place",
                of=shadow.expression,
            )


def _is_written(shadow: Shadow) -> bool:
    return torch_private.version(shadow.tensor) != shadow.version


def _printed(value: object) -> str:
    """Return a value that is no tensor as Python prints it, "" where that tells too much."""
    is_plain = type(value) in _PRINTED or (
        isinstance(value, torch.Size | tuple) and all(type(item) in _PRINTED for item in value)
    )
    return repr(value) if is_plain else ""


def _dtype(tensor: torch.Tensor) -> str:
    return str(tensor.dtype).removeprefix("torch.")
