"""The Device pane: what torch can compute on, and the lines that choose, move and plan."""

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from explorer.catalog.device import META, is_there
from explorer.catalog.literal import Refusal
from explorer.panes.device import Devices, DevicesAsk
from explorer.panes.device.device_list import DeviceList
from explorer.panes.device.form import DeviceForm
from explorer.panes.device.line import MOVE, PLAN, TASKS, Made, as_listed, make, names_of
from explorer.panes.device.words import missing_text
from explorer.protocol import Answer, Problem
from explorer.text import tr
from explorer.window.area import ColumnArea
from explorer.window.controller import Controller
from explorer.window.hint import Hint
from explorer.window.line_form import LineForm
from explorer.window.pane import Pane, State

ASK_MILLISECONDS = 10_000
"""Beside what each line brings: how much memory is free changes by itself, and looking costs time."""
FIRST = "device"
SEEDS = 1 << 64


class DevicePane(Pane):
    """See the module. The field that the person was in last decides which line is shown."""

    name = "device"

    def __init__(self, controller: Controller, parent: QWidget | None = None) -> None:
        self._found = Devices(devices=())
        self._task = FIRST
        self._touched: set[str] = set()
        self._name_by_hand = False
        self._pending: Made | None = None
        super().__init__(controller, parent)
        self._timer = QTimer(self, interval=ASK_MILLISECONDS)
        self._timer.timeout.connect(self._on_timeout)
        controller.selection_changed.connect(self._on_selection_changed)

    def title(self) -> str:
        """See the base class."""
        return tr("Device")

    # --- widgets ------------------------------------------------------------------------------

    def build(self) -> None:
        """See the base class."""
        self.trouble = Hint(self)
        self.devices = DeviceList(self)
        self.form = DeviceForm(self)
        scroll_area = self.scroll_area = ColumnArea(self)
        scroll_area.setWidget(self.form)
        splitter = QSplitter(Qt.Orientation.Vertical, self)
        splitter.setChildrenCollapsible(False)
        splitter.addWidget(self.devices)
        splitter.addWidget(scroll_area)
        splitter.setSizes([240, 320])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.setSpacing(8)
        layout.addWidget(self.trouble)
        layout.addWidget(splitter, 1)
        layout.addWidget(self._build_foot())
        self.devices.chosen.connect(self._on_device_chosen)
        self.form.edited.connect(self._on_field_edited)
        self.form.focused.connect(self._on_field_focused)
        self.form.entered.connect(self.apply)
        self.form.planned.connect(self._on_planned)

    def _build_foot(self) -> LineForm:
        self.foot = LineForm("run", tr("Run"), self)
        self.foot.name_edited.connect(self._on_name_edited)
        self.foot.name_field.returnPressed.connect(self.apply)
        self.foot.applied.connect(self.apply)
        self.foot.button.clicked.connect(self.apply)
        return self.foot

    # --- what there is ------------------------------------------------------------------------

    def refresh(self) -> None:
        """Show the settings and tensors there are now, and ask for the devices."""
        self.form.offer_tensors(list(self.controller.workspace.tensors()))
        self._follow_selection()
        self._show_now()
        self.ask(DevicesAsk(), self._on_answered)

    @Slot()
    def _on_timeout(self) -> None:
        if not (self.window().isMinimized() or self.controller.is_asking(self)):
            self.ask(DevicesAsk(), self._on_answered)

    @Slot(object)
    def _on_answered(self, answer: Answer) -> None:
        self.trouble.say(answer.what if isinstance(answer, Problem) else "", error=True)
        if isinstance(answer, Devices) and answer != self._found:
            self._found = answer
            self._show_now()

    def _show_now(self) -> None:
        """Put what is set now into the fields that nobody touched, and make the line anew."""
        modes, seed = self.controller.workspace.modes, self._found.seed
        names = names_of(self._found)
        default = as_listed(modes.default_device, self._found)
        self.devices.show_devices(self._found, default)
        self.form.offer_devices(names)
        now = {
            "device": default,
            "dtype": modes.default_dtype,
            "threads": str(modes.threads),
            # torch counts negative seeds from above; a line takes them as they were typed.
            "seed": str(seed if seed < SEEDS // 2 else seed - SEEDS),
            "move.device": next((n for n in names if n not in ("cpu", META)), "cpu"),
        }
        for key, text in now.items():
            if key not in self._touched:
                self.form.put(key, text)
        if not self._name_by_hand:
            self.foot.put_target(self.controller.workspace.free_name())
        if not self.foot.line.by_hand:
            self._show_line()

    # --- the line -----------------------------------------------------------------------------

    def _make(self) -> Made:
        """Return the line that the fields mean. Raises Refusal."""
        workspace = self.controller.workspace
        return make(self._task, self.form.text, self.foot.target, workspace, self._found)

    def _show_line(self) -> None:
        line = ""
        try:
            made = self._make()
            line = made.line
            self.foot.hint.say(made.words)
        except Refusal as refusal:
            self.foot.hint.say(refusal.message, error=True)
        self.foot.name_row.setVisible(self._task in (MOVE, PLAN))
        self.foot.show_line(line)

    # --- what a person does -------------------------------------------------------------------

    @Slot()
    def apply(self) -> None:
        """Run the line as it stands; if it needs a device, look first whether that is still there."""
        line = self.foot.source
        if not line:
            return
        made = Made(line, "") if self.foot.line.by_hand else self._make()
        self._pending = made
        if made.needs:
            self.ask(DevicesAsk(), self._on_checked)
        else:
            self._submit(made)

    @Slot(object)
    def _on_checked(self, answer: Answer) -> None:
        made, self._pending = self._pending, None
        self._on_answered(answer)
        if made is None or isinstance(answer, Problem):
            return
        if is_there(made.needs, names_of(self._found)):
            self._submit(made)
            return
        self.controller.report(
            Problem(
                what=tr("{device} is no longer there, so nothing was run.", device=made.needs),
                fix=missing_text(made.needs, self._found.absent),
                fix_code=made.line.replace(f'"{made.needs}"', '"cpu"'),
            )
        )

    def _submit(self, made: Made) -> None:
        self._pending = None
        self._touched = {key for key in self._touched if key.partition(".")[0] != self._task}
        self._name_by_hand = False
        self.foot.line.by_hand = False
        self.submitted.emit(made.line)

    @Slot(str)
    def _on_device_chosen(self, name: str) -> None:
        self._touched.add("device")
        self.form.put("device", name)
        self._take_in_hand(FIRST)

    @Slot(str)
    def _on_field_edited(self, key: str) -> None:
        self._touched.add(key)
        self._take_in_hand(key)

    @Slot(str)
    def _on_field_focused(self, key: str) -> None:
        if key.partition(".")[0] != self._task:
            self._take_in_hand(key)

    @Slot()
    def _on_planned(self) -> None:
        self._take_in_hand(PLAN)
        if self.foot.button.isEnabled():
            self.foot.button.setFocus(Qt.FocusReason.OtherFocusReason)

    def _take_in_hand(self, key: str) -> None:
        self._task = key.partition(".")[0]
        self._show_line()

    @Slot()
    def _on_name_edited(self) -> None:
        self._name_by_hand = True
        self._show_line()

    @Slot()
    def _on_selection_changed(self) -> None:
        self._follow_selection()
        if self._task == MOVE and not self.foot.line.by_hand:
            self._show_line()

    def _follow_selection(self) -> None:
        if "move.tensor" not in self._touched:
            for expression in self.controller.selection.expressions[:1]:
                self.form.put("move.tensor", expression)

    # --- state --------------------------------------------------------------------------------

    def state(self) -> State:
        """Return which field is in hand, and what was typed and did not run yet."""
        typed = {key: self.form.text(key) for key in sorted(self._touched)}
        return {"task": self._task, "fields": typed}

    def restore(self, state: State) -> None:
        """See the base class."""
        fields = state.get("fields")
        for key, text in fields.items() if isinstance(fields, dict) else ():
            if key in self.form.fields and isinstance(text, str):
                self.form.put(key, text)
                self._touched.add(key)
        if state.get("task") in TASKS:
            self._task = str(state["task"])
        self._show_line()

    # --- Qt -----------------------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:
        """Ask while somebody looks."""
        super().showEvent(event)
        self._timer.start()

    def hideEvent(self, event: QHideEvent) -> None:
        """Ask no more."""
        super().hideEvent(event)
        self._timer.stop()
