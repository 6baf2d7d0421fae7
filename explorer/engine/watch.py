"""Values of expressions, computed from the person's tensors and kept until one of them changes."""

import ast
import itertools
import threading
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from types import ModuleType

import torch

from explorer.catalog import grade
from explorer.catalog.allowance import ROOTS
from explorer.catalog.number import Refusal
from explorer.engine import torch_private
from explorer.engine.description import attempt, content
from explorer.engine.evaluation import Evaluation, not_a_tensor, plain
from explorer.engine.lookup import follow
from explorer.engine.measure import Budget
from explorer.engine.past import Past
from explorer.text import tr

KEPT_NBYTES = 256 << 20
Stamp = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Watched:
    """What an expression is now; `number` is another one each time that it may be another value."""

    tensor: torch.Tensor
    number: int


@dataclass(slots=True)
class _Entry:
    """`tensor` is None for a view of what it was computed from, which is made anew each time."""

    stamp: Stamp
    number: int
    tensor: torch.Tensor | None
    sources: list[torch_private.WeakStorage]
    """While they live, no other storage gets the addresses that are in the stamp."""

    @property
    def nbytes(self) -> int:
        return 0 if self.tensor is None else self.tensor.untyped_storage().nbytes()

    def is_alive(self) -> bool:
        return all(source.is_alive() for source in self.sources)


class Watches:
    """The values computed last, of at most `budget_bytes` together, or one that is larger.

    They may be asked for from several threads. It holds no tensor of the person's, nor its memory.
    """

    def __init__(self, budget_bytes: int = KEPT_NBYTES) -> None:
        self.budget_bytes = budget_bytes
        self.evaluations = 0
        """How often something was computed."""
        self._entries: OrderedDict[tuple[str, int], _Entry] = OrderedDict()
        self._numbers = itertools.count(1)
        self._lock = threading.Lock()

    @property
    def nbytes(self) -> int:
        """The memory of what is kept."""
        return sum(entry.nbytes for entry in self._entries.values())

    def find(self, expression: str, as_of: int, past: Past, revision: int) -> Watched:
        """Return the value of `expression` among the names of `past`.

        `revision` is another one when values may have changed and versions do not tell. Raises
        ValueError, in words for the person, if it is not safe, too large or can't be computed.
        """
        tree = _parsed(expression)
        leaves = dict(_leaves(tree, past))
        stamp = _stamp(leaves, revision)
        key = expression, as_of
        with self._lock:
            self._forget_dead()
            entry = self._entries.pop(key, None)
            if entry and entry.stamp == stamp and entry.tensor is not None:
                self._entries[key] = entry
                return Watched(entry.tensor, entry.number)
            tensor = self._computed(expression, tree, leaves, past)
            same = entry is not None and stamp is not None and entry.stamp == stamp
            number = entry.number if entry and same else next(self._numbers)
            if stamp is not None:
                self._entries[key] = _entry(stamp, number, tensor, leaves)
                self._trim()
            return Watched(tensor, number)

    def _computed(
        self, expression: str, tree: ast.expr, leaves: dict[ast.expr, object], past: Past
    ) -> torch.Tensor:
        self.evaluations += 1
        with torch.no_grad():
            value = Evaluation(leaves, past.names, Budget()).value(tree)
        if isinstance(value, torch.Tensor):
            return value
        if isinstance(value, tuple | list) and any(isinstance(v, torch.Tensor) for v in value):
            raise ValueError(
                tr(
                    "{x} is {n} tensors together: choose one, as with {x}[0]",
                    x=expression,
                    n=len(value),
                )
            )
        if isinstance(value, bool | int | float | complex):
            return torch.tensor(value)
        raise not_a_tensor(expression)

    def _forget_dead(self) -> None:
        for key, entry in list(self._entries.items()):
            if not entry.is_alive():
                del self._entries[key]

    def _trim(self) -> None:
        while len(self._entries) > 1 and self.nbytes > self.budget_bytes:
            self._entries.popitem(last=False)


@lru_cache(maxsize=256)
def _parsed(expression: str) -> ast.expr:
    return grade.parse(expression)


def roots(expression: str) -> tuple[str, ...]:
    """Return the names that `expression` reads, none if it is not safe."""
    try:
        return grade.names_in(expression)
    except Refusal:
        return ()


def _leaves(node: ast.AST, past: Past) -> Iterator[tuple[ast.expr, object]]:
    """Yield the longest paths of an expression that lead to something, and what it is."""
    if isinstance(node, ast.expr) and _is_torch(node, past):
        return
    children = list(ast.iter_child_nodes(node))
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        children.remove(node.func)
    if isinstance(node, ast.Name):
        yield node, _led_to(node, past)
        return
    if isinstance(node, ast.expr) and grade.is_path(node):
        try:
            yield node, _led_to(node, past)
        except (LookupError, TypeError, AttributeError):
            pass  # it may be an attribute of what the rest of it leads to
        else:
            return
        _check_owner(node, past)
    for child in children:
        yield from _leaves(child, past)


def _led_to(node: ast.expr, past: Past) -> object:
    text = ast.unparse(node)
    try:
        with torch_private.plain_access():
            found = follow(node, past)
    except KeyError:
        if isinstance(node, ast.Name):
            raise _gone(text) from None
        raise
    value = plain(found, text)
    if isinstance(found, torch.Tensor):
        return past.tensor(found)
    return value


def _gone(expression: str) -> ValueError:
    return ValueError(tr("{expression} is gone", expression=expression))


def _check_owner(node: ast.expr, past: Past) -> None:
    """Raise ValueError if `node` is no member of the container or module that it goes on from."""
    owner = node.value if isinstance(node, ast.Attribute | ast.Subscript) else node
    try:
        found = follow(owner, past)
    except (LookupError, TypeError, AttributeError):
        return
    if isinstance(found, torch.nn.Module | dict | list):
        raise _gone(ast.unparse(node))


def _is_torch(node: ast.expr, past: Past) -> bool:
    """Return whether `node` is a function or a constant of torch's."""
    while isinstance(node, ast.Attribute):
        node = node.value
        if isinstance(node, ast.Name):
            own = past.names.get(node.id)
            return node.id in ROOTS and (own is None or isinstance(own, ModuleType))
    return False


def _stamp(leaves: dict[ast.expr, object], revision: int) -> Stamp | None:
    """Return what differs if the value may differ; None if torch does not tell."""
    found: list[object] = [revision, torch.get_default_dtype()]
    for value in leaves.values():
        if not isinstance(value, torch.Tensor):
            found.append((type(value), value))
            continue
        storage = attempt(value.untyped_storage, None)
        if storage is None or value.is_inference() or value.layout != torch.strided:
            return None
        found.append(
            (
                0 if _is_borrowed(storage) else torch_private.storage_address(storage),
                content(value),
                torch_private.version(value),
                value.data_ptr(),
                tuple(value.shape),
                value.stride(),
                value.dtype,
                value.is_conj(),
                value.is_neg(),
            )
        )
    return tuple(found)


def _entry(
    stamp: Stamp, number: int, tensor: torch.Tensor, leaves: dict[ast.expr, object]
) -> _Entry:
    storages = [v.untyped_storage() for v in leaves.values() if isinstance(v, torch.Tensor)]
    own = attempt(tensor.untyped_storage, None)
    known = {torch_private.storage_address(storage) for storage in storages}
    is_view = own is None or torch_private.storage_address(own) in known
    sources = [torch_private.WeakStorage(s) for s in storages if not _is_borrowed(s)]
    return _Entry(stamp, number, None if is_view else tensor, sources)


def _is_borrowed(storage: torch.UntypedStorage) -> bool:
    """Return whether the memory is NumPy's: each tensor on it has a storage of its own."""
    return not attempt(storage.resizable, default=True)
