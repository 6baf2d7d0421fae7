"""A statement of the script as one line that makes or writes a tensor. Pure syntax."""

import ast
from dataclasses import dataclass

from explorer.catalog.signature import is_in_place

_GRAD_MODES = ("no_grad", "enable_grad", "inference_mode", "set_grad_enabled")


@dataclass(frozen=True, slots=True)
class Line:
    """`node` is the last that a statement does; `is_alone` says that it does nothing else.

    `reads` are the names that it may read, `writes` those that it binds or writes into.
    """

    node: ast.stmt
    is_alone: bool

    @property
    def code(self) -> str:
        """The line by itself."""
        return ast.unparse(self.node)

    @property
    def reads(self) -> tuple[str, ...]:
        """See the class."""
        names = [node for node in ast.walk(self.node) if isinstance(node, ast.Name)]
        loaded = [name.id for name in names if isinstance(name.ctx, ast.Load)]
        if isinstance(self.node, ast.AugAssign):
            loaded.append(_root(self.node.target))
        return tuple(dict.fromkeys(filter(None, loaded)))

    @property
    def writes(self) -> tuple[str, ...]:
        """See the class."""
        return tuple(dict.fromkeys(_root(target) for target in _targets(self.node)))


def line_of(source: str) -> Line | None:
    """Return the last line of a statement, taken out of `with torch.no_grad():`; None if it is none.

    A loop, a condition or a definition is no line.
    """
    try:
        body = ast.parse(source).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    is_alone = len(body) == 1
    while body and isinstance(body[-1], ast.With) and all(map(_sets_grad, body[-1].items)):
        body = body[-1].body
        is_alone &= len(body) == 1
    kinds = ast.Assign | ast.AnnAssign | ast.AugAssign | ast.Expr
    return Line(body[-1], is_alone) if body and isinstance(body[-1], kinds) else None


def _sets_grad(item: ast.withitem) -> bool:
    call = item.context_expr
    function = call.func if isinstance(call, ast.Call) else call
    return isinstance(function, ast.Attribute) and function.attr in _GRAD_MODES


def _targets(node: ast.stmt) -> list[ast.expr]:
    match node:
        case ast.Assign(targets=targets, value=value):
            return [*(inner for target in targets for inner in _flat(target)), *_written(value)]
        case ast.AnnAssign(target=target, value=value):
            return [target, *(_written(value) if value else ())]
        case ast.AugAssign(target=target, value=value):
            return [target, *_written(value)]
        case ast.Expr(value=value):
            return _written(value)
    return []


def _flat(target: ast.expr) -> list[ast.expr]:
    if isinstance(target, ast.Tuple | ast.List):
        return [inner for element in target.elts for inner in _flat(element)]
    return [target.value if isinstance(target, ast.Starred) else target]


def _written(value: ast.expr) -> list[ast.expr]:
    """Return what the calls in an expression write: `x` of `x.add_(1)`, `z` of `f(x, out=z)`."""
    found: list[ast.expr] = []
    for call in (node for node in ast.walk(value) if isinstance(node, ast.Call)):
        name = call.func.attr if isinstance(call.func, ast.Attribute) else ""
        if is_in_place(name) and isinstance(call.func, ast.Attribute):
            found += [call.func.value, *call.args[:1]]
        for keyword in call.keywords:
            if keyword.arg == "out":
                found += _flat(keyword.value)
            elif keyword.arg == "inplace":
                found += call.args[:1]
    return found


def _root(node: ast.AST) -> str:
    """Return the name that an expression goes out from, "" if from none."""
    while not isinstance(node, ast.Name):
        match node:
            case ast.Attribute(value=inner) | ast.Subscript(value=inner) | ast.Starred(value=inner):
                node = inner
            case ast.Call(func=inner):
                node = inner
            case _:
                return ""
    return node.id
