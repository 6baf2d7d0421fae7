"""What the executables are made of, and what runs only in them, without building one."""

import ast
import importlib.util
import json
import os
import re
import subprocess
import sys
import types
from fnmatch import fnmatch
from pathlib import Path

import pytest

from explorer.engine import failure
from explorer.window import interpreter, process
from explorer.window.client import Client
from explorer.window.controller import Controller, EngineState

ROOT = Path(__file__).resolve().parent.parent
PACKAGING = ROOT / "resources" / "packaging"


def load(name):
    """Return a module of resources/packaging, which is no package."""
    spec = importlib.util.spec_from_file_location(f"packaging_{name}", PACKAGING / f"{name}.py")
    module = sys.modules[spec.name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


contents = load("contents")
start = load("start")
MODULES = sorted(
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
    for path in (ROOT / "explorer").rglob("*.py")
)


def file_of(module):
    path = ROOT.joinpath(*module.split("."))
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")


def imports_of(module):
    """Return what a module of ours imports, wherever in it that stands, as PyInstaller sees it."""
    for node in ast.walk(ast.parse(file_of(module).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def reached(modules):
    """Return all that `modules` import, ours followed."""
    found, waiting = set(), list(modules)
    while waiting:
        module = waiting.pop()
        if module not in found:
            found.add(module)
            if module in MODULES:
                waiting += imports_of(module)
    return found


def hidden(kind):
    build = contents.BUILDS[kind]
    return {m for pattern in build.hidden for m in contents.chosen(MODULES, pattern, build)}


@pytest.mark.parametrize("kind", contents.BUILDS)
def test_nothing_in_a_build_imports_what_stays_out_of_it(kind):
    entries = {"explorer.app"} | ({"explorer.engine.__main__"} if kind == "full" else set())
    inside = reached(entries | hidden(kind))
    assert {"explorer.panes.heatmap.pane", "explorer.self_test", "PySide6.QtWidgets"} <= inside
    excluded = contents.BUILDS[kind].excluded
    assert [name for name in inside if contents.is_excluded(name, excluded)] == []


def test_each_build_has_every_pane_and_the_full_one_every_module():
    panes = {m for m in MODULES if m.startswith("explorer.panes.") and m.endswith(".pane")}
    assert hidden("slim") == panes
    # The package itself and the engine's start are imported by the executable's start.
    assert set(MODULES) - hidden("full") == {"explorer", "explorer.engine.__main__"}


def test_the_source_of_the_whole_package_goes_along_for_another_python():
    placed = {Path(folder, Path(file).name) for file, folder in contents.sources()}
    assert placed == {path.relative_to(ROOT) for path in (ROOT / "explorer").rglob("*.py")}


def test_the_stubs_that_the_catalogue_is_made_of_go_along():
    stubs = re.compile(r'"([\w/]+\.pyi)"')
    read = stubs.findall(file_of("explorer.engine.catalogue.builder").read_text(encoding="utf-8"))
    hook = (PACKAGING / "hooks" / "hook-torch.py").read_text(encoding="utf-8")
    assert sorted(read) == sorted(stubs.findall(hook))
    assert len(read) == 4


def test_all_resources_but_the_packaging_itself_go_along():
    placed = {Path(folder, Path(file).name) for file, folder in contents.resources()}
    assert Path("resources/icons/tensor-explorer.svg") in placed
    assert Path("resources/examples/digits/weights.safetensors") in placed
    assert not any("packaging" in path.parts for path in placed)


@pytest.mark.parametrize(
    ("file", "is_used"),
    [
        ("PySide6/Qt/lib/libQt6Widgets.so.6", True),
        ("PySide6/Qt/lib/libQt6QmlModels.so.6", False),
        ("libQt6Quick.so.6", False),
        ("PySide6/Qt/plugins/platforms/libqxcb.so", True),
        ("PySide6/Qt/plugins/platforms/libqoffscreen.so", True),
        ("PySide6/Qt/plugins/platforms/libqvnc.so", False),
        (r"PySide6\Qt\plugins\platforms\qwindows.dll", True),
        ("PySide6/Qt/plugins/imageformats/libqsvg.so", True),
        ("PySide6/Qt/translations/qtbase_zh_CN.qm", True),
        ("PySide6/Qt/translations/designer_zh_CN.qm", False),
        ("PySide6/Qt/translations/qtdeclarative_zh_CN.qm", False),
        ("jedi/third_party/typeshed/stdlib/3/ast.pyi", True),
        ("jedi/third_party/typeshed/stubs/six/six.pyi", False),
    ],
)
def test_files_that_no_window_of_ours_needs_stay_out(file, is_used):
    assert contents.is_used(file) is is_used


def test_whoever_types_a_line_may_import_the_standard_library():
    modules = set(contents.stdlib_modules())
    assert {"csv", "statistics", "sqlite3", "xml.dom.minidom", "email.mime.text"} <= modules
    assert not modules & {"antigravity", "this", "tkinter", "_tkinter", "unittest.__main__"}
    assert not any(fnmatch(module, "*.tests.*") for module in modules)


def test_every_package_that_the_program_depends_on_brings_its_licence():
    import tomllib

    from packaging.requirements import Requirement

    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    wanted = {Requirement(d).name.lower() for d in tomllib.loads(text)["project"]["dependencies"]}
    names = {n.lower().replace("_", "-") for n in contents.BUILDS["full"].distributions}
    assert {name.replace("_", "-") for name in wanted} == names


def run_start(*arguments):
    return subprocess.run(
        [sys.executable, "-X", "importtime", PACKAGING / "start.py", *arguments],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        cwd=PACKAGING,
        capture_output=True,
        text=True,
    )


def test_an_executable_starts_the_window_or_its_engine_which_never_loads_qt():
    import IPython

    import explorer

    window = run_start("--version")
    assert (window.returncode, window.stdout) == (0, f"Tensor Explorer {explorer.__version__}\n")
    assert "ipykernel" not in window.stderr
    engine = run_start("--engine", "--version")
    assert (engine.returncode, engine.stdout.split()[-1]) == (0, IPython.__version__)
    assert "PySide6" not in engine.stderr


def test_what_the_executables_start_put_into_the_environment_is_taken_out():
    environment = {
        "_PYI_ARCHIVE_FILE": "/opt/app/tensor-explorer",
        "_PYI_PARENT_PROCESS_LEVEL": "1",
        "LD_LIBRARY_PATH": "/opt/app/_internal:/usr/local/cuda/lib64",
        "LD_LIBRARY_PATH_ORIG": "/usr/local/cuda/lib64",
        "DYLD_LIBRARY_PATH": "/opt/app/_internal",
        "PATH": "/usr/bin",
    }
    start.restore(environment)
    assert environment == {"LD_LIBRARY_PATH": "/usr/local/cuda/lib64", "PATH": "/usr/bin"}


@pytest.mark.skipif(sys.platform != "linux", reason="only there a locale may be none")
def test_text_is_utf8_where_no_language_is_set():
    environment = {"LANG": ""}
    start.choose_utf8(environment)
    assert environment["LC_CTYPE"] == "C.UTF-8"
    environment = {"LANG": "de_DE.ISO-8859-1"}
    start.choose_utf8(environment)
    assert environment == {"LANG": "de_DE.ISO-8859-1"}


class FakePopen:
    started: list[tuple[list[str], dict[str, str]]]

    def __init__(self, command, *, env, **_):
        self.started.append((command, env))


@pytest.fixture
def started(monkeypatch):
    """Return commands and environments of what would have been started."""
    monkeypatch.setattr(FakePopen, "started", [], raising=False)
    monkeypatch.setattr(process.subprocess, "Popen", FakePopen)
    return FakePopen.started


@pytest.fixture
def executable(monkeypatch):
    """Make this process take itself for an executable, with torch in it or not."""

    def freeze(*, has_torch):
        spec = types.SimpleNamespace() if has_torch else None
        fake = types.SimpleNamespace(find_spec=lambda name: {"torch": spec}[name])
        monkeypatch.setattr(process.importlib, "util", fake)
        monkeypatch.setattr(sys, "frozen", True, raising=False)
        monkeypatch.setattr(sys, "executable", "/opt/app/tensor-explorer")

    return freeze


def spawn(python=""):
    engine = process.spawn(python)
    engine.remove_folder()
    return engine


def test_another_python_runs_our_source_without_the_variables_of_ours(started, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", "/ours")
    monkeypatch.setenv("PYTHONHOME", "/ours")
    spawn("/usr/bin/python3")
    ((command, environment),) = started
    assert command[:2] == ["/usr/bin/python3", str(ROOT / "explorer" / "engine" / "__main__.py")]
    assert not {"PYTHONPATH", "PYTHONHOME"} & set(environment)


def test_our_own_python_keeps_its_variables(started, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", "/ours")
    spawn()
    ((command, environment),) = started
    assert command[0] == sys.executable
    assert environment["PYTHONPATH"] == "/ours"


def test_an_executable_with_torch_is_its_own_engine(started, executable):
    executable(has_torch=True)
    spawn()
    spawn("/usr/bin/python3")
    assert started[0][0][:2] == ["/opt/app/tensor-explorer", "--engine"]
    assert started[1][0][0] == "/usr/bin/python3"


def test_an_executable_without_torch_says_how_to_choose_a_python(executable, qapp):
    executable(has_torch=False)
    controller = Controller(Client(None))
    told = []
    controller.problem_raised.connect(told.append)
    controller.start()
    assert controller.state is EngineState.STOPPED
    assert "No Python" in told[0].what
    assert "--python" in told[0].fix
    assert all(name in told[0].fix for name in ("torch", "ipykernel 7", "msgspec"))
    controller.close()


def test_the_settings_ask_an_executables_own_engine_and_say_when_there_is_none(
    executable, monkeypatch
):
    asked = []

    def run(command, **_):
        asked.append(command)
        said = {"python": "3.11", "missing": [], "recent": True, "torch": "2.13.0", "pip": ""}
        return subprocess.CompletedProcess(command, 0, json.dumps(said), "")

    monkeypatch.setattr(interpreter.shutil, "which", str)
    monkeypatch.setattr(interpreter.subprocess, "run", run)
    executable(has_torch=True)
    assert interpreter.examine("").is_good
    assert asked == [["/opt/app/tensor-explorer", "--engine", "--check"]]
    executable(has_torch=False)
    verdict = interpreter.examine("")
    assert not verdict.is_good
    assert "Choose a Python" in verdict.words
    assert len(asked) == 1


def test_a_traceback_leaves_out_what_is_packed_into_the_executable(monkeypatch):
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    code = "def ours(run): run()"
    packed, theirs = {}, {}
    exec(compile(code, "torch/nn/functional.py", "exec"), packed)
    exec(compile("def theirs(): return 1 / 0", "<line 3>", "exec"), theirs)
    with pytest.raises(ZeroDivisionError) as raised:
        packed["ours"](theirs["theirs"])
    told = failure.own_traceback(raised.value)
    assert "<line 3>" in told
    assert "torch/nn" not in told
