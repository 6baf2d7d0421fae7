"""Writes the cells of a plane to a file: a piece at a time, so that none of its size is made."""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np
import numpy.typing as npt
import torch
from numpy.lib import format as npy

from explorer.engine.reader import Reader
from explorer.panes.heatmap import Plane, Window
from explorer.panes.heatmap.exports.export import Format, Unwritten, WriteAsk, Written
from explorer.panes.heatmap.tiles.colouring import at_channel
from explorer.panes.heatmap.tiles.plane import (
    READABLE,
    UnshowableError,
    checked,
    select,
    select_maps,
)
from explorer.panes.heatmap.tiles.sparse import is_large, stored
from explorer.protocol import Answer

STEP_SECONDS = 0.1
PIECE: dict[Format, int] = {"csv": 1 << 15, "npy": 1 << 20}
"""Cells that are worked on at once."""

_WRITTEN_AS = {
    torch.bfloat16: torch.float32,
    torch.complex32: torch.complex64,
    **{dtype: torch.float32 for dtype in READABLE if str(dtype).startswith("torch.float8")},
}
"""Types that NumPy lacks, and those that hold all their values."""

Numbers = npt.NDArray[np.generic]


@dataclass(frozen=True, slots=True)
class Cells:
    """The numbers of a plane in reading order, `depth` of them to a cell, side by side."""

    shape: tuple[int, int]
    dtype: torch.dtype
    dense: Callable[[Window], torch.Tensor]
    depth: int = 1
    maps: tuple[int, int] = (1, 1)
    """How many planes stand one under another, as counted by the dims of a grid."""

    @staticmethod
    def of(tensor: torch.Tensor, ask: WriteAsk) -> "Cells":
        """Return those that `ask` names; raises UnshowableError if there are none."""
        plane, expression = ask.plane, ask.expression
        if ask.channels is not None:
            return _coloured(tensor, ask, ask.channels)
        if plane.grid:
            return _gridded(select_maps(tensor, plane, expression))
        if is_large(tensor):
            found = stored(checked(tensor, expression), plane)
            return Cells(found.shape, found.values.dtype, found.dense)
        matrix = select(tensor, plane, expression)

        def cut(window: Window) -> torch.Tensor:
            return matrix[window.top : window.bottom, window.left : window.right]

        return Cells((matrix.shape[0], matrix.shape[1]), matrix.dtype, cut)

    @property
    def total(self) -> int:
        """How many there are."""
        return self.shape[0] * self.shape[1]

    @property
    def written_as(self) -> torch.dtype:
        """The type that they are written as."""
        return _WRITTEN_AS.get(self.dtype, self.dtype)

    def read(self, start: int, most: int) -> Numbers:
        """Return cells from number `start` on, about `most`: whole rows, or a part of one."""
        columns = self.shape[1]
        row, column = divmod(start, columns)
        if column or columns > most:
            window = Window(row, column, row + 1, min(columns, column + most))
        else:
            window = Window(row, 0, min(self.shape[0], row + most // columns), columns)
        piece = self.dense(window).to(self.written_as)
        found: Numbers = piece.resolve_conj().resolve_neg().cpu().contiguous().numpy()
        return found


def _coloured(tensor: torch.Tensor, ask: WriteAsk, dim: int) -> Cells:
    planes = [
        select(
            tensor,
            Plane(ask.plane.rows, ask.plane.columns, at_channel(ask.plane.index, dim, i)),
            ask.expression,
        )
        for i in range(tensor.shape[dim])
    ]
    depth, (rows, columns) = len(planes), planes[0].shape

    def cut(window: Window) -> torch.Tensor:
        left, right = window.left // depth, -(-window.right // depth)
        parts = [plane[window.top : window.bottom, left:right] for plane in planes]
        numbers = torch.stack(parts, -1).flatten(1)
        return numbers[:, window.left - left * depth : window.right - left * depth]

    return Cells((rows, columns * depth), tensor.dtype, cut, depth)


def _gridded(maps: torch.Tensor) -> Cells:
    down, across, rows, columns = maps.shape

    def cut(window: Window) -> torch.Tensor:
        parts = []
        for number in range(window.top // rows, -(-window.bottom // rows)):
            top, bottom = window.top - number * rows, window.bottom - number * rows
            part = maps[divmod(number, across)]
            parts.append(part[max(0, top) : min(rows, bottom), window.left : window.right])
        return torch.cat(parts)

    return Cells((down * across * rows, columns), maps.dtype, cut, maps=(down, across))


def answer_write(ask: WriteAsk, reader: Reader) -> Answer:
    """Go on writing what `ask` asks for, at least a piece."""
    tensor = reader.tensor(ask.expression, ask.as_of)
    try:
        cells = Cells.of(tensor, ask)
    except UnshowableError as error:
        return error.problem
    info = reader.info(ask.expression, ask.as_of)
    about = info.serial, info.version, info.content, reader.revision
    end = time.monotonic() + STEP_SECONDS
    try:
        with open(ask.path, "r+b") as file:  # noqa: PTH123 - a path as the window wrote it
            file.truncate(ask.offset)
            file.seek(ask.offset)
            done = ask.done
            if done == 0 and ask.format == "npy":
                _write_header(file, cells, ask.plane)
            while done < cells.total:
                numbers = cells.read(done, PIECE[ask.format])
                _WRITE[ask.format](file, numbers, done, cells.shape[1])
                done += numbers.size
                if time.monotonic() > end:
                    break
            file.flush()
            if done == cells.total:
                os.fsync(file.fileno())
            offset = file.tell()
    except OSError as error:
        return Unwritten(number=error.errno or 0, reason=error.strerror or str(error))
    dtype = str(cells.written_as).removeprefix("torch.")
    return Written(done=done, total=cells.total, offset=offset, dtype=dtype, about=about)


def _write_header(file: BinaryIO, cells: Cells, plane: Plane) -> None:
    """Write what `numpy.load` reads first; the array has as many dims as the plane."""
    shape = cells.shape[2 - sum(dim is not None for dim in (plane.rows, plane.columns)) :]
    if plane.grid:
        rows = cells.shape[0] // (cells.maps[0] * cells.maps[1])
        shape = *cells.maps[: len(plane.grid)], rows, cells.shape[1]
    if cells.depth > 1:
        shape = cells.shape[0], cells.shape[1] // cells.depth, cells.depth
    descr = npy.dtype_to_descr(torch.empty(0, dtype=cells.written_as).numpy().dtype)
    npy.write_array_header_1_0(file, {"descr": descr, "fortran_order": False, "shape": shape})


def _write_npy(file: BinaryIO, numbers: Numbers, start: int, columns: int) -> None:
    del start, columns
    file.write(numbers.data)


def _write_csv(file: BinaryIO, numbers: Numbers, start: int, columns: int) -> None:
    """Write the shortest texts that read back; every row ends with a newline."""
    lead = "," if start % columns else ""
    rows = "\n".join(",".join(map(str, row)) for row in numbers)
    ends = (start + numbers.size) % columns == 0
    file.write(f"{lead}{rows}{chr(10) if ends else ''}".encode())


_WRITE: dict[Format, Callable[[BinaryIO, Numbers, int, int], None]] = {
    "csv": _write_csv,
    "npy": _write_npy,
}
