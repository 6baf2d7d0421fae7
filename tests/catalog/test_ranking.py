"""What is typed finds what is meant, the best first."""

import pytest

from explorer.catalog.curated import CURATED
from explorer.catalog.ranking import Ranking, folded, slips
from explorer.text import in_languages


@pytest.fixture(scope="module")
def operators():
    ranking = Ranking()
    for row in CURATED:
        names = (row.name, *in_languages(row.label))
        words = (row.path, *row.words.split(", "))
        ranking.add(row.name, names, words, (row.help,), weight=row.name.endswith("_"))
    return ranking


def found(*names, query, **more):
    ranking = Ranking(**more)
    for name in names:
        ranking.add(name, (name,))
    return [name for _, name in ranking.find(query, 10)]


QUERIES = {
    "mean": "mean",
    "menan": "mean",
    "maen": "mean",
    "meann": "mean",
    "softmax": "softmax",
    "sofmtax": "softmax",
    "求和": "sum",
    "qiu he": "sum",
    "qiuhe": "sum",
    "ＳＵＭ": "sum",
    "zhuan zhi": "t",
    "transpose": "transpose",
    "gather": "gather",
    "index_select": "index_select",
    "index select": "index_select",
    "indexselect": "index_select",
    "mskslct": "masked_select",
    "torch.cat": "cat",
    "matmul": "@",
    "linalg.inv": "inv",
}


@pytest.mark.parametrize(("query", "name"), QUERIES.items())
def test_the_first_operator_found_is_the_one_that_is_meant(operators, query, name):
    assert operators.find(query, 5)[0][1] == name


def test_the_closer_a_name_fits_the_earlier_it_comes():
    names = ("abs sum", "cumsum", "summary", "sum", "add, summed")
    assert found(*names, query="sum") == ["sum", "summary", "abs sum", "add, summed", "cumsum"]


def test_words_in_another_order_fit_less_well():
    assert found("Heat map, new", "New heat map", query="new heat") == [
        "New heat map",
        "Heat map, new",
    ]


def test_a_name_comes_before_other_words_and_those_before_what_is_said():
    ranking = Ranking()
    ranking.add("said", ("a",), said=("takes the total",))
    ranking.add("word", ("b",), ("total",))
    ranking.add("name", ("total of all",))
    assert [thing for _, thing in ranking.find("total", 5)] == ["name", "word", "said"]


def test_less_weight_and_then_a_shorter_name_come_first():
    ranking = Ranking()
    for name, weight in (("mean_all", 0), ("mea", 1), ("meant", 0)):
        ranking.add(name, (name,), weight=weight)
    assert [thing for _, thing in ranking.find("me", 5)] == ["meant", "mean_all", "mea"]


def test_nothing_is_guessed_where_something_fits():
    assert found("mean", "median", query="mea") == ["mean"]


def test_letters_in_order_are_found_where_no_slip_explains_them():
    assert found("layers.0.weight", "layers.0.bias", query="lyrwt") == ["layers.0.weight"]


def test_a_slip_is_not_forgiven_where_that_would_take_long():
    assert found("images", query="imagse", forgives=False) == []


def test_what_does_not_fit_is_not_found():
    assert found("Save", "Open", query="zzz") == []


def test_nothing_typed_finds_all_as_they_came():
    assert found("b", "a", "c", query=" _ ") == ["b", "a", "c"]


@pytest.mark.parametrize(
    ("typed", "text", "count"),
    [
        ("mean", "mean", 0),
        ("mean", "meaning", 0),
        ("menan", "mean", 1),
        ("maen", "mean", 1),
        ("mran", "mean", 1),
        ("man", "mean", 1),
        ("abc", "xyz", 3),
    ],
)
def test_slips_are_letters_wrong_missing_too_many_or_swapped(typed, text, count):
    assert slips(typed, text) == count


def test_texts_are_compared_without_case_width_and_marks_between_words():
    assert folded("Index_Select") == folded("index  select") == " index select"
    assert folded('w["0.Bias"]') == " w 0 bias"
