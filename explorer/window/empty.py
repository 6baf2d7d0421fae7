"""The centre while there are no tensors: where to start, as buttons."""

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from explorer.text import LANGUAGES, Text, tr
from explorer.window.area import ColumnArea
from explorer.window.scale import px
from explorer.window.theme import mute, pixmap, scheme


@dataclass(frozen=True, slots=True)
class Start:
    """One way to start; `id` is a command's or a pane's."""

    id: str
    icon: str
    title: Text
    sentence: Text


STARTS = (
    Start("create", "create", "Create a tensor", "Fill in a form, see its line of PyTorch."),
    Start("open", "open", "Open a file", "Tensors or a script. Or drop files here."),
    Start("paste-code", "paste", "Paste code", "From the clipboard, to look at and run."),
    Start(
        "example-digits", "example", "Example: digits",
        "1,797 real images and a network's weights.",
    ),
    Start(
        "example-autograd", "example", "Example: autograd",
        "A few lines run backward, with gradients.",
    ),
)  # fmt: skip


class StartButton(QPushButton):
    """A button with a title and a sentence."""

    chosen = Signal(str)

    def __init__(self, start: Start, parent: QWidget) -> None:
        super().__init__(parent)
        self._start = start
        self.setAccessibleName(tr(start.title))
        self.setAccessibleDescription(tr(start.sentence))
        self._icon = QLabel(self)
        title = QLabel(tr(start.title), self)
        font = title.font()
        font.setBold(True)
        title.setFont(font)
        sentence = QLabel(tr(start.sentence), self, wordWrap=True)
        mute(sentence)
        texts = QVBoxLayout()
        texts.setSpacing(2)
        texts.addWidget(title)
        texts.addWidget(sentence)
        texts.addStretch()
        layout = self._row = QHBoxLayout(self)
        layout.setContentsMargins(12, 8, 12, 8)
        layout.setSpacing(12)
        layout.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        layout.addLayout(texts, 1)
        for label in (self._icon, title, sentence):
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.clicked.connect(self._on_clicked)
        self._tint()

    def sizeHint(self) -> QSize:
        """Return the size of the labels: QPushButton itself knows of no layout."""
        return self._row.totalSizeHint()

    def minimumSizeHint(self) -> QSize:
        """Return the least size that shows the labels."""
        return self._row.totalMinimumSize()

    def heightForWidth(self, width: int) -> int:
        """Return how high the wrapped sentence makes the button."""
        return self._row.totalHeightForWidth(width)

    def hasHeightForWidth(self) -> bool:
        """Return True: the sentence wraps."""
        return True

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._tint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint a flat card whose edge has the accent colour when it is pointed at or has the focus."""
        colours = scheme(self.palette())
        marked = self.hasFocus() or self.underMouse()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(colours.accent if marked else colours.line), 2 if marked else 1))
        painter.setBrush(QColor(colours.raised if self.isDown() else colours.base))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 6, 6)
        painter.end()

    def _tint(self) -> None:
        self._icon.setPixmap(pixmap(self._start.icon, scheme(self.palette()).accent, 24))

    def _on_clicked(self) -> None:
        self.chosen.emit(self._start.id)


class EmptyState(ColumnArea):
    """The ways to start, in the middle of the window."""

    chosen = Signal(str)
    language_chosen = Signal(str)
    """One of `LANGUAGES`."""

    def __init__(self, language: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        heading = QLabel(tr("Start with"))
        font = heading.font()
        font.setPointSizeF(font.pointSizeF() * 1.6)
        heading.setFont(font)
        hint = QLabel(
            tr("Each step becomes a line of a script that you keep."),
            wordWrap=True,
        )
        mute(hint)
        content = QWidget()
        self.buttons = [StartButton(start, content) for start in STARTS]
        column = QVBoxLayout()
        column.setSpacing(6)
        column.setContentsMargins(0, 0, 0, 0)
        column.addStretch(2)
        column.addWidget(heading)
        column.addWidget(hint)
        column.addSpacing(4)
        for button in self.buttons:
            button.chosen.connect(self.chosen)
            column.addWidget(button)
        column.addSpacing(4)
        column.addLayout(self._build_languages(language, content))
        column.addStretch(3)
        middle = QWidget(content)
        middle.setLayout(column)
        middle.setMaximumWidth(px(480))
        row = QHBoxLayout(content)
        row.setContentsMargins(16, 8, 16, 8)
        row.addWidget(middle)
        self.setWidget(content)

    def _build_languages(self, language: str, parent: QWidget) -> QHBoxLayout:
        """Offer the other languages, each in its own words for who can't read this one."""
        row = QHBoxLayout()
        row.setSpacing(8)
        self.languages: dict[str, QToolButton] = {}
        for code, name in LANGUAGES.items():
            if code != language:
                button = self.languages[code] = QToolButton(parent, autoRaise=True)
                button.setText(name)
                button.setObjectName(code)
                button.setToolTip(tr("Change the language to {name}", name=name))
                button.setAccessibleName(button.toolTip())
                button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
                button.clicked.connect(self._on_language_clicked)
                row.addWidget(button)
        row.addStretch()
        return row

    def _on_language_clicked(self) -> None:
        self.language_chosen.emit(self.sender().objectName())
