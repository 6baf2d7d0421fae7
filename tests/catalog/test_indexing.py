"""Indices as parts and as text, and the cells that they pick: as torch does."""

import itertools

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from explorer.catalog.index_reader import read, tensors_in
from explorer.catalog.number import Refusal
from explorer.catalog.picking import Numbers

SHAPE = (3, 4, 2)
NAMES = {
    "mask": torch.tensor([True, False, True]),
    "both": torch.arange(12).reshape(3, 4) % 5 == 0,
    "rows": torch.tensor([2, 0]),
    "table": torch.tensor([[0, -1], [1, 1]]),
    "one": torch.tensor(1),
    "yes": torch.tensor(True),
    "part": torch.tensor([1.5]),
    "short": torch.tensor([0], dtype=torch.int16),
}

GUESSED = ("", "[[0, 1], [1, 0]]", "..., 0, ...", "[0, True]", "[0, 1.5]", "'a'")
"""What torch makes something of that nobody meant, or only warns of."""


def known(expression):
    found = eval(expression, {"torch": torch, "x": torch.arange(24).reshape(SHAPE) - 9, **NAMES})
    return Numbers(
        tuple(found.shape),
        str(found.dtype).removeprefix("torch."),
        tuple(map(int, found.flatten().tolist())),
    )


def unknown(_expression):
    return None


def picked(index, shape=SHAPE):
    """What torch makes of an index, and what the picker says: for each place the number there."""
    numbers = torch.arange(torch.Size(shape).numel()).reshape(shape)
    return eval(f"numbers[{index.text}]", {"torch": torch, "numbers": numbers, **NAMES})


def told(index):
    numbers = torch.arange(torch.Size(index.shape_of).numel()).reshape(index.shape_of)
    cells = [int(numbers[index.source(at)]) for at in itertools.product(*map(range, index.result))]
    return torch.tensor(cells, dtype=torch.int64).reshape(index.result)


@st.composite
def indices(draw):
    """A shape and an index that mostly fits it."""
    shape = tuple(draw(st.lists(st.integers(1, 4), max_size=4)))
    parts, rows = [], draw(st.integers(1, 3))
    for size in shape[: draw(st.integers(0, len(shape)))]:
        ends = st.one_of(st.just(""), st.integers(-size - 1, size + 1).map(str))
        inside = st.integers(-size, size - 1)
        part = draw(
            st.one_of(
                st.just(":"),
                inside.map(str),
                st.tuples(ends, ends, st.sampled_from(["", ":2", ":3"])).map(
                    lambda e: f"{e[0]}:{e[1]}{e[2]}"
                ),
                st.lists(inside, min_size=rows, max_size=rows).map(str),
                inside.map(lambda i: f"[{i}]"),
                st.lists(st.booleans(), min_size=size, max_size=size).map(str),
            )
        )
        parts.append(part)
    for _ in range(draw(st.integers(0, 2))):
        parts.insert(draw(st.integers(0, len(parts))), draw(st.sampled_from(["None", "True"])))
    if draw(st.booleans()) or not parts:
        parts.insert(draw(st.integers(0, len(parts))), "...")
    return shape, ", ".join(parts)


@given(indices())
@settings(max_examples=300, deadline=None)
def test_the_cells_are_those_that_torch_picks(drawn):
    shape, text = drawn
    numbers = torch.arange(torch.Size(shape).numel()).reshape(shape)
    try:
        expected = eval(f"numbers[{text}]", {"numbers": numbers})
    except IndexError:
        with pytest.raises(Refusal):
            read(text, shape, unknown)
        return
    index = read(text, shape, unknown)
    assert index.result == tuple(expected.shape)
    assert torch.equal(told(index), expected)
    lit = {cell for region in index.regions(10_000) for cell in itertools.product(*region)}
    assert {int(numbers[cell]) for cell in lit} == set(expected.flatten().tolist())
    assert index.is_view or not expected.numel() or expected.data_ptr() != numbers.data_ptr()


@given(indices())
@settings(max_examples=200, deadline=None)
def test_parts_make_the_text_that_they_were_read_from(drawn):
    shape, text = drawn
    try:
        index = read(text, shape, unknown)
    except Refusal:
        return
    again = read(index.text, shape, unknown)
    assert again == index
    assert again.text == index.text
    assert [d for part in index.parts for d in part.dims] == list(range(len(shape)))
    for number, part in enumerate(index.parts):
        assert read(index.with_part(number, part.text), shape, unknown).result == index.result


@pytest.mark.parametrize(
    "text",
    [
        "mask",
        "rows",
        "table",
        "one",
        "yes",
        "both",
        "mask, :, 0",
        "both, None, 1",
        ":, [0, 3], one",
        "rows, :, [0, 1]",
        "table, 1:3, 0",
        "x > 0",
        "x[0] > 0",
        "0, :, rows[1:]",
    ],
)
def test_names_and_expressions_pick_by_their_values(text):
    if text == "x[0] > 0":
        with pytest.raises(Refusal, match="shape"):
            read(text, SHAPE, known)
        return
    index = read(text, SHAPE, known)
    names = {"numbers": torch.arange(24).reshape(SHAPE), **NAMES}
    names["x"] = names["numbers"] - 9
    expected = eval(f"numbers[{text}]", names)
    assert index.result == tuple(expected.shape)
    assert torch.equal(told(index), expected)


def test_what_is_not_known_yet_is_said_to_be_so():
    index = read("mask, :, 0", SHAPE, unknown)
    assert index.result is None
    assert index.regions(10) is None
    assert [part.made for part in index.parts] == [(None,), (4,), ()]


@pytest.mark.parametrize(
    ("text", "kinds", "made"),
    [
        (":, 1:3, None", ["all", "slice", "new", "all"], [(3,), (2,), (1,), (2,)]),
        ("0, ..., [0, 1]", ["integer", "rest", "list"], [(), (4,), (2,)]),
        ("mask", ["tensor", "all", "all"], [(2,), (4,), (2,)]),
        ("...", ["rest"], [(3, 4, 2)]),
    ],
)
def test_each_part_says_what_comes_out_of_its_dim(text, kinds, made):
    index = read(text, SHAPE, known)
    assert [part.kind for part in index.parts] == kinds
    assert [part.made for part in index.parts] == made


@pytest.mark.parametrize(
    ("text", "number", "new", "after"),
    [
        ("0", 2, "1:2", "0, :, 1:2"),
        ("0, :, 1", 2, ":", "0"),
        ("0", 0, ":", ":"),
        ("..., 1", 1, "[0, 1]", "..., [0, 1]"),
    ],
)
def test_a_part_is_replaced(text, number, new, after):
    assert read(text, SHAPE, unknown).with_part(number, new) == after


def test_new_dims_come_and_go():
    index = read("0", SHAPE, unknown)
    assert index.with_new(0) == "None, 0"
    assert index.with_new(1) == "0, None"
    assert index.with_new(3) == "0, :, :, None"
    assert read("0, None, 1", SHAPE, unknown).without(1) == "0, 1"
    assert read("..., 1", SHAPE, unknown).without(0) == ":, :, 1"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("::-1", "torch steps forwards only"),
        ("..., 0, ...", "it can be there once only"),
        ("3", "Dim 0 has no index 3: it has 3, from 0 to 2"),
        ("0, [1, 4]", "Dim 1 has no index 4"),
        ("0, 0, 0, 0", "This index is for 4 dims, and the tensor has 3"),
        ("mask, mask", "The mask “mask” has the shape [3], and the dims that it is for have [4]"),
        ("[True, False]", "has the shape [2]"),
        ("part", "is float32: an index holds whole numbers"),
        ("short", "is int16"),
        ("[0, 1], [0, 1, 2]", "go together, one by one, and these have [2], [3]"),
        ("[0, 1.5]", "“1.5” is no index"),
        ("[0, True]", "A list in an index holds whole numbers, or True and False"),
        ("[[0, 1], [1, 0]]", "Write torch.tensor([[0, 1], [1, 0]])"),
        ("1.5", "is no index"),
        ("1.5:2", "A slice goes from one whole number to another"),
        ("", "Type an index"),
        ("0,,1", "This is not Python"),
        ("'a'", "is no index"),
    ],
)
def test_what_torch_would_not_take_is_refused_with_the_reason(text, reason):
    with pytest.raises(Refusal) as refused:
        read(text, SHAPE, known)
    assert reason in refused.value.message
    if text not in GUESSED:
        with pytest.raises((IndexError, ValueError, SyntaxError, TypeError)):
            eval(f"numbers[{text}]", {"numbers": torch.zeros(SHAPE), **NAMES})


def test_an_empty_dim_has_no_index():
    with pytest.raises(Refusal, match="Dim 0 is empty"):
        read("0", (0, 2), unknown)


def test_many_cells_are_not_all_lit():
    index = read("[0, 2, 4, 6, 8]", (10,), unknown)
    assert index.regions(5) == tuple((range(i, i + 1),) for i in range(0, 10, 2))
    assert index.regions(4) is None
    assert read("[1, 2, 3, 7]", (10,), unknown).regions(9) == ((range(1, 4),), (range(7, 8),))


def test_the_tensors_in_an_index_are_named():
    assert tensors_in("mask, 1:2, x[0] > 0, [0, 1], None") == ("mask", "x[0] > 0")
