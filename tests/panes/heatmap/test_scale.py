"""Levels, maps and steps chosen for what is drawn; slicing as a value; facts; keys."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from explorer.engine.description import tensor_info
from explorer.engine.identity import Identities
from explorer.panes.heatmap.counts.statistics import percent_text, statistics
from explorer.panes.heatmap.counts.summary import Axis
from explorer.panes.heatmap.facts import facts
from explorer.panes.heatmap.look import Look, loaded, saved
from explorer.panes.heatmap.origin import gone_since
from explorer.panes.heatmap.pictures.colour import (
    NO_VALUE,
    LineRanges,
    colours,
    indices,
    placed,
    takes_dark_text,
)
from explorer.panes.heatmap.pictures.digits import shortened
from explorer.panes.heatmap.probe import tile
from explorer.panes.heatmap.scales.scale import (
    CYCLIC,
    DIVERGING,
    MAPS,
    SEQUENTIAL,
    Choice,
    Scale,
    axis_ticks,
    fit,
    needs_summary,
    ticks,
)
from explorer.panes.heatmap.slices.slicing import Slicing, parse_index
from explorer.session import Session
from tests.panes.heatmap.test_reduce import ask
from tests.panes.heatmap.test_summary import summary


def fitted(x, choice=None, how="mean", part="magnitude", size=(1000, 1000), counted=None):
    answer = tile(x, ask(x, how=how, part=part, size=size))
    return fit(answer, str(x.dtype)[6:], how, part, choice or Choice(), summary=counted)


def test_values_of_one_sign_run_from_their_minimum_to_their_maximum():
    scale = fitted(torch.tensor([2.0, 5.0]))
    assert (scale.low, scale.high, scale.map) == (2, 5, SEQUENTIAL)


def test_signed_values_get_a_diverging_map_centred_on_0():
    scale = fitted(torch.tensor([-2.0, 5.0]))
    assert (scale.low, scale.high, scale.map) == (-5, 5, DIVERGING)


def test_min_to_max_by_choice_is_kept_for_signed_values():
    scale = fitted(torch.tensor([-2.0, 5.0]), Choice("minmax", "grey"))
    assert (scale.low, scale.high, scale.map) == (-2, 5, MAPS["grey"])


def test_the_largest_size_of_blocks_starts_at_0():
    scale = fitted(torch.tensor([-7.0, 5.0]), how="absmax", size=(1, 1))
    assert (scale.low, scale.high) == (0, 7)


def test_bools_and_few_whole_numbers_are_steps():
    assert fitted(torch.tensor([True, True])).steps == ("False", "True")
    scale = fitted(torch.tensor([3, 5]))
    assert scale.steps == ("3", "4", "5")
    assert scale.levels(whole=True) == (2.5, 5.5)
    assert fitted(torch.tensor([0, 200])).steps == ()


def test_few_whole_numbers_that_lie_apart_are_steps_too():
    x = torch.tensor([0, 1000, 7])
    scale = fitted(x, counted=summary(x))
    assert scale.steps == ("0", "7", "1000")
    assert scale.values == (0, 7, 1000)
    values = np.array([0, 7, 1000, 8, np.nan], np.float32)
    places = placed(values, (0, 1.0), scale, whole=True)
    table = colours(scale.map, 3)
    assert [int(table[place]) for place in places[:3]] == [
        int(table[1 + int((step + 0.5) / 3 * 255)]) for step in range(3)
    ]
    assert places[3:].tolist() == [NO_VALUE, NO_VALUE]


def test_percentiles_are_the_levels():
    x = torch.arange(101.0)
    x[100] = 1e9
    choice = Choice("percentile", percentiles=(10, 90))
    scale = fitted(x, choice, counted=summary(x, percentiles=(10, 90)))
    assert (scale.low, scale.high) == (10, 90)


def test_a_logarithmic_scale_begins_at_the_least_value_above_0():
    x = torch.tensor([0.0, 0.001, 1.0, 1000.0])
    scale = fitted(x, Choice("log"), counted=summary(x, logarithmic=True))
    assert (scale.axis.kind, scale.high) == ("log", 1000)
    assert scale.low == pytest.approx(0.001)
    values = np.array([0.001, 1.0, 1000.0, 0.0, -1.0, np.nan, np.inf, -np.inf], np.float32)
    assert placed(values, (0, 1.0), scale, whole=False).tolist() == [1, 128, 255, 1, 1, 0, 255, 1]


def test_signed_values_are_logarithmic_on_both_sides_of_0():
    x = torch.tensor([-1000.0, 0.0, 10.0])
    scale = fitted(x, Choice("log"), counted=summary(x, logarithmic=True))
    assert (scale.low, scale.high, scale.map, scale.axis.kind) == (-1000, 1000, DIVERGING, "symlog")
    values = np.array([-1000.0, 0.0, 1000.0, 10.0], np.float32)
    places = placed(values, (0, 1.0), scale, whole=False).tolist()
    assert places[:3] == [1, 128, 255]
    share = math.asinh(10 / scale.axis.unit) / math.asinh(1000 / scale.axis.unit)
    assert places[3] == pytest.approx(128.5 + 127 * share, abs=1)


def test_logarithms_of_what_has_none_are_no_trouble():
    assert fitted(torch.zeros(3), Choice("log")).axis.kind == "linear"
    scale = fitted(torch.full((3,), 5.0), Choice("log"))
    assert scale.low < 5 < scale.high


def test_each_line_has_levels_of_its_own():
    x = torch.tensor([[0.0, 1.0, 2.0], [0.0, 100.0, 400.0], [7.0, 7.0, 7.0]])
    scale = fitted(x, Choice("row"))
    assert (scale.along, scale.low, scale.high, scale.map) == ("rows", 0, 1, SEQUENTIAL)
    ranges = LineRanges("rows", np.array([0.0, 0.0, 7.0]), np.array([2.0, 400.0, 7.0]))
    places = placed(x.numpy(), (0, 1.0), scale, whole=False, ranges=ranges)
    assert places.tolist() == [[1, 128, 255], [1, 64, 255], [128, 128, 128]]
    scale = fitted(-x.T, Choice("column"))
    assert (scale.along, scale.low, scale.high) == ("columns", 0, 1)


def test_signed_lines_are_centred_on_0():
    x = torch.tensor([[-1.0, 4.0], [-8.0, 2.0]])
    scale = fitted(x, Choice("row"))
    assert (scale.low, scale.high, scale.map) == (-1, 1, DIVERGING)
    ranges = LineRanges("rows", np.array([-1.0, -8.0]), np.array([4.0, 2.0]))
    shares = ranges.shares(x.double().numpy(), symmetric=True)
    assert shares.tolist() == [[-0.25, 1], [-1, 0.25]]


def test_levels_of_all_slices_are_those_of_the_whole_tensor():
    x = torch.tensor([[[1.0, 2.0]], [[3.0, 50.0]]])
    counted = summary(x, whole=True)
    answer = tile(x, ask(x))
    choice = Choice("minmax", scope="tensor")
    assert needs_summary(answer, "float32", "mean", choice)
    scale = fit(answer, "float32", "mean", "magnitude", choice, summary=counted)
    assert (scale.low, scale.high) == (1, 50)


@pytest.mark.parametrize(
    ("axis", "low", "high", "want"),
    [
        (Axis("log"), 0.01, 1000.0, [0.01, 0.1, 1, 10, 100, 1000]),
        (Axis("log"), 2.0, 5.0, [2, 2.5, 3, 3.5, 4, 4.5, 5]),
        (Axis("log"), 1e-30, 1e30, [1e-20, 1, 1e20]),
        (Axis("symlog", 0.1), -100.0, 100.0, [-100, -1, 0, 1, 100]),
        (Axis("symlog", 1.0), 0.0, 10.0, [0, 1, 10]),
    ],
)
def test_ticks_of_a_logarithmic_axis_are_powers_of_ten(axis, low, high, want):
    found = axis_ticks(axis, axis.place(low), axis.place(high), 6)
    assert found == pytest.approx(want)


def test_levels_that_are_moved_below_0_leave_the_logarithmic_axis():
    assert Scale(1, 10, axis=Axis("log")).moved(-1, 5).axis.kind == "linear"
    assert Scale(1, 10, axis=Axis("log")).moved(2, 5).axis.kind == "log"


def test_levels_that_a_person_sets_keep_the_layout_of_the_mode_before():
    look = Look(Slicing.of((2, 2)), "float32", choice=Choice("log"))
    fixed = look.fix(1, 5).fix(2, 5)
    assert (fixed.choice.mode, fixed.choice.laid_out) == ("fixed", "log")
    assert fixed.summary_ask("x", 0).logarithmic
    assert fixed.unfitted().choice == Choice("log")
    assert fixed.first((3,), "float32").choice.mode == "auto"


LOOKS = [
    Choice("percentile", percentiles=(2.5, 97.5)),
    Choice("log", "cividis"),
    Choice("row"),
    Choice("fixed", scope="tensor", basis="log"),
]


@pytest.mark.parametrize("choice", LOOKS)
def test_a_look_comes_back_from_settings(choice):
    scale = Scale(1, 10, axis=Axis("log")) if choice.mode == "fixed" else None
    look = Look(Slicing.of((2, 3)), "float32", choice=choice, scale=scale, statistics=True)
    assert loaded(saved("x", look)) == ("x", look)


def test_a_look_without_sense_is_left_alone():
    look = Look(Slicing.of((2, 3)), "float32", choice=Choice("percentile", percentiles=(99, 1)))
    assert loaded(saved("x", look)) is None
    scale = Scale(-1, 10, axis=Axis("log"))
    look = Look(Slicing.of((2, 3)), "float32", choice=Choice("fixed"), scale=scale)
    assert loaded(saved("x", look)) is None


def test_statistics_explain_themselves():
    x = torch.tensor([[0.0, 3.0], [4.0, math.nan]])
    known = {fact.text: fact.explanation for fact in statistics(summary(x))}
    assert list(known)[:5] == ["4 elements", "min 0", "max 4", "mean 2.333", "std 2.082"]
    assert {"norm 5", "zeros 25.0 %", "NaN 1", "Inf 0"} <= known.keys()
    assert all(sentence.endswith(".") for sentence in known.values())
    assert "2.08166599946613" in known["std 2.082"]


@pytest.mark.parametrize(
    ("share", "text"),
    [(0, "0 %"), (1, "100 %"), (0.5, "50.0 %"), (1e-9, "< 0.1 %"), (1 - 1e-9, "> 99.9 %")],
)
def test_a_share_is_never_rounded_to_none_or_all(share, text):
    assert percent_text(share) == text


def test_a_phase_runs_round_a_cycle():
    scale = fitted(torch.tensor([1j, -1j]), part="phase")
    assert (scale.low, scale.high, scale.map) == (-math.pi, math.pi, CYCLIC)


def test_a_constant_lies_in_the_middle_of_its_scale():
    for value in (0.0, 3.0, 1e30, -1e300):
        scale = fitted(torch.tensor([value], dtype=torch.float64))
        assert scale.low < value < scale.high


def test_levels_never_cross():
    assert (Scale(0, 1).moved(5, 2).low, Scale(0, 1).moved(5, 2).high) == (2, 5)
    moved = Scale(0, 1).moved(3, 3)
    assert moved.low < moved.high


@given(
    st.floats(-1e30, 1e30, allow_nan=False),
    st.floats(1e-3, 1e30, allow_nan=False),
    st.integers(1, 20),
)
def test_ticks_are_few_and_inside(low, width, count):
    found = ticks(low, low + width, count)
    room = 1e-6 * max(abs(low), width)
    assert len(found) <= count + 2
    assert all(low - room <= tick <= low + width + room for tick in found)


def test_an_index_runs_from_the_low_level_to_the_high_one():
    values = np.array([-1.0, 0.0, 0.5, 1.0, 2.0, np.nan, np.inf, -np.inf], np.float32)
    places = indices(values, (0, 1.0), (0, 1))
    assert places.tolist() == [1, 1, 128, 255, 255, 0, 255, 1]


def test_an_index_is_right_where_float32_would_not_tell_levels_apart():
    values = np.array([0, 1, 2], np.float32)
    big = 2**62
    assert indices(values, (big, 1.0), (big, big + 2)).tolist() == [1, 128, 255]
    assert indices(values, (0, 1e-300), (0, 2e-300)).tolist() == [1, 128, 255]


@pytest.mark.parametrize("name", sorted(set(MAPS.values())))
def test_text_on_every_colour_has_a_contrast_of_at_least_4_5(name):
    table = colours(name)[1:]
    channels = np.stack([(table >> s) & 255 for s in (16, 8, 0)]) / 255
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    light = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    dark_text = takes_dark_text(name)[1:]
    contrast = np.where(dark_text, (light + 0.05) / 0.05, 1.05 / (light + 0.05))
    assert contrast.min() >= 4.5


@given(st.floats(allow_nan=True, allow_infinity=True, width=32), st.integers(3, 12))
def test_a_shortened_number_fits_and_is_near_the_number(number, room):
    short = shortened(f"{number:.4f}", room)
    assert len(short) <= room or len(f"{number:.4f}") <= room
    if "…" not in short and math.isfinite(number):
        digits = len(short)
        assert float(short) == pytest.approx(number, rel=0.6, abs=10.0 ** (3 - digits) + 5e-5)


def test_shortened_texts():
    assert shortened("0.1234", 4) == "0.12"
    assert shortened("-0.1234", 4) == "-0.1"
    assert shortened("123456", 4) == "123…"
    assert shortened("1.2345e-05", 5) == "1e-5"
    assert shortened("False", 4) == "F"
    assert shortened("0.5000+2.0000j", 9) == "0.5+2j"


def test_the_default_slicing_shows_the_last_two_dims():
    slicing = Slicing.of((5, 4, 3))
    assert (slicing.rows, slicing.columns, slicing.fixed) == (1, 2, (0,))
    assert slicing.at(0, 9).index == (4, 0, 0)
    assert slicing.at(0, 3).cell(1, 2) == (3, 1, 2)
    assert slicing.at(0, 3).place((3, 1, 2)) == (1, 2)
    assert slicing.place((3, 1, 2)) is None


def test_choosing_the_other_dim_swaps_rows_and_columns():
    slicing = Slicing.of((5, 4, 3)).show(rows=2)
    assert (slicing.rows, slicing.columns) == (2, 1)
    slicing = Slicing.of((5, 4, 3)).show(columns=0)
    assert (slicing.rows, slicing.columns) == (1, 0)


@pytest.mark.parametrize("rows", range(4))
@pytest.mark.parametrize("columns", range(4))
def test_the_code_of_a_plane_makes_the_plane(rows, columns):
    if rows == columns:
        return
    x = torch.arange(2 * 3 * 4 * 5).view(2, 3, 4, 5)
    slicing = Slicing(tuple(x.shape), rows, columns, (1, 2, 3, 4))
    made = eval(slicing.code("x"), {"x": x})
    assert tuple(made.shape) == slicing.size
    assert all(
        made[r, c] == x[slicing.cell(r, c)]
        for r in range(made.shape[0])
        for c in range(made.shape[1])
    )


def test_code_is_as_short_as_it_can_be():
    assert Slicing.of((5, 4, 3)).at(0, 3).code("images") == "images[3]"
    assert Slicing.of((4, 3)).code("x") == "x"
    assert Slicing.of(()).code("x") == "x"
    assert Slicing.of((4,)).code("z", "phase") == "z.angle()"


@pytest.mark.parametrize(
    ("text", "index"),
    [
        ("3, 4", (3, 4)),
        ("[3,-1]", (3, 5)),
        ("2", (2, 0)),
        ("9 9", None),
        ("", None),
        ("a", None),
        ("1,1,1", None),
    ],
)
def test_what_a_person_types_becomes_an_index(text, index):
    assert parse_index(text, (5, 6)) == index


@pytest.mark.parametrize(
    "x",
    [
        torch.zeros(2, 3),
        torch.zeros(2, 3).T,
        torch.tensor(1.0, requires_grad=True),
        torch.zeros(3, requires_grad=True) * 2,
        torch.zeros(3, dtype=torch.bool),
        torch.zeros(3, dtype=torch.complex64),
        torch.zeros(3, dtype=torch.uint8),
        torch.eye(3).to_sparse(),
    ],
)
def test_every_fact_explains_itself_in_a_sentence(x):
    known = facts(tensor_info(x, "x", Identities()))
    assert known[0].text == str(list(x.shape))
    assert known[1].text == str(x.dtype)[6:]
    for fact in known:
        assert fact.text
        assert fact.explanation.endswith(".")


def test_a_name_is_gone_since_the_line_that_deleted_it():
    session = Session.from_source("import torch\n# made\nx = 1\ndel x\ny = 2")
    session = session.move(4)
    assert gone_since(session, "x") == 4
    assert gone_since(session, "y") == 0
    assert gone_since(session.move(2), "x") == 0


def test_a_legend_of_one_step_has_levels_apart_for_means_of_blocks():
    scale = Scale(3, 3, SEQUENTIAL, ("3",))
    assert scale.levels(whole=True) == (2.5, 3.5)
    assert scale.levels(whole=False) == (2.5, 3.5)
    assert Scale(3, 4, SEQUENTIAL, ("3", "4")).levels(whole=False) == (3, 4)
