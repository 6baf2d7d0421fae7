"""Digits in cells: what is drawn where, and that panning only moves it."""

import itertools

import numpy as np
import pytest
import torch
from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QImage, QPainter, QPalette

from explorer.panes.heatmap import TEXT_CELLS
from explorer.panes.heatmap.pictures import digit_layer
from explorer.panes.heatmap.pictures.digit_layer import BAND_ROWS, DARK_TEXT, LIGHT_TEXT, DigitLayer
from explorer.panes.heatmap.pictures.digits import halves, shortened_half
from explorer.window.plot import View


def layer(texts, shape, cell_px=(40.0, 40.0), dark=False, plated=False):
    flags = (np.full(shape, value) for value in (dark, plated))
    return DigitLayer(tuple(texts), *flags, cell_px)


def painted(digits, rows, palette, ground="grey"):
    height = round(digits.cell_px[1] * digits.dark.shape[0])
    image = QImage(
        round(digits.cell_px[0] * digits.dark.shape[1]), height, QImage.Format.Format_RGB32
    )
    image.fill(QColor(ground))
    painter = QPainter(image)
    digits.paint(painter, QPointF(0, 0), rows, palette)
    painter.end()
    return image


def has(image, colour):
    """Return whether a pixel has just this colour."""
    wanted = QColor(colour).rgb()
    return any(
        image.pixel(x, y) == wanted for y in range(image.height()) for x in range(image.width())
    )


def lit_rows(image, ground="grey"):
    """Return the rows of pixels that are not all ground."""
    plain = QColor(ground).rgb()
    return [
        y
        for y in range(image.height())
        if any(image.pixel(x, y) != plain for x in range(image.width()))
    ]


def lines(rows):
    """Return how many runs of neighbours there are."""
    return sum(after - before > 1 for before, after in itertools.pairwise([-9, *rows]))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1.5000-2.0000j", ("1.5000", "-2.0000j")),
        ("-1.5000e-05+2.0000e+10j", ("-1.5000e-05", "+2.0000e+10j")),
        ("nan+infj", ("nan", "+infj")),
        ("-inf-nanj", ("-inf", "-nanj")),
        ("-3.+4.j", ("-3.", "+4.j")),
    ],
)
def test_a_complex_number_has_two_halves(text, expected):
    assert halves(text) == expected


def test_halves_are_rounded_to_their_room():
    assert shortened_half("-0.1234", 5) == "-0.12"
    assert shortened_half("+0.1234j", 6) == "+0.12j"
    assert shortened_half("+0.1234j", 8) == "+0.1234j"


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize(("dark", "ink"), [(True, DARK_TEXT), (False, LIGHT_TEXT)])
def test_the_ink_is_black_or_white_by_what_is_under_it(dark, ink):
    image = painted(layer(["8"], (1, 1), dark=dark), (0, 1), QPalette())
    ground = QColor("grey").lightness()
    found = {QColor(image.pixel(x, y)).lightness() for x in range(40) for y in range(40)}
    strongest = max(found, key=lambda lightness: abs(lightness - ground))
    assert abs(strongest - ink.lightness()) < 60
    assert (min(found) < ground) == dark


@pytest.mark.usefixtures("qapp")
def test_a_number_on_a_hatch_stands_on_a_plate():
    palette = QPalette()
    palette.setColor(QPalette.ColorRole.Base, QColor("#102030"))
    image = painted(layer(["nan"], (1, 1), plated=True), (0, 1), palette)
    assert has(image, "#102030")


@pytest.mark.usefixtures("qapp")
def test_a_complex_number_in_a_narrow_cell_has_two_lines():
    wide = painted(layer(["-0.0123+0.4567j"], (1, 1), (160.0, 40.0)), (0, 1), QPalette())
    narrow = painted(layer(["-0.0123+0.4567j"], (1, 1), (40.0, 40.0)), (0, 1), QPalette())
    assert lines(lit_rows(wide)) == 1
    assert lines(lit_rows(narrow)) == 2


@pytest.mark.usefixtures("qapp")
def test_only_what_comes_into_view_is_laid_out(monkeypatch):
    laid_out = []
    run = digit_layer.glyph_run
    monkeypatch.setattr(
        digit_layer, "glyph_run", lambda texts, size: laid_out.append(texts) or run(texts, size)
    )
    rows = 4 * BAND_ROWS
    digits = layer([str(i % 10) for i in range(rows)], (rows, 1))
    painted(digits, (0, BAND_ROWS), QPalette())
    assert sum(map(len, laid_out)) == BAND_ROWS
    painted(digits, (0, BAND_ROWS), QPalette())
    assert sum(map(len, laid_out)) == BAND_ROWS
    painted(digits, (0, rows), QPalette())
    assert sum(map(len, laid_out)) == rows


def test_panning_moves_what_was_laid_out(qtbot, stage, open_pane):
    stage.show(x=torch.rand(60, 60))
    pane = open_pane()
    cells, item = pane.page.cells, pane.page.item
    cells.set_view(View(5.0, 5.0, 40.0, 30.0))
    qtbot.waitUntil(pane.is_complete)
    cells.viewport().repaint()
    before = item._digits
    assert before is not None
    cells.pan(17, 11)
    cells.viewport().repaint()
    assert item._digits is before
    cells.zoom(1.25)
    cells.viewport().repaint()
    assert item._digits is not before


def test_a_screen_full_of_the_smallest_digits_is_one_tile(stage, open_pane):
    stage.show(x=torch.rand(500, 500))
    pane = open_pane(size=(1440, 900))
    pane.page.cells.set_view(View(50.0, 50.0, 28.0, 14.0))
    seen = pane.page.cells.visible()
    assert seen.width() * seen.height() < TEXT_CELLS


@pytest.mark.parametrize(
    ("x", "expected"),
    [
        (torch.tensor([[1.0, 2.5]]), ("1.0000", "2.5000")),
        (torch.tensor([[1.0, 2.0]]), ("1.", "2.")),
        (torch.tensor([[1.0, 2e9]]), ("1.0000e+00", "2.0000e+09")),
        (torch.tensor([[3, -4]]), ("3", "-4")),
        (torch.tensor([[True, False]]), ("True", "False")),
        (torch.tensor([[1 + 2j, -3 - 0.5j]]), ("1.+2.0000j", "-3.-0.5000j")),
        (torch.tensor([[torch.nan, -torch.inf]]), ("nan", "-inf")),
    ],
)
def test_cells_read_as_torch_prints_them(stage, open_pane, x, expected):
    stage.show(x=x)
    assert open_pane().shown_texts() == expected
