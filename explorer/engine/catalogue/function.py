"""Signatures of what torch wrote in Python, and so can be asked itself."""

import inspect
from collections.abc import Callable, Mapping
from typing import Any

import torch

from explorer.catalog.number import source_of
from explorer.catalog.printer import quoted
from explorer.catalog.signature import Parameter, Passing, Signature
from explorer.engine.catalogue import annotation

_PASSING: Mapping[Any, Passing] = {
    inspect.Parameter.POSITIONAL_ONLY: "place",
    inspect.Parameter.POSITIONAL_OR_KEYWORD: "either",
    inspect.Parameter.KEYWORD_ONLY: "keyword",
    inspect.Parameter.VAR_POSITIONAL: "rest",
}


def signature_of(function: Callable[..., object]) -> Signature | None:
    """Return the signature of `function`, None if it tells none: `*args, **kwargs` say nothing."""
    try:
        found = inspect.signature(function)
    except (TypeError, ValueError):
        return None
    parameters = list(found.parameters.values())
    if any(p.kind is p.VAR_KEYWORD for p in parameters):
        return None
    return Signature(
        # What begins with _ is there for other functions of torch.
        parameters=tuple(_parameter(p) for p in parameters if not p.name.startswith("_")),
        returns=annotation.results(_text(found.return_annotation) or "Tensor"),
    )


def _parameter(parameter: inspect.Parameter) -> Parameter:
    has_default = parameter.default is not parameter.empty
    told = "" if parameter.default in (parameter.empty, None) else type(parameter.default).__name__
    taken = annotation.read(_text(parameter.annotation) or told or "Any")
    return Parameter(
        name=parameter.name,
        kinds=taken.kinds,
        default=source(parameter.default) if has_default else "",
        passing=_PASSING[parameter.kind],
        nullable=taken.nullable and bool(taken.kinds),
        length=taken.length,
    )


def source(value: object) -> str:
    """Return the expression of a default."""
    match value:
        case str():
            return quoted(value)
        case tuple():
            return f"({', '.join(map(source, value))}{',' if len(value) == 1 else ''})"
        case torch.Size():
            return source(tuple(value))
        case bool() | None:
            return str(value)
        case int() | float() | complex():
            return source_of(value)
        case _:  # dtypes, layouts and memory formats are printed as they are written
            return str(value)


def _text(hint: object) -> str:
    if hint is inspect.Parameter.empty:
        return ""
    if isinstance(hint, type):
        return hint.__name__
    return str(hint).replace("typing.", "").replace("collections.abc.", "")
