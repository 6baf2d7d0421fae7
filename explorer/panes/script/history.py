"""What was typed before, kept in a file from one start to the next."""

import contextlib
import json
from pathlib import Path

MOST_ENTRIES = 1000


class History:
    """Recalls sources, newest first. The file holds one JSON string a line.

    It is read when the first one is recalled. A file that can't be read or written costs only the
    memory of earlier starts.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._sources: list[str] | None = None
        self._position = 0
        self._draft = ""

    def add(self, source: str) -> None:
        """Remember `source` as the newest, and stand behind it."""
        sources = self._loaded()
        if sources[-1:] != [source]:
            sources.append(source)
            self._append(source)
        self._position = len(sources)

    def older(self, draft: str) -> str | None:
        """Return what was typed before, None at the oldest; `draft` comes back after the newest."""
        sources = self._loaded()
        if self._position == 0:
            return None
        if self._position == len(sources):
            self._draft = draft
        self._position -= 1
        return sources[self._position]

    def newer(self) -> str | None:
        """Return what was typed after, at last the draft; None if there is nothing newer."""
        sources = self._loaded()
        if self._position >= len(sources):
            return None
        self._position += 1
        return sources[self._position] if self._position < len(sources) else self._draft

    def _loaded(self) -> list[str]:
        if self._sources is None:
            self._sources = self._read()
            self._position = len(self._sources)
        return self._sources

    def _read(self) -> list[str]:
        try:
            lines = self._path.read_text(encoding="utf-8", errors="replace").splitlines()
        except OSError:
            return []
        sources = []
        for line in lines:
            with contextlib.suppress(ValueError):
                source = json.loads(line)
                if isinstance(source, str):
                    sources.append(source)
        if len(sources) > MOST_ENTRIES:
            sources = sources[-MOST_ENTRIES:]
            self._rewrite(sources)
        return sources

    def _append(self, source: str) -> None:
        with contextlib.suppress(OSError), self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(source) + "\n")

    def _rewrite(self, sources: list[str]) -> None:
        beside = self._path.with_suffix(".new")
        with contextlib.suppress(OSError):
            beside.write_text("".join(json.dumps(s) + "\n" for s in sources), encoding="utf-8")
            beside.replace(self._path)
