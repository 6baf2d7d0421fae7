"""A measured row and the table that shows it."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """Repeated measurements of one thing, in `unit`; `target` is the most the median may be, if there is one.

    With a `baseline`, what is held against the target is the difference of the two medians.
    """

    what: str
    unit: str
    values: list[float]
    target: float | None = None
    baseline: list[float] | None = None

    @property
    def median(self) -> float:
        return statistics.median(self.values)

    @property
    def judged(self) -> float:
        return self.median - statistics.median(self.baseline or [0])

    @property
    def passes(self) -> bool:
        return self.target is None or self.judged <= self.target

    def cells(self) -> list[str]:
        """Return what the table shows of this row."""
        over = ratio = ""
        if self.baseline:
            base = statistics.median(self.baseline)
            over, ratio = f"{base:.4g}", f"{self.median / base:.2f}x"
        spread = f"{min(self.values):.4g}-{max(self.values):.4g}"
        return [
            self.what,
            f"{self.median:.4g} {self.unit}",
            spread,
            over,
            ratio,
            f"{self.judged:{'+' if self.baseline else ''}.4g}",
            "" if self.target is None else f"<= {self.target:g}",
            "" if self.target is None else "ok" if self.passes else "MISSED",
        ]


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that is found, not measured."""

    what: str
    found: str
    passes: bool = True
    is_judged: bool = False

    def cells(self) -> list[str]:
        """Return what the table shows of it."""
        verdict = ("ok" if self.passes else "MISSED") if self.is_judged else ""
        return [self.what, self.found, "", "", "", "", "", verdict]


HEADINGS = ["", "median", "range", "baseline", "ratio", "judged", "target", ""]


def table(rows: Sequence[Row | Fact]) -> str:
    """Return `rows` as aligned text."""
    lines = [HEADINGS, *(row.cells() for row in rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )
