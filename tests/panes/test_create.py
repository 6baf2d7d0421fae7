"""The Create pane with a fake controller: what a person sees and what is run."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QWidget,
)

from explorer.catalog.creation import CREATION
from explorer.catalog.operator import SEED
from explorer.panes.create.pane import CreatePane
from explorer.window.form.grid import GridDialog
from explorer.window.theme import DARK, LIGHT, make_palette
from tests.panes.fake import FakeController, tensor


@pytest.fixture
def controller():
    return FakeController()


@pytest.fixture
def pane(qtbot, controller):
    pane = CreatePane(controller)
    pane.resize(300, 580)
    qtbot.addWidget(pane)
    pane.show()
    qtbot.waitExposed(pane)
    return pane


def line(pane):
    return pane.foot.line.toPlainText()


def submitted_by(qtbot, pane, act):
    with qtbot.waitSignal(pane.submitted) as signal:
        act()
    return signal.args[0]


def test_it_begins_with_a_line_that_can_run(qtbot, pane):
    assert line(pane) == "x = torch.rand(5, 3)"
    source = submitted_by(qtbot, pane, pane.foot.button.click)
    assert source == "x = torch.rand(5, 3)"


@pytest.mark.parametrize("operator", CREATION, ids=lambda operator: operator.path)
def test_every_form_begins_with_the_line_of_its_example(pane, controller, operator):
    controller.put(tensor("x"))
    pane.choose(operator.path)
    assert line(pane) == operator.example
    assert set(pane.form.editors) == {parameter.name for parameter in operator.fields}
    assert pane.heading.badge.isVisible() == bool(operator.badge)


def test_the_line_follows_the_fields_as_they_are_typed(qtbot, pane):
    pane.choose("torch.randn")
    size = pane.form.editors["size"]
    size.clear()
    qtbot.keyClicks(size, "3x4")
    assert line(pane) == "x = torch.randn(3, 4)"
    pane.fill({"dtype": "float64", "device": "cpu", "requires_grad": "True", "seed": "7"})
    assert line(pane) == (
        "torch.manual_seed(7)\n"
        'x = torch.randn(3, 4, dtype=torch.float64, device="cpu", requires_grad=True)'
    )


def test_a_refused_field_says_why_under_itself_and_nothing_runs(qtbot, pane):
    pane.fill({"size": "-1,3"})
    hint = pane.form.hints["size"]
    assert hint.isVisible()
    assert "A size can't be negative" in hint.words
    assert line(pane) == ""
    assert not pane.foot.button.isEnabled()
    with qtbot.assertNotEmitted(pane.submitted):
        pane.apply()
    assert pane.form.editors["size"].hasFocus()
    pane.fill({"size": "5,"})
    assert not hint.isVisible()
    assert line(pane) == "x = torch.rand(5)"


def test_a_refused_option_unfolds_the_options(pane):
    pane.fill({"seed": "7"})
    pane.form.fields.options_button.setChecked(False)
    assert not pane.form.fields.options.isVisible()
    pane.form.editors[SEED].set_text("often")
    assert pane.form.fields.options.isVisible()
    assert "is not a number" in pane.form.hints[SEED].words


def test_opening_the_options_brings_them_into_sight(qtbot, pane):
    pane.choose("torch.randint")
    pane.form.fields.options_button.click()
    options, viewport = pane.form.fields.options, pane.scroll_area.viewport()
    bottom = pane.form.editors[SEED]
    qtbot.waitUntil(
        lambda: bottom.mapTo(viewport, bottom.rect().bottomLeft()).y() <= viewport.height()
    )
    assert options.isVisible()


def test_thousands_of_tensors_are_offered_and_kept_apart(pane, controller):
    controller.put(*(tensor(f"t{n}") for n in range(1, 3000)))
    pane.choose("torch.tril")
    pane.fill({"input": "t2999"})
    controller.put(tensor("w"))
    (editor,) = pane.form.tensor_editors()
    assert editor.count() == 3000
    assert line(pane) == "x = torch.tril(t2999)"
    controller.remove("t1")
    assert editor.count() == 2999
    assert line(pane) == "x = torch.tril(t2999)"


def test_the_name_is_free_checked_and_moves_on_after_the_run(qtbot, pane, controller):
    controller.put(tensor("x"))
    assert line(pane) == "y = torch.rand(5, 3)"
    pane.foot.name_field.setText("for")
    assert "already means something" in pane.foot.hint.words
    assert line(pane) == ""
    pane.foot.name_field.setText("x")
    assert "will be replaced" in pane.foot.hint.words
    pane.foot.name_field.setText("weights")
    assert pane.foot.hint.words == ""
    pane.foot.button.click()
    assert pane.foot.name_field.text() == "weights"  # it has not run yet
    controller.put(tensor("weights"))
    assert line(pane) == "y = torch.rand(5, 3)"


def test_a_name_that_failed_to_run_stays(pane, controller):
    controller.put(tensor("x"))
    pane.foot.name_field.setText("x")
    pane.foot.button.click()
    controller.put(tensor("other"))
    assert pane.foot.name_field.text() == "x"


def test_a_line_edited_by_hand_is_what_runs_until_a_field_changes(qtbot, pane, controller):
    pane.foot.line.setFocus()
    pane.foot.line.selectAll()
    qtbot.keyClicks(pane.foot.line, "x = torch.rand(2) * 3")
    controller.put(tensor("y"))
    controller.select("y")
    assert submitted_by(qtbot, pane, pane.foot.button.click) == "x = torch.rand(2) * 3"
    pane.fill({"size": "7"})
    assert line(pane) == "x = torch.rand(7)"


def test_after_an_edited_line_ran_the_form_makes_a_new_one(qtbot, pane, controller):
    pane.foot.line.selectAll()
    qtbot.keyClicks(pane.foot.line, "x = torch.rand(2) * 3")
    pane.foot.button.click()
    controller.put(tensor("x"))
    assert line(pane) == "y = torch.rand(5, 3)"


@pytest.mark.parametrize("place", ["search", "field", "line", "name", "list"])
@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter])
def test_ctrl_enter_runs_the_line_from_anywhere_in_the_pane(qtbot, pane, place, key):
    widget = {
        "search": pane.chooser.search,
        "list": pane.chooser.list,
        "field": pane.form.editors["size"],
        "line": pane.foot.line,
        "name": pane.foot.name_field,
    }[place]
    widget.setFocus()
    source = submitted_by(
        qtbot, pane, lambda: QTest.keyClick(widget, key, Qt.KeyboardModifier.ControlModifier)
    )
    assert source == "x = torch.rand(5, 3)"


def test_a_tensor_is_found_and_made_by_keyboard_alone(qtbot, pane, controller):
    search, rows = pane.chooser.search, pane.chooser.list
    search.setFocus()
    qtbot.keyClicks(search, "ones")
    assert line(pane) == "x = torch.ones(5, 3)"
    qtbot.keyClick(search, Qt.Key.Key_Down)
    assert rows.hasFocus()
    qtbot.keyClick(rows, Qt.Key.Key_Down)
    assert pane.operator.path == "Tensor.new_ones"
    qtbot.keyClick(rows, Qt.Key.Key_Up)
    qtbot.keyClick(rows, Qt.Key.Key_Return)
    size = pane.form.editors["size"]
    assert QApplication.focusWidget() is size
    size.selectAll()
    qtbot.keyClicks(size, "2 2")
    source = submitted_by(
        qtbot,
        pane,
        lambda: qtbot.keyClick(size, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier),
    )
    assert source == "x = torch.ones(2, 2)"


def test_arrow_keys_pass_the_titles_of_groups_by(qtbot, pane):
    rows = pane.chooser.list
    pane.choose(CREATION[0].path)
    rows.setFocus()
    there = [pane.operator.path]
    for _ in CREATION[1:]:
        qtbot.keyClick(rows, Qt.Key.Key_Down)
        there.append(pane.operator.path)
    assert sorted(there) == sorted(operator.path for operator in CREATION)
    for path in reversed(there[:-1]):
        qtbot.keyClick(rows, Qt.Key.Key_Up)
        assert pane.operator.path == path
    qtbot.keyClick(rows, Qt.Key.Key_Up)
    assert pane.operator.path == there[0]
    assert rows.currentItem().text(0) == pane.operator.name


def test_the_search_finds_names_words_and_groups(pane):
    for text, path in (
        ("perm", "torch.randperm"),
        ("identity", "torch.eye"),
        ("standard deviation", "torch.normal"),
        ("UNINIT", "torch.empty"),
        ("like ones", "torch.ones_like"),
    ):
        pane.chooser.search.setText(text)
        assert path in pane.chooser.shown_paths()
        assert len(pane.chooser.shown_paths()) < len(CREATION)
    pane.chooser.search.setText("nothing is called this")
    assert pane.chooser.shown_paths() == []
    pane.chooser.search.clear()
    assert len(pane.chooser.shown_paths()) == len(CREATION)


def test_what_is_typed_is_kept_for_each_operator(pane, controller):
    controller.put(tensor("x"), tensor("w"))
    pane.choose("Tensor.new_full")
    pane.fill({"self": "w", "size": "2, 9", "fill_value": "nan", "dtype": "float16"})
    before = line(pane)
    pane.choose("torch.eye")
    pane.fill({"n": "4", "m": ""})
    assert line(pane) == "y = torch.eye(4)"
    pane.choose("Tensor.new_full")
    assert line(pane) == before == "y = w.new_full((2, 9), torch.nan, dtype=torch.float16)"
    pane.choose("torch.eye")
    assert line(pane) == "y = torch.eye(4)"


def test_tensor_fields_show_shape_and_dtype_and_follow_the_selection(pane, controller):
    pane.choose("torch.complex")
    assert "create one first" in pane.form.hints["real"].words
    controller.put(tensor("x"), tensor("img", (64, 64), "uint8"), tensor("w"))
    real, _ = pane.form.tensor_editors()
    words = Qt.ItemDataRole.DisplayRole
    assert [real.itemData(i, words) for i in range(real.count())] == [
        "x  [5, 3] float32",
        "img  [64, 64] uint8",
        "w  [5, 3] float32",
    ]
    controller.select("w", "x")
    assert line(pane) == "y = torch.complex(w, x)"
    controller.remove("w")
    assert "w" not in {real.itemData(i) for i in range(real.count())}
    assert line(pane) == "y = torch.complex(x, x)"
    pane.choose("torch.zeros_like")
    assert line(pane) == "y = torch.zeros_like(x)"


def test_a_tensor_field_takes_expressions_and_values_that_selecting_does_not_replace(
    qtbot, pane, controller
):
    controller.put(tensor("x"), tensor("w"))
    pane.choose("torch.tril")
    (editor,) = pane.form.tensor_editors()
    editor.lineEdit().selectAll()
    qtbot.keyClicks(editor.lineEdit(), "x[0]*2")
    assert line(pane) == "y = torch.tril(x[0] * 2)"
    controller.select("w")
    controller.put(tensor("b"))
    assert editor.text() == "x[0]*2"
    editor.lineEdit().setCursorPosition(1)
    controller.put(tensor("c"))
    assert editor.lineEdit().cursorPosition() == 1
    pane.fill({"input": "[[1, 2], [3, 4]]"})
    assert line(pane) == "y = torch.tril(torch.tensor([[1, 2], [3, 4]]))"
    pane.fill({"input": "w"})
    controller.select("x")
    assert line(pane) == "y = torch.tril(x)"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "create one first"),
        ("unheard", "unheard is not in the workspace"),
        ("x[", "not Python"),
        ("open('f')", "open"),
        ("torch.float32", "is no tensor"),
    ],
)
def test_what_is_no_tensor_is_refused_under_its_field(pane, controller, text, reason):
    controller.put(tensor("x"))
    pane.choose("torch.tril")
    pane.fill({"input": text})
    assert reason in pane.form.hints["input"].words
    assert line(pane) == ""
    pane.fill({"input": "x"})
    assert pane.form.hints["input"].words == ""


def test_a_tensor_is_chosen_from_the_list_by_key(pane, controller):
    controller.put(tensor("x"), tensor("w"))
    pane.choose("torch.tril")
    (editor,) = pane.form.tensor_editors()
    pane.fill({"input": "x"})
    QTest.keyClick(editor, Qt.Key.Key_Down)
    assert editor.text() == "w"
    assert line(pane) == "y = torch.tril(w)"
    assert editor.toolTip().startswith("w  [5, 3] float32")


def test_an_operator_starts_from_the_selected_tensor(pane, controller):
    controller.put(tensor("x"), tensor("img", (64, 64), "uint8"))
    controller.select("img")
    pane.choose("Tensor.new_zeros")
    assert line(pane) == "y = img.new_zeros(5, 3)"


def test_values_are_typed_pasted_and_edited_in_a_grid(qtbot, pane):
    pane.choose("torch.tensor")
    pane.fill({"data": "[[1, 2], [3, 4]]"})
    pane.form.editors["data"].grid_button.click()
    dialog = pane.findChild(GridDialog)
    assert dialog.text() == "1\t2\n3\t4"
    dialog.table.item(0, 1).setText("2.5")
    dialog.columns.setValue(3)
    dialog.accept()
    assert line(pane) == "x = torch.tensor([[1, 2.5, 0], [3, 4, 0]])"


def test_a_grid_that_is_cancelled_changes_nothing(pane):
    pane.choose("torch.tensor")
    pane.fill({"data": "[1, 2]"})
    pane.form.editors["data"].grid_button.click()
    dialog = pane.findChild(GridDialog)
    dialog.table.item(0, 0).setText("9")
    dialog.reject()
    assert line(pane) == "x = torch.tensor([1, 2])"


def test_cells_of_a_spreadsheet_are_pasted_into_the_grid(qtbot):
    dialog = GridDialog("")
    qtbot.addWidget(dialog)
    dialog.show()
    QGuiApplication.clipboard().setText("1\t2\t3\t4\n5\t6\t7\t8\n")
    dialog.table.setCurrentCell(0, 0)
    QTest.keySequence(dialog.table, "Ctrl+V")
    assert dialog.text() == "1\t2\t3\t4\n5\t6\t7\t8"
    QGuiApplication.clipboard().setText("9\t9")
    dialog.table.setCurrentCell(1, 3)
    QTest.keySequence(dialog.table, "Ctrl+V")
    assert dialog.text() == "1\t2\t3\t4\t0\n5\t6\t7\t9\t9"
    assert (dialog.rows.value(), dialog.columns.value()) == (2, 5)


@pytest.mark.parametrize("text", ["", "[[1, 2], [3]]", "[[[1]]]", "[]", "5", "words here"])
def test_a_grid_opens_on_any_text(qtbot, text):
    dialog = GridDialog(text)
    qtbot.addWidget(dialog)
    assert dialog.text()


def test_state_comes_back_and_nonsense_is_left_alone(qtbot, pane, controller):
    pane.choose("torch.linspace")
    pane.fill({"start": "0", "end": "1", "steps": "11"})
    pane.choose("torch.randint")
    pane.fill({"high": "9", "low": "", "seed": "3"})
    state = pane.state()

    again = CreatePane(controller)
    qtbot.addWidget(again)
    again.show()
    again.restore(state)
    assert line(again) == "torch.manual_seed(3)\nx = torch.randint(9, (2, 3, 2))"
    again.choose("torch.linspace")
    assert line(again) == "x = torch.linspace(0, 1, 11)"

    for nonsense in (
        {},
        {"operator": "torch.nothing", "fields": 3},
        {"operator": 7, "fields": {"torch.rand": 3, "x": {"size": 1}}},
        {"operator": "torch.eye", "fields": {"torch.eye": {"n": "2", "gone": "1"}}},
    ):
        again.restore(nonsense)
    assert line(again) == "x = torch.eye(2)"


def test_a_pane_that_was_hidden_catches_up(qtbot, pane, controller):
    pane.hide()
    controller.put(tensor("x"))
    pane.show()
    assert line(pane) == "y = torch.rand(5, 3)"


def test_every_control_has_a_name(pane, controller):
    controller.put(tensor("x"))
    kinds = (QLineEdit, QComboBox, QAbstractButton, QPlainTextEdit)
    for operator in CREATION:
        pane.choose(operator.path)
        pane.form.fields.options_button.setChecked(True)
        for widget in pane.findChildren(QWidget):
            own = widget.isVisible() and not isinstance(widget.parent(), (QComboBox, QLineEdit))
            if own and isinstance(widget, kinds):
                interface = QAccessible.queryAccessibleInterface(widget)
                assert interface.text(QAccessible.Text.Name), (operator.path, widget)


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
def test_nothing_is_cut_off_in_a_narrow_dock(qtbot, pane, controller, scheme):
    before = QApplication.palette()
    QApplication.setPalette(make_palette(scheme))
    try:
        controller.put(tensor("x"))
        for operator in CREATION:
            pane.choose(operator.path)
            pane.form.fields.options_button.setChecked(True)
            QApplication.processEvents()
            assert pane.width() == 300
            content = pane.scroll_area.widget()
            assert content.width() <= pane.scroll_area.viewport().width(), operator.path
            for label in pane.findChildren(QLabel):
                if label.isVisible() and not label.wordWrap() and label.text():
                    assert label.width() >= label.sizeHint().width() - 1, label.text()
    finally:
        QApplication.setPalette(before)
