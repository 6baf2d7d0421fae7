"""What is kept from one run to the next: the only user of QSettings."""

import json
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QByteArray, QSettings

T = TypeVar("T", list[object], dict[str, object])
LAYOUT_VERSION = 1
"""Raise it when docks change so that an old layout no longer fits."""
RECENT_FILES = 10


class Settings:
    """A person's settings; wrong values in the file are as good as none.

    Without a `store` they last as long as this object: a picture is drawn as at first start.
    """

    def __init__(self, store: QSettings | None = None) -> None:
        self._store = store
        self._memory: dict[str, object] = {}

    @classmethod
    def of_person(cls) -> "Settings":
        """Return the settings in the person's configuration folder."""
        return cls(
            QSettings(
                QSettings.Format.IniFormat,
                QSettings.Scope.UserScope,
                "tensor-explorer",
                "tensor-explorer",
            )
        )

    @property
    def theme(self) -> str:
        """`light`, `dark` or `system`."""
        value = self._get("theme")
        return value if value in ("light", "dark") else "system"

    @theme.setter
    def theme(self, value: str) -> None:
        self._set("theme", value)

    @property
    def geometry(self) -> QByteArray:
        """The window's place and size, empty if unknown."""
        return self._bytes("window/geometry")

    @geometry.setter
    def geometry(self, value: QByteArray) -> None:
        self._set("window/geometry", value)

    @property
    def layout(self) -> QByteArray:
        """Where the docks are, empty if unknown."""
        return self._bytes("window/layout")

    @layout.setter
    def layout(self, value: QByteArray) -> None:
        self._set("window/layout", value)

    @property
    def recent_files(self) -> list[str]:
        """Files that were opened or saved and still exist, newest first."""
        paths = self._json("recent", list)
        return [p for p in paths if isinstance(p, str) and _is_file(p)][:RECENT_FILES]

    def add_recent_file(self, path: str) -> None:
        """Put `path` in front of the recent files."""
        paths = [path, *(p for p in self.recent_files if p != path)]
        self._set("recent", json.dumps(paths[:RECENT_FILES]))

    def clear_recent_files(self) -> None:
        """Forget the recent files."""
        self._set("recent", "[]")

    def pane_state(self, name: str) -> dict[str, object]:
        """Return what pane `name` kept."""
        return self._json(f"panes/{name}", dict)

    def set_pane_state(self, name: str, state: dict[str, object]) -> None:
        """Keep `state` for pane `name`."""
        self._set(f"panes/{name}", json.dumps(state))

    def _get(self, key: str) -> object:
        if self._store is None:
            return self._memory.get(key)
        try:
            return self._store.value(key)
        except (RuntimeError, TypeError, ValueError, EOFError):  # garbage where a value was encoded
            return None

    def _set(self, key: str, value: object) -> None:
        if self._store is None:
            self._memory[key] = value
        else:
            self._store.setValue(key, value)

    def _bytes(self, key: str) -> QByteArray:
        value = self._get(key)
        return value if isinstance(value, QByteArray) else QByteArray()

    def _json(self, key: str, kind: type[T]) -> T:
        try:
            value = json.loads(str(self._get(key)))
        except ValueError:
            value = None
        return value if isinstance(value, kind) else kind()


def _is_file(path: str) -> bool:
    try:
        return Path(path).is_file()
    except (OSError, ValueError):
        return False
