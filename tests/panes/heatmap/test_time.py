"""Values have a time: heat maps look back, and outline what a line changed. Real engine, no process."""

import pytest
import torch
from PySide6.QtCore import QPointF, Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest

from explorer.engine.core import Core
from explorer.panes.heatmap import CHANGED, Plane, TileAsk, Window
from explorer.panes.heatmap.fact_line import FactButton
from explorer.panes.heatmap.pane import HeatmapPane
from explorer.panes.heatmap.pictures.outline import OVER, outline
from explorer.panes.heatmap.probe import PROBES
from explorer.protocol import Line, Revisit
from tests.panes.heatmap.stage import Stage


class TimedStage(Stage):
    """A stage whose lines run in a real core, which keeps what they write."""

    def __init__(self):
        super().__init__()
        self.core = Core(lambda *_: None, lambda _: None, lambda _: None)
        self.read = []
        """The moments for which lines ran again."""
        self.is_reading_held = False
        self.run("import torch")

    def run(self, *lines):
        for line in lines:
            self.look_back(0)
            statement, session = self.session.reserve()
            self.core.begin(statement, line, "<line>")
            exec(compile(line, "<line>", "exec"), self.core.runner.module.__dict__)
            ran = self.core.end(None, printed=False)
            self.session = session.insert(line, statement)
            self.workspace = self.workspace.apply(ran.delta, statement, ran.wrote)
            self.data_revision += ran.opaque
            self.session_changed.emit()
            self.workspace_changed.emit()

    def look_back(self, statement):
        if statement != self.as_of:
            self.as_of = statement
            self.as_of_changed.emit()

    def revisit(self, moment, refusal):
        if moment in self.read:
            return refusal
        self.read.append(moment)
        if not self.is_reading_held:
            QTimer.singleShot(0, self.read_again)
        return None

    def read_again(self):
        end = self.session.index(abs(self.read[-1])) + 1
        lines = [Line(statement=s.id, source=s.source) for s in self.session.statements[:end]]
        self.core.answer(Revisit(lines=tuple(lines), fingerprints=(0,) * end))
        self.revisited.emit()

    def tensor(self, expression, as_of=0):
        return self.core.reader.tensor(expression, as_of)

    def look_up(self, expression, as_of=0):
        return self.core.reader.look_up(expression, as_of)

    def change(self, expression, as_of=0):
        return self.core.reader.change(expression, as_of)

    def info(self, expression, as_of=0):
        return self.core.reader.info(expression, as_of)


@pytest.fixture
def stage(qtbot):
    return TimedStage()


@pytest.fixture
def look(qtbot, stage):
    """Run lines, show x, and wait for its picture."""

    def make(*lines, name="x"):
        pane = HeatmapPane(stage)
        qtbot.addWidget(pane)
        pane.resize(820, 560)
        with qtbot.waitExposed(pane):
            pane.show()
        stage.run(*lines)
        stage.select(name)
        qtbot.waitUntil(pane.is_complete)
        return pane

    return make


@pytest.fixture
def at(qtbot, stage):
    """Look back at a line of the script, 0 for now."""

    def go(pane, line):
        stage.look_back(stage.session.statements[line - 1].id if line else 0)
        qtbot.waitUntil(pane.is_complete)

    return go


def press(qtbot, pane, key):
    pane.page.cells.setFocus()
    QTest.keyClick(pane.page.cells, key)
    qtbot.waitUntil(pane.is_complete)


def outlined(pane):
    marks = pane.page.item.picture.marks
    rows, columns = ((marks & CHANGED) != 0).nonzero()
    return list(zip(rows.tolist(), columns.tolist(), strict=True))


# --- as of a line -------------------------------------------------------------------------------


def test_values_are_shown_as_of_a_line_and_escape_returns_to_now(qtbot, stage, look, at):
    pane = look("x = torch.zeros(2, 2)", "x.add_(1)", "x.add_(1)")
    assert not pane.banner.isVisible()
    at(pane, 3)
    assert pane.shown_values().tolist() == [[1, 1], [1, 1]]
    assert pane.banner.label.text() == "Values as of line 3 (Esc: now)"
    assert pane.banner.isVisible()
    press(qtbot, pane, Qt.Key.Key_Escape)
    assert stage.as_of == 0
    assert pane.shown_values().tolist() == [[2, 2], [2, 2]]
    assert not pane.banner.isVisible()


def test_levels_hold_while_one_looks_back(look, at):
    pane = look("x = torch.arange(4.0).reshape(2, 2)")
    pane.leveller.fit()
    stage_levels = pane.subject.look.scale
    pane.controller.run("x.add_(10)")
    pane.controller.run("y = 1")
    at(pane, 2)
    assert pane.subject.look.scale == stage_levels
    assert pane.shown_values().tolist() == [[0, 1], [2, 3]]


def test_shape_and_dtype_of_then_are_drawn(look, at):
    pane = look("x = torch.zeros(2, 3)", "x = torch.ones(5, dtype=torch.int64)")
    at(pane, 2)
    assert pane.shown_values().shape == (2, 3)
    assert pane.page.facts.buttons[0].text() == "[2, 3]"
    at(pane, 0)
    assert pane.shown_values().shape == (1, 5)


def test_the_fact_line_tells_the_version_of_then(look, at):
    pane = look("x = torch.zeros(2, 2)", "x.add_(1)", "x.add_(1)")
    texts = [b.text() for b in pane.findChildren(FactButton) if b.isVisible()]
    assert "version 2" in texts
    at(pane, 2)
    texts = [b.text() for b in pane.findChildren(FactButton) if b.isVisible()]
    assert "version 0" in texts


def test_a_tensor_that_is_gone_is_shown_as_of_a_line_that_had_it(look, at):
    pane = look("x = torch.ones(2, 2)", "del x")
    assert pane.message.what.text() == "x: gone since line 3"
    at(pane, 2)
    assert pane.shown_values().tolist() == [[1, 1], [1, 1]]


def test_what_was_not_kept_is_said_and_escape_returns_to_now(qtbot, stage, look, at, monkeypatch):
    monkeypatch.setattr(stage, "revisit", lambda _moment, refusal: refusal)
    stage.core.runner.keeper.budget_bytes = 1 << 20
    pane = look("x = torch.zeros(600, 600)", "x.add_(1)", "y = 1")
    at(pane, 2)
    assert pane.message.isVisible()
    assert pane.message.what.text() == "The values of that time were not kept (over 1 MiB)"
    assert pane.message.fix.text() == "Press Esc to see the values of now"
    assert pane.banner.label.text() == "Values as of line 2 (Esc: now)"
    QTest.keyClick(pane, Qt.Key.Key_Escape)
    qtbot.waitUntil(pane.is_complete)
    assert pane.shown_values().max() == 1


def test_what_was_not_there_yet_is_said(look, at):
    pane = look("y = 1", "x = torch.zeros(2)", "x.add_(1)")
    at(pane, 2)
    assert pane.message.what.text() == "There was no x then"


def test_the_button_returns_to_now(qtbot, look, at):
    pane = look("x = torch.zeros(2)", "x.add_(1)")
    at(pane, 2)
    QTest.mouseClick(pane.banner.button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(pane.is_complete)
    assert pane.shown_values().tolist() == [[1, 1]]


def test_the_value_under_the_cursor_and_copied_values_are_those_of_then(qtbot, look, at):
    pane = look("x = torch.zeros(1, 2)", "x.add_(1)")
    at(pane, 2)
    told = []
    pane.status_changed.connect(told.append)
    press(qtbot, pane, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: bool(told))
    assert told[-1].startswith("x[0, 0] = 0.0")
    pane.outlet.copy_values()
    qtbot.waitUntil(lambda: told[-1] == "Copied 2 values")
    assert QGuiApplication.clipboard().text() == "0.0\t0.0"


def test_a_new_line_returns_to_now(qtbot, stage, look, at):
    pane = look("x = torch.zeros(2)", "x.add_(1)")
    at(pane, 2)
    stage.run("x.add_(1)")
    qtbot.waitUntil(pane.is_complete)
    assert pane.shown_values().tolist() == [[2, 2]]
    assert not pane.banner.isVisible()


def test_a_late_answer_of_another_moment_is_not_drawn(qtbot, stage, look, at):
    pane = look("x = torch.zeros(2)", "x.add_(1)")
    at(pane, 2)
    stage.is_held = True
    pane.page.cells.fit()
    pane.drawing._requester.forget()
    pane.drawing.ask()
    stage.look_back(0)
    stage.is_held = False
    stage.answer()
    qtbot.waitUntil(pane.is_complete)
    assert pane.shown_values().tolist() == [[1, 1]]


# --- what only lines that run again tell ----------------------------------------------------------

AUTOGRAD = (
    "x = torch.ones(2, 2, requires_grad=True)",
    "y = x + 2",
    "z = y * y * 3",
    "out = z.mean()",
    "out.backward()",
    "n = 1",
)


def test_before_backward_the_gradient_was_not_there_and_after_it_is(stage, look, at):
    pane = look(*AUTOGRAD, name="x.grad")
    assert pane.shown_values().tolist() == [[4.5, 4.5], [4.5, 4.5]]
    at(pane, 5)
    assert pane.message.what.text() == "There was no x.grad then"
    assert pane.banner.label.text() == "Values as of line 5 (Esc: now)"
    at(pane, 6)
    assert pane.shown_values().tolist() == [[4.5, 4.5], [4.5, 4.5]]
    assert stage.read == [5]


def test_values_from_before_backward_are_shown(stage, look, at):
    pane = look(*AUTOGRAD, "z = z.detach() * 0", name="z")
    at(pane, 4)
    assert pane.shown_values().tolist() == [[27, 27], [27, 27]]
    assert stage.read == [4]
    at(pane, 0)
    assert pane.shown_values().tolist() == [[0, 0], [0, 0]]


def test_a_long_wait_for_lines_is_said_and_ended_by_the_button(qtbot, stage, look):
    pane = look(*AUTOGRAD, "z = z.detach() * 0", name="z")
    stage.is_reading_held = True
    stage.look_back(4)
    qtbot.waitUntil(pane.banner.isVisible)
    assert pane.banner.label.text() == "Running lines 1 to 4 again to see their values ..."
    assert pane.banner.button.text() == "Cancel"
    assert pane.page.item.opacity() < 1
    assert not pane.is_complete()
    QTest.mouseClick(pane.banner.button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(pane.is_complete)
    assert stage.as_of == 0
    assert not pane.banner.isVisible()
    assert pane.page.item.opacity() == 1
    assert pane.shown_values().tolist() == [[0, 0], [0, 0]]


def test_before_and_after_a_write_that_follows_a_backward(qtbot, look):
    pane = look(*AUTOGRAD, "p = torch.zeros(2, 2)", "p.add_(x.grad)", name="p")
    press(qtbot, pane, Qt.Key.Key_B)
    assert pane.shown_values().tolist() == [[0, 0], [0, 0]]
    press(qtbot, pane, Qt.Key.Key_B)
    assert pane.shown_values().tolist() == [[4.5, 4.5], [4.5, 4.5]]


# --- what a line changed ------------------------------------------------------------------------


def test_the_cells_that_a_line_changed_are_outlined(qtbot, stage, look):
    pane = look("x = torch.zeros(3, 4)")
    assert outlined(pane) == []
    assert not pane.page.before_button.isVisible()
    stage.run("x[1, 2] = 5")
    qtbot.waitUntil(pane.is_complete)
    assert outlined(pane) == [(1, 2)]
    assert pane.page.note.text() == "1 cell changed by line 3"
    stage.run("x[0] += 1")
    qtbot.waitUntil(pane.is_complete)
    assert outlined(pane) == [(0, 0), (0, 1), (0, 2), (0, 3)]
    assert pane.page.note.text() == "4 cells changed by line 4"


def test_before_and_after_are_toggled_with_a_key_and_with_the_button(qtbot, look):
    pane = look("x = torch.zeros(2, 2)", "x[0, 0] = 1")
    levels = pane.subject.look.scale
    press(qtbot, pane, Qt.Key.Key_B)
    assert pane.shown_values().tolist() == [[0, 0], [0, 0]]
    assert outlined(pane) == [(0, 0)]
    assert pane.banner.label.text() == "Values before line 3 (B: after)"
    assert pane.page.before_button.isChecked()
    assert pane.page.before_button.text() == "After"
    assert pane.subject.look.scale == levels
    press(qtbot, pane, Qt.Key.Key_B)
    assert pane.shown_values().tolist() == [[1, 0], [0, 0]]
    QTest.mouseClick(pane.page.before_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(pane.is_complete)
    assert pane.shown_values().tolist() == [[0, 0], [0, 0]]
    press(qtbot, pane, Qt.Key.Key_Escape)
    assert pane.shown_values().tolist() == [[1, 0], [0, 0]]
    assert not pane.page.before_button.isChecked()


def test_before_works_while_one_looks_back(qtbot, look, at):
    pane = look("x = torch.zeros(2)", "x[0] = 1", "x[1] = 2", "x.add_(1)")
    at(pane, 4)
    assert outlined(pane) == [(0, 1)]
    press(qtbot, pane, Qt.Key.Key_B)
    assert pane.shown_values().tolist() == [[1, 0]]
    press(qtbot, pane, Qt.Key.Key_Escape)
    assert pane.shown_values().tolist() == [[1, 2]]
    press(qtbot, pane, Qt.Key.Key_Escape)
    assert pane.shown_values().tolist() == [[2, 3]]


def test_a_view_is_outlined_where_its_base_was_written(look):
    pane = look("x = torch.zeros(3, 4)", "v = x[1:, ::2]", "x[2, 2] = 1", name="v")
    assert outlined(pane) == [(1, 1)]


def test_a_write_that_changes_no_value_outlines_nothing(look):
    pane = look("x = torch.tensor([float('nan'), 1.0])", "x.mul_(1)")
    assert outlined(pane) == []
    assert pane.page.note.text().startswith("Line 3 wrote the values that were there")


def test_without_old_values_nothing_is_outlined(stage, look):
    stage.core.runner.keeper.budget_bytes = 1000
    pane = look("x = torch.zeros(20, 20)", "x[0] = 1")
    assert outlined(pane) == []
    assert not pane.page.before_button.isVisible()
    press_nothing = pane.shown_values()
    pane.toggle_before()
    assert (pane.shown_values() == press_nothing).all()


def test_a_new_tensor_of_an_old_name_is_not_outlined(look):
    pane = look("x = torch.zeros(2)", "x.add_(1)", "x = x + 1")
    assert outlined(pane) == []


def test_the_outline_is_on_the_screen(look):
    pane = look("x = torch.zeros(3, 3)", "x[1, 1] = 1")
    cells = pane.page.cells
    image = pane.grab().toImage()
    seen = set()
    for dy in (-0.5, -0.45, -0.3):
        for step in range(-40, 41):
            scene = cells.box.mapViewToScene(QPointF(1 + step / 100, 1 + dy))
            seen.add(image.pixelColor(cells.mapTo(pane, cells.mapFromScene(scene))).name())
    assert OVER.name() in seen


def test_a_block_is_marked_where_one_of_its_cells_changed(stage):
    stage.run("x = torch.zeros(400, 300)", "x[399, 0] = 1; x[7, 299] = 2")
    ask = TileAsk(expression="x", plane=Plane(0, 1, (0, 0)), window=None, height_px=50, width_px=50)
    tile = PROBES[TileAsk](ask, stage)
    marks = torch.frombuffer(bytearray(tile.marks.data), dtype=torch.uint8).view(tile.marks.shape)
    assert (marks & CHANGED).nonzero().tolist() == [[0, 37], [49, 0]]
    assert tile.changed == 2


@pytest.mark.parametrize(
    "dtype",
    ["bool", "uint8", "int64", "uint64", "float16", "bfloat16", "float8_e4m3fn", "float64",
     "complex64", "complex128"],
)  # fmt: skip
def test_every_dtype_is_compared_bit_by_bit(stage, dtype):
    stage.run(
        f"x = torch.zeros(4, 6).to(torch.{dtype})",
        "x[1, 2:4] = 1",
    )
    for plane, size in ((Plane(0, 1, (0, 0)), (4, 6)), (Plane(1, 0, (0, 0)), (6, 4))):
        ask = TileAsk(
            expression="x", plane=plane, window=Window(0, 0, *size), height_px=6, width_px=6
        )
        tile = PROBES[TileAsk](ask, stage)
        assert (tile.changed, tile.changed_by) == (2, stage.session.statements[-1].id)


def test_an_outline_goes_round_what_changed():
    mask = torch.tensor([[0, 1, 1], [0, 1, 0]]).bool().numpy()
    lines = sorted(map(tuple, outline(mask).tolist()))
    assert lines == [
        (1, 0, 1, 2),
        (1, 0, 3, 0),
        (1, 2, 2, 2),
        (2, 1, 2, 2),
        (2, 1, 3, 1),
        (3, 0, 3, 1),
    ]
