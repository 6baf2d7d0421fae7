"""Other viewers at the work of `heatmap`, each in a process of its own, within a time and a memory."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from typing import Any

import psutil

from tests.benchmarks.peer import PEERS

TIMEOUT_SECONDS = 300
MEMORY_SHARE = 0.85
"""Of the memory that is free: what needs more is ended."""
NEEDS = {"silx": ("silx", "qtawesome", "OpenGL"), "pyqtgraph": ("pyqtgraph",)}
ON_A_SCREEN = {"napari", "silx"}
"""What draws by OpenGL, which Qt has on a screen only."""
SCREEN = ["Xvfb", "-displayfd", "1", "-screen", "0", "1400x1000x24"]

Findings = dict[str, Any]


def measure_peers() -> dict[str, Findings]:
    """Return what each of `PEERS` told; "missing" is why there is no more of it."""
    with screen() as display:
        return {name: _measure(name, display) for name in PEERS}


@contextmanager
def screen() -> Iterator[str]:
    """Yield the name of a display, "" if there is none; one of our own if Xvfb is installed."""
    if not shutil.which("Xvfb"):
        yield os.environ.get("DISPLAY", "")
        return
    server = subprocess.Popen(SCREEN, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        assert server.stdout is not None
        yield f":{server.stdout.readline().strip()}"
    finally:
        server.terminate()
        server.wait()


def _measure(name: str, display: str) -> Findings:
    needs = NEEDS.get(name, (name,))
    if not all(find_spec(module) for module in needs):
        return {"missing": 'not installed: pip install "tensor-explorer[bench]"'}
    platform = "offscreen"
    if name in ON_A_SCREEN:
        platform = "xcb"
        if not display:
            return {"missing": "draws by OpenGL and found no screen: install xvfb"}
    with tempfile.TemporaryFile("w+") as said, tempfile.TemporaryFile("w+") as complaint:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.benchmarks.peer", name],
            env=os.environ | {"QT_QPA_PLATFORM": platform, "DISPLAY": display},
            stdout=said,
            stderr=complaint,
        )
        reason = _watch(process)
        said.seek(0)
        complaint.seek(0)
        findings: Findings = dict(json.loads(line) for line in said if line.startswith("["))
        if not reason and process.returncode:
            reason = (complaint.read().splitlines() or ["it crashed"])[-1]
    return findings | ({"missing": reason} if reason else {})


def _watch(process: subprocess.Popen[bytes]) -> str:
    """Wait until the process has ended, or end it; return why, "" if nothing was wrong."""
    end = time.monotonic() + TIMEOUT_SECONDS
    limit = MEMORY_SHARE * psutil.virtual_memory().available
    watched = psutil.Process(process.pid)
    while process.poll() is None:
        with_room = watched.memory_info().rss < limit
        if time.monotonic() < end and with_room:
            time.sleep(0.2)
            continue
        process.kill()
        process.wait()
        return f"took over {TIMEOUT_SECONDS} s" if with_room else f"took over {limit / 1e9:.0f} GB"
    return ""
