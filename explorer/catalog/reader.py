"""Expressions of Python as values of the catalogue."""

import ast
from collections.abc import Callable, Mapping
from typing import ClassVar

from explorer.catalog.printer import quoted
from explorer.catalog.scope import BUILTINS, Scope
from explorer.catalog.sign import BINARY, COMPARISON, UNARY
from explorer.catalog.value import (
    INDEX,
    SYMBOLS,
    Call,
    Constant,
    List,
    Name,
    NotCatalogueError,
    Slice,
    Spread,
    Symbol,
    Tuple,
    Value,
)
from explorer.text import tr

MOST_DEPTH = 80
"""How deep calls, brackets and arithmetic may be nested."""
_CONSTANTS = {"inf": float("inf"), "nan": float("nan"), "newaxis": None}


def checked(name: str) -> str:
    """Return `name` if it is for everybody to use. Raises NotCatalogueError."""
    if name.startswith("_"):
        raise NotCatalogueError(tr("{name} begins with _: it is not for us to use", name=name))
    return name


class Reader:
    """Reads nodes, each by the method that `_READERS` names for its type.

    `names` as in `parser.parse`. Every method raises NotCatalogueError.
    """

    def __init__(self, names: Mapping[str, str] | None) -> None:
        self.scope = Scope(names)
        self.depth = 0

    def value(self, node: ast.expr) -> Value:
        """Return the value that an expression is."""
        reader = self._READERS.get(type(node))
        if reader is None:
            raise NotCatalogueError(_why_not(node))
        self.depth += 1
        if self.depth > MOST_DEPTH:
            raise NotCatalogueError(tr("This is nested more than {n} deep", n=MOST_DEPTH))
        value = reader(self, node)
        self.depth -= 1
        return value

    def _constant(self, node: ast.Constant) -> Value:
        value = node.value
        if type(value) is bytes:
            raise NotCatalogueError(
                tr("{text} is nothing that torch takes", text=ast.unparse(node))
            )
        if type(value) is int and value >= 2**64:
            raise NotCatalogueError(tr("A number here does not fit 64 bits"))
        return Constant(value)  # type: ignore[arg-type]  # it is no bytes

    def _name(self, node: ast.Name) -> Value:
        name = checked(node.id)
        if self.scope.bound(name):
            if self.scope.module_path(node):
                raise NotCatalogueError(tr("{name} is a module: name something in it", name=name))
            return Name(name)
        if f"builtins.{name}" in SYMBOLS:
            return Symbol(f"builtins.{name}")
        raise NotCatalogueError(tr("{name} is not in the workspace", name=name))

    def _attribute(self, node: ast.Attribute) -> Value:
        if path := self.scope.module_path(node):
            if node.attr in _CONSTANTS and path.count(".") == 1:
                return Constant(_CONSTANTS[node.attr])
            if path in SYMBOLS:
                return Symbol(path)
            raise NotCatalogueError(
                tr("{name} is no constant: call it, if it is a function", name=path)
            )
        attribute = checked(node.attr)
        owner = self.value(node.value)
        if isinstance(owner, Name) and not self.scope.family(owner):
            return Name(f"{owner.expression}.{attribute}")
        return Call(f"{self._owned(owner, attribute)}.{attribute}", (owner,), is_property=True)

    def _subscript(self, node: ast.Subscript) -> Value:
        owner = self.value(node.value)
        index = self.index(node.slice)
        if not isinstance(owner, Name | Call):
            raise NotCatalogueError(tr("Only what is in the workspace, or computed, has an index"))
        if isinstance(owner, Name) and isinstance(index, Constant):
            key = index.value
            if isinstance(key, str) or (type(key) is int and not self.scope.family(owner)):
                return Name(f"{owner.expression}[{quoted(key) if isinstance(key, str) else key}]")
        return Call(INDEX, (owner, index))

    def index(self, node: ast.expr) -> Value:
        """Return what stands between the brackets of `x[...]`; slices may be in it."""
        if isinstance(node, ast.Tuple):
            return Tuple(tuple(map(self._index_part, node.elts)))
        return self._index_part(node)

    def _index_part(self, node: ast.expr) -> Value:
        if not isinstance(node, ast.Slice):
            return self.value(node)
        ends = (node.lower, node.upper, node.step)
        return Slice(*(None if end is None else self.value(end) for end in ends))

    def _call(self, node: ast.Call) -> Value:
        function = node.func
        keywords = [keyword.arg for keyword in node.keywords]
        if None in keywords:
            raise NotCatalogueError(tr("** hides what is called: write the arguments out"))
        args = tuple(map(self.value, node.args))
        kwargs = tuple((str(k.arg), self.value(k.value)) for k in node.keywords)
        if isinstance(function, ast.Name):
            return self._builtin(function.id, args, kwargs)
        if not isinstance(function, ast.Attribute):
            raise NotCatalogueError(tr("Only functions of torch and methods of tensors are called"))
        if path := self.scope.module_path(function):
            for part in path.split("."):
                checked(part)
            return Call(path, args, kwargs)
        name = checked(function.attr)
        owner = self.value(function.value)
        family = self._owned(owner, name) or "Tensor"
        return Call(f"{family}.{name}", (owner, *args), kwargs)

    def _builtin(
        self, name: str, args: tuple[Value, ...], kwargs: tuple[tuple[str, Value], ...]
    ) -> Value:
        if self.scope.bound(name) or name not in BUILTINS:
            raise NotCatalogueError(tr("{name} is no function of torch", name=name))
        match name, args, kwargs:
            case "float", (Constant(value=str() as word),), ():
                try:
                    return Constant(float(word))
                except ValueError:
                    raise NotCatalogueError(tr("{text} is no number", text=quoted(word))) from None
            case "complex", (
                Constant(value=int() | float() as a),
                Constant(value=int() | float() as b),
            ), ():
                return Constant(complex(a, b))
        return Call(f"builtins.{name}", args, kwargs)

    def _owned(self, owner: Value, member: str) -> str:
        """Return the family of `owner`, of which the catalogue knows members."""
        family = self.scope.family(owner)
        known = family in ("Tensor", "ndarray") or (not family and isinstance(owner, Name | Call))
        if not known or isinstance(owner, Spread | Slice | Symbol):
            raise NotCatalogueError(
                tr(
                    "{name} is asked of something that is neither a tensor nor an array",
                    name=member,
                )
            )
        return family

    # --- arithmetic ---------------------------------------------------------------------------

    def _binary(self, node: ast.BinOp) -> Value:
        left, right = self.value(node.left), self.value(node.right)
        match left, node.op, node.right, right:
            case (
                Constant(value=int() | float() as real),
                ast.Add() | ast.Sub(),
                ast.Constant(value=complex()),
                Constant(value=complex() as imaginary),
            ) if left.is_number:
                return Constant(
                    real + imaginary if isinstance(node.op, ast.Add) else real - imaginary
                )
        return Call(BINARY[type(node.op)], (left, right))

    def _unary(self, node: ast.UnaryOp) -> Value:
        if type(node.op) not in UNARY:
            raise NotCatalogueError(tr("`not` asks for one answer: ~x turns each element around"))
        operand = self.value(node.operand)
        if isinstance(operand, Constant) and operand.is_number and isinstance(node.op, ast.USub):
            return Constant(-operand.value)  # type: ignore[operator]  # it is a number
        return Call(UNARY[type(node.op)], (operand,))

    def _compare(self, node: ast.Compare) -> Value:
        if len(node.ops) > 1:
            raise NotCatalogueError(tr("Two comparisons at once: write (0 < x) & (x < 1)"))
        if type(node.ops[0]) not in COMPARISON:
            raise NotCatalogueError(tr("Only <, <=, >, >=, == and != compare tensors"))
        args = (self.value(node.left), self.value(node.comparators[0]))
        return Call(COMPARISON[type(node.ops[0])], args)

    def _tuple(self, node: ast.Tuple) -> Value:
        return Tuple(tuple(map(self.value, node.elts)))

    def _list(self, node: ast.List) -> Value:
        return List(tuple(map(self.value, node.elts)))

    def _spread(self, node: ast.Starred) -> Value:
        return Spread(self.value(node.value))

    _READERS: ClassVar[dict[type[ast.AST], Callable[..., Value]]] = {
        ast.Constant: _constant,
        ast.Name: _name,
        ast.Attribute: _attribute,
        ast.Subscript: _subscript,
        ast.Call: _call,
        ast.BinOp: _binary,
        ast.UnaryOp: _unary,
        ast.Compare: _compare,
        ast.Tuple: _tuple,
        ast.List: _list,
        ast.Starred: _spread,
    }


def _why_not(node: ast.expr) -> str:
    match node:
        case ast.BoolOp():
            return tr("`and` and `or` ask for one answer: & and | work element by element")
        case ast.NamedExpr():
            return tr("A name is bound inside the line: give it a line of its own")
        case ast.Lambda() | ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
            return tr("A form has no loops and no functions of your own")
        case ast.JoinedStr():
            return tr("An f-string is put together when it runs: write the text out")
        case _:
            return tr("A form takes names, numbers, texts, lists, indexing, arithmetic and calls")
