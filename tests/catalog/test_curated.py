"""Every curated operator runs, is read and written as it stands, and is found by its names."""

import re
from collections import Counter

import numpy as np
import pytest
import torch

from explorer.catalog.call import bind, emit, entry_of, parse, to_source
from explorer.catalog.creation import CREATION
from explorer.catalog.curated import CURATED, GROUPS, curated_of
from explorer.catalog.field import value_of
from explorer.catalog.finding import findables
from explorer.text import in_languages, set_language
from tests import operators

JARGON = ("tensor-like", "kwarg", "dunder", "callable", "scalar type", "impl", "iterable", "ndim")


def namespace():
    torch.manual_seed(0)
    square = torch.rand(3, 3)
    return {
        "torch": torch,
        "np": np,
        "x": torch.rand(3, 4) * 3,
        "z": torch.rand(3, 4),
        "s": square @ square.T + torch.eye(3),
        "i": torch.tensor([2, 0]),
        "c": torch.tensor([1, 3, 1]),
        "w": torch.ones(3, requires_grad=True),
        "a": np.ones(3),
    }


def names_of(path):
    """Return what the search finds the operator at `path` by."""
    found = next(findable for findable in findables(None) if findable.path == path)
    return {*found.names, *found.words}


@pytest.fixture(scope="module")
def catalogue():
    return operators.catalogue()


every_row = pytest.mark.parametrize("row", CURATED, ids=lambda row: row.path)


@every_row
def test_an_example_runs_in_plain_torch(row):
    names = namespace()
    exec(row.example, names)
    for target in parse(row.example).targets:
        assert names[target] is not None or target == "y", target


@every_row
def test_an_example_is_read_as_its_operator_and_written_as_it_stands(row):
    call = parse(row.example)
    assert call.path == row.path
    assert to_source(call) == row.example


CREATED = {operator.path for operator in CREATION}
RECEIVERS = {operator.path for operator in CREATION if operator.receiver}
"""Whose form makes the tensor that they are called on too: `test_creation` has them."""
every_form = pytest.mark.parametrize(
    "row", [row for row in CURATED if row.path not in RECEIVERS], ids=lambda row: row.path
)


@every_form
def test_the_fields_of_an_example_make_it_again(row, catalogue):
    call = parse(row.example)
    signature, fields = bind(call, catalogue)
    made = emit(entry_of(call, catalogue), signature, fields, call.targets)
    assert bind(made, catalogue) == (signature, fields)
    # The forms of Create are written by hand: they may write an argument by place.
    assert to_source(made) == row.example or row.path in CREATED


ASKS_FIRST = {"Tensor.expand"}
"""What depends on the tensor's size, so that there is nothing to start with."""


@every_form
def test_what_a_form_starts_with_runs_once_the_tensors_are_chosen(row, catalogue):
    call = parse(row.example)
    entry = entry_of(call, catalogue)
    signature, fields = bind(call, catalogue)
    tensors = {p.name for p in signature.parameters if p.kinds[0] in ("tensor", "tensors")}
    chosen = {name: value for name, value in fields.items() if name in tensors}
    for signature in entry.signatures:
        texts = {p: row.texts[p.name] for p in signature.parameters if p.name in row.texts}
        started = chosen | {p.name: value_of(p, text, row.path) for p, text in texts.items()}
        needed = {p.name for p in signature.parameters if p.required}
        if needed <= started.keys() and len(texts) == len(row.texts):
            exec(to_source(emit(entry, signature, started)), namespace())
            break
    else:
        assert row.path in ASKS_FIRST


@every_row
def test_a_row_is_told_in_plain_words(row):
    assert row.help.endswith("."), "a sentence"
    assert not re.search(r"[.!?] [A-Z]", row.help), "a single one"
    assert len(row.help) <= 100
    assert len(row.label) <= 40
    assert row.label[:1].isupper()
    assert not row.label.endswith(".")
    assert not any(word in f"{row.label} {row.help}".lower() for word in JARGON)
    assert row.group in GROUPS


def test_labels_are_unique_in_their_group_and_paths_everywhere():
    assert max(Counter((row.group, row.label) for row in CURATED).values()) == 1
    assert max(Counter(row.path for row in CURATED).values()) == 1
    assert all(curated_of(row.path) is row for row in CURATED)
    assert curated_of("torch.nothing") is None


def test_groups_follow_each_other():
    met = [row.group for row in CURATED]
    assert tuple(dict.fromkeys(met)) == GROUPS
    assert met == sorted(met, key=GROUPS.index)


@every_row
def test_words_are_names_of_their_own(row):
    words = row.words.split(", ")
    assert all(word == word.strip() and word for word in words)
    assert len(set(words)) == len(words)
    assert row.name not in words


@pytest.mark.parametrize(
    ("path", "names"),
    [
        ("Tensor.sum", {"Sum", "求和", "sum", "total", "qiu he"}),
        ("Tensor.t", {"Transpose", "转置", "t", "zhuan zhi"}),
        ("torch.gather", {"Gather", "聚集", "gather", "shou ji"}),
        ("@", {"Matrix product", "矩阵乘法", "@", "matmul", "mm"}),
    ],
)
@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_an_operator_is_found_by_its_names_in_both_languages(path, names, language):
    set_language(language)
    try:
        assert names <= names_of(path)
    finally:
        set_language("en")


@every_row
def test_every_label_has_a_chinese_name_that_is_found(row):
    assert any("\u4e00" <= letter <= "\u9fff" for name in names_of(row.path) for letter in name)


def test_a_text_that_is_the_same_in_both_languages_stands_once():
    assert in_languages("no such text") == ("no such text",)
