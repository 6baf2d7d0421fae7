"""The tensors that are selected, with their numbers: what the next line is about."""

from collections.abc import Sequence

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QLabel, QToolButton, QVBoxLayout, QWidget

from explorer.text import tr
from explorer.window.code import code_font
from explorer.window.dropping import carried, take_expressions
from explorer.window.flow import FlowRow
from explorer.window.focus import lead_tab
from explorer.window.theme import mute
from explorer.workspace import Workspace

GAP_PX = 4


class OperandRow(QWidget):
    """A chip for each selected tensor, in operand order; a click takes it out, a drop adds one."""

    chosen = Signal(tuple)
    """Other expressions, in order, are to be selected."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAcceptDrops(True)
        self._row = FlowRow(self, GAP_PX, GAP_PX)
        self._operands: tuple[str, ...] = ()
        self.chips: list[QToolButton] = []
        self._invitation = QLabel(tr("Select a tensor, or drop one here"), self)
        self._invitation.setWordWrap(True)
        mute(self._invitation)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._row)
        layout.addWidget(self._invitation)
        self._add_chip()  # Tab comes to it first, and to those made later from it

    def show_operands(self, operands: Sequence[str], workspace: Workspace) -> None:
        """Show one chip for each of `operands`."""
        self._operands = tuple(operands)
        while len(self.chips) < len(operands):
            self._add_chip()
        for n, chip in enumerate(self.chips):
            chip.setVisible(n < len(operands))
        for n, (chip, expression) in enumerate(zip(self.chips, operands, strict=False), 1):
            info = workspace.find(expression)
            shape = f" {list(info.shape)}" if info else ""
            facts = f"{expression}{shape} {info.dtype if info else ''}".rstrip()
            chip.setText(f"{n}  {expression}{shape}")
            chip.setAccessibleName(tr("Operand {n}: {tensor}", n=n, tensor=facts))
            chip.setToolTip(tr("{tensor}. Click to take it out of the selection", tensor=facts))
        self._invitation.setVisible(not operands)
        self._row.setVisible(bool(operands))
        self._row.fit()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take tensors."""
        take_expressions(event)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        """Take them anywhere in the row."""
        take_expressions(event)

    def dropEvent(self, event: QDropEvent) -> None:
        """Add what was dropped behind the other operands."""
        event.acceptProposedAction()
        self.chosen.emit(tuple(dict.fromkeys((*self._operands, *carried(event.mimeData())))))

    def _add_chip(self) -> None:
        chip = QToolButton(self._row)
        chip.setFont(code_font())
        chip.clicked.connect(self._on_clicked)
        lead_tab((*self.chips[-1:], chip))
        self.chips.append(chip)
        self._row.add(chip)

    @Slot()
    def _on_clicked(self) -> None:
        place = next(n for n, chip in enumerate(self.chips) if chip is self.sender())
        self.chosen.emit(self._operands[:place] + self._operands[place + 1 :])
