"""The colour scale as a person uses it: histogram, modes, handles, legend, statistics, tables."""

import math

import pytest
import torch
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QGuiApplication

from explorer.panes.heatmap.counts.summary import Summary
from explorer.panes.heatmap.pictures.colour import colours
from explorer.panes.heatmap.pictures.mark import STRIPE
from explorer.panes.heatmap.scales.scale import DIVERGING, SEQUENTIAL
from explorer.panes.heatmap.scales.scale_panel import MODES
from explorer.window.theme import DARK, LIGHT, make_palette
from tests.panes.heatmap.test_pane import colour_at, near, press


@pytest.fixture
def show(qtbot, stage, open_pane):
    """Show a tensor named x in a pane that follows the selection, with a mode of levels."""

    def make(x, mode="auto", **options):
        pane = open_pane(**options)
        stage.show(x=x)
        qtbot.waitUntil(pane.is_complete)
        if mode != "auto":
            choose(pane, mode)
            qtbot.waitUntil(pane.is_complete)
        return pane

    return make


def choose(pane, mode):
    box = pane.page.scale_panel.mode_box
    box.setCurrentIndex(box.findData(mode))
    box.activated.emit(box.currentIndex())


def bar(pane):
    return pane.page.scale_panel.bar


# --- modes in pixels --------------------------------------------------------------------------

FOUR = torch.tensor([[1.0, 10.0], [100.0, 1000.0]])
PLACES = {
    "auto": [0, 9 / 999, 99 / 999, 1],
    "minmax": [0, 9 / 999, 99 / 999, 1],
    "percentile": [0, 9 / 999, 99 / 999, 1],
    "symmetric": [1001 / 2000, 1010 / 2000, 1100 / 2000, 1],
    "log": [0, 1 / 3, 2 / 3, 1],
    "row": [0, 1, 0, 1],
    "column": [0, 0, 1, 1],
    "fixed": [0, 9 / 999, 99 / 999, 1],
}


@pytest.mark.parametrize("theme", [LIGHT, DARK])
@pytest.mark.parametrize("mode", [mode for mode in MODES if mode != "map"])
def test_the_colours_of_four_cells_are_those_of_the_mode(show, mode, theme):
    pane = show(FOUR, mode)
    pane.setPalette(make_palette(theme))
    table = colours(DIVERGING if mode == "symmetric" else SEQUENTIAL)
    for i, share in enumerate(PLACES[mode]):
        place = min(255, 1 + int(share * 255))
        seen = colour_at(pane, i // 2, i % 2, 0.3, 0.3)
        assert near(seen, int(table[place])) or near(seen, int(table[min(255, place + 1)]))


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_the_histogram_is_seen_beside_the_gradient(show, theme):
    pane = show(torch.tensor([[0.0] * 50 + [0.5] * 25 + [1.0]]))
    pane.setPalette(make_palette(theme))
    scale_bar = bar(pane)
    track = scale_bar._track()

    def length(share):
        middle = round(track.bottom() - share * track.height())
        image = scale_bar.grab().toImage()
        back, x = image.pixelColor(1, 2).rgb(), int(track.x()) - 6
        rows = range(middle - 3, middle + 3)
        return max(sum(image.pixelColor(i, y).rgb() != back for i in range(x)) for y in rows)

    assert scale_bar.histogram is not None
    assert length(0.25) == 0
    assert length(0.5) > 4


# --- what is counted --------------------------------------------------------------------------


def test_the_histogram_follows_the_values(qtbot, stage, show):
    x = torch.zeros(3, 3)
    pane = show(x)
    assert bar(pane).histogram.counts == (9,)
    x.copy_(torch.arange(9.0).view(3, 3))
    stage.tell("x")
    qtbot.waitUntil(lambda: bar(pane).histogram.high == 8)
    assert sum(bar(pane).histogram.counts) == 9


def test_what_lies_under_the_cursor_is_told(show):
    pane = show(torch.tensor([[*range(12), 20, 20]]))
    scale_bar = bar(pane)
    track = scale_bar._track()
    assert scale_bar.count_text(round(track.top()) + 1) == "20: 2 values"
    assert scale_bar.count_text(round(track.bottom()) - 1) == "0: 1 values"
    assert scale_bar.count_text(-50) == ""


def test_all_slices_are_counted_on_request(qtbot, show):
    x = torch.stack([torch.zeros(4, 4), torch.ones(4, 4), torch.full((4, 4), 5.0)])
    pane = show(x)
    panel = pane.page.scale_panel
    assert sum(bar(pane).histogram.counts) == 16
    assert panel.scope_action.isVisible()
    panel.scope_action.trigger()
    qtbot.waitUntil(pane.is_complete)
    assert sum(bar(pane).histogram.counts) == 48
    assert (bar(pane).scale.low, bar(pane).scale.high) == (0, 5)
    assert not show(torch.zeros(3, 3)).page.scale_panel.scope_action.isVisible()


def test_percentiles_leave_out_what_is_far_away_and_are_edited(qtbot, show):
    x = torch.arange(101.0)
    x[100] = 1e6
    pane = show(x, "percentile")
    assert (bar(pane).scale.low, bar(pane).scale.high) == (1, 99)
    panel = pane.page.scale_panel
    assert panel.percentiles.isVisible()
    panel.high_percent.setValue(50)
    qtbot.waitUntil(pane.is_complete)
    assert (bar(pane).scale.low, bar(pane).scale.high) == (1, 50)
    panel.high_percent.setValue(0.5)
    assert panel.high_percent.value() == 50
    choose(pane, "minmax")
    assert not panel.percentiles.isVisible()


def test_a_logarithmic_scale_says_what_has_no_place_on_it(show):
    pane = show(torch.tensor([[0.0, 0.0, 0.1, 10.0]]), "log")
    assert bar(pane).scale.axis.kind == "log"
    assert bar(pane).scale.low == pytest.approx(0.1)
    note = pane.page.scale_panel.note_label
    assert note.text() == "2 values are not above 0 and have the lowest colour."
    assert note.isVisible()


def test_few_whole_numbers_are_a_legend(qtbot, show):
    pane = show(torch.tensor([[0, 7, 1000, 1000]]))
    assert bar(pane).is_legend
    assert bar(pane).scale.steps == ("0", "7", "1000")
    table = colours(SEQUENTIAL, 3)
    for column, step in enumerate((0, 1, 2, 2)):
        place = 1 + int((step + 0.5) / 3 * 255)
        assert near(colour_at(pane, 0, column, 0.3, 0.3), int(table[place]))


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_marks_are_explained_while_they_are_there(qtbot, stage, show, theme):
    x = torch.tensor([[0.0, math.nan], [math.inf, 1.0]])
    pane = show(x)
    pane.setPalette(make_palette(theme))
    legend = pane.page.scale_panel.marks
    assert legend.isVisible()
    assert legend.accessibleDescription() == "1 NaN, 1 +Inf"
    image = legend.grab().toImage()
    seen = {
        image.pixelColor(x, y).rgb() for x in range(image.width()) for y in range(image.height())
    }
    assert {STRIPE, QColor("white").rgb()} <= seen
    x.fill_(1)
    stage.tell("x")
    qtbot.waitUntil(lambda: not legend.isVisible())


# --- levels -----------------------------------------------------------------------------------


def test_levels_are_moved_by_keys(qtbot, show):
    pane = show(torch.tensor([[0.0, 100.0]]))
    handle = bar(pane).high_handle
    handle.setFocus()
    qtbot.keyClick(handle, Qt.Key.Key_Down)
    assert bar(pane).scale.high == pytest.approx(99)
    qtbot.keyClick(handle, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert bar(pane).scale.high == pytest.approx(89)
    assert handle.accessibleName() == "Highest level: 89"
    assert handle.value() == 89
    low = bar(pane).low_handle
    qtbot.keyClick(low, Qt.Key.Key_Up)
    assert bar(pane).scale.low == pytest.approx(1)
    for _ in range(12):
        qtbot.keyClick(low, Qt.Key.Key_Up, Qt.KeyboardModifier.ShiftModifier)
    assert 88 < bar(pane).scale.low < bar(pane).scale.high
    assert pane.page.scale_panel.mode_box.currentData() == "fixed"


def test_tab_leads_from_the_high_level_to_the_low_one(qtbot, show):
    pane = show(torch.tensor([[0.0, 100.0]]))
    pane.activateWindow()
    bar(pane).high_handle.setFocus()
    qtbot.keyClick(bar(pane).high_handle, Qt.Key.Key_Tab)
    assert pane.focusWidget() is bar(pane).low_handle


def test_a_logarithmic_level_is_dragged_along_its_axis(qtbot, show):
    pane = show(torch.tensor([[1.0, 10000.0]]), "log")
    scale_bar = bar(pane)
    middle = scale_bar._track().center().toPoint()
    qtbot.mousePress(scale_bar, Qt.MouseButton.LeftButton, pos=QPoint(middle.x(), 8))
    qtbot.mouseMove(scale_bar, middle)
    qtbot.mouseRelease(scale_bar, Qt.MouseButton.LeftButton, pos=middle)
    assert scale_bar.scale.high == pytest.approx(100, rel=0.2)
    assert scale_bar.scale.axis.kind == "log"
    qtbot.waitUntil(pane.is_complete)
    press(pane, Qt.Key.Key_A)
    qtbot.waitUntil(pane.is_complete)
    assert scale_bar.scale.high == 10000


def test_lines_have_no_levels_to_drag(qtbot, show):
    pane = show(FOUR, "row")
    panel = pane.page.scale_panel
    assert not panel.high_edit.isVisible()
    assert not bar(pane).high_handle.isVisible()
    assert "of each row" in panel.note_label.text()
    choose(pane, "fixed")
    assert (bar(pane).scale.low, bar(pane).scale.high) == (1, 1000)


def test_blocks_of_lines_have_the_range_of_their_lines(qtbot, show):
    x = torch.arange(1500.0)[:, None].expand(-1, 1200).contiguous()
    pane = show(x, "column")
    tile = pane.page.item.picture.tile
    assert tile.block_columns > 1
    places = pane.page.item.picture.places
    assert places.max() <= 255
    assert places[-1, -1] > 250
    assert places[0, -1] < 10


def test_lines_that_can_not_be_ranged_say_so_and_keep_one_scale(qtbot, show):
    places = torch.tensor([[0, 2999], [4, 2999]])
    x = torch.sparse_coo_tensor(
        places, torch.tensor([3.0, 7.0]), (3000, 3000), check_invariants=True
    )
    pane = show(x)
    with qtbot.waitSignal(pane.status_changed) as told:
        choose(pane, "row")
    assert "x is sparse and too large" in told.args[0]
    qtbot.waitUntil(pane.is_complete)
    assert pane.page.scale_panel.mode_box.currentData() == "auto"
    assert (bar(pane).scale.low, bar(pane).scale.high) == (0, 7)


def test_levels_are_given_to_other_heat_maps(qtbot, stage, show, open_pane):
    pane = show(torch.tensor([[0.0, 1.0]]))
    stage.show(y=torch.tensor([[5.0, 50.0]]), x=stage.namespace["x"])
    other = open_pane("y")
    hidden = open_pane("y")
    hidden.hide()
    qtbot.waitUntil(pane.is_complete)
    with qtbot.waitSignal(pane.status_changed) as told:
        press(pane, Qt.Key.Key_L, Qt.KeyboardModifier.ShiftModifier)
    assert told.args == ["The other heat maps show levels from 0 to 1"]
    assert (bar(other).scale.low, bar(other).scale.high) == (0, 1)
    assert other.page.scale_panel.mode_box.currentData() == "fixed"
    assert pane.page.scale_panel.mode_box.currentData() == "auto"
    other.page.scale_panel.share_action.trigger()
    assert pane.page.scale_panel.mode_box.currentData() == "fixed"


@pytest.mark.parametrize("mode", [mode for mode in MODES if mode != "fixed"])
def test_a_mode_comes_back_in_a_new_pane(qtbot, show, open_pane, mode):
    pane = show(FOUR, mode)
    other = open_pane("x")
    other.restore(pane.state())
    qtbot.waitUntil(other.is_complete)
    assert bar(other).scale == bar(pane).scale
    assert other.page.scale_panel.mode_box.currentData() == mode


def test_a_low_panel_keeps_its_levels(show):
    pane = show(FOUR, "percentile", size=(420, 300))
    panel = pane.page.scale_panel
    assert panel.high_edit.isVisible()
    assert panel.low_edit.isVisible()
    assert bar(pane).height() >= bar(pane).minimumHeight()
    assert panel.low_edit.geometry().bottom() <= panel.height()


# --- statistics -------------------------------------------------------------------------------


def texts(pane):
    return [b.text() for b in pane.page.strip.buttons if b.isVisible()]


def test_statistics_are_shown_by_key_and_button(qtbot, show):
    pane = show(torch.tensor([[3.0, 0.0], [4.0, math.nan]]))
    assert not pane.page.strip.isVisible()
    press(pane, Qt.Key.Key_S)
    assert pane.page.strip.isVisible()
    assert texts(pane)[:6] == ["x", "4 elements", "min 0", "max 4", "mean 2.333", "std 2.082"]
    assert texts(pane)[6:] == ["norm 5", "zeros 25.0 %", "NaN 1", "Inf 0"]
    assert pane.page.statistics_button.isChecked()
    qtbot.mouseClick(pane.page.statistics_button, Qt.MouseButton.LeftButton)
    assert not pane.page.strip.isVisible()


def test_statistics_are_those_of_the_slice_or_of_all(qtbot, show):
    pane = show(torch.arange(24.0).view(2, 3, 4))
    press(pane, Qt.Key.Key_S)
    assert texts(pane)[:2] == ["x[0]", "12 elements"]
    press(pane, Qt.Key.Key_PageDown)
    qtbot.waitUntil(lambda: texts(pane)[:1] == ["x[1]"] and "min 12" in texts(pane))
    pane.page.scale_panel.scope_action.trigger()
    qtbot.waitUntil(lambda: texts(pane)[:3] == ["x", "24 elements", "min 0"])


@pytest.mark.qt_log_ignore("This plugin does not support raise", extend=True)
def test_the_statistics_of_rows_are_sorted_and_copied(qtbot, stage, show):
    x = torch.tensor([[1.0, 2.0], [5.0, 7.0], [math.nan, math.nan], [0.0, 0.5]])
    pane = show(x)
    press(pane, Qt.Key.Key_S)
    qtbot.mouseClick(pane.page.strip.rows_button, Qt.MouseButton.LeftButton)
    dialog = pane._lines
    qtbot.waitUntil(lambda: dialog.is_complete and dialog.model.rowCount() == 4)
    assert dialog.windowTitle() == "Rows of x"

    def column(i):
        return [dialog.model.index(r, i).data() for r in range(4)]

    dialog.table.sortByColumn(2, Qt.SortOrder.DescendingOrder)
    assert column(0) == ["1", "0", "3", "2"]
    assert column(2) == ["7", "2", "0.5", ""]
    dialog.table.sortByColumn(2, Qt.SortOrder.AscendingOrder)
    assert column(0) == ["3", "0", "1", "2"]
    dialog.table.sortByColumn(0, Qt.SortOrder.AscendingOrder)
    qtbot.mouseClick(dialog.copy_button, Qt.MouseButton.LeftButton)
    lines = QGuiApplication.clipboard().text().split("\n")
    assert lines[0] == "Index\tMin\tMax\tMean\tStd\tZeros\tNaN\tInf"
    assert lines[2].startswith("1\t5\t7\t6\t1.41421356")
    assert lines[3] == "2\t\t\t\t\t0\t2\t0"
    x[0, 0] = -9
    stage.tell("x")
    qtbot.waitUntil(lambda: column(1)[0] == "-9")
    dialog.close()


@pytest.mark.qt_log_ignore("This plugin does not support raise", extend=True)
def test_the_statistics_of_columns_are_those_of_the_plane(qtbot, show):
    pane = show(torch.arange(24.0).view(2, 3, 4))
    pane._on_lines_requested("columns")
    dialog = pane._lines
    qtbot.waitUntil(lambda: dialog.is_complete and dialog.model.rowCount() == 4)
    assert dialog.windowTitle() == "Columns of x[0]"
    assert [dialog.model.index(r, 3).data() for r in range(4)] == ["4", "5", "6", "7"]
    dialog.close()


# --- in steps ---------------------------------------------------------------------------------


def test_what_takes_long_tells_how_far_it_is_and_ends(qtbot, monkeypatch, stage, show):
    monkeypatch.setattr("explorer.panes.heatmap.counts.errand.LONG_SECONDS", -1.0)
    monkeypatch.setattr("explorer.panes.heatmap.counts.summarizing._JOBS.seconds", 0.0)
    pane = show(torch.rand(3, 3))
    seen = []
    panel, told = pane.page.scale_panel, pane.page.scale_panel.show_note
    monkeypatch.setattr(panel, "show_note", lambda note: (seen.append(note), told(note)))
    stage.namespace["x"] = torch.rand(1200, 1000)
    stage.tell("x")
    qtbot.waitUntil(lambda: any(note.startswith("Counting: ") for note in seen))
    qtbot.waitUntil(pane.is_complete, timeout=20_000)
    assert panel.note_label.text() == ""
    assert sum(bar(pane).histogram.counts) == 1_200_000


def test_a_hidden_map_stops_counting_and_goes_on_when_it_is_seen(qtbot, monkeypatch, stage, show):
    monkeypatch.setattr("explorer.panes.heatmap.counts.summarizing._JOBS.seconds", 0.0)
    pane = show(torch.rand(3, 3))
    stage.is_held = True
    stage.namespace["x"] = torch.rand(1000, 1000)
    stage.tell("x")
    qtbot.waitUntil(lambda: len(stage.answers) > 0)
    stage.is_held = False
    survey = pane.drawing._survey
    survey.counted.connect(pane.hide)
    stage.answer()
    qtbot.waitUntil(pane.isHidden)
    assert isinstance(survey.summary, Summary)
    qtbot.waitUntil(lambda: not stage.is_asking(survey._summary))
    assert not survey.is_done
    survey.counted.disconnect(pane.hide)
    pane.show()
    qtbot.waitUntil(pane.is_complete, timeout=20_000)
    assert sum(bar(pane).histogram.counts) == 1_000_000
