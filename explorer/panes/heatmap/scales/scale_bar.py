"""The colour scale beside a heat map: a gradient with a histogram and levels to drag."""

import math

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QHelpEvent,
    QImage,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QToolTip, QWidget

from explorer.panes.heatmap.counts.summary import Histogram, Summary
from explorer.panes.heatmap.pictures.colour import colours, table_of
from explorer.panes.heatmap.scales.level_handle import HEIGHT_PX, STEPS, WIDTH_PX, LevelHandle
from explorer.panes.heatmap.scales.scale import Level, Scale, axis_ticks, level_text
from explorer.text import tr

MARGIN_PX, COUNTS_PX, BAR_PX, SWATCH_PX, GAP_PX = 8, 36, 18, 24, 2


class ScaleBar(QWidget):
    """Counts, gradient and numbers side by side; a legend where values are steps."""

    levels_dragged = Signal(object, object)
    """Low and high as numbers."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.scale, self.whole = Scale(), False
        self.histogram: Histogram | None = None
        self._listed: dict[int, int] = {}
        """How often each of few whole numbers occurs."""
        self._reach: tuple[float, float] = (0.0, 1.0)
        """Where on the axis the bar begins and ends."""
        self._dragged = ""
        self.note = ""
        """What else is to be said when the cursor rests on it."""
        # The upper one first: Tab goes in the order of making.
        self.high_handle, self.low_handle = LevelHandle(self), LevelHandle(self)
        self.low_handle.stepped.connect(self._on_low_stepped)
        self.high_handle.stepped.connect(self._on_high_stepped)
        self.setMinimumHeight(56)
        self.setMouseTracking(True)
        self.setAccessibleName(tr("Colour scale"))

    def set_scale(
        self,
        scale: Scale,
        *,
        whole: bool,
        reach: tuple[Level, Level],
        summary: Summary | None = None,
    ) -> None:
        """Show a scale; the bar goes from the least to the greatest of levels and values.

        The values are those that `summary` has counted, or else reach from and to `reach`.
        """
        self.scale, self.whole = scale, whole
        found = summary.histogram if summary else None
        self.histogram = found if found and found.axis == scale.axis and not scale.along else None
        self._listed = dict(summary.values) if summary else {}
        if not self._dragged:
            self._reach = self._reach_for(reach)
        text = tr("From {low} to {high}", low=level_text(scale.low), high=level_text(scale.high))
        self.setAccessibleDescription(text)
        self._place_handles()
        self.update()

    @property
    def is_legend(self) -> bool:
        """Whether values are a few steps, which have no levels to drag."""
        return self.whole and bool(self.scale.steps)

    @property
    def is_fixed(self) -> bool:
        """Whether there are no levels to drag: lines have ranges of their own."""
        return self.is_legend or self.scale.along is not None

    def sizeHint(self) -> QSize:
        """Return a size with room for the numbers."""
        return QSize(COUNTS_PX + BAR_PX + WIDTH_PX + 60, 80)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the gradient or the legend."""
        del event
        painter = QPainter(self)
        if self.is_legend:
            self._paint_legend(painter)
        else:
            self._paint_counts(painter)
            self._paint_gradient(painter)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the handles at their levels."""
        super().resizeEvent(event)
        self._place_handles()

    def event(self, event: QEvent) -> bool:
        """Tell what is counted under the cursor."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            texts = filter(None, (self.count_text(event.pos().y()), self.note))
            QToolTip.showText(event.globalPos(), "\n".join(texts), self)
            return True
        return super().event(event)

    # --- levels by mouse and keys -------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take the nearer level in hand."""
        if self.is_fixed or event.button() != Qt.MouseButton.LeftButton:
            return
        y = event.position().y()
        to_low, to_high = (abs(y - self._y(level)) for level in (self.scale.low, self.scale.high))
        self._dragged = "low" if to_low < to_high else "high"

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Move the level in hand."""
        y = event.position().y()
        near = any(abs(y - self._y(v)) < HEIGHT_PX / 2 for v in (self.scale.low, self.scale.high))
        over = near and not self.is_fixed
        self.setCursor(Qt.CursorShape.SizeVerCursor if over else Qt.CursorShape.ArrowCursor)
        if self._dragged:
            self._move(self._dragged, self._share_at(y))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go."""
        del event
        self._dragged = ""

    def _on_low_stepped(self, steps: int) -> None:
        self._move("low", self._share(self.scale.low) + steps / STEPS)

    def _on_high_stepped(self, steps: int) -> None:
        self._move("high", self._share(self.scale.high) + steps / STEPS)

    def _move(self, which: str, share: float) -> None:
        """Move a level to a share of the bar; levels never meet."""
        least, low, high = 1 / 256, self._share(self.scale.low), self._share(self.scale.high)
        if which == "low":
            share = max(0.0, min(share, high - least))
            self.levels_dragged.emit(self._value(share), self.scale.high)
        else:
            share = min(1.0, max(share, low + least))
            self.levels_dragged.emit(self.scale.low, self._value(share))

    def _place_handles(self) -> None:
        names = (
            (self.low_handle, tr("Lowest level"), self.scale.low),
            (self.high_handle, tr("Highest level"), self.scale.high),
        )
        for handle, name, level in names:
            handle.setVisible(not self.is_fixed)
            handle.set_level(f"{name}: {level_text(level)}", self._share(level))
            x = round(self._track().right()) - 2
            handle.setGeometry(x, round(self._y(level)) - HEIGHT_PX // 2, WIDTH_PX, HEIGHT_PX)

    # --- between values and pixels ------------------------------------------------------------

    def _reach_for(self, reach: tuple[Level, Level]) -> tuple[float, float]:
        place = self.scale.axis.place
        low, high = place(self.scale.low), place(self.scale.high)
        if self.scale.along:
            return low, high
        least, greatest = self.histogram.places if self.histogram else map(place, reach)
        if math.isinf(least):  # 0 lies infinitely far below on a logarithmic axis
            least = low
        return min(low, least), max(high, greatest)

    def _track(self) -> QRectF:
        height = max(1, self.height() - 2 * MARGIN_PX)
        return QRectF(COUNTS_PX + GAP_PX, MARGIN_PX, BAR_PX, height)

    def _share(self, value: Level) -> float:
        return self._share_of(self.scale.axis.place(value))

    def _share_of(self, place: float) -> float:
        low, high = self._reach
        # Halves, since the span of a float64 tensor may overflow.
        share = (place / 2 - low / 2) / (high / 2 - low / 2) if high > low else 0.5
        return min(1.0, max(0.0, share))

    def _y(self, value: Level) -> float:
        track = self._track()
        return track.bottom() - self._share(value) * track.height()

    def _share_at(self, y: float) -> float:
        return (self._track().bottom() - y) / self._track().height()

    def _value(self, share: float) -> float:
        low, high = self._reach
        return self.scale.axis.value(low * (1 - share) + high * share)

    def count_text(self, y: int) -> str:
        """Return how many values the histogram has at a height, "" where it has none."""
        histogram, share = self.histogram, self._share_at(y)
        if histogram is None or self.is_legend or not 0 <= share <= 1:
            return ""
        low, high = self._reach
        first, last = histogram.places
        place, bins = low * (1 - share) + high * share, len(histogram.counts)
        i = int((place - first) / (last - first) * bins) if last > first else 0
        if not 0 <= i < bins:
            return ""
        n = f"{histogram.counts[i]:,}"
        if histogram.width == 1:
            return tr("{value}: {n} values", value=int(histogram.low) + i, n=n)
        edges = (
            histogram.axis.value(first + (last - first) * k / bins) if last > first else first
            for k in (i, i + 1)
        )
        low_text, high_text = map(level_text, edges)
        return tr("From {low} to {high}: {n} values", low=low_text, high=high_text, n=n)

    # --- painting -----------------------------------------------------------------------------

    def _ink(self, alpha: int) -> QColor:
        colour = self.palette().color(QPalette.ColorRole.WindowText)
        colour.setAlpha(alpha)
        return colour

    def _paint_counts(self, painter: QPainter) -> None:
        histogram = self.histogram
        if histogram is None or not any(histogram.counts):
            return
        track, most = self._track(), _longest(histogram.counts)
        first, last = histogram.places
        bins = len(histogram.counts)
        height = (self._share_of(last) - self._share_of(first)) * track.height()
        bottom = track.bottom() - self._share_of(first) * track.height()
        if not height:  # one value: its bar has a height all the same
            bottom, height = bottom + 2, 4.0
        lengths: dict[int, float] = {}
        for i, n in enumerate(histogram.counts):
            if n:
                # Even a single value among millions is seen.
                length = max(2.0, min(1.0, n / most) * (COUNTS_PX - 2))
                top, end = (round(bottom - k * height / bins) for k in (i + 1, i))
                for y in range(top, max(end, top + 1)):
                    lengths[y] = max(length, lengths.get(y, 0.0))
        for y, length in lengths.items():
            painter.fillRect(QRectF(track.x() - GAP_PX - length, y, length, 1), self._ink(120))

    def _paint_gradient(self, painter: QPainter) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        track, palette = self._track(), self.palette()
        top, bottom = self._y(self.scale.high), self._y(self.scale.low)
        table = colours(*table_of(self.scale, whole=self.whole))[:0:-1].copy()
        column = QImage(table.data, 1, 255, 4, QImage.Format.Format_RGB32)
        ends = (column.pixelColor(0, 0), column.pixelColor(0, 254))
        painter.fillRect(QRectF(track.x(), track.y(), BAR_PX, top - track.y()), ends[0])
        painter.fillRect(QRectF(track.x(), bottom, BAR_PX, track.bottom() - bottom), ends[1])
        painter.drawImage(QRectF(track.x(), top, BAR_PX, bottom - top), column)
        painter.setPen(QPen(palette.color(QPalette.ColorRole.Mid), 1))
        painter.drawRect(track.adjusted(-0.5, -0.5, 0.5, 0.5))
        metrics = self.fontMetrics()
        count = max(2, int(track.height() / (metrics.height() * 1.5)))
        drawn: list[float] = []
        found = axis_ticks(self.scale.axis, *self._reach, count)
        for tick in sorted(found, key=lambda tick: (tick != 0, -abs(tick))):
            y = self._y(tick)
            if all(abs(y - other) >= metrics.height() for other in drawn):
                drawn.append(y)
                text = f"{tick * 100:.0f} %" if self.scale.along else level_text(tick)
                self._paint_tick(painter, y, text)
        if not self.is_fixed:
            painter.setPen(QPen(palette.color(QPalette.ColorRole.Highlight), 1))
            for y in (top, bottom):
                painter.drawLine(QPointF(0, y), QPointF(track.right(), y))

    def _paint_tick(self, painter: QPainter, y: float, text: str) -> None:
        right, height = self._track().right(), self.fontMetrics().height()
        x = right + WIDTH_PX + 1
        painter.setPen(QPen(self.palette().color(QPalette.ColorRole.WindowText), 1))
        painter.drawLine(QPointF(right + 1, y), QPointF(right + 4, y))
        painter.drawText(
            QRectF(x, y - height / 2, self.width() - x, height),
            Qt.AlignmentFlag.AlignVCenter,
            text,
        )

    def _paint_legend(self, painter: QPainter) -> None:
        labels, values = self.scale.steps, self._step_values()
        most = max((self._listed.get(value, 0) for value in values), default=0)
        side = min(SWATCH_PX, int((self.height() - 2 * MARGIN_PX) / len(labels)) - 2)
        table, x = colours(self.scale.map, len(labels)), self._track().x()
        for i, label in enumerate(reversed(labels)):
            step = len(labels) - 1 - i
            swatch = QRectF(x, MARGIN_PX + i * (side + 2), BAR_PX, side)
            painter.setPen(QPen(self.palette().color(QPalette.ColorRole.Mid), 1))
            painter.setBrush(QColor.fromRgb(int(table[1 + int((step + 0.5) / len(labels) * 255)])))
            painter.drawRect(swatch)
            n = self._listed.get(values[step], 0)
            if n:
                length = max(2.0, n / most * (COUNTS_PX - 2))
                bar = QRectF(x - GAP_PX - length, swatch.y() + 2, length, side - 4)
                painter.fillRect(bar, self._ink(120))
            painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
            painter.drawText(
                QRectF(swatch.right() + 8, swatch.y(), self.width(), side),
                Qt.AlignmentFlag.AlignVCenter,
                label,
            )

    def _step_values(self) -> list[int]:
        low = int(self.scale.low)
        return list(self.scale.values or range(low, low + len(self.scale.steps)))


def _longest(counts: tuple[int, ...]) -> int:
    """Return the count whose bar is as long as there is room: a spike's is cut."""
    # Beside all the zeros of a ReLU's output nothing else would be seen.
    top = sorted(counts)[-3:]
    return min(top[-1], 3 * top[0]) if top[0] else top[-1]
