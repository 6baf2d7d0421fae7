"""The colour scale beside a heat map: a gradient with levels to drag and to type."""

import math

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QImage,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
    QPolygonF,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QComboBox,
    QLabel,
    QLayout,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from explorer.panes.heatmap.colour import colours, table_of
from explorer.panes.heatmap.scale import MAPS, Choice, Level, Mode, Scale, level_text, ticks
from explorer.text import tr

MARGIN_PX, BAR_PX, HANDLE_PX, SWATCH_PX = 8, 20, 9, 24
WIDTH_PX = 120


class ScaleBar(QWidget):
    """The gradient with its numbers, or a legend where values are steps."""

    levels_dragged = Signal(object, object)
    """Low and high as numbers."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.scale, self.whole = Scale(), False
        self._reach: tuple[float, float] = (0.0, 1.0)
        self._dragged = ""
        self.setMinimumHeight(56)
        self.setMouseTracking(True)
        self.setAccessibleName(tr("Colour scale"))

    def set_scale(self, scale: Scale, *, whole: bool, reach: tuple[Level, Level]) -> None:
        """Show a scale; the bar goes from the least to the greatest of levels and `reach`."""
        self.scale, self.whole = scale, whole
        if not self._dragged:
            self._reach = (
                float(min(scale.low, reach[0])),
                float(max(scale.high, reach[1])),
            )
        text = tr("From {low} to {high}", low=level_text(scale.low), high=level_text(scale.high))
        self.setAccessibleDescription(text)
        self.update()

    @property
    def is_legend(self) -> bool:
        """Whether values are a few steps, which have no levels to drag."""
        return self.whole and bool(self.scale.steps)

    def sizeHint(self) -> QSize:
        """Return a size with room for the numbers."""
        return QSize(WIDTH_PX, 80)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the gradient or the legend."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.is_legend:
            self._paint_legend(painter)
        else:
            self._paint_gradient(painter)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take the nearer level in hand."""
        if self.is_legend or event.button() != Qt.MouseButton.LeftButton:
            return
        y = event.position().y()
        to_low, to_high = (
            abs(y - self._y(float(level))) for level in (self.scale.low, self.scale.high)
        )
        self._dragged = "low" if to_low < to_high else "high"

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Move the level in hand."""
        near = any(
            abs(event.position().y() - self._y(float(level))) < HANDLE_PX
            for level in (self.scale.low, self.scale.high)
        )
        over = near and not self.is_legend
        self.setCursor(Qt.CursorShape.SizeVerCursor if over else Qt.CursorShape.ArrowCursor)
        if not self._dragged:
            return
        value = self._value(event.position().y())
        least = (self._reach[1] - self._reach[0]) / 256
        if self._dragged == "low":
            self.levels_dragged.emit(min(value, self.scale.high - least), self.scale.high)
        else:
            self.levels_dragged.emit(self.scale.low, max(value, self.scale.low + least))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go."""
        del event
        self._dragged = ""

    def _track(self) -> QRectF:
        return QRectF(1, MARGIN_PX, BAR_PX, max(1, self.height() - 2 * MARGIN_PX))

    def _y(self, value: float) -> float:
        low, high = self._reach
        track = self._track()
        # Halves, since the span of a float64 tensor may overflow.
        share = (value / 2 - low / 2) / (high / 2 - low / 2) if high > low else 0.5
        return track.bottom() - min(1.0, max(0.0, share)) * track.height()

    def _value(self, y: float) -> float:
        low, high = self._reach
        share = min(1.0, max(0.0, (self._track().bottom() - y) / self._track().height()))
        return low * (1 - share) + high * share

    def _paint_gradient(self, painter: QPainter) -> None:
        track, palette = self._track(), self.palette()
        top, bottom = self._y(float(self.scale.high)), self._y(float(self.scale.low))
        table = colours(*table_of(self.scale, whole=self.whole))[:0:-1].copy()
        column = QImage(table.data, 1, 255, 4, QImage.Format.Format_RGB32)
        ends = (column.pixelColor(0, 0), column.pixelColor(0, 254))
        painter.fillRect(QRectF(track.x(), track.y(), BAR_PX, top - track.y()), ends[0])
        painter.fillRect(QRectF(track.x(), bottom, BAR_PX, track.bottom() - bottom), ends[1])
        painter.drawImage(QRectF(track.x(), top, BAR_PX, bottom - top), column)
        painter.setPen(QPen(palette.color(QPalette.ColorRole.Mid), 1))
        painter.drawRect(track.adjusted(-0.5, -0.5, 0.5, 0.5))
        text = palette.color(QPalette.ColorRole.WindowText)
        x, metrics = track.right() + HANDLE_PX + 4, self.fontMetrics()
        count = max(2, int(track.height() / (metrics.height() * 2.2)))
        for tick in ticks(*self._reach, count):
            y = self._y(tick)
            painter.setPen(QPen(text, 1))
            painter.drawLine(QPointF(track.right() + 1, y), QPointF(track.right() + 4, y))
            painter.drawText(
                QRectF(x, y - metrics.height() / 2, self.width() - x, metrics.height()),
                Qt.AlignmentFlag.AlignVCenter,
                level_text(tick),
            )
        painter.setPen(QPen(palette.color(QPalette.ColorRole.Window), 1))
        painter.setBrush(palette.color(QPalette.ColorRole.Highlight))
        for y in (top, bottom):
            tip = track.right() - 3
            handle = [(tip, y), (tip + HANDLE_PX + 2, y - 6), (tip + HANDLE_PX + 2, y + 6)]
            painter.drawPolygon(QPolygonF([QPointF(*point) for point in handle]))

    def _paint_legend(self, painter: QPainter) -> None:
        labels = self.scale.steps
        side = min(SWATCH_PX, int((self.height() - 2 * MARGIN_PX) / len(labels)) - 2)
        table = colours(self.scale.map, len(labels))
        for i, label in enumerate(reversed(labels)):
            step = len(labels) - 1 - i
            colour = int(table[1 + int((step + 0.5) / len(labels) * 255)])
            swatch = QRectF(1, MARGIN_PX + i * (side + 2), BAR_PX, side)
            painter.setPen(QPen(self.palette().color(QPalette.ColorRole.Mid), 1))
            painter.setBrush(QColor.fromRgb(colour))
            painter.drawRect(swatch)
            painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
            painter.drawText(
                QRectF(swatch.right() + 8, swatch.y(), self.width(), side),
                Qt.AlignmentFlag.AlignVCenter,
                label,
            )


LABELLED_PX, CHOICES_PX = 280, 210
"""The heights from which the panel has room for its labels, and for its choices."""


class ScalePanel(QWidget):
    """The colour scale with its map, its mode, its levels as numbers, and Fit."""

    choice_changed = Signal(object)
    """The `Choice` that the person made."""
    levels_changed = Signal(object, object)
    """Low and high as numbers, dragged or typed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedWidth(WIDTH_PX)
        self._choice = Choice()
        self._labels: list[QLabel] = []
        column = QVBoxLayout(self)
        # Its own minimum is that of all controls: a low panel hides some instead.
        column.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        self.map_box = self._box(
            column, tr("Colours"), [("auto", tr("Automatic")), *((m, tr(m)) for m in MAPS)]
        )
        self.mode_box = self._box(
            column,
            tr("Levels"),
            [
                ("auto", tr("Automatic")),
                ("minmax", tr("Min to max")),
                ("symmetric", tr("Symmetric about 0")),
                ("fixed", tr("Fixed")),
            ],
        )
        self.high_edit, self.low_edit = QLineEdit(self), QLineEdit(self)
        self.high_edit.setAccessibleName(tr("Highest level"))
        self.low_edit.setAccessibleName(tr("Lowest level"))
        self.bar = ScaleBar(self)
        column.addSpacing(4)
        column.addWidget(self.high_edit)
        column.addWidget(self.bar, 1)
        column.addWidget(self.low_edit)
        self.fit_button = QPushButton(tr("Fit colours"), self)
        self.fit_button.setToolTip(tr("Fit the levels to the values in view (A)"))
        column.addWidget(self.fit_button)
        for edit in (self.high_edit, self.low_edit):
            edit.editingFinished.connect(self._on_level_typed)
        self.bar.levels_dragged.connect(self.levels_changed)
        self.map_box.activated.connect(self._on_choice_activated)
        self.mode_box.activated.connect(self._on_choice_activated)

    def minimumSizeHint(self) -> QSize:
        """Return the size with the levels alone, which is what a low panel shows."""
        height = sum(w.sizeHint().height() + 4 for w in (self.high_edit, self.low_edit))
        return QSize(WIDTH_PX, height + self.bar.minimumHeight())

    def sizeHint(self) -> QSize:
        """Want no more than the minimum: what stands above the picture comes first."""
        return self.minimumSizeHint()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show labels and choices where there is room for them."""
        super().resizeEvent(event)
        height = event.size().height()
        for label in self._labels:
            label.setVisible(height >= LABELLED_PX)
        for control in (self.map_box, self.mode_box, self.fit_button):
            control.setVisible(height >= CHOICES_PX)

    def show_scale(
        self, scale: Scale, choice: Choice, *, whole: bool, reach: tuple[Level, Level]
    ) -> None:
        """Show a scale, without a signal."""
        self.bar.set_scale(scale, whole=whole, reach=reach)
        for edit, level in ((self.high_edit, scale.high), (self.low_edit, scale.low)):
            edit.setVisible(not self.bar.is_legend)
            if not (edit.hasFocus() and edit.isModified()):
                edit.setText(level_text(level))
                edit.setCursorPosition(0)
        self.map_box.setCurrentIndex(max(0, self.map_box.findData(choice.map)))
        self.mode_box.setCurrentIndex(max(0, self.mode_box.findData(choice.mode)))
        self._choice = choice

    def _box(self, column: QVBoxLayout, text: str, rows: list[tuple[str, str]]) -> QComboBox:
        label, box = QLabel(text, self), QComboBox(self)
        self._labels.append(label)
        label.setBuddy(box)
        box.setAccessibleName(text)
        box.setToolTip(text)
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        box.setMinimumContentsLength(6)
        for data, shown in rows:
            box.addItem(shown, data)
        column.addWidget(label)
        column.addWidget(box)
        return box

    def _on_choice_activated(self) -> None:
        mode: Mode = self.mode_box.currentData()
        self.choice_changed.emit(Choice(mode, self.map_box.currentData()))

    def _on_level_typed(self) -> None:
        if not (self.high_edit.isModified() or self.low_edit.isModified()):
            return
        levels = [self.bar.scale.low, self.bar.scale.high]
        for i, edit in enumerate((self.low_edit, self.high_edit)):
            if edit.isModified():
                number = _number(edit.text())
                edit.setModified(False)
                if number is None:
                    edit.setText(level_text(levels[i]))
                else:
                    levels[i] = number
        self.levels_changed.emit(*levels)


def _number(text: str) -> Level | None:
    for kind in (int, float):
        try:
            number: Level = kind(text.strip())
        except ValueError:
            continue
        return number if math.isfinite(number) else None
    return None
