"""A thumbnail of any tensor is right, or there is none; nothing ever raises."""

import warnings

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from explorer.panes.tensors import ThumbnailsAsk
from explorer.panes.tensors.probe import PROBES, thumbnail
from explorer.protocol import decode, encode


def levels(picture):
    return np.frombuffer(picture.plane.data, np.uint8).reshape(picture.plane.shape).tolist()


def test_values_go_from_the_lowest_to_the_highest_level():
    picture = thumbnail(torch.tensor([[1.0, 2.0], [3.0, 5.0]]), 32)
    assert levels(picture) == [[0, 64], [127, 254]]
    assert not picture.diverging


def test_zero_stands_in_the_middle_of_signed_values():
    picture = thumbnail(torch.tensor([[-1.0, 0.0, 2.0]]), 32)
    assert picture.diverging
    assert levels(picture) == [[64, 127, 254]]


def test_what_is_not_finite_has_a_level_of_its_own():
    picture = thumbnail(torch.tensor([float("nan"), 1.0, 2.0, float("inf"), -float("inf")]), 32)
    assert levels(picture) == [[255, 0, 254, 255, 255]]


def test_one_dimension_is_a_row_and_none_a_cell():
    assert levels(thumbnail(torch.arange(3), 32)) == [[0, 127, 254]]
    assert levels(thumbnail(torch.tensor(7), 32)) == [[127]]


def test_of_more_dimensions_the_first_slice_is_shown():
    tensor = torch.stack([torch.arange(4).reshape(2, 2), torch.full((2, 2), 99)])
    assert levels(thumbnail(tensor, 32)) == [[0, 85], [169, 254]]


@given(st.integers(1, 200), st.integers(1, 200), st.integers(1, 40))
def test_a_picture_is_never_larger_than_asked_and_samples_from_the_first(rows, columns, size_px):
    picture = thumbnail(torch.arange(rows * columns).reshape(rows, columns), size_px)
    height, width = picture.plane.shape
    assert (height, width) == (
        -(-rows // -(-rows // size_px)),
        -(-columns // -(-columns // size_px)),
    )
    assert max(height, width) <= size_px


def test_the_tensor_is_left_as_it_was():
    tensor = torch.randn(100, 100, requires_grad=True)
    copy, version = tensor.detach().clone(), tensor._version
    thumbnail(tensor, 32)
    assert torch.equal(tensor, copy)
    assert tensor._version == version
    assert tensor.grad is None


DTYPES = [dtype for dtype in vars(torch).values() if isinstance(dtype, torch.dtype)]


@pytest.mark.parametrize("dtype", sorted(set(DTYPES), key=str), ids=str)
def test_every_dtype_has_a_picture_or_none(dtype):
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tensor = torch.empty(3, 4, dtype=dtype)
    except (RuntimeError, TypeError, NotImplementedError):
        pytest.skip("torch makes no such tensor")
    answer = ask(tensor)
    if dtype.is_floating_point or dtype in (torch.bool, torch.uint8, torch.int64, torch.complex64):
        exotic = ("float4", "float8_e8m0fnu")
        assert answer is not None or str(dtype).removeprefix("torch.").startswith(exotic)


EXOTIC = {
    "empty": (lambda: torch.empty(0, 3), False),
    "meta": (lambda: torch.empty(3, 3, device="meta"), False),
    "sparse": (lambda: torch.eye(4).to_sparse(), True),
    "large sparse": (lambda: torch.sparse_coo_tensor(size=(10**6, 10**6)), False),
    "sparse rows": (lambda: torch.eye(4).to_sparse_csr(), True),
    "nested": (lambda: torch.nested.nested_tensor([torch.ones(2), torch.ones(3)]), False),
    "quantized": (lambda: torch.quantize_per_tensor(torch.randn(3, 3), 0.1, 0, torch.qint8), True),
    "conjugate": (lambda: torch.ones(2, 2, dtype=torch.complex64).conj(), True),
    "negative": (lambda: torch.ones(2, 2, dtype=torch.complex64).conj().imag, True),
    "expanded": (lambda: torch.ones(1).expand(10**6, 10**6), True),
    "all nan": (lambda: torch.full((2, 2), float("nan")), True),
    "range of float64": (lambda: torch.tensor([1e308, -1e308, 1.7e308]).double(), True),
    "six dimensions": (lambda: torch.randn(2, 2, 2, 2, 2, 2), True),
}


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("what", EXOTIC)
def test_exotic_tensors_never_raise(what):
    make, has_picture = EXOTIC[what]
    assert (ask(make()) is not None) is has_picture


class Reader:
    """A reader of one tensor."""

    def __init__(self, tensor):
        self._tensor = tensor

    def tensor(self, expression):
        if expression != "x":
            raise ValueError(f"{expression} is gone")
        return self._tensor


def ask(tensor):
    question = ThumbnailsAsk(expressions=("gone", "x"), size_px=16)
    answer = PROBES[ThumbnailsAsk](question, Reader(tensor))
    answer = decode(*encode(answer))
    assert answer.pictures[0] is None
    return answer.pictures[1]
