"""Doubts: names that a second run of the script can't vouch for, as what is in memory by chance."""

import ast

from explorer.engine.setting import read_randomness
from explorer.protocol import Entry, Line, StatementRan

_TOLD_WHOLE = frozenset(("int", "float", "complex", "bool", "str", "NoneType"))
"""Types whose one line in the workspace is their value."""


class Doubts:
    """Compares each line's results with those of its last run.

    Small results tell: where they are the same, nothing in doubt went into them. Where they can't
    tell, what a line made is in doubt if it mentions a doubtful name, may have done anything, or
    drew from random streams that are in doubt themselves.
    """

    def __init__(self, lines: tuple[Line, ...], fingerprints: tuple[int, ...]) -> None:
        self.moments: dict[int, dict[str, int]] = {}
        """At each moment, the number of the line that came out different, by doubtful name."""
        self._lines: dict[str, int] = {}
        self._script = lines
        self._fingerprints = fingerprints
        self._first = 0
        """The first line that came out different, 0 while there is none."""
        self._randomness = read_randomness()
        self._is_random_sure = True

    def look(self, count: int, ran: StatementRan) -> None:
        """Take in what line `count` did."""
        randomness, self._randomness = self._randomness, read_randomness()
        drew = randomness != self._randomness
        self.moments[-ran.statement] = dict(self._lines)
        changed = [entry.name for entry in ran.delta.changed]
        mentioned = _names(self._script[count - 1].source) & self._lines.keys()
        line = min((self._lines[name] for name in mentioned), default=0)
        if self._fingerprints[count - 1] not in (0, ran.fingerprint):
            self._first = self._first or count
            self._is_random_sure &= not drew
            self._doubt([*changed, *ran.wrote], line or count)
        elif all(map(_is_told, ran.delta.changed)):
            for name in (*changed, *ran.delta.gone):
                self._lines.pop(name, None)
        elif line or (self._lines and ran.opaque) or (drew and not self._is_random_sure):
            self._doubt([*changed, *ran.wrote], line or self._first)
        self.moments[ran.statement] = dict(self._lines)

    def _doubt(self, names: list[str], line: int) -> None:
        self._lines.update(dict.fromkeys(names, line))


def _is_told(entry: Entry) -> bool:
    """Return whether a fingerprint holds all that there is to an entry."""
    if entry.type_name == "Tensor":
        return all(tensor.content or not tensor.nbytes for tensor in entry.tensors)
    return entry.type_name in _TOLD_WHOLE


def _names(source: str) -> set[str]:
    return {node.id for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Name)}
