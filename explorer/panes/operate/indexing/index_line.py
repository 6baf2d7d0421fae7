"""The line of an index, `y = x[:, 1]` or `x[mask] = 0`, and what a form for it is filled with."""

from dataclasses import dataclass

from explorer.catalog import literal
from explorer.catalog.binding import emit
from explorer.catalog.field import value_of
from explorer.catalog.number import Refusal
from explorer.catalog.operator import TARGET
from explorer.catalog.parser import parse
from explorer.catalog.printer import index_source, source, to_source
from explorer.catalog.syntax import SYNTAX
from explorer.catalog.value import INDEX, SET_INDEX, NotCatalogueError

INPUT, KEY, VALUE = "input", "index", "value"
"""The fields, called as the parameters are."""


@dataclass(frozen=True, slots=True)
class IndexLine:
    """What stands in the fields; `value` is None for a line that reads, `target` for one without."""

    tensor: str
    key: str
    value: str | None = None
    target: str | None = None

    @property
    def source(self) -> str:
        """The line. Raises Refusal with the field that it is about."""
        path = INDEX if self.value is None else SET_INDEX
        signature = SYNTAX[path].signatures[0]
        typed = {INPUT: self.tensor, KEY: self.key, VALUE: self.value or ""}
        values = {p.name: value_of(p, typed[p.name], path) for p in signature.parameters}
        targets: tuple[str, ...] = ()
        if self.value is None and self.target is not None:
            try:
                targets = (literal.name(self.target),)
            except Refusal as refusal:
                raise Refusal(refusal.message, TARGET) from None
        return to_source(emit(SYNTAX[path], signature, values, targets))

    @staticmethod
    def of(code: str) -> "IndexLine | None":
        """Return what makes a line, None if that does not index, or does more."""
        try:
            call = parse(code)
        except NotCatalogueError:
            return None
        if call.guard or call.augmented or call.path not in (INDEX, SET_INDEX):
            return None
        owner, key, *value = call.args
        target = ", ".join(call.targets) or None
        return IndexLine(
            source(owner), index_source(key), source(value[0]) if value else None, target
        )
