"""A tensor that is dropped on a field fills it, in text it stands at the cursor."""

import pytest
from PySide6.QtCore import QMimeData, QPoint
from PySide6.QtGui import QGuiApplication, QKeySequence, QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit

from explorer.panes.create.pane import CreatePane
from explorer.panes.device.form import DeviceForm
from explorer.panes.script.entry import Entry
from explorer.protocol import Delta
from explorer.protocol import Entry as Named
from explorer.window.choice import ChoiceBox
from explorer.window.dropping import DropField
from explorer.window.line import LineBox
from explorer.window.line_form import LineForm
from tests.dragging import Drag
from tests.panes.fake import FakeController, tensor

# What Qt says of a tool tip on a platform without a screen.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)


@pytest.fixture
def shown(qtbot):
    """Give a function that shows a widget."""

    def show(widget):
        qtbot.addWidget(widget)
        widget.resize(320, 600)
        widget.show()
        return widget

    return show


def line_of(pane):
    return pane.findChild(LineBox)


@pytest.fixture
def create(shown):
    controller = FakeController()
    controller.put(tensor("x"), tensor("w"))
    return shown(CreatePane(controller))


def test_a_field_is_filled_as_if_typed(shown, qtbot):
    field = shown(DropField("old"))
    with qtbot.waitSignal(field.textEdited):
        assert Drag(field, "x", "y").drop(field)
    assert field.text() == "x"
    field.undo()
    assert field.text() == "old"


def test_other_text_is_inserted_where_it_is_dropped(shown):
    field, data = shown(DropField("old")), QMimeData()
    data.setText("new")
    assert Drag(field, data=data).drop(field, QPoint(field.width() - 4, field.height() // 2))
    assert field.text() == "oldnew"


def test_a_field_that_only_shows_takes_nothing(shown):
    field = shown(DropField("old", readOnly=True))
    assert not Drag(field, "x").drop(field)
    assert field.text() == "old"


def test_a_tensor_field_chooses_the_tensor_that_is_dropped_on_it(create):
    create.choose("Tensor.new_zeros")
    (editor,) = create.form.tensor_editors()
    editor.set_text("x")
    assert Drag(create, "w").drop(editor)
    assert editor.text() == "w"
    assert "w.new_zeros(" in line_of(create).toPlainText()


def test_what_is_no_tensor_is_refused_by_a_tensor_field_in_words(create):
    create.choose("Tensor.new_zeros")
    (editor,) = create.form.tensor_editors()
    entry = Named(name="net", type_name="Linear", summary="")
    create.controller.workspace = create.controller.workspace.apply(Delta(changed=(entry,)))
    for place in (editor, editor.lineEdit()):
        editor.set_text("x")
        assert Drag(create, "net").drop(place)
        assert editor.text() == "net"
        reason = create.form.hints["self"].words
        assert reason == "net is not among the tensors to choose from"
        assert line_of(create).toPlainText() == ""


def test_a_tensor_in_a_field_for_sizes_is_refused_under_the_field(create):
    create.choose("torch.zeros")
    editor = create.form.editors["size"]
    assert Drag(create, "x").drop(editor)
    assert editor.text() == "x"
    assert create.form.hints["size"].isVisible()
    assert line_of(create).toPlainText() == ""


def test_a_field_with_choices_takes_a_drop_and_says_why_it_is_refused(create):
    create.choose("torch.zeros")
    create.form.fields.options_button.setChecked(True)
    editor = create.form.editors["dtype"]
    assert isinstance(editor, ChoiceBox)
    assert Drag(create, "x").drop(editor.lineEdit())
    assert editor.text() == "x"
    assert "x" in create.form.hints["dtype"].words


def test_a_choice_keeps_its_placeholder(shown):
    box = shown(ChoiceBox(("a", "b"), "nothing", None))
    assert box.lineEdit().placeholderText() == "nothing"
    box.clearEditText()
    QTest.keyClicks(box.lineEdit(), "ab")
    assert box.text() == "ab"


def test_a_tensor_dropped_on_the_name_of_the_result_is_bound_anew(create):
    assert Drag(create, "x").drop(create.findChild(LineForm).name_field)
    assert line_of(create).toPlainText().startswith("x = ")
    assert "x is there already" in create.findChild(LineForm).hint.words


def test_the_tensor_to_move_is_chosen_by_a_drop(shown):
    form = shown(DeviceForm(None))
    form.offer_tensors([tensor("x"), tensor("w")])
    assert Drag(form, "w").drop(form.fields["move.tensor"])
    assert form.fields["move.tensor"].text() == "w"
    assert Drag(form, "w").drop(form.fields["threads"])
    assert form.fields["threads"].text() == "w"


def test_tensors_dropped_on_the_line_to_run_stand_where_they_are_dropped(create):
    line_of(create).show_line("y = ")
    assert Drag(create, "x", "w").drop(line_of(create).viewport(), QPoint(200, 8))
    assert line_of(create).toPlainText() == "y = x, w"
    assert line_of(create).by_hand


def test_tensors_dropped_on_the_next_line_of_the_script_stand_where_they_are_dropped(shown):
    entry = shown(Entry(None))
    entry.set_source("print()")
    cursor = entry.textCursor()
    cursor.setPosition(6)
    spot = entry.cursorRect(cursor).center()
    assert Drag(entry, 'd["a"]', "x").drop(entry.viewport(), spot)
    assert entry.source() == 'print(d["a"], x)'


def test_a_tensor_dropped_on_the_search_box_is_looked_up(window, run):
    run("images = tensor(3, 4)")
    assert Drag(window, "images").drop(window.search)
    assert window.search.text() == "images"
    assert window.search.results.rows[0].key == "images"


def test_a_copied_name_is_pasted_into_every_field(create):
    QGuiApplication.clipboard().setText("w")
    field = create.findChild(QLineEdit)
    field.clear()
    QTest.keySequence(field, QKeySequence(QKeySequence.StandardKey.Paste))
    assert field.text() == "w"
    line_of(create).show_line("y = ")
    line_of(create).moveCursor(QTextCursor.MoveOperation.End)
    QTest.keySequence(line_of(create), QKeySequence(QKeySequence.StandardKey.Paste))
    assert line_of(create).toPlainText() == "y = w"
