"""What is to be said of a colour scale that its numbers do not show."""

from explorer.panes.heatmap.counts.summary import Summary
from explorer.panes.heatmap.scales.scale import Scale
from explorer.text import tr


def scale_note(scale: Scale, summary: Summary | None, progress: float | None) -> str:
    """Return a sentence or two; "" where the scale speaks for itself.

    `progress` is how far counting is, None when it is done or takes no time.
    """
    parts = []
    if progress is not None:
        parts.append(tr("Counting: {n} %", n=int(progress * 100)))
    if scale.along:
        parts.append(_along(scale))
    elif scale.axis.kind == "log":
        below = summary.histogram.below if summary and summary.histogram else 0
        if below:
            parts.append(
                tr("{n} values are not above 0 and have the lowest colour.", n=f"{below:,}")
            )
    elif scale.axis.kind == "symlog":
        unit = f"{scale.axis.unit:.3g}"
        parts.append(tr("Logarithmic on both sides of 0, even within ±{unit}.", unit=unit))
    return "\n".join(parts)


def _along(scale: Scale) -> str:
    match scale.along, scale.low < 0:
        case "maps", True:
            return tr("100 % is the largest |x| of the slice.")
        case "maps", _:
            return tr("From least to greatest of each slice.")
        case "rows", True:
            return tr("100 % is the largest |x| of the row, or of the rows of a block.")
        case "rows", _:
            return tr("From least to greatest of each row, or of the rows of a block.")
        case _, True:
            return tr("100 % is the largest |x| of the column, or of the columns of a block.")
    return tr("From least to greatest of each column, or of the columns of a block.")
