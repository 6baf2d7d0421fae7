"""The strip under a form: what comes of its line, told before it runs."""

from PySide6.QtCore import QEvent, QRect, Qt, QTimer, Signal, Slot
from PySide6.QtGui import (
    QAccessible,
    QFontMetrics,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QTextLayout,
    QTextOption,
)
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from explorer.protocol import Preview
from explorer.text import tr
from explorer.window.announcer import announce
from explorer.window.code import code_font
from explorer.window.controller import Controller
from explorer.window.form.preview_words import Words, words_of
from explorer.window.previewer import Previewer
from explorer.window.problem import CodeButton
from explorer.window.theme import mute, pixmap, scheme

BLANK_MS = 100
"""What was told of the line before stays so long, lest the strip flickers at every key."""
SAY_MS = 700
"""A screen reader hears of a line once nothing was typed for so long."""
SPACING_PX = 2
LINES = 2
"""Of words there is room for above a note or a button; alone they may take its place too."""


class PreviewStrip(QWidget):
    """As high with words as without, so that nothing moves while a person types."""

    told = Signal()
    """`preview` may be another."""
    fix_chosen = Signal(str)
    """The line that mends an error, to be looked at before it runs."""

    def __init__(self, controller: Controller, parent: QWidget) -> None:
        super().__init__(parent)
        self._line = ""
        self._said = ""
        self._words = Words("")
        self._previewer = Previewer(controller, self)
        self._previewer.previewed.connect(self._on_previewed)
        self._blank = QTimer(self, interval=BLANK_MS, singleShot=True)
        self._blank.timeout.connect(self._on_blank)
        self._say = QTimer(self, interval=SAY_MS, singleShot=True)
        self._say.timeout.connect(self._on_say)
        self._build()

    @property
    def preview(self) -> Preview | None:
        """What is known of the line, None if nothing is."""
        return self._previewer.preview_of(self._line) if self._line else None

    @property
    def words(self) -> Words:
        """What the strip says."""
        return self._words

    def show_line(self, line: str) -> None:
        """Tell what `line` will do, as soon as that is known; "" tells nothing."""
        self._line = line
        self._previewer.show((line,) if line else ())
        self._draw()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "_picture"):
            self._tint()

    def _build(self) -> None:
        self._picture = QLabel(self)
        self._picture.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._picture.setFixedWidth(16)
        self._main = _Brief(self)
        self._note = QLabel(self)
        self._note.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._note.setAlignment(Qt.AlignmentFlag.AlignTop)
        mute(self._note)
        self.fix = CodeButton(self)
        self.fix.setFont(code_font())
        self.fix.clicked.connect(self._on_fix_clicked)
        column = QVBoxLayout()
        column.setSpacing(SPACING_PX)
        column.addWidget(self._main)
        column.addWidget(self._note)
        column.addWidget(self.fix)
        column.addStretch()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self._picture)
        row.addLayout(column, 1)
        self._note.hide()
        self.fix.hide()
        self._fit()

    def _fit(self) -> None:
        """Take the height that the most words and a button need."""
        line_px = max(QFontMetrics(font).lineSpacing() for font in (self.font(), code_font()))
        self.setFixedHeight(LINES * line_px + SPACING_PX + self.fix.sizeHint().height())

    def _draw(self) -> None:
        """Show what is known; what was told of another line goes when that takes long."""
        preview = self.preview
        if preview is not None:
            self._put(words_of(preview))
        elif not self._line:
            self._put(Words(""))
        elif not self._blank.isActive():
            self._blank.start()
        self.told.emit()

    def _put(self, words: Words) -> None:
        self._blank.stop()
        problem = self.preview.problem if self.preview else None
        fix = problem.fix_code if problem else ""
        lines = fix.splitlines()
        self.fix.show_line(lines[-1] if lines else "", tr("Put this line in place of yours"))
        self.fix.setAccessibleName(tr("Put in place of your line: {code}", code=fix))
        self.fix.setVisible(bool(fix))
        self._note.setVisible(bool(words.note) and not fix)
        if words == self._words:
            return
        self._words = words
        self._main.say(words.main, LINES + (not words.note and not fix), is_code=words.is_code)
        self._note.setText(words.note)
        self._note.setToolTip(words.note)
        self.setAccessibleName(words.spoken)
        self.setAccessibleDescription(tr("What the line will do"))
        self._tint()
        self._say.start()

    def _tint(self) -> None:
        colours = scheme(self.palette())
        name = self._words.tone
        if self._words.main:
            colour = colours.error if name == "error" else colours.accent
            self._picture.setPixmap(pixmap(name, colour))
        else:
            self._picture.clear()

    @Slot()
    def _on_previewed(self) -> None:
        self._draw()

    @Slot()
    def _on_blank(self) -> None:
        if self.preview is None:
            self._put(Words(""))

    @Slot()
    def _on_say(self) -> None:
        if self._words.spoken != self._said and self.isVisible() and QAccessible.isActive():
            announce(self, self._words.spoken)
        self._said = self._words.spoken

    @Slot()
    def _on_fix_clicked(self) -> None:
        if self.preview and self.preview.problem:
            self.fix_chosen.emit(self.preview.problem.fix_code)


class _Brief(QWidget):
    """Words in a few lines, the last shortened where these are too few."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._text = ""
        self._most = LINES
        self._lines: list[str] = []
        self._plain_font = self.font()

    def say(self, text: str, most: int, *, is_code: bool) -> None:
        """Show `text` in at most so many lines."""
        self._text, self._most = text, most
        self.setFont(code_font() if is_code else self._plain_font)
        self.setToolTip(text)
        self.setAccessibleName(text)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Cut the text anew."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._fit()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the lines."""
        painter = QPainter(self)
        line_px = self.fontMetrics().lineSpacing()
        for place, line in enumerate(self._lines):
            area = QRect(0, place * line_px, self.width(), line_px)
            painter.drawText(area, int(Qt.AlignmentFlag.AlignLeft), line)
        painter.end()

    def _fit(self) -> None:
        self._lines = self._cut()
        if len(self._lines) > self._most:
            rest = " ".join(self._lines[self._most - 1 :])
            elide = Qt.TextElideMode.ElideRight
            last = self.fontMetrics().elidedText(rest, elide, self.width())
            self._lines[self._most - 1 :] = [last]
        self.setFixedHeight(len(self._lines) * self.fontMetrics().lineSpacing())
        self.update()

    def _cut(self) -> list[str]:
        """Return the text cut into lines."""
        found: list[str] = []
        for paragraph in self._text.splitlines():
            layout = QTextLayout(paragraph, self.font())
            layout.setTextOption(QTextOption(Qt.AlignmentFlag.AlignLeft))
            layout.beginLayout()
            while (line := layout.createLine()).isValid():
                line.setLineWidth(self.width())
                found.append(paragraph[line.textStart() :][: line.textLength()])
            layout.endLayout()
        return found
