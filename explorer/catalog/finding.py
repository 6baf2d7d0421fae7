"""What each operator is found by: its names in every language, other words, what it does."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from explorer.catalog.array import ARRAY_CALLS
from explorer.catalog.creation import CREATION
from explorer.catalog.curated import CURATED, curated_of
from explorer.catalog.signature import CatalogueEntry, is_in_place
from explorer.catalog.syntax import SYNTAX
from explorer.text import in_languages, tr

Entries = Mapping[str, CatalogueEntry]
USUAL = ("torch", "Tensor")
"""Modules whose operators come before others of the same name."""
_CREATED = {operator.path: operator.entry for operator in CREATION if not operator.receiver}


class Findable(NamedTuple):
    """What `Ranking.add` takes, in its order."""

    path: str
    names: tuple[str, ...]
    words: tuple[str, ...]
    said: tuple[str, ...]
    weight: int


def entry_at(path: str, entries: Entries | None) -> CatalogueEntry | None:
    """Return what can be called at `path`, None if there is nothing.

    Until the catalogue has come, which None for `entries` says, that is what makes tensors.
    """
    return (
        SYNTAX.get(path)
        or ARRAY_CALLS.get(path)
        or (_CREATED if entries is None else entries).get(path)
    )


def label_at(path: str, entries: Entries | None) -> str:
    """Return what the operator at `path` is called, or where it has no label what torch says of it."""
    curated, entry = curated_of(path), entry_at(path, entries)
    return tr(curated.label) if curated else entry.help if entry else ""


def help_at(path: str, entries: Entries | None) -> str:
    """Return what the operator at `path` does, in a sentence; torch's own if there is no other."""
    curated, entry = curated_of(path), entry_at(path, entries)
    return tr(curated.help) if curated else entry.help if entry else ""


def findables(entries: Entries | None) -> Iterator[Findable]:
    """Yield the operators, those that a learner meets first; they are all until the catalogue came."""
    for row in CURATED:
        if entries is None or entry_at(row.path, entries):
            names = (row.name, *in_languages(row.label))
            words = (row.path, *filter(None, row.words.split(", ")))
            yield Findable(row.path, names, words, in_languages(row.help), is_in_place(row.path))
    for path, entry in {**(entries or {}), **ARRAY_CALLS}.items():
        if entry.is_documented and curated_of(path) is None:
            weight = 2 + (path.rpartition(".")[0] not in USUAL) + 2 * is_in_place(path)
            yield Findable(path, (entry.name,), (path,), (entry.help,), weight)
