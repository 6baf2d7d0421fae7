"""The main window, on a fake engine."""

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QAccessible, QDropEvent, QGuiApplication
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QComboBox,
    QLineEdit,
    QMessageBox,
    QTabBar,
)

from explorer.protocol import Problem
from explorer.window.settings import Settings
from tests.showcase import showcase
from tests.window.fake_panes import DEVICE, PANES

BUTTONS = QMessageBox.StandardButton


def test_without_tensors_the_centre_says_where_to_start(window, run):
    assert window.centre.stack.currentWidget() is window.centre.empty
    assert [b.accessibleName() for b in window.centre.empty.buttons] == [
        "Create a tensor",
        "Open a file",
        "Paste code",
        "Example: digits",
        "Example: autograd",
    ]
    run("x = tensor(2, 3)")
    assert window.centre.stack.currentWidget() is window.views
    run("del x")
    assert window.centre.stack.currentWidget() is window.centre.empty


def test_create_a_tensor_leads_to_the_form(window, qtbot):
    window.docks["create"].hide()
    qtbot.keyClick(window.centre.empty.buttons[0], Qt.Key.Key_Space)
    assert window.docks["create"].isVisible()
    assert window.docks["create"].pane.field.hasFocus()


def test_pasted_code_goes_to_the_script(window, qtbot):
    QGuiApplication.clipboard().setText("x = 1")
    qtbot.mouseClick(window.centre.empty.buttons[2], Qt.MouseButton.LeftButton)
    assert window.docks["script"].pane.field.text() == "x = 1"


def test_a_line_of_a_pane_runs(window, controller, link):
    window.docks["create"].pane.submitted.emit("x = tensor(2, 3)")
    link.deliver_all()
    assert controller.workspace.find("x").shape == (2, 3)


def test_undo_and_redo_are_offered_when_they_do_something(window, run, link):
    undo, redo = window.actions_by_id["undo"], window.actions_by_id["redo"]
    assert not redo.isEnabled()
    run("a = 1")
    undo.trigger()
    link.deliver_all()
    assert "a" not in window.controller.workspace.entries
    assert redo.isEnabled()
    redo.trigger()
    link.deliver_all()
    assert "a" in window.controller.workspace.entries


def test_a_heat_map_is_pinned_once(window, run):
    run("x = tensor(2, 3)", "y = tensor(3)")
    window.docks["tensors"].pane.heatmap_requested.emit("x")
    window.docks["tensors"].pane.heatmap_requested.emit("x")
    assert [pane.expression for pane in window.views.panes] == ["", "x"]
    assert window.views.current.expression == "x"
    window.views.close_pane(window.views.panes[1])
    window.views.close_pane(window.views.panes[0])
    assert [pane.expression for pane in window.views.panes] == [""]


def test_a_heat_map_moves_aside_and_back(window, run):
    run("x = tensor(2, 3)")
    window.views.open("x")
    assert window.views.count() == 1
    window.views.move_aside()
    assert window.views.count() == 2
    window.views.panes[1].field.setFocus()
    window.views.move_aside()
    assert window.views.count() == 1
    assert len(window.views.panes) == 2


def test_a_closed_heat_map_is_freed(window, run, qtbot):
    import gc
    import weakref

    run("x = tensor(2, 3)")
    pane = weakref.ref(window.views.open("x"))
    window.views.close_pane(pane())

    def freed():
        gc.collect()
        return pane() is None

    qtbot.waitUntil(freed)


def test_what_a_pane_says_is_in_the_status_bar(window):
    window.views.panes[0].status_changed.emit("x[0, 0] = 1")
    assert window.status.cursor_text.text() == "x[0, 0] = 1"


def test_f6_goes_round_the_panes(window, run, qtbot):
    run("x = tensor(2, 3)")
    window.views.panes[0].field.setFocus()
    seen = []
    for _ in range(4):
        window.commands.next_pane()
        seen.append(window.focusWidget().accessibleName())
    assert seen == ["tensors", "create", "script", "heatmap"]
    window.commands.previous_pane()
    assert window.focusWidget().accessibleName() == "script"


def test_the_layout_comes_back_and_can_be_reset(make_window):
    settings = Settings()
    window = make_window(settings=settings)
    window.docks["create"].hide()
    window.docks["script"].pane.field.setText("half typed")
    window.close()
    again = make_window(settings=settings)
    assert not again.docks["create"].isVisible()
    assert again.docks["script"].pane.field.text() == "half typed"
    again.commands.reset_layout()
    assert again.docks["create"].isVisible()


def test_the_title_names_the_file_and_marks_what_is_unsaved(window, run, tmp_path):
    assert window.windowTitle() == "Untitled[*] - Tensor Explorer"
    assert not window.isWindowModified()
    run("a = 1")
    assert window.isWindowModified()
    window.filing.write(tmp_path / "mine.py")
    assert window.windowTitle() == "mine.py[*] - Tensor Explorer"
    assert not window.isWindowModified()


@pytest.mark.parametrize(("button", "closed"), [(BUTTONS.Cancel, False), (BUTTONS.Discard, True)])
def test_closing_asks_about_unsaved_lines_and_ends_the_engine(
    window, run, link, answer, button, closed
):
    run("a = 1")
    answer(button)
    assert window.close() == closed
    assert window.isHidden() == closed
    assert link.closed == closed


def test_dropped_files_are_opened(window, controller, link, qtbot, tmp_path):
    path = tmp_path / "theirs.py"
    path.write_text("a = 1\n")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    drop = QDropEvent(
        QPointF(10, 10),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    window.dropEvent(drop)

    def opened():
        link.deliver_all()
        return controller.document.path == str(path)

    qtbot.waitUntil(opened)


@pytest.mark.parametrize("choice", ["light", "dark"])
@pytest.mark.parametrize("size", [(1024, 700), (1440, 900)])
def test_it_draws_in_both_themes_at_both_sizes(window, run, choice, size):
    window.theme.choose(choice)
    window.resize(*size)
    run("x = tensor(2, 3)", "1 / 0")
    image = window.grab().toImage()
    assert (image.width(), image.height()) == size
    colours = {
        image.pixelColor(x, y).name() for x in range(0, size[0], 8) for y in range(0, size[1], 2)
    }
    assert {
        window.palette().window().color().name(),
        window.palette().base().color().name(),
    } <= colours
    assert len(colours) > 8


def test_every_control_has_a_name(window, run, controller):
    run("x = tensor(2, 3)")
    controller.report(Problem(what="a", fix_code="b = 1", detail="c"))
    kinds = (QAbstractButton, QLineEdit, QComboBox, QAbstractItemView)
    nameless = []
    for control in (c for kind in kinds for c in window.findChildren(kind)):
        internal = control.objectName().startswith("qt_") or not control.isVisible()
        if internal or isinstance(control.parent(), (QLineEdit, QComboBox)):
            continue
        interface = QAccessible.queryAccessibleInterface(control)
        if not interface.text(QAccessible.Text.Name):
            nameless.append(control)
    assert nameless == []


def test_an_interrupt_is_passed_on(window, controller, link):
    controller.submit("a = 1")
    window.actions_by_id["interrupt"].trigger()
    assert window.status._patience.isActive()
    link.deliver_all()
    assert "a" not in controller.workspace.entries


def test_panes_of_one_side_are_tabs_with_the_first_in_front(make_window, qtbot):
    window = make_window(panes=(*PANES, DEVICE))
    create, device = window.docks["create"], window.docks["device"]
    assert window.tabifiedDockWidgets(create) == [device]
    qtbot.waitUntil(lambda: not create.visibleRegion().isEmpty())
    assert device.visibleRegion().isEmpty()
    window.status.device.click()
    qtbot.waitUntil(lambda: device.pane.field.hasFocus())
    window.commands.reset_layout()
    assert window.tabifiedDockWidgets(create) == [device]
    qtbot.waitUntil(lambda: device.visibleRegion().isEmpty())


def test_panes_that_share_a_place_have_one_bar_of_tabs(qtbot, qapp):
    with showcase(qtbot, qapp) as shown:
        assert tabs_in_sight(shown.window) == [
            ["Create", "Operate", "Device"],
            ["Script", "Console"],
        ]
        shown.window.commands.reset_layout()
        shown.settle()
        assert tabs_in_sight(shown.window) == [
            ["Create", "Operate", "Device"],
            ["Script", "Console"],
        ]


def tabs_in_sight(window):
    """Return the texts of each bar of tabs that docks share."""
    bars = window.findChildren(QTabBar, options=Qt.FindChildOption.FindDirectChildrenOnly)
    return sorted(
        [bar.tabText(i) for i in range(bar.count())]
        for bar in bars
        if bar.isVisible() and not bar.visibleRegion().isEmpty()
    )
