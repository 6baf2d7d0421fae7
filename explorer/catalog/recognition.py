"""Finds the form that makes a line of the script."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from explorer.catalog import overload
from explorer.catalog.creation import CREATION
from explorer.catalog.expression import tensor
from explorer.catalog.finding import Entries, entry_at
from explorer.catalog.number import Refusal
from explorer.catalog.operator import Operator, bind, emit
from explorer.catalog.parser import parse
from explorer.catalog.value import VALUE, Call, NotCatalogueError


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


@dataclass(frozen=True, slots=True)
class FilledCall:
    """A call of the catalogue: its operator, whose form starts with what the line gives.

    `target` names its results, with commas between, and is "" where they have no name; `guard` is
    what the line stands in: "torch.no_grad".
    """

    operator: Operator
    target: str
    guard: str


def recognise_call(
    code: str, names: Mapping[str, str] | None, entries: Entries | None
) -> FilledCall | None:
    """Return the form that makes a call of `code`, None if none makes it.

    `names` as `parser.parse` takes them, `entries` as `finding.entry_at` does.
    """
    call = _call(code, names)
    entry = entry_at(call.path, entries) if call else None
    if call is None or entry is None or call.path == VALUE:
        return None
    try:
        operator = overload.filled(call, entry)
        emit(operator, operator.texts, None)
    except (NotCatalogueError, Refusal):
        return None
    return FilledCall(operator, ", ".join(call.targets), call.guard)


def has_form(code: str, entries: Entries | None) -> bool:
    """Return whether there is a form that makes `code`."""
    return recognise(code) is not None or recognise_call(code, None, entries) is not None


def _call(code: str, names: Mapping[str, str] | None) -> Call | None:
    if "#" in code:
        return None
    for known in (names, None):  # a name that is gone by now was a tensor, most likely
        try:
            call = parse(code, known)
        except NotCatalogueError:
            continue
        return None if call.augmented else call
    return None
