"""The command line, without Qt."""

import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from explorer import __version__
from explorer.cli import Options, parse


def test_everything_can_be_asked_for():
    asked = parse(
        shlex.split(
            "a.npy b.pt --run s.py --exec x=1 --exec y=2 --pane tensors --screenshot out.png "
            "--size 1024x700 --theme dark --python /usr/bin/python3 -- --fast --exec z"
        )
    )
    assert asked == Options(
        files=(Path("a.npy"), Path("b.pt")),
        run=Path("s.py"),
        exec_lines=("x=1", "y=2"),
        pane="tensors",
        screenshot=Path("out.png"),
        size=(1024, 700),
        theme="dark",
        python="/usr/bin/python3",
        arguments=("--fast", "--exec", "z"),
    )


def test_nothing_needs_to_be_asked_for():
    assert parse([]) == Options()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--size", "1024"], "'1024' is not a size"),
        (["--size", "5x5"], "out of range"),
        (["--size", "-1x5"], "size"),
        (["--pane", "nothing"], "there is no pane 'nothing'"),
        (["--theme", "pink"], "invalid choice"),
        (["--screenshot"], "expected one argument"),
        (["--unknown"], "unrecognized arguments"),
    ],
)
def test_a_mistake_is_explained_with_status_2(capsys, arguments, said):
    with pytest.raises(SystemExit) as raised:
        parse(arguments)
    assert raised.value.code == 2
    assert said in capsys.readouterr().err


def test_the_version_is_told_without_importing_qt_or_starting_an_engine():
    code = (
        "import sys\n"
        "from explorer.app import main\n"
        "try:\n    main(['--version'])\n"
        "except SystemExit as end:\n"
        "    print(end.code, sorted({'PySide6', 'torch', 'numpy'} & set(sys.modules)))\n"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout == f"Tensor Explorer {__version__}\n0 []\n"
