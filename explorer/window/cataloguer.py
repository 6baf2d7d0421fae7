"""The cataloguer: has the engine make its catalogue when nothing else is to do, and unpacks it."""

from collections.abc import Iterator
from itertools import islice

import msgspec
from PySide6.QtCore import QObject, QTimer, Signal

from explorer.catalog.signature import Catalogue, CatalogueEntry
from explorer.protocol import Answer, CatalogueAnswer, CatalogueAsk, Problem
from explorer.window.asks import Asks
from explorer.window.lane import Lane
from explorer.window.leisure import Leisure
from explorer.window.supervisor import Supervisor

QUIET_MILLISECONDS = 200
"""How long nothing must have run: the first tensor never waits for the catalogue."""
PIECE = 200
"""How many entries are unpacked at once, in less than a millisecond."""


class _Packed(msgspec.Struct, frozen=True):
    torch_version: str
    entries: dict[str, msgspec.Raw]


class Cataloguer(QObject):
    """`catalogue` is of the engine's torch; None until it came, and another after one of another torch."""

    catalogue_changed = Signal()
    problem_raised = Signal(object)

    def __init__(self, lane: Lane, asks: Asks, supervisor: Supervisor) -> None:
        super().__init__()
        self.catalogue: Catalogue | None = None
        self._asks = asks
        self._supervisor = supervisor
        self._version = ""
        self._left: Iterator[tuple[str, msgspec.Raw]] = iter(())
        self._entries: dict[str, CatalogueEntry] = {}
        self._leisure = Leisure(lane, supervisor, QUIET_MILLISECONDS, self)
        self._leisure.rested.connect(self._on_rested)
        self._unpacking = QTimer(self, interval=0)
        self._unpacking.timeout.connect(self._unpack)

    def _on_rested(self) -> None:
        engine, known = self._supervisor.versions, self.catalogue
        if engine and (known is None or known.torch_version != engine.torch_version):
            self._asks.ask(CatalogueAsk(), self._on_answered)

    def _on_answered(self, answer: Answer) -> None:
        match answer:
            case CatalogueAnswer(data=data):
                packed = msgspec.msgpack.decode(data, type=_Packed)
                self._version = packed.torch_version
                self._left = iter(packed.entries.items())
                self._entries = {}
                self._unpacking.start()
            case Problem():
                self.problem_raised.emit(answer)

    def _unpack(self) -> None:
        piece = list(islice(self._left, PIECE))
        for path, packed in piece:
            self._entries[path] = msgspec.msgpack.decode(packed, type=CatalogueEntry)
        if len(piece) < PIECE:
            self._unpacking.stop()
            self.catalogue = Catalogue(torch_version=self._version, entries=self._entries)
            self.catalogue_changed.emit()
