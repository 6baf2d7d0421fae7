"""Levels, maps and steps chosen for what is drawn; slicing as a value; facts; keys."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from explorer.engine.description import tensor_info
from explorer.engine.identity import Identities
from explorer.panes.heatmap.colour import colours, indices, takes_dark_text
from explorer.panes.heatmap.digits import shortened
from explorer.panes.heatmap.facts import facts
from explorer.panes.heatmap.origin import gone_since
from explorer.panes.heatmap.probe import tile
from explorer.panes.heatmap.scale import (
    CYCLIC,
    DIVERGING,
    MAPS,
    SEQUENTIAL,
    Choice,
    Scale,
    fit,
    ticks,
)
from explorer.panes.heatmap.slicing import Slicing, parse_index
from explorer.session import Session
from tests.panes.heatmap.test_reduce import ask


def fitted(x, choice=None, how="mean", part="magnitude", size=(1000, 1000)):
    answer = tile(x, ask(x, how=how, part=part, size=size))
    return fit(answer, str(x.dtype)[6:], how, part, choice or Choice())


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
