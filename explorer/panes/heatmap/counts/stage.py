"""Work on a large tensor in steps: cut into pieces, a stage at a time, each step within a budget.

A job keeps what it has counted, never the tensor: that must be free to go between two steps.
"""

import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from math import prod
from typing import Protocol

import torch

from explorer.panes.heatmap import Part
from explorer.panes.heatmap.counts.summary import Stepped, SteppedAsk
from explorer.panes.heatmap.tiles.reduce import Source

STEP_SECONDS = 0.04
PIECE = 1 << 19
"""Elements that are worked on at once: what is made of them on the way stays in the cache."""
KEPT_JOBS = 8

Cut = tuple[slice, ...]


class Stage(Protocol):
    """One pass over all pieces."""

    def add(self, x: torch.Tensor, cut: Cut, times: int = 1) -> None:
        """Count a piece: a matrix as `Source.read` returns it, and where it was cut out.

        A piece that stands for many counts so many `times`.
        """

    def then(self) -> "Stage | None":
        """Return the next pass, None after the last."""

    def answer(self, progress: float) -> Stepped:
        """Return what is known."""

    @property
    def share(self) -> tuple[float, float]:
        """The part of the work that this pass is, as its begin and end within 0 and 1."""


def cuts(shape: tuple[int, ...], limit: int = PIECE) -> Iterator[Cut]:
    """Cut an array of `shape` into pieces of at most `limit` elements, in order."""
    if not shape:
        yield ()
        return
    size, inner = shape[0], prod(shape[1:])
    if inner > limit:
        for i in range(size):
            for rest in cuts(shape[1:], limit):
                yield (slice(i, i + 1), *rest)
        return
    step = max(1, limit // max(1, inner))
    whole = tuple(slice(0, n) for n in shape[1:])
    for start in range(0, size, step):
        yield (slice(start, min(size, start + step)), *whole)


def in_memory_order(tensor: torch.Tensor) -> torch.Tensor:
    """Return `tensor` with its dims in the order of its memory, neighbours last."""
    dims = sorted(range(tensor.ndim), key=tensor.stride, reverse=True)
    return tensor.permute(dims)


def read(tensor: torch.Tensor, cut: Cut, part: Part) -> torch.Tensor:
    """Return a piece as a matrix of numbers that torch can work on."""
    piece = tensor[cut] if cut else tensor
    matrix = piece.reshape(piece.shape[0] if piece.ndim else 1, -1)
    x = Source(matrix, part).read((0, matrix.shape[0]), (0, matrix.shape[1]))
    # MPS has no float64, in which everything is added up.
    return x.cpu() if x.device.type == "mps" else x


def decimal(x: torch.Tensor, bias: int) -> torch.Tensor:
    """Return what `read` returned as float64, with the `bias` of its source given back."""
    if not bias:
        return x.to(torch.float64)
    # Given back to whole numbers: small ones would be lost beside a large float.
    plain = x ^ torch.iinfo(torch.int64).min
    return torch.where(plain < 0, plain.to(torch.float64) + 2.0**64, plain.to(torch.float64))


@dataclass(slots=True)
class Job:
    """A question in work."""

    stage: Stage
    pieces: list[Cut]
    filling: tuple[torch.Tensor, int] | None = None
    """What a sparse tensor has where it stores nothing, as `read` returns it, and how often."""
    done: int = 0
    final: Stepped | None = None

    def step(self, tensor: torch.Tensor, part: Part, seconds: float) -> Stepped:
        """Work for about `seconds`, at least on one piece, and return what is known then."""
        end = time.monotonic() + seconds
        while self.final is None:
            if self.filling and self.done == 0:
                self.stage.add(self.filling[0], (), self.filling[1])
            cut = self.pieces[self.done]
            self.stage.add(read(tensor, cut, part), cut)
            self.done += 1
            if self.done == len(self.pieces):
                following = self.stage.then()
                if following is None:
                    self.final = self.stage.answer(1.0)
                    break
                self.stage, self.done = following, 0
            if time.monotonic() > end:
                start, stop = self.stage.share
                share = start + (stop - start) * self.done / len(self.pieces)
                return self.stage.answer(min(share, 0.999))
        return self.final


@dataclass(slots=True)
class Jobs:
    """The questions in work, the latest last."""

    seconds: float = STEP_SECONDS
    _jobs: OrderedDict[object, Job] = field(default_factory=OrderedDict)

    def step(
        self,
        ask: SteppedAsk,
        identity: object,
        tensor: torch.Tensor,
        begin: Callable[[], Stage],
        filling: tuple[torch.Tensor, int] | None = None,
    ) -> Stepped:
        """Go on with `ask` about `tensor`; `begin` makes the first stage of a new question.

        Where `identity` is another than when the question began, it is begun again. For `filling`
        see `Job`.
        """
        key = (ask, identity)
        job = self._jobs.pop(key, None)
        if job is None:
            job = Job(begin(), list(cuts(tuple(tensor.shape))), filling)
        self._jobs[key] = job
        if len(self._jobs) > KEPT_JOBS:
            self._jobs.popitem(last=False)
        return job.step(tensor, ask.part, self.seconds)
