"""Python is coloured where it should be, readable in both themes."""

import pytest
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QPlainTextEdit

from explorer.window.code import INKS, CodeHighlighter, code_ranges, code_spans
from explorer.window.theme import DARK, LIGHT, make_palette


def luminance(colour):
    channels = QColor(colour).getRgbF()[:3]
    red, green, blue = (
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def kinds(source):
    return [(source[s.start : s.start + s.length], s.kind) for s in code_spans(source)]


def test_parts_of_a_line_have_their_kinds():
    assert kinds("for i in range(3): # go") == [
        ("for", "keyword"),
        ("in", "keyword"),
        ("range", "builtin"),
        ("3", "number"),
        ("# go", "comment"),
    ]
    assert kinds("x = '''a\nb''' + 1") == [("'''a\nb'''", "string"), ("1", "number")]


def test_text_that_is_not_python_is_coloured_as_far_as_it_goes():
    assert ("'open", "string") in kinds("x = 'open") or kinds("x = 'open")


def test_positions_count_as_qt_counts_beyond_the_basic_plane():
    ranges = code_ranges("'😀' + 12", dark=False)
    assert [(r.start, r.length) for r in ranges] == [(0, 4), (7, 2)]


@pytest.mark.parametrize("kind", INKS)
def test_every_colour_can_be_read_on_base_and_window(kind):
    ink = INKS[kind]
    for ground in (LIGHT.base, LIGHT.window, LIGHT.raised):
        assert contrast(ink.light, ground) >= 4.5
    for ground in (DARK.base, DARK.window, DARK.raised):
        assert contrast(ink.dark, ground) >= 4.5


@pytest.fixture
def editor(qtbot):
    editor = QPlainTextEdit()
    qtbot.addWidget(editor)
    editor.setPalette(make_palette(LIGHT))
    editor.highlighter = CodeHighlighter(editor.document(), editor)
    return editor


def colours(editor, line):
    formats = editor.document().findBlockByNumber(line).layout().formats()
    return [(f.start, f.length, f.format.foreground().color().name()) for f in formats]


def test_a_string_over_lines_is_coloured_on_each(editor):
    editor.setPlainText('x = """a😀\nb"""\nfor y in x: 1')
    string = INKS["string"].light
    assert colours(editor, 0) == [(4, 6, string)]
    assert colours(editor, 1) == [(0, 4, string)]
    assert colours(editor, 2)[0] == (0, 3, INKS["keyword"].light)


def test_closing_a_string_colours_the_lines_below_anew(editor):
    editor.setPlainText('x = """\n12')
    assert colours(editor, 1) == [(0, 2, INKS["string"].light)]
    cursor = editor.textCursor()
    cursor.setPosition(7)
    cursor.insertText('"""')
    assert colours(editor, 1) == [(0, 2, INKS["number"].light)]


def test_colours_follow_the_theme(editor):
    editor.setPlainText("12")
    editor.setPalette(make_palette(DARK))
    assert colours(editor, 0) == [(0, 2, INKS["number"].dark)]
