"""Scripts on disk: the old file survives, and what can't be read is explained."""

import errno
import os
from pathlib import Path

import pytest

from explorer.protocol import Problem
from explorer.session import Document
from explorer.window import files
from explorer.window.files import read_document, write_atomically


def test_a_file_is_replaced_and_keeps_its_permissions(tmp_path):
    path = tmp_path / "s.py"
    path.write_text("old")
    path.chmod(0o640)
    write_atomically(path, "new\n")
    assert path.read_bytes() == b"new\n"
    assert path.stat().st_mode & 0o777 == 0o640
    assert [p.name for p in tmp_path.iterdir()] == ["s.py"]


def test_a_new_file_gets_the_permissions_that_the_person_set(tmp_path):
    mask = os.umask(0o027)
    try:
        write_atomically(tmp_path / "s.py", "x")
    finally:
        os.umask(mask)
    assert (tmp_path / "s.py").stat().st_mode & 0o777 == 0o640


def test_a_link_stays_a_link_and_its_target_is_written(tmp_path):
    target = tmp_path / "folder" / "real.py"
    target.parent.mkdir()
    target.write_text("old")
    link = tmp_path / "link.py"
    link.symlink_to(target)
    write_atomically(link, "new")
    assert link.is_symlink()
    assert target.read_text() == "new"


@pytest.mark.parametrize("call", ["fsync", "fdopen"])
def test_a_full_disk_leaves_the_old_file_and_nothing_else(tmp_path, monkeypatch, call):
    path = tmp_path / "s.py"
    path.write_text("old")

    def full(descriptor, *_):
        if call == "fdopen":
            os.close(descriptor)
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(files.os, call, full)
    with pytest.raises(OSError, match="No space left"):
        write_atomically(path, "new")
    assert path.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["s.py"]


def read(tmp_path, content: bytes) -> Document | Problem:
    path = tmp_path / "s.py"
    path.write_bytes(content)
    return read_document(path, ("--fast",))


def test_an_opened_script_has_not_run_and_has_nothing_to_save(tmp_path):
    opened = read(tmp_path, b"import torch\nx = 1\n")
    assert isinstance(opened, Document)
    assert opened.session.cursor == 0
    assert not opened.dirty
    assert opened.path == str(tmp_path / "s.py")
    assert opened.arguments == ("--fast",)


def test_an_opened_script_saves_as_it_came(tmp_path):
    source = "# a note\nimport math\n\nx = 1\n"
    opened = read(tmp_path, source.encode())
    assert opened.session.to_source() == source


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"x = 1\ny = (\n", "line 2"),
        (b"x = '\xff\xfe'\n", "not UTF-8"),
        (b"x = 1\0", "not Python"),
        (b"x" * 10_000_001, "too large"),
    ],
)
def test_a_script_that_is_none_is_explained(tmp_path, content, said):
    problem = read(tmp_path, content)
    assert isinstance(problem, Problem)
    assert "s.py" in problem.what
    assert said in problem.what
    assert problem.fix


def test_the_detail_shows_the_line_of_a_syntax_error(tmp_path):
    assert "2  y = (" in read(tmp_path, b"x = 1\ny = (\n").detail


def test_a_missing_script_or_a_folder_is_explained(tmp_path):
    for path in (tmp_path / "none.py", tmp_path):
        problem = read_document(Path(path))
        assert isinstance(problem, Problem)
        assert "can't be read" in problem.what
