"""Source of calls and values, as one would write it: `y = torch.full((2, 3), -torch.inf)`."""

from collections.abc import Mapping

from explorer.catalog.number import source_of
from explorer.catalog.value import (
    INDEX,
    SET_ATTRIBUTE,
    SET_INDEX,
    VALUE,
    Call,
    Constant,
    List,
    Name,
    Slice,
    Spread,
    Symbol,
    Tuple,
    Value,
)

PRECEDENCE = {
    **dict.fromkeys(("==", "!=", "<", "<=", ">", ">="), 5),
    "|": 6,
    "^": 7,
    "&": 8,
    **dict.fromkeys(("<<", ">>"), 9),
    **dict.fromkeys(("+", "-"), 10),
    **dict.fromkeys(("*", "/", "//", "%", "@"), 11),
    "**": 13,
}
"""How tightly Python binds the operators between two values; the higher, the tighter."""
UNARY = {"-x": "-", "+x": "+", "~x": "~"}
_COMPARE, _SIGN, _POWER, _ATOM = 5, 12, 13, 15

_USUAL = {"numpy": "np"}


def to_source(call: Call, names: Mapping[str, str] | None = None) -> str:
    """Return the line that `call` is. `parser.parse` with the same `names` reads it back.

    Raises ValueError for a slice that stands outside an index: it has no source.
    """
    printer = _Printer(names)
    line = printer.line(call)
    return f"with {printer.function(call.guard)}():\n    {line}" if call.guard else line


def source(value: Value, names: Mapping[str, str] | None = None) -> str:
    """Return the expression that `value` is; an index stands without its brackets. See `to_source`."""
    return _Printer(names).index(value) if isinstance(value, Slice) else _Printer(names).show(value)


def index_source(value: Value) -> str:
    """Return what stands between the brackets of `x[...]`."""
    return _Printer(None).index(value)


def quoted(text: str) -> str:
    """Return `text` as a Python string, in double quotes where it needs no escape."""
    return f'"{text}"' if text.isprintable() and not set(text) & {'"', "\\"} else repr(text)


class _Printer:
    def __init__(self, names: Mapping[str, str] | None) -> None:
        # Longer modules first: torch.nn.functional may have a name of its own besides torch's.
        modules = {m: name for name, m in (names or {}).items() if name != m} or _USUAL
        self.modules = sorted(modules.items(), key=lambda item: -len(item[0]))

    def line(self, call: Call) -> str:
        if call.augmented:
            target, value = call.args
            return f"{self.show(target)} {call.path}= {self.show(value)}"
        if call.path == SET_INDEX:
            owner, index, value = call.args
            return f"{self.show(owner, _ATOM)}[{self.index(index)}] = {self.show(value)}"
        if call.path == SET_ATTRIBUTE:
            owner, attribute, value = call.args
            return f"{self.show(owner, _ATOM)}.{_text(attribute)} = {self.show(value)}"
        text = self.show(call)
        return f"{', '.join(call.targets)} = {text}" if call.targets else text

    def show(self, value: Value, level: int = 0) -> str:  # noqa: PLR0911 - one row a kind of value
        """Return source that binds at least as tightly as `level`."""
        match value:
            case Call():
                return self.call(value, level)
            case Constant(value=str() as text):
                return quoted(text)
            case Constant(value=constant):
                text = "..." if constant is ... else source_of(constant)
                return f"({text})" if text.startswith("-") and level > _SIGN else text
            case Name():
                return value.expression
            case Symbol():
                return self.function(value.path)
            case List():
                return f"[{self.items(value)}]"
            case Tuple():
                return f"({self.items(value)}{',' if len(value.items) == 1 else ''})"
            case Spread():
                return f"*{self.show(value.value, PRECEDENCE['|'])}"
            case Slice():
                raise ValueError("a slice stands in an index only")

    def items(self, value: List | Tuple) -> str:
        return ", ".join(map(self.show, value.items))

    def call(self, call: Call, level: int) -> str:
        path = call.path
        if path in PRECEDENCE and len(call.args) == 2 and not call.kwargs:
            own = PRECEDENCE[path]
            left, right = own, own + 1
            if own == _POWER:
                left, right = own + 1, _SIGN
            elif own == _COMPARE:
                left = own + 1  # a < b < c is not (a < b) < c
            first, second = call.args
            text = f"{self.show(first, left)} {path} {self.show(second, right)}"
        elif path in UNARY:
            own, text = _SIGN, f"{UNARY[path]}{self.show(call.args[0], _SIGN)}"
        elif path == VALUE:
            return self.show(call.args[0], level)
        else:
            return self.postfix(call)
        return f"({text})" if own < level else text

    def postfix(self, call: Call) -> str:
        if call.path == INDEX:
            owner, index = call.args
            return f"{self.show(owner, _ATOM)}[{self.index(index)}]"
        args = call.args
        module, _, name = call.path.rpartition(".")
        if module in ("Tensor", "ndarray"):
            function = f"{self.show(args[0], _ATOM)}.{name}"
            if call.is_property:
                return function
            args = args[1:]
        else:
            function = self.function(call.path)
        given = [*map(self.show, args), *(f"{k}={self.show(v)}" for k, v in call.kwargs)]
        return f"{function}({', '.join(given)})"

    def function(self, path: str) -> str:
        for module, name in self.modules:
            if path.startswith(f"{module}."):
                return f"{name}{path[len(module) :]}"
        return path.removeprefix("builtins.")

    def index(self, value: Value) -> str:
        if isinstance(value, Tuple) and value.items:
            comma = "," if len(value.items) == 1 else ""
            return f"{', '.join(map(self.index_part, value.items))}{comma}"
        return self.index_part(value)

    def index_part(self, value: Value) -> str:
        if not isinstance(value, Slice):
            return self.show(value)
        ends = [self.show(end) if end else "" for end in (value.start, value.stop)]
        return ":".join([*ends, self.show(value.step)] if value.step else ends)


def _text(value: Value) -> str:
    if isinstance(value, Constant) and isinstance(value.value, str):
        return value.value
    raise ValueError("an attribute is a text")
