"""A field in a cell, in which a person types another value."""

from PySide6.QtCore import QPointF, QRect, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPalette
from PySide6.QtWidgets import QFrame, QLabel, QLineEdit, QVBoxLayout

from explorer.catalog.cell import assignment, cell_number
from explorer.catalog.number import Refusal
from explorer.panes.heatmap import Value, ValueAsk
from explorer.panes.heatmap.reading.editable import grad_refusal, refusal
from explorer.protocol import Answer, TensorInfo
from explorer.text import tr
from explorer.window.code import code_font
from explorer.window.controller import Controller
from explorer.window.plot import CellView

LEAST_WIDTH_PX = 120
REASON_WIDTH_PX = 280


class CellField(QLineEdit):
    """Gives Escape to the editor, and everything else to the text."""

    left = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave with Escape."""
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)
            event.accept()  # no key of the heat map's while a number is typed

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Leave when something else is taken in hand, but not for a menu or another window."""
        super().focusOutEvent(event)
        if event.reason() in (Qt.FocusReason.MouseFocusReason, Qt.FocusReason.TabFocusReason):
            self.left.emit()


class Editor(QFrame):
    """Over the cells while a cell is edited; below the field the reason why it was not taken."""

    submitted = Signal(str)
    """The line that sets the cell."""

    def __init__(self, controller: Controller, cells: CellView) -> None:
        super().__init__(cells)
        self._controller, self._cells = controller, cells
        self._expression, self._index = "", tuple[int, ...]()
        self._place = 0, 0
        self._info: TensorInfo | None = None
        self.field, self.reason = CellField(self), QLabel(self)
        self.field.setAccessibleName(tr("New value of the cell"))
        self.field.setFont(code_font())
        self.reason.setWordWrap(True)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setAutoFillBackground(True)
        self.setBackgroundRole(QPalette.ColorRole.Window)
        column = QVBoxLayout(self)
        column.setContentsMargins(2, 2, 2, 2)
        column.setSpacing(4)
        column.addWidget(self.field)
        column.addWidget(self.reason)
        self.field.returnPressed.connect(self._on_entered)
        self.field.textEdited.connect(self._on_edited)
        self.field.left.connect(self.leave)
        cells.view_changed.connect(self._put)
        self.hide()

    def open(
        self,
        expression: str,
        info: TensorInfo,
        place: tuple[int, int],
        index: tuple[int, ...],
        *,
        as_of: int = 0,
        text: str = "",
    ) -> None:
        """Edit the cell at `place` of the plane, with `text` typed already; report why not."""
        problem = refusal(info, expression, self._controller.workspace, as_of)
        if problem:
            self._controller.report(problem)
            return
        self._expression, self._index, self._place, self._info = expression, index, place, info
        self.reason.hide()
        self.field.setText(text)
        self.show()
        self._put()
        self.raise_()
        self.field.setFocus()
        if not text:
            ask = ValueAsk(expression=expression, index=index)
            self._controller.ask(ask, self._on_value)

    def leave(self) -> None:
        """Let the cell be."""
        if self.isVisible():
            self.hide()
            self._cells.setFocus()

    def _on_value(self, answer: Answer) -> None:
        is_wanted = self.isVisible() and isinstance(answer, Value) and answer.index == self._index
        if is_wanted and isinstance(answer, Value) and not self.field.isModified():
            self.field.setText(answer.text)
            self.field.selectAll()

    def _on_edited(self) -> None:
        self.reason.hide()
        self._put()

    def _on_entered(self) -> None:
        if self._info is None:
            return
        try:
            number = cell_number(self.field.text(), self._info.dtype)
        except Refusal as refused:
            self.reason.setText(refused.message)
            self.reason.show()
            self._put()
            return
        line = assignment(self._expression, self._index, number)
        problem = grad_refusal(self._info, self._expression, self._controller.workspace, line)
        self.leave()
        if problem:
            self._controller.report(problem)
        else:
            self.submitted.emit(line)

    def _put(self) -> None:
        """Stand over the cell, as far as there is room."""
        if not self.isVisible():
            return
        cells, (row, column) = self._cells, self._place
        corners = [
            cells.mapFromScene(cells.box.mapViewToScene(QPointF(column + x, row + x)))
            for x in (-0.5, 0.5)
        ]
        cell = QRect(*corners)
        least = REASON_WIDTH_PX if self.reason.isVisible() else LEAST_WIDTH_PX
        width = min(cells.width(), max(cell.width(), least))
        layout = self.layout()
        height = layout.totalHeightForWidth(width) if layout else cell.height()
        height = max(height, self.sizeHint().height()) if not self.reason.isVisible() else height
        x = max(0, min(cell.center().x() - width // 2, cells.width() - width))
        y = max(
            0, min(cell.center().y() - self.field.sizeHint().height() // 2, cells.height() - height)
        )
        self.setGeometry(x, y, width, height)
