"""A line of Python as a call of the catalogue."""

import ast
import warnings
from collections.abc import Mapping

from msgspec.structs import replace

from explorer.catalog.reader import Reader, checked
from explorer.catalog.sign import BINARY
from explorer.catalog.value import (
    SET_ATTRIBUTE,
    SET_INDEX,
    VALUE,
    Call,
    Constant,
    NotCatalogueError,
    Value,
)
from explorer.text import tr

MOST_CHARACTERS = 1_000_000
GUARDS = ("torch.no_grad", "torch.enable_grad", "torch.inference_mode")


def parse(source: str, names: Mapping[str, str] | None = None) -> Call:
    """Return the call that one statement is. Raises NotCatalogueError, which says why it is none.

    `names` says what each name is bound to: the type's name for a value ("Tensor", "ndarray",
    "dict"), the full path for a module ("torch.nn.functional" of F); any other name is refused.
    None takes every name for a tensor, and the usual ones for modules.
    """
    match _tree(source, "exec"):
        case ast.Module(body=[statement]):
            return parse_statement(statement, names)
    raise NotCatalogueError(tr("A form makes one statement, and here are more or fewer"))


def parse_statement(statement: ast.stmt, names: Mapping[str, str] | None = None) -> Call:
    """Return the call that a statement is. See `parse`."""
    return _statement(Reader(names), statement)


def read(source: str, names: Mapping[str, str] | None = None) -> Value:
    """Return the value that an expression is. See `parse`."""
    match _tree(source, "eval"):
        case ast.Expression(body=body):
            return Reader(names).value(body)
    raise AssertionError(source)


def read_index(source: str, names: Mapping[str, str] | None = None) -> Value:
    """Return the index of which `source` is what stands between the brackets. See `parse`."""
    match _tree(f"_[{source}\n]", "eval"):
        case ast.Expression(body=ast.Subscript(value=ast.Name(), slice=index)):
            return Reader(names).index(index)
    raise NotCatalogueError(tr("This is not one index"))


def _tree(source: str, mode: str) -> ast.AST:
    if len(source) > MOST_CHARACTERS:
        raise NotCatalogueError(tr("This is too long for a line"))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what Python deprecates is not for us to print
            return ast.parse(source.strip() if mode == "eval" else source, mode=mode)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise NotCatalogueError(
            tr("This is not Python: a bracket or an operator may be missing")
        ) from None


def _statement(reader: Reader, node: ast.stmt) -> Call:  # noqa: PLR0911 - one row a kind of statement
    match node:
        case ast.With(items=[ast.withitem(context_expr=guard, optional_vars=None)], body=[line]):
            return _guarded(reader, guard, line)
        case ast.Expr(value=value):
            return _line(reader, value)
        case ast.Assign(targets=[ast.Name(id=name)], value=value):
            return _line(reader, value, (checked(name),))
        case ast.Assign(targets=[ast.Tuple(elts=[_, _, *_] as elements)], value=value):
            return _line(reader, value, tuple(map(_target, elements)))
        case ast.Assign(targets=[ast.Subscript(value=owner, slice=index)], value=value):
            return Call(SET_INDEX, (reader.value(owner), reader.index(index), reader.value(value)))
        case ast.Assign(targets=[ast.Attribute(value=owner, attr=name)], value=value):
            attribute = Constant(checked(name))
            return Call(SET_ATTRIBUTE, (reader.value(owner), attribute, reader.value(value)))
        case ast.AugAssign(target=target, op=op, value=value) if type(op) in BINARY:
            args = (reader.value(target), reader.value(value))
            return Call(BINARY[type(op)], args, augmented=True)
    raise NotCatalogueError(
        tr("A form makes calls, arithmetic and assignments, not other statements")
    )


def _guarded(reader: Reader, guard: ast.expr, line: ast.stmt) -> Call:
    match guard:
        case ast.Call(func=ast.Attribute() as function, args=[], keywords=[]):
            path = reader.scope.module_path(function)
            if path in GUARDS and not isinstance(line, ast.With):
                call = _statement(reader, line)
                return replace(call, guard=path)
    raise NotCatalogueError(
        tr("A form knows with torch.no_grad(), enable_grad() and inference_mode(), around a line")
    )


def _line(reader: Reader, node: ast.expr, targets: tuple[str, ...] = ()) -> Call:
    value = reader.value(node)
    call = value if isinstance(value, Call) else Call(VALUE, (value,))
    return replace(call, targets=targets) if targets else call


def _target(node: ast.expr) -> str:
    if not isinstance(node, ast.Name):
        raise NotCatalogueError(tr("A result gets a plain name, or several of them"))
    return checked(node.id)
