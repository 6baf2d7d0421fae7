"""Operands and result side by side, `x + y = z`: small heat maps that share cursor, zoom and levels."""

from dataclasses import replace

import msgspec
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from explorer.panes.heatmap import Tile
from explorer.panes.heatmap.equations.case import point
from explorer.panes.heatmap.equations.equation import MODULES
from explorer.panes.heatmap.equations.equation_layout import Fit, fit, layouts
from explorer.panes.heatmap.equations.formula import (
    MOST_ELEMENTS,
    cell_text,
    counts_of,
    formula,
    place_text,
)
from explorer.panes.heatmap.equations.linker import LinkButton
from explorer.panes.heatmap.equations.provenance import Index, Regions
from explorer.panes.heatmap.equations.term import Elements, ElementsAsk, Place, place_of
from explorer.panes.heatmap.equations.term_view import TermView
from explorer.panes.heatmap.equations.tracer import Traced
from explorer.panes.heatmap.fact_line import FactLine
from explorer.panes.heatmap.icon_button import operands_button
from explorer.panes.heatmap.scales.level_strip import LevelStrip
from explorer.panes.heatmap.scales.scale import Choice, Scale
from explorer.panes.heatmap.scales.scale import fit as fit_scale
from explorer.panes.heatmap.slices.dim_chip import DimChip
from explorer.protocol import Answer
from explorer.text import tr
from explorer.window.code import code_font
from explorer.window.controller import Controller
from explorer.window.plot import ZOOM_STEP
from explorer.window.scale import px

GAP_PX = 6
"""Between a heat map and a sign."""
LONGEST_SIGN = 3
"""Longer ones are written as small as other code."""


class _Area(QWidget):
    """Where the heat maps stand."""

    resized = Signal()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Tell that there is another room."""
        super().resizeEvent(event)
        self.resized.emit()


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
        self.views: list[TermView] = []
        self._used: list[TermView] = []
        self._signs: list[QLabel] = []
        self._leading: Index = ()
        """Where the result's dims stand that are neither rows nor columns."""
        self.hand: tuple[int, int] | None = None
        """The cell of the result in hand, and that under the cursor."""
        self._under_cursor: tuple[int, int] | None = None
        self._places: tuple[Place, ...] = ()
        self._regions: Regions | None = None
        self._is_zooming = False
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
        self.area = _Area(self)
        self.row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self.area)
        self.row.setContentsMargins(0, 0, 0, 0)
        self.row.setSpacing(GAP_PX)
        # Heat maps are as large as the room allows: they must not keep it from getting smaller.
        self.row.setSizeConstraint(QBoxLayout.SizeConstraint.SetNoConstraint)
        self.area.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self.area.resized.connect(self._arrange)
        column.addWidget(self.area, 1)
        self.formula = QLabel(self)
        self.formula.setFont(code_font())
        self.formula.setWordWrap(True)
        self.formula.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.formula.setMinimumHeight(2 * self.formula.fontMetrics().lineSpacing())
        self.formula.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        column.addWidget(self.formula)
        self.levels = LevelStrip(self)
        column.addWidget(self.levels, 0, Qt.AlignmentFlag.AlignLeft)

    # --- what it shows ------------------------------------------------------------------------

    @property
    def is_waiting(self) -> bool:
        """Whether some of it is still to come."""
        return self.traced is not None and any(view.is_waiting for view in self._used)

    @property
    def result(self) -> TermView:
        """The heat map of the result."""
        return self._used[-1]

    def show_traced(self, traced: Traced | None) -> None:
        """Show another equation, once its values are here; None shows nothing."""
        before, self.traced = self.traced, traced
        self._forget_cells()
        self.is_shown = False
        if traced is None:
            self._used = []
            return
        n = max(0, len(traced.result.shape) - 2)
        if before is None or before.result.shape != traced.result.shape:
            self._leading = (0,) * n
        self.setUpdatesEnabled(False)
        self.heading.setText(self._name)
        self.facts.set_info(traced.result)
        self._show_leading()
        self._show_terms()

    @property
    def _name(self) -> str:
        return self.traced.equation.target if self.traced else ""

    def _show_terms(self) -> None:
        traced = self.traced
        if traced is None:
            return
        while len(self.views) < len(traced.infos):
            view = TermView(self._controller, self.area)
            view.arrived.connect(self._on_arrived)
            view.hovered.connect(self._on_hovered)
            view.clicked.connect(self._on_clicked)
            view.view_changed.connect(self._on_view_changed)
            self.views.append(view)
        self._used = self.views[: len(traced.infos)]
        self._fill_row(traced)
        placed = layouts(traced, self._leading)
        for view, term, info, layout in zip(
            self._used, traced.terms, traced.infos, placed, strict=True
        ):
            shape = f"[{', '.join(map(str, info.shape))}]"
            caption = f"{term.expression}  {shape}"
            if term.expression == self._name and len(set(traced.terms)) > 1 and self._is_in_place:
                is_before = view is not self.result
                caption = f"{term.expression} {tr('before') if is_before else tr('after')}  {shape}"
            view.show_term(term, info, layout, caption)
        self._arrange()

    @property
    def _is_in_place(self) -> bool:
        return self.traced is not None and self._name in self.traced.equation.operands

    def _fill_row(self, traced: Traced) -> None:
        """Put heat maps and signs in their order."""
        while self.row.count():
            self.row.takeAt(0)
        for view in self.views:
            view.setVisible(view in self._used)
        for sign in self._signs:
            sign.hide()
            sign.deleteLater()
        self._signs = []
        *pieces, last = traced.equation.pieces
        self.row.addStretch(1)
        centre = Qt.AlignmentFlag.AlignCenter
        for piece, view in zip([*pieces, f"{last.strip()} ="], self._used, strict=True):
            if piece.strip():
                sign = _sign(piece.strip(), self.area)
                self._signs.append(sign)
                self.row.addWidget(sign, 0, centre)
            self.row.addWidget(view, 0, centre)
        self.row.addStretch(1)

    def _arrange(self) -> None:
        """Give all heat maps cells of one size, as large as the room allows."""
        if not self._used:
            return
        chrome = [
            (*view.keeps(0), view.caption.sizeHint().height() + 2, view.caption.sizeHint().width())
            for view in self._used
        ]
        signs = [(sign.sizeHint().width(), sign.sizeHint().height()) for sign in self._signs]
        found: Fit = fit(
            [view.layout_of.size for view in self._used],
            chrome,
            signs,
            (self.area.width(), self.area.height()),
            gap_px=GAP_PX,
            most_px=px(64),
        )
        direction = QBoxLayout.Direction
        self.row.setDirection(direction.TopToBottom if found.is_below else direction.LeftToRight)
        self._is_zooming = True
        for view in self._used:
            view.fix(found.cell_px)
        self._is_zooming = False

    def fade(self) -> None:
        """Show that the picture is that of a moment ago."""
        for view in self._used:
            view.item.setOpacity(0.4)

    def _show_leading(self) -> None:
        traced = self.traced
        shape = traced.result.shape[:-2] if traced else ()
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
        if self.is_waiting or self.traced is None:
            return
        tiles = [view.tile for view in self._used]
        self.is_shown = all(tile is not None for tile in tiles)
        if self.is_shown:
            self._draw()
        self.setUpdatesEnabled(True)
        self.drawn.emit()
        self._point()

    def _draw(self) -> None:
        """Colour numbers by one scale, truth values by another."""
        numbers = [view for view in self._used if view.dtype != "bool"]
        for group in (numbers, [view for view in self._used if view.dtype == "bool"]):
            if group:
                scale = _common_scale(group)
                for view in group:
                    view.draw(scale)
                if group is numbers or not numbers:
                    self.levels.show_scale(scale)

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
            rows, columns = self.result.layout_of.size
            row, column = self.hand or (0 if down >= 0 else rows, 0 if right >= 0 else columns)
            if self.hand:
                row, column = row + down, column + right
            self.hand = max(0, min(row, rows - 1)), max(0, min(column, columns - 1))
            self._under_cursor = None
            self.result.cells.show_cell(*self.hand)
            self._point()
            self.taken.emit(self.index_in_hand)

    def step_slice(self, by: int, nth: int = 0) -> None:
        """Go to another index of the result's first dim, or of the next."""
        if nth < len(self._leading) and self.traced:
            last = self.traced.result.shape[nth] - 1
            self._on_moved(nth, max(0, min(self._leading[nth] + by, last)))

    def zoom(self, steps: int) -> None:
        """Zoom all heat maps in, or out by negative `steps`."""
        if self._used:
            cell = self.hand
            self.result.cells.zoom(ZOOM_STEP**steps, (cell[1], cell[0]) if cell else None)

    def fit_view(self) -> None:
        """Show all of each tensor."""
        for view in self._used:
            view.cells.fit()

    def _on_moved(self, dim: int, index: int) -> None:
        leading = (*self._leading[:dim], index, *self._leading[dim + 1 :])
        if leading != self._leading:
            self._leading = leading
            self._show_leading()
            self._show_terms()

    def _on_hovered(self, row: int, column: int) -> None:
        if self._tells(self.sender()):
            self._under_cursor = (row, column) if row >= 0 else None
            self._point()

    def _on_clicked(self, row: int, column: int) -> None:
        if self._tells(self.sender()):
            self.hand, self._under_cursor = (row, column), None
            self._point()
            self.taken.emit(self.index_in_hand)

    def _tells(self, view: object) -> bool:
        """Return whether a cell of a heat map stands for one of the result."""
        traced = self.traced
        if traced is None or not self._used:
            return False
        return view is self.result or (
            traced.origin.kind == "elementwise"
            and isinstance(view, TermView)
            and view.layout_of.size == self.result.layout_of.size
        )

    def _on_view_changed(self) -> None:
        """Let all stand where the one does that the person moved."""
        mover = self.sender()
        if self._is_zooming or not isinstance(mover, TermView):
            return
        self._is_zooming = True
        for view in self._used:
            if view is mover:
                continue
            if mover.cells.is_fitted:
                view.cells.fit()
            else:
                view.cells.set_view(mover.cells.view)
        self._is_zooming = False

    # --- the cell pointed at ------------------------------------------------------------------

    def _forget_cells(self) -> None:
        self.hand = self._under_cursor = None
        self._regions = None
        self._show_hint()

    def _show_hint(self) -> None:
        """Say what can be done, or why it can't."""
        if self.traced and self.traced.origin.kind == "unknown":
            text = tr("Which cells each cell comes from is not known for this line")
        else:
            text = tr("Point at a cell of {z} to see where it comes from", z=self._name)
        self.formula.setText(text)

    def _point(self) -> None:
        """Light what the cell pointed at comes from, and ask for its numbers."""
        traced, cell = self.traced, self._under_cursor or self.hand
        if traced is None or not self.is_shown:
            return
        index = self.result.layout_of.index(*cell) if cell else None
        self._regions = traced.regions(index) if index is not None else None
        for i, view in enumerate(self._used[:-1]):
            region = self._regions[i] if self._regions else None
            view.light(region)
            view.mark(None)
        self.result.mark(cell)
        self.pointed.emit(index)
        if index is None:
            self._show_hint()
            return
        places = [place_of(traced.terms[-1], point(index))]
        for i, region in enumerate(self._regions or ()):
            if region is not None:
                places.append(place_of(traced.terms[i], region))
        self._places = tuple(places)
        ask = ElementsAsk(places=self._places, most=MOST_ELEMENTS)
        self._controller.ask(ask, self._on_elements)

    def _on_elements(self, answer: Answer) -> None:
        traced, regions = self.traced, self._regions
        if traced is None or not isinstance(answer, Elements) or answer.places != self._places:
            return
        texts = iter(answer.texts)
        value = "".join(next(texts))
        index = tuple(start for start, _, _ in answer.places[0].region)
        used = regions or (None,) * len(traced.operands)
        deciding = traced.origin.pick.deciding if traced.origin.pick else ()
        line = formula(
            traced.equation,
            traced.origin.kind if regions else "unknown",
            [
                "" if region is None or i in deciding else place_text(name, region, info.shape)
                for i, (name, info, region) in enumerate(
                    zip(traced.equation.operands, traced.operands, used, strict=True)
                )
            ],
            [() if region is None else next(texts) for region in used],
            counts_of(used),
            result=cell_text(self._name, index),
            value=value,
            step=traced.step(index),
        )
        self.formula.setText(line)
        self.told.emit(line)


def _sign(text: str, parent: QWidget) -> QLabel:
    """Return what is written between heat maps: `+`, `maximum(`, `.sum(dim=1) =`."""
    for module in MODULES:
        text = text.removeprefix(f"{module}.nn.functional.").removeprefix(f"{module}.")
    sign, font = QLabel(text, parent), code_font()
    if len(text) <= LONGEST_SIGN:
        font.setPointSizeF(font.pointSizeF() * 1.3)
    sign.setFont(font)
    sign.show()
    return sign


def _common_scale(views: list[TermView]) -> Scale:
    """Return a scale for all values of some heat maps."""
    tiles = [view.tile for view in views if view.tile]
    lows = [tile.minimum for tile in tiles if tile.minimum is not None]
    highs = [tile.maximum for tile in tiles if tile.maximum is not None]
    both: Tile = msgspec.structs.replace(
        tiles[0], minimum=min(lows, default=None), maximum=max(highs, default=None)
    )
    dtypes = [view.dtype for view in views]
    decimal = [d for d in dtypes if not d.startswith(("int", "uint"))]
    scale = fit_scale(both, (decimal or dtypes)[0], "mean", "magnitude", Choice())
    return replace(scale, values=())
