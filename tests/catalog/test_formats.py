"""Files that are opened by a line of Python, and files that are not what they seem."""

import builtins
import json
import keyword
import os
import zipfile
from pathlib import Path, PureWindowsPath

import numpy as np
import pytest
import torch

from explorer.catalog.formats import FORMATS, SUFFIXES, check_file, imported, open_file
from explorer.catalog.naming import variable_name
from explorer.catalog.printer import quoted

ARRAY = torch.arange(6.0).view(2, 3)
TABLE = {"a": torch.rand(2, 3), "b": torch.arange(3)}


def run(statements, **namespace):
    namespace |= {"torch": torch}
    exec("\n".join(statements), namespace)
    return namespace


def save(row, path):
    value = ARRAY if row.suffixes == (".npy",) else TABLE
    lines = [*row.imports.values(), row.saves.format(name="value", path=quoted(str(path)))]
    run(lines, value=value)
    return value


def same(a, b):
    if isinstance(a, dict):
        return a.keys() == b.keys() and all(same(a[key], b[key]) for key in a)
    return a.dtype == b.dtype and torch.equal(a, b)


every_ending = pytest.mark.parametrize(
    ("row", "suffix"), [(row, suffix) for row in FORMATS for suffix in row.suffixes]
)


@every_ending
def test_a_saved_file_loads_as_it_was(row, suffix, tmp_path):
    path = tmp_path / f"my values{suffix}"
    value = save(row, path)
    assert check_file(path) is None
    statements = open_file(path, taken=(), modules=("torch",))
    assert len(statements) == len([name for name in row.imports if name != "torch"]) + 1
    assert same(run(statements)["my_values"], value)
    # What has been imported is not imported again.
    (line,) = open_file(path, taken=("my_values",), modules=imported(row.imports.values()))
    assert line.startswith("my_values_2 = ")


@every_ending
def test_writing_in_place_leaves_the_file_alone(row, suffix, tmp_path):
    path = tmp_path / f"x{suffix}"
    save(row, path)
    before = path.read_bytes()
    x = run(open_file(path, (), ()))["x"]
    (x if isinstance(x, torch.Tensor) else x["a"]).fill_(7)
    assert path.read_bytes() == before


@every_ending
def test_a_broken_file_is_told_so(row, suffix, tmp_path):
    path = tmp_path / f"x{suffix}"
    save(row, path)
    whole = path.read_bytes()
    for content, what in (
        (b"", "x{} is empty."),
        (whole[: len(whole) // 2], "x{} is damaged, or was cut off."),
        (whole[:-1], "x{} is damaged, or was cut off."),
        (b"<html>not found</html>" * 9, "as its ending says."),
        (b"version https://git-lfs.github.com/spec/v1\n", "as its ending says."),
    ):
        path.write_bytes(content)
        problem = check_file(path)
        assert problem
        assert what.format(suffix) in problem.what
        assert problem.fix


@every_ending
def test_a_file_of_another_format_is_told_so(row, suffix, tmp_path):
    for other in FORMATS:
        if other is not row:
            path = tmp_path / f"x{suffix}"
            save(other, tmp_path / f"other{other.suffixes[0]}")
            (tmp_path / f"other{other.suffixes[0]}").replace(path)
            problem = check_file(path)
            assert problem
            assert "as its ending says." in problem.what


@every_ending
def test_random_bytes_never_break_the_check(row, suffix, tmp_path):
    path = tmp_path / f"x{suffix}"
    save(row, path)
    whole = bytearray(path.read_bytes())
    generator = np.random.default_rng(0)
    for _ in range(60):
        content = bytearray(whole)
        for at in generator.integers(0, min(len(content), 400), 4):
            content[at] = generator.integers(256)
        path.write_bytes(content)
        check_file(path)  # whatever it says, it says it


def test_an_old_pt_file_opens_without_a_map(tmp_path):
    torch.save(TABLE, tmp_path / "old.pt", _use_new_zipfile_serialization=False)
    torch.save(TABLE, tmp_path / "new.pt")
    assert check_file(tmp_path / "old.pt") is None
    (old,) = open_file(tmp_path / "old.pt", (), {"torch"})
    (new,) = open_file(tmp_path / "new.pt", (), {"torch"})
    assert "mmap" not in old
    assert "mmap=True" in new
    for line in (old, new):
        assert 'map_location="cpu", weights_only=True' in line
        assert same(run([line])[line.partition(" ")[0]], TABLE)


@pytest.mark.parametrize(
    "array",
    [
        np.zeros((0, 3)),
        np.array(3.0),
        np.asfortranarray(np.arange(6).reshape(2, 3)),
        np.ones(2, "?"),
        np.ones(2, "u2"),
        np.ones(2, "c8"),
        np.ones(2, "f2"),
    ],
    ids=lambda array: f"{array.dtype} {array.shape}",
)
def test_an_array_of_any_dtype_that_torch_has_opens(array, tmp_path):
    np.save(tmp_path / "x.npy", array)
    assert check_file(tmp_path / "x.npy") is None
    x = run(open_file(tmp_path / "x.npy", (), ()))["x"]
    np.testing.assert_array_equal(x.numpy(), array)


TABLE_DTYPE = [("height", "<f4"), ("name", "<U3")]
FOREIGN = [
    (np.arange(3, dtype=">f4"), "keeps its bytes in the other order (>f4)", True),
    (np.zeros(2, TABLE_DTYPE), "is a table with named columns", True),
    (np.ones(2, np.longdouble), "which torch has not", True),
    (np.array(["a", "b"]), "holds values of type <U1, which torch has not", False),
    (np.zeros(2, "M8[s]"), "which torch has not", False),
    (np.array([print, 1], dtype=object), "holds Python objects, which can run code", False),
]


@pytest.mark.parametrize(("array", "what", "mended"), FOREIGN, ids=lambda part: str(part)[:20])
@pytest.mark.parametrize("suffix", [".npy", ".npz"])
def test_an_array_that_torch_can_not_hold_is_explained(array, what, mended, suffix, tmp_path):
    path = tmp_path / f"x{suffix}"
    if suffix == ".npy":
        np.save(path, array)
    else:
        np.savez(path, fine=np.ones(2), foreign=array)
    before = path.read_bytes()
    problem = check_file(path)
    assert problem
    assert what in problem.what
    assert problem.fix
    assert bool(problem.fix_code) == mended
    if mended:
        x = run([problem.fix_code])["x"]
        expected = array["height"] if array.dtype.names else array
        np.testing.assert_array_equal(x.numpy(), expected)
    assert path.read_bytes() == before


def test_a_torchscript_program_is_named(tmp_path):
    with zipfile.ZipFile(tmp_path / "net.pt", "w") as archive:
        for member in ("net/data.pkl", "net/constants.pkl", "net/code/__torch__.py"):
            archive.writestr(member, "")
    problem = check_file(tmp_path / "net.pt")
    assert problem
    assert "TorchScript" in problem.what


def test_a_zip_archive_of_something_else_is_named(tmp_path):
    for suffix in (".npz", ".pt"):
        with zipfile.ZipFile(tmp_path / f"x{suffix}", "w") as archive:
            archive.writestr("readme.txt", "hello")
        problem = check_file(tmp_path / f"x{suffix}")
        assert problem
        assert "readme.txt" in problem.fix


@pytest.mark.parametrize(
    "header",
    [
        b"{",
        b"{]}",
        b"[1]",
        b'{"w": 3}',
        b'{"w": {"data_offsets": [0]}}',
        b'{"w": {"data_offsets": ["a", "b"]}}',
    ],
)
def test_a_safetensors_header_of_nonsense_is_told_so(header, tmp_path):
    (tmp_path / "x.safetensors").write_bytes(len(header).to_bytes(8, "little") + header)
    problem = check_file(tmp_path / "x.safetensors")
    assert problem


def test_a_safetensors_header_that_claims_too_much_is_not_read(tmp_path):
    (tmp_path / "x.safetensors").write_bytes((2**62).to_bytes(8, "little") + b"{}")
    problem = check_file(tmp_path / "x.safetensors")
    assert problem


def test_a_safetensors_file_with_metadata_opens(tmp_path):
    header = json.dumps({"__metadata__": {"format": "pt"}}).encode()
    (tmp_path / "x.safetensors").write_bytes(len(header).to_bytes(8, "little") + header)
    assert check_file(tmp_path / "x.safetensors") is None
    assert run(open_file(tmp_path / "x.safetensors", (), ()))["x"] == {}


def test_what_is_not_there_or_not_a_file_or_not_ours_is_told_so(tmp_path):
    (tmp_path / "folder.npy").mkdir()
    (tmp_path / "x.csv").write_text("1,2")
    for name, what in (
        ("none.npy", "There is no file"),
        ("folder.npy", "is a folder"),
        ("x.csv", "is not a type of file"),
    ):
        problem = check_file(tmp_path / name)
        assert problem
        assert what in problem.what
        assert problem.fix
    unknown = check_file(tmp_path / "x.csv")
    assert unknown
    assert all(suffix in unknown.fix for suffix in SUFFIXES)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root reads all")
def test_a_file_that_may_not_be_read_is_told_so(tmp_path):
    path = tmp_path / "x.npy"
    np.save(path, np.ones(2))
    path.chmod(0)
    problem = check_file(path)
    assert problem
    assert "can't be read" in problem.what


def test_a_relative_path_and_an_ending_in_capitals_open(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    np.save("a.npy", np.ones(2))
    Path("a.npy").rename("A.NPY")
    assert check_file(Path("A.NPY")) is None
    assert str(tmp_path) in open_file(Path("A.NPY"), (), ())[-1]


@pytest.mark.parametrize(
    "name",
    ['a "quoted".npy', "it's.npy", "back\\slash.npy", "new\nline.npy", "张量.npy", "{x}.npy"],
)
def test_any_file_name_makes_a_line_that_runs(name, tmp_path):
    np.save(tmp_path / name, np.ones(2))
    (line,) = open_file(tmp_path / name, (), {"torch", "np"})
    namespace = run([line], np=np)
    assert len([value for value in namespace.values() if isinstance(value, torch.Tensor)]) == 1


def test_a_windows_path_keeps_its_backslashes():
    path = str(PureWindowsPath("C:/new/table.npy"))
    assert eval(quoted(path)) == "C:\\new\\table.npy"


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("digits-images.npy", "digits_images"),
        ("2024 data.npy", "data_2024_data"),
        ("class.npy", "data_class"),
        ("print.npy", "print_data"),
        ("torch.pt", "torch_data"),
        ("---.npy", "data"),
        (".npy", "npy"),
        ("model.v2.safetensors", "model_v2"),
        ("_hidden.npy", "hidden"),
        ("x.npy", "x_3"),
    ],
)
def test_a_variable_is_named_after_its_file(file, name):
    made = variable_name(Path(file), taken=("x", "x_2"))
    assert made == name
    assert made.isidentifier()
    assert not keyword.iskeyword(made)
    assert not hasattr(builtins, made)


def test_what_a_script_has_imported_is_seen():
    sources = ["import torch", "# arrays\nimport numpy as np", "import safetensors"]
    assert imported(sources) == {"torch", "np"}
