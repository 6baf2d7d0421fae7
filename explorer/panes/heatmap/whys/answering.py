"""Answers why a cell has its value, by running the line that made it once more."""

from bisect import bisect
from typing import Any

import torch

from explorer.engine import torch_private
from explorer.engine.description import attempt
from explorer.engine.reader import Reader
from explorer.measure import bytes_text
from explorer.panes.heatmap.equations.term import Term
from explorer.panes.heatmap.tiles.plane import UnshowableError, element
from explorer.panes.heatmap.whys.derivative import (
    MOST_NBYTES,
    Bounded,
    exit_error,
    known_partials,
)
from explorer.panes.heatmap.whys.numbers import CONSTANT
from explorer.panes.heatmap.whys.rerun import Rerun, WhyNotError, check_plain
from explorer.panes.heatmap.whys.sources import number_text, only_cell, sources
from explorer.panes.heatmap.whys.tags import Tags
from explorer.panes.heatmap.whys.why import Source, Why, WhyAsk
from explorer.protocol import Answer
from explorer.text import tr

MOST_SECONDS = 2.0
"""A line that took longer is not run again."""
TOLERANCES = {
    torch.float16: 2e-2,
    torch.bfloat16: 5e-2,
    torch.float64: 1e-6,
    torch.complex128: 1e-6,
}
TOLERANCE = 1e-3
"""How far results may be apart: parts of torch do not repeat the last bits."""


def answer_why(ask: WhyAsk, reader: Reader) -> Answer:
    """Return where a cell came from, or why that can't be told."""
    try:
        return why(ask, reader)
    except UnshowableError as error:
        return error.problem


def why(ask: WhyAsk, reader: Reader) -> Why:
    """See `WhyAsk`. Raises UnshowableError where it can't be told, or there is no such cell."""
    if ask.seconds > MOST_SECONDS:
        raise WhyNotError(
            tr(
                "The line took {n} s; to answer why, at most {most} s are spent on it again",
                n=round(ask.seconds, 1),
                most=MOST_SECONDS,
            )
        )
    result = ask.result
    tensor = reader.tensor(result.expression, result.as_of)
    check_plain(result.expression, tensor)
    cell = element(tensor, ask.index, result.expression)
    line = Rerun(ask.code, result.expression, _terms(ask, tensor, reader), reader)
    _check_size(line)
    try:
        return _moved(line, ask, cell) or _derived(line, ask, cell)
    except UnshowableError:
        raise
    except Exception as error:  # torch raises what it likes
        text = str(error).strip().partition("\n")[0] or type(error).__name__
        raise WhyNotError(tr("Torch can't differentiate the line: {error}", error=text)) from error


def _terms(ask: WhyAsk, tensor: torch.Tensor, reader: Reader) -> tuple[Term, ...]:
    """Return the terms; what the result is a view of as it is now, as the result is."""
    if ask.result.as_of:
        return ask.terms
    memory = _memory(tensor)
    return tuple(
        Term(term.expression)
        if term.expression != ask.result.expression and _memory_of(term, reader) == memory
        else term
        for term in ask.terms
    )


def _memory_of(term: Term, reader: Reader) -> int:
    return attempt(lambda: _memory(reader.tensor(term.expression)), -1)


def _memory(tensor: torch.Tensor) -> int:
    return torch_private.storage_address(tensor.untyped_storage())


def _check_size(line: Rerun) -> None:
    """Refuse inputs that there is no room for to copy and to number."""
    nbytes = sum(given.tensor.numel() * (8 + given.tensor.element_size()) for given in line.inputs)
    if nbytes > MOST_NBYTES:
        raise WhyNotError(
            tr(
                "To copy what the line reads takes {size} of memory; to answer why, at most {most}",
                size=bytes_text(nbytes),
                most=bytes_text(MOST_NBYTES),
            )
        )


def _moved(line: Rerun, ask: WhyAsk, cell: torch.Tensor) -> Why | None:
    """Return the cell that this one is a copy of; None if it was computed."""
    tags = Tags()
    copies = [_copy(given.tensor) for given in line.inputs]
    firsts = [tags.follow(copy) for copy in copies]
    with tags, Bounded():
        made = line.run(copies)
    _check_same(made, ask, cell)
    if tags.has_exit:
        raise exit_error()
    number = tags.number(made, ask.index)
    if number is None:
        return None
    found: tuple[Source, ...] = ()
    if number != CONSTANT:
        i = bisect(firsts, number) - 1
        found = (only_cell(line.inputs[i], number - firsts[i]),)
    return _why(ask, cell, found, moved=True)


def _copy(tensor: torch.Tensor) -> torch.Tensor:
    """Return a copy in which each element has a place of its own, if it can at the same strides."""
    storage = tensor.untyped_storage()
    is_odd = 0 in tensor.stride() or tensor.is_conj() or tensor.is_neg()
    if is_odd or not tensor.nbytes <= storage.nbytes() <= 2 * tensor.nbytes:
        return tensor.clone()
    copy = torch.empty(0, dtype=tensor.dtype, device=tensor.device)
    memory: Any = storage.clone  # torch does not annotate it
    return copy.set_(memory(), int(tensor.storage_offset()), tensor.shape, tensor.stride())


def _derived(line: Rerun, ask: WhyAsk, cell: torch.Tensor) -> Why:
    """Return the cells that this one follows."""
    name = ask.result.expression
    if cell.dtype == torch.bool:
        raise WhyNotError(
            tr("{x} is True or False: it does not change little by little", x=name),
            tr("Ask about the numbers that are compared"),
        )
    has_integers = any(_is_whole(given.tensor.dtype) for given in line.inputs)
    failure: Exception | None = None
    for with_integers in (True, False) if has_integers else (False,):
        try:
            made, found, unknown = known_partials(line, ask.index, with_integers=with_integers)
        except UnshowableError:
            raise
        except Exception as error:  # noqa: BLE001 - whole numbers may be indices, which have no fractions
            failure = error
            continue
        failure = None
        if _agrees(made, cell) and any(partial is not None for partial in found):
            by = [g.term.expression for i, g in enumerate(line.inputs) if i in unknown]
            return _why(ask, cell, sources(line.inputs, found), unknown=tuple(by))
    if _is_whole(cell.dtype):
        dtype = str(cell.dtype).removeprefix("torch.")
        raise WhyNotError(
            tr(
                "{x} has whole numbers ({dtype}), of which there are no derivatives",
                x=name,
                dtype=dtype,
            )
        )
    raise failure or WhyNotError(tr("Torch knows no derivative of this line"))


def _why(
    ask: WhyAsk,
    cell: torch.Tensor,
    found: tuple[Source, ...],
    *,
    moved: bool = False,
    unknown: tuple[str, ...] = (),
) -> Why:
    return Why(
        result=ask.result,
        index=ask.index,
        value=number_text(cell),
        sources=found,
        moved=moved,
        unknown=unknown,
    )


def _check_same(made: torch.Tensor, ask: WhyAsk, cell: torch.Tensor) -> None:
    is_there = made.dim() == len(ask.index) and all(
        i < size for i, size in zip(ask.index, made.shape, strict=True)
    )
    if not is_there or not _agrees(made[ask.index], cell):
        raise _differs(ask)


def _differs(ask: WhyAsk) -> WhyNotError:
    return WhyNotError(
        tr("The line makes another {x} now than it did then", x=ask.result.expression),
        tr("Something that it reads was changed since, or it is made by chance"),
    )


def _agrees(made: torch.Tensor, cell: torch.Tensor) -> bool:
    wide = torch.complex128 if cell.is_complex() else torch.float64
    near = TOLERANCES.get(cell.dtype, TOLERANCE)
    a, b = made.detach().to(wide), cell.detach().to(wide)
    return bool(torch.isclose(a, b, rtol=near, atol=near, equal_nan=True))


def _is_whole(dtype: torch.dtype) -> bool:
    return not (dtype.is_floating_point or dtype.is_complex or dtype == torch.bool)
