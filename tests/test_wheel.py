"""The wheel holds all that the program needs: built, installed into a new environment, run."""

import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

from explorer.paths import EXAMPLES

ROOT = Path(__file__).resolve().parent.parent


def run(command, folder, **variables):
    """Run `command`, which must succeed, in `folder` and return how it ended."""
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
    done = subprocess.run(
        command,
        cwd=folder,
        env=environment | variables,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """Return the wheel of this checkout."""
    folder = tmp_path_factory.mktemp("dist")
    run([sys.executable, "-m", "build", "--wheel", "--no-isolation", "-o", folder, ROOT], folder)
    (path,) = folder.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def scripts(wheel, tmp_path_factory):
    """Return the folder of commands of a new environment in which only the wheel is installed.

    What the wheel depends on comes from the environment of the tests, which is searched last and
    whose own .pth files, the checkout's among them, are not read.
    """
    environment = tmp_path_factory.mktemp("environment")
    venv.create(environment, with_pip=False, symlinks=os.name != "nt")
    names = {"base": str(environment), "platbase": str(environment)}
    folder = Path(sysconfig.get_path("purelib", "venv", names))
    (folder / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    scripts = Path(sysconfig.get_path("scripts", "venv", names))
    pip = [sys.executable, "-m", "pip", "--python", scripts / "python", "-q", "install"]
    run([*pip, "--no-deps", "--no-index", "--ignore-installed", wheel], environment)
    return scripts


@pytest.fixture
def empty(tmp_path):
    return tmp_path


def test_the_wheel_holds_the_program_its_resources_and_nothing_else(wheel):
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    tops = {name.partition("/")[0] for name in names}
    assert tops == {"explorer", wheel.name.partition("-py3")[0] + ".dist-info"}
    modules = {p.relative_to(ROOT).as_posix() for p in (ROOT / "explorer").rglob("*.py")}
    resources = {
        f"explorer/{p.relative_to(ROOT).as_posix()}"
        for p in (ROOT / "resources").rglob("*")
        if p.is_file() and "__pycache__" not in p.parts
    }
    assert {name for name in names if name.startswith("explorer/")} == modules | resources


def test_the_installed_program_is_the_wheels_and_finds_its_examples(scripts, empty):
    code = (
        "import explorer, explorer.paths as paths\n"
        "print(explorer.__file__)\n"
        "print(*sorted(p.relative_to(paths.EXAMPLES).as_posix()"
        " for p in paths.EXAMPLES.rglob('*.*') if p.suffix != '.pyc'))"
    )
    file, examples = run([scripts / "python", "-c", code], empty).stdout.splitlines()
    assert Path(file).is_relative_to(scripts.parent)
    shipped = [p for p in EXAMPLES.rglob("*.*") if p.suffix != ".pyc"]
    assert examples.split() == sorted(p.relative_to(EXAMPLES).as_posix() for p in shipped)


def test_the_installed_program_passes_its_self_test(scripts, empty):
    done = run([scripts / "tensor-explorer", "--self-test"], empty, QT_QPA_PLATFORM="offscreen")
    assert len(done.stdout.splitlines()) >= 5
    assert done.stderr == ""
    assert list(empty.iterdir()) == []
