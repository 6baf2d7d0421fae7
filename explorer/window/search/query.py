"""What is typed, read as an operator with tensors and values: `mean img`, `img mean 0`."""

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from explorer.catalog.literal import DTYPES
from explorer.workspace import Workspace

_VALUE = re.compile(r"[-+−]?[\d.(\[{\"'].*|True|False|None|-?inf|nan|torch\..+")
_DTYPES = frozenset((*DTYPES, "float", "double", "half", "long", "int"))


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read it. `words` name the operator, `values` are arguments as people type them.

    `operands` are the tensors that it names; of none, those that are selected are meant. `is_name`
    says that the words are a tensor's name too, `is_member` that they stand behind it: `img.mea`.
    """

    words: str
    operands: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    is_name: bool = False
    is_member: bool = False


def readings(
    query: str, workspace: Workspace, begun: Callable[[str], Sequence[str]]
) -> list[Reading]:
    """Return the ways to read `query`, the most literal first.

    `begun` gives the tensors whose names begin with a text: the person may still be typing.
    """
    tokens = unicodedata.normalize("NFKC", query).split()
    return list(dict.fromkeys(_readings(tokens, workspace, begun)))


def _readings(
    tokens: list[str], workspace: Workspace, begun: Callable[[str], Sequence[str]]
) -> Iterator[Reading]:
    is_tensor = [workspace.find(token) is not None for token in tokens]
    is_value = [
        i > 0 and not is_tensor[i] and (token in _DTYPES or bool(_VALUE.fullmatch(token)))
        for i, token in enumerate(tokens)
    ]
    words = [i for i in range(len(tokens)) if not is_tensor[i] and not is_value[i]]
    # Where every word is a tensor's name, one of them may be an operator's too.
    choices = [words] if words else [[i] for i, yes in enumerate(is_tensor) if yes]
    for chosen in choices:
        yield Reading(
            " ".join(tokens[i] for i in chosen),
            tuple(t for i, t in enumerate(tokens) if is_tensor[i] and i not in chosen),
            tuple(t for i, t in enumerate(tokens) if is_value[i]),
            is_name=not words,
        )
    for half in (words[-1:], words[:1]) if len(words) > 1 else ():
        for name in begun(tokens[half[0]]):
            completed = [name if i in half else token for i, token in enumerate(tokens)]
            yield from _readings(completed, workspace, _nothing)
    if len(tokens) == 1 and "." in tokens[0]:
        owner, _, member = tokens[0].rpartition(".")
        if member and workspace.find(owner):
            yield Reading(member, (owner,), is_member=True)


def _nothing(_text: str) -> tuple[str, ...]:
    return ()
