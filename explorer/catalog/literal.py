"""What people type into a field, as Python source: `size("5x3")` is "(5, 3)".

Every function takes the text and returns source that Python and torch read as meant, or raises
`Refusal` with the reason and what to type instead.
"""

import builtins
import keyword
import re
import unicodedata
from collections.abc import Callable, Collection
from functools import partial

from explorer.catalog.data import data
from explorer.catalog.expression import anything, generator, index, read_anything, tensor, tensors
from explorer.catalog.number import Refusal, plain, read_integer, read_number, shown, source_of
from explorer.catalog.printer import quoted
from explorer.catalog.signature import Kind, Parameter
from explorer.catalog.size import dim, dims, integers, one_or_more, shape, size
from explorer.catalog.value import SYMBOLS, Constant
from explorer.text import Text, tr

__all__ = [
    "READERS",
    "Kind",
    "Refusal",
    "anything",
    "data",
    "dim",
    "dims",
    "generator",
    "index",
    "integers",
    "one_or_more",
    "reader",
    "shape",
    "size",
    "tensor",
    "tensors",
]

DTYPES = (
    *("float32", "float64", "float16", "bfloat16"),
    *("int64", "int32", "int16", "int8", "uint8", "uint16", "uint32", "uint64", "bool"),
    *("complex64", "complex128", "complex32"),
    *("float8_e4m3fn", "float8_e5m2", "float8_e4m3fnuz", "float8_e5m2fnuz"),
)
_SHORT_DTYPES = {
    "float16": ("half", "fp16", "f2"),
    "bfloat16": ("bf16",),
    "float32": ("torch.float", "single", "fp32", "f4"),
    "float64": ("double", "fp64", "f8"),
    "int64": ("long", "i8"),
    "int32": ("torch.int", "i4"),
    "int16": ("short", "i2"),
    "int8": ("i1",),
    "uint8": ("byte", "u1"),
    "bool": ("bool_",),
    "complex64": ("cfloat", "c8"),
    "complex128": ("cdouble", "c16"),
}
DTYPE_ALIASES = {alias: name for name, aliases in _SHORT_DTYPES.items() for alias in aliases}
# torch.float is 32 bits wide, Python's float (which torch takes as a dtype too) 64.
AMBIGUOUS_DTYPES = {
    "float": ("float32", "float64"),
    "int": ("int32", "int64"),
    "complex": ("complex64", "complex128"),
}
DEVICES = ("cpu", "cuda", "mps", "xpu", "meta")
WORKED_OUT = frozenset(
    f"{module}.{name}"
    for module in ("torch", "Tensor")
    for name in ("view", "reshape", "view_copy", "unflatten")
)
"""Operators that take -1 for one size of the result."""
_WINDOWS = frozenset(("kernel_size", "stride", "padding", "dilation", "output_size"))
"""Sizes of which a single number stands for all, also where torch does not say how many there are."""
TAKEN_NAMES = {"torch", "np", "numpy", "In", "Out", "get_ipython", "exit", "quit"}


def number(text: str) -> str:
    """Return source of one number: `1e-3`, `-2`, `inf`, `2+3j`, `10**6`, `True`. Raises Refusal."""
    return source_of(read_number(plain(text)))


def integer(text: str) -> str:
    """Return source of a whole number in 64 bits; `1e6` is 1000000. Raises Refusal."""
    return str(read_integer(plain(text)))


def numbers(text: str) -> str:
    """Return source of a list of numbers: `1, 2.5`. Raises Refusal."""
    source = data(text)
    if not source.startswith("[") or source.startswith("[["):
        raise Refusal(tr("{text} is not one row of numbers", text=shown(text)))
    return source


def count(text: str) -> str:
    """Return source of a whole number from 0. Raises Refusal."""
    value = read_integer(plain(text))
    if value < 0:
        raise Refusal(tr("{text} is negative. Type a whole number from 0", text=shown(text)))
    return str(value)


def boolean(text: str) -> str:
    """Return "True" or "False". Raises Refusal."""
    word = plain(text).lower()
    if word in ("true", "1", "yes"):
        return "True"
    if word in ("false", "0", "no"):
        return "False"
    raise Refusal(tr("{text} is neither True nor False", text=shown(text)))


def dtype(text: str) -> str:
    """Return a dtype as torch names it: "torch.float32". Raises Refusal."""
    word = plain(text).strip("'\"").strip().lower()
    if word in AMBIGUOUS_DTYPES:
        small, large = AMBIGUOUS_DTYPES[word]
        raise Refusal(
            tr(
                "{text} means one thing to Python and another to torch. Type {small} or {large}",
                text=shown(text),
                small=small,
                large=large,
            )
        )
    bare = re.sub(r"^(torch|np|numpy)\.", "", word)
    found = DTYPE_ALIASES.get(word) or DTYPE_ALIASES.get(bare) or bare
    if found not in DTYPES:
        raise Refusal(
            tr(
                "torch has no dtype {text}. Type one such as float32, int64 or bool",
                text=shown(text),
            )
        )
    return f"torch.{found}"


def device(text: str) -> str:
    """Return a device as a string literal: '"cuda:0"'. Raises Refusal."""
    word = re.sub(r"^torch\.device\((.*)\)$", r"\1", plain(text))
    word = re.sub(r"\s*,\s*", ":", word.replace('"', "").replace("'", "").strip())
    kind, colon, index = word.partition(":")
    if kind not in DEVICES or (colon and not re.fullmatch(r"\d{1,3}", index)):
        raise Refusal(
            tr(
                "{text} is not a device. Type one of {devices}, or cuda:0",
                text=shown(text),
                devices=", ".join(DEVICES),
            )
        )
    return f'"{kind}:{int(index)}"' if colon else f'"{kind}"'


def name(text: str) -> str:
    """Return a variable name that hides nothing of Python's or torch's. Raises Refusal."""
    word = unicodedata.normalize("NFKC", text.strip())
    if not word:
        raise Refusal(tr("Type a name for the result, such as x"))
    if keyword.iskeyword(word) or hasattr(builtins, word) or word in TAKEN_NAMES:
        raise Refusal(
            tr(
                "{text} already means something in Python. Type another name, such as {other}",
                text=shown(word),
                other=f"{word.lower()}_1",
            )
        )
    if not word.isidentifier():
        raise Refusal(
            tr(
                "{text} is not a name. Use letters, digits and _, and begin with a letter",
                text=shown(text),
            )
        )
    if word.startswith("_"):
        raise Refusal(
            tr("Names that begin with _ are hidden. Begin {text} with a letter", text=shown(word))
        )
    return word


def layout(text: str) -> str:
    """Return how a tensor is kept in memory, as torch names it: "torch.strided". Raises Refusal."""
    return _symbol(text, "layout", "torch has no layout {text}. Type one of {known}")


def memory_format(text: str) -> str:
    """Return an order of the dims in memory: "torch.channels_last". Raises Refusal."""
    return _symbol(text, "memory_format", "torch has no memory format {text}. Type one of {known}")


def words(text: str, choices: Collection[str] = ()) -> str:
    """Return source of a text, quoted or not, that is one of `choices` if there are any.

    Raises Refusal.
    """
    word = plain(text)
    if word[:1] in ("'", '"'):
        match read_anything(word):
            case Constant(value=str() as word):
                pass
    if choices and word not in choices:
        raise Refusal(
            tr("{text} is none of {choices}", text=shown(text), choices=", ".join(choices))
        )
    return quoted(word)


def reader(parameter: Parameter, path: str) -> Callable[[str], str]:
    """Return what reads the field of `parameter`, of the operator at `path`."""
    kind = parameter.kinds[0]
    if kind == "choice":
        return partial(words, choices=parameter.choices)
    if kind == "size":
        if path in WORKED_OUT:
            return shape
        if parameter.length or parameter.name in _WINDOWS:
            return one_or_more
        # -1 of expand leaves a dim as it is.
        return (
            size
            if parameter.spreads and not path.endswith((".expand", ".expand_copy"))
            else integers
        )
    return READERS[kind]


def _symbol(text: str, kind: Kind, otherwise: Text) -> str:
    known = [
        path.removeprefix("torch.")
        for path, its_kind in SYMBOLS.items()
        if its_kind == kind and path.startswith("torch.")
    ]
    name = plain(text).removeprefix("torch.")
    if name not in known:
        raise Refusal(tr(otherwise, text=shown(text), known=", ".join(known)))
    return f"torch.{name}"


READERS: dict[Kind, Callable[[str], str]] = {
    "tensor": tensor,
    "tensors": tensors,
    "number": number,
    "numbers": numbers,
    "integer": integer,
    "count": count,
    "boolean": boolean,
    "dim": dim,
    "dims": dims,
    "size": size,
    "index": index,
    "data": data,
    "dtype": dtype,
    "device": device,
    "layout": layout,
    "memory_format": memory_format,
    "generator": generator,
    "choice": words,
    "text": words,
    "object": anything,
}
