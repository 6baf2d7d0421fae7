"""The workspace as a tree of values: an entry, its tensor, and the tensors that it leads to."""

from dataclasses import dataclass

from explorer.panes.tensors.words import search_text
from explorer.protocol import Entry, TensorInfo


@dataclass(frozen=True, slots=True)
class Branch:
    """One row and those below it. `entry` is the workspace's own, `tensor` None for other objects.

    The filter looks at `words`, those of this row, and `search`, those of the rows below as well.
    """

    expression: str
    entry: Entry
    tensor: TensorInfo | None
    children: dict[str, "Branch"]
    words: str
    search: str

    @property
    def is_root(self) -> bool:
        """Whether this is a name of the workspace and not a part of something."""
        return self.expression == self.entry.name


def branch(entry: Entry) -> Branch:
    """Return `entry` as a tree: `x.grad` below `x`, `w["a"].grad` below `w["a"]` below `w`."""
    below: dict[str, list[TensorInfo]] = {}
    known = {entry.name, *(tensor.expression for tensor in entry.tensors)}
    own: TensorInfo | None = None
    for tensor in entry.tensors:
        if tensor.expression == entry.name:
            own = tensor
        else:
            below.setdefault(_parent(tensor.expression, known) or entry.name, []).append(tensor)
    return _grow(entry, entry.name, own, below)


def matching(
    branches: dict[str, Branch], words: tuple[str, ...], *, parent: Branch | None = None
) -> dict[str, Branch]:
    """Return those that hold every word (in lower case), in themselves, above or below."""
    if not words or (parent and all(word in parent.words for word in words)):
        return branches
    return {
        key: found for key, found in branches.items() if all(word in found.search for word in words)
    }


def _grow(
    entry: Entry, expression: str, tensor: TensorInfo | None, below: dict[str, list[TensorInfo]]
) -> Branch:
    children = {
        child.expression: _grow(entry, child.expression, child, below)
        for child in below.get(expression, ())
    }
    own = search_text(expression, tensor, entry.type_name)
    search = "\n".join((own, *(child.search for child in children.values())))
    return Branch(expression, entry, tensor, children, own, search)


def _parent(expression: str, known: set[str]) -> str:
    """Return the longest known expression that `expression` goes on from."""
    for end in range(len(expression) - 1, 0, -1):
        if expression[end] in ".[" and expression[:end] in known:
            return expression[:end]
    return ""
