"""Both themes are readable, and pictures follow them."""

import pytest
from PySide6.QtGui import QColor, QPalette

from explorer.paths import RESOURCES
from explorer.window.theme import DARK, LIGHT, icon, make_palette, scheme

Role = QPalette.ColorRole
SCHEMES = pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])


def luminance(colour: QColor) -> float:
    """Relative luminance after WCAG 2.1."""
    parts = [
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4
        for c in (colour.redF(), colour.greenF(), colour.blueF())
    ]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(one: QColor, two: QColor) -> float:
    high, low = sorted((luminance(one), luminance(two)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_contrast_is_that_of_wcag():
    assert contrast(QColor("#000000"), QColor("#ffffff")) == pytest.approx(21)
    assert contrast(QColor("#777777"), QColor("#ffffff")) == pytest.approx(4.48, abs=0.01)


@SCHEMES
@pytest.mark.parametrize(
    ("text", "ground"),
    [
        (Role.WindowText, Role.Window),
        (Role.Text, Role.Base),
        (Role.Text, Role.AlternateBase),
        (Role.PlaceholderText, Role.Window),
        (Role.PlaceholderText, Role.Base),
        (Role.PlaceholderText, Role.AlternateBase),
        (Role.ButtonText, Role.Button),
        (Role.HighlightedText, Role.Highlight),
        (Role.ToolTipText, Role.ToolTipBase),
        (Role.Link, Role.Base),
        (Role.Link, Role.Window),
    ],
)
def test_text_can_be_read(colours, text, ground):
    palette = make_palette(colours)
    assert contrast(palette.color(text), palette.color(ground)) >= 4.5


@SCHEMES
@pytest.mark.parametrize("name", ["error", "warning", "ok", "accent"])
def test_state_colours_can_be_read(colours, name):
    for ground in (colours.window, colours.base, colours.raised):
        assert contrast(QColor(getattr(colours, name)), QColor(ground)) >= 4.5


@SCHEMES
def test_a_palette_tells_its_scheme(colours):
    assert scheme(make_palette(colours)) is colours


def test_a_choice_changes_the_application_and_its_icons(theme, qapp, qtbot):
    light = icon("save").pixmap(16, 16).toImage()
    with qtbot.waitSignal(theme.changed):
        theme.choose("dark")
    assert qapp.palette().color(Role.Window) == QColor(DARK.window)
    assert icon("save").pixmap(16, 16).toImage() != light


@pytest.mark.parametrize("path", sorted((RESOURCES / "icons").glob("*.svg")), ids=lambda p: p.stem)
def test_every_icon_draws_something(path, qapp):
    image = icon(path.stem).pixmap(32, 32).toImage()
    assert any(image.pixelColor(x, y).alpha() for x in range(32) for y in range(32))
