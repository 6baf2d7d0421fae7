"""The Tensors pane shows the workspace, and what is done there is a line of code."""

import gc
import itertools
import weakref

import msgspec
import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QItemSelectionModel, QObject, QPoint, Qt
from PySide6.QtGui import QFontMetrics, QGuiApplication, QImage, QRegion
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit

from explorer.panes.tensors import Children, ChildrenAsk, Thumbnail, Thumbnails, ThumbnailsAsk
from explorer.panes.tensors.column import Column, spanned
from explorer.panes.tensors.delegate import BADGE_PX, STRIPES
from explorer.panes.tensors.pane import TensorsPane
from explorer.panes.tensors.picture import SEQUENTIAL
from explorer.panes.tensors.view import LEAST_NAME_PX
from explorer.protocol import Array, Delta, Entry, Problem, StatementRan
from explorer.window.code import code_font
from explorer.window.theme import DARK, LIGHT, make_palette
from tests.fake_link import FakeLink, tensor_info


def picture():
    return Thumbnail(plane=Array("uint8", (2, 2), memoryview(bytes([0, 0, 254, 254]))))


def entry(name, *children, type_name="Tensor", own=True, size=0, followed=True, **fields):
    expressions = [*([name] if own else []), *(name + child for child in children)]
    tensors = tuple(tensor_info(e, **fields) for e in expressions)
    return Entry(
        name=name,
        type_name=type_name,
        summary="",
        tensors=tensors,
        size=size,
        is_followed=followed,
    )


def container(name, *members, **fields):
    """An entry of which the engine follows the tensors `members`."""
    return entry(name, *members, own=False, **{"type_name": "dict", "size": len(members), **fields})


def inside(ask):
    """Answer as for a list of 2,500 tensors, or for a dict or module of one called weight."""
    if ask.expression.startswith("xs"):
        end = min(2500, ask.start + ask.count)
        found = [entry(f"{ask.expression}[{i}]") for i in range(ask.start, end)]
        return Children(
            expression=ask.expression, start=ask.start, end=end, total=2500, entries=tuple(found)
        )
    if ask.expression == "net":
        found = [entry("net.weight"), entry("net.fc", own=False, type_name="Linear", size=1)]
    else:
        found = [entry(f"{ask.expression}.bias")]
    return Children(
        expression=ask.expression, start=0, end=len(found), total=len(found), entries=tuple(found)
    )


@pytest.fixture
def link():
    link = FakeLink()
    link.answers[ChildrenAsk] = inside
    link.answers[ThumbnailsAsk] = lambda ask: Thumbnails(
        pictures=tuple(picture() for _ in ask.expressions)
    )
    return link


@pytest.fixture
def pane(controller, qtbot):
    pane = TensorsPane(controller)
    qtbot.addWidget(pane)
    pane.resize(260, 400)
    pane.show()
    pane.submissions, pane.heatmaps = [], []
    pane.submitted.connect(pane.submissions.append)
    pane.heatmap_requested.connect(pane.heatmaps.append)
    return pane


@pytest.fixture
def put(pane, controller, link, qtbot):
    """Let the engine report a change of the workspace, caused by a statement."""

    def put(*entries, gone=(), statement=0, opaque=False, settle=True):
        delta = Delta(changed=entries, gone=gone)
        event = StatementRan(
            statement=statement, seconds=0, effect=True, opaque=opaque, wrote=(), delta=delta
        )
        link.event_arrived.emit("", event)
        if settle:
            finish(pane, link, qtbot)

    return put


def finish(pane, link, qtbot):
    def done():
        link.deliver_all()
        return pane.is_complete()

    qtbot.waitUntil(done)


def names(pane):
    return [pane.model.index(i, 0).data() for i in range(pane.model.rowCount())]


def click(pane, expression, modifier=Qt.KeyboardModifier.NoModifier):
    point = pane.view.visualRect(pane.model.index_of(expression)).center()
    QTest.mouseClick(pane.view.viewport(), Qt.MouseButton.LeftButton, modifier, point)


def press(pane, key, modifier=Qt.KeyboardModifier.NoModifier):
    QTest.keyClick(pane.view, key, modifier)


def asked(link):
    return [ask.expressions for ask in link.asked if isinstance(ask, ThumbnailsAsk)]


def selected(pane):
    return [found.expression for found in pane.chosen()]


# --- what is shown ------------------------------------------------------------------------------


def test_an_empty_workspace_says_what_to_do(pane, put, qtbot):
    qtbot.waitUntil(pane.empty.isVisible)
    assert pane.empty.text() == "No tensors yet. Create one or open a file."
    put(entry("x"))
    assert not pane.empty.isVisible()
    put(gone=("x",))
    assert pane.empty.isVisible()


def test_name_shape_and_dtype_fill_a_narrow_pane(pane, put):
    put(entry("x"))
    header, view = pane.view.header(), pane.view.viewport()
    end = header.sectionViewportPosition(Column.DTYPE) + header.sectionSize(Column.DTYPE)
    assert end == view.width()
    pane.resize(900, 400)
    end = header.sectionViewportPosition(Column.DEVICE) + header.sectionSize(Column.DEVICE)
    assert end == view.width()


def test_shapes_of_four_dimensions_can_be_read_in_a_narrow_pane(pane, put):
    put(entry("x", shape=(1797, 8, 8)), entry("batch", shape=(32, 3, 64, 64)))
    pane.resize(288, 400)
    header, metrics = pane.view.header(), QFontMetrics(code_font())
    for name, column in itertools.product(("x", "batch"), list(Column)[:3]):
        text_px = metrics.horizontalAdvance(pane.model.index_of(name, column).data())
        assert header.sectionSize(column) > text_px, (name, column)
    end = header.sectionViewportPosition(Column.DTYPE) + header.sectionSize(Column.DTYPE)
    assert end == pane.view.viewport().width()


def test_a_very_long_shape_leaves_room_for_the_name(pane, put):
    put(entry("x", shape=tuple(range(1000, 1020))))
    assert pane.view.columnWidth(Column.NAME) >= LEAST_NAME_PX
    pane.resize(900, 400)
    assert pane.view.columnWidth(Column.SHAPE) < 200


def test_a_width_that_a_person_chose_is_kept(pane, put):
    pane.view.setColumnWidth(Column.GRAD, 33)
    put(entry("x", shape=(1797, 8, 8)))
    pane.resize(700, 400)
    assert pane.view.columnWidth(Column.GRAD) == 33
    pane.view.setColumnWidth(Column.SHAPE, 44)
    put(entry("y", shape=(32, 3, 64, 64)))
    pane.resize(288, 400)
    assert pane.view.columnWidth(Column.SHAPE) == 44


def test_columns_grow_with_what_is_scrolled_to(pane, link, put, qtbot):
    put(*(entry(f"t{i}") for i in range(100)), entry("last", shape=(1797, 64, 64)))
    before = pane.view.columnWidth(Column.SHAPE)
    pane.view.scrollToBottom()
    finish(pane, link, qtbot)
    assert pane.view.columnWidth(Column.SHAPE) > before


def test_a_hidden_column_stays_hidden_after_a_restart(pane, controller, qtbot):
    next(a for a in pane.view.column_actions if a.text() == "Device").toggle()
    state = pane.state()
    again = TensorsPane(controller)
    qtbot.addWidget(again)
    again.restore(state)
    assert again.view.isColumnHidden(Column.DEVICE)
    assert not again.view.isColumnHidden(Column.GRAD)
    again.restore({"hidden_columns": 3})
    assert again.view.isColumnHidden(Column.DEVICE)


def test_the_line_that_changed_a_tensor_is_named(pane, controller, link, qtbot):
    controller.submit("x = tensor(2, 2)")
    finish(pane, link, qtbot)
    assert pane.model.index_of("x", Column.CHANGED).data() == "line 3"


def test_expansion_scroll_and_selection_survive_changes(pane, controller, put):
    put(*(entry(f"t{i}", ".grad") for i in range(100)))
    pane.view.expand(pane.model.index_of("t50"))
    controller.select("t60")
    pane.view.verticalScrollBar().setValue(600)
    put(entry("t3", ".grad", version=1), entry("new"), gone=("t99",))
    assert pane.view.isExpanded(pane.model.index_of("t50"))
    assert selected(pane) == ["t60"]
    assert pane.view.verticalScrollBar().value() == 600


def test_open_rows_stay_open_when_the_names_come_in_another_order(
    pane, put, controller, link, qtbot
):
    entries = [entry(name, ".grad") for name in "abcd"]
    put(*entries)
    pane.view.expand(pane.model.index_of("b"))
    controller.select("c")
    delta = Delta(changed=tuple(reversed(entries)), complete=True)
    ran = {"statement": 0, "seconds": 0, "effect": True, "opaque": False, "wrote": ()}
    link.event_arrived.emit("", StatementRan(delta=delta, **ran))
    finish(pane, link, qtbot)
    assert names(pane) == ["d", "c", "b", "a"]
    opened = [name for name in "abcd" if pane.view.isExpanded(pane.model.index_of(name))]
    assert opened == ["b"]
    assert selected(pane) == ["c"]


class PaintSpy(QObject):
    """Remembers what of a widget was painted."""

    def __init__(self, widget):
        super().__init__(widget)
        self.painted = QRegion()
        widget.installEventFilter(self)

    def eventFilter(self, _watched, event):
        if event.type() == QEvent.Type.Paint:
            self.painted += event.region()
        return False


def test_only_rows_that_look_different_are_painted_again(pane, put, qtbot):
    put(*(entry(name, storage=ord(name)) for name in "abcd"))
    QCoreApplication.processEvents()
    spy = PaintSpy(pane.view.viewport())
    put(entry("b", storage=ord("b"), version=1))
    qtbot.waitUntil(lambda: not spy.painted.isEmpty())
    rects = {name: pane.view.visualRect(pane.model.index_of(name)) for name in "abcd"}
    assert [name for name in "abcd" if spy.painted.intersects(rects[name])] == ["b"]
    put(entry("b", storage=ord("d")))
    qtbot.waitUntil(lambda: spy.painted.intersects(rects["d"]))
    assert [name for name in "abcd" if spy.painted.intersects(rects[name])] == ["b", "d"]


def test_a_new_result_comes_in_sight(pane, controller, link, put, qtbot):
    put(*(entry(f"t{i}") for i in range(100)))
    controller.submit("x = tensor(2, 2)")
    finish(pane, link, qtbot)
    assert selected(pane) == ["x"]
    name = pane.view.visualRect(pane.model.index_of("x")).center()
    assert pane.view.viewport().rect().contains(name)


@pytest.mark.parametrize("colours", [LIGHT, DARK])
def test_shared_storage_is_marked_in_colour_and_letter(pane, put, colours):
    pane.setPalette(make_palette(colours))
    put(entry("x", storage=1), entry("y", storage=1), entry("z"))
    image = pane.view.viewport().grab().toImage()
    for name, marked in (("x", True), ("y", True), ("z", False)):
        rect = pane.view.visualRect(pane.model.index_of(name))
        row = [image.pixelColor(x, rect.top() + 3).name() for x in range(rect.right() + 1)]
        assert (row.count(STRIPES[0]) > 8) is marked
    assert "shares storage A" in pane.model.index_of("y").data(Qt.ItemDataRole.AccessibleTextRole)


# --- thumbnails ---------------------------------------------------------------------------------


def test_thumbnails_are_asked_for_only_of_rows_in_sight(pane, link, put, qtbot):
    put(*(entry(f"t{i}") for i in range(1000)))
    first = {e for expressions in asked(link) for e in expressions}
    assert {"t0", "t1"} <= first
    assert len(first) < 30
    pane.view.scrollTo(pane.model.index_of("t500"))
    finish(pane, link, qtbot)
    assert any("t500" in expressions for expressions in asked(link))
    assert sum(len(expressions) for expressions in asked(link)) < 60


def test_a_thumbnail_is_drawn(pane, put):
    put(entry("x"))
    image = pane.view.viewport().grab().toImage()
    found = {image.pixelColor(x, y).name() for x in range(60) for y in range(28)}
    assert {SEQUENTIAL[0], SEQUENTIAL[-1]} <= found


def test_a_thumbnail_of_an_earlier_value_is_never_drawn(pane, link, put, qtbot):
    put(entry("x"))
    tensor = pane.model.branch_at(pane.model.index_of("x")).tensor
    assert isinstance(pane._picture(tensor), QImage)
    put(entry("x", version=1), settle=False)
    assert not pane.is_complete()
    qtbot.waitUntil(lambda: pane.model.branch_at(pane.model.index_of("x")).tensor.version == 1)
    tensor = pane.model.branch_at(pane.model.index_of("x")).tensor
    assert pane._picture(tensor) is None
    assert not pane.is_complete()
    finish(pane, link, qtbot)
    assert isinstance(pane._picture(tensor), QImage)


def test_thumbnails_are_asked_again_when_values_may_have_changed_unseen(pane, link, put):
    put(entry("x"))
    before = len(asked(link))
    put(entry("n", own=False, type_name="int"))
    assert len(asked(link)) == before
    put(opaque=True)
    assert asked(link)[before:] == [("x",)]


def test_a_tensor_without_a_picture_is_asked_for_once(pane, link, put):
    link.answers[ThumbnailsAsk] = lambda ask: Thumbnails(pictures=(None,) * len(ask.expressions))
    put(entry("x"))
    put(entry("y"))
    assert asked(link) == [("x",), ("y",)]


def test_a_problem_instead_of_pictures_is_not_asked_again(pane, link, put):
    link.answers[ThumbnailsAsk] = lambda ask: Problem(what="no")
    put(entry("x"))
    assert asked(link) == [("x",)]
    assert pane.is_complete()


def test_a_hidden_pane_asks_nothing_and_catches_up(pane, link, put, qtbot):
    pane.hide()
    put(entry("x"), settle=False)
    link.deliver_all()
    assert asked(link) == []
    pane.show()
    finish(pane, link, qtbot)
    assert (names(pane), asked(link)) == (["x"], [("x",)])


# --- containers ---------------------------------------------------------------------------------


def looked_into(link):
    return [(a.expression, a.start, a.count) for a in link.asked if isinstance(a, ChildrenAsk)]


@pytest.fixture
def unfold(pane, link, qtbot):
    def unfold(expression):
        pane.view.expand(pane.model.index_of(expression))
        finish(pane, link, qtbot)

    return unfold


def below(pane, expression):
    parent = pane.model.index_of(expression)
    return [pane.model.index(i, 0, parent).data() for i in range(pane.model.rowCount(parent))]


def test_nothing_is_asked_of_a_container_until_it_is_opened(pane, link, put, unfold):
    put(container("net", ".weight"))
    assert looked_into(link) == []
    unfold("net")
    assert below(pane, "net") == ["weight", "fc"]
    unfold("net.fc")
    assert below(pane, "net.fc") == ["bias"]
    assert looked_into(link) == [("net", 0, 1000), ("net.fc", 0, 1000)]


def test_open_rows_are_asked_for_again_when_they_may_have_changed(pane, link, put, unfold):
    put(container("net", ".weight"), entry("x"))
    unfold("net")
    before = len(looked_into(link))
    put(entry("x", version=1))
    assert len(looked_into(link)) == before
    put(container("net", ".weight", version=1))
    put(opaque=True)
    assert looked_into(link)[before:] == [("net", 0, 1000)] * 2
    pane.view.collapse(pane.model.index_of("net"))
    put(opaque=True)
    assert len(looked_into(link)) == before + 2
    unfold("net")
    assert len(looked_into(link)) == before + 3


def test_what_is_too_large_to_be_followed_is_asked_for_after_each_line(pane, link, put, unfold):
    put(container("net", ".weight", followed=False), entry("x"))
    unfold("net")
    before = len(looked_into(link))
    put(entry("x", version=1))
    assert looked_into(link)[before:] == [("net", 0, 1000)]


def test_members_come_in_pages(pane, link, put, unfold, qtbot):
    put(container("xs", size=2500, type_name="list"))
    unfold("xs")
    assert below(pane, "xs")[-2:] == ["[999]", "Show 1,000 more of 1,500"]
    last = pane.model.index(1000, 0, pane.model.index_of("xs"))
    pane.view.scrollTo(last)
    QTest.mouseClick(
        pane.view.viewport(),
        Qt.MouseButton.LeftButton,
        pos=pane.view.visualRect(last).center(),
    )
    finish(pane, link, qtbot)
    assert below(pane, "xs")[-2:] == ["[1999]", "Show 500 more of 500"]
    pane.view.setCurrentIndex(pane.model.index(2000, 0, pane.model.index_of("xs")))
    press(pane, Qt.Key.Key_Return)
    finish(pane, link, qtbot)
    assert below(pane, "xs")[-1] == "[2499]"
    put(opaque=True)
    assert looked_into(link)[-1] == ("xs", 0, 2500)
    assert pane.model.rowCount(pane.model.index_of("xs")) == 2500


def test_a_container_that_is_gone_meanwhile_says_so_in_its_row(pane, link, put, unfold):
    put(container("net", ".weight"))
    link.answers[ChildrenAsk] = lambda ask: Problem(what="net is gone")
    unfold("net")
    assert below(pane, "net") == ["net is gone"]


def test_the_filter_opens_the_way_to_what_it_finds(pane, link, put, qtbot):
    put(container("net", ".weight", ".fc.bias"), entry("x"))
    QTest.keyClicks(pane.filter, "bias")
    qtbot.waitUntil(lambda: names(pane) == ["net"])
    finish(pane, link, qtbot)
    assert below(pane, "net") == ["fc"]
    assert below(pane, "net.fc") == ["bias"]


def test_names_of_members_can_be_read_in_a_narrow_pane(pane, link, put, unfold):
    names = ('["layers.0.bias"]', '["layers.1.bias"]')
    members = tuple(entry(f"w{name}") for name in names)
    link.answers[ChildrenAsk] = lambda _: Children(
        expression="w", start=0, end=2, total=2, entries=members
    )
    put(container("w", *names))
    before = pane.view.columnWidth(Column.NAME)
    unfold("w")
    assert below(pane, "w") == list(names)
    text_px = QFontMetrics(code_font()).horizontalAdvance(names[0])
    assert pane.view.columnWidth(Column.NAME) > before
    assert pane.view.visualRect(pane.model.index_of(f"w{names[0]}")).width() > text_px


def test_a_line_about_an_object_goes_on_where_its_type_would_stand(pane, put):
    line = "Linear(in_features=3, out_features=4)"
    put(Entry(name="fc", type_name="Linear", summary=line, size=2))
    put(Entry(name="n", type_name="int", summary="3"))
    fc, n = (pane.model.branch_at(pane.model.index_of(name)) for name in ("fc", "n"))
    assert spanned(fc, Column.SHAPE) == range(Column.SHAPE, Column.DTYPE + 1)
    assert spanned(n, Column.SHAPE) == range(Column.SHAPE, Column.SHAPE + 1)
    image = pane.view.viewport().grab().toImage()
    cell = pane.view.visualRect(pane.model.index_of("fc", Column.DTYPE))
    inner = cell.adjusted(2, 4, -2, -4)
    colours = {
        image.pixel(x, y)
        for x in range(inner.left(), inner.right())
        for y in range(inner.top(), inner.bottom())
    }
    assert len(colours) > 2


def test_what_is_followed_in_part_is_marked_beside_its_name(pane, put):
    line = Entry(name="xs", type_name="list", summary="list of 9", size=9)
    pictures = []
    for is_followed in (True, False):
        put(msgspec.structs.replace(line, is_followed=is_followed))
        cell = pane.view.visualRect(pane.model.index_of("xs"))
        mark = cell.adjusted(cell.width() - BADGE_PX - 2, 4, 0, -4)
        pictures.append(pane.view.viewport().grab(mark).toImage())
    followed, in_part = pictures
    assert followed != in_part


def test_a_member_is_selected_when_its_row_comes(pane, controller, put, unfold):
    put(container("net", ".weight"))
    controller.select("net.weight")
    unfold("net")
    assert selected(pane) == ["net.weight"]
    assert controller.selection.expressions == ("net.weight",)


# --- selection ----------------------------------------------------------------------------------


def test_clicks_with_control_select_in_order(pane, controller, put):
    put(entry("x"), entry("y"), entry("z"))
    click(pane, "z")
    click(pane, "x", Qt.KeyboardModifier.ControlModifier)
    assert controller.selection.expressions == ("z", "x")
    assert (pane.model.badge("z"), pane.model.badge("x")) == (1, 2)
    click(pane, "z", Qt.KeyboardModifier.ControlModifier)
    assert controller.selection.expressions == ("x",)
    assert pane.model.badge("x") == 0


def test_the_controllers_selection_is_shown(pane, controller, put):
    put(entry("x", ".grad"), entry("y"))
    controller.select("y", "x.grad")
    assert selected(pane) == ["y", "x.grad"]
    assert controller.selection.expressions == ("y", "x.grad")


def test_a_selected_tensor_that_goes_stays_selected_for_the_others(pane, controller, put):
    put(entry("x"), entry("y"))
    click(pane, "x")
    put(gone=("x",))
    assert controller.selection.expressions == ("x",)
    assert selected(pane) == []


def test_choosing_a_number_does_not_change_the_selected_tensors(pane, controller, put):
    put(entry("x"), entry("n", own=False, type_name="int"))
    click(pane, "x")
    click(pane, "n")
    assert controller.selection.expressions == ("x",)


def test_filtering_a_selected_row_away_keeps_the_selection(pane, controller, link, put, qtbot):
    put(entry("x"), entry("y"))
    click(pane, "x")
    QTest.keyClicks(pane.filter, "y")
    qtbot.waitUntil(lambda: names(pane) == ["y"])
    assert controller.selection.expressions == ("x",)
    QTest.keyClick(pane.filter, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: names(pane) == ["x", "y"])
    assert selected(pane) == ["x"]


def test_a_filter_that_finds_nothing_says_so(pane, put, qtbot):
    put(entry("x"))
    QTest.keyClicks(pane.filter, "zebra")
    qtbot.waitUntil(pane.empty.isVisible)
    assert pane.empty.text() == "Nothing matches “zebra”."


def test_down_leads_from_the_filter_to_the_tree(pane, controller, put):
    put(entry("x"), entry("y"))
    QTest.keyClicks(pane.filter, "y")
    QTest.keyClick(pane.filter, Qt.Key.Key_Down)
    assert selected(pane) == ["y"]
    assert controller.selection.expressions == ("y",)


# --- commands -----------------------------------------------------------------------------------


def test_enter_and_double_click_open_a_heat_map(pane, put):
    put(entry("x", ".grad"))
    click(pane, "x")
    press(pane, Qt.Key.Key_Return)
    assert pane.heatmaps == ["x"]
    pane.view.expandAll()
    point = pane.view.visualRect(pane.model.index_of("x.grad")).center()
    QTest.mouseClick(pane.view.viewport(), Qt.MouseButton.LeftButton, pos=point)
    QTest.mouseDClick(pane.view.viewport(), Qt.MouseButton.LeftButton, pos=point)
    assert pane.heatmaps == ["x", "x.grad"]


def test_enter_opens_and_closes_a_dict(pane, put):
    put(entry("w", '["a"]', own=False, type_name="dict", size=1))
    click(pane, "w")
    for is_open in (True, False):
        press(pane, Qt.Key.Key_Return)
        assert pane.view.isExpanded(pane.model.index_of("w")) is is_open
    assert pane.heatmaps == []


def test_delete_submits_a_line(pane, put):
    put(entry("x", ".grad"), entry("y"))
    click(pane, "y")
    click(pane, "x", Qt.KeyboardModifier.ControlModifier)
    press(pane, Qt.Key.Key_Delete)
    assert pane.submissions == ["del y, x"]


def test_what_cannot_be_deleted_has_no_such_command(pane, link, put, qtbot):
    put(container("net", ".weight", type_name="Linear"))
    pane.view.expand(pane.model.index_of("net"))
    finish(pane, link, qtbot)
    click(pane, "net.weight")
    assert not pane.commands["delete"].isEnabled()
    press(pane, Qt.Key.Key_Delete)
    assert pane.submissions == []


def editor(pane):
    return pane.view.viewport().findChild(QLineEdit)


def begin_rename(pane, name):
    click(pane, name)
    press(pane, Qt.Key.Key_F2)
    field = editor(pane)
    field.selectAll()
    return field


def test_a_name_is_edited_in_place(pane, put, qtbot):
    put(entry("x"))
    field = begin_rename(pane, "x")
    QTest.keyClicks(field, "weights")
    QTest.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: pane.submissions == ["weights = x\ndel x"])


@pytest.mark.parametrize(
    ("typed", "words"),
    [("y", "y is taken"), ("2x", "is not a name"), ("for", "already means something")],
)
def test_a_name_that_cannot_be_is_refused_in_words_and_can_be_mended(
    pane, put, qtbot, typed, words
):
    put(entry("x"), entry("y"))
    field = begin_rename(pane, "x")
    QTest.keyClicks(field, typed)
    assert words in pane.refusal.text()
    assert pane.refusal.isVisible()
    QTest.keyClick(field, Qt.Key.Key_Return)
    QCoreApplication.processEvents()  # Qt takes a name that can be only after the key
    assert pane.submissions == []
    assert field.isVisible()
    field.setText("good")
    assert not pane.refusal.isVisible()
    QTest.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: pane.submissions == ["good = x\ndel x"])


def test_escape_leaves_the_name_and_takes_the_refusal_back(pane, put, qtbot):
    put(entry("x"), entry("y"))
    field = begin_rename(pane, "x")
    QTest.keyClicks(field, "y")
    QTest.keyClick(field, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not pane.refusal.isVisible())
    assert pane.submissions == []


def test_a_gradient_has_no_name_to_edit(pane, put):
    put(entry("x", ".grad"))
    pane.view.expandAll()
    click(pane, "x.grad")
    assert not pane.commands["rename"].isEnabled()
    assert editor(pane) is None


def test_names_and_code_are_copied(pane, controller, link, qtbot):
    controller.submit("# a note\nx = tensor(2, 2)")
    controller.submit("y = x")
    finish(pane, link, qtbot)
    click(pane, "y")
    click(pane, "x", Qt.KeyboardModifier.ControlModifier)
    press(pane, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "y, x"
    both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    press(pane, Qt.Key.Key_C, both)
    assert QGuiApplication.clipboard().text() == "x = tensor(2, 2)\ny = x"


# --- size ---------------------------------------------------------------------------------------


def test_ten_thousand_entries_cost_a_change_only_its_own_row(pane, put):
    put(*(entry(f"t{i}") for i in range(10_000)))
    touched = []
    for signal in (pane.model.rowsInserted, pane.model.rowsRemoved):
        signal.connect(lambda _parent, first, last: touched.append((first, last)))
    pane.model.dataChanged.connect(lambda first, last: touched.append((first.row(), last.row())))
    pane.model.layoutChanged.connect(lambda: touched.append("all"))
    pane.model.modelReset.connect(lambda: touched.append("all"))
    put(entry("new"))
    put(entry("t5000", version=1), gone=("t7",))
    assert touched == [(10_000, 10_000), (7, 7), (4999, 4999)]
    assert pane.model.rowCount() == 10_000


def test_selecting_all_of_them_is_one_selection(pane, controller, put):
    put(*(entry(f"t{i}") for i in range(10_000)))
    pane.view.selectAll()
    assert len(controller.selection.expressions) == 10_000
    index = pane.model.index_of("t3")
    flags = QItemSelectionModel.SelectionFlag
    pane.view.selectionModel().select(index, flags.ClearAndSelect | flags.Rows)
    assert controller.selection.expressions == ("t3",)
    assert pane.view.indexAt(QPoint(5, 5)).isValid()


def test_a_closed_pane_is_freed(controller):
    alive = weakref.ref(TensorsPane(controller))
    gc.collect()
    assert alive() is None
    controller.workspace_changed.emit()
