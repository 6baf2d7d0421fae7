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
"""How much of a row its line gets: as much before it is known what comes of it, so nothing jumps."""
GAP_PX = 16
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

        preview = model.preview(row)
        is_known = preview is not None and not (preview.problem or preview.unknown)
        note = QRect(area)
        note.setLeft(area.left() + round(area.width() * LINE_SHARE))
        if is_known and not row.note:
            painter.setFont(code_font())
        painter.setPen(palette.color(role if is_known else muted))
        shown = _draw(painter, note, model.note(row), Qt.AlignmentFlag.AlignRight)
        if row.line:
            area.setRight(note.left() - px(GAP_PX))
        else:
            area.setRight(area.right() - shown - px(GAP_PX))

        painter.setFont(option.font if row.kind == "action" else code_font())
        painter.setPen(palette.color(role))
        shown = _draw(painter, area, row.text)
        area.setLeft(area.left() + shown + px(GAP_PX))
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
    painter.drawText(area, Qt.AlignmentFlag.AlignVCenter | side, text)
    return metrics.horizontalAdvance(text)
