"""The reducer against arithmetic in plain Python, over dtypes, strides, windows and blocks."""

import math
from fractions import Fraction

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from explorer.panes.heatmap import (
    NAN,
    NEGATIVE_INFINITY,
    POSITIVE_INFINITY,
    Plane,
    Tile,
    TileAsk,
    Window,
)
from explorer.panes.heatmap.tiles import reduce
from explorer.panes.heatmap.tiles.plane import UnshowableError
from explorer.panes.heatmap.tiles.tile import tile

FLOATS = [
    torch.float16,
    torch.bfloat16,
    torch.float32,
    torch.float64,
    torch.float8_e4m3fn,
    torch.float8_e5m2,
]
INTS = [
    torch.uint8,
    torch.int8,
    torch.int16,
    torch.int32,
    torch.int64,
    torch.uint16,
    torch.uint32,
    torch.uint64,
]


def ask(tensor, window=None, size=(1000, 1000), how="mean", part="magnitude", plane=None):
    n = tensor.ndim
    if plane is None:
        plane = Plane(n - 2 if n > 1 else None, n - 1 if n else None, (0,) * n)
    return TileAsk(
        expression="x",
        plane=plane,
        window=window,
        height_px=size[0],
        width_px=size[1],
        reduce=how,
        part=part,
    )


def drawn(answer: Tile) -> np.ndarray:
    plane = np.frombuffer(answer.values.data, answer.values.dtype).reshape(answer.values.shape)
    return answer.base + answer.scale * plane.astype(np.float64)


def marks(answer: Tile) -> np.ndarray:
    return np.frombuffer(answer.marks.data, answer.marks.dtype).reshape(answer.marks.shape)


@st.composite
def matrices(draw):
    """A 2-D tensor of any dtype, plain, turned, stepped, expanded or cut out of a larger one."""
    dtype = draw(st.sampled_from([*FLOATS, *INTS, torch.bool]))
    rows, columns = draw(st.integers(1, 9)), draw(st.integers(1, 9))
    seed = torch.Generator().manual_seed(draw(st.integers(0, 10_000)))
    shape = (2 * rows + 1, 2 * columns + 1)
    if dtype.is_floating_point:
        base = torch.randn(shape, generator=seed) * draw(st.sampled_from([1.0, 100.0]))
        for value in draw(st.lists(st.sampled_from([math.nan, math.inf, -math.inf]), max_size=9)):
            base.view(-1)[torch.randint(base.numel(), (1,), generator=seed)] = value
        base = base.to(dtype)
    elif dtype == torch.bool:
        base = torch.rand(shape, generator=seed) > 0.5
    else:
        info = torch.iinfo(dtype)
        low, high = max(info.min, -(2**62)), min(info.max, 2**62)
        base = torch.randint(low, high, shape, generator=seed).to(dtype)
    match draw(st.sampled_from(["plain", "turned", "stepped", "cut", "row", "column"])):
        case "turned":
            return base.T
        case "stepped":
            return base[::2, 1::2]
        case "cut":
            return base[1 : rows + 1, 1 : columns + 1]
        case "row":
            return base[:1].expand(rows, -1)
        case "column":
            return base[:, :1].expand(-1, columns)
    return base


def expected(cells: list, how: str) -> float:
    finite = [c for c in cells if math.isfinite(c)]
    if not finite:
        kinds = {str(c) for c in cells}
        return cells[0] if len(kinds) == 1 else math.nan
    match how:
        case "min":
            return float(min(finite))
        case "max":
            return float(max(finite))
        case "absmax":
            return float(max(map(abs, finite)))
    return float(sum(map(Fraction, finite)) / len(finite))


@settings(max_examples=300, deadline=None)
@given(
    matrix=matrices(),
    how=st.sampled_from(["mean", "min", "max", "absmax"]),
    size=st.tuples(st.integers(1, 20), st.integers(1, 20)),
    corner=st.tuples(st.integers(0, 8), st.integers(0, 8)),
    extent=st.tuples(st.integers(1, 9), st.integers(1, 9)),
    chunk=st.sampled_from([1, 3, 10, 1000]),
)
def test_every_block_is_what_plain_python_makes_of_its_cells(
    matrix, how, size, corner, extent, chunk
):
    window = Window(corner[0], corner[1], corner[0] + extent[0], corner[1] + extent[1])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reduce, "CHUNK", chunk)
        patch.setattr(reduce, "COPIED_CHUNK", chunk)
        answer = tile(matrix, ask(matrix, window, size, how))
    cells = [
        [float(c) if matrix.is_floating_point() else int(c) for c in row] for row in matrix.tolist()
    ]
    w, kr, kc = answer.window, answer.block_rows, answer.block_columns
    assert w.top % kr == 0
    assert w.left % kc == 0
    assert w.bottom > min(window.top, matrix.shape[0] - 1)
    values, seen = drawn(answer), marks(answer)
    in_window = [c for row in cells[w.top : w.bottom] for c in row[w.left : w.right]]
    finite = [c for c in in_window if math.isfinite(c)]
    assert answer.minimum == (min(finite) if finite else None)
    assert answer.maximum == (max(finite) if finite else None)
    assert answer.nan == sum(map(math.isnan, in_window))
    assert answer.positive_infinity == in_window.count(math.inf)
    assert answer.negative_infinity == in_window.count(-math.inf)
    largest = max(map(abs, finite), default=0)
    for i in range(values.shape[0]):
        for j in range(values.shape[1]):
            top, left = w.top + i * kr, w.left + j * kc
            block = [
                c
                for row in cells[top : min(top + kr, w.bottom)]
                for c in row[left : min(left + kc, w.right)]
            ]
            want = expected(block, how if kr * kc > 1 else "min")
            if math.isfinite(want):
                # float32 on the wire; a mean is exact up to the rounding of its sum.
                near = 2e-7 * max(abs(want), largest if how == "mean" else 0)
                assert abs(values[i, j] - want) <= near
            else:
                assert str(values[i, j]) == str(want)
            assert bool(seen[i, j] & NAN) == any(map(math.isnan, block))
            assert bool(seen[i, j] & POSITIVE_INFINITY) == (math.inf in block)
            assert bool(seen[i, j] & NEGATIVE_INFINITY) == (-math.inf in block)


@pytest.mark.parametrize("row", [0, -1])
@pytest.mark.parametrize("column", [0, -1])
@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_one_odd_value_in_a_corner_of_a_large_matrix_is_marked(row, column, value):
    x = torch.zeros(1501, 2003)
    x[row, column] = value
    answer = tile(x, ask(x, size=(100, 100)))
    bit = NAN if math.isnan(value) else POSITIVE_INFINITY if value > 0 else NEGATIVE_INFINITY
    assert marks(answer)[row, column] == bit
    assert np.count_nonzero(marks(answer)) == 1
    assert np.all(drawn(answer) == 0)


@pytest.mark.parametrize(("row", "column"), [(0, 0), (0, -1), (-1, 0), (-1, -1), (700, 900)])
def test_one_hot_element_is_seen_zoomed_out(row, column):
    x = torch.zeros(1501, 2003)
    x[row, column] = 7.0
    answer = tile(x, ask(x, size=(100, 100), how="absmax"))
    assert np.count_nonzero(drawn(answer) == 7.0) == 1
    assert answer.maximum == 7.0


def test_large_integers_keep_their_order():
    x = 2**60 + torch.arange(12).view(3, 4)
    answer = tile(x, ask(x))
    assert answer.base == 2**60
    values = np.frombuffer(answer.values.data, "f4").reshape(3, 4)
    assert values.tolist() == [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9, 10, 11]]
    answer = tile(x, ask(x, size=(3, 2)))
    shares = np.frombuffer(answer.values.data, "f4").reshape(3, 2)
    assert shares.tolist() == [[0.5, 2.5], [4.5, 6.5], [8.5, 10.5]]
    assert answer.minimum == 2**60
    assert answer.maximum == 2**60 + 11


def test_the_ends_of_int64_and_uint64_are_exact():
    ends = torch.tensor([[-(2**63), 2**63 - 1]])
    answer = tile(ends, ask(ends))
    assert (answer.minimum, answer.maximum) == (-(2**63), 2**63 - 1)
    assert answer.texts == ("-9223372036854775808", "9223372036854775807")
    top = torch.tensor([[2**64 - 1, 0, 2**63]], dtype=torch.uint64)
    answer = tile(top, ask(top))
    assert (answer.minimum, answer.maximum) == (0, 2**64 - 1)
    assert drawn(answer).tolist() == [[2.0**64, 0, 2.0**63]]


def test_the_mean_of_huge_numbers_is_finite():
    x = torch.full((4, 4), 3e38)
    assert drawn(tile(x, ask(x, size=(1, 1))))[0, 0] == pytest.approx(3e38)
    y = torch.full((4, 4), 1.7e308, dtype=torch.float64)
    y[0, 0] = -1.7e308
    assert drawn(tile(y, ask(y, size=(1, 1))))[0, 0] == pytest.approx(1.7e308 / 16 * 14)
    z = torch.full((4, 4), 2**62)
    z[0, 0] = -(2**62)
    assert drawn(tile(z, ask(z, size=(1, 1))))[0, 0] == pytest.approx(2**62 * 14 / 16)


def test_denormal_numbers_keep_their_order():
    for dtype, least in ((torch.float32, 2.0**-149), (torch.float64, 2.0**-1074)):
        x = (torch.arange(4, dtype=torch.float64) * least).to(dtype)
        answer = tile(x, ask(x))
        plane = np.frombuffer(answer.values.data, "f4").astype(np.float64)
        assert (plane * answer.scale / least).tolist() == [0, 1, 2, 3]
        assert answer.maximum == 3 * least


def test_complex_numbers_are_drawn_by_each_part():
    z = torch.tensor([[3 + 4j, -1 + 0j], [0 - 2j, 1 + 1j]])
    for x in (z, z.conj()):
        for part, f in (
            ("magnitude", torch.abs),
            ("phase", torch.angle),
            ("real", torch.real),
            ("imaginary", torch.imag),
        ):
            want = f(x.resolve_conj()).double().numpy()
            np.testing.assert_allclose(drawn(tile(x, ask(x, part=part))), want, rtol=1e-6)
    assert tile(z, ask(z)).texts[0] == "3.+4.j"


def test_views_with_flags_are_drawn_by_their_values():
    x = torch.randn(3, 4, requires_grad=True)
    np.testing.assert_array_equal(drawn(tile(x, ask(x))), x.detach().numpy())
    z = torch.complex(torch.ones(2, 2), torch.full((2, 2), 5.0)).conj().imag
    assert z.is_neg()
    assert drawn(tile(z, ask(z))).tolist() == [[-5, -5], [-5, -5]]
    parameter = torch.nn.Parameter(torch.ones(2, 2))
    assert drawn(tile(parameter, ask(parameter))).tolist() == [[1, 1], [1, 1]]


@pytest.mark.filterwarnings("ignore:Sparse CSR tensor support:UserWarning")
def test_a_small_sparse_tensor_is_drawn():
    dense = torch.tensor([[0.0, 2.0], [3.0, 0.0]])
    for x in (dense.to_sparse(), dense.to_sparse_csr()):
        assert drawn(tile(x, ask(x))).tolist() == dense.tolist()


def test_a_bool_is_one_whatever_byte_it_is_stored_as():
    x = torch.tensor([[0, 205], [1, 0]], dtype=torch.uint8).view(torch.bool)
    assert drawn(tile(x, ask(x))).tolist() == [[0, 1], [1, 0]]


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: torch.empty(0, 3), "x has no elements: shape [0, 3]"),
        (
            lambda: torch.empty(2, 3, device="meta"),
            "x has a shape, [2, 3], but no values: it is a meta tensor.",
        ),
    ],
)
def test_what_has_no_values_says_so(make, sentence):
    x = make()
    with pytest.raises(UnshowableError, match=r".") as caught:
        tile(x, ask(x))
    assert caught.value.problem.what == sentence


@pytest.mark.filterwarnings("ignore")  # torch deprecates both, people still have them
def test_nested_and_quantised_tensors_say_what_to_do():
    nested = torch.nested.nested_tensor([torch.ones(2), torch.ones(3)])
    with pytest.raises(UnshowableError) as caught:
        tile(nested, ask(torch.ones(2, 3)))
    assert caught.value.problem.fix_code == "x[0]"
    quantised = torch.quantize_per_tensor(torch.ones(2, 3), 0.1, 0, torch.qint8)
    with pytest.raises(UnshowableError) as caught:
        tile(quantised, ask(quantised))
    assert caught.value.problem.fix_code == "x.dequantize()"


@pytest.mark.parametrize("ndim", range(7))
def test_any_plane_of_up_to_six_dims_is_the_one_indexing_gives(ndim):
    x = torch.arange(2.0**ndim).view((2,) * ndim)
    if ndim < 2:
        np.testing.assert_array_equal(drawn(tile(x, ask(x))), x.reshape(1, -1).numpy())
        return
    for rows in range(ndim):
        for columns in range(ndim):
            if rows == columns:
                continue
            index = tuple(1 for _ in range(ndim))
            key = tuple(slice(None) if d in (rows, columns) else 1 for d in range(ndim))
            want = x[key] if rows < columns else x[key].T
            plane = Plane(rows, columns, index)
            np.testing.assert_array_equal(drawn(tile(x, ask(x, plane=plane))), want.numpy())
