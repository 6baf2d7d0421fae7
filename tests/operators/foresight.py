"""Compares what a preview tells of a call with what comes of it."""

import contextlib
import time
import warnings
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from torch.testing._internal.opinfo.core import SampleInput

from explorer.engine.preview.foresight import foresee
from explorer.protocol import Preview
from tests.operators.calls import Call, _Recorder

Facts = tuple[tuple[int, ...], str, str, bool]
"""Shape, dtype, device, requires_grad."""


@dataclass
class Foreseen:
    """What was told, in `seconds`, and what came, or else the class of an error and its text."""

    call: Call
    preview: Preview
    seconds: float
    came: list[Facts]
    error: str = ""
    message: str = ""

    @property
    def told(self) -> list[Facts]:
        return [(r.shape, r.dtype, r.device, r.requires_grad) for r in self.preview.results]

    @property
    def is_answered(self) -> bool:
        """Whether the results were told, if with sizes that the values decide."""
        preview = self.preview
        return not (preview.unknown or preview.problem) and (
            bool(preview.results) or not preview.unknown_size
        )

    @property
    def is_wrong(self) -> bool:
        """Whether anything was told of a call that runs which is not so."""
        preview, count = self.preview, len(self.came)
        if preview.problem:
            return True
        if preview.unknown or (preview.unknown_size and not preview.results):
            return False
        besides = preview.results[count:]
        return (
            len(preview.results) < count
            or not all(map(_agree, self.told, self.came))
            or any(result.badge != "in_place" for result in besides)
        )

    @property
    def is_same_error(self) -> bool:
        """Whether the error that came was told."""
        return self.preview.problem is not None and self.preview.problem.cause == self.error


def foreseen(call: Call) -> Foreseen:
    """Preview a call, then run it."""
    tensors = call.fresh()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        start = time.perf_counter()
        preview = foresee(call.source, {"torch": torch, **tensors})
        seconds = time.perf_counter() - start
        try:
            return Foreseen(call, preview, seconds, came(call.source, tensors))
        except Exception as error:  # noqa: BLE001 - whatever torch raises
            return Foreseen(call, preview, seconds, [], type(error).__name__, str(error))


def bad_calls(operator) -> Iterator[Call]:
    """Yield the calls of an operator that its database says torch refuses."""
    if operator.error_inputs_func is None:
        return
    for bad in operator.error_inputs("cpu"):
        sample = bad.sample_input
        if not isinstance(sample, SampleInput):
            continue
        recorder = _Recorder(operator.name)
        with recorder, contextlib.suppress(Exception):
            operator.op(sample.input, *sample.args, **sample.kwargs)
        yield from (call for call in recorder.found if isinstance(call, Call))


def came(source: str, tensors: dict[str, torch.Tensor]) -> list[Facts]:
    """Return what running a line makes or, if it is a statement, what its target is then."""
    names = {"torch": torch, **tensors}
    try:
        compile(source, "", "eval")
    except SyntaxError:
        line = f"{source}\nresult = {source.partition(' ')[0].partition('[')[0]}"
    else:
        line = f"result = {source}"
    exec(line, names)
    return [_facts(tensor) for tensor in _tensors(names["result"])]


def _tensors(value: object) -> list[torch.Tensor]:
    if isinstance(value, torch.Tensor):
        return [value]
    if isinstance(value, np.ndarray):
        return [torch.from_numpy(value)]
    if isinstance(value, tuple | list):
        return [tensor for item in value for tensor in _tensors(item)]
    return []


def _facts(tensor: torch.Tensor) -> Facts:
    dtype = str(tensor.dtype).removeprefix("torch.")
    return tuple(tensor.shape), dtype, str(tensor.device), tensor.requires_grad


def _agree(told: Facts, came: Facts) -> bool:
    sizes = zip(told[0], came[0], strict=False)
    fits = len(told[0]) == len(came[0]) and all(a in (-1, b) for a, b in sizes)
    return fits and told[1:] == came[1:]
