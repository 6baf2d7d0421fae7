"""An operator, its parameters, and the line of PyTorch that a filled-in form means.

`emit` turns what stands in the fields into source, `bind` reads such a line back into fields.
Required arguments go by place, optional ones by keyword and only where they differ from torch's
default. An optional parameter without a default belongs to a longer overload (`eye(n)`,
`eye(n, m)`): filled in, it goes by place.
"""

import ast
import re
from collections.abc import Mapping
from dataclasses import dataclass

from explorer.catalog import literal
from explorer.catalog.literal import Kind
from explorer.catalog.number import Refusal
from explorer.text import Text, tr

TARGET = "target"
SEED = "seed"

Fields = Mapping[str, str]
"""What a person typed, by the name of the parameter; a missing or empty text is "not given"."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """One field of an operator's form. `default` is torch's own, as source, "" if it has none."""

    name: str
    kind: Kind
    required: bool = True
    default: str = ""
    keyword_only: bool = False
    help: Text = ""

    @property
    def is_overload(self) -> bool:
        """True if only a longer overload of the operator takes this parameter."""
        return not (self.required or self.default or self.keyword_only)


@dataclass(frozen=True, slots=True)
class Operator:
    """A call of PyTorch that a form can build.

    `path` is "torch.rand", or "Tensor.new_zeros" for a method, whose first parameter is then the
    tensor it is called on. `receiver` is an operator that makes that tensor on the same line
    (`torch.empty(5, 3).uniform_(0, 1)`), in place of such a parameter. `random` says that it draws
    from torch's generator, so that its form has a seed. `example` is a line that runs where `x` is
    a matrix of floats; its arguments are what the form starts with. `badge` warns in a word or two.
    """

    path: str
    label: Text
    group: Text
    parameters: tuple[Parameter, ...]
    help: Text
    example: str
    badge: Text = ""
    random: bool = False
    receiver: "Operator | None" = None

    @property
    def name(self) -> str:
        """What the operator is called without its module."""
        return self.path.rpartition(".")[2]

    @property
    def is_method(self) -> bool:
        """True if it is called on a tensor."""
        return self.path.startswith("Tensor.")

    @property
    def fields(self) -> tuple[Parameter, ...]:
        """Every parameter that a form asks for: the receiver's, its own, the seed."""
        receiver = self.receiver.parameters if self.receiver else ()
        return (*receiver, *self.parameters, *((_SEED,) if self.random else ()))


_SEED = Parameter(
    SEED,
    "integer",
    required=False,
    keyword_only=True,
    help="Start the random numbers here: the same seed gives the same values again.",
)


def emit(operator: Operator, fields: Fields, target: str) -> str:
    """Return the line, or with a seed the two lines, that `fields` mean.

    Raises Refusal with the parameter's name as its `field`, TARGET for the result's name.
    """
    texts = {
        parameter.name: source
        for parameter in operator.fields
        if (source := _read(parameter, fields.get(parameter.name, "")))
    }
    try:
        result = literal.name(target)
    except Refusal as refusal:
        raise Refusal(refusal.message, TARGET) from None
    line = f"{result} = {_call(operator, texts)}"
    return f"torch.manual_seed({texts[SEED]})\n{line}" if SEED in texts else line


def bind(operator: Operator, source: str) -> tuple[dict[str, str], str]:
    """Return the fields and the target that `emit` makes `source` from. Raises ValueError."""
    *before, statement = ast.parse(source).body
    match statement:
        case ast.Assign(targets=[ast.Name(id=target)], value=ast.Call() as call):
            fields = _unbind(operator, call)
        case _:
            raise ValueError(f"{source!r} is not a call with one result")
    match before:
        case []:
            pass
        case [ast.Expr(value=ast.Call(func=func, args=[seed]))] if (
            ast.unparse(func) == "torch.manual_seed"
        ):
            fields[SEED] = ast.unparse(seed)
        case _:
            raise ValueError(f"{source!r} does more than a form does")
    return fields, target


def _read(parameter: Parameter, text: str) -> str:
    """Return source of what was typed, "" for what is not given or torch's default anyway."""
    if not text.strip() and not parameter.required:
        return ""
    try:
        source = literal.READERS[parameter.kind](text)
        default = parameter.default and literal.READERS[parameter.kind](parameter.default)
    except Refusal as refusal:
        raise Refusal(refusal.message, parameter.name) from None
    return "" if source == default and not parameter.required else source


def _call(operator: Operator, texts: Fields) -> str:
    parameters = list(operator.parameters)
    if operator.receiver:
        owner = _call(operator.receiver, texts)
    elif operator.is_method:
        owner = texts[parameters.pop(0).name]
    else:
        owner = operator.path.rpartition(".")[0]
    by_place = [p for p in parameters if p.required or p.is_overload]
    _check_overload(by_place, texts)
    values = [texts[p.name] for p in by_place if p.name in texts]
    if len(values) == 1 and by_place[0].kind == "size" and values[0] != "()":
        values = [values[0][1:-1].rstrip(",")]  # rand(5, 3), not rand((5, 3))
    values += [
        f"{p.name}={texts[p.name]}" for p in parameters if p not in by_place and p.name in texts
    ]
    return f"{owner}.{operator.name}({', '.join(values)})"


def _check_overload(by_place: list[Parameter], texts: Fields) -> None:
    empty = ""
    for parameter in by_place:
        if parameter.name not in texts:
            empty = empty or parameter.name
        elif empty and parameter.is_overload:
            raise Refusal(
                tr(
                    "{name} is needed here because {later} is given",
                    name=empty,
                    later=parameter.name,
                ),
                empty,
            )


def _unbind(operator: Operator, call: ast.Call) -> dict[str, str]:
    if not isinstance(call.func, ast.Attribute) or call.func.attr != operator.name:
        raise ValueError(f"{ast.unparse(call)!r} does not call {operator.path}")
    owner = call.func.value
    parameters = list(operator.parameters)
    fields: dict[str, str] = {}
    if operator.receiver and isinstance(owner, ast.Call):
        fields = _unbind(operator.receiver, owner)
    elif operator.is_method:
        fields[parameters.pop(0).name] = ast.unparse(owner)
    elif ast.unparse(owner) != operator.path.rpartition(".")[0]:
        raise ValueError(f"{ast.unparse(call)!r} does not call {operator.path}")
    fields |= _places([p for p in parameters if p.required or p.is_overload], call)
    names = {parameter.name for parameter in parameters}
    for argument in call.keywords:
        if argument.arg not in names:
            raise ValueError(f"{operator.path} has no {argument.arg}")
        fields[argument.arg] = ast.unparse(argument.value)
    return fields


def _places(by_place: list[Parameter], call: ast.Call) -> dict[str, str]:
    """Return the arguments that stand by place; overload parameters fill up from the left."""
    arguments = [ast.unparse(argument) for argument in call.args]
    if len(by_place) == 1 and by_place[0].kind == "size":
        arguments = [", ".join(arguments)]
    extra = len(arguments) - sum(p.required for p in by_place)
    taken = []
    for parameter in by_place:
        if parameter.required or extra > 0:
            taken.append(parameter)
            extra -= not parameter.required
    if len(taken) != len(arguments):
        raise ValueError(f"{ast.unparse(call)!r} has more or fewer arguments than it takes")
    return {
        # A size stands in its field as people type it.
        p.name: re.sub(r"^\((.+)\)$", r"\1", text) if p.kind == "size" else text
        for p, text in zip(taken, arguments, strict=True)
    }
