"""The tensors that are selected, with their numbers: what the next line is about."""

from collections.abc import Sequence

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QLabel, QToolButton, QWidget

from explorer.text import tr
from explorer.window.code import code_font
from explorer.window.dropping import carried, take_expressions
from explorer.window.flow import FlowRow
from explorer.window.theme import mute
from explorer.workspace import Workspace

GAP_PX = 4


class OperandRow(FlowRow):
    """A chip for each selected tensor, in operand order; a click takes it out, a drop adds one."""

    chosen = Signal(tuple)
    """Other expressions, in order, are to be selected."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, GAP_PX, GAP_PX)
        self.setAcceptDrops(True)
        self._operands: tuple[str, ...] = ()
        self.chips: list[QToolButton] = []
        self._invitation = QLabel(tr("Select a tensor, or drop one here"), self)
        mute(self._invitation)
        self.add(self._invitation)

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
        self.fit()

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
        chip = QToolButton(self)
        chip.setFont(code_font())
        chip.clicked.connect(self._on_clicked)
        self.chips.append(chip)
        self.add(chip)

    @Slot()
    def _on_clicked(self) -> None:
        place = next(n for n, chip in enumerate(self.chips) if chip is self.sender())
        self.chosen.emit(self._operands[:place] + self._operands[place + 1 :])
