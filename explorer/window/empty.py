"""The centre while there are no tensors: where to start, as buttons."""

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from explorer.text import tr
from explorer.window.theme import mute, pixmap, scheme


@dataclass(frozen=True, slots=True)
class Start:
    """One way to start; `id` is a command's or a pane's."""

    id: str
    icon: str
    title: str
    sentence: str


STARTS = (
    Start("create", "create", "Create a tensor", "Fill in a form and see the line of PyTorch it makes."),
    Start("open", "open", "Open a file", "Arrays, weights or a script. Or drop files on this window."),
    Start("paste-code", "paste", "Paste code", "Put code from the clipboard into the script and run it."),
    Start(
        "example-digits", "example", "Example: digits",
        "1,797 real images and a small network that reads them.",
    ),
    Start(
        "example-autograd", "example", "Example: autograd",
        "Run a few lines backward and see where gradients come from.",
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
        layout.setContentsMargins(12, 10, 12, 10)
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

    def _tint(self) -> None:
        self._icon.setPixmap(pixmap(self._start.icon, scheme(self.palette()).accent, 24))

    def _on_clicked(self) -> None:
        self.chosen.emit(self._start.id)


class EmptyState(QScrollArea):
    """The ways to start, in the middle of the window."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, widgetResizable=True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        heading = QLabel(tr("Start with"))
        font = heading.font()
        font.setPointSizeF(font.pointSizeF() * 1.6)
        heading.setFont(font)
        hint = QLabel(
            tr("Everything you do here becomes a line of PyTorch in a script that you can keep."),
            wordWrap=True,
        )
        mute(hint)
        content = QWidget()
        self.buttons = [StartButton(start, content) for start in STARTS]
        column = QVBoxLayout()
        column.setSpacing(8)
        column.addStretch(2)
        column.addWidget(heading)
        column.addWidget(hint)
        column.addSpacing(8)
        for button in self.buttons:
            button.chosen.connect(self.chosen)
            column.addWidget(button)
        column.addStretch(3)
        middle = QWidget(content)
        middle.setLayout(column)
        middle.setMaximumWidth(480)
        row = QHBoxLayout(content)
        row.setContentsMargins(16, 16, 16, 16)
        row.addWidget(middle)
        self.setWidget(content)
