"""Settings are kept, and garbage in them is as good as none."""

import pytest
from PySide6.QtCore import QByteArray, QSettings

from explorer.window.settings import Settings


def stored(path) -> Settings:
    return Settings(QSettings(str(path), QSettings.Format.IniFormat))


@pytest.fixture(params=["stored", "memory"])
def settings(request, tmp_path):
    return stored(tmp_path / "s.ini") if request.param == "stored" else Settings()


def test_what_is_set_is_kept(settings, tmp_path):
    (tmp_path / "a&b.py").write_text("")
    settings.theme = "dark"
    settings.geometry = QByteArray(b"\x00\x01")
    settings.set_pane_state("create", {"operator": "rand", "fields": {"size": "5,3"}})
    settings.add_recent_file(str(tmp_path / "a&b.py"))
    settings.add_recent_file(str(tmp_path / "gone.py"))
    assert settings.theme == "dark"
    assert settings.geometry == QByteArray(b"\x00\x01")
    assert settings.pane_state("create") == {"operator": "rand", "fields": {"size": "5,3"}}
    assert settings.recent_files == [str(tmp_path / "a&b.py")]


def test_settings_outlive_the_program(tmp_path):
    stored(tmp_path / "s.ini").theme = "dark"
    assert stored(tmp_path / "s.ini").theme == "dark"


GARBAGE = """[General]
theme=pink
recent="{\\"a\\": 1}"
[window]
geometry=@ByteArray(nonsense)
layout=@ByteArray(\\x0\\x0\\x1\\x7f)
[panes]
create=[1, 2
"""


def test_garbage_is_as_good_as_nothing(tmp_path, make_window):
    path = tmp_path / "s.ini"
    path.write_text(GARBAGE)
    settings = stored(path)
    assert settings.theme == "system"
    assert settings.recent_files == []
    assert settings.pane_state("create") == {}
    window = make_window(settings=settings)
    assert all(dock.isVisible() for dock in window.docks.values())


def test_bytes_that_are_no_settings_are_survived(tmp_path):
    path = tmp_path / "s.ini"
    path.write_bytes(bytes(range(256)))
    assert stored(path).theme == "system"
