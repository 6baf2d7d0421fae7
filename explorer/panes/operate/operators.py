"""The operators to choose from: curated ones in groups, then everything by module."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from explorer.catalog.array import ARRAY_CALLS
from explorer.catalog.creation import CREATION
from explorer.catalog.curated import CURATED, Curated
from explorer.catalog.finding import Entries, entry_at, findables, help_at, label_at
from explorer.catalog.ranking import Ranking
from explorer.catalog.signature import CatalogueEntry
from explorer.catalog.taking import fits
from explorer.catalog.value import INDEX, SET_INDEX
from explorer.catalog.way import look
from explorer.text import tr

MOST_FOUND = 200
BRACKETS = {INDEX: "x[...]", SET_INDEX: "x[...] = v"}
"""How what is no call looks."""
_CREATED = frozenset(operator.group for operator in CREATION)


@dataclass(frozen=True, slots=True)
class Row:
    """The operator at `path`, or with a `title` what those below it are."""

    path: str = ""
    title: str = ""


class Operators:
    """Every operator that can be chosen: until the catalogue has come, only the curated ones."""

    def __init__(self, entries: Entries | None) -> None:
        self._entries = entries
        there = [row for row in CURATED if entries is None or self.entry(row.path)]
        # What makes a tensor has a pane of its own.
        self._curated = sorted(there, key=_is_created)
        self._ranking: Ranking[str] | None = None

    @property
    def is_complete(self) -> bool:
        """Whether the catalogue has come."""
        return self._entries is not None

    def entry(self, path: str) -> CatalogueEntry | None:
        """Return what can be called at `path`, None if there is no such thing, or not yet."""
        return entry_at(path, self._entries)

    def rows(self, count: int) -> list[Row]:
        """Return all rows, those first that are about as many tensors as are selected."""
        fitting = [row for row in self._curated if self._fits(row.path, count)]
        others = [row for row in self._curated if row not in fitting]
        rows = list(_grouped(fitting))
        if others:
            rows.append(Row(title=tr("For other selections")))
            rows += _rows(row.path for row in others)
        for module, paths in self._by_module().items():
            rows.append(Row(title=tr("All of {module}", module=module)))
            rows += _rows(paths)
        return rows

    def find(self, query: str, count: int) -> list[Row]:
        """Return what `query` finds, the best first, and of equals those that fit the selection."""
        found = self._names().find(query, MOST_FOUND)
        found.sort(
            key=lambda item: (
                not _is_called(item[1], query),
                item[0],
                not self._fits(item[1], count),
            )
        )
        return list(_rows(path for _, path in found))

    def words(self, path: str) -> str:
        """Return what the operator does, in a few words."""
        return label_at(path, self._entries)

    def help(self, path: str) -> str:
        """Return what the operator does, in a sentence."""
        return help_at(path, self._entries)

    def _fits(self, path: str, count: int) -> bool:
        entry = self.entry(path)
        return entry is None or fits(entry, count)

    def _by_module(self) -> dict[str, list[str]]:
        modules: dict[str, list[str]] = {}
        for path, entry in {**self._entries, **ARRAY_CALLS}.items() if self._entries else ():
            if entry.is_documented:
                modules.setdefault(path.rpartition(".")[0], []).append(path)
        return modules

    def _names(self) -> Ranking[str]:
        if self._ranking is None:
            self._ranking = Ranking()
            for findable in findables(self._entries):
                self._ranking.add(*findable)
        return self._ranking


def name(path: str) -> str:
    """Return how an operator looks in a line: "torch.mean", "x.view", "x + y"."""
    return BRACKETS.get(path) or look(path)


def _is_called(path: str, query: str) -> bool:
    """Return whether `query` is what the operator is called to the letter: t_ is not t."""
    return query in (path, name(path)) or (query.endswith("_") and path.endswith(f".{query}"))


def _is_created(row: Curated) -> bool:
    return row.group in _CREATED


def _grouped(rows: Iterable[Curated]) -> Iterator[Row]:
    for group, members in groupby(rows, key=lambda row: row.group):
        yield Row(title=tr(group))
        yield from _rows(row.path for row in members)


def _rows(paths: Iterable[str]) -> Iterator[Row]:
    return (Row(path) for path in paths)
