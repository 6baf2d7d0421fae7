"""Operators as rows of the search: each as the lines that it makes of the tensors at hand."""

from collections.abc import Callable, Iterator, Sequence
from time import perf_counter

from PySide6.QtCore import QObject, QTimer, Signal

from explorer.catalog.arithmetic import offers
from explorer.catalog.array import ARRAY_CALLS
from explorer.catalog.curated import curated_of
from explorer.catalog.finding import USUAL, Entries, Findable, entry_at, findables, label_at
from explorer.catalog.ranking import Ranking
from explorer.catalog.suggestion import Suggestion, suggest, suggestion_of
from explorer.catalog.value import SET_ATTRIBUTE, NotCatalogueError
from explorer.catalog.way import look
from explorer.protocol import NUMPY, TensorInfo
from explorer.window.controller import Controller
from explorer.window.result_name import free_names
from explorer.window.search.query import Reading, readings
from explorer.window.search.results import Group, Result

FROM_ARRAYS = frozenset(("torch.from_numpy", "torch.as_tensor", "torch.asarray", "torch.tensor"))
"""What makes tensors of NumPy's arrays."""
MOST = 16
"""More operators than this are not made lines of at one key."""
PIECE_SECONDS = 0.004


class Operators(QObject):
    """Finds operators by their names, which are gathered in pieces while nothing else is done."""

    gathered = Signal()
    """All that the catalogue has can be found now."""

    def __init__(self, controller: Controller, parent: QObject) -> None:
        super().__init__(parent)
        self._controller = controller
        self._ranking: Ranking[str] = Ranking()
        self._next: Ranking[str] = Ranking()
        self._rest: Iterator[Findable] | None = None
        self._timer = QTimer(self, interval=0)
        self._timer.timeout.connect(self._gather_piece)
        controller.catalogue_changed.connect(self._gather)
        if controller.catalogue:
            self._gather()

    @property
    def is_complete(self) -> bool:
        """Whether every operator of the catalogue can be found."""
        return self._controller.catalogue is not None and self._rest is None

    def prepare(self) -> None:
        """Begin to gather names if none were: the person is about to search."""
        if self._rest is None and not len(self._ranking):
            self._gather()

    def find(
        self, query: str, begun: Callable[[str], Sequence[str]], *, guess: bool = True
    ) -> list[Group]:
        """Return the rows of each operator that `query` may mean, as `query.readings` reads it.

        `guess` as in `Ranking.find`.
        """
        found = [(0, self._arithmetic(query))]
        for reading in readings(query, self._controller.workspace, begun):
            found += self._read(reading, guess=guess)
        return found

    def form_of(self, line: str) -> Suggestion | None:
        """Return the operator that a typed line calls, None if it calls none."""
        try:
            return suggestion_of(line, self._entries)
        except NotCatalogueError:
            return None

    @property
    def _entries(self) -> Entries | None:
        catalogue = self._controller.catalogue
        return catalogue.entries if catalogue else None

    def _read(self, reading: Reading, *, guess: bool) -> Iterator[Group]:
        """Yield the rows of each operator that the words of `reading` name."""
        controller, workspace = self._controller, self._controller.workspace
        selected = workspace.without_arrays(controller.selection.expressions)
        infos = [workspace.find(name) for name in reading.operands or selected]
        operands = [info for info in infos if info]
        seen: set[str] = set()
        found = self._ranking.find(reading.words, MOST, guess=guess) if reading.words else []
        for rank, path in found:
            module, _, stem = path.rpartition(".")
            key = stem if module in USUAL else path  # torch.mean and Tensor.mean are one
            paths = self._paths(path, operands, is_member=reading.is_member)
            if key in seen or not paths or (reading.is_name and rank):
                continue
            rows = self._rows(paths, operands, reading.values)
            # Each dim has a row of its own where it is clear that this operator is meant.
            yield rank, rows if not seen else rows[:1]
            seen.add(key)

    def _arithmetic(self, query: str) -> list[Result]:
        """Return the lines that fit tensors alone: `x y`."""
        workspace = self._controller.workspace
        infos = [workspace.find(name) for name in query.split()]
        operands = [info for info in infos if info]
        if len(operands) < len(infos):
            return []
        lines = [offer.line for offer in offers(operands, workspace)]
        return [Result("operator", line, line, icon="combine", foretells=True) for line in lines]

    def _paths(self, path: str, operands: list[TensorInfo], *, is_member: bool) -> list[str]:
        """Return what to call for the operator at `path`, the best first; nothing if it does not fit."""
        module, _, stem = path.rpartition(".")
        has_arrays = any(operand.layout == NUMPY for operand in operands)
        if path not in FROM_ARRAYS and has_arrays is not (path in ARRAY_CALLS):
            return []
        if module not in USUAL:
            return [] if is_member else [path]
        member, function = f"Tensor.{stem}", f"torch.{stem}"
        there = [p for p in (member, function) if entry_at(p, self._entries)]
        if is_member:
            return [p for p in there if p == member]
        if curated_of(path) or not operands or path not in there:
            return [path]
        called = entry_at(function, self._entries)
        overloads = called.signatures[:1] if called else ()
        first = next((p.name for s in overloads for p in s.parameters), "input")
        # torch.where(condition, x, y) is no x.where(condition, y).
        return there if first == "input" else [function]

    def _rows(
        self, paths: list[str], operands: list[TensorInfo], values: tuple[str, ...]
    ) -> list[Result]:
        made: list[Suggestion] = []
        for path in paths:
            entry = entry_at(path, self._entries)
            if entry and path != SET_ATTRIBUTE:
                made = suggest(entry, operands, values, self._name_results) or made
            if made and made[0].is_whole:
                break
        path = paths[0]
        if not made:
            curated = curated_of(path)
            text = curated.example if curated and path == SET_ATTRIBUTE else look(path)
            made = [Suggestion(path, text, {}, is_whole=False)]
        words = label_at(path, self._entries)
        return [
            Result(
                "operator" if suggestion.is_whole else "form",
                suggestion.line,
                suggestion.line,
                icon="operate",
                words=words,
                foretells=suggestion.is_whole,
                path=suggestion.path,
                texts=suggestion.texts,
            )
            for suggestion in made
        ]

    def _name_results(self, results: Sequence[str]) -> list[str]:
        return free_names(results, self._controller.workspace)

    def _gather(self) -> None:
        # What was gathered before is found until this is done.
        self._next, self._rest = Ranking(), findables(self._entries)
        self._timer.start()

    def _gather_piece(self) -> None:
        end = perf_counter() + PIECE_SECONDS
        for findable in self._rest or ():
            self._next.add(*findable)
            if perf_counter() > end:
                return
        self._timer.stop()
        self._ranking, self._rest = self._next, None
        self.gathered.emit()
