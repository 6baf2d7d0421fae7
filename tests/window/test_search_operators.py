"""The search box makes lines of operators and tensors, and tells what comes of them."""

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QFocusEvent, QInputMethodEvent
from PySide6.QtWidgets import QApplication, QMainWindow

from explorer.catalog.signature import Catalogue, CatalogueEntry, Parameter, Signature
from explorer.protocol import (
    NUMPY,
    Preview,
    PreviewAsk,
    PreviewResult,
    Previews,
    Problem,
)
from explorer.window.docking import PaneRow
from explorer.window.search.box import SearchBox, merged
from explorer.window.search.popup import VISIBLE_ROWS
from explorer.window.search.results import Result
from tests.conftest import ENGINE_MILLISECONDS
from tests.fake_link import tensor_info
from tests.window.fake_panes import PANES, FakePane

INPUT = Parameter(name="input", kinds=("tensor",))
OTHER = Parameter(name="other", kinds=("number", "tensor"))
DIM = Parameter(name="dim", kinds=("dim",))
INDEX = Parameter(name="index", kinds=("tensor",))


def entry(path, *overloads, **more):
    return CatalogueEntry(path=path, signatures=overloads, **more)


def takes(*parameters, **more):
    return Signature(parameters=parameters, **more)


ENTRIES = (
    entry("Tensor.mean", takes(INPUT), takes(INPUT, DIM)),
    entry("torch.mean", takes(INPUT), takes(INPUT, DIM)),
    entry("Tensor.sum", takes(INPUT)),
    entry("torch.softmax", takes(INPUT, DIM)),
    entry("torch.gather", takes(INPUT, DIM, INDEX)),
    entry("torch.where", takes(Parameter(name="condition", kinds=("tensor",)), INPUT, OTHER)),
    entry("Tensor.where", takes(INPUT, Parameter(name="condition", kinds=("tensor",)), OTHER)),
    entry("torch.xlogy", takes(INPUT, OTHER), help="Computes input * log(other)"),
    entry("Tensor.xlogy", takes(INPUT, OTHER), help="Computes input * log(other)"),
    entry("Tensor.add_", takes(INPUT, OTHER, tags=("in_place",))),
)
CATALOGUE = Catalogue(torch_version="2.0", entries={e.path: e for e in ENTRIES})
NEW = Preview(
    results=(
        PreviewResult(
            shape=(64, 64), dtype="float32", device="cpu", requires_grad=False, badge="new"
        ),
    )
)
TOO_LARGE = Preview(results=NEW.results, memory_bytes=2**42, free_bytes=2**30)
REFUSED = Preview(problem=Problem(what="The shapes [3] and [4] do not go together."))
WAIT_MILLISECONDS = 10_000


class FakeOperate(FakePane):
    name = "operate"

    def __init__(self, controller):
        self.chosen = []
        super().__init__(controller)

    def choose(self, path):
        self.chosen.append(path)

    def fill(self, texts):
        self.chosen.append(dict(texts))


WITH_OPERATE = (
    *PANES,
    PaneRow("operate", "Operate", f"{__name__}:FakeOperate", "right", 304),
)


@pytest.fixture
def previews():
    """Give what lines will do, by a word that is in them; the last that fits is told."""
    return {"": NEW}


@pytest.fixture
def early(link, make_window, previews):
    """Give a window whose engine has not told its operators yet."""

    def foretell(ask):
        return Previews(
            previews=tuple(
                [preview for word, preview in previews.items() if word in source][-1]
                for source in ask.sources
            )
        )

    link.answers[PreviewAsk] = foretell
    link.catalogue = CATALOGUE
    return make_window(panes=WITH_OPERATE)


@pytest.fixture
def arrive(early, controller, link, qtbot):
    """Give a function that waits until the operators can be found."""

    def arrived():
        link.deliver_all()
        return controller.catalogue is not None and early.search._operators.is_complete

    return lambda: qtbot.waitUntil(arrived, timeout=WAIT_MILLISECONDS)


@pytest.fixture
def window(early, arrive, run):
    run("img = tensor(64, 64, 3)", "x = tensor(3, 4)", "y = tensor(4)")
    arrive()
    early.activateWindow()
    early.search.focus_all()
    return early


def type_in(window, text, qtbot):
    window.search.clear()
    if text.isascii():
        qtbot.keyClicks(window.search, text)
    else:  # what an input method has composed
        committed = QInputMethodEvent()
        committed.setCommitString(text)
        QApplication.sendEvent(window.search, committed)


def texts(window):
    return [row.text for row in window.search.results.rows]


def note(window, text):
    rows = {row.text: row for row in window.search.results.rows}
    return window.search.results.told(rows[text]).main


# --- rows -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("query", ["mean img", "img mean", "mean im", "menan img", "img.mea"])
def test_an_operator_and_a_tensor_make_a_line_for_the_whole_and_for_each_dim(window, query, qtbot):
    type_in(window, query, qtbot)
    assert texts(window)[:4] == [
        "z = img.mean()",
        "z = img.mean(0)",
        "z = img.mean(1)",
        "z = img.mean(2)",
    ]
    assert window.search.results.rows[0].words == "Mean"


def test_the_selected_tensors_are_the_operands_in_their_order(window, controller, qtbot):
    controller.select("y", "x")
    type_in(window, "xlogy", qtbot)
    assert texts(window)[0] == "z = y.xlogy(x)"
    controller.select("x", "y")
    type_in(window, "xlogy", qtbot)
    assert texts(window)[0] == "z = x.xlogy(y)"


def test_a_method_is_no_way_to_write_a_function_whose_first_tensor_is_another(
    window, controller, qtbot
):
    type_in(window, "where x y img", qtbot)
    assert texts(window)[0] == "z = torch.where(x, y, img)"


def test_an_operator_that_lacks_arguments_names_them(window, qtbot):
    type_in(window, "gather x", qtbot)
    row = window.search.results.rows[0]
    assert (row.kind, row.text) == ("form", "torch.gather(x, dim, index)")


@pytest.mark.parametrize("query", ["求和 x", "qiu he x", "sum x", "Ｓｕｍ x"])
def test_an_operator_is_found_by_its_name_in_any_language(window, query, qtbot):
    type_in(window, query, qtbot)
    assert texts(window)[0] == "z = x.sum()"


def test_arrays_are_for_numpy_and_for_what_makes_tensors_of_them(window, qtbot):
    operators = window.search._operators
    array = [tensor_info("a", layout=NUMPY)]
    for path, of_array, of_tensor in (
        ("torch.tensor", True, True),
        ("ndarray.mean", True, False),
        ("Tensor.mean", False, True),
    ):
        assert bool(operators._paths(path, array, is_member=False)) is of_array
        assert bool(operators._paths(path, [], is_member=False)) is of_tensor


def test_two_tensors_alone_offer_their_arithmetic(window, qtbot):
    type_in(window, "x y", qtbot)
    assert texts(window)[:4] == ["z = x + y", "z = x - y", "z = x * y", "z = x / y"]


def test_a_tensor_that_is_typed_comes_before_the_line_that_names_it(window, run, qtbot):
    type_in(window, "img", qtbot)
    assert window.search.results.rows[0].kind == "tensor"


def test_a_whole_line_comes_first_and_tells_what_comes_of_it(window, link, qtbot):
    type_in(window, "a = x + 1", qtbot)
    link.deliver_all()
    assert window.search.results.rows[0].kind == "line"
    assert note(window, "a = x + 1") == "[64, 64] float32 · new tensor"


def test_a_recent_file_is_found_and_opened(window, tmp_path, monkeypatch, qtbot):
    path = tmp_path / "digits.npy"
    opened = []
    monkeypatch.setattr(window.filing, "open", opened.append)
    window.search.offer_files([str(path)])
    type_in(window, "digits.n", qtbot)
    row = window.search.results.rows[0]
    assert (row.kind, row.text, row.note) == ("file", "digits.npy", str(tmp_path))
    qtbot.keyClick(window.search, Qt.Key.Key_Return)
    assert opened == [[str(path)]]


def test_files_that_were_opened_are_found(window, tmp_path, qtbot):
    path = tmp_path / "weights.pt"
    path.touch()
    window.settings.add_recent_file(str(path))
    window.filing.recent_changed.emit()
    type_in(window, "weights", qtbot)
    assert "weights.pt" in texts(window)


def test_sources_take_turns():
    def rows(*names):
        return [(rank, [Result("action", name, name)]) for rank, name in names]

    a = rows((0, "a0"), (1, "a1"), (1, "a2"))
    b = rows((1, "b1"), (1, "b2"))
    assert [group[0].key for _, group in merged([a, b])] == ["a0", "a1", "b1", "a2", "b2"]


def test_nothing_is_guessed_where_anything_fits(window, run, qtbot):
    run("menan = tensor(2)")
    type_in(window, "menan", qtbot)
    assert [row.kind for row in window.search.results.rows] == ["tensor", "line"]


# --- keys -----------------------------------------------------------------------------------------


def test_enter_runs_the_line(window, link, controller, qtbot):
    type_in(window, "mean img", qtbot)
    with qtbot.waitSignal(controller.statement_ended) as ended:
        qtbot.keyClick(window.search, Qt.Key.Key_Return)
        link.deliver_all()
    assert ended.args[0] == "z = img.mean()"
    assert window.search.text() == ""
    assert not window.search.popup.isVisible()


def test_tab_opens_the_form_with_what_is_known(window, qtbot):
    type_in(window, "mean img", qtbot)
    qtbot.keyClick(window.search, Qt.Key.Key_Down)
    qtbot.keyClick(window.search, Qt.Key.Key_Tab)
    assert window.docks["operate"].pane.chosen == ["Tensor.mean", {"input": "img", "dim": "0"}]
    assert not window.search.popup.isVisible()
    assert window.docks["operate"].isAncestorOf(QApplication.focusWidget())


def test_tab_opens_the_form_of_a_typed_line_and_of_arithmetic(window, qtbot):
    type_in(window, "a = torch.gather(x, 1, i)", qtbot)
    qtbot.keyClick(window.search, Qt.Key.Key_Tab)
    type_in(window, "x y", qtbot)
    qtbot.keyClick(window.search, Qt.Key.Key_Tab)
    assert window.docks["operate"].pane.chosen == [
        "torch.gather",
        {"input": "x", "dim": "1", "index": "i"},
        "+",
        {"input": "x", "other": "y"},
    ]


def test_tab_goes_on_where_there_is_no_form(window, qtbot):
    type_in(window, "undo", qtbot)
    qtbot.keyClick(window.search, Qt.Key.Key_Tab)
    assert not window.search.hasFocus()
    assert window.docks["operate"].pane.chosen == []


def test_enter_opens_the_form_of_what_lacks_arguments(window, controller, qtbot):
    before = controller.session
    type_in(window, "gather x", qtbot)
    qtbot.keyClick(window.search, Qt.Key.Key_Return)
    assert window.docks["operate"].pane.chosen == ["torch.gather", {"input": "x"}]
    assert controller.session == before


def test_what_makes_a_tensor_opens_in_create(window, monkeypatch, qtbot):
    chosen = []
    pane = window.docks["create"].pane
    monkeypatch.setattr(pane, "choose", chosen.append, raising=False)
    monkeypatch.setattr(pane, "fill", chosen.append, raising=False)
    window.search.form_chosen.emit("torch.rand", {})
    assert chosen == ["torch.rand", {}]


def test_alt_enter_puts_the_line_into_the_box(window, controller, qtbot):
    before = controller.session
    type_in(window, "mean img", qtbot)
    qtbot.keyClick(window.search, Qt.Key.Key_Return, Qt.KeyboardModifier.AltModifier)
    assert window.search.text() == "z = img.mean()"
    assert window.search.results.rows[0].kind == "line"
    assert controller.session == before


def test_the_foot_tells_the_keys_of_the_row_in_hand(window, qtbot):
    type_in(window, "mean img", qtbot)
    assert "Tab" in window.search.popup.foot.text()
    type_in(window, "undo", qtbot)
    assert "Tab" not in window.search.popup.foot.text()


# --- what comes of it -----------------------------------------------------------------------------


def test_rows_are_there_before_their_previews_which_then_fill_in(window, link, qtbot):
    type_in(window, "mean img", qtbot)
    before, place = texts(window), window.search.popup.geometry()
    assert note(window, "z = img.mean()") == ""
    link.deliver_all()
    assert note(window, "z = img.mean()") == "[64, 64] float32 · new tensor"
    assert (texts(window), window.search.popup.geometry()) == (before, place)


def test_an_error_to_expect_is_told(window, link, previews, qtbot):
    previews["mean"] = REFUSED
    type_in(window, "mean img", qtbot)
    link.deliver_all()
    assert (
        note(window, "z = img.mean()")
        == "Expected error: The shapes [3] and [4] do not go together."
    )


def test_a_preview_of_another_query_or_workspace_is_not_shown(window, link, run, qtbot):
    type_in(window, "mean img", qtbot)
    type_in(window, "sum img", qtbot)
    link.deliver_all()
    assert note(window, "z = img.sum()") == "[64, 64] float32 · new tensor"
    run("img = tensor(2)")
    assert link.asked[-1].sources[0] == "z = img.sum()"
    run("z = 1")
    assert texts(window)[0] == "t1 = img.sum()"


def test_only_lines_in_view_are_asked_about(window, link, qtbot):
    type_in(window, "m", qtbot)
    link.deliver_all()
    asked = [ask for ask in link.asked if isinstance(ask, PreviewAsk)]
    assert all(len(ask.sources) <= VISIBLE_ROWS for ask in asked)


def test_what_would_not_fit_in_memory_opens_the_form_instead(window, link, previews, qtbot):
    previews["mean"] = TOO_LARGE
    type_in(window, "mean img", qtbot)
    link.deliver_all()
    assert note(window, "z = img.mean()").startswith("This needs about 4.0 TiB of memory")
    qtbot.keyClick(window.search, Qt.Key.Key_Return)
    assert window.docks["operate"].pane.chosen[0] == "Tensor.mean"


# --- when -----------------------------------------------------------------------------------------


def test_before_the_operators_came_what_makes_tensors_is_found(early, run, qtbot):
    run("x = tensor(3)")
    early.search.focus_all()
    qtbot.waitUntil(lambda: len(early.search._operators._ranking) > 0)
    type_in(early, "zeros_like x", qtbot)
    assert texts(early)[0] == "y = torch.zeros_like(x)"
    assert "Reading torch's operators" in early.search.popup.foot.text()


def test_operators_that_come_while_one_types_appear(early, arrive, run, qtbot):
    run("x = tensor(3)")
    early.activateWindow()
    early.search.setFocus()
    type_in(early, "xlogy x", qtbot)
    assert "torch.xlogy(x, other)" not in texts(early)
    arrive()
    assert texts(early)[0] == "torch.xlogy(x, other)"
    assert "Reading" not in early.search.popup.foot.text()


def test_one_of_ten_thousand_tensors_is_found(window, run, monkeypatch, qtbot):
    monkeypatch.setattr(FakePane, "refresh", FakePane.update)  # it would name them all
    run("globals().update({f't{i}': tensor(2) for i in range(10_000)})")
    type_in(window, "t9998", qtbot)
    assert texts(window)[0] == "t9998"
    type_in(window, "sum t9998", qtbot)
    assert texts(window)[0] == "z = t9998.sum()"


def test_a_box_whose_parts_are_gone_already_is_left_in_peace(window, qtbot):
    box = window.search
    for part in (box._glass, box.popup):
        part.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    QApplication.sendEvent(box, QEvent(QEvent.Type.PaletteChange))
    QApplication.sendEvent(box, QFocusEvent(QEvent.Type.FocusOut))
    with qtbot.captureExceptions() as raised:
        QApplication.processEvents()
    assert raised == []


# --- with torch -----------------------------------------------------------------------------------


@pytest.mark.engine
def test_mean_img_tells_its_shape_and_enter_makes_it(real_controller, qtbot):
    host = QMainWindow()
    qtbot.addWidget(host)
    box = SearchBox(real_controller, host)
    host.setCentralWidget(box)
    box.line_chosen.connect(real_controller.submit)
    host.resize(1024, 700)
    host.show()
    host.activateWindow()
    box.focus_all()
    real_controller.submit("img = torch.rand(64, 64, 3)")
    qtbot.waitUntil(
        lambda: real_controller.catalogue is not None and box._operators.is_complete,
        timeout=ENGINE_MILLISECONDS,
    )
    qtbot.keyClicks(box, "mean img")

    def told():
        return {row.text: box.results.told(row).main for row in box.results.rows[:4]}

    expected = {
        "x = img.mean()": "[] float32 · new tensor",
        "x = img.mean(0)": "[64, 3] float32 · new tensor",
        "x = img.mean(1)": "[64, 3] float32 · new tensor",
        "x = img.mean(2)": "[64, 64] float32 · new tensor",
    }
    qtbot.waitUntil(lambda: told() == expected, timeout=ENGINE_MILLISECONDS)
    for key in (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageDown, Qt.Key.Key_PageUp):
        qtbot.keyClick(box, key)
    qtbot.keyClick(box, Qt.Key.Key_Return)
    qtbot.waitUntil(
        lambda: real_controller.selection.expressions == ("x",), timeout=ENGINE_MILLISECONDS
    )
    assert real_controller.session.done[-1].source == "x = img.mean()"
    assert real_controller.workspace.find("x").shape == ()
