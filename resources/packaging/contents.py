"""What goes into an executable, as tables: which modules, which files, and whose licences."""

import sys
import sysconfig
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Build:
    """One kind of executable.

    `hidden` has patterns of modules that are imported by a name that PyInstaller can't see, or that
    a person may want, and `excluded` has modules that stay out although something imports them.
    `distributions` bring their metadata, in which their licences are, and that of all they require.
    """

    hidden: tuple[str, ...]
    excluded: tuple[str, ...]
    distributions: tuple[str, ...]
    has_whole_stdlib: bool = False


ENGINE_ONLY = ("torch", "ipykernel", "safetensors", "explorer.engine")
WINDOW_DISTRIBUTIONS = (
    "PySide6_Essentials",
    "jupyter_client",
    "msgspec",
    "nbformat",
    "numpy",
    "platformdirs",
    "pygments",
    "pyqtgraph",
    "pyzmq",
    "qtconsole",
)
NEVER = (
    # Other toolkits, which something offers to use if they are there.
    *("tkinter", "_tkinter", "PyQt5", "PyQt6", "PySide2", "matplotlib", "OpenGL"),
    # Qt beyond windows and pictures; pyqtgraph needs its OpenGL.
    *(f"PySide6.Qt{name}" for name in ("Concurrent", "Designer", "Help", "Network", "Qml")),
    *(f"PySide6.Qt{name}" for name in ("Quick", "QuickControls2", "QuickTest", "QuickWidgets")),
    *(f"PySide6.Qt{name}" for name in ("Sql", "SvgWidgets", "Test", "UiTools", "Xml")),
    # What tests, builds and packs this program.
    *("_pytest", "pytest", "hypothesis", "mypy", "ruff", "importlinter", "grimp", "hatchling"),
    *("PyInstaller", "pip", "setuptools", "wheel", "build"),
    # What happens to be installed and is used if it is there.
    *("PIL", "cryptography", "pandas", "scipy", "sklearn", "cupy", "numba", "h5py"),
    *("pyqtgraph.examples", "pyqtgraph.opengl", "pyqtgraph.jupyter", "qtconsole.tests"),
    *("debugpy", "ipykernel.inprocess", "numpy.f2py.tests", "torch.utils.tensorboard"),
)

BUILDS = {
    "slim": Build(
        hidden=("explorer.panes.*.pane",),
        excluded=(*NEVER, *ENGINE_ONLY, "jedi", "networkx", "sympy"),
        distributions=WINDOW_DISTRIBUTIONS,
    ),
    "full": Build(
        hidden=("explorer.*", "IPython.*", "ipykernel.*", "numpy.*", "safetensors.*"),
        excluded=NEVER,
        distributions=(*WINDOW_DISTRIBUTIONS, "ipykernel", "safetensors", "torch"),
        has_whole_stdlib=True,  # whoever types a line may import any of it
    ),
}

UNUSED_FILES = (
    "libQt6EglF*",
    "libQt6Qml*",
    "libQt6Quick*",
    "libQt6Pdf*",
    "libQt6VirtualKeyboard*",
    "PySide6/Qt/plugins/egldeviceintegrations/*",
    "PySide6/Qt/plugins/generic/*",
    "PySide6/Qt/plugins/networkinformation/*",
    "PySide6/Qt/plugins/platforminputcontexts/*virtualkeyboard*",
    "PySide6/Qt/plugins/platforms/*eglfs*",
    "PySide6/Qt/plugins/platforms/*linuxfb*",
    "PySide6/Qt/plugins/platforms/*vnc*",
    "PySide6/Qt/plugins/platformthemes/*gtk3*",  # the system's GTK would meet our GLib
    "PySide6/Qt/plugins/tls/*",
    "PySide6/Qt/qml/*",
    "PySide6/Qt/translations/[!q]*",
    "PySide6/Qt/translations/qt[!b]*",
    "jedi/third_party/django-stubs/*",
    "jedi/third_party/typeshed/stubs/*",
    "pyqtgraph/examples/*",
)
"""Patterns of what PyInstaller's hooks collect and this program does not use."""

UNUSED_SCRIPTS = (
    "pyi_rth_pyside6",  # imports Qt in the engine too; Qt finds its plugins without it
    "pyi_rth_pyqtgraph_multiprocess",  # a feature of pyqtgraph's that is not used
)

TEST_PARTS = frozenset(("test", "tests", "idle_test", "__main__", "__pycache__", "sphinxext"))
UNWANTED_STDLIB = {
    *("antigravity", "distutils", "ensurepip", "idlelib", "lib2to3", "this"),
    *("_tkinter", "tkinter", "turtle", "turtledemo", "venv"),
}


def is_used(file: str) -> bool:
    """Return whether a file that was collected, by its path in the build, is to stay."""
    path = file.replace("\\", "/")
    name = path.rpartition("/")[2]
    return not any(fnmatch(path if "/" in p else name, p) for p in UNUSED_FILES)


def is_collected(module: str) -> bool:
    """Return whether a module of a collected package may go along: it is none of its tests."""
    return TEST_PARTS.isdisjoint(module.split("."))


def chosen(modules: Iterable[str], pattern: str, build: Build) -> list[str]:
    """Return which of `modules` match one of the patterns of `build.hidden`, and are not excluded."""
    return [
        module
        for module in modules
        if fnmatch(module, pattern)
        and is_collected(module)
        and not is_excluded(module, build.excluded)
    ]


def is_excluded(module: str, excluded: Iterable[str]) -> bool:
    """Return whether `module` is one of `excluded` or is inside it."""
    return any(f"{module}.".startswith(f"{name}.") for name in excluded)


def sources() -> list[tuple[str, str]]:
    """Return our package as source, as (file, folder in the build).

    Another Python than the one that is packed runs the engine from there.
    """
    return [_placed(path) for path in sorted((ROOT / "explorer").rglob("*.py"))]


def resources() -> list[tuple[str, str]]:
    """Return icons, examples and the like, as (file, folder in the build)."""
    return [
        _placed(path)
        for path in sorted((ROOT / "resources").rglob("*"))
        if path.is_file()
        and "__pycache__" not in path.parts
        and not path.is_relative_to(Path(__file__).parent)
    ]


def stdlib_modules() -> Iterator[str]:
    """Yield the modules of Python's standard library that a person may import."""
    library = Path(sysconfig.get_path("stdlib"))
    for name in sorted(sys.stdlib_module_names - UNWANTED_STDLIB):
        if find_spec(name) is None:  # another system's
            continue
        yield name
        for path in sorted((library / name).rglob("*.py")):
            parts = path.relative_to(library).with_suffix("").parts
            module = ".".join(parts).removesuffix(".__init__")
            if module != name and is_collected(module):
                yield module


def _placed(path: Path) -> tuple[str, str]:
    return str(path), str(path.relative_to(ROOT).parent)
