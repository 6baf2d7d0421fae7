"""The Device pane, with devices that are made up: what a person sees and what is run."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit, QPushButton

from explorer.panes.device import Absent, Device, Devices, hardware
from explorer.panes.device.pane import DevicePane
from explorer.panes.device.probe import PROBES
from explorer.protocol import Delta, Modes, Problem
from explorer.window.theme import DARK, LIGHT, Theme
from tests.panes.fake import FakeController, tensor

GIB = 1 << 30
FOUND = Devices(
    devices=(
        Device(
            name="cpu",
            title="A processor",
            total_bytes=8 * GIB,
            free_bytes=2 * GIB,
            own_bytes=GIB // 2,
        ),
        Device(name="cuda:0", title="NVIDIA H100", total_bytes=80 * GIB, free_bytes=60 * GIB),
        Device(name="cuda:1", title="NVIDIA H100", total_bytes=80 * GIB, free_bytes=50),
        Device(name="mps", title="Apple M3", total_bytes=12 * GIB, free_bytes=None),
        Device(name="meta"),
    ),
    absent=(Absent(name="xpu", reason="no xpu"),),
    seed=2**64 - 7,
)
WITHOUT_THE_SECOND = Devices(
    devices=tuple(d for d in FOUND.devices if d.name != "cuda:1"),
    absent=(*FOUND.absent, Absent(name="cuda:1", reason="lost", detail="it fell off the bus")),
)


class Controller(FakeController):
    """Answers asks with the pane's own probe, and keeps what is reported."""

    def __init__(self):
        super().__init__()
        self.reported = []

    def answer(self):
        """Answer all that was asked, as an engine does that finds what `hardware.find` says."""
        asked, self.asked = self.asked, []
        for question in asked:
            question.receive(PROBES[type(question.ask)](question.ask, None))

    def is_asking(self, _pane):
        return bool(self.asked)

    def report(self, problem):
        self.reported.append(problem)

    def ran(self, **modes):
        """Act as after a line that set these modes."""
        self.workspace = self.workspace.apply(Delta(modes=Modes(**modes)))
        self.workspace_changed.emit()
        self.answer()


@pytest.fixture
def machine(monkeypatch):
    """Give a function that says what the machine has from now on."""

    def has(found):
        monkeypatch.setattr(hardware, "find", lambda: found)

    has(FOUND)
    return has


@pytest.fixture
def controller():
    return Controller()


@pytest.fixture
def pane(qtbot, controller, machine):
    pane = DevicePane(controller)
    pane.resize(300, 700)
    qtbot.addWidget(pane)
    pane.show()
    qtbot.waitExposed(pane)
    controller.answer()
    return pane


def line(pane):
    return pane.foot.line.toPlainText()


def type_into(qtbot, pane, key, text):
    field = pane.form.fields[key]
    field.setFocus()
    where = field if isinstance(field, QLineEdit) else field.lineEdit()
    where.selectAll()
    qtbot.keyClicks(where, text)
    return where


def run(qtbot, controller, act):
    """Do something that runs a line; return that line."""
    pane = act.__self__.window()
    with qtbot.waitSignal(pane.submitted) as signal:
        act()
        controller.answer()
    return signal.args[0]


def test_every_device_is_listed_with_its_memory_and_the_missing_with_their_reason(pane):
    rows = {row.name: row for row in pane.devices.rows()}
    assert list(rows) == ["cpu", "cuda:0", "cuda:1", "mps", "meta", "xpu"]
    assert (
        rows["cpu"].words == "2.0 GiB of 8.0 GiB free, 6.0 GiB used, 512 MiB of it by this session"
    )
    assert (rows["cpu"].used, rows["cpu"].badge, rows["cpu"].title) == (
        0.75,
        "default",
        "A processor",
    )
    assert rows["mps"].words == "12.0 GiB, 0 B taken by this session"
    assert rows["mps"].used is None
    assert rows["meta"].words == "Shapes and dtypes without values, which take no memory"
    assert not rows["xpu"].present
    assert rows["xpu"].words == "No Intel GPU answers, or its driver is missing."
    spoken = QAccessible.queryAccessibleInterface(pane.devices).child(5)
    assert spoken.text(QAccessible.Text.Name) == f"xpu, {rows['xpu'].words}"


def test_the_settings_show_what_is_set_now(pane, controller):
    controller.ran(default_device="cuda:1", default_dtype="float64", threads=7)
    now = {key: pane.form.text(key) for key in ("device", "dtype", "threads", "seed")}
    assert now == {"device": "cuda:1", "dtype": "float64", "threads": "7", "seed": "-7"}
    assert [row.name for row in pane.devices.rows() if row.badge] == ["cuda:1"]


@pytest.mark.parametrize(
    ("key", "typed", "wanted"),
    [
        ("device", "cuda:1", 'torch.set_default_device("cuda:1")'),
        ("device", "cuda", 'torch.set_default_device("cuda")'),
        ("dtype", "float64", "torch.set_default_dtype(torch.float64)"),
        ("threads", "4", "torch.set_num_threads(4)"),
        ("seed", "42", "torch.manual_seed(42)"),
        ("plan.size", "5,", 'x = torch.empty(5, device="meta")'),
        ("plan.size", "1000000, 3", 'x = torch.empty(1000000, 3, device="meta")'),
    ],
)
def test_what_is_typed_into_a_field_is_a_line_and_enter_runs_it(
    qtbot, pane, controller, key, typed, wanted
):
    where = type_into(qtbot, pane, key, typed)
    assert line(pane) == wanted
    with qtbot.waitSignal(pane.submitted) as signal:
        qtbot.keyClick(where, Qt.Key.Key_Return)
        controller.answer()
    assert signal.args[0] == wanted


@pytest.mark.parametrize(
    ("key", "typed", "reason"),
    [
        ("device", "xpu", "No Intel GPU answers"),
        ("device", "cuda:2", "torch can't use cuda:2 here"),
        ("device", "gpu", "not a device"),
        ("threads", "0", "At least one thread"),
        ("dtype", "int64", "must be one of fractions"),
        ("seed", "often", "not a number"),
        ("plan.size", "-1", "can't be negative"),
    ],
)
def test_what_can_not_be_is_refused_with_its_reason(qtbot, pane, key, typed, reason):
    type_into(qtbot, pane, key, typed)
    assert reason in pane.foot.hint.words
    assert line(pane) == ""
    assert not pane.foot.button.isEnabled()
    with qtbot.assertNotEmitted(pane.submitted):
        pane.apply()


def test_moving_says_beforehand_whether_it_copies(qtbot, pane, controller):
    controller.put(tensor("x", nbytes=60), tensor("w", device="meta", nbytes=60))
    controller.put(tensor("c", device="cuda:0", nbytes=60))
    controller.answer()
    controller.select("x")
    pane.form.fields["move.device"].setFocus()
    assert line(pane) == 'y = x.to("cuda:0")'
    assert pane.foot.hint.words == "A copy on cuda:0 as float32, 60 B"
    pane.form.fields["move.dtype"].setCurrentText("float64")
    assert line(pane) == 'y = x.to("cuda:0", torch.float64)'
    assert pane.foot.hint.words == "A copy on cuda:0 as float64, 120 B"
    pane.form.fields["move.device"].setCurrentText("cuda:1")
    assert pane.foot.hint.words == "A copy of 120 B, but cuda:1 has 50 B free"
    pane.form.fields["move.device"].setCurrentText("meta")
    assert (
        pane.foot.hint.words
        == "A new tensor with the shape of x and no values, which takes no memory"
    )
    pane.form.fields["move.dtype"].setCurrentText("")
    pane.form.fields["move.device"].setCurrentText("cpu")
    assert line(pane) == 'y = x.to("cpu")'
    assert (
        pane.foot.hint.words == "The same object: x is float32 on cpu already, so torch returns it"
    )
    controller.select("w")
    assert line(pane) == 'y = torch.zeros_like(w, device="cpu")'
    assert pane.foot.hint.words == "w has no values to move: this makes zeros of its shape, 60 B"
    controller.select("c")
    pane.form.fields["move.device"].setCurrentText("cuda")
    assert "The same object if c is on the current cuda already" in pane.foot.hint.words
    pane.foot.name_field.setText("moved")
    assert run(qtbot, controller, pane.foot.button.click) == 'moved = c.to("cuda")'


def test_without_a_tensor_there_is_nothing_to_move(pane):
    pane.form.fields["move.tensor"].setFocus()
    assert "create one first" in pane.foot.hint.words
    assert not pane.foot.button.isEnabled()


def test_a_device_in_the_list_becomes_the_default_by_enter(qtbot, pane, controller):
    pane.devices.setFocus()
    pane.devices.setCurrentRow(1)
    qtbot.keyClick(pane.devices, Qt.Key.Key_Return)
    assert line(pane) == 'torch.set_default_device("cuda:0")'
    assert run(qtbot, controller, pane.foot.button.click) == 'torch.set_default_device("cuda:0")'


def test_a_missing_device_in_the_list_says_why_by_enter(qtbot, pane):
    pane.devices.setCurrentRow(5)
    qtbot.keyClick(pane.devices, Qt.Key.Key_Return)
    assert "No Intel GPU answers" in pane.foot.hint.words
    assert line(pane) == ""


def test_planning_makes_a_line_on_meta_and_says_what_it_would_take(qtbot, pane, controller):
    qtbot.mouseClick(pane.form.plan_button, Qt.MouseButton.LeftButton)
    assert line(pane) == 'x = torch.empty(100000, 100000, device="meta")'
    assert pane.foot.hint.words == "With values it would take 37.3 GiB, as float32"
    assert pane.foot.button.hasFocus()
    with qtbot.waitSignal(pane.submitted) as signal:
        qtbot.keyClick(pane.foot.button, Qt.Key.Key_Space)
    assert signal.args[0] == 'x = torch.empty(100000, 100000, device="meta")'


def test_a_device_that_vanished_since_it_was_listed_is_a_problem_and_nothing_runs(
    qtbot, pane, controller, machine
):
    type_into(qtbot, pane, "device", "cuda:1")
    machine(WITHOUT_THE_SECOND)
    with qtbot.assertNotEmitted(pane.submitted):
        pane.foot.button.click()
        controller.answer()
    (problem,) = controller.reported
    assert problem.what == "cuda:1 is no longer there, so nothing was run."
    assert "it fell off the bus" in problem.fix
    assert problem.fix_code == 'torch.set_default_device("cpu")'
    assert "it fell off the bus" in pane.foot.hint.words
    assert not pane.foot.button.isEnabled()


def test_a_line_changed_by_hand_runs_as_it_stands_and_no_answer_overwrites_it(
    qtbot, pane, controller, machine
):
    pane.foot.line.setFocus()
    pane.foot.line.setPlainText("torch.set_num_threads(3)  # mine")
    machine(WITHOUT_THE_SECOND)
    pane._timer.timeout.emit()
    controller.answer()
    assert line(pane) == "torch.set_num_threads(3)  # mine"
    with qtbot.waitSignal(pane.submitted) as signal:
        qtbot.keyClick(pane.foot.line, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert signal.args[0] == "torch.set_num_threads(3)  # mine"


def test_what_was_typed_stays_until_it_ran(qtbot, pane, controller):
    type_into(qtbot, pane, "threads", "4")
    controller.ran(threads=2)
    assert pane.form.text("threads") == "4"
    with qtbot.waitSignal(pane.submitted):
        pane.foot.button.click()
    controller.ran(threads=4)
    controller.ran(threads=6)
    assert pane.form.text("threads") == "6"


def test_it_asks_again_while_it_is_seen_and_never_while_it_is_not(pane, controller, machine):
    machine(WITHOUT_THE_SECOND)
    pane._timer.timeout.emit()
    pane._timer.timeout.emit()
    assert len(controller.asked) == 1
    controller.answer()
    assert [row.name for row in pane.devices.rows() if not row.present] == ["xpu", "cuda:1"]
    assert pane._timer.isActive()
    assert pane._timer.interval() >= 2000
    pane.hide()
    assert not pane._timer.isActive()
    controller.workspace_changed.emit()
    assert controller.asked == []
    pane.show()
    assert len(controller.asked) == 1


def test_an_engine_that_can_not_tell_is_said_so(pane, controller):
    pane._timer.timeout.emit()
    controller.asked.pop().receive(Problem(what="The engine could not answer: OSError"))
    assert pane.trouble.words == "The engine could not answer: OSError"
    assert pane.devices.count() == 6
    pane._timer.timeout.emit()
    controller.answer()
    assert pane.trouble.words == ""


def test_tab_goes_through_every_control_that_is_seen(qtbot, pane, controller):
    controller.put(tensor("x"))
    controller.answer()
    controls = {
        *pane.form.fields.values(),
        pane.devices,
        pane.form.plan_button,
        pane.foot.line,
        pane.foot.button,
        pane.foot.name_field,
    }
    pane.activateWindow()
    pane.devices.setFocus()
    seen = {pane.devices}
    for _ in range(len(controls) + 4):
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        seen.add(QApplication.focusWidget())
    assert controls <= seen


def test_every_control_says_what_it_is(pane):
    for kind in (QLineEdit, QComboBox, QPushButton):
        for control in pane.findChildren(kind):
            if control.isVisible() and not isinstance(control.parent(), QComboBox):
                spoken = QAccessible.queryAccessibleInterface(control)
                assert spoken.text(QAccessible.Text.Name)


def test_it_comes_back_as_it_was(qtbot, pane, controller, machine):
    type_into(qtbot, pane, "threads", "4")
    other = DevicePane(controller)
    qtbot.addWidget(other)
    other.restore(pane.state())
    other.show()
    controller.answer()
    assert line(other) == "torch.set_num_threads(4)"
    other.restore({"task": 3, "fields": {"threads": None, "nothing": "x"}})
    assert line(other) == "torch.set_num_threads(4)"


@pytest.mark.parametrize(("choice", "colours"), [("dark", DARK), ("light", LIGHT)])
def test_nothing_is_cut_off_at_300_px(qapp, qtbot, pane, choice, colours):
    theme = Theme(qapp, choice)
    assert pane.minimumSizeHint().width() <= 300
    assert pane.form.width() <= pane.scroll_area.viewport().width()
    for item in map(pane.devices.item, range(pane.devices.count())):
        assert pane.devices.visualItemRect(item).width() <= pane.devices.viewport().width()
    second = pane.devices.visualItemRect(pane.devices.item(1))

    def is_drawn_in_these_colours():
        picture = pane.devices.viewport().grab().toImage()
        return picture.pixelColor(second.center().x(), second.top() + 1).name() == colours.base

    qtbot.waitUntil(is_drawn_in_these_colours)
    theme.choose("light")
    theme.deleteLater()
