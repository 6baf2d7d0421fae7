"""What a statement can touch, told from its syntax and from what its names are bound to.

A line is *covered* when all it can do is bind names and write tensors that are known beforehand:
copies of those tensors are then enough to take it back. Every value that a covered line can make is
a tensor, a number, or another thing that cannot change, or a list or dict of the person's own.
"""

import ast
import sys
from dataclasses import dataclass
from typing import Any

import torch

from explorer.engine import covered
from explorer.engine.expression import ExpressionWalk
from explorer.engine.value import UncoveredError, join


@dataclass(frozen=True, slots=True)
class Effect:
    """What a statement can do.

    `written` are the tensors, or lists and dicts of tensors, that it may write in place. `acts`
    says that its syntax binds, writes or sets; `hidden` that it may write where no version counts.
    """

    covered: bool
    acts: bool
    hidden: bool
    written: tuple[object, ...]
    names: frozenset[str]


def examine(source: str, namespace: dict[str, Any]) -> Effect:
    """Return what `source` may do in `namespace`. Nothing is run."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        # A magic of IPython's, or an error that stops it before it begins.
        return Effect(covered=False, acts=True, hidden=True, written=(), names=frozenset())
    names = frozenset(node.id for node in ast.walk(tree) if isinstance(node, ast.Name))
    walk = _StatementWalk(namespace)
    try:
        walk.block(tree.body)
    except (UncoveredError, RecursionError):
        return Effect(covered=False, acts=_acts(tree), hidden=True, written=(), names=names)
    return Effect(
        covered=True,
        acts=_acts(tree) or bool(walk.written) or walk.sets,
        hidden=walk.reads_data and bool(walk.written),
        written=tuple(walk.written.values()),
        names=names,
    )


def _acts(tree: ast.Module) -> bool:
    return any(not isinstance(node, ast.Expr | ast.Pass) for node in tree.body)


class _StatementWalk(ExpressionWalk):
    """Visits statements too."""

    def block(self, statements: list[ast.stmt]) -> None:
        for statement in statements:
            self.visit(statement)

    def visit_Expr(self, node: ast.Expr) -> None:
        self.value(node.value)

    def visit_Assign(self, node: ast.Assign) -> None:
        value = self.value(node.value)
        for target in node.targets:
            self.bind(target, value)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        self._annotation(node.annotation)
        if node.value is not None:
            self.bind(node.target, self.value(node.value))

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        value = self.value(node.value)
        if isinstance(node.target, ast.Name):
            old = self.value(ast.Name(node.target.id, ast.Load()))
            self.write(old)
            self.bind(node.target, join([old, value]))
        else:
            self.bind(node.target, value)

    def visit_Delete(self, node: ast.Delete) -> None:
        for target in node.targets:
            if not isinstance(target, ast.Name):
                raise UncoveredError

    def visit_Import(self, node: ast.Import | ast.ImportFrom) -> None:
        for alias in node.names:
            name = alias.asname or alias.name.partition(".")[0]
            full = alias.name if alias.asname else name
            module = sys.modules.get(full) if isinstance(node, ast.Import) else None
            self.local[name] = module if module in covered.FUNCTIONS else None

    visit_ImportFrom = visit_Import

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        arguments = node.args
        if node.decorator_list:
            raise UncoveredError
        for default in [*arguments.defaults, *arguments.kw_defaults]:
            if default is not None:
                self.value(default)
        for argument in [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]:
            if argument.annotation is not None:
                self._annotation(argument.annotation)
        if node.returns is not None:
            self._annotation(node.returns)
        self.local[node.name] = None

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        bases = [self.lookup(base) for base in node.bases]
        if (
            node.decorator_list
            or node.keywords
            or not all(base in (object, torch.nn.Module) for base in bases)
        ):
            raise UncoveredError
        before = dict(self.local)
        self.block(node.body)
        self.local = {**before, node.name: None}

    def visit_With(self, node: ast.With) -> None:
        for item in node.items:
            call = item.context_expr
            if not isinstance(call, ast.Call) or item.optional_vars is not None:
                raise UncoveredError
            if self.lookup(call.func) not in covered.GRAD_CONTEXTS:
                raise UncoveredError
            self.arguments(call)
        self.block(node.body)

    def visit_If(self, node: ast.If) -> None:
        self.value(node.test)
        self._branch(node.body)
        self._branch(node.orelse)

    def visit_For(self, node: ast.For | ast.While) -> None:
        iterated = self.value(node.iter) if isinstance(node, ast.For) else None
        for _ in range(5):  # what a pass binds may change what the next one means
            before = (dict(self.local), len(self.written))
            self.branches += 1
            if isinstance(node, ast.For) and iterated is not None:
                self.bind(node.target, iterated)
            elif isinstance(node, ast.While):
                self.value(node.test)
            self.branches -= 1
            self._branch(node.body)
            if before == (self.local, len(self.written)):
                self._branch(node.orelse)
                return
        raise UncoveredError

    visit_While = visit_For

    def visit_Raise(self, node: ast.Raise) -> None:
        exception = node.exc
        if isinstance(exception, ast.Call):
            self.arguments(exception)
            exception = exception.func
        known = isinstance(exception, ast.Name) and exception.id in covered.EXCEPTIONS
        if exception is not None and not known:
            raise UncoveredError

    def visit_Assert(self, node: ast.Assert) -> None:
        self.value(node.test)
        if node.msg is not None:
            self.value(node.msg)

    def visit_Pass(self, node: ast.stmt) -> None:
        """Pass over what does nothing."""

    visit_Break = visit_Continue = visit_Pass

    def _branch(self, body: list[ast.stmt]) -> None:
        self.branches += 1
        self.block(body)
        self.branches -= 1

    def _annotation(self, node: ast.expr) -> None:
        allowed = (ast.Name, ast.Attribute, ast.Subscript, ast.Constant, ast.BinOp, ast.Tuple)
        plumbing = (ast.expr_context, ast.operator)
        if not all(isinstance(child, (*allowed, *plumbing)) for child in ast.walk(node)):
            raise UncoveredError
