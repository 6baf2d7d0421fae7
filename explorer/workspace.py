"""The workspace as the window last heard of it: names, shapes and flags, never values."""

import string
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from explorer.protocol import Delta, Entry, Modes, TensorInfo


@dataclass(frozen=True, slots=True)
class Workspace:
    """Entries by name in the order they appeared; `changed_by` maps a name to a statement's id."""

    entries: dict[str, Entry] = field(default_factory=dict)
    changed_by: dict[str, int] = field(default_factory=dict)
    modes: Modes = field(default_factory=Modes)
    memory_bytes: int = 0

    def apply(self, delta: Delta, statement: int = 0, wrote: tuple[str, ...] = ()) -> "Workspace":
        """Return the workspace after `delta`, which `statement` caused (0: none did)."""
        entries = {} if delta.complete else dict(self.entries)
        for name in delta.gone:
            entries.pop(name, None)
        entries.update((entry.name, entry) for entry in delta.changed)
        changed_by = {n: s for n, s in self.changed_by.items() if n in entries}
        if statement:
            touched = (*wrote, *(entry.name for entry in delta.changed))
            changed_by.update((name, statement) for name in touched if name in entries)
        return replace(
            self,
            entries=entries,
            changed_by=changed_by,
            modes=delta.modes,
            memory_bytes=delta.memory_bytes,
        )

    def attributed(self, changed_by: dict[str, int]) -> "Workspace":
        """Return the workspace whose names were last changed by these statements."""
        return replace(self, changed_by={n: s for n, s in changed_by.items() if n in self.entries})

    def find(self, expression: str) -> TensorInfo | None:
        """Return the tensor that `expression` names (`x`, `x.grad`, `w["0.bias"]`), None if gone."""
        entry = self.entries.get(root_name(expression))
        for tensor in entry.tensors if entry else ():
            if tensor.expression == expression:
                return tensor
        return None

    def tensors(self) -> Iterator[TensorInfo]:
        """Yield every tensor, children after their parent."""
        for entry in self.entries.values():
            yield from entry.tensors

    def free_name(self, also_taken: frozenset[str] = frozenset()) -> str:
        """Return a name for a new result: x, y, z, then t1, t2 ..."""
        taken = self.entries.keys() | also_taken
        for name in "xyz":
            if name not in taken:
                return name
        n = 1
        while f"t{n}" in taken:
            n += 1
        return f"t{n}"


def root_name(expression: str) -> str:
    """Return the name that `expression` starts with."""
    end = next(
        (i for i, c in enumerate(expression) if not (c.isalnum() or c == "_")), len(expression)
    )
    return expression[:end]


def storage_letters(workspace: Workspace) -> dict[int, str]:
    """Return a letter for each storage that several named tensors share: {storage: "A"}."""
    seen: dict[int, int] = {}
    for tensor in workspace.tensors():
        seen[tensor.storage] = seen.get(tensor.storage, 0) + 1
    shared = [storage for storage, count in seen.items() if count > 1]
    letters = string.ascii_uppercase
    return {
        storage: letters[i] if i < len(letters) else f"{letters[i % 26]}{i // 26}"
        for i, storage in enumerate(shared)
    }
