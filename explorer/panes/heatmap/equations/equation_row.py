"""The heat maps of an equation and the signs between them, with cells of one size in one scale."""

from dataclasses import replace

import msgspec
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QLabel, QSizePolicy, QWidget

from explorer.panes.heatmap import Tile
from explorer.panes.heatmap.equations.case import Index
from explorer.panes.heatmap.equations.equation import MODULES
from explorer.panes.heatmap.equations.equation_layout import Fit, fit, layouts
from explorer.panes.heatmap.equations.term_view import TermView
from explorer.panes.heatmap.equations.tracer import Traced
from explorer.panes.heatmap.scales.scale import Choice, Scale
from explorer.panes.heatmap.scales.scale import fit as fit_scale
from explorer.text import tr
from explorer.window.code import code_font
from explorer.window.controller import Controller
from explorer.window.scale import px

GAP_PX = 6
"""Between a heat map and a sign."""
LONGEST_SIGN = 3
"""Longer ones are written as small as other code."""


class EquationRow(QWidget):
    """Zoom and place of one heat map are those of all."""

    arrived = Signal()
    """All values are here, or there are none to be had."""
    hovered = Signal(object, int, int)
    """A `TermView`, with row and column there; -1 and -1 when the cursor left."""
    clicked = Signal(object, int, int)

    def __init__(self, controller: Controller, parent: QWidget) -> None:
        super().__init__(parent)
        self._controller = controller
        self.views: list[TermView] = []
        self.used: list[TermView] = []
        """Those that are seen: the operands', and at the end the result's."""
        self._signs: list[QLabel] = []
        self._is_zooming = False
        self.row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self.row.setContentsMargins(0, 0, 0, 0)
        self.row.setSpacing(GAP_PX)
        # Heat maps are as large as the room allows: they must not keep it from getting smaller.
        self.row.setSizeConstraint(QBoxLayout.SizeConstraint.SetNoConstraint)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)

    @property
    def is_waiting(self) -> bool:
        """Whether some values are still to come."""
        return any(view.is_waiting for view in self.used)

    @property
    def is_whole(self) -> bool:
        """Whether all values are here."""
        return all(view.tile is not None for view in self.used)

    @property
    def result(self) -> TermView:
        """The heat map of the result."""
        return self.used[-1]

    def clear(self) -> None:
        """Show nothing."""
        self.used = []

    def show_terms(self, traced: Traced, leading: Index) -> None:
        """Show operands and result; `leading` as in `layouts`."""
        while len(self.views) < len(traced.infos):
            view = TermView(self._controller, self)
            view.arrived.connect(self._on_arrived)
            view.hovered.connect(self._on_hovered)
            view.clicked.connect(self._on_clicked)
            view.view_changed.connect(self._on_view_changed)
            self.views.append(view)
        self.used = self.views[: len(traced.infos)]
        self._fill(traced)
        placed = layouts(traced, leading)
        target = traced.equation.target
        is_in_place = target in traced.equation.operands and len(set(traced.terms)) > 1
        for view, term, info, layout in zip(
            self.used, traced.terms, traced.infos, placed, strict=True
        ):
            name = term.expression
            if name == target and is_in_place:
                name += f" {tr('after') if view is self.result else tr('before')}"
            shape = f"[{', '.join(map(str, info.shape))}]"
            view.show_term(term, info, layout, f"{name}  {shape}")
        self._arrange()

    def draw(self) -> Scale:
        """Colour numbers by one scale, truth values by another; return that of the numbers."""
        scales: list[Scale] = []
        numbers = [view for view in self.used if view.dtype != "bool"]
        for group in (numbers, [view for view in self.used if view.dtype == "bool"]):
            if group:
                scales.append(_common_scale(group))
                for view in group:
                    view.draw(scales[-1])
        return scales[0]

    def fade(self) -> None:
        """Show that the picture is that of a moment ago."""
        for view in self.used:
            view.item.setOpacity(0.4)

    def fit_view(self) -> None:
        """Show all of each tensor."""
        for view in self.used:
            view.cells.fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Let the cells fit into another room."""
        super().resizeEvent(event)
        self._arrange()

    def _fill(self, traced: Traced) -> None:
        """Put heat maps and signs in their order."""
        while self.row.count():
            self.row.takeAt(0)
        for view in self.views:
            view.setVisible(view in self.used)
        for sign in self._signs:
            sign.hide()
            sign.deleteLater()
        self._signs = []
        *pieces, last = traced.equation.pieces
        equals = traced.equation.equals
        self.row.addStretch(1)
        centre = Qt.AlignmentFlag.AlignCenter
        for piece, view in zip([*pieces, f"{last.strip()} {equals}"], self.used, strict=True):
            if piece.strip():
                sign = _sign(piece.strip(), self)
                self._signs.append(sign)
                self.row.addWidget(sign, 0, centre)
            self.row.addWidget(view, 0, centre)
        self.row.addStretch(1)

    def _arrange(self) -> None:
        """Give all heat maps cells of one size, as large as the room allows."""
        if not self.used:
            return
        chrome = [
            (*view.keeps(0), view.caption.sizeHint().height() + 2, view.caption.sizeHint().width())
            for view in self.used
        ]
        signs = [(sign.sizeHint().width(), sign.sizeHint().height()) for sign in self._signs]
        found: Fit = fit(
            [view.layout_of.size for view in self.used],
            chrome,
            signs,
            (self.width(), self.height()),
            gap_px=GAP_PX,
            most_px=px(64),
        )
        direction = QBoxLayout.Direction
        self.row.setDirection(direction.TopToBottom if found.is_below else direction.LeftToRight)
        self._is_zooming = True
        for view in self.used:
            view.fix(found.cell_px)
        self._is_zooming = False

    def _on_arrived(self) -> None:
        if not self.is_waiting:
            self.arrived.emit()

    def _on_hovered(self, row: int, column: int) -> None:
        self.hovered.emit(self.sender(), row, column)

    def _on_clicked(self, row: int, column: int) -> None:
        self.clicked.emit(self.sender(), row, column)

    def _on_view_changed(self) -> None:
        """Let all stand where the one does that the person moved."""
        mover = self.sender()
        if self._is_zooming or not isinstance(mover, TermView):
            return
        self._is_zooming = True
        for view in self.used:
            if view is mover:
                continue
            if mover.cells.is_fitted:
                view.cells.fit()
            else:
                view.cells.set_view(mover.cells.view)
        self._is_zooming = False


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
