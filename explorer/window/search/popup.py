"""What hangs under the search box: the rows, and the keys that fit the row in hand."""

from PySide6.QtCore import QModelIndex, QPoint, Qt, Signal
from PySide6.QtWidgets import QFrame, QLabel, QListView, QVBoxLayout, QWidget

from explorer.text import Text, tr
from explorer.window.scale import px
from explorer.window.search.delegate import ROW_PX, ResultDelegate
from explorer.window.search.results import Kind, Result, Results
from explorer.window.theme import mute

VISIBLE_ROWS = 12
LEAST_WIDTH_PX = 720
MARGIN_PX = 8
STEPS = {
    Qt.Key.Key_Down: 1,
    Qt.Key.Key_Up: -1,
    Qt.Key.Key_PageDown: VISIBLE_ROWS,
    Qt.Key.Key_PageUp: -VISIBLE_ROWS,
}
KEYS: dict[Kind, Text] = {
    "operator": "Enter: run   Tab: open the form   Alt+Enter: edit the line",
    "form": "Enter: open the form   Alt+Enter: edit the line",
    "line": "Enter: run   Tab: open the form",
    "tensor": "Enter: select",
    "file": "Enter: open",
    "watch": "Enter: watch",
    "action": "Enter: do it",
}
"""What the keys do with a row."""


class Popup(QFrame):
    """A part of the window, not a window of its own: the box keeps the focus."""

    chosen = Signal(object)
    """The `Result` that was clicked."""
    moved = Signal()
    """Other rows are in view."""

    def __init__(self, results: Results, box: QWidget, window: QWidget) -> None:
        super().__init__(window)
        self._results = results
        self._box = box
        self.is_complete = True
        """Whether all operators can be found already."""
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setAutoFillBackground(True)
        self.hide()
        self.list = QListView(self)
        self.list.setModel(results)
        self.list.setItemDelegate(ResultDelegate(self.list))
        self.list.setUniformItemSizes(True)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setAccessibleName(tr("Search results"))
        self.foot = QLabel(self)
        self.foot.setContentsMargins(px(8), px(4), px(8), px(4))
        mute(self.foot)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.list, 1)
        layout.addWidget(self.foot)
        self.list.clicked.connect(self._on_clicked)
        self.list.verticalScrollBar().valueChanged.connect(self.moved)
        self.list.selectionModel().currentChanged.connect(self._on_current_changed)

    @property
    def current(self) -> Result | None:
        """The row in hand."""
        row = self.list.currentIndex().row()
        return self._results.rows[row] if 0 <= row < len(self._results.rows) else None

    def show_rows(self, rows: list[Result], *, keep_hand: bool) -> None:
        """Show `rows`, the first one in hand, or with `keep_hand` that which is if it is still there."""
        before = self.current
        self._results.show(rows)
        if rows:
            place = rows.index(before) if keep_hand and before in rows else 0
            self.list.setCurrentIndex(self._results.index(place))
            self._place()
        self.setVisible(bool(rows))
        self.moved.emit()

    def rows_in_view(self) -> list[Result]:
        """Return the rows that are seen now, or are about to be."""
        first = self.list.verticalScrollBar().value()
        return self._results.rows[first : first + VISIBLE_ROWS]

    def move_hand(self, key: Qt.Key) -> None:
        """Take another row in hand; a single step goes round."""
        step, rows = STEPS[key], len(self._results.rows)
        row = self.list.currentIndex().row() + step
        if abs(step) == 1:
            row %= rows
        index = self._results.index(max(0, min(row, rows - 1)))
        self.list.setCurrentIndex(index)
        self.list.scrollTo(index)

    def _place(self) -> None:
        """Take the place under the box, as wide as the window lets it be."""
        window, box = self._box.window(), self._box
        corner = box.mapTo(window, QPoint(0, box.height() + 2))
        room = window.width() - corner.x() - px(MARGIN_PX)
        width = max(box.width(), min(px(LEAST_WIDTH_PX), room))
        rows = min(len(self._results.rows), VISIBLE_ROWS)
        height = rows * px(ROW_PX) + self.foot.sizeHint().height() + 2 * self.frameWidth()
        self.setGeometry(corner.x(), corner.y(), width, height)
        self.raise_()

    def _on_clicked(self, index: QModelIndex) -> None:
        self.chosen.emit(self._results.rows[index.row()])

    def _on_current_changed(self, _current: QModelIndex, _before: QModelIndex) -> None:
        row = self.current
        said = [tr(KEYS[row.kind])] if row else []
        if not self.is_complete:
            said.append(tr("Reading torch's operators"))
        self.foot.setText("   ".join(said))
