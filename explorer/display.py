"""Whether Qt can show a window here, and what is missing if it can't. Never imports Qt."""

import ctypes
import os
import re
import sys
from collections.abc import Callable, Mapping

from explorer.text import tr

LIBRARIES = {
    "libEGL.so.1": ("libegl1", "libglvnd-egl"),
    "libGL.so.1": ("libgl1", "libglvnd-glx"),
    "libOpenGL.so.0": ("libopengl0", "libglvnd-opengl"),
    "libdbus-1.so.3": ("libdbus-1-3", "dbus-libs"),
    "libfontconfig.so.1": ("libfontconfig1", "fontconfig"),
    "libfreetype.so.6": ("libfreetype6", "freetype"),
    "libglib-2.0.so.0": ("libglib2.0-0", "glib2"),
    "libgthread-2.0.so.0": ("libglib2.0-0", "glib2"),
    "libxkbcommon.so.0": ("libxkbcommon0", "libxkbcommon"),
    "libX11.so.6": ("libx11-6", "libX11"),
    "libX11-xcb.so.1": ("libx11-xcb1", "libX11-xcb"),
    "libxcb.so.1": ("libxcb1", "libxcb"),
    "libxkbcommon-x11.so.0": ("libxkbcommon-x11-0", "libxkbcommon-x11"),
    "libxcb-cursor.so.0": ("libxcb-cursor0", "xcb-util-cursor"),
    "libxcb-icccm.so.4": ("libxcb-icccm4", "xcb-util-wm"),
    "libxcb-image.so.0": ("libxcb-image0", "xcb-util-image"),
    "libxcb-keysyms.so.1": ("libxcb-keysyms1", "xcb-util-keysyms"),
    "libxcb-randr.so.0": ("libxcb-randr0", "libxcb"),
    "libxcb-render.so.0": ("libxcb-render0", "libxcb"),
    "libxcb-render-util.so.0": ("libxcb-render-util0", "xcb-util-renderutil"),
    "libxcb-shape.so.0": ("libxcb-shape0", "libxcb"),
    "libxcb-shm.so.0": ("libxcb-shm0", "libxcb"),
    "libxcb-sync.so.1": ("libxcb-sync1", "libxcb"),
    "libxcb-xfixes.so.0": ("libxcb-xfixes0", "libxcb"),
    "libxcb-xkb.so.1": ("libxcb-xkb1", "libxcb"),
}
"""What Qt loads on Linux beyond the C library: (Debian's package, Fedora's package)."""

X11_LIBRARIES = tuple(name for name in LIBRARIES if "xcb" in name or "X11" in name or "x11" in name)


UNSEEN_PLATFORMS = ("offscreen", "minimal")


def x_server_answers() -> bool:
    """Return whether the server that DISPLAY names lets us in; Qt aborts where it does not."""
    try:
        x11 = ctypes.CDLL("libX11.so.6")
    except OSError:
        return True  # `missing_x11_libraries` tells of it
    x11.XOpenDisplay.restype = ctypes.c_void_p
    display = x11.XOpenDisplay(None)
    if display:
        x11.XCloseDisplay(ctypes.c_void_p(display))
    return bool(display)


def has_display(
    environment: Mapping[str, str] = os.environ,
    platform: str = sys.platform,
    answers: Callable[[], bool] = x_server_answers,
) -> bool:
    """Return whether a window can be shown to somebody."""
    chosen = environment.get("QT_QPA_PLATFORM", "").partition(":")[0]
    if chosen in UNSEEN_PLATFORMS:
        return False
    if chosen or not platform.startswith("linux") or environment.get("WAYLAND_DISPLAY"):
        return True
    return bool(environment.get("DISPLAY")) and answers()


def missing_x11_libraries(
    environment: Mapping[str, str] = os.environ,
    platform: str = sys.platform,
    load: Callable[[str], object] = ctypes.CDLL,
) -> list[str]:
    """Return which libraries Qt's X11 plugin lacks: without them Qt aborts instead of raising."""
    chosen = environment.get("QT_QPA_PLATFORM", "")
    wanted = chosen.startswith("xcb") or (not chosen and not environment.get("WAYLAND_DISPLAY"))
    if not (platform.startswith("linux") and environment.get("DISPLAY") and wanted):
        return []
    missing = []
    for name in X11_LIBRARIES:
        try:
            load(name)
        except OSError:
            missing.append(name)
    return missing


def library_of(error: ImportError) -> str:
    """Return the shared library whose absence `error` tells of, "" if it is about something else."""
    found = re.search(r"(lib\S+\.so[.\d]*): cannot open shared object file", str(error))
    return found[1] if found else ""


def missing_text(libraries: list[str]) -> str:
    """Return one line that names `libraries` and the commands that install them."""
    known = [LIBRARIES[name] for name in libraries if name in LIBRARIES]
    names = ", ".join(libraries)
    if not known:
        return tr("Qt needs {names}, which this system does not have.", names=names)
    debian = " ".join(dict.fromkeys(package for package, _ in known))
    fedora = " ".join(dict.fromkeys(package for _, package in known))
    return tr(
        "Qt needs {names}, which this system does not have: "
        "run `sudo apt-get install {debian}` (Fedora: `sudo dnf install {fedora}`).",
        names=names,
        debian=debian,
        fedora=fedora,
    )
