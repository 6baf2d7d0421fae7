"""What is said when no window can be shown."""

import pytest

from explorer.display import (
    LIBRARIES,
    X11_LIBRARIES,
    has_display,
    library_of,
    missing_text,
    missing_x11_libraries,
    x_server_answers,
)


@pytest.mark.parametrize(
    ("environment", "platform", "shown"),
    [
        ({}, "linux", False),
        ({"DISPLAY": ""}, "linux", False),
        ({"DISPLAY": ":0"}, "linux", True),
        ({"WAYLAND_DISPLAY": "wayland-0"}, "linux", True),
        ({"QT_QPA_PLATFORM": "offscreen", "DISPLAY": ":0"}, "linux", False),
        ({"QT_QPA_PLATFORM": "minimal"}, "darwin", False),
        ({"QT_QPA_PLATFORM": "xcb"}, "linux", True),
        ({}, "darwin", True),
        ({}, "win32", True),
    ],
)
def test_a_display_is_recognised(environment, platform, shown):
    assert has_display(environment, platform, lambda: True) == shown


def test_a_server_that_does_not_answer_is_no_display(monkeypatch):
    monkeypatch.setenv("DISPLAY", ":987")
    assert not x_server_answers()
    assert not has_display({"DISPLAY": ":987"}, "linux")


def test_a_missing_library_is_found_in_qts_own_words():
    error = ImportError("libEGL.so.1: cannot open shared object file: No such file or directory")
    assert library_of(error) == "libEGL.so.1"
    assert library_of(ImportError("No module named 'PySide6'")) == ""


def test_a_missing_library_is_named_with_the_commands_that_install_it():
    text = missing_text(["libEGL.so.1", "libxcb-cursor.so.0"])
    assert "libEGL.so.1, libxcb-cursor.so.0" in text
    assert "sudo apt-get install libegl1 libxcb-cursor0" in text
    assert "sudo dnf install libglvnd-egl xcb-util-cursor" in text
    assert "\n" not in text


def test_an_unknown_library_is_named_all_the_same():
    assert "libodd.so.7" in missing_text(["libodd.so.7"])


def load_all_but(missing):
    def load(name):
        if name in missing:
            raise OSError(name)

    return load


def test_the_x11_plugins_libraries_are_looked_for_before_qt_aborts():
    load = load_all_but({"libxcb-cursor.so.0"})
    assert missing_x11_libraries({"DISPLAY": ":0"}, "linux", load) == ["libxcb-cursor.so.0"]
    assert set(X11_LIBRARIES) <= set(LIBRARIES)


@pytest.mark.parametrize(
    "environment",
    [
        {},
        {"DISPLAY": ":0", "QT_QPA_PLATFORM": "offscreen"},
        {"DISPLAY": ":0", "WAYLAND_DISPLAY": "w"},
    ],
)
def test_they_are_not_needed_where_x11_is_not_used(environment):
    assert missing_x11_libraries(environment, "linux", load_all_but(set(LIBRARIES))) == []
