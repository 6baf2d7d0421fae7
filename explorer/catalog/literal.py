"""What people type into a field, as Python source: `size("5x3")` is "(5, 3)".

Every function takes the text and returns source that Python and torch read as meant, or raises
`Refusal` with the reason and what to type instead.
"""

import ast
import builtins
import keyword
import math
import re
import unicodedata
from collections.abc import Callable

from explorer.catalog.data import data
from explorer.catalog.number import (
    MAX_DEPTH,
    MAX_INT,
    Refusal,
    parse,
    plain,
    read_integer,
    read_number,
    shown,
    source_of,
)
from explorer.catalog.signature import Kind
from explorer.text import tr

__all__ = ["READERS", "Kind", "Refusal", "data"]

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
TAKEN_NAMES = {"torch", "np", "numpy", "In", "Out", "get_ipython", "exit", "quit"}


def number(text: str) -> str:
    """Return source of one number: `1e-3`, `-2`, `inf`, `2+3j`, `10**6`, `True`. Raises Refusal."""
    return source_of(read_number(plain(text)))


def integer(text: str) -> str:
    """Return source of a whole number in 64 bits; `1e6` is 1000000. Raises Refusal."""
    return str(read_integer(plain(text)))


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


def size(text: str) -> str:
    """Return source of a tuple: "(5, 3)", "(5,)", "()". Raises Refusal.

    Takes `5, 3`, `(5, 3)`, `[5, 3]`, `5x3`, `5 3`, `torch.Size([5, 3])`; `5,` is (5,), as in Python.
    """
    inner = plain(text)
    if not inner:
        raise Refusal(tr("Type a size such as 5, 3, or () for a single number"))
    inner = re.sub(r"^torch\.Size\((.*)\)$", r"\1", inner, flags=re.DOTALL).strip()
    inner = re.sub(r"^(\((.*)\)|\[(.*)\])$", r"\2\3", inner, flags=re.DOTALL).strip()
    if re.fullmatch(r"\d+(\s*\*\s*\d+)+", inner):
        by_comma = re.sub(r"\s*\*\s*", ", ", inner)
        raise Refusal(
            tr(
                "{text} could be one dimension or several. Type {by_comma} for several",
                text=shown(text),
                by_comma=by_comma,
            )
        )
    sizes = [_dimension(part, text) for part in _split_size(inner, text)]
    if len(sizes) > MAX_DEPTH:
        raise Refusal(tr("A tensor has at most {n} dimensions", n=MAX_DEPTH))
    if math.prod(sizes) > MAX_INT:
        raise Refusal(
            tr("{text} is more values than can be counted. Type smaller sizes", text=shown(text))
        )
    return f"({sizes[0]},)" if len(sizes) == 1 else f"({', '.join(map(str, sizes))})"


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


def tensor(text: str) -> str:
    """Return a tensor of the workspace: `x`, `x.grad`, `weights["0.bias"]`. Raises Refusal."""
    word = plain(text)
    if not word:
        raise Refusal(tr("Choose a tensor. If there is none yet, create one first"))
    try:
        node = parse(word)
    except Refusal:
        node = ast.Constant(None)
    while isinstance(node, ast.Attribute) or (
        isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant)
    ):
        node = node.value
    if not isinstance(node, ast.Name):
        raise Refusal(tr("{text} is not the name of a tensor", text=shown(text)))
    return word


def _split_size(inner: str, typed: str) -> list[str]:
    if not inner:
        return []
    if "," in inner:
        parts = [part.strip() for part in inner.split(",")]
        if not parts[-1]:
            parts.pop()
        if not parts or not all(parts):
            raise Refusal(
                tr(
                    "{text} has a comma without a number. Type a size such as 5, 3",
                    text=shown(typed),
                )
            )
        return parts
    if re.fullmatch(r"[-\d]+(\s*[xX]\s*[-\d]+)+", inner):
        return re.split(r"\s*[xX]\s*", inner)
    return inner.split() if re.fullmatch(r"[-\d\s]+", inner) else [inner]


def _dimension(part: str, typed: str) -> int:
    try:
        value = read_integer(part)
    except Refusal as refusal:
        raise Refusal(
            tr("{text} is not a size: {reason}", text=shown(typed), reason=refusal.message)
        ) from None
    if value < 0:
        raise Refusal(
            tr(
                "A size can't be negative: {part} in {text}. Type whole numbers from 0",
                part=part,
                text=shown(typed),
            )
        )
    return value


READERS: dict[Kind, Callable[[str], str]] = {
    "tensor": tensor,
    "size": size,
    "integer": integer,
    "count": count,
    "number": number,
    "dtype": dtype,
    "device": device,
    "boolean": boolean,
    "data": data,
}
