"""The value of a line that only looked, which does not join the script."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics, QPalette
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPlainTextEdit, QToolButton, QWidget

from explorer.text import tr
from explorer.window.code import CodeHighlighter, code_font
from explorer.window.theme import icon, mute

MOST_LINES = 8


class LookStrip(QFrame):
    """Shows source and value until it is closed or another line runs."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.source = ""
        self.setAutoFillBackground(True)
        self.setBackgroundRole(QPalette.ColorRole.AlternateBase)
        self.label = QLabel(self, textFormat=Qt.TextFormat.PlainText)
        self.label.setFont(code_font())
        self.label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.label.setContentsMargins(0, 4, 0, 4)
        mute(self.label)
        self.value = QPlainTextEdit(self, readOnly=True)
        self.value.setFont(code_font())
        self.value.setFrameShape(QFrame.Shape.NoFrame)
        self.value.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.value.setAccessibleName(tr("Value"))
        self.value.setTabChangesFocus(True)
        self._highlighter = CodeHighlighter(self.value.document(), self.value)
        self.close_button = QToolButton(self, autoRaise=True)
        self.close_button.setIcon(icon("close"))
        self.close_button.setToolTip(tr("Close this value"))
        self.close_button.setAccessibleName(tr("Close this value"))
        self.close_button.clicked.connect(self.dismiss)
        top = Qt.AlignmentFlag.AlignTop
        layout = QHBoxLayout(self)
        layout.setContentsMargins(8, 4, 4, 4)
        layout.setSpacing(8)
        layout.addWidget(self.label, 0, top)
        layout.addWidget(self.value, 1)
        layout.addStretch()
        layout.addWidget(self.close_button, 0, top)
        self.hide()

    def show_value(self, source: str, output: str) -> None:
        """Show what `source` returned or printed."""
        self.source = source
        first, *more = source.strip().split("\n")
        short = first[:40] + ("…" if more or len(first) > 40 else "")
        text = output.rstrip("\n")
        self.label.setText(short if text else tr("{code} has no value", code=short))
        self.label.setToolTip(source)
        self.value.setVisible(bool(text))
        self.value.setPlainText(text)
        metrics = QFontMetrics(self.value.font())
        lines = min(MOST_LINES, text.count("\n") + 1)
        widest = max(metrics.horizontalAdvance(line) for line in text.split("\n")[:200])
        bar = self.value.horizontalScrollBar().sizeHint().height()
        scrolls = bar if widest > self.value.width() - 16 else 0
        margin = int(2 * self.value.document().documentMargin()) + 2
        self.value.setFixedHeight(lines * metrics.lineSpacing() + margin + scrolls)
        self.show()

    def dismiss(self) -> None:
        """Take the value away."""
        self.source = ""
        self.hide()
