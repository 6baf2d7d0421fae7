"""What the numbers of a tensor are together, each statistic with a sentence that explains it."""

import math

from explorer.panes.heatmap.counts.summary import Summary
from explorer.panes.heatmap.facts import Fact
from explorer.panes.heatmap.scales.scale import level_text
from explorer.text import tr


def statistics(summary: Summary) -> tuple[Fact, ...]:
    """Return what a summary tells, those that matter most first.

    What is not counted yet, and what a tensor without finite elements has not, is left out.
    """
    found = [_count(summary)]
    if summary.minimum is not None and summary.maximum is not None:
        low, high = _text(summary.minimum), _text(summary.maximum)
        found += [
            Fact(
                tr("min {x}", x=low),
                tr("The least finite element is {x}.", x=_exact(summary.minimum)),
            ),
            Fact(
                tr("max {x}", x=high),
                tr("The greatest finite element is {x}.", x=_exact(summary.maximum)),
            ),
        ]
    if summary.progress == 1 and None not in (summary.mean, summary.std, summary.norm):
        found += _moments(summary)
    share = summary.zeros / max(1, summary.count)
    found.append(
        Fact(
            tr("zeros {share}", share=percent_text(share)),
            tr(
                "{n} of {total} elements are 0.", n=f"{summary.zeros:,}", total=f"{summary.count:,}"
            ),
        )
    )
    infinite = summary.positive_infinity + summary.negative_infinity
    found += [
        Fact(
            tr("NaN {n}", n=f"{summary.nan:,}"),
            tr('{n} elements are NaN, "not a number", as 0 / 0 is.', n=f"{summary.nan:,}"),
        ),
        Fact(
            tr("Inf {n}", n=f"{infinite:,}"),
            tr(
                "{up} elements are +Inf and {down} are -Inf: too large for the dtype, or 1 / 0.",
                up=f"{summary.positive_infinity:,}",
                down=f"{summary.negative_infinity:,}",
            ),
        ),
    ]
    return tuple(found)


def percent_text(share: float) -> str:
    """Return a share in per cent; only none at all is 0 % and only all is 100 %."""
    if share in (0, 1):
        return f"{share:.0%}".replace("%", " %")
    if share < 0.001:
        return "< 0.1 %"
    if share > 0.999:
        return "> 99.9 %"
    return f"{share * 100:.1f} %"


def _count(summary: Summary) -> Fact:
    n = f"{summary.count:,}"
    return Fact(tr("{n} elements", n=n), tr("The statistics are those of {n} elements.", n=n))


def _moments(summary: Summary) -> list[Fact]:
    mean, std, norm = (float(x or 0) for x in (summary.mean, summary.std, summary.norm))
    return [
        Fact(
            tr("mean {x}", x=_text(mean)),
            tr("The mean of the finite elements is {x}.", x=_exact(mean)),
        ),
        Fact(
            tr("std {x}", x=_text(std)),
            tr(
                "The standard deviation of the finite elements is {x}, as torch.std counts: "
                "divided by n - 1.",
                x=_exact(std),
            ),
        ),
        Fact(
            tr("norm {x}", x=_text(norm)),
            tr(
                "The L2 norm, the root of the sum of the squares of the finite elements, is {x}.",
                x=_exact(norm),
            ),
        ),
    ]


def _text(x: float) -> str:
    return level_text(x) if math.isfinite(x) else str(x)


def _exact(x: float) -> str:
    return f"{x:,}" if isinstance(x, int) else repr(x)
