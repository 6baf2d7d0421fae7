"""Panes for tests of the main window: small, and complete at once."""

from PySide6.QtWidgets import QLabel, QLineEdit, QVBoxLayout

from explorer.window.docking import PaneRow
from explorer.window.pane import Pane


class FakePane(Pane):
    def build(self):
        self.label = QLabel("", self)
        self.field = QLineEdit(self)
        self.field.setAccessibleName(self.name)
        layout = QVBoxLayout(self)
        layout.addWidget(self.label)
        layout.addWidget(self.field)
        layout.addStretch()

    def title(self):
        return self.name.title()

    def patience_ms(self):
        return 0

    def refresh(self):
        self.label.setText(", ".join(self.controller.workspace.entries))

    def state(self):
        return {"text": self.field.text()}

    def restore(self, state):
        self.field.setText(str(state.get("text", "")))


class FakeTensors(FakePane):
    name = "tensors"

    def combine(self):
        self.field.setText("combined")


class FakeCreate(FakePane):
    name = "create"


class FakeDevice(FakePane):
    name = "device"


class FakeScript(FakePane):
    name = "script"

    def put(self, text):
        self.field.setText(text)
        self.field.setFocus()


class FakeHeatmap(FakePane):
    name = "heatmap"

    def __init__(self, controller, expression=""):
        self.expression = expression
        super().__init__(controller)

    def title(self):
        chosen = self.controller.selection.expressions
        return self.expression or (chosen[0] if chosen else "Heat map")


PANES = tuple(
    PaneRow(name, cls.name.title(), f"tests.window.fake_panes:{cls.__name__}", area, size)
    for name, cls, area, size in (
        ("tensors", FakeTensors, "left", 288),
        ("heatmap", FakeHeatmap, "centre", 0),
        ("create", FakeCreate, "right", 304),
        ("script", FakeScript, "below", 232),
    )
)
DEVICE = PaneRow("device", "Device", "tests.window.fake_panes:FakeDevice", "right", 304)
"""One more on the side of another."""
