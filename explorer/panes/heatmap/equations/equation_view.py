"""Operands and result side by side, `x + y = z`: small heat maps that share cursor, zoom and levels."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QVBoxLayout, QWidget

from explorer.panes.heatmap.equations.case import Index
from explorer.panes.heatmap.equations.equation_row import EquationRow
from explorer.panes.heatmap.equations.explanation import Explanation
from explorer.panes.heatmap.equations.linker import LinkButton
from explorer.panes.heatmap.equations.term_view import TermView
from explorer.panes.heatmap.equations.tracer import Traced
from explorer.panes.heatmap.fact_line import FactLine
from explorer.panes.heatmap.icon_button import operands_button
from explorer.panes.heatmap.scales.level_strip import LevelStrip
from explorer.panes.heatmap.slices.dim_chip import DimChip
from explorer.window.code import code_font
from explorer.window.controller import Controller
from explorer.window.plot import ZOOM_STEP


class EquationView(QWidget):
    """Shows one `Traced`; a cell of the result lights those that it comes from."""

    drawn = Signal()
    """All is drawn, or can't be: see `is_shown`."""
    pointed = Signal(object)
    """Index of the result's cell pointed at, None if none is."""
    taken = Signal(object)
    """Index of the result's cell that is in hand now."""
    operands_toggled = Signal()
    told = Signal(str)
    """A line for the status bar."""

    def __init__(self, controller: Controller, parent: QWidget) -> None:
        super().__init__(parent)
        self._controller = controller
        self.traced: Traced | None = None
        self.is_shown = False
        """Whether all of `traced` is drawn."""
        self._leading: Index = ()
        """Where the result's dims stand that are neither rows nor columns."""
        self.hand: tuple[int, int] | None = None
        """The cell of the result in hand, and that under the cursor."""
        self._under_cursor: tuple[int, int] | None = None
        self._build()

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        self.facts = FactLine(self)
        self.heading = self.facts.heading
        font = code_font()
        font.setBold(True)
        font.setItalic(True)
        self.heading.setFont(font)
        tools = self.facts.tools
        self.link_button, self.operands_button = LinkButton(tools), operands_button(tools)
        self.operands_button.setChecked(True)
        self.operands_button.clicked.connect(self.operands_toggled)
        tools.insert(0, self.link_button, self.operands_button)
        column.addWidget(self.facts)
        self.chips = QHBoxLayout()
        self.chips.setSpacing(12)
        self._dims: list[DimChip] = []
        self.chips.addStretch(1)
        column.addLayout(self.chips)
        self.terms = EquationRow(self._controller, self)
        self.terms.arrived.connect(self._on_arrived)
        self.terms.hovered.connect(self._on_hovered)
        self.terms.clicked.connect(self._on_clicked)
        column.addWidget(self.terms, 1)
        self.formula = Explanation(self._controller, self)
        self.formula.told.connect(self.told)
        column.addWidget(self.formula)
        self.levels = LevelStrip(self)
        column.addWidget(self.levels, 0, Qt.AlignmentFlag.AlignLeft)

    # --- what it shows ------------------------------------------------------------------------

    @property
    def is_waiting(self) -> bool:
        """Whether some of it is still to come."""
        return self.traced is not None and self.terms.is_waiting

    @property
    def views(self) -> list[TermView]:
        """The heat maps, those that are not seen at the end."""
        return self.terms.views

    @property
    def row(self) -> QBoxLayout:
        """What the heat maps and signs stand in, in their order."""
        return self.terms.row

    @property
    def result(self) -> TermView:
        """The heat map of the result."""
        return self.terms.result

    def show_traced(self, traced: Traced | None) -> None:
        """Show another equation, once its values are here; None shows nothing."""
        before, self.traced = self.traced, traced
        self._forget_cells()
        self.is_shown = False
        if traced is None:
            self.terms.clear()
            return
        n = max(0, len(traced.result.shape) - 2)
        if before is None or before.result.shape != traced.result.shape:
            self._leading = (0,) * n
        self.setUpdatesEnabled(False)
        self.heading.setText(self._name)
        self.facts.set_info(traced.result)
        self._show_leading()
        self.terms.show_terms(traced, self._leading)

    @property
    def _name(self) -> str:
        return self.traced.equation.target if self.traced else ""

    def fade(self) -> None:
        """Show that the picture is that of a moment ago."""
        self.terms.fade()

    def _show_leading(self) -> None:
        traced = self.traced
        shape = traced.result.shape[:-2] if traced and traced.is_aligned else ()
        while len(self._dims) < len(shape):
            chip = DimChip(self)
            chip.moved.connect(self._on_moved)
            self.chips.insertWidget(len(self._dims), chip)
            self._dims.append(chip)
        for dim, chip in enumerate(self._dims):
            chip.setVisible(dim < len(shape))
            if dim < len(shape):
                chip.set_dim(dim, shape[dim], self._leading[dim])

    def _on_arrived(self) -> None:
        if self.traced is None:
            return
        self.is_shown = self.terms.is_whole
        if self.is_shown:
            self.levels.show_scale(self.terms.draw())
        self.setUpdatesEnabled(True)
        self.drawn.emit()
        self._point()

    # --- what the person does -----------------------------------------------------------------

    @property
    def index_in_hand(self) -> Index | None:
        """The index of the result's element in hand, None if none is."""
        if self.hand is None or not self.is_shown:
            return None
        return self.result.layout_of.index(*self.hand)

    def move_cell(self, down: int, right: int) -> None:
        """Take the cell of the result next to the one in hand."""
        if self.is_shown:
            layout = self.result.layout_of
            rows, columns = layout.size
            start = 0 if down >= 0 else rows - 1, 0 if right >= 0 else columns - 1
            self.hand = layout.moved(self.hand, down, right) if self.hand else layout.nearest(start)
            self._under_cursor = None
            self.result.cells.show_cell(*self.hand)
            self._point()
            self.taken.emit(self.index_in_hand)

    def step_slice(self, by: int, nth: int = 0) -> None:
        """Go to another index of the result's first dim, or of the next."""
        if self.traced and self.traced.is_aligned and nth < len(self._leading):
            last = self.traced.result.shape[nth] - 1
            self._on_moved(nth, max(0, min(self._leading[nth] + by, last)))

    def zoom(self, steps: int) -> None:
        """Zoom all heat maps in, or out by negative `steps`."""
        if self.terms.used:
            cell = self.hand
            self.result.cells.zoom(ZOOM_STEP**steps, (cell[1], cell[0]) if cell else None)

    def fit_view(self) -> None:
        """Show all of each tensor."""
        self.terms.fit_view()

    def _on_moved(self, dim: int, index: int) -> None:
        leading = (*self._leading[:dim], index, *self._leading[dim + 1 :])
        if self.traced and leading != self._leading:
            self._leading = leading
            self._show_leading()
            self.terms.show_terms(self.traced, leading)

    def _on_hovered(self, view: TermView, row: int, column: int) -> None:
        if self._tells(view):
            self._under_cursor = (row, column) if row >= 0 else None
            self._point()

    def _on_clicked(self, view: TermView, row: int, column: int) -> None:
        if self._tells(view):
            self.hand, self._under_cursor = (row, column), None
            self._point()
            self.taken.emit(self.index_in_hand)

    def _tells(self, view: TermView) -> bool:
        """Return whether a cell of a heat map stands for one of the result."""
        traced = self.traced
        if traced is None or not self.terms.used:
            return False
        is_aligned = traced.origin.kind == "elementwise"
        return view is self.result or (
            is_aligned and view.layout_of.size == self.result.layout_of.size
        )

    # --- the cell pointed at ------------------------------------------------------------------

    def _forget_cells(self) -> None:
        self.hand = self._under_cursor = None
        self.formula.show_hint(self.traced)

    def _point(self) -> None:
        """Light what the cell pointed at comes from, and say how."""
        traced, cell = self.traced, self._under_cursor or self.hand
        if traced is None or not self.is_shown:
            return
        index = self.result.layout_of.index(*cell) if cell else None
        regions = traced.regions(index) if index is not None else None
        for i, view in enumerate(self.terms.used[:-1]):
            view.light(regions[i] if regions else None)
            view.mark(None)
        self.result.mark(cell)
        self.pointed.emit(index)
        if index is None:
            self.formula.show_hint(traced)
        else:
            self.formula.explain(traced, index, regions)
