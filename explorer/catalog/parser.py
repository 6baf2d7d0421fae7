"""A line of Python as a call of the catalogue."""

import ast
import warnings
from collections.abc import Callable, Mapping
from typing import Any

from explorer.catalog.printer import quoted
from explorer.catalog.scope import BUILTINS, Scope
from explorer.catalog.value import (
    INDEX,
    SET_ATTRIBUTE,
    SET_INDEX,
    SYMBOLS,
    VALUE,
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

MOST_CHARACTERS = 1_000_000
MOST_DEPTH = 80
"""How deep calls, brackets and arithmetic may be nested."""
GUARDS = ("torch.no_grad", "torch.enable_grad", "torch.inference_mode")
_CONSTANTS = {"inf": float("inf"), "nan": float("nan"), "newaxis": None}
_BINARY: dict[type[ast.AST], str] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.FloorDiv: "//",
    ast.Mod: "%",
    ast.Pow: "**",
    ast.MatMult: "@",
    ast.BitAnd: "&",
    ast.BitOr: "|",
    ast.BitXor: "^",
    ast.LShift: "<<",
    ast.RShift: ">>",
}
_COMPARE: dict[type[ast.AST], str] = {
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
}
_UNARY: dict[type[ast.AST], str] = {ast.USub: "-x", ast.UAdd: "+x", ast.Invert: "~x"}


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
    return _Reader(names).statement(statement)


def read(source: str, names: Mapping[str, str] | None = None) -> Value:
    """Return the value that an expression is. See `parse`."""
    match _tree(source, "eval"):
        case ast.Expression(body=body):
            return _Reader(names).value(body)
    raise AssertionError(source)


def read_index(source: str, names: Mapping[str, str] | None = None) -> Value:
    """Return the index of which `source` is what stands between the brackets. See `parse`."""
    match _tree(f"_[{source}\n]", "eval"):
        case ast.Expression(body=ast.Subscript(value=ast.Name(), slice=index)):
            return _Reader(names).index(index)
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


class _Reader:
    """Reads nodes, each by the method that `_READERS` names for its type."""

    def __init__(self, names: Mapping[str, str] | None) -> None:
        self.scope = Scope(names)
        self.depth = 0

    # --- statements ---------------------------------------------------------------------------

    def statement(self, node: ast.stmt) -> Call:  # noqa: PLR0911 - one row a kind of statement
        match node:
            case ast.With(
                items=[ast.withitem(context_expr=guard, optional_vars=None)], body=[line]
            ):
                return self.guarded(guard, line)
            case ast.Expr(value=value):
                return self.line(value)
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                return self.line(value, (_checked(name),))
            case ast.Assign(targets=[ast.Tuple(elts=[_, _, *_] as elements)], value=value):
                return self.line(value, tuple(map(_target, elements)))
            case ast.Assign(targets=[ast.Subscript(value=owner, slice=index)], value=value):
                return Call(SET_INDEX, (self.value(owner), self.index(index), self.value(value)))
            case ast.Assign(targets=[ast.Attribute(value=owner, attr=name)], value=value):
                attribute = Constant(_checked(name))
                return Call(SET_ATTRIBUTE, (self.value(owner), attribute, self.value(value)))
            case ast.AugAssign(target=target, op=op, value=value) if type(op) in _BINARY:
                args = (self.value(target), self.value(value))
                return Call(_BINARY[type(op)], args, augmented=True)
        raise NotCatalogueError(
            tr("A form makes calls, arithmetic and assignments, not other statements")
        )

    def guarded(self, guard: ast.expr, line: ast.stmt) -> Call:
        match guard:
            case ast.Call(func=ast.Attribute() as function, args=[], keywords=[]):
                path = self.scope.module_path(function)
                if path in GUARDS and not isinstance(line, ast.With):
                    call = self.statement(line)
                    return _with(call, guard=path)
        raise NotCatalogueError(
            tr(
                "A form knows with torch.no_grad(), enable_grad() and inference_mode(), around a line"
            )
        )

    def line(self, node: ast.expr, targets: tuple[str, ...] = ()) -> Call:
        value = self.value(node)
        call = value if isinstance(value, Call) else Call(VALUE, (value,))
        return _with(call, targets=targets) if targets else call

    # --- values -------------------------------------------------------------------------------

    def value(self, node: ast.expr) -> Value:
        reader = _READERS.get(type(node))
        if reader is None:
            raise NotCatalogueError(_why_not(node))
        self.depth += 1
        if self.depth > MOST_DEPTH:
            raise NotCatalogueError(tr("This is nested more than {n} deep", n=MOST_DEPTH))
        value = reader(self, node)
        self.depth -= 1
        return value

    def constant(self, node: ast.Constant) -> Value:
        value = node.value
        if type(value) is bytes:
            raise NotCatalogueError(
                tr("{text} is nothing that torch takes", text=ast.unparse(node))
            )
        if type(value) is int and value >= 2**64:
            raise NotCatalogueError(tr("A number here does not fit 64 bits"))
        return Constant(value)  # type: ignore[arg-type]  # it is no bytes

    def name(self, node: ast.Name) -> Value:
        name = _checked(node.id)
        if self.scope.bound(name):
            if self.scope.module_path(node):
                raise NotCatalogueError(tr("{name} is a module: name something in it", name=name))
            return Name(name)
        if f"builtins.{name}" in SYMBOLS:
            return Symbol(f"builtins.{name}")
        raise NotCatalogueError(tr("{name} is not in the workspace", name=name))

    def attribute(self, node: ast.Attribute) -> Value:
        if path := self.scope.module_path(node):
            if node.attr in _CONSTANTS and path.count(".") == 1:
                return Constant(_CONSTANTS[node.attr])
            if path in SYMBOLS:
                return Symbol(path)
            raise NotCatalogueError(
                tr("{name} is no constant: call it, if it is a function", name=path)
            )
        attribute = _checked(node.attr)
        owner = self.value(node.value)
        if isinstance(owner, Name) and not self.scope.family(owner):
            return Name(f"{owner.expression}.{attribute}")
        return Call(f"{self.owned(owner, attribute)}.{attribute}", (owner,), is_property=True)

    def subscript(self, node: ast.Subscript) -> Value:
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
        if isinstance(node, ast.Tuple):
            return Tuple(tuple(map(self.index_part, node.elts)))
        return self.index_part(node)

    def index_part(self, node: ast.expr) -> Value:
        if not isinstance(node, ast.Slice):
            return self.value(node)
        ends = (node.lower, node.upper, node.step)
        return Slice(*(None if end is None else self.value(end) for end in ends))

    def call(self, node: ast.Call) -> Value:
        function = node.func
        keywords = [keyword.arg for keyword in node.keywords]
        if None in keywords:
            raise NotCatalogueError(tr("** hides what is called: write the arguments out"))
        args = tuple(map(self.value, node.args))
        kwargs = tuple((str(k.arg), self.value(k.value)) for k in node.keywords)
        if isinstance(function, ast.Name):
            return self.builtin(function.id, args, kwargs)
        if not isinstance(function, ast.Attribute):
            raise NotCatalogueError(tr("Only functions of torch and methods of tensors are called"))
        if path := self.scope.module_path(function):
            for part in path.split("."):
                _checked(part)
            return Call(path, args, kwargs)
        name = _checked(function.attr)
        owner = self.value(function.value)
        family = self.owned(owner, name) or "Tensor"
        return Call(f"{family}.{name}", (owner, *args), kwargs)

    def builtin(
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

    def owned(self, owner: Value, member: str) -> str:
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

    def binary(self, node: ast.BinOp) -> Value:
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
        return Call(_BINARY[type(node.op)], (left, right))

    def unary(self, node: ast.UnaryOp) -> Value:
        if type(node.op) not in _UNARY:
            raise NotCatalogueError(tr("`not` asks for one answer: ~x turns each element around"))
        operand = self.value(node.operand)
        if isinstance(operand, Constant) and operand.is_number and isinstance(node.op, ast.USub):
            return Constant(-operand.value)  # type: ignore[operator]  # it is a number
        return Call(_UNARY[type(node.op)], (operand,))

    def compare(self, node: ast.Compare) -> Value:
        if len(node.ops) > 1:
            raise NotCatalogueError(tr("Two comparisons at once: write (0 < x) & (x < 1)"))
        if type(node.ops[0]) not in _COMPARE:
            raise NotCatalogueError(tr("Only <, <=, >, >=, == and != compare tensors"))
        args = (self.value(node.left), self.value(node.comparators[0]))
        return Call(_COMPARE[type(node.ops[0])], args)

    def tuple(self, node: ast.Tuple) -> Value:
        return Tuple(tuple(map(self.value, node.elts)))

    def list(self, node: ast.List) -> Value:
        return List(tuple(map(self.value, node.elts)))

    def spread(self, node: ast.Starred) -> Value:
        return Spread(self.value(node.value))


_READERS: dict[type[ast.AST], Callable[[_Reader, Any], Value]] = {
    ast.Constant: _Reader.constant,
    ast.Name: _Reader.name,
    ast.Attribute: _Reader.attribute,
    ast.Subscript: _Reader.subscript,
    ast.Call: _Reader.call,
    ast.BinOp: _Reader.binary,
    ast.UnaryOp: _Reader.unary,
    ast.Compare: _Reader.compare,
    ast.Tuple: _Reader.tuple,
    ast.List: _Reader.list,
    ast.Starred: _Reader.spread,
}


def _checked(name: str) -> str:
    if name.startswith("_"):
        raise NotCatalogueError(tr("{name} begins with _: it is not for us to use", name=name))
    return name


def _target(node: ast.expr) -> str:
    if not isinstance(node, ast.Name):
        raise NotCatalogueError(tr("A result gets a plain name, or several of them"))
    return _checked(node.id)


def _with(call: Call, targets: tuple[str, ...] = (), guard: str = "") -> Call:
    return Call(
        call.path,
        call.args,
        call.kwargs,
        targets or call.targets,
        call.augmented,
        guard or call.guard,
        call.is_property,
    )


def _why_not(node: ast.expr) -> str:
    match node:
        case ast.BoolOp():
            return tr("`and` and `or` ask for one answer: & and | work element by element")
        case ast.NamedExpr():
            return tr("A name is bound inside the line: give it a line of its own")
        case ast.Lambda() | ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
            return tr("A form has no loops and no functions of your own")
        case ast.JoinedStr():
            return tr("A text with {} in it is put together when it runs: write it out")
        case _:
            return tr("A form takes names, numbers, texts, lists, indexing, arithmetic and calls")
