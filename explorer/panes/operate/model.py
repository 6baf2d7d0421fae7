"""The rows of the list of operators as Qt wants them, and how they are drawn."""

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPalette
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from explorer.panes.operate.operators import Operators, Row, name
from explorer.window.code import code_font

Index = QModelIndex | QPersistentModelIndex
NAME_SHARE = 0.44
"""Of a row's width goes to the operator's name."""
GAP_PX = 8
# The arrow keys pass by what is not enabled.
TITLE = Qt.ItemFlag.NoItemFlags
OPERATOR = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable


class OperatorModel(QAbstractListModel):
    """One row after the other; what a row says is looked up when it is drawn."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.operators = Operators(None)
        self.rows: list[Row] = []
        self._places: dict[str, int] = {}

    def show(self, operators: Operators, rows: list[Row]) -> None:
        """Replace the rows."""
        self.beginResetModel()
        self.operators, self.rows = operators, rows
        self._places = {}
        for place, row in enumerate(rows):
            self._places.setdefault(row.path, place)  # a curated one comes before all of its module
        self.endResetModel()

    def index_of(self, path: str) -> QModelIndex:
        """Return where the operator stands first, an invalid index if it does not."""
        place = self._places.get(path, -1)
        return self.index(place) if place >= 0 else QModelIndex()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """Return the number of rows."""
        return 0 if parent.isValid() else len(self.rows)

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Let operators be chosen, and titles not."""
        return OPERATOR if self.rows[index.row()].path else TITLE

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return a row's text, or the row itself as UserRole."""
        row = self.rows[index.row()]
        if role == Qt.ItemDataRole.UserRole:
            return row
        if not row.path:
            return row.title if role == Qt.ItemDataRole.DisplayRole else None
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return name(row.path)
            case Qt.ItemDataRole.AccessibleTextRole:
                return f"{name(row.path)}, {self.operators.words(row.path)}"
            case Qt.ItemDataRole.ToolTipRole:
                said = (self.operators.words(row.path), self.operators.help(row.path))
                return "\n".join(dict.fromkeys(filter(None, (name(row.path), *said))))
        return None


class OperatorDelegate(QStyledItemDelegate):
    """Draws a title bold and muted, an operator as code with a few words beside it."""

    def sizeHint(self, option: QStyleOptionViewItem, _index: Index) -> QSize:
        """Return one height for all rows."""
        return QSize(0, max(option.fontMetrics.height(), QFontMetrics(code_font()).height()) + 4)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw one row."""
        row: Row = index.data(Qt.ItemDataRole.UserRole)
        palette, area = option.palette, option.rect.adjusted(GAP_PX, 0, -GAP_PX, 0)
        is_chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        role = QPalette.ColorRole.HighlightedText if is_chosen else QPalette.ColorRole.Text
        muted = role if is_chosen else QPalette.ColorRole.PlaceholderText
        painter.save()
        if is_chosen:
            painter.fillRect(option.rect, palette.highlight())
        font = option.font
        if not row.path:
            font.setBold(True)
            painter.setFont(font)
            painter.setPen(palette.color(QPalette.ColorRole.PlaceholderText))
            _draw(painter, area, row.title)
        else:
            words = self._words(index, row)
            place = QRect(area)
            if words:
                place.setWidth(round(NAME_SHARE * area.width()))
            painter.setFont(code_font())
            painter.setPen(palette.color(role))
            _draw(painter, place, name(row.path))
            painter.setFont(font)
            painter.setPen(palette.color(muted))
            area.setLeft(place.right() + GAP_PX)
            _draw(painter, area, words)
        painter.restore()

    def _words(self, index: Index, row: Row) -> str:
        model = index.model()
        assert isinstance(model, OperatorModel)  # noqa: S101 - for mypy
        return model.operators.words(row.path)


def _draw(painter: QPainter, area: QRect, text: str) -> None:
    shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, area.width())
    painter.drawText(area, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)
