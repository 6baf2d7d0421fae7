"""What is kept from one run to the next: the only user of QSettings."""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TypeVar
from urllib.parse import quote, unquote

from PySide6.QtCore import QByteArray, QSettings

from explorer.paths import settings_file
from explorer.protocol import EngineOptions, Problem
from explorer.session import first_lines
from explorer.text import LANGUAGES, tr

T = TypeVar("T", list[object], dict[str, object])
LAYOUT_VERSION = 1
"""Raise it when docks change so that an old layout no longer fits."""
RECENT_FILES = 10
SYSTEM = "system"
THEMES = (SYSTEM, "light", "dark")
SCALES = (100, 125, 150, 175, 200)
DTYPES = ("float32", "float64", "bfloat16", "float16")
MOST_SEED = 2**31 - 1
MOST_KEEP_MIB = 16384


@dataclass(frozen=True, slots=True)
class Preferences:
    """What a person chose in the settings dialog.

    `seed` and `dtype` are for new sessions, `keep_mib` is the memory for undo, `python` the path of
    the engine's interpreter, "" for this program's own.
    """

    theme: str = SYSTEM
    language: str = SYSTEM
    scale_percent: int = 100
    seed: int = 0
    dtype: str = "float32"
    keep_mib: int = 64
    python: str = ""

    @property
    def first_lines(self) -> tuple[str, ...]:
        """The lines that a new session begins with."""
        return first_lines(self.seed, self.dtype)

    def engine_options(self, language: str) -> EngineOptions:
        """Return what the engine must know; `language` is the one that was found."""
        return EngineOptions(language=language, keep_mib=self.keep_mib)


def _one_of(*choices: str) -> Callable[[str], str]:
    def parse(text: str) -> str:
        if text not in choices:
            raise ValueError(text)
        return text

    return parse


def _from_to(least: int, most: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        if not least <= int(text) <= most:
            raise ValueError(text)
        return int(text)

    return parse


PARSERS: dict[str, Callable[[str], object]] = {
    "theme": _one_of(*THEMES),
    "language": _one_of(SYSTEM, *LANGUAGES),
    "scale_percent": _from_to(SCALES[0], SCALES[-1]),
    "seed": _from_to(0, MOST_SEED),
    "dtype": _one_of(*DTYPES),
    "keep_mib": _from_to(0, MOST_KEEP_MIB),
    "python": unquote,
}
"""How the file's text becomes each field of `Preferences`; ValueError for what it can't be."""


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
        return cls(QSettings(str(settings_file()), QSettings.Format.IniFormat))

    def mend(self) -> Problem | None:
        """Forget what can't be used; return what to tell the person, None if all is well."""
        if self._store is None:
            return None
        keys = self._store.allKeys()  # only now has Qt read the file
        if self._store.status() is QSettings.Status.FormatError:
            path = Path(self._store.fileName())
            aside = path.with_suffix(".broken")
            try:
                path.replace(aside)
            except OSError:
                aside = path
            self._store = QSettings(str(path), QSettings.Format.IniFormat)
            return Problem(
                what=tr("The settings can't be read, so this window starts without them."),
                fix=tr("They were set aside as {path}.", path=aside),
            )
        wrong = [key for key in keys if not self._is_usable(key)]
        for key in wrong:
            self._store.remove(key)
        if not wrong:
            return None
        return Problem(
            what=tr("Some settings were not usable: {names}.", names=", ".join(wrong)),
            fix=tr("They are as at first start again. Look at File > Settings."),
        )

    @property
    def preferences(self) -> Preferences:
        """What the person chose; what the file has wrong is as at first start."""
        found: dict[str, object] = {}
        for key, parse in PARSERS.items():
            try:
                found[key] = parse(str(self._get(key)))
            except ValueError:
                continue
        if self._get("python") is None:
            found["python"] = ""
        return Preferences(**found)  # type: ignore[arg-type]  # each parser gives its field's type

    @preferences.setter
    def preferences(self, value: Preferences) -> None:
        for key, chosen in asdict(value).items():
            # Quoted, so that the path can be read without Qt: see `saved_python` in process.py.
            self._set(key, quote(str(chosen), safe="/:") if key == "python" else chosen)

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

    def _is_usable(self, key: str) -> bool:
        value = self._get(key)
        if key in ("window/geometry", "window/layout"):
            return isinstance(value, QByteArray)
        try:
            if key in PARSERS:
                PARSERS[key](str(value))
            elif key == "recent":
                return isinstance(json.loads(str(value)), list)
            elif key.startswith("panes/"):
                return isinstance(json.loads(str(value)), dict)
        except ValueError:
            return False
        return True

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
