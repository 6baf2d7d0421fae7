"""What was typed comes back, also after a restart, and a broken file does no harm."""

import json

import pytest

from explorer.panes.script.history import MOST_ENTRIES, History


@pytest.fixture
def path(tmp_path):
    return tmp_path / "history"


def test_up_goes_back_and_down_returns_to_the_draft(path):
    history = History(path)
    history.add("a")
    history.add("b\nc")
    assert [history.older("draft"), history.older(""), history.older("")] == ["b\nc", "a", None]
    assert [history.newer(), history.newer(), history.newer()] == ["b\nc", "draft", None]


def test_it_outlives_the_window(path):
    History(path).add("x = '中文'\ny")
    assert History(path).older("") == "x = '中文'\ny"


def test_the_same_line_twice_is_kept_once(path):
    history = History(path)
    history.add("a")
    history.add("a")
    assert history.older("") == "a"
    assert history.older("") is None


def test_only_the_newest_thousand_are_kept(path):
    path.write_text("".join(json.dumps(str(i)) + "\n" for i in range(MOST_ENTRIES + 500)))
    assert History(path).older("") == str(MOST_ENTRIES + 499)
    assert len(path.read_text().splitlines()) == MOST_ENTRIES


def test_garbage_in_the_file_is_passed_over(path):
    path.write_bytes(b'\xff\xfe\n{"a": 1}\n"good"\n"cut off')
    assert History(path).older("") == "good"


def test_a_folder_that_cannot_be_written_costs_only_the_file(tmp_path):
    history = History(tmp_path / "missing" / "history")
    history.add("a")
    assert history.older("") == "a"
