"""The executables' way in: the window or, after `--engine`, the engine that is packed with it."""

import multiprocessing
import os
import sys
from collections.abc import MutableMapping

LIBRARY_PATHS = ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
LANGUAGES = ("LC_ALL", "LC_CTYPE", "LANG")


def restore(environment: MutableMapping[str, str]) -> None:
    """Take out what the executable's start put in, which is wrong for every program but this one."""
    for name in [name for name in environment if name.startswith("_PYI_")]:
        del environment[name]
    for name in LIBRARY_PATHS:
        environment.pop(name, None)
        original = environment.pop(f"{name}_ORIG", None)
        if original is not None:
            environment[name] = original


def choose_utf8(environment: MutableMapping[str, str]) -> None:
    """Do what `python` does where no language is set, and an executable leaves out (PEP 538)."""
    if sys.platform == "linux" and not any(environment.get(name) for name in LANGUAGES):
        environment["LC_CTYPE"] = "C.UTF-8"


def main() -> int:
    """Run the window or the engine; return the exit status."""
    if sys.argv[1:2] == ["--engine"]:  # before Qt is imported: else each engine were a window
        del sys.argv[1]
        from explorer.engine.__main__ import main as run
    else:
        from explorer.app import main as run
    return run()


if __name__ == "__main__":
    multiprocessing.freeze_support()
    restore(os.environ)
    choose_utf8(os.environ)
    sys.exit(main())
