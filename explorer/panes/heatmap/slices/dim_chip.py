"""The chips of the slicing bar: a dim by its name, to be dragged onto another's place."""

from PySide6.QtCore import QMimeData, QPoint, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QDrag, QDragEnterEvent, QDropEvent, QMouseEvent
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QMenu,
    QSlider,
    QSpinBox,
    QToolButton,
    QWidget,
)

from explorer.panes.heatmap.slices.slicing import Slicing
from explorer.text import tr

MIME = "application/x-tensor-explorer-dim"
SLIDER_PX = 110


class DimPlace(QWidget):
    """Where a dim stands: another can be dropped on it, and changes places with it."""

    swapped = Signal(int, int)
    """The dim that was dropped here, and the one that stood here."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.dim = 0
        self._pressed: QPoint | None = None
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(0, 0, 8, 0)
        self.row.setSpacing(6)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin what may become a drag."""
        self._pressed = event.position().toPoint()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag the dim, where it can be dropped on others."""
        at = event.position().toPoint()
        if self._pressed and self.acceptDrops() and is_dragged(self._pressed, at):
            self._pressed = None
            self.start_drag()

    def start_drag(self) -> None:
        """Let the person drag the dim until they let go."""
        drag = QDrag(self)
        drag.setMimeData(mime_data(self.dim))
        drag.setPixmap(self.grab())
        drag.exec(Qt.DropAction.MoveAction)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take dims of the same bar, but not on their own place."""
        source = event.source()
        mine = isinstance(source, DimPlace) and source.parent() is self.parent()
        if mine and source is not self and event.mimeData().hasFormat(MIME):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Let the dims change places."""
        event.acceptProposedAction()
        self.swapped.emit(int(bytes(event.mimeData().data(MIME).data())), self.dim)


def is_dragged(start: QPoint, now: QPoint) -> bool:
    """Return whether a button that was pressed at `start` has been moved so far that it drags."""
    return (now - start).manhattanLength() >= QApplication.startDragDistance()


def mime_data(dim: int) -> QMimeData:
    """Return what is dragged."""
    data = QMimeData()
    data.setData(MIME, str(dim).encode())
    return data


class RunningChip(DimPlace):
    """The dim that is rows, or columns; any other can be chosen."""

    def __init__(self, text: str, box: QComboBox, parent: QWidget) -> None:
        super().__init__(parent)
        label = QLabel(text, self)
        label.setBuddy(box)
        label.setCursor(Qt.CursorShape.OpenHandCursor)
        label.setToolTip(tr("Drag it onto another dim to swap them"))
        box.setAccessibleName(text)
        # Else it takes more room once it is seen than was left for it.
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.row.addWidget(label)
        self.row.addWidget(box)
        self.setAcceptDrops(True)


class DimChip(DimPlace):
    """One dim that stands at an index: its name and size, a slider, a number."""

    moved = Signal(int, int)
    """Dim and index."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._label = QLabel(self)
        self.slider = QSlider(Qt.Orientation.Horizontal, self)
        self.slider.setFixedWidth(SLIDER_PX)
        self.spin = QSpinBox(self)
        self.spin.setKeyboardTracking(False)
        for widget in (self._label, self.slider, self.spin):
            self.row.addWidget(widget)
        self.slider.valueChanged.connect(self._on_value_changed)
        self.spin.valueChanged.connect(self._on_value_changed)

    def set_dim(self, dim: int, size: int, index: int) -> None:
        """Show a dim, without a signal."""
        self.dim = dim
        self._label.setText(tr("dim {dim} · size {size}", dim=dim, size=size))
        for control in (self.slider, self.spin):
            with QSignalBlocker(control):
                control.setRange(0, size - 1)
                control.setValue(index)
            control.setEnabled(size > 1)
            control.setAccessibleName(tr("Index in dim {dim}", dim=dim))
        self.spin.setSuffix(f" / {size - 1}")

    def _on_value_changed(self, index: int) -> None:
        self.moved.emit(self.dim, index)


class NameButton(QToolButton):
    """A name: a click opens what can be done with it, and it can be dragged."""

    dragged = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._pressed = QPoint()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a click, which may become a drag."""
        self._pressed = event.position().toPoint()
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Let it be dragged."""
        if self.isDown() and is_dragged(self._pressed, event.position().toPoint()):
            self.setDown(False)
            self.dragged.emit()


class SliceChip(DimChip):
    """A dim all slices of which can be shown side by side, with a menu of what else it can be."""

    rows_chosen = Signal(int)
    columns_chosen = Signal(int)
    grid_toggled = Signal(int)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._label.hide()
        self._is_movable = True
        self.name_button, self.grid_button = NameButton(self), QToolButton(self)
        self.name_button.lower()  # the first child: Tab comes to it first
        self.name_button.setAutoRaise(True)
        self.name_button.setToolTip(tr("Click to choose what shows it, drag it onto a dim to swap"))
        self.grid_button.setToolTip(tr("Show all slices side by side, or one (G)"))
        self.row.insertWidget(0, self.name_button)
        self.row.addWidget(self.grid_button)
        self.menu = QMenu(self)
        self.menu.addAction(tr("Show as rows")).triggered.connect(self._on_rows_triggered)
        self.menu.addAction(tr("Show as columns")).triggered.connect(self._on_columns_triggered)
        self.grid_action = self.menu.addAction("")
        self.grid_action.triggered.connect(self._on_grid_triggered)
        self.name_button.clicked.connect(self._on_name_clicked)
        self.name_button.dragged.connect(self.start_drag)
        self.grid_button.clicked.connect(self._on_grid_triggered)
        self.setAcceptDrops(True)

    def show_in(self, slicing: Slicing, dim: int) -> None:
        """Show how a slicing has a dim, without a signal."""
        size, in_grid = slicing.shape[dim], dim in slicing.grid
        self.set_dim(dim, size, slicing.index[dim])
        is_paged = in_grid and slicing.is_paged and dim == slicing.grid[0]
        name = tr("dim {dim} · size {size}", dim=dim, size=size)
        if is_paged:
            first, count = slicing.page
            name = tr(
                "dim {dim} · slices {first} to {last} of {n} as grid",
                dim=dim,
                first=f"{first:,}",
                last=f"{first + count - 1:,}",
                n=f"{size:,}",
            )
        elif in_grid:
            name = tr("dim {dim} · {n} slices as grid", dim=dim, n=f"{size:,}")
        self.name_button.setText(f"{name} ▾")
        self.name_button.setAccessibleName(name)
        offer = tr("{n} slices as grid", n=f"{size:,}")
        self.grid_button.setText(tr("One slice") if in_grid else offer)
        action = (
            tr("One slice of dim {dim}", dim=dim)
            if in_grid
            else tr("All slices of dim {dim} as grid", dim=dim)
        )
        self.grid_button.setAccessibleName(action)
        self.grid_action.setText(tr("Show one slice (G)") if in_grid else tr("Show all slices (G)"))
        self.spin.setVisible(not in_grid or is_paged)
        self._is_movable = not in_grid

    def let_slide(self, *, shown: bool) -> None:
        """Show the slider where there is one to move."""
        self.slider.setVisible(shown and self._is_movable)
        self.grid_button.setVisible(shown or not self._is_movable)
        self.row.activate()
        self.updateGeometry()

    def _on_name_clicked(self) -> None:
        self.menu.popup(self.name_button.mapToGlobal(QPoint(0, self.name_button.height())))

    def _on_rows_triggered(self) -> None:
        self.rows_chosen.emit(self.dim)

    def _on_columns_triggered(self) -> None:
        self.columns_chosen.emit(self.dim)

    def _on_grid_triggered(self) -> None:
        self.grid_toggled.emit(self.dim)
