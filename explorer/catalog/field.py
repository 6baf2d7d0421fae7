"""What stands in a field of a form as the value that it means, and back."""

from collections.abc import Iterator

from msgspec.structs import replace

from explorer.catalog import literal
from explorer.catalog.expression import Names, is_path
from explorer.catalog.fitting import fit, is_number
from explorer.catalog.number import CONSTANTS, Refusal, plain
from explorer.catalog.parser import read, read_index
from explorer.catalog.printer import index_source, quoted, source
from explorer.catalog.scope import TENSORS as TYPES
from explorer.catalog.signature import Kind, Parameter
from explorer.catalog.value import (
    Call,
    Constant,
    List,
    Name,
    NotCatalogueError,
    Slice,
    Spread,
    Tuple,
    Value,
)
from explorer.text import tr
from explorer.workspace import root_name

TENSORS: tuple[Kind, ...] = ("tensor", "tensors")
_LAST: tuple[Kind, ...] = (*TENSORS, "object")
"""Kinds that take nearly any text: others are tried before them, so that 2 is a number."""
_NUMBERS = CONSTANTS.keys() - {"e", "pi"}
"""Words that are numbers where a tensor may be named too."""


def value_of(parameter: Parameter, text: str, path: str = "", names: Names = None) -> Value:
    """Return what `text` means in the field of `parameter`, of the operator at `path`.

    Where it is nothing that the field's kinds are typed as, an expression that may be one does:
    `x.shape[0]` for a number. `names` says what those of the workspace are bound to, as
    `parser.parse` takes it; None where any name may be anything.
    Raises Refusal with the parameter's name as its `field`.
    """
    if parameter.nullable and text.strip() == "None":
        return Constant(None)
    value, reason = _read_as_typed(parameter, text, path)
    if value is None:
        value = _expression(parameter, text)
        if value is None or _unknown(value, names) or _is_tensor(value, names):
            raise Refusal(reason, parameter.name)
    elif name := _unknown(value, names):
        raise Refusal(tr("{name} is not in the workspace", name=name), parameter.name)
    return value


def text_of(parameter: Parameter, value: Value) -> str:
    """Return `value` as people type it: a size without its brackets, a choice without quotes."""
    if "index" in parameter.kinds:
        return index_source(value)
    match value:
        case Constant(None) if parameter.default == "None":
            return ""
        case Constant(value=str() as word) if quoted(plain(word)) == source(value):
            return word
        case Tuple(items=[_, *_]) if parameter.passing == "rest":
            return source(value)[1:-1].removesuffix(",")
        case Tuple(items=[_, *_]) if not {"size", "dims"}.isdisjoint(parameter.kinds):
            return source(value)[1:-1].removesuffix("" if _may_be_single(parameter) else ",")
    return source(value)


def _may_be_single(parameter: Parameter) -> bool:
    """Return whether a single number without a comma is something else than a row of one."""
    return "dims" in parameter.kinds or parameter.length > 0 or not parameter.spreads


def names_in(value: Value) -> Iterator[str]:
    """Yield the names of the workspace that `value` begins with, in order."""
    match value:
        case Name(expression=expression):
            yield root_name(expression)
        case Tuple(items=parts) | List(items=parts):
            yield from (name for part in parts for name in names_in(part))
        case Spread(value=part):
            yield from names_in(part)
        case Slice(start, stop, step):
            yield from (name for end in (start, stop, step) if end for name in names_in(end))
        case Call(args=args, kwargs=kwargs):
            for part in (*args, *(given for _, given in kwargs)):
                yield from names_in(part)


def _read_as_typed(parameter: Parameter, text: str, path: str) -> tuple[Value | None, str]:
    """Return what the first of the kinds makes of `text`, or why the most usual one makes nothing."""
    kinds = parameter.kinds
    word = text.strip()
    if "tensor" in kinds and is_path(word) and not ("number" in kinds and word in _NUMBERS):
        return Name(word), ""  # also one that begins with _
    refusals: dict[Kind, str] = {}
    for kind in sorted(kinds, key=_LAST.__contains__):
        try:
            return _read(replace(parameter, kinds=(kind,)), text, path), ""
        except Refusal as refusal:
            refusals[kind] = refusal.message
        except NotCatalogueError as error:
            refusals[kind] = error.reason
    return None, refusals[kinds[0]]


def _read(parameter: Parameter, text: str, path: str) -> Value:
    (kind,) = parameter.kinds
    if kind in TENSORS and parameter.passing == "rest":
        return read(literal.tensors(text))
    if kind == "index":
        return read_index(literal.index(text))
    return read(literal.reader(parameter, path)(text))


def _is_tensor(value: Value, names: Names) -> bool:
    """Return whether `value` is nothing but the name of a tensor, or a row with one."""
    match value:
        case Name(expression=name):
            return (names or {}).get(name) in (*TYPES, "ndarray")
        case Tuple(items=parts) | List(items=parts):
            return any(_is_tensor(part, names) for part in parts)
    return False


def _unknown(value: Value, names: Names) -> str:
    """Return the first name in `value` that is none of `names`, "" if all are."""
    return next((n for n in names_in(value) if names is not None and n not in names), "")


def _expression(parameter: Parameter, text: str) -> Value | None:
    try:
        value = read(f"({plain(text)},)" if parameter.passing == "rest" else plain(text))
    except (Refusal, NotCatalogueError):
        return None
    return value if _is_computed(value) and fit(value, parameter) else None


def _is_computed(value: Value) -> bool:
    """Return whether `value` is more than literals, of which the field's own reader knows best."""
    match value:
        case Name() | Spread():
            return True
        case Call():
            return not is_number(value)
        case Tuple(items=parts) | List(items=parts):
            return any(
                isinstance(part, Tuple | List) or part == Constant(None) or _is_computed(part)
                for part in parts
            )
        case _:
            return False
