"""The line of facts above a heat map: each is a flat button that explains itself."""

from PySide6.QtCore import QPoint, QSize
from PySide6.QtWidgets import (
    QLabel,
    QStyle,
    QStyleOptionToolButton,
    QToolButton,
    QToolTip,
    QWidget,
)

from explorer.panes.heatmap.facts import Fact, facts
from explorer.panes.heatmap.tool_row import ToolRow
from explorer.protocol import TensorInfo
from explorer.text import tr
from explorer.window.code import code_font
from explorer.window.flow import FlowRow


class FactButton(QToolButton):
    """Shows a fact; a click, or a rest of the cursor, its explanation."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAutoRaise(True)
        self.setFont(code_font())
        self.clicked.connect(self._on_clicked)

    def set_fact(self, fact: Fact) -> None:
        """Show another fact."""
        self.setText(fact.text)
        self.setToolTip(fact.explanation)
        self.setAccessibleName(fact.text)
        self.setAccessibleDescription(fact.explanation)

    def sizeHint(self) -> QSize:
        """Return the size of the text, with less air than a button in a toolbar has."""
        option = QStyleOptionToolButton()
        self.initStyleOption(option)
        size = self.fontMetrics().size(0, self.text())
        frame = self.style().pixelMetric(QStyle.PixelMetric.PM_DefaultFrameWidth, option, self)
        return size + QSize(4 + 2 * frame, 4 + 2 * frame)

    def _on_clicked(self) -> None:
        below = self.mapToGlobal(QPoint(0, self.height()))
        QToolTip.showText(below, self.toolTip(), self)


class FactRow(FlowRow):
    """Facts in reading order."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, gap=8, row_gap=0)
        self.buttons: list[FactButton] = []
        self._last: list[QWidget] = []
        self._known: tuple[Fact, ...] | None = None

    def append(self, widget: QWidget) -> None:
        """Let `widget` stand after all facts."""
        self._last.append(widget)
        self.add(widget)

    def set_facts(self, known: tuple[Fact, ...]) -> None:
        """Show other facts."""
        if known == self._known:
            return
        self._known = known
        missing = range(len(self.buttons), len(known))
        for _ in missing:
            button = FactButton(self)
            self.add(button)
            self.buttons.append(button)
        if missing:
            for widget in self._last:
                self.add(widget)
            self.extended.emit()
        for i, button in enumerate(self.buttons):
            button.setVisible(i < len(known))
            if i < len(known):
                button.set_fact(known[i])
        self.fit()


class FactLine(FactRow):
    """The name of a tensor, its facts, and `tools` at the right end of the first row."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.heading, self.tools = QLabel(self), ToolRow(self)
        self.heading.setContentsMargins(0, 3, 4, 0)
        self.add(self.heading)
        self.corner = self.tools
        self.tools.resized.connect(self.fit)
        self.setAccessibleName(tr("Facts about the tensor"))

    def set_info(self, info: TensorInfo) -> None:
        """Show the facts of another tensor."""
        self.set_facts(facts(info))
