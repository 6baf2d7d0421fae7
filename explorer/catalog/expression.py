"""Fields that take what is in the workspace: tensors by name or expression, and indices."""

import ast
from collections.abc import Mapping
from itertools import accumulate

from explorer.catalog import grade
from explorer.catalog.data import data
from explorer.catalog.fitting import is_number
from explorer.catalog.number import Refusal, plain, read_number, shown, source_of
from explorer.catalog.parser import read, read_index
from explorer.catalog.printer import index_source, source
from explorer.catalog.value import (
    Call,
    Constant,
    List,
    Name,
    NotCatalogueError,
    Slice,
    Symbol,
    Tuple,
    Value,
)
from explorer.text import tr

Names = Mapping[str, str] | None
"""What names are bound to, as `parser.parse` takes it; None where any name may be."""


def tensor(text: str, names: Names = None) -> str:
    """Return source of a tensor: `x`, `w["0.bias"]`, `x[0] * 2`, or of values, `[1, 2]`.

    Raises Refusal.
    """
    word = plain(text)
    if not word:
        raise Refusal(tr("Choose a tensor. If there is none yet, create one first"))
    if names is None and is_path(word):
        return word  # it may be there, whatever it is called
    try:
        value = read(word, names)
    except NotCatalogueError as error:
        raise Refusal(error.reason) from None
    return _tensor(value, names)


def is_path(text: str) -> bool:
    """Return whether `text` only goes from a name to members: `x`, `net._bias`, `w["a"][0]`.

    What Python itself keeps in `__members__` is none, nor is what is in torch or NumPy.
    """
    if "__" in text or text.partition(".")[0] in ("torch", "np", "numpy"):
        return False
    try:
        return grade.is_path(ast.parse(text, mode="eval").body)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False


def tensors(text: str, names: Names = None) -> str:
    """Return source of several tensors: `x, y`, `(x, y[0])`, or what is a list of them already.

    Raises Refusal.
    """
    word = plain(text)
    if not word:
        raise Refusal(tr("Type the names of tensors, such as x, y"))
    try:
        value = read(word, names)
    except NotCatalogueError as error:
        raise Refusal(error.reason) from None
    match value:
        case Tuple(items=items) | List(items=items):
            parts = [_tensor(item, names) for item in items]
            return f"({', '.join(parts)}{',' if len(parts) == 1 else ''})"
        case Name(expression=name) if (names or {}).get(name, "Tensor") in ("Tensor", "Parameter"):
            return f"({name},)"
        case Name() | Call():
            return source(value, names)
    raise Refusal(tr("{text} are not tensors. Type their names, such as x, y", text=shown(text)))


def generator(text: str, names: Names = None) -> str:
    """Return source of a generator of random numbers: `g`, `torch.Generator()`. Raises Refusal."""
    match read_anything(text, names):
        case (Name() | Call()) as value if not is_number(value):
            return source(value, names)
    raise Refusal(
        tr("{text} is not a generator: make one with torch.Generator()", text=shown(text))
    )


def anything(text: str, names: Names = None) -> str:
    """Return source of any value that a call may be given. Raises Refusal."""
    return source(read_anything(text, names), names)


def read_anything(text: str, names: Names = None) -> Value:
    """Return the value of an expression. Raises Refusal."""
    word = plain(text)
    if not word:
        raise Refusal(tr("Type a value"))
    try:
        return read(word, names)
    except NotCatalogueError as error:
        raise Refusal(error.reason) from None


def index(text: str, names: Names = None) -> str:
    """Return what stands between the brackets of `x[...]`: `0`, `:, 1:3, None`, `mask`, `[0, 2]`.

    Raises Refusal.
    """
    word = plain(text)
    if _is_in_brackets(word) and (":" in word or "..." in word):
        word = word[1:-1]  # people copy the brackets too
    if not word:
        raise Refusal(tr("Type an index, such as 0, 1:3, : or None"))
    try:
        value = read_index(word, names)
    except NotCatalogueError as error:
        raise Refusal(error.reason) from None
    parts = value.items if isinstance(value, Tuple) else (value,)
    if parts.count(Constant(...)) > 1:
        raise Refusal(tr("... stands for all dims that are left: it can be there once only"))
    for part in parts:
        _check_part(part, text)
    return index_source(value)


def _is_in_brackets(word: str) -> bool:
    """Return whether the first bracket closes at the end only: not so in `[0], :, [1]`."""
    depths = list(accumulate((c == "[") - (c == "]") for c in word))
    return word.startswith("[") and 0 in depths and depths.index(0) == len(word) - 1


def _tensor(value: Value, names: Names) -> str:
    match value:
        case Name() | Call() if not is_number(value):
            return source(value, names)
        case Constant(value=int() | float() | complex()) | Call():
            return f"torch.tensor({source_of(read_number(source(value)))})"
        case Constant() | Tuple() | List():
            return f"torch.tensor({data(source(value))})"
    raise Refusal(
        tr("{text} is no tensor. Type a name, an expression or values", text=shown(source(value)))
    )


def _check_part(part: Value, text: str) -> None:
    match part:
        case Slice(start, stop, step):
            for end in (start, stop, step):
                if (
                    isinstance(end, Constant)
                    and end.value is not None
                    and type(end.value) is not int
                ):
                    raise Refusal(
                        tr(
                            "A slice goes from one whole number to another: {text}",
                            text=shown(text),
                        )
                    )
            if isinstance(step, Constant) and isinstance(step.value, int) and step.value <= 0:
                raise Refusal(
                    tr("torch steps forwards only, by 1 or more. To reverse a dim, use x.flip(dim)")
                )
        case Tuple(items=items) | List(items=items):
            for item in items:
                _check_part(item, text)
        case Constant(value=float() | complex() | str()) | Symbol():
            raise Refusal(
                tr(
                    "{text} is no index. Type whole numbers, slices, lists, masks, None or ...",
                    text=shown(source(part)),
                )
            )
