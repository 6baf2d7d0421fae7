"""Shapes over each other, as torch puts them."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from explorer.catalog.broadcast import EACH, Trap, broadcast, rule_of, stretch

sizes = st.integers(0, 3)
shapes = st.lists(sizes, max_size=4).map(tuple)


def torch_says(*given_shapes):
    try:
        return tuple(torch.broadcast_shapes(*given_shapes))
    except RuntimeError:
        return None


def named(*given_shapes):
    return [(f"x{n}", shape) for n, shape in enumerate(given_shapes)]


@given(st.lists(shapes, min_size=1, max_size=4))
def test_shapes_are_stretched_as_torch_does(given_shapes):
    expected = torch_says(*given_shapes)
    assert broadcast(*given_shapes) == expected
    stretching = stretch(named(*given_shapes))
    assert stretching.shape == expected
    assert bool(stretching.clashes) == (expected is None)
    for row, shape in zip(stretching.rows, given_shapes, strict=True):
        assert tuple(c.size for c in row.cells if c.size is not None) == shape
        if expected is not None:
            assert tuple(c.size if c.stretched is None else c.stretched for c in row.cells) == (
                expected
            )


@given(shapes, shapes)
def test_a_tensor_that_is_written_into_is_not_stretched(a, b):
    x, y = torch.zeros(a), torch.zeros(b)
    try:
        expected = tuple(x.add_(y).shape)
    except RuntimeError:
        expected = None
    stretching = stretch(named(a, b), kept=True)
    assert stretching.shape == expected
    assert bool(stretching.clashes) == (expected is None)


@given(shapes, shapes)
def test_matrices_are_multiplied_as_torch_does(a, b):
    try:
        expected = tuple(torch.matmul(torch.zeros(a), torch.zeros(b)).shape)
    except RuntimeError:
        expected = None
    stretching = stretch(named(a, b), "product")
    assert stretching.shape == expected
    assert bool(stretching.clashes) == (expected is None)


def test_the_dims_that_clash_are_marked_and_no_others():
    stretching = stretch(named((2, 3, 4), (5, 4)))
    assert stretching.clashes == (-2,)
    assert [[cell.clashes for cell in row.cells] for row in stretching.rows] == [
        [False, True, False]
    ] * 2
    marked = stretch(named((2, 3), (4, 5)), "product")
    assert [[cell.clashes for cell in row.cells] for row in marked.rows] == [
        [False, True],
        [True, False],
    ]


@pytest.mark.parametrize(
    ("a", "b", "is_trap"),
    [
        ((3,), (3, 1), True),
        ((3,), (7, 3, 1), True),
        ((3, 3), (3, 3, 1), True),
        ((1, 4), (1, 4, 1), True),
        ((1,), (1, 1), False),
        ((1, 3), (3, 1), False),  # both say what they want
        ((3,), (4, 1), False),
        ((3,), (3, 3), False),
        ((3,), (3,), False),
        ((), (1,), False),
    ],
)
def test_a_row_that_meets_a_column_of_its_length_is_a_trap(a, b, is_trap):
    stretching = stretch(named(a, b))
    assert stretching.traps == ((Trap("x0", "x1"),) if is_trap else ())
    assert stretch(named(b, a)).traps == ((Trap("x1", "x0"),) if is_trap else ())
    if is_trap:
        together = (torch.zeros(a) + torch.zeros(b)).numel()
        assert together > torch.zeros(a).numel()


def function_of(name):
    for module in (torch, torch.nn.functional, torch.special):
        if hasattr(module, name):
            return getattr(module, name)
    return lambda x, y: x.clone().copy_(y)


THREE = ("where", "lerp", "addcmul", "addcdiv", "clamp", "clip")
WHOLE = ("gcd", "lcm", "bitwise_left_shift", "bitwise_right_shift")


@pytest.mark.parametrize("name", sorted(name for name in EACH if name.isidentifier()))
def test_a_function_of_the_list_takes_operands_of_two_shapes(name, recwarn):
    assert rule_of(f"torch.{name}") == "each"
    dtype = torch.int64 if name in WHOLE or "bitwise" in name else torch.float32
    x, y = torch.ones(2, 3, dtype=dtype), torch.ones(3, dtype=dtype)
    if name in THREE:
        condition = x.bool() if name == "where" else x
        result = function_of(name)(condition, y, torch.ones(2, 1))
    elif name == "masked_fill":
        result = torch.masked_fill(x, y.bool(), 0)
    else:
        result = function_of(name)(x, y.bool() if name == "masked_select" else y)
    reduced = isinstance(result, bool) or result.shape in ((), (6,), (2,))
    assert reduced or result.shape == (2, 3)


@pytest.mark.parametrize(
    ("path", "rule"),
    [
        ("+", "each"),
        ("Tensor.add_", "each"),
        ("torch.nn.functional.mse_loss", "each"),
        ("@", "product"),
        ("Tensor.matmul", "product"),
        ("torch.mm", None),
        ("torch.cat", None),
        ("numpy.add", None),
    ],
)
def test_a_path_tells_how_its_operands_are_stretched(path, rule):
    assert rule_of(path) == rule
