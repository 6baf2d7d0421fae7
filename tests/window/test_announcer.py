"""A screen reader says what happened, without being asked."""

import pytest
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QWidget

from explorer import text
from explorer.protocol import Entry, Problem
from explorer.window import announcer as module
from explorer.window.announcer import Announcer, changes
from explorer.window.controller import Controller
from explorer.workspace import Workspace
from tests.fake_link import tensor_info


@pytest.fixture
def said(monkeypatch):
    """Return what is said, as a screen reader gets it from Qt."""
    texts = []

    class Reader:
        AnnouncementPoliteness = QAccessible.AnnouncementPoliteness

        @staticmethod
        def isActive():  # noqa: N802 - Qt's name
            return True

        @staticmethod
        def updateAccessibility(event):  # noqa: N802 - Qt's name
            assert event.type() is QAccessible.Event.Announcement
            texts.append(event.message())

    monkeypatch.setattr(module, "QAccessible", Reader)
    return texts


@pytest.fixture
def heard(said, controller, link, run, qtbot):
    """Give a function that runs lines and returns what was said since it was last called."""
    reader = QWidget()
    qtbot.addWidget(reader)
    announcer = Announcer(controller, reader)
    controller.start()
    link.deliver_all()

    def heard(*lines):
        run(*lines)
        qtbot.waitUntil(lambda: not announcer._soon.isActive())
        news = said.copy()
        said.clear()
        return news

    return heard


def test_the_engine_says_that_it_is_ready(heard):
    assert heard() == ["The engine is ready"]
    assert heard() == []


def test_a_result_is_said_with_its_shape_and_dtype(heard):
    heard()
    assert heard("x = tensor(3, 4)") == ["x: tensor of shape [3, 4], float32"]
    assert heard("n = 5") == ["n: int 5"]
    assert heard("del x") == ["x is gone"]


def test_what_a_line_prints_is_said(heard):
    heard()
    assert heard("print('seven')") == ["printed seven"]
    assert heard("a, b = 1, print('x' * 1000)")[0].count("x") == module.MOST_CHARACTERS


def test_a_look_is_said_by_its_value(heard, controller, link):
    heard("a = 1")
    controller.submit("a")
    link.deliver_all()
    assert heard() == ["a has no value"]  # the fake engine shows none


def test_many_results_are_counted(heard):
    heard()
    assert heard("a, b, c, d, e = 1, 2, 3, 4, 5") == ["e: int 5; d: int 4; c: int 3; 2 more"]


def test_a_line_without_results_has_run(heard):
    heard()
    assert heard("opaque = 1; del opaque; print(end='')") in (
        ["Line 3 ran"],
        ["opaque = 1; del opaque; print(end='') has no value"],
    )


def test_undo_redo_and_replay_are_said(heard, controller, link):
    heard("x = 1", "y = 2")
    controller.undo()
    link.deliver_all()
    assert heard() == ["Line 4 was undone"]
    controller.redo()
    link.deliver_all()
    assert heard() == ["y: int 2"]
    controller.replay()
    link.deliver_all()
    assert heard() == ["The script was replayed up to line 4"]


def test_an_edit_that_is_too_slow_to_replay_is_out_of_step(heard, controller, link):
    heard("x = 1", "y = x")
    statement = controller.session.statements[2]
    record = controller.records[statement.id]
    controller.records[statement.id] = type(record)(seconds=9.0)
    controller.edit(statement, "x = 3")
    link.deliver_all()
    (text,) = heard()
    assert text.startswith("Out of step: A line that had run was changed.")
    controller.replay()
    link.deliver_all()
    assert heard() == ["The script was replayed up to line 4"]


def test_an_engine_that_is_started_again_says_so(heard, controller, link):
    heard("x = 1")
    link.die()
    link.deliver_all()
    assert heard() == ["The engine starts again", "The engine is ready"]


def test_a_moment_that_is_looked_back_at_is_said(heard, controller):
    heard("x = 1", "y = 2")
    controller.look_back(controller.session.statements[2].id)
    controller.look_back(0)
    assert heard() == ["Values as of line 3", "Values of now"]


def test_an_interrupted_line_is_stopped(heard, controller, link):
    heard()
    controller.submit("x = 1")
    controller.interrupt()
    link.deliver_all()
    assert heard() == ["The line was stopped"]


def test_a_write_in_place_is_told_from_a_new_tensor():
    def workspace(**fields):
        info = tensor_info("x", serial=7, **fields)
        return Workspace({"x": Entry(name="x", type_name="Tensor", summary="", tensors=(info,))})

    before = workspace(version=0)
    assert changes(before, workspace(version=1)) == ["x changed in place"]
    assert changes(before, workspace(content=5)) == ["x changed in place"]
    assert changes(before, workspace(requires_grad=True)) == ["x changed"]
    assert changes(before, before) == []


def test_the_window_says_results_and_problems(said, window, run, controller, qtbot):
    qtbot.waitUntil(lambda: not window.announcer._soon.isActive())
    said.clear()
    run("x = tensor(2)")
    assert said == ["x: tensor of shape [2], float32"]
    controller.report(Problem(what="It broke.", fix="Mend it."))
    assert said[1:] == ["It broke. Mend it."]


def test_an_object_is_said_once_and_in_the_language_of_now(monkeypatch):
    def said(type_name, summary):
        entry = Entry(name="d", type_name=type_name, summary=summary)
        return changes(Workspace(), Workspace({"d": entry}))

    assert said("dict", "dict of 1,024") == ["d: dict of 1,024"]
    assert said("generator", "generator") == ["d: generator"]
    assert said("str", "'str of 2'") == ["d: str 'str of 2'"]
    monkeypatch.setattr(text, "_translate", {"{kind} of {n}": "{kind}: {n} x"}.get)
    assert said("dict", "dict of 1,024") == ["d: dict: 1,024 x"]


def test_nothing_is_put_into_words_when_nobody_listens(link, qtbot, monkeypatch):
    controller = Controller(link)
    reader = QWidget()
    qtbot.addWidget(reader)
    Announcer(controller, reader)
    monkeypatch.setattr(module, "changes", lambda *_: pytest.fail("words for nobody"))
    controller.start()
    link.deliver_all()
    controller.submit("x = tensor(2)")
    link.deliver_all()
    assert controller.workspace.find("x")
