"""Where the blocks of a tile come from, a pyramid, a job or a sample, and how far they are."""

from dataclasses import dataclass, replace

import torch
from msgspec import structs

from explorer.panes.heatmap import Window
from explorer.panes.heatmap.slices.mosaic import Mosaic
from explorer.panes.heatmap.tiles.block import Blocks
from explorer.panes.heatmap.tiles.cache import Cache, matrix_key
from explorer.panes.heatmap.tiles.job import Job, sizes
from explorer.panes.heatmap.tiles.maps import Maps
from explorer.panes.heatmap.tiles.pyramid import LEAST_CELLS, Pyramid
from explorer.panes.heatmap.tiles.reduce import Source, Span
from explorer.panes.heatmap.tiles.sample import sample

PYRAMID_NBYTES = 40 << 20
JOB_NBYTES = 8 << 20
MAPS_NBYTES = 16 << 20
"""Budgets: what may be kept of all tensors together."""
FIRST_SECONDS = 0.02
"""So long a new job works before it tells how long it will take."""
STEP_SECONDS = 0.05
PATIENCE_SECONDS = 0.09
"""A new job that needs no longer than this any more is done at once."""
PICTURES = 4
"""A job that goes on for long is shown so often before its end."""
SOON_SECONDS = 0.2
"""With no longer to go it is shown at its end only: a picture takes time too."""

Sides = tuple[int, int]
"""Cells down and across of a block."""


@dataclass(frozen=True, slots=True)
class Found:
    """Blocks, and the share of them that is exact; None if they differ little from those known."""

    blocks: Blocks | None
    progress: float


@dataclass(frozen=True, slots=True)
class FoundMaps:
    """The same of a mosaic. A share of the maps is exact; `missing` are the blocks of the others."""

    blocks: Blocks | None
    missing: torch.Tensor | None
    progress: float


class Finder:
    """Reduces windows in steps, and keeps what it has for the next question."""

    def __init__(self) -> None:
        self._pyramids: Cache[Pyramid] = Cache(PYRAMID_NBYTES)
        self._jobs: Cache[Job] = Cache(JOB_NBYTES)
        self._maps: Cache[Maps] = Cache(MAPS_NBYTES)

    @property
    def nbytes(self) -> int:
        """The memory of all that is kept."""
        return self._pyramids.nbytes + self._jobs.nbytes + self._maps.nbytes

    def renew(self, revision: int) -> None:
        """Forget all if `revision` is another than last time."""
        self._pyramids.renew(revision)
        self._jobs.renew(revision)
        self._maps.renew(revision)

    def find(
        self,
        source: Source,
        window: Window,
        block: Sides,
        *,
        known: float = 0.0,
        patient: bool = False,
    ) -> Found:
        """Return `window` in blocks of `block` cells, both on the grid of blocks.

        `known` is the progress of what the asker has; `patient` works to the end.
        """
        thin, inside, sides = _without_repeats(source, window, block)
        found = self._find(thin, inside, sides, _Mood(known, patient))
        self._pyramids.trim()
        self._jobs.trim()
        if found.blocks is None or thin is source:
            return found
        device = source.matrix.device
        heights = sizes((window.top, window.bottom), block[0], device)
        widths = sizes((window.left, window.right), block[1], device)
        return replace(found, blocks=found.blocks.repeated(heights, widths))

    def find_maps(
        self,
        source: Source,
        mosaic: Mosaic,
        window: Window,
        block: Sides,
        *,
        known: float = 0.0,
        patient: bool = False,
    ) -> FoundMaps:
        """Return `window` of a mosaic of the maps of `source`: see `Maps`, and `find`."""
        key = matrix_key(source.matrix, source.part)
        if key is None:
            maps, patient = Maps(source, block), True
        else:
            maps = self._maps.find(source.matrix, (key, block), lambda: Maps(source, block))
        seconds = STEP_SECONDS if known else PATIENCE_SECONDS
        maps.step(source, mosaic, window, None if patient else seconds)
        self._maps.trim()
        if known and maps.progress < min(1.0, known + 1 / PICTURES):
            return FoundMaps(None, None, maps.progress)
        return FoundMaps(*maps.blocks(source, mosaic, window), maps.progress)

    def _find(self, source: Source, window: Window, block: Sides, mood: "_Mood") -> Found:
        key = matrix_key(source.matrix, source.part)
        if key is None:
            job = Job(source, *_spans(window), block)
            return _in_job(job, source, window, block, replace(mood, patient=True))
        if source.matrix.numel() > LEAST_CELLS:
            pyramid = self._pyramids.find(source.matrix, (key, None), lambda: Pyramid(source))
            if pyramid.has(block) and (pyramid.job.is_done or _cells(window) > LEAST_CELLS):
                return _in_pyramid(pyramid, source, window, block, mood)
        job = self._jobs.find(
            source.matrix, (key, (window, block)), lambda: Job(source, *_spans(window), block)
        )
        return _in_job(job, source, window, block, mood)


@dataclass(frozen=True, slots=True)
class _Mood:
    """How an asker waits: see `Finder.find`."""

    known: float
    patient: bool

    def wants(self, job: Job) -> bool:
        """Return whether a picture is to be made of what is done."""
        has_news = job.progress - self.known >= 1 / PICTURES
        return not self.known or (has_news and job.seconds_left > SOON_SECONDS)


def _in_pyramid(
    pyramid: Pyramid, source: Source, window: Window, block: Sides, mood: _Mood
) -> Found:
    job = pyramid.job
    _work(job, source, mood)
    if job.is_done:
        return Found(_cut(pyramid.level(block), window, block), 1.0)
    if not mood.wants(job):
        return Found(None, job.progress)
    sampled = sample(source, *_spans(window), block)
    return Found(_merged(sampled, _cut(pyramid.begun(block), window, block)), job.progress)


def _in_job(job: Job, source: Source, window: Window, block: Sides, mood: _Mood) -> Found:
    _work(job, source, mood)
    if job.is_done:
        return Found(job.blocks(), 1.0)
    if not mood.wants(job):
        return Found(None, job.progress)
    return Found(_merged(sample(source, *_spans(window), block), job.begun()), job.progress)


def _work(job: Job, source: Source, mood: _Mood) -> None:
    if job.is_done:
        return
    is_new = job.progress == 0
    if not mood.patient:
        job.step(source, FIRST_SECONDS if is_new else STEP_SECONDS)
    if mood.patient or job.seconds_left <= (PATIENCE_SECONDS if is_new else FIRST_SECONDS):
        job.step(source)


def _merged(sampled: Blocks, begun: Blocks) -> Blocks:
    """Return `sampled` with the blocks in its place that are done."""
    where = slice(0, begun.low.shape[0]), slice(0, begun.low.shape[1])
    sampled.low[where], sampled.high[where] = begun.low, begun.high
    sampled.mean[where] = begun.mean + (begun.anchor - sampled.anchor)
    if sampled.sure is not None:
        sampled.sure[where] = True
    if sampled.odd is None and begun.odd is None:
        return sampled
    odd = torch.zeros((3, *sampled.low.shape), dtype=torch.int64, device=sampled.low.device)
    if sampled.odd is not None:
        odd[:] = sampled.odd
    odd[:, where[0], where[1]] = 0 if begun.odd is None else begun.odd.to(torch.int64)
    return replace(sampled, odd=odd)


def _cut(blocks: Blocks, window: Window, block: Sides) -> Blocks:
    return blocks.part(
        slice(window.top // block[0], -(-window.bottom // block[0])),
        slice(window.left // block[1], -(-window.right // block[1])),
    )


def _without_repeats(source: Source, window: Window, block: Sides) -> tuple[Source, Window, Sides]:
    """Return one row for rows that are all the same memory, as `expand` makes them; columns too."""
    for dim in (0, 1):
        if source.matrix.stride(dim) == 0 and source.matrix.shape[dim] > 1:
            source = replace(source, matrix=source.matrix.narrow(dim, 0, 1))
            if dim == 0:
                window, block = structs.replace(window, top=0, bottom=1), (1, block[1])
            else:
                window, block = structs.replace(window, left=0, right=1), (block[0], 1)
    return source, window, block


def _spans(window: Window) -> tuple[Span, Span]:
    return (window.top, window.bottom), (window.left, window.right)


def _cells(window: Window) -> int:
    return (window.bottom - window.top) * (window.right - window.left)
