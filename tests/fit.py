"""Finds texts on screen that have less room than they need."""

import re
from collections.abc import Iterator
from itertools import combinations

from PySide6.QtCore import QModelIndex, QRect, Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractScrollArea,
    QAbstractSpinBox,
    QComboBox,
    QDockWidget,
    QGroupBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QMenuBar,
    QPlainTextEdit,
    QPushButton,
    QStyle,
    QStyleOptionComboBox,
    QTabBar,
    QToolButton,
    QTreeView,
    QWidget,
)

from explorer.window.flow import FlowRow

OVERFLOW_BUTTONS = ("qt_toolbar_ext_button", "qt_menubar_ext_button")
"""Qt shows these where a tool bar or menu bar has no room for all of its items."""
BREAKABLE = re.compile(r"[\s\u200b]+|(?<=[\u2e80-\uffef])")
"""Where a text may wrap: at spaces, also those of no width, and after each Chinese character."""
LEFT_OUT = "is left out"
EDGE_PX = 2
"""What a frame or a cell's margin takes on each side, at least."""


def misfits(root: QWidget) -> list[str]:
    """Return a line for each text within `root` that is cut off, squeezed or covered."""
    found = []
    shown = [w for w in (root, *root.findChildren(QWidget)) if is_in_sight(w, root)]
    for widget in shown:
        if widget.objectName() in OVERFLOW_BUTTONS:
            found.append(f"{_path(widget, root)}: not all items have room")
        if _is_left_out(widget):
            found.append(f"{_path(widget, root)}: {_text(widget)!r} {LEFT_OUT}")
            continue
        for text, reason in _complaints(widget):
            found.append(f"{_path(widget, root)}: {text!r} {reason}")
        if _has_text(widget) and not _is_whole(widget, root):
            found.append(f"{_path(widget, root)}: {_text(widget)!r} reaches out of its parent")
    found += [
        f"{_path(a, root)}: {_text(a)!r} overlaps {_text(b)!r}"
        for a, b in combinations([w for w in shown if _has_text(w)], 2)
        if a.parent() is b.parent() and a.geometry().intersects(b.geometry())
    ]
    return found


def is_in_sight(widget: QWidget, root: QWidget) -> bool:
    """Return whether `widget` is to be seen: not hidden, nor on a dock behind another tab."""
    parent: QWidget | None = widget
    while parent is not None and parent is not root:
        if isinstance(parent, QDockWidget) and parent.visibleRegion().isEmpty():
            return False
        if parent.isWindow():
            return False
        parent = parent.parentWidget()
    # Qt moves the tabs of docks that are hidden off the window.
    return widget.isVisible() and not (
        isinstance(widget, QTabBar) and widget.visibleRegion().isEmpty()
    )


def _is_left_out(widget: QWidget) -> bool:
    """Return whether a row of widgets that is full has no place for this one, or what it is in."""
    parent = widget
    while parent is not None and not parent.isWindow():
        if parent.size().isEmpty() and isinstance(parent.parentWidget(), FlowRow):
            return _has_text(widget)
        parent = parent.parentWidget()
    return False


def _complaints(widget: QWidget) -> Iterator[tuple[str, str]]:
    match widget:
        case QLabel() if widget.text() and not widget.text().isspace():
            yield from _label(widget)
        case QAbstractButton() if widget.text():
            yield from _button(widget)
        case QComboBox():
            yield from _combo_box(widget)
        case QGroupBox():
            yield from _line(widget, widget.title(), widget.width() - 4 * EDGE_PX)
        case QLineEdit() if isinstance(widget.parent(), QAbstractSpinBox):
            yield from _line(widget, widget.text(), widget.contentsRect().width() - 2 * EDGE_PX)
        case QLineEdit() if not widget.text():
            left, _, right, _ = widget.textMargins().left(), 0, widget.textMargins().right(), 0
            edges = 4 if widget.hasFrame() else 2
            room = widget.contentsRect().width() - left - right - edges * EDGE_PX
            yield from _line(widget, widget.placeholderText(), room - _actions_px(widget))
        case QPlainTextEdit() if not widget.toPlainText():
            margin = 2 * round(widget.document().documentMargin())
            room = widget.viewport().rect().adjusted(0, 0, -margin, -margin).size()
            text = widget.placeholderText()
            needed = widget.fontMetrics().boundingRect(
                QRect(0, 0, room.width(), 1 << 16), int(Qt.TextFlag.TextWordWrap), text
            )
            if text and (needed.width() > room.width() or needed.height() > room.height()):
                yield text, f"needs {needed.size().toTuple()}, has {room.toTuple()}"
        case QTabBar():
            yield from _tabs(widget)
        case QMenuBar():
            for action in widget.actions():
                place = widget.actionGeometry(action)
                if action.isVisible() and not widget.rect().contains(place):
                    yield action.text(), "has no room in the menu bar"
        case QHeaderView():
            yield from _header(widget)
        case QAbstractItemView():
            yield from _items(widget)


def _label(label: QLabel) -> Iterator[tuple[str, str]]:
    margin = 2 * label.margin()
    area = label.contentsRect().adjusted(0, 0, -margin, -margin).size()
    if label.wordWrap():
        needed = label.heightForWidth(label.width())
        if needed > label.height():
            yield label.text(), f"needs {needed} px of height, has {label.height()}"
        words = BREAKABLE.split(label.text())
        yield from _line(label, max(words, key=label.fontMetrics().horizontalAdvance), area.width())
    else:
        size = label.fontMetrics().size(Qt.TextFlag.TextShowMnemonic.value, label.text())
        if size.width() > area.width() or size.height() > area.height():
            yield label.text(), f"needs {size.toTuple()}, has {area.toTuple()}"


def _button(button: QAbstractButton) -> Iterator[tuple[str, str]]:
    metrics, text = button.fontMetrics(), button.text()
    needed = metrics.size(Qt.TextFlag.TextShowMnemonic.value, text)
    width = needed.width() + 2 * EDGE_PX
    if isinstance(button, QToolButton) and (
        button.toolButtonStyle() is Qt.ToolButtonStyle.ToolButtonIconOnly
        and not button.icon().isNull()
    ):
        return
    if (
        isinstance(button, QToolButton) and button.arrowType() is not Qt.ArrowType.NoArrow
    ) or not button.icon().isNull():
        width += button.iconSize().width() + 4
    if not isinstance(button, QPushButton | QToolButton):  # a box to tick
        width += button.style().pixelMetric(QStyle.PixelMetric.PM_IndicatorWidth) + 4
    if width > button.width() or needed.height() > button.height():
        yield text, f"needs {(width, needed.height())}, has {button.size().toTuple()}"


def _combo_box(box: QComboBox) -> Iterator[tuple[str, str]]:
    option = QStyleOptionComboBox()
    box.initStyleOption(option)
    field = box.style().subControlRect(
        QStyle.ComplexControl.CC_ComboBox, option, QStyle.SubControl.SC_ComboBoxEditField, box
    )
    text = box.currentText() or box.placeholderText()
    if not (box.toolTip() and text in box.toolTip()):
        yield from _line(box, text, field.width())


def _tabs(bar: QTabBar) -> Iterator[tuple[str, str]]:
    for i in range(bar.count()):
        place = bar.tabRect(i)
        if not bar.isTabVisible(i):
            continue
        if not bar.rect().contains(place.adjusted(0, 0, 0, -EDGE_PX)):
            yield bar.tabText(i), "has no room in the tab bar"
        if bar.tabToolTip(i) != bar.tabText(i):
            yield from _line(bar, bar.tabText(i), place.width() - 4 * EDGE_PX)


def _header(header: QHeaderView) -> Iterator[tuple[str, str]]:
    if header.orientation() is not Qt.Orientation.Horizontal:
        return
    for i in range(header.count()):
        room = header.sectionSize(i)
        text = header.model().headerData(i, Qt.Orientation.Horizontal)
        if room and text:
            yield from _line(header, str(text), room - 2 * EDGE_PX)


def _items(view: QAbstractItemView) -> Iterator[tuple[str, str]]:
    """Complain of an item that is elided and says nowhere what it is."""
    for index in _indexes(view, QModelIndex()):
        place, text = view.visualRect(index), index.data()
        if not isinstance(text, str) or not place.intersects(view.viewport().rect()):
            continue
        font = index.data(Qt.ItemDataRole.FontRole)
        metrics = QFontMetrics(font) if font else view.fontMetrics()
        tip = str(index.data(Qt.ItemDataRole.ToolTipRole) or "")
        if metrics.horizontalAdvance(text) > place.width() and text not in tip:
            yield text, f"is elided at {place.width()} px and has no tooltip"


def _indexes(view: QAbstractItemView, parent: QModelIndex) -> Iterator[QModelIndex]:
    model = view.model()
    row = 0
    while (first := model.index(row, 0, parent)).isValid():
        column = 0
        while (index := model.index(row, column, parent)).isValid():
            yield index
            column += 1
        if isinstance(view, QTreeView) and view.isExpanded(first):
            yield from _indexes(view, first)
        row += 1


def _line(widget: QWidget, text: str, room: int) -> Iterator[tuple[str, str]]:
    metrics = widget.fontMetrics()
    needed = metrics.size(Qt.TextFlag.TextShowMnemonic.value, text).width()
    if needed > room:
        yield text, f"needs {needed} px, has {room}"
    if text and metrics.height() > widget.height():
        yield text, f"needs {metrics.height()} px of height, has {widget.height()}"


def _actions_px(field: QLineEdit) -> int:
    """Return what the buttons within a field take; they are hidden while there is nothing to clear."""
    return sum(b.width() for b in field.findChildren(QToolButton) if b.isVisible())


def _text(widget: QWidget) -> str:
    for name in ("text", "currentText", "title"):
        said = getattr(widget, name, None)
        if said is not None and isinstance(said(), str):
            return str(said())
    return ""


def _has_text(widget: QWidget) -> bool:
    kinds = (QLabel, QAbstractButton, QComboBox, QLineEdit, QAbstractSpinBox)
    return isinstance(widget, kinds) and bool(_text(widget).strip())


def _is_whole(widget: QWidget, root: QWidget) -> bool:
    """Return whether `widget` lies within all its parents, but for where one can scroll to it."""
    place, child = widget.rect(), widget
    while child is not root:
        parent = child.parentWidget()
        place = place.translated(child.pos())
        area = parent.rect()
        scrolled = parent.parentWidget()
        if isinstance(scrolled, QAbstractScrollArea) and scrolled.viewport() is parent:
            return area.left() <= place.left() and place.right() <= area.right()
        if not area.contains(place):
            return False
        child = parent
    return True


def _path(widget: QWidget, root: QWidget) -> str:
    names = []
    parent: QWidget | None = widget
    while parent is not None and parent is not root:
        kind = type(parent).__name__
        if kind not in ("QWidget", "QScrollArea", "QSplitter", "QStackedWidget"):
            names.append(kind)
        parent = parent.parentWidget()
    return " in ".join(names[:3])
