"""The walls of ARCHITECTURE.md stand, in the source and in the processes as they run."""

import ast
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "explorer"
PANES = sorted(p.name for p in (PACKAGE / "panes").iterdir() if p.is_dir() and p.name[0] != "_")
QT = {"PySide6", "shiboken6", "pyqtgraph", "qtconsole"}
TORCH = {"torch", "ipykernel"}
LINT_IMPORTS = "from importlinter.cli import lint_imports_command as main; main()"

RUN = "python -m pip install -c constraints.txt -e . && python main.py"
CHECK = 'python -m pip install -c constraints.txt -e ".[test]" && python -m pytest'


def modules_of(folder):
    """Return the dotted names of the modules in `folder`; `__main__` runs when imported."""
    paths = [p.relative_to(ROOT).with_suffix("") for p in sorted(folder.rglob("*.py"))]
    return [
        ".".join(path.parts).removesuffix(".__init__") for path in paths if path.name != "__main__"
    ]


def loaded_by(modules):
    """Return the top-level packages that a fresh process has loaded after importing `modules`."""
    code = (
        "import importlib, sys\n"
        "for name in sys.argv[1:]: importlib.import_module(name)\n"
        "print(*{name.partition('.')[0] for name in sys.modules})"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code, *modules],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return set(done.stdout.split())


def test_no_layer_imports_what_it_must_not():
    done = subprocess.run(
        [sys.executable, "-c", LINT_IMPORTS, "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert " 0 broken" in done.stdout


def test_the_window_process_never_loads_torch():
    modules = ["explorer.app", "explorer.window.main", *modules_of(PACKAGE / "window")]
    modules += [f"explorer.panes.{pane}.pane" for pane in PANES]
    loaded = loaded_by(modules)
    assert "PySide6" in loaded
    assert not loaded & TORCH


def test_the_engine_process_never_loads_qt():
    probes = sorted((PACKAGE / "panes").glob("*/probe.py"))
    modules = modules_of(PACKAGE / "engine")
    modules += [f"explorer.panes.{probe.parent.name}.probe" for probe in probes]
    loaded = loaded_by(modules)
    assert "torch" in loaded
    assert not loaded & QT


def test_what_both_sides_share_loads_neither_qt_nor_torch():
    modules = ["explorer.protocol", "explorer.session", "explorer.text", "explorer.paths"]
    modules += modules_of(PACKAGE / "catalog")
    modules += [f"explorer.panes.{pane}" for pane in PANES]
    assert not loaded_by(modules) & (QT | TORCH | {"IPython"})


@pytest.mark.parametrize("pane", PANES)
def test_a_pane_is_one_folder(pane):
    folder = PACKAGE / "panes" / pane
    assert ast.get_docstring(ast.parse((folder / "__init__.py").read_text(encoding="utf-8")))
    tree = ast.parse((folder / "pane.py").read_text(encoding="utf-8"))
    named = [
        statement.value.value
        for node in tree.body
        if isinstance(node, ast.ClassDef) and node.name.endswith("Pane")
        for statement in node.body
        if isinstance(statement, ast.Assign) and ast.unparse(statement.targets[0]) == "name"
    ]
    assert named == [pane]


def test_the_readme_gives_the_two_commands_and_ci_runs_the_second():
    readme = (ROOT / "README.md").read_text(encoding="utf-8").splitlines()
    assert RUN in readme
    assert CHECK in readme
    ci = [line.strip() for line in (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()]
    assert CHECK in ci
    hooks = (ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8")
    for command in ("ruff format --check", "ruff check", "mypy", "lint-imports"):
        assert f"entry: {command}\n" in hooks
        assert any(line.startswith(command) for line in ci)


def test_the_readme_and_ci_install_the_same_system_packages():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    ci = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    (installed,) = re.findall(r"^sudo apt-get install -y (.+)$", readme, re.MULTILINE)
    (packages,) = re.findall(r'^packages="(.+)"$', ci, re.MULTILINE)
    assert shlex.split(installed) == packages.split()


def test_the_readme_lists_every_key():
    from explorer.window.actions import COMMANDS, PANE_KEYS

    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    keys = readme.partition("## Keys")[2].partition("\n## ")[0]
    words = set(re.split(r"(?:(?<!Ctrl\+),|[ :;|\n])+", keys))
    wanted = {key for command in COMMANDS for key in command.shortcuts}
    wanted |= {key for _, listed, _ in PANE_KEYS for key in listed.split(", ")}
    assert wanted - words == set()


def test_every_package_that_the_readme_names_is_one_that_qt_loads_a_library_of():
    from explorer.display import LIBRARIES

    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    (packages,) = re.findall(r"^sudo apt-get install -y python3-venv (.+)$", readme, re.MULTILINE)
    assert set(packages.split()) <= {debian for debian, _ in LIBRARIES.values()}


def test_every_dependency_is_pinned_within_what_is_allowed():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = dict(line.lower().split("==") for line in lines if line and line[0] != "#")
    for text in project["dependencies"] + project["optional-dependencies"]["test"]:
        wanted = Requirement(text)
        name = wanted.name.lower()
        pin = pins.get(name) or pins.get(name.replace("-", "_"))
        assert pin, f"{name} is not in constraints.txt"
        assert wanted.specifier.contains(pin), f"{text} does not allow {pin}"
