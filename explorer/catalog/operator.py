"""An operator as people meet it: its words, its form, and the line that a form means."""

import ast
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from explorer.catalog import binding, literal
from explorer.catalog.expression import Names
from explorer.catalog.field import text_of, value_of
from explorer.catalog.number import Refusal
from explorer.catalog.parser import parse
from explorer.catalog.printer import to_source
from explorer.catalog.signature import CatalogueEntry, Parameter, Signature, Tag
from explorer.catalog.value import Call, Value
from explorer.text import Text, tr

TARGET = "="
"""Stands for the field of the result's name: no parameter is called that."""
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
    a matrix of floats; its arguments are what the form starts with, unless `texts` are. `badge`
    warns in a word or two. `words` as in `explorer.catalog.curated`. `overloads` are all signatures
    that a form can be made for.
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
    texts: Texts = field(default_factory=dict, hash=False)
    overloads: tuple[Signature, ...] = ()
    returns: tuple[str, ...] = ("Tensor",)
    tags: tuple[Tag, ...] = ()
    is_property: bool = False

    def overloaded(self, signature: Signature) -> "Operator":
        """Return the operator with the form of another of its overloads."""
        return replace(
            self,
            parameters=signature.parameters,
            returns=signature.returns,
            tags=signature.tags,
            random="random" in signature.tags and not signature.find(SEED),
        )

    def starting(self, texts: Texts) -> "Operator":
        """Return the operator with a form that begins with `texts`."""
        return replace(self, texts=texts)

    @property
    def name(self) -> str:
        """What the operator is called without its module."""
        return self.entry.name

    @property
    def takes_arrays(self) -> bool:
        """True if it takes arrays of NumPy's where others take tensors."""
        return self.path.startswith(("numpy.", "ndarray.")) or self.path == "torch.from_numpy"

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
                Signature(
                    parameters=tuple(p for p in parameters if p.name not in names),
                    returns=self.returns,
                    tags=self.tags,
                )
                for names in left_out
            ),
            is_property=self.is_property,
        )

    @cached_property
    def fields(self) -> tuple[Parameter, ...]:
        """Every parameter that a form asks for: the receiver's, its own, the seed."""
        receiver = self.receiver.parameters if self.receiver else ()
        return (*receiver, *self.parameters, *((_SEED,) if self.random else ()))

    def needs(self, parameter: Parameter) -> bool:
        """Return whether a form must give `parameter`."""
        return parameter.required and parameter.name not in self.longer

    def text(self, name: str, value: Value) -> str:
        """Return what stands in the field `name` for `value`."""
        return text_of(next(p for p in self.fields if p.name == name), value)

    def start(self) -> Texts:
        """Return what its form begins with."""
        return self.texts if self.texts or not self.example else bind(self, self.example)[0]


def emit(operator: Operator, texts: Texts, target: str | None, names: Names = None) -> str:
    """Return the line, or with a seed the two lines, that `texts` mean.

    `target` names the result, or with commas each of several; None leaves it without a name.
    `names` as in `field.value_of`. Raises Refusal with the parameter's name as its `field`, TARGET
    for the result's name.
    """
    values = {
        parameter.name: value
        for parameter in operator.fields
        if (value := _read(operator, parameter, texts.get(parameter.name, ""), names)) is not None
    }
    targets = () if target is None else _targets(target, operator.returns)
    line = to_source(_call(operator, values, targets))
    if SEED in values and operator.random:
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
    return {name: operator.text(name, value) for name, value in values.items()}, target


def _read(operator: Operator, parameter: Parameter, text: str, names: Names) -> Value | None:
    """Return what was typed, None for what is not given."""
    blank = ("", "None") if parameter.default == "None" else ("",)
    if text.strip() in blank and not operator.needs(parameter):
        return None
    return value_of(parameter, text, operator.path, names)


def _targets(target: str, returns: tuple[str, ...]) -> tuple[str, ...]:
    """Return the names that the result gets: one, or one for each of `returns`."""
    names: Iterable[str] = target.split(",")
    try:
        found = tuple(map(literal.name, names))
    except Refusal as refusal:
        raise Refusal(refusal.message, TARGET) from None
    if len(found) not in (1, len(returns)):
        raise Refusal(
            tr("{n} names for {results} results", n=len(found), results=len(returns)), TARGET
        )
    return found


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
