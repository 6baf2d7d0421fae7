"""A line with names of our own in place of all that it reads and binds."""

import ast
from types import ModuleType
from typing import Any, Protocol

import torch

from explorer.catalog import grade


class Finder(Protocol):
    """Says what the expressions of a line stand for."""

    def kind(self, expression: str) -> type | None:
        """Return the class of what an expression leads to, None if it leads to nothing."""

    def read(self, expression: str) -> str:
        """Return the name that stands for what an expression leads to."""

    def bind(self, expression: str) -> str:
        """Return the name that the line binds in the place of an expression."""

    def rebind(self, expression: str) -> str:
        """Return the name that the line both reads and binds."""

    def keep_module(self, name: str) -> None:
        """Let a module keep its name."""


def slotted(code: str, finder: Finder) -> ast.Module:
    """Return the syntax of one line in names of `finder`'s; `out=` has become what it binds."""
    tree = ast.parse(code)
    tree.body = [_without_out(_plain_assignment(statement)) for statement in tree.body]
    local = {
        name.id
        for node in ast.walk(tree)
        if isinstance(node, ast.comprehension | ast.NamedExpr)
        for name in ast.walk(node.target)
        if isinstance(name, ast.Name)
    }
    slots = _Slots(finder, local)
    tree.body = [slots.visit(statement) for statement in tree.body]
    return ast.fix_missing_locations(tree)


def _plain_assignment(node: ast.stmt) -> ast.stmt:
    if isinstance(node, ast.AnnAssign) and node.value:
        return ast.Assign([node.target], node.value)
    return node


def _without_out(node: ast.stmt) -> ast.stmt:
    """Return `z = torch.add(x, y)` for `torch.add(x, y, out=z)`, which has no derivative."""
    call = node.value if isinstance(node, ast.Assign | ast.Expr) else None
    if not isinstance(call, ast.Call):
        return node
    outs = [keyword.value for keyword in call.keywords if keyword.arg == "out"]
    if not outs or isinstance(outs[0], ast.Constant):  # out=None
        return node
    call.keywords = [keyword for keyword in call.keywords if keyword.arg != "out"]
    targets = node.targets if isinstance(node, ast.Assign) else []
    return ast.Assign([*targets, _as_target(outs[0])], call)


def _as_target(node: ast.expr) -> ast.expr:
    for inner in ast.walk(node) if isinstance(node, ast.Tuple | ast.List) else [node]:
        if hasattr(inner, "ctx"):
            inner.ctx = ast.Store()
    return node


class _Slots(ast.NodeTransformer):
    """`local` are names that belong to a loop within the line."""

    def __init__(self, finder: Finder, local: set[str]) -> None:
        self._finder, self._local = finder, local

    def visit(self, node: ast.AST) -> Any:  # noqa: ANN401 - as the base class has it
        """Return a slot for a path, and for all else what the base class does."""
        if isinstance(node, ast.Name | ast.Attribute | ast.Subscript) and grade.is_path(node):
            return self._path(node)
        return super().visit(node)

    def visit_Assign(self, node: ast.Assign) -> ast.AST:
        """Look what is read up before what is bound: the two x of `x = x + 1` are two."""
        node.value = self.visit(node.value)
        node.targets = [self.visit(target) for target in node.targets]
        return node

    def visit_AugAssign(self, node: ast.AugAssign) -> ast.AST:
        """Read and bind one name."""
        node.value = self.visit(node.value)
        if self._leads_on(node.target):
            node.target = ast.Name(self._finder.rebind(ast.unparse(node.target)), ast.Store())
        else:
            node.target = self.visit(node.target)
        return node

    def _path(self, node: ast.Name | ast.Attribute | ast.Subscript) -> ast.AST:
        if not self._leads_on(node):
            visited: ast.AST = super().generic_visit(node)
            return visited
        text = ast.unparse(node)
        if isinstance(node.ctx, ast.Store):
            return ast.Name(self._finder.bind(text), node.ctx)
        kind = self._finder.kind(text)
        if kind is None or issubclass(kind, ModuleType):
            if kind is not None:
                self._finder.keep_module(text)
            return node
        return ast.Name(self._finder.read(text), node.ctx)

    def _leads_on(self, node: ast.expr) -> bool:
        """Return whether a path goes on from name to member, and not into a tensor."""
        if isinstance(node, ast.Name):
            return node.id not in self._local
        if not isinstance(node, ast.Attribute | ast.Subscript) or not grade.is_path(node):
            return False
        owner = self._finder.kind(ast.unparse(node.value))
        if owner is not None and issubclass(owner, torch.Tensor):
            return isinstance(node, ast.Attribute) and node.attr == "grad"
        is_member = owner is not None and not issubclass(owner, ModuleType)
        return is_member and (
            isinstance(node.ctx, ast.Store) or self._finder.kind(ast.unparse(node)) is not None
        )
