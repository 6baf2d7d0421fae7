"""Start an engine: `PYTHON explorer/engine/__main__.py -f connection.json`, in any interpreter.

Run as a script, so that the interpreter may be another environment's: of this program it finds the
package `explorer`, and nothing else that is installed beside it. Torch is imported last, by the
first ask. Every Python 3 can read this file, to say that it is too old.
"""

import importlib.util
import os
import sys

MISSING_PACKAGES = 3
OLDEST_PYTHON = (3, 11)
PACKAGES = (("torch", 2), ("ipykernel", 7), ("msgspec", 0), ("numpy", 1))
"""Package and its oldest major version."""
PARENT_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG in <sys/prctl.h>
HERE = os.path.dirname(os.path.abspath(__file__))  # noqa: PTH100, PTH120 - pathlib loads slower than all of this


def die_with_parent() -> None:
    """Let Linux kill this process with its parent, also while C code holds the GIL."""
    if sys.platform != "linux":
        return
    import ctypes
    import signal

    ctypes.CDLL(None).prctl(PARENT_DEATH_SIGNAL, signal.SIGKILL)
    parent = os.environ.get("JPY_PARENT_PID", "")
    if parent.isdigit() and int(parent) != os.getppid():
        os._exit(1)


def complaint() -> str:
    """Return what this Python lacks and the line that mends it, "" if nothing."""
    if sys.version_info < OLDEST_PYTHON:
        return "The engine needs Python {}.{} or newer; {} is {}".format(
            *OLDEST_PYTHON, sys.executable, sys.version.split()[0]
        )
    missing = missing_packages()
    if not missing:
        return ""
    return "The engine needs {} in {}. Install with: {}".format(
        ", ".join(missing), sys.executable, pip_line(missing)
    )


def missing_packages() -> "list[str]":
    """Return the packages that this Python lacks or has too old."""
    return [name for name, oldest in PACKAGES if major_version(name) < oldest]


def pip_line(missing: "list[str]") -> str:
    """Return the command that installs `missing` here."""
    wanted = " ".join('"ipykernel>=7"' if name == "ipykernel" else name for name in missing)
    return f"{sys.executable} -m pip install {wanted}"


def report() -> str:
    """Return as JSON what the settings dialog wants to know of this Python."""
    import json
    from importlib.metadata import PackageNotFoundError, version

    missing = missing_packages()
    try:
        torch = version("torch") if "torch" not in missing else ""
    except PackageNotFoundError:
        torch = "?"
    return json.dumps(
        {
            "python": sys.version.split()[0],
            "recent": sys.version_info >= OLDEST_PYTHON,
            "torch": torch,
            "missing": missing,
            "pip": pip_line(missing) if missing else "",
        }
    )


def major_version(name: str) -> int:
    """Return the installed major version of a package, -1 if there is none, 0 if it is untold."""
    from importlib.metadata import PackageNotFoundError, version

    if importlib.util.find_spec(name) is None:
        return -1
    try:
        first = version(name).partition(".")[0]
    except PackageNotFoundError:  # on the path without its metadata, as in some vendor builds
        first = "99"
    return int(first) if first.isdigit() else 0


def load_package() -> None:
    """Import the package `explorer` from where this file is, and nothing else from there."""
    if "explorer" in sys.modules:  # in an executable, it is where this was imported from
        return
    folder = os.path.dirname(HERE)  # noqa: PTH120 - as above
    init = os.path.join(folder, "__init__.py")  # noqa: PTH118 - as above
    spec = importlib.util.spec_from_file_location(
        "explorer", init, submodule_search_locations=[folder]
    )
    assert spec is not None  # noqa: S101 - a file that ends in .py has a loader
    assert spec.loader is not None  # noqa: S101 - as above
    package = importlib.util.module_from_spec(spec)
    sys.modules["explorer"] = package
    spec.loader.exec_module(package)


def main() -> int:
    """Run an engine; returns the exit status."""
    die_with_parent()
    # As `python -c` sees it: neither our folder nor, until our own modules are loaded, the current
    # one, where a `random.py` of the person's would be imported instead of Python's.
    if sys.path and os.path.abspath(sys.path[0] or ".") in (HERE, os.getcwd()):  # noqa: PTH100, PTH109 - as above
        del sys.path[0]
    if "--check" in sys.argv:
        sys.stdout.write(report() + "\n")
        return 0
    lacking = complaint()
    if lacking:
        sys.stderr.write(lacking + "\n")
        return MISSING_PACKAGES
    os.environ.setdefault(
        "OMP_WAIT_POLICY", "PASSIVE"
    )  # idle threads must not spin beside the window
    if "-f" in sys.argv[:-1]:  # the person's own IPython profile is none of our business
        file = sys.argv[sys.argv.index("-f") + 1]
        os.environ["IPYTHONDIR"] = os.path.dirname(os.path.abspath(file))  # noqa: PTH100, PTH120 - as above
    sys.setswitchinterval(0.001)  # asks are answered while a Python loop runs
    load_package()
    from explorer.engine.kernel import main as run_kernel

    sys.path.insert(0, "")
    run_kernel()
    return 0


if __name__ == "__main__":
    sys.exit(main())
