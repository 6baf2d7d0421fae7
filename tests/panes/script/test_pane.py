"""The Script pane shows the session as it is, and loses nothing that was typed."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QDropEvent, QGuiApplication
from PySide6.QtTest import QTest

from explorer.panes.script import history, pane
from explorer.panes.script.delegate import ScriptDelegate
from explorer.panes.script.pane import ScriptPane
from explorer.session import Document, Session
from explorer.window.controller import EngineState
from explorer.window.theme import DARK, LIGHT, make_palette
from tests.fake_link import HALF_WAY


@pytest.fixture
def shown(controller, qtbot, tmp_path, monkeypatch):
    monkeypatch.setattr(pane, "state_folder", lambda: tmp_path)
    widget = ScriptPane(controller)
    qtbot.addWidget(widget)
    widget.resize(600, 500)
    widget.show()
    qtbot.waitUntil(widget.is_complete)
    return widget


@pytest.fixture
def settle(shown, link, qtbot):
    def settled():
        link.deliver_all()
        qtbot.waitUntil(shown.is_complete)

    return settled


def type_line(shown, text):
    QTest.keyClicks(shown.entry, text)
    QTest.keyClick(shown.entry, Qt.Key.Key_Return)


def run(shown, settle, *lines):
    for line in lines:
        shown.entry.set_source(line)
        shown.panel.run()
        settle()


def states(shown):
    return [(row.state, row.source) for row in shown.model.rows if row.state != "cursor"][2:]


def cursor_position(shown):
    return shown.model.position(("cursor", 0))


def choose(shown, source):
    position = next(i for i, row in enumerate(shown.model.rows) if row.source == source)
    shown.view.setFocus()
    shown.view.setCurrentIndex(shown.model.index(position, 0))
    return shown.model.rows[position]


def trigger(shown, name):
    action = shown.commands[name]
    assert action.isEnabled()
    action.trigger()


def click_link(shown, source, text):
    row = choose(shown, source)
    rect = shown.view.visualRect(shown.view.currentIndex())
    place = shown.view._arranger.arrange(row, rect.width())
    part = next(p for p in place.parts if p.text == text)
    point = rect.topLeft() + part.rect.center()
    QTest.mouseClick(shown.view.viewport(), Qt.MouseButton.LeftButton, pos=point)


# --- what is put back ---------------------------------------------------------------------------


def test_a_deleted_line_is_put_back_by_the_button_beside_the_script(shown, link, settle):
    run(shown, settle, "x = 3", "y = x")
    assert not shown.put_back.isVisible()
    choose(shown, "y = x")
    trigger(shown, "delete")
    settle()
    assert states(shown) == [("ran", "x = 3")]
    assert shown.put_back.label.text() == "Line 4 was deleted"
    assert shown.put_back.label.toolTip() == "y = x"
    QTest.mouseClick(shown.put_back.button, Qt.MouseButton.LeftButton)
    settle()
    assert states(shown) == [("ran", "x = 3"), ("ran", "y = x")]
    assert link.namespace == {"x": 3, "y": 3}
    assert not shown.put_back.isVisible()


def test_several_changes_are_put_back_one_after_the_other(shown, controller, settle):
    run(shown, settle, "x = 3", "y = 4", "z = 5")
    controller.delete(choose(shown, "z = 5").statement)
    choose(shown, "y = 4")
    shown.lines.actions["move_up"].trigger()
    settle()
    assert shown.put_back.label.text() == "Line 4 was moved"
    controller.edit(choose(shown, "x = 3").statement, "x = 7")
    settle()
    assert shown.put_back.label.text() == "Line 4 was changed"
    said = []
    for _ in range(3):
        QTest.mouseClick(shown.put_back.button, Qt.MouseButton.LeftButton)
        settle()
        said.append(shown.put_back.label.text() if shown.put_back.isVisible() else "")
    assert said == ["Line 4 was moved", "Line 5 was deleted", ""]
    assert [source for _, source in states(shown)] == ["x = 3", "y = 4", "z = 5"]


@pytest.mark.parametrize("how", ["close", "run"])
def test_the_offer_to_put_back_ends_and_the_command_stays(shown, controller, settle, how):
    run(shown, settle, "x = 3", "y = 4")
    controller.delete(choose(shown, "y = 4").statement)
    settle()
    assert shown.put_back.isVisible()
    if how == "close":
        QTest.mouseClick(shown.put_back.close_button, Qt.MouseButton.LeftButton)
    else:
        run(shown, settle, "z = 5")
    assert not shown.put_back.isVisible()
    controller.put_back()
    settle()
    assert ("ran", "y = 4") in states(shown)
    assert not shown.put_back.isVisible()


# --- the script ---------------------------------------------------------------------------------


def test_a_typed_line_runs_and_stands_above_the_cursor(shown, settle):
    type_line(shown, "x = 3")
    assert shown.entry.source() == ""
    settle()
    assert states(shown) == [("ran", "x = 3")]
    assert shown.model.rows[2].number == 3
    assert cursor_position(shown) == 3


def test_undone_lines_stand_below_the_cursor(shown, controller, settle):
    run(shown, settle, "x = 3", "y = 4")
    controller.undo()
    settle()
    assert states(shown) == [("ran", "x = 3"), ("undone", "y = 4")]
    cursor = shown.model.rows[cursor_position(shown)]
    assert (cursor_position(shown), cursor.reason) == (3, "1 undone line follows")


def test_a_running_line_shows_what_it_prints_while_it_runs(shown, controller, link, qtbot):
    controller.submit("slow = 1")
    ticket = link.jobs[0].ticket
    link.printed.emit(ticket, "step 1\nstep 2\n")
    qtbot.waitUntil(lambda: shown.model.rows[2].output == "step 1\nstep 2")
    assert states(shown) == [("running", "slow = 1")]


def test_live_output_is_drawn_at_most_ten_times_a_second(shown, controller, link, qtbot):
    controller.submit("slow = 1")
    qtbot.waitUntil(lambda: ("running", "slow = 1") in states(shown))
    drawn = []
    shown.model.dataChanged.connect(lambda *_: drawn.append(1))
    for i in range(500):
        link.printed.emit(link.jobs[0].ticket, f"step {i}\n")
    qtbot.waitUntil(lambda: "step 499" in shown.model.rows[2].output)
    assert shown._output_timer.interval() == 100
    assert len(drawn) == 1


def test_a_long_output_is_folded_until_asked_for(shown, settle):
    loop = "for i in range(30):\n    print('row', i)\n"
    run(shown, settle, loop)
    row = shown.model.rows[2]
    assert row.shown_output.count("\n") == 7
    folded = shown.view.rowHeight(2)
    click_link(shown, loop.rstrip(), "Show all 30 lines")
    assert shown.model.rows[2].shown_output.endswith("row 29")
    assert shown.view.rowHeight(2) > 2 * folded
    trigger(shown, "fold")
    assert shown.view.rowHeight(2) == folded


def test_a_line_that_came_out_different_says_so(shown, controller, settle):
    run(shown, settle, "x = 3")
    statement = controller.session.statements[2].id
    records = {
        **controller.records,
        statement: replace(controller.records[statement], differs=True),
    }
    controller._book.set_ledger(replace(controller._book.ledger, records=records))
    settle()
    spoken = shown.model.index(2, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert "differs from last time" in spoken


def test_an_unchanged_row_is_the_same_object_after_another_line(shown, settle):
    run(shown, settle, "x = 3")
    before = shown.model.rows[:3]
    run(shown, settle, "y = 4")
    assert all(a is b for a, b in zip(before, shown.model.rows, strict=False))


def test_two_thousand_lines_are_measured_once(shown, controller, settle, monkeypatch):
    source = "\n".join(f"x{i} = {i}" for i in range(2000))
    controller.open(Document(Session.from_source(source)), run=True)
    settle()
    assert len(shown.model.rows) == 2001
    measured = []
    arranger = type(shown.view._arranger)
    original = arranger.arrange
    monkeypatch.setattr(
        arranger, "arrange", lambda self, *a: (measured.append(a), original(self, *a))[1]
    )
    run(shown, settle, "y = 4")
    assert len(measured) < 100
    assert shown.view.indexAt(QPoint(50, shown.view.viewport().height() - 3)).row() >= 1999


def test_a_repaint_draws_only_rows_that_have_changed(shown, settle, monkeypatch):
    run(shown, settle, *(f"x{i} = {i}" for i in range(8)))
    shown.view.viewport().grab()
    drawn = []
    original = ScriptDelegate._paint_row
    monkeypatch.setattr(
        ScriptDelegate,
        "_paint_row",
        lambda self, painter, row, *a: (drawn.append(row.source), original(self, painter, row, *a))[
            1
        ],
    )
    before = shown.view.viewport().grab().toImage()
    assert drawn == []
    choose(shown, "x3 = 3")
    assert shown.view.viewport().grab().toImage() != before
    assert set(drawn) == {"x3 = 3"}
    shown.setPalette(make_palette(DARK))
    shown.view.viewport().grab()
    assert {"x0 = 0", "x7 = 7"} <= set(drawn)


def test_every_row_is_as_high_as_its_wrapped_text(shown, settle, qtbot):
    texts = ["x = '" + "a" * 300 + "'", "y = '" + "好" * 150 + "'", "z = 1"]
    run(shown, settle, *texts)
    for width in (600, 380):
        shown.resize(width, 500)
        for position in (2, 3, 4):
            row = shown.model.rows[position]
            place = shown.view._arranger.arrange(row, shown.view.viewport().width())
            code = place.parts[0]
            layout = shown.view._arranger.lay_out(code.text, code.rect.width())
            assert code.rect.height() == layout.lineCount() * shown.view._arranger._line_px
            assert shown.view.rowHeight(position) == place.height


@pytest.mark.parametrize("colours", [LIGHT, DARK])
def test_the_code_is_coloured_in_both_themes(shown, settle, colours):
    run(shown, settle, "x = 'a string'")
    shown.setPalette(make_palette(colours))
    image = shown.view.viewport().grab().toImage()
    found = {image.pixelColor(x, y).name() for x in range(image.width()) for y in range(90)}
    assert ("#9ccc80" if colours is DARK else "#1a7330") in found


def test_the_last_line_stays_in_sight_when_the_pane_shrinks(shown, settle):
    run(shown, settle, *(f"x{i} = {i}" for i in range(30)), "y = missing")
    shown.resize(600, 250)
    rect = shown.view.visualRect(shown.model.index(shown.model.rowCount() - 2, 0))
    assert shown.model.rows[-2].source == "y = missing"
    assert 0 <= rect.top() < rect.bottom() <= shown.view.viewport().height()
    shown.view.scrollToTop()
    shown.resize(600, 240)
    assert shown.view.verticalScrollBar().value() == 0


# --- attempts -----------------------------------------------------------------------------------


def test_a_failed_line_stands_at_its_place_with_its_reason(shown, settle):
    run(shown, settle, "x = 3", "y = missing")
    row = choose(shown, "y = missing")
    assert row.state == "failed"
    assert row.reason == "NameError: name 'missing' is not defined"
    assert cursor_position(shown) == 4


def test_a_failed_line_is_in_sight_with_its_links(shown, controller, link, settle, qtbot):
    run(shown, settle, *(f"x{i} = {i}" for i in range(30)))
    controller.submit("y = missing")
    qtbot.waitUntil(lambda: ("running", "y = missing") in states(shown))
    settle()
    rect = shown.view.visualRect(shown.model.index(shown.model.rowCount() - 2, 0))
    assert rect.height() > 45
    assert rect.bottom() <= shown.view.viewport().height()


def test_a_failed_line_can_be_edited_again(shown, settle):
    run(shown, settle, "y = missing")
    click_link(shown, "y = missing", "Edit again")
    assert shown.entry.source() == "y = missing"
    run(shown, settle, "y = 1")
    assert states(shown) == [("ran", "y = 1")]


def test_a_failed_line_can_be_dismissed(shown, settle):
    run(shown, settle, "y = missing")
    click_link(shown, "y = missing", "Dismiss")
    settle()
    assert states(shown) == []


def test_a_failed_lines_text_comes_back_with_up(shown, settle):
    run(shown, settle, "y = missing")
    QTest.keyClick(shown.entry, Qt.Key.Key_Up)
    assert shown.entry.source() == "y = missing"


def test_a_line_that_ended_the_engine_stays_marked(shown, settle):
    run(shown, settle, "x = 1", "die()")
    row = choose(shown, "die()")
    assert row.state == "killed"
    assert "segmentation fault" in row.reason


# --- the entry ----------------------------------------------------------------------------------


def test_text_that_is_not_python_stays_in_the_entry(shown, settle):
    type_line(shown, "x = = 3")
    settle()
    assert shown.entry.source() == "x = = 3"
    assert ("failed", "x = = 3") in states(shown)


def test_enter_waits_for_the_end_of_a_block(shown, settle):
    type_line(shown, "for i in range(2):")
    type_line(shown, "print(i)")
    assert shown.entry.toPlainText() == "for i in range(2):\n    print(i)\n    "
    QTest.keyClick(shown.entry, Qt.Key.Key_Return)
    settle()
    assert shown.model.rows[2].output == "0\n1"
    assert shown.entry.source() == ""


def test_shift_enter_begins_a_line_and_control_enter_runs(shown, settle):
    shown.entry.setFocus()
    QTest.keyClicks(shown.entry, "x = 1")
    QTest.keyClick(shown.entry, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClicks(shown.entry, "y = 2")
    assert shown.entry.source() == "x = 1\ny = 2"
    QTest.keyClick(shown.entry, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    settle()
    assert states(shown) == [("ran", "x = 1\ny = 2")]


def test_a_paste_waits_for_enter_and_runs_as_one(shown, settle):
    data = QMimeData()
    data.setText(">>> x = 1\n>>> y = （x，2）\n>>> y\n(1, 2)\n")
    shown.entry.insertFromMimeData(data)
    settle()
    assert states(shown) == []
    assert shown.entry.source() == "x = 1\ny = (x,2)\ny"
    QTest.keyClick(shown.entry, Qt.Key.Key_Return)
    settle()
    assert states(shown) == [("ran", "x = 1\ny = (x,2)\ny")]


def test_full_width_punctuation_that_was_typed_is_cleaned_too(shown, settle):
    run(shown, settle, "x = （1，2）")
    assert states(shown) == [("ran", "x = (1,2)")]


def test_up_and_down_recall_only_from_the_edges(shown, settle):
    run(shown, settle, "a = 1")
    shown.entry.set_source("first\nsecond")
    QTest.keyClick(shown.entry, Qt.Key.Key_Up)
    assert shown.entry.source() == "first\nsecond"
    QTest.keyClick(shown.entry, Qt.Key.Key_Up)
    assert shown.entry.source() == "a = 1"
    QTest.keyClick(shown.entry, Qt.Key.Key_Down)
    assert shown.entry.source() == "first\nsecond"


def test_tab_indents_inside_a_block_and_leads_on_elsewhere(shown, settle):
    shown.entry.setFocus()
    shown.entry.set_source("if x:\n")
    QTest.keyClick(shown.entry, Qt.Key.Key_Tab)
    assert shown.entry.toPlainText() == "if x:\n    "
    QTest.keyClick(shown.entry, Qt.Key.Key_Backspace)
    assert shown.entry.toPlainText() == "if x:\n"
    shown.entry.set_source("x")
    QTest.keyClick(shown.entry, Qt.Key.Key_Tab)
    assert shown.entry.source() == "x"


def test_the_history_is_kept_in_the_state_folder(shown, settle, tmp_path):
    run(shown, settle, "a = 1")
    assert history.History(tmp_path / "history").older("") == "a = 1"


# --- editing ------------------------------------------------------------------------------------


def edit(shown, source, text):
    """Edit the line `source` in place, up to Ctrl+Enter."""
    choose(shown, source)
    trigger(shown, "edit")
    type_into(shown, text)
    press(shown, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)


def type_into(shown, text):
    shown.desk.editor.entry.set_source(text)


def press(shown, key, modifiers=Qt.KeyboardModifier.NoModifier):
    QTest.keyClick(shown.desk.editor.entry, key, modifiers)


def test_a_line_is_edited_in_its_place(shown, controller, settle):
    run(shown, settle, "x = 3", "y = x + 1")
    choose(shown, "x = 3")
    QTest.keyClick(shown.view, Qt.Key.Key_F2)
    editor = shown.desk.editor
    assert (editor.text(), editor.entry.hasFocus()) == ("x = 3", True)
    rect = shown.view.visualRect(shown.model.index(2, 0))
    assert rect.contains(editor.geometry().adjusted(0, 1, 0, -1))
    QTest.keyClick(editor.entry, Qt.Key.Key_Backspace)
    QTest.keyClicks(editor.entry, "5")
    press(shown, Qt.Key.Key_Return)
    settle()
    assert states(shown) == [("ran", "x = 5"), ("ran", "y = x + 1")]
    assert controller.workspace.entries["y"].summary == "6"
    assert shown.desk.editor is None
    assert shown.current().source == "x = 5"


def test_a_block_is_edited_over_several_lines(shown, settle, link):
    run(shown, settle, "x = 1", "while x < 1000: x = x * 2")
    choose(shown, "while x < 1000: x = x * 2")
    trigger(shown, "edit")
    one_line = shown.view.rowHeight(3)
    type_into(shown, "while x < 100:")
    press(shown, Qt.Key.Key_Return)
    QTest.keyClicks(shown.desk.editor.entry, "x = x * 2")
    assert shown.desk.editor.text() == "while x < 100:\n    x = x * 2"
    assert shown.view.rowHeight(3) > one_line
    press(shown, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    settle()
    assert link.namespace["x"] == 128
    assert states(shown)[-1] == ("ran", "while x < 100:\n    x = x * 2")


def test_escape_leaves_the_line_as_it_is_and_its_text_comes_back_with_up(shown, settle):
    run(shown, settle, "x = 3")
    choose(shown, "x = 3")
    trigger(shown, "edit")
    type_into(shown, "x = 3 + missing")
    press(shown, Qt.Key.Key_Escape)
    settle()
    assert states(shown) == [("ran", "x = 3")]
    assert shown.desk.editor is None
    assert shown.view.hasFocus()
    QTest.keyClick(shown.entry, Qt.Key.Key_Up)
    assert shown.entry.source() == "x = 3 + missing"


def test_what_is_not_python_stays_in_the_editor(shown, settle):
    run(shown, settle, "x = 3")
    edit(shown, "x = 3", "x = = 3")
    settle()
    assert shown.desk.editor.text() == "x = = 3"
    assert ("ran", "x = 3") in states(shown)


def test_a_line_deleted_while_it_is_edited_leaves_its_text(shown, controller, settle):
    run(shown, settle, "x = 3")
    choose(shown, "x = 3")
    trigger(shown, "edit")
    type_into(shown, "x = 4")
    controller.delete(controller.session.statements[2])
    settle()
    assert (shown.entry.source(), shown.desk.editor) == ("x = 4", None)


def test_the_editor_stays_with_its_row_while_other_lines_run(shown, controller, settle):
    run(shown, settle, *(f"x{i} = {i}" for i in range(3)))
    choose(shown, "x1 = 1")
    trigger(shown, "edit")
    type_into(shown, "half typed")
    controller.submit("y = 4")
    settle()
    assert shown.desk.editor.text() == "half typed"
    shown.view.verticalScrollBar().setValue(9)
    rect = shown.view.visualRect(shown.model.index(3, 0))
    assert rect.contains(shown.desk.editor.geometry().adjusted(0, 1, 0, -1))


def test_an_edit_that_can_not_run_is_marked_in_its_place(shown, settle):
    run(shown, settle, "x = 3", *(f"y{i} = x + {i}" for i in range(30)))
    shown.view.scrollToTop()
    edit(shown, "x = 3", "x = missing")
    settle()
    row = choose(shown, "x = missing")
    assert (row.state, "missing" in row.reason) == ("failed", True)
    assert shown.view.verticalScrollBar().value() == 0
    assert shown.banner.label.text() == "Line 3 failed in the replay."
    edit(shown, "x = missing", "x = 4")
    settle()
    assert choose(shown, "x = 4").state == "ran"


def test_what_is_typed_in_a_row_can_be_recalled_after_a_change_of_language(shown, settle):
    run(shown, settle, "x = 3")
    choose(shown, "x = 3")
    trigger(shown, "edit")
    type_into(shown, "x = 4")
    assert not shown.renew()
    assert shown.desk.editor is None
    QTest.keyClick(shown.entry, Qt.Key.Key_Up)
    assert shown.entry.source() == "x = 4"


def test_emptying_a_line_deletes_it(shown, settle):
    run(shown, settle, "x = 3", "y = 4")
    edit(shown, "x = 3", "")
    settle()
    assert states(shown) == [("ran", "y = 4")]


@pytest.mark.parametrize(
    ("command", "expected"),
    [("insert_above", ["x = 1", "x = 7", "y = x"]), ("insert_below", ["x = 1", "y = x", "x = 7"])],
)
def test_a_line_is_inserted_beside_another(shown, settle, command, expected):
    run(shown, settle, "x = 1", "y = x", "z = 3")
    choose(shown, "y = x")
    shown.lines.actions[command].trigger()
    assert [row.state for row in shown.model.rows].count("draft") == 1
    QTest.keyClicks(shown.desk.editor.entry, "x = 7")
    press(shown, Qt.Key.Key_Return)
    settle()
    assert states(shown) == [("ran", source) for source in [*expected, "z = 3"]]


def test_an_empty_new_line_is_forgotten(shown, settle):
    run(shown, settle, "x = 1")
    choose(shown, "x = 1")
    shown.lines.actions["insert_below"].trigger()
    press(shown, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    settle()
    assert states(shown) == [("ran", "x = 1")]


def test_lines_move_by_keyboard_and_stay_current(shown, link, settle):
    run(shown, settle, "x = 1", "y = x", "x = 5")
    choose(shown, "x = 5")
    QTest.keyClick(shown.view, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    settle()
    assert [source for _, source in states(shown)] == ["x = 1", "x = 5", "y = x"]
    assert shown.current().source == "x = 5"
    assert link.namespace["y"] == 5
    QTest.keyClick(shown.view, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    settle()
    assert [source for _, source in states(shown)] == ["x = 1", "y = x", "x = 5"]


def drop(shown, dragged, target, *, on_upper_half, monkeypatch):
    choose(shown, dragged)
    position = next(i for i, row in enumerate(shown.model.rows) if row.source == target)
    rect = shown.view.visualRect(shown.model.index(position, 0))
    y = rect.top() + 2 if on_upper_half else rect.bottom() - 2
    event = QDropEvent(
        QPointF(50, y),
        Qt.DropAction.MoveAction,
        QMimeData(),
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    monkeypatch.setattr(QDropEvent, "source", lambda _: shown.view, raising=False)
    shown.view.dropEvent(event)


def test_only_lines_can_be_dragged_and_only_between_rows(shown, settle):
    run(shown, settle, "x = 1", "missing")
    model = shown.model
    mime = model.mimeData([model.index(2, 0)])
    root = model.index(-1, 0)
    assert model.canDropMimeData(mime, Qt.DropAction.MoveAction, 1, 0, root)
    assert model.flags(root) & Qt.ItemFlag.ItemIsDropEnabled
    can_drag = [
        bool(model.flags(model.index(i, 0)) & Qt.ItemFlag.ItemIsDragEnabled) for i in range(5)
    ]
    assert [row.state for row in model.rows] == ["ran", "ran", "ran", "failed", "cursor"]
    assert can_drag == [True, True, True, False, False]


def test_a_line_is_dragged_between_others(shown, link, settle, monkeypatch):
    run(shown, settle, "x = 1", "y = x", "x = 5")
    drop(shown, "x = 5", "y = x", on_upper_half=True, monkeypatch=monkeypatch)
    settle()
    assert [source for _, source in states(shown)] == ["x = 1", "x = 5", "y = x"]
    assert link.namespace["y"] == 5
    drop(shown, "x = 1", "y = x", on_upper_half=False, monkeypatch=monkeypatch)
    settle()
    assert [source for _, source in states(shown)] == ["x = 5", "y = x", "x = 1"]


def test_run_to_here_and_run_from_here_move_the_cursor(shown, controller, link, settle):
    run(shown, settle, "x = 1", "y = 2", "z = 3")
    choose(shown, "x = 1")
    shown.lines.actions["run_to"].trigger()
    settle()
    assert states(shown) == [("ran", "x = 1"), ("undone", "y = 2"), ("undone", "z = 3")]
    choose(shown, "y = 2")
    shown.lines.actions["run_from"].trigger()
    settle()
    assert [state for state, _ in states(shown)] == ["ran"] * 3
    assert link.namespace == {"x": 1, "y": 2, "z": 3}


def test_a_note_is_a_markdown_cell_above_its_line(shown, controller, link, settle):
    run(shown, settle, "x = 1", "y = 2")
    asked = len(link.asked)
    choose(shown, "y = 2")
    shown.lines.actions["note"].trigger()
    type_into(shown, "# Why\n\nBecause of **x**")
    press(shown, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    settle()
    row = choose(shown, "y = 2")
    assert row.note == "# Why\n\nBecause of **x**"
    assert controller.session.to_source().endswith(
        "x = 1\n# %% [markdown]\n# # Why\n#\n# Because of **x**\n# %%\ny = 2\n"
    )
    assert len(link.asked) == asked  # a note runs nothing
    assert shown.lines.actions["note"].text() == "Edit note"
    spoken = shown.model.index(3, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert "Note: # Why" in spoken


def test_a_note_is_drawn_as_it_is_read_and_opens_on_a_double_click(shown, settle):
    run(shown, settle, "# %% [markdown]\n# # A large heading\n# %%\nx = 1", "y = 2")
    row = choose(shown, "x = 1")
    rect = shown.view.visualRect(shown.view.currentIndex())
    parts = shown.view._arranger.arrange(row, rect.width()).parts
    assert [part.kind for part in parts] == ["note", "code"]
    assert parts[0].rect.height() > parts[1].rect.height()
    image = shown.view.viewport().grab(parts[0].rect.translated(rect.topLeft())).toImage()
    assert len({image.pixel(x, y) for x in range(120) for y in range(image.height())}) > 2
    point = rect.topLeft() + parts[0].rect.center()
    QTest.mouseClick(shown.view.viewport(), Qt.MouseButton.LeftButton, pos=point)
    QTest.mouseDClick(shown.view.viewport(), Qt.MouseButton.LeftButton, pos=point)
    assert shown.controller.as_of == 0
    assert (shown.desk.editor.is_note, shown.desk.editor.text()) == (True, "# A large heading")


def test_rows_stay_under_the_mouse_until_a_click_is_no_double_click(shown, settle, qtbot):
    run(shown, settle, "x = 1", "y = 2")
    choose(shown, "x = 1")
    view = shown.view
    point = view.visualRect(view.currentIndex()).center()
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=point)
    assert shown.controller.as_of
    assert not shown.banner.isVisible()
    qtbot.waitUntil(shown.banner.isVisible)
    assert shown.banner.label.text() == "Values as of line 3 (Esc: now)"


def test_a_note_stays_when_its_line_is_edited(shown, controller, settle):
    run(shown, settle, "# %% [markdown]\n# why\n# %%\nx = 1")
    edit(shown, "x = 1", "x = 2")
    settle()
    assert controller.session.statements[2].source == "# %% [markdown]\n# why\n# %%\nx = 2"


def test_a_deleted_line_comes_back_with_up(shown, settle):
    run(shown, settle, "x = 3", "y = 4")
    choose(shown, "x = 3")
    trigger(shown, "delete")
    settle()
    assert states(shown) == [("ran", "y = 4")]
    QTest.keyClick(shown.entry, Qt.Key.Key_Up)
    assert shown.entry.source() == "x = 3"


def test_a_line_can_be_copied(shown, settle):
    run(shown, settle, "x = 3")
    choose(shown, "x = 3")
    trigger(shown, "copy")
    assert QGuiApplication.clipboard().text() == "x = 3"


# --- looks and banners --------------------------------------------------------------------------


def test_a_look_is_shown_above_the_entry_until_the_next_line(shown, controller, settle):
    controller.looked.emit("x.mean()", "tensor(0.5000)\n")
    assert shown.look.isVisible()
    assert shown.look.value.toPlainText() == "tensor(0.5000)"
    run(shown, settle, "y = 4")
    assert not shown.look.isVisible()


def test_a_look_can_be_closed(shown, controller):
    controller.looked.emit("x", "3")
    QTest.mouseClick(shown.look.close_button, Qt.MouseButton.LeftButton)
    assert not shown.look.isVisible()


def test_a_look_without_a_value_says_so(shown, controller):
    controller.looked.emit("None", "")
    assert shown.look.label.text() == "None has no value"


def test_an_opened_script_runs_only_when_told_to(shown, controller, link, settle):
    controller.open(Document(Session.from_source("import torch\nx = 3\n")))
    settle()
    assert shown.banner.label.text() == "This script has not run yet."
    assert "x" not in link.namespace
    assert [row.state for row in shown.model.rows] == ["cursor", "waiting", "waiting"]
    QTest.mouseClick(shown.banner.button, Qt.MouseButton.LeftButton)
    settle()
    assert link.namespace["x"] == 3
    assert not shown.banner.isVisible()


def test_an_opened_script_names_the_line_that_needs_consent(shown, controller, link, settle):
    source = "import torch\n\n# Two lines\n# above.\nx = torch.rand(\n    2)\ny = open('f')\nz = eval('1')\n"
    controller.open(Document(Session.from_source(source)))
    settle()
    assert shown.banner.label.text() == (
        "This script has not run yet. Line 3 needs your consent: open is no function of torch."
    )
    assert shown.model.rows[3].number == 3
    assert shown.model.rows[3].source == "y = open('f')"
    controller.delete(controller.session.statements[2])
    settle()
    assert "Line 3 needs your consent: eval is" in shown.banner.label.text()
    controller.delete(controller.session.statements[2])
    settle()
    assert shown.banner.label.text() == "This script has not run yet."
    assert shown.banner.button.text() == "Run all"


def test_out_of_step_gives_its_reason_and_a_way_back(shown, controller, link, settle):
    run(shown, settle, "x = 3", "w = open('/dev/null', 'w').close()", "y = 1")
    edit(shown, "x = 3", "x = 5")
    settle()
    assert shown.banner.isVisible()
    assert "Replaying writes a file again" in shown.banner.label.text()
    QTest.mouseClick(shown.banner.button, Qt.MouseButton.LeftButton)
    settle()
    assert not shown.banner.isVisible()
    assert link.namespace["x"] == 5


def test_a_slow_replay_shows_progress_and_can_be_cancelled(shown, controller, link, settle, qtbot):
    run(shown, settle, "x = 3")
    shown.slow_timer.setInterval(0)
    controller.replay()
    controller.replay_progressed.emit(2, 3)
    qtbot.waitUntil(shown.banner.isVisible)
    assert shown.banner.label.text() == "Replaying line 3 of 3"
    assert (shown.banner.progress.value(), shown.banner.progress.maximum()) == (2, 3)
    assert controller.state is EngineState.REPLAYING
    QTest.mouseClick(shown.banner.button, Qt.MouseButton.LeftButton)
    assert link._interrupted
    settle()
    assert shown.banner.label.text() == "The replay was cancelled."


def test_a_quick_replay_shows_no_progress(shown, controller, settle, link):
    controller.replay()
    controller.replay_progressed.emit(1, 2)
    assert not shown.banner.isVisible()
    settle()
    assert not shown.banner.isVisible()


def test_a_stopped_engine_can_be_restarted(shown, controller, link, settle):
    for _ in range(5):
        link.die()
    link.deliver_all()
    settle()
    assert controller.state is EngineState.STOPPED
    assert shown.banner.button.text() == "Restart the engine"
    QTest.mouseClick(shown.banner.button, Qt.MouseButton.LeftButton)
    settle()
    assert controller.state is EngineState.IDLE


def test_a_line_that_left_changes_behind_is_replayed_away(shown, link, settle):
    run(shown, settle, "x = 3", f"x = 9; {HALF_WAY} = missing")
    assert link.namespace["x"] == 3
    assert not shown.banner.isVisible()


def test_a_closed_pane_is_freed(shown, controller, qtbot):
    import gc
    import weakref

    alive = weakref.ref(ScriptPane(controller))
    gc.collect()
    assert alive() is None
    controller.session_changed.emit()


def test_a_call_that_a_form_makes_asks_for_its_form(shown, controller, qtbot):
    number, session = controller.session.reserve()
    controller._book.set_session(session.insert("m = torch.zeros(2, 3)", number))
    qtbot.waitUntil(shown.is_complete)
    row = choose(shown, "m = torch.zeros(2, 3)")
    with qtbot.waitSignal(shown.form_requested) as signal:
        QTest.keyClick(shown.view, Qt.Key.Key_F4)
    assert signal.args == [row.statement]


def test_a_call_that_no_form_makes_says_so(shown, settle):
    run(shown, settle, "x = 3")
    choose(shown, "x = 3")
    action = shown.lines.actions["edit_call"]
    assert not action.isEnabled()
    assert action.text() == "Edit this call (no form makes this line)"
