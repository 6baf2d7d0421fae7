"""What a probe may look at: the tensors of the workspace, by expression."""

import ast
from collections.abc import Callable
from typing import Any

import torch
from torch import nn

from explorer.engine.description import gradient, tensor_info
from explorer.engine.identity import Identities
from explorer.engine.workspace import Workspace
from explorer.protocol import Modes, TensorInfo
from explorer.text import tr

_TENSOR_ATTRIBUTES = frozenset(("data", "real", "imag", "T", "mT", "H", "mH"))
_CONTAINERS = (
    dict,
    list,
    tuple,
    nn.Sequential,
    nn.ModuleList,
    nn.ModuleDict,
    nn.ParameterList,
    nn.ParameterDict,
)
_MODULE_TABLES = frozenset(("_parameters", "_buffers", "_modules"))


class Reader:
    """Reads tensors from any thread. It never runs code of the person's own."""

    def __init__(
        self, workspace: Callable[[], Workspace], modes: Callable[[], Modes], identities: Identities
    ) -> None:
        self._workspace = workspace
        self._modes = modes
        self._identities = identities

    @property
    def modes(self) -> Modes:
        """The main thread's modes as of its last statement: previews must enter them."""
        return self._modes()

    @property
    def namespace(self) -> dict[str, Any]:
        """The names of the session; it changes while a statement runs."""
        return self._workspace().namespace

    def tensor(self, expression: str) -> torch.Tensor:
        """Return the tensor that `x`, `x.grad`, `w["0.bias"]` or `net.fc1.weight` names.

        Raises ValueError, in words for the person, if there is none.
        """
        try:
            node = ast.parse(expression, mode="eval").body
        except (SyntaxError, ValueError):
            raise ValueError(
                tr("{expression} is not the name of a tensor", expression=expression)
            ) from None
        try:
            found = self._walk(node)
        except (LookupError, TypeError, AttributeError):
            raise ValueError(tr("{expression} is gone", expression=expression)) from None
        if not isinstance(found, torch.Tensor):
            raise ValueError(  # noqa: TRY004 - what the person reads is always a ValueError
                tr("{expression} is not a tensor", expression=expression)
            )
        return found

    def serial(self, tensor: torch.Tensor) -> int:
        """Return the number of a tensor object, as in `TensorInfo`."""
        return self._identities.tensor(tensor)

    def info(self, expression: str) -> TensorInfo:
        """Describe the tensor that `expression` names. Raises ValueError as `tensor` does."""
        tensor = self.tensor(expression)
        root = expression.partition(".")[0].partition("[")[0]
        entry = self._workspace().entry(root)
        known = [t for t in (entry.tensors if entry else ()) if t.expression == expression]
        view_of = known[0].view_of if known else ""
        return tensor_info(tensor, expression, self._identities, view_of)

    def _walk(self, node: ast.expr) -> object:
        if isinstance(node, ast.Name):
            return self.namespace[node.id]
        if isinstance(node, ast.Attribute):
            return _attribute(self._walk(node.value), node.attr)
        if isinstance(node, ast.Subscript):
            owner: Any = self._walk(node.value)
            index = _index(node.slice)
            if type(owner) in _CONTAINERS or (
                isinstance(owner, torch.Tensor) and isinstance(index, int)
            ):
                return owner[index]
        raise TypeError(ast.unparse(node))


def _index(node: ast.expr) -> object:
    try:
        return ast.literal_eval(node)
    except ValueError:
        raise TypeError(ast.unparse(node)) from None


def _attribute(owner: object, name: str) -> object:
    if isinstance(owner, torch.Tensor):
        if name == "grad":
            grad = gradient(owner)
            if grad is None:
                raise AttributeError(name)
            return grad
        if name in _TENSOR_ATTRIBUTES:
            return getattr(owner, name)
    if isinstance(owner, nn.Module):
        for table in _MODULE_TABLES:
            members = vars(owner)[table]
            if name == table:
                return members
            if members.get(name) is not None:
                return members[name]
    raise AttributeError(name)
