"""A plane is written to a file in pieces; what NumPy reads back is the plane."""

import itertools

import numpy as np
import pytest
import torch

from explorer.panes.heatmap import Plane
from explorer.panes.heatmap.exports import writer
from explorer.panes.heatmap.exports.export import Unwritten, WriteAsk
from explorer.panes.heatmap.pane import HeatmapPane
from explorer.panes.heatmap.probe import PROBES
from explorer.panes.heatmap.slices.slicing import Slicing


def write(stage, path, kind, tensor, plane=None):
    """Ask until all of a tensor is in the file; return the answers."""
    stage.namespace["x"] = tensor
    path.touch()
    plane = plane or Slicing.of(tuple(tensor.shape)).plane
    ask = WriteAsk(expression="x", plane=plane, path=str(path), format=kind)
    answers = []
    for _ in range(10_000):
        answers.append(PROBES[WriteAsk](ask, stage))
        last = answers[-1]
        if isinstance(last, Unwritten) or last.done == last.total:
            return answers
        ask = WriteAsk(
            expression="x",
            plane=plane,
            path=str(path),
            format=kind,
            done=last.done,
            offset=last.offset,
        )
    raise AssertionError("It never ends")


@pytest.fixture
def small_steps(monkeypatch):
    """One small piece a step: every way of cutting is gone."""
    monkeypatch.setattr(writer, "PIECE", {"csv": 7, "npy": 7})
    monkeypatch.setattr(writer, "STEP_SECONDS", 0.0)


@pytest.mark.usefixtures("small_steps")
@pytest.mark.parametrize("shape", [(), (20,), (5, 3), (2, 11), (4, 5, 6)])
@pytest.mark.parametrize(
    "dtype",
    [torch.float32, torch.float64, torch.int64, torch.uint8, torch.bool, torch.complex64],
)
def test_numpy_loads_the_same_array(stage, tmp_path, shape, dtype):
    x = (torch.rand(shape) * 100 - 50).to(dtype)
    plane = Slicing.of(shape).plane
    write(stage, tmp_path / "x.npy", "npy", x)
    expected = x[tuple(0 for _ in shape[:-2])]
    found = np.load(tmp_path / "x.npy")
    assert found.dtype == expected.numpy().dtype
    assert found.shape == tuple(expected.shape)
    assert torch.equal(torch.from_numpy(found), expected)
    assert plane.index == (0,) * len(shape)


@pytest.mark.usefixtures("small_steps")
@pytest.mark.parametrize("shape", [(20,), (5, 3), (2, 11), (1, 1)])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64, torch.int64, torch.complex128])
def test_the_numbers_of_a_csv_read_back_as_the_same(stage, tmp_path, shape, dtype):
    x = (torch.rand(shape, dtype=torch.float64) * 1000).to(dtype)
    write(stage, tmp_path / "x.csv", "csv", x)
    as_numpy = x.numpy().dtype
    found = np.loadtxt(tmp_path / "x.csv", delimiter=",", dtype=as_numpy, ndmin=2)
    assert np.array_equal(found, x.reshape(-1, shape[-1]).numpy())


def test_a_csv_has_a_line_for_each_row(stage, tmp_path):
    x = torch.tensor([[1.5, torch.nan], [-torch.inf, 0.1]])
    write(stage, tmp_path / "x.csv", "csv", x)
    assert (tmp_path / "x.csv").read_text() == "1.5,nan\n-inf,0.1\n"


def test_columns_as_rows_are_written_as_they_are_shown(stage, tmp_path):
    x = torch.arange(24).reshape(2, 3, 4)
    write(stage, tmp_path / "x.npy", "npy", x, Plane(2, 0, (0, 1, 0)))
    assert np.load(tmp_path / "x.npy").tolist() == x[:, 1].T.tolist()


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float8_e4m3fn, torch.float8_e5m2])
def test_what_numpy_lacks_is_written_as_float32(stage, tmp_path, dtype):
    x = torch.randn(3, 4).to(dtype)
    answers = write(stage, tmp_path / "x.npy", "npy", x)
    found = np.load(tmp_path / "x.npy")
    assert answers[-1].dtype == "float32"
    assert torch.equal(torch.from_numpy(found), x.to(torch.float32))


@pytest.mark.usefixtures("small_steps")
@pytest.mark.parametrize("kind", ["csv", "npy"])
def test_a_step_that_is_repeated_leaves_the_same_file(stage, tmp_path, kind):
    path, x = tmp_path / "x", torch.arange(30).reshape(3, 10)
    whole = write(stage, path, kind, x)
    right = path.read_bytes()
    for before, after in itertools.pairwise(whole):
        ask = WriteAsk(
            expression="x",
            plane=Plane(0, 1, (0, 0)),
            path=str(path),
            format=kind,
            done=before.done,
            offset=before.offset,
        )
        assert PROBES[WriteAsk](ask, stage) == after
        assert path.read_bytes() == right[: after.offset]


def test_a_large_sparse_tensor_is_written_without_being_made_dense(stage, tmp_path):
    x = torch.sparse_coo_tensor(
        [[0, 2999], [5, 1]], [1.5, -2.0], (3000, 3000), check_invariants=True
    )
    write(stage, tmp_path / "x.npy", "npy", x)
    found = np.load(tmp_path / "x.npy", mmap_mode="r")
    assert found.shape == (3000, 3000)
    assert (found[0, 5], found[2999, 1], np.count_nonzero(found)) == (1.5, -2.0, 2)


def test_what_the_system_refuses_comes_back_as_its_reason(stage, tmp_path):
    stage.namespace["x"] = torch.zeros(2, 2)
    path = str(tmp_path / "none" / "x.csv")
    ask = WriteAsk(expression="x", plane=Plane(0, 1, (0, 0)), path=path, format="csv")
    answer = PROBES[WriteAsk](ask, stage)
    assert isinstance(answer, Unwritten)
    assert "No such file" in answer.reason


# --- as a person meets it -----------------------------------------------------------------------


def told(pane):
    """Return a list that gets what the pane says in the status bar."""
    found = []
    pane.status_changed.connect(found.append)
    return found


def export(qtbot, pane, kind, path):
    pane.exporter.export_to(kind, path)
    qtbot.waitUntil(lambda: not pane.exporter.is_busy)


def test_the_slice_shown_is_exported(qtbot, stage, open_pane, tmp_path):
    stage.show(x=torch.arange(24.0).reshape(2, 3, 4))
    pane = open_pane()
    pane.step_slice(1)
    said = told(pane)
    export(qtbot, pane, "npy", tmp_path / "x.npy")
    assert np.load(tmp_path / "x.npy").tolist() == stage.namespace["x"][1].tolist()
    assert said[-1] == "Wrote 12 values to x.npy"
    assert [p.name for p in tmp_path.iterdir()] == ["x.npy"]


@pytest.mark.usefixtures("small_steps")
@pytest.mark.parametrize("grid", [(1,), (0, 1)])
def test_all_maps_of_a_grid_are_written(stage, tmp_path, grid):
    x = torch.arange(120.0).reshape(2, 3, 4, 5)
    plane = Plane(2, 3, (1 if grid == (1,) else 0, 0, 0, 0), grid)
    for kind in ("npy", "csv"):
        write(stage, tmp_path / f"x.{kind}", kind, x, plane)
    expected = x[1] if grid == (1,) else x
    assert np.array_equal(np.load(tmp_path / "x.npy"), expected.numpy())
    table = np.loadtxt(tmp_path / "x.csv", delimiter=",")
    assert np.array_equal(table, expected.reshape(-1, 5).numpy())


def test_a_type_that_numpy_lacks_is_told(qtbot, stage, open_pane, tmp_path):
    stage.show(x=torch.ones(2, 2, dtype=torch.bfloat16))
    pane = open_pane()
    said = told(pane)
    export(qtbot, pane, "npy", tmp_path / "x.npy")
    assert said[-1].endswith("bfloat16 as float32, which holds every value of it")


def test_a_folder_that_can_not_be_written_is_a_problem(qtbot, stage, open_pane, tmp_path):
    stage.show(x=torch.zeros(2, 2))
    pane = open_pane()
    export(qtbot, pane, "csv", tmp_path / "none" / "x.csv")
    assert stage.problems[0].what == "x.csv was not saved: No such file or directory."
    assert "choose another folder" in stage.problems[0].fix


def test_a_full_disk_leaves_the_old_file(qtbot, stage, open_pane, tmp_path, monkeypatch):
    stage.show(x=torch.zeros(2, 2))
    pane = open_pane()
    path = tmp_path / "x.csv"
    path.write_text("old")

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setitem(writer._WRITE, "csv", full)
    export(qtbot, pane, "csv", path)
    assert stage.problems[0].what == "x.csv was not saved: No space left on device."
    assert path.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["x.csv"]


@pytest.mark.usefixtures("small_steps")
def test_cancelling_leaves_the_old_file(qtbot, stage, open_pane, tmp_path):
    stage.show(x=torch.zeros(100, 100))
    pane = open_pane()
    path = tmp_path / "x.csv"
    path.write_text("old")
    said = told(pane)
    pane.exporter.export_to("csv", path)
    dialog = pane.exporter.writer.progress
    qtbot.waitUntil(lambda: dialog.value() > 0)
    dialog.canceled.emit()
    assert said[-1] == "x.csv was not written: you cancelled it."
    qtbot.waitUntil(lambda: not stage.is_asking(pane.exporter.writer))
    assert path.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["x.csv"]


@pytest.mark.usefixtures("small_steps")
def test_a_tensor_that_changes_meanwhile_is_not_written_in_part(qtbot, stage, open_pane, tmp_path):
    stage.show(x=torch.zeros(100, 100))
    pane = open_pane()
    pane.exporter.export_to("npy", tmp_path / "x.npy")
    dialog = pane.exporter.writer.progress
    qtbot.waitUntil(lambda: dialog.value() > 0)
    stage.namespace["x"].add_(1)
    qtbot.waitUntil(lambda: bool(stage.problems))
    assert stage.problems[0].what == "x.npy was not saved: x changed while it was written."
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("small_steps")
def test_nothing_is_left_of_a_file_when_its_pane_is_closed(qtbot, stage, tmp_path):
    stage.show(x=torch.zeros(100, 100))
    pane = HeatmapPane(stage)
    pane.show()
    qtbot.waitUntil(pane.is_complete)
    pane.exporter.export_to("npy", tmp_path / "x.npy")
    assert len(list(tmp_path.iterdir())) == 1
    pane.close()
    pane.deleteLater()
    del pane
    qtbot.waitUntil(lambda: list(tmp_path.iterdir()) == [])
