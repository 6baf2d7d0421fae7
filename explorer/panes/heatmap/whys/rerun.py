"""The line that made a tensor, to be run again on stand-ins of its tensors: nothing else is touched."""

import ast
import builtins
from dataclasses import dataclass
from types import ModuleType
from typing import Any, cast

import numpy as np
import torch

from explorer.catalog import grade
from explorer.engine import covered
from explorer.engine.effect import examine
from explorer.engine.evaluation import PLAIN_TENSORS
from explorer.engine.lookup import follow
from explorer.engine.past import NotKeptError, Past
from explorer.engine.reader import Reader
from explorer.panes.heatmap.equations.term import Term
from explorer.panes.heatmap.tiles.plane import UnshowableError
from explorer.panes.heatmap.whys.slots import slotted
from explorer.text import tr
from explorer.workspace import root_name

MOST_INPUTS = 256
_BUILTINS = {name: getattr(builtins, name) for name in covered.BUILTINS - {"print"}}


class WhyNotError(UnshowableError):
    """It can't be told where a cell came from; `problem` says why and what to do."""


@dataclass(frozen=True, slots=True)
class Input:
    """A tensor that the line reads, as it found it; `is_written` if the line may write into it."""

    term: Term
    tensor: torch.Tensor
    is_written: bool = False


class Rerun:
    """Takes the line apart that made `result`. Raises WhyNotError if it must not run again.

    `terms` say as of when it found each name. `inputs` are in the order in which it names them.
    """

    def __init__(self, code: str, result: str, terms: tuple[Term, ...], reader: Reader) -> None:
        self._result = result
        names = _Names(terms, reader)
        self._tree = slotted(code, names)
        self._names = names
        self.inputs = self._checked(names)

    def run(self, tensors: list[torch.Tensor]) -> torch.Tensor:
        """Return what the line makes of `tensors` in the place of its inputs.

        It writes into those of inputs that `is_written`. Whatever torch raises comes through.
        """
        scope = self._names.bound(tensors) | {"__builtins__": _BUILTINS}
        exec(compile(self._tree, "<line>", "exec"), scope)  # noqa: S102 - it was checked to compute only
        found = self._made(scope)
        if isinstance(found, torch.Tensor):
            return found
        raise WhyNotError(tr("It is not known which line made {x}", x=self._result))

    def _checked(self, names: "_Names") -> list[Input]:
        """Return the inputs of a line that does no more than compute."""
        used = {node.attr for node in ast.walk(self._tree) if isinstance(node, ast.Attribute)}
        scope = names.bound([given.tensor for given in names.inputs])
        effect = examine(ast.unparse(self._tree), scope)
        if not effect.covered or used & covered.SETTERS:
            raise WhyNotError(
                tr("The line runs code that is not torch's alone: that is not run again unasked")
            )
        written = set(map(id, effect.written))
        return [
            Input(given.term, given.tensor, id(given.tensor) in written) for given in names.inputs
        ]

    def _made(self, scope: dict[str, Any]) -> object:
        """Return what stands for the result: the line bound it, wrote into it, or into its owner."""
        slots = self._names.slots
        for expression in (self._result, *grade.owners(self._result)):
            if expression in slots:
                rest = self._result.removeprefix(expression)
                path = ast.parse(slots[expression] + rest, mode="eval").body
                try:
                    return follow(path, Past(scope, {}, ()))
                except (LookupError, AttributeError, TypeError):
                    return None
        return None


class _Names:
    """What the expressions of a line lead to, and the names that stand for them: a `Finder`."""

    def __init__(self, terms: tuple[Term, ...], reader: Reader) -> None:
        self._moments = {term.expression: term.as_of for term in terms}
        self._reader = reader
        self._values: dict[str, object] = {}
        """By slot, with an `Input` for each tensor."""
        self._read: dict[str, str] = {}
        self._bound: dict[str, str] = {}
        self.inputs: list[Input] = []

    @property
    def slots(self) -> dict[str, str]:
        """The slots by expression; what the line binds, where it also reads that."""
        return self._read | self._bound

    def bound(self, tensors: list[torch.Tensor]) -> dict[str, Any]:
        """Return the names that the line finds, with `tensors` for the inputs."""
        given = {id(i): tensor for i, tensor in zip(self.inputs, tensors, strict=True)}
        return {slot: _filled(value, given) for slot, value in self._values.items()}

    def kind(self, expression: str) -> type | None:
        """See `Finder`."""
        try:
            return type(self._found(expression))
        except LookupError:
            return None

    def read(self, expression: str) -> str:
        """See `Finder`."""
        if expression not in self._read:
            value = self._noted(expression, self._found(expression))
            slot = self._read[expression] = self._free()
            self._values[slot] = value
        return self._read[expression]

    def bind(self, expression: str) -> str:
        """See `Finder`."""
        if expression not in self._bound:
            self._bound[expression] = self._free()
        return self._bound[expression]

    def rebind(self, expression: str) -> str:
        """See `Finder`."""
        return self._bound.setdefault(expression, self.read(expression))

    def keep_module(self, name: str) -> None:
        """See `Finder`."""
        self._values[name] = self._found(name)

    def _free(self) -> str:
        return f"_{len(self._read) + len(self._bound)}"

    def _moment(self, expression: str) -> int:
        return self._moments.get(root_name(expression), 0)

    def _found(self, expression: str) -> object:
        try:
            return self._reader.look_up(expression, self._moment(expression))
        except NotKeptError as error:
            now = self._reader.namespace.get(expression)
            if isinstance(now, ModuleType):
                return now
            raise _not_kept(expression, error) from None
        except ValueError:
            raise LookupError(expression) from None

    def _noted(self, expression: str, found: object) -> object:
        """Return `found` with inputs in the place of its tensors."""
        match found:
            case torch.Tensor():
                return self._input(expression, found)
            case np.ndarray():
                raise WhyNotError(
                    tr("{x} is an array of NumPy's: only tensors are followed", x=expression)
                )
            case torch.nn.Module():
                raise WhyNotError(
                    tr("{x} is a module, whose code is not run again unasked", x=expression)
                )
            case _ if type(found) in (list, tuple):
                items = enumerate(cast("list[object]", found))
                noted = [self._noted(f"{expression}[{i}]", item) for i, item in items]
                return noted if type(found) is list else tuple(noted)
            case _ if type(found) is dict:
                return {k: self._noted(f"{expression}[{k!r}]", v) for k, v in found.items()}
        return found

    def _input(self, expression: str, tensor: torch.Tensor) -> Input:
        check_plain(expression, tensor)
        if len(self.inputs) >= MOST_INPUTS:
            raise WhyNotError(tr("The line reads more than {n} tensors", n=MOST_INPUTS))
        as_of = self._moment(expression)
        try:
            was = self._reader.tensor(expression, as_of)
        except NotKeptError as error:
            raise _not_kept(expression, error) from None
        found = Input(Term(expression, as_of), was.detach())
        self.inputs.append(found)
        return found


def check_plain(expression: str, tensor: torch.Tensor) -> None:
    """Raise WhyNotError for a tensor whose elements do not lie in memory of their own."""
    if type(tensor) not in PLAIN_TENSORS:
        kind = type(tensor).__name__
    elif tensor.is_nested:
        kind = "nested"
    elif tensor.layout != torch.strided:
        kind = str(tensor.layout).removeprefix("torch.")
    elif tensor.is_quantized:
        kind = "quantized"
    elif tensor.device.type == "meta":
        kind = "meta"
    else:
        return
    raise WhyNotError(
        tr("{x} is of kind {kind}: only ordinary tensors are followed", x=expression, kind=kind)
    )


def _filled(value: object, given: dict[int, torch.Tensor]) -> object:
    if isinstance(value, Input):
        return given[id(value)]
    if type(value) is dict:
        return {key: _filled(item, given) for key, item in value.items()}
    if type(value) in (list, tuple):
        items = [_filled(item, given) for item in cast("list[object]", value)]
        return items if type(value) is list else tuple(items)
    return value


def _not_kept(expression: str, error: NotKeptError) -> WhyNotError:
    return WhyNotError(
        tr("{x} was written since, and what it was before is not known", x=expression), str(error)
    )
