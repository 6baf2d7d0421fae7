"""What a line will do, in words."""

from dataclasses import dataclass

from explorer.measure import bytes_text
from explorer.protocol import Preview, PreviewResult
from explorer.text import tr
from explorer.window.hint import Tone

LARGE_BYTES = 64 * 1024**2
LARGE_SHARE = 0.1
"""Of the free memory: what takes more is worth a word."""
MOST_RESULTS = 2


@dataclass(frozen=True, slots=True)
class Words:
    """`main` says what comes out or what goes wrong, `note` what else is to know.

    `is_code` says that `main` begins with shapes.
    """

    main: str
    note: str = ""
    tone: Tone = "info"
    is_code: bool = False

    @property
    def spoken(self) -> str:
        """All of it, for a screen reader."""
        return "; ".join(filter(None, (*self.main.splitlines(), self.note)))


def words_of(preview: Preview) -> Words:
    """Return what `preview` tells."""
    if not preview.fits:
        return Words(
            tr(
                "This needs about {needed} of memory, and {free} are free",
                needed=bytes_text(preview.memory_bytes),
                free=bytes_text(preview.free_bytes),
            ),
            _result(preview.results[0]) if preview.results else "",
            "error",
        )
    if problem := preview.problem:
        what = tr("Expected error: {what}", what=problem.what)
        return Words(f"{what} {problem.fix}".strip(), "", "error")
    if preview.unknown:
        return Words(preview.unknown)
    lines = [_result(result) for result in preview.results[:MOST_RESULTS]]
    if not lines and preview.value:
        lines = [preview.value]
    return Words("\n".join(lines), " · ".join(_notes(preview)), is_code=bool(lines))


def _notes(preview: Preview) -> list[str]:
    more = len(preview.results) - MOST_RESULTS
    free = preview.free_bytes
    is_large = preview.memory_bytes > LARGE_BYTES or (
        free >= 0 and preview.memory_bytes > LARGE_SHARE * free
    )
    return [
        words
        for words, holds in (
            (tr("{n} more results", n=more), more > 0),
            (tr("size depends on the values"), preview.unknown_size),
            (tr("random"), preview.random),
            (tr("takes {n} of memory", n=bytes_text(preview.memory_bytes)), is_large),
        )
        if holds
    ]


def _result(result: PreviewResult) -> str:
    """Return "[64, 64] float32 · new tensor"."""
    sizes = ", ".join("?" if size < 0 else str(size) for size in result.shape)
    parts = [f"[{sizes}] {result.dtype}"]
    if result.device != "cpu":
        parts.append(result.device)
    parts.append(_badge(result))
    if result.requires_grad:
        parts.append(tr("requires grad"))
    return " · ".join(parts)


def _badge(result: PreviewResult) -> str:
    name = result.of
    match result.badge:
        case "view":
            return tr("view of {name}", name=name) if name else tr("a view")
        case "same":
            return tr("{name} itself, same object", name=name) if name else tr("same object")
        case "in_place":
            return tr("writes {name} in place", name=name) if name else tr("writes in place")
        case _:
            return tr("new tensor")
