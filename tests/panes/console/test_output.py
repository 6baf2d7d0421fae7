"""What the console shows of a text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtGui import QTextCursor, QTextDocument

from explorer.panes.console.output import (
    MOST_CHARACTERS,
    MOST_LINES,
    settle,
    shorten,
    shorten_source,
    write,
)


def test_a_short_text_stays_as_it_is():
    assert shorten("a\nb") == "a\nb"
    exact = "x\n" * MOST_LINES
    assert shorten(exact) == exact


@pytest.mark.parametrize("end", ["", "\n"])
def test_of_many_lines_the_last_are_shown(end):
    text = "\n".join(map(str, range(100_000))) + end
    shown = shorten(text)
    first, *lines = shown.removesuffix("\n").split("\n")
    assert first == "[99,600 lines not shown]"
    assert lines == [str(i) for i in range(99_600, 100_000)]
    assert shown.endswith("\n") == bool(end)


@given(st.integers(0, 4 * MOST_LINES), st.booleans())
def test_no_line_is_counted_twice_or_lost(count, ends):
    text = "\n".join(map(str, range(count))) + "\n" * ends
    first, *lines = shorten(text).split("\n")
    if first.startswith("["):
        hidden = int(first[1:].partition(" ")[0].replace(",", ""))
        assert "\n".join(lines) == "\n".join(text.split("\n")[hidden:])
    else:
        assert shorten(text) == text


def test_a_line_without_end_is_cut_at_its_front():
    shown = shorten("x" * 10**6 + "end")
    assert shown.startswith("[950,003 characters not shown]\n")
    assert shown.endswith("xend")
    assert len(shown) < MOST_CHARACTERS + 100


def test_of_a_long_source_the_first_lines_are_shown():
    lines = shorten_source("\n".join(f"x{i} = {i}" for i in range(2 * MOST_LINES)))
    assert lines[0] == "x0 = 0"
    assert lines[-1] == f"[{MOST_LINES} lines not shown]"


@pytest.mark.parametrize(
    ("line", "shown"),
    [("10 %\r20 %", "20 %"), ("long text\rab", "abng text"), ("a\r", "a"), ("\ra", "a")],
)
def test_a_carriage_return_overwrites(line, shown):
    assert settle(line) == shown


def test_a_progress_bar_stays_on_its_line(qapp):
    document = QTextDocument()
    cursor = QTextCursor(document)
    for text in ("start\n", "\r 10 %", "\r 20 %\r 30 %", "\r100 %\ndone\n", "\x1b[31mred\x1b[0m\a"):
        write(cursor, text)
    assert document.toPlainText() == "start\n100 %\ndone\nred"
