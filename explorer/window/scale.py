"""How large everything is drawn.

A scale chosen before the start is Qt's own and exact. One chosen later changes fonts at once, and
icons, margins and spacing in all that is made anew: the main window makes its parts anew when
`changed` says so.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QObject, QSize, Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QAbstractButton, QApplication, QLayout, QTabBar, QToolBar, QWidget

VARIABLE = "QT_SCALE_FACTOR"
_factor = 1.0


def px(size: float) -> int:
    """Return how many pixels a thing of `size` pixels has at the scale that is on now."""
    return round(size * _factor)


def scaled_font(font: QFont) -> QFont:
    """Return `font`, one of the system's, at the scale that is on now."""
    font = QFont(font)
    if font.pointSizeF() > 0:
        font.setPointSizeF(font.pointSizeF() * _factor)
    else:
        font.setPixelSize(px(font.pixelSize()))
    return font


def scale_up(widget: QWidget) -> None:
    """Give icons, margins and spacing in `widget`, which was made just now, the scale that is on."""
    if _factor == 1:
        return
    for layout in widget.findChildren(QLayout):
        margins = layout.contentsMargins()
        layout.setContentsMargins(
            px(margins.left()), px(margins.top()), px(margins.right()), px(margins.bottom())
        )
        layout.setSpacing(px(layout.spacing()))
    parts = (widget, *widget.findChildren(QWidget))
    for part in parts:
        if isinstance(part, QAbstractButton | QToolBar | QTabBar):
            part.setIconSize(QSize(px(part.iconSize().width()), px(part.iconSize().height())))


@contextmanager
def start_at(percent: int) -> Iterator[None]:
    """Let the application that is made within draw everything at `percent`."""
    before = os.environ.get(VARIABLE)
    os.environ[VARIABLE] = f"{_number(before) * percent / 100:g}"
    try:
        yield
    finally:  # the engine, which may show windows of its own, is not ours to scale
        os.environ.pop(VARIABLE)
        if before is not None:
            os.environ[VARIABLE] = before


def _number(text: str | None) -> float:
    try:
        return float(text or 1)
    except ValueError:
        return 1.0


class Scale(QObject):
    """Keeps the application's fonts at `percent`; `started_percent` is what Qt itself does."""

    changed = Signal()

    def __init__(self, app: QApplication, started_percent: int = 100) -> None:
        super().__init__(app)
        self._app = app
        self._font = app.font()
        self._started_percent = started_percent
        self.percent = started_percent

    def choose(self, percent: int) -> None:
        """Change to `percent`."""
        global _factor  # noqa: PLW0603 - the scale of a process is one fact
        if percent == self.percent:
            return
        self.percent = percent
        _factor = percent / self._started_percent
        self._app.setFont(scaled_font(self._font))
        self.changed.emit()
