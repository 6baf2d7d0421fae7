"""What a heat map is about: which tensor, as of which moment, and how it is looked at."""

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from explorer.panes.heatmap.exports.exporter import Shown
from explorer.panes.heatmap.look import Look, Looks, loaded, saved
from explorer.panes.heatmap.moment import Moment
from explorer.protocol import TensorInfo
from explorer.window.plot import CellView


class Subject(QObject):
    """Owns the looks at tensors. The pane says which one it is; the others of its parts read that."""

    changed = Signal()
    """It is looked at in another way: other cells or controls are to be shown."""

    def __init__(self, moment: Moment, cells: CellView, parent: QObject) -> None:
        super().__init__(parent)
        self._moment, self._cells = moment, cells
        self._looks = Looks()
        self.expression = ""
        self.info: TensorInfo | None = None
        """The tensor shown, None while a message stands in its place."""

    @property
    def as_of(self) -> int:
        """The moment as asks have it."""
        return self._moment.as_of

    @property
    def look(self) -> Look | None:
        """How the tensor shown is looked at, None if none is."""
        return self._looks.find(self.expression) if self.info else None

    @property
    def shown(self) -> Shown | None:
        """All of it, None while no tensor is shown."""
        look, info = self.look, self.info
        return Shown(self.expression, look, info, self.as_of) if look and info else None

    @property
    def code(self) -> str:
        """Python that makes the plane shown."""
        shown = self.shown
        return shown.code if shown else self.expression

    def look_for(
        self, info: TensorInfo, first: Callable[[str, Look], Look]
    ) -> tuple[Look | None, Look]:
        """Return the last look at what is now as `info` says, if it had one, and the look at it now.

        They are one while it can be looked at as before. `first` makes the first of all.
        """
        before = self._looks.find(self.expression)
        look = self._looks.look_at(self.expression, info.shape, info.dtype)
        if before is None:
            look = first(self.expression, look)
            self._looks.put(self.expression, look)
        return before, look

    def put(self, look: Look) -> None:
        """Remember a look, of which nothing but colours is new."""
        self._looks.put(self.expression, look)

    def change(self, look: Look) -> None:
        """Look at the tensor in another way."""
        self.put(look)
        self.changed.emit()

    def keep_view(self) -> None:
        """Remember which cells are in view, before another tensor is shown."""
        look = self.look
        if look:
            self.put(self._with_view(look))

    def state(self) -> dict[str, object]:
        """Return how the tensor shown is looked at, as `loaded` takes it; nothing if none is."""
        look = self.look
        return saved(self.expression, self._with_view(look)) if look else {}

    def state_for(self, expression: str, first: Callable[[str, Look], Look]) -> dict[str, object]:
        """Return what of that holds for another tensor, which `first` makes the look at."""
        look = self.look
        return saved(expression, first(expression, look)) if look else {}

    def restore(self, state: dict[str, object]) -> bool:
        """Look at a tensor as `state` says, now or when it is shown; False if it does not say."""
        found = loaded(state)
        if found:
            self._looks.put(*found)
        return found is not None

    def toggle_statistics(self) -> None:
        """Show the statistics, or hide them."""
        look = self.look
        if look:
            self.change(replace(look, statistics=not look.statistics))

    def toggle_profiles(self) -> None:
        """Show the plots of the row and the column through a cell, or hide them."""
        look = self.look
        if look:
            self.change(replace(look, profiles=not look.profiles))

    def _with_view(self, look: Look) -> Look:
        cells = self._cells
        return replace(look, view=None if cells.is_fitted else cells.view)
