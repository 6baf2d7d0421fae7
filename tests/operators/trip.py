"""A call to its line, to fields, to a line again: does that do what torch does when called directly?"""

import math
import warnings
from dataclasses import dataclass

import torch

from explorer.catalog.call import bind, emit, entry_of, parse, to_source
from explorer.catalog.signature import Catalogue
from tests.operators.calls import Call

NAMES = {"torch": "torch"}
_PRIVATE = """_batch_norm_with_update _chunk_cat _native_batch_norm_legit _scaled_mm _scaled_mm_v2
_softmax_backward_data _unsafe_masked_index _unsafe_masked_index_put_accumulate
_upsample_bilinear2d_aa"""
_BELOW = """_safe_softmax.default max_pool2d_with_indices_backward.default
native_dropout_backward.default slice.Tensor"""
_CUDA = """jiterator_unary jiterator_binary jiterator_4inputs_with_extra_args
jiterator_binary_return_by_ref jiterator_2inputs_2outputs"""
NO_LINE: dict[str, str] = {
    **dict.fromkeys(_PRIVATE.split(), "private"),
    **dict.fromkeys(_BELOW.split(), "of torch.ops, below what is public"),
    **dict.fromkeys(_CUDA.split(), "compiles C++ for CUDA"),
    "linear_cross_entropy": "takes an object of options",
    "triplet_margin_with_distance_loss": "takes a function",
    "fractional_max_pool2d_with_indices": "is given random samples by a private name",
    "sym_float": "for sizes while torch compiles, not for tensors",
    "__index__": "Python's own, of an int that is a tensor",
}
"""Calls in torch's samples that no line of a script holds, and why."""
UNINITIALISED = """empty empty_like new_empty new_empty_strided empty_strided empty_permuted resize_
resize_as_ new_tensor"""
"""What comes out of these was never written: only its shape can be compared."""
TOLERANCE = 1e-4
"""LAPACK's results are not the same to the last bit from one call to the next."""


@dataclass
class Outcome:
    """What a call did: its result, or the type of what it raised, and its tensors after it."""

    result: object
    tensors: dict[str, torch.Tensor]
    error: type[BaseException] | None = None


def again(source: str, names: dict[str, str], catalogue: Catalogue) -> str:
    """Return the line that the fields of `source` make. Raises NotCatalogueError."""
    call = parse(source, names)
    signature, fields = bind(call, catalogue)
    made = emit(entry_of(call, catalogue), signature, fields)
    if call.augmented:  # a form of `x += y` keeps that
        return source
    line = to_source(made, names)
    if parse(line, names) != made:
        raise AssertionError(f"{line} is read as another call than it was made of")
    return line


def fault(call: Call, catalogue: Catalogue) -> str:
    """Return what differs between `call` and its line after the round trip, "" if nothing."""
    names = NAMES | dict.fromkeys(call.tensors, "Tensor")
    try:
        line = again(call.source, names, catalogue)
    except (ValueError, AssertionError) as error:
        return f"{type(error).__name__}: {error}"
    expected = _outcome(call.fresh(), call.direct)
    found = _outcome(call.fresh(), lambda tensors: _run(line, tensors))
    meta_only = call.path.rpartition(".")[2] in UNINITIALISED.split()
    difference = _difference(expected, found, meta_only=meta_only)
    return f"{line}: {difference}" if difference else ""


def _outcome(tensors: dict[str, torch.Tensor], run) -> Outcome:
    torch.manual_seed(0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return Outcome(run(tensors), tensors)
        except Exception as error:  # noqa: BLE001 - whatever torch raises
            return Outcome(None, tensors, type(error))


def _run(line: str, tensors: dict[str, torch.Tensor]) -> object:
    namespace = {"torch": torch, **tensors}
    try:
        code = compile(line, "line", "eval")
    except SyntaxError:  # an assignment
        exec(line, namespace)
        return next(iter(tensors.values())) if "=" in line.partition("[")[0] else None
    return eval(code, namespace)


def _difference(expected: Outcome, found: Outcome, *, meta_only: bool) -> str:
    if expected.error is not found.error:
        return f"{found.error} instead of {expected.error}"
    said = differing(expected.result, found.result, meta_only=meta_only)
    for name, tensor in expected.tensors.items():
        said = said or differing(tensor, found.tensors[name], meta_only=meta_only)
    return said


def differing(one: object, other: object, *, meta_only: bool = False) -> str:
    """Return what is different of two results, "" if nothing is."""
    match one, other:
        case torch.Tensor(), torch.Tensor():
            return _tensors_differing(one, other, meta_only=meta_only)
        case (tuple() | list(), tuple() | list()):
            if type(one) is not type(other) or len(one) != len(other):
                return f"{type(other)} of {len(other)}, not {type(one)} of {len(one)}"
            pairs = zip(one, other, strict=True)
            return next(filter(None, (differing(a, b, meta_only=meta_only) for a, b in pairs)), "")
        case (float() | complex(), float() | complex()):
            same = one == other or (math.isnan(abs(one)) and math.isnan(abs(other)))
            return "" if same else f"{other}, not {one}"
    return (
        "" if type(one) is type(other) and (one is other or one == other) else f"{other}, not {one}"
    )


def _tensors_differing(one: torch.Tensor, other: torch.Tensor, *, meta_only: bool) -> str:
    if facts(one) != facts(other):
        return f"{facts(other)}, not {facts(one)}"
    if meta_only or one.is_meta:
        return ""
    try:
        torch.testing.assert_close(
            one.detach(), other.detach(), rtol=TOLERANCE, atol=TOLERANCE, equal_nan=True
        )
    except AssertionError as error:
        return str(error)
    return ""


def facts(tensor: torch.Tensor) -> tuple:
    """Return all but the values of a tensor."""
    stride = tensor.stride() if tensor.layout is torch.strided else ()
    return tuple(tensor.shape), tensor.dtype, stride, tensor.layout, tensor.requires_grad
