"""What keeps an opened script from running at once, and in which words."""

import os

import pytest

from explorer import opening
from explorer.opening import why_consent
from explorer.session import Session

SAFE = "import torch\nx = torch.rand(2, 2)\n"
UNSAFE = "import os\n"


@pytest.fixture
def ask(tmp_path):
    """Give a function that asks about a script in a folder with other files in it."""

    def ask(text=SAFE, beside=()):
        for name, content in dict(beside).items():
            path = tmp_path / name
            path.parent.mkdir(exist_ok=True)
            path.write_text(content)
        return why_consent(Session.from_source(text), str(tmp_path / "mine.py"))

    return ask


def test_a_script_that_only_computes_needs_no_consent(ask):
    assert ask() == ""


def test_a_script_without_a_file_has_nothing_beside_it():
    assert why_consent(Session.from_source(SAFE), "") == ""


@pytest.mark.parametrize(
    ("lines", "number", "reason"),
    [
        ("import os", 3, "Only torch and NumPy are imported unasked"),
        ("# a\n\n# b\ny = 1\nfor i in x:\n    print(i)", 4, "Only calls, arithmetic"),
        ("y = x + (\n    x\n)\nz = y; y = exec('1')", 4, "exec is no function"),
        ("y = torch.stack(\n    [x,\n     torch.load('f')])", 3, "reads or writes files"),
    ],
)
def test_the_line_is_counted_as_the_script_pane_does(ask, lines, number, reason):
    told = ask(SAFE + lines + "\nz = 1\n")
    assert told.startswith(f"This script has not run yet. Line {number} needs your consent: ")
    assert reason in told
    assert told.endswith(".")


def test_what_no_line_is_to_blame_for_is_told_without_one(ask):
    told = ask("y = 1\n" * 40_000)
    assert "It needs your consent: The script is longer than 200000 characters." in told


@pytest.mark.parametrize(
    "name", ["numpy.py", "numpy.cpython-311.so", "numpy.pyd", "numpy.pyc", "numpy/__init__.py"]
)
def test_what_could_be_imported_in_place_of_a_library_needs_consent(ask, name):
    told = ask(beside={name: UNSAFE})
    assert f"{name.partition('/')[0]} in the same folder could be imported in place" in told


@pytest.mark.parametrize("name", ["data.csv", "two-words.py", "data/x.csv", "__pycache__/os.pyc"])
def test_files_beside_it_that_are_no_modules_need_no_consent(ask, name):
    assert ask(beside={name: UNSAFE}) == ""


def test_other_scripts_that_could_do_anything_are_named(ask):
    assert "other.py in the same folder" in ask(beside={"other.py": UNSAFE, "another.py": SAFE})


def test_the_script_itself_is_not_beside_it(ask):
    assert ask(beside={"mine.py": UNSAFE}) == ""


def test_a_folder_of_many_scripts_is_not_read_through(ask, monkeypatch):
    monkeypatch.setattr(opening, "MOST_BESIDE", 2)
    assert ask(beside={"a.py": SAFE, "b.py": SAFE}) == ""
    assert "c.py" in ask(beside={"c.py": SAFE})


@pytest.mark.parametrize("text", ["# \xff".encode("latin-1"), b"x = 1\n" * 40_000])
def test_a_script_beside_it_that_can_not_be_read_needs_consent(ask, tmp_path, text):
    (tmp_path / "other.py").write_bytes(text)
    assert "other.py" in ask()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no named pipes")
def test_a_pipe_is_not_read(ask, tmp_path):
    os.mkfifo(tmp_path / "other.py")
    assert "other.py" in ask()
