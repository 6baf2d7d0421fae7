"""Whether a script may run without asking: it only makes tensors and computes with them.

It promises: no code of anybody's, no files, no network. It does not promise that torch accepts the
lines, nor that they end soon or fit the memory: the engine is a process of its own for that.
`explorer.catalog.grade` is stricter: what it lets pass changes nothing either.
"""

import ast

from explorer.catalog import allowance, literal
from explorer.catalog.array import ARRAY_CALLS
from explorer.catalog.number import Refusal
from explorer.catalog.parser import parse_statement
from explorer.catalog.printer import to_source
from explorer.catalog.scope import ALIASES, TENSORS, Scope, imported
from explorer.catalog.value import (
    INDEX,
    SET_ATTRIBUTE,
    SET_INDEX,
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

MOST_CHARACTERS = 200_000

_FUNCTIONS = """from_numpy manual_seed device Size Tensor LongTensor FloatTensor set_default_dtype
set_default_device"""
_WRITING = """uniform_ normal_ random_ bernoulli_ exponential_ geometric_ cauchy_ log_normal_ zero_ fill_
copy_ fill_diagonal_ requires_grad_ retain_grad detach_ backward"""
_ATTRIBUTES = "grad_fn output_nr"
_ARRAY_ATTRIBUTES = "T shape dtype ndim size real imag itemsize nbytes"

FUNCTIONS = frozenset(
    [
        *allowance.FUNCTIONS,
        *ARRAY_CALLS,
        *(f"torch.{name}" for name in (*allowance.ONCE, *_FUNCTIONS.split())),
        *(f"torch.nn.functional.{name}" for name in allowance.ONCE),
        *(f"torch.{name}" for name in ("cuda.is_available", "cuda.device_count")),
    ]
)
METHODS = frozenset(
    [
        *(f"Tensor.{name}" for name in allowance.METHODS | allowance.ONCE),
        *(f"Tensor.{name}" for name in _WRITING.split()),
        *(f"Tensor.{name}_" for name in allowance.METHODS),
        *(path for path in ARRAY_CALLS if path.startswith("ndarray.")),
    ]
)
PROPERTIES = frozenset(
    [
        *(f"Tensor.{name}" for name in allowance.ATTRIBUTES | allowance.ONCE),
        *(f"Tensor.{name}" for name in _ATTRIBUTES.split()),
        *(f"ndarray.{name}" for name in _ARRAY_ATTRIBUTES.split()),
    ]
)
BUILTINS = frozenset(
    f"builtins.{name}" for name in ("abs", "bool", "float", "int", "len", "print", "slice")
)
KEYWORDS = frozenset(
    ("pin_memory", "names", "key", "file", "unsafe", "check_invariants", "is_coalesced")
)
"""Keywords that nobody may give: torch trusts some of them to be true."""
SET_ATTRIBUTES = ("grad", "data", "requires_grad")
MODULES = frozenset((*ALIASES.values(), "torch.linalg", "torch.fft", "torch.special"))
_QUICK = ("+", "-", "*", "/")


class UnsafeError(Refusal):
    """Says in which line of the text, 0 for all of it, something else than computing stands."""

    def __init__(self, reason: str, line: int = 0) -> None:
        super().__init__(tr("Line {n}: {reason}", n=line, reason=reason) if line else reason)
        self.reason = reason
        self.line = line


def why_ask(script: str) -> str:
    """Return why `script` must not run unasked, in words for the person; "" if it may."""
    try:
        safe_lines(script)
    except UnsafeError as error:
        return error.message
    return ""


def safe_lines(script: str) -> list[str]:
    """Return the statements of a script that may run unasked, each as it is safe to run.

    They are written anew from what was read, and mean to Python exactly what `script` does: the
    person's own text may run in their place. Raises UnsafeError.
    """
    if len(script) > MOST_CHARACTERS:
        raise UnsafeError(tr("The script is longer than {n} characters", n=MOST_CHARACTERS))
    try:
        statements = ast.parse(script).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        reason = tr("This is not Python: a bracket or an operator may be missing")
        raise UnsafeError(reason) from None
    names: dict[str, str] = {}
    lines = []
    for statement in statements:
        try:
            lines.append(_line(statement, names))
            _check_same(statement, lines[-1])
        except NotCatalogueError as error:
            raise UnsafeError(error.reason, statement.lineno) from None
        except Refusal as refusal:
            raise UnsafeError(refusal.message, statement.lineno) from None
    return lines


def _check_same(statement: ast.stmt, source: str) -> None:
    """Refuse a statement in which Python could see more than was read."""
    if ast.dump(ast.parse(source)) != ast.dump(ast.Module([statement], [])):
        raise Refusal(tr("It is written in a way that is not read through: {line}", line=source))


def _line(statement: ast.stmt, names: dict[str, str]) -> str:
    """Return the safe source of one statement; `names` grow by what it binds."""
    if isinstance(statement, ast.Import | ast.ImportFrom):
        source = ast.unparse(statement)
        owner = f"{statement.module}." if isinstance(statement, ast.ImportFrom) else ""
        if not MODULES.issuperset(f"{owner}{alias.name}" for alias in statement.names):
            raise Refusal(tr("Only torch and NumPy are imported unasked"))
        names |= imported(source)
        return source
    if not isinstance(statement, ast.Expr | ast.Assign | ast.AugAssign | ast.With):
        raise Refusal(tr("Only calls, arithmetic and assignments run unasked"))
    call = parse_statement(statement, names)
    scope = Scope(names)
    if call.path in (SET_INDEX, SET_ATTRIBUTE, VALUE) or call.augmented:
        _check_statement(call, scope)
    else:
        _check(call, scope)
    for target in call.targets:
        literal.name(target)
        if Scope(names).bound(target) in MODULES:
            raise Refusal(tr("{name} is a module: give the result another name", name=target))
    family = _family(call.args[0] if call.path == VALUE else call, scope)
    names |= dict.fromkeys(call.targets, family)
    return to_source(call, names)


def _family(value: Value, scope: Scope) -> str:
    """Return what a name that is bound to `value` is; a number where it may be one."""
    family = scope.family(value)
    return family if family in (*TENSORS, "ndarray") else "int"


def _check_statement(call: Call, scope: Scope) -> None:
    match call:
        case Call(path=path, args=[_, Constant(value=name), _]) if path == SET_ATTRIBUTE:
            if name not in SET_ATTRIBUTES or scope.family(call.args[0]) != "Tensor":
                raise Refusal(tr("{name} is not set unasked", name=name))
        case Call(augmented=True):
            _check_arithmetic(call, scope)
    for value in call.args:
        _check(value, scope)


def _check(value: Value, scope: Scope) -> None:
    """Raise Refusal if `value` is or holds anything but tensors, arrays and numbers."""
    match value:
        case Call():
            _check_call(value, scope)
        case Name(expression=name) if not name.isidentifier():
            raise Refusal(tr("{name} is a member of something that is no tensor", name=name))
        case Tuple(items=items) | List(items=items):
            for item in items:
                _check(item, scope)
        case Slice():
            for end in (value.start, value.stop, value.step):
                if end is not None:
                    _check(end, scope)
        case Spread():
            raise Refusal(tr("* hides what is called: write the arguments out"))
        case Constant() | Name() | Symbol():
            pass


def _check_call(call: Call, scope: Scope) -> None:
    path = call.path
    if path in (SET_INDEX, SET_ATTRIBUTE, VALUE):
        raise Refusal(tr("{name} is no part of a line", name=path))
    if not path[0].isalpha():
        _check_arithmetic(call, scope)
    elif path != INDEX:
        allowed = PROPERTIES if call.is_property else FUNCTIONS | METHODS | BUILTINS
        if path not in allowed:
            raise Refusal(allowance.why_not(path.removeprefix("builtins.")))
    for keyword, value in call.kwargs:
        if keyword in KEYWORDS:
            raise Refusal(tr("{name}= is not given unasked", name=keyword))
        _check(value, scope)
    for value in call.args:
        _check(value, scope)


def _check_arithmetic(call: Call, scope: Scope) -> None:
    """Refuse what Python would calculate without torch: its numbers grow without bound."""
    families = {_family(value, scope) for value in call.args}
    if any(isinstance(v, Tuple | List) or _is_text(v) for v in call.args):
        raise Refusal(tr("Only tensors and numbers are calculated with unasked"))
    if not families.isdisjoint((*TENSORS, "ndarray")) or len(call.args) == 1:
        return
    if call.path not in _QUICK or not all(_is_small(value) for value in call.args):
        raise Refusal(tr("Python would calculate this without torch, without a bound"))


def _is_text(value: Value) -> bool:
    return isinstance(value, Constant) and isinstance(value.value, str)


def _is_small(value: Value) -> bool:
    """Return whether `value` is a written number, or quick arithmetic of such."""
    match value:
        case Constant():
            return isinstance(value.value, int | float | complex)
        case Call(path=path, args=args):
            return path in (*_QUICK, "-x", "+x") and all(map(_is_small, args))
        case _:
            return False
