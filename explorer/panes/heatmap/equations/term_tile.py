"""The tile of an operand, laid out as it takes part: as a column, or repeated to the result's size."""

import msgspec
import numpy as np
import numpy.typing as npt

from explorer.panes.heatmap import Tile, Window
from explorer.protocol import Array


def as_column(tile: Tile) -> Tile:
    """Return the tile of one row as one of one column."""
    return msgspec.structs.replace(
        tile,
        rows=tile.columns,
        columns=tile.rows,
        window=Window(tile.window.left, tile.window.top, tile.window.right, tile.window.bottom),
        values=_array(_matrix(tile.values, np.float32).T),
        marks=_array(_matrix(tile.marks, np.uint8).T),
    )


def repeated(tile: Tile, rows: int, columns: int) -> Tile:
    """Return a whole tile of cells with its only row, or its only column, so many times."""
    texts = tuple(
        tile.texts[row % tile.rows * tile.columns + column % tile.columns]
        for row in range(rows)
        for column in range(columns)
        if tile.texts
    )
    return msgspec.structs.replace(
        tile,
        rows=rows,
        columns=columns,
        window=Window(0, 0, rows, columns),
        values=_array(np.broadcast_to(_matrix(tile.values, np.float32), (rows, columns))),
        marks=_array(np.broadcast_to(_matrix(tile.marks, np.uint8), (rows, columns))),
        texts=texts,
    )


def _matrix(array: Array, dtype: type[np.generic]) -> npt.NDArray[np.generic]:
    return np.frombuffer(array.data, dtype).reshape(array.shape)


def _array(matrix: npt.NDArray[np.generic]) -> Array:
    plain = np.ascontiguousarray(matrix)
    return Array(plain.dtype.name, plain.shape, plain.data.cast("B"))
