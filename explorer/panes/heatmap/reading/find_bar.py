"""The bar in which a person says what element to look for."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLabel, QToolButton, QWidget

from explorer.text import tr
from explorer.window.close_button import CloseButton
from explorer.window.field import Field
from explorer.window.flow import FlowRow


class FindBar(FlowRow):
    """Hidden until it is opened."""

    sought = Signal(bool)
    """What the field says is looked for; backward if true."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, gap=4, row_gap=4)
        self.setAccessibleName(tr("Find a value"))
        self.field = Field(self)
        self.field.setAccessibleName(tr("Value to find"))
        self.field.setPlaceholderText(tr("3, > 0.5, 0.1 ± 0.01"))
        self.field.setToolTip(
            tr("A number, a comparison such as > 3, a number and how far off, nan or inf")
        )
        self.previous_button, self.next_button = QToolButton(self), QToolButton(self)
        self.unfinite_button, self.largest_button = QToolButton(self), QToolButton(self)
        self.smallest_button = QToolButton(self)
        self.close_button = CloseButton(self, self.accessibleName(), self)
        for button, text, tip in (
            (
                self.previous_button,
                tr("Previous"),
                tr("Go to the match before this cell (Shift+F3)"),
            ),
            (self.next_button, tr("Next"), tr("Go to the match after this cell (F3)")),
            (
                self.unfinite_button,
                tr("NaN or Inf"),
                tr("Go to the next NaN or infinity (N, back: Shift+N)"),
            ),
            (self.largest_button, tr("Max"), tr("Go to the largest finite element (M)")),
            (
                self.smallest_button,
                tr("Min"),
                tr("Go to the smallest finite element (Shift+M)"),
            ),
        ):
            button.setText(text)
            button.setToolTip(tip)
        self.close_button.setToolTip(tr("Close the search (Esc)"))
        self.close_button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.message = QLabel(self)
        self.message.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        for widget in (
            self.field,
            self.previous_button,
            self.next_button,
            self.unfinite_button,
            self.largest_button,
            self.smallest_button,
            self.close_button,
            self.message,
        ):
            self.add(widget)
        self.previous_button.clicked.connect(self._on_previous_clicked)
        self.next_button.clicked.connect(self._on_next_clicked)
        self.hide()

    def open(self) -> None:
        """Let the person type what to look for."""
        self.show()
        self.fit()
        self.field.setFocus()
        self.field.selectAll()

    def say(self, text: str) -> None:
        """Say how the search went."""
        if text != self.message.text():
            self.message.setText(text)
            self.message.setVisible(bool(text))
            self.fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go on with Enter, back with Shift+Enter."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.field.hasFocus():
            self.sought.emit(bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
        else:
            super().keyPressEvent(event)

    def _on_previous_clicked(self) -> None:
        self.sought.emit(True)  # noqa: FBT003 - what the signal says

    def _on_next_clicked(self) -> None:
        self.sought.emit(False)  # noqa: FBT003 - what the signal says
