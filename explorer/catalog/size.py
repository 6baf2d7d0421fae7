"""Rows of whole numbers as people type them: sizes, dims, shifts."""

import math
import re

from explorer.catalog.number import MAX_DEPTH, MAX_INT, Refusal, plain, read_integer, shown
from explorer.text import tr


def size(text: str) -> str:
    """Return source of a tuple: "(5, 3)", "(5,)", "()". Raises Refusal.

    Takes `5, 3`, `(5, 3)`, `[5, 3]`, `5x3`, `5 3`, `torch.Size([5, 3])`; `5,` is (5,), as in Python.
    """
    inner = plain(text)
    if not inner:
        raise Refusal(tr("Type a size such as 5, 3, or () for a single number"))
    inner = _unwrapped(inner)
    if re.fullmatch(r"\d+(\s*\*\s*\d+)+", inner):
        by_comma = re.sub(r"\s*\*\s*", ", ", inner)
        raise Refusal(
            tr(
                "{text} could be one dimension or several. Type {by_comma} for several",
                text=shown(text),
                by_comma=by_comma,
            )
        )
    sizes = [_dimension(part, text) for part in _split(inner, text)]
    _check_count(sizes)
    if math.prod(sizes) > MAX_INT:
        raise Refusal(
            tr("{text} is more values than can be counted. Type smaller sizes", text=shown(text))
        )
    return _tuple(sizes)


def shape(text: str) -> str:
    """Return source of a size in which a single -1 is worked out by torch. Raises Refusal."""
    values = _integers(text)
    if values.count(-1) > 1:
        raise Refusal(tr("{text} has -1 twice: torch works out one size only", text=shown(text)))
    return _tuple([value if value == -1 else _checked(value, str(value), text) for value in values])


def integers(text: str) -> str:
    """Return source of a tuple of whole numbers of any sign: shifts, paddings. Raises Refusal."""
    return _tuple(_integers(text))


def one_or_more(text: str) -> str:
    """Return source of one whole number, "2", or of a tuple of several. Raises Refusal."""
    return _one_or_more(_integers(text), text)


def dim(text: str, ndim: int | None = None) -> str:
    """Return the number of a dim, which `ndim` dims have if that is known. Raises Refusal."""
    return str(_dim(read_integer(plain(text)), ndim))


def dims(text: str, ndim: int | None = None) -> str:
    """Return source of one dim, "0", or of several, "(0, 1)", all different. Raises Refusal."""
    values = [_dim(value, ndim) for value in _integers(text)]
    places = [value % ndim if ndim else value for value in values]
    for place, value in zip(places, values, strict=True):
        if places.count(place) > 1:
            raise Refusal(tr("Dim {dim} is named twice in {text}", dim=value, text=shown(text)))
    return _one_or_more(values, text)


def _dim(value: int, ndim: int | None) -> int:
    # torch takes 0 and -1 of a tensor without dims too.
    count = max(ndim, 1) if ndim is not None else MAX_DEPTH
    if -count <= value < count:
        return value
    raise Refusal(
        tr(
            "There is no dim {dim}. Type one from {low} to {high}",
            dim=value,
            low=-count,
            high=count - 1,
        )
    )


def _integers(text: str) -> list[int]:
    inner = plain(text)
    if not inner:
        raise Refusal(tr("Type whole numbers, such as 0, 1"))
    inner = _unwrapped(inner)
    values = [read_integer(part) for part in _split(inner, text)]
    _check_count(values)
    return values


def _unwrapped(inner: str) -> str:
    inner = re.sub(r"^torch\.Size\((.*)\)$", r"\1", inner, flags=re.DOTALL).strip()
    return re.sub(r"^(\((.*)\)|\[(.*)\])$", r"\2\3", inner, flags=re.DOTALL).strip()


def _check_count(values: list[int]) -> None:
    if len(values) > MAX_DEPTH:
        raise Refusal(tr("A tensor has at most {n} dimensions", n=MAX_DEPTH))


def _one_or_more(values: list[int], text: str) -> str:
    return str(values[0]) if len(values) == 1 and "," not in plain(text) else _tuple(values)


def _tuple(values: list[int]) -> str:
    return f"({values[0]},)" if len(values) == 1 else f"({', '.join(map(str, values))})"


def _split(inner: str, typed: str) -> list[str]:
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
    return _checked(value, part, typed)


def _checked(value: int, part: str, typed: str) -> int:
    if value < 0:
        raise Refusal(
            tr(
                "A size can't be negative: {part} in {text}. Type whole numbers from 0",
                part=part,
                text=shown(typed),
            )
        )
    return value
