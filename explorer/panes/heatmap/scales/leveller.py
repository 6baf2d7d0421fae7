"""The leveller: which levels have which colours, as the person and other heat maps say."""

from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from explorer.panes.heatmap.drawing import Drawing
from explorer.panes.heatmap.equations.linker import Linker
from explorer.panes.heatmap.look import Look
from explorer.panes.heatmap.scales.scale import Choice, Level, Levels, level_text
from explorer.panes.heatmap.scales.scale_panel import ScalePanel
from explorer.panes.heatmap.subject import Subject
from explorer.protocol import Problem
from explorer.text import tr
from explorer.window.controller import Controller


class Leveller(QObject):
    """Changes the colours of one heat map's picture, and tells those that are linked to it."""

    told = Signal(str)

    def __init__(
        self,
        controller: Controller,
        subject: Subject,
        drawing: Drawing,
        panel: ScalePanel,
        linker: Linker,
    ) -> None:
        super().__init__(drawing)
        self._controller, self._subject = controller, subject
        self._drawing, self._linker = drawing, linker
        self._is_sharing = False
        drawing.lines_refused.connect(self._on_lines_refused)
        panel.choice_changed.connect(self._on_choice_changed)
        panel.levels_changed.connect(self._on_levels_changed)
        panel.fit_button.clicked.connect(self.fit)
        panel.share_action.triggered.connect(self.share)
        controller.levels_shared.connect(self._on_levels_shared)
        linker.levels_taken.connect(self._on_levels_taken)

    def fit(self) -> None:
        """Fit the levels to the values in view."""
        look = self._subject.look
        if look:
            self._recolour(look.unfitted())

    def share(self) -> None:
        """Give the levels to all other heat maps."""
        look = self._subject.look
        if look and look.scale and not look.scale.along:
            self._is_sharing = True
            self._controller.levels_shared.emit(look.scale.as_levels)
            self._is_sharing = False
            low, high = level_text(look.scale.low), level_text(look.scale.high)
            text = tr("The other heat maps show levels from {low} to {high}", low=low, high=high)
            self.told.emit(text)

    def _recolour(self, look: Look) -> None:
        """Draw the picture that is here in other colours."""
        self._subject.put(look)
        self._drawing.redraw()
        new = self._subject.look  # whose scale may have been fitted by now
        if new and new.scale and not new.scale.along:
            self._linker.tell_levels(new.scale.as_levels)

    def _on_choice_changed(self, choice: Choice) -> None:
        look = self._subject.look
        if look:
            self._recolour(look.choose(choice, self._drawing.tile))

    def _on_lines_refused(self, refusal: Problem) -> None:
        look = self._subject.look
        self.told.emit(refusal.what)
        if look:
            self._on_choice_changed(replace(look.choice, mode="auto"))

    def _on_levels_changed(self, low: Level, high: Level) -> None:
        look = self._subject.look
        if look:
            self._recolour(look.fix(low, high))

    def _on_levels_shared(self, levels: Levels) -> None:
        look = self._subject.look
        if look and not self._is_sharing:
            self._recolour(look.take(levels))

    def _on_levels_taken(self, levels: Levels) -> None:
        look = self._subject.look
        if look:  # and nothing is told: they come from a linked heat map
            self._subject.put(look.take(levels))
            self._drawing.redraw()
