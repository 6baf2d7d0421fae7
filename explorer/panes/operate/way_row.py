"""A row of the ways to write the operation in hand, and how the one in hand differs."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import (
    QAbstractButton,
    QButtonGroup,
    QLabel,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from explorer.catalog.way import Way, WayName
from explorer.text import Text, tr
from explorer.window.flow import FlowRow
from explorer.window.theme import mute

GAP_PX = 12
ROW_GAP_PX = 4
NAMES: dict[WayName, Text] = {
    "symbol": "Symbol",
    "function": "Function",
    "method": "Method",
    "out": "Into out=",
    "in_place": "In place",
}


class WayRow(QWidget):
    """Hidden while there is only one way."""

    chosen = Signal(object)
    """The person wants this `Way`."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._ways: tuple[Way, ...] = ()
        self._group = QButtonGroup(self)
        self.buttons: dict[WayName, QRadioButton] = {}
        self._row = FlowRow(self, GAP_PX, ROW_GAP_PX)
        for name, text in NAMES.items():
            button = self.buttons[name] = QRadioButton(self._row)
            button.setText(tr(text))
            self._group.addButton(button)
            self._row.add(button)
        self.words = QLabel(self)
        self.words.setWordWrap(True)
        mute(self.words)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self._row)
        layout.addWidget(self.words)
        self._group.buttonClicked.connect(self._on_clicked)
        self.hide()

    @property
    def last(self) -> QWidget:
        """Where Tab goes on from."""
        return self.buttons["in_place"]

    def show_ways(self, ways: tuple[Way, ...], in_hand: Way | None) -> None:
        """Offer `ways`, of which one is in hand."""
        self._ways = ways
        for name, button in self.buttons.items():
            way = next((way for way in ways if way.name == name), None)
            button.setVisible(way is not None)
            if way:
                button.setChecked(way is in_hand)
                button.setToolTip(f"{way.label}\n{tr(way.help)}")
        self.words.setText(tr(in_hand.help) if in_hand else "")
        self._row.fit()
        self.setVisible(bool(ways))

    def tell_lost(self, names: tuple[str, ...]) -> None:
        """Say that the way in hand has no place for some of what was given."""
        if names:
            lost = tr("Left out, since it takes none: {names}", names=", ".join(names))
            self.words.setText(f"{self.words.text()} {lost}")

    @Slot(QAbstractButton)
    def _on_clicked(self, button: QAbstractButton) -> None:
        for way in self._ways:
            if self.buttons[way.name] is button:
                self.chosen.emit(way)
