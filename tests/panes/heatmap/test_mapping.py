"""Tensors in mapped files: seen at once, read to the end, and never resident as a whole."""

import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from explorer.panes.heatmap import Plane, Tile, TileAsk
from explorer.panes.heatmap.tiles import mapping
from explorer.panes.heatmap.tiles.finder import Finder
from explorer.panes.heatmap.tiles.tile import tile

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")

MIB = 1 << 20


def resident_mib():
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) // 1024
    raise AssertionError("no VmRSS")


def mapped(path, rows, columns):
    with path.open("wb") as file:
        file.truncate(4 * rows * columns)
    return torch.from_numpy(np.memmap(path, dtype=np.float32, mode="c", shape=(rows, columns)))


def ask(**more):
    return TileAsk(
        expression="x", plane=Plane(0, 1, (0, 0)), window=None, height_px=500, width_px=500, **more
    )


def test_the_first_picture_of_twenty_gigabytes_reads_little_of_them(tmp_path):
    x = mapped(tmp_path / "large.bin", 50_000, 100_000)
    before = resident_mib()
    answer = tile(x, ask(), finder=Finder())
    assert isinstance(answer, Tile)
    assert 0 < answer.progress < 0.5
    assert resident_mib() - before < 100


def test_reading_all_of_a_file_leaves_little_resident_and_writes_alone(tmp_path, monkeypatch):
    monkeypatch.setattr(mapping, "RELEASED_NBYTES", MIB)
    x = mapped(tmp_path / "middling.bin", 10_000, 10_000)
    x[5000, 17] = 7.0
    before = resident_mib()
    answer = tile(x, ask())
    assert answer.is_exact
    assert (answer.minimum, answer.maximum) == (0.0, 7.0)
    assert x[5000, 17] == 7.0
    assert resident_mib() - before < 100


def test_memory_that_is_no_file_is_left_alone():
    assert mapping.find(torch.zeros(3)) is None
    x = torch.zeros(mapping.RELEASED_NBYTES // 4 + 1)
    assert mapping.find(x) is None
