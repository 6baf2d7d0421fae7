"""What a window holds survives its sudden end."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from explorer.session import Document, Session
from explorer.window.journal import Journal, Page, View, find_orphans

PAGE = Page(
    Document(Session.new().reserve()[1].insert("x = 1", 3), "/tmp/a.py", "", ("--fast",)),
    ("x", "x.grad"),
    (1, 2),
    (View("", {}), View("x", {"map": "grey"})),
    1000.0,
)
WRITE = """
import os, sys
from pathlib import Path
from tests.window.test_journal import PAGE
from explorer.window.journal import Journal
Journal(Path(sys.argv[1])).write(PAGE)
os._exit(9)
"""


def crash(folder: Path) -> None:
    """Let another process write a journal and end without closing it."""
    subprocess.run(
        [sys.executable, "-c", WRITE, folder],
        check=False,
        cwd=Path(__file__).parents[2],
        env=os.environ | {"PYTHONPATH": "."},
    )


def test_the_journal_of_a_dead_window_is_found_whole(tmp_path):
    crash(tmp_path)
    orphans, broken = find_orphans(tmp_path)
    assert [orphan.page for orphan in orphans] == [PAGE]
    assert broken == []


def test_an_orphan_is_offered_by_one_window_only(tmp_path):
    crash(tmp_path)
    first, _ = find_orphans(tmp_path)
    second, _ = find_orphans(tmp_path)
    assert len(first) == 1
    assert second == []
    first[0].release()
    third, _ = find_orphans(tmp_path)
    assert len(third) == 1
    third[0].discard()
    assert find_orphans(tmp_path) == ([], [])
    assert list(tmp_path.iterdir()) == []


def test_two_windows_never_share_a_journal(tmp_path):
    one, two = Journal(tmp_path), Journal(tmp_path)
    assert one.path != two.path
    one.write(PAGE)
    two.write(PAGE)
    assert find_orphans(tmp_path) == ([], [])


def test_a_closed_journal_leaves_nothing(tmp_path):
    journal = Journal(tmp_path)
    journal.write(PAGE)
    journal.close()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not json",
        b'{"document": 3}',
        b"\xff\xfe",
        b'{"document": {"session": {"cursor": 5}}}',
        b'{"document": {"session": {"statements": [{"id": 1, "source": "a"}, {"id": 1, "source": "b"}],'
        b' "next_id": 9}}}',
    ],
)
def test_garbage_is_set_aside(tmp_path, content):
    (tmp_path / "1-2-3.json").write_bytes(content)
    orphans, broken = find_orphans(tmp_path)
    assert orphans == []
    assert [path.name for path in broken] == ["1-2-3.broken"]
    assert broken[0].read_bytes() == content
    assert find_orphans(tmp_path) == ([], [])


@pytest.fixture
def journal(tmp_path):
    made = Journal(tmp_path)
    yield made
    made.close()


def last(journal: Journal) -> Page:
    import msgspec

    return msgspec.json.decode(journal.path.read_bytes(), type=Page)


def test_every_line_is_in_the_journal(make_window, journal, run, qtbot, controller):
    window = make_window(journal=journal)
    run("x = tensor(2, 3)", "y = tensor(4)", "1 / 0")
    controller.select("x", cell=(1, 2))
    window.views.open("x").restore({"text": "kept"})
    window.views.changed.emit()
    qtbot.waitUntil(lambda: journal.path.exists() and len(last(journal).views) == 2)
    page = last(journal)
    assert page.document.session == controller.session
    assert page.document.session.attempts[0].source == "1 / 0"
    assert (page.selection, page.cell) == (("x",), (1, 2))
    assert page.views == (View("", {"text": ""}), View("x", {"text": "kept"}))


def test_a_session_that_nobody_touched_is_not_kept(
    make_window, journal, qtbot, run, controller, link
):
    make_window(journal=journal)
    run("x = 1")
    qtbot.waitUntil(journal.path.exists)
    controller.delete(controller.session.statements[-1])
    link.deliver_all()
    qtbot.waitUntil(lambda: not journal.path.exists())


def test_a_recovered_session_has_its_lines_views_and_selection(
    make_window, journal, qtbot, controller, link, tmp_path
):
    crash_folder = tmp_path / "crashed"
    crash(crash_folder)
    orphans, _ = find_orphans(crash_folder)
    window = make_window(journal=journal)
    window.offer_recovery(orphans)
    assert window.centre.recovery.isVisible()
    assert "x = 1" in window.centre.recovery.excerpt.text()
    window.centre.recovery.recover_button.click()
    assert last(journal) == PAGE
    link.deliver_all()
    assert controller.document == PAGE.document
    assert controller.selection.expressions == ("x", "x.grad")
    assert controller.selection.cell == (1, 2)
    assert [view.expression for view in window.views.state()] == ["", "x"]
    assert not window.centre.recovery.isVisible()
    assert list(crash_folder.iterdir()) == []
    qtbot.waitUntil(lambda: last(journal).time > PAGE.time)


def test_recovered_heat_maps_stand_where_they_stood(make_window, journal, qtbot, run, tmp_path):
    window = make_window(journal=journal)
    run("x = tensor(2, 3)")
    window.views.place("x", "top")
    qtbot.waitUntil(lambda: journal.path.exists() and last(journal).placement.is_below)
    again = make_window(journal=Journal(tmp_path / "again"))
    again.keeper.recover(last(journal))
    above, below = again.views.placement().parts
    assert again.views.placement().is_below
    assert (above.tabs, below.tabs) == (("x",), ("",))


def test_a_discarded_session_is_gone_and_a_closed_bar_asks_again(make_window, tmp_path):
    crash(tmp_path)
    window = make_window()
    window.offer_recovery(find_orphans(tmp_path)[0])
    window.centre.recovery.close_button.click()
    orphans, _ = find_orphans(tmp_path)
    assert len(orphans) == 1
    window.offer_recovery(orphans)
    window.centre.recovery.discard_button.click()
    assert find_orphans(tmp_path) == ([], [])
    assert not window.centre.recovery.isVisible()


def test_a_full_disk_is_told_once(make_window, journal, run, qtbot, monkeypatch, controller):
    def full(_page):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(journal, "write", full)
    window = make_window(journal=journal)
    told = []
    controller.problem_raised.connect(told.append)
    run("x = 1")
    qtbot.waitUntil(lambda: bool(told))
    run("y = 1")
    window.keeper.write()
    assert [problem.what for problem in told] == [
        "The journal can't be written: No space left on device."
    ]
