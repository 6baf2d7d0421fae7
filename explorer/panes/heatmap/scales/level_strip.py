"""A narrow strip of the colours that several small heat maps have in common, with its levels."""

import numpy as np
from PySide6.QtCore import QSize
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget

from explorer.panes.heatmap.pictures.colour import colours
from explorer.panes.heatmap.scales.scale import Scale, level_text
from explorer.text import tr
from explorer.window.code import code_font
from explorer.window.scale import px

WIDTH_PX, HEIGHT_PX = 160, 10


class _Ramp(QWidget):
    """The colours themselves."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.scale = Scale()

    def sizeHint(self) -> QSize:
        """Return the size of the strip."""
        return QSize(px(WIDTH_PX), px(HEIGHT_PX))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the map from its lowest level to its highest."""
        del event
        row = np.ascontiguousarray(colours(self.scale.map, len(self.scale.steps))[1:])
        image = QImage(row.data, len(row), 1, row.nbytes, QImage.Format.Format_RGB32)
        painter = QPainter(self)
        painter.drawImage(self.rect(), image)
        painter.end()


class LevelStrip(QWidget):
    """See the module."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.low, self.high, self.ramp = QLabel(self), QLabel(self), _Ramp(self)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for widget in (self.low, self.ramp, self.high):
            row.addWidget(widget)
        for label in (self.low, self.high):
            label.setFont(code_font())

    def show_scale(self, scale: Scale) -> None:
        """Show another scale."""
        self.ramp.scale = scale
        ends = (scale.steps[0], scale.steps[-1]) if scale.steps else (scale.low, scale.high)
        low, high = (end if isinstance(end, str) else level_text(end) for end in ends)
        self.low.setText(low)
        self.high.setText(high)
        self.setAccessibleName(tr("Colours from {low} to {high}", low=low, high=high))
        self.ramp.update()
