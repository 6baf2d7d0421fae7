"""Is a file what its ending says? Looked at without torch and without running what is in it."""

import json
import math
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.lib import format as npy

from explorer.catalog.naming import variable_name
from explorer.catalog.printer import quoted
from explorer.protocol import Problem
from explorer.text import tr

TORCH_DTYPES = frozenset(
    [
        *("bool", "uint8", "int8", "uint16", "int16", "uint32", "int32", "uint64", "int64"),
        *("float16", "float32", "float64", "complex64", "complex128"),
    ]
)
Check = Callable[[Path], Problem | None]

SAFETENSORS_HEADER_BYTES = 100_000_000
PICKLE_START = b"\x80"
NPY_START = b"\x93NUMPY"
ZIP_START = b"PK\x03\x04"

KNOWN_STARTS: tuple[tuple[bytes, str], ...] = (
    (NPY_START, ".npy"),
    (ZIP_START, ".npz or .pt"),
    (PICKLE_START, ".pt or .pkl"),
    (b"\x89HDF", ".h5"),
    (b"\x89PNG", ".png"),
    (b"\xff\xd8\xff", ".jpg"),
    (b"GGUF", ".gguf"),
    (b"version https://git-lfs", "Git LFS pointer"),
    (b"<", "web page"),
)


def check(path: Path, looks_right: Check) -> Problem | None:
    """Return why `path` can't be opened, None if it is there and `looks_right` finds no fault."""
    try:
        return check_readable(path) or looks_right(path)
    except Exception as error:  # noqa: BLE001 - bytes from anywhere: a parser may raise anything
        return _damaged(path, error)


def check_readable(path: Path) -> Problem | None:
    """Return why there is nothing to read at `path`, None if there is."""
    try:
        if not path.exists():
            return _problem(
                tr("There is no file {path}.", path=path),
                tr("Check the path, or choose the file with File > Open."),
            )
        if path.is_dir():
            return _problem(
                tr("{name} is a folder.", name=path.name or path),
                tr("Choose a file in it."),
            )
        with path.open("rb") as file:
            empty = not file.read(1)
    except OSError as error:
        return _problem(
            tr("{name} can't be read: {reason}.", name=path.name, reason=error.strerror),
            tr("Check that you may read it: {path}", path=path),
            error,
        )
    if empty:
        return _problem(
            tr("{name} is empty.", name=path.name),
            tr("Save or download it again: it holds no bytes at all."),
        )
    return None


def check_npy(path: Path) -> Problem | None:
    """Return why `path` does not open as a NumPy array that torch can hold."""
    if not _starts_with(path, NPY_START):
        return _disguised(path, tr("a NumPy array"))
    with path.open("rb") as file:
        dtype, bytes_needed = _read_npy_header(file)
    if not dtype.hasobject and path.stat().st_size < bytes_needed:
        raise EOFError(path.name)
    return _check_dtype(dtype, path.name, path)


def check_npz(path: Path) -> Problem | None:
    """Return why `path` does not open as NumPy arrays that torch can hold."""
    if not _starts_with(path, ZIP_START):
        return _disguised(path, tr("NumPy arrays"))
    with zipfile.ZipFile(path) as archive:
        for member in archive.infolist():
            name = member.filename.removesuffix(".npy")
            if name == member.filename:
                return _disguised(path, tr("NumPy arrays"), name)
            with archive.open(member) as file:
                dtype, bytes_needed = _read_npy_header(file)
            if not dtype.hasobject and member.file_size < bytes_needed:
                raise EOFError(name)
            described = tr("{member} in {name}", member=name, name=path.name)
            if problem := _check_dtype(dtype, described, path, name):
                return problem
    return None


def check_pt(path: Path) -> Problem | None:
    """Return why `path` does not open with torch.load, as far as can be told without it."""
    if _starts_with(path, PICKLE_START):
        return None  # from before 1.6; where it ends, only reading all of it would tell
    if not _starts_with(path, ZIP_START):
        return _disguised(path, tr("a PyTorch file"))
    with zipfile.ZipFile(path) as archive:
        members = archive.namelist()
    if not any(member.endswith("data.pkl") for member in members):
        return _disguised(path, tr("a PyTorch file"), members[0] if members else "")
    if any(member.endswith("constants.pkl") for member in members):
        return _problem(
            tr("{name} is a TorchScript program, not tensors.", name=path.name),
            tr("Run it with torch.jit.load, or save its state_dict and open that."),
        )
    return None


def check_safetensors(path: Path) -> Problem | None:
    """Return why `path` does not open as safetensors weights."""
    with path.open("rb") as file:
        length = int.from_bytes(file.read(8), "little")
        brace = file.read(1)
        if brace != b"{" or length > SAFETENSORS_HEADER_BYTES:
            return _disguised(path, tr("safetensors weights"))
        entries = json.loads(brace + file.read(length - 1))
    entries.pop("__metadata__", None)
    end = max((entry["data_offsets"][1] for entry in entries.values()), default=0)
    return None if path.stat().st_size == 8 + length + end else _damaged(path)


def is_archive(path: Path) -> bool:
    """Return whether `path` is a zip archive, as torch.save writes since 1.6: it can be mapped."""
    return zipfile.is_zipfile(path)


def _read_npy_header(file: IO[bytes]) -> tuple[np.dtype[Any], int]:
    """Return the dtype and how many bytes the whole file needs to have."""
    version = npy.read_magic(file)
    # Version 3 is version 2 with UTF-8 in the names of columns.
    read = npy.read_array_header_1_0 if version == (1, 0) else npy.read_array_header_2_0
    shape, _, dtype = read(file)
    return dtype, file.tell() + dtype.itemsize * math.prod(shape)


def _check_dtype(dtype: np.dtype[Any], name: str, path: Path, member: str = "") -> Problem | None:
    """Return a Problem whose `fix_code` opens the array converted; the file stays as it is."""
    if dtype.name in TORCH_DTYPES and dtype.isnative:
        return None
    if dtype.hasobject:
        return _problem(
            tr("{name} holds Python objects, which can run code when loaded.", name=name),
            tr("If you trust it, load it in NumPy with allow_pickle=True and save it as numbers."),
        )
    convert = ""
    if dtype.name in TORCH_DTYPES:
        what = tr(
            "{name} keeps its bytes in the other order ({dtype}).", name=name, dtype=dtype.str
        )
        fix = tr("Load it whole and put them in this computer's order:")
        convert = f'.astype("{dtype.newbyteorder("=").str}")'
    elif dtype.names:
        what = tr("{name} is a table with named columns; a tensor has none.", name=name)
        fix = tr("Load one column, such as {column}:", column=dtype.names[0])
        if dtype[0].name in TORCH_DTYPES:
            convert = f'[{quoted(dtype.names[0])}].astype("{dtype[0].newbyteorder("=").str}")'
    else:
        what = tr(
            "{name} holds values of type {dtype}, which torch has not.", name=name, dtype=dtype
        )
        fix = tr("Turn them into numbers in NumPy and save those.")
        if np.issubdtype(dtype, np.floating):
            fix = tr("Load it whole as float64:")
            convert = '.astype("float64")'
    array = f"np.load({quoted(str(path.absolute()))})" + (f"[{quoted(member)}]" if member else "")
    line = f"{variable_name(path)} = torch.from_numpy({array}{convert})"
    return _problem(what, fix, fix_code=f"import numpy as np\n{line}" if convert else "")


def _disguised(path: Path, expected: str, member: str = "") -> Problem:
    with path.open("rb") as file:
        start = file.read(32)
    looks = next((kind for magic, kind in KNOWN_STARTS if start.startswith(magic)), "")
    what = tr("{name} is not {expected}, as its ending says.", name=path.name, expected=expected)
    if member:
        fix = tr("It is an archive with {member} in it. Check where it comes from.", member=member)
    elif looks:
        fix = tr("It looks like: {kind}. Rename it, or save it again.", kind=looks)
    else:
        fix = tr("Check where it comes from, or save it again.")
    return _problem(what, fix)


def _damaged(path: Path, error: Exception | None = None) -> Problem:
    return _problem(
        tr("{name} is damaged, or was cut off.", name=path.name),
        tr("Save or download it again."),
        error,
    )


def _problem(what: str, fix: str, error: Exception | None = None, *, fix_code: str = "") -> Problem:
    return Problem(
        what=what,
        fix=fix,
        fix_code=fix_code,
        detail=str(error) if error else "",
        cause=type(error).__name__ if error else "",
    )


def _starts_with(path: Path, magic: bytes) -> bool:
    with path.open("rb") as file:
        return file.read(len(magic)) == magic
