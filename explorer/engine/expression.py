"""Walks an expression as it would run, and notes what it may write."""

import ast
import builtins
from types import ModuleType
from typing import Any

import numpy as np
import torch

from explorer.engine import covered
from explorer.engine.value import UncoveredError, Value, join, value_of

NOTHING = object()


class ExpressionWalk(ast.NodeVisitor):
    """Visits expressions; each visit returns the `Value` or raises UncoveredError.

    `written` are the objects by id that may be written, `sets` whether a setting may be set,
    `reads_data` whether `.data` is used, through which writes are not counted.
    """

    def __init__(self, namespace: dict[str, Any]) -> None:
        self.namespace = namespace
        self.local: dict[str, Value | ModuleType | None] = {}
        self.written: dict[int, object] = {}
        self.reads_data = False
        self.sets = False
        self.branches = 0

    def generic_visit(self, node: ast.AST) -> Value:
        """Refuse what no method is for."""
        raise UncoveredError(type(node).__name__)

    def value(self, node: ast.expr) -> Value:
        """Return what `node` may be. Raises UncoveredError."""
        found = self.visit(node)
        assert isinstance(found, Value)  # noqa: S101 - every visit of an expression returns one
        return found

    def bind(self, target: ast.expr, value: Value) -> None:
        """Let `target` be `value`: a name from now on, an element or attribute in place."""
        if isinstance(target, ast.Name):
            if self.branches:  # the branch may not be taken
                old = self.local.get(target.id, value_of(self.namespace.get(target.id)))
                if old is None or isinstance(old, ModuleType):
                    self.local[target.id] = None
                    return
                value = join([old, value])
            self.local[target.id] = value
        elif isinstance(target, ast.Tuple | ast.List):
            for element in target.elts:
                self.bind(element, value)
        elif isinstance(target, ast.Starred):
            self.bind(target.value, value)
        elif isinstance(target, ast.Subscript):
            self.value(target.slice)
            self.write(self.value(target.value))
        elif isinstance(target, ast.Attribute) and target.attr in covered.SETTABLE:
            self.write(self.value(target.value))
        else:
            raise UncoveredError

    def write(self, value: Value) -> None:
        """Note that whatever `value` may be is written in place."""
        if value.kind != "plain" or any(isinstance(o, np.ndarray) for o in value.roots.values()):
            raise UncoveredError
        self.written.update(value.roots)

    def visit_Constant(self, node: ast.Constant) -> Value:
        """Return what a literal is: it can't change."""
        return Value()

    def visit_Name(self, node: ast.Name) -> Value:
        """Return what a name is bound to."""
        if node.id in self.local:
            value = self.local[node.id]
        elif node.id in self.namespace:
            value = value_of(self.namespace[node.id])
        else:  # it raises NameError, or it is a type such as float
            value = None if hasattr(builtins, node.id) and node.id != "float" else Value()
        if not isinstance(value, Value):
            raise UncoveredError
        return value

    def visit_Attribute(self, node: ast.Attribute) -> Value:
        """Return an attribute of a module, or a harmless one of a tensor, which may share memory."""
        found = self.lookup(node)
        if found is not NOTHING:
            value = value_of(found)
            if value is None:
                raise UncoveredError
            return value
        base = self.value(node.value)
        if base.kind == "array" and node.attr in ("shape", "dtype", "ndim", "size"):
            return Value()
        if base.kind != "plain" or not (
            node.attr in covered.ATTRIBUTES or _is_foreign(node.attr, base)
        ):
            raise UncoveredError
        self.reads_data |= node.attr == "data"
        return base

    def visit_Subscript(self, node: ast.Subscript) -> Value:
        """Return an element, which may share memory with the whole."""
        base = self.value(node.value)
        self.value(node.slice)
        if base.kind == "array":
            raise UncoveredError
        if base.kind == "holder":
            found = self.item(node)
            if found is not NOTHING:
                return value_of(found) or base
        return base

    def visit_operands(self, node: ast.expr) -> Value:
        """Join what stands in an operator, a display or a slice."""
        children = [n for n in ast.iter_child_nodes(node) if isinstance(n, ast.expr)]
        value = join([self.value(child) for child in children])
        if value.kind == "array":
            raise UncoveredError
        return value

    visit_BinOp = visit_UnaryOp = visit_BoolOp = visit_Compare = visit_IfExp = visit_operands
    visit_Tuple = visit_List = visit_Set = visit_Dict = visit_Slice = visit_operands
    visit_Starred = visit_JoinedStr = visit_FormattedValue = visit_operands

    def visit_NamedExpr(self, node: ast.NamedExpr) -> Value:
        """Bind within an expression."""
        value = self.value(node.value)
        self.bind(node.target, value)
        self.sets = True
        return value

    def visit_Call(self, node: ast.Call) -> Value:
        """Return what comes out of a function that only touches its arguments."""
        function = node.func
        if isinstance(function, ast.Name):
            return self._call_builtin(function.id, node)
        if not isinstance(function, ast.Attribute):
            raise UncoveredError
        owner = self.lookup(function.value)
        if isinstance(owner, ModuleType):
            return self._call_function(owner, function.attr, node)
        return self._call_method(self.value(function.value), function.attr, node)

    def _call_builtin(self, name: str, node: ast.Call) -> Value:
        if name in self.local or name in self.namespace:
            raise UncoveredError
        arguments = self.arguments(node)
        if hasattr(builtins, name) and name not in covered.BUILTINS | covered.EXCEPTIONS:
            raise UncoveredError
        if arguments.kind == "array" or any(k.arg in ("file", "key") for k in node.keywords):
            raise UncoveredError
        return arguments

    def _call_function(self, module: ModuleType, name: str, node: ast.Call) -> Value:
        if name not in covered.FUNCTIONS.get(module, ()):
            if hasattr(module, name):
                raise UncoveredError
            self.arguments(node)  # it raises AttributeError
            return Value()
        arguments = self.arguments(node)
        if arguments.kind == "array":
            if module is not torch or name not in covered.ARRAY_FUNCTIONS:
                raise UncoveredError
            arguments = Value("plain", arguments.roots)
        if name.endswith("_") or name in covered.WRITES_ARGUMENTS or _has(node, "inplace"):
            self.write(arguments)
        self.sets |= name in covered.SETTERS
        return arguments

    def _call_method(self, owner: Value, name: str, node: ast.Call) -> Value:
        arguments = self.arguments(node)
        if owner.kind == "array" or arguments.kind == "array":
            raise UncoveredError
        if owner.kind == "holder":
            if name in covered.READING_METHODS:
                return join([owner, arguments])
            if name in covered.HOLDER_METHODS:
                raise UncoveredError
        if name not in covered.METHODS | covered.PLAIN_METHODS and not _is_foreign(name, owner):
            raise UncoveredError
        if name.endswith("_"):
            self.write(Value("plain", owner.roots))
        result = join([owner, arguments])
        return Value("array", result.roots) if name == "numpy" else result

    def arguments(self, node: ast.Call) -> Value:
        """Join the arguments of a call; those that are written are noted."""
        values = [self.value(argument) for argument in node.args]
        for keyword in node.keywords:
            value = self.value(keyword.value)
            if keyword.arg == "out" or keyword.arg is None:
                self.write(value)
            values.append(value)
        return join(values)

    # the objects behind names

    def lookup(self, node: ast.expr) -> object:
        """Return what `torch.nn.Module` and the like stand for, `NOTHING` if not in a module."""
        if isinstance(node, ast.Name):
            if node.id in self.local:
                found: object = self.local[node.id]
            elif node.id in self.namespace:
                found = self.namespace[node.id]
            else:
                found = object if node.id == "object" else NOTHING
            return found if isinstance(found, ModuleType | type) else NOTHING
        if isinstance(node, ast.Attribute):
            owner = self.lookup(node.value)
            if isinstance(owner, ModuleType) and owner.__name__.partition(".")[0] == "torch":
                return vars(owner).get(node.attr, NOTHING)
            if owner in covered.FUNCTIONS and isinstance(owner, ModuleType):
                return vars(owner).get(node.attr, NOTHING)
        return NOTHING

    def item(self, node: ast.expr) -> object:
        """Return what `weights["0.bias"]` is now, `NOTHING` if that takes more than a look."""
        if isinstance(node, ast.Name):
            return NOTHING if node.id in self.local else self.namespace.get(node.id, NOTHING)
        if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
            owner = self.item(node.value)
            if type(owner) in (dict, list, tuple):
                try:
                    return owner[node.slice.value]  # type: ignore[index]  # one of the three
                except (LookupError, TypeError):
                    return NOTHING
        return NOTHING


def _is_foreign(name: str, owner: Value) -> bool:
    """Return whether no tensor has the attribute: it is a named tuple's, or AttributeError."""
    return not (
        name.startswith("_")
        or hasattr(torch.Tensor, name)
        or any(name in getattr(root, "__dict__", {}) for root in owner.roots.values())
    )


def _has(node: ast.Call, keyword: str) -> bool:
    return any(argument.arg == keyword for argument in node.keywords)
