"""The operands' shapes over each other: which dims are stretched, and which clash."""

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QRect, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from explorer.catalog.broadcast import Cell, Row, Stretching
from explorer.text import tr
from explorer.window.code import code_font
from explorer.window.hint import Hint, Tone
from explorer.window.theme import scheme

CELL_PX = 44
LEAST_CELL_PX = 26
GAP_PX = 4
NAME_SHARE = 0.3
"""Of the width goes to the names, at most."""


class BroadcastTable(QWidget):
    """What is to know in words; under it a row for each operand, and one for the result."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._grid = _Grid(self)
        self.hint = Hint(self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self.hint)  # first: it is what a person must not miss
        layout.addWidget(self._grid)
        self.hide()

    def show_stretching(self, stretching: Stretching | None) -> None:
        """Show how operands go together; None hides the table."""
        self.setVisible(stretching is not None)
        if stretching is None:
            return
        self._grid.show_stretching(stretching)
        words = described(stretching)
        self._grid.setAccessibleName(_spoken(stretching))
        self._grid.setToolTip(words)
        tone: Tone = (
            "error" if stretching.shape is None else "warning" if stretching.traps else "info"
        )
        self.hint.say(words, tone=tone)


@dataclass(frozen=True, slots=True)
class _Shown:
    """What stands in a cell, and how it is drawn."""

    text: str
    is_ghost: bool = False
    clashes: bool = False


class _Grid(QWidget):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._rows: list[tuple[str, list[_Shown]]] = []
        self.setFont(code_font())
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_stretching(self, stretching: Stretching) -> None:
        """Draw it."""
        self._rows = [(row.name, [_shown(cell) for cell in row.cells]) for row in stretching.rows]
        if stretching.shape is not None:
            n = len(stretching.rows[0].cells)
            blank = [_Shown("")] * (n - len(stretching.shape))
            self._rows.append(("=", [*blank, *(_Shown(str(size)) for size in stretching.shape)]))
        self.updateGeometry()
        self.update()

    @property
    def _row_px(self) -> int:
        return self.fontMetrics().height() + 6

    def sizeHint(self) -> QSize:
        """Return the size of all rows."""
        cells = max((len(cells) for _, cells in self._rows), default=0)
        height = len(self._rows) * (self._row_px + GAP_PX)
        return QSize(round(cells * CELL_PX / (1 - NAME_SHARE)), height)

    def minimumSizeHint(self) -> QSize:
        """Return the height of all rows: their width is what there is."""
        return QSize(0, self.sizeHint().height())

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the rows, right-aligned as torch aligns them."""
        painter = QPainter(self)
        metrics = self.fontMetrics()
        # A pixel more: the width of "t1" is a fraction, rounded down.
        name_px = max((metrics.horizontalAdvance(name) + 1 for name, _ in self._rows), default=0)
        name_px = min(name_px, round(NAME_SHARE * self.width()))
        count = max((len(cells) for _, cells in self._rows), default=1)
        room = (self.width() - name_px - 2 * GAP_PX) // max(1, count)
        step = max(LEAST_CELL_PX, min(CELL_PX, room))
        for place, (name, cells) in enumerate(self._rows):
            top = place * (self._row_px + GAP_PX)
            area = QRect(0, top, name_px, self._row_px)
            shown = metrics.elidedText(name, Qt.TextElideMode.ElideRight, name_px)
            painter.setPen(self.palette().text().color())
            painter.drawText(area, _LEFT, shown)
            for column, cell in enumerate(cells):
                left = name_px + 2 * GAP_PX + column * step
                self._paint(painter, cell, QRect(left, top, step - GAP_PX, self._row_px))
        painter.end()

    def _paint(self, painter: QPainter, cell: _Shown, area: QRect) -> None:
        if not cell.text:
            return
        colours = scheme(self.palette())
        line = colours.error if cell.clashes else colours.muted if cell.is_ghost else colours.line
        style = Qt.PenStyle.DashLine if cell.is_ghost else Qt.PenStyle.SolidLine
        painter.setPen(QPen(QColor(line), 2 if cell.clashes else 1, style))
        painter.drawRect(area.adjusted(0, 0, -1, -1))
        text = colours.error if cell.clashes else colours.muted if cell.is_ghost else colours.text
        painter.setPen(QColor(text))
        painter.drawText(area, Qt.AlignmentFlag.AlignCenter, cell.text)


_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)


def described(stretching: Stretching) -> str:
    """Return in words what clashes, what is a trap, or that dims are stretched."""
    if stretching.clashes:
        return _clash(stretching)
    if stretching.traps:
        trap = stretching.traps[0]
        return tr(
            "Every value of {short} meets every value of {long}, since {long} is a column. "
            "To pair them one by one, use {long}.squeeze(-1)",
            short=trap.short,
            long=trap.long,
        )
    if any(cell.stretched for row in stretching.rows for cell in row.cells):
        return tr("Dashed sizes are stretched: those values are used again, not copied")
    return ""


def _clash(stretching: Stretching) -> str:
    dim = stretching.clashes[-1]
    marked = [(row, row.cells[dim]) for row in stretching.rows if row.cells[dim].clashes]
    if len(marked) == 1 and not stretching.kept:  # the columns of one matrix, the rows of another
        a, b = stretching.rows
        return tr(
            "As matrices, {a} has rows of {n} values, and {b} columns of {m}: these must be equal",
            a=a.name,
            b=b.name,
            n=a.cells[-1].size,
            m=b.cells[-2].size,
        )
    if stretching.kept and _would_grow(stretching.rows[0].cells[dim]):
        return tr(
            "{name} is written into, so it can't be stretched to the size of the others",
            name=stretching.rows[0].name,
        )
    return tr(
        "In dim {dim} the sizes are {sizes}. From the right, sizes must be equal or 1",
        dim=dim,
        sizes=", ".join(f"{row.name}: {cell.size}" for row, cell in marked),
    )


def _would_grow(cell: Cell) -> bool:
    return cell.size is None or (cell.size == 1 and cell.clashes)


def _shown(cell: Cell) -> _Shown:
    if cell.stretched is not None:
        before = "" if cell.size is None else f"{cell.size}→"
        return _Shown(f"{before}{cell.stretched}", is_ghost=True)
    if cell.size is None:
        return _Shown("?", is_ghost=True, clashes=cell.clashes) if cell.clashes else _Shown("")
    return _Shown(f"≠ {cell.size}" if cell.clashes else str(cell.size), clashes=cell.clashes)


def _spoken(stretching: Stretching) -> str:
    """Return the table as a sentence for each row."""
    lines = [f"{row.name}: {_sizes(row)}" for row in stretching.rows]
    if stretching.shape is not None:
        lines.append(tr("result: {shape}", shape=list(stretching.shape)))
    return "; ".join(lines)


def _sizes(row: Row) -> str:
    return ", ".join(_shown(cell).text for cell in row.cells if _shown(cell).text)
