"""Heat maps are dropped, split, replaced, and stand again where they stood."""

import gc
import weakref

import pytest
from PySide6.QtCore import QMimeData, QPoint, QRect, Qt
from PySide6.QtWidgets import QRubberBand, QSplitter, QTabWidget

from explorer.protocol import Delta, Entry, StatementRan
from explorer.window.close_button import CloseButton
from explorer.window.dropping import EXPRESSIONS, carried, carrying, zone_at, zone_rect
from explorer.window.journal import Placement, View
from tests.dragging import Drag

SPOTS = {
    "left": QPoint(5, 100),
    "right": QPoint(-5, 100),
    "top": QPoint(100, 5),
    "bottom": QPoint(100, -5),
}


@pytest.fixture
def views(window, run):
    run("x = tensor(2, 3)", "y = tensor(4)", "w = tensor(5)")
    return window.views


def shown(part):
    """What stands where: names in one group's tabs, "a | b" beside and "a / b" below each other."""
    if isinstance(part, QTabWidget):
        return ",".join(part.widget(i).expression or "*" for i in range(part.count()))
    mark = " | " if part.orientation() is Qt.Orientation.Horizontal else " / "
    parts = [part.widget(i) for i in range(part.count())]
    return mark.join(
        f"({shown(p)})" if isinstance(p, QSplitter) and p.count() > 1 else shown(p) for p in parts
    )


def spot(pane, zone):
    """A place on an edge of the group that `pane` is in."""
    if zone == "centre":
        return pane.rect().center()
    point = QPoint(SPOTS[zone])
    if point.x() < 0:
        point.setX(pane.width() + point.x())
    if point.y() < 0:
        point.setY(pane.height() + point.y())
    return point


def target(window):
    bands = [band for band in window.findChildren(QRubberBand) if band.isVisible()]
    return bands[0] if bands else None


# --- dropping -----------------------------------------------------------------------------------


def test_a_drag_carries_expressions_in_order_and_code_for_other_programs():
    data = carrying(('d["a, b"]', "x"))
    assert carried(data) == ('d["a, b"]', "x")
    assert data.text() == 'd["a, b"], x'


@pytest.mark.parametrize("content", [b"", b"x", b"[1]", b"\xff"])
def test_a_drag_of_another_program_carries_nothing(content):
    data = QMimeData()
    data.setText("x")
    assert carried(data) == ()
    data.setData(EXPRESSIONS, content)
    assert carried(data) == ()


def test_the_nearest_edge_is_meant_and_what_is_far_from_all_is_the_centre():
    area = QRect(10, 10, 400, 200)
    for zone, point in (
        ("centre", QPoint(210, 110)),
        ("left", QPoint(12, 100)),
        ("right", QPoint(405, 100)),
        ("top", QPoint(200, 12)),
        ("bottom", QPoint(200, 205)),
    ):
        assert zone_at(area, point) == zone
        assert zone_rect(area, zone).contains(point)
        assert area.contains(zone_rect(area, zone))


@pytest.mark.parametrize(
    ("zone", "expected"),
    [("left", "x | *"), ("right", "* | x"), ("top", "x / *"), ("bottom", "* / x")],
)
def test_a_tensor_dropped_on_an_edge_splits(window, views, zone, expected):
    first = views.panes[0]
    assert Drag(window, "x").drop(first, spot(first, zone))
    assert shown(views) == expected
    assert views.current.expression == "x"
    assert views.panes[1].isVisible()
    assert first.isVisible()


def test_half_of_the_room_goes_to_what_is_dropped(window, views):
    first = views.panes[0]
    Drag(window, "x").drop(first, spot(first, "right"))
    Drag(window, "y").drop(views.panes[1], spot(views.panes[1], "bottom"))
    assert shown(views) == "* | (x / y)"
    left, above, below = views.groups()
    assert abs(above.height() - below.height()) <= 2
    assert above.height() + below.height() > 0.9 * views.height()
    assert abs(left.width() - above.width()) <= 2


def test_edges_split_again_and_closing_gives_the_room_back(window, views):
    first = views.panes[0]
    Drag(window, "x").drop(first, spot(first, "bottom"))
    Drag(window, "y").drop(first, spot(first, "right"))
    Drag(window, "w").drop(first, spot(first, "top"))
    assert shown(views) == "((w / *) | y) / x"
    views.close_pane(views._find("w"))
    assert shown(views) == "(* | y) / x"
    views.close_pane(views._find("x"))
    assert shown(views) == "* | y"
    views.close_pane(views._find("y"))
    assert shown(views) == "*"
    assert first.width() == views.width()
    assert first.isVisible()


def test_the_following_map_selects_what_is_dropped_on_its_centre(window, views, controller):
    first = views.panes[0]
    assert Drag(window, "x", "y").drop(first)
    assert controller.selection.expressions == ("x", "y")
    assert shown(views) == "*"


def test_a_pinned_map_is_replaced_in_its_tab(window, views, qtbot):
    views.open("x")
    views.open("y")
    pane = views.open("x")
    ghost = weakref.ref(pane)
    assert Drag(window, "w").drop(pane)
    assert shown(views) == "*,w,y"
    assert views.current.expression == "w"
    del pane

    def freed():
        gc.collect()
        return ghost() is None

    qtbot.waitUntil(freed)


def test_a_tensor_that_has_a_map_takes_it_along(window, views):
    views.open("x")
    views.open("y")
    pane = views._find("x")
    assert Drag(window, "x").drop(views.panes[2], spot(views.panes[2], "bottom"))
    assert shown(views) == "*,y / x"
    assert views._find("x") is pane
    Drag(window, "x").drop(views._find("y"))
    assert shown(views) == "*,x"
    assert views._find("x") is pane


def test_a_map_dropped_on_its_own_edge_stays(window, views):
    views.place("x", "right")
    pane = views._find("x")
    Drag(window, "x").drop(pane, spot(pane, "bottom"))
    assert shown(views) == "* | x"
    Drag(window, "x").drop(pane)
    assert shown(views) == "* | x"
    assert views._find("x") is pane


def test_several_tensors_come_as_tabs(window, views):
    first = views.panes[0]
    Drag(window, "x", "y").drop(first, spot(first, "right"))
    assert shown(views) == "* | x,y"
    assert views.current.expression == "x"
    Drag(window, "w", "y").drop(views.current)
    assert shown(views) == "* | w,y"
    assert views.current.expression == "w"


def test_what_is_no_tensor_is_not_taken(window, views):
    first = views.panes[0]
    assert not Drag(window, "n").drop(first)
    text = QMimeData()
    text.setText("x")
    assert not Drag(window, data=text).drop(first)
    assert target(window) is None
    assert shown(views) == "*"


def test_a_member_that_only_the_engine_knows_is_taken(window, views, link):
    large = Entry(name="d", type_name="dict", summary="dict of 9,999", is_followed=False)
    ran = {"statement": 0, "seconds": 0, "effect": True, "opaque": False, "wrote": ()}
    link.event_arrived.emit("", StatementRan(delta=Delta(changed=(large,)), **ran))
    first = views.panes[0]
    assert Drag(window, 'd["a"]').drop(first, spot(first, "right"))
    assert shown(views) == '* | d["a"]'


def test_while_dragging_the_place_is_shown(window, views):
    first, drag = views.panes[0], Drag(window, "x")
    assert drag.move(first)
    whole = target(window).geometry()
    drag.move(first, spot(first, "right"))
    half = target(window).geometry()
    assert abs(2 * half.width() - whole.width()) <= 2
    assert half.right() == whole.right()
    drag.leave()
    assert target(window) is None
    drag.drop(first, spot(first, "left"))
    assert target(window) is None


def test_fields_of_a_map_leave_tensors_to_the_map(window, views):
    field = views.panes[0].field
    assert Drag(window, "x").drop(field)
    assert field.text() == ""


def test_what_stands_alone_can_be_closed(window, views, run):
    assert views.groups()[0].tabBar().isHidden()
    views.place("x", "right")
    alone = views.groups()[1]
    assert alone.tabBar().isVisible()
    (button,) = alone.tabBar().findChildren(CloseButton)
    assert button.accessibleName() == "Close x"
    button.click()
    assert shown(views) == "*"
    assert views.groups()[0].tabBar().isHidden()


# --- keys ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("command", "expected"),
    [("open-beside", "* | x"), ("open-below", "* / x"), ("replace-shown", "*")],
)
def test_commands_do_what_a_drop_does(window, views, controller, command, expected):
    controller.select("x")
    window.actions_by_id[command].trigger()
    assert shown(views) == expected


def test_a_key_closes_the_map_last_worked_in(window, views):
    views.place("x", "right")
    window.actions_by_id["close-heatmap"].trigger()
    assert shown(views) == "*"
    window.actions_by_id["close-heatmap"].trigger()
    assert shown(views) == "*"


def test_combining_leads_to_the_tensors_and_needs_two(window, views, controller):
    controller.select("x")
    assert not window.actions_by_id["combine"].isEnabled()
    controller.select("x", "y")
    window.actions_by_id["combine"].trigger()
    assert window.docks["tensors"].pane.field.text() == "combined"
    assert window.docks["tensors"].pane.field.hasFocus()


def test_the_map_last_worked_in_is_split_and_replaced(window, views, controller):
    views.place("x", "right")
    views._find("x").field.setFocus()
    window.docks["tensors"].pane.field.setFocus()
    views.place("y", "bottom")
    assert shown(views) == "* | (x / y)"
    views.place("w", "centre")
    assert shown(views) == "* | (x / w)"
    views.panes[0].field.setFocus()
    window.docks["tensors"].pane.field.setFocus()
    views.place("y", "centre")
    assert shown(views) == "* | (y / w)"


def test_a_pane_asks_for_a_place(window, views):
    window.docks["tensors"].pane.placing_requested.emit("x", "bottom")
    assert shown(views) == "* / x"


def test_inputs_stand_beside_the_map_that_asks_and_below_each_other(window, views):
    views.panes[0].inputs_requested.emit(("x", "y"))
    assert shown(views) == "* | (x / y)"
    assert views.current is views.panes[0]


def test_inputs_that_have_a_map_beside_it_come_to_its_front(window, views):
    views.place("x", "right")
    views.open("y")
    views.panes[0].field.setFocus()
    views.reveal(("x", "w"))
    assert shown(views) == "* | w | x,y"
    assert views.group_of(views._find("x")).currentWidget() is views._find("x")


# --- keeping ------------------------------------------------------------------------------------


def put_aside(views):
    views.place("x", "right")
    views.place("y", "bottom")
    views.open("w")
    views._find("x").restore({"text": "kept"})


def test_where_maps_stand_is_restored(window, views, make_window):
    put_aside(views)
    assert shown(views) == "* | (x / y,w)"
    views.setSizes([200, 400])
    views.widget(1).setSizes([100, 300])
    state, placement = views.state(), views.placement()
    views.panes[0].field.setFocus()
    again = make_window().views
    again.restore(state, placement)
    assert shown(again) == "* | (x / y,w)"
    assert again._find("x").state() == {"text": "kept"}
    assert [pane.isVisible() for pane in again.panes] == [True, True, False, True]
    again.resize(views.size())
    assert again.placement() == placement


@pytest.mark.parametrize(
    "placement",
    [
        Placement(),
        Placement(tabs=("", "x")),
        Placement(parts=(Placement(tabs=("nothing",)), Placement(parts=(Placement(),)))),
        Placement(parts=(Placement(tabs=("x", "x"), front="gone"),), sizes_px=(-1, 7, 9)),
    ],
)
def test_a_placement_that_does_not_fit_loses_no_map(window, views, placement):
    views.restore((View("x"), View("y")), placement)
    assert sorted(pane.expression for pane in views.panes) == ["", "x", "y"]
    in_tabs = [g.widget(i) for g in views.groups() for i in range(g.count())]
    assert sorted(pane.expression for pane in in_tabs) == ["", "x", "y"]
    assert all(group.count() for group in views.groups())


def test_maps_made_anew_stay_where_they_are(window, views, qtbot):
    put_aside(views)
    before = views.panes
    views.renew()
    assert shown(views) == "* | (x / y,w)"
    assert not set(before) & set(views.panes)
    assert views._find("x").state() == {"text": "kept"}


def test_a_map_moves_aside_within_what_is_split(window, views):
    views.place("x", "bottom")
    views.open("y")
    assert shown(views) == "* / x,y"
    views.move_aside()
    assert shown(views) == "*,y / x"


def test_nothing_is_left_of_what_was_split(window, views, qtbot):
    first, ghosts = views.panes[0], []
    for zone in ("left", "right", "top", "bottom"):
        Drag(window, "x").drop(first, spot(first, zone))
        pane = views._find("x")
        ghosts += [weakref.ref(pane), weakref.ref(views.group_of(pane))]
        views.close_pane(pane)
        del pane
    assert shown(views) == "*"

    def freed():
        gc.collect()
        return not [ghost for ghost in ghosts if ghost() is not None]

    qtbot.waitUntil(freed)
    qtbot.waitUntil(lambda: len(views.findChildren(QTabWidget)) == 1)
    assert [s for s in views.findChildren(QSplitter) if s is not views] == []
