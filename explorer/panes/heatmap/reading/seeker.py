"""Looks for the next element that is as wanted, step by step, until it is found or there is none."""

import time

from msgspec import structs
from PySide6.QtCore import QObject, Signal

from explorer.catalog.number import Refusal
from explorer.panes.heatmap.reading.search import (
    LARGEST,
    SMALLEST,
    UNFINITE,
    SearchAsk,
    Searched,
    read_condition,
)
from explorer.protocol import Answer, Problem
from explorer.text import tr
from explorer.window.controller import Controller

LONG_SECONDS = 0.3
"""From then on the person is told how far it is."""


class Seeker(QObject):
    """One search at a time: another takes its place."""

    found = Signal(object)
    """The index of the element, a tuple."""
    told = Signal(str)
    """How it went, "" if there is nothing to say."""

    def __init__(self, controller: Controller, parent: QObject) -> None:
        super().__init__(parent)
        self._controller = controller
        self._ask: SearchAsk | None = None
        self._typed = ""
        self._began = 0.0

    @property
    def is_done(self) -> bool:
        """Whether nothing is being looked for."""
        return self._ask is None

    def seek(self, ask: SearchAsk, typed: str = "") -> None:
        """Look for what `ask` wants, which the person `typed` so."""
        self._typed, self._began = typed, time.monotonic()
        self._send(ask)

    def seek_typed(self, ask: SearchAsk, typed: str) -> None:
        """Look for what the person typed; say so if that can't be read."""
        try:
            self.seek(structs.replace(ask, condition=read_condition(typed)), typed.strip())
        except Refusal as refusal:
            self.forget()
            self.told.emit(refusal.message)

    def forget(self) -> None:
        """Look for nothing any more."""
        self._ask = None

    def _send(self, ask: SearchAsk) -> None:
        self._ask = ask
        self._controller.ask(ask, self._on_searched)

    def _on_searched(self, answer: Answer) -> None:
        ask = self._ask
        if ask is None:
            return
        if not isinstance(answer, Searched):
            self.forget()
            self.told.emit(answer.what if isinstance(answer, Problem) else "")
        elif not answer.is_over:
            if time.monotonic() - self._began > LONG_SECONDS:
                share = int(100 * answer.searched / answer.total)
                self.told.emit(tr("Searching: {n} %", n=share))
            self._send(
                structs.replace(
                    ask, searched=answer.searched, best=answer.best, best_at=answer.best_at
                )
            )
        else:
            self.forget()
            if answer.index is None:
                self.told.emit(_nothing(ask, self._typed))
            else:
                self.told.emit(_way(ask, answer.index))
                self.found.emit(answer.index)


def _nothing(ask: SearchAsk, typed: str) -> str:
    condition, x = ask.condition, ask.expression
    if condition == UNFINITE:
        return tr("{x} has no NaN and no infinity", x=x)
    if condition in (LARGEST, SMALLEST):
        return tr("{x} has no finite element", x=x)
    digits = typed.lstrip("=").strip().partition(".")[2]
    if condition.sign == "==" and not condition.tolerance and digits.isdigit():
        near = f"{typed.lstrip('=').strip()} ± {5 * 10.0 ** -(len(digits) + 1):g}"
        return tr("No element of {x} is {typed}. Near it: {near}", x=x, typed=typed, near=near)
    return tr("No element of {x} is {typed}", x=x, typed=typed)


def _way(ask: SearchAsk, index: tuple[int, ...]) -> str:
    """Say where the search led if that is not simply onwards."""
    if ask.start is None or ask.condition in (LARGEST, SMALLEST):
        return ""
    if index == ask.start:
        return tr("There is no other")
    if ask.backward and index > ask.start:
        return tr("Went on from the end")
    if not ask.backward and index < ask.start:
        return tr("Went on from the beginning")
    return ""
