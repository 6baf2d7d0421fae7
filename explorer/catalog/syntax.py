"""What Python writes without a name: arithmetic, indexing, assignment."""

from explorer.catalog.printer import PRECEDENCE, UNARY
from explorer.catalog.signature import CatalogueEntry, Kind, Parameter, Signature
from explorer.catalog.value import INDEX, SET_ATTRIBUTE, SET_INDEX, VALUE

_OPERAND: tuple[Kind, ...] = ("tensor", "number")
_INPUT = Parameter(name="input", kinds=("tensor",), passing="place")
_INDEX = Parameter(name="index", kinds=("index",), passing="place")


def _entry(
    path: str, *parameters: Parameter, returns: tuple[str, ...] = ("Tensor",)
) -> CatalogueEntry:
    return CatalogueEntry(
        path=path, signatures=(Signature(parameters=parameters, returns=returns),)
    )


def _operand(name: str) -> Parameter:
    return Parameter(name=name, kinds=_OPERAND, passing="place")


SYNTAX: dict[str, CatalogueEntry] = {
    entry.path: entry
    for entry in (
        *(_entry(path, _operand("input"), _operand("other")) for path in PRECEDENCE),
        *(_entry(path, _operand("input")) for path in UNARY),
        _entry(INDEX, _INPUT, _INDEX),
        _entry(SET_INDEX, _INPUT, _INDEX, _operand("value"), returns=()),
        _entry(
            SET_ATTRIBUTE,
            _INPUT,
            Parameter(name="name", kinds=("text",), passing="place"),
            Parameter(name="value", kinds=("tensor", "boolean"), passing="place", nullable=True),
            returns=(),
        ),
        _entry(VALUE, Parameter(name="input", kinds=("object",), passing="place")),
    )
}
"""The operators of Python's own syntax, by path. `x += y` is "+" too."""
