"""A dim of 3 or 4 shown as colours: exact means, marks, clipping, and what says so."""

import numpy as np
import pytest
import torch
from PySide6.QtCore import QPointF, Qt

from explorer.panes.heatmap import NAN, Plane, TileAsk, ValueAsk
from explorer.panes.heatmap.look import Look, loaded, saved
from explorer.panes.heatmap.probe import PROBES
from explorer.panes.heatmap.slices.channels import channel_dim, refusal
from explorer.panes.heatmap.slices.slicing import Slicing
from explorer.panes.heatmap.tiles.colouring import coloured_tile
from explorer.panes.heatmap.tiles.plane import UnshowableError


def ask(x, dim, pixels=1000, **changes):
    slicing = Slicing.of(tuple(x.shape)).coloured(on=True)
    assert slicing.channels == dim
    wanted = {"expression": "x", "plane": slicing.plane, "window": None, "channels": dim}
    return TileAsk(**{**wanted, "height_px": pixels, "width_px": pixels, **changes})


def colours_of(tile):
    return np.frombuffer(tile.colours.data, np.uint8).reshape(tile.colours.shape)


def colour_at(pane, row, column):
    """Return red, green and blue of the middle of a cell on the screen."""
    cells = pane.page.cells
    where = cells.mapFromScene(cells.box.mapViewToScene(QPointF(column, row)))
    colour = cells.grab().toImage().pixelColor(where)
    return colour.red(), colour.green(), colour.blue()


@pytest.mark.parametrize(
    ("shape", "dim"),
    [
        ((8, 9, 3), 2),
        ((3, 8, 9), 0),
        ((2, 4, 8, 9), 1),
        ((2, 8, 9, 4), 3),
        ((3, 5, 6, 7), 0),
        ((8, 3), None),
        ((8, 9, 5), None),
    ],
)
def test_the_dim_of_3_or_4_is_found(shape, dim):
    assert channel_dim(shape) == dim


@pytest.mark.parametrize("dtype", ["int64", "bool", "complex64", "int8"])
def test_other_numbers_are_refused_with_their_type(dtype):
    assert dtype in refusal(dtype)


@pytest.mark.parametrize("dtype", ["uint8", "float32", "bfloat16", "float8_e5m2"])
def test_bytes_and_decimals_are_taken(dtype):
    assert not refusal(dtype)


def test_bytes_are_the_colours_they_are():
    x = torch.randint(0, 256, (5, 6, 3), dtype=torch.uint8)
    found = colours_of(coloured_tile(x, ask(x, 2)))
    assert np.array_equal(found[..., :3], x.numpy())
    assert (found[..., 3] == 255).all()


def test_decimals_go_from_0_to_1_and_opacity_comes_fourth():
    x = torch.tensor([0.0, 0.5, 1.0, 0.25]).view(4, 1, 1).expand(4, 2, 2)
    found = colours_of(coloured_tile(x, ask(x, 0)))
    assert found[1, 1].tolist() == [0, 128, 255, 64]


@pytest.mark.parametrize("layout", ["first", "last"])
@pytest.mark.parametrize("dtype", [torch.uint8, torch.float32, torch.float16])
def test_a_block_has_the_mean_of_each_channel(layout, dtype):
    x = torch.rand(3, 64, 32)
    x = (x * 255).to(dtype) if dtype == torch.uint8 else x.to(dtype)
    full = 255 if dtype == torch.uint8 else 1
    mean = x.double().reshape(3, 16, 4, 8, 4).mean((2, 4)) / full * 255
    if layout == "last":
        x = x.permute(1, 2, 0)
    tile = coloured_tile(x, ask(x, 0 if layout == "first" else 2, height_px=16, width_px=8))
    found = torch.from_numpy(colours_of(tile)[..., :3].copy()).permute(2, 0, 1)
    assert (found.double() - mean).abs().max() <= 0.51
    assert (tile.block_rows, tile.block_columns) == (4, 4)


def test_nan_in_any_channel_is_marked_and_counted():
    x = torch.rand(3, 4, 5)
    x[1, 2, 3] = x[2, 0, 0] = torch.nan
    tile = coloured_tile(x, ask(x, 0))
    marks = np.frombuffer(tile.marks.data, np.uint8).reshape(4, 5)
    assert np.argwhere(marks & NAN).tolist() == [[0, 0], [2, 3]]
    assert tile.nan == 2


def test_the_range_is_that_of_all_channels():
    x = torch.zeros(3, 2, 2)
    x[0, 0, 0], x[2, 1, 1] = -0.5, 7.0
    tile = coloured_tile(x, ask(x, 0))
    assert (tile.minimum, tile.maximum) == (-0.5, 7.0)
    assert colours_of(tile)[1, 1].tolist() == [0, 0, 255, 255]


def test_a_tensor_that_has_no_such_dim_any_more_is_a_sentence():
    x = torch.zeros(5, 2, 2)
    wanted = TileAsk(
        expression="x",
        plane=Plane(1, 2, (0, 0, 0)),
        window=None,
        height_px=2,
        width_px=2,
        channels=0,
    )
    with pytest.raises(UnshowableError, match="x has no dim of 3 or 4"):
        coloured_tile(x, wanted)


@pytest.mark.parametrize(
    ("shape", "code"),
    [((4, 5, 3), "x"), ((2, 3, 4, 5), "x[0]"), ((2, 7, 3, 4, 5), "x[0, 0]")],
)
def test_the_code_keeps_the_channels(shape, code):
    assert Slicing.of(shape).coloured(on=True).code("x") == code


def test_the_code_of_a_turned_picture_turns_it():
    x = torch.rand(3, 4, 5)
    slicing = Slicing.of((3, 4, 5)).coloured(on=True).show(rows=2)
    assert slicing.channels == 0
    assert torch.equal(eval(slicing.code("x"), {"x": x}), x.transpose(1, 2))


def test_a_dim_is_either_rows_or_colours():
    slicing = Slicing.of((3, 4, 5)).coloured(on=True)
    assert slicing.show(rows=0).channels is None
    assert Slicing.of((4, 5, 3)).coloured(on=True).show(columns=2).channels is None


def test_a_look_at_colours_is_kept():
    look = Look(Slicing.of((4, 5, 3)).coloured(on=True), "uint8")
    assert loaded(saved("x", look)) == ("x", look)
    wrong = saved("x", look)
    wrong["look"]["slicing"]["channels"] = 0
    assert loaded(wrong) is None


def test_a_look_at_another_type_shows_numbers():
    look = Look(Slicing.of((4, 5, 3)).coloured(on=True), "uint8")
    assert look.of((4, 5, 3), "float32").slicing.channels == 2
    assert look.of((4, 5, 3), "int64").slicing.channels is None
    assert look.of((4, 5, 2), "uint8").slicing.channels is None


# --- as a person meets it -----------------------------------------------------------------------


def click(qtbot, pane):
    qtbot.mouseClick(pane.page.slicing_bar.colours_box, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(pane.is_complete)


def test_a_click_shows_colours_and_another_the_numbers(qtbot, stage, open_pane):
    x = torch.zeros(2, 2, 3, dtype=torch.uint8)
    x[0, 0] = torch.tensor([200, 100, 50])
    stage.show(x=x)
    pane = open_pane()
    click(qtbot, pane)
    assert colour_at(pane, 0, 0) == (200, 100, 50)
    assert not pane.page.scale_panel.isVisible()
    assert pane.shown_code() == "x"
    click(qtbot, pane)
    assert pane.page.scale_panel.isVisible()
    assert pane.shown_texts()


def test_the_three_values_under_the_cursor_are_told(qtbot, stage, open_pane):
    stage.show(x=torch.tensor([[[0.5], [0.25]], [[1.0], [2.0]], [[0.0], [0.125]]]))
    pane = open_pane()
    told = []
    pane.status_changed.connect(told.append)
    click(qtbot, pane)
    pane.page.cells.cell_hovered.emit(1, 0)
    qtbot.waitUntil(lambda: bool(told) and bool(told[-1]))
    assert told[-1] == "x[:, 1, 0] = (0.25, 2.0, 0.125)   (float32)"


def test_what_is_clipped_is_said(qtbot, stage, open_pane):
    stage.show(x=torch.tensor([-0.5, 0.5, 3.0]).expand(4, 4, 3))
    pane = open_pane()
    click(qtbot, pane)
    assert "Values from -0.5 to 3: below 0 and above 1" in pane.page.note.text()


def test_whole_numbers_are_refused_with_a_reason(stage, open_pane):
    stage.show(x=torch.zeros(4, 4, 3, dtype=torch.int64))
    box = open_pane().page.slicing_bar.colours_box
    assert box.isVisible()
    assert not box.isEnabled()
    assert "int64 is neither" in box.toolTip()


def test_nothing_is_offered_where_no_dim_fits(stage, open_pane):
    stage.show(x=torch.zeros(6, 7, 5))
    assert not open_pane().page.slicing_bar.colours_box.isVisible()


def test_colours_follow_a_write(qtbot, stage, open_pane):
    x = torch.zeros(2, 2, 3, dtype=torch.uint8)
    stage.show(x=x)
    pane = open_pane()
    click(qtbot, pane)
    x.fill_(255)
    stage.tell("x")
    qtbot.waitUntil(pane.is_complete)
    assert colour_at(pane, 1, 1) == (255, 255, 255)


def test_colours_are_exported_as_they_are(qtbot, stage, open_pane, tmp_path):
    x = torch.rand(3, 4, 5)
    stage.show(x=x)
    pane = open_pane()
    click(qtbot, pane)
    for kind in ("npy", "csv", "svg"):
        pane.exporter.export_to(kind, tmp_path / f"x.{kind}")
        qtbot.waitUntil(lambda: not pane.exporter.is_busy)
    expected = x.permute(1, 2, 0).numpy()
    assert np.array_equal(np.load(tmp_path / "x.npy"), expected)
    table = np.loadtxt(tmp_path / "x.csv", delimiter=",", dtype=np.float32)
    assert np.array_equal(table, expected.reshape(4, 15))
    assert "<image" in (tmp_path / "x.svg").read_text()


def test_a_value_is_that_of_all_channels(stage):
    stage.namespace["x"] = torch.arange(12.0).reshape(2, 2, 3)
    answer = PROBES[ValueAsk](ValueAsk(expression="x", index=(1, 0, 0), channels=2), stage)
    assert answer.text == "(6.0, 7.0, 8.0)"
