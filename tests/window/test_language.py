"""The language changes while one works, and nothing that was typed is lost."""

from dataclasses import replace

import pytest
from PySide6.QtWidgets import QDialogButtonBox, QLabel, QLineEdit

from explorer import translation
from explorer.paths import LOCALE
from explorer.protocol import Configure
from explorer.text import set_language, tr
from explorer.window import language as module
from explorer.window.language import Language, fitting


@pytest.fixture(autouse=True)
def _english(qapp):
    yield
    for language in qapp.findChildren(Language):
        language.choose("en")
    set_language("en")


@pytest.mark.parametrize(
    ("names", "language"),
    [
        (["zh-Hans-CN", "zh-CN", "zh"], "zh_CN"),
        (["zh-CN", "zh"], "zh_CN"),
        (["zh-SG"], "zh_CN"),
        (["zh-Hant-TW", "zh-TW", "zh-Hant", "zh"], "en"),
        (["de-DE", "de", "zh-Hans-CN"], "zh_CN"),
        (["en-GB", "zh-CN"], "en"),
        (["C"], "en"),
        ([], "en"),
    ],
)
def test_the_first_of_our_languages_that_the_system_wants_is_taken(names, language):
    assert fitting(names) == language


def test_a_switch_says_everything_anew_and_keeps_what_was_typed(window, run, qtbot):
    run("x = tensor(3, 4)")
    pane = window.docks["script"].pane
    typed = QLineEdit(pane)
    typed.setText("half a li")
    window.search.setText("mea")
    window.search.setCursorPosition(1)
    title = window.docks["script"].windowTitle()
    with qtbot.waitSignal(window.language.changed):
        window.tuning.choose_language("pseudo")
    qtbot.waitUntil(lambda: window.docks["script"].windowTitle() == translation.pseudo(title))
    assert window.menuBar().actions()[0].text() == f"&{translation.pseudo('File')}"
    assert window.actions_by_id["undo"].text() == translation.pseudo("Undo")
    assert window.search.text() == "mea"
    assert window.search.cursorPosition() == 1
    assert window.toolbar.windowTitle() == translation.pseudo("Toolbar")
    assert window.centre.stack.currentWidget() is window.views
    assert len(window.findChildren(type(window.status))) == 1
    window.tuning.choose_language("en")
    qtbot.waitUntil(lambda: window.docks["script"].windowTitle() == title)


def test_reasons_and_problems_that_stand_there_are_said_anew(window, run, qtbot, controller, link):
    run("x = 1", "opaque = 2")
    first = controller.session.statements[2]
    controller.records[first.id] = replace(controller.records[first.id], seconds=9.0)
    controller.submit("y = 3")
    controller.submit("z = 4")
    controller.interrupt()
    link.deliver_all()
    controller.edit(first, "x = 5")
    link.die()
    link.deliver_all()
    problem = window.centre.problems.problem
    reasons = [attempt.reason for attempt in controller.session.attempts]
    assert reasons == ["It waited and was not run.", "KeyboardInterrupt"]
    assert controller.out_of_step == "The engine is new. Replaying takes about 9 s."
    assert problem.what == "The engine ended: It crashed in compiled code (segmentation fault)."
    window.tuning.choose_language("pseudo")
    qtbot.waitUntil(lambda: window.toolbar.windowTitle() == translation.pseudo("Toolbar"))
    shown = window.centre.problems.problem
    reason = translation.pseudo("It crashed in compiled code (segmentation fault).")
    assert shown.what == translation.pseudo("The engine ended: {reason}").format(reason=reason)
    new = translation.pseudo("The engine is new.")
    slow = translation.pseudo("{reason} Replaying takes about {seconds} s.")
    assert controller.out_of_step == slow.format(reason=new, seconds=9)
    waited, stopped = (attempt.reason for attempt in controller.session.attempts)
    assert waited == translation.pseudo("It waited and was not run.")
    assert stopped == "KeyboardInterrupt"  # the engine's own words
    window.tuning.choose_language("en")
    qtbot.waitUntil(lambda: window.centre.problems.problem == problem)
    assert controller.out_of_step == "The engine is new. Replaying takes about 9 s."


def test_the_window_still_works_after_a_switch(window, run, qtbot, controller):
    window.tuning.choose_language("pseudo")
    qtbot.waitUntil(lambda: window.toolbar.windowTitle() == translation.pseudo("Toolbar"))
    run("x = tensor(3, 4)")
    window.actions_by_id["search"].trigger()
    qtbot.waitUntil(window.search.hasFocus)
    window.search.line_chosen.emit("y = tensor(2)")
    assert [s.source for s in controller.session.statements][-1] == "x = tensor(3, 4)"
    run()
    window.actions_by_id["undo"].trigger()
    assert controller.workspace.find("x")


def test_after_a_switch_problems_and_cursors_are_told_in_the_new_parts(
    window, run, qtbot, controller
):
    title = window.docks["script"].windowTitle()
    window.tuning.choose_language("pseudo")
    qtbot.waitUntil(lambda: window.docks["script"].windowTitle() != title)
    controller.submit("x = = 3")
    assert window.centre.problems.isVisible()
    window.docks["tensors"].pane.status_changed.emit("x[0] = 1")
    assert any(label.text() == "x[0] = 1" for label in window.status.findChildren(QLabel))
    window.tuning.choose_language("en")
    qtbot.waitUntil(lambda: window.docks["script"].windowTitle() == title)


def test_the_button_of_the_empty_state_switches_too(window, qtbot, link):
    window.centre.empty.languages["zh_CN"].click()
    qtbot.waitUntil(lambda: "en" in window.centre.empty.languages)
    assert window.language.code == "zh_CN"
    assert window.settings.preferences.language == "zh_CN"
    assert [ask.options.language for ask in link.asked if isinstance(ask, Configure)] == ["zh_CN"]


def test_qt_s_own_dialogs_speak_the_language(qapp, qtbot):
    language = Language(qapp, "zh_CN")
    box = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
    qtbot.addWidget(box)
    assert box.buttons()[0].text() == "取消"
    language.choose("en")
    other = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
    qtbot.addWidget(other)
    assert other.buttons()[0].text() == "Cancel"


def test_a_broken_catalogue_leaves_english_and_says_so(qapp, tmp_path, monkeypatch):
    monkeypatch.setattr(translation, "LOCALE", tmp_path)
    language = Language(qapp, "zh_CN")
    assert language.code == "en"
    assert "English" in language.problem.what
    assert tr("Open") == "Open"


def test_a_system_without_chinese_characters_says_how_to_get_them(qapp, monkeypatch):
    monkeypatch.setattr(module, "has_font", lambda code: code == "en")
    language = Language(qapp, "zh_CN")
    assert language.code == "zh_CN"
    assert "fonts-noto-cjk" in language.problem.fix
    language.choose("en")
    assert language.problem is None


def test_the_engine_s_messages_are_translated_too(qapp):
    assert (LOCALE / "zh_CN/LC_MESSAGES/explorer.po").is_file()
    set_language("pseudo")
    from explorer.catalog.advice import advise

    problem = advise("NameError", "name 'y' is not defined", "y", {})
    assert problem.what.startswith("Ñöthîñg îš çålléd y hér")
