"""Where the parts of a row stand: measured once for its height, again to paint and to click."""

import math
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QFont, QFontMetrics, QFontMetricsF, QTextLayout, QTextOption

from explorer.panes.script.note_text import note_height
from explorer.panes.script.row import Row
from explorer.text import tr
from explorer.window.code import code_font
from explorer.window.scale import px

PAD_PX = 8
LINE_PAD_PX = 3
ICON_PX = 16
STATE_PX = 96
CURSOR_PX = 12
LINE_SEPARATOR = "\u2028"

PartKind = Literal["note", "code", "badge", "reason", "output", "link", "editor"]
LinkName = Literal["", "fold", "edit_again", "dismiss"]


@dataclass(frozen=True, slots=True)
class Part:
    """A text and its place in the row; `link` says what a click on it does."""

    kind: PartKind
    rect: QRect
    text: str
    link: LinkName = ""


@dataclass(frozen=True, slots=True)
class Arrangement:
    """The parts of a row of that height, with the row's top left corner at (0, 0)."""

    height: int
    icon: QRect
    number: QRect
    state: QRect
    parts: tuple[Part, ...]


class Arranger:
    """Measures rows in the fonts for code and for words."""

    def __init__(self, words: QFont) -> None:
        self.code_font = code_font()
        self.words_font = words
        self._code = QFontMetricsF(self.code_font)
        self._words = QFontMetrics(words)
        self._advance = self._code.horizontalAdvance("0")
        self._line_px = math.ceil(self._code.height())
        self._number_px = math.ceil(4 * self._advance)
        self.code_left = PAD_PX + ICON_PX + PAD_PX // 2 + self._number_px + PAD_PX

    def arrange(self, row: Row, width: int) -> Arrangement:
        """Return the parts of `row` in `width` pixels."""
        if row.state == "cursor":
            height = self._words.height() + 4 if row.reason else CURSOR_PX
            return Arrangement(height, QRect(), QRect(), QRect(), ())
        left, top = self.code_left, LINE_PAD_PX
        code_px = max(80, width - left - px(STATE_PX) - PAD_PX)
        wide_px = max(80, width - left - PAD_PX)
        parts: list[Part] = []
        code_top = top
        for kind, text, part_px in (
            ("note", row.note, wide_px),
            ("code", row.source, code_px),
            ("badge", tr("≠ differs from last time") if row.differs else "", wide_px),
            ("reason", row.reason, wide_px),
            ("output", row.shown_output, wide_px),
        ):
            if kind == "code":
                code_top = top
            if kind == row.edited:
                parts.append(Part("editor", QRect(left, top, wide_px, row.editor_px), ""))
                top += row.editor_px
            elif text:
                height = self._height(kind, text, part_px)
                parts.append(Part(kind, QRect(left, top, part_px, height), text))  # type: ignore[arg-type]  # the literals above
                top += height
        links = _links(row)
        x = left
        for link, text in links:
            link_px = self._words.horizontalAdvance(text)
            rect = QRect(x, top + 1, link_px, self._words.height())
            parts.append(Part("link", rect, text, link))
            x += link_px + 2 * PAD_PX
        top += self._words.height() + 2 if links else 0
        first = QRect(0, code_top, 0, self._line_px)
        number_left = PAD_PX + ICON_PX + PAD_PX // 2
        return Arrangement(
            height=top + LINE_PAD_PX,
            icon=QRect(PAD_PX, first.top() + (self._line_px - ICON_PX) // 2, ICON_PX, ICON_PX),
            number=QRect(number_left, first.top(), self._number_px, self._line_px),
            state=QRect(width - px(STATE_PX) - PAD_PX, first.top(), px(STATE_PX), self._line_px),
            parts=tuple(parts),
        )

    def lay_out(
        self, text: str, width: int, ranges: list[QTextLayout.FormatRange] | None = None
    ) -> QTextLayout:
        """Return `text` in the font for code, broken to `width`."""
        layout = QTextLayout(text.replace("\n", LINE_SEPARATOR), self.code_font)
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAnywhere)
        layout.setTextOption(option)
        if ranges:
            layout.setFormats(ranges)
        layout.beginLayout()
        top = 0
        while (line := layout.createLine()).isValid():
            line.setLineWidth(width)
            line.setPosition(QPointF(0, top))
            top += self._line_px
        layout.endLayout()
        return layout

    def _height(self, kind: str, text: str, width: int) -> int:
        if kind == "note":
            return note_height(text, width, self.words_font)
        if kind in ("badge", "reason"):
            flags = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft
            return self._words.boundingRect(QRect(0, 0, width, 10000), int(flags), text).height()
        if not text.isascii():
            return self.lay_out(text, width).lineCount() * self._line_px
        # In a font of fixed width, counting is a hundred times faster than laying out.
        columns = max(1, int(width / self._advance + 1e-6))
        lines = sum(max(1, -(-len(line) // columns)) for line in text.split("\n"))
        return lines * self._line_px


def _links(row: Row) -> list[tuple[LinkName, str]]:
    links: list[tuple[LinkName, str]] = []
    if row.hidden_lines and row.state != "running":
        text = tr("Show less") if row.unfolded else tr("Show all {n} lines", n=row.hidden_lines)
        links.append(("fold", text))
    if row.attempt:
        links += [("edit_again", tr("Edit again")), ("dismiss", tr("Dismiss"))]
    return links
