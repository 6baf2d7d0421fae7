"""Members of containers, and small pictures of tensors, made of a sample of their values."""

from collections.abc import Callable

import torch

from explorer.engine.reach import count, members
from explorer.engine.reader import Reader
from explorer.panes.tensors import Children, ChildrenAsk, Thumbnail, Thumbnails, ThumbnailsAsk
from explorer.protocol import Answer, Array, Ask

DENSIFIED_ELEMENTS = 1 << 16
NOT_FINITE = 255
HIGHEST = 254
ZERO = 127


def thumbnails(ask: ThumbnailsAsk, reader: Reader) -> Thumbnails:
    """Return a picture of each tensor, None for one that has gone or has no values to show."""
    return Thumbnails(pictures=tuple(_attempt(e, ask.size_px, reader) for e in ask.expressions))


def thumbnail(tensor: torch.Tensor, size_px: int) -> Thumbnail | None:
    """Return a picture of `tensor`, of any dtype, layout and device; None if it has no values.

    It shows the last two dimensions at index 0 of the others, and every n-th row and column, so
    that its cost does not grow with the tensor: what lies between is not seen.
    """
    if tensor.device.type == "meta" or tensor.numel() == 0:
        return None
    if tensor.layout is not torch.strided:
        if tensor.numel() > DENSIFIED_ELEMENTS:
            return None
        tensor = tensor.to_dense()
    sample = _sample(tensor.detach(), size_px)
    if sample.is_quantized:
        sample = sample.dequantize()
    if sample.is_complex():
        sample = sample.to(torch.complex64).abs()
    # Through the CPU's float64: MPS has none, and float8 has no arithmetic.
    values = sample.cpu().to(torch.float64)
    finite = values.isfinite()
    known = values[finite]
    low, high = (known.min().item(), known.max().item()) if known.numel() else (0.0, 0.0)
    diverging = low < 0 < high and tensor.dtype is not torch.bool
    levels = _levels(values, low, high, diverging=diverging)
    levels[~finite] = NOT_FINITE
    plane = levels.to(torch.uint8).contiguous()
    data = memoryview(plane.numpy().tobytes())
    rows, columns = plane.shape
    return Thumbnail(plane=Array("uint8", (rows, columns), data), diverging=diverging)


def _attempt(expression: str, size_px: int, reader: Reader) -> Thumbnail | None:
    try:
        return thumbnail(reader.tensor(expression), size_px)
    except Exception:  # noqa: BLE001 - a picture is an ornament: no exotic tensor may cost the others theirs
        return None


def _sample(tensor: torch.Tensor, size_px: int) -> torch.Tensor:
    while tensor.dim() > 2:
        tensor = tensor[0]
    while tensor.dim() < 2:
        tensor = tensor.unsqueeze(0)
    row_step, column_step = (-(-size // size_px) for size in tensor.shape)
    return tensor[::row_step, ::column_step]


def _levels(values: torch.Tensor, low: float, high: float, *, diverging: bool) -> torch.Tensor:
    if diverging:
        reach = max(-low, high)
        return (values / reach * ZERO + ZERO).nan_to_num().round().clamp(0, HIGHEST)
    if low == high:
        return torch.full_like(values, ZERO)
    # Halved, since the range of float64 itself may overflow.
    share = (values / 2 - low / 2) / (high / 2 - low / 2)
    return (share * HIGHEST).nan_to_num().round().clamp(0, HIGHEST)


def children(ask: ChildrenAsk, reader: Reader) -> Children:
    """Return a line about each member. Raises ValueError if the container is gone."""
    value = reader.look_up(ask.expression)
    total = count(value)
    end = min(total, ask.start + ask.count)
    found = members(value, ask.start, end)
    return Children(
        expression=ask.expression,
        start=ask.start,
        end=end,
        total=total,
        entries=tuple(reader.describe(ask.expression + step, member) for step, member in found),
    )


PROBES: dict[type[Ask], Callable[..., Answer]] = {
    ThumbnailsAsk: thumbnails,
    ChildrenAsk: children,
}
