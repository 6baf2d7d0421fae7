"""How long a person waits: from exec to the painted window, and to an engine that takes lines."""

import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from tests.benchmarks.measure import Row

MAIN = Path(__file__).resolve().parents[2] / "main.py"
RUNS = 7
TIMEOUT_SECONDS = 60
TRACED = {"painted", "engine", "torch", "rss"}


def measure() -> list[Row]:
    """Return the rows of the start, after one run that warms the caches."""
    start_once()
    runs = [start_once() for _ in range(RUNS)]
    return [
        Row("window painted", "s", [run["painted"] for run in runs], 0.25),
        Row("engine ready", "s", [run["engine"] for run in runs], 1.0),
        Row("torch imported", "s", [run["torch"] for run in runs]),
        Row("memory of the window", "MB", [run["rss"] / 1e6 for run in runs], 170),
    ]


def start_once() -> dict[str, float]:
    """Return the seconds from exec to each event, and the window's `rss` in bytes.

    With TX_TRACE=1 the program writes to stderr `trace painted`, `trace engine` (all lanes answer),
    `trace torch` (it is imported, lines can run) and `trace rss BYTES` as each happens.
    """
    with tempfile.TemporaryDirectory(prefix="tx-", ignore_cleanup_errors=True) as folder:
        variables = {f"XDG_{name}_HOME": folder for name in ("CONFIG", "STATE", "CACHE", "DATA")}
        # The engine's sockets too: a window that is terminated leaves them behind.
        variables |= {"TMPDIR": folder, "TX_TRACE": "1", "QT_QPA_PLATFORM": "offscreen"}
        variables |= {"PYTHONDONTWRITEBYTECODE": ""}  # a warm cache holds our bytecode too
        started = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, MAIN],
            cwd=folder,
            env=os.environ | variables,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        watchdog = threading.Timer(TIMEOUT_SECONDS, process.kill)
        watchdog.start()
        found: dict[str, float] = {}
        said = []
        assert process.stderr is not None
        for line in process.stderr:
            seconds = time.perf_counter() - started
            said.append(line)
            match line.split():
                case ["trace", "rss", size]:
                    found["rss"] = float(size)
                case ["trace", name]:
                    found[name] = seconds
            if found.keys() >= TRACED:
                break
        watchdog.cancel()
        process.terminate()
        process.communicate()
    if not found.keys() >= TRACED:
        raise RuntimeError(f"the program ended too early:\n{''.join(said)}")
    return found
