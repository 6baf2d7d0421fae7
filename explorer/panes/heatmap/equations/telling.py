"""Tells what the tensors of an equation were, and some of their elements."""

import itertools
from typing import cast

import torch

from explorer.engine.past import NotKeptError
from explorer.engine.reader import Reader
from explorer.panes.heatmap.equations.term import (
    Elements,
    ElementsAsk,
    Place,
    Term,
    Terms,
    TermsAsk,
)
from explorer.panes.heatmap.tiles.number import Number, exact_text
from explorer.panes.heatmap.tiles.plane import element
from explorer.protocol import TensorInfo


def answer_terms(ask: TermsAsk, reader: Reader) -> Terms:
    """Return what each term names; see `Terms`."""
    found = [_info(term, reader) for term in ask.terms]
    lost = any(isinstance(info, NotKeptError) for info in found)
    infos = tuple(info if isinstance(info, TensorInfo) else None for info in found)
    return Terms(infos=infos, lost=lost)


def answer_elements(ask: ElementsAsk, reader: Reader) -> Elements:
    """Return the first elements of each place; see `Elements`."""
    texts = tuple(_texts(place, ask.most, reader) for place in ask.places)
    return Elements(places=ask.places, texts=texts)


def _info(term: Term, reader: Reader) -> TensorInfo | NotKeptError | None:
    try:
        return reader.info(term.expression, term.as_of)
    except NotKeptError as error:
        return error
    except ValueError:  # a number, a function, a module ...
        return None


def _texts(place: Place, most: int, reader: Reader) -> tuple[str, ...]:
    try:
        tensor = reader.tensor(place.term.expression, place.term.as_of)
        cells = itertools.product(*(range(*dim) for dim in place.region))
        indices = itertools.islice(cells, most)
        return tuple(_text(tensor, index, place.term.expression) for index in indices)
    except (ValueError, IndexError):  # another tensor by now: what is wanted of it comes next
        return ()


def _text(tensor: torch.Tensor, index: tuple[int, ...], expression: str) -> str:
    cell = element(tensor, index, expression)
    return exact_text(cast("Number", cell.item()), cell.dtype)
