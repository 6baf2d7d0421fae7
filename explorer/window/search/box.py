"""The search box: finds actions and tensors at once, and takes any line of Python."""

import ast
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QFocusEvent,
    QIcon,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPalette,
)
from PySide6.QtWidgets import (
    QFrame,
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from explorer.protocol import NUMPY
from explorer.text import tr
from explorer.watch import is_watch, why_not
from explorer.window.actions import Actions
from explorer.window.code import code_font
from explorer.window.controller import Controller
from explorer.window.scale import px
from explorer.window.theme import icon, scheme

Kind = Literal["action", "tensor", "line", "watch"]
Index = QModelIndex | QPersistentModelIndex
RESULTS = 40
VISIBLE_ROWS = 12
ROW_PX = 28
BEHIND = 5
MOVES = (Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_PageDown, Qt.Key.Key_PageUp)


@dataclass(frozen=True, slots=True)
class Result:
    """A row: `key` is the command's id, the tensor's expression, the line or what to watch."""

    kind: Kind
    key: str
    text: str
    note: str = ""
    icon: str = ""


def rank(query: str, text: str) -> int | None:
    """Return how well `query` fits `text`, 0 best: start, start of a word, within; None if not."""
    query, text = query.casefold(), text.casefold()
    if text == query:
        return 0
    if text.startswith(query):
        return 1
    at = text.find(query)
    if at > 0:
        return 3 if text[at - 1].isalnum() else 2
    if at < 0 and all(part in text for part in query.split()):
        return 4
    return None if at < 0 else 1


def is_line(text: str) -> bool:
    """Return whether `text` is Python and more than a word, so that running it comes first."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    simple = len(tree.body) == 1 and isinstance(tree.body[0], ast.Expr)
    return bool(tree.body) and not (simple and text.strip().isidentifier())


class Results(QAbstractListModel):
    """The rows under the box."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.rows: list[Result] = []

    def show(self, rows: list[Result]) -> None:
        """Replace the rows."""
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """Return the number of rows."""
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return a row's text, or the row itself as UserRole."""
        row = self.rows[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return row.text
            case Qt.ItemDataRole.AccessibleTextRole:
                return f"{row.text}, {row.note}"
            case Qt.ItemDataRole.UserRole:
                return row
        return None


class ResultDelegate(QStyledItemDelegate):
    """Draws icon, text, and on the right what kind of row it is."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Return the fixed height of rows."""
        return QSize(0, px(ROW_PX))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw one row."""
        row: Result = index.data(Qt.ItemDataRole.UserRole)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        palette = option.palette
        painter.save()
        if chosen:
            painter.fillRect(option.rect, palette.highlight())
        role = QPalette.ColorRole.HighlightedText if chosen else QPalette.ColorRole.Text
        note_role = role if chosen else QPalette.ColorRole.PlaceholderText
        area = option.rect.adjusted(8, 0, -8, 0)
        mark: QIcon = icon(row.icon, palette.color(role).name())
        mark.paint(painter, QRect(area.left(), area.center().y() - 7, 16, 16))
        area.setLeft(area.left() + 24)
        painter.setFont(option.font)
        metrics = option.fontMetrics
        note = metrics.elidedText(row.note, Qt.TextElideMode.ElideMiddle, area.width() // 2)
        painter.setPen(palette.color(note_role))
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, note)
        area.setRight(area.right() - metrics.horizontalAdvance(note) - 16)
        if row.kind != "action":
            font = code_font()
            painter.setFont(font)
        painter.setPen(palette.color(role))
        text = painter.fontMetrics().elidedText(
            row.text, Qt.TextElideMode.ElideMiddle, area.width()
        )
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)
        painter.restore()


class SearchBox(QLineEdit):
    """Emits what a person chose; whoever runs a line clears the box when it was accepted."""

    command_chosen = Signal(str)
    tensor_chosen = Signal(str)
    line_chosen = Signal(str)
    watch_chosen = Signal(str)

    def __init__(self, controller: Controller, parent: QWidget) -> None:
        super().__init__(parent)
        self._controller = controller
        self._actions: Actions | None = None
        self.setPlaceholderText(tr("Search, or type a line of Python (Ctrl+K)"))
        self.setAccessibleName(tr("Search, or type a line of Python"))
        self.setClearButtonEnabled(True)
        self._glass = self.addAction(
            icon("search", scheme().muted), QLineEdit.ActionPosition.LeadingPosition
        )
        self.results = Results(self)
        self.popup = QFrame(parent.window())
        self.popup.setFrameShape(QFrame.Shape.StyledPanel)
        self.popup.setAutoFillBackground(True)
        self.popup.hide()
        self.list = QListView(self.popup)
        self.list.setModel(self.results)
        self.list.setItemDelegate(ResultDelegate(self.list))
        self.list.setUniformItemSizes(True)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setAccessibleName(tr("Search results"))
        self.list.clicked.connect(self._on_clicked)
        self.textEdited.connect(self._on_edited)

    def use(self, actions: Actions) -> None:
        """Let `actions` be found."""
        self._actions = actions

    def focus_all(self) -> None:
        """Take the focus, with the text selected."""
        self.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.selectAll()
        self.look_up(self.text())

    def offer(self, line: str) -> None:
        """Put `line` here for the person to look at and run."""
        self.setText(line)
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        self.look_up(line)

    def look_up(self, query: str) -> None:
        """Show what fits `query`."""
        self.results.show(self._search(query.strip()))
        if self.results.rows:
            self.list.setCurrentIndex(self.results.index(0))
            self._place_popup()
        self.popup.setVisible(bool(self.results.rows))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move in the results, choose one, or put them away."""
        key = event.key()
        if key in MOVES:
            if self.popup.isVisible():
                self._move(Qt.Key(key))
            else:
                self.look_up(self.text())
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if not self.popup.isVisible():
                self.look_up(self.text())
            self._choose(self.list.currentIndex())
        elif key == Qt.Key.Key_Escape:
            if self.popup.isVisible():
                self.popup.hide()
            else:
                self.clear()
                self.clearFocus()
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        """Leave Ctrl+Z to the session while there is no text of the box's own to undo."""
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and not self.text()
            and (
                event.matches(QKeySequence.StandardKey.Undo)
                or event.matches(QKeySequence.StandardKey.Redo)
            )
        ):
            event.ignore()
            return False
        return super().event(event)

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._glass.setIcon(icon("search", scheme(self.palette()).muted))

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Put the results away."""
        super().focusOutEvent(event)
        self.popup.hide()

    def _search(self, query: str) -> list[Result]:
        ranked: list[tuple[int, int, Result]] = []
        for result, names in self._candidates():
            # What it is called comes before what is said about it.
            found = (rank(query, name) for name in names) if query else (0,)
            ranks = [r + BEHIND * i for i, r in enumerate(found) if r is not None]
            if ranks:
                ranked.append((min(ranks), len(result.text) if query else 0, result))
        ranked.sort(key=_order)
        rows = [result for _, _, result in ranked[:RESULTS]]
        if query:
            line = Result("line", query, query, tr("run this line"), "run")
            rows.insert(0 if is_line(query) else len(rows), line)
            workspace = self._controller.workspace
            if is_watch(query, workspace) and not why_not(query, workspace):
                row = Result("watch", query, query, tr("watch in a heat map"), "heatmap")
                rows.insert(rows.index(line) + 1, row)
        return rows

    def _candidates(self) -> list[tuple[Result, tuple[str, ...]]]:
        found: list[tuple[Result, tuple[str, ...]]] = []
        for command in self._actions.commands.values() if self._actions else ():
            action = self._actions[command.id] if self._actions else None
            if action is not None and action.isEnabled():
                keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
                text = tr(command.text)
                result = Result("action", command.id, text, keys or tr("action"), command.icon)
                found.append((result, (text, tr(command.tip))))
        for tensor in self._controller.workspace.viewable():
            kind = "np." if tensor.layout == NUMPY else ""
            note = f"{list(tensor.shape)} {kind}{tensor.dtype}"
            result = Result("tensor", tensor.expression, tensor.expression, note, "tensor")
            found.append((result, (tensor.expression,)))
        return found

    def _move(self, key: Qt.Key) -> None:
        step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: VISIBLE_ROWS}
        rows = len(self.results.rows)
        row = self.list.currentIndex().row() + step.get(key, -VISIBLE_ROWS)
        if abs(step.get(key, VISIBLE_ROWS)) == 1:
            row %= rows
        index = self.results.index(max(0, min(row, rows - 1)))
        self.list.setCurrentIndex(index)
        self.list.scrollTo(index)

    def _choose(self, index: Index) -> None:
        if not index.isValid():
            return
        row = self.results.rows[index.row()]
        self.popup.hide()
        if row.kind == "line":
            self.line_chosen.emit(row.key)
            return
        self.clear()
        match row.kind:
            case "action":
                self.command_chosen.emit(row.key)
            case "watch":
                self.watch_chosen.emit(row.key)
            case _:
                self.tensor_chosen.emit(row.key)

    def _place_popup(self) -> None:
        rows = min(len(self.results.rows), VISIBLE_ROWS)
        corner = self.mapTo(self.window(), QPoint(0, self.height() + 2))
        height = rows * px(ROW_PX) + 2 * self.popup.frameWidth() + 2
        self.popup.setGeometry(corner.x(), corner.y(), max(self.width(), 320), height)
        inner = self.popup.frameWidth()
        self.list.setGeometry(self.popup.rect().adjusted(inner, inner, -inner, -inner))
        self.popup.raise_()

    def _on_edited(self, text: str) -> None:
        self.look_up(text)

    def _on_clicked(self, index: QModelIndex) -> None:
        self._choose(index)


def _order(ranked: tuple[int, int, Result]) -> tuple[int, int]:
    return ranked[:2]
