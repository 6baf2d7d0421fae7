"""From derivatives to the cells of an input that are told: those that are not 0, the largest of them."""

from typing import cast

import torch

from explorer.panes.heatmap.tiles.number import Number, exact_text
from explorer.panes.heatmap.whys.rerun import Input
from explorer.panes.heatmap.whys.why import MOST_CELLS, Cell, Index, Source


def sources(inputs: list[Input], partials: list[torch.Tensor | None]) -> tuple[Source, ...]:
    """Return those inputs that the cell follows; `partials` are of their shapes."""
    pairs = [(i, p) for i, p in zip(inputs, partials, strict=True) if p is not None and p.any()]
    largest = max((_largest(partial) for _, partial in pairs), default=1.0)
    return tuple(_source(given, partial, largest) for given, partial in pairs)


def only_cell(given: Input, position: int) -> Source:
    """Return the input whose element at `position`, row by row, is the cell itself."""
    partial = torch.zeros(given.tensor.shape, dtype=torch.float32)
    partial.view(-1)[position] = 1
    return _source(given, partial, 1.0)


def _source(given: Input, partial: torch.Tensor, largest: float) -> Source:
    follows = partial != 0  # NaN too
    places = follows.flatten().nonzero().flatten()
    found = partial.flatten()[places]
    chosen = _strongest(found)
    cells = [
        _cell(_unravel(int(places[i]), partial.shape), given.tensor, found[i], largest)
        for i in chosen
    ]
    return Source(
        term=given.term,
        shape=tuple(partial.shape),
        count=len(places),
        cells=tuple(cells),
        region=_region(follows, len(places)),
        same=bool((found == found[0]).all()),
    )


def _cell(index: Index, tensor: torch.Tensor, partial: torch.Tensor, largest: float) -> Cell:
    slope = float(partial.abs() if partial.is_complex() else partial) / largest
    return Cell(
        index,
        number_text(tensor[index]),
        "" if partial.is_complex() and partial.isnan() else number_text(partial),
        max(-1.0, min(slope, 1.0)) if slope == slope else 0.0,  # noqa: PLR0124 - NaN is not
    )


def _strongest(partials: torch.Tensor) -> list[int]:
    """Return where the largest are, these first, and equal ones in their order."""
    sizes = partials.abs().nan_to_num(torch.inf)
    if len(sizes) > MOST_CELLS:
        some = sizes.topk(MOST_CELLS).indices.sort().values
    else:
        some = torch.arange(len(sizes), device=sizes.device)
    order: list[int] = some[sizes[some].sort(descending=True, stable=True).indices].tolist()
    return order


def _region(follows: torch.Tensor, count: int) -> tuple[tuple[int, int, int], ...] | None:
    """Return the block that cells make up, None if there are others or gaps in it."""
    runs = []
    for dim in range(follows.dim()):
        lines = follows.movedim(dim, 0).flatten(1).any(1) if follows.dim() > 1 else follows
        indices: list[int] = lines.nonzero().flatten().tolist()
        step = indices[1] - indices[0] if len(indices) > 1 else 1
        run = range(indices[0], indices[-1] + 1, step)
        if list(run) != indices:
            return None
        runs.append((run.start, run.stop, run.step))
        count = count // len(run) if count % len(run) == 0 else 0
    return tuple(runs) if count == 1 else None


def _largest(partial: torch.Tensor) -> float:
    sizes = partial.abs().flatten()
    finite = sizes[sizes.isfinite()]
    return float(finite.max()) or 1.0 if len(finite) else 1.0


def number_text(number: torch.Tensor) -> str:
    """Return an element as text that its dtype reads back."""
    return exact_text(cast("Number", number.item()), number.dtype)


def _unravel(position: int, shape: torch.Size) -> Index:
    index: list[int] = []
    for size in reversed(shape):
        position, i = divmod(position, size)
        index.insert(0, i)
    return tuple(index)
