"""Notes are laid out as they are read."""

import pytest
from PySide6.QtGui import QFont, QTextFormat

from explorer.panes.script.note_text import _laid_out

SIZE = QTextFormat.Property.FontSizeAdjustment


def fonts(text):
    """Return size and weight of each part of the first block."""
    parts = _laid_out(text, 400, QFont("Monospace", 12).toString()).begin().textFormats()
    return [(part.format.property(SIZE) or 0, part.format.fontWeight()) for part in parts]


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize(("mark", "larger"), [("#", 2), ("##", 1), ("###", 0)])
def test_all_words_of_a_heading_are_as_large(mark, larger):
    found = fonts(f"{mark} Twice **the** `sum` of *x*")
    assert len(found) > 1
    assert set(found) == {(larger, QFont.Weight.Bold)}


@pytest.mark.usefixtures("qapp")
def test_bold_words_of_a_text_stay_bold_words_of_a_text():
    assert [weight for _, weight in fonts("a **b** c")] == [400, 700, 400]
