"""Run the benchmarks named on the command line and print their tables."""

import importlib
import os
import platform
import sys
from importlib.metadata import version

from tests.benchmarks.measure import table

NAMES = ("start", "road", "console", "heatmap", "line", "operators", "search")


def main(names: list[str]) -> int:
    """Measure `names`, all if there are none; return 1 if a target is missed, 2 for a typo."""
    unknown = sorted(set(names) - set(NAMES))
    if unknown:
        print(f"there is no benchmark {', '.join(unknown)}; choose from {', '.join(NAMES)}")
        return 2
    print(
        f"{platform.platform()}, {os.cpu_count()} CPUs, Python {platform.python_version()}, ",
        end="",
    )
    print(f"torch {version('torch')}")
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    passes = True
    for name in names or NAMES:
        rows = importlib.import_module(f"tests.benchmarks.{name}").measure()
        print(f"\n{name}\n{table(rows)}", flush=True)
        passes = passes and all(row.passes for row in rows)
    return 0 if passes else 1


sys.exit(main(sys.argv[1:]))
