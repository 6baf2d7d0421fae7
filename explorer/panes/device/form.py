"""The fields of the Device pane: settings, a tensor to move, a size to plan."""

from PySide6.QtCore import QEvent, QObject, QSignalBlocker, Qt, Signal, Slot
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QFormLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from explorer.catalog.device import FLOAT_DTYPES, SETTINGS
from explorer.catalog.literal import DTYPES
from explorer.panes.device.line import MOVE, PLAN
from explorer.protocol import TensorInfo
from explorer.text import tr
from explorer.window.choice import ChoiceBox, TensorBox
from explorer.window.code import code_font
from explorer.window.dropping import DropField
from explorer.window.theme import mute

FIRST_SIZE = "100000, 100000"
PASSED_BY = (
    Qt.FocusReason.PopupFocusReason,
    Qt.FocusReason.ActiveWindowFocusReason,
    Qt.FocusReason.MenuBarFocusReason,
)
"""Ways in which the focus only comes back to where it was."""

Field = QLineEdit | ChoiceBox | TensorBox


class DeviceForm(QWidget):
    """Fields by key: a setting's name, or "move.device". What stands before the dot is the task."""

    edited = Signal(str)
    """The text of a field was changed: the field's key."""
    entered = Signal()
    """The person pressed Enter in a field."""
    focused = Signal(str)
    """The person came into a field: the field's key."""
    planned = Signal()
    """The person wants the line that plans without memory."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.fields: dict[str, Field] = {}
        self._labels: list[QLabel] = []
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 4, 0)
        layout.setSpacing(8)
        self._build_settings(layout)
        self._build_move(layout)
        self._build_plan(layout)
        layout.addStretch()
        width_px = max(label.sizeHint().width() for label in self._labels)
        for label in self._labels:
            label.setMinimumWidth(width_px)

    def text(self, key: str) -> str:
        """Return what stands in a field."""
        return self.fields[key].text()

    def put(self, key: str, text: str) -> None:
        """Put `text` into a field without saying that it was edited."""
        field = self.fields[key]
        if text == field.text():
            return
        with QSignalBlocker(field):
            if isinstance(field, QLineEdit):
                field.setText(text)
            else:
                field.set_text(text)

    def offer_devices(self, names: list[str]) -> None:
        """Offer the devices that there are now."""
        for key in ("device", "move.device"):
            field = self.fields[key]
            if isinstance(field, ChoiceBox):
                field.offer(names)

    def offer_tensors(self, tensors: list[TensorInfo]) -> None:
        """Offer the tensors that there are now."""
        field = self.fields["move.tensor"]
        if isinstance(field, TensorBox):
            with QSignalBlocker(field):
                field.set_tensors(tensors)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Tell which field the person comes into."""
        if isinstance(event, QFocusEvent) and event.gotFocus() and event.reason() not in PASSED_BY:
            self.focused.emit(watched.objectName())
        return super().eventFilter(watched, event)

    # --- widgets ------------------------------------------------------------------------------

    def _build_settings(self, layout: QVBoxLayout) -> None:
        rows = self._section(layout, tr("Settings of the session"))
        for setting in SETTINGS:
            field: Field
            if setting.kind == "device":
                field = ChoiceBox((), "", self)
            elif setting.kind == "dtype":
                field = ChoiceBox(FLOAT_DTYPES, "", self)
            else:
                field = DropField(self)
            self._add(rows, setting.name, tr(setting.label), tr(setting.help), field)

    def _build_move(self, layout: QVBoxLayout) -> None:
        rows = self._section(layout, tr("Move a tensor"))
        for key, label, tip, field in (
            ("tensor", tr("Tensor"), tr("The tensor to move or convert"), TensorBox(self)),
            ("device", tr("To"), tr("The device that the result is on"), ChoiceBox((), "", self)),
            (
                "dtype",
                tr("As dtype"),
                tr("What the result holds; empty for the same as now"),
                ChoiceBox(("", *DTYPES), tr("The same"), self),
            ),
        ):
            self._add(rows, f"{MOVE}.{key}", label, tip, field)

    def _build_plan(self, layout: QVBoxLayout) -> None:
        rows = self._section(layout, tr("Plan shapes of any size"))
        note = QLabel(
            tr("On meta a tensor has a shape and a dtype but no values, so it takes no memory."),
            self,
        )
        note.setWordWrap(True)
        mute(note)
        rows.addRow(note)
        tip = tr("The size of the tensor, which may be larger than any memory")
        size = DropField(FIRST_SIZE, self)
        size.setPlaceholderText(FIRST_SIZE)
        self._add(rows, f"{PLAN}.size", tr("Size"), tip, size)
        self.plan_button = QPushButton(tr("Plan without memory"), self)
        self.plan_button.setToolTip(tr("Show the line that makes a tensor of this size on meta"))
        self.plan_button.clicked.connect(self.planned)
        rows.addRow(self.plan_button)

    def _section(self, layout: QVBoxLayout, title: str) -> QFormLayout:
        heading = QLabel(title, self)
        font = heading.font()
        font.setBold(True)
        heading.setFont(font)
        layout.addWidget(heading)
        rows = QFormLayout()
        rows.setContentsMargins(0, 0, 0, 8)
        rows.setSpacing(8)
        rows.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        rows.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        layout.addLayout(rows)
        return rows

    def _add(self, rows: QFormLayout, key: str, label: str, tip: str, field: Field) -> None:
        field.setObjectName(key)
        field.setToolTip(tip)
        field.setAccessibleName(label)
        field.setAccessibleDescription(tip)
        if not isinstance(field, TensorBox):
            field.setFont(code_font())
        field.installEventFilter(self)
        line = field if isinstance(field, QLineEdit) else field.lineEdit()
        if line is not None:
            line.returnPressed.connect(self.entered)
        if isinstance(field, QLineEdit):
            field.textChanged.connect(self._on_edited)
        else:
            field.edited.connect(self._on_edited)
        self.fields[key] = field
        name = QLabel(label, self)
        name.setBuddy(field)
        self._labels.append(name)
        rows.addRow(name, field)

    @Slot()
    def _on_edited(self) -> None:
        sender = self.sender()
        if sender is not None:
            self.edited.emit(sender.objectName())
