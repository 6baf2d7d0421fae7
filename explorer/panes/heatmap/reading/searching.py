"""Search all elements of a tensor, from one on in row-major order, in steps."""

import math
import time
from dataclasses import dataclass

import torch

from explorer.engine.reader import Reader
from explorer.panes.heatmap.counts.stage import Cut, read
from explorer.panes.heatmap.reading.search import Condition, SearchAsk, Searched
from explorer.panes.heatmap.tiles.plane import UnshowableError, checked, readable
from explorer.panes.heatmap.tiles.reduce import Source
from explorer.panes.heatmap.tiles.sparse import is_large
from explorer.protocol import Answer

STEP_SECONDS = 0.03
PIECE = 1 << 17
"""Elements that are looked at in one go: a step takes no longer than a few of them."""

Level = int | float


def answer_search(ask: SearchAsk, reader: Reader, seconds: float = STEP_SECONDS) -> Answer:
    """Go on with a search for about `seconds`, at least over one piece."""
    try:
        tensor = reader.tensor(ask.expression, ask.as_of)
        plain = checked(tensor, ask.expression)
        if is_large(plain):
            return _search_stored(plain, ask)
        return _search(readable(plain, ask.expression), ask, seconds)
    except UnshowableError as error:
        return error.problem


def piece(shape: tuple[int, ...], position: int, limit: int, *, backward: bool = False) -> Cut:
    """Return a part of an array: at most `limit` elements in a row from `position` on, row-major.

    `backward` they come before it: `position` counts from the last element then.
    """
    index = _unravelled(position, shape)
    inner, dim = 1, len(shape) - 1
    while dim > 0 and index[dim] == 0 and inner * shape[dim] <= limit:
        inner *= shape[dim]
        dim -= 1
    cut = [slice(i, i + 1) for i in index[:dim]]
    if shape:
        stop = min(shape[dim], index[dim] + max(1, limit // inner))
        cut.append(slice(index[dim], stop))
    cut += [slice(0, n) for n in shape[dim + 1 :]]
    if backward:
        cut = [slice(n - s.stop, n - s.start) for n, s in zip(shape, cut, strict=True)]
    return tuple(cut)


@dataclass(frozen=True, slots=True)
class Matcher:
    """What a condition asks of elements of `dtype` that were read as `Source.read` does."""

    condition: Condition
    dtype: torch.dtype
    bias: int = 0

    def mask(self, x: torch.Tensor) -> torch.Tensor:
        """Return which elements of `x` are wanted."""
        sign = self.condition.sign
        if sign in ("nan", "unfinite"):
            if not x.is_floating_point():
                return torch.zeros_like(x, dtype=torch.bool)
            return torch.isnan(x) if sign == "nan" else ~torch.isfinite(x)
        low, high = self._bounds(whole=not x.is_floating_point())
        if x.is_floating_point():
            wide = x.to(torch.float64)
            within = (wide >= low) & (wide <= high)
        else:
            least, most = torch.iinfo(x.dtype).min, torch.iinfo(x.dtype).max
            low, high = max(least, low - self.bias), min(most, high - self.bias)
            if low > high:
                within = torch.zeros_like(x, dtype=torch.bool)
            else:
                within = (x >= low) & (x <= high)
        return ~within if sign == "!=" else within

    def _bounds(self, *, whole: bool) -> tuple[Level, Level]:
        """Return the least and greatest wanted, whole numbers for `whole` ones."""
        condition = self.condition
        value, off = condition.value, condition.tolerance
        if not whole and not off:
            value = self._rounded(value)
        low: Level = -math.inf
        high: Level = math.inf
        match condition.sign:
            case "==" | "!=":
                low, high = (value - off, value + off) if off else (value, value)
            case "<=":
                high = value
            case ">=":
                low = value
            case "<":
                high = _before(value, whole=whole)
            case ">":
                low = -_before(-value, whole=whole)
        if not whole:
            return low, high
        edge = 2**65  # beyond any whole number there is
        low = math.ceil(low) if math.isfinite(low) else int(math.copysign(edge, low))
        high = math.floor(high) if math.isfinite(high) else int(math.copysign(edge, high))
        return low, high

    def _rounded(self, value: Level) -> float:
        """Return the number of the dtype that torch compares with: 0.1 means float32's 0.1."""
        real = self.dtype.to_real() if self.dtype.is_complex else self.dtype
        if math.isfinite(value) and abs(value) > torch.finfo(real).max:
            return float(value)
        return float(torch.tensor(float(value), dtype=torch.float64).to(real))


def _before(value: Level, *, whole: bool) -> Level:
    """Return the greatest number below `value`."""
    if whole:
        return math.ceil(value) - 1 if math.isfinite(value) else value
    return math.nextafter(float(value), -math.inf) if value > -math.inf else math.nan


def _search(tensor: torch.Tensor, ask: SearchAsk, seconds: float) -> Searched:
    shape, total = tuple(tensor.shape), tensor.numel()
    first = _first(ask, shape, total)
    condition, searched, best, best_at = ask.condition, ask.searched, ask.best, ask.best_at
    is_extreme = condition.sign in ("largest", "smallest")
    if condition.sign in ("nan", "unfinite") and _is_whole(tensor.dtype):
        return Searched(index=None, searched=total, total=total)
    bias = Source(torch.empty((1, 1), dtype=tensor.dtype), ask.part).bias
    matcher = Matcher(condition, tensor.dtype, bias)
    end = time.monotonic() + seconds
    while searched < total:
        position = (first + searched) % total
        left = min(total - searched, total - position)
        cut = piece(shape, position, min(PIECE, left), backward=ask.backward)
        if condition.imaginary is not None:
            flat = _near(tensor[cut] if cut else tensor, condition).reshape(-1)
        else:
            x = read(tensor, cut, ask.part).reshape(-1)
            flat = x if is_extreme else matcher.mask(x)
        if ask.backward:
            flat = flat.flip(0)
        if is_extreme:
            found = _extreme(flat, bias, largest=condition.sign == "largest")
            if found and (best is None or _is_beyond(found[0], best, condition)):
                best, best_at = found[0], searched + found[1]
        elif bool(flat.any()):
            at = int(flat.nonzero()[0])
            index = _index(shape, (first + searched + at) % total, ask)
            return Searched(index=index, searched=searched + at + 1, total=total)
        searched += flat.numel()
        if time.monotonic() > end:
            break
    is_known = is_extreme and searched >= total and best is not None
    at_best = _index(shape, (first + best_at) % total, ask) if is_known else None
    return Searched(index=at_best, searched=searched, total=total, best=best, best_at=best_at)


def _search_stored(tensor: torch.Tensor, ask: SearchAsk) -> Searched:
    """Search a large sparse tensor by the elements that it stores; all others are 0."""
    coo = (tensor if tensor.layout == torch.sparse_coo else tensor.to_sparse()).coalesce()
    shape, total = tuple(tensor.shape), tensor.numel()
    values, inner = coo.values(), math.prod(shape[coo.sparse_dim() :])
    positions = torch.zeros(coo.indices().shape[1], dtype=torch.int64, device=values.device)
    for dim, indices in enumerate(coo.indices()):
        positions = positions * shape[dim] + indices
    within = torch.arange(inner, device=values.device)
    positions = (positions[:, None] * inner + within).reshape(-1)
    if ask.backward:
        positions = total - 1 - positions
    ranks = (positions - _first(ask, shape, total)) % total
    ranks, order = ranks.sort()
    matrix = values.reshape(1, -1)[:, order]
    source = Source(matrix, ask.part)
    x = source.read((0, 1), (0, matrix.shape[1]))[0] if len(ranks) else matrix[0].real
    condition = ask.condition
    # The first element that is not stored, where ranks leave a gap.
    gap = int((ranks == torch.arange(len(ranks), device=ranks.device)).long().cumprod(0).sum())
    if condition.sign in ("largest", "smallest"):
        best = _extreme(x, source.bias, largest=condition.sign == "largest")
        if gap < total and (best is None or _is_beyond(0, best[0], condition)):
            at = gap
        else:
            at = int(ranks[best[1]]) if best else total
    else:
        matcher = Matcher(condition, tensor.dtype, source.bias)
        is_complex = condition.imaginary is not None
        mask = _near(matrix[0], condition) if is_complex else matcher.mask(x)
        at = int(ranks[mask.nonzero()[0]]) if bool(mask.any()) else total
        zero = torch.zeros(1, dtype=torch.float64)
        is_zero_wanted = bool((_near(zero, condition) if is_complex else _plain(matcher, zero))[0])
        if is_zero_wanted and gap < total:
            at = min(at, gap)
    index = None if at >= total else _index(shape, (_first(ask, shape, total) + at) % total, ask)
    return Searched(index=index, searched=total, total=total)


def _is_whole(dtype: torch.dtype) -> bool:
    return not (dtype.is_floating_point or dtype.is_complex)


def _plain(matcher: Matcher, x: torch.Tensor) -> torch.Tensor:
    return Matcher(matcher.condition, torch.float64).mask(x)


def _near(x: torch.Tensor, condition: Condition) -> torch.Tensor:
    wide = x.to(torch.complex128)
    value = complex(condition.value, condition.imaginary or 0.0)
    if not condition.tolerance and x.is_complex():
        value = torch.tensor(value, dtype=torch.complex128).to(x.dtype).to(torch.complex128).item()
    mask = (wide - value).abs() <= condition.tolerance
    return ~mask if condition.sign == "!=" else mask


def _extreme(x: torch.Tensor, bias: int, *, largest: bool) -> tuple[Level, int] | None:
    """Return the extreme of the finite elements and where it comes first, None if none is finite."""
    if x.is_floating_point():
        finite = torch.isfinite(x)
        if not bool(finite.all()):
            x = torch.where(finite, x, -torch.inf if largest else torch.inf)
            if not bool(finite.any()):
                return None
    if not x.numel():
        return None
    most = x.amax() if largest else x.amin()
    at = int((x == most).nonzero()[0])
    return (float(most) if x.is_floating_point() else int(most) + bias), at


def _is_beyond(a: Level, b: Level, condition: Condition) -> bool:
    return a > b if condition.sign == "largest" else a < b


def _first(ask: SearchAsk, shape: tuple[int, ...], total: int) -> int:
    """Return the position looked at first, counted from the end that the search comes from."""
    if ask.start is None or len(ask.start) != len(shape):
        return 0
    position = 0
    for i, n in zip(ask.start, shape, strict=True):
        position = position * n + min(i, n - 1)
    return ((total - 1 - position if ask.backward else position) + 1) % total


def _index(shape: tuple[int, ...], position: int, ask: SearchAsk) -> tuple[int, ...]:
    if ask.backward:
        position = math.prod(shape) - 1 - position
    return _unravelled(position, shape)


def _unravelled(position: int, shape: tuple[int, ...]) -> tuple[int, ...]:
    index = []
    for n in reversed(shape):
        position, i = divmod(position, n)
        index.append(i)
    return tuple(reversed(index))
