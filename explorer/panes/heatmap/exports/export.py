"""What the heat map asks to have a plane written to a file, in steps that it can give up between."""

from typing import ClassVar, Literal

from explorer.panes.heatmap import CellsAsk, Plane
from explorer.protocol import Answer, Lane

Format = Literal["csv", "npy"]


class WriteAsk(CellsAsk, frozen=True, kw_only=True):
    """Write cells of a plane to the file `path`, which is there, from cell `done` on.

    They go to byte `offset`; what stood from there on is lost, so that a step may be repeated. What
    NumPy has no type for is written as float32, which holds every value of it. With `channels` a
    dim runs beside rows and columns: the last of an array; in a table its numbers stand side by side.
    """

    lane: ClassVar[Lane] = "side"
    plane: Plane
    path: str
    format: Format
    channels: int | None = None
    done: int = 0
    offset: int = 0


class Written(Answer, frozen=True, kw_only=True):
    """`done` of `total` cells are in the file, as `dtype`, and the next one goes to byte `offset`.

    `about` differs if the tensor may have changed since the step before.
    """

    done: int
    total: int
    offset: int
    dtype: str
    about: tuple[int, ...]


class Unwritten(Answer, frozen=True, kw_only=True):
    """The system did not take it."""

    number: int
    reason: str
