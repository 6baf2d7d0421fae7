"""What a drag of tensors carries, and the places that it can be dropped on."""

from collections.abc import Iterable
from typing import Literal

import msgspec
from PySide6.QtCore import QMimeData, QPoint, QRect, Qt
from PySide6.QtGui import (
    QDrag,
    QDragMoveEvent,
    QDropEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
    QPixmap,
)
from PySide6.QtWidgets import QRubberBand, QWidget

from explorer.window.code import code_font
from explorer.window.field import Field

EXPRESSIONS = "application/x-tensor-explorer-expressions"
"""Expressions in operand order, as JSON: their plain text can't be cut at commas again."""
EDGE_SHARE = 0.25
"""How much of a heat map, from each side, is its edge."""
GAP_PX = 8
BORDER_PX = 2
TINT = 72
"""How much of the highlight is seen, of 255."""

Zone = Literal["centre", "left", "right", "top", "bottom"]


def carrying(expressions: Iterable[str]) -> QMimeData:
    """Return what a drag of `expressions` carries: for this program, and code for any other."""
    names = list(expressions)
    data = QMimeData()
    data.setText(", ".join(names))
    data.setData(EXPRESSIONS, msgspec.json.encode(names))
    return data


def carried(data: QMimeData) -> tuple[str, ...]:
    """Return the expressions that a drag carries, none for a drag of something else."""
    if not data.hasFormat(EXPRESSIONS):
        return ()
    try:
        return msgspec.json.decode(data.data(EXPRESSIONS).data(), type=tuple[str, ...])
    except msgspec.DecodeError:  # another program's
        return ()


def start_drag(source: QWidget, data: QMimeData) -> None:
    """Let the person drag `data`, whose text is shown beside the mouse, until they let go."""
    drag = QDrag(source)
    drag.setMimeData(data)
    drag.setPixmap(_picture(data.text(), source))
    drag.setHotSpot(QPoint(-GAP_PX, -GAP_PX))
    drag.exec(Qt.DropAction.CopyAction)


def zone_at(area: QRect, point: QPoint) -> Zone:
    """Return which part of `area` is under `point`: its centre or the edge that is nearest."""
    x = (point.x() - area.left()) / max(1, area.width())
    y = (point.y() - area.top()) / max(1, area.height())
    distances: dict[Zone, float] = {"left": x, "right": 1 - x, "top": y, "bottom": 1 - y}
    nearest = min(distances, key=distances.__getitem__)
    return nearest if distances[nearest] < EDGE_SHARE else "centre"


def zone_rect(area: QRect, zone: Zone) -> QRect:
    """Return the part of `area` that something dropped on `zone` is going to take."""
    half = QRect(area)
    if zone in ("left", "right"):
        half.setWidth(area.width() // 2)
    elif zone in ("top", "bottom"):
        half.setHeight(area.height() // 2)
    if zone == "right":
        half.moveRight(area.right())
    elif zone == "bottom":
        half.moveBottom(area.bottom())
    return half


class Target(QRubberBand):
    """A translucent rectangle in the palette's highlight over the place that a drop would take."""

    def __init__(self, host: QWidget) -> None:
        super().__init__(QRubberBand.Shape.Rectangle, host)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint it so light that what is under it can be read."""
        colour = self.palette().color(QPalette.ColorRole.Highlight)
        painter = QPainter(self)
        painter.setPen(QPen(colour, 2 * BORDER_PX))
        colour.setAlpha(TINT)
        painter.fillRect(self.rect(), colour)
        painter.drawRect(self.rect())
        painter.end()

    def show_over(self, area: QRect) -> None:
        """Show it over `area` of its host."""
        self.setGeometry(area)
        self.raise_()
        self.show()


class DropField(Field):
    """A line to type in that a dropped tensor fills, in place of what stood there."""

    def dropEvent(self, event: QDropEvent) -> None:
        """Take the first tensor of a drag; other text goes where it is dropped."""
        expressions = carried(event.mimeData())
        if not expressions or self.isReadOnly():
            super().dropEvent(event)
            return
        self.selectAll()
        self.insert(expressions[0])  # as typed: it can be undone
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        event.acceptProposedAction()


def take_expressions(event: QDragMoveEvent) -> None:
    """Accept a drag that carries expressions, and no other."""
    if carried(event.mimeData()):
        event.acceptProposedAction()
    else:
        event.ignore()


def _picture(text: str, source: QWidget) -> QPixmap:
    """Return `text` as code on a small card."""
    font, palette = code_font(), source.palette()
    probe = source.fontMetrics()
    shown = probe.elidedText(text, Qt.TextElideMode.ElideRight, 40 * probe.averageCharWidth())
    ratio = source.devicePixelRatioF()
    box = QRect(0, 0, probe.horizontalAdvance("m") * (len(shown) + 1), probe.height())
    box.adjust(0, 0, GAP_PX, GAP_PX)
    card = QPixmap(box.size() * ratio)
    card.setDevicePixelRatio(ratio)
    card.fill(palette.color(QPalette.ColorRole.Base))
    painter = QPainter(card)
    painter.setFont(font)
    painter.setPen(palette.color(QPalette.ColorRole.Highlight))
    painter.drawRect(box.adjusted(0, 0, -1, -1))
    painter.setPen(palette.color(QPalette.ColorRole.Text))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, shown)
    painter.end()
    return card
