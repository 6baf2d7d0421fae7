"""The buttons beside a heat map's heading."""

import torch
from PySide6.QtCore import Qt


def tools(pane):
    return pane.page.facts.tools


def has_room(button):
    return button.isVisible() and not button.visibleRegion().isEmpty()


def left_out(pane):
    return [b.text() for b in tools(pane)._buttons if not b.isHidden() and not has_room(b)]


def test_the_buttons_stand_in_the_heading_s_row_at_its_right_end(stage, open_pane):
    stage.show(x=torch.rand(3, 4))
    pane = open_pane()
    row, heading = tools(pane).geometry(), pane.page.heading.geometry()
    assert row.right() == pane.page.facts.rect().right()
    assert row.top() <= heading.center().y() <= row.bottom()
    assert left_out(pane) == []


def test_a_tip_says_name_and_key(stage, open_pane):
    stage.show(x=torch.rand(3, 4))
    button = open_pane().page.statistics_button
    name, does = button.toolTip().split("\n")
    assert name == button.accessibleName() == "Statistics"
    assert does.endswith("(S)")


def test_what_has_no_room_is_in_a_menu(qtbot, stage, open_pane):
    name = "a_tensor_with_quite_a_long_name_for_a_narrow_pane"
    stage.show(**{name: torch.rand(3, 4)})
    pane = open_pane(name, size=(480, 500))
    more = tools(pane)._more
    assert has_room(more)
    assert "Profiles" in left_out(pane)
    more.menu().aboutToShow.emit()
    entries = {action.text(): action for action in more.menu().actions()}
    assert list(entries) == left_out(pane)
    assert entries["Export"].menu() is pane.page.export_button.menu()
    entries["Profiles"].trigger()
    assert pane.page.profiles_button.isChecked()
    pane.resize(1200, 500)
    qtbot.waitUntil(lambda: not left_out(pane))
    assert not has_room(more)


def test_tab_passes_over_what_has_no_room(stage, open_pane):
    name = "a_tensor_with_quite_a_long_name_for_a_narrow_pane"
    stage.show(**{name: torch.rand(3, 4)})
    pane = open_pane(name, size=(480, 500))
    assert pane.page.export_button.focusPolicy() is Qt.FocusPolicy.NoFocus


def test_a_linked_heat_map_s_button_is_down(stage, open_pane):
    stage.show(x=torch.rand(3, 4))
    button = open_pane("x").page.link_button
    button.show_links({"zoom"})
    assert button.isChecked()
    assert button.accessibleName() == "Link (1)"
    button.show_links(set())
    assert not button.isChecked()
