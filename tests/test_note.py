"""Notes are markdown cells above a statement, and are code's comments to everybody else."""

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.note import cut, put, text_of

lines = st.sampled_from(
    ["# %% [markdown]", "# %%", "# a **note**", "#", "", "x = 1", "# %% [md]", "y = [", "]", "#%%"]
)


@given(st.lists(lines, min_size=1))
def test_note_and_code_joined_are_the_source(parts):
    source = "\n".join(parts)
    head, body = cut(source)
    assert head + body == source
    assert "x = 1" not in head


@given(st.text(alphabet="ab #*\n%[]`", min_size=1), st.sampled_from(["x = 1", "# why\nx = 1", ""]))
def test_a_note_that_was_put_is_found_again(note, body):
    source = put(note, body)
    ast.parse(source)
    head, rest = cut(source)
    assert rest == body
    if "%%" not in note and note.strip():
        written = "\n".join(line.rstrip() for line in note.strip("\n").split("\n"))
        assert text_of(head) == written.strip("\n")


@pytest.mark.parametrize(
    ("source", "note", "body"),
    [
        ("x = 1", "", "x = 1"),
        ("# only a comment\nx = 1", "", "# only a comment\nx = 1"),
        ("# %% [markdown]\n# # Title\n#\n# text\n# %%\nx = 1", "# Title\n\ntext", "x = 1"),
        ("\n# %% [markdown]\n# text\n\n# %%\n# why\nx = 1", "text", "# why\nx = 1"),
        ("# %% [markdown]\n# a\n# %% [markdown]\n# b\n# %%\nx = 1", "a\n\nb", "x = 1"),
        ("# %% [markdown]\n# never closed\nx = 1", "never closed", "x = 1"),
        ("# %% [markdown]\n# at the end", "at the end", ""),
        ("# %% a cell of code\nx = 1", "", "# %% a cell of code\nx = 1"),
    ],
)
def test_a_note_is_what_jupytext_reads_as_a_markdown_cell(source, note, body):
    head, rest = cut(source)
    assert (text_of(head), rest) == (note, body)


def test_an_emptied_note_leaves_the_code_alone():
    assert put("  \n", "x = 1") == "x = 1"
