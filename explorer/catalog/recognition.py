"""Finds the form that makes a line of the script."""

from dataclasses import dataclass
from functools import lru_cache

from explorer.catalog.creation import CREATION
from explorer.catalog.expression import tensor
from explorer.catalog.number import Refusal
from explorer.catalog.operator import Operator, bind, emit


@dataclass(frozen=True, slots=True)
class FilledForm:
    """An operator, what stands in each of its fields, and the name of the result."""

    operator: Operator
    fields: dict[str, str]
    target: str


@lru_cache(maxsize=256)
def recognise(code: str) -> FilledForm | None:
    """Return the form that makes `code`, None if none makes exactly it.

    A line with a comment is none: the form would lose it.
    """
    if "#" in code:
        return None
    for operator in CREATION:
        if f".{operator.name}(" not in code:
            continue
        try:
            fields, target = bind(operator, code)
            fields = {p.name: fields.get(p.name, "") for p in operator.fields}
            emit(operator, fields, target)
            # A number in place of a tensor would become another line.
            tensors = [fields[p.name] for p in operator.fields if "tensor" in p.kinds]
            if [tensor(text) for text in tensors] != tensors:
                continue
        except (ValueError, SyntaxError, Refusal):
            continue
        return FilledForm(operator, fields, target)
    return None
