"""Shapes over each other: what the table says in words, and that it paints."""

import pytest

from explorer.catalog.broadcast import stretch
from explorer.window.form.broadcast_table import BroadcastTable, described
from explorer.window.theme import DARK, LIGHT, make_palette


@pytest.mark.parametrize(
    ("stretching", "words"),
    [
        (stretch([("x", (4, 3)), ("y", (3,))]), "Dashed sizes are stretched"),
        (stretch([("x", (4, 3)), ("y", (5, 3))]), "In dim -2 the sizes are x: 4, y: 5"),
        (stretch([("y", (3,)), ("c", (3, 1))]), "use c.squeeze(-1)"),
        (stretch([("c", (3, 1)), ("y", (3,))]), "Every value of y meets every value of c"),
        (stretch([("y", (3,)), ("x", (4, 3))], kept=True), "y is written into"),
        (stretch([("x", (4, 3)), ("y", (5, 3))], "product"), "x has rows of 3 values"),
        (stretch([("x", (4, 3)), ("y", (3, 5))], "product"), ""),
    ],
)
def test_it_says_what_is_to_know(stretching, words):
    assert words in described(stretching)
    assert bool(described(stretching)) == bool(words)


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("shapes", [((4, 3), (3,)), ((4, 3), (5, 3)), ((1,) * 9, (2,) * 9)])
def test_it_is_painted_and_spoken(qtbot, shapes, colours):
    table = BroadcastTable(None)
    qtbot.addWidget(table)
    table.setPalette(make_palette(colours))
    table.resize(280, 160)
    table.show_stretching(stretch(list(zip("ab", shapes, strict=True))))
    picture = table._grid.grab().toImage()
    assert len({picture.pixel(x, y) for x in range(0, 280, 2) for y in range(0, 40, 2)}) > 2
    assert table._grid.accessibleName().startswith("a: ")
    table.show_stretching(None)
    assert table.isHidden()
