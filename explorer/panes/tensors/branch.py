"""The workspace as a tree of values: an entry, its tensor, and the members that are known of it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from explorer.panes.tensors.words import Note, search_text
from explorer.protocol import Entry, TensorInfo


@dataclass(frozen=True, slots=True)
class Loaded:
    """The first members of a container as the engine told them: `end` of `total`.

    Those that no code names are left out of `entries`. `problem` says why there are none.
    """

    entries: tuple[Entry, ...] = ()
    end: int = 0
    total: int = 0
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Branch:
    """One row and those below it.

    `entry` is the workspace's own, `line` tells of this row alone; `tensor`, which may be an array,
    is None for other objects. `above` is the type of what this is a member of.
    """

    expression: str
    entry: Entry
    line: Entry
    tensor: TensorInfo | None
    children: dict[str, "Branch"]
    words: str
    """What the filter looks at, of this row."""
    above: str = ""
    label: str = ""
    note: Note | None = None
    left: int = 0
    """How many members are left to come, in a note about them."""

    @property
    def is_root(self) -> bool:
        """Whether this is a name of the workspace and not a part of something."""
        return self.expression == self.entry.name

    @property
    def is_container(self) -> bool:
        """Whether its members are told when they are asked for."""
        return self.tensor is None and self.line.size > 0 and self.note is None

    @property
    def search(self) -> str:
        """What the filter looks at, of this row, those below, and those that are still to come."""
        if not self.children:
            return self.words
        return "\n".join(
            (self.words, *(child.search for child in self.children.values()), *self._followed())
        )

    @property
    def leads_to_tensors(self) -> bool:
        """Whether tensors below it are known, though perhaps not their rows."""
        return next(self._followed(), None) is not None

    def _followed(self) -> Iterator[str]:
        if not self.is_container:
            return
        for info in (*self.entry.tensors, *self.entry.arrays):
            rest = info.expression.removeprefix(self.expression)
            if rest != info.expression and rest[:1] in (".", "["):
                yield search_text(info.expression, info, "")


def branch(entry: Entry, loaded: Mapping[str, Loaded] | None = None) -> Branch:
    """Return `entry` as a tree: `x.grad` below `x`, and of containers what is `loaded`."""
    return _grow(entry, entry, loaded or {}, None)


def matching(
    branches: dict[str, Branch], words: tuple[str, ...], *, parent: Branch | None = None
) -> dict[str, Branch]:
    """Return those that hold every word (in lower case), in themselves, above or below."""
    if not words or (parent and all(word in parent.words for word in words)):
        return branches
    return {
        key: found
        for key, found in branches.items()
        if found.note or all(word in found.search for word in words)
    }


def _grow(entry: Entry, line: Entry, loaded: Mapping[str, Loaded], above: Entry | None) -> Branch:
    expression = line.name
    tensor = next(
        (t for t in (*line.tensors[:1], *line.arrays[:1]) if t.expression == expression), None
    )
    found = Branch(
        expression=expression,
        entry=entry,
        line=line,
        tensor=tensor,
        children={},
        words=search_text(expression, tensor, line.type_name),
        above=above.type_name if above else "",
        label=_label(expression, above.name if above else ""),
    )
    if tensor is not None:
        for grad in line.tensors[1:]:
            inner = Entry(name=grad.expression, type_name="Tensor", summary="", tensors=(grad,))
            found.children[grad.expression] = _grow(entry, inner, loaded, line)
    elif line.size:
        known = loaded.get(expression)
        for member in known.entries if known else ():
            found.children[member.name] = _grow(entry, member, loaded, line)
        note = _note(found, known)
        if note:
            found.children[note.expression] = note
    return found


def _note(found: Branch, known: Loaded | None) -> Branch | None:
    kind: Note
    left = 0
    if known is None:
        kind = "waiting"
    elif known.problem:
        kind = "problem"
    elif known.end < known.total:
        kind, left = "more", known.total - known.end
    elif not known.entries:
        kind = "unnamed"
    else:
        return None
    # A name that no code has.
    expression = f"{found.expression} {kind}"
    line = Entry(name=expression, type_name="", summary=known.problem if known else "")
    return Branch(expression, found.entry, line, None, {}, "", note=kind, left=left)


def _label(expression: str, above: str) -> str:
    """Return what the row adds to the one above: `bias`, `["a"]`, `[0]`."""
    return expression.removeprefix(above).removeprefix(".")
