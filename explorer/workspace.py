"""The workspace as the window last heard of it: names, shapes and flags, never values."""

import string
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import chain, count

from explorer.protocol import NUMPY, Delta, Entry, Modes, TensorInfo
from explorer.text import tr


def memory(tensor: TensorInfo) -> int:
    """Return the number of the memory of a tensor or array: the same for all that share it.

    0 if that can't be told, as for sparse tensors.
    """
    return tensor.memory or tensor.storage


@dataclass(frozen=True, slots=True)
class Sharing:
    """Which storages several tensors share. `owners` counts the tensors and arrays of each.

    `numbers` counts the shared ones from 0 on: each has the lowest number that was free when it
    began to be shared, and keeps it as long as it is.
    """

    owners: dict[int, int] = field(default_factory=dict)
    numbers: dict[int, int] = field(default_factory=dict)

    def changed(self, gone: Iterable[Entry], come: Iterable[Entry]) -> "Sharing":
        """Return what is shared once the entries `gone` are no more and `come` are there."""
        owners, numbers = self.owners.copy(), self.numbers.copy()
        touched: dict[int, None] = {}
        for step, entries in ((-1, gone), (1, come)):
            infos = (info for entry in entries for info in (*entry.tensors, *entry.arrays))
            for storage in filter(None, map(memory, infos)):
                owners[storage] = owners.get(storage, 0) + step
                touched[storage] = None
        for storage in touched:
            if owners[storage] < 2:
                numbers.pop(storage, None)
            if not owners[storage]:
                del owners[storage]
        taken = set(numbers.values())
        free = (number for number in count() if number not in taken)
        for storage in touched:
            if owners.get(storage, 0) > 1 and storage not in numbers:
                numbers[storage] = next(free)
        return Sharing(owners, numbers)

    def number(self, tensor: TensorInfo) -> int:
        """Return the number of the storage that `tensor` shares, -1 if it has one of its own."""
        return self.numbers.get(memory(tensor), -1)

    def letter(self, tensor: TensorInfo) -> str:
        """Return that number as a letter: A to Z, then A1, B1 ...; "" for none."""
        turn, i = divmod(self.number(tensor), len(string.ascii_uppercase))
        return "" if turn < 0 else f"{string.ascii_uppercase[i]}{turn or ''}"


@dataclass(frozen=True, slots=True)
class Workspace:
    """Entries by name in the order they appeared; `changed_by` maps a name to a statement's id."""

    entries: dict[str, Entry] = field(default_factory=dict)
    changed_by: dict[str, int] = field(default_factory=dict)
    modes: Modes = field(default_factory=Modes)
    memory_bytes: int = 0
    sharing: Sharing = field(default_factory=Sharing)

    def apply(self, delta: Delta, statement: int = 0, wrote: tuple[str, ...] = ()) -> "Workspace":
        """Return the workspace after `delta`, which `statement` caused (0: none did)."""
        # A line changes few names of maybe thousands: only those are looked at one by one.
        before = Workspace() if delta.complete else self
        entries = before.entries.copy()
        changed = [entry.name for entry in delta.changed]
        touched = dict.fromkeys((*delta.gone, *changed))
        gone = [entries[name] for name in touched if name in entries]
        for name in delta.gone:
            entries.pop(name, None)
        entries.update((entry.name, entry) for entry in delta.changed)
        changed_by = self.changed_by.copy()
        for name in self.changed_by if delta.complete else delta.gone:
            if name not in entries:
                changed_by.pop(name, None)
        if statement:
            changed_by.update((name, statement) for name in (*wrote, *changed) if name in entries)
        return replace(
            self,
            entries=entries,
            changed_by=changed_by,
            modes=delta.modes,
            memory_bytes=delta.memory_bytes,
            sharing=before.sharing.changed(gone, delta.changed),
        )

    def attributed(self, changed_by: dict[str, int]) -> "Workspace":
        """Return the workspace whose names were last changed by these statements."""
        return replace(self, changed_by={n: s for n, s in changed_by.items() if n in self.entries})

    def find(self, expression: str) -> TensorInfo | None:
        """Return the tensor or array that `expression` names (`x.grad`, `w["0.bias"]`), None if gone.

        None as well for what is in a container that is too large to be followed: see `may_have`.
        """
        entry = self.entries.get(root_name(expression))
        for tensor in (*entry.tensors, *entry.arrays) if entry else ():
            if tensor.expression == expression:
                return tensor
        return None

    def without_arrays(self, expressions: Iterable[str]) -> tuple[str, ...]:
        """Return those that name no array of NumPy's: what a line of torch's may be about."""
        found = ((expression, self.find(expression)) for expression in expressions)
        return tuple(e for e, info in found if info is None or info.layout != NUMPY)

    def may_have(self, expression: str) -> bool:
        """Return whether the engine may know a tensor of that name that `find` does not."""
        entry = self.entries.get(root_name(expression))
        return entry is not None and entry.name != expression and not entry.is_followed

    def tensors(self) -> Iterator[TensorInfo]:
        """Return every tensor, children after their parent."""
        return chain.from_iterable(entry.tensors for entry in self.entries.values())

    def arrays(self) -> Iterator[TensorInfo]:
        """Return every array of NumPy's."""
        return chain.from_iterable(entry.arrays for entry in self.entries.values())

    def viewable(self) -> Iterator[TensorInfo]:
        """Return every tensor and every array: what a heat map can show."""
        entries = self.entries.values()
        return chain.from_iterable((*entry.tensors, *entry.arrays) for entry in entries)

    def free_name(self, also_taken: frozenset[str] = frozenset()) -> str:
        """Return a name for a new result: x, y, z, then t1, t2 ..."""
        names = chain("xyz", (f"t{n}" for n in count(1)))
        return next(n for n in names if n not in self.entries and n not in also_taken)


def root_name(expression: str) -> str:
    """Return the name that `expression` starts with."""
    end = next(
        (i for i, c in enumerate(expression) if not (c.isalnum() or c == "_")), len(expression)
    )
    return expression[:end]


def names_type(entry: Entry) -> bool:
    """Return whether the line about an object says what it is: "dict of 3"."""
    return entry.summary.removeprefix("torch.").startswith(entry.type_name)


def summary_words(entry: Entry) -> str:
    """Return the line about an object in the person's language."""
    # The engine counts in English: it compares these lines, whatever language is chosen meanwhile.
    kind, _, total = entry.summary.partition(" of ")
    if total and kind == entry.type_name:
        return tr("{kind} of {n}", kind=kind, n=total)
    return entry.summary


def described(entry: Entry) -> str:
    """Return what an object is and the line about it: "int 5", "dict of 3"."""
    words = summary_words(entry)
    return words if names_type(entry) else f"{entry.type_name} {words}".rstrip()
