"""The searchable list of operators."""

from PySide6.QtCore import QEvent, QModelIndex, QObject, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QListView, QVBoxLayout, QWidget

from explorer.panes.operate.model import OperatorDelegate, OperatorModel
from explorer.panes.operate.operators import Operators
from explorer.text import tr
from explorer.window.field import Field
from explorer.window.hint import Hint
from explorer.window.theme import icon

LEAST_ROWS = 4
MOVES = (Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_PageDown, Qt.Key.Key_PageUp)


class OperatorChooser(QWidget):
    """A search field over the list: arrows go through the list while one types."""

    chosen = Signal(str)
    """The path of the operator that is current now."""
    entered = Signal()
    """The person pressed Enter: the operator is the one they want."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._operators = Operators(None)
        self._count = 0
        self._path = ""
        self.search = Field(self)
        self.search.setPlaceholderText(tr("Search operators"))
        self.search.setAccessibleName(tr("Search operators"))
        self._magnifier = self.search.addAction(
            icon("search"), QLineEdit.ActionPosition.LeadingPosition
        )
        self.search.setClearButtonEnabled(True)
        self.search.installEventFilter(self)
        self.hint = Hint(self)
        self.model = OperatorModel(self)
        self.list = self._build_list()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self.search)
        layout.addWidget(self.hint)
        layout.addWidget(self.list, 1)
        self.search.textChanged.connect(self._on_text_changed)
        self.search.returnPressed.connect(self.entered)
        self.list.activated.connect(self._on_activated)
        self.list.selectionModel().currentChanged.connect(self._on_current_changed)
        self._fill()
        rows_px = LEAST_ROWS * self.list.sizeHintForRow(0)
        self.list.setMinimumHeight(rows_px + 2 * self.list.frameWidth())

    @property
    def operators(self) -> Operators:
        """Those that can be chosen."""
        return self._operators

    def offer(self, operators: Operators) -> None:
        """Offer others in place of those before."""
        self._operators = operators
        self._fill()

    def suit(self, count: int) -> None:
        """Put those first that are about `count` tensors."""
        if count != self._count:
            self._count = count
            self._fill()

    def choose(self, path: str) -> None:
        """Make the operator with this path current, whether it is in the list or not."""
        if not self.model.index_of(path).isValid():
            self.search.clear()
        self._path = path
        self._show_current()

    def shown_paths(self) -> list[str]:
        """Return the operators that the search leaves, in order."""
        return [row.path for row in self.model.rows if row.path]

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let the arrow keys move in the list while the person is in the search field."""
        if (
            watched is self.search
            and isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.KeyPress
            and event.key() in MOVES
        ):
            return QApplication.sendEvent(self.list, event)
        return super().eventFilter(watched, event)

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "_magnifier"):
            self._magnifier.setIcon(icon("search"))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the current operator in sight."""
        super().resizeEvent(event)
        self.list.scrollTo(self.list.currentIndex())

    def _build_list(self) -> QListView:
        view = QListView(self)
        view.setModel(self.model)
        view.setItemDelegate(OperatorDelegate(view))
        view.setUniformItemSizes(True)
        view.setAccessibleName(tr("Operators"))
        view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        # A bar that comes and goes with the search would move the words.
        view.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        return view

    def _fill(self) -> None:
        """Show what the search leaves; the operator in hand stays in hand."""
        query = self.search.text().strip()
        found = self._operators.find(query, self._count) if query else None
        rows = self._operators.rows(self._count) if found is None else found
        self.model.show(self._operators, rows)
        if not self._operators.is_complete:
            self.hint.say(tr("Reading torch's operators. The usual ones are here already"))
        else:
            self.hint.say("" if rows else tr("No operator is called that"))
        if found:
            self.list.setCurrentIndex(self.model.index(0))
        else:
            self._show_current()

    def _show_current(self) -> None:
        index = self.model.index_of(self._path)
        if not index.isValid():
            return
        self.list.setCurrentIndex(index)
        if index.row() and not self.model.rows[index.row() - 1].path:
            self.list.scrollTo(self.model.index(index.row() - 1))  # the title of a group
        self.list.scrollTo(index)

    @Slot()
    def _on_text_changed(self) -> None:
        self._fill()

    @Slot(QModelIndex, QModelIndex)
    def _on_current_changed(self, index: QModelIndex, _before: QModelIndex) -> None:
        path = self.model.rows[index.row()].path if index.isValid() else ""
        if path and path != self._path:
            self._path = path
            self.chosen.emit(path)

    @Slot(QModelIndex)
    def _on_activated(self, _index: QModelIndex) -> None:
        self.entered.emit()
