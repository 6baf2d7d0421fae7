"""Whether an expression is safe to evaluate unasked: it computes from what is there, nothing else.

It promises: no code of anybody's, no files, no random numbers, nothing written. It does not
promise that torch accepts it, nor how long it takes. Whoever evaluates must look names up without
running code, as an attribute of a name may be a member of a module, and must call only what
`FUNCTIONS` and `METHODS` name.
"""

import ast
from collections.abc import Container, Iterator
from functools import lru_cache

from explorer.catalog.allowance import (
    ATTRIBUTES,
    BUILTINS,
    CONSTANTS,
    FUNCTIONS,
    KEYWORDS,
    METHODS,
    POSITIONAL,
    ROOTS,
    why_not,
)
from explorer.catalog.number import Refusal
from explorer.text import tr

MOST_CHARACTERS = 500
MOST_NODES = 200
MOST_DEPTH = 24
MOST_EXPONENT = 64
MOST_DIGITS = 18
"""A whole number of more digits is no size, index or value that a tensor can have."""

_SHAPES = (
    ast.Constant,
    ast.Name,
    ast.Attribute,
    ast.Subscript,
    ast.Slice,
    ast.Tuple,
    ast.List,
    ast.Call,
    ast.keyword,
    ast.BinOp,
    ast.UnaryOp,
    ast.Compare,
    ast.operator,
    ast.unaryop,
    ast.cmpop,
    ast.expr_context,
)
_COMPARISONS = (ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.Eq, ast.NotEq)
_POWERS = (ast.Pow, ast.LShift)
_LITERALS = (bool, int, float, complex, str, type(None), type(...))


def refusal(text: str, names: Container[str] | None = None) -> str:
    """Return why `text` must not be evaluated unasked, in words for the person; "" if it may.

    `names` are those that are defined, None if any may be.
    """
    try:
        parse(text, names)
    except Refusal as reason:
        return str(reason)
    return ""


def parse(text: str, names: Container[str] | None = None) -> ast.expr:
    """Return the tree of an expression that is safe. Raises Refusal, which says why it is not."""
    if not text.strip():
        raise Refusal(tr("Type an expression, such as x.mean(0)"))
    if len(text) > MOST_CHARACTERS:
        raise Refusal(tr("The expression is longer than {n} characters", n=MOST_CHARACTERS))
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise Refusal(_why_no_expression(text)) from None
    _check_size(tree)
    _check(tree, names)
    return tree


def dotted(node: ast.expr) -> str:
    """Return the full name of what `torch.softmax` or `F.softmax` means, "" for anything else."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not parts or not isinstance(node, ast.Name) or node.id not in ROOTS:
        return ""
    return ".".join((ROOTS[node.id], *reversed(parts)))


def is_path(node: ast.expr) -> bool:
    """Return whether `node` only goes from a name to members, as `net.fc1.weight`, `w["a"][0]`."""
    while True:
        if isinstance(node, ast.Name):
            return True
        is_member = isinstance(node, ast.Subscript) and _is_key(node.slice)
        if not (isinstance(node, ast.Attribute) or is_member):
            return False
        assert isinstance(node, ast.Attribute | ast.Subscript)  # noqa: S101 - for mypy
        node = node.value


@lru_cache(maxsize=512)
def is_computed(text: str) -> bool:
    """Return whether `text` is more than the way to something that is there."""
    try:
        return not is_path(ast.parse(text.strip(), mode="eval").body)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False


def in_brackets(text: str, *, sums: bool = True) -> str:
    """Return `text` so that it can be indexed, called on and be an operand: `(a - b)`.

    Without `sums` only so that it can be the left operand of a minus sign.
    """
    try:
        node = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return text
    if isinstance(node, ast.BinOp) and not sums:
        loose = isinstance(node.op, ast.BitAnd | ast.BitOr | ast.BitXor | ast.LShift | ast.RShift)
    else:
        loose = isinstance(node, ast.BinOp | ast.UnaryOp | ast.Compare)
    whole = ast.get_source_segment(text.strip(), node) == text.strip()
    return f"({text})" if loose and whole else text


def names_in(text: str) -> tuple[str, ...]:
    """Return the names that a safe expression reads, in order. Raises Refusal."""
    return tuple(dict.fromkeys(_names(parse(text))))


def owners(text: str) -> tuple[str, ...]:
    """Return what a path goes by, the nearest first: `w["a"]` and `w` of `w["a"][0]`."""
    found: list[str] = []
    try:
        node = ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ()
    while is_path(node) and isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
        found.append(text.encode()[: node.end_col_offset].decode())
    return tuple(found)


def _names(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        children: list[ast.AST] = [*node.args, *node.keywords]
    elif isinstance(node, ast.expr) and dotted(node):
        return
    else:
        children = list(ast.iter_child_nodes(node))
    if isinstance(node, ast.Name):
        yield node.id
    for child in children:
        yield from _names(child)


def _why_no_expression(text: str) -> str:
    try:
        ast.parse(text.strip())
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return tr("This is not Python: a bracket or an operator may be missing")
    return tr("This is a statement: only an expression, such as x.mean(0), has a value to show")


def _check_size(tree: ast.expr) -> None:
    level: list[ast.AST] = [tree]
    count = 0
    for _ in range(MOST_DEPTH + 1):
        count += len(level)
        level = [child for node in level for child in ast.iter_child_nodes(node)]
        if not level:
            break
    if level or count > MOST_NODES:
        raise Refusal(tr("The expression is too long, or nested too deep, to be watched"))


def _check(node: ast.AST, names: Container[str] | None) -> None:
    if not isinstance(node, _SHAPES):
        raise Refusal(_why_not_this(node))
    match node:
        case ast.Constant():
            _check_literal(node)
        case ast.Name():
            _check_name(node.id, names)
        case ast.Attribute():
            _check_attribute(node, names)
        case ast.Call():
            _check_call(node, names)
        case ast.Compare():
            if len(node.ops) > 1:
                raise Refusal(tr("Two comparisons at once: write (0 < x) & (x < 1)"))
            if not isinstance(node.ops[0], _COMPARISONS):
                raise Refusal(tr("Only <, <=, >, >=, == and != compare tensors"))
            _check_children(node, names)
        case ast.BinOp():
            _check_operands(node)
            _check_children(node, names)
        case ast.UnaryOp(op=ast.Not()):
            raise Refusal(tr("`not` asks for one answer: ~x turns each element around"))
        case _:
            _check_children(node, names)


def _check_children(node: ast.AST, names: Container[str] | None) -> None:
    for child in ast.iter_child_nodes(node):
        _check(child, names)


def _check_literal(node: ast.Constant) -> None:
    value = node.value
    if type(value) not in _LITERALS or (isinstance(value, str) and len(value) > MOST_CHARACTERS):
        raise Refusal(tr("{text} is nothing to compute with", text=ast.unparse(node)))
    if isinstance(value, int) and abs(value) >= 10**MOST_DIGITS:
        raise Refusal(tr("A whole number has more than {n} digits", n=MOST_DIGITS))


def _check_operands(node: ast.BinOp) -> None:
    """Refuse what Python itself would compute for ever, or fill its memory with."""
    for operand in (node.left, node.right):
        if isinstance(operand, ast.Tuple | ast.List) or (
            isinstance(operand, ast.Constant) and isinstance(operand.value, str)
        ):
            raise Refusal(tr("Operators work on tensors and numbers here, not on lists or texts"))
        if isinstance(node.op, _POWERS) and (
            (isinstance(operand, ast.BinOp) and isinstance(operand.op, _POWERS))
            or (operand is node.right and _size(operand) > MOST_EXPONENT)
        ):
            raise Refusal(tr("The power is too large to be computed unasked"))


def _size(node: ast.expr) -> float:
    """Return the size of a literal number, 0 of anything else."""
    value = node.value if isinstance(node, ast.Constant) else 0
    return abs(value) if isinstance(value, int | float) else 0


def _check_name(name: str, names: Container[str] | None) -> None:
    if name.startswith("_"):
        raise Refusal(why_not(name))
    if name in ROOTS and (names is None or name not in names):
        raise Refusal(tr("{name} is a module, which has no values to show", name=name))
    if names is not None and name not in names:
        raise Refusal(tr("{name} is not in the workspace", name=name))


def _check_attribute(node: ast.Attribute, names: Container[str] | None) -> None:
    name = node.attr
    full = dotted(node)
    if full and not _is_own(node, names):
        if full in FUNCTIONS:
            raise Refusal(tr("{name} is a function: call it", name=full))
        if full not in CONSTANTS:
            raise Refusal(why_not(full))
        return
    if name.startswith("_"):
        raise Refusal(why_not(name))
    if name not in ATTRIBUTES:
        if name in METHODS:
            raise Refusal(tr("{name} is a function: call it, as in x.{name}()", name=name))
        reason = why_not(name, default="")
        # What else goes on from a name may be a member of a module; it is looked up, not run.
        if reason or not is_path(node.value):
            raise Refusal(reason or why_not(name))
    _check(node.value, names)


def _check_call(node: ast.Call, names: Container[str] | None) -> None:
    function = node.func
    if isinstance(function, ast.Name):
        full = function.id
        if full not in BUILTINS or (names is not None and full in names):
            raise Refusal(why_not(full))
    elif not isinstance(function, ast.Attribute):
        raise Refusal(tr("Only functions of torch and methods of tensors can be called here"))
    elif (full := dotted(function)) and not _is_own(function, names):
        if full not in FUNCTIONS:
            raise Refusal(why_not(full))
    else:
        full = function.attr
        if full not in METHODS:
            raise Refusal(why_not(full))
        _check(function.value, names)
    if len(node.args) > POSITIONAL.get(full, len(node.args)):
        raise Refusal(tr("{name} has too many arguments: the last one would be written", name=full))
    for keyword in node.keywords:
        if keyword.arg is None:
            raise Refusal(tr("** hides what is called: write the arguments out"))
        if keyword.arg in KEYWORDS:
            raise Refusal(tr("{name}= is not for an expression that only looks", name=keyword.arg))
    for argument in (*node.args, *(keyword.value for keyword in node.keywords)):
        _check(argument, names)


def _is_own(node: ast.expr, names: Container[str] | None) -> bool:
    """Return whether the person has bound the name of torch to something else."""
    while isinstance(node, ast.Attribute):
        node = node.value
    return names is not None and isinstance(node, ast.Name) and node.id in names


def _is_key(node: ast.expr) -> bool:
    if isinstance(node, ast.Tuple):  # of numbers alone it is an index of a tensor
        keys = [part.value for part in node.elts if isinstance(part, ast.Constant)]
        return all(map(_is_key, node.elts)) and any(isinstance(key, str) for key in keys)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        node = node.operand
    return isinstance(node, ast.Constant) and type(node.value) in (int, str)


def _why_not_this(node: ast.AST) -> str:
    match node:
        case ast.BoolOp():
            return tr("`and` and `or` ask for one answer: & and | work element by element")
        case ast.NamedExpr():
            return tr("An expression that only looks can't bind a name")
        case ast.Starred():
            return tr("* hides what is called: write the arguments out")
        case ast.Lambda() | ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
            return tr("Loops and functions of your own can't be watched")
        case _:
            return tr("Only names, numbers, indexing, operators and calls can be watched")
