"""The list of devices: name, what it is, how full its memory is, or why it is missing."""

from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPalette
from PySide6.QtWidgets import (
    QListView,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from explorer.panes.device import Devices
from explorer.panes.device.words import memory_text, reason_text
from explorer.text import tr
from explorer.window.code import code_font
from explorer.window.theme import pixmap, scheme

ROW = Qt.ItemDataRole.UserRole
PAD_PX = 8
GAP_PX = 4
BAR_PX = 6
ICON_PX = 16
WRAPPED = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap
Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class Row:
    """A device as it is drawn; `used` is the part of its memory that is taken, None if unknown."""

    name: str
    title: str = ""
    words: str = ""
    badge: str = ""
    used: float | None = None
    present: bool = True

    def __str__(self) -> str:
        return ", ".join(filter(None, (self.name, self.badge, self.title, self.words)))


class DeviceList(QListWidget):
    """Shows what the engine found; rows are compared, so that nothing flickers."""

    chosen = Signal(str)
    """The person pressed Enter on a device, or clicked it twice."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._rows: list[Row] = []
        self.setAccessibleName(tr("Devices"))
        self.setToolTip(tr("Press Enter on a device to make it the default for new tensors"))
        self.setItemDelegate(_Delegate(self))
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.itemActivated.connect(self._on_item_activated)

    def show_devices(self, found: Devices, default: str) -> None:
        """Show `found`; `default` names the device of new tensors as `found` does."""
        rows = [
            Row(
                name=device.name,
                title=device.title,
                words=memory_text(device),
                badge=tr("default") if device.name == default else "",
                used=1 - device.free_bytes / device.total_bytes
                if device.free_bytes is not None and device.total_bytes
                else None,
            )
            for device in found.devices
        ] + [
            Row(name=absent.name, words=reason_text(absent), present=False)
            for absent in found.absent
        ]
        if rows == self._rows:
            return
        while self.count() > len(rows):
            self.takeItem(self.count() - 1)
        for i, row in enumerate(rows):
            item = self.item(i) if i < self.count() else QListWidgetItem(self)
            if i >= len(self._rows) or row != self._rows[i]:
                item.setData(ROW, row)
                item.setData(Qt.ItemDataRole.AccessibleTextRole, str(row))
        self._rows = rows

    def rows(self) -> list[Row]:
        """Return what is shown, top to bottom."""
        return list(self._rows)

    @Slot(QListWidgetItem)
    def _on_item_activated(self, item: QListWidgetItem) -> None:
        self.chosen.emit(item.data(ROW).name)


class _Delegate(QStyledItemDelegate):
    """Draws a row: its name and what it is, a bar of its memory, and words that wrap."""

    def __init__(self, devices: DeviceList) -> None:
        super().__init__(devices)
        self._list = devices

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Return the height that the words need at the list's width."""
        row, width = index.data(ROW), self._list.viewport().width()
        height = 2 * PAD_PX + self._title_px(option)
        if row.used is not None:
            height += GAP_PX + BAR_PX
        if row.words:
            inner = QRect(0, 0, width - 2 * PAD_PX, 1 << 16)
            height += GAP_PX + option.fontMetrics.boundingRect(inner, WRAPPED, row.words).height()
        return QSize(width, height)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw one row."""
        row: Row = index.data(ROW)
        option.text = ""
        style = option.widget.style()
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, option, painter, option.widget)
        painter.save()
        colours = scheme(option.palette)
        text, muted, accent = colours.text, colours.muted, colours.accent
        if option.state & QStyle.StateFlag.State_Selected:
            group = (
                QPalette.ColorGroup.Active
                if option.state & QStyle.StateFlag.State_Active
                else QPalette.ColorGroup.Inactive
            )
            text = option.palette.color(group, QPalette.ColorRole.HighlightedText).name()
            muted = accent = text
        rect = option.rect.adjusted(PAD_PX, PAD_PX, -PAD_PX, -PAD_PX)
        line = QRect(rect.left(), rect.top(), rect.width(), self._title_px(option))
        self._paint_title(painter, line, row, (text if row.present else muted, muted, accent))
        top = line.bottom() + 1 + GAP_PX
        if row.used is not None:
            bar = QRect(rect.left(), top, rect.width(), BAR_PX)
            painter.fillRect(bar, QColor(colours.line))
            bar.setWidth(max(1, round(bar.width() * row.used)))
            painter.fillRect(bar, QColor(accent))
            top += BAR_PX + GAP_PX
        painter.setPen(QColor(muted))
        painter.setFont(option.font)
        painter.drawText(
            QRect(rect.left(), top, rect.width(), rect.bottom() + 1 - top), WRAPPED, row.words
        )
        painter.restore()

    def _paint_title(
        self, painter: QPainter, line: QRect, row: Row, colours: tuple[str, str, str]
    ) -> None:
        text, muted, accent = colours
        middle = Qt.AlignmentFlag.AlignVCenter
        small = QFontMetrics(painter.font())
        left, right = line.left(), line.right()
        if not row.present:
            painter.drawPixmap(left, line.center().y() - ICON_PX // 2 + 1, pixmap("close", muted))
            left += ICON_PX + GAP_PX
        if row.badge:
            width = small.horizontalAdvance(row.badge)
            painter.setPen(QColor(accent))
            painter.drawText(line, middle | Qt.AlignmentFlag.AlignRight, row.badge)
            right -= width + PAD_PX
        normal, bold = painter.font(), code_font()
        bold.setBold(True)
        painter.setFont(bold)
        painter.setPen(QColor(text))
        name = row.name if row.present else tr("{device} is missing", device=row.name)
        painter.drawText(line.adjusted(left - line.left(), 0, 0, 0), middle, name)
        left += QFontMetrics(bold).horizontalAdvance(name) + PAD_PX
        painter.setFont(normal)
        painter.setPen(QColor(muted))
        title = small.elidedText(row.title, Qt.TextElideMode.ElideRight, right - left)
        painter.drawText(QRect(left, line.top(), right - left, line.height()), middle, title)

    @staticmethod
    def _title_px(option: QStyleOptionViewItem) -> int:
        return max(option.fontMetrics.height(), QFontMetrics(code_font()).height(), ICON_PX)
