"""What a line will give, in a few words: `[64, 64] float32 · new`."""

from explorer.measure import bytes_text
from explorer.protocol import Preview, PreviewResult
from explorer.text import tr

MOST_RESULTS = 2
"""Of more results, only so many are told."""


def summary(preview: Preview) -> str:
    """Return what comes of a line, the error to expect, or why neither can be told."""
    if preview.problem:
        return preview.problem.what
    if preview.unknown:
        return preview.unknown
    if not preview.fits:
        return tr("needs {amount} of memory", amount=bytes_text(preview.memory_bytes))
    told = [_result(result) for result in preview.results[:MOST_RESULTS]]
    if len(preview.results) > MOST_RESULTS:
        told.append("...")
    parts = [", ".join(dict.fromkeys(told)) or preview.value]
    if preview.unknown_size:
        parts.append(tr("size depends on the values"))
    if preview.random:
        parts.append(tr("random"))
    return " · ".join(filter(None, parts))


def _result(result: PreviewResult) -> str:
    sizes = ", ".join("?" if size < 0 else str(size) for size in result.shape)
    return f"[{sizes}] {result.dtype} · {_badge(result)}"


def _badge(result: PreviewResult) -> str:
    match result.badge, result.of:
        case "view", "":
            return tr("view")
        case "view", name:
            return tr("view of {name}", name=name)
        case "same", _:
            return tr("same object")
        case "in_place", "":
            return tr("in place")
        case "in_place", name:
            return tr("writes {name} in place", name=name)
    return tr("new")
