"""How a row looks: storage stripe, thumbnail, name and operand badge; and how a name is edited."""

from collections.abc import Callable

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QImage, QPainter, QPalette, QPen, QValidator
from PySide6.QtWidgets import (
    QAbstractItemView,
    QLineEdit,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from explorer.panes.tensors.branch import Branch
from explorer.panes.tensors.column import Column, name_text, spanned
from explorer.panes.tensors.model import TensorsModel
from explorer.protocol import TensorInfo
from explorer.text import tr
from explorer.window.code import code_font
from explorer.window.theme import pixmap, scheme
from explorer.workspace import summary_words

ROW_PX = 28
STRIPE_PX = 14
PICTURE_PX = 22
BADGE_PX = 16
GAP_PX = 4
ORNAMENTS_PX = PICTURE_PX + STRIPE_PX + 4 * GAP_PX
"""What stands beside the text of a name."""
LEAST_PICTURE_PX = 6
# White letters stand on these: each has a contrast of 4.5:1 to white.
STRIPES = ("#1f5fd1", "#a3410a", "#1a7330", "#8a32b5", "#a8204e", "#0b6b74", "#6b5a00", "#5b6370")

CODE_COLUMNS = (Column.NAME, Column.SHAPE, Column.DTYPE, Column.GRAD, Column.DEVICE)
HAS_TEXT = QStyleOptionViewItem.ViewItemFeature.HasDisplay

Index = QModelIndex | QPersistentModelIndex


class NameValidator(QValidator):
    """Keeps the editor open as long as `refuse` has something to say against the name."""

    refused = Signal(str)
    """Why the name can't be taken, "" if it can."""

    def __init__(self, refuse: Callable[[str], str], parent: QWidget) -> None:
        super().__init__(parent)
        self._refuse = refuse

    def validate(self, text: str, position: int) -> object:
        """Return whether `text` can be entered; Qt keeps what can't from being committed."""
        reason = self._refuse(text)
        self.refused.emit(reason)
        state = QValidator.State.Intermediate if reason else QValidator.State.Acceptable
        return state, text, position


class TensorDelegate(QStyledItemDelegate):
    """See the module. `picture` looks a thumbnail up, `refuse` says what is wrong with a new name."""

    refused = Signal(str)

    def __init__(
        self,
        model: TensorsModel,
        picture: Callable[[TensorInfo], QImage | None],
        refuse: Callable[[str, str], str],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._model = model
        self._picture = picture
        self._refuse = refuse
        self._edited = ""
        self._font = code_font()
        self._metrics = QFontMetrics(self._font)

    def look(self, found: Branch) -> tuple[object, ...]:
        """Return all that is drawn in a row; where it is the same, so is the row."""
        model, tensor = self._model, found.tensor
        return (
            found,
            model.badge(found.expression),
            model.line_number(found.entry.name),
            model.workspace.sharing.number(tensor) if tensor else -1,
            self._picture(tensor) if tensor else None,
        )

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Return one height for all rows."""
        size = super().sizeHint(option, index)
        return QSize(size.width(), max(ROW_PX, option.fontMetrics.height() + 8))

    def initStyleOption(self, option: QStyleOptionViewItem, index: Index) -> None:  # noqa: N802 - Qt's name
        """Set code in its font, what is no tensor muted, and sizes to the right.

        Qt's own asks the model for nine roles of each cell, and the model has but the text.
        """
        column, found = index.column(), self._model.branch_at(index)
        option.text = self._model.text(found, column) if found else ""
        option.features = HAS_TEXT
        if column in CODE_COLUMNS:
            option.font = self._font
            option.fontMetrics = self._metrics
        if column == Column.SIZE:
            option.displayAlignment = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        is_value = found is not None and found.tensor is None and not found.is_container
        if is_value or column == Column.CHANGED:
            palette = QPalette(option.palette)
            palette.setColor(QPalette.ColorRole.Text, QColor(scheme(palette).muted))
            option.palette = palette

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw a cell; the name's has a stripe, a picture and a badge of its own."""
        found = self._model.branch_at(index)
        columns = spanned(found, index.column()) if found else range(0)
        if found is None or (index.column() != Column.NAME and len(columns) < 2):
            super().paint(painter, option, index)
            return
        cell = QStyleOptionViewItem(option)
        self.initStyleOption(cell, index)
        cell.text = ""
        option.widget.style().drawControl(
            QStyle.ControlElement.CE_ItemViewItem, cell, painter, option.widget
        )
        painter.save()
        painter.setFont(cell.font)
        if len(columns) > 1:
            self._paint_across(painter, cell, index, columns, found)
            painter.restore()
            return
        cell.rect.setRight(cell.rect.right() - self._paint_stripe(painter, cell, found))
        if found.tensor:
            self._paint_picture(painter, self._picture_rect(cell.rect), found.tensor, cell.palette)
        self._paint_name(painter, cell, found)
        painter.restore()

    def createEditor(self, parent: QWidget, _option: QStyleOptionViewItem, index: Index) -> QWidget:
        """Return a line that keeps what is typed until it is a name that is free."""
        editor = QLineEdit(parent)
        editor.setFont(self._font)
        editor.setAccessibleName(tr("New name"))
        self._edited = str(index.data(Qt.ItemDataRole.EditRole))
        validator = NameValidator(self._why_not, editor)
        validator.refused.connect(self.refused)
        editor.setValidator(validator)
        return editor

    def destroyEditor(self, editor: QWidget, index: Index) -> None:  # noqa: N802 - Qt's name
        """Take back what was said about the name."""
        self.refused.emit("")
        super().destroyEditor(editor, index)

    def updateEditorGeometry(
        self, editor: QWidget, option: QStyleOptionViewItem, index: Index
    ) -> None:
        """Put the editor over the name."""
        editor.setGeometry(
            option.rect.adjusted(self._text_left(self._model.branch_at(index)), 0, 0, 0)
        )

    def _why_not(self, text: str) -> str:
        return self._refuse(self._edited, text)

    def _paint_across(
        self,
        painter: QPainter,
        cell: QStyleOptionViewItem,
        index: Index,
        columns: range,
        found: Branch,
    ) -> None:
        """Draw of a text that goes over several columns the part in this one."""
        view = cell.widget
        if not isinstance(view, QAbstractItemView):
            return
        first = index.sibling(index.row(), columns[0])
        places = [view.visualRect(first.siblingAtColumn(column)) for column in columns]
        right = max(place.right() for place in places if place.isValid())
        area = QRect(cell.rect)
        area.setLeft(places[0].left() + GAP_PX)
        area.setRight(right)
        selected = bool(cell.state & QStyle.StateFlag.State_Selected)
        role = QPalette.ColorRole.HighlightedText if selected else QPalette.ColorRole.Text
        painter.setClipRect(cell.rect)
        painter.setPen(cell.palette.color(role))
        text = str(first.data())
        if not found.note and cell.fontMetrics.horizontalAdvance(text) > area.width():
            text = summary_words(found.line)  # the name has a mark if there is more to say
        short = cell.fontMetrics.elidedText(text, Qt.TextElideMode.ElideRight, area.width())
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, short)

    # --- parts of the name cell ---------------------------------------------------------------

    def _text_left(self, found: Branch | None) -> int:
        return GAP_PX + (PICTURE_PX + GAP_PX if found and found.tensor else 0)

    def _picture_rect(self, cell: QRect) -> QRect:
        top = cell.top() + (cell.height() - PICTURE_PX) // 2
        return QRect(cell.left() + GAP_PX, top, PICTURE_PX, PICTURE_PX)

    def _paint_stripe(self, painter: QPainter, cell: QStyleOptionViewItem, found: Branch) -> int:
        """Draw the letter of the storage at the right edge; return the width that it takes."""
        sharing = self._model.workspace.sharing
        letter = sharing.letter(found.tensor) if found.tensor else ""
        if not letter or not found.tensor:
            return 0
        stripe = cell.rect.adjusted(cell.rect.width() - STRIPE_PX, 0, 0, 0)
        painter.fillRect(stripe, QColor(STRIPES[sharing.number(found.tensor) % len(STRIPES)]))
        painter.setPen(Qt.GlobalColor.white)
        painter.drawLine(
            stripe.topLeft(), stripe.bottomLeft()
        )  # apart from a selection of its colour
        painter.drawText(stripe, Qt.AlignmentFlag.AlignCenter, letter)
        return STRIPE_PX + GAP_PX

    def _paint_picture(
        self, painter: QPainter, box: QRect, tensor: TensorInfo, palette: QPalette
    ) -> None:
        image = self._picture(tensor)
        painter.setPen(QPen(palette.color(QPalette.ColorRole.Mid), 1))
        if image is None:
            painter.drawRect(box.adjusted(0, 0, -1, -1))
            return
        scale = PICTURE_PX / max(image.width(), image.height())
        width = max(LEAST_PICTURE_PX, round(image.width() * scale))
        height = max(LEAST_PICTURE_PX, round(image.height() * scale))
        target = QRect(0, 0, width, height)
        target.moveCenter(box.center())
        painter.drawImage(target, image)
        painter.drawRect(target.adjusted(0, 0, -1, -1))

    def _paint_name(self, painter: QPainter, cell: QStyleOptionViewItem, found: Branch) -> None:
        badge = self._model.badge(found.expression)
        is_marked = not (found.tensor or found.note or found.line.is_followed)
        right = BADGE_PX + GAP_PX if badge or is_marked else 0
        area = cell.rect.adjusted(self._text_left(found), 0, -right, 0)
        selected = bool(cell.state & QStyle.StateFlag.State_Selected)
        role = QPalette.ColorRole.HighlightedText if selected else QPalette.ColorRole.Text
        painter.setPen(cell.palette.color(role))
        text = self._short(name_text(found), cell, area.width())
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)
        circle = QRect(0, 0, BADGE_PX, BADGE_PX)
        circle.moveCenter(cell.rect.center())
        circle.moveRight(cell.rect.right() - 1)
        if is_marked:
            painter.drawPixmap(circle, pixmap("info", cell.palette.color(role).name(), BADGE_PX))
        elif badge:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(cell.palette.color(role))
            painter.drawEllipse(circle)
            painter.drawText(circle, Qt.AlignmentFlag.AlignCenter, str(badge))

    def _short(self, text: str, cell: QStyleOptionViewItem, width: int) -> str:
        """Return the text of a name, without brackets where room is short."""
        metrics = cell.fontMetrics
        if metrics.horizontalAdvance(text) > width:
            text = text.strip("[]\"'")
        return metrics.elidedText(text, Qt.TextElideMode.ElideRight, width)
