"""The Operate pane with a fake controller: what a person sees and what is run."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from explorer.catalog.curated import CURATED
from explorer.panes.operate.pane import OperatePane
from explorer.session import Statement
from tests.panes.fake import tensor

CONTROL = Qt.KeyboardModifier.ControlModifier


def line(pane):
    return pane.foot.line.toPlainText()


def submitted_by(qtbot, pane, act):
    with qtbot.waitSignal(pane.submitted) as signal:
        act()
    return signal.args[0]


def search(pane, text):
    field = pane.operators.chooser.search
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, text)


def enter(pane):
    QTest.keyClick(pane.operators.chooser.search, Qt.Key.Key_Return)


def way(pane, name):
    QTest.mouseClick(pane.operators.way_row.buttons[name], Qt.MouseButton.LeftButton)


def rows(pane):
    return pane.operators.chooser.model.rows


def test_a_selected_tensor_is_operated_on_by_typing_a_name_and_enter(qtbot, pane, controller):
    controller.select("x")
    search(pane, "mean")
    assert submitted_by(qtbot, pane, lambda: enter(pane)) == "z = x.mean()"


def test_the_result_may_be_the_next_operand_at_once(qtbot, pane, controller):
    controller.select("x")
    search(pane, "mean")
    enter(pane)
    controller.put(tensor("z", ()))
    controller.select("z")
    QTest.keyClicks(pane.operators.chooser.search, "abs")
    assert submitted_by(qtbot, pane, lambda: enter(pane)) == "t1 = torch.abs(z)"


def test_enter_leads_to_what_is_missing(pane, controller):
    controller.select("x")
    search(pane, "torch.narrow")
    enter(pane)
    assert line(pane) == ""
    editor = pane.operators.form.editors["dim"]
    assert pane.focusWidget() in (editor, editor.lineEdit())


def test_operands_stand_in_the_order_of_their_selection(pane, controller):
    controller.select("y", "x")
    assert [chip.text() for chip in pane.operand_row.chips] == ["1  y [5, 3]", "2  x [5, 3]"]
    pane.choose("-")
    assert line(pane) == "z = y - x"
    controller.select("x", "y")
    assert line(pane) == "z = x - y"


def test_a_chip_takes_its_tensor_out_of_the_selection(pane, controller):
    controller.select("x", "y")
    QTest.mouseClick(pane.operand_row.chips[0], Qt.MouseButton.LeftButton)
    assert controller.selection.expressions == ("y",)


def test_without_a_selection_it_says_what_to_do(pane):
    (label,) = [label for label in pane.operand_row.findChildren(QLabel) if label.isVisible()]
    assert label.text() == "Select a tensor, or drop one here"


@pytest.mark.parametrize(
    ("count", "first", "others"),
    [(1, "torch.abs", "torch.outer"), (2, "+", "torch.abs"), (3, "torch.cat", "+")],
)
def test_what_fits_the_selection_stands_first_and_nothing_is_hidden(
    pane, controller, count, first, others
):
    controller.put(tensor("w"))
    controller.select(*("x", "y", "w")[:count])
    paths = pane.operators.chooser.shown_paths()
    assert paths.index(first) < paths.index(others)
    assert {row.path for row in CURATED} <= set(paths)
    documented = {p for p, entry in controller.catalogue.entries.items() if entry.is_documented}
    assert documented <= set(paths)


def test_titles_are_passed_by_with_the_arrow_keys(pane):
    field = pane.operators.chooser.search
    field.setFocus()
    seen = [pane.operators.operator.path]
    for _ in range(40):
        QTest.keyClick(field, Qt.Key.Key_Down)
        seen.append(pane.operators.chooser.list.currentIndex().data(Qt.ItemDataRole.UserRole).path)
    assert all(seen)
    assert len(set(seen)) == len(seen)


@pytest.mark.parametrize(
    ("query", "path"),
    [
        ("softmax", "torch.softmax"),
        ("menan", "Tensor.mean"),
        ("\u6c42\u548c", "Tensor.sum"),
        ("qiu he", "Tensor.sum"),
        ("linalg.inv", "torch.linalg.inv"),
        ("transpose", "torch.transpose"),
    ],
)
def test_an_operator_is_found_by_any_of_its_names(pane, query, path):
    pane.operators.chooser.search.setText(query)
    assert path in pane.operators.chooser.shown_paths()[:3]


def test_an_unheard_name_finds_nothing_and_says_so(pane):
    before = line(pane)
    pane.operators.chooser.search.setText("qqqqqq")
    assert pane.operators.chooser.shown_paths() == []
    assert pane.operators.chooser.hint.words == "No operator is called that"
    assert line(pane) == before


# --- four ways ----------------------------------------------------------------------------------


def test_an_addition_is_rewritten_in_four_ways(pane, controller):
    controller.put(tensor("r"))
    controller.select("x", "y")
    pane.choose("+")
    shown = [b.text() for b in pane.operators.way_row.buttons.values() if b.isVisible()]
    assert shown == ["Symbol", "Function", "Into out=", "In place"]
    said = {}
    for name, expected in (
        ("symbol", "z = x + y"),
        ("function", "z = torch.add(x, y)"),
        ("out", "torch.add(x, y, out=r)"),
        ("in_place", "x.add_(y)"),
        ("symbol", "z = x + y"),
    ):
        way(pane, name)
        assert line(pane) == expected
        assert pane.foot.name_row.isVisible() == (" = " in expected)
        said[name] = pane.operators.way_row.words.text()
    assert len(set(said.values())) == 4


def test_what_a_way_has_no_place_for_is_told(pane, controller):
    controller.select("x", "y")
    pane.choose("torch.add")
    pane.fill({"alpha": "2"})
    assert line(pane) == "z = torch.add(x, y, alpha=2)"
    way(pane, "symbol")
    assert line(pane) == "z = x + y"
    assert "alpha" in pane.operators.way_row.words.text()


def test_writing_into_a_tensor_asks_which(pane, controller):
    controller.select("x", "y")
    pane.choose("+")
    way(pane, "out")
    hint = pane.operators.form.hints["out"]
    assert line(pane) == ""
    assert hint.words == "Choose the tensor that the result is written into"
    pane.fill({"out": "x"})
    assert line(pane) == "torch.add(x, y, out=x)"
    pane.fill({"out": ""})
    assert pane.operators.way_row.buttons["function"].isChecked()
    assert line(pane) == "z = torch.add(x, y)"


def test_what_has_one_way_only_shows_none(pane, controller):
    controller.select("x")
    pane.choose("Tensor.view")
    assert not pane.operators.way_row.isVisible()


# --- names --------------------------------------------------------------------------------------


def test_several_results_get_several_names(pane, controller):
    controller.select("x")
    pane.choose("torch.sort")
    assert line(pane).startswith("values, indices = torch.sort(x")
    pane.foot.name_field.setText("v, i")
    assert line(pane).startswith("v, i = torch.sort(x")
    pane.choose("torch.abs")
    pane.foot.name_field.setText("a")
    assert line(pane) == "a = torch.abs(x)"


def test_a_name_that_is_there_is_flagged(pane, controller):
    controller.select("x")
    pane.choose("torch.squeeze")
    pane.foot.name_field.setText("x")
    assert line(pane) == "x = torch.squeeze(x)"
    assert pane.foot.hint.words == "x is there already and will be replaced"


def test_what_writes_in_place_needs_no_name(qtbot, pane, controller):
    controller.select("x", "y")
    pane.choose("Tensor.copy_")
    assert line(pane) == "x.copy_(y)"
    assert not pane.foot.name_row.isVisible()
    key = lambda: QTest.keyClick(pane.foot.line, Qt.Key.Key_Return, CONTROL)  # noqa: E731
    assert submitted_by(qtbot, pane, key) == "x.copy_(y)"


def test_a_line_may_run_without_gradients(pane, controller):
    controller.select("x")
    pane.choose("torch.abs")
    pane.operators.guard.box.setCurrentText("torch.no_grad()")
    assert line(pane) == "with torch.no_grad():\n    z = torch.abs(x)"


def test_a_line_edited_by_hand_runs_as_it_stands(qtbot, pane, controller):
    controller.select("x")
    pane.choose("torch.abs")
    pane.foot.line.setFocus()
    pane.foot.line.selectAll()
    QTest.keyClicks(pane.foot.line, "q = x.abs() + 1")
    controller.put(tensor("w"))
    controller.select("w")
    assert line(pane) == "q = x.abs() + 1"
    key = lambda: QTest.keyClick(pane.foot.line, Qt.Key.Key_Return, CONTROL)  # noqa: E731
    assert submitted_by(qtbot, pane, key) == "q = x.abs() + 1"


def test_arrays_are_operands_of_numpy_and_of_from_numpy_only(pane, controller):
    controller.put_arrays("a")
    controller.select("a")
    pane.choose("torch.from_numpy")
    assert line(pane) == "z = torch.from_numpy(a)"
    pane.choose("numpy.add")
    pane.fill({"x2": "1", "out": "a"})
    assert line(pane) == "np.add(a, 1, out=a)"
    pane.choose("torch.abs")
    pane.fill({"input": "a"})
    assert "not among the tensors" in pane.operators.form.hints["input"].words


# --- before the catalogue -----------------------------------------------------------------------


@pytest.fixture
def early(qtbot, controller, catalogue):
    """Give the pane of a controller whose catalogue has not come."""
    controller.catalogue = None
    pane = OperatePane(controller)
    qtbot.addWidget(pane)
    pane.resize(304, 720)
    pane.show()
    return pane


def test_curated_operators_are_there_before_the_catalogue(early, controller, catalogue):
    chooser = early.operators.chooser
    assert chooser.shown_paths() == list(dict.fromkeys(chooser.shown_paths()))
    assert {row.path for row in CURATED} == set(chooser.shown_paths())
    assert "Reading torch's operators" in chooser.hint.words
    controller.select("x", "y")
    early.choose("*")
    assert line(early) == "z = x * y"
    early.choose("torch.gather")
    assert line(early) == ""
    assert early.foot.hint.words == "Torch's operators are still being read"
    controller.catalogue = catalogue
    controller.catalogue_changed.emit()
    assert chooser.hint.words == ""
    assert line(early) == "z = torch.gather(x, 1, y)"


# --- lines that were recorded -------------------------------------------------------------------


@pytest.mark.parametrize(
    "code",
    [
        "z = x + y",
        "z = torch.add(x, y, alpha=2)",
        "torch.add(x, y, out=r)",
        "x.add_(y)",
        "x = x.squeeze()",
        "z = x.view(-1, 8)",
        "z = x.clone().view(15)",
        "z = torch.masked_select(x, x > 0)",
        "values, indices = torch.max(x, 1)",
        "y.backward(torch.ones_like(y))",
        "y.backward()",
        "y.backward(retain_graph=True)",
        "x.requires_grad_()",
        "x.sum()",
        "z = x.add_(1)",
        "n = x.size()",
        "a = x.numpy()",
        "np.add(a, 1, out=a)",
        "x.grad = None",
        "z = x.T",
        "g = x.grad",
        "z = torch.cat((x, y), dim=1)",
        "with torch.no_grad():\n    z = x * 2",
        "z = x[:, 1:3]",
        "x[x > 2] = 0",
    ],
)
def test_a_recorded_line_reopens_its_form(pane, controller, code):
    statement = Statement(9, f"# a note\n{code}")
    controller.session = controller.session.insert(statement.source, 9)
    assert pane.open_line(statement)
    assert line(pane) == code, pane.foot.hint.words
    assert pane.opened.replace_button.isVisible()
    assert pane.foot.button.text() == "Add line"


@pytest.mark.parametrize("code", ["for i in x: pass", "x += 1", "z = open('f')", "z = x", "z = ("])
def test_what_no_form_makes_is_left_alone(pane, controller, code):
    before = line(pane)
    assert not pane.open_line(Statement(9, code))
    assert line(pane) == before


def test_an_opened_line_is_left_alone_by_what_is_selected(pane, controller):
    statement = Statement(9, "z = torch.abs(x)")
    controller.session = controller.session.insert(statement.source, 9)
    pane.open_line(statement)
    controller.select("y")
    assert line(pane) == "z = torch.abs(x)"
    pane.opened.leave()
    pane.choose("torch.sqrt")
    assert line(pane) == "z = torch.sqrt(y)"


# --- state and other panes ----------------------------------------------------------------------


def test_what_was_typed_for_each_operator_is_kept_and_comes_back(qtbot, pane, controller):
    controller.select("x")
    pane.choose("torch.sort")
    pane.fill({"descending": "True"})
    pane.choose("torch.abs")
    again = OperatePane(controller)
    qtbot.addWidget(again)
    again.show()
    again.restore(pane.state())
    assert line(again) == "z = torch.abs(x)"
    again.choose("torch.sort")
    assert line(again) == "values, indices = torch.sort(x, descending=True)"
    for nonsense in ({}, {"page": 7, "operators": 3}, {"operators": {"fields": {"a": 3}}}):
        again.restore(nonsense)


def test_a_new_tensor_is_made_elsewhere_and_fills_the_field(qtbot, pane, controller):
    controller.select("x")
    pane.choose("torch.matmul")
    with qtbot.waitSignal(pane.pane_wanted) as signal:
        pane.operators.form.fields.new_wanted.emit("other")
    assert signal.args == ["create"]
    with qtbot.waitSignal(pane.pane_wanted) as signal:
        controller.put(tensor("w", (3, 2)))
    assert signal.args == ["operate"]
    assert line(pane) == "z = torch.matmul(x, w)"


def test_an_index_is_made_on_a_page_of_its_own(pane, controller):
    controller.select("x")
    search(pane, "index")
    assert line(pane) == "z = x[0]"
    enter(pane)
    assert pane.tabs.tabText(pane.tabs.currentIndex()) == "Indexing"
    assert pane.page is pane.indexing
    assert not pane.operators.isVisible()


def test_cells_of_a_new_result_are_lit_only_once_the_form_is_used_on_it(pane, controller):
    def named():
        equation = pane.lighting._equation  # what is lit needs an engine
        return equation.operands[0] if equation else ""

    controller.put(tensor("index", dtype="int64"))
    controller.select("x", "index")
    pane.choose("torch.gather")
    assert line(pane).endswith("= torch.gather(x, 1, index)")
    assert named() == "x"
    controller.select("y")
    assert line(pane).endswith("= torch.gather(y, 1, index)")
    pane.indexing.changed.emit()  # it came to know more
    assert not named()
    pane.fill({"dim": "0"})
    assert named() == "y"
