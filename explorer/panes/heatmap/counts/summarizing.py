"""The answers about all values: a summary of a plane or a tensor, statistics of lines, in steps."""

import torch

from explorer.engine import torch_private
from explorer.engine.reader import Reader
from explorer.panes.heatmap import Plane
from explorer.panes.heatmap.counts.histogram import Ends
from explorer.panes.heatmap.counts.lines import LineStatistics, MapRanges
from explorer.panes.heatmap.counts.stage import Jobs, in_memory_order
from explorer.panes.heatmap.counts.summary import LinesAsk, SummaryAsk
from explorer.panes.heatmap.tiles.plane import (
    UnshowableError,
    checked,
    readable,
    select,
    select_maps,
)
from explorer.panes.heatmap.tiles.reduce import Source
from explorer.panes.heatmap.tiles.sparse import is_large, stored
from explorer.protocol import Answer

_JOBS = Jobs()


def answer_summary(ask: SummaryAsk, reader: Reader, jobs: Jobs = _JOBS) -> Answer:
    """Go on counting what `ask` asks for."""
    tensor = reader.tensor(ask.expression, ask.as_of)
    try:
        plain = checked(tensor, ask.expression)
        if is_large(plain):
            cells, unstored = _stored(plain, ask.plane)
        elif ask.plane is None:
            cells, unstored = readable(tensor, ask.expression), 0
        else:
            how = select_maps if ask.plane.grid else select
            cells, unstored = how(tensor, ask.plane, ask.expression), 0
    except UnshowableError as error:
        return error.problem
    cells = in_memory_order(cells)
    source = Source(cells, ask.part)
    filling = None
    if unstored:
        zero = torch.full((1, 1), -source.bias, dtype=source.working, device=cells.device)
        filling = zero, unstored
    return jobs.step(
        ask,
        identity(tensor),
        cells,
        lambda: Ends(ask, source.working, source.bias),
        filling,
    )


def answer_lines(ask: LinesAsk, reader: Reader, jobs: Jobs = _JOBS) -> Answer:
    """Go on with the statistics of the lines that `ask` names."""
    tensor = reader.tensor(ask.expression, ask.as_of)
    try:
        if ask.plane.grid:
            return _answer_maps(ask, tensor, jobs)
        matrix = select(tensor, ask.plane, ask.expression)
    except UnshowableError as error:
        return error.problem
    across = 0 if ask.along == "rows" else 1
    matrix = matrix.narrow(across, ask.start, ask.stop - ask.start)
    dim = 1 - across
    if abs(matrix.stride(0)) < abs(matrix.stride(1)):  # neighbours in memory go last
        matrix, dim = matrix.T, 1 - dim
    bias = Source(matrix, ask.part).bias
    return jobs.step(ask, identity(tensor), matrix, lambda: LineStatistics(ask, bias, dim))


def _answer_maps(ask: LinesAsk, tensor: torch.Tensor, jobs: Jobs) -> Answer:
    maps = select_maps(tensor, ask.plane, ask.expression)
    order = tuple(sorted(range(4), key=maps.stride, reverse=True))
    bias = Source(maps, ask.part).bias
    counts = maps.shape[0], maps.shape[1]
    return jobs.step(
        ask, identity(tensor), maps.permute(order), lambda: MapRanges(bias, counts, order)
    )


def _stored(tensor: torch.Tensor, plane: Plane | None) -> tuple[torch.Tensor, int]:
    """Return what a sparse tensor stores of a plane, or in all, and how many cells it does not."""
    if plane is None:
        coo = tensor if tensor.layout == torch.sparse_coo else tensor.to_sparse()
        values, count = coo.coalesce().values(), tensor.numel()
    else:
        found = stored(tensor, plane)
        values, count = found.values, found.shape[0] * found.shape[1]
    if not values.numel():
        values = values.new_zeros(1)
    return values, count - values.numel()


def identity(tensor: torch.Tensor) -> tuple[object, ...]:
    """Return what differs if another tensor goes by the same name by now."""
    strided = tensor.layout == torch.strided
    place = (tensor.data_ptr(), tensor.stride()) if strided else ()
    return (torch_private.version(tensor), tensor.shape, tensor.dtype, place)
