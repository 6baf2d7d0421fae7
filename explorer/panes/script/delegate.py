"""How a row of the script looks."""

from collections import OrderedDict

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QPointF, QRect, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPalette, QPen, QPixmap, QPolygonF
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from explorer.panes.script.arrangement import PAD_PX, Arranger, Part
from explorer.panes.script.model import ScriptModel
from explorer.panes.script.note_text import paint_note
from explorer.panes.script.row import Row, state_text
from explorer.window.code import code_ranges
from explorer.window.theme import DARK, Scheme, scheme

Index = QModelIndex | QPersistentModelIndex
SELECTION_ALPHA = 36
SELECTION_BAR_PX = 3
MOST_PICTURES = 96
HIGHEST_PICTURE_PX = 400
PALE = ("undone", "waiting")
QUIET = ("ran", *PALE)
# Strokes on a grid of 16 by 16, and the colour of the scheme that draws them.
Stroke = tuple[tuple[float, float], ...]
SIGNS: dict[str, tuple[str, tuple[Stroke, ...]]] = {
    "ran": ("ok", (((3.5, 8.5), (6.5, 11.5), (12.5, 4.5)),)),
    "running": ("accent", (((5, 3.5), (12, 8), (5, 12.5), (5, 3.5)),)),
    "failed": ("error", (((4, 4), (12, 12)), ((12, 4), (4, 12)))),
    "killed": ("error", (((9.5, 1.5), (4.5, 9), (8, 9), (6.5, 14.5), (11.5, 7), (8, 7), (9.5, 1.5)),)),
    "unrun": ("warning", (((4, 8), (12, 8)),)),
    "waiting": ("muted", (((8, 4), (11, 5.2), (12, 8), (11, 10.8), (8, 12), (5, 10.8), (4, 8), (5, 5.2), (8, 4)),)),
    "draft": ("accent", (((8, 3.5), (8, 12.5)), ((3.5, 8), (12.5, 8)))),
    "undone": ("muted", (((6, 4), (3, 7), (6, 10)), ((3, 7), (12, 7), (12, 12)))),
}  # fmt: skip


class ScriptDelegate(QStyledItemDelegate):
    """Paints rows as the arranger lays them out, and keeps the pictures of those seen last."""

    def __init__(self, model: ScriptModel, arranger: Arranger, parent: QObject) -> None:
        super().__init__(parent)
        self._model = model
        self.arranger = arranger
        self._pictures: OrderedDict[tuple[object, ...], tuple[Row, QPixmap]] = OrderedDict()

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Return the size of a row as wide as the view."""
        row = self._model.row_at(index)
        height = self.arranger.arrange(row, option.rect.width()).height if row else 0
        return QSize(option.rect.width(), height)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw a row."""
        row = self._model.row_at(index)
        if row is None or option.rect.isEmpty():
            return
        if option.rect.height() > HIGHEST_PICTURE_PX:
            painter.save()
            painter.setClipRect(option.rect)
            painter.translate(option.rect.topLeft())
            self._paint(painter, row, option)
            painter.restore()
        else:
            painter.drawPixmap(option.rect.topLeft(), self._picture(painter, row, option))

    def _picture(self, painter: QPainter, row: Row, option: QStyleOptionViewItem) -> QPixmap:
        """Return `row` as painted, from those kept: nearly all rows look as they did a line ago."""
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        ratio = painter.device().devicePixelRatio()
        size, palette = option.rect.size(), option.palette.cacheKey()
        key = (id(row), size.width(), size.height(), palette, ratio, selected)
        kept = self._pictures.get(key)
        if kept:
            self._pictures.move_to_end(key)
            return kept[1]
        picture = QPixmap(size * ratio)
        picture.setDevicePixelRatio(ratio)
        picture.fill(option.palette.color(QPalette.ColorRole.Base))
        inside = QPainter(picture)
        self._paint(inside, row, option)
        inside.end()
        self._pictures[key] = row, picture  # with the row, lest another one gets its id
        if len(self._pictures) > MOST_PICTURES:
            self._pictures.popitem(last=False)
        return picture

    def _paint(self, painter: QPainter, row: Row, option: QStyleOptionViewItem) -> None:
        """Draw `row` with its top left corner at the painter's origin."""
        colours = scheme(option.palette)
        if row.state == "cursor":
            self._paint_cursor(painter, row, option.rect.size(), colours)
        else:
            if option.state & QStyle.StateFlag.State_Selected:
                _paint_selection(painter, option)
            self._paint_row(painter, row, option.rect.width(), colours)

    def _paint_row(self, painter: QPainter, row: Row, width: int, colours: Scheme) -> None:
        place = self.arranger.arrange(row, width)
        colour, strokes = SIGNS[row.state]
        _paint_sign(painter, place.icon, QColor(getattr(colours, colour)), strokes)
        painter.setFont(self.arranger.code_font)
        painter.setPen(QColor(colours.muted))
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if row.number:
            painter.drawText(place.number, right, str(row.number))
        for part in place.parts:
            self._paint_part(painter, row, part, colours)
        painter.setFont(self.arranger.words_font)
        state_colour = colours.muted if row.state in QUIET else getattr(colours, colour)
        painter.setPen(QColor(state_colour))
        painter.drawText(place.state, right, state_text(row))

    def _paint_part(self, painter: QPainter, row: Row, part: Part, colours: Scheme) -> None:
        if part.kind == "editor":
            return
        if part.kind == "note":
            paint_note(painter, part.text, part.rect, self.arranger.words_font, colours)
            return
        ink = {
            "code": colours.muted if row.state in PALE else colours.text,
            "badge": colours.warning,
            "reason": colours.error if row.state in ("failed", "killed") else colours.warning,
            "output": colours.muted,
            "link": colours.accent,
        }
        painter.setPen(QColor(ink[part.kind]))
        if part.kind in ("code", "output"):
            colourful = part.kind == "code" and row.state not in PALE
            ranges = code_ranges(part.text, dark=colours is DARK) if colourful else None
            layout = self.arranger.lay_out(part.text, part.rect.width(), ranges)
            layout.draw(painter, QPointF(part.rect.topLeft()))
            return
        font = self.arranger.words_font
        if part.kind == "link":
            font = type(font)(font)
            font.setUnderline(True)
        painter.setFont(font)
        wrap = Qt.TextFlag.TextSingleLine if part.kind == "link" else Qt.TextFlag.TextWordWrap
        painter.drawText(part.rect, int(wrap), part.text)

    def _paint_cursor(self, painter: QPainter, row: Row, size: QSize, colours: Scheme) -> None:
        """Draw the line before which the next statement is put."""
        middle = size.height() / 2
        left, right = self.arranger.code_left, size.width() - PAD_PX
        accent = QColor(colours.accent)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(accent, 2))
        painter.setBrush(accent)
        tip = QPointF(left - 2, middle)
        painter.drawPolygon(QPolygonF([tip, tip + QPointF(-6, -4), tip + QPointF(-6, 4)]))
        if row.reason:
            painter.setFont(self.arranger.words_font)
            text_px = painter.fontMetrics().horizontalAdvance(row.reason)
            words = QRect(right - text_px, 0, text_px, size.height())
            painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, row.reason)
            right -= text_px + PAD_PX
        painter.drawLine(QPointF(left, middle), QPointF(right, middle))


def _paint_selection(painter: QPainter, option: QStyleOptionViewItem) -> None:
    """Draw a tint over what the style has filled, on which syntax colours could not be read."""
    accent = option.palette.color(QPalette.ColorRole.Highlight)
    area = QRect(0, 0, option.rect.width(), option.rect.height())
    painter.fillRect(area, option.palette.color(QPalette.ColorRole.Base))
    painter.fillRect(QRect(0, 0, SELECTION_BAR_PX, area.height()), accent)
    accent.setAlpha(SELECTION_ALPHA)
    painter.fillRect(area, accent)


def _paint_sign(painter: QPainter, box: QRect, colour: QColor, strokes: tuple[Stroke, ...]) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(
        QPen(colour, 1.8, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
    )
    origin = QPointF(box.topLeft())
    for stroke in strokes:
        painter.drawPolyline(QPolygonF([origin + QPointF(x, y) for x, y in stroke]))
