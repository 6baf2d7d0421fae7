"""What a heat map asks about two tensors: whether they are close, and where they are not."""

import msgspec

from explorer.panes.heatmap.counts.summary import Stepped, SteppedAsk
from explorer.protocol import Answer


class Tolerance(msgspec.Struct, frozen=True):
    """What `torch.allclose` is told: elements are close if |A - B| <= atol + rtol * |B|."""

    rtol: float = 1e-5
    atol: float = 1e-8
    equal_nan: bool = False


class VerdictAsk(SteppedAsk, frozen=True, kw_only=True):
    """Compare `left` and `right` as `torch.allclose` does, in the dtype that torch promotes to."""

    left: str
    right: str
    tolerance: Tolerance = Tolerance()


class Verdict(Stepped, frozen=True, kw_only=True):
    """How many of `count` elements are not close, as far as they are compared.

    `largest` is the largest |A - B| as text, at `index`; "" where each is NaN.
    """

    count: int
    differing: int
    largest: str
    index: tuple[int, ...]

    @property
    def is_close(self) -> bool:
        """What `torch.allclose` returns."""
        return self.differing == 0


class DifferenceAsk(VerdictAsk, frozen=True, kw_only=True):
    """Find the next element after `start` that is not close, the one before it if `backwards`.

    After the last comes the first. Without `start` the first, or the last.
    """

    start: tuple[int, ...] | None = None
    backwards: bool = False


class Difference(Answer, frozen=True, kw_only=True):
    """Where it is; None where there is none, or with a `progress` below 1 none was found yet."""

    index: tuple[int, ...] | None
    progress: float = 1.0
