"""Keeps Ctrl+C out of our own bookkeeping: only the person's code is interrupted."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any


class Interrupts:
    """While entered, an interrupt is noted, and raised only where `allowed`.

    Does nothing in other threads than the main one: they are never interrupted.
    """

    def __init__(self) -> None:
        self.noted = False
        self._allowed = False
        self._handler: Any = None
        self._is_main = threading.current_thread() is threading.main_thread()

    def __enter__(self) -> "Interrupts":
        if self._is_main:
            self._handler = signal.signal(signal.SIGINT, self._on_interrupt)
        return self

    def __exit__(self, *_: object) -> None:
        if self._is_main:
            signal.signal(signal.SIGINT, self._handler)

    @contextmanager
    def allowed(self) -> Iterator[None]:
        """Let an interrupt raise KeyboardInterrupt in here, at once if one was noted."""
        self._allowed = True
        try:
            if self.noted:
                raise KeyboardInterrupt
            yield
        finally:
            self._allowed = False

    def _on_interrupt(self, _signal: int, _frame: FrameType | None) -> None:
        self.noted = True
        if self._allowed:
            raise KeyboardInterrupt
