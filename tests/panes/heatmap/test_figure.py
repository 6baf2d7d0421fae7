"""A picture leaves as a file that shows what the heat map shows, and nothing to click."""

import re

import pytest
import torch
from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QGuiApplication, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

from explorer.panes.heatmap.exports.export_button import ENTRIES
from explorer.panes.heatmap.pictures import figure as figure_module
from explorer.panes.heatmap.pictures.colour import colours
from explorer.panes.heatmap.tiles import finder, reduce


def export(qtbot, pane, kind, path=None):
    pane.exporter.export_to(kind, path)
    qtbot.waitUntil(lambda: not pane.exporter.is_busy)


def written(qtbot, pane, kind, folder):
    path = folder / f"x.{kind}"
    export(qtbot, pane, kind, path)
    return path.read_bytes()


def colour_counts(image):
    """Return how many pixels of each colour there are."""
    image = image.convertToFormat(QImage.Format.Format_RGB32)
    found = {}
    for y in range(image.height()):
        for x in range(image.width()):
            rgb = image.pixel(x, y)
            found[rgb] = found.get(rgb, 0) + 1
    return found


def rendered(svg):
    renderer = QSvgRenderer(QByteArray(svg))
    image = QImage(renderer.defaultSize(), QImage.Format.Format_RGB32)
    painter = QPainter(image)
    renderer.render(painter, QRectF(image.rect()))
    painter.end()
    return image


@pytest.mark.parametrize("kind", ["png", "svg"])
def test_the_cells_have_their_colours(qtbot, stage, open_pane, tmp_path, kind):
    stage.show(x=torch.tensor([[False, True], [True, False]]))
    pane = open_pane(size=(420, 360))
    content = written(qtbot, pane, kind, tmp_path)
    image = QImage.fromData(content) if kind == "png" else rendered(content)
    counts = colour_counts(image)
    shown = pane.page.item.picture
    cell = pane.page.cells.view.cell_width_px * pane.page.cells.view.cell_height_px
    for place in set(shown.places.ravel().tolist()):
        rgb = QColor.fromRgb(int(colours(shown.map_name, shown.steps)[place])).rgb()
        assert counts[rgb] > cell  # two cells of each, but for their digits


def test_a_larger_picture_has_finer_blocks(qtbot, stage, open_pane, tmp_path):
    x = torch.zeros(600, 600)
    x[::2] = 1.0
    stage.show(x=x)
    pane = open_pane(size=(500, 400))
    assert not pane.page.item.picture.tile.has_cells
    small = QImage.fromData(written(qtbot, pane, "png", tmp_path))
    large = QImage.fromData(written(qtbot, pane, "png4", tmp_path))
    assert abs(large.width() - 4 * small.width()) <= 4
    ends = [QColor.fromRgb(int(colours("viridis")[place])).rgb() for place in (1, 255)]
    at = large.width() // 3
    column = {large.pixel(at, y) for y in range(large.height() // 2, large.height() // 2 + 20)}
    assert column == set(ends)  # every row of the tensor by itself
    assert small.pixel(small.width() // 3, small.height() // 2) not in ends


def test_all_text_of_a_drawing_is_text(qtbot, stage, open_pane, tmp_path):
    stage.show(x=torch.tensor([[[1.5, -2.0], [torch.nan, torch.inf]], [[0.25, 1.0], [2.0, 3.0]]]))
    pane = open_pane()
    svg = written(qtbot, pane, "svg", tmp_path).decode()
    texts = {text.strip() for text in re.findall(r"<text[^>]*>([^<]*)", svg)}
    expected = {"x[0]", "[2, 2, 2] · float32", "dim 1", "dim 2", "NaN", "+Inf"}
    assert expected | {"1.5000", "-2.0000", "nan", "inf"} <= texts
    assert "<image" in svg
    pane.step_slice(1)
    qtbot.waitUntil(pane.is_complete)
    assert ">x[1]" in written(qtbot, pane, "svg", tmp_path).decode()


def test_the_levels_are_in_the_picture(qtbot, stage, open_pane, tmp_path):
    stage.show(x=torch.tensor([[1.25, 8.75]]))
    pane = open_pane()
    svg = written(qtbot, pane, "svg", tmp_path).decode()
    assert {"1.25", "8.75"} <= set(re.findall(r">([^<>\n]*)\s*</text>", svg))


def test_what_blocks_stand_for_is_said(qtbot, stage, open_pane, tmp_path):
    stage.show(x=torch.rand(2000, 2000))
    pane = open_pane()
    svg = written(qtbot, pane, "svg", tmp_path).decode()
    assert re.search(r"Each pixel is a block of \d+ × \d+ · Mean", svg)


@pytest.mark.parametrize("mode", ["row", "column"])
def test_a_scale_along_lines_is_drawn_as_it_is(qtbot, stage, open_pane, tmp_path, mode):
    stage.show(x=torch.rand(1500, 1500))
    pane = open_pane()
    box = pane.page.scale_panel.mode_box
    box.setCurrentIndex(box.findData(mode))
    box.activated.emit(box.currentIndex())
    qtbot.waitUntil(pane.is_complete)
    image = QImage.fromData(written(qtbot, pane, "png", tmp_path))
    assert len(colour_counts(image)) > 100


def test_a_picture_is_copied(qtbot, stage, open_pane):
    stage.show(x=torch.rand(3, 4))
    pane = open_pane()
    said = []
    pane.status_changed.connect(said.append)
    pane.export("clipboard")
    qtbot.waitUntil(lambda: not pane.exporter.is_busy)
    assert not QGuiApplication.clipboard().image().isNull()
    assert said[-1] == "Copied the picture of x"


def test_a_folder_that_is_not_there_is_a_problem(qtbot, stage, open_pane, tmp_path):
    stage.show(x=torch.rand(3, 4))
    pane = open_pane()
    export(qtbot, pane, "png", tmp_path / "none" / "x.png")
    assert stage.problems[0].what == "x.png was not saved: No such file or directory."


def test_a_picture_that_would_fill_the_memory_is_refused(
    qtbot, stage, open_pane, tmp_path, monkeypatch
):
    monkeypatch.setattr(figure_module, "MOST_PIXELS", 1000)
    stage.show(x=torch.rand(3, 4))
    pane = open_pane()
    said = []
    pane.status_changed.connect(said.append)
    export(qtbot, pane, "png", tmp_path / "x.png")
    assert said[-1] == "The picture is too large: choose a smaller size."
    assert list(tmp_path.iterdir()) == []


def test_without_a_tensor_there_is_nothing_to_export(stage, open_pane):
    pane = open_pane()
    said = []
    pane.status_changed.connect(said.append)
    pane.export("png")
    assert said == ["There is nothing to export: select a tensor first."]
    assert stage.problems == []


def test_every_entry_of_the_button_does_something(qtbot, stage, open_pane, tmp_path, monkeypatch):
    stage.show(x=torch.rand(3, 4))
    pane = open_pane()
    monkeypatch.setattr(pane.exporter, "_choose", lambda kind, stem: tmp_path / f"{stem}_{kind}")
    for action in pane.page.export_button.menu().actions():
        if action.isSeparator():
            continue
        QGuiApplication.clipboard().setText("before")
        action.trigger()
        qtbot.waitUntil(
            lambda: not pane.exporter.is_busy and not stage.is_asking(pane.outlet.copier)
        )
        path = tmp_path / f"x_{action.data()}"
        assert QGuiApplication.clipboard().text() != "before" or path.stat().st_size > 0
    assert len(ENTRIES) == len(list(tmp_path.iterdir())) + 3


def test_a_grid_is_drawn_with_the_number_of_each_map(qtbot, stage, open_pane, tmp_path):
    stage.show(x=torch.rand(12, 16, 16))
    pane = open_pane(size=(900, 600))
    pane.slicer.toggle_grid()
    qtbot.waitUntil(pane.is_complete)
    svg = written(qtbot, pane, "svg", tmp_path).decode()
    texts = re.findall(r">([^<>\n]*)\s*</text>", svg)
    assert {*map(str, range(12)), "dim 0"} <= set(texts)


@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
def test_a_key_offers_all_that_can_go_out(qtbot, stage, open_pane):
    stage.show(x=torch.rand(3, 4))
    pane = open_pane()
    menu = pane.page.export_button.menu()
    pane.page.cells.setFocus()
    qtbot.keyClick(pane.page.cells, Qt.Key.Key_E)
    qtbot.waitUntil(menu.isVisible)
    menu.hide()
    pane.page.export_button.hide()
    pane.outlet.show_kinds()
    qtbot.waitUntil(menu.isVisible)
    menu.hide()


def test_a_picture_is_written_though_its_pane_is_hidden(
    qtbot, stage, open_pane, tmp_path, monkeypatch
):
    stage.show(x=torch.rand(1500, 1500))
    pane = open_pane()
    told = []
    pane.status_changed.connect(told.append)
    monkeypatch.setattr(reduce, "CHUNK", 100_000)
    for name in ("FIRST_SECONDS", "STEP_SECONDS", "PATIENCE_SECONDS", "SOON_SECONDS"):
        monkeypatch.setattr(finder, name, 0.0)
    stage.data_revision += 1  # nothing that was reduced is kept
    pane.exporter.export_to("png4", tmp_path / "x.png")
    pane.hide()
    qtbot.waitUntil(lambda: not pane.exporter.is_busy)
    assert QImage.fromData((tmp_path / "x.png").read_bytes()).width() > 1000
    assert any(text.startswith("Reading x for the picture:") for text in told)
