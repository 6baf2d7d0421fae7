"""Rows of small buttons under a field, that put what they say into it."""

from collections.abc import Iterable

from PySide6.QtCore import QEvent, Signal, Slot
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QButtonGroup, QGridLayout, QToolButton, QWidget

from explorer.catalog.literal import dims
from explorer.catalog.number import Refusal
from explorer.text import tr

USUAL_DTYPES = ("float32", "float64", "int64", "bool")
MOST_DIMS = 8
CHIP = "chip"
"""The property of a button that holds its text in the field."""


class Chips(QWidget):
    """Each chip is pressed while its text is in the field, and puts it there or takes it out."""

    picked = Signal(str)
    """What the field is to hold."""

    in_a_row = 2

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._text = ""
        self._group = QButtonGroup(self, exclusive=False)
        self._group.buttonClicked.connect(self._on_button_clicked)
        self._layout = QGridLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(4)
        self._layout.setColumnStretch(self.in_a_row, 1)

    def chips(self) -> list[QToolButton]:
        """Return the chips, in order."""
        return [b for b in self._group.buttons() if isinstance(b, QToolButton)]

    def put(self, chips: Iterable[tuple[str, str]]) -> None:
        """Show a chip for each text and the words that stand for it."""
        for button in self.chips():
            self._group.removeButton(button)
            self._layout.removeWidget(button)
            button.hide()  # before it has no parent: it would be a window for a moment
            button.setParent(None)
            button.deleteLater()
        for place, (text, words) in enumerate(chips):
            button = QToolButton(self)
            button.setCheckable(True)
            button.setText(words)
            button.setProperty(CHIP, text)
            self._group.addButton(button)
            self._layout.addWidget(button, *divmod(place, self.in_a_row))
        self.follow(self._text)

    def follow(self, text: str) -> None:
        """Show what the field holds."""
        self._text = text
        held = self.held(text)
        for button in self.chips():
            button.setChecked(button.property(CHIP) in held)
        self._tint()

    def held(self, text: str) -> list[str]:
        """Return the texts of the chips that `text` is made of."""
        return [text.strip().removeprefix("torch.")]

    def toggled(self, chip: str) -> str:
        """Return the text of the field after `chip` was clicked."""
        return "" if chip in self.held(self._text) else chip

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "_group"):
            self._tint()

    def _tint(self) -> None:
        """Fill the chips that are pressed: in the dark nobody would see that they are."""
        for button in self.chips():
            palette = self.palette()
            if button.isChecked():
                palette.setBrush(QPalette.ColorRole.Button, palette.highlight())
                palette.setBrush(QPalette.ColorRole.ButtonText, palette.highlightedText())
            button.setPalette(palette)

    @Slot(QToolButton)
    def _on_button_clicked(self, button: QToolButton) -> None:
        self.picked.emit(self.toggled(button.property(CHIP)))
        self.follow(self._text)


class DtypeChips(Chips):
    """The usual dtypes."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.put((dtype, dtype) for dtype in USUAL_DTYPES)


class DimChips(Chips):
    """The dims of a tensor with their sizes; those clicked stand in the order of the clicks."""

    in_a_row = 3

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._shape: tuple[int, ...] = ()

    def show_shape(self, shape: tuple[int, ...] | None) -> None:
        """Offer the dims of a tensor of `shape`; None, and a great many, are not offered."""
        shape = shape or ()
        if shape == self._shape:
            return
        self._shape = shape
        chips = list(enumerate(shape)) if len(shape) <= MOST_DIMS else []
        self.put((str(dim), f"{dim} · {n}") for dim, n in chips)
        for button, (dim, n) in zip(self.chips(), chips, strict=True):
            words = tr("dim {dim} · size {n}", dim=dim, n=n)
            button.setToolTip(words)
            button.setAccessibleName(words)

    def held(self, text: str) -> list[str]:
        """Return the dims in `text`, counted from the front; none where it can't be read."""
        try:
            source = dims(text, len(self._shape))
        except Refusal:
            return []
        numbers = [int(part) for part in source.strip("(,)").split(",") if part.strip()]
        return [str(number % max(1, len(self._shape))) for number in numbers]

    def toggled(self, chip: str) -> str:
        """Return the dims after `chip` was clicked."""
        held = self.held(self._text)
        return ", ".join([d for d in held if d != chip] if chip in held else [*held, chip])
