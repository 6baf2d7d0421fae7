"""A call of PyTorch, NumPy or a tensor's method, its source, and the fields of its form.

`parse` reads a line, `to_source` writes it, `bind` finds the overload and what stands in each
field, `emit` makes the call of the fields again: `parse(to_source(call)) == call`.
"""

from explorer.catalog.binding import Fields, bind, bind_to, emit, entry_of
from explorer.catalog.parser import parse, read, read_index
from explorer.catalog.printer import index_source, source, to_source
from explorer.catalog.scope import imported, names_of
from explorer.catalog.value import Call, NotCatalogueError, Value, calls_in

__all__ = [
    "Call",
    "Fields",
    "NotCatalogueError",
    "Value",
    "bind",
    "bind_to",
    "calls_in",
    "emit",
    "entry_of",
    "imported",
    "index_source",
    "names_of",
    "parse",
    "read",
    "read_index",
    "source",
    "to_source",
]
