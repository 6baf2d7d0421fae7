"""Keeps the catalogue on disk: it is built once for each torch, and for each version of its builder."""

import contextlib
import hashlib
import os
import re
import sys
from pathlib import Path

import msgspec
import torch

from explorer.catalog import enums, signature
from explorer.engine.catalogue.builder import build
from explorer.paths import cache_folder

_HERE = Path(__file__).parent
_DIGEST_NBYTES = hashlib.sha256().digest_size


def packed() -> bytes:
    """Return the catalogue of the torch that runs as msgpack, which `Catalogue` decodes.

    A file that can't be read, or is damaged, is made anew; one that can't be written is done without.
    """
    path = _path()
    with contextlib.suppress(OSError):
        found = path.read_bytes()
        data = found[_DIGEST_NBYTES:]
        if hashlib.sha256(data).digest() == found[:_DIGEST_NBYTES]:
            return data
    data = msgspec.msgpack.encode(build())
    with contextlib.suppress(OSError):
        _write(path, hashlib.sha256(data).digest() + data)
    return data


def _path() -> Path:
    version = re.sub(r"[^\w.+-]", "_", str(torch.__version__))
    return cache_folder() / f"catalogue-{version}-{_edition()}.msgpack"


def _edition() -> str:
    """Return a text that is another one whenever what is built may be: it hashes the builder."""
    files = [*sorted(_HERE.glob("*.py")), Path(enums.__file__), Path(signature.__file__)]
    digest = hashlib.sha256()
    for file in files:
        # An executable has no files of source, and is another one as a whole.
        source = file if file.exists() else Path(sys.executable)
        digest.update(file.read_bytes() if source is file else str(source.stat().st_mtime).encode())
    return digest.hexdigest()[:12]


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_suffix(f".{os.getpid()}")
    beside.write_bytes(data)
    beside.replace(path)
