"""Pasted Python loses what is not code, and keeps every character that is."""

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.completeness import is_complete, next_indent
from explorer.panes.script.paste import clean_paste, clean_punctuation


@pytest.mark.parametrize(
    ("pasted", "cleaned"),
    [
        (">>> x = 1\n>>> x\n1\n", "x = 1\nx"),
        (">>> for i in x:\n...     print(i)\n...\n0\n1\n>>> y", "for i in x:\n    print(i)\n\ny"),
        ("In [1]: x = 2\n\nIn [12]: x\nOut[12]: 2", "x = 2\nx"),
        ("In [3]: def f():\n   ...:     return 1\n   ...: ", "def f():\n    return 1"),
        ("    x = 1\n    y = 2\n", "x = 1\ny = 2"),
        ("x = torch.ones（2，3）", "x = torch.ones(2,3)"),
        ("x = “a，b” # 好，的", 'x = "a，b" # 好，的'),
        ("x = ‘a’ ＋ 'b，c'", "x = 'a' + 'b，c'"),
        ("x −= 2 × 3", "x -= 2 * 3"),
        ("x = 1\r\ny = 2\r\n", "x = 1\ny = 2"),
        ("x[..., 0]\n...", "x[..., 0]\n..."),
        ('"""（\n，"""（1）'.replace("（1）", ""), '"""（\n，"""'),
    ],
)
def test_prompts_results_and_full_width_signs_go(pasted, cleaned):
    assert clean_paste(pasted) == cleaned


@given(st.text(alphabet="ab\"'\\#\n，（”“‘’ é"))
def test_cleaning_loses_nothing_that_was_plain(text):
    cleaned = iter(clean_punctuation(text))
    assert all(character in cleaned for character in text if character.isascii())


@given(st.text(alphabet=st.characters(blacklist_categories=("Cs", "Cc"))))
def test_a_string_keeps_every_character(text):
    source = f"x = {text!r}"
    assert ast.literal_eval(clean_punctuation(source)[4:]) == text


@pytest.mark.parametrize(
    ("source", "complete"),
    [
        ("x = 1", True),
        ("x = [1,", False),
        ("for i in x:", False),
        ("for i in x:\n    print(i)", False),
        ("for i in x:\n    print(i)\n", True),
        ("for i in x: print(i)", True),
        ("x = (1,\n     2)", True),
        ('"""open', False),
        ("x = = 1", True),
        ("if x:\n    y = 1\nelse:", False),
        ("x = 1\ny = 2", True),
        ("'\\d'", True),
        ("x = '\0'", True),
    ],
)
def test_enter_runs_what_no_further_line_can_belong_to(source, complete):
    assert is_complete(source) is complete


@pytest.mark.parametrize(
    ("source", "indent"),
    [
        ("for i in x:", "    "),
        ("for i in x:  # why", "    "),
        ("    y = 1", "    "),
        ("    return y", ""),
        ("x = 1", ""),
    ],
)
def test_a_new_line_is_indented_as_its_block(source, indent):
    assert next_indent(source) == indent
