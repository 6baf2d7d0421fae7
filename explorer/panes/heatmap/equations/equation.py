"""A line of the script as an equation of tensors: `z = x + y` as `x + y = z`. Pure text.

What an expression in it names is not known here: `kept` is told which are tensors.
"""

import ast
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from explorer.catalog.sign import BINARY, COMPARISON, FUNCTIONS, SIGNS
from explorer.catalog.signature import is_in_place

SIGN_OF = {
    name: sign for sign in (BINARY | COMPARISON).values() for name in FUNCTIONS[sign]
} | dict.fromkeys(("mm", "bmm", "mv"), "@")
"""How the two operands of torch's functions are written between."""
MODULES = ("torch", "F")
"""What the names of torch's functions begin with."""
PROPERTIES = ("T", "mT", "H", "mH", "real", "imag")
NO_RESULT = ("requires_grad_", "retain_grad", "backward", "detach_", "share_memory_", "set_")
"""Methods that make no values of the operand's."""

MARK = "\u29d6"
"""Stands for an operand while a line is taken apart; no source of Python has it."""


@dataclass(frozen=True, slots=True)
class Operand:
    """An argument that is the operand of this number."""

    number: int


@dataclass(frozen=True, slots=True)
class Unknown:
    """An argument whose value the line does not tell."""


UNKNOWN: Final = Unknown()


@dataclass(frozen=True, slots=True)
class Equation:
    """`operation` of `operands` makes `target`.

    `pieces` is what is written before, between and after the operands: ("", " + ", "") of `x + y`.
    `arguments` and `keywords` are those of torch's function: `Operand`, `UNKNOWN` or a plain value.
    `receiver` says that the first operand is the object of a method; `is_alone` that the statement
    does nothing else: otherwise it is the last that it does. `key` is what stands between the brackets
    of an index.
    """

    target: str
    operation: str
    operands: tuple[str, ...]
    pieces: tuple[str, ...]
    arguments: tuple[object, ...]
    keywords: tuple[tuple[str, object], ...] = ()
    receiver: bool = False
    is_alone: bool = True
    key: str = ""

    @property
    def text(self) -> str:
        """The equation as one line."""
        return f"{self.written(self.operands)} {self.equals} {self.target}"

    @property
    def equals(self) -> str:
        """What stands before the result: an assignment has an equals sign of its own."""
        return "→" if self.operation == "setitem" else "="

    def written(self, operands: Sequence[str]) -> str:
        """Return the left side with other texts for the operands."""
        ends = (*operands, "")
        return "".join(piece + end for piece, end in zip(self.pieces, ends, strict=True))

    def kept(self, are_tensors: Sequence[bool]) -> "Equation | None":
        """Return the equation of those operands that are tensors; None if it is none of tensors."""
        if not any(are_tensors) or (self.receiver and not are_tensors[0]):
            return None
        pieces, operands = [self.pieces[0]], list[str]()
        numbers: dict[int, Operand] = {}
        for i, name in enumerate(self.operands):
            if are_tensors[i]:
                numbers[i] = Operand(len(operands))
                operands.append(name)
                pieces.append(self.pieces[i + 1])
            else:
                pieces[-1] += name + self.pieces[i + 1]

        def renumbered(argument: object) -> object:
            match argument:
                case Operand(number=number):
                    return numbers.get(number, UNKNOWN)
                case tuple():
                    return tuple(renumbered(inner) for inner in argument)
            return argument

        return replace(
            self,
            operands=tuple(operands),
            pieces=tuple(pieces),
            arguments=tuple(renumbered(a) for a in self.arguments),
            keywords=tuple((name, renumbered(a)) for name, a in self.keywords),
        )


def parse(source: str) -> Equation | None:
    """Return the equation that a statement ends with, None if that is not one operation of names."""
    try:
        body = ast.parse(source).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    match body[-1:]:
        case [ast.Assign(targets=[ast.Subscript() as place]) as line] if not _name(place):
            found = _Lines().take_assignment(line, place)
        case [line]:
            target, value = _parts(line)
            found = _Lines().take(value, target) if target and value else None
        case _:
            found = None
    return replace(found, is_alone=len(body) == 1) if found else None


def _parts(statement: ast.stmt) -> tuple[str, ast.expr | None]:
    """Return what a statement gives a value to, "" if that is nothing with a name, and the value."""
    match statement:
        case ast.Assign(targets=[target], value=value) | ast.AnnAssign(target=target, value=value):
            return _name(target), value
        case ast.AugAssign(target=target, op=op, value=value):
            return _name(target), ast.BinOp(target, op, value)
        case ast.Expr(value=ast.Call(func=ast.Attribute(value=owner, attr=method)) as call):
            out = [_name(k.value) for k in call.keywords if k.arg == "out"]
            return (*out, _name(owner) if is_in_place(method) else "")[0], call
    return "", None


class _Lines:
    """Takes one expression apart."""

    def __init__(self) -> None:
        self._operands: list[str] = []
        self._nodes: set[int] = set()
        """Where in the line they stand."""
        self._is_nested = self._takes_masks = False

    def take(self, node: ast.expr, target: str) -> Equation | None:
        """Return the equation of `node`, None if it is not of the form."""
        found: Equation | None = None
        match node:
            case (
                ast.BinOp(left=left, op=op, right=right)
                | ast.Compare(left=left, ops=[op], comparators=[right])
            ) if type(op) in SIGNS:
                found = self._equation(target, _function(op), node, [left, right])
            case ast.UnaryOp(op=op, operand=operand) if type(op) in SIGNS:
                found = self._equation(target, _function(op), node, [operand])
            case ast.Subscript(value=value, slice=key):
                text = _between_brackets(node)  # before marks stand in it
                found = self._equation(target, "getitem", node, [value, key], receiver=True)
                found = replace(found, key=text) if found else None
            case ast.Attribute(value=value, attr=name) if name in PROPERTIES:
                found = self._equation(target, name, node, [value], receiver=True)
            case ast.Call(func=ast.Attribute(attr=name)) if not _makes_nothing_of_it(name):
                found = self._call(target, node)
        return found

    def take_assignment(self, line: ast.Assign, place: ast.Subscript) -> Equation | None:
        """Return the equation of `x[key] = value`: of what x was before, it makes x."""
        target, text = _name(place.value), _between_brackets(place)
        parts = [place.value, place.slice, line.value]
        found = self._equation(target, "setitem", line, parts, receiver=True) if target else None
        return replace(found, key=text) if found else None

    def _call(self, target: str, node: ast.Call) -> Equation | None:
        """Return the equation of `torch.f(a, b)` or `a.f(b)`."""
        if not isinstance(node.func, ast.Attribute) or any(k.arg is None for k in node.keywords):
            return None
        node.keywords = [k for k in node.keywords if k.arg != "out"]
        is_function = _root(node.func.value) in MODULES
        return self._equation(
            target,
            node.func.attr.removesuffix("_"),
            node,
            node.args if is_function else [node.func.value, *node.args],
            node.keywords,
            receiver=not is_function,
        )

    def _equation(
        self,
        target: str,
        operation: str,
        node: ast.expr | ast.Assign,
        arguments: list[ast.expr],
        keywords: Sequence[ast.keyword] = (),
        *,
        receiver: bool = False,
    ) -> Equation | None:
        # An operator would bind tighter than a comparison; a call and brackets keep it as it is.
        self._takes_masks = isinstance(node, ast.Call | ast.Subscript | ast.Assign)
        found = [self._argument(argument) for argument in arguments]
        named = [(k.arg or "", self._argument(k.value)) for k in keywords]
        if not self._operands or self._is_nested:
            return None
        pieces = ast.unparse(_Marks(self._nodes).visit(node)).split(MARK)
        return Equation(
            target,
            operation,
            tuple(self._operands),
            tuple(pieces),
            tuple(found),
            tuple(named),
            receiver,
        )

    def _argument(self, node: ast.expr) -> object:
        name = _name(node) or (_mask(node) if self._takes_masks else "")
        if name:
            self._operands.append(name)
            self._nodes.add(id(node))
            return Operand(len(self._operands) - 1)
        if isinstance(node, ast.Tuple | ast.List):
            return tuple(self._argument(element) for element in node.elts)
        names = {inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name)}
        if not isinstance(node, ast.Slice) and not names <= set(MODULES):
            self._is_nested = True  # a tensor may be in it that nobody would see
        return _value(node)


class _Marks(ast.NodeTransformer):
    """Puts a mark in the place of every operand."""

    def __init__(self, operands: set[int]) -> None:
        self._operands = operands

    def visit(self, node: ast.AST) -> ast.AST:
        """Return the mark for an operand, and the node itself for anything else."""
        return ast.Name(MARK) if id(node) in self._operands else self.generic_visit(node)


def _name(node: ast.AST) -> str:
    """Return the source of what may name a tensor: `x`, `x.grad`, `w["0.bias"]`; else ""."""
    match node:
        case ast.Name(id=name):
            return name
        case ast.Attribute(value=value, attr=attr) if _name(value) and attr not in PROPERTIES:
            return "" if _root(value) in MODULES else f"{_name(value)}.{attr}"
        case ast.Subscript(value=value, slice=ast.Constant(value=str(key))) if _name(value):
            quoted = key.replace("\\", "\\\\").replace('"', '\\"')
            return f'{_name(value)}["{quoted}"]'
    return ""


def _mask(node: ast.expr) -> str:
    """Return the source of a comparison of what may name tensors, or of several; else ""."""
    match node:
        case ast.Compare(left=left, ops=[_], comparators=[right]) if type(node.ops[0]) in SIGNS:
            parts = [left, right]
        case ast.BinOp(left=left, op=ast.BitAnd() | ast.BitOr() | ast.BitXor(), right=right):
            parts = [left, right]
        case ast.UnaryOp(op=ast.Invert(), operand=operand):
            parts = [operand]
        case _:
            return ""
    is_plain = all(_name(p) or _mask(p) or isinstance(_value(p), int | float) for p in parts)
    return ast.unparse(node) if is_plain else ""


def _between_brackets(node: ast.Subscript) -> str:
    return ast.unparse(node)[len(ast.unparse(node.value)) + 1 : -1]


def _root(node: ast.AST) -> str:
    while isinstance(node, ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def _makes_nothing_of_it(method: str) -> bool:
    """Return whether the result does not come from the operand's values."""
    return method in NO_RESULT or method.startswith("new_") or method.endswith("_like")


def _function(sign: ast.AST) -> str:
    """Return torch's name of what a sign of Python's does."""
    return FUNCTIONS[SIGNS[type(sign)]][0]


def _value(node: ast.expr | None) -> object:
    """Return what a literal says, keys with slices among them, else UNKNOWN."""
    match node:
        case None:
            return None
        case ast.Slice(lower=lower, upper=upper, step=step):
            parts = [_value(part) for part in (lower, upper, step)]
            return UNKNOWN if UNKNOWN in parts else slice(*parts)
    try:
        found: object = ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
        return UNKNOWN
    return found
