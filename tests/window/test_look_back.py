"""Looking back: which line's values are shown, and what returns to now."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from explorer.panes.script import pane as script_pane
from explorer.panes.script.pane import ScriptPane
from explorer.panes.tensors.pane import TensorsPane
from explorer.protocol import NOT_KEPT, Line, Problem, Revisit
from explorer.session import Document, Session


@pytest.fixture
def ran(controller, link, run):
    controller.start()
    link.deliver_all()
    run("x = tensor(2)", "y = 1", "z = 2")
    return controller


def line(controller, number):
    return controller.session.statements[number - 1].id


def told(controller):
    moments = []
    controller.as_of_changed.connect(lambda: moments.append(controller.as_of))
    return moments


def test_one_looks_back_at_a_line_and_returns(ran):
    moments, third = told(ran), line(ran, 3)
    ran.look_back(third)
    ran.look_back(third)
    ran.look_back(0)
    assert moments == [third, 0]


def test_the_last_line_is_now(ran):
    ran.look_back(line(ran, 5))
    assert ran.as_of == 0


def test_a_line_that_has_not_run_is_not_looked_back_at(ran, link):
    undone = line(ran, 5)
    ran.undo()
    link.deliver_all()
    ran.look_back(undone)
    assert ran.as_of == 0
    ran.look_back(10**6)
    assert ran.as_of == 0


def test_a_line_that_is_submitted_returns_to_now_before_it_runs(ran, link):
    ran.look_back(line(ran, 3))
    ran.submit("w = 3")
    assert ran.as_of == 0
    ran.look_back(line(ran, 3))
    assert ran.as_of == 0
    link.deliver_all()


@pytest.mark.parametrize("what", ["undo", "replay", "restart"])
def test_whatever_changes_the_values_returns_to_now(ran, link, what):
    ran.look_back(line(ran, 3))
    getattr(ran, what)()
    assert ran.as_of == 0
    link.deliver_all()
    assert ran.as_of == 0


def test_a_line_that_is_deleted_is_not_looked_back_at(ran, link):
    ran.records[line(ran, 4)] = type(ran.records[line(ran, 4)])(seconds=9.0)
    ran.look_back(line(ran, 3))
    ran.delete(ran.session.statements[2])
    assert ran.out_of_step
    assert ran.as_of == 0


def test_another_document_begins_at_now(ran, link):
    ran.look_back(line(ran, 3))
    ran.open(Document(Session.from_source("a = 1\nb = 2")))
    link.deliver_all()
    assert ran.as_of == 0


# --- lines that run again to be looked at -----------------------------------------------------------


REFUSAL = Problem(what="not kept", cause=NOT_KEPT)


def revisits(link):
    return [ask for ask in link.asked if isinstance(ask, Revisit)]


@pytest.fixture
def read(ran):
    ran.told = []
    ran.revisited.connect(lambda: ran.told.append(ran.as_of))
    ran.look_back(line(ran, 3))
    assert ran.revisit(ran.as_of, REFUSAL) is None
    return ran


def test_what_was_not_kept_is_read_by_running_the_lines_up_to_there(read, link):
    assert revisits(link)[0].lines == tuple(
        Line(statement=s.id, source=s.source) for s in read.session.statements[:3]
    )
    assert revisits(link)[0].fingerprints[2] == read.records[line(read, 3)].fingerprint
    before = dict(link.namespace)
    link.deliver_all()
    assert read.told == [line(read, 3)]
    assert link.revisited == {"x": ("tensor", (2,))}
    assert (link.namespace, read.out_of_step, read.session.cursor) == (before, "", 5)


def test_lines_run_again_once_for_all_who_ask(read, link):
    assert read.revisit(read.as_of, REFUSAL) is None
    link.deliver_all()
    assert len(revisits(link)) == 1
    assert read.revisit(read.as_of, REFUSAL) == REFUSAL


def test_leaving_the_moment_interrupts_what_runs_for_it(read, link, monkeypatch):
    interrupts = []
    monkeypatch.setattr(link, "interrupt", lambda: interrupts.append(len(link.jobs)))
    read.look_back(0)
    assert interrupts == [1]
    link.deliver_all()
    assert read.told == []


def test_an_interrupt_by_the_person_ends_the_reading(read, link):
    assert read.is_revisiting
    read.interrupt()
    assert (read.as_of, read.is_revisiting) == (0, False)
    link.deliver_all()
    assert (read.told, link.namespace["z"]) == ([], 2)


def test_a_reading_before_a_line_is_told_that_it_was_interrupted(ran, link):
    moment = -line(ran, 4)
    assert ran.revisit(moment, REFUSAL) is None
    ran.interrupt()
    link.deliver_all()
    assert not ran.is_revisiting
    assert ran.revisit(moment, REFUSAL).what == "KeyboardInterrupt"


def test_a_line_that_is_submitted_interrupts_what_is_read_before_it_is_sent(
    read, link, monkeypatch
):
    interrupts = []
    monkeypatch.setattr(link, "interrupt", lambda: interrupts.append(len(link.jobs)))
    read.submit("w = 3")
    assert interrupts == [1]  # only what is read is with the engine
    link.deliver_all()
    assert (link.namespace["w"], read.told) == (3, [])


def test_another_moment_takes_the_place_of_the_one_that_is_read(read, link, monkeypatch):
    interrupts = []
    monkeypatch.setattr(link, "interrupt", lambda: interrupts.append(1))
    read.look_back(line(read, 4))
    assert read.revisit(line(read, 4), REFUSAL) is None
    assert interrupts == [1]
    link.deliver_all()
    assert [len(ask.lines) for ask in revisits(link)] == [3, 4]
    assert read.told == [line(read, 4)]
    assert link.revisited == {"x": ("tensor", (2,)), "y": 1}


def test_after_another_line_has_run_the_lines_run_again(read, link, run):
    link.deliver_all()
    run("w = 3")
    read.look_back(line(read, 3))
    assert read.revisit(read.as_of, REFUSAL) is None
    link.deliver_all()
    assert len(revisits(link)) == 2


def test_why_lines_cannot_be_run_again_is_what_the_engine_says(ran, link, run):
    run("missing = 1", "y = missing", "del missing", "n = 1")
    record = ran.records[line(ran, 7)]
    broken = ran.session.edit(line(ran, 7), "y = nothing")
    ran._book.set_session(broken)
    ran.records[line(ran, 7)] = record
    ran.look_back(line(ran, 7))
    assert ran.revisit(ran.as_of, REFUSAL) is None
    link.deliver_all()
    assert "nothing" in ran.revisit(ran.as_of, REFUSAL).what


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("save = len; save('ab')", "would write a file again"),
        ("input = len; input('ab')", "would ask for input again"),
    ],
)
def test_lines_with_a_trace_outside_are_not_run_again(ran, link, run, source, why):
    run(source, "n = 1", "m = 1")
    ran.look_back(line(ran, 7))
    assert why in ran.revisit(ran.as_of, REFUSAL).what
    ran.look_back(line(ran, 4))
    assert ran.revisit(ran.as_of, REFUSAL) is None
    assert len(revisits(link)) == 1


def test_slow_lines_are_not_run_again_unasked(ran, link):
    ran.records[line(ran, 3)] = replace(ran.records[line(ran, 3)], seconds=9.0)
    ran.look_back(line(ran, 4))
    assert "takes about 9 s" in ran.revisit(ran.as_of, REFUSAL).what
    ran.look_back(line(ran, 2))
    assert ran.revisit(ran.as_of, REFUSAL) is None


def test_a_moment_whose_reading_ends_the_engine_is_not_read_again(read, link):
    link.die()
    link.deliver_all()
    assert (read.out_of_step, link.namespace["z"]) == ("", 2)
    asked = len(revisits(link))
    read.look_back(line(read, 3))
    assert read.revisit(read.as_of, REFUSAL).what == "Showing this made the engine crash."
    assert len(revisits(link)) == asked


# --- the Script pane ----------------------------------------------------------------------------


@pytest.fixture
def script(ran, qtbot, tmp_path, monkeypatch):
    monkeypatch.setattr(script_pane, "state_folder", lambda: tmp_path)
    pane = ScriptPane(ran)
    qtbot.addWidget(pane)
    pane.resize(600, 500)
    pane.show()
    qtbot.waitUntil(pane.is_complete)
    return pane


def click(script, position):
    rect = script.view.visualRect(script.model.index(position, 0))
    QTest.mouseClick(script.view.viewport(), Qt.MouseButton.LeftButton, pos=rect.center())


def test_a_click_on_a_line_looks_back_and_the_cursor_returns(script, ran, qtbot):
    click(script, 2)
    assert ran.as_of == line(ran, 3)
    qtbot.waitUntil(script.banner.isVisible)
    assert script.banner.label.text() == "Values as of line 3 (Esc: now)"
    click(script, script.model.position(("cursor", 0)))
    assert ran.as_of == 0
    assert not script.banner.isVisible()


def test_the_key_looks_back_and_escape_returns(script, ran, qtbot):
    script.view.setFocus()
    script.view.setCurrentIndex(script.model.index(3, 0))
    script.activateWindow()
    qtbot.waitUntil(script.view.hasFocus)
    QTest.keyClick(script.view, Qt.Key.Key_T)
    assert ran.as_of == line(ran, 4)
    QTest.keyClick(script.view, Qt.Key.Key_Escape)
    assert ran.as_of == 0


def test_the_banner_returns_to_now(script, ran, qtbot):
    click(script, 2)
    qtbot.waitUntil(script.banner.isVisible)
    assert script.banner.button.text() == "Show now"
    QTest.mouseClick(script.banner.button, Qt.MouseButton.LeftButton)
    assert ran.as_of == 0


# --- the Tensors pane ---------------------------------------------------------------------------


def test_the_list_says_that_it_does_not_look_back(ran, qtbot):
    pane = TensorsPane(ran)
    qtbot.addWidget(pane)
    pane.show()
    assert not pane.moment.isVisible()
    ran.look_back(line(ran, 3))
    assert pane.moment.isVisible()
    assert pane.moment.text() == "Heat maps show line 3; this list shows now"
    ran.look_back(0)
    assert not pane.moment.isVisible()
