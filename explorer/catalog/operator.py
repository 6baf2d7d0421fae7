"""A creation operator as people meet it: its words, its form, and the line that a form means."""

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from explorer.catalog import binding, literal
from explorer.catalog.expression import is_path
from explorer.catalog.number import Refusal
from explorer.catalog.parser import parse, read
from explorer.catalog.printer import source, to_source
from explorer.catalog.signature import CatalogueEntry, Parameter, Signature
from explorer.catalog.value import Call, Constant, Name, NotCatalogueError, Tuple, Value
from explorer.text import Text, tr

TARGET = "target"
SEED = "seed"

Texts = Mapping[str, str]
"""What a person typed, by the name of the parameter; a missing or empty text is "not given"."""

_SEED = Parameter(
    name=SEED,
    kinds=("integer",),
    default="None",
    passing="keyword",
    help="Start the random numbers here: the same seed gives the same values again.",
)
_INPUT = Parameter(name="input", kinds=("tensor",))


@dataclass(frozen=True)
class Operator:
    """A call of PyTorch that a form can build.

    `path` as in `CatalogueEntry`: a method's first parameter is the tensor it is called on, unless
    `receiver` is an operator that makes that tensor on the same line
    (`torch.empty(5, 3).uniform_(0, 1)`). `longer` are the parameters that only longer overloads
    take, in the order in which those take them: `eye(n)`, `eye(n, m)`. `random` says that it draws
    from torch's generator, so that its form has a seed. `example` is a line that runs where `x` is
    a matrix of floats; its arguments are what the form starts with. `badge` warns in a word or two.
    `words` as in `explorer.catalog.curated`.
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
    longer: tuple[str, ...] = ()
    words: str = ""

    @property
    def name(self) -> str:
        """What the operator is called without its module."""
        return self.entry.name

    @property
    def is_method(self) -> bool:
        """True if it is called on a tensor."""
        return self.entry.is_member

    @cached_property
    def entry(self) -> CatalogueEntry:
        """What can be called, the shorter overloads first."""
        parameters = (_INPUT, *self.parameters) if self.receiver else self.parameters
        left_out = [self.longer[n:] for n in range(len(self.longer) + 1)]
        return CatalogueEntry(
            path=self.path,
            signatures=tuple(
                Signature(parameters=tuple(p for p in parameters if p.name not in names))
                for names in left_out
            ),
        )

    @cached_property
    def fields(self) -> tuple[Parameter, ...]:
        """Every parameter that a form asks for: the receiver's, its own, the seed."""
        receiver = self.receiver.parameters if self.receiver else ()
        return (*receiver, *self.parameters, *((_SEED,) if self.random else ()))

    def needs(self, parameter: Parameter) -> bool:
        """Return whether a form must give `parameter`."""
        return parameter.required and parameter.name not in self.longer


def emit(operator: Operator, texts: Texts, target: str) -> str:
    """Return the line, or with a seed the two lines, that `texts` mean.

    Raises Refusal with the parameter's name as its `field`, TARGET for the result's name.
    """
    values = {
        parameter.name: value
        for parameter in operator.fields
        if (value := _read(operator, parameter, texts.get(parameter.name, ""))) is not None
    }
    try:
        name = literal.name(target)
    except Refusal as refusal:
        raise Refusal(refusal.message, TARGET) from None
    line = to_source(_call(operator, values, (name,)))
    if SEED in values:
        return f"{to_source(Call('torch.manual_seed', (values[SEED],)))}\n{line}"
    return line


def bind(operator: Operator, line: str) -> tuple[dict[str, str], str]:
    """Return the texts and the target that `emit` makes `line` of. Raises ValueError."""
    *before, call = [
        parse(ast.get_source_segment(line, node) or "") for node in ast.parse(line).body
    ]
    match before, call:
        case [], Call(targets=(target,)):
            values: dict[str, Value] = {}
        case [Call("torch.manual_seed", (seed,), (), ())], Call(targets=(target,)):
            values = {SEED: seed}
        case _:
            raise ValueError(f"{line!r} does more than a call with one result")
    values |= _values(operator, call)
    return {name: _text(operator, name, value) for name, value in values.items()}, target


def _read(operator: Operator, parameter: Parameter, text: str) -> Value | None:
    """Return what was typed, None for what is not given."""
    blank = ("", "None") if parameter.default == "None" else ("",)
    if text.strip() in blank and not operator.needs(parameter):
        return None
    try:
        source = literal.READERS[parameter.kinds[0]](text)
        return Name(source) if "tensor" in parameter.kinds and is_path(source) else read(source)
    except (Refusal, NotCatalogueError) as refusal:
        message = refusal.message if isinstance(refusal, Refusal) else refusal.reason
        raise Refusal(message, parameter.name) from None


def _call(operator: Operator, values: binding.Fields, targets: tuple[str, ...] = ()) -> Call:
    count = len(operator.longer)
    while count and operator.longer[count - 1] not in values:
        count -= 1
    for name in operator.longer[:count]:
        if name not in values:
            later = operator.longer[count - 1]
            raise Refusal(
                tr("{name} is needed here because {later} is given", name=name, later=later), name
            )
    if operator.receiver:
        values = {**values, _INPUT.name: _call(operator.receiver, values)}
    return binding.emit(operator.entry, operator.entry.signatures[count], values, targets)


def _values(operator: Operator, call: Call) -> dict[str, Value]:
    if call.path != operator.path or call.guard or call.augmented:
        raise ValueError(f"{call.path!r} is not a plain call of {operator.path}")
    values = binding.bind_to(call, operator.entry)[1]
    if operator.receiver:
        match values.pop(_INPUT.name):
            case Call() as receiver:
                values |= _values(operator.receiver, receiver)
            case _:
                raise ValueError(f"{operator.path} is called on something else")
    return values


def _text(operator: Operator, name: str, value: Value) -> str:
    """Return `value` as people type it: a size without its brackets."""
    kinds = next(p.kinds for p in operator.fields if p.name == name)
    text = source(value)
    if value == Constant(None):
        return ""
    if "size" in kinds and isinstance(value, Tuple) and value.items:
        return text[1:-1].removesuffix(",")
    return text
