"""What a probe may look at: the tensors of the workspace, by expression."""

import ast
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
import torch
from msgspec import structs

from explorer.catalog import grade
from explorer.engine import member, torch_private
from explorer.engine.array import array_info, as_tensor
from explorer.engine.description import tensor_info
from explorer.engine.identity import Identities
from explorer.engine.keeper import Keeper
from explorer.engine.lookup import follow
from explorer.engine.past import NotKeptError, Past
from explorer.engine.watch import Watched, Watches, roots
from explorer.engine.workspace import Workspace
from explorer.protocol import Entry, Modes, TensorInfo
from explorer.text import tr

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Change:
    """What `statement` did to a tensor in place; `other` is the tensor on its other side."""

    statement: int
    other: torch.Tensor


class Reader:
    """Reads tensors from any thread. It never runs code of the person's own.

    `as_of` is a moment as the keeper has them: 0 is now, a statement's id means after it, its
    negative before it. `keepers` are asked in turn what was then; what none of them can tell raises
    NotKeptError, in words for the person.
    """

    def __init__(
        self,
        workspace: Callable[[], Workspace],
        modes: Callable[[], Modes],
        identities: Identities,
        keepers: Callable[[], tuple[Keeper, ...]],
    ) -> None:
        self._workspace = workspace
        self._modes = modes
        self._identities = identities
        self.revision = 0
        """It grows when values may have changed and versions do not tell."""
        self._keepers = keepers
        self.watches = Watches()
        """What was computed of expressions."""

    @property
    def modes(self) -> Modes:
        """The main thread's modes as of its last statement: previews must enter them."""
        return self._modes()

    @property
    def namespace(self) -> dict[str, Any]:
        """The names of the session; it changes while a statement runs."""
        return self._workspace().namespace

    def tensor(self, expression: str, as_of: int = 0) -> torch.Tensor:
        """Return the tensor that `x`, `x.grad`, `w["0.bias"]` or `net.fc1.weight` names.

        An array of NumPy's comes as a tensor on its memory. A safe expression, such as `a - b`, is
        computed. Raises ValueError, in words for the person, if there is none.
        """
        if grade.is_computed(expression):
            return self._watched(expression, as_of).tensor
        return self._told(expression, as_of, lambda past: past.tensor(self._find(expression, past)))

    def look_up(self, expression: str, as_of: int = 0) -> object:
        """Return whatever `expression` named, tensors as they are now. Raises as `tensor` does."""
        return self._told(expression, as_of, lambda past: self._found(expression, past))

    def describe(self, expression: str, value: object) -> Entry:
        """Return a line about `value`, which `expression` names."""
        return member.describe(expression, value, self._identities)

    def change(self, expression: str, as_of: int = 0) -> Change | None:
        """Return the last write into a tensor up to `as_of`, None if none is known.

        Before a statement that wrote it, it is that one's write: `other` is what comes of it.
        """
        if grade.is_computed(expression):
            return None
        for keeper in self._keepers():
            try:
                return self._change(keeper, expression, as_of)
            except NotKeptError:
                continue
            except ValueError:  # not there
                return None
        return None

    def serial(self, tensor: torch.Tensor) -> int:
        """Return the number of a tensor object, as in `TensorInfo`."""
        return self._identities.tensor(tensor)

    def info(self, expression: str, as_of: int = 0) -> TensorInfo:
        """Describe the tensor that `expression` names. Raises ValueError as `tensor` does."""
        if grade.is_computed(expression):
            watched = self._watched(expression, as_of)
            described = tensor_info(watched.tensor, expression, self._identities)
            # Another number than any object's: a view is another object each time.
            return structs.replace(described, serial=-watched.number)
        if as_of:
            return self._told(expression, as_of, lambda past: self._info(expression, past))
        found = self._found(expression, self._now())
        if isinstance(found, np.ndarray):
            return array_info(found, expression, self._identities)
        tensor = _as_tensor(found, expression)
        entry = self._workspace().entry(_root(expression))
        known = [t for t in (entry.tensors if entry else ()) if t.expression == expression]
        view_of = known[0].view_of if known else ""
        return tensor_info(tensor, expression, self._identities, view_of)

    def _watched(self, expression: str, as_of: int) -> Watched:
        return self._told(
            expression,
            as_of,
            lambda past: self.watches.find(expression, as_of, past, self.revision),
        )

    def _now(self) -> Past:
        return Past(self.namespace, {}, ())

    def _told(self, expression: str, moment: int, tell: Callable[[Past], T]) -> T:
        """Return what the first keeper tells of `moment` that can; the first one says why not.

        Nobody tells what is doubtful.
        """
        if not moment:
            return tell(self._now())
        refusal: NotKeptError | None = None
        for keeper in self._keepers():
            try:
                told = tell(keeper.past(moment))
            except NotKeptError as error:
                refusal = refusal or error
                continue
            doubts = keeper.doubts.get(moment, {})
            if line := next((doubts[n] for n in _roots(expression) if doubts.get(n)), 0):
                raise NotKeptError(
                    tr(
                        "{x} of that time is not known: line {n} makes something else each time",
                        x=expression,
                        n=line,
                    )
                )
            return told
        raise refusal or NotKeptError(tr("The values of that time were not kept."))

    def _change(self, keeper: Keeper, expression: str, as_of: int) -> Change | None:
        here = keeper.past(as_of) if as_of else self._now()
        tensor = self._find(expression, here)
        statement = keeper.writer(tensor, abs(as_of))
        if not statement or (as_of < 0 and statement != -as_of):
            return None
        there = keeper.past(statement if as_of < 0 else -statement)
        if self._find(expression, there) is not tensor:
            return None
        other = there.tensor(tensor)
        return Change(statement, other) if other.shape == here.tensor(tensor).shape else None

    def _info(self, expression: str, past: Past) -> TensorInfo:
        tensor = self._find(expression, past)
        base = torch_private.base(tensor)
        names = [n for n, value in past.names.items() if value is base and base is not None]
        found = self._found(expression, past)
        info = (
            array_info(found, expression, self._identities)
            if isinstance(found, np.ndarray)
            else tensor_info(tensor, expression, self._identities, names[0] if names else "")
        )
        was = tensor_info(past.tensor(tensor), expression, self._identities)
        requires_grad = past.requires_grad(tensor)
        return structs.replace(
            info,
            shape=was.shape,
            stride=was.stride,
            storage_offset=was.storage_offset,
            contiguous=was.contiguous,
            nbytes=was.nbytes,
            content=was.content,
            requires_grad=requires_grad,
            is_leaf=info.is_leaf or not requires_grad,
            grad_fn=info.grad_fn if requires_grad else "",
            version=past.version(tensor),
        )

    def _find(self, expression: str, past: Past) -> torch.Tensor:
        """Return the tensor as it is now that `expression` named then."""
        return _as_tensor(self._found(expression, past), expression)

    def _found(self, expression: str, past: Past) -> object:
        try:
            node = ast.parse(expression, mode="eval").body
        except (SyntaxError, ValueError):
            raise ValueError(
                tr("{expression} is not the name of a tensor", expression=expression)
            ) from None
        try:
            return follow(node, past)
        except (LookupError, TypeError, AttributeError):
            if past.names is not self.namespace:
                raise ValueError(
                    tr("There was no {expression} then", expression=expression)
                ) from None
            raise ValueError(tr("{expression} is gone", expression=expression)) from None


def _roots(expression: str) -> tuple[str, ...]:
    """Return the names that an expression reads."""
    return roots(expression) or (_root(expression),)


def _root(expression: str) -> str:
    """Return the name that an expression begins with."""
    return expression.partition(".")[0].partition("[")[0]


def _as_tensor(found: object, expression: str) -> torch.Tensor:
    if isinstance(found, torch.Tensor):
        return found
    if isinstance(found, np.ndarray):
        return as_tensor(found, expression)
    raise ValueError(tr("{expression} is not a tensor", expression=expression))
