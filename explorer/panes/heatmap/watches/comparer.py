"""The engine's half of a comparison: two tensors element by element, in steps, as torch.allclose."""

import math
import time
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import torch

from explorer.engine import torch_private
from explorer.engine.reader import Reader
from explorer.panes.heatmap.counts.stage import KEPT_JOBS, STEP_SECONDS, Cut, cuts
from explorer.panes.heatmap.tiles.number import exact_text
from explorer.panes.heatmap.tiles.plane import UnshowableError, readable
from explorer.panes.heatmap.watches.comparing import (
    Difference,
    DifferenceAsk,
    Tolerance,
    Verdict,
    VerdictAsk,
)
from explorer.protocol import Answer
from explorer.text import tr

SEARCH_SECONDS = 0.5
INT64_MIN = -(2**63)

_WIDENED = {
    torch.bool: torch.int32,
    torch.uint16: torch.int32,
    torch.uint32: torch.int64,
    torch.uint64: torch.float64,
    torch.float8_e4m3fn: torch.float32,
    torch.float8_e5m2: torch.float32,
    torch.float8_e4m3fnuz: torch.float32,
    torch.float8_e5m2fnuz: torch.float32,
    torch.complex32: torch.complex64,
}
"""Dtypes that torch does not compare in, and what holds all their values."""

Index = tuple[int, ...]


class Pair(NamedTuple):
    """Two tensors of one shape, and the dtype that they are compared in."""

    left: torch.Tensor
    right: torch.Tensor
    dtype: torch.dtype

    def read(self, cut: Cut) -> tuple[torch.Tensor, torch.Tensor]:
        """Return a piece of both."""
        return self.left[cut].to(self.dtype), self.right[cut].to(self.dtype)


@dataclass(slots=True)
class _Job:
    """What is known of a pair. It keeps no tensor: that must be free to go between two steps."""

    shape: Index
    pieces: list[Cut]
    counts: list[int] = field(default_factory=list)
    """How many elements of each piece that is done are not close."""
    largest: float | int = -1
    index: Index = ()

    def step(self, pair: Pair, tolerance: Tolerance, seconds: float) -> None:
        """Work for about `seconds`, at least on one piece."""
        end = time.monotonic() + seconds
        while len(self.counts) < len(self.pieces):
            self._add(pair, tolerance)
            if time.monotonic() > end:
                break

    def verdict(self, dtype: torch.dtype) -> Verdict:
        """Return what is known."""
        share = len(self.counts) / len(self.pieces)
        largest = self.largest
        return Verdict(
            count=math.prod(self.shape),
            differing=sum(self.counts),
            largest=exact_text(largest, dtype) if largest >= 0 else "",
            index=self.index,
            progress=1.0 if share == 1 else min(share, 0.999),
        )

    def start(self, i: int) -> int:
        """Return the place of the first element of a piece, row by row."""
        return _flat([part.start for part in self.pieces[i]], self.shape)

    def _add(self, pair: Pair, tolerance: Tolerance) -> None:
        cut = self.pieces[len(self.counts)]
        a, b = pair.read(cut)
        self.counts.append(int((~_close(a, b, tolerance)).sum()))
        size, place = _largest(a, b)
        if size > self.largest:
            self.largest = size
            inner = _unravelled(place, tuple(a.shape))
            self.index = tuple(part.start + i for part, i in zip(cut, inner, strict=True))


class Comparer:
    """The pairs that were compared last."""

    def __init__(self) -> None:
        self._jobs: OrderedDict[object, _Job] = OrderedDict()

    def verdict(self, ask: VerdictAsk, reader: Reader) -> Verdict:
        """Go on comparing. Raises UnshowableError for tensors that can't be compared."""
        pair = _pair(ask, reader)
        job = self._job(ask, reader, pair)
        job.step(pair, ask.tolerance, STEP_SECONDS)
        sizes = torch.zeros((), dtype=pair.dtype).abs()  # those of complex numbers are real
        return job.verdict(sizes.dtype)

    def find(self, ask: DifferenceAsk, reader: Reader) -> Difference:
        """Return the next element that differs, looking only where there is one."""
        pair = _pair(ask, reader)
        job = self._job(ask, reader, pair)
        job.step(pair, ask.tolerance, SEARCH_SECONDS)
        done = [i for i, count in enumerate(job.counts) if count]
        progress = len(job.counts) / len(job.pieces)
        if not done:
            return Difference(index=None, progress=progress)
        total = math.prod(job.shape)
        at = _flat(ask.start, job.shape) if ask.start is not None else total
        # Pieces follow each other row by row: the one that `at` lies in is looked at from there,
        # and again in the end from its other side.
        order = done[::-1] if ask.backwards else done
        ahead = [
            i for i in order if (job.start(i) < at if ask.backwards else self._end(job, i) > at)
        ]
        for i in (*ahead, *order):
            places = [job.start(i) + p for p in _differing(pair, job.pieces[i], ask.tolerance)]
            if i in ahead:
                places = [p for p in places if (p < at if ask.backwards else p > at)]
                ahead = [j for j in ahead if j != i]
            if places:
                place = places[-1] if ask.backwards else places[0]
                return Difference(index=_unravelled(place, job.shape))
        return Difference(index=None, progress=progress)

    def _end(self, job: _Job, i: int) -> int:
        return job.start(i + 1) if i + 1 < len(job.pieces) else math.prod(job.shape)

    def _job(self, ask: VerdictAsk, reader: Reader, pair: Pair) -> _Job:
        key = (ask.left, ask.right, ask.as_of, ask.tolerance, reader.revision, _identity(pair))
        job = self._jobs.pop(key, None) or _Job(
            tuple(pair.left.shape), list(cuts(tuple(pair.left.shape)))
        )
        self._jobs[key] = job
        if len(self._jobs) > KEPT_JOBS:
            self._jobs.popitem(last=False)
        return job


_COMPARER = Comparer()


def answer_verdict(ask: VerdictAsk, reader: Reader, comparer: Comparer = _COMPARER) -> Answer:
    """Go on comparing what `ask` names."""
    try:
        return comparer.verdict(ask, reader)
    except UnshowableError as error:
        return error.problem


def answer_difference(ask: DifferenceAsk, reader: Reader, comparer: Comparer = _COMPARER) -> Answer:
    """Find the element that `ask` is about."""
    try:
        return comparer.find(ask, reader)
    except UnshowableError as error:
        return error.problem


def _pair(ask: VerdictAsk, reader: Reader) -> Pair:
    left, right = (
        readable(reader.tensor(expression, ask.as_of), expression)
        for expression in (ask.left, ask.right)
    )
    broadcast: Any = torch.broadcast_tensors  # torch does not annotate it
    try:
        together = broadcast(left, right)
    except RuntimeError:
        raise UnshowableError(
            tr(
                "{a} has shape {shape} and {b} has shape {other}: they can't be compared",
                a=ask.left,
                shape=list(left.shape),
                b=ask.right,
                other=list(right.shape),
            ),
            tr("Compare tensors of one shape, or of shapes that torch broadcasts to one."),
        ) from None
    if left.device != right.device:
        raise UnshowableError(
            tr(
                "{a} is on {device} and {b} on {other}: they can't be compared",
                a=ask.left,
                device=left.device,
                b=ask.right,
                other=right.device,
            ),
            tr("Move one of them with .to(...)."),
        )
    return Pair(together[0], together[1], _common(left, right))


def _common(left: torch.Tensor, right: torch.Tensor) -> torch.dtype:
    """Return the dtype that torch promotes to, or the nearest that it can compare in."""
    try:
        dtype = torch.result_type(left, right)
    except RuntimeError:  # uint16 and its like are promoted with nothing
        dtype = torch.promote_types(*(_WIDENED.get(x.dtype, x.dtype) for x in (left, right)))
    return _WIDENED.get(dtype, dtype)


def _close(a: torch.Tensor, b: torch.Tensor, tolerance: Tolerance) -> torch.Tensor:
    return torch.isclose(
        a, b, rtol=tolerance.rtol, atol=tolerance.atol, equal_nan=tolerance.equal_nan
    )


def _largest(a: torch.Tensor, b: torch.Tensor) -> tuple[float | int, int]:
    """Return the largest |a - b| and its place; -1 where each is NaN."""
    if a.is_floating_point() or a.is_complex():
        sizes = (a - b).abs()
        sizes = torch.where(torch.isnan(sizes), torch.full_like(sizes, -1), sizes).flatten()
        place = int(sizes.argmax())
        return float(sizes[place]), place
    # Whole numbers may differ by more than an int64: as 64 bits without a sign they fit.
    a, b = a.to(torch.int64), b.to(torch.int64)
    sizes = ((torch.maximum(a, b) - torch.minimum(a, b)) ^ INT64_MIN).flatten()
    place = int(sizes.argmax())
    return int(sizes[place]) - INT64_MIN, place


def _differing(pair: Pair, cut: Cut, tolerance: Tolerance) -> list[int]:
    a, b = pair.read(cut)
    found: list[int] = (~_close(a, b, tolerance)).flatten().nonzero().flatten().tolist()
    return found


def _flat(index: Index | list[int], shape: Index) -> int:
    place = 0
    for i, n in zip(index, shape, strict=True):
        place = place * n + i
    return place


def _unravelled(place: int, shape: Index) -> Index:
    index = []
    for n in reversed(shape):
        place, i = divmod(place, n)
        index.append(i)
    return tuple(reversed(index))


def _identity(pair: Pair) -> tuple[object, ...]:
    """Return what differs if another tensor goes by the same name by now, or was written to."""
    return tuple(
        (torch_private.version(x), tuple(x.shape), x.dtype, x.data_ptr(), x.stride())
        for x in (pair.left, pair.right)
    )
