"""What is known of a tensor besides its values, each fact with a sentence that explains it."""

import math
from dataclasses import dataclass

from explorer.catalog.grade import is_computed
from explorer.measure import bytes_text
from explorer.protocol import NUMPY, TensorInfo
from explorer.text import Text, tr

LAYOUTS: dict[str, Text] = {
    "sparse_coo": "Each stored element comes with its index, in any order.",
    "sparse_csr": "The stored elements go row by row, each with its column.",
    "sparse_csc": "The stored elements go column by column, each with its row.",
    "sparse_bsr": "Small blocks are stored, row by row, each with its column of blocks.",
    "sparse_bsc": "Small blocks are stored, column by column, each with its row of blocks.",
}
"""What is stored of a sparse tensor, by its layout."""


@dataclass(frozen=True, slots=True)
class Fact:
    """A short text for the fact line and the sentence behind it."""

    text: str
    explanation: str


def facts(info: TensorInfo) -> tuple[Fact, ...]:
    """Return the facts of a tensor, those that matter most first."""
    found = [
        Fact(_listed(info.shape), _shape_sentence(info.shape)),
        Fact(info.dtype, _dtype_sentence(info.dtype)),
    ]
    if is_computed(info.expression):
        return (*found, _watched_fact(), _device_fact(info), _size_fact(info))
    if info.layout == NUMPY:
        return (*found, *_array_facts(info))
    if info.layout == "strided":
        found += [
            Fact(
                tr("stride {stride}", stride=_tupled(info.stride)),
                tr(
                    "One step along each dim skips this many elements in memory: {stride}.",
                    stride=_tupled(info.stride),
                ),
            ),
            Fact(
                tr("offset {n}", n=info.storage_offset),
                tr("The first element stands at place {n} of the storage.", n=info.storage_offset),
            ),
            Fact(
                tr("contiguous") if info.contiguous else tr("not contiguous"),
                tr("The elements lie in memory in the order in which they are read, row by row.")
                if info.contiguous
                else tr(
                    "The elements lie in memory in another order than they are read, so view() "
                    "may refuse; reshape() or contiguous() makes a copy in order."
                ),
            ),
        ]
    else:
        found += _sparse_facts(info)
    if info.view_of:
        found.append(
            Fact(
                tr("view of {name}", name=info.view_of),
                tr(
                    "It shares its memory with {name}: writing into one changes the other.",
                    name=info.view_of,
                ),
            )
        )
    found += [
        _autograd_fact(info),
        Fact(
            tr("version {n}", n=info.version),
            tr(
                "It was written in place {n} times. Autograd compares versions to notice that a "
                "saved tensor was changed.",
                n=info.version,
            ),
        ),
        _device_fact(info),
        _size_fact(info),
    ]
    return tuple(found)


def _sparse_facts(info: TensorInfo) -> tuple[Fact, ...]:
    text = tr(LAYOUTS.get(info.layout, "Only some elements are stored, with their places."))
    layout = Fact(info.layout, f"{text} {tr('All others are 0.')}")
    if info.stored < 0:
        return (layout,)
    total = math.prod(info.shape)
    n, share = f"{info.stored:,}", f"{100 * info.stored / total:.3g}" if total else "0"
    return (
        layout,
        Fact(
            tr("{n} stored, {share} %", n=n, share=share),
            tr(
                "torch stores {n} of {total} elements (nnz), so the density is {share} %.",
                n=n,
                total=f"{total:,}",
                share=share,
            ),
        ),
    )


def _array_facts(info: TensorInfo) -> tuple[Fact, ...]:
    return (
        Fact(
            tr("NumPy array"),
            tr(
                "It belongs to NumPy, so autograd and devices mean nothing to it. "
                "torch.from_numpy({name}) makes a tensor on the same memory.",
                name=info.expression,
            ),
        ),
        _size_fact(info),
    )


def _device_fact(info: TensorInfo) -> Fact:
    return Fact(info.device, tr("Its memory is on {device}.", device=info.device))


def _size_fact(info: TensorInfo) -> Fact:
    n = f"{info.nbytes:,}"
    return Fact(bytes_text(info.nbytes), tr("Its elements take {n} bytes.", n=n))


def _listed(shape: tuple[int, ...]) -> str:
    return f"[{', '.join(map(str, shape))}]"


def _tupled(stride: tuple[int, ...]) -> str:
    return f"({', '.join(map(str, stride))})"


def _shape_sentence(shape: tuple[int, ...]) -> str:
    match shape:
        case ():
            return tr("It has no dims: a single number.")
        case (n,):
            return tr("It has one dim of {n} elements.", n=n)
    total = 1
    for n in shape:
        total *= n
    return tr(
        "It has {dims} dims, {product} = {total} elements.",
        dims=len(shape),
        product=" × ".join(map(str, shape)),
        total=f"{total:,}",
    )


def _dtype_sentence(dtype: str) -> str:
    if dtype == "bool":
        return tr("Each element is True or False, stored in one byte.")
    bits = "".join(c for c in dtype.partition("_")[0] if c.isdigit())
    if dtype.startswith("complex"):
        return tr(
            "Each element is a real and an imaginary number, {bits} bits together.", bits=bits
        )
    if dtype.startswith("uint"):
        return tr("Each element is a whole number of {bits} bits, never negative.", bits=bits)
    if dtype.startswith("int"):
        return tr("Each element is a whole number of {bits} bits.", bits=bits)
    digits = {"float64": 16, "float32": 7, "float16": 3, "bfloat16": 2}.get(dtype, 1)
    return tr(
        "Each element is a decimal number of {bits} bits, exact to about {digits} digits.",
        bits=bits,
        digits=digits,
    )


def _watched_fact() -> Fact:
    return Fact(
        tr("watched: not a variable"),
        tr(
            "It is computed here from the tensors that it names, again each time that one of them "
            "changes. Autograd does not follow it, and no line of the script makes it."
        ),
    )


def _autograd_fact(info: TensorInfo) -> Fact:
    if info.grad_fn:
        return Fact(
            info.grad_fn,
            tr(
                "It was computed by an operation that autograd can run backward: {f}.",
                f=info.grad_fn,
            ),
        )
    if info.requires_grad:
        return Fact(
            tr("leaf, requires grad"),
            tr("backward() collects its gradient in .grad: you made it, no operation did."),
        )
    return Fact(tr("leaf"), tr("Autograd does not follow it: no gradient is computed for it."))
