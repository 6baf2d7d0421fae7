"""How a row under the search box is drawn: what it is, what it does, what comes of it."""

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPalette
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from explorer.window.code import code_font
from explorer.window.scale import px
from explorer.window.search.results import Index, Result, Results
from explorer.window.theme import icon

ROW_PX = 28
LINE_SHARE = 0.54
"""How much of a row its line gets; the rest is for what comes of it."""
GAP_PX = 16
BASELINE_PX = 5
"""How far the line on which letters stand is below the middle of a row."""
LEAST_WORDS_PX = 48


class ResultDelegate(QStyledItemDelegate):
    """Draws icon, text and words, and at the right what will come of it or what kind of row it is."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Return the fixed height of rows."""
        return QSize(0, px(ROW_PX))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw one row."""
        model, row = index.model(), index.data(Qt.ItemDataRole.UserRole)
        assert isinstance(model, Results)  # noqa: S101 - for mypy
        assert isinstance(row, Result)  # noqa: S101 - for mypy
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        palette = option.palette
        role = QPalette.ColorRole.HighlightedText if chosen else QPalette.ColorRole.Text
        muted = role if chosen else QPalette.ColorRole.PlaceholderText
        painter.save()
        if chosen:
            painter.fillRect(option.rect, palette.highlight())
        area = option.rect.adjusted(px(8), 0, -px(8), 0)
        size = px(16)
        mark = QRect(area.left(), area.center().y() - size // 2 + 1, size, size)
        icon(row.icon, palette.color(role).name()).paint(painter, mark)
        area.setLeft(area.left() + size + px(8))

        told = model.told(row)
        painter.setFont(code_font() if told.is_code else option.font)
        painter.setPen(palette.color(role if told.is_code else muted))
        note = QRect(area)
        note.setLeft(area.left() + round(area.width() * LINE_SHARE))
        width = _draw(painter, note, told.main, Qt.AlignmentFlag.AlignRight)
        # As much as if all were told already: nothing moves when it is.
        area.setRight(
            note.left() - px(GAP_PX) if row.foretells else area.right() - width - px(GAP_PX)
        )

        painter.setFont(option.font if row.kind == "action" else code_font())
        painter.setPen(palette.color(role))
        width = _draw(painter, area, row.text)
        area.setLeft(area.left() + width + px(GAP_PX))
        if row.words and area.width() >= px(LEAST_WORDS_PX):
            painter.setFont(option.font)
            painter.setPen(palette.color(muted))
            _draw(painter, area, row.words)
        painter.restore()


def _draw(
    painter: QPainter,
    area: QRect,
    text: str,
    side: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
) -> int:
    """Draw as much of `text` as there is room for, and return how wide that is."""
    metrics = QFontMetrics(painter.font())
    # The beginning of what comes out says the shape, the beginning of a line its name.
    text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, area.width())
    width = metrics.horizontalAdvance(text)
    left = area.right() - width if side & Qt.AlignmentFlag.AlignRight else area.left()
    # Code and words stand on one line, though their fonts differ.
    painter.drawText(left, area.center().y() + px(BASELINE_PX), text)
    return width
