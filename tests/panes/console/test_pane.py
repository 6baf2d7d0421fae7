"""The console on a fake engine: what is typed, what is shown, what stays."""

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QBrush, QGuiApplication, QInputMethodEvent, QKeyEvent, QTextCursor
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget

from explorer.panes.console.output import BUFFER_LINES
from explorer.panes.console.pane import ConsolePane
from explorer.panes.heatmap import Value, ValueAsk
from explorer.window.code import INKS
from explorer.window.theme import DARK, LIGHT
from tests.dragging import Drag

Key = Qt.Key
CONTROL = Qt.KeyboardModifier.ControlModifier


def text(console) -> str:
    return console._control.toPlainText()


def lines(console) -> list[str]:
    return text(console).split("\n")


@pytest.fixture
def type_(console, qtbot):
    """Give a function that types text and keys into the console."""

    def type_(*parts, modifier=Qt.KeyboardModifier.NoModifier):
        for part in parts:
            if isinstance(part, str):
                qtbot.keyClicks(console._control, part, modifier)
            else:
                qtbot.keyClick(console._control, part, modifier)

    return type_


@pytest.fixture
def run_typed(type_, entered, jupyter, link, console, qtbot):
    """Give a function that types a line and lets it run to its end."""

    def run_typed(source, *outputs):
        type_(source, Key.Key_Return)
        ticket = entered[-1][1]
        jupyter.run(source, *outputs, ticket=ticket)
        link.deliver_all()
        qtbot.waitUntil(lambda: not console._executing)

    return run_typed


def test_qtconsole_is_loaded_when_the_pane_is_shown(controller, qtbot):
    pane = ConsolePane(controller)
    qtbot.addWidget(pane)
    assert pane.console is None
    assert pane.placeholder.text() == "Opening the console ..."
    assert not pane.is_complete()
    pane.show()
    qtbot.waitUntil(pane.is_complete)
    assert lines(pane.console)[-1] == "In [1]: "


def test_a_pane_that_is_shown_late_counts_on(controller, jupyter, qtbot):
    pane = ConsolePane(controller)
    qtbot.addWidget(pane)
    jupyter.run("x = 1")
    pane.show()
    qtbot.waitUntil(pane.is_complete)
    assert lines(pane.console)[-1] == "In [2]: "


def test_a_typed_line_runs_through_the_controller_and_joins_the_script(
    run_typed, controller, console
):
    run_typed("x = 3")
    assert [s.source for s in controller.session.statements][2:] == ["x = 3"]
    assert lines(console)[-3:] == ["In [1]: x = 3", "", "In [2]: "]


def test_its_output_stands_below_it(run_typed, console):
    run_typed("print(1)", "1\n", "2\n")
    assert lines(console)[-5:] == ["In [1]: print(1)", "1", "2", "", "In [2]: "]


def test_an_empty_line_reaches_nobody(type_, entered, console, qtbot):
    type_(Key.Key_Return)
    qtbot.waitUntil(lambda: not console._executing)
    assert entered == []
    assert lines(console)[-1] == "In [1]: "


def test_an_unfinished_block_goes_on_in_the_next_line(type_, entered, console):
    type_("for i in range(2):", Key.Key_Return)
    assert entered == []
    assert lines(console)[-1] == "   ...:     "
    type_("print(i)", Key.Key_Return, Key.Key_Return)
    assert entered[0][0] == "for i in range(2):\n    print(i)"


def test_a_magic_of_several_lines_ends_with_an_empty_one(type_, entered):
    type_("%%time", Key.Key_Return, "x = 1", Key.Key_Return)
    assert entered == []
    type_(Key.Key_Return)
    assert entered[0][0] == "%%time\nx = 1"


def test_a_line_from_elsewhere_is_echoed_as_if_typed(jupyter, console):
    jupyter.run("x = 1\ny = 2", "one\n", "two\n")
    assert lines(console)[-6:] == ["In [1]: x = 1", "   ...: y = 2", "one", "two", "", "In [2]: "]


def test_a_result_from_elsewhere_has_its_number(jupyter, console):
    jupyter.begin("t", "x")
    data = {"text/plain": "tensor([[1.],\n        [2.]])"}
    jupyter.say("t", "execute_result", execution_count=1, data=data, metadata={})
    jupyter.end("t")
    shown = lines(console)
    at = shown.index("Out[1]: ")
    assert shown[at + 1 : at + 3] == ["tensor([[1.],", "        [2.]])"]
    assert shown[-2:] == ["", "In [2]: "]


def test_half_typed_input_survives_lines_from_elsewhere(type_, jupyter, console):
    type_("y = x.s", Key.Key_Left)
    jupyter.run("x = 1", "one", " and a half\n", "\r10 %", "\r20 %\n")
    shown = lines(console)
    assert shown[-5:] == ["In [1]: x = 1", "one and a half", "20 %", "", "In [2]: y = x.s"]
    type_("sum")
    assert console.input_buffer == "y = x.sums"


def test_half_typed_blocks_survive_too(type_, jupyter, console):
    type_("if x:", Key.Key_Return, "y = 1")
    jupyter.run("x = 1", "one\n")
    assert console.input_buffer == "if x:\n    y = 1"


def test_half_typed_input_survives_the_engine(type_, link, controller, console):
    type_("y = 1")
    link.die()
    link.deliver_all()
    assert lines(console)[-3:] == ["The engine was started again.", "", "In [1]: y = 1"]
    assert console.input_buffer == "y = 1"


def test_an_undo_of_the_text_leaves_what_the_engine_said(type_, jupyter, console):
    type_("ab")
    jupyter.run("x = 1", "one\n")
    type_("c")
    type_(Key.Key_Z, Key.Key_Z, modifier=CONTROL)
    assert "one" in text(console)
    assert console.input_buffer == "ab"


def test_a_line_that_kills_the_engine_gives_the_prompt_back(type_, entered, link, console, qtbot):
    type_("die()", Key.Key_Return)
    link.deliver_all()
    qtbot.waitUntil(lambda: not console._executing)
    assert "segmentation fault" in text(console)
    assert lines(console)[-1] == "In [1]: "


def test_what_is_busy_elsewhere_does_not_show(link, console):
    before = text(console)
    parent = {"msg_id": "a", "msg_type": "execute_request"}
    link.message_arrived.emit(
        {"msg_type": "status", "header": {"msg_type": "status"}, "parent_header": parent}
        | {"content": {"execution_state": "idle"}}
    )
    assert text(console) == before


def test_a_flood_from_elsewhere_is_trimmed(jupyter, console):
    jupyter.run("flood()", "".join(f"{i}\n" for i in range(100_000)))
    assert "[99,600 lines not shown]" in lines(console)
    assert lines(console)[-3:] == ["99999", "", "In [2]: "]
    for _ in range(5):
        jupyter.run("flood()", "".join(f"{i}\n" for i in range(100_000)))
    assert console._control.document().blockCount() <= 2 * BUFFER_LINES
    assert lines(console)[-3:] == ["99999", "", "In [7]: "]


def test_a_flood_of_the_consoles_own_is_trimmed(run_typed, console):
    flood = "".join(f"{i}\n" for i in range(50_000))
    run_typed("flood()", flood, flood, flood)
    assert console._control.document().blockCount() <= BUFFER_LINES + 10
    assert "[49,600 lines not shown]" in lines(console)
    assert lines(console)[-4:] == ["49998", "49999", "", "In [2]: "]


def test_an_error_is_shown_once(type_, entered, jupyter, link, console, qtbot):
    type_("missing", Key.Key_Return)
    ticket = entered[0][1]
    jupyter.begin(ticket, "missing")
    jupyter.say(ticket, "error", ename="NameError", evalue="", traceback=["NameError: missing"])
    jupyter.say(ticket, "status", execution_state="idle")
    assert console._executing  # the reply, with what it may bring, has not come
    jupyter.say(ticket, "execute_reply", status="error", execution_count=1)
    link.deliver_all()
    qtbot.waitUntil(lambda: not console._executing)
    assert text(console).count("NameError: missing") == 1


def test_control_c_copies_a_selection(type_, console, pane, qtbot):
    type_("abc")
    console._control.setFocus()
    console._control.selectAll()
    with qtbot.assertNotEmitted(pane.interrupt_requested):
        type_(Key.Key_C, modifier=CONTROL)
    assert "abc" in QGuiApplication.clipboard().text()


def test_control_c_interrupts_when_nothing_is_selected(type_, pane, controller, qtbot):
    controller.submit("x = 1")
    with qtbot.waitSignal(pane.interrupt_requested):
        type_(Key.Key_C, modifier=CONTROL)


def test_an_interrupt_gives_the_prompt_back_to_a_line_that_waits(
    type_, controller, link, console, qtbot
):
    controller.submit("x = 1")
    type_("y = 2", Key.Key_Return)
    controller.interrupt()
    qtbot.waitUntil(lambda: not console._executing)
    assert "It waited and was not run." in lines(console)


def test_the_window_keeps_its_shortcuts(console):
    for key, kept in ((Key.Key_K, False), (Key.Key_S, False), (Key.Key_V, True), (Key.Key_Z, True)):
        event = QKeyEvent(QEvent.Type.ShortcutOverride, key, CONTROL)
        event.ignore()
        QApplication.sendEvent(console._control, event)
        assert event.isAccepted() is kept, key


def test_control_a_selects_what_is_typed(type_, console):
    type_("abc")
    type_(Key.Key_A, modifier=CONTROL)
    assert console._control.textCursor().selectedText() == "abc"


def test_tab_leaves_the_console_when_nothing_is_typed(type_, pane, qtbot):
    box = QWidget()
    qtbot.addWidget(box)
    column = QVBoxLayout(box)
    field = QLineEdit(box)
    column.addWidget(pane)
    column.addWidget(field)
    with qtbot.waitActive(box):
        box.show()
        box.activateWindow()
    pane.setFocus()
    assert pane.console._control.hasFocus()
    type_(Key.Key_Tab)
    assert field.hasFocus()
    assert pane.console.input_buffer == ""
    pane.setParent(None)


def test_tab_completes_what_is_typed(type_, link, console):
    type_("x.su", Key.Key_Tab)
    assert link.requests[-1] == ("complete_request", {"code": "x.su", "cursor_pos": 4})
    reply = {"matches": ["sum"], "cursor_start": 2, "cursor_end": 4, "status": "ok"}
    parent = {"msg_id": f"request {len(link.requests)}", "msg_type": "complete_request"}
    link.message_arrived.emit(
        {"msg_type": "complete_reply", "header": {"msg_type": "complete_reply"}}
        | {"parent_header": parent, "content": reply}
    )
    assert console.input_buffer == "x.sum"


def test_what_an_input_method_commits_lands_behind_the_prompt(type_, console):
    type_("a")
    console._control.moveCursor(QTextCursor.MoveOperation.Start)
    event = QInputMethodEvent()
    event.setCommitString("张量")
    QApplication.sendEvent(console._control, event)
    assert console.input_buffer == "a张量"


def test_the_recall_of_a_line_survives_the_engine(run_typed, type_, link, console):
    run_typed("x = 41")
    link.die()
    link.deliver_all()
    type_(Key.Key_Up)
    assert console.input_buffer == "x = 41"


def test_another_language_or_size_takes_nothing_away(type_, jupyter, pane):
    jupyter.run("x = 1")
    type_("half")
    console = pane.console
    assert pane.renew()
    assert pane.console is console
    assert lines(console)[-3:] == ["In [1]: x = 1", "", "In [2]: half"]


def test_an_ask_beside_a_console_line_is_asked_again_after_a_death(controller, link, pane):
    answers = []

    class Receiver:
        def receive(self, answer):
            answers.append(answer)

    receiver = Receiver()
    value = Value(expression="x", index=(), text="1", dtype="int64")
    link.answers[ValueAsk] = lambda _: value
    controller.submit_console("die()", "t")
    controller.ask(ValueAsk(expression="x", index=()), receiver.receive)
    link.deliver_all()
    assert answers == [value]


def colours(console) -> set[str]:
    """Return the colours that are written or highlighted, of the text that has one of its own."""
    found = set()
    block = console._control.document().begin()
    while block.isValid():
        brushes = [QBrush(r.format.foreground()) for r in block.layout().formats()]
        iterator = block.begin()
        while not iterator.atEnd():
            brushes.append(QBrush(iterator.fragment().charFormat().foreground()))
            iterator += 1
        found |= {b.color().name() for b in brushes if b.style() != Qt.BrushStyle.NoBrush}
        block = block.next()
    return found


def test_colours_follow_the_theme(type_, jupyter, console, theme, qtbot):
    jupyter.run("import torch")
    jupyter.begin("t", "5")
    jupyter.say("t", "execute_result", execution_count=2, data={"text/plain": "5"}, metadata={})
    type_("for i in 'text': pass")
    light = {LIGHT.accent, LIGHT.ok, INKS["keyword"].light, INKS["string"].light}
    dark = {DARK.accent, DARK.ok, INKS["keyword"].dark, INKS["string"].dark}
    assert colours(console) >= light
    theme.choose("dark")
    qtbot.waitUntil(lambda: colours(console) >= dark)
    assert not colours(console) & light
    assert console.styleSheet() == ""
    type_(" # more")
    assert INKS["comment"].dark in colours(console)
    assert not colours(console) & {ink.light for ink in INKS.values()}


def test_the_menu_offers_what_can_be_done(type_, console):
    type_("abc")
    console._control.selectAll()
    menu = console._context_menu_make(console.pos())
    enabled = {action.text(): action.isEnabled() for action in menu.actions()}
    assert list(enabled) == ["Cut", "Copy", "Paste", "Select all", "Clear the console"]
    assert (enabled["Cut"], enabled["Copy"]) == (False, True)
    menu.actions()[-1].trigger()
    assert console.input_buffer == "abc"
    assert lines(console)[-1] == "In [1]: abc"


def test_after_clearing_lines_from_elsewhere_find_their_place(type_, jupyter, console):
    jupyter.run("x = 1")
    type_("abc")
    console.clear()
    jupyter.run("y = 2", "two\n")
    assert lines(console)[-4:] == ["In [2]: y = 2", "two", "", "In [3]: abc"]


def test_a_tensor_dropped_on_the_line_being_typed_stands_there(console, pane, type_):
    type_("print()", Key.Key_Left)
    spot = console._control.cursorRect().center()
    drag = Drag(pane, "x")
    assert drag.drop(console._control.viewport(), spot)
    assert lines(console)[-1] == "In [1]: print(x)"


def test_a_tensor_dropped_on_earlier_lines_joins_the_line_being_typed(
    console, pane, run_typed, type_
):
    run_typed("1 + 1", "2\n")
    before = lines(console)[:-1]
    assert Drag(pane, "x").drop(console._control.viewport(), QPoint(4, 4))
    assert lines(console)[:-1] == before
    assert lines(console)[-1] == "In [2]: x"
