"""Three or four matrices of a tensor as red, green, blue and opacity."""

import numpy as np
import torch
from msgspec import structs

from explorer.engine.reader import Change
from explorer.panes.heatmap import Plane, Tile, TileAsk, Working
from explorer.panes.heatmap.tiles.finder import Finder
from explorer.panes.heatmap.tiles.plane import UnshowableError
from explorer.panes.heatmap.tiles.tile import tile
from explorer.protocol import Array
from explorer.text import tr

WHITE = 255


def coloured_tile(
    tensor: torch.Tensor,
    ask: TileAsk,
    change: Change | None = None,
    finder: Finder | None = None,
) -> Tile:
    """Return a tile with colours of its own, as `ask.channels` says: each channel's mean a block.

    What is NaN is black beneath its mark, what lies outside 0 to 1 is clipped. Raises what `tile`
    raises, and UnshowableError where the dim has another size than 3 or 4 by now.
    """
    dim = ask.channels
    if dim is None or dim >= tensor.ndim or tensor.shape[dim] not in {3, 4}:
        raise UnshowableError(tr("{x} has no dim of 3 or 4 to be colours now.", x=ask.expression))
    tiles = [
        _exact(tensor, _channel(ask, dim, i), change, finder) for i in range(tensor.shape[dim])
    ]
    numbers = np.stack([_numbers(channel) for channel in tiles], axis=-1)
    full = WHITE if tensor.dtype == torch.uint8 else 1.0
    shares = np.nan_to_num(numbers / full, nan=0.0, posinf=1.0, neginf=0.0).clip(0.0, 1.0)
    colours = np.full((*shares.shape[:2], 4), WHITE, np.uint8)
    colours[..., : len(tiles)] = np.rint(shares * WHITE)
    marks = np.bitwise_or.reduce(
        [np.frombuffer(channel.marks.data, np.uint8) for channel in tiles]
    ).reshape(shares.shape[:2])
    low = [channel.minimum for channel in tiles if channel.minimum is not None]
    high = [channel.maximum for channel in tiles if channel.maximum is not None]
    return structs.replace(
        tiles[0],
        values=_array(numbers[..., :3].mean(-1).astype(np.float32)),
        base=0,
        scale=1.0,
        marks=_array(marks),
        minimum=min(low, default=None),
        maximum=max(high, default=None),
        nan=sum(channel.nan for channel in tiles),
        positive_infinity=sum(channel.positive_infinity for channel in tiles),
        negative_infinity=sum(channel.negative_infinity for channel in tiles),
        changed=sum(channel.changed for channel in tiles),
        texts=(),
        colours=_array(colours),
    )


def at_channel(index: tuple[int, ...], dim: int, channel: int) -> tuple[int, ...]:
    """Return `index` at one of the channels."""
    return *index[:dim], channel, *index[dim + 1 :]


def _channel(ask: TileAsk, dim: int, channel: int) -> TileAsk:
    plane = Plane(ask.plane.rows, ask.plane.columns, at_channel(ask.plane.index, dim, channel))
    return structs.replace(ask, plane=plane, reduce="mean", channels=None, known=0.0)


def _exact(
    tensor: torch.Tensor, ask: TileAsk, change: Change | None, finder: Finder | None
) -> Tile:
    """Return the tile of one channel: a picture of some channels only would have wrong colours."""
    while True:
        found = tile(tensor, ask, change, finder)
        if not isinstance(found, Working) and found.is_exact:
            return found


def _numbers(found: Tile) -> "np.typing.NDArray[np.float64]":
    values = np.frombuffer(found.values.data, np.float32).reshape(found.values.shape)
    with np.errstate(invalid="ignore", over="ignore"):
        return values.astype(np.float64) * found.scale + found.base


def _array(numbers: "np.typing.NDArray[np.generic]") -> Array:
    plain = np.ascontiguousarray(numbers)
    return Array(str(plain.dtype), plain.shape, plain.data.cast("B"))
