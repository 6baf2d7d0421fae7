"""What one heat map knows of values that are not on the screen: a summary, and ranges of lines."""

import numpy as np
from msgspec import structs
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from explorer.panes.heatmap import Tile
from explorer.panes.heatmap.counts.errand import Errand
from explorer.panes.heatmap.counts.summary import Lines, LinesAsk, Summary
from explorer.panes.heatmap.look import Look
from explorer.panes.heatmap.pictures.colour import LineRanges
from explorer.panes.heatmap.scales.scale import Scale
from explorer.protocol import Array, Problem, TensorInfo
from explorer.window.controller import Controller


class Survey(QObject):
    """Asks for all that a look at a tensor needs besides its tile."""

    counted = Signal()
    """There is more of the `summary`."""
    ranged = Signal()
    """There are ranges of lines."""

    def __init__(self, controller: Controller, owner: QWidget) -> None:
        super().__init__(owner)
        self._controller = controller
        self._summary = Errand(controller, owner)
        self._lines = Errand(controller, owner, delay_ms=0)
        self._summary.arrived.connect(self._on_counted)
        self._last: Summary | None = None
        self._lines.arrived.connect(self.ranged)

    def look_at(self, expression: str, look: Look, info: TensorInfo, tile: Tile) -> None:
        """Ask for the summary behind `look`."""
        about = info, self._controller.data_revision
        self._summary.request(look.summary_ask(expression, tile.as_of), about)

    def ranges(
        self, expression: str, look: Look, info: TensorInfo, tile: Tile, scale: Scale
    ) -> LineRanges | None:
        """Return the ranges of the tile's lines; None where they are still to come."""
        along = scale.along
        if along is None:
            return None
        window, mosaic = tile.window, look.slicing.mosaic
        if (along == "maps") != (mosaic is not None):
            return None
        rows = along == "rows"
        ask = LinesAsk(
            expression=expression,
            as_of=tile.as_of,
            part=look.part,
            plane=look.slicing.plane,
            along=along,
            start=window.top if rows else window.left,
            stop=window.bottom if rows else window.right,
            block=tile.block_rows if rows else tile.block_columns,
        )
        if mosaic:
            ask = structs.replace(ask, start=0, stop=mosaic.count, block=1)
        self._lines.request(ask, (info, self._controller.data_revision))
        lines = self._lines.answer
        if not isinstance(lines, Lines) or not self._lines.is_done:
            return None
        low, high = numbers(lines.low), numbers(lines.high)
        if mosaic:
            which = mosaic.numbers(window, (tile.block_rows, tile.block_columns))
            low, high = low[which], high[which]
        return LineRanges(along, low, high)

    @property
    def refusal(self) -> Problem | None:
        """Why lines have no ranges, None if they have."""
        found = self._lines.answer
        return found if isinstance(found, Problem) else None

    @property
    def summary(self) -> Summary | None:
        """What is known of all values of the tensor in hand, None as long as nothing is.

        After a change it is what was known before, until the first answer comes.
        """
        return self._last

    @property
    def final(self) -> Summary | None:
        """The summary, when it is complete."""
        found = self._summary.answer
        return found if isinstance(found, Summary) and self._summary.is_done else None

    @property
    def is_over(self) -> bool:
        """Whether there is no more to come of the summary, be it for an error."""
        return self._summary.is_done

    @property
    def is_done(self) -> bool:
        """Whether all that was asked has arrived."""
        return self._summary.is_done and self._lines.is_done

    @property
    def progress(self) -> float | None:
        """How much is done of something that takes long, None where nothing does."""
        for errand in (self._lines, self._summary):
            if errand.is_long:
                return getattr(errand.answer, "progress", 0.0)
        return None

    def rest(self) -> None:
        """Let what the person does go first, then go on."""
        self._summary.rest()
        self._lines.rest()

    def forget(self) -> None:
        """Want no answer any more."""
        self._summary.forget()
        self._lines.forget()
        self._last = None

    def _on_counted(self) -> None:
        found = self._summary.answer
        self._last = found if isinstance(found, Summary) else None
        self.counted.emit()


def numbers(array: Array) -> "np.typing.NDArray[np.float64]":
    """Return the numbers of an array of float64."""
    return np.frombuffer(array.data, np.float64)
