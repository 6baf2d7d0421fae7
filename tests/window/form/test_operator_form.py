"""The form of any operator: what a person types, chooses, drops and clicks in it."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QToolButton

from explorer.catalog.number import Refusal
from explorer.catalog.overload import operator_of
from explorer.catalog.signature import CatalogueEntry, Parameter, Signature
from explorer.protocol import Delta, Entry
from explorer.window.form.operator_form import OperatorForm
from explorer.workspace import Workspace
from tests.dragging import Drag
from tests.fake_link import tensor_info

INPUT = Parameter(name="input", kinds=("tensor",))
OTHER = Parameter(name="other", kinds=("tensor", "number"))
DIM = Parameter(name="dim", kinds=("dim",))
DIMS = Parameter(name="dim", kinds=("dims",), default="None")
KEEPDIM = Parameter(name="keepdim", kinds=("boolean",), default="False")
BIAS = Parameter(name="bias", kinds=("boolean",), default="True")
REDUCE = Parameter(name="reduce", kinds=("choice",), choices=("sum", "mean"))
DTYPE = Parameter(name="dtype", kinds=("dtype",), default="None", passing="keyword")
OUT = Parameter(name="out", kinds=("tensor",), default="None", passing="keyword", writes=True)
LIST = Parameter(name="tensors", kinds=("tensors",))


def entry(path, *signatures, returns=("Tensor",)):
    made = tuple(Signature(parameters=parameters, returns=returns) for parameters in signatures)
    return CatalogueEntry(path=path, signatures=made)


ADD = entry("torch.add", (INPUT, OTHER, OUT))
MAX = entry("torch.max", (INPUT,), (INPUT, DIM, KEEPDIM), (INPUT, OTHER))
SUM = entry("torch.sum", (INPUT, DIMS, KEEPDIM, DTYPE))
CAT = entry("torch.cat", (LIST, Parameter(name="dim", kinds=("dim",), default="0")))


def workspace(*tensors):
    entries = tuple(
        Entry(name=t.expression, type_name="Tensor", summary="", tensors=(t,)) for t in tensors
    )
    return Workspace().apply(Delta(changed=entries))


X = tensor_info("x", (4, 3))
Y = tensor_info("y", (3,))
Z = tensor_info("z", (5, 3))
I = tensor_info("i", (3,), dtype="int64")  # noqa: E741 - an index


@pytest.fixture
def made(qtbot):
    def make(entry, **settings):
        form = OperatorForm(None, operator_of(entry), **settings)
        qtbot.addWidget(form)
        form.resize(320, 480)
        form.offer(workspace(X, Y, Z, I))
        form.show()
        qtbot.waitExposed(form)
        return form

    return make


def reason(form):
    with pytest.raises(Refusal) as refusal:
        form.line("r")
    return refusal.value


def test_selected_tensors_fill_the_tensor_fields_in_order(made):
    form = made(ADD)
    form.follow(("x", "y"))
    assert form.line("r") == "r = torch.add(x, y)"
    form.follow(("y",))
    assert form.texts() == {"input": "y", "other": "y", "out": ""}
    form.set_texts({"other": "x * 2"})
    form.follow(("x", "y"))
    assert form.line() == "torch.add(x, x * 2)"
    form.set_texts({"other": "2"})
    form.follow(("x",))
    assert form.line() == "torch.add(x, 2)"
    form.follow(("x", "y"))
    assert form.line() == "torch.add(x, y)"


def test_a_list_of_tensors_takes_all_that_are_selected_and_adds_what_is_dropped(made):
    form = made(CAT)
    form.follow(("x", "z"))
    assert form.line("r") == "r = torch.cat((x, z))"
    field = form.editors["tensors"]
    assert field.line.note == "[4, 3], [5, 3]"
    assert Drag(form, "x").drop(field.line)
    assert field.text() == "x, z, x"
    field.button.menu().aboutToShow.emit()
    (action,) = (a for a in field.button.menu().actions() if a.data() == "y")
    action.trigger()
    assert field.text() == "x, z, x, y"


def test_a_tensor_field_shows_shape_and_dtype_behind_the_name(made):
    form = made(ADD)
    field = form.editors["input"]
    field.set_text("x")
    assert field.lineEdit().note == "[4, 3] float32"
    field.set_text("x * 2")
    assert field.lineEdit().note == ""


def test_a_dim_is_picked_with_its_size_from_either_end(made):
    form = made(MAX)
    form.show_operator(operator_of(MAX, {"input": "x", "dim": "1"}))
    field = form.editors["dim"]
    words = [field.itemData(n, Qt.ItemDataRole.DisplayRole) for n in range(field.count())]
    assert words == [
        "0  dim 0 · size 4",
        "1  dim 1 · size 3",
        "-1  dim 1 from the end · size 3",
        "-2  dim 2 from the end · size 4",
    ]
    assert field.lineEdit().note == "size 3"
    QTest.keyClick(field, Qt.Key.Key_Down)
    assert field.text() == "0"
    field.set_text("-2")
    assert field.lineEdit().note == "size 4"
    form.set_texts({"input": "y"})
    assert field.count() == 2
    assert field.text() == "-2"


def test_dims_are_clicked_in_their_order(made, qtbot):
    form = made(SUM)
    form.set_texts({"input": "x"})
    form.fields.options_button.click()
    first, second = (
        b for b in form.fields.options.findChildren(QToolButton) if "size" in b.accessibleName()
    )
    assert [first.text(), second.text()] == ["0 · 4", "1 · 3"]
    qtbot.mouseClick(second, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(first, Qt.MouseButton.LeftButton)
    assert form.line() == "torch.sum(x, dim=(1, 0))"
    qtbot.mouseClick(second, Qt.MouseButton.LeftButton)
    assert form.line() == "torch.sum(x, dim=0)"
    assert (first.isChecked(), second.isChecked()) == (True, False)
    form.set_texts({"dim": "-1"})
    assert (first.isChecked(), second.isChecked()) == (False, True)


def test_a_usual_dtype_is_one_click(made, qtbot):
    form = made(SUM)
    form.set_texts({"input": "x"})
    form.fields.options_button.click()
    chips = {b.text(): b for b in form.fields.options.findChildren(QToolButton)}
    qtbot.mouseClick(chips["int64"], Qt.MouseButton.LeftButton)
    assert form.line() == "torch.sum(x, dtype=torch.int64)"
    assert chips["int64"].isChecked()
    qtbot.mouseClick(chips["float64"], Qt.MouseButton.LeftButton)
    assert form.line() == "torch.sum(x, dtype=torch.float64)"
    assert not chips["int64"].isChecked()
    qtbot.mouseClick(chips["float64"], Qt.MouseButton.LeftButton)
    assert form.line() == "torch.sum(x)"


def test_optional_fields_unfold_when_one_of_them_is_set(made):
    form = made(SUM)
    assert form.fields.options_button.text() == "3 more"
    assert not form.fields.options.isVisible()
    form.set_texts({"input": "x", "keepdim": "True"})
    assert form.fields.options.isVisible()
    assert form.line() == "torch.sum(x, keepdim=True)"


def test_an_optional_tensor_stays_empty_as_long_as_nobody_fills_it(made):
    form = made(ADD)
    form.offer(workspace(X, Y, Z, I, tensor_info("w")))
    assert form.texts()["out"] == ""


def test_a_box_that_is_ticked_by_default_gives_something_when_it_is_not(made):
    form = made(entry("torch.f", (INPUT, BIAS)))
    form.set_texts({"input": "x"})
    assert form.line() == "torch.f(x)"
    box = form.editors["bias"]
    assert box.isChecked()
    box.click()
    assert form.line() == "torch.f(x, bias=False)"
    form.set_texts({"bias": "flag"})
    assert box.text() == "flag"
    assert box.checkState() is Qt.CheckState.PartiallyChecked
    box.click()
    assert box.text() in ("", "False")


def test_one_of_several_words_is_chosen_or_refused_by_name(made):
    form = made(entry("torch.f", (INPUT, REDUCE)))
    field = form.editors["reduce"]
    assert [field.itemText(n) for n in range(field.count())] == ["sum", "mean"]
    form.set_texts({"input": "x", "reduce": "mean"})
    assert form.line() == 'torch.f(x, "mean")'
    form.set_texts({"reduce": "max"})
    assert reason(form).field == "reduce"
    assert "is none of sum, mean" in reason(form).message


def test_texts_move_along_to_another_way_to_call_it_and_back(made, qtbot):
    form = made(MAX)
    assert form.operator.parameters == (INPUT,)
    form.set_texts({"input": "x"})
    overload = form.findChild(type(form._overload), "")
    assert form._overload.isVisible()
    shown = [form._overload.itemText(n) for n in range(form._overload.count())]
    assert shown == ["input", "input, dim [, keepdim]", "input, other"]
    overload.setFocus()
    with qtbot.waitSignal(form.changed):
        QTest.keyClick(overload, Qt.Key.Key_Down)
    form.set_texts({"dim": "1"})
    assert form.line("r") == "r = torch.max(x, 1)"
    QTest.keyClick(overload, Qt.Key.Key_Up)
    assert form.line("r") == "r = torch.max(x)"
    QTest.keyClick(overload, Qt.Key.Key_Down)
    assert form.line("r") == "r = torch.max(x, 1)"


def test_a_form_opens_on_the_overload_that_has_a_field_for_every_text(made):
    form = made(ADD)
    form.show_operator(operator_of(MAX, {"input": "x", "other": "y"}))
    assert form.line() == "torch.max(x, y)"
    assert form._overload.currentText() == "input, other"


def test_a_line_with_several_results_binds_a_name_for_each_or_one_for_all(made):
    form = made(entry("torch.max", (INPUT, DIM), returns=("values", "indices")))
    form.set_texts({"input": "x", "dim": "0"})
    assert form.line("v, i2") == "v, i2 = torch.max(x, 0)"
    assert form.line("m") == "m = torch.max(x, 0)"
    with pytest.raises(Refusal, match="3 names for 2 results"):
        form.line("a, b, c")


def test_what_is_refused_is_said_under_its_field_and_focused(made):
    form = made(ADD)
    form.set_texts({"input": "x", "other": "gone"})
    refusal = reason(form)
    form.mark_field(refusal.field, refusal.message)
    assert form.hints["other"].words == "gone is not in the workspace"
    assert form.focus_refused()
    assert form.focusWidget() is form.editors["other"]
    form.mark_field("", "")
    assert not form.focus_refused()


def test_a_new_tensor_comes_back_into_the_field_that_asked_for_it(made, qtbot):
    form = made(ADD, offers_new=True)
    (button,) = (
        b for b in form.findChildren(QToolButton) if b.accessibleName().endswith("for other")
    )
    with qtbot.waitSignal(form.new_wanted):
        button.click()
    form.offer(workspace(X, tensor_info("made")))
    form.fill_new("made")
    assert form.texts()["other"] == "made"


def test_shapes_that_clash_and_dtypes_that_differ_are_shown_under_the_fields(made):
    form = made(ADD)
    form.set_texts({"input": "x", "other": "z"})
    assert form.broadcast_table.isVisible()
    assert "x: 4, z: 5" in form.broadcast_table.hint.words
    assert not form.promotion_chip.isVisible()
    form.set_texts({"input": "i", "other": "y"})
    assert not form.broadcast_table.isVisible()
    assert form.promotion_chip.words == "int64 × float32 → float32"
    form.set_texts({"other": "2.5"})
    assert form.promotion_chip.words == "int64 × float (Python) → float32"
    form.set_texts({"other": "gone"})
    assert not form.promotion_chip.isVisible()
