"""Lines that call an operator with the tensors and values at hand."""

from collections.abc import Callable, Sequence
from copy import copy
from dataclasses import dataclass
from itertools import islice

from msgspec.structs import replace

from explorer.catalog.binding import Fields, bind_to, emit
from explorer.catalog.field import text_of, value_of
from explorer.catalog.finding import Entries, entry_at
from explorer.catalog.number import Refusal
from explorer.catalog.parser import parse
from explorer.catalog.printer import to_source
from explorer.catalog.signature import CatalogueEntry, Kind, Parameter, Signature
from explorer.catalog.value import Constant, Name, NotCatalogueError, Tuple, Value
from explorer.protocol import TensorInfo

MOST_DIMS = 4
"""Of a tensor with more dims, only so many are offered one by one."""
NameResults = Callable[[Sequence[str]], Sequence[str]]
_TENSORS: tuple[Kind, ...] = ("tensor", "tensors")
_ROWS: frozenset[Kind] = frozenset(("size", "dims", "numbers", "data"))
"""Kinds that take several values."""
_DIMS: frozenset[Kind] = frozenset(("dim", "dims"))


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A line, and what stands in the fields of its form.

    `is_whole` is false of one that lacks arguments, whose names stand in their places.
    """

    path: str
    line: str
    texts: dict[str, str]
    is_whole: bool


def suggest(
    entry: CatalogueEntry,
    operands: Sequence[TensorInfo],
    values: Sequence[str],
    name_results: NameResults,
) -> list[Suggestion]:
    """Return the lines that call `entry` with `operands` in their order, the plainest first.

    `values` are further arguments as people type them. Where none is given, there is a line for
    each dim of the first operand too, if the operator goes along one. `name_results` gives names
    for what torch returns.
    """
    fillings = [_Filling(signature, operands, values) for signature in entry.current]
    if not fillings:
        return []
    best = max(fillings, key=_Filling.worth)
    whole = [best] if not best.missing else []
    if not values and operands:
        dims = range(min(len(operands[0].shape), MOST_DIMS))
        # An overload that needs the dim says it shorter than one that may be given it.
        ordered = sorted(fillings, key=lambda filling: not filling.missing)
        for dim in dims:
            along = (filling.along(dim) for filling in ordered)
            whole += islice(filter(None, along), 1)
    lines: dict[str, Suggestion] = {}
    for filling in whole or [best]:
        made = filling.suggestion(entry, name_results)
        lines.setdefault(made.line, made)
    return list(lines.values())


def suggestion_of(line: str, entries: Entries | None) -> Suggestion:
    """Return what a line that is written already calls. Raises NotCatalogueError."""
    call = parse(line)
    entry = entry_at(call.path, entries)
    if entry is None:
        raise NotCatalogueError(call.path)
    signature, fields = bind_to(call, entry)
    return Suggestion(call.path, line, _texts(signature, fields), is_whole=True)


class _Filling:
    """What stands in the fields of one overload, and which required ones are still empty."""

    def __init__(
        self, signature: Signature, operands: Sequence[TensorInfo], values: Sequence[str]
    ) -> None:
        self.signature = signature
        self.fields: dict[str, Value] = {}
        self.missing: list[Parameter] = []
        self._operands = [Name(operand.expression) for operand in operands]
        self._values = list(values)
        for parameter in signature.given:
            if parameter.required or parameter.passing == "rest":
                self._fill(parameter)
        for parameter in signature.given:
            if parameter.name not in self.fields and not parameter.required:
                self._add(parameter)

    def worth(self) -> tuple[bool, int, int]:
        """Return how well it fits what is at hand; of equals the first overload is meant."""
        return not self.missing, -len(self._operands) - len(self._values), -len(self.missing)

    def along(self, dim: int) -> "_Filling | None":
        """Return this overload along `dim`, None if a dim is not what it lacks."""
        empty = [p for p in self.signature.parameters if p.name not in self.fields]
        lacks = self.missing or [p for p in empty if p.default == "None"]
        dims = [p for p in lacks if not _DIMS.isdisjoint(p.kinds)]
        if len(dims) != 1 or len(self.missing) > 1:
            return None
        other = copy(self)
        other.fields = self.fields | {dims[0].name: Constant(dim)}
        other.missing = []
        return other

    def suggestion(self, entry: CatalogueEntry, name_results: NameResults) -> Suggestion:
        """Return the line; what writes in place, or gives nothing, has no result to name."""
        signature = self.signature
        fields: Fields = self.fields | {p.name: Name(p.name) for p in self.missing}
        gives = bool(signature.returns) and "in_place" not in signature.tags and not self.missing
        targets = tuple(name_results(signature.returns)) if gives else ()
        call = emit(entry, signature, fields, targets)
        texts = _texts(signature, self.fields)
        return Suggestion(entry.path, to_source(call), texts, not self.missing)

    def _fill(self, parameter: Parameter) -> None:
        """Put what is at hand into a field that must not be empty."""
        kinds = parameter.kinds
        several = kinds[0] == "tensors" or (parameter.passing == "rest" and "tensor" in kinds)
        if self._operands and several:
            self.fields[parameter.name] = Tuple(tuple(self._operands))
            self._operands.clear()
        elif self._operands and "tensor" in kinds:
            self.fields[parameter.name] = self._operands.pop(0)
        elif not self._take(parameter) and parameter.required:
            self.missing.append(parameter)

    def _add(self, parameter: Parameter) -> None:
        """Put what is left over into a field that may be empty."""
        if self._operands and parameter.kinds[0] == "tensor":
            self.fields[parameter.name] = self._operands.pop(0)
        else:
            self._take(parameter)

    def _take(self, parameter: Parameter) -> bool:
        """Read the next value, or all of them, as what the field takes besides tensors."""
        kinds = tuple(kind for kind in parameter.kinds if kind not in _TENSORS)
        several = not _ROWS.isdisjoint(kinds) or parameter.passing == "rest"
        for count in (len(self._values), 1) if several else (1,):
            typed = self._values[:count]
            if not (kinds and typed):
                continue
            try:
                value = value_of(replace(parameter, kinds=kinds), " ".join(typed))
            except Refusal:
                continue
            self.fields[parameter.name] = value
            del self._values[:count]
            return True
        return False


def _texts(signature: Signature, fields: Fields) -> dict[str, str]:
    by_name = {parameter.name: parameter for parameter in signature.parameters}
    return {name: text_of(by_name[name], value) for name, value in fields.items()}
