"""Which dim of a tensor can be red, green and blue."""

from explorer.panes.heatmap import Tile
from explorer.text import tr

COUNTS = (3, 4)


def channel_dim(shape: tuple[int, ...]) -> int | None:
    """Return the dim that is meant: the last, the one before rows and columns, or another of 3 or 4.

    None where there is none, or less than two dims beside it.
    """
    n = len(shape)
    if n < 3:
        return None
    order = (n - 1, n - 3, *range(n - 1))
    return next((dim for dim in order if shape[dim] in COUNTS), None)


def refusal(dtype: str) -> str:
    """Return why numbers of a type are no colours, "" if they are."""
    if dtype == "uint8" or dtype.startswith(("float", "bfloat")):
        return ""
    return tr(
        "Colours are uint8 from 0 to 255 or decimal numbers from 0 to 1: {dtype} is neither.",
        dtype=dtype,
    )


def clipped_text(tile: Tile, dtype: str) -> str:
    """Return what is to be said of numbers that are beyond every colour, "" if there are none."""
    if dtype == "uint8" or tile.minimum is None or tile.maximum is None:
        return ""
    if tile.minimum >= 0 and tile.maximum <= 1:
        return ""
    return tr(
        "Values from {low} to {high}: below 0 and above 1 colours are clipped",
        low=f"{tile.minimum:.4g}",
        high=f"{tile.maximum:.4g}",
    )
