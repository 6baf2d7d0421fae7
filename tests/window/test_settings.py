"""Settings are kept, and garbage in them is as good as none."""

import pytest
from PySide6.QtCore import QByteArray, QSettings

from explorer.window import process
from explorer.window.settings import Preferences, Settings


def stored(path) -> Settings:
    return Settings(QSettings(str(path), QSettings.Format.IniFormat))


@pytest.fixture(params=["stored", "memory"])
def settings(request, tmp_path):
    return stored(tmp_path / "s.ini") if request.param == "stored" else Settings()


def test_what_is_set_is_kept(settings, tmp_path):
    (tmp_path / "a&b.py").write_text("")
    settings.preferences = Preferences(theme="dark", seed=7, python="/a b/é,;=/python")
    settings.geometry = QByteArray(b"\x00\x01")
    settings.set_pane_state("create", {"operator": "rand", "fields": {"size": "5,3"}})
    settings.add_recent_file(str(tmp_path / "a&b.py"))
    settings.add_recent_file(str(tmp_path / "gone.py"))
    assert settings.preferences == Preferences(theme="dark", seed=7, python="/a b/é,;=/python")
    assert settings.geometry == QByteArray(b"\x00\x01")
    assert settings.pane_state("create") == {"operator": "rand", "fields": {"size": "5,3"}}
    assert settings.recent_files == [str(tmp_path / "a&b.py")]


def test_settings_outlive_the_program(tmp_path):
    stored(tmp_path / "s.ini").preferences = Preferences(theme="dark")
    assert stored(tmp_path / "s.ini").preferences.theme == "dark"


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
    assert settings.preferences == Preferences()
    assert settings.recent_files == []
    assert settings.pane_state("create") == {}
    window = make_window(settings=settings)
    assert all(dock.isVisible() for dock in window.docks.values())


def test_bytes_that_are_no_settings_are_survived(tmp_path):
    path = tmp_path / "s.ini"
    path.write_bytes(bytes(range(256)))
    assert stored(path).preferences == Preferences()


def test_garbage_is_forgotten_and_told_once(tmp_path):
    path = tmp_path / "s.ini"
    path.write_text(
        GARBAGE.replace("@ByteArray(nonsense)", "here")
        + "\nlook={}\n[General]\nseed=many\nkeep_mib=-5\n"
    )
    problem = stored(path).mend()
    for name in ("theme", "recent", "seed", "keep_mib", "window/geometry", "panes/create"):
        assert name in problem.what
    assert "panes/look" not in problem.what
    assert stored(path).mend() is None


def test_a_file_that_is_no_settings_is_set_aside_and_told_once(tmp_path):
    path = tmp_path / "s.ini"
    path.write_bytes(bytes(range(256)))
    settings = stored(path)
    problem = settings.mend()
    assert str(path.with_suffix(".broken")) in problem.fix
    assert path.with_suffix(".broken").read_bytes() == bytes(range(256))
    settings.preferences = Preferences(seed=3)
    again = stored(path)
    assert again.mend() is None
    assert again.preferences.seed == 3


def test_good_settings_are_left_alone(tmp_path):
    settings = stored(tmp_path / "s.ini")
    settings.preferences = Preferences("dark", "zh_CN", 150, 7, "float64", 0, "/usr/bin/python3")
    settings.set_pane_state("create", {"a": 1})
    settings.geometry = QByteArray(b"\x00")
    assert stored(tmp_path / "s.ini").mend() is None


def test_the_engine_s_python_is_read_without_qt(tmp_path, monkeypatch):
    path = tmp_path / "s.ini"
    monkeypatch.setattr(process, "settings_file", lambda: path)
    assert process.saved_python() == ""
    for python in ("/usr/bin/python3", "C:\\a b\\é,;=%\\python.exe", ""):
        stored(path).preferences = Preferences(python=python)
        assert process.saved_python() == python
    path.write_bytes(bytes(range(256)))
    assert process.saved_python() == ""


def test_what_was_chosen_becomes_the_first_lines_of_a_session():
    assert Preferences().first_lines == ("import torch", "torch.manual_seed(0)")
    assert Preferences(seed=7, dtype="float64").first_lines == (
        "import torch",
        "torch.manual_seed(7)",
        "torch.set_default_dtype(torch.float64)",
    )
